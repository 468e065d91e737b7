/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file select.h
 * Input selectors (campaigns.md 2.2): a step's input out of the trigger, of
 * earlier steps and of constants.
 */
#ifndef GAME_CAMPAIGNS_SELECT_H
#define GAME_CAMPAIGNS_SELECT_H

#include "campaigns.h"

/** What a step has to offer to selectors; values are JSON. */
typedef struct game_select_output_t {
    const char *step_id;
    const char *status;
    const game_json_t *artifact_ids;    /**< a list */
    const game_json_t *data;            /**< or NULL */
} game_select_output_t;

typedef struct game_select_t {
    const game_json_t *trigger;
    const apr_array_header_t *outputs;  /**< of game_select_output_t: steps
                                             that have ended well */
    const apr_array_header_t *base;     /**< the same of the base run; NULL:
                                             there is none */
} game_select_t;

/** Check a selector's form.
 *  @param issues WORKFLOW_SCHEMA_INVALID is added for what is wrong */
void game_select_check(apr_pool_t *pool, const game_json_t *selector,
                       const char *path, apr_array_header_t *issues);

/** Add the ids of the steps whose output a selector reads (const char *, as
 *  long as the selector lives); base runs do not count. */
void game_select_steps(const game_json_t *selector,
                       apr_array_header_t *step_ids);

/**
 * Say where in the trigger a part of a step's input comes from, so that what
 * a skill finds wrong with its input can be told to who sent the trigger.
 * @param path of the input ("style.genre", "asset_refs[0].uri")
 * @return the path in the trigger ("audio.style.genre"), in pool; NULL when
 *         the member has no trigger selector
 */
const char *game_select_origin(apr_pool_t *pool,
                               const game_json_t *input_selector,
                               const char *path);

/**
 * Evaluate one selector.
 * @param out NULL: absent (the member is left out); else a copy, in pool
 * @return NULL or INPUT_SELECTOR_ERROR
 */
game_fault_t *game_select_value(apr_pool_t *pool, const game_select_t *from,
                                const game_json_t *selector,
                                game_json_t **out);

/**
 * The whole input of a step: its input_selector, member by member.
 * @param out an object, in pool; it shares nothing with what was read
 * @return NULL or INPUT_SELECTOR_ERROR
 */
game_fault_t *game_select_input(apr_pool_t *pool, const game_select_t *from,
                                const game_json_t *input_selector,
                                game_json_t **out);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file fault.h
 * Making faults: message and params.
 */
#ifndef GAME_DSL_FAULT_H
#define GAME_DSL_FAULT_H

#include "dsl.h"
#include "text.h"

/** What a fault is, whatever its details. */
typedef struct game_dsl_cause_t {
    game_dsl_fault_e kind;
    const char *name;           /**< code for logs and awards */
    int coded;                  /**< whether the wire shows it too */
} game_dsl_cause_t;

/**
 * Fill in a fault without params.
 * @param node id of the node, or NULL; kept in pool
 * @return 0
 */
int game_dsl_fault(game_dsl_fault_t *fault, apr_pool_t *pool,
                   const game_dsl_cause_t *cause, const char *node,
                   const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** Begin params, with the fault's nodeId in them. */
void game_dsl_params_begin(game_dsl_text_t *params, apr_pool_t *pool,
                           const char *node);
/** Add a text. */
void game_dsl_params_add(game_dsl_text_t *params, const char *name,
                         const char *value);
/** End them, and put them in a fault.
 *  @return 0 */
int game_dsl_params_end(game_dsl_text_t *params, game_dsl_fault_t *fault);

/** @return a text, or its beginning when it is long, in pool */
const char *game_dsl_cut(apr_pool_t *pool, const char *text);

/** @return a value as messages show it: a text as it is, cut when long */
const char *game_dsl_shown(apr_pool_t *pool, const game_dsl_json_t *value);

#endif

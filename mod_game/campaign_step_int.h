/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_step_int.h
 * What campaign_step.c, which sends and decides, and campaign_make.c, which
 * makes what is sent, share: a step that is being done.
 */
#ifndef GAME_CAMPAIGN_STEP_INT_H
#define GAME_CAMPAIGN_STEP_INT_H

#include "campaign_crew.h"
#include "canon.h"

typedef struct game_work_t {
    game_hand_t *hand;
    apr_pool_t *pool;
    const game_claim_t *claim;
    const game_workflow_t *workflow;
    const game_step_def_t *def; /**< NULL: not found yet */
    apr_time_t began;
    apr_time_t run_over;        /**< 0: its run has no time-out */
    char hash[GAME_HASH_SIZE];  /**< of its input */
    int lookup;                 /**< look into the cache */
    game_cached_t cached;       /**< what is there */
    game_ending_t ending;       /**< how it ends */
    game_ended_t ended;
    const game_fault_t *fault;  /**< that it comes to nothing for */
    int delay_ms;               /**< until the next attempt */
    const char *outcome;        /**< of what was sent last */
    const char *run_status;     /**< afterwards, or NULL */
} game_work_t;

/** Find its definition.
 *  @return NULL or ORCHESTRATION_ERROR */
game_fault_t *game_make_find(game_work_t *work);

/** Make its input, work->hash and work->lookup.
 *  @return NULL or INPUT_SELECTOR_ERROR */
game_fault_t *game_make_input(game_work_t *work, game_json_t **input);

/** @return whether all files of work->cached are there and whole */
int game_make_is_usable(game_work_t *work);

/** Make the ending of a step that work->cached has.
 *  @return NULL, or as game_context_attach */
game_fault_t *game_make_hit(game_work_t *work);

/** Have the skill do it, and make its ending.
 *  @param stopped of game_skill_call_t; its baton is the hand
 *  @return NULL, or as game_skill_execute and game_context_attach */
game_fault_t *game_make_result(game_work_t *work, const game_json_t *input,
                               int (*stopped)(void *baton));

/** @return the error of a step that failed: {code, message, attempt,
 *  timestamp, details?} */
game_json_t *game_make_error(game_work_t *work);

#endif

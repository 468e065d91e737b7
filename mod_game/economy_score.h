/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file economy_score.h
 * Attempts to score an event, for those who book it then: awards (economy.c)
 * and plays of campaigns (campaign_points.c). The order of calls: prepare;
 * then facts, read, settle, or with the history locked steps, take, score.
 */
#ifndef GAME_ECONOMY_SCORE_H
#define GAME_ECONOMY_SCORE_H

#include "economy.h"
#include "economy_more.h"

#define GAME_FACT_VALUES 9      /* of award_facts */
#define GAME_SCORING_STEPS (1 + GAME_MORE_STEPS)

/** One attempt; zeros but for req and in before the first. */
typedef struct game_scoring_t {
    game_req_t *req;
    const game_award_in_t *in;
    const game_game_t *game;
    const game_task_t *task;
    const char *strategy_id;
    const game_strategy_t *strategy;
    const game_variable_t *variables;
    game_needs_t needs;
    game_user_id_t user;
    const char *stale;          /**< versions with an archived strategy */
    int wants_facts;
    const game_rows_t *facts;   /**< one row; NULL when not wanted */
    const char *bound[GAME_FACT_VALUES];
    game_more_t more;           /**< the event, and what is not in facts */
    apr_int64_t points;
    const char *case_name;
    const char *data;           /**< JSON text to be stored */
    const char *outcome;        /**< of what booked it; NULL: nothing yet */
} game_scoring_t;

/** Find game, task, strategy and user. @return NULL, 404, 403, 503 */
game_error_t *game_scoring_prepare(game_scoring_t *a);

/** Read the facts, if they are wanted: after prepare. */
game_error_t *game_scoring_facts(game_scoring_t *a);

/** Read what the facts do not say, and score: after the facts.
 *  @return NULL, 422 when the strategy refuses, 503 */
game_error_t *game_scoring_read(game_scoring_t *a);

/** Store what the event is scored with; when that is another thing by now,
 *  it is scored again. */
game_error_t *game_scoring_settle(game_scoring_t *a);

/** The statements of all reading, for a transaction with the history locked.
 *  @param steps room for GAME_SCORING_STEPS @return their number */
int game_scoring_steps(game_scoring_t *a, game_db_step_t *steps);

/** Take what these statements found. */
void game_scoring_take(game_scoring_t *a, const game_db_step_t *steps,
                       int count);

/** Score with what was read or taken. @return NULL, or 422 */
game_error_t *game_scoring_score(game_scoring_t *a);

#endif

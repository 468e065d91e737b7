/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file economy.h
 * Scoring an event and booking it: exactly once, on what is committed.
 */
#ifndef GAME_ECONOMY_H
#define GAME_ECONOMY_H

#include "catalog.h"
#include "request.h"

/** An event to be scored and booked. */
typedef struct game_award_in_t {
    const char *game_id;        /**< normal UUID */
    const char *external_task_id;
    const char *external_user_id;
    game_json_t *data;          /**< object, as it is stored; gets
                                     callbackData from the strategy */
    const char *key;            /**< idempotency key, or NULL */
    const char *digest;         /**< of the request, bytea text, with key */
    int simulated;              /**< score, write nothing */
    int trusted;                /**< whoever calls: it is a play of the
                                     game's campaign */
} game_award_in_t;

/** What became of it. */
typedef struct game_award_t {
    const char *id;             /**< UUID; NULL when simulated */
    apr_int64_t points;
    const char *case_name;
    apr_time_t created_at;
    int user_created;
    int replayed;               /**< the answer of an earlier request */
} game_award_t;

/**
 * Score an event and book it. One round trip when the strategy reads no
 * history, else two: its inputs, and the function game.award, which refuses
 * when the user's history moved between them; then it is scored again, at
 * last with the history locked.
 * @param out untouched on error; texts live in the request's pool
 * @return NULL; 404 (game, task, strategy), 403, 410 (task not open), 409
 *         (balance), 422 (refused by the strategy, bad user id, key used for
 *         another request), 503
 */
game_error_t *game_economy_award(game_req_t *req, const game_award_in_t *in,
                                 game_award_t *out);

#endif

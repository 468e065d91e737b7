/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file actions.h
 * What users did. An action gives no points and touches no wallet.
 */
#ifndef GAME_API_ACTIONS_H
#define GAME_API_ACTIONS_H

#include <apr_time.h>

#include "request.h"

/** Body of an action on a task. */
extern const game_schema_t game_actions_add_body;

/** POST /games/{gameId}/tasks/{externalTaskId}/action: record an action on an
 *  open task; the user is made when there is none.
 *  @return NULL; 404, 403 of the game; 404 for the task; 410 when it is not
 *          open; 422 for a user id that is no slug or an idempotency key that
 *          is bad or of another request */
game_error_t *game_actions_add(game_req_t *req);

/** An action: what to record, and what was recorded. */
typedef struct game_action_t {
    const char *external_user_id;   /**< in */
    const char *realm;              /**< in: namespace of the user, or NULL */
    const char *task;               /**< in: id of the task, or NULL */
    game_user_id_t user;            /**< out */
    const char *id;                 /**< out */
    apr_time_t created_at;          /**< out */
    int user_created;               /**< out */
    const char *data;               /**< out: JSON as stored, or NULL */
} game_action_t;

/**
 * Record typeAction, description and data of the request's body, once for
 * each Idempotency-Key; a repeat is marked in the answer's headers.
 * @return NULL; 410, 422 as game_actions_add; 503
 */
game_error_t *game_actions_record(game_req_t *req, game_action_t *action);

/**
 * Turn the outcome of a writing SQL function into an error: "closed" 410,
 * "short" 409, "mismatch" 422. "replay" marks the answer as a repeat.
 * @return NULL for "replay" and every outcome of success
 */
game_error_t *game_actions_outcome(game_req_t *req, const char *outcome);

/** @return the 422 of an externalUserId that is no slug and names nobody */
game_error_t *game_actions_bad_user(game_req_t *req, const char *external_id);

/** An id that is no slug names a user only when there is one already.
 *  @param user of external_id, computed @return NULL, 422, 503 */
game_error_t *game_actions_check_user(game_req_t *req,
                                      const char *external_id,
                                      const game_user_id_t *user);

#endif

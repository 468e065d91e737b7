/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file users.h
 * Users over all games: their points, points given by hand, and actions that
 * belong to no game.
 */
#ifndef GAME_API_USERS_H
#define GAME_API_USERS_H

#include "request.h"

/** Body of the query: a list of up to 1000 external user ids. */
extern const game_schema_t game_users_query_body;
/** Body of points given by hand. */
extern const game_schema_t game_users_award_body;
/** Body of an action. */
extern const game_schema_t game_users_act_body;

/** POST /users/points/query: points of many users, in the order asked. A
 *  user whom the caller may not see is answered as one who does not exist;
 *  sums are over the games that the caller may use.
 *  @return NULL, or 503 */
game_error_t *game_users_query(game_req_t *req);

/** GET /users/{externalUserId}/points: sums, an element for each game and
 *  task, of the games that the caller may use.
 *  @return NULL; 404, 403 of the user; 403 when there are points, but all in
 *          games of others */
game_error_t *game_users_points(game_req_t *req);

/** POST /users/external/{externalUserId}/points: book points that were given
 *  by hand or, without points, computed from the user's history in the game.
 *  The task is found by its external id among the caller's games, once for
 *  each Idempotency-Key.
 *  @return NULL; 404 for task or user; 403 when the task is only in games of
 *          others; 409 when it is in two games of the caller or the balance
 *          does not allow it; 410 when the task is not open; 422 for an
 *          idempotency key that is bad or of another request */
game_error_t *game_users_award(game_req_t *req);

/** POST /users/{externalUserId}/actions: record an action of no game; the
 *  user is made when there is none.
 *  @return NULL, or 422 as game_actions_add */
game_error_t *game_users_act(game_req_t *req);

#endif

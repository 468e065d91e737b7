/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file points.h
 * Reading the points of a game: by task, by user, award by award, and what
 * a user would get. All numbers are kept sums; nothing is added up here.
 */
#ifndef GAME_API_POINTS_H
#define GAME_API_POINTS_H

#include "request.h"

/** GET /games/{gameId}/users: who was awarded on which task, and when first.
 *  @return NULL; 404, 403 of the game; 404 when it has no task */
game_error_t *game_points_users(game_req_t *req);

/** GET /games/{gameId}/points: sums of each user on each task.
 *  @return NULL; 404, 403 of the game; 404 when it has no task */
game_error_t *game_points_game(game_req_t *req);

/** GET /games/{gameId}/points/details: as game_points_game, with the awards.
 *  @return NULL; 404, 403 of the game; 404 when it has no task */
game_error_t *game_points_game_details(game_req_t *req);

/** GET /games/{gameId}/users/{externalUserId}/points: sums of one user, an
 *  element a task; the user is one of the game's namespace.
 *  @return NULL; 404, 403 of the game; 404 for the user, then for no task */
game_error_t *game_points_user_game(game_req_t *req);

/** GET /games/{gameId}/users/{externalUserId}/points/simulated: what the
 *  caller would get, signed. Makes the user, and chooses its experiment
 *  group, when there is none.
 *  @return NULL; 500 without GameSecretFile; 403 unless the user is the
 *          token's own subject; 404, 403 of the game, by the token alone;
 *          404 without a task or for an unknown strategy; 412 for a subject
 *          that is no slug and names nobody */
game_error_t *game_points_simulated(game_req_t *req);

/** GET /games/{gameId}/tasks/{externalTaskId}/points: sums of each user.
 *  @return NULL; 404, 403 of the game; 404 for the task */
game_error_t *game_points_task(game_req_t *req);

/** GET /games/{gameId}/tasks/{externalTaskId}/points/details: as
 *  game_points_task, with the awards and their data.
 *  @return NULL; 404, 403 of the game; 404 for the task */
game_error_t *game_points_task_details(game_req_t *req);

/** GET /games/{gameId}/tasks/{externalTaskId}/users/{externalUserId}/points:
 *  sums of one user on one task.
 *  @return NULL; 404, 403 of the game; 404 for the task, then for a user
 *          without an award on it */
game_error_t *game_points_user_task(game_req_t *req);

#endif

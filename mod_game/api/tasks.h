/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file tasks.h
 * Tasks of games (http-api.md 7). Every handler checks first that the
 * caller may use the game.
 */
#ifndef GAME_API_TASKS_H
#define GAME_API_TASKS_H

#include "../request.h"

/** Body of POST /games/{gameId}/tasks. */
extern const game_schema_t game_tasks_create_body;
/** Body of POST /games/{gameId}/tasks/bulk. */
extern const game_schema_t game_tasks_bulk_body;
/** Query of GET /games/{gameId}/tasks. */
extern const game_schema_t game_tasks_list_query;
/** Body of PATCH /games/{gameId}/tasks/{taskId}. */
extern const game_schema_t game_tasks_patch_body;
/** Body of POST /games/{gameId}/tasks/{taskId}/duplicate. */
extern const game_schema_t game_tasks_duplicate_body;

/** POST /games/{gameId}/tasks: a task and its params; 409: name taken. */
game_error_t *game_tasks_create(game_req_t *req);
/** POST /games/{gameId}/tasks/bulk: as many as can be made, in one
 *  transaction; says of each other one why not. */
game_error_t *game_tasks_bulk(game_req_t *req);
/** GET /games/{gameId}/tasks: a page of them in one statement. */
game_error_t *game_tasks_list(game_req_t *req);
/** GET /games/{gameId}/tasks/{externalTaskId}, from the catalog. */
game_error_t *game_tasks_get(game_req_t *req);
/** PATCH /games/{gameId}/tasks/{taskId}: fields, and params as a whole. */
game_error_t *game_tasks_patch(game_req_t *req);
/** DELETE /games/{gameId}/tasks/{taskId}: hides the task. */
game_error_t *game_tasks_delete(game_req_t *req);
/** POST /games/{gameId}/tasks/{taskId}/duplicate: an open copy with its
 *  params, under another name. */
game_error_t *game_tasks_duplicate(game_req_t *req);

#endif

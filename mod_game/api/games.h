/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file games.h
 * Games (http-api.md 6). Every handler below /games/{gameId} checks first
 * that the caller may use the game.
 */
#ifndef GAME_API_GAMES_H
#define GAME_API_GAMES_H

#include "../request.h"

/** Query of GET /games. */
extern const game_schema_t game_games_list_query;
/** Body of POST /games. */
extern const game_schema_t game_games_create_body;
/** Body of PATCH /games/{gameId}. */
extern const game_schema_t game_games_patch_body;
/** Body of POST /games/{gameId}/duplicate. */
extern const game_schema_t game_games_duplicate_body;

/** GET /games: the games that the caller may see. */
game_error_t *game_games_list(game_req_t *req);
/** POST /games: a game and its params; 409 for a bad or a taken name. */
game_error_t *game_games_create(game_req_t *req);
/** GET /games/{gameId}, from the catalog. */
game_error_t *game_games_get(game_req_t *req);
/** PATCH /games/{gameId}: fields, and params by their id; all or nothing. */
game_error_t *game_games_patch(game_req_t *req);
/** DELETE /games/{gameId}: hides the game and its tasks. */
game_error_t *game_games_delete(game_req_t *req);
/** POST /games/{gameId}/duplicate: the caller's copy with every task. */
game_error_t *game_games_duplicate(game_req_t *req);
/** GET /games/{gameId}/strategy: with the game's params, from the catalog. */
game_error_t *game_games_strategy(game_req_t *req);

#endif

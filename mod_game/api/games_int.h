/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file games_int.h
 * What games.c and games_write.c share: how an answer shows a game.
 */
#ifndef GAME_API_GAMES_INT_H
#define GAME_API_GAMES_INT_H

#include "../catalog.h"
#include "../db.h"
#include "../request.h"

/** What an answer shows of a game. */
typedef struct game_games_view_t {
    const char *id;
    apr_time_t created_at, updated_at;
    const char *external_id;
    const char *strategy_id;
    const char *platform;
    const char *params;         /**< JSON text */
} game_games_view_t;

/** @return the columns id, created, updated, name, strategy, platform of a
 *          row, from a column on; params are an empty list */
game_games_view_t game_games_view_of(const game_rows_t *rows, int row,
                                     int column);

/** Answer one game. @param message NULL: no such member */
game_error_t *game_games_answer(game_req_t *req,
                                const game_games_view_t *view,
                                const char *message);

/** Write params as they are stored: {"key","value","id"}. */
void game_games_write_params(game_jw_t *jw, const char *name,
                             const game_param_t *params, int count);

#endif

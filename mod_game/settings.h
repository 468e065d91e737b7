/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file settings.h
 * The params of a game as strategies see them.
 */
#ifndef GAME_SETTINGS_H
#define GAME_SETTINGS_H

#include "catalog.h"

/** Make the settings of a game; they live as long as it. */
void game_settings_of(const game_game_t *game, game_settings_t *settings);

/**
 * Ask a strategy whether a game's params fit it.
 * @param strategy_id effective id; one that is not there: nothing to ask
 * @param game        the params that are there; NULL: none
 * @param list        checked JSON list of {key, value} that are added or,
 *                    with an id, replaced; NULL: none
 * @return NULL, or 422 with the strategy's sentence
 */
game_error_t *game_settings_fit(game_req_t *req, const char *strategy_id,
                                const game_game_t *game,
                                const game_json_t *list);

#endif

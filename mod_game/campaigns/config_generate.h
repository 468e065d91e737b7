/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file config_generate.h
 * The builtin provider of game configs (campaigns.md 4.1): the same input
 * gives the same bytes, without network and clock.
 */
#ifndef GAME_CAMPAIGNS_CONFIG_GENERATE_H
#define GAME_CAMPAIGNS_CONFIG_GENERATE_H

#include <apr_pools.h>

#include "json.h"

/**
 * Make a GameConfig, overrides applied; it is not validated.
 * @param input checked by game_skill_input_config_check
 * @return an object in pool; it may share values with input
 */
game_json_t *game_config_generate(apr_pool_t *pool,
                                  const game_json_t *input);

/** Apply the input's `overrides`. @return a document in pool: config itself
 *  when there are none */
game_json_t *game_config_override(apr_pool_t *pool, game_json_t *config,
                                  const game_json_t *input);

#endif

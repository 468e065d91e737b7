/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file validate_config.h
 * What a GameConfig must be (campaigns.md 1.5, 6.1).
 */
#ifndef GAME_CAMPAIGNS_VALIDATE_CONFIG_H
#define GAME_CAMPAIGNS_VALIDATE_CONFIG_H

#include "campaigns.h"

/**
 * Check a GameConfig; unknown members are tolerated.
 * @param config any value; NULL is as JSON null
 * @param issues VALIDATION_ERRORs are added
 */
void game_validate_config(apr_pool_t *pool, const game_json_t *config,
                          apr_array_header_t *issues);

#endif

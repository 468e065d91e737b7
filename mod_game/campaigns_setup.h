/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaigns_setup.h
 * What a server has of campaigns while it runs: its workflows, its store and
 * what skills may use. Made in post_config, read only afterwards.
 */
#ifndef GAME_CAMPAIGNS_SETUP_H
#define GAME_CAMPAIGNS_SETUP_H

#include <httpd.h>

#include "config.h"
#include "skill.h"
#include "workflow.h"

typedef struct game_campaigns_t {
    const game_campaigns_conf_t *conf;
    const game_store_t *store;
    const game_skill_env_t *env;        /**< with the same store */
    const game_workflows_t *workflows;
} game_campaigns_t;

/**
 * Load workflows, and make the root of the store where it is not there, as
 * the user that children run as. A workflow that is refused is logged.
 * @return NULL, or a sentence that stops the server
 */
const char *game_campaigns_setup_post_config(apr_pool_t *pconf,
                                             server_rec *s);

/** @return NULL: GameCampaigns is Off */
const game_campaigns_t *game_campaigns_of(const server_rec *s);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_worker.h
 * The process beside httpd's children that does the steps of campaigns
 * (campaigns.md 2.6).
 */
#ifndef GAME_CAMPAIGN_WORKER_H
#define GAME_CAMPAIGN_WORKER_H

#include <httpd.h>

/** Start a worker for each database of the servers, when campaigns are on;
 *  after game_campaigns_setup_post_config. It is started again when it dies,
 *  and ends with pconf: at a restart, and with httpd. */
void game_campaign_worker_post_config(apr_pool_t *pconf, server_rec *s);

#endif

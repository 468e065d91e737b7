/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file play_page.h
 * The page on which a campaign is played: /play/{campaignId}/ of every server
 * with GameCampaigns (campaigns.md 8).
 */
#ifndef GAME_PLAY_PAGE_H
#define GAME_PLAY_PAGE_H

#include <apr_pools.h>

/** Register its hooks. */
void game_play_page_register(apr_pool_t *pool);

#endif

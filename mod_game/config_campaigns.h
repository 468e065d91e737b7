/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file config_campaigns.h
 * The part of a server's configuration that campaigns have. It is of the
 * whole server: virtual hosts inherit it. Unset is -1 or NULL; getters give
 * the default.
 */
#ifndef GAME_CONFIG_CAMPAIGNS_H
#define GAME_CONFIG_CAMPAIGNS_H

#include <apr_pools.h>
#include <apr_tables.h>

/** Most workers of GameCampaignWorkers. */
#define GAME_CAMPAIGN_WORKERS 64

struct game_provider_t;

typedef struct game_campaigns_conf_t {
    int campaigns;              /**< GameCampaigns */
    const char *store_root;     /**< GameCampaignStoreRoot, absolute */
    const char *asset_base;     /**< GameCampaignAssetBase */
    apr_array_header_t *asset_roots;    /**< GameCampaignAssetRoot: strings,
                                     absolute */
    const char *templates;      /**< GameCampaignTemplates */
    const char *workflows;      /**< GameCampaignWorkflows */
    const char *play_dir;       /**< GameCampaignPlayDir */
    int workers;                /**< GameCampaignWorkers */
    int lease;                  /**< GameCampaignLeaseSeconds */
    int run_timeout;            /**< GameCampaignRunTimeout: seconds */
    apr_table_t *cache_ttls;    /**< GameCampaignCacheTTL: seconds by skill;
                                     or NULL */
    int strict_templates;       /**< GameCampaignStrictTemplates */
    int allow_fetch;            /**< GameCampaignAllowFetch */
    const struct game_provider_t *config_provider;
                                /**< GameCampaignConfigProvider */
    const struct game_provider_t *audio_provider;
                                /**< GameCampaignAudioProvider */
    apr_array_header_t *embed_domains;  /**< GameCampaignEmbedDomains:
                                     sources of frame-ancestors */
} game_campaigns_conf_t;

/** Set all members to unset. */
void game_config_campaigns_init(game_campaigns_conf_t *conf);
/** Merge base and add into conf. */
void game_config_campaigns_merge(apr_pool_t *p, game_campaigns_conf_t *conf,
                                 const game_campaigns_conf_t *base,
                                 const game_campaigns_conf_t *add);

/** Effective values: what is unset is the default. */
int game_conf_campaigns(const game_campaigns_conf_t *conf);
const char *game_conf_campaign_asset_base(const game_campaigns_conf_t *conf);
const char *game_conf_campaign_templates(const game_campaigns_conf_t *conf);
const char *game_conf_campaign_workflows(const game_campaigns_conf_t *conf);
const char *game_conf_campaign_play_dir(const game_campaigns_conf_t *conf);
int game_conf_campaign_workers(const game_campaigns_conf_t *conf);
int game_conf_campaign_lease(const game_campaigns_conf_t *conf);
/** @return 0: runs have no time-out */
int game_conf_campaign_run_timeout(const game_campaigns_conf_t *conf);
int game_conf_campaign_strict_templates(const game_campaigns_conf_t *conf);
int game_conf_campaign_allow_fetch(const game_campaigns_conf_t *conf);
/** @param fallback the skill's own @return seconds; 0: for ever */
int game_conf_campaign_cache_ttl(const game_campaigns_conf_t *conf,
                                 const char *skill, int fallback);
/** @return sources of frame-ancestors: 'self', and what is configured; in
 *  pool */
const char *game_conf_campaign_ancestors(const game_campaigns_conf_t *conf,
                                         apr_pool_t *pool);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making and merging what is configured of campaigns, and its effective
 * values. The directives themselves are in directives_campaigns.c.
 */

#include "config_campaigns.h"

#include <apr_strings.h>

#include "config_int.h"

void game_config_campaigns_init(game_campaigns_conf_t *conf)
{
    conf->campaigns = UNSET;
    conf->workers = UNSET;
    conf->lease = UNSET;
    conf->run_timeout = UNSET;
    conf->strict_templates = UNSET;
    conf->allow_fetch = UNSET;
}

void game_config_campaigns_merge(apr_pool_t *p, game_campaigns_conf_t *conf,
                                 const game_campaigns_conf_t *base,
                                 const game_campaigns_conf_t *add)
{
    PICK(campaigns);
    PICK_TEXT(store_root);
    PICK_TEXT(asset_base);
    PICK_TEXT(asset_roots);
    PICK_TEXT(templates);
    PICK_TEXT(workflows);
    PICK_TEXT(play_dir);
    PICK(workers);
    PICK(lease);
    PICK(run_timeout);
    PICK_TEXT(cache_ttls);
    if (add->cache_ttls && base->cache_ttls) {
        conf->cache_ttls = apr_table_overlay(p, add->cache_ttls,
                                             base->cache_ttls);
    }
    PICK(strict_templates);
    PICK(allow_fetch);
    PICK_TEXT(config_provider);
    PICK_TEXT(audio_provider);
    PICK_TEXT(embed_domains);
}

int game_conf_campaigns(const game_campaigns_conf_t *conf)
{
    return OR(conf->campaigns, 0);
}

const char *game_conf_campaign_asset_base(const game_campaigns_conf_t *conf)
{
    return conf->asset_base ? conf->asset_base : "/campaign-assets";
}

const char *game_conf_campaign_templates(const game_campaigns_conf_t *conf)
{
    return conf->templates ? conf->templates
        : "/usr/share/mod_game/campaigns/templates";
}

const char *game_conf_campaign_workflows(const game_campaigns_conf_t *conf)
{
    return conf->workflows ? conf->workflows
        : "/usr/share/mod_game/campaigns/workflows";
}

const char *game_conf_campaign_play_dir(const game_campaigns_conf_t *conf)
{
    return conf->play_dir ? conf->play_dir
        : "/usr/share/mod_game/campaigns/play";
}

int game_conf_campaign_workers(const game_campaigns_conf_t *conf)
{
    return OR(conf->workers, 2);
}

int game_conf_campaign_lease(const game_campaigns_conf_t *conf)
{
    return OR(conf->lease, 60);
}

int game_conf_campaign_run_timeout(const game_campaigns_conf_t *conf)
{
    return OR(conf->run_timeout, 300);
}

int game_conf_campaign_strict_templates(const game_campaigns_conf_t *conf)
{
    return OR(conf->strict_templates, 0);
}

int game_conf_campaign_allow_fetch(const game_campaigns_conf_t *conf)
{
    return OR(conf->allow_fetch, 0);
}

int game_conf_campaign_cache_ttl(const game_campaigns_conf_t *conf,
                                 const char *skill, int fallback)
{
    const char *text = conf->cache_ttls
        ? apr_table_get(conf->cache_ttls, skill) : NULL;

    return text ? (int)apr_strtoi64(text, NULL, 10) : fallback;
}

const char *game_conf_campaign_ancestors(const game_campaigns_conf_t *conf,
                                         apr_pool_t *pool)
{
    return !conf->embed_domains ? "'self'"
        : apr_pstrcat(pool, "'self' ",
                      apr_array_pstrcat(pool, conf->embed_domains, ' '),
                      NULL);
}

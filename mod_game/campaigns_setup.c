/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Campaigns of a server, before it has children: what is configured is made
 * into what handlers and the worker use. Neither files of campaigns nor a
 * database are touched here.
 */

#include "campaigns_setup.h"

#include <unistd.h>

#include <http_config.h>
#include <http_log.h>
#include <unixd.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "log.h"
#include "provider.h"

APLOG_USE_MODULE(game);

const game_campaigns_t *game_campaigns_of(const server_rec *s)
{
    return game_config_server(s)->campaigns_loaded;
}

/* Of the user that writes into it: a parent that is root gives it away. */
static const char *make_root(apr_pool_t *pool, const char *root)
{
    apr_finfo_t info;
    apr_status_t rv;

    rv = apr_stat(&info, root, APR_FINFO_TYPE, pool);
    if (rv == APR_SUCCESS) {
        return info.filetype == APR_DIR ? NULL
            : apr_psprintf(pool, "GameCampaignStoreRoot: \"%s\" is no "
                           "directory", root);
    }
    rv = apr_dir_make_recursive(root, APR_FPROT_UREAD | APR_FPROT_UWRITE
                                | APR_FPROT_UEXECUTE | APR_FPROT_GREAD
                                | APR_FPROT_GEXECUTE | APR_FPROT_WREAD
                                | APR_FPROT_WEXECUTE, pool);
    if (rv == APR_SUCCESS && !geteuid()
        && chown(root, ap_unixd_config.user_id, ap_unixd_config.group_id)) {
        rv = apr_get_os_error();
    }
    return rv == APR_SUCCESS ? NULL
        : apr_psprintf(pool, "GameCampaignStoreRoot: \"%s\" cannot be made "
                       "a directory: %pm", root, &rv);
}

static const char *load_workflows(apr_pool_t *pconf, server_rec *s,
                                  game_campaigns_t *campaigns)
{
    const char *dir = game_conf_campaign_workflows(campaigns->conf);
    game_workflows_t *workflows = NULL;
    game_fault_t *fault;
    int i;

    fault = game_workflow_load(pconf, dir, game_skill_is_known, NULL,
                               &workflows);
    if (fault) {
        return apr_psprintf(pconf, "GameCampaignWorkflows: \"%s\": %s: %s",
                            dir, fault->code, fault->message);
    }
    for (i = 0; i < workflows->faults->nelts; i++) {
        fault = APR_ARRAY_IDX(workflows->faults, i, game_fault_t *);
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, GAME_LOGNO(0700)
                     "a workflow is refused: %s: %s", fault->code,
                     fault->message);
    }
    campaigns->workflows = workflows;
    return NULL;
}

static const game_store_t *make_store(apr_pool_t *pool,
                                      const game_campaigns_conf_t *conf)
{
    game_store_t *store = apr_pcalloc(pool, sizeof(*store));

    store->root = conf->store_root;
    store->base = game_conf_campaign_asset_base(conf);
    store->assets = conf->asset_roots;
    return store;
}

static const game_skill_env_t *make_env(apr_pool_t *pool,
                                        const game_campaigns_t *campaigns)
{
    const game_campaigns_conf_t *conf = campaigns->conf;
    game_skill_env_t *env = apr_pcalloc(pool, sizeof(*env));

    env->store = campaigns->store;
    env->templates = game_conf_campaign_templates(conf);
    env->strict_templates = game_conf_campaign_strict_templates(conf);
    env->allow_fetch = game_conf_campaign_allow_fetch(conf);
    env->config_provider = conf->config_provider;
    env->audio_provider = conf->audio_provider;
    return env;
}

const char *game_campaigns_setup_post_config(apr_pool_t *pconf,
                                             server_rec *s)
{
    const game_campaigns_conf_t *conf = &game_config_server(s)->campaigns;
    game_campaigns_t *campaigns;
    const char *fault;

    if (!game_conf_campaigns(conf)) {
        return NULL;
    }
    if (!conf->store_root) {
        return "GameCampaigns On needs GameCampaignStoreRoot: a directory "
               "that httpd's children may write to";
    }
    campaigns = apr_pcalloc(pconf, sizeof(*campaigns));
    campaigns->conf = conf;
    campaigns->store = make_store(pconf, conf);
    campaigns->env = make_env(pconf, campaigns);
    fault = load_workflows(pconf, s, campaigns);
    if (!fault) {
        fault = make_root(pconf, conf->store_root);
    }
    if (!fault) {
        game_provider_setup_post_config(pconf);
    }
    for (; !fault && s; s = s->next) {
        game_config_server(s)->campaigns_loaded = campaigns;
    }
    return fault;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making and merging configurations, and their effective values. The
 * directives themselves are in directives.c.
 */

#include "config.h"

#include <http_config.h>

#include <apr_strings.h>

#include "config_int.h"
#include "limit.h"
#include "retention.h"

extern module AP_MODULE_DECLARE_DATA game_module;

void *game_config_server_create(apr_pool_t *p, server_rec *s)
{
    game_server_conf_t *conf = apr_pcalloc(p, sizeof(*conf));
    int i;

    (void)s;
    conf->engine = UNSET;
    conf->db_connections = UNSET;
    conf->db_wait = UNSET;
    conf->db_timeout = UNSET;
    conf->cache_ttl = UNSET;
    conf->key_ttl = UNSET;
    conf->cache_entries = UNSET;
    conf->conversion_rate = UNSET;
    conf->allow_negative = UNSET;
    conf->docs = UNSET;
    conf->dsl_nodes = UNSET;
    conf->dsl_depth = UNSET;
    conf->dsl_timeout = UNSET;
    conf->dsl_log = UNSET;
    conf->dsl_log_sample = UNSET;
    conf->dsl_log_trace = UNSET;
    conf->dsl_log_queue = UNSET;
    conf->limits = UNSET;
    conf->limit_window = UNSET;
    conf->limit_key = UNSET;
    conf->limit_address = UNSET;
    conf->limit_user = UNSET;
    conf->limit_day = UNSET;
    conf->limit_entries = UNSET;
    conf->limit_failure = UNSET;
    conf->jobs = UNSET;
    conf->jobs_interval = UNSET;
    for (i = 0; i < GAME_RETENTIONS; i++) {
        conf->retention[i] = UNSET;
    }
    conf->request_log = UNSET;
    conf->audit = UNSET;
    conf->log_queue = UNSET;
    conf->export_rows = UNSET;
    conf->export_concurrent = UNSET;
    game_config_campaigns_init(&conf->campaigns);
    return conf;
}

void *game_config_server_merge(apr_pool_t *p, void *basev, void *addv)
{
    const game_server_conf_t *base = basev, *add = addv;
    game_server_conf_t *conf = apr_pcalloc(p, sizeof(*conf));
    int i;

    PICK(engine);
    PICK(db_connections);
    PICK(db_wait);
    PICK(db_timeout);
    PICK(cache_ttl);
    PICK(key_ttl);
    PICK(cache_entries);
    PICK(conversion_rate);
    PICK(allow_negative);
    PICK(dsl_nodes);
    PICK(dsl_depth);
    PICK(dsl_timeout);
    PICK(dsl_log);
    PICK(dsl_log_sample);
    PICK(dsl_log_trace);
    PICK(dsl_log_queue);
    PICK(limits);
    PICK(limit_window);
    PICK(limit_key);
    PICK(limit_address);
    PICK(limit_user);
    PICK(limit_day);
    PICK(limit_entries);
    PICK(limit_failure);
    PICK_TEXT(limit_store);
    conf->limit_redis = add->limit_store ? add->limit_redis
                                         : base->limit_redis;
    PICK(jobs);
    PICK(jobs_interval);
    for (i = 0; i < GAME_RETENTIONS; i++) {
        PICK(retention[i]);
    }
    PICK(request_log);
    PICK(audit);
    PICK(log_queue);
    PICK(export_rows);
    PICK(export_concurrent);
    PICK_TEXT(export_dir);
    PICK_TEXT(secret);
    PICK(docs);
    PICK_TEXT(docs_dir);
    PICK_TEXT(api);
    PICK_TEXT(openapi_servers);
    PICK_TEXT(oauth_authorize);
    PICK_TEXT(oauth_token);
    conf->oauth_client = add->oauth_token ? add->oauth_client
                                          : base->oauth_client;
    game_config_campaigns_merge(p, &conf->campaigns, &base->campaigns,
                                &add->campaigns);
    return conf;
}

void *game_config_dir_create(apr_pool_t *p, char *dir)
{
    game_dir_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)dir;
    conf->engine = UNSET;
    conf->json_errors = UNSET;
    conf->metrics = UNSET;
    conf->body_max = UNSET;
    conf->json_depth = UNSET;
    conf->page_max = UNSET;
    return conf;
}

void *game_config_dir_merge(apr_pool_t *p, void *basev, void *addv)
{
    const game_dir_conf_t *base = basev, *add = addv;
    game_dir_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    PICK(engine);
    PICK_TEXT(base);
    PICK(json_errors);
    PICK(metrics);
    PICK(body_max);
    PICK(json_depth);
    PICK(page_max);
    PICK_TEXT(token_issuer);
    PICK_TEXT(token_audience);
    PICK_TEXT(token_type);
    PICK_TEXT(admin_role);
    conf->admin_client = add->admin_role ? add->admin_client
                                         : base->admin_client;
    PICK_TEXT(realm);
    PICK_TEXT(cors);
    return conf;
}

game_server_conf_t *game_config_server(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &game_module);
}

const game_dir_conf_t *game_config_dir(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &game_module);
}

int game_conf_db_connections(const game_server_conf_t *conf)
{
    return OR(conf->db_connections, 0);
}

apr_interval_time_t game_conf_db_wait(const game_server_conf_t *conf)
{
    return OR(conf->db_wait, apr_time_from_sec(2));
}

apr_interval_time_t game_conf_db_timeout(const game_server_conf_t *conf)
{
    return OR(conf->db_timeout, apr_time_from_sec(5));
}

apr_interval_time_t game_conf_cache_ttl(const game_server_conf_t *conf)
{
    return OR(conf->cache_ttl, apr_time_from_sec(5));
}

apr_interval_time_t game_conf_key_ttl(const game_server_conf_t *conf)
{
    return OR(conf->key_ttl, apr_time_from_sec(5));
}

int game_conf_cache_entries(const game_server_conf_t *conf)
{
    return OR(conf->cache_entries, 1024);
}

int game_conf_conversion_rate(const game_server_conf_t *conf)
{
    return OR(conf->conversion_rate, 100);
}

int game_conf_allow_negative(const game_server_conf_t *conf)
{
    return OR(conf->allow_negative, 0);
}

int game_conf_docs(const game_server_conf_t *conf)
{
    return OR(conf->docs, GAME_DOCS_OFF);
}

const char *game_conf_docs_dir(const game_server_conf_t *conf)
{
    return conf->docs_dir ? conf->docs_dir : "/usr/share/mod_game/docs";
}

int game_conf_dsl_nodes(const game_server_conf_t *conf)
{
    return OR(conf->dsl_nodes, 1000);
}

int game_conf_dsl_depth(const game_server_conf_t *conf)
{
    return OR(conf->dsl_depth, 32);
}

int game_conf_dsl_timeout(const game_server_conf_t *conf)
{
    return OR(conf->dsl_timeout, 500);
}

int game_conf_dsl_log(const game_server_conf_t *conf)
{
    return OR(conf->dsl_log, 1);
}

int game_conf_dsl_log_sample(const game_server_conf_t *conf)
{
    return OR(conf->dsl_log_sample, 50000);
}

int game_conf_dsl_log_trace(const game_server_conf_t *conf)
{
    return OR(conf->dsl_log_trace, 200);
}

int game_conf_dsl_log_queue(const game_server_conf_t *conf)
{
    return OR(conf->dsl_log_queue, 1000);
}

int game_conf_jobs(const game_server_conf_t *conf)
{
    return OR(conf->jobs, 1);
}

apr_interval_time_t game_conf_jobs_interval(const game_server_conf_t *conf)
{
    return OR(conf->jobs_interval, apr_time_from_sec(1));
}

int game_conf_retention(const game_server_conf_t *conf, int which)
{
    return OR(conf->retention[which], game_retentions[which].days);
}

int game_conf_request_log(const game_server_conf_t *conf)
{
    return OR(conf->request_log, 1);
}

game_audit_e game_conf_audit(const game_server_conf_t *conf)
{
    return (game_audit_e)OR(conf->audit, GAME_AUDIT_ALL);
}

int game_conf_export_rows(const game_server_conf_t *conf)
{
    return OR(conf->export_rows, 100000);
}

int game_conf_export_concurrent(const game_server_conf_t *conf)
{
    return OR(conf->export_concurrent, 4);
}

const char *game_conf_export_dir(const game_server_conf_t *conf)
{
    return conf->export_dir;
}

int game_conf_log_queue(const game_server_conf_t *conf)
{
    return OR(conf->log_queue, 5000);
}

int game_conf_limits(const game_server_conf_t *conf)
{
    return OR(conf->limits, 1);
}

int game_conf_limit_window(const game_server_conf_t *conf)
{
    return OR(conf->limit_window, 60);
}

int game_conf_limit_key(const game_server_conf_t *conf)
{
    return OR(conf->limit_key, 120);
}

int game_conf_limit_address(const game_server_conf_t *conf)
{
    return OR(conf->limit_address, 240);
}

int game_conf_limit_user(const game_server_conf_t *conf)
{
    return OR(conf->limit_user, 60);
}

int game_conf_limit_day(const game_server_conf_t *conf)
{
    return OR(conf->limit_day, 10000);
}

int game_conf_limit_entries(const game_server_conf_t *conf)
{
    return OR(conf->limit_entries, 65536);
}

game_limit_failure_e game_conf_limit_failure(const game_server_conf_t *conf)
{
    return (game_limit_failure_e)OR(conf->limit_failure, GAME_LIMIT_OPEN);
}

const struct game_limit_store_t *game_conf_limit_store(
    const game_server_conf_t *conf)
{
    return conf->limit_store ? conf->limit_store : &game_limit_shm;
}

const char *game_conf_base(const game_dir_conf_t *conf)
{
    return conf->base ? conf->base : "";
}

apr_off_t game_conf_body_max(const game_dir_conf_t *conf)
{
    return OR(conf->body_max, 1024 * 1024);
}

int game_conf_metrics(const game_dir_conf_t *conf)
{
    return OR(conf->metrics, 1);
}

int game_conf_json_depth(const game_dir_conf_t *conf)
{
    return OR(conf->json_depth, 128);
}

int game_conf_page_max(const game_dir_conf_t *conf)
{
    return OR(conf->page_max, 1000);
}

const char *game_conf_token_type(const game_dir_conf_t *conf)
{
    return conf->token_type ? conf->token_type : "Bearer";
}

const char *game_conf_admin_role(const game_dir_conf_t *conf)
{
    return conf->admin_role ? conf->admin_role : "AdministratorGAME";
}

const char *game_conf_realm(const game_dir_conf_t *conf)
{
    return conf->realm ? conf->realm : "master";
}

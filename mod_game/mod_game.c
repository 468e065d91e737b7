/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The module record and its life cycle. No logic of requests here.
 *
 * Mutable globals of the module, each in the file that owns it:
 *   route.c          the trie, made in post_config, read only afterwards
 *   generation.c     shared memory of atomics, made in post_config
 *   metrics.c        shared memory that outlives restarts, by atomics only;
 *                    and the child's own place in it, found in child_init
 *   metrics_table.c  the templates of the routes, made in post_config
 *   db_pool.c        the limiter of a child, guarded by its mutex
 *   catalog.c        caches of a child, locked inside
 *   auth_key.c       cache of a child, locked inside
 *   limit.c          when faults were logged, by atomics only
 *   limit_shm.c      shared memory of atomics that outlives restarts
 *   limit_redis.c    connections of a child, in the configuration of the
 *                    store, guarded by its mutex
 *   api/exports_run.c  how many exports a child serves, atomic
 *   program.c        cache and limits of a child, locked inside
 *   program_score.c  the execution log of a child, locked inside
 *   jobs.c           what the thread of mod_watchdog found out, its own alone;
 *                    and whether the child is ready, an atomic
 *   telemetry.c      writer and queues of a child, locked inside
 *   mod_game.c       signals of a child before its child_init, which alone
 *                    uses them
 */

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <ap_provider.h>

#include "access_log.h"
#include "builtins.h"
#include "campaign_worker.h"
#include "campaigns_setup.h"
#include "catalog_setup.h"
#include "config.h"
#include "db_setup.h"
#include "docs.h"
#include "generation.h"
#include "handler.h"
#include "jobs.h"
#include "limit.h"
#include "log.h"
#include "metrics.h"
#include "openapi.h"
#include "play_page.h"
#include "program.h"
#include "request_id.h"
#include "route.h"
#include "signals.h"
#include "telemetry.h"

extern module AP_MODULE_DECLARE_DATA game_module
    __attribute__((visibility("default")));

static int post_config(apr_pool_t *pconf, apr_pool_t *plog,
                       apr_pool_t *ptemp, server_rec *s)
{
    const char *fault;

    (void)plog;
    (void)ptemp;
    fault = game_route_setup_post_config(pconf);
    if (!fault) {
        fault = game_db_setup_post_config(s);
    }
    if (!fault && ap_state_query(AP_SQ_MAIN_STATE)
                  != AP_SQ_MS_CREATE_PRE_CONFIG) {
        fault = game_generation_setup_post_config(pconf);
        if (!fault) {
            fault = game_metrics_setup_post_config(pconf, s);
        }
        if (!fault) {
            fault = game_limit_setup_post_config(s);
        }
        game_jobs_setup_post_config(pconf, s);
        if (!fault) {
            fault = game_campaigns_setup_post_config(pconf, s);
        }
    }
    if (fault) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GAME_LOGNO(0010) "%s",
                     fault);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    game_json_setup_post_config();
    fault = game_openapi_setup_post_config(pconf, ptemp, s);
    if (fault) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GAME_LOGNO(0640) "%s",
                     fault);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

/* The last, as it forks: what comes before may still stop the server. */
static int start_worker(apr_pool_t *pconf, apr_pool_t *plog,
                        apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG) {
        game_campaign_worker_post_config(pconf, s);
    }
    return OK;
}

static sigset_t signals;

/* A child is not ended before all modules are ready: mod_dbd connects in the
 * meantime, and mod_watchdog makes threads, which are not to end it. */
static void child_init(apr_pool_t *pchild, server_rec *s)
{
    game_signals_hold(&signals);
    game_metrics_setup_child_init();
    game_jobs_setup_child_init(pchild, s);
    game_db_setup_child_init(pchild, s);
    game_catalog_setup_child_init(pchild, s);
    game_auth_setup_child_init(pchild, s);
    game_telemetry_setup_child_init(pchild, s);
    game_program_setup_child_init(pchild, s);
    game_limit_setup_child_init(pchild, s);
}

static void child_ready(apr_pool_t *pchild, server_rec *s)
{
    game_jobs_child_ready(pchild, s);
    game_signals_release(&signals);
}

static void register_hooks(apr_pool_t *pool)
{
    static const char *const after[] = { "mod_dbd.c", NULL };
    int i;

    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(start_worker, NULL, NULL, APR_HOOK_REALLY_LAST);
    /* before mod_dbd's: its connections are made in its child_init and call
     * back into what is made here */
    ap_hook_child_init(child_init, NULL, after, APR_HOOK_FIRST);
    ap_hook_child_init(child_ready, NULL, NULL, APR_HOOK_REALLY_LAST);
    for (i = 0; game_builtins[i]; i++) {
        ap_register_provider(pool, GAME_STRATEGY_GROUP,
                             game_builtins[i]->id, GAME_STRATEGY_VERSION,
                             game_builtins[i]);
    }
    game_db_register(pool);
    game_request_id_register(pool);
    game_access_log_register(pool);
    game_handler_register(pool);
    game_docs_register(pool);
    game_play_page_register(pool);
    game_authz_register(pool);
    game_json_errors_register(pool);
    game_metrics_register(pool);
    game_telemetry_register(pool);
}

AP_DECLARE_MODULE(game) = {
    STANDARD20_MODULE_STUFF,
    game_config_dir_create,
    game_config_dir_merge,
    game_config_server_create,
    game_config_server_merge,
    game_directives,
    register_hooks
};

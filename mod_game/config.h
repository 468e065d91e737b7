/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file config.h
 * Configuration of a server and of a location. Unset is -1 or NULL; getters
 * (game_server_*) give the default.
 */
#ifndef GAME_CONFIG_H
#define GAME_CONFIG_H

#include <httpd.h>
#include <http_config.h>
#include <apr_tables.h>

#include "config_campaigns.h"

/** Tables that GameRetention knows (retention.h). */
#define GAME_RETENTIONS 8
/** Of which requests the audit log has rows. */
typedef enum {
    GAME_AUDIT_OFF,
    GAME_AUDIT_MUTATIONS,       /**< other than GET, and refused ones that
                                     an administrator alone may make */
    GAME_AUDIT_ALL
} game_audit_e;

/** Where limits are counted (limit.h), and a Redis for it. */
struct game_limit_store_t;
typedef struct game_limit_redis_t game_limit_redis_t;

/** What becomes of requests when they cannot be counted. */
typedef enum {
    GAME_LIMIT_OPEN,
    GAME_LIMIT_CLOSED
} game_limit_failure_e;

struct game_dir_conf_t;
typedef struct game_document_t game_document_t;

/** Values of GameDocs. */
enum { GAME_DOCS_OFF, GAME_DOCS_ON, GAME_DOCS_BESIDE };

typedef struct game_server_conf_t {
    int engine;                 /**< GameEngine is On somewhere in it */
    int db_connections;         /**< GameDBConnections: borrowers a child */
    apr_interval_time_t db_wait;        /**< GameDBWait */
    apr_interval_time_t db_timeout;     /**< GameDBTimeout: a statement */
    apr_interval_time_t cache_ttl;      /**< GameCacheTTL */
    apr_interval_time_t key_ttl;        /**< GameKeyCacheTTL */
    int cache_entries;          /**< GameCacheEntries */
    int conversion_rate;        /**< GameConversionRate: points a coin */
    int allow_negative;         /**< GameAllowNegativeBalance */
    const char *secret;         /**< GameSecretFile: its content */
    int docs;                   /**< GameDocs */
    const char *docs_dir;       /**< GameDocsDir */
    const struct game_dir_conf_t *api;  /**< first location with GameEngine */
    apr_array_header_t *openapi_servers; /**< GameOpenApiServer: URL, text */
    const char *oauth_authorize; /**< GameOpenApiOAuth: its arguments */
    const char *oauth_token;
    const char *oauth_client;
    const game_document_t *document;    /**< made in post_config; or NULL */
    int dsl_nodes;              /**< GameDslMaxNodes */
    int dsl_depth;              /**< GameDslMaxDepth */
    int dsl_timeout;            /**< GameDslTimeout: milliseconds */
    int dsl_log;                /**< GameDslLog */
    int dsl_log_sample;         /**< GameDslLogSample: of a million */
    int dsl_log_trace;          /**< GameDslLogTrace: entries; 0: all */
    int dsl_log_queue;          /**< GameDslLogQueue: rows */
    int limits;                 /**< GameLimits */
    int limit_window;           /**< GameLimitWindow: seconds */
    int limit_key;              /**< GameLimitPerKey; 0: none, as below */
    int limit_address;          /**< GameLimitPerAddress */
    int limit_user;             /**< GameLimitPerUser */
    int limit_day;              /**< GameLimitPerKeyDay */
    int limit_entries;          /**< GameLimitEntries */
    int limit_failure;          /**< GameLimitFailure */
    const struct game_limit_store_t *limit_store;   /**< GameLimitStore */
    game_limit_redis_t *limit_redis;    /**< of GameLimitStore redis://... */
    int jobs;                   /**< GameJobs */
    apr_interval_time_t jobs_interval;  /**< GameJobsInterval */
    int retention[GAME_RETENTIONS];     /**< GameRetention: days */
    int request_log;            /**< GameRequestLog */
    int audit;                  /**< GameAudit: a game_audit_e */
    int log_queue;              /**< GameLogQueue: rows */
    int export_rows;            /**< GameExportRowsMax */
    int export_concurrent;      /**< GameExportConcurrent */
    const char *export_dir;     /**< GameExportTempDir */
    game_campaigns_conf_t campaigns;    /**< what is configured of them */
    const struct game_campaigns_t *campaigns_loaded;    /**< made of it in
                                     post_config (campaigns_setup.h); NULL:
                                     there are none */
} game_server_conf_t;

typedef struct game_dir_conf_t {
    int engine;                 /**< GameEngine */
    const char *base;           /**< path of the location with GameEngine */
    int json_errors;            /**< GameJsonErrors */
    int metrics;                /**< GameMetrics */
    apr_off_t body_max;         /**< GameBodyMax */
    int json_depth;             /**< GameJsonDepth */
    const char *token_issuer;   /**< GameTokenIssuer */
    const char *token_audience; /**< GameTokenAudience */
    const char *token_type;     /**< GameTokenType */
    const char *admin_role;     /**< GameAdminRole */
    const char *admin_client;   /**< second argument of GameAdminRole */
    const char *realm;          /**< GameRealm */
    int page_max;               /**< GamePageSizeMax */
    apr_array_header_t *cors;   /**< GameCorsOrigin, strings */
} game_dir_conf_t;

void *game_config_server_create(apr_pool_t *p, server_rec *s);
void *game_config_server_merge(apr_pool_t *p, void *base, void *add);
void *game_config_dir_create(apr_pool_t *p, char *dir);
void *game_config_dir_merge(apr_pool_t *p, void *base, void *add);

game_server_conf_t *game_config_server(const server_rec *s);
const game_dir_conf_t *game_config_dir(const request_rec *r);

/** Effective values: what is unset is the default. */
int game_conf_db_connections(const game_server_conf_t *conf);
apr_interval_time_t game_conf_db_wait(const game_server_conf_t *conf);
apr_interval_time_t game_conf_db_timeout(const game_server_conf_t *conf);
apr_interval_time_t game_conf_cache_ttl(const game_server_conf_t *conf);
apr_interval_time_t game_conf_key_ttl(const game_server_conf_t *conf);
int game_conf_cache_entries(const game_server_conf_t *conf);
int game_conf_conversion_rate(const game_server_conf_t *conf);
int game_conf_allow_negative(const game_server_conf_t *conf);
int game_conf_docs(const game_server_conf_t *conf);
const char *game_conf_docs_dir(const game_server_conf_t *conf);
int game_conf_dsl_nodes(const game_server_conf_t *conf);
int game_conf_dsl_depth(const game_server_conf_t *conf);
int game_conf_dsl_timeout(const game_server_conf_t *conf);
int game_conf_dsl_log(const game_server_conf_t *conf);
int game_conf_dsl_log_sample(const game_server_conf_t *conf);
int game_conf_dsl_log_trace(const game_server_conf_t *conf);
int game_conf_dsl_log_queue(const game_server_conf_t *conf);
int game_conf_limits(const game_server_conf_t *conf);
int game_conf_limit_window(const game_server_conf_t *conf);
int game_conf_limit_key(const game_server_conf_t *conf);
int game_conf_limit_address(const game_server_conf_t *conf);
int game_conf_limit_user(const game_server_conf_t *conf);
int game_conf_limit_day(const game_server_conf_t *conf);
int game_conf_limit_entries(const game_server_conf_t *conf);
game_limit_failure_e game_conf_limit_failure(const game_server_conf_t *conf);
const struct game_limit_store_t *game_conf_limit_store(
    const game_server_conf_t *conf);
int game_conf_jobs(const game_server_conf_t *conf);
apr_interval_time_t game_conf_jobs_interval(const game_server_conf_t *conf);
/** @param which place of a table (game_retention_find) */
int game_conf_retention(const game_server_conf_t *conf, int which);
int game_conf_request_log(const game_server_conf_t *conf);
game_audit_e game_conf_audit(const game_server_conf_t *conf);
int game_conf_log_queue(const game_server_conf_t *conf);
int game_conf_export_rows(const game_server_conf_t *conf);
int game_conf_export_concurrent(const game_server_conf_t *conf);
/** @return NULL: where APR has temporary files, TMPDIR first */
const char *game_conf_export_dir(const game_server_conf_t *conf);
const char *game_conf_base(const game_dir_conf_t *conf);
apr_off_t game_conf_body_max(const game_dir_conf_t *conf);
int game_conf_metrics(const game_dir_conf_t *conf);
int game_conf_json_depth(const game_dir_conf_t *conf);
int game_conf_page_max(const game_dir_conf_t *conf);
const char *game_conf_token_type(const game_dir_conf_t *conf);
const char *game_conf_admin_role(const game_dir_conf_t *conf);
const char *game_conf_realm(const game_dir_conf_t *conf);

/** The command table (directives.c). */
extern const command_rec game_directives[];

#endif

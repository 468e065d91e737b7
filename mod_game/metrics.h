/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file metrics.h
 * Counting: what other parts of the module call when something happened.
 * All children count into one shared memory, exactly; counting takes no
 * lock and never fails. A word that is none of those named here counts as
 * "other" where there is such a label, else as the last one.
 *
 * The numbers are shown to Prometheus by the handler "game-metrics"
 * (metrics_show.c), and to people by mod_status (metrics_status.c).
 */
#ifndef GAME_METRICS_H
#define GAME_METRICS_H

#include <httpd.h>

struct game_route_t;

/** Make the shared memory, or take up that of before a restart.
 *  @return NULL or a sentence */
const char *game_metrics_setup_post_config(apr_pool_t *pconf, server_rec *s);

/** Find this child a place for what it has at the moment. */
void game_metrics_setup_child_init(void);

/** Register the handler and the hooks. */
void game_metrics_register(apr_pool_t *pool);

/**
 * Count one run of a custom strategy.
 * @param extend      of a DSL_EXTEND, else of a DSL_FULL
 * @param status      "ok", "error", "timeout" or "limit"
 * @param code        of a failure, else NULL
 * @param duration_ms as observed
 * @param nodes       executed
 */
void game_metrics_run(int extend, const char *status, const char *code,
                      double duration_ms, int nodes);

/** Count a row of the execution log that was dropped. */
void game_metrics_dropped(int extend);

/**
 * Count an award that was asked for.
 * @param result "awarded", "direct" (given without a score), "replayed",
 *               "simulated", "refused" (4xx) or "failed"
 * @param points that were booked; 0 when none
 */
void game_metrics_award(const char *result, apr_int64_t points);

/** Count an answer that repeats an earlier one. @param route of the call */
void game_metrics_replay(const struct game_route_t *route);

/**
 * Count a statement, or a pipeline under its main statement.
 * @param statement of game_sql_e
 * @param took      from sending to its result
 * @param sqlstate  of its failure; "" for a lost connection; NULL: none
 */
void game_metrics_statement(int statement, apr_interval_time_t took,
                            const char *sqlstate);

/** Count a wait for a free connection. */
void game_metrics_db_wait(apr_interval_time_t took);

/** Count a request that got no connection.
 *  @param reason "wait" (GameDBWait is over), "down" or "connect" */
void game_metrics_db_refused(const char *reason);

/** Count a connection that was made, or was lost and made again. */
void game_metrics_db_connected(int again);

/** What this child has at the moment. */
typedef enum {
    GAME_METRICS_POOL_SIZE,     /**< connections that its pools may have */
    GAME_METRICS_POOL_OPEN,     /**< connections that are open */
    GAME_METRICS_POOL_IN_USE,
    GAME_METRICS_POOL_WAITING,  /**< threads that wait for one */
    GAME_METRICS_GAUGES
} game_metrics_gauge_e;

/** Change one of these. */
void game_metrics_gauge(game_metrics_gauge_e gauge, int by);

/** Count a look into a cache.
 *  @param cache "keys", "subjects", "games", "tasks" or "programs" */
void game_metrics_cache(const char *cache, int hit);

/** Count a request that a limit refused.
 *  @param scope "api_key", "ip", "external_user" or "daily" */
void game_metrics_limited(const char *scope);

/** Count a store of limits that could not be asked.
 *  @param store "shm", "database" or "redis" */
void game_metrics_limit_fault(const char *store);

/** Count one run of a job. @param job a name of the code, never a client's:
 *  the first 32 names are told apart */
void game_metrics_job(const char *job, int ok, apr_interval_time_t took);

/** Count rows of a queue. @param queue "requests" or "audit" */
void game_metrics_queue(const char *queue, apr_uint64_t written,
                        apr_uint64_t dropped);

/** Count an export. @param dataset a name of the code, as with jobs
 *  @param status "completed" or "failed" */
void game_metrics_export(const char *dataset, const char *status,
                         apr_uint64_t rows);

/** Count what became of a step of a campaign.
 *  @param skill  its id
 *  @param status "completed", "skipped" (out of the cache), "failed",
 *                "retried", "released" or "lost"
 *  @param took   from the claim; summed of those that completed */
void game_metrics_campaign_step(const char *skill, const char *status,
                                apr_interval_time_t took);

/** Count a run that has ended. @param status final */
void game_metrics_campaign_run(const char *status);

/** Count a step that was taken back from a worker that is gone. */
void game_metrics_campaign_recovered(void);

/** Count a worker that was started again. */
void game_metrics_campaign_restart(void);

#endif

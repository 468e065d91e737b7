/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the other parts of the module call: from what happened to a cell.
 */

#include "metrics_int.h"

#include <string.h>

/* The number of a word among the values of a family's label. */
static int which(game_metric_e metric, int label, const char *word)
{
    return game_label_find(game_metrics_table[metric].labels[label], word);
}

static int learnt(game_metric_e metric, const char *name)
{
    return game_label_learn(game_metrics_table[metric].labels[0], name);
}

void game_metrics_run(int extend, const char *status, const char *code,
                      double duration_ms, int nodes)
{
    int type = extend != 0;

    if (!game_metrics_there()) {
        return;
    }
    game_metrics_observe(GAME_M_DSL_DURATION, type,
                         which(GAME_M_DSL_DURATION, 1, status), 0,
                         (apr_uint64_t)(duration_ms * 1000));
    game_metrics_add(GAME_M_DSL_NODES, type, 0, 0, 0, (apr_uint64_t)nodes);
    if (strcmp(status, "ok")) {
        game_metrics_add(GAME_M_DSL_ERRORS, type,
                         which(GAME_M_DSL_ERRORS, 1, code ? code : ""), 0,
                         0, 1);
    }
}

void game_metrics_dropped(int extend)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_DSL_DROPPED, extend != 0, 0, 0, 0, 1);
    }
}

void game_metrics_award(const char *result, apr_int64_t points)
{
    if (!game_metrics_there()) {
        return;
    }
    game_metrics_add(GAME_M_AWARDS, which(GAME_M_AWARDS, 0, result), 0, 0, 0,
                     1);
    if (points > 0) {
        game_metrics_add(GAME_M_POINTS, 0, 0, 0, 0, (apr_uint64_t)points);
    }
    else if (points < 0) {
        game_metrics_add(GAME_M_POINTS_NEGATIVE, 0, 0, 0, 0,
                         -(apr_uint64_t)points);
    }
}

void game_metrics_replay(const struct game_route_t *route)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_REPLAYS, game_metrics_handler_of(route), 0,
                         0, 0, 1);
    }
}

/* ---- database ---- */

void game_metrics_statement(int statement, apr_interval_time_t took,
                            const char *sqlstate)
{
    char name[3] = "";

    if (!game_metrics_there()) {
        return;
    }
    game_metrics_observe(GAME_M_DB_QUERY, statement, 0, 0,
                         took > 0 ? (apr_uint64_t)took : 0);
    if (sqlstate) {
        strncpy(name, sqlstate, 2);
        game_metrics_add(GAME_M_DB_ERRORS,
                         which(GAME_M_DB_ERRORS, 0, *name ? name : "lost"),
                         0, 0, 0, 1);
    }
}

void game_metrics_db_wait(apr_interval_time_t took)
{
    if (game_metrics_there()) {
        game_metrics_observe(GAME_M_DB_WAIT, 0, 0, 0,
                             took > 0 ? (apr_uint64_t)took : 0);
    }
}

void game_metrics_db_refused(const char *reason)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_DB_REFUSED,
                         which(GAME_M_DB_REFUSED, 0, reason), 0, 0, 0, 1);
    }
}

void game_metrics_db_connected(int again)
{
    if (game_metrics_there()) {
        game_metrics_add(again ? GAME_M_DB_RECONNECTS : GAME_M_DB_CONNECTS,
                         0, 0, 0, 0, 1);
    }
}

void game_metrics_cache(const char *cache, int hit)
{
    game_metric_e metric = hit ? GAME_M_CACHE_HITS : GAME_M_CACHE_MISSES;

    if (game_metrics_there()) {
        game_metrics_add(metric, which(metric, 0, cache), 0, 0, 0, 1);
    }
}

/* ---- limits, jobs, queues, exports ---- */

void game_metrics_limited(const char *scope)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_LIMITED, which(GAME_M_LIMITED, 0, scope), 0,
                         0, 0, 1);
    }
}

void game_metrics_limit_fault(const char *store)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_LIMIT_FAULTS,
                         which(GAME_M_LIMIT_FAULTS, 0, store), 0, 0, 0, 1);
    }
}

void game_metrics_job(const char *job, int ok, apr_interval_time_t took)
{
    int number;

    if (!game_metrics_there()) {
        return;
    }
    number = learnt(GAME_M_JOB_SECONDS, job);
    game_metrics_observe(GAME_M_JOB_SECONDS, number, 0, 0,
                         took > 0 ? (apr_uint64_t)took : 0);
    if (ok) {
        game_metrics_set(GAME_M_JOB_SUCCESS, number,
                         (apr_uint64_t)apr_time_sec(apr_time_now()));
    }
    else {
        game_metrics_add(GAME_M_JOB_FAILURES, number, 0, 0, 0, 1);
    }
}

void game_metrics_queue(const char *queue, apr_uint64_t written,
                        apr_uint64_t dropped)
{
    int number;

    if (!game_metrics_there()) {
        return;
    }
    number = which(GAME_M_QUEUE_WRITTEN, 0, queue);
    if (written) {
        game_metrics_add(GAME_M_QUEUE_WRITTEN, number, 0, 0, 0, written);
    }
    if (dropped) {
        game_metrics_add(GAME_M_QUEUE_DROPPED, number, 0, 0, 0, dropped);
    }
}

void game_metrics_export(const char *dataset, const char *status,
                         apr_uint64_t rows)
{
    int number;

    if (!game_metrics_there()) {
        return;
    }
    number = learnt(GAME_M_EXPORTS, dataset);
    game_metrics_add(GAME_M_EXPORTS, number,
                     which(GAME_M_EXPORTS, 1, status), 0, 0, 1);
    game_metrics_add(GAME_M_EXPORT_ROWS, number, 0, 0, 0, rows);
}

/* ---- campaigns ---- */

void game_metrics_campaign_step(const char *skill, const char *status,
                                apr_interval_time_t took)
{
    int number;

    if (!game_metrics_there()) {
        return;
    }
    number = which(GAME_M_CAMPAIGN_STEPS, 0, skill);
    game_metrics_add(GAME_M_CAMPAIGN_STEPS, number,
                     which(GAME_M_CAMPAIGN_STEPS, 1, status), 0, 0, 1);
    if (!strcmp(status, "completed")) {
        game_metrics_observe(GAME_M_CAMPAIGN_SECONDS, number, 0, 0,
                             took > 0 ? (apr_uint64_t)took : 0);
    }
}

void game_metrics_campaign_run(const char *status)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_CAMPAIGN_RUNS,
                         which(GAME_M_CAMPAIGN_RUNS, 0, status), 0, 0, 0, 1);
    }
}

void game_metrics_campaign_recovered(void)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_CAMPAIGN_RECOVERED, 0, 0, 0, 0, 1);
    }
}

void game_metrics_campaign_restart(void)
{
    if (game_metrics_there()) {
        game_metrics_add(GAME_M_CAMPAIGN_RESTARTS, 0, 0, 0, 0, 1);
    }
}

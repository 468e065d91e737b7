/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The families, a row each, and the values of their labels. Every list of
 * values has an end: no text of a client becomes a label.
 */

#include "metrics_int.h"

#include <string.h>

#include <apr_strings.h>

#include "db_statements.h"
#include "route.h"

#define HANDLERS_MAX 128
#define ROUTES_MAX 256

/* Of the reference, wherever the API is mounted. */
#define BASE "/api/v1"

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define LISTED(name, list) { name, COUNT(list), list, NULL, GAME_NAMES }

/* ---- values ---- */

static const char *const methods[] = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"
};
static const char *const statuses[] = { "1xx", "2xx", "3xx", "4xx", "5xx" };
static const char *const reasons[] = {
    "bad_request", "auth", "forbidden", "not_found", "method", "conflict",
    "gone", "precondition", "too_large", "validation", "limited",
    "internal", "unavailable", "other"
};
static const char *const results[] = {
    "awarded", "direct", "replayed", "simulated", "refused", "failed"
};
static const char *const dsl_types[] = { "DSL_FULL", "DSL_EXTEND" };
static const char *const dsl_statuses[] = {
    "ok", "error", "timeout", "limit"
};
static const char *const dsl_codes[] = {
    "DSL_ARITH_DIV_BY_ZERO", "DSL_ARITH_TYPE_MISMATCH",
    "DSL_ASSIGN_POINTS_NOT_NUMBER", "DSL_COMPARE_TYPE_MISMATCH",
    "DSL_FIELD_NOT_PRECOMPUTED", "DSL_FUNC_ARGUMENT", "DSL_LIMIT_EXCEEDED",
    "DSL_NUMERIC_OVERFLOW", "DSL_PARENT_RESULT",
    "DSL_SET_CASE_NAME_NOT_STRING", "DSL_SET_POINTS_NOT_NUMBER",
    "DSL_TIMEOUT", "DSL_TWO_WINDOWS", "DSL_UNEXPECTED"
};
/* classes of SQLSTATE; "lost" is a connection */
static const char *const sql_classes[] = {
    "lost", "08", "22", "23", "25", "40", "42", "53", "55", "57", "other"
};
static const char *const db_reasons[] = { "wait", "down", "connect" };
static const char *const caches[] = {
    "keys", "subjects", "games", "tasks", "programs"
};
static const char *const scopes[] = {
    "api_key", "ip", "external_user", "daily", "other"
};
static const char *const stores[] = { "shm", "database", "redis", "other" };
static const char *const queues[] = { "requests", "audit", "other" };
static const char *const export_statuses[] = { "completed", "failed" };

static const char *const skills[] = {
    "game_config_from_template", "generate_bgm_track",
    "bundle_game_template", "assemble_campaign_manifest", "other"
};
static const char *const step_statuses[] = {
    "completed", "skipped", "failed", "retried", "released", "lost"
};
static const char *const run_statuses[] = {
    "completed", "failed", "cancelled"
};

/* Templates of the route table, each once; made in post_config. */
static const char *handlers[HANDLERS_MAX];
static unsigned char handler_of[ROUTES_MAX];

static const char *handler(int number)
{
    return handlers[number];
}

static const char *statement(int number)
{
    return game_statements[number].name;
}

/* ---- labels ---- */

static game_label_t handler_label = { "handler", 0, NULL, handler,
                                      GAME_NAMES };
static const game_label_t method_label = LISTED("method", methods);
static const game_label_t status_label = LISTED("status", statuses);
static const game_label_t reason_label = LISTED("reason", reasons);
static const game_label_t result_label = LISTED("result", results);
static const game_label_t type_label = LISTED("strategy_type", dsl_types);
static const game_label_t dsl_status_label = LISTED("status", dsl_statuses);
static const game_label_t code_label = LISTED("code", dsl_codes);
static const game_label_t stmt_label = { "stmt", GAME_SQL_COUNT, NULL,
                                         statement, GAME_NAMES };
static const game_label_t class_label = LISTED("class", sql_classes);
static const game_label_t db_reason_label = LISTED("reason", db_reasons);
static const game_label_t cache_label = LISTED("cache", caches);
static const game_label_t scope_label = LISTED("scope", scopes);
static const game_label_t store_label = LISTED("store", stores);
static const game_label_t queue_label = LISTED("queue", queues);
static const game_label_t job_label = { "name", GAME_NAMES_MAX, NULL, NULL,
                                        GAME_NAMES_JOBS };
static const game_label_t dataset_label = { "dataset", GAME_NAMES_MAX, NULL,
                                            NULL, GAME_NAMES_DATASETS };
static const game_label_t export_label = LISTED("status", export_statuses);
static const game_label_t skill_label = LISTED("skill", skills);
static const game_label_t step_label = LISTED("status", step_statuses);
static const game_label_t run_label = LISTED("status", run_statuses);

/* ---- buckets, in seconds ---- */

static const double highr[] = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5,
    4, 4.5, 5, 7.5, 10, 30, 60
};
static const double coarse[] = { 0.1, 0.5, 1 };
static const double dsl_edges[] = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1,
    2.5, 5
};
static const double step_edges[] = { 0.05, 0.25, 1, 5, 30, 120, 600 };
static const double db_edges[] = { 0.001, 0.005, 0.025, 0.1, 0.5, 2.5 };

#define EDGES(list) .edges = list, .edge_count = COUNT(list), .micro = 1

/* ---- families ---- */

const game_metric_t game_metrics_table[GAME_M_COUNT] = {
    [GAME_M_REQUESTS] = { "http_requests_total", GAME_TEXT_COUNTER,
        "Requests by template of the route, method and class of the status.",
        { &handler_label, &method_label, &status_label }, .sparse = 1 },
    [GAME_M_REQUEST_SIZE] = { "http_request_size_bytes", GAME_TEXT_SUMMARY,
        "Bytes of the bodies of requests.", { &handler_label },
        .sparse = 1, .per_request = 1 },
    [GAME_M_RESPONSE_SIZE] = { "http_response_size_bytes",
        GAME_TEXT_SUMMARY, "Bytes of the bodies that were sent.",
        { &handler_label }, .sparse = 1, .per_request = 1 },
    [GAME_M_HIGHR] = { "http_request_duration_highr_seconds",
        GAME_TEXT_HISTOGRAM, "Time of requests, in many buckets.", { NULL },
        EDGES(highr) },
    [GAME_M_DURATION] = { "http_request_duration_seconds",
        GAME_TEXT_HISTOGRAM, "Time of requests by template and method.",
        { &handler_label, &method_label }, EDGES(coarse), .sparse = 1 },
    [GAME_M_REFUSALS] = { "game_refusals_total", GAME_TEXT_COUNTER,
        "Requests answered with an error, by its kind.", { &reason_label } },
    [GAME_M_AWARDS] = { "game_awards_total", GAME_TEXT_COUNTER,
        "Events to be scored, by what became of them; direct: points that "
        "were given without a score.", { &result_label } },
    [GAME_M_POINTS] = { "game_points_total", GAME_TEXT_COUNTER,
        "Points that were awarded.", { NULL } },
    [GAME_M_POINTS_NEGATIVE] = { "game_points_negative_total",
        GAME_TEXT_COUNTER, "Points that were taken by awards below zero.",
        { NULL } },
    [GAME_M_REPLAYS] = { "game_idempotent_replays_total", GAME_TEXT_COUNTER,
        "Answers that repeat an earlier one, by template of the route.",
        { &handler_label }, .sparse = 1 },
    [GAME_M_DSL_DURATION] = { "dsl_execution_duration_seconds",
        GAME_TEXT_HISTOGRAM, "Time of scoring by custom strategies.",
        { &type_label, &dsl_status_label }, EDGES(dsl_edges) },
    [GAME_M_DSL_NODES] = { "dsl_execution_nodes_total", GAME_TEXT_COUNTER,
        "Nodes of programs that were executed.", { &type_label } },
    [GAME_M_DSL_ERRORS] = { "dsl_execution_errors_total", GAME_TEXT_COUNTER,
        "Runs of custom strategies that failed, by code.",
        { &type_label, &code_label } },
    [GAME_M_DSL_DROPPED] = { "dsl_execution_log_dropped_total",
        GAME_TEXT_COUNTER, "Rows of the execution log that were dropped.",
        { &type_label } },
    [GAME_M_DB_QUERY] = { "game_db_query_seconds", GAME_TEXT_HISTOGRAM,
        "Time of statements, from sending to the result.", { &stmt_label },
        EDGES(db_edges), .sparse = 1 },
    [GAME_M_DB_ERRORS] = { "game_db_errors_total", GAME_TEXT_COUNTER,
        "Statements that failed, by class of SQLSTATE.", { &class_label } },
    [GAME_M_DB_WAIT] = { "game_db_wait_seconds", GAME_TEXT_SUMMARY,
        "Waits for a free connection.", { NULL }, .micro = 1 },
    [GAME_M_DB_REFUSED] = { "game_db_refused_total", GAME_TEXT_COUNTER,
        "Borrowers that got no connection: the wait was over, the database "
        "is known to be down, or none could be made.",
        { &db_reason_label } },
    [GAME_M_DB_CONNECTS] = { "game_db_connects_total", GAME_TEXT_COUNTER,
        "Connections that were made.", { NULL } },
    [GAME_M_DB_RECONNECTS] = { "game_db_reconnects_total",
        GAME_TEXT_COUNTER, "Connections that were lost and made again.",
        { NULL } },
    [GAME_M_CACHE_HITS] = { "game_cache_hits_total", GAME_TEXT_COUNTER,
        "Looks into a cache that found something.", { &cache_label } },
    [GAME_M_CACHE_MISSES] = { "game_cache_misses_total", GAME_TEXT_COUNTER,
        "Looks into a cache that found nothing, or nothing that was still "
        "true.", { &cache_label } },
    [GAME_M_LIMITED] = { "game_rate_limited_total", GAME_TEXT_COUNTER,
        "Requests that a limit refused.", { &scope_label } },
    [GAME_M_LIMIT_FAULTS] = { "game_limit_store_faults_total",
        GAME_TEXT_COUNTER, "Times that a store of limits did not answer.",
        { &store_label } },
    [GAME_M_JOB_SECONDS] = { "game_job_seconds", GAME_TEXT_SUMMARY,
        "Runs of jobs and their time.", { &job_label }, .micro = 1,
        .sparse = 1 },
    [GAME_M_JOB_FAILURES] = { "game_job_failures_total", GAME_TEXT_COUNTER,
        "Runs of jobs that failed.", { &job_label } },
    [GAME_M_JOB_SUCCESS] = { "game_job_last_success_timestamp_seconds",
        GAME_TEXT_GAUGE, "When a job last went well on this host.",
        { &job_label }, .sparse = 1 },
    [GAME_M_QUEUE_WRITTEN] = { "game_queue_written_total",
        GAME_TEXT_COUNTER, "Rows of a queue that reached the database.",
        { &queue_label } },
    [GAME_M_QUEUE_DROPPED] = { "game_queue_dropped_total",
        GAME_TEXT_COUNTER, "Rows of a queue that were dropped.",
        { &queue_label } },
    [GAME_M_EXPORTS] = { "game_exports_total", GAME_TEXT_COUNTER,
        "Exports by dataset and how they ended.",
        { &dataset_label, &export_label }, .sparse = 1 },
    [GAME_M_EXPORT_ROWS] = { "game_export_rows_total", GAME_TEXT_COUNTER,
        "Rows of exports.", { &dataset_label }, .sparse = 1 },
    [GAME_M_CAMPAIGN_STEPS] = { "game_campaign_steps_total",
        GAME_TEXT_COUNTER, "Steps of campaigns by skill and what became of "
        "them; skipped: out of the cache.", { &skill_label, &step_label },
        .sparse = 1 },
    [GAME_M_CAMPAIGN_SECONDS] = { "game_campaign_step_seconds",
        GAME_TEXT_HISTOGRAM, "Time of steps that completed.",
        { &skill_label }, EDGES(step_edges), .sparse = 1 },
    [GAME_M_CAMPAIGN_RUNS] = { "game_campaign_runs_total",
        GAME_TEXT_COUNTER, "Runs of campaigns that a worker of this host "
        "has ended.", { &run_label } },
    [GAME_M_CAMPAIGN_RECOVERED] = { "game_campaign_recovered_total",
        GAME_TEXT_COUNTER, "Steps that were taken back from workers that "
        "are gone.", { NULL } },
    [GAME_M_CAMPAIGN_RESTARTS] = { "game_campaign_worker_restarts_total",
        GAME_TEXT_COUNTER, "Workers that ended unasked and were started "
        "again.", { NULL } }
};

/* ---- the routes' templates ---- */

const char *game_metrics_table_post_config(apr_pool_t *pconf)
{
    int route, i;

    handler_label.count = 0;
    for (route = 0; game_routes[route].method; route++) {
        const char *name = apr_pstrcat(pconf, BASE, game_routes[route].path,
                                       NULL);

        for (i = 0; i < handler_label.count && strcmp(handlers[i], name);
             i++)
            ;
        if (i == HANDLERS_MAX || route == ROUTES_MAX) {
            return "metrics: the route table has too many rows";
        }
        handlers[i] = name;
        handler_of[route] = (unsigned char)i;
        handler_label.count += i == handler_label.count;
    }
    return NULL;
}

int game_metrics_handler_of(const game_route_t *route)
{
    return handler_of[route - game_routes];
}

int game_label_find(const game_label_t *label, const char *value)
{
    int i;

    for (i = 0; i < label->count - 1; i++) {
        if (!strcmp(label->values[i], value)) {
            break;
        }
    }
    return i;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A segment of 64-bit atomics with a fixed layout, made before the children
 * are forked. It begins anew with every restart, as counters of processes
 * do.
 */

#include "metrics.h"

#include <string.h>

#include <http_config.h>
#include <http_protocol.h>

#include <apr_atomic.h>
#include <apr_shm.h>
#include <apr_strings.h>

#define TYPES 2
#define STATUSES 4
#define BUCKETS 16              /* the last one is +Inf */

static const char *const types[TYPES] = { "DSL_FULL", "DSL_EXTEND" };
static const char *const statuses[STATUSES] = {
    "ok", "error", "timeout", "limit"
};
static const double edges[BUCKETS - 1] = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1,
    2.5, 5
};

/* Codes that a run can end with; any other counts under the last. */
static const char *const codes[] = {
    "DSL_ARITH_DIV_BY_ZERO", "DSL_ARITH_TYPE_MISMATCH",
    "DSL_ASSIGN_POINTS_NOT_NUMBER", "DSL_COMPARE_TYPE_MISMATCH",
    "DSL_FIELD_NOT_PRECOMPUTED", "DSL_FUNC_ARGUMENT", "DSL_LIMIT_EXCEEDED",
    "DSL_NUMERIC_OVERFLOW", "DSL_PARENT_RESULT",
    "DSL_SET_CASE_NAME_NOT_STRING", "DSL_SET_POINTS_NOT_NUMBER",
    "DSL_TIMEOUT", "DSL_TWO_WINDOWS", "DSL_UNEXPECTED"
};
#define CODES (sizeof(codes) / sizeof(codes[0]))

/* The layout of the segment; every member by atomics only. */
typedef struct counters_t {
    apr_uint64_t duration[TYPES][STATUSES][BUCKETS];
    apr_uint64_t duration_us[TYPES][STATUSES];
    apr_uint64_t nodes[TYPES];
    apr_uint64_t errors[TYPES][CODES];
    apr_uint64_t dropped[TYPES];
} counters_t;

/* Written once, in post_config. */
static counters_t *counters;

const char *game_metrics_setup_post_config(apr_pool_t *pconf)
{
    apr_shm_t *shm;
    apr_status_t rv = apr_shm_create(&shm, sizeof(*counters), NULL, pconf);

    if (rv != APR_SUCCESS) {
        return apr_psprintf(pconf, "no shared memory for metrics: %pm", &rv);
    }
    counters = apr_shm_baseaddr_get(shm);
    memset(counters, 0, sizeof(*counters));
    return NULL;
}

static int index_of(const char *const *names, int count, const char *name)
{
    int i;

    for (i = 0; i < count - 1; i++) {
        if (!strcmp(names[i], name)) {
            break;
        }
    }
    return i;
}

void game_metrics_run(int extend, const char *status, const char *code,
                      double duration_ms, int nodes)
{
    int type = extend != 0, bucket = 0, which;

    if (!counters) {
        return;
    }
    which = index_of(statuses, STATUSES, status);
    while (bucket < BUCKETS - 1 && duration_ms / 1000 > edges[bucket]) {
        bucket++;
    }
    apr_atomic_inc64(&counters->duration[type][which][bucket]);
    apr_atomic_add64(&counters->duration_us[type][which],
                     (apr_uint64_t)(duration_ms * 1000));
    apr_atomic_add64(&counters->nodes[type], (apr_uint64_t)nodes);
    if (strcmp(status, "ok")) {
        which = index_of(codes, CODES, code ? code : "");
        apr_atomic_inc64(&counters->errors[type][which]);
    }
}

void game_metrics_dropped(int extend)
{
    if (counters) {
        apr_atomic_inc64(&counters->dropped[extend != 0]);
    }
}

/* ---- showing ---- */

static void family(request_rec *r, const char *name, const char *kind,
                   const char *help)
{
    ap_rprintf(r, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static void show_duration(request_rec *r, int type, int status)
{
    static const char name[] = "dsl_execution_duration_seconds";
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < BUCKETS; i++) {
        sum += apr_atomic_read64(&counters->duration[type][status][i]);
        ap_rprintf(r, "%s_bucket{strategy_type=\"%s\",status=\"%s\",le=\"%s"
                   "\"} %" APR_UINT64_T_FMT "\n", name, types[type],
                   statuses[status], i < BUCKETS - 1
                   ? apr_psprintf(r->pool, "%g", edges[i]) : "+Inf", sum);
    }
    ap_rprintf(r, "%s_sum{strategy_type=\"%s\",status=\"%s\"} %.6f\n", name,
               types[type], statuses[status],
               (double)apr_atomic_read64(&counters->duration_us[type]
                                                               [status])
               / 1e6);
    ap_rprintf(r, "%s_count{strategy_type=\"%s\",status=\"%s\"} %"
               APR_UINT64_T_FMT "\n", name, types[type], statuses[status],
               sum);
}

static void show_each(request_rec *r, const char *name,
                      apr_uint64_t *values)
{
    int type;

    for (type = 0; type < TYPES; type++) {
        ap_rprintf(r, "%s{strategy_type=\"%s\"} %" APR_UINT64_T_FMT "\n",
                   name, types[type], apr_atomic_read64(&values[type]));
    }
}

static void show(request_rec *r)
{
    int type, status;
    unsigned code;

    family(r, "dsl_execution_duration_seconds", "histogram",
           "Time of scoring by custom strategies.");
    for (type = 0; type < TYPES; type++) {
        for (status = 0; status < STATUSES; status++) {
            show_duration(r, type, status);
        }
    }
    family(r, "dsl_execution_nodes_total", "counter",
           "Nodes of programs that were executed.");
    show_each(r, "dsl_execution_nodes_total", counters->nodes);
    family(r, "dsl_execution_errors_total", "counter",
           "Runs of custom strategies that failed, by code.");
    for (type = 0; type < TYPES; type++) {
        for (code = 0; code < CODES; code++) {
            ap_rprintf(r, "dsl_execution_errors_total{strategy_type=\"%s\","
                       "code=\"%s\"} %" APR_UINT64_T_FMT "\n", types[type],
                       codes[code],
                       apr_atomic_read64(&counters->errors[type][code]));
        }
    }
    family(r, "dsl_execution_log_dropped_total", "counter",
           "Rows of the execution log that were dropped.");
    show_each(r, "dsl_execution_log_dropped_total", counters->dropped);
}

static int handler(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, "game-metrics")) {
        return DECLINED;
    }
    r->allowed = (AP_METHOD_BIT << M_GET);
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    if (!counters) {
        return HTTP_SERVICE_UNAVAILABLE;
    }
    ap_set_content_type(r, "text/plain; version=1.0.0; charset=utf-8");
    if (!r->header_only) {
        show(r);
    }
    return OK;
}

void game_metrics_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the runs of a strategy were. Counts and sums are of all runs;
 * durations, nodes and the histogram of points are of the rows that the
 * execution log kept, the newest 1000 of them.
 */

#include "strategies_custom.h"

#include <string.h>

#include "../observe.h"
#include "../response.h"
#include "instant.h"
#include "strategies_custom_int.h"

#define TOP 10

/* ---- schemas ---- */

#define WINDOW_FIELDS \
    { "since", GAME_STRING, GAME_INSTANT, 0, 0, NULL, NULL, NULL, NULL, \
      "Runs from this time on." }, \
    { "until", GAME_STRING, GAME_INSTANT, 0, 0, NULL, NULL, NULL, NULL, \
      "Runs up to this time." }

static const game_field_t window_fields[] = {
    WINDOW_FIELDS, { NULL }
};

const game_schema_t game_custom_window_query = {
    "CustomStrategyMetricsQuery", window_fields, NULL
};

static const game_field_t compare_fields[] = {
    { "a", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "A strategy." },
    { "b", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "The strategy that is compared with it." },
    WINDOW_FIELDS,
    { NULL }
};

const game_schema_t game_custom_compare_query = {
    "CustomStrategyCompareQuery", compare_fields, NULL
};

/* ---- reading ---- */

typedef struct window_t {
    game_instant_t since, until;
    int has_since, has_until;
} window_t;

typedef struct top_t {
    const char *name;
    apr_int64_t count;
} top_t;

/* A strategy's figures. */
typedef struct figures_t {
    game_custom_t custom;
    game_observe_t observed;
    double nodes_avg;
    apr_int64_t nodes_max;
    int errors, cases;
    top_t error[TOP], name[TOP];
} figures_t;

/* Columns of strategy_metrics. */
enum { ROW_KIND, ROW_NAME, ROW_COUNT, ROW_NUMBER, ROW_NODES };

static game_error_t *read_window(game_req_t *req, window_t *window)
{
    game_check_t *check = game_check_make(req->pool);

    game_instant_query(req, check, "since", &window->since,
                       &window->has_since);
    game_instant_query(req, check, "until", &window->until,
                       &window->has_until);
    return game_check_error(check);
}

static void take_top(top_t *list, int *count, const game_rows_t *rows,
                     int row)
{
    if (*count < TOP) {
        list[*count].name = game_cell(rows, row, ROW_NAME);
        list[(*count)++].count = game_cell_int(rows, row, ROW_COUNT);
    }
}

/* The rows that were kept: averages and maxima are of the same runs as the
 * percentiles. Averages are sums until all are taken. */
static void take_run(figures_t *f, const game_rows_t *rows, int row,
                     double *durations, int *runs)
{
    double ms = game_cell_real(rows, row, ROW_NUMBER);
    apr_int64_t nodes = game_cell_int(rows, row, ROW_NODES);

    durations[(*runs)++] = ms;
    f->observed.avg_ms += ms;
    f->nodes_avg += (double)nodes;
    f->observed.max_ms = ms > f->observed.max_ms ? ms : f->observed.max_ms;
    f->nodes_max = nodes > f->nodes_max ? nodes : f->nodes_max;
}

static void take_rows(figures_t *f, const game_rows_t *rows,
                      apr_pool_t *pool)
{
    apr_size_t size = sizeof(double) * (apr_size_t)(rows->count + 1);
    double *durations = apr_palloc(pool, size);
    double *points = apr_palloc(pool, size);
    int runs = 0, scored = 0, i;

    for (i = 0; i < rows->count; i++) {
        const char *kind = game_cell(rows, i, ROW_KIND);

        if (!strcmp(kind, "status")) {
            game_observe_add(&f->observed.status,
                             game_cell(rows, i, ROW_NAME),
                             game_cell_int(rows, i, ROW_COUNT));
        }
        else if (!strcmp(kind, "error")) {
            take_top(f->error, &f->errors, rows, i);
        }
        else if (!strcmp(kind, "case")) {
            take_top(f->name, &f->cases, rows, i);
        }
        else if (!strcmp(kind, "points")) {
            f->observed.points_sum = game_cell_real(rows, i, ROW_NUMBER);
        }
        else if (!strcmp(kind, "run")) {
            take_run(f, rows, i, durations, &runs);
        }
        else {
            points[scored++] = game_cell_real(rows, i, ROW_NUMBER);
        }
    }
    if (runs) {
        f->observed.avg_ms /= runs;
        f->nodes_avg /= runs;
    }
    game_observe_finish(&f->observed, durations, runs, points, scored, pool);
}

static game_error_t *read_figures(game_req_t *req, const window_t *window,
                                  figures_t *f)
{
    const game_rows_t *rows;
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_METRICS, &rows, f->custom.id,
                      window->has_since
                      ? game_bind_int(req->pool, window->since.at) : NULL,
                      window->has_until
                      ? game_bind_int(req->pool, window->until.at) : NULL);
    if (!err) {
        take_rows(f, rows, req->pool);
    }
    return err;
}

/* ---- writing ---- */

static void write_status(game_jw_t *jw, const game_observe_status_t *status)
{
    game_jw_object(jw, "statusBreakdown");
    game_jw_int(jw, "ok", status->ok);
    game_jw_int(jw, "error", status->error);
    game_jw_int(jw, "timeout", status->timeout);
    game_jw_int(jw, "limit", status->limit);
    game_jw_int(jw, "other", status->other);
    game_jw_int(jw, "total", status->total);
    game_jw_end(jw);
}

static void write_duration(game_jw_t *jw, const game_observe_t *observed)
{
    game_jw_object(jw, "duration");
    game_jw_real(jw, "avgMs", observed->avg_ms);
    game_jw_real(jw, "p50Ms", observed->p50_ms);
    game_jw_real(jw, "p95Ms", observed->p95_ms);
    game_jw_real(jw, "p99Ms", observed->p99_ms);
    game_jw_real(jw, "maxMs", observed->max_ms);
    game_jw_int(jw, "sampleSize", observed->sample);
    game_jw_end(jw);
}

static void write_buckets(game_jw_t *jw, const char *name,
                          const game_observe_bucket_t *buckets, int count)
{
    int i;

    game_jw_array(jw, name);
    for (i = 0; i < count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "label", buckets[i].label);
        if (buckets[i].open) {
            game_jw_null(jw, "upperBound");
        }
        else {
            game_jw_real(jw, "upperBound", buckets[i].upper);
        }
        game_jw_int(jw, "count", buckets[i].count);
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

static void write_top(game_jw_t *jw, const char *name, const char *member,
                      const top_t *list, int count)
{
    int i;

    game_jw_array(jw, name);
    for (i = 0; i < count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, member, list[i].name);
        game_jw_int(jw, "count", list[i].count);
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

static const char *echo(game_jw_t *jw, int given, const game_instant_t *at)
{
    return given ? game_instant_text(game_jw_pool(jw), at) : NULL;
}

static void write_figures(game_jw_t *jw, const char *name,
                          const figures_t *f, const window_t *window)
{
    const game_observe_t *observed = &f->observed;

    game_jw_object(jw, name);
    game_jw_string(jw, "strategyId", f->custom.id);
    game_jw_string(jw, "name", f->custom.name);
    game_jw_int(jw, "version", f->custom.version);
    game_jw_string(jw, "status", f->custom.status);
    game_jw_string(jw, "windowFrom", echo(jw, window->has_since,
                                          &window->since));
    game_jw_string(jw, "windowUntil", echo(jw, window->has_until,
                                           &window->until));
    write_status(jw, &observed->status);
    game_jw_real(jw, "successRate", observed->success_rate);
    game_jw_real(jw, "errorRate", observed->error_rate);
    write_duration(jw, observed);
    write_buckets(jw, "durationHistogram", observed->durations,
                  GAME_OBSERVE_DURATIONS);
    write_top(jw, "topErrors", "code", f->error, f->errors);
    write_top(jw, "topCases", "caseName", f->name, f->cases);
    write_buckets(jw, "pointsHistogram", observed->points,
                  observed->points_count);
    game_jw_real(jw, "pointsSum", observed->points_sum);
    game_jw_real(jw, "nodesAvg", f->nodes_avg);
    game_jw_int(jw, "nodesMax", f->nodes_max);
    game_jw_end(jw);
}

static void write_delta(game_jw_t *jw, const game_observe_delta_t *delta)
{
    game_jw_object(jw, "delta");
    game_jw_real(jw, "successRate", delta->success_rate);
    game_jw_real(jw, "errorRate", delta->error_rate);
    game_jw_real(jw, "p95Ms", delta->p95_ms);
    game_jw_real(jw, "avgMs", delta->avg_ms);
    game_jw_real(jw, "pointsAvg", delta->points_avg);
    game_jw_end(jw);
}

/* ---- handlers ---- */

game_error_t *game_custom_metrics(game_req_t *req)
{
    figures_t *f = apr_pcalloc(req->pool, sizeof(*f));
    window_t window;
    game_jw_t *jw;
    game_error_t *err = read_window(req, &window);

    if (!err) {
        err = game_custom_read(req, game_request_path(req, "id"),
                               &f->custom);
    }
    if (!err) {
        err = read_figures(req, &window, f);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    write_figures(jw, NULL, f, &window);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_custom_compare(game_req_t *req)
{
    static const char *const names[] = { "a", "b" };
    figures_t *f = apr_pcalloc(req->pool, 2 * sizeof(*f));
    game_observe_delta_t delta;
    window_t window;
    game_jw_t *jw;
    game_error_t *err = read_window(req, &window);
    int i;

    for (i = 0; !err && i < 2; i++) {
        err = game_custom_read(req, game_json_string(
                               game_json_member(req->query, names[i])),
                               &f[i].custom);
    }
    for (i = 0; !err && i < 2; i++) {
        err = read_figures(req, &window, &f[i]);
    }
    if (err) {
        return err;
    }
    delta = game_observe_delta(&f[0].observed, &f[1].observed);
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    write_figures(jw, "a", &f[0], &window);
    write_figures(jw, "b", &f[1], &window);
    write_delta(jw, &delta);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

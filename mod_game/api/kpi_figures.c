/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Daily figures and the uptime, as the jobs kpi and uptime left them.
 */

#include "kpi.h"

#include <string.h>

#include "db.h"
#include "instant.h"
#include "page.h"
#include "response.h"

#define DAY apr_time_from_sec(86400)
#define UPTIME_WINDOW (30 * DAY)

/* ---- schemas ---- */

#define WINDOW_FIELDS \
    { "from", GAME_STRING, GAME_INSTANT, 0, 0, NULL, NULL, NULL, NULL, \
      "From this day or time on; UTC when it says nothing else." }, \
    { "to", GAME_STRING, GAME_INSTANT, 0, 0, NULL, NULL, NULL, NULL, \
      "Up to this day, which is included, or this time." }

static const game_field_t metrics_fields[] = {
    WINDOW_FIELDS,
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("100"),
    { NULL }
};

const game_schema_t game_kpi_metrics_query = {
    "KpiMetricsQuery", metrics_fields, NULL
};

static const char *const periods[] = { "day", "hour", NULL };

static const game_field_t uptime_fields[] = {
    WINDOW_FIELDS,
    { "by", GAME_STRING, 0, 0, 0, NULL, periods, NULL, "\"day\"",
      "What a row is of." },
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("100"),
    { NULL }
};

const game_schema_t game_kpi_uptime_query = {
    "KpiUptimeQuery", uptime_fields, NULL
};

/* ---- reading ---- */

typedef struct span_t {
    game_instant_t from, to;    /* to is the first instant behind it */
    int has_from, has_to;
} span_t;

/* Columns of kpi_days. */
enum { DAY_NAME, DAY_REQUESTS, DAY_SUCCESS, DAY_LATENCY, DAY_ERRORS,
       DAY_USERS, DAY_RETENTION, DAY_INTERACTIONS, DAY_TOTAL };

/* Columns of kpi_uptime. */
enum { UP_FROM, UP_SAMPLES, UP_HEALTHY, UP_AVAILABLE, UP_MS, UP_TOTAL,
       UP_ALL_SAMPLES, UP_ALL_HEALTHY, UP_ALL_AVAILABLE };

/* A day without a time, as in 2026-11-21: all of it is meant. */
static int is_bare_day(const game_req_t *req, const char *name)
{
    const char *text = game_json_string(game_json_member(req->query, name));

    return text && strlen(text) == 10 && text[4] == '-';
}

static game_error_t *read_span(game_req_t *req, span_t *span,
                               game_page_t *page)
{
    game_check_t *check = game_check_make(req->pool);
    game_error_t *err;

    game_instant_query(req, check, "from", &span->from, &span->has_from);
    game_instant_query(req, check, "to", &span->to, &span->has_to);
    err = game_check_error(check);
    if (!err && span->has_to) {
        span->to.at += is_bare_day(req, "to") ? DAY : 1;
    }
    return err ? err : game_page_read(req, GAME_PAGE_KEYS, page);
}

static const char *bind_at(const game_req_t *req, int given, apr_time_t at)
{
    return given ? game_bind_int(req->pool, at) : NULL;
}

/* ---- GET /kpi/metrics ---- */

static void write_day(game_jw_t *jw, const game_rows_t *rows, int i)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "day", game_cell(rows, i, DAY_NAME));
    game_jw_int(jw, "totalRequests", game_cell_int(rows, i, DAY_REQUESTS));
    game_jw_real(jw, "successRate", game_cell_real(rows, i, DAY_SUCCESS));
    game_jw_real(jw, "avgLatencyMS", game_cell_real(rows, i, DAY_LATENCY));
    game_jw_real(jw, "errorRate", game_cell_real(rows, i, DAY_ERRORS));
    game_jw_int(jw, "activeUsers", game_cell_int(rows, i, DAY_USERS));
    game_jw_real(jw, "retentionRate",
                 game_cell_real(rows, i, DAY_RETENTION));
    game_jw_real(jw, "avgInteractionsPerUser",
                 game_cell_real(rows, i, DAY_INTERACTIONS));
    game_jw_end(jw);
}

game_error_t *game_kpi_metrics(game_req_t *req)
{
    const game_rows_t *rows;
    game_error_t *err;
    game_page_t page;
    span_t span;
    game_jw_t *jw;
    int i;

    err = read_span(req, &span, &page);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_KPI_DAYS, &rows,
                          bind_at(req, span.has_from, span.from.at),
                          bind_at(req, span.has_to, span.to.at - 1),
                          page.limit, page.offset);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_array(jw, "items");
    for (i = 0; i < rows->count && game_cell(rows, i, DAY_NAME); i++) {
        write_day(jw, rows, i);
    }
    game_jw_end(jw);
    game_page_write(jw, &page, game_cell_int(rows, 0, DAY_TOTAL));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* ---- GET /kpi/uptime ---- */

static void write_period(game_jw_t *jw, const game_rows_t *rows, int i)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "from", game_cell(rows, i, UP_FROM));
    game_jw_int(jw, "samples", game_cell_int(rows, i, UP_SAMPLES));
    game_jw_int(jw, "healthy", game_cell_int(rows, i, UP_HEALTHY));
    game_jw_real(jw, "availability",
                 game_cell_real(rows, i, UP_AVAILABLE));
    if (game_cell(rows, i, UP_MS)) {
        game_jw_real(jw, "avgLatencyMS", game_cell_real(rows, i, UP_MS));
    }
    else {
        game_jw_null(jw, "avgLatencyMS");
    }
    game_jw_end(jw);
}

static void write_uptime(game_jw_t *jw, const game_rows_t *rows,
                         const game_page_t *page)
{
    int i;

    game_jw_object(jw, NULL);
    game_jw_int(jw, "samples", game_cell_int(rows, 0, UP_ALL_SAMPLES));
    game_jw_int(jw, "healthy", game_cell_int(rows, 0, UP_ALL_HEALTHY));
    game_jw_real(jw, "availability",
                 game_cell_real(rows, 0, UP_ALL_AVAILABLE));
    game_jw_array(jw, "items");
    for (i = 0; i < rows->count && game_cell(rows, i, UP_FROM); i++) {
        write_period(jw, rows, i);
    }
    game_jw_end(jw);
    game_page_write(jw, page, game_cell_int(rows, 0, UP_TOTAL));
    game_jw_end(jw);
}

game_error_t *game_kpi_uptime(game_req_t *req)
{
    const char *by = game_json_string(game_json_member(req->query, "by"));
    const game_rows_t *rows;
    game_error_t *err;
    game_page_t page;
    span_t span;
    game_jw_t *jw;

    err = read_span(req, &span, &page);
    if (err) {
        return err;
    }
    if (!span.has_to) {
        span.to.at = apr_time_now();
    }
    if (!span.has_from) {
        span.from.at = span.to.at - UPTIME_WINDOW;
    }
    err = GAME_DB_RUN(req, GAME_SQL_KPI_UPTIME, &rows,
                      game_bind_int(req->pool, span.from.at),
                      game_bind_int(req->pool, span.to.at), by, page.limit,
                      page.offset);
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    write_uptime(jw, rows, &page);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Dashboards. What is counted, of whom and from where, is the database's
 * (sql/migrations/0025_figures.sql); here are bounds and labels. All of it
 * is UTC.
 */

#include "dashboard.h"

#include <string.h>

#include <apr_strings.h>

#include "../db.h"
#include "../response.h"
#include "isodate.h"

#define DAY apr_time_from_sec(86400)

/* ---- schema ---- */

static const game_field_t query_fields[] = {
    { "start_date", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "From this date or time on, ISO 8601; UTC without an offset." },
    { "end_date", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "Up to this time; a date without a time includes that day." },
    { "group_by", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "day, week (of the month) or month." },
    { NULL }
};

const game_schema_t game_dashboard_query = {
    "DashboardQuery", query_fields, NULL
};

/* ---- reading ---- */

static const char *query_text(const game_req_t *req, const char *name)
{
    const char *text = game_json_string(game_json_member(req->query, name));

    return text ? text : "";
}

/* A bound as microseconds, ready to be bound; NULL for none. The end is the
 * first instant that is not meant. */
static game_error_t *read_bound(const game_req_t *req, const char *name,
                                int is_end, const char **bound)
{
    const char *text = query_text(req, name);
    apr_time_t at;
    int bare;

    *bound = NULL;
    if (!*text) {
        return NULL;
    }
    if (!game_isodate_read(text, &at, &bare)) {
        return game_error_make(req->pool, HTTP_BAD_REQUEST, "Invalid date "
                               "'%s'. Expected ISO 8601, e.g. 2026-05-09.",
                               text);
    }
    if (is_end) {
        at += bare ? DAY : 1;
    }
    *bound = game_bind_int(req->pool, at);
    return NULL;
}

static game_error_t *read_rows(game_req_t *req, game_sql_e statement,
                               const char **by, const game_rows_t **rows)
{
    const game_principal_t *who = req->who;
    const char *from, *to;
    game_error_t *err;

    *by = query_text(req, "group_by");
    if (strcmp(*by, "day") && strcmp(*by, "week") && strcmp(*by, "month")) {
        return game_error_make(req->pool, HTTP_BAD_REQUEST, "Invalid "
                               "group_by value. Choose 'day', 'week', or "
                               "'month'.");
    }
    err = read_bound(req, "start_date", 0, &from);
    if (!err) {
        err = read_bound(req, "end_date", 1, &to);
    }
    if (!err) {
        err = GAME_DB_RUN(req, statement, rows, *by, from, to,
                          game_bind_bool(game_is_admin(who)), who->prefix,
                          who->realm, who->subject);
    }
    return err;
}

/* ---- writing ---- */

/* Label of the bucket that begins on a date, "2026-11-15": that day at
 * midnight, "week_3_11_2026", "2026-11". */
static const char *label_of(apr_pool_t *pool, const char *by,
                            const char *date)
{
    int year, month, day;

    if (*by == 'd') {
        return apr_pstrcat(pool, date, " 00:00:00+00:00", NULL);
    }
    if (*by == 'm') {
        return apr_pstrmemdup(pool, date, strlen(date) - 3);
    }
    year = (int)apr_atoi64(date);
    month = (int)apr_atoi64(date + strlen(date) - 5);
    day = (int)apr_atoi64(date + strlen(date) - 2);
    return apr_psprintf(pool, "week_%d_%d_%04d", (day - 1) / 7 + 1, month,
                        year);
}

/* One series. Buckets whose column sign is 0 are left out; 0 for none. */
static void write_series(game_jw_t *jw, const char *name, const char *by,
                         const game_rows_t *rows, int column, int sign)
{
    int i;

    game_jw_array(jw, name);
    for (i = 0; i < rows->count; i++) {
        if (sign && !game_cell_int(rows, i, sign)) {
            continue;
        }
        game_jw_object(jw, NULL);
        game_jw_string(jw, "label", label_of(game_jw_pool(jw), by,
                                             game_cell(rows, i, 0)));
        game_jw_raw(jw, "count", game_cell(rows, i, column));
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

/* ---- handlers ---- */

game_error_t *game_dashboard_summary(game_req_t *req)
{
    enum { USERS = 1, GAMES, AWARDS, POINTS, ACTIONS };
    const game_rows_t *rows;
    const char *by;
    game_error_t *err = read_rows(req, GAME_SQL_DASHBOARD_SUMMARY, &by,
                                  &rows);
    game_jw_t *jw;

    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    write_series(jw, "new_users", by, rows, USERS, USERS);
    write_series(jw, "games_opened", by, rows, GAMES, GAMES);
    write_series(jw, "points_earned", by, rows, POINTS, AWARDS);
    write_series(jw, "actions_performed", by, rows, ACTIONS, ACTIONS);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_dashboard_logs(game_req_t *req)
{
    enum { INFO = 1, SUCCESS, FAULT };
    const game_rows_t *rows;
    const char *by;
    game_error_t *err = read_rows(req, GAME_SQL_DASHBOARD_LOGS, &by, &rows);
    game_jw_t *jw;

    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    write_series(jw, "info", by, rows, INFO, 0);
    write_series(jw, "success", by, rows, SUCCESS, 0);
    write_series(jw, "error", by, rows, FAULT, 0);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Running statements: one round trip, deadline, retries that are safe, and
 * the one map from SQLSTATE to HTTP.
 */

#include "db_pool.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <httpd.h>

#include <apr_strings.h>

#include "metrics.h"
#include "request.h"

#define GRACE apr_time_from_sec(2)      /* beyond Postgres' own time-out */

/* ---- cells ---- */

const char *game_cell(const game_rows_t *rows, int row, int column)
{
    return rows->cells[row * rows->columns + column];
}

apr_int64_t game_cell_int(const game_rows_t *rows, int row, int column)
{
    const char *text = game_cell(rows, row, column);

    return text ? apr_strtoi64(text, NULL, 10) : 0;
}

double game_cell_real(const game_rows_t *rows, int row, int column)
{
    const char *text = game_cell(rows, row, column);

    return text ? strtod(text, NULL) : 0;
}

int game_cell_true(const game_rows_t *rows, int row, int column)
{
    const char *text = game_cell(rows, row, column);

    return text && *text == 't';
}

const char *game_bind_int(apr_pool_t *pool, apr_int64_t number)
{
    return apr_psprintf(pool, "%" APR_INT64_T_FMT, number);
}

const char *game_bind_array(apr_pool_t *pool, const char *const *values,
                            int count)
{
    apr_size_t size = 3;
    char *text, *at;
    int i;

    for (i = 0; i < count; i++) {
        size += values[i] ? 2 * strlen(values[i]) + 3 : 5;
    }
    at = text = apr_palloc(pool, size);
    *at++ = '{';
    for (i = 0; i < count; i++) {
        const char *from = values[i];

        if (i) {
            *at++ = ',';
        }
        if (!from) {
            memcpy(at, "NULL", 4);
            at += 4;
            continue;
        }
        *at++ = '"';
        for (; *from; from++) {
            if (*from == '"' || *from == '\\') {
                *at++ = '\\';
            }
            *at++ = *from;
        }
        *at++ = '"';
    }
    *at++ = '}';
    *at = '\0';
    return text;
}

/* ---- results ---- */

PGresult *game_db_result(game_db_t *db)
{
    while (PQisBusy(db->conn)) {
        struct pollfd fd = { PQsocket(db->conn), POLLIN, 0 };
        apr_time_t left = db->deadline - apr_time_now();

        if (left <= 0 || (poll(&fd, 1, (int)(left / 1000) + 1) == 0
                          && apr_time_now() >= db->deadline)) {
            shutdown(PQsocket(db->conn), SHUT_RDWR);
        }
        if (!PQconsumeInput(db->conn)) {
            break;
        }
    }
    return PQstatus(db->conn) == CONNECTION_OK ? PQgetResult(db->conn)
                                               : NULL;
}

const game_rows_t *game_db_rows(game_db_t *db, const PGresult *res)
{
    apr_pool_t *pool = db->pool;
    game_rows_t *rows = apr_pcalloc(pool, sizeof(*rows));
    const char **cells;
    int row, column;

    rows->count = PQntuples(res);
    rows->columns = PQnfields(res);
    cells = apr_palloc(pool, sizeof(*cells)
                       * (apr_size_t)(rows->count * rows->columns + 1));
    for (row = 0; row < rows->count; row++) {
        for (column = 0; column < rows->columns; column++) {
            cells[row * rows->columns + column]
                = PQgetisnull(res, row, column) ? NULL
                : apr_pstrmemdup(pool, PQgetvalue(res, row, column),
                      (apr_size_t)PQgetlength(res, row, column));
        }
    }
    rows->cells = cells;
    return rows;
}

/* SQLSTATE (or the beginning of one) -> what the client is told. */
static const struct {
    const char *state;
    int status;
    const char *detail;
} sqlstates[] = {
    { "23505", HTTP_CONFLICT, "Duplicate write detected for this resource. "
      "Use a new idempotency key." },
    { "23503", HTTP_NOT_FOUND, "Referenced resource not found for write "
      "operation." },
    { "22", HTTP_UNPROCESSABLE_ENTITY, "Invalid value provided for write "
      "operation." },
    { "23", HTTP_UNPROCESSABLE_ENTITY, "Invalid value provided for write "
      "operation." },
    { "54", HTTP_UNPROCESSABLE_ENTITY, "Invalid value provided for write "
      "operation." },           /* too long to be indexed */
    { "08", HTTP_SERVICE_UNAVAILABLE, NULL },
    { "25006", HTTP_SERVICE_UNAVAILABLE, NULL },    /* read-only standby */
    { "26000", HTTP_SERVICE_UNAVAILABLE, NULL },    /* statement is gone */
    { "0A000", HTTP_SERVICE_UNAVAILABLE, NULL },    /* its result changed */
    { "3F", HTTP_SERVICE_UNAVAILABLE, NULL },       /* no schema */
    { "42P01", HTTP_SERVICE_UNAVAILABLE, NULL },    /* no table */
    { "42883", HTTP_SERVICE_UNAVAILABLE, NULL },    /* no function */
    { "40", HTTP_SERVICE_UNAVAILABLE, NULL },       /* serialization */
    { "53", HTTP_SERVICE_UNAVAILABLE, NULL },       /* resources */
    { "55P03", HTTP_SERVICE_UNAVAILABLE, NULL },    /* lock time-out */
    { "57", HTTP_SERVICE_UNAVAILABLE, NULL },       /* shutdown, time-out */
    { "58", HTTP_SERVICE_UNAVAILABLE, NULL },       /* system error */
    { NULL, 0, NULL }
};

game_error_t *game_db_error(game_db_t *db, const PGresult *res)
{
    apr_pool_t *pool = db->pool;
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE)
                            : NULL;
    const char *text = res ? PQresultErrorField(res,
                                 PG_DIAG_MESSAGE_PRIMARY) : NULL;
    game_error_t *err;
    int i;

    if (!state) {
        return game_error_unavailable(pool, "the connection was lost");
    }
    for (i = 0; sqlstates[i].state; i++) {
        if (!strncmp(state, sqlstates[i].state, strlen(sqlstates[i].state))) {
            break;
        }
    }
    if (!sqlstates[i].state) {
        err = game_error_internal(pool, "SQL: %s", text ? text : "?");
    }
    else if (sqlstates[i].detail) {
        err = game_error_make(pool, sqlstates[i].status, "%s",
                              sqlstates[i].detail);
        err->log = text ? apr_pstrdup(pool, text) : NULL;
    }
    else {
        err = game_error_unavailable(pool, text ? apr_pstrdup(pool, text)
                                                : "?");
    }
    err->sqlstate = apr_pstrdup(pool, state);
    return err;
}

const char *game_db_state(const game_error_t *err)
{
    return !err ? NULL : err->sqlstate ? err->sqlstate : "";
}

/* ---- one statement ---- */

game_error_t *game_db_count(apr_pool_t *pool, game_sql_e id, int count)
{
    return count == game_statements[id].params ? NULL
        : game_error_internal(pool, "%s takes %d values, got %d",
                              game_statements[id].name,
                              game_statements[id].params, count);
}

game_error_t *game_db_execute(game_db_t *db, game_sql_e id,
                              const game_rows_t **rows, int count,
                              const char *const *values)
{
    game_error_t *err = NULL;
    PGresult *res, *more;

    db->deadline = apr_time_now() + GRACE
                 + game_conf_db_timeout(game_config_server(db->server));
    if (!PQsendQueryPrepared(db->conn, game_statements[id].name, count,
                             values, NULL, NULL, 0)) {
        return game_db_error(db, NULL);
    }
    res = game_db_result(db);
    if (PQresultStatus(res) == PGRES_TUPLES_OK
        || PQresultStatus(res) == PGRES_COMMAND_OK) {
        *rows = game_db_rows(db, res);
    }
    else {
        err = game_db_error(db, res);
    }
    PQclear(res);
    while ((more = game_db_result(db)) != NULL) {
        PQclear(more);
    }
    return err;
}

int game_db_needs_prepare(const game_error_t *err)
{
    return err->sqlstate && (!strcmp(err->sqlstate, "26000")
                             || !strcmp(err->sqlstate, "0A000")
                             || !strcmp(err->sqlstate, "42883"));
}

/* Whether the same statement may be sent once more: after a serialization
 * failure or a lost statement nothing happened; after a lost connection
 * something may have. */
static int again(const game_error_t *err, int repeatable)
{
    if (err->sqlstate) {
        return !strcmp(err->sqlstate, "40001")
            || !strcmp(err->sqlstate, "40P01")
            || game_db_needs_prepare(err)
            || (repeatable && !strncmp(err->sqlstate, "57P", 3));
    }
    return repeatable && err->status == HTTP_SERVICE_UNAVAILABLE;
}

static game_error_t *run(apr_pool_t *pool, server_rec *server,
                         game_sql_e id, const game_rows_t **rows, int count,
                         const char *const *values, int repeatable)
{
    game_error_t *err = NULL;
    apr_time_t start;
    game_db_t db;
    int turn;

    err = game_db_count(pool, id, count);
    if (err) {
        return err;
    }
    for (turn = 0; turn < 2; turn++) {
        err = game_db_borrow(pool, server, &db);
        if (err) {
            break;
        }
        start = apr_time_now();
        err = game_db_execute(&db, id, rows, count, values);
        game_metrics_statement(id, apr_time_now() - start, game_db_state(err));
        if (err && game_db_needs_prepare(err)) {
            game_db_prepare_all(db.conn, game_config_server(server), 1, pool);
        }
        game_db_return(&db);
        if (!err || !again(err, repeatable)) {
            break;
        }
    }
    return err;
}

static game_error_t *run_timed(game_req_t *req, game_sql_e id,
                               const game_rows_t **rows, int count,
                               const char *const *values, int repeatable)
{
    apr_time_t start = apr_time_now();
    game_error_t *err = run(req->pool, req->r->server, id, rows, count,
                            values, repeatable);

    req->db_time += apr_time_now() - start;
    return err;
}

game_error_t *game_db_run(game_req_t *req, game_sql_e statement,
                          const game_rows_t **rows, int count,
                          const char *const *values)
{
    return run_timed(req, statement, rows, count, values,
                     game_statements[statement].read);
}

game_error_t *game_db_run_keyed(game_req_t *req, game_sql_e statement,
                                const game_rows_t **rows, int count,
                                const char *const *values)
{
    return run_timed(req, statement, rows, count, values, 1);
}

game_error_t *game_db_run_job(server_rec *server, apr_pool_t *pool,
                              game_sql_e statement,
                              const game_rows_t **rows, int count,
                              const char *const *values)
{
    return run(pool, server, statement, rows, count, values,
               game_statements[statement].read);
}

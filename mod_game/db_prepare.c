/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Prepares a connection: session settings and every statement, sent as one
 * pipeline, so that a new or reset connection costs one round trip.
 */

#include "db_pool.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <apr_strings.h>

#define SETUP_TIMEOUT_MS 5000

/* What every session needs, whatever the server's defaults are. A
 * transaction that its child abandons must not hold locks. */
static const char session_sql[] =
    "select set_config('timezone', 'UTC', false),"
    " set_config('client_encoding', 'UTF8', false),"
    " set_config('client_min_messages', 'error', false),"
    " set_config('statement_timeout', $1, false),"
    " set_config('jit', 'off', false),"
    " set_config('default_transaction_isolation', 'read committed', false),"
    " set_config('idle_in_transaction_session_timeout', '10000', false)";

static int wait_readable(PGconn *conn, int timeout_ms)
{
    struct pollfd fd = { PQsocket(conn), POLLIN, 0 };

    return poll(&fd, 1, timeout_ms) > 0;
}

/* NULL ends a statement; *lost: nothing came in time. */
static PGresult *next(PGconn *conn, int *lost)
{
    while (PQisBusy(conn)) {
        if (!wait_readable(conn, SETUP_TIMEOUT_MS)
            || !PQconsumeInput(conn)) {
            *lost = 1;
            return NULL;
        }
    }
    return PQgetResult(conn);
}

static int send_all(PGconn *conn, const char *timeout)
{
    int i, sent = PQsendQueryParams(conn, session_sql, 1, NULL, &timeout,
                                    NULL, NULL, 0);

    for (i = 0; sent && i < GAME_SQL_COUNT; i++) {
        sent = PQsendPrepare(conn, game_statements[i].name,
                             game_statements[i].text, 0, NULL);
    }
    return sent && PQpipelineSync(conn);
}

/* Read until the sync; the first fault counts. */
static const char *drain(PGconn *conn, apr_pool_t *pool)
{
    const char *fault = NULL;
    int nulls = 0, lost = 0;

    while (PQstatus(conn) == CONNECTION_OK) {
        PGresult *res = next(conn, &lost);
        ExecStatusType status = PQresultStatus(res);

        if (!res) {             /* twice in a row: stuck */
            if (lost || nulls++) {
                return fault ? fault : "no answer";
            }
            continue;
        }
        nulls = 0;
        if (!fault && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK
            && status != PGRES_PIPELINE_SYNC) {
            fault = apr_pstrdup(pool, PQresultErrorMessage(res));
        }
        PQclear(res);
        if (status == PGRES_PIPELINE_SYNC) {
            return fault;
        }
    }
    return "connection lost";
}

/* Ours only: mod_dbd has statements of other modules on its connections. */
static const char forget_sql[] =
    "do $$ declare v text; begin for v in select name"
    " from pg_prepared_statements where name like 'game\\_%'"
    " loop execute 'deallocate ' || quote_ident(v); end loop; end $$";

const char *game_db_prepare_all(PGconn *conn, const game_server_conf_t *conf,
                                int again, apr_pool_t *pool)
{
    const char *fault, *timeout;

    timeout = apr_psprintf(pool, "%" APR_INT64_T_FMT,
                           apr_time_as_msec(game_conf_db_timeout(conf)));

    if (again) {
        PQclear(PQexec(conn, forget_sql));
    }
    if (!PQenterPipelineMode(conn)) {
        return "no pipeline mode";
    }
    fault = send_all(conn, timeout) ? drain(conn, pool) : "cannot send";
    if (!PQexitPipelineMode(conn)) {    /* out of step: reset before use */
        shutdown(PQsocket(conn), SHUT_RDWR);
        PQconsumeInput(conn);
        fault = fault ? fault : "no answer";
    }
    return fault;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A transaction of two round trips: statements, a computation of the
 * caller, one more statement and the commit.
 */

#include "db_pool.h"

#include <httpd.h>

#include <apr_strings.h>

#include "metrics.h"
#include "request.h"

#define GRACE apr_time_from_sec(2)

static int send_step(game_db_t *db, game_sql_e id, int count,
                     const char *const *values)
{
    return PQsendQueryPrepared(db->conn, game_statements[id].name, count,
                               values, NULL, NULL, 0);
}

/* Read one statement's result; an error of an earlier one comes first. */
static void read_step(game_db_t *db, game_db_step_t *step,
                      game_error_t **err)
{
    PGresult *res;

    while ((res = game_db_result(db)) != NULL) {
        ExecStatusType status = PQresultStatus(res);

        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
            if (step) {
                step->rows = game_db_rows(db, res);
            }
        }
        else if (!*err && status != PGRES_PIPELINE_ABORTED) {
            *err = game_db_error(db, res);
        }
        PQclear(res);
    }
}

static game_error_t *read_sync(game_db_t *db, game_error_t *err)
{
    PGresult *res = game_db_result(db);
    ExecStatusType status = PQresultStatus(res);

    PQclear(res);
    if (!err && status != PGRES_PIPELINE_SYNC) {
        err = game_db_error(db, NULL);
    }
    PQexitPipelineMode(db->conn);
    return err;
}

static int enter(game_db_t *db)
{
    db->deadline = apr_time_now() + GRACE
                 + game_conf_db_timeout(game_config_server(db->server));
    return PQenterPipelineMode(db->conn);
}

game_error_t *game_db_open_tx(game_req_t *req, game_db_t **dbp,
                              game_db_step_t *first, int count)
{
    game_db_t *db = apr_pcalloc(req->pool, sizeof(*db));
    game_error_t *err = game_db_borrow(req->pool, req->r->server, db);
    apr_time_t start = apr_time_now();
    int i, sent;

    *dbp = NULL;
    if (err) {
        return err;
    }
    sent = enter(db) && send_step(db, GAME_SQL_TX_BEGIN, 0, NULL);
    for (i = 0; sent && i < count; i++) {
        sent = send_step(db, first[i].statement, first[i].count,
                         first[i].values);
    }
    if (!sent || !PQpipelineSync(db->conn)) {
        err = game_db_error(db, NULL);
    }
    else {
        read_step(db, NULL, &err);
        for (i = 0; i < count; i++) {
            read_step(db, &first[i], &err);
        }
        err = read_sync(db, err);
    }
    game_metrics_statement(count ? first[0].statement : GAME_SQL_TX_BEGIN,
                           apr_time_now() - start, game_db_state(err));
    if (err) {
        game_db_return(db);
        return err;
    }
    *dbp = db;
    return NULL;
}

game_error_t *game_db_close_tx(game_db_t *db, game_db_step_t *last)
{
    apr_time_t start = apr_time_now();
    game_error_t *err = NULL;

    if (last) {
        if (!enter(db)
            || !send_step(db, last->statement, last->count, last->values)
            || !send_step(db, GAME_SQL_TX_COMMIT, 0, NULL)
            || !PQpipelineSync(db->conn)) {
            err = game_db_error(db, NULL);
        }
        else {
            read_step(db, last, &err);
            read_step(db, NULL, &err);
            err = read_sync(db, err);
        }
        game_metrics_statement(last->statement, apr_time_now() - start,
                               game_db_state(err));
    }
    game_db_return(db);
    return err;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file db_pool.h
 * Borrowing connections of mod_dbd's pool; between db*.c files only. The
 * rules behind it: a bounded number of borrowers, a bounded wait, a probe at
 * every borrow, statements prepared again after a reset, one thread at a
 * time that tries a database that was down; and a child is not ended while
 * it has a connection, as mod_dbd's pool must have all of them by then.
 */
#ifndef GAME_DB_POOL_H
#define GAME_DB_POOL_H

#include <libpq-fe.h>

#include <apr_dbd.h>
#include <mod_dbd.h>

#include "config.h"
#include "db.h"
#include "signals.h"

/** A borrowed connection. */
struct game_db_t {
    apr_pool_t *pool;           /**< what is read is copied into it */
    server_rec *server;
    ap_dbd_t *rec;
    PGconn *conn;
    apr_time_t deadline;        /**< of the statement under way */
    sigset_t signals;           /**< of the thread, before it borrowed */
};

/**
 * Borrow a connection that is idle, alive and prepared.
 * @param db filled; give it back with game_db_return on every path
 * @return NULL or 503
 */
game_error_t *game_db_borrow(apr_pool_t *pool, server_rec *server,
                             game_db_t *db);

/** Give a connection back; it is rolled back when left in a transaction. */
void game_db_return(game_db_t *db);

/** The next result, waiting until db->deadline. @return NULL at the end of a
 *  statement's results, or when the connection is lost (PQstatus says) */
PGresult *game_db_result(game_db_t *db);

/** @return NULL, or that a statement takes another number of values */
game_error_t *game_db_count(apr_pool_t *pool, game_sql_e id, int count);

/**
 * Send one prepared statement and wait for its result.
 * @param db its conn, server and pool are used
 * @return NULL, or the error of the statement or of a lost connection
 */
game_error_t *game_db_execute(game_db_t *db, game_sql_e id,
                              const game_rows_t **rows, int count,
                              const char *const *values);

/** @return whether the statement of an error is gone, or the schema is
 *          another one since it was prepared */
int game_db_needs_prepare(const game_error_t *err);

/** Prepare every statement on a connection, in one round trip.
 *  @param conf  whose GameDBTimeout becomes the session's
 *  @param again whether some of ours may be there already; statements of
 *               others on a shared pool are left alone
 *  @return NULL, or why it failed, in pool */
const char *game_db_prepare_all(PGconn *conn, const game_server_conf_t *conf,
                                int again, apr_pool_t *pool);

/** @return the error of a failed result or, when res is NULL, of a lost
 *          connection */
game_error_t *game_db_error(game_db_t *db, const PGresult *res);

/** @return an error's SQLSTATE for the metrics: "" for a lost connection,
 *          NULL without an error */
const char *game_db_state(const game_error_t *err);

/** Copy a result's rows into the borrower's pool. */
const game_rows_t *game_db_rows(game_db_t *db, const PGresult *res);

#endif

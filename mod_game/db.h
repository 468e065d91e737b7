/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file db.h
 * Statements against Postgres. A statement lives in sql/statements/<name>.sql
 * and is GAME_SQL_<NAME> here; its parameters are bound as text, its result
 * is text. Nothing but db*.c sees libpq or mod_dbd.
 *
 * A connection is borrowed, used and returned inside game_db_run: no handler
 * holds one while it writes its answer or reads a body.
 */
#ifndef GAME_DB_H
#define GAME_DB_H

#include <httpd.h>

#include "error.h"
#include "db_statements.h"

/** The copied rows of a result; cells are text or NULL. */
typedef struct game_rows_t {
    int count;
    int columns;
    const char *const *cells;
} game_rows_t;

/** @return a cell's text, or NULL for SQL NULL */
const char *game_cell(const game_rows_t *rows, int row, int column);
/** @return a cell as a number; 0 for SQL NULL */
apr_int64_t game_cell_int(const game_rows_t *rows, int row, int column);
double game_cell_real(const game_rows_t *rows, int row, int column);
/** @return whether a boolean cell is true */
int game_cell_true(const game_rows_t *rows, int row, int column);

/**
 * Run one statement, autocommitted: one round trip.
 * @param rows  result, in the request's pool
 * @param count number of values; must be the statement's
 * @return NULL; 503 when the database is lost, down or busy beyond
 *         GameDBWait; 422 for a value that Postgres refuses (22xxx); 409 for
 *         a unique violation (err->sqlstate is "23505": callers turn it into
 *         their own text); 404 for a broken reference; 500 otherwise.
 *         A statement marked "kind: read" is tried again once on another
 *         connection when the first was lost; any statement once more after
 *         40001 and 40P01.
 */
game_error_t *game_db_run(game_req_t *req, game_sql_e statement,
                          const game_rows_t **rows, int count,
                          const char *const *values);

/** As game_db_run, for a write that carries an idempotency key: it may be
 *  sent again on another connection when the first was lost. */
game_error_t *game_db_run_keyed(game_req_t *req, game_sql_e statement,
                                const game_rows_t **rows, int count,
                                const char *const *values);

/** As game_db_run, for work outside a request: results live in pool. */
game_error_t *game_db_run_job(server_rec *server, apr_pool_t *pool,
                              game_sql_e statement,
                              const game_rows_t **rows, int count,
                              const char *const *values);

/** One statement of a pipeline. */
typedef struct game_db_step_t {
    game_sql_e statement;
    int count;
    const char *const *values;
    const game_rows_t *rows;    /**< set when it succeeded */
} game_db_step_t;

typedef struct game_db_t game_db_t;

/**
 * Open a transaction with the statements of first, all in one round trip.
 * Nobody else's work is waited for while it is open: the caller computes and
 * calls game_db_close_tx at once.
 * @param db NULL on error; else to be given to game_db_close_tx
 */
game_error_t *game_db_open_tx(game_req_t *req, game_db_t **db,
                              game_db_step_t *first, int count);

/** Run the last statement and commit, in one round trip, and give the
 *  connection back. @param last NULL: roll back instead */
game_error_t *game_db_close_tx(game_db_t *db, game_db_step_t *last);

/** game_db_run with the values as arguments. */
#define GAME_DB_RUN(req, statement, rows, ...) \
    game_db_run((req), (statement), (rows), \
        (int)(sizeof((const char *const []){ __VA_ARGS__ }) \
              / sizeof(const char *)), \
        (const char *const []){ __VA_ARGS__ })

/** Text of a number, for binding. */
const char *game_bind_int(apr_pool_t *pool, apr_int64_t number);
/** Text of a boolean, for binding. */
#define game_bind_bool(flag) ((flag) ? "t" : "f")
/** JSON list of strings -> text of a Postgres text[]; NULLs allowed. */
const char *game_bind_array(apr_pool_t *pool, const char *const *values,
                            int count);

#endif

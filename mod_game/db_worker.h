/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file db_worker.h
 * Connections of a process that is no child of httpd, and so has no pool of
 * mod_dbd: each belongs to one thread, which has it for good. They go where
 * DBDParams says, have the same statements, and are made again when they are
 * lost.
 */
#ifndef GAME_DB_WORKER_H
#define GAME_DB_WORKER_H

#include <signal.h>

#include <apr_tables.h>

#include "db.h"

/** Where campaigns of some servers have their database. */
typedef struct game_db_place_t {
    server_rec *server;         /**< the first of them */
    const char *params;         /**< of DBDParams; "": libpq's own */
} game_db_place_t;

/**
 * Find the databases of the servers that serve the API; of the main server
 * when none does. What DBDParams says is read from the configuration as
 * httpd has it: mod_dbd tells it to nobody.
 * @return list of game_db_place_t, each database once, in pool
 */
apr_array_header_t *game_db_worker_places_post_config(apr_pool_t *pool,
                                                      server_rec *s);

typedef struct game_db_worker_t game_db_worker_t;

/** Make a connection that is not open yet. @param stop asked while
 *  connecting; what is given to it is baton */
game_db_worker_t *game_db_worker_make(apr_pool_t *pool,
                                      const game_db_place_t *place,
                                      int (*stop)(void *baton),
                                      void *baton);

/**
 * Run one statement, autocommitted; connects when there is no connection.
 * @param pool results live in it
 * @return NULL; 503 when the database cannot be reached: whether the
 *         statement was done is then not known; other errors as
 *         game_db_run's
 */
game_error_t *game_db_worker_run(game_db_worker_t *db, apr_pool_t *pool,
                                 game_sql_e statement,
                                 const game_rows_t **rows, int count,
                                 const char *const *values);

/**
 * Wait for something on a channel, which is listened to from the first call
 * on. @param mask signals while waiting
 * @param pool scratch
 * @return 1: notified, or listening anew and perhaps late; 0: the time is
 *         over, or a signal came; -1: there is no connection, at once
 */
int game_db_worker_wait(game_db_worker_t *db, apr_pool_t *pool,
                        const char *channel, apr_interval_time_t time,
                        const sigset_t *mask);

/** Close it; the next statement connects again. */
void game_db_worker_close(game_db_worker_t *db);

#endif

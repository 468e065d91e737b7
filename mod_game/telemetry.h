/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file telemetry.h
 * Rows about requests, written beside the work: the request log
 * (request_log.c) and the audit log (audit.c), each a queue a server, and the
 * one writer of this process that all queues share.
 */
#ifndef GAME_TELEMETRY_H
#define GAME_TELEMETRY_H

#include <httpd.h>

#include "batch.h"
#include "db_statements.h"

/** Make the writer, and the queues that the configuration asks for. */
void game_telemetry_setup_child_init(apr_pool_t *pchild, server_rec *s);

/** Register the hook at the end of requests. */
void game_telemetry_register(apr_pool_t *pool);

/** @return the process's writer; NULL when it could not be made */
game_writer_t *game_telemetry_writer(void);

/** Run a statement that writes a batch at a server's database.
 *  @param what for the log, when Postgres will never take it */
game_batch_end_e game_telemetry_send(server_rec *server, apr_pool_t *pool,
                                     game_sql_e statement, int count,
                                     const char *const *values,
                                     const char *what);

/** A queue of a server, and what its drops are reported as. */
typedef struct game_sink_t {
    server_rec *server;
    const char *name;           /**< "requests", "audit" */
    game_queue_t *queue;
    apr_uint64_t said;          /**< drops that the log was told of */
    apr_time_t said_at;
} game_sink_t;

/**
 * Make a queue of a server.
 * @param conf its columns and write(), whose baton will be the sink
 * @return NULL without memory
 */
game_sink_t *game_telemetry_sink(apr_pool_t *pchild, server_rec *server,
                                 const char *name,
                                 const game_batch_conf_t *conf);

/**
 * Write a batch, each of its columns as an array.
 * @param more values after those of the columns
 */
game_batch_end_e game_telemetry_write(game_sink_t *sink, apr_pool_t *pool,
                                      game_sql_e statement,
                                      const game_batch_t *batch, int columns,
                                      int count, const char *const *more);

#endif

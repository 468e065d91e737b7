/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file runlog.h
 * The execution log of custom strategies. A run that was observed goes to a
 * queue of the process's writer (batch.h): all runs as counts, every failure
 * and a sample of the others as rows.
 *
 * Written through a function that is given to it; nothing here knows how a
 * connection is had.
 */
#ifndef GAME_RUNLOG_H
#define GAME_RUNLOG_H

#include <apr_pools.h>
#include <apr_time.h>

#include "batch.h"
#include "db_statements.h"

/** One run of a custom strategy. Texts are copied. */
typedef struct game_run_t {
    apr_time_t at;
    const char *strategy_id;    /**< UUID, without "custom:" */
    int version;
    const char *type;           /**< "DSL_FULL", "DSL_EXTEND" */
    const char *realm;          /**< the definition's */
    const char *parent;         /**< built-in that it extends, or NULL */
    const char *game, *task, *user;     /**< external ids */
    const char *status;         /**< "ok", "error", "timeout", "limit" */
    const char *code;           /**< of a failure, or NULL */
    int scored;                 /**< points are known */
    double points;
    const char *case_name;      /**< or NULL */
    double duration_ms;
    int nodes;                  /**< executed */
    int entries;                /**< of the whole trace */
    /** Write the trace, up to game_runlog_entries(); called for runs that
     *  are kept only. NULL: there is none. @return JSON list */
    const char *(*trace)(const void *baton);
    const void *baton;          /**< of trace() */
} game_run_t;

typedef struct game_runlog_conf_t {
    int rows;                   /**< most rows that wait to be written */
    double rate;                /**< of runs that went well, 0..1 */
    int trace_entries;          /**< most of a trace; 0: all */
} game_runlog_conf_t;

/** Write; as write() of game_batch_conf_t. */
typedef game_batch_end_e (*game_runlog_write_fn)(void *baton,
                                                 apr_pool_t *pool,
                                                 game_sql_e statement,
                                                 int count,
                                                 const char *const *values);

typedef struct game_runlog_t game_runlog_t;

/** Make a log of this process; in child_init. @return NULL without memory */
game_runlog_t *game_runlog_make(apr_pool_t *pool, game_writer_t *writer,
                                const game_runlog_conf_t *conf,
                                game_runlog_write_fn write, void *baton);

/** @return most entries of a trace; 0: all */
int game_runlog_entries(const game_runlog_t *log);

/** Note a run. @param log NULL: nothing is noted */
void game_runlog_add(game_runlog_t *log, const game_run_t *run);

/** Write what waits, in a process whose pools are for one thread alone. Does
 *  nothing to a log that has a thread. @param log NULL is allowed */
void game_runlog_flush(game_runlog_t *log);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file runlog.h
 * The execution log of custom strategies. A run that was observed is put
 * into the process's memory, which is bounded, and a thread of its own
 * writes what came together about half a second later: all runs as counts,
 * every failure and a sample of the others as rows. Nobody who is awarded
 * waits for it, and nothing that goes wrong here reaches a client.
 *
 * The thread writes through a function that is given to it; nothing here
 * knows how a connection is had.
 */
#ifndef GAME_RUNLOG_H
#define GAME_RUNLOG_H

#include <apr_pools.h>
#include <apr_time.h>

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
    int threaded;               /**< write in a thread of its own; else
                                     game_runlog_flush() writes */
} game_runlog_conf_t;

/**
 * Write. Called by the log's thread, and once when the process ends.
 * @param pool ends after the call
 * @return whether it was written; what was not is tried again
 */
typedef int (*game_runlog_write_fn)(void *baton, apr_pool_t *pool,
                                    game_sql_e statement, int count,
                                    const char *const *values);

typedef struct game_runlog_t game_runlog_t;

/**
 * Make a log of this process; in child_init, after what write() needs. Its
 * thread starts with the first run, and ends, with a last write, before
 * pool's cleanups.
 * @return NULL when there are no mutexes
 */
game_runlog_t *game_runlog_make(apr_pool_t *pool,
                                const game_runlog_conf_t *conf,
                                game_runlog_write_fn write, void *baton);

/** @return most entries of a trace; 0: all */
int game_runlog_entries(const game_runlog_t *log);

/** Note a run. @param log NULL: nothing is noted */
void game_runlog_add(game_runlog_t *log, const game_run_t *run);

/** Write what waits, in a process whose pools are for one thread alone. Does
 *  nothing to a log that has a thread. @param log NULL is allowed */
void game_runlog_flush(game_runlog_t *log);

/** @return rows dropped so far because too many waited */
apr_uint64_t game_runlog_dropped(game_runlog_t *log);

#endif

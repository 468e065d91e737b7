/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file jobs.h
 * Work outside a request. One child of a server looks what is due, every
 * GameJobsInterval, and does one piece of it after the other; a piece is one
 * statement, and what is done and what is left is in game.jobs alone. So a
 * child may end at any instant, and of several servers whoever comes first
 * goes on: the database lets one of them at a job at a time.
 *
 * A job is a row of jobs_table.c and a function of the database,
 *
 *     game.job_<name>(p_args jsonb, p_cursor jsonb,
 *                     out next jsonb, out n bigint)
 *
 * which does a bounded piece of work, well below a second, and answers the
 * cursor for the next piece (NULL: the run is at its end) and how many rows
 * it dealt with. p_cursor is NULL for the first piece of a run. No lock and
 * no state of its own are needed.
 */
#ifndef GAME_JOBS_H
#define GAME_JOBS_H

#include <httpd.h>

/** What is known while a piece of a job is prepared. */
typedef struct game_job_turn_t {
    apr_pool_t *pool;           /**< ends with the turn */
    const server_rec *server;
    const char *instance;       /**< this httpd: "host:port" */
    apr_interval_time_t took;   /**< the database's last answer */
    apr_time_t down_from;       /**< the database was not there since; 0:
                                     it always was */
    apr_time_t down_until;
} game_job_turn_t;

typedef struct game_job_t {
    const char *name;
    apr_interval_time_t every;  /**< from run to run */
    int local;                  /**< every httpd for itself, not one of
                                     them for all */
    /** @return the function's p_args, as JSON; NULL here: {} */
    const char *(*args)(const game_job_turn_t *turn);
} game_job_t;

/** The table (jobs_table.c); a NULL name ends it. */
extern const game_job_t game_jobs[];

/** Register with mod_watchdog, when there is one; in post_config. */
void game_jobs_setup_post_config(apr_pool_t *pconf, server_rec *s);

/** Make the pools of a child fit for the thread that runs jobs. */
void game_jobs_setup_child_init(apr_pool_t *pchild, server_rec *s);

/** After the child_init of all modules: jobs may begin. */
void game_jobs_child_ready(apr_pool_t *pchild, server_rec *s);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file plan.h
 * What is to be done with a run (campaigns.md 2.5, 2.7, 3.3): the rows of its
 * steps, and every decision while it goes on. Decisions only: who asks
 * applies them, in the transaction that locks the run.
 *
 * A step is named by its place in the workflow's step[]. Lists of places
 * (int *out) have room for as many as the workflow has steps; they are in
 * topological order, and the functions return how many there are.
 */
#ifndef GAME_CAMPAIGNS_PLAN_H
#define GAME_CAMPAIGNS_PLAN_H

#include "canon.h"
#include "select.h"
#include "state.h"
#include "workflow.h"

/** What game_plan_retry() says when there is no further attempt. */
#define GAME_PLAN_GIVE_UP (-1)
/** How often an expired lease puts a step back; the next time it fails with
 *  WORKER_LOST. */
#define GAME_PLAN_RECOVERIES 3

/** A step of a run as it is now. */
typedef struct game_plan_step_t {
    game_step_e status;
    int cache_hit;
    const char *error;          /**< code, or NULL */
    const char *message;        /**< of the error, or NULL */
} game_plan_step_t;

/* ---- the graph ---- */

/** The direct dependents of a step. */
int game_plan_dependents(const game_workflow_t *workflow, int place,
                         int *out);

/** The transitive dependents of a step, without itself. */
int game_plan_closure(const game_workflow_t *workflow, int place, int *out);

/** Mark all that depends on what is marked. @param marks one a place */
void game_plan_mark(const game_workflow_t *workflow, char *marks);

/* ---- planning ---- */

/** A step of the base run that ended well: completed, or skipped with
 *  cacheHit. */
typedef struct game_plan_base_t {
    game_select_output_t output;
    const char *input_hash;
    int is_usable;              /**< its files are there still */
} game_plan_base_t;

/** What a run is planned from. */
typedef struct game_plan_from_t {
    const game_json_t *trigger; /**< normalised */
    const apr_array_header_t *base;     /**< of game_plan_base_t; NULL: it is
                                             no update */
    const char *impacted;       /**< marks, one a place (change.h); steps
                                     without one are reused. NULL: all */
} game_plan_from_t;

/** The row of a step, pending or reused. */
typedef struct game_plan_row_t {
    const game_step_def_t *step;
    char input_hash[GAME_HASH_SIZE];    /**< of {} while its input is not
                                             known */
    int deps_remaining;         /**< dependencies that have not ended well */
    const game_plan_base_t *base;       /**< reused from it: skipped with
                                             cacheHit; NULL: pending */
} game_plan_row_t;

/**
 * Plan a run.
 * @return its rows, one a step, in topological order, in pool
 */
const game_plan_row_t *game_plan_make(apr_pool_t *pool,
                                      const game_workflow_t *workflow,
                                      const game_plan_from_t *from);

/** @return "<workflow>:<step>:<hash>" (3.2), in pool */
const char *game_plan_cache_key(apr_pool_t *pool,
                                const game_workflow_t *workflow, int place,
                                const char *input_hash);

/* ---- going on ---- */

/** @return whether all dependencies of a pending step ended well */
int game_plan_is_ready(const game_workflow_t *workflow,
                       const game_plan_step_t *steps, int place);

/**
 * Decide about another attempt.
 * @param attempt that has failed, from 1
 * @param code    of its fault
 * @return milliseconds to wait before the next, or GAME_PLAN_GIVE_UP
 */
int game_plan_retry(const game_step_def_t *step, int attempt,
                    const char *code);

/**
 * End a step: set it to how it ended, and skip what depends on it
 * (UPSTREAM_FAILED) when it failed.
 * @param steps of the run; changed
 * @param how   skipped with cacheHit, completed or failed
 * @param out   the steps that are skipped now
 */
int game_plan_end(const game_workflow_t *workflow, game_plan_step_t *steps,
                  int place, const game_plan_step_t *how, int *out);

/**
 * Stop a run: what is pending is skipped. What is running ends by itself,
 * or with the same code at its next checkpoint.
 * @param code RUN_CANCELLED, or TIMEOUT of the whole run
 * @param out  the steps that are skipped now
 */
int game_plan_stop(const game_workflow_t *workflow, game_plan_step_t *steps,
                   const char *code, int *out);

/**
 * Retry a run that failed or was cancelled: steps that have an error are
 * pending again, without it, at attempt 1.
 * @param remaining deps_remaining of every step, one a place
 * @param out       the steps that are pending now
 */
int game_plan_again(const game_workflow_t *workflow, game_plan_step_t *steps,
                    int *remaining, int *out);

/** How a run has ended. */
typedef struct game_plan_verdict_t {
    game_run_e status;
    const char *code;           /**< of its error; NULL: it did not fail */
    const char *message;        /**< that goes with the code */
    int failed_step;            /**< first failed one, or -1 */
} game_plan_verdict_t;

/**
 * Decide whether a run has ended, and how.
 * @param timed_out it was stopped for taking too long
 * @return 1, or 0 when a step is pending or running
 */
int game_plan_verdict(const game_workflow_t *workflow,
                      const game_plan_step_t *steps, int timed_out,
                      game_plan_verdict_t *verdict);

/* ---- figures ---- */

/** Steps by status (stepsSummary), and cache analysis. */
typedef struct game_plan_figures_t {
    int total, pending, running, completed, skipped, failed;
    int cache_hits, cache_misses;
    double cache_hit_rate;      /**< 0..1; 0 without hits and misses */
} game_plan_figures_t;

/** @param count steps of the run */
void game_plan_count(const game_plan_step_t *steps, int count,
                     game_plan_figures_t *figures);

/**
 * Say why a step was or was not taken from the cache (3.3).
 * @param reused   the change request names it as reused
 * @param bypassed the run did not look into the cache (full_rebuild)
 * @return a constant: reused_from_base_run, cache_hit, cache_miss,
 *         cache_disabled or not_executed
 */
const char *game_plan_reason(const game_step_def_t *def,
                             const game_plan_step_t *step, int reused,
                             int bypassed);

#endif

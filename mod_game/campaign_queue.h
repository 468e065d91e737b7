/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_queue.h
 * The queue of steps as a worker uses it (campaigns.md 2.6): one statement
 * a function. Who holds a step names it by its lease; what is no longer his
 * is "lost", and nothing was written.
 */
#ifndef GAME_CAMPAIGN_QUEUE_H
#define GAME_CAMPAIGN_QUEUE_H

#include "campaigns.h"
#include "db_worker.h"

/** A step that was claimed, with all that is needed to do it. */
typedef struct game_claim_t {
    const char *step;           /**< UUID of its row */
    const char *lease;
    const char *run;
    const char *step_id;
    const char *skill;
    int attempt;                /**< from 1 */
    int recoveries;
    int cached;                 /**< may be looked up and stored */
    int begins;                 /**< the run began to run with it */
    const char *workflow;
    const char *version;
    const game_json_t *payload; /**< of the trigger */
    const game_json_t *change;  /**< changeRequest, or NULL */
    apr_interval_time_t ran;    /**< for how long the run runs */
    const game_json_t *outputs; /**< [{stepId, status, outputArtifactIds,
                                     data}] of steps that ended well */
    const game_json_t *artifacts;       /**< of the run so far */
    const game_json_t *base;    /**< outputs of the base run, or NULL */
} game_claim_t;

/** Claim a step.
 *  @param worker a name that no other has
 *  @param claim  NULL: there is none */
game_error_t *game_queue_claim(game_db_worker_t *db, apr_pool_t *pool,
                               const char *worker, int seconds,
                               game_claim_t **claim);

/** What the cache has for an input. */
typedef struct game_cached_t {
    const char *id;             /**< NULL: nothing */
    const game_json_t *data;    /**< or NULL */
    const game_json_t *artifacts;       /**< [{id, type, uri, ...}] */
} game_cached_t;

/** Store the hash of a step's input, and perhaps look it up.
 *  @param lookup whether
 *  @param outcome "ok", "cancel" or "lost" */
game_error_t *game_queue_input(game_db_worker_t *db, apr_pool_t *pool,
                               const game_claim_t *claim, const char *hash,
                               int lookup, const char **outcome,
                               game_cached_t *cached);

/** Drop an entry of the cache that cannot be used. */
game_error_t *game_queue_drop(game_db_worker_t *db, apr_pool_t *pool,
                              const char *cache_id);

/** How a step ends. */
typedef struct game_ending_t {
    const char *status;         /**< completed, skipped or failed */
    const game_json_t *artifacts;       /**< [{id, type, uri, contentHash,
                                     sizeBytes, filename?, metadata?}]; of a
                                     hit [{id}] */
    const char *cache_id;       /**< of a hit */
    const game_json_t *data;
    const game_json_t *error;   /**< of a failure */
    const char *scope;          /**< to be cached: global, run_only; NULL:
                                     not */
    int ttl;                    /**< seconds; 0: for ever */
    const game_json_t *context; /**< what is attached, or NULL */
} game_ending_t;

/** What became of it. */
typedef struct game_ended_t {
    const char *outcome;        /**< "done", "capacity" or "lost" */
    const char *run_status;     /**< afterwards; NULL unless done */
    int released;               /**< steps that are ready now */
} game_ended_t;

/** End a step. */
game_error_t *game_queue_finish(game_db_worker_t *db, apr_pool_t *pool,
                                const game_claim_t *claim,
                                const game_ending_t *ending,
                                game_ended_t *ended);

/** Put a step off. @param outcome "waiting", "cancelled" or "lost"
 *  @param run_status afterwards, or NULL */
game_error_t *game_queue_retry(game_db_worker_t *db, apr_pool_t *pool,
                               const game_claim_t *claim,
                               const game_json_t *error, int delay_ms,
                               const char **outcome,
                               const char **run_status);

/** End a run that cannot go on. @param outcome "failed" or "lost" */
game_error_t *game_queue_fail(game_db_worker_t *db, apr_pool_t *pool,
                              const game_claim_t *claim,
                              const game_fault_t *fault,
                              const char **outcome);

/** Renew leases, or give steps back.
 *  @param steps, leases as many as count says
 *  @param seconds 0: give back
 *  @param states held, cancel, lost; or released, cancelled, lost: one for
 *                each, in their order */
game_error_t *game_queue_leases(game_db_worker_t *db, apr_pool_t *pool,
                                const char *const *steps,
                                const char *const *leases, int count,
                                int seconds, const char **states);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_crew.h
 * The threads of a worker process: hands that do steps, a keeper that takes
 * back, a sweeper, and the main thread that renews leases and listens to the
 * queue. Nothing of it is in httpd's children.
 */
#ifndef GAME_CAMPAIGN_CREW_H
#define GAME_CAMPAIGN_CREW_H

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>

#include "campaign_queue.h"
#include "campaigns_setup.h"

/** Longest lease (bytes, with its end). */
#define GAME_LEASE_SIZE 256

typedef struct game_hand_t game_hand_t;

/** What they share. */
typedef struct game_crew_t {
    server_rec *server;
    const game_campaigns_t *campaigns;
    const game_db_place_t *place;
    pid_t parent;               /**< the process ends with it */
    const char *name;           /**< "host/pid/time": no other has it */
    apr_pool_t *pool;           /**< of the main thread */
    volatile apr_uint32_t stopping;     /**< atomic */

    apr_thread_mutex_t *mutex;  /**< of all below, and of holds */
    apr_thread_cond_t *changed; /**< reaps, stopping, working */
    apr_thread_cond_t *called;  /**< calls, retry_at, stopping */
    int calls;                  /**< hands that are to look for a step */
    apr_time_t retry_at;        /**< when a step that was put off is due; 0:
                                     none is known */
    unsigned reaps;             /**< how often the keeper was asked for */
    int working;                /**< threads that have not ended */
    apr_time_t down_said;       /**< when a lost database was told; 0: it is
                                     there */
    game_hand_t *hands;
    int count;
    apr_array_header_t *threads;        /**< of apr_thread_t *; the main
                                     thread's alone */
} game_crew_t;

/** A thread that does steps, and what it holds. */
struct game_hand_t {
    game_crew_t *crew;
    int number;
    const char *name;           /**< of the crew, and its number */
    game_db_worker_t *db;       /**< its own */
    int holds;                  /**< guarded by the crew's mutex, as both
                                     texts */
    char step[GAME_UUID_SIZE];
    char lease[GAME_LEASE_SIZE];
    apr_time_t said;            /**< when a fault was told */
    volatile apr_uint32_t cancelled;    /**< atomics: what became of it */
    volatile apr_uint32_t lost;
};

/** Do the work of a process until it is told to end, or its parent is gone.
 *  Signals that end it are SIGTERM, SIGHUP and SIGINT. */
void game_crew_run(game_crew_t *crew);

/** @return whether the process ends; a baton of game_db_worker_make */
int game_crew_is_stopping(void *crew);

/** Wait, but not when the process ends.
 *  @return whether it goes on */
int game_crew_pause(game_crew_t *crew, apr_interval_time_t time);

/** Have the keeper look at once. */
void game_crew_reap(game_crew_t *crew);

/** Tell a hand that there may be something to do. Who finds it tells the
 *  next one. */
void game_hand_call(game_crew_t *crew);

/** Tell a hand in a while. */
void game_hand_call_later(game_crew_t *crew, apr_interval_time_t time);

/** Say that the database is away, once a minute, or (err is NULL) that it is
 *  back. @return whether it is away */
int game_crew_tell(game_crew_t *crew, const game_error_t *err);

/** Do a step that was claimed, whatever comes of it (campaign_step.c).
 *  @param pool scratch, cleared afterwards */
void game_step_do(game_hand_t *hand, apr_pool_t *pool,
                  const game_claim_t *claim);

/** The work of a hand, until the process ends (campaign_hand.c). */
void game_hand_run(game_hand_t *hand);

/** The work of the keeper and of the sweeper, each until the process ends
 *  (campaign_keeper.c). */
void game_keeper_run(game_crew_t *crew);
void game_keeper_sweep(game_crew_t *crew);

#endif

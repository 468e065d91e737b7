/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What a worker does for others. The keeper takes back the steps of workers
 * that are gone and ends runs whose time is over; it waits for nobody, what
 * it does not get now it gets at its next turn. The sweeper, which may take
 * its time, frees the store of what crashed workers left below tmp, and of
 * files that no row names.
 */

#include "campaign_crew.h"

#include <string.h>

#include <http_log.h>

#include <apr_strings.h>

#include "campaign_events.h"
#include "log.h"
#include "metrics.h"

APLOG_USE_MODULE(game);

#define REAP_MIN apr_time_from_msec(500)
#define REAP_MAX apr_time_from_sec(3)
#define REAP_ROWS "100"
#define SWEEP_FIRST apr_time_from_sec(10)       /* after the start */
#define SWEEP_EVERY apr_time_from_sec(3600)
#define OLD apr_time_from_sec(24 * 3600)
#define POOL_KEEP (256 * 1024)

typedef struct keeper_t {
    game_crew_t *crew;
    game_db_worker_t *db;
} keeper_t;

/* ---- taking back ---- */

/* A row of reap: what became of a step, or of a run (without a step). */
static void tell(keeper_t *keeper, apr_pool_t *pool, const char *run,
                 const char *step, const char *what)
{
    server_rec *s = keeper->crew->server;
    game_event_t event = { .run = run, .step = step };

    if (!step) {
        game_event_run(s, pool, run, "failed", "TIMEOUT", 0);
        return;
    }
    if (!strcmp(what, "recovered")) {
        event.event = "lease_recovered";
        event.status = "pending";
    }
    else {
        event.event = "step_failed";
        event.status = "failed";
        event.error = strcmp(what, "cancelled") ? "WORKER_LOST"
                                                : "RUN_CANCELLED";
    }
    event.is_bad = 1;
    game_event_log(s, pool, &event);
    game_metrics_campaign_recovered();
}

static void reap(keeper_t *keeper, apr_pool_t *pool)
{
    int timeout = game_conf_campaign_run_timeout(
        keeper->crew->campaigns->conf);
    const char *values[] = { game_bind_int(pool, timeout), REAP_ROWS };
    const game_rows_t *rows;
    game_error_t *err = game_db_worker_run(keeper->db, pool,
                                           GAME_SQL_CAMPAIGN_REAP, &rows, 2,
                                           values);
    int i;

    if (game_crew_tell(keeper->crew, err) || err) {
        return;
    }
    for (i = 0; i < rows->count; i++) {
        tell(keeper, pool, game_cell(rows, i, 0), game_cell(rows, i, 1),
             game_cell(rows, i, 2));
    }
    if (rows->count) {
        game_hand_call(keeper->crew);
    }
}

/* ---- sweeping ---- */

/* A game_store_keep_fn: which of these hashes artifacts have. */
static int find_kept(void *baton, apr_pool_t *pool,
                     const apr_array_header_t *hashes, char *kept)
{
    keeper_t *keeper = baton;
    const char *const *names = (const char *const *)(void *)hashes->elts;
    const char *value = game_bind_array(pool, names, hashes->nelts);
    const game_rows_t *rows;
    int i, k;

    if (game_crew_is_stopping(keeper->crew)
        || game_db_worker_run(keeper->db, pool, GAME_SQL_CAMPAIGN_FILES_KEPT,
                              &rows, 1, &value)) {
        return 0;
    }
    for (i = 0; i < rows->count; i++) {
        for (k = 0; k < hashes->nelts; k++) {
            if (!strcmp(names[k], game_cell(rows, i, 0))) {
                kept[k] = 1;
            }
        }
    }
    return 1;
}

static void sweep(keeper_t *keeper, apr_pool_t *pool)
{
    const game_store_t *store = keeper->crew->campaigns->store;
    apr_time_t now = apr_time_now();
    int tmp = game_store_sweep_tmp(pool, store, now, OLD);
    int files = game_store_sweep(pool, store, now - OLD, find_kept, keeper);

    if (tmp || files) {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, keeper->crew->server,
                     GAME_LOGNO(0708) "the store was swept: %d unfinished "
                     "and %d that no artifact has", tmp, files);
    }
}

/* ---- turns ---- */

static int begin(keeper_t *keeper, game_crew_t *crew, apr_pool_t **pool)
{
    *pool = game_pool_alone(POOL_KEEP);
    keeper->crew = crew;
    keeper->db = *pool ? game_db_worker_make(*pool, crew->place,
                                             game_crew_is_stopping, crew)
                       : NULL;
    return *pool != NULL;
}

static apr_interval_time_t interval_of(const game_crew_t *crew)
{
    apr_interval_time_t third = apr_time_from_sec(
        game_conf_campaign_lease(crew->campaigns->conf)) / 3;

    return third < REAP_MIN ? REAP_MIN : third > REAP_MAX ? REAP_MAX : third;
}

static void await_turn(game_crew_t *crew, unsigned *seen)
{
    apr_time_t until = apr_time_now() + interval_of(crew), now;

    apr_thread_mutex_lock(crew->mutex);
    while (crew->reaps == *seen && !game_crew_is_stopping(crew)
           && (now = apr_time_now()) < until) {
        apr_thread_cond_timedwait(crew->changed, crew->mutex, until - now);
    }
    *seen = crew->reaps;
    apr_thread_mutex_unlock(crew->mutex);
}

void game_keeper_run(game_crew_t *crew)
{
    unsigned seen = 0;
    keeper_t keeper;
    apr_pool_t *pool, *turn;

    if (!begin(&keeper, crew, &pool)) {
        return;
    }
    while (!game_crew_is_stopping(crew)) {
        apr_pool_create(&turn, pool);
        reap(&keeper, turn);
        apr_pool_destroy(turn);
        await_turn(crew, &seen);
    }
    game_db_worker_close(keeper.db);
}

void game_keeper_sweep(game_crew_t *crew)
{
    apr_interval_time_t time = SWEEP_FIRST;
    keeper_t keeper;
    apr_pool_t *pool, *turn;

    if (!begin(&keeper, crew, &pool)) {
        return;
    }
    while (game_crew_pause(crew, time)) {
        apr_pool_create(&turn, pool);
        sweep(&keeper, turn);
        apr_pool_destroy(turn);
        game_db_worker_close(keeper.db);
        time = SWEEP_EVERY;
    }
}

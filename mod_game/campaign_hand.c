/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Hands: threads that claim a step, do it, and look for the next. One that
 * finds nothing rests until it is called, or for a while that grows.
 */

#include "campaign_crew.h"

#include <http_log.h>

#include <apr_atomic.h>
#include <apr_strings.h>

#include "log.h"

APLOG_USE_MODULE(game);

#define IDLE_MIN apr_time_from_msec(250)        /* between two claims */
#define IDLE_MAX apr_time_from_sec(2)
#define SAY_EVERY apr_time_from_sec(60)
#define POOL_KEEP (1024 * 1024)

/* ---- calls ---- */

void game_hand_call(game_crew_t *crew)
{
    apr_thread_mutex_lock(crew->mutex);
    if (crew->calls < crew->count) {
        crew->calls++;
    }
    apr_thread_cond_signal(crew->called);
    apr_thread_mutex_unlock(crew->mutex);
}

void game_hand_call_later(game_crew_t *crew, apr_interval_time_t time)
{
    apr_time_t at = apr_time_now() + time;

    apr_thread_mutex_lock(crew->mutex);
    if (!crew->retry_at || at < crew->retry_at) {
        crew->retry_at = at;
        apr_thread_cond_broadcast(crew->called);
    }
    apr_thread_mutex_unlock(crew->mutex);
}

/* ---- steps ---- */

static void hold(game_hand_t *hand, const game_claim_t *claim)
{
    apr_thread_mutex_lock(hand->crew->mutex);
    apr_atomic_set32(&hand->cancelled, 0);
    apr_atomic_set32(&hand->lost, 0);
    apr_cpystrn(hand->step, claim->step, sizeof(hand->step));
    apr_cpystrn(hand->lease, claim->lease, sizeof(hand->lease));
    hand->holds = 1;
    apr_thread_mutex_unlock(hand->crew->mutex);
}

static void let_go(game_hand_t *hand)
{
    apr_thread_mutex_lock(hand->crew->mutex);
    hand->holds = 0;
    apr_thread_mutex_unlock(hand->crew->mutex);
}

/* Take a call. Locked. @return whether there was one */
static int take_call(game_crew_t *crew, apr_time_t now)
{
    if (crew->retry_at && crew->retry_at <= now) {
        crew->retry_at = 0;
        return 1;
    }
    if (crew->calls) {
        crew->calls--;
        return 1;
    }
    return 0;
}

/* Until somebody calls or the time, some of it by chance, is over.
 * @return whether somebody called */
static int rest(game_crew_t *crew, apr_interval_time_t idle)
{
    apr_time_t now = apr_time_now();
    apr_time_t until = now + idle - idle * (now / 7 % 64) / 256;
    int called;

    apr_thread_mutex_lock(crew->mutex);
    while (!(called = take_call(crew, now)) && !game_crew_is_stopping(crew)
           && now < until) {
        apr_time_t at = crew->retry_at && crew->retry_at < until
                      ? crew->retry_at : until;

        apr_thread_cond_timedwait(crew->called, crew->mutex, at - now);
        now = apr_time_now();
    }
    apr_thread_mutex_unlock(crew->mutex);
    return called;
}

/* Said once a minute, as it will come again. */
static void say_fault(game_hand_t *hand, const game_error_t *err)
{
    apr_time_t now = apr_time_now();

    if (now - hand->said >= SAY_EVERY) {
        hand->said = now;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, hand->crew->server,
                     GAME_LOGNO(0706) "no step can be claimed: %s",
                     err->log ? err->log : "?");
    }
}

/* @return whether there was a step */
static int take_one(game_hand_t *hand, apr_pool_t *pool)
{
    game_crew_t *crew = hand->crew;
    int lease = game_conf_campaign_lease(crew->campaigns->conf);
    game_claim_t *claim;
    game_error_t *err = game_queue_claim(hand->db, pool, hand->name, lease,
                                         &claim);

    if (!game_crew_tell(crew, err) && err) {
        say_fault(hand, err);
    }
    if (err || !claim) {
        return 0;
    }
    hold(hand, claim);
    game_hand_call(crew);       /* there may be more */
    game_step_do(hand, pool, claim);
    let_go(hand);
    return 1;
}

void game_hand_run(game_hand_t *hand)
{
    apr_pool_t *pool = game_pool_alone(POOL_KEEP);
    apr_interval_time_t idle = IDLE_MIN;

    while (pool && !game_crew_is_stopping(hand->crew)) {
        if (take_one(hand, pool) || rest(hand->crew, idle)) {
            idle = IDLE_MIN;
        }
        else {
            idle = idle * 2 > IDLE_MAX ? IDLE_MAX : idle * 2;
        }
        apr_pool_clear(pool);
    }
    game_db_worker_close(hand->db);
}

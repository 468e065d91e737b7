/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The threads of a worker process. Hands claim and do steps; the main thread
 * renews what they hold, three times a lease, listens to the queue and
 * watches for the end; the keeper takes back what others left, the sweeper
 * clears the store. Each has a connection of its own, so that no renewal
 * waits for somebody's work.
 *
 * All signals are blocked in all threads; the main thread lets them in while
 * it waits.
 */

#include "campaign_crew.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <http_log.h>

#include <apr_atomic.h>
#include <apr_strings.h>

#include "log.h"

APLOG_USE_MODULE(game);

#define CHANNEL "game_campaign_queue"
#define LOOK apr_time_from_sec(1)       /* at the parent */
#define NAP apr_time_from_msec(250)     /* without a connection */
#define SOON apr_time_from_msec(200)    /* at leases, after a notification */
#define LEAVE apr_time_from_msec(2000)  /* for threads to end */
#define SAY_EVERY apr_time_from_sec(60)
#define POOL_KEEP (1024 * 1024)

int game_crew_is_stopping(void *baton)
{
    game_crew_t *crew = baton;

    return apr_atomic_read32(&crew->stopping) != 0;
}

int game_crew_pause(game_crew_t *crew, apr_interval_time_t time)
{
    apr_time_t until = apr_time_now() + time, now;

    apr_thread_mutex_lock(crew->mutex);
    while (!game_crew_is_stopping(crew) && (now = apr_time_now()) < until) {
        apr_thread_cond_timedwait(crew->changed, crew->mutex, until - now);
    }
    apr_thread_mutex_unlock(crew->mutex);
    return !game_crew_is_stopping(crew);
}

void game_crew_reap(game_crew_t *crew)
{
    apr_thread_mutex_lock(crew->mutex);
    crew->reaps++;
    apr_thread_cond_broadcast(crew->changed);
    apr_thread_mutex_unlock(crew->mutex);
}

int game_crew_tell(game_crew_t *crew, const game_error_t *err)
{
    int away = err && err->status == HTTP_SERVICE_UNAVAILABLE;
    apr_time_t now = apr_time_now(), said;
    int say;

    if (game_crew_is_stopping(crew)) {
        return away;
    }
    apr_thread_mutex_lock(crew->mutex);
    said = crew->down_said;
    say = away ? !said || now - said >= SAY_EVERY : !err && said;
    if (say) {
        crew->down_said = away ? now : 0;
    }
    apr_thread_mutex_unlock(crew->mutex);
    if (say && away) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, crew->server,
                     GAME_LOGNO(0704) "the worker of campaigns has no "
                     "database: %s", err->log ? err->log : "?");
    }
    else if (say) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, crew->server,
                     GAME_LOGNO(0705) "the worker of campaigns has its "
                     "database again");
    }
    return away;
}

/* ---- threads ---- */

static void leave(game_crew_t *crew)
{
    apr_thread_mutex_lock(crew->mutex);
    crew->working--;
    apr_thread_cond_broadcast(crew->changed);
    apr_thread_mutex_unlock(crew->mutex);
}

static void *APR_THREAD_FUNC hand_run(apr_thread_t *thread, void *data)
{
    game_hand_t *hand = data;

    (void)thread;
    game_hand_run(hand);
    leave(hand->crew);
    return NULL;
}

static void *APR_THREAD_FUNC keeper_run(apr_thread_t *thread, void *data)
{
    (void)thread;
    game_keeper_run(data);
    leave(data);
    return NULL;
}

static void *APR_THREAD_FUNC sweeper_run(apr_thread_t *thread, void *data)
{
    (void)thread;
    game_keeper_sweep(data);
    leave(data);
    return NULL;
}

/* ---- leases ---- */

/* Of what hands hold at the moment. */
typedef struct held_t {
    game_hand_t **hands;
    const char **steps, **leases, **states;
    int count;
} held_t;

static void look_at_hands(game_crew_t *crew, apr_pool_t *pool, held_t *held)
{
    apr_size_t room = sizeof(char *) * (apr_size_t)crew->count;
    int i;

    memset(held, 0, sizeof(*held));
    held->hands = apr_palloc(pool, room);
    held->steps = apr_palloc(pool, room);
    held->leases = apr_palloc(pool, room);
    held->states = apr_palloc(pool, room);
    apr_thread_mutex_lock(crew->mutex);
    for (i = 0; i < crew->count; i++) {
        if (crew->hands[i].holds) {
            held->hands[held->count] = &crew->hands[i];
            held->steps[held->count] = apr_pstrdup(pool,
                                                   crew->hands[i].step);
            held->leases[held->count++] = apr_pstrdup(pool,
                                                      crew->hands[i].lease);
        }
    }
    apr_thread_mutex_unlock(crew->mutex);
}

/* Tell a hand, if it still has this lease of this step: the first leases of
 * all its steps are named alike, and it may be at the next one. */
static void tell(game_hand_t *hand, const char *step, const char *lease,
                 const char *state)
{
    apr_thread_mutex_lock(hand->crew->mutex);
    if (hand->holds && !strcmp(hand->step, step)
        && !strcmp(hand->lease, lease)) {
        if (!strcmp(state, "lost")) {
            apr_atomic_set32(&hand->lost, 1);
        }
        else if (!strcmp(state, "cancel")) {
            apr_atomic_set32(&hand->cancelled, 1);
        }
    }
    apr_thread_mutex_unlock(hand->crew->mutex);
}

/* @return whether the database answered */
static int renew(game_crew_t *crew, game_db_worker_t *db, apr_pool_t *pool)
{
    int lease = game_conf_campaign_lease(crew->campaigns->conf), i;
    game_error_t *err;
    held_t held;

    look_at_hands(crew, pool, &held);
    if (!held.count) {
        return 1;
    }
    err = game_queue_leases(db, pool, held.steps, held.leases, held.count,
                            lease, held.states);
    game_crew_tell(crew, err);
    for (i = 0; !err && i < held.count; i++) {
        tell(held.hands[i], held.steps[i], held.leases[i], held.states[i]);
    }
    return !err;
}

/* ---- the main thread ---- */

static volatile sig_atomic_t ended;

static void on_end(int signal)
{
    (void)signal;
    ended = 1;
}

static void set_signals(sigset_t *blocked, sigset_t *open)
{
    static const int ends[] = { SIGTERM, SIGHUP, SIGINT };
    static const int others[] = { SIGUSR1, SIGUSR2, SIGWINCH, SIGPIPE };
    struct sigaction action;
    apr_size_t i;

    sigfillset(blocked);
    sigprocmask(SIG_SETMASK, blocked, NULL);
    memset(&action, 0, sizeof(action));
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL);
    action.sa_handler = SIG_IGN;
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        sigaction(others[i], &action, NULL);
    }
    action.sa_handler = on_end;
    sigfillset(open);
    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        sigaction(ends[i], &action, NULL);
        sigdelset(open, ends[i]);
    }
}

/* A signal may wait while this thread is at the database. */
static int is_ended(void *data)
{
    const game_crew_t *crew = data;
    sigset_t waiting;

    sigemptyset(&waiting);
    sigpending(&waiting);
    return ended || sigismember(&waiting, SIGTERM)
        || sigismember(&waiting, SIGHUP) || sigismember(&waiting, SIGINT)
        || getppid() != crew->parent;
}

static void nap(apr_interval_time_t time, const sigset_t *open)
{
    struct timespec span = { 0, (long)time * 1000 };

    ppoll(NULL, 0, &span, open);
}

static void watch(game_crew_t *crew, game_db_worker_t *db,
                  const sigset_t *open)
{
    apr_interval_time_t every = apr_time_from_sec(
        game_conf_campaign_lease(crew->campaigns->conf)) / 3;
    apr_pool_t *pool = game_pool_alone(POOL_KEEP);
    apr_time_t due = apr_time_now() + every, now;

    while (pool && !is_ended(crew)) {
        apr_interval_time_t left = due - apr_time_now();
        int got = game_db_worker_wait(db, pool, CHANNEL, left < 0 ? 0
                                      : left < LOOK ? left : LOOK, open);

        now = apr_time_now();
        if (got > 0) {          /* a new run, or one that is cancelled */
            game_hand_call(crew);
            due = due < now + SOON ? due : now + SOON;
        }
        if (now >= due) {
            due = now + (renew(crew, db, pool) ? every
                         : every < NAP ? every : NAP);
        }
        if (got < 0) {
            nap(NAP, open);
        }
        apr_pool_clear(pool);
    }
}

/* Threads come to their next checkpoint and give back what they have; what
 * is left by then is given back here, so that who has it cannot write. */
static void stop(game_crew_t *crew, game_db_worker_t *db)
{
    apr_time_t until = apr_time_now() + LEAVE, now;
    int left, i;
    held_t held;

    apr_atomic_set32(&crew->stopping, 1);
    apr_thread_mutex_lock(crew->mutex);
    apr_thread_cond_broadcast(crew->changed);
    apr_thread_cond_broadcast(crew->called);
    while (crew->working && (now = apr_time_now()) < until) {
        apr_thread_cond_timedwait(crew->changed, crew->mutex, until - now);
    }
    left = crew->working;
    apr_thread_mutex_unlock(crew->mutex);
    for (i = 0; !left && i < crew->threads->nelts; i++) {
        apr_status_t ignored;

        apr_thread_join(&ignored, APR_ARRAY_IDX(crew->threads, i,
                                                apr_thread_t *));
    }
    look_at_hands(crew, crew->pool, &held);
    if (held.count) {
        game_queue_leases(db, crew->pool, held.steps, held.leases,
                          held.count, 0, held.states);
    }
    game_db_worker_close(db);
}

/* Locked, so that nobody ends before all are counted. */
static void start_thread(game_crew_t *crew, apr_thread_start_t run,
                         void *data)
{
    apr_thread_t *thread;
    apr_status_t rv = apr_thread_create(&thread, NULL, run, data,
                                        crew->pool);

    if (rv == APR_SUCCESS) {
        crew->working++;
        APR_ARRAY_PUSH(crew->threads, apr_thread_t *) = thread;
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, crew->server,
                     GAME_LOGNO(0707) "the worker of campaigns has too few "
                     "threads");
    }
}

static void start(game_crew_t *crew)
{
    int i;

    crew->threads = apr_array_make(crew->pool, crew->count + 2,
                                   sizeof(apr_thread_t *));
    apr_thread_mutex_lock(crew->mutex);
    start_thread(crew, keeper_run, crew);
    start_thread(crew, sweeper_run, crew);
    for (i = 0; i < crew->count; i++) {
        game_hand_t *hand = &crew->hands[i];

        hand->crew = crew;
        hand->number = i;
        hand->name = apr_psprintf(crew->pool, "%s/%d", crew->name, i);
        hand->db = game_db_worker_make(crew->pool, crew->place,
                                       game_crew_is_stopping, crew);
        start_thread(crew, hand_run, hand);
    }
    apr_thread_mutex_unlock(crew->mutex);
}

void game_crew_run(game_crew_t *crew)
{
    game_db_worker_t *db = game_db_worker_make(crew->pool, crew->place,
                                               is_ended, crew);
    sigset_t blocked, open;

    set_signals(&blocked, &open);
    crew->count = game_conf_campaign_workers(crew->campaigns->conf);
    crew->hands = apr_pcalloc(crew->pool, sizeof(*crew->hands)
                                          * (apr_size_t)crew->count);
    if (apr_thread_mutex_create(&crew->mutex, APR_THREAD_MUTEX_DEFAULT,
                                crew->pool) != APR_SUCCESS
        || apr_thread_cond_create(&crew->changed, crew->pool)
           != APR_SUCCESS
        || apr_thread_cond_create(&crew->called, crew->pool)
           != APR_SUCCESS) {
        return;
    }
    start(crew);
    watch(crew, db, &open);
    stop(crew, db);
}

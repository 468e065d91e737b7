/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The runner. mod_watchdog calls it in one child of a server; it asks the
 * database what is due and does a piece of each. Nothing but that thread
 * touches what is kept here, and all that matters is in the database.
 *
 * A child that ends waits for the piece under way, which GameDBTimeout
 * bounds, and for no other.
 */

#include "jobs.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <http_config.h>
#include <http_log.h>
#include <ap_listen.h>
#include <ap_mpm.h>
#include <mod_watchdog.h>

#include <apr_allocator.h>
#include <apr_atomic.h>
#include <apr_network_io.h>
#include <apr_optional.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "config.h"
#include "db.h"
#include "log.h"
#include "metrics.h"

APLOG_USE_MODULE(game);

#define WATCHDOG "_game_jobs_"
#define JOBS_MAX 32
#define LOG_EVERY apr_time_from_sec(60)
#define RETRY apr_time_from_sec(60)     /* a job that failed */
#define HOLD apr_time_from_sec(5)       /* also when it could not say so */
#define WAIT 2000               /* microseconds, for the end of a piece */
#define DATABASE_SIZE 160

/* A server whose database has work. */
typedef struct site_t {
    server_rec *server;
    char database[DATABASE_SIZE];       /* "" before the first answer */
    int twin;                           /* another site has it as well */
    apr_interval_time_t took;
    apr_time_t down_from, down_until;   /* not told yet; 0: was not down */
    apr_time_t logged_at[JOBS_MAX];
    apr_time_t hold_until[JOBS_MAX];
    apr_interval_time_t spent[JOBS_MAX];    /* on pieces of a run so far */
} site_t;

typedef struct runner_t {
    const char *instance;
    const char *names[JOBS_MAX];        /* as in game.jobs */
    int jobs;
    site_t *sites;
    int count;
} runner_t;

/* Of this child, atomics: all modules are ready, and none is at its end; the
 * thread is at work. The watchdog's thread may be there before mod_dbd is,
 * and its pool must not end while a connection of it is out. */
static apr_uint32_t ready, busy;

static int is_stopping(void)
{
    int state = AP_MPMQ_STOPPING;

    return !apr_atomic_read32(&ready)
        || ap_mpm_query(AP_MPMQ_MPM_STATE, &state) != APR_SUCCESS
        || state == AP_MPMQ_STOPPING;
}

/* ---- one piece ---- */

static const char *bind_time(apr_pool_t *pool, apr_interval_time_t time)
{
    return game_bind_int(pool, time);
}

/* What was said of a lost database is the matter of db_pool.c. */
static void log_failure(site_t *site, int job, const game_error_t *err)
{
    apr_time_t now = apr_time_now();

    if (!err->sqlstate && err->status == HTTP_SERVICE_UNAVAILABLE) {
        return;
    }
    if (site->logged_at[job] && now - site->logged_at[job] < LOG_EVERY) {
        return;
    }
    site->logged_at[job] = now;
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, site->server,
                 GAME_LOGNO(0551) "job %s failed (SQLSTATE %s), it is tried "
                 "again: %s", game_jobs[job].name,
                 err->sqlstate ? err->sqlstate : "none",
                 err->log ? err->log : err->detail ? err->detail : "?");
}

static void note_failure(const runner_t *runner, site_t *site, int job,
                         const game_error_t *err, apr_pool_t *pool)
{
    apr_interval_time_t every = game_jobs[job].every;
    const char *values[3];
    const game_rows_t *rows;

    log_failure(site, job, err);
    values[0] = runner->names[job];
    values[1] = err->log ? err->log : err->detail ? err->detail : "?";
    values[2] = bind_time(pool, every < RETRY ? every : RETRY);
    site->hold_until[job] = apr_time_now() + HOLD;
    (void)game_db_run_job(site->server, pool, GAME_SQL_JOB_FAILED, &rows, 3,
                          values);
}

static const char *args_of(const runner_t *runner, const site_t *site,
                           const game_job_t *job, apr_pool_t *pool)
{
    game_job_turn_t turn = {
        .pool = pool, .server = site->server, .instance = runner->instance,
        .took = site->took, .down_from = site->down_from,
        .down_until = site->down_until
    };

    return job->args ? job->args(&turn) : "{}";
}

/* A failed time of a database is told as soon as it is back. */
static int is_urgent(const site_t *site, const game_job_t *job)
{
    return job->local && site->down_from;
}

/* A run is counted when it is over, with the time of its pieces here. */
static void count_run(site_t *site, int which, int ok)
{
    game_metrics_job(game_jobs[which].name, ok, site->spent[which]);
    site->spent[which] = 0;
}

static void step(const runner_t *runner, site_t *site, int which,
                 apr_pool_t *pool)
{
    const game_job_t *job = &game_jobs[which];
    apr_time_t start = apr_time_now();
    const char *values[4], *outcome;
    const game_rows_t *rows;
    game_error_t *err;

    if (site->hold_until[which] > start) {
        return;
    }
    values[0] = runner->names[which];
    values[1] = bind_time(pool, job->every);
    values[2] = args_of(runner, site, job, pool);
    values[3] = game_bind_bool(is_urgent(site, job));
    err = game_db_run_job(site->server, pool, GAME_SQL_JOB_STEP, &rows, 4,
                          values);
    site->spent[which] += apr_time_now() - start;
    if (err) {
        count_run(site, which, 0);
        note_failure(runner, site, which, err, pool);
        return;
    }
    outcome = rows->count ? game_cell(rows, 0, 0) : "?";
    if (!strcmp(outcome, "done")) {
        count_run(site, which, 1);
    }
    else if (strcmp(outcome, "more")) {
        site->spent[which] = 0;         /* it was not its turn */
    }
    if (job->local && !strcmp(outcome, "done")) {
        site->down_from = 0;
    }
    ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, site->server,
                 GAME_LOGNO(0553) "job %s: %s, %" APR_INT64_T_FMT " rows",
                 values[0], outcome,
                 rows->count ? game_cell_int(rows, 0, 1) : 0);
}

/* ---- a look at what is due ---- */

static int is_twin(const runner_t *runner, const site_t *site)
{
    const site_t *other;

    for (other = runner->sites; other < site; other++) {
        if (!strcmp(other->database, site->database)) {
            return 1;
        }
    }
    return 0;
}

static void note_down(site_t *site)
{
    site->down_until = apr_time_now();
    if (!site->down_from) {
        site->down_from = site->down_until;
    }
}

static int ask(const runner_t *runner, site_t *site,
               const game_rows_t **rows, apr_pool_t *pool)
{
    const char *names = game_bind_array(pool, runner->names, runner->jobs);
    apr_time_t start = apr_time_now();

    if (game_db_run_job(site->server, pool, GAME_SQL_JOBS_DUE, rows, 1,
                        &names)) {
        note_down(site);
        return 0;
    }
    site->took = apr_time_now() - start;
    if (!*site->database && (*rows)->count) {
        apr_cpystrn(site->database, game_cell(*rows, 0, 1), DATABASE_SIZE);
        site->twin = is_twin(runner, site);
    }
    return !site->twin;
}

static int is_due(const game_rows_t *rows, const char *name)
{
    int i;

    for (i = 0; i < rows->count; i++) {
        const char *found = game_cell(rows, i, 0);

        if (found && !strcmp(found, name)) {
            return 1;
        }
    }
    return 0;
}

static void look(const runner_t *runner, site_t *site, apr_pool_t *pool)
{
    const game_rows_t *rows;
    int i;

    if (site->twin || !ask(runner, site, &rows, pool)) {
        return;
    }
    for (i = 0; i < runner->jobs && !is_stopping(); i++) {
        if (is_due(rows, runner->names[i])
            || is_urgent(site, &game_jobs[i])) {
            step(runner, site, i, pool);
        }
    }
}

static void look_at_all(const runner_t *runner, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    int i;

    for (i = 0; i < runner->count && !is_stopping(); i++) {
        if (apr_pool_create(&scratch, pool) == APR_SUCCESS) {
            look(runner, &runner->sites[i], scratch);
            apr_pool_destroy(scratch);
        }
    }
}

/* The thread takes no signals: in a child of prefork a handler that ends the
 * process would wait for its own thread. */
static apr_status_t run(int state, void *data, apr_pool_t *pool)
{
    sigset_t all;

    if (state == AP_WATCHDOG_STATE_STARTING) {
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, NULL);
    }
    else if (state == AP_WATCHDOG_STATE_RUNNING) {
        apr_atomic_xchg32(&busy, 1);    /* before ready is looked at */
        look_at_all(data, pool);
        apr_atomic_xchg32(&busy, 0);
    }
    return APR_SUCCESS;
}

/* ---- set-up ---- */

/* Before the pools of the child end; the piece under way is waited for. */
static apr_status_t stop(void *unused)
{
    (void)unused;
    apr_atomic_xchg32(&ready, 0);
    while (apr_atomic_read32(&busy)) {
        apr_sleep(WAIT);
    }
    return APR_SUCCESS;
}

void game_jobs_child_ready(apr_pool_t *pchild, server_rec *s)
{
    (void)s;
    apr_atomic_set32(&ready, 1);
    apr_pool_pre_cleanup_register(pchild, NULL, stop);
}

static const char *instance_of(apr_pool_t *pool, const server_rec *s)
{
    char host[APRMAXHOSTLEN + 1] = "";
    apr_port_t port = ap_listeners ? ap_listeners->bind_addr->port : s->port;

    if (apr_gethostname(host, sizeof(host), pool) != APR_SUCCESS) {
        apr_cpystrn(host, "localhost", sizeof(host));
    }
    return apr_psprintf(pool, "%s:%d", host, (int)port);
}

static runner_t *make_runner(apr_pool_t *pconf, server_rec *s)
{
    runner_t *runner = apr_pcalloc(pconf, sizeof(*runner));
    server_rec *each;
    int servers = 0;

    for (each = s; each; each = each->next) {
        servers++;
    }
    runner->sites = apr_pcalloc(pconf, sizeof(*runner->sites)
                                       * (apr_size_t)servers);
    for (each = s; each; each = each->next) {
        if (game_config_server(each)->engine == 1) {
            runner->sites[runner->count++].server = each;
        }
    }
    runner->instance = instance_of(pconf, s);
    while (runner->jobs < JOBS_MAX && game_jobs[runner->jobs].name) {
        const game_job_t *job = &game_jobs[runner->jobs];

        runner->names[runner->jobs++] = !job->local ? job->name
            : apr_pstrcat(pconf, job->name, "@", runner->instance, NULL);
    }
    return runner;
}

void game_jobs_setup_post_config(apr_pool_t *pconf, server_rec *s)
{
    const game_server_conf_t *conf = game_config_server(s);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get_instance;
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *register_callback;
    runner_t *runner = make_runner(pconf, s);
    ap_watchdog_t *watchdog;
    apr_status_t rv;

    if (!game_conf_jobs(conf) || !runner->count) {
        return;
    }
    get_instance = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    register_callback
        = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    if (!get_instance || !register_callback) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GAME_LOGNO(0550)
                     "mod_watchdog is not loaded: this server does no work "
                     "outside of requests (retention, rollups); another one "
                     "of the same database may. GameJobs Off says so too");
        return;
    }
    rv = get_instance(&watchdog, WATCHDOG, 0, 1, pconf);
    if (rv == APR_SUCCESS) {
        rv = register_callback(watchdog, game_conf_jobs_interval(conf),
                               runner, run);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, GAME_LOGNO(0552)
                     "no watchdog: this server does no work outside of "
                     "requests");
    }
}

/* Prefork makes its children's pools for one thread; connections are made
 * and closed in them. */
void game_jobs_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    apr_allocator_t *allocator = apr_pool_allocator_get(pchild);
    apr_pool_t *owner = apr_allocator_owner_get(allocator);
    apr_thread_mutex_t *mutex;

    if (game_conf_jobs(game_config_server(s)) && owner
        && !apr_allocator_mutex_get(allocator)
        && apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, owner)
           == APR_SUCCESS) {
        apr_allocator_mutex_set(allocator, mutex);
    }
}

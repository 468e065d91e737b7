/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The life of the worker of campaigns.
 *
 * It is a process of its own, forked by the parent in post_config, and not a
 * thread of mod_watchdog in a child: work that takes a processor for seconds
 * does not stand in the way of requests, it survives children that end
 * (MaxConnectionsPerChild), its number does not depend on the MPM, and under
 * prefork there are no threads to have it in. It is forked, not executed: so
 * it has the configuration as httpd has read it, with DBDParams, workflows
 * and providers, and the memory of the metrics and the error log.
 *
 * The parent keeps it as it keeps children. When it dies it is started
 * again, at once for the first time and later the longer the more often it
 * does not last; the waiting is done in the new process, as the parent must
 * not wait. At a restart, graceful or not, pconf ends it (SIGTERM, three
 * seconds later SIGKILL), and the new configuration starts another: no old
 * worker goes on with old workflows. It ends by itself when its parent is
 * gone, however that went.
 *
 * It gives up the parent's privileges as children do and closes the sockets
 * that httpd listens to, so that they are free when httpd has ended.
 */

#include "campaign_worker.h"

#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/socket.h>
#include <unistd.h>

#include <ap_mpm.h>
#include <http_config.h>
#include <http_log.h>
#include <http_main.h>
#include <mpm_common.h>

#include <apr_signal.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "campaign_crew.h"
#include "log.h"
#include "metrics.h"

APLOG_USE_MODULE(game);

#define LASTING apr_time_from_sec(1)    /* then a death is the first again */
#define DELAY_MIN apr_time_from_msec(100)
#define DELAY_MAX apr_time_from_sec(10)
#define PROCESS_NAME "game-campaigns"   /* at most 15 characters */
#define FILES_MAX 4096          /* descriptors that may be sockets */

/* Of the parent; in pconf. */
typedef struct worker_t {
    apr_pool_t *pconf;
    const game_db_place_t *place;
    const game_campaigns_t *campaigns;
    apr_interval_time_t delay;  /* before it begins */
    apr_time_t started;
} worker_t;

/* ---- the new process ---- */

static void close_listeners(void)
{
    int fd, is_listening;
    socklen_t len;

    for (fd = STDERR_FILENO + 1; fd < FILES_MAX; fd++) {
        len = sizeof(is_listening);
        if (!getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len)
            && is_listening) {
            close(fd);
        }
    }
}

static const char *name_of(apr_pool_t *pool)
{
    char host[APRMAXHOSTLEN + 1] = "";

    if (apr_gethostname(host, sizeof(host), pool) != APR_SUCCESS) {
        apr_cpystrn(host, "localhost", sizeof(host));
    }
    return apr_psprintf(pool, "%.100s/%" APR_PID_T_FMT "/%" APR_TIME_T_FMT,
                        host, getpid(), apr_time_now());
}

/* Until the delay is over, the process ends or its parent is gone. */
static void hold_back(const worker_t *worker, pid_t parent)
{
    apr_time_t until = apr_time_now() + worker->delay;

    while (apr_time_now() < until && getppid() == parent) {
        apr_sleep(DELAY_MIN);
    }
}

/* As ps and pgrep show it, beside the children of httpd. */
static void set_name(void)
{
#ifdef __linux__
    prctl(PR_SET_NAME, PROCESS_NAME);
#endif
}

static void be_worker(const worker_t *worker, pid_t parent)
{
    game_crew_t crew = { .server = worker->place->server,
                         .campaigns = worker->campaigns,
                         .place = worker->place, .parent = parent };
    game_fault_t *fault;

    set_name();
    apr_signal(SIGTERM, SIG_DFL);       /* nothing is held yet */
    apr_signal(SIGHUP, SIG_DFL);
    apr_signal(SIGINT, SIG_DFL);
    apr_signal(AP_SIG_GRACEFUL, SIG_IGN);
    close_listeners();
    crew.pool = game_pool_alone(0);
    if (!crew.pool || ap_run_drop_privileges(crew.pool, ap_server_conf)) {
        return;
    }
    hold_back(worker, parent);
    fault = game_store_open(crew.pool, worker->campaigns->store);
    if (fault) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, crew.server, GAME_LOGNO(0709)
                     "GameCampaignStoreRoot cannot be used: %s",
                     fault->message);
        return;
    }
    crew.name = name_of(crew.pool);
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, crew.server, GAME_LOGNO(0710)
                 "worker %s of campaigns begins", crew.name);
    game_crew_run(&crew);
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, crew.server, GAME_LOGNO(0711)
                 "worker %s of campaigns ends", crew.name);
}

/* ---- the parent ---- */

static void start(worker_t *worker);

static int is_ending(void)
{
    int state = AP_MPMQ_STOPPING;

    return ap_mpm_query(AP_MPMQ_MPM_STATE, &state) == APR_SUCCESS
        && state == AP_MPMQ_STOPPING;
}

/* What apr_proc_other_child_register calls. */
static void maintain(int reason, void *data, int status)
{
    worker_t *worker = data;
    apr_time_t lived = apr_time_now() - worker->started - worker->delay;

    if ((reason != APR_OC_REASON_DEATH && reason != APR_OC_REASON_LOST)
        || is_ending()) {
        return;
    }
    worker->delay = lived >= LASTING ? 0
                  : worker->delay ? worker->delay * 2 : DELAY_MIN;
    if (worker->delay > DELAY_MAX) {
        worker->delay = DELAY_MAX;
    }
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, worker->place->server,
                 GAME_LOGNO(0712) "the worker of campaigns has ended "
                 "(status %d) and is started again in %d ms", status,
                 (int)apr_time_as_msec(worker->delay));
    game_metrics_campaign_restart();
    start(worker);
}

static void start(worker_t *worker)
{
    apr_proc_t *proc = apr_pcalloc(worker->pconf, sizeof(*proc));
    pid_t parent = getpid();
    apr_status_t rv = apr_proc_fork(proc, worker->pconf);

    if (rv == APR_INCHILD) {
        be_worker(worker, parent);
        _exit(0);               /* cleanups of pconf are the parent's */
    }
    if (rv != APR_INPARENT) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, worker->place->server,
                     GAME_LOGNO(0713) "no worker of campaigns can be "
                     "started");
        return;
    }
    worker->started = apr_time_now();
    apr_pool_note_subprocess(worker->pconf, proc, APR_KILL_AFTER_TIMEOUT);
    apr_proc_other_child_register(proc, maintain, worker, NULL,
                                  worker->pconf);
}

void game_campaign_worker_post_config(apr_pool_t *pconf, server_rec *s)
{
    const game_campaigns_t *campaigns = game_campaigns_of(s);
    apr_array_header_t *places;
    int i;

    if (!campaigns) {
        return;
    }
    places = game_db_worker_places_post_config(pconf, s);
    for (i = 0; i < places->nelts; i++) {
        worker_t *worker = apr_pcalloc(pconf, sizeof(*worker));

        worker->pconf = pconf;
        worker->place = &APR_ARRAY_IDX(places, i, game_db_place_t);
        worker->campaigns = campaigns;
        start(worker);
    }
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Connections: borrowed from mod_dbd, never more than its pool has, so that
 * its acquire (which knows no time limit) never waits.
 *
 * A server (virtual host) has a limiter of its own. It learns the pool's
 * size from the first connection that it borrows. Servers that share a pool
 * each count for themselves.
 */

#include "db_pool.h"

#include <poll.h>
#include <sys/socket.h>

#include <libpq-events.h>

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

#include <apr_optional.h>
#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

#include "db_setup.h"
#include "log.h"
#include "metrics.h"

APLOG_USE_MODULE(game);

#define DOWN_FOR apr_time_from_sec(1)   /* before the next try to connect */
#define LOG_EVERY apr_time_from_sec(60)

/* State of one connection, found again through libpq's instance data. A
 * pool may serve other modules as well: a connection is prepared when this
 * module is there to use it. */
typedef struct session_t {
    int touched;                /* statements of ours may be there */
    int prepared;
    const char *fault;          /* why not */
    int nmax;                   /* connections of its pool */
    const game_server_conf_t *conf;
    apr_pool_t *pool;           /* the connection's */
    apr_pool_t *scratch;        /* of fault */
} session_t;

/* Of one server; made in child_init, guarded by mutex. */
typedef struct limiter_t {
    const server_rec *server;
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *freed;
    int limit;                  /* 0: not learned yet */
    int pooled;                 /* connections of a pool that is its own */
    int in_use;
    int probing;                /* a thread tries a database that was down */
    apr_time_t down_until;      /* 0: up */
    apr_time_t logged_at;
} limiter_t;

/* All servers' of this child; the array is made in child_init. */
static limiter_t *limiters;
static int limiter_count;

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;

/* ---- new connections ---- */

static const char *prepare_state(PGconn *conn, session_t *state)
{
    int again = state->touched;

    apr_pool_clear(state->scratch);
    state->touched = 1;
    state->fault = game_db_prepare_all(conn, state->conf, again,
                                       state->scratch);
    state->prepared = state->fault == NULL;
    return state->fault;
}

/* libpq's events: after a reset the statements are gone with the backend. */
static int on_event(PGEventId id, void *info, void *pass)
{
    session_t *state = pass;

    if (id == PGEVT_CONNRESET) {
        game_metrics_db_connected(1);
    }
    if (id == PGEVT_CONNRESET && state->touched) {
        state->touched = 0;
        prepare_state(((PGEventConnReset *)info)->conn, state);
    }
    return 1;
}

static limiter_t *limiter_of(const server_rec *server)
{
    int i;

    for (i = 0; i < limiter_count; i++) {
        if (limiters[i].server == server) {
            return limiters[i].mutex ? &limiters[i] : NULL;
        }
    }
    return NULL;
}

/* A pool belongs to the first server that has it: so it is counted once. */
static void count_open(const dbd_cfg_t *cfg)
{
    limiter_t *own = limiter_of(cfg->server);

    game_metrics_db_connected(0);
    game_metrics_gauge(GAME_METRICS_POOL_OPEN, 1);
    if (own) {
        apr_thread_mutex_lock(own->mutex);
        game_metrics_gauge(GAME_METRICS_POOL_SIZE, cfg->nmax - own->pooled);
        own->pooled = cfg->nmax;
        apr_thread_mutex_unlock(own->mutex);
    }
}

static apr_status_t closed(void *data)
{
    (void)data;
    game_metrics_gauge(GAME_METRICS_POOL_OPEN, -1);
    return APR_SUCCESS;
}

static apr_status_t post_connect(apr_pool_t *pool, dbd_cfg_t *cfg,
                                 ap_dbd_t *rec)
{
    session_t *state;
    PGconn *conn;

    if (!limiters || strcmp(apr_dbd_name(rec->driver), "pgsql")) {
        return APR_SUCCESS;
    }
    conn = apr_dbd_native_handle(rec->driver, rec->handle);
    state = apr_pcalloc(pool, sizeof(*state));
    state->pool = pool;
    state->conf = game_config_server(cfg->server);
    state->nmax = cfg->nmax;
    apr_pool_create(&state->scratch, pool);
    if (!PQregisterEventProc(conn, on_event, "mod_game", state)) {
        return APR_SUCCESS;     /* said when it is borrowed */
    }
    PQsetInstanceData(conn, on_event, state);
    count_open(cfg);
    apr_pool_cleanup_register(pool, NULL, closed, apr_pool_cleanup_null);
    if (state->conf->engine == 1 && prepare_state(conn, state)) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, cfg->server,
                     GAME_LOGNO(0101) "statements cannot be prepared (is "
                     "the schema migrated?): %s", state->fault);
    }
    return APR_SUCCESS;
}

void game_db_register(apr_pool_t *pool)
{
    APR_OPTIONAL_HOOK(dbd, post_connect, post_connect, NULL, NULL,
                      APR_HOOK_MIDDLE);
    (void)pool;
}

const char *game_db_setup_post_config(server_rec *s)
{
    (void)s;
    dbd_open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    dbd_close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
    return dbd_open && dbd_close ? NULL
        : "mod_game needs mod_dbd: load it (a2enmod dbd) and point "
          "DBDriver and DBDParams at Postgres";
}

void game_db_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    server_rec *each;
    int i = 0;

    limiter_count = 0;
    for (each = s; each; each = each->next) {
        limiter_count++;
    }
    limiters = apr_pcalloc(pchild, sizeof(*limiters)
                           * (apr_size_t)limiter_count);
    for (each = s; each; each = each->next) {
        limiter_t *own = &limiters[i++];

        own->server = each;
        own->limit = game_conf_db_connections(game_config_server(each));
        if (apr_thread_mutex_create(&own->mutex, APR_THREAD_MUTEX_DEFAULT,
                                    pchild) != APR_SUCCESS
            || apr_thread_cond_create(&own->freed, pchild) != APR_SUCCESS) {
            own->mutex = NULL;
            ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GAME_LOGNO(0102)
                         "no mutex for the database limiter");
        }
    }
}

/* ---- borrowing ---- */

/* Say that the database is away, once a minute and not once a request. */
static void log_down(limiter_t *own, server_rec *server, const char *why)
{
    apr_time_t now = apr_time_now();

    if (now - own->logged_at < LOG_EVERY && own->logged_at) {
        return;
    }
    own->logged_at = now;
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, GAME_LOGNO(0103)
                 "database not available: %s", why);
}

/* Whether a database that was down is not to be tried now. Locked. */
static int is_down(const limiter_t *own, apr_time_t now)
{
    return own->down_until && (own->down_until > now || own->probing);
}

static int is_full(const limiter_t *own)
{
    return own->in_use >= (own->limit ? own->limit : 1);
}

/* Until there is a place, the database goes down or the time is over.
 * Locked. @return the time by then */
static apr_time_t wait_for_place(limiter_t *own, apr_time_t now,
                                 apr_time_t until)
{
    apr_time_t since = now;

    game_metrics_gauge(GAME_METRICS_POOL_WAITING, 1);
    while (!is_down(own, now) && is_full(own) && now < until) {
        apr_thread_cond_timedwait(own->freed, own->mutex, until - now);
        now = apr_time_now();
    }
    game_metrics_gauge(GAME_METRICS_POOL_WAITING, -1);
    game_metrics_db_wait(now - since);
    return now;
}

/* Let the caller in, wait for a place, or say no: at once while the
 * database is known to be down. */
static game_error_t *admit(limiter_t *own, const game_db_t *db, int *probe)
{
    apr_time_t now = apr_time_now();
    apr_time_t until = now
                     + game_conf_db_wait(game_config_server(db->server));
    game_error_t *err = NULL;

    apr_thread_mutex_lock(own->mutex);
    if (!is_down(own, now) && is_full(own)) {
        now = wait_for_place(own, now, until);
    }
    if (is_down(own, now)) {
        game_metrics_db_refused("down");
        err = game_error_unavailable(db->pool, "the database is down");
    }
    else if (is_full(own)) {
        game_metrics_db_refused("wait");
        err = game_error_unavailable(db->pool,
                                     "all connections are in use");
        log_down(own, db->server, "all connections of this child are in use "
                 "for longer than GameDBWait");
    }
    else {
        own->in_use++;
        game_metrics_gauge(GAME_METRICS_POOL_IN_USE, 1);
        own->probing = *probe = own->down_until != 0;
    }
    apr_thread_mutex_unlock(own->mutex);
    return err;
}

static void leave(server_rec *server, int probe, const char *fault)
{
    limiter_t *own = limiter_of(server);

    apr_thread_mutex_lock(own->mutex);
    own->in_use--;
    game_metrics_gauge(GAME_METRICS_POOL_IN_USE, -1);
    if (probe) {
        own->probing = 0;
    }
    if (fault) {
        own->down_until = apr_time_now() + DOWN_FOR;
        log_down(own, server, fault);
        apr_thread_cond_broadcast(own->freed);
    }
    else {
        apr_thread_cond_signal(own->freed);
    }
    apr_thread_mutex_unlock(own->mutex);
}

/* A good connection: its pool's size is known, the database is up. */
static void learn(limiter_t *own, server_rec *server, int nmax, int probe)
{
    int asked = game_conf_db_connections(game_config_server(server));
    int limit = asked && asked < nmax ? asked : nmax;

    apr_thread_mutex_lock(own->mutex);
    if (own->limit != limit) {
        own->limit = limit;
        apr_thread_cond_broadcast(own->freed);
    }
    if (probe) {
        own->probing = 0;
        own->down_until = 0;
        own->logged_at = 0;
    }
    apr_thread_mutex_unlock(own->mutex);
    if (probe) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server, GAME_LOGNO(0104)
                     "database available again");
    }
}

/* An idle connection has nothing to say: what can be read is a farewell. */
static void probe_idle(PGconn *conn)
{
    struct pollfd fd = { PQsocket(conn), POLLIN, 0 };

    while (PQstatus(conn) == CONNECTION_OK && poll(&fd, 1, 0) > 0) {
        if (!PQconsumeInput(conn)) {
            break;
        }
        fd.revents = 0;
    }
}

static const char *make_ready(game_db_t *db, int *nmax)
{
    session_t *state;

    db->conn = apr_dbd_native_handle(db->rec->driver, db->rec->handle);
    probe_idle(db->conn);
    if (PQstatus(db->conn) != CONNECTION_OK) {
        apr_dbd_check_conn(db->rec->driver, db->pool, db->rec->handle);
        if (PQstatus(db->conn) != CONNECTION_OK) {
            return "the connection was lost and cannot be made again";
        }
    }
    state = PQinstanceData(db->conn, on_event);
    if (!state) {
        return "the connection was not made for mod_game";
    }
    *nmax = state->nmax;
    if (!state->prepared && prepare_state(db->conn, state)) {
        return apr_pstrcat(db->pool, "statements cannot be prepared (is "
                           "the schema migrated?): ", state->fault, NULL);
    }
    return NULL;
}

static game_error_t *borrow(apr_pool_t *pool, server_rec *server,
                            game_db_t *db)
{
    limiter_t *own = limiter_of(server);
    const char *fault = NULL;
    game_error_t *err;
    int probe = 0, nmax = 1;

    if (!own) {
        return game_error_unavailable(pool, "no limiter");
    }
    err = admit(own, db, &probe);
    if (err) {
        return err;
    }
    db->rec = dbd_open(pool, server);
    if (!db->rec) {
        fault = "no connection can be made";
    }
    else if (strcmp(apr_dbd_name(db->rec->driver), "pgsql")) {
        fault = "DBDriver is not pgsql";
    }
    else {
        fault = make_ready(db, &nmax);
    }
    if (fault) {
        if (db->rec) {
            dbd_close(server, db->rec);
            db->rec = NULL;
        }
        game_metrics_db_refused("connect");
        leave(server, probe, fault);
        return game_error_unavailable(pool, fault);
    }
    learn(own, server, nmax, probe);
    return NULL;
}

game_error_t *game_db_borrow(apr_pool_t *pool, server_rec *server,
                             game_db_t *db)
{
    game_error_t *err;

    memset(db, 0, sizeof(*db));
    db->pool = pool;
    db->server = server;
    game_signals_hold(&db->signals);
    err = borrow(pool, server, db);
    if (err) {
        game_signals_release(&db->signals);
    }
    return err;
}

/* Out of a transaction that was left open, within the statement's time; a
 * connection that does not get there is reset by its next user. */
static void roll_back(game_db_t *db)
{
    PGresult *res;

    db->deadline = apr_time_now()
                 + game_conf_db_timeout(game_config_server(db->server));
    if (PQsendQuery(db->conn, "rollback")) {
        while ((res = game_db_result(db)) != NULL) {
            PQclear(res);
        }
    }
}

void game_db_return(game_db_t *db)
{
    if (!db->rec) {
        return;
    }
    if (PQpipelineStatus(db->conn) != PQ_PIPELINE_OFF) {
        PQexitPipelineMode(db->conn);
    }
    if (PQstatus(db->conn) == CONNECTION_OK
        && (PQtransactionStatus(db->conn) == PQTRANS_INERROR
            || PQtransactionStatus(db->conn) == PQTRANS_INTRANS)) {
        roll_back(db);
    }
    if (PQtransactionStatus(db->conn) != PQTRANS_IDLE
        && PQsocket(db->conn) >= 0) {
        shutdown(PQsocket(db->conn), SHUT_RDWR);  /* reset by its next user */
        PQconsumeInput(db->conn);
    }
    dbd_close(db->server, db->rec);
    db->rec = NULL;
    leave(db->server, 0, NULL);
    game_signals_release(&db->signals);
}

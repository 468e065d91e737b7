/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Connections: borrowed from mod_dbd, never more than its pool has, so that
 * its acquire (which knows no time limit) never waits.
 *
 * One limiter serves all pools of a child. It learns the pool's size from
 * the first connection that mod_dbd makes; with pools of several virtual
 * hosts the smallest counts.
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

APLOG_USE_MODULE(game);

#define DOWN_FOR apr_time_from_sec(1)   /* before the next try to connect */
#define LOG_EVERY apr_time_from_sec(60)

/* State of one connection, found again through libpq's instance data. */
typedef struct session_t {
    int prepared;
    const char *fault;          /* why not */
    const game_server_conf_t *conf;
    apr_pool_t *pool;           /* the connection's */
} session_t;

/* The limiter of this child; made in child_init, guarded by mutex. */
static struct {
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *freed;
    int limit;                  /* 0: not learned yet */
    int in_use;
    int probing;                /* a thread tries a database that was down */
    apr_time_t down_until;      /* 0: up */
    apr_time_t logged_at;
} limiter;

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;

/* ---- new connections ---- */

static const char *prepare_state(PGconn *conn, session_t *state)
{
    state->fault = game_db_prepare_all(conn, state->conf, state->pool);
    state->prepared = state->fault == NULL;
    return state->fault;
}

/* libpq's events: after a reset the statements are gone with the backend. */
static int on_event(PGEventId id, void *info, void *pass)
{
    session_t *state = pass;

    if (id == PGEVT_CONNRESET) {
        prepare_state(((PGEventConnReset *)info)->conn, state);
    }
    return 1;
}

static void learn_limit(const dbd_cfg_t *cfg)
{
    apr_thread_mutex_lock(limiter.mutex);
    if (!limiter.limit || cfg->nmax < limiter.limit) {
        limiter.limit = cfg->nmax;
    }
    apr_thread_mutex_unlock(limiter.mutex);
}

static apr_status_t post_connect(apr_pool_t *pool, dbd_cfg_t *cfg,
                                 ap_dbd_t *rec)
{
    session_t *state;
    PGconn *conn;

    if (!limiter.mutex || strcmp(apr_dbd_name(rec->driver), "pgsql")) {
        return APR_SUCCESS;
    }
    conn = apr_dbd_native_handle(rec->driver, rec->handle);
    state = apr_pcalloc(pool, sizeof(*state));
    state->pool = pool;
    state->conf = game_config_server(cfg->server);
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    if (PQregisterEventProc(conn, on_event, "mod_game", state)) {
        PQsetInstanceData(conn, on_event, state);
        if (prepare_state(conn, state)) {
            ap_log_error(APLOG_MARK, APLOG_ERR, 0, cfg->server,
                         GAME_LOGNO(0101) "statements cannot be prepared "
                         "(is the schema migrated?): %s", state->fault);
        }
    }
    learn_limit(cfg);
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
    memset(&limiter, 0, sizeof(limiter));
    limiter.limit = game_conf_db_connections(game_config_server(s));
    if (apr_thread_mutex_create(&limiter.mutex, APR_THREAD_MUTEX_DEFAULT,
                                pchild) != APR_SUCCESS
        || apr_thread_cond_create(&limiter.freed, pchild) != APR_SUCCESS) {
        limiter.mutex = NULL;
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GAME_LOGNO(0102)
                     "no mutex for the database limiter");
    }
}

/* ---- borrowing ---- */

/* Say that the database is away, once a minute and not once a request. */
static void log_down(server_rec *server, const char *why)
{
    apr_time_t now = apr_time_now();

    if (now - limiter.logged_at < LOG_EVERY && limiter.logged_at) {
        return;
    }
    limiter.logged_at = now;
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, GAME_LOGNO(0103)
                 "database not available: %s", why);
}

/* Whether a database that was down is not to be tried now. Locked. */
static int is_down(apr_time_t now)
{
    return limiter.down_until
        && (limiter.down_until > now || limiter.probing);
}

static int is_full(void)
{
    return limiter.in_use >= (limiter.limit ? limiter.limit : 1);
}

/* Let the caller in, wait for a place, or say no: at once while the
 * database is known to be down. */
static game_error_t *admit(const game_db_t *db, int *probe)
{
    apr_time_t now = apr_time_now();
    apr_time_t until = now
                     + game_conf_db_wait(game_config_server(db->server));
    game_error_t *err = NULL;

    apr_thread_mutex_lock(limiter.mutex);
    while (!is_down(now) && is_full() && now < until) {
        apr_thread_cond_timedwait(limiter.freed, limiter.mutex, until - now);
        now = apr_time_now();
    }
    if (is_down(now)) {
        err = game_error_unavailable(db->pool, "the database is down");
    }
    else if (is_full()) {
        err = game_error_unavailable(db->pool,
                                     "all connections are in use");
        log_down(db->server, "all connections of this child are in use for "
                 "longer than GameDBWait");
    }
    else {
        limiter.in_use++;
        limiter.probing = *probe = limiter.down_until != 0;
    }
    apr_thread_mutex_unlock(limiter.mutex);
    return err;
}

static void leave(server_rec *server, int probe, const char *fault)
{
    apr_thread_mutex_lock(limiter.mutex);
    limiter.in_use--;
    if (probe) {
        limiter.probing = 0;
    }
    if (fault) {
        limiter.down_until = apr_time_now() + DOWN_FOR;
        log_down(server, fault);
    }
    apr_thread_cond_signal(limiter.freed);
    apr_thread_mutex_unlock(limiter.mutex);
}

static void up_again(server_rec *server, int probe)
{
    if (!probe) {
        return;
    }
    apr_thread_mutex_lock(limiter.mutex);
    limiter.probing = 0;
    limiter.down_until = 0;
    limiter.logged_at = 0;
    apr_thread_mutex_unlock(limiter.mutex);
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server, GAME_LOGNO(0104)
                 "database available again");
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

static const char *make_ready(game_db_t *db)
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
        return "DBDriver is not pgsql";
    }
    if (!state->prepared && prepare_state(db->conn, state)) {
        return apr_pstrcat(db->pool, "statements cannot be prepared (is "
                           "the schema migrated?): ", state->fault, NULL);
    }
    return NULL;
}

game_error_t *game_db_borrow(apr_pool_t *pool, server_rec *server,
                             game_db_t *db)
{
    const char *fault = NULL;
    game_error_t *err;
    int probe = 0;

    memset(db, 0, sizeof(*db));
    db->pool = pool;
    db->server = server;
    if (!limiter.mutex) {
        return game_error_unavailable(pool, "no limiter");
    }
    err = admit(db, &probe);
    if (err) {
        return err;
    }
    db->rec = dbd_open(pool, server);
    if (!db->rec) {
        fault = "no connection can be made";
    }
    else {
        fault = make_ready(db);
        if (fault) {
            dbd_close(server, db->rec);
            db->rec = NULL;
        }
    }
    if (fault) {
        leave(server, probe, fault);
        return game_error_unavailable(pool, fault);
    }
    up_again(server, probe);
    return NULL;
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
        && PQtransactionStatus(db->conn) == PQTRANS_INERROR) {
        PQclear(PQexec(db->conn, "rollback"));
    }
    if (PQstatus(db->conn) == CONNECTION_OK
        && PQtransactionStatus(db->conn) == PQTRANS_INTRANS) {
        PQclear(PQexec(db->conn, "rollback"));
    }
    if (PQtransactionStatus(db->conn) != PQTRANS_IDLE
        && PQsocket(db->conn) >= 0) {
        shutdown(PQsocket(db->conn), SHUT_RDWR);  /* reset by its next user */
        PQconsumeInput(db->conn);
    }
    dbd_close(db->server, db->rec);
    db->rec = NULL;
    leave(db->server, 0, NULL);
}

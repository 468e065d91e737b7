/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Connections outside of mod_dbd's pools. A lost one is made anew by the
 * next statement, not more often than once within RETRY. Nothing is sent
 * twice but what certainly was not done.
 */

#include "db_worker.h"

#include <poll.h>
#include <string.h>
#include <strings.h>

#include <http_config.h>

#include <apr_strings.h>

#include "db_pool.h"
#include "metrics.h"

#define CONNECT_TIMEOUT apr_time_from_sec(5)
#define RETRY apr_time_from_msec(250)
#define NAME "mod_game_worker"   /* to Postgres, whatever DBDParams says */
#define LOOK 200                /* milliseconds between two looks at stop */

struct game_db_worker_t {
    const game_db_place_t *place;
    int (*stop)(void *baton);
    void *baton;
    PGconn *conn;               /* NULL: none */
    int listens;
    int was_open;
    apr_time_t next;            /* when to try again */
};

/* ---- where ---- */

/* The last DBDParams of a list of directives, sections left out; those that
 * httpd evaluates while reading are no sections any more. */
static const char *params_of(apr_pool_t *pool, const ap_directive_t *list)
{
    const char *found = NULL;

    for (; list; list = list->next) {
        if (!strcasecmp(list->directive, "DBDParams")) {
            const char *args = list->args;

            found = ap_getword_conf(pool, &args);
        }
    }
    return found;
}

/* The section of a virtual host. */
static const ap_directive_t *section_of(const server_rec *s)
{
    const ap_directive_t *list;

    for (list = ap_conftree; list && s->is_virtual; list = list->next) {
        if (!strcasecmp(list->directive, "<VirtualHost") && s->defn_name
            && !strcmp(list->filename, s->defn_name)
            && list->line_num == (int)s->defn_line_number) {
            return list->first_child;
        }
    }
    return NULL;
}

static void add_place(apr_pool_t *pool, apr_array_header_t *places,
                      server_rec *s)
{
    const char *params = params_of(pool, section_of(s));
    game_db_place_t *place;
    int i;

    if (!params) {
        params = params_of(pool, ap_conftree);
    }
    params = params ? params : "";
    for (i = 0; i < places->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(places, i, game_db_place_t).params,
                    params)) {
            return;
        }
    }
    place = apr_array_push(places);
    place->server = s;
    place->params = params;
}

apr_array_header_t *game_db_worker_places_post_config(apr_pool_t *pool,
                                                      server_rec *s)
{
    apr_array_header_t *places = apr_array_make(pool, 2,
                                                sizeof(game_db_place_t));
    server_rec *each;

    for (each = s; each; each = each->next) {
        if (game_config_server(each)->engine == 1) {
            add_place(pool, places, each);
        }
    }
    if (!places->nelts) {
        add_place(pool, places, s);
    }
    return places;
}

/* ---- connecting ---- */

game_db_worker_t *game_db_worker_make(apr_pool_t *pool,
                                      const game_db_place_t *place,
                                      int (*stop)(void *baton),
                                      void *baton)
{
    game_db_worker_t *db = apr_pcalloc(pool, sizeof(*db));

    db->place = place;
    db->stop = stop;
    db->baton = baton;
    return db;
}

void game_db_worker_close(game_db_worker_t *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    db->listens = 0;
}

/* Nobody is waited for who does not answer. @return whether it is open */
static int shake_hands(game_db_worker_t *db)
{
    apr_time_t until = apr_time_now() + CONNECT_TIMEOUT;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;

    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        struct pollfd fd = { PQsocket(db->conn),
                             state == PGRES_POLLING_READING ? POLLIN
                                                            : POLLOUT, 0 };

        if (apr_time_now() >= until || db->stop(db->baton)) {
            return 0;
        }
        if (poll(&fd, 1, LOOK) > 0) {
            state = PQconnectPoll(db->conn);
        }
    }
    return state == PGRES_POLLING_OK;
}

static game_error_t *refused(game_db_worker_t *db, apr_pool_t *pool,
                             const char *why)
{
    game_error_t *err = game_error_unavailable(pool, apr_pstrdup(pool, why));

    game_db_worker_close(db);
    db->next = apr_time_now() + RETRY;
    return err;
}

/* A command without values. @return whether it was done */
static int command(game_db_worker_t *db, apr_pool_t *pool, const char *text)
{
    game_db_t one = { .pool = pool, .server = db->place->server,
                      .conn = db->conn,
                      .deadline = apr_time_now() + CONNECT_TIMEOUT };
    int done = 0;
    PGresult *res;

    if (PQsendQuery(db->conn, text)) {
        while ((res = game_db_result(&one)) != NULL) {
            done = PQresultStatus(res) == PGRES_COMMAND_OK;
            PQclear(res);
        }
    }
    return done;
}

static game_error_t *open_conn(game_db_worker_t *db, apr_pool_t *pool)
{
    const char *fault;

    if (apr_time_now() < db->next) {
        return game_error_unavailable(pool, "the database was lost");
    }
    db->conn = PQconnectStart(db->place->params);
    if (!db->conn || PQstatus(db->conn) == CONNECTION_BAD
        || !shake_hands(db)) {
        return refused(db, pool, db->conn && *PQerrorMessage(db->conn)
                       ? PQerrorMessage(db->conn) : "no answer");
    }
    fault = game_db_prepare_all(db->conn,
                                game_config_server(db->place->server), 0,
                                pool);
    if (fault) {
        return refused(db, pool, apr_pstrcat(pool, "statements cannot be "
                       "prepared (is the schema migrated?): ", fault, NULL));
    }
    if (!command(db, pool, "set application_name = " NAME)) {
        return refused(db, pool, "the connection was lost");
    }
    game_metrics_db_connected(db->was_open);
    db->was_open = 1;
    return NULL;
}

/* ---- statements ---- */

static game_error_t *run_once(game_db_worker_t *db, apr_pool_t *pool,
                              game_sql_e id, const game_rows_t **rows,
                              int count, const char *const *values)
{
    game_db_t one = { .pool = pool, .server = db->place->server };
    game_error_t *err = db->conn ? NULL : open_conn(db, pool);
    apr_time_t start;

    if (err) {
        return err;
    }
    start = apr_time_now();
    one.conn = db->conn;
    err = game_db_execute(&one, id, rows, count, values);
    game_metrics_statement((int)id, apr_time_now() - start,
                           game_db_state(err));
    if (PQstatus(db->conn) != CONNECTION_OK
        || (err && game_db_needs_prepare(err))) {
        game_db_worker_close(db);
    }
    return err;
}

/* Whether nothing was done, so that it may be sent once more. */
static int is_undone(const game_error_t *err)
{
    return err->sqlstate && (!strcmp(err->sqlstate, "40001")
                             || !strcmp(err->sqlstate, "40P01")
                             || game_db_needs_prepare(err));
}

game_error_t *game_db_worker_run(game_db_worker_t *db, apr_pool_t *pool,
                                 game_sql_e id, const game_rows_t **rows,
                                 int count, const char *const *values)
{
    game_error_t *err = game_db_count(pool, id, count);

    if (!err) {
        err = run_once(db, pool, id, rows, count, values);
        if (err && is_undone(err)) {
            err = run_once(db, pool, id, rows, count, values);
        }
    }
    return err;
}

/* ---- notifications ---- */

static int is_notified(PGconn *conn)
{
    PGnotify *notify;
    int any = 0;

    while ((notify = PQnotifies(conn)) != NULL) {
        PQfreemem(notify);
        any = 1;
    }
    return any;
}

static int listen_to(game_db_worker_t *db, apr_pool_t *pool,
                     const char *channel)
{
    if (!db->conn && open_conn(db, pool)) {
        return 0;
    }
    db->listens = command(db, pool, apr_pstrcat(pool, "listen ", channel,
                                                NULL));
    if (!db->listens) {
        game_db_worker_close(db);
    }
    return db->listens;
}

int game_db_worker_wait(game_db_worker_t *db, apr_pool_t *pool,
                        const char *channel, apr_interval_time_t time,
                        const sigset_t *mask)
{
    struct timespec span;
    struct pollfd fd;

    if (!db->conn || !db->listens) {
        return listen_to(db, pool, channel) ? 1 : -1;
    }
    if (is_notified(db->conn)) {        /* came with an earlier result */
        return 1;
    }
    fd.fd = PQsocket(db->conn);
    fd.events = POLLIN;
    span.tv_sec = (time_t)apr_time_sec(time);
    span.tv_nsec = (long)apr_time_usec(time) * 1000;
    if (ppoll(&fd, 1, &span, mask) > 0 && !PQconsumeInput(db->conn)) {
        game_db_worker_close(db);
        return -1;
    }
    return is_notified(db->conn);
}

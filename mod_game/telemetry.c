/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The writer, the queues of servers, and the end of a request. Where there
 * are no threads (prefork) rows are written when a request ends and enough
 * waits or has waited long enough, and all of them when the connection ends:
 * its child has nothing else to do then.
 */

#include "telemetry.h"

#include <ap_mpm.h>
#include <http_config.h>
#include <http_log.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include "audit.h"
#include "config.h"
#include "db.h"
#include "handler.h"
#include "log.h"
#include "metrics.h"
#include "request.h"
#include "request_log.h"

APLOG_USE_MODULE(game);

#define PATIENCE apr_time_from_sec(1)   /* after a write that failed */
#define TRIES 60                /* of a batch's rows */
#define SAY_EVERY apr_time_from_sec(60)
#define FLUSHES "game-telemetry-flushes"

/* What a server writes: a list made in child_init. */
typedef struct place_t {
    const server_rec *server;
    game_sink_t *requests, *audit;      /* NULL: nothing */
    struct place_t *next;
} place_t;

/* Made in child_init, read only afterwards; locked inside. */
static game_writer_t *writer;
static place_t *places;
static int threaded;

game_writer_t *game_telemetry_writer(void)
{
    return writer;
}

/* ---- writing ---- */

game_batch_end_e game_telemetry_send(server_rec *server, apr_pool_t *pool,
                                     game_sql_e statement, int count,
                                     const char *const *values,
                                     const char *what)
{
    const game_rows_t *rows;
    game_error_t *err = game_db_run_job(server, pool, statement, &rows,
                                        count, values);

    if (err && err->status != HTTP_SERVICE_UNAVAILABLE) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, GAME_LOGNO(0680)
                     "%s dropped: %s", what,
                     err->log ? err->log : err->detail);
        return GAME_BATCH_REFUSED;
    }
    return err ? GAME_BATCH_LATER : GAME_BATCH_WRITTEN;
}

/* Drops are said once a minute, with their number. */
static void say_drops(game_sink_t *sink)
{
    apr_uint64_t dropped = game_batch_dropped(sink->queue);
    apr_time_t now = apr_time_now();

    if (dropped == sink->said || now < sink->said_at + SAY_EVERY) {
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, sink->server,
                 GAME_LOGNO(0681) "%" APR_UINT64_T_FMT " rows of the queue "
                 "\"%s\" were dropped: they found no room (GameLogQueue) or "
                 "could not be written", dropped - sink->said, sink->name);
    sink->said = dropped;
    sink->said_at = now;
}

game_batch_end_e game_telemetry_write(game_sink_t *sink, apr_pool_t *pool,
                                      game_sql_e statement,
                                      const game_batch_t *batch, int columns,
                                      int count, const char *const *more)
{
    int rows = batch->rows->nelts, column, i;
    const char **values = apr_palloc(pool, sizeof(*values)
                                     * (apr_size_t)(columns + count));
    const char **cells = apr_palloc(pool, sizeof(*cells)
                                    * (apr_size_t)(rows + 1));

    for (column = 0; column < columns; column++) {
        for (i = 0; i < rows; i++) {
            cells[i] = APR_ARRAY_IDX(batch->rows, i, const char **)[column];
        }
        values[column] = game_bind_array(pool, cells, rows);
    }
    for (i = 0; i < count; i++) {
        values[columns + i] = more[i];
    }
    say_drops(sink);
    return game_telemetry_send(sink->server, pool, statement,
                               columns + count, values,
                               apr_pstrcat(pool, "rows of the queue \"",
                                           sink->name, "\"", NULL));
}

static void tell(void *sink, int written, int dropped)
{
    game_metrics_queue(((const game_sink_t *)sink)->name,
                       (apr_uint64_t)written, (apr_uint64_t)dropped);
}

/* ---- the end of a request ---- */

static const place_t *place_of(const server_rec *server)
{
    const place_t *place;

    for (place = places; place && place->server != server;
         place = place->next)
        ;
    return place;
}

static void flush(const place_t *place, int now)
{
    if (place->requests) {
        game_batch_flush(place->requests->queue, now);
    }
    if (place->audit) {
        game_batch_flush(place->audit->queue, now);
    }
}

static apr_status_t flush_all(void *place)
{
    flush(place, 1);
    return APR_SUCCESS;
}

static void flush_unthreaded(const place_t *place, conn_rec *c)
{
    void *there = NULL;

    apr_pool_userdata_get(&there, FLUSHES, c->pool);
    if (!there) {
        apr_pool_userdata_setn(place, FLUSHES, NULL, c->pool);
        apr_pool_cleanup_register(c->pool, place, flush_all,
                                  apr_pool_cleanup_null);
    }
    flush(place, 0);
}

static int log_transaction(request_rec *r)
{
    const place_t *place;
    game_req_t *req;

    if (!places || game_config_dir(r)->engine != 1) {
        return DECLINED;
    }
    place = place_of(r->server);
    req = game_request_of(r);
    game_handler_match(req);
    if (!place || !req->route) {
        return DECLINED;
    }
    if (place->requests) {
        game_request_log_add(place->requests, req);
    }
    if (place->audit) {
        game_audit_add(place->audit, req);
    }
    if (!threaded) {
        flush_unthreaded(place, r->connection);
    }
    return OK;
}

/* ---- making ---- */

game_sink_t *game_telemetry_sink(apr_pool_t *pchild, server_rec *server,
                                 const char *name,
                                 const game_batch_conf_t *conf)
{
    game_sink_t *sink = apr_pcalloc(pchild, sizeof(*sink));
    game_batch_conf_t own = *conf;

    own.rows = game_conf_log_queue(game_config_server(server));
    own.hurry = (own.rows + 1) / 2;
    own.tries = TRIES;
    own.baton = sink;
    own.tell = tell;
    sink->server = server;
    sink->name = name;
    sink->queue = game_batch_queue(writer, &own);
    return sink->queue ? sink : NULL;
}

/* Requests may end after the process's pool did, with their connections. */
static apr_status_t forget(void *data)
{
    (void)data;
    places = NULL;
    writer = NULL;
    return APR_SUCCESS;
}

void game_telemetry_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    int answer = AP_MPMQ_NOT_SUPPORTED;
    place_t *place;

    ap_mpm_query(AP_MPMQ_IS_THREADED, &answer);
    threaded = answer != AP_MPMQ_NOT_SUPPORTED;
    writer = game_batch_writer(pchild, threaded, PATIENCE);
    places = NULL;
    apr_pool_cleanup_register(pchild, NULL, forget, apr_pool_cleanup_null);
    for (; writer && s; s = s->next) {
        if (game_config_server(s)->engine != 1) {
            continue;
        }
        place = apr_pcalloc(pchild, sizeof(*place));
        place->server = s;
        if (game_conf_request_log(game_config_server(s))) {
            place->requests = game_request_log_sink(pchild, s);
        }
        if (game_conf_audit(game_config_server(s)) != GAME_AUDIT_OFF) {
            place->audit = game_audit_sink(pchild, s);
        }
        place->next = places;
        places = place;
    }
}

void game_telemetry_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE);
}

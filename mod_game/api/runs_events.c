/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The events of a run as they happen: text/event-stream. The database is
 * asked again and again, each time on a connection that is given back at
 * once. A stream has a longest time: the client comes again, says which
 * event it had last, and goes on behind it. Where a child has but one thread
 * (prefork) nothing is waited for: a stream is what there is by now.
 */

#include "runs.h"

#include <stdlib.h>
#include <string.h>

#include <ap_mpm.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

#include <apr_atomic.h>
#include <apr_lib.h>
#include <apr_poll.h>
#include <apr_strings.h>

#include "campaign_errors.h"
#include "runs_int.h"

#define WAIT_LEAST apr_time_from_msec(250)
#define WAIT_MOST apr_time_from_msec(1000)
#define COMMENT_EVERY apr_time_from_sec(15)
#define LONGEST apr_time_from_sec(120)
#define BATCH 200               /* events that are read at once */
#define NUMBER_DIGITS 18        /* of Last-Event-ID */
#define RETRY "retry: 2000\n\n"
#define COMMENT ": still there\n\n"

/* Streams that this child serves; atomic. */
static volatile apr_uint32_t under_way;

/* Columns of campaign_run_events. */
enum { STATUS, SEQ, KIND, DATA };

typedef struct stream_t {
    game_req_t *req;
    game_campaign_caller_t caller;
    const char *run_id;
    const char *after;          /* number of the last event; or NULL */
    char last[NUMBER_DIGITS + 2];
    apr_bucket_brigade *bb;
    apr_time_t said;            /* when bytes went out */
    int told;                   /* events that went out */
    int ended;                  /* there is no further event */
    int gone;                   /* the client left */
} stream_t;

/* ---- the way out ---- */

static void say(stream_t *stream, const char *text, apr_size_t len)
{
    request_rec *r = stream->req->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;

    APR_BRIGADE_INSERT_TAIL(stream->bb,
                            apr_bucket_transient_create(text, len, alloc));
    APR_BRIGADE_INSERT_TAIL(stream->bb, apr_bucket_flush_create(alloc));
    if (ap_pass_brigade(r->output_filters, stream->bb) != APR_SUCCESS
        || r->connection->aborted) {
        stream->gone = 1;
    }
    apr_brigade_cleanup(stream->bb);
    stream->said = apr_time_now();
}

/* Whether the client has closed its connection; nothing is taken from it.
 * A stream of HTTP/2 is ended by its own connection. */
static int has_left(stream_t *stream)
{
    conn_rec *c = stream->req->r->connection;
    apr_status_t rv;

    if (c->aborted || stream->gone) {
        return 1;
    }
    if (c->master) {
        return 0;
    }
    rv = ap_get_brigade(c->input_filters, stream->bb, AP_MODE_SPECULATIVE,
                        APR_NONBLOCK_READ, 1);
    apr_brigade_cleanup(stream->bb);
    return rv != APR_SUCCESS && !APR_STATUS_IS_EAGAIN(rv);
}

static void set_headers(request_rec *r)
{
    ap_set_content_type(r, "text/event-stream");
    apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    apr_table_setn(r->headers_out, "X-Accel-Buffering", "no");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
}

/* ---- events ---- */

static void write_event(apr_pool_t *pool, apr_array_header_t *texts,
                        const char *seq, const char *kind, const char *data)
{
    game_jw_t *jw = game_jw_make(pool);         /* one line, whatever it was */

    game_jw_raw(jw, NULL, data);
    APR_ARRAY_PUSH(texts, const char *) = apr_pstrcat(pool,
        seq ? "id: " : "", seq ? seq : "", seq ? "\n" : "",
        "event: ", kind, "\ndata: ", game_jw_text(jw, NULL), "\n\n", NULL);
}

static int is_final(const char *status)
{
    return !strcmp(status, "completed") || !strcmp(status, "failed")
        || !strcmp(status, "cancelled");
}

/* The events of rows, as text; *stream learns where it is. */
static const char *take(stream_t *stream, apr_pool_t *pool,
                        const game_rows_t *rows)
{
    apr_array_header_t *texts = apr_array_make(pool, rows->count + 1,
                                               sizeof(char *));
    int i;

    stream->ended = !rows->count
        || (rows->count < BATCH && is_final(game_cell(rows, 0, STATUS)));
    for (i = 0; i < rows->count; i++) {
        if (game_cell(rows, i, SEQ)) {
            write_event(pool, texts, game_cell(rows, i, SEQ),
                        game_cell(rows, i, KIND), game_cell(rows, i, DATA));
            apr_cpystrn(stream->last, game_cell(rows, i, SEQ),
                        sizeof(stream->last));
        }
    }
    stream->told += texts->nelts;
    return texts->nelts ? apr_array_pstrcat(pool, texts, '\0') : NULL;
}

/* What the database has behind the last event. The first time it may be
 * refused; later a lost database is waited for. */
static game_error_t *read_events(stream_t *stream, apr_pool_t *pool,
                                 int first, const game_rows_t **rows)
{
    game_req_t *req = stream->req;
    const char *values[5];

    values[0] = stream->caller.tenant;
    values[1] = game_bind_bool(stream->caller.all);
    values[2] = stream->run_id;
    values[3] = stream->last;
    values[4] = game_bind_int(pool, BATCH);
    return first ? game_db_run(req, GAME_SQL_CAMPAIGN_RUN_EVENTS, rows, 5,
                               values)
        : game_db_run_job(req->r->server, pool, GAME_SQL_CAMPAIGN_RUN_EVENTS,
                          rows, 5, values);
}

/* A run of old whose events are swept away: what it is now. */
static game_error_t *tell_now(stream_t *stream)
{
    apr_array_header_t *texts = apr_array_make(stream->req->pool, 1,
                                               sizeof(char *));
    const game_rows_t *rows;
    game_error_t *err = game_run_read(stream->req, GAME_SQL_CAMPAIGN_RUN_GET,
                                      &rows, 0, NULL);
    const char *text;

    if (!err) {
        write_event(stream->req->pool, texts, NULL, "run",
                    game_cell(rows, 0, 0));
        text = APR_ARRAY_IDX(texts, 0, const char *);
        say(stream, text, strlen(text));
    }
    return err;
}

/* ---- the stream ---- */

static int is_stopping(void)
{
    int state;

    return ap_mpm_query(AP_MPMQ_MPM_STATE, &state) == APR_SUCCESS
        && state == AP_MPMQ_STOPPING;
}

/* One look at the database. @return whether there was something */
static int look(stream_t *stream, apr_pool_t *pool)
{
    const game_rows_t *rows;
    const char *text;

    apr_pool_clear(pool);
    if (read_events(stream, pool, 0, &rows)) {
        return 0;
    }
    text = take(stream, pool, rows);
    if (text) {
        say(stream, text, strlen(text));
    }
    return text != NULL;
}

/* Until the time is over or the client leaves; who sends more meanwhile has
 * it read when the stream ends. */
static void wait_a_while(stream_t *stream, apr_interval_time_t time,
                         apr_pool_t *pool)
{
    conn_rec *c = stream->req->r->connection;
    apr_time_t until = apr_time_now() + time;
    apr_pollfd_t look = { .p = pool, .desc_type = APR_POLL_SOCKET,
                          .reqevents = APR_POLLIN };
    apr_int32_t ready;

    look.desc.s = c->master ? NULL : ap_get_conn_socket(c);
    if (look.desc.s && apr_poll(&look, 1, &ready, time) == APR_SUCCESS
        && has_left(stream)) {
        stream->gone = 1;
        return;
    }
    time = until - apr_time_now();
    if (time > 0) {
        apr_sleep(time);
    }
}

static void follow(stream_t *stream)
{
    apr_time_t end = apr_time_now() + LONGEST;
    apr_interval_time_t wait = WAIT_LEAST;
    apr_pool_t *pool;

    apr_pool_create(&pool, stream->req->pool);
    while (!stream->ended && apr_time_now() < end && !has_left(stream)
           && !is_stopping()) {
        wait_a_while(stream, wait, pool);
        wait = wait * 3 / 2;
        if (look(stream, pool)) {
            wait = WAIT_LEAST;
        }
        if (wait > WAIT_MOST) {
            wait = WAIT_MOST;
        }
        if (apr_time_now() - stream->said >= COMMENT_EVERY) {
            say(stream, COMMENT, strlen(COMMENT));
        }
    }
    apr_pool_destroy(pool);
}

static void serve(stream_t *stream, const char *text, int waits)
{
    request_rec *r = stream->req->r;

    set_headers(r);
    stream->req->answered = 1;
    say(stream, RETRY, strlen(RETRY));
    if (text) {
        say(stream, text, strlen(text));
    }
    if (stream->ended && !stream->told) {
        tell_now(stream);
    }
    if (waits) {
        follow(stream);
    }
    if (!stream->gone) {
        APR_BRIGADE_INSERT_TAIL(stream->bb,
            apr_bucket_eos_create(r->connection->bucket_alloc));
        ap_pass_brigade(r->output_filters, stream->bb);
    }
}

/* A half of the threads is for everything else. 0: none can wait. */
static apr_uint32_t streams_most(void)
{
    int threads;

    return ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads) == APR_SUCCESS
        && threads > 1 ? (apr_uint32_t)threads / 2 : 0;
}

/* ---- the request ---- */

static game_error_t *read_last(stream_t *stream)
{
    apr_size_t len;

    apr_cpystrn(stream->last, "0", sizeof(stream->last));
    stream->after = game_request_header(stream->req, "Last-Event-ID");
    if (!stream->after) {
        return NULL;
    }
    len = strspn(stream->after, "0123456789");
    if (stream->after[len] || len > NUMBER_DIGITS) {
        return game_error_item(stream->req->pool, "int_parsing", "header",
            "Last-Event-ID", "Input should be the id of an event",
            game_json_text(stream->req->pool, game_json_new_string(
                stream->req->pool, stream->after)));
    }
    apr_cpystrn(stream->last, stream->after, sizeof(stream->last));
    return NULL;
}

/* No content tells the client not to come again. */
static game_error_t *answer_nothing(game_req_t *req)
{
    req->answered = 1;
    req->r->status = HTTP_NO_CONTENT;
    return NULL;
}

static game_error_t *serve_one(stream_t *stream, const char *text)
{
    apr_uint32_t most = streams_most();
    game_error_t *err = NULL;

    if (apr_atomic_inc32(&under_way) < most || !most) {
        serve(stream, text, most != 0);
    }
    else {
        err = game_campaign_error(stream->req->pool, "TOO_MANY_STREAMS",
                                  NULL, "too many streams are open here");
        err->retry_after = 5;
    }
    apr_atomic_dec32(&under_way);
    return err;
}

game_error_t *game_runs_events(game_req_t *req)
{
    stream_t stream = { .req = req };
    const game_rows_t *rows;
    const char *text;
    game_error_t *err;

    game_campaign_caller(req, &stream.caller);
    stream.run_id = game_request_path(req, "runId");
    err = read_last(&stream);
    if (!err) {
        err = read_events(&stream, req->pool, 1, &rows);
    }
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_run_missing(req);
    }
    text = take(&stream, req->pool, rows);
    if (stream.ended && !text && stream.after) {
        return answer_nothing(req);
    }
    if (req->r->header_only) {
        set_headers(req->r);
        req->answered = 1;
        return NULL;
    }
    stream.bb = apr_brigade_create(req->pool,
                                   req->r->connection->bucket_alloc);
    return serve_one(&stream, text);
}

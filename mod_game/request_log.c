/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * One row a request. The counts of days stand beside the rows and stay
 * exact when rows are dropped.
 */

#include "request_log.h"

#include <unistd.h>

#include <http_protocol.h>

#include <apr_strings.h>

#include "db.h"

#define SLOTS 16                /* rows of a day; a process has one of them */
#define DAY APR_INT64_C(86400)

enum {
    AT, ENDPOINT, METHOD, STATUS, DURATION, BYTES, USER, PREFIX, SUBJECT,
    REALM, REQUEST_ID, COLUMNS
};

/* A list in a batch; it has one day, or two about midnight. */
typedef struct day_t {
    apr_int64_t day;            /* since 1970 */
    apr_int64_t n, ok, errors;
    apr_interval_time_t duration;
    struct day_t *next;
} day_t;

/* ---- adding ---- */

static day_t *day_of(game_batch_t *batch, apr_time_t at)
{
    apr_int64_t number = apr_time_sec(at) / DAY;
    day_t *day;

    for (day = batch->counts; day; day = day->next) {
        if (day->day == number) {
            return day;
        }
    }
    day = apr_pcalloc(batch->pool, sizeof(*day));
    day->day = number;
    day->next = batch->counts;
    batch->counts = day;
    return day;
}

static void count(game_batch_t *batch, const request_rec *r, int status,
                  apr_interval_time_t took)
{
    day_t *day = day_of(batch, r->request_time);

    day->n++;
    day->ok += status >= 200 && status < 400;
    day->errors += status >= 500;
    day->duration += took;
}

/* What was sent: an error document has a request of its own. */
static const request_rec *last_of(const request_rec *r)
{
    while (r->next) {
        r = r->next;
    }
    return r;
}

void game_request_log_add(game_sink_t *sink, const game_req_t *req)
{
    const request_rec *r = req->r, *last = last_of(r);
    apr_interval_time_t took = apr_time_now() - r->request_time;
    const game_principal_t *who = req->who;
    const char *cells[COLUMNS];
    game_batch_t *batch;

    if (took < 0) {             /* the clock was set back */
        took = 0;
    }
    cells[AT] = game_bind_int(req->pool, r->request_time);
    cells[ENDPOINT] = apr_pstrcat(req->pool, game_conf_base(req->dir),
                                  req->route->path, NULL);
    cells[METHOD] = r->method;
    cells[STATUS] = apr_itoa(req->pool, last->status);
    cells[DURATION] = game_bind_int(req->pool, took);
    cells[BYTES] = game_bind_int(req->pool, last->bytes_sent);
    cells[USER] = req->user_id;
    cells[PREFIX] = who ? who->prefix : NULL;
    cells[SUBJECT] = who ? who->subject : NULL;
    cells[REALM] = who ? who->realm : NULL;
    cells[REQUEST_ID] = req->request_id;
    game_batch_open(sink->queue, &batch);
    if (batch) {
        count(batch, r, last->status, took);
        game_batch_row(sink->queue, batch, cells);
    }
    game_batch_close(sink->queue);
}

/* ---- writing ---- */

enum { DAY_DAY, DAY_N, DAY_OK, DAY_ERRORS, DAY_DURATION, DAY_COLUMNS };

static game_batch_end_e write_batch(void *sink, const game_batch_t *batch,
                                    apr_pool_t *pool)
{
    apr_array_header_t *columns[DAY_COLUMNS];
    const char *more[1 + DAY_COLUMNS];
    const day_t *day;
    int i;

    for (i = 0; i < DAY_COLUMNS; i++) {
        columns[i] = apr_array_make(pool, 2, sizeof(const char *));
    }
    for (day = batch->counts; day; day = day->next) {
        const apr_int64_t numbers[DAY_COLUMNS] = {
            day->day, day->n, day->ok, day->errors, day->duration
        };

        for (i = 0; i < DAY_COLUMNS; i++) {
            APR_ARRAY_PUSH(columns[i], const char *)
                = game_bind_int(pool, numbers[i]);
        }
    }
    more[0] = apr_itoa(pool, (int)(getpid() % SLOTS));
    for (i = 0; i < DAY_COLUMNS; i++) {
        more[1 + i] = game_bind_array(pool,
            (const char *const *)(const void *)columns[i]->elts,
            columns[i]->nelts);
    }
    return game_telemetry_write(sink, pool, GAME_SQL_REQUEST_LOG, batch,
                                COLUMNS, 1 + DAY_COLUMNS, more);
}

game_sink_t *game_request_log_sink(apr_pool_t *pchild, server_rec *server)
{
    game_batch_conf_t conf = { .columns = COLUMNS, .write = write_batch };

    return game_telemetry_sink(pchild, server, "requests", &conf);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * An export from its record to its last byte. Rows come page by page, each
 * on a connection that is given back before a byte of it goes out; they are
 * those of one order, not of one moment: a row that is made meanwhile may
 * or may not be among them.
 */

#include "exports_int.h"

#include <poll.h>
#include <string.h>

#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>

#include <apr_atomic.h>
#include <apr_portable.h>
#include <apr_strings.h>

#include "../log.h"
#include "../metrics.h"

APLOG_USE_MODULE(game);

#define BUFFER (64 * 1024)
#define TELL_EVERY apr_time_from_sec(60)
#define BEGINNING "-210000000000000000"     /* before all times of Postgres */
#define NO_ID "00000000-0000-0000-0000-000000000000"
#define LAST_ID "ffffffff-ffff-ffff-ffff-ffffffffffff"
#define CLIENT_LEFT 499         /* in logs only */
#define BUSY "Too many exports are under way. Please retry."

/* Exports that this child serves; atomic. */
static volatile apr_uint32_t under_way;

/* Columns of a page before those of its data set. */
enum { PAGE_AT, PAGE_ID, PAGE_SEEN, PAGE_MEANT, PAGE_CELLS };

/* ---- the way out ---- */

void game_export_headers(game_export_t *export)
{
    request_rec *r = export->req->r;
    apr_time_exp_t now;

    apr_time_exp_gmt(&now, apr_time_now());
    export->req->answered = 1;
    r->status = HTTP_OK;
    ap_set_content_type(r, export->form->type);
    apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->err_headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->headers_out, "Content-Disposition",
        apr_psprintf(r->pool, "attachment; filename=\"%s_%04d%02d%02dT%02d"
                     "%02d%02dZ.%s\"", export->set->name,
                     now.tm_year + 1900, now.tm_mon + 1, now.tm_mday,
                     now.tm_hour, now.tm_min, now.tm_sec,
                     export->form->name));
}

/* @return whether it could be done */
static int run_job(game_export_t *export, game_sql_e statement, int count,
                   const char *const *values)
{
    const game_rows_t *rows;
    apr_pool_t *pool;
    int done;

    apr_pool_create(&pool, export->req->pool);
    done = !game_db_run_job(export->req->r->server, pool, statement, &rows,
                            count, values);
    apr_pool_destroy(pool);
    return done;
}

/* A slow client's export is alive as well. */
static void tell(game_export_t *export)
{
    apr_time_t now = apr_time_now();

    if (now - export->seen > TELL_EVERY) {
        export->seen = now;
        run_job(export, GAME_SQL_EXPORT_SEEN, 1, &export->id);
    }
}

static void pass(game_export_sink_t *sink)
{
    apr_bucket_alloc_t *alloc = sink->r->connection->bucket_alloc;

    if (!sink->gone && sink->len) {
        APR_BRIGADE_INSERT_TAIL(sink->bb,
            apr_bucket_transient_create(sink->bytes, sink->len, alloc));
        APR_BRIGADE_INSERT_TAIL(sink->bb, apr_bucket_flush_create(alloc));
        if (ap_pass_brigade(sink->r->output_filters, sink->bb)
                != APR_SUCCESS
            || sink->r->connection->aborted) {
            sink->gone = 1;
        }
        apr_brigade_cleanup(sink->bb);
        sink->passed = 1;
    }
    sink->len = 0;
}

void game_export_flush(game_export_t *export)
{
    pass(&export->sink);
    tell(export);
}

void game_export_put(game_export_t *export, const char *bytes,
                     apr_size_t len)
{
    game_export_sink_t *sink = &export->sink;

    while (len && !sink->gone) {
        apr_size_t part = BUFFER - sink->len;

        part = len < part ? len : part;
        memcpy(sink->bytes + sink->len, bytes, part);
        sink->len += part;
        bytes += part;
        len -= part;
        if (sink->len == BUFFER) {
            game_export_flush(export);
        }
    }
}

/* Nobody else notices that the client is gone while nothing is sent to it: a
 * workbook is made, or few rows of many are meant. Who only said that it will
 * ask no more looks the same: so a short export, which ends at once, is not
 * looked at. */
static void look_at_client(game_export_sink_t *sink)
{
    conn_rec *c = sink->r->connection;
    struct pollfd fd = { -1, POLLRDHUP, 0 };

    if (!sink->passed && !c->master
        && apr_os_sock_get(&fd.fd, ap_get_conn_socket(c)) == APR_SUCCESS
        && poll(&fd, 1, 0) > 0) {
        sink->gone = 1;
    }
    sink->passed = 0;
}

static void send_end(game_export_sink_t *sink)
{
    apr_bucket_alloc_t *alloc = sink->r->connection->bucket_alloc;

    pass(sink);
    if (!sink->gone) {
        APR_BRIGADE_INSERT_TAIL(sink->bb, apr_bucket_eos_create(alloc));
        sink->gone = ap_pass_brigade(sink->r->output_filters, sink->bb)
                     != APR_SUCCESS || sink->r->connection->aborted;
        apr_brigade_cleanup(sink->bb);
    }
}

/* Part of the answer is out: the connection ends without the last chunk, so
 * that nobody takes the part for the whole. */
static void cut(game_export_sink_t *sink)
{
    sink->r->connection->keepalive = AP_CONN_CLOSE;
    sink->r->connection->aborted = 1;
    sink->gone = 1;
}

/* ---- rows ---- */

/* A page, and where the next one begins. */
typedef struct page_t {
    const game_rows_t *rows;
    int count;                  /* without the last, which is no row */
    int last;                   /* there is no other */
    char at[24];
    char id[GAME_UUID_SIZE];
} page_t;

#define PAGE_ROWS 2000          /* as the statements have it */

static game_error_t *read_page(game_export_t *export, apr_pool_t *pool,
                               page_t *page)
{
    const char *values[6];
    int count = export->set->named ? 6 : 4, from;
    game_error_t *err;

    values[0] = apr_pstrdup(pool, page->at);
    values[1] = apr_pstrdup(pool, page->id);
    values[2] = export->until;
    values[3] = game_bind_int(pool, export->limit - export->rows < PAGE_ROWS
                              ? export->limit - export->rows : PAGE_ROWS);
    values[4] = export->game;
    values[5] = export->task;
    err = game_db_run_job(export->req->r->server, pool, export->set->page,
                          &page->rows, count, values);
    if (err) {
        return err;
    }
    page->count = page->rows->count ? page->rows->count - 1 : 0;
    page->last = !page->rows->count;
    if (page->last) {
        return NULL;
    }
    /* more rows were meant than came: the next page follows the last of
     * them; else what was looked through */
    from = game_cell_int(page->rows, page->count, PAGE_MEANT) > page->count
           && page->count ? page->count - 1 : page->count;
    apr_cpystrn(page->at, game_cell(page->rows, from, PAGE_AT),
                sizeof(page->at));
    apr_cpystrn(page->id, game_cell(page->rows, from, PAGE_ID),
                sizeof(page->id));
    page->last = from == page->count
              && game_cell_int(page->rows, page->count, PAGE_SEEN)
                 < PAGE_ROWS;
    return NULL;
}

static const char *iso(apr_pool_t *pool, const char *micros)
{
    const char *text = game_time_z(pool, apr_atoi64(micros));

    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, strlen(text) - 1),
                       "+00:00", NULL);
}

static game_error_t *write_page(game_export_t *export, const page_t *page,
                                apr_pool_t *pool)
{
    int columns = page->rows->columns, i;
    const char **cells = apr_palloc(pool, sizeof(*cells)
                                    * (apr_size_t)columns);
    const game_export_column_t *column;
    game_error_t *err = NULL;

    for (i = 0; !err && i < page->count && !export->sink.gone
                && export->rows < export->limit; i++) {
        memcpy(cells, page->rows->cells + i * columns,
               sizeof(*cells) * (apr_size_t)columns);
        for (column = export->set->columns; column->name; column++) {
            if (column->kind == GAME_EXPORT_TIME && cells[column->cell]) {
                cells[column->cell] = iso(pool, cells[column->cell]);
            }
        }
        err = export->form->row(export, cells, pool);
        export->rows += !err;
    }
    return err;
}

/* All pages; the first one is read before anything goes out. *begun: the
 * form has begun. */
static game_error_t *write_pages(game_export_t *export, apr_pool_t *pool,
                                 int *begun)
{
    page_t page = { NULL, 0, 0, BEGINNING, NO_ID };
    game_error_t *err = NULL;

    if (export->from) {         /* after the last of the moment before */
        apr_snprintf(page.at, sizeof(page.at), "%" APR_INT64_T_FMT,
                     apr_atoi64(export->from) - 1);
        apr_cpystrn(page.id, LAST_ID, sizeof(page.id));
    }
    while (!err && !page.last && !export->sink.gone
           && export->rows < export->limit) {
        apr_pool_clear(pool);
        err = read_page(export, pool, &page);
        if (!err && !*begun) {
            if (!export->form->late) {
                game_export_headers(export);
            }
            *begun = 1;
            err = export->form->begin(export);
        }
        if (!err) {
            err = write_page(export, &page, pool);
        }
        if (!err && !page.last) {
            look_at_client(&export->sink);
        }
        tell(export);
    }
    return err;
}

/* ---- the record ---- */

static game_error_t *record_start(game_export_t *export)
{
    const game_principal_t *who = export->req->who;
    const game_rows_t *rows;
    game_error_t *err;
    game_jw_t *jw = game_jw_make(export->req->pool);

    game_jw_object(jw, NULL);
    if (export->from) {
        game_jw_string(jw, "dateFrom", export->from_text);
    }
    if (export->until) {
        game_jw_string(jw, "dateTo", export->until_text);
    }
    if (export->game) {
        game_jw_string(jw, "externalGameId", export->game);
    }
    if (export->task) {
        game_jw_string(jw, "externalTaskId", export->task);
    }
    game_jw_int(jw, "limit", export->limit);
    game_jw_end(jw);
    err = GAME_DB_RUN(export->req, GAME_SQL_EXPORT_START, &rows,
                      export->set->name, export->form->name,
                      game_jw_text(jw, NULL),
                      game_bind_int(export->req->pool, export->limit),
                      who->subject ? who->subject : who->prefix,
                      who->prefix, who->subject, export->req->request_id);
    if (!err) {
        export->id = game_cell(rows, 0, 0);
        export->req->audit_name = "exportId";
        export->req->audit_id = export->id;
        export->seen = apr_time_now();
    }
    return err;
}

static void record_end(game_export_t *export, const char *status)
{
    const char *values[3];

    values[0] = export->id;
    values[1] = status;
    values[2] = game_bind_int(export->req->pool, export->rows);
    if (!run_job(export, GAME_SQL_EXPORT_END, 3, values)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, export->req->r,
                      GAME_LOGNO(0600) "export %s is %s, which could not be "
                      "recorded", export->id, status);
    }
    game_metrics_export(export->set->name, status,
                        (apr_uint64_t)export->rows);
}

/* ---- running ---- */

static game_error_t *serve(game_export_t *export)
{
    game_export_sink_t *sink = &export->sink;
    apr_pool_t *pool;
    game_error_t *err;
    int begun = 0;

    apr_pool_create(&pool, export->req->pool);
    err = write_pages(export, pool, &begun);
    if (!err) {
        apr_pool_destroy(pool); /* an error is in it, and is still told */
    }
    if (!err && !sink->gone) {
        err = export->form->end(export);
    }
    if (!err && !sink->gone) {
        send_end(sink);
    }
    if (err && export->req->answered) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, sink->r, GAME_LOGNO(0601)
                      "export of %s broke off after %" APR_INT64_T_FMT
                      " rows: %s", export->set->name, export->rows,
                      err->log ? err->log : "?");
    }
    else if (!err && sink->gone) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, sink->r, GAME_LOGNO(0602)
                      "export of %s: the client left after %"
                      APR_INT64_T_FMT " rows", export->set->name,
                      export->rows);
    }
    record_end(export, err || sink->gone ? "failed" : "completed");
    if (!export->req->answered && !sink->gone) {
        return err;
    }
    if (err || sink->gone) {
        export->req->answered = 1;
        export->req->fault = err ? err
            : game_error_make(export->req->pool, CLIENT_LEFT,
                              "The client left");
        cut(sink);
    }
    return NULL;
}

game_error_t *game_export_run(game_export_t *export)
{
    game_req_t *req = export->req;
    apr_uint32_t most = (apr_uint32_t)game_conf_export_concurrent(
                                          req->server);
    game_error_t *err;

    if (req->r->header_only) {
        game_export_headers(export);
        return NULL;
    }
    export->sink.r = req->r;
    export->sink.bytes = apr_palloc(req->pool, BUFFER);
    export->sink.bb = apr_brigade_create(req->pool,
                                         req->r->connection->bucket_alloc);
    if (apr_atomic_inc32(&under_way) >= most) {
        err = game_error_make(req->pool, HTTP_SERVICE_UNAVAILABLE, "%s",
                              BUSY);
        err->retry_after = 5;
    }
    else {
        err = record_start(export);
        if (!err) {
            err = serve(export);
        }
    }
    apr_atomic_dec32(&under_way);
    return err;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The rows of a request. Their details are ids of what it was about and
 * codes of what became of it: no names of users, no texts of clients, no
 * bodies.
 */

#include "audit.h"

#include <string.h>

#include <apr_strings.h>

#include "db.h"

#define DETAILS_MAX 2048

enum {
    AT, LEVEL, MODULE, MESSAGE, DETAILS, PREFIX, SUBJECT, REALM, REQUEST_ID,
    COLUMNS
};

/* In the order of the bits, and of the rows. */
static const struct {
    int level;
    const char *name, *end;     /* what the message ends with */
} levels[] = {
    { GAME_INFO, "INFO", "" },
    { GAME_SUCCESS, "SUCCESS", ": done" },
    { GAME_ERROR, "ERROR", ": failed" }
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

/* ---- details ---- */

/* A user is named by the id that is computed, not by the client's. */
static int is_user(const char *name)
{
    return !strcmp(name, "externalUserId");
}

static void write_path(game_jw_t *jw, const game_req_t *req)
{
    const char *name;
    int i;

    for (i = 0; i < GAME_PATH_PARAMS && req->path[i]; i++) {
        name = game_route_param(req->pool, req->route, i);
        if (name && !is_user(name)) {
            game_jw_string(jw, name, req->path[i]);
        }
    }
}

/* The code of an error whose detail has one. */
static const char *code_of(const game_req_t *req)
{
    const char *text = req->fault ? req->fault->detail_json : NULL;
    game_json_fault_t unreadable;
    const game_json_t *detail;

    if (!text || *text != '{') {
        return NULL;
    }
    detail = game_json_parse(req->pool, text, strlen(text), 32, &unreadable);
    return detail ? game_json_string(game_json_member(detail, "code")) : NULL;
}

static const char *details_of(const game_req_t *req)
{
    game_jw_t *jw = game_jw_make(req->pool);
    const char *code = code_of(req), *text;
    apr_size_t len;

    game_jw_object(jw, NULL);
    game_jw_int(jw, "status", req->fault ? req->fault->status
                                         : req->r->status);
    if (code) {
        game_jw_string(jw, "code", code);
    }
    if (req->user_id) {
        game_jw_string(jw, "userId", req->user_id);
    }
    if (req->audit_name) {
        game_jw_string(jw, req->audit_name, req->audit_id);
    }
    write_path(jw, req);
    game_jw_end(jw);
    text = game_jw_text(jw, &len);
    return len <= DETAILS_MAX ? text
         : apr_psprintf(req->pool, "{\"status\":%d}", req->fault
                        ? req->fault->status : req->r->status);
}

/* ---- adding ---- */

/* Which rows there are of what the handler did. One that was not asked has
 * none. */
static int levels_of(const game_req_t *req)
{
    int changes = req->r->method_number != M_GET;
    int refused = req->fault && req->route->access
                                == GAME_ACCESS_BEARER_ADMIN;

    if (!req->handled || !req->route->module
        || (req->fault && req->fault->status == HTTP_TOO_MANY_REQUESTS)
        || (game_conf_audit(req->server) == GAME_AUDIT_MUTATIONS
            && !changes && !refused)) {
        return 0;
    }
    return req->fault ? req->route->audit_fault
         : req->audit ? req->audit : req->route->audit_done;
}

static void add_rows(game_sink_t *sink, const game_req_t *req, int which,
                     const char *const *given)
{
    const char *cells[COLUMNS];
    game_batch_t *batch;
    apr_size_t i;

    memcpy(cells, given, sizeof(cells));
    game_batch_open(sink->queue, &batch);
    for (i = 0; batch && i < LEVELS; i++) {
        if (which & levels[i].level) {
            cells[LEVEL] = levels[i].name;
            cells[MESSAGE] = apr_pstrcat(req->pool, given[MESSAGE],
                                         levels[i].end, NULL);
            game_batch_row(sink->queue, batch, cells);
        }
    }
    game_batch_close(sink->queue);
}

void game_audit_add(game_sink_t *sink, const game_req_t *req)
{
    const game_principal_t *who = req->who;
    const char *cells[COLUMNS] = { NULL };
    int which = levels_of(req);

    if (!which && !req->new_subject) {
        return;
    }
    cells[AT] = game_bind_int(req->pool, req->r->request_time);
    cells[PREFIX] = who ? who->prefix : NULL;
    cells[REALM] = who ? who->realm : NULL;
    cells[REQUEST_ID] = req->request_id;
    if (req->new_subject) {
        cells[SUBJECT] = req->new_subject;
        cells[MODULE] = "auth";
        cells[MESSAGE] = "First token of a subject";
        add_rows(sink, req, GAME_INFO, cells);
    }
    if (which) {
        cells[SUBJECT] = who ? who->subject : NULL;
        cells[MODULE] = req->route->module;
        cells[MESSAGE] = req->route->summary;
        cells[DETAILS] = details_of(req);
        add_rows(sink, req, which, cells);
    }
}

/* ---- writing ---- */

static game_batch_end_e write_batch(void *sink, const game_batch_t *batch,
                                    apr_pool_t *pool)
{
    return game_telemetry_write(sink, pool, GAME_SQL_AUDIT_LOG, batch,
                                COLUMNS, 0, NULL);
}

game_sink_t *game_audit_sink(apr_pool_t *pchild, server_rec *server)
{
    game_batch_conf_t conf = { .columns = COLUMNS, .write = write_batch };

    return game_telemetry_sink(pchild, server, "audit", &conf);
}

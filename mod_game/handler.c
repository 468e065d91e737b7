/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Serves a location with GameEngine On. The order of checks is that of
 * http-api.md 2.2 with decision 27: route, method, caller, then path, query
 * and body together, then the handler.
 */

#include "handler.h"

#include <string.h>

#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

#include <apr_strings.h>

#include "auth.h"
#include "campaigns_setup.h"
#include "cors.h"
#include "request_body.h"
#include "response.h"

/* ---- matching ---- */

/* The decoded path below the base, or NULL when it is not below it. */
static const char *below_base(const game_req_t *req)
{
    const char *base = game_conf_base(req->dir);
    apr_size_t len = strlen(base);

    if (strncmp(req->r->uri, base, len)
        || (req->r->uri[len] != '/' && req->r->uri[len] != '\0')) {
        return NULL;
    }
    return req->r->uri + len;
}

/* Doubled slashes are kept apart even where MergeSlashes hides them. */
static int doubled_slash(const request_rec *r)
{
    const char *path = r->unparsed_uri;
    apr_size_t len;

    if (path[0] != '/') {       /* an absolute URI */
        path = strstr(path, "://");
        path = path ? strchr(path + 3, '/') : NULL;
    }
    len = path ? strcspn(path, "?#") : 0;
    while (len && path[len - 1] == '/') {
        len--;
    }
    for (; len > 1; len--) {
        if (path[len - 1] == '/' && path[len - 2] == '/') {
            return 1;
        }
    }
    return 0;
}

static void match_path(const game_req_t *req, const char *path,
                       game_match_t *match)
{
    game_route_match(req->pool, req->r->method, path,
                     game_campaigns_of(req->r->server) != NULL, match);
}

void game_handler_match(game_req_t *req)
{
    const char *path = below_base(req);
    game_match_t match;

    if (req->matched) {
        return;
    }
    req->matched = 1;
    if (!path || doubled_slash(req->r)) {
        return;
    }
    match_path(req, path, &match);
    req->route = match.route;
    req->sibling = match.sibling;
    req->allow = match.allow;
    memcpy(req->path, match.path, sizeof(req->path));
}

int game_handler_wants_token(request_rec *r)
{
    game_req_t *req;

    if (game_config_dir(r)->engine != 1 || !ap_auth_type(r)
        || r->method_number == M_OPTIONS) {
        return 0;
    }
    req = game_request_of(r);
    game_handler_match(req);
    return req->route && req->route->access != GAME_ACCESS_NONE
        && game_auth_has_token(req);
}

/* ---- answers without a route ---- */

/* X/ leads to X when X is known, whatever the method and the caller. */
static int redirect(game_req_t *req)
{
    const char *path = below_base(req);
    apr_size_t len = path ? strlen(path) : 0;
    game_match_t match;
    const char *bare;

    if (len < 2 || path[len - 1] != '/' || doubled_slash(req->r)) {
        return 0;
    }
    while (len && path[len - 1] == '/') {
        len--;
    }
    bare = apr_pstrmemdup(req->pool, path, len);
    match_path(req, bare, &match);
    if (!match.known) {
        return 0;
    }
    req->sibling = match.sibling;
    apr_table_setn(req->r->headers_out, "Location",
        apr_pstrcat(req->pool,
            ap_escape_uri(req->pool, apr_pstrcat(req->pool,
                              game_conf_base(req->dir), bare, NULL)),
            req->r->args ? "?" : NULL, req->r->args, NULL));
    req->answered = 1;
    req->r->status = HTTP_TEMPORARY_REDIRECT;
    ap_set_content_length(req->r, 0);
    return 1;
}

static int unrouted(game_req_t *req)
{
    game_error_t *err;

    if (redirect(req)) {
        return OK;
    }
    if (!req->allow) {
        err = game_error_make(req->pool, HTTP_NOT_FOUND, "Not Found");
        return game_error_send(req, err);
    }
    apr_table_setn(req->r->err_headers_out, "Allow", req->allow);
    if (req->r->method_number == M_OPTIONS) {
        req->answered = 1;
        req->r->status = HTTP_NO_CONTENT;
        return OK;
    }
    err = game_error_make(req->pool, HTTP_METHOD_NOT_ALLOWED,
                          "Method Not Allowed");
    return game_error_send(req, err);
}

/* ---- the handler ---- */

static game_error_t *serve(game_req_t *req)
{
    game_error_t *err = game_auth_caller(req);

    if (!err) {
        err = game_request_read(req);
    }
    if (!err) {
        req->handled = 1;
        err = req->route->handler(req);
    }
    if (err) {
        req->fault = err;
    }
    return err;
}

/* Where the time went. */
static void note_times(game_req_t *req)
{
    game_request_note(req, "db-us",
                      apr_psprintf(req->pool, "%" APR_INT64_T_FMT,
                                   req->db_time));
    if (req->rule_time) {
        game_request_note(req, "rule-us",
                          apr_psprintf(req->pool, "%" APR_INT64_T_FMT,
                                       req->rule_time));
    }
}

static int handler(request_rec *r)
{
    game_error_t *err;
    game_req_t *req;
    int status = OK;

    if (game_config_dir(r)->engine != 1) {
        return DECLINED;
    }
    req = game_request_of(r);
    if (game_cors_answer(req)) {
        return OK;
    }
    game_handler_match(req);
    if (!req->route) {
        return unrouted(req);
    }
    game_request_note(req, "route", req->route->operation);
    err = serve(req);
    status = req->status;
    if (err) {
        if (err->status == HTTP_REQUEST_ENTITY_TOO_LARGE) {
            r->connection->keepalive = AP_CONN_CLOSE;
        }
        status = game_error_send(req, err);
    }
    note_times(req);
    return req->filed && !err ? DECLINED : status;
}

/* No file stands behind the API: neither a name nor a directory walk. The
 * location's configuration is not there yet in map_to_storage, the name
 * is. */
static int translate(request_rec *r)
{
    if (game_config_dir(r)->engine != 1) {
        return DECLINED;
    }
    r->filename = apr_pstrcat(r->pool, GAME_NO_FILE, r->uri, NULL);
    return OK;
}

static int no_storage(request_rec *r)
{
    return r->filename
        && !strncmp(r->filename, GAME_NO_FILE, strlen(GAME_NO_FILE))
        && r->method_number != M_TRACE ? OK : DECLINED;
}

void game_handler_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_translate_name(translate, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_map_to_storage(no_storage, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_FIRST);
}

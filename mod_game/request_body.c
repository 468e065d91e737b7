/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reads query and body and runs the route's schemas over them. The body is
 * read whole, within GameBodyMax, before anything is borrowed.
 */

#include "request_body.h"

#include <string.h>

#include <http_core.h>
#include <http_protocol.h>
#include <util_script.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "schema.h"

#define UNDECODABLE "There was an error parsing the body"
/* campaigns.md 5.2 */
#define CAMPAIGN_BODY (1024 * 1024)
#define CAMPAIGN_DEPTH 32

/* jansson knows what UTF-8 is; most texts are ASCII. */
static int is_utf8(apr_pool_t *pool, const char *text)
{
    game_json_fault_t fault;
    const char *json, *at;
    game_jw_t *jw;
    apr_size_t len;

    for (at = text; *at && !(*at & 0x80); at++)
        ;
    if (!*at) {
        return 1;
    }
    jw = game_jw_make(pool);
    game_jw_string(jw, NULL, text);
    json = game_jw_text(jw, &len);
    return game_json_parse(pool, json, len, 1, &fault) != NULL;
}

/* ---- query ---- */

static char *decode(apr_pool_t *pool, const char *from, apr_size_t len)
{
    char *text = apr_pstrmemdup(pool, from, len), *at;

    for (at = text; *at; at++) {
        if (*at == '+') {
            *at = ' ';
        }
    }
    return ap_unescape_urlencoded(text) == OK ? text : NULL;
}

/* Members of the query as an object of strings; the last of a name wins. */
static game_error_t *read_query(game_req_t *req)
{
    const char *at = req->r->args ? req->r->args : "";

    req->query = game_json_new_object(req->pool);
    while (*at) {
        apr_size_t len = strcspn(at, "&");
        const char *equals = memchr(at, '=', len);
        apr_size_t name_len = equals ? (apr_size_t)(equals - at) : len;
        char *name = decode(req->pool, at, name_len);
        char *value = equals
            ? decode(req->pool, equals + 1, len - name_len - 1)
            : apr_pstrdup(req->pool, "");

        if (!name || !value) {
            return game_error_make(req->pool, HTTP_BAD_REQUEST,
                                   "The query has a bad percent escape");
        }
        if (!is_utf8(req->pool, name) || !is_utf8(req->pool, value)) {
            return game_error_make(req->pool, HTTP_BAD_REQUEST,
                                   "The query is not valid UTF-8");
        }
        if (*name) {
            game_json_set(req->query, name,
                          game_json_new_string(req->pool, value));
        }
        at += len + (at[len] == '&');
    }
    return NULL;
}

/* ---- body ---- */

static game_error_t *too_large(game_req_t *req, apr_off_t max)
{
    return game_error_make(req->pool, HTTP_REQUEST_ENTITY_TOO_LARGE,
                           "The body is larger than %" APR_OFF_T_FMT
                           " bytes", max);
}

/* Of campaigns there is a limit that no location raises. */
static apr_off_t body_max(const game_req_t *req)
{
    apr_off_t max = game_conf_body_max(req->dir);
    apr_off_t core = ap_get_limit_req_body(req->r);

    if (req->route->campaigns && max > CAMPAIGN_BODY) {
        max = CAMPAIGN_BODY;
    }
    return core > 0 && core < max ? core : max;
}

/* The error of a read that failed: what the input filters asked for, or a
 * client that went away. */
static game_error_t *read_failed(game_req_t *req, apr_status_t rv,
                                 apr_off_t max)
{
    int status = ap_map_http_request_error(rv, HTTP_BAD_REQUEST);

    if (status == HTTP_REQUEST_ENTITY_TOO_LARGE) {
        return too_large(req, max);
    }
    if (APR_STATUS_IS_TIMEUP(rv)) {
        status = HTTP_REQUEST_TIME_OUT;
    }
    return game_error_make(req->pool, status < 400 ? HTTP_BAD_REQUEST
                           : status, "The body could not be read");
}

/* A body as it comes in: one buffer that grows. Buckets are copied at once:
 * some filters (mod_ssl's) reuse the memory behind them at the next read. */
typedef struct body_t {
    char *bytes;
    apr_size_t len, size;
} body_t;

static void append(apr_pool_t *pool, body_t *body, const char *bytes,
                   apr_size_t len)
{
    if (body->len + len > body->size) {
        apr_size_t size = body->size ? body->size : HUGE_STRING_LEN;
        char *bigger;

        while (size < body->len + len) {
            size *= 2;
        }
        bigger = apr_palloc(pool, size);
        if (body->len) {
            memcpy(bigger, body->bytes, body->len);
        }
        body->bytes = bigger;
        body->size = size;
    }
    memcpy(body->bytes + body->len, bytes, len);
    body->len += len;
}

/* Take what one read brought. @return whether the end was in it */
static apr_status_t take(game_req_t *req, apr_bucket_brigade *bb,
                         body_t *body, apr_off_t max, int *done)
{
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(bb); bucket != APR_BRIGADE_SENTINEL(bb);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *bytes;
        apr_status_t rv;
        apr_size_t len;

        if (APR_BUCKET_IS_EOS(bucket)) {
            *done = 1;
            break;
        }
        if (APR_BUCKET_IS_METADATA(bucket)) {
            continue;
        }
        rv = apr_bucket_read(bucket, &bytes, &len, APR_BLOCK_READ);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        if ((apr_off_t)(body->len + len) > max) {
            return APR_ENOSPC;
        }
        append(req->pool, body, bytes, len);
        req->r->read_length += (apr_off_t)len;
    }
    return APR_SUCCESS;
}

static game_error_t *slurp(game_req_t *req, char **bytes, apr_size_t *size)
{
    apr_bucket_brigade *bb = apr_brigade_create(req->pool,
                                     req->r->connection->bucket_alloc);
    apr_off_t max = body_max(req);
    body_t body = { NULL, 0, 0 };
    apr_status_t rv;
    int done = 0;

    while (!done) {
        rv = ap_get_brigade(req->r->input_filters, bb, AP_MODE_READBYTES,
                            APR_BLOCK_READ, HUGE_STRING_LEN);
        if (rv == APR_SUCCESS) {
            rv = take(req, bb, &body, max, &done);
        }
        apr_brigade_cleanup(bb);
        if (rv == APR_ENOSPC) {
            return too_large(req, max);
        }
        if (rv != APR_SUCCESS) {
            return read_failed(req, rv, max);
        }
    }
    *bytes = body.bytes;
    *size = body.len;
    return NULL;
}

/* Absent, application/json, or application/...+json. */
static int is_json(const request_rec *r)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    apr_size_t len;

    if (!type || !*type) {
        return 1;
    }
    len = strcspn(type, "; \t");
    return (len == 16 && !strncasecmp(type, "application/json", 16))
        || (len > 17 && !strncasecmp(type, "application/", 12)
            && !strncasecmp(type + len - 5, "+json", 5));
}

static game_error_t *bad_json(game_req_t *req, game_check_t *check,
                              const game_json_fault_t *fault)
{
    game_jw_t *ctx;

    if (fault->undecodable && !(fault->too_deep && req->route->campaigns)) {
        return game_error_make(req->pool, HTTP_BAD_REQUEST, UNDECODABLE);
    }
    ctx = game_jw_make(req->pool);
    game_jw_object(ctx, NULL);
    game_jw_string(ctx, "error", fault->reason);
    game_jw_end(ctx);
    game_check_add(check, "json_invalid",
                   apr_psprintf(req->pool, "[\"body\",%" APR_SIZE_T_FMT "]",
                                fault->offset), "JSON decode error", "{}",
                   game_jw_text(ctx, NULL));
    return game_check_error(check);
}

static int depth_max(const game_req_t *req)
{
    int depth = game_conf_json_depth(req->dir);

    return req->route->campaigns && depth > CAMPAIGN_DEPTH ? CAMPAIGN_DEPTH
                                                           : depth;
}

static game_error_t *read_body(game_req_t *req, game_check_t *check)
{
    game_json_fault_t fault;
    apr_size_t len = 0;
    char *text = NULL;
    game_error_t *err = slurp(req, &text, &len);

    if (err || !len) {
        return err;
    }
    if (!is_json(req->r)) {
        req->body = game_json_new_string(req->pool,
                                         apr_pstrmemdup(req->pool, text,
                                                        len));
        return NULL;
    }
    req->body = req->route->campaigns
        ? game_json_parse_wide(req->pool, text, len, depth_max(req), &fault)
        : game_json_parse(req->pool, text, len, depth_max(req), &fault);
    return req->body ? NULL : bad_json(req, check, &fault);
}

/* ---- path ---- */

static game_error_t *check_path(game_req_t *req, game_check_t *check)
{
    char normal[GAME_UUID_SIZE];
    const char *name, *why;
    game_jw_t *loc, *input, *ctx;
    int i;

    for (i = 0; i < GAME_PATH_PARAMS && req->path[i]; i++) {
        name = game_route_param(req->pool, req->route, i);
        if (!is_utf8(req->pool, req->path[i])) {
            return game_error_make(req->pool, HTTP_BAD_REQUEST,
                                   "The path is not valid UTF-8");
        }
        if (!game_route_param_is_uuid(name)) {
            continue;
        }
        if (game_uuid_parse(req->pool, req->path[i], normal, &why)) {
            req->path[i] = apr_pstrdup(req->pool, normal);
            continue;
        }
        loc = game_jw_make(req->pool);
        game_jw_array(loc, NULL);
        game_jw_string(loc, NULL, "path");
        game_jw_string(loc, NULL, name);
        game_jw_end(loc);
        input = game_jw_make(req->pool);
        game_jw_string(input, NULL, req->path[i]);
        ctx = game_jw_make(req->pool);
        game_jw_object(ctx, NULL);
        game_jw_string(ctx, "error", why);
        game_jw_end(ctx);
        game_check_add(check, "uuid_parsing", game_jw_text(loc, NULL),
                       apr_pstrcat(req->pool, "Input should be a valid UUID,"
                                   " ", why, NULL),
                       game_jw_text(input, NULL), game_jw_text(ctx, NULL));
    }
    return NULL;
}

game_error_t *game_request_read(game_req_t *req)
{
    game_check_t *check = game_check_make(req->pool);
    game_error_t *err = read_query(req);

    if (!err && req->route->body) {
        err = read_body(req, check);
    }
    if (!err) {
        err = check_path(req, check);
    }
    if (err) {
        return err;
    }
    if (req->route->query) {
        game_check_query(check, req->route->query, req->query);
    }
    if (req->route->body && (req->body || !req->route->body_optional)) {
        game_check_body(check, req->route->body, req->body);
    }
    return game_check_error(check);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Errors that other modules or the core raise come as HTML; here they leave
 * as JSON, with their status and headers kept.
 */

#include "handler.h"

#include <http_protocol.h>
#include <util_filter.h>

#include <apr_strings.h>

#include "cors.h"

#define FILTER "GAME_JSON_ERRORS"

static const char *text_of(const game_req_t *req)
{
    int status = req->r->status;

    if (req->auth_error && req->auth_error->status == status) {
        return req->auth_error->detail;
    }
    switch (status) {
    case HTTP_BAD_REQUEST:
        return "Bad Request";
    case HTTP_UNAUTHORIZED:
        return "Invalid authentication credentials";
    case HTTP_FORBIDDEN:
        return "Forbidden";
    case HTTP_NOT_FOUND:
        return "Not Found";
    case HTTP_METHOD_NOT_ALLOWED:
        return "Method Not Allowed";
    case HTTP_INTERNAL_SERVER_ERROR:
        return "Internal server error";
    default:
        /* "429 Too Many Requests": the words behind the number */
        return ap_get_status_line(status) + 4;
    }
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    game_jw_t *jw = game_jw_make(r->pool);
    const char *body;
    apr_size_t len;

    if (f->ctx) {               /* the HTML that is left */
        apr_brigade_cleanup(bb);
        return APR_SUCCESS;
    }
    f->ctx = f;
    game_jw_object(jw, NULL);
    game_jw_string(jw, "detail", text_of(game_request_of(r)));
    game_jw_end(jw);
    body = game_jw_text(jw, &len);
    ap_set_content_type(r, "application/json");
    ap_set_content_length(r, (apr_off_t)len);
    apr_brigade_cleanup(bb);
    if (!r->header_only) {
        APR_BRIGADE_INSERT_TAIL(bb,
            apr_bucket_pool_create(body, len, r->pool, bb->bucket_alloc));
    }
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(bb->bucket_alloc));
    return ap_pass_brigade(f->next, bb);
}

static void insert(request_rec *r)
{
    const game_dir_conf_t *dir = game_config_dir(r);
    game_req_t *req;

    if (dir->engine != 1 && dir->json_errors != 1) {
        return;
    }
    req = game_request_of(r);
    if (dir->engine == 1) {
        game_cors_headers(req);
    }
    if (req->answered || ap_is_HTTP_REDIRECT(r->status)) {
        return;
    }
    /* they were cleared where an answer had begun already (416) */
    apr_table_setn(r->err_headers_out, "X-Request-Id", req->request_id);
    apr_table_setn(r->err_headers_out, "X-Correlation-ID",
                   req->correlation_id);
    if (dir->engine == 1 && r->status == HTTP_UNAUTHORIZED
        && !apr_table_get(r->err_headers_out, "WWW-Authenticate")) {
        apr_table_setn(r->err_headers_out, "WWW-Authenticate", "Bearer");
    }
    if (req->auth_error && req->auth_error->retry_after) {
        apr_table_setn(r->err_headers_out, "Retry-After",
                       apr_itoa(r->pool, req->auth_error->retry_after));
    }
    ap_add_output_filter(FILTER, NULL, r, r->connection);
}

void game_json_errors_register(apr_pool_t *pool)
{
    (void)pool;
    ap_register_output_filter(FILTER, filter, NULL, AP_FTYPE_RESOURCE);
    ap_hook_insert_error_filter(insert, NULL, NULL, APR_HOOK_LAST);
}

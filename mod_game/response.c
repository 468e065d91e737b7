/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Writes answers. Everything is one bucket of pool memory: nothing is held
 * while a slow client reads it.
 */

#include "response.h"

#include <http_core.h>
#include <http_protocol.h>

#include <apr_buckets.h>
#include <apr_strings.h>

int game_response_bytes(game_req_t *req, int status, const char *type,
                        const char *body, apr_size_t len)
{
    request_rec *r = req->r;
    apr_bucket_brigade *bb;
    apr_status_t rv;

    req->answered = 1;
    r->status = status;
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)len);
    apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->err_headers_out, "X-Content-Type-Options", "nosniff");
    bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    if (!r->header_only) {
        APR_BRIGADE_INSERT_TAIL(bb,
            apr_bucket_pool_create(body, len, r->pool,
                                   r->connection->bucket_alloc));
    }
    APR_BRIGADE_INSERT_TAIL(bb,
        apr_bucket_eos_create(r->connection->bucket_alloc));
    rv = ap_pass_brigade(r->output_filters, bb);
    return rv == APR_SUCCESS || r->connection->aborted ? OK
         : AP_FILTER_ERROR;
}

static void send_json(game_req_t *req, int status, game_jw_t *jw)
{
    apr_size_t len;
    const char *body = game_jw_text(jw, &len);

    game_response_bytes(req, status, "application/json", body, len);
}

game_error_t *game_response_json(game_req_t *req, int status, game_jw_t *jw)
{
    send_json(req, status, jw);
    return NULL;
}

game_error_t *game_response_raw(game_req_t *req, int status,
                                const char *json)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_raw(jw, NULL, json);
    send_json(req, status, jw);
    return NULL;
}

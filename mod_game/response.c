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

#include "response_file.h"

int game_response_bytes(game_req_t *req, int status, const char *type,
                        const char *body, apr_size_t len)
{
    request_rec *r = req->r;
    apr_bucket_brigade *bb;

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
    return game_file_pass(r, bb);
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

game_error_t *game_response_none(game_req_t *req)
{
    req->answered = 1;
    req->r->status = HTTP_NO_CONTENT;
    return NULL;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The request as handlers see it: made once, filled step by step by
 * handler.c. Reading of bodies and queries is in request_body.c.
 */

#include "request.h"

#include <string.h>

#include <http_config.h>
#include <http_core.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "request_id.h"
#include "ids.h"

#define KEY_MAX 255

extern module AP_MODULE_DECLARE_DATA game_module;

/* The trace of which the caller says that this request is a part. */
static void note_trace(game_req_t *req)
{
    const char *parent = game_request_header(req, "traceparent");
    const char *trace = parent ? game_ids_parent(req->pool, parent) : NULL;

    if (trace) {
        game_request_note(req, "traceparent", parent);
        game_request_note(req, "trace-id", trace);
    }
}

/* Both ids go out with every answer, whoever writes it. */
static void take_ids(game_req_t *req)
{
    apr_table_t *out = req->r->err_headers_out;
    const char *id = game_request_header(req, "X-Correlation-ID");
    char made[GAME_UUID_SIZE];

    req->request_id = game_request_id(req->r);
    if (!id || !game_ids_is_correlation(id)) {
        game_uuid_random(made);
        id = apr_pstrcat(req->pool, "srv-", made, NULL);
    }
    req->correlation_id = id;
    apr_table_setn(out, "X-Request-Id", req->request_id);
    apr_table_setn(out, "X-Correlation-ID", id);
    game_request_note(req, "correlation-id", id);
    note_trace(req);
}

game_req_t *game_request_of(request_rec *r)
{
    game_req_t *req = ap_get_module_config(r->request_config, &game_module);

    if (req) {
        return req;
    }
    req = apr_pcalloc(r->pool, sizeof(*req));
    req->r = r;
    req->pool = r->pool;
    req->server = game_config_server(r->server);
    req->dir = game_config_dir(r);
    take_ids(req);
    ap_set_module_config(r->request_config, &game_module, req);
    return req;
}

const char *game_request_path(const game_req_t *req, const char *name)
{
    apr_size_t len = strlen(name);
    const char *at = req->route->path;
    int position = 0;

    while ((at = strchr(at, '{')) != NULL) {
        at++;
        if (!strncmp(at, name, len) && at[len] == '}') {
            return req->path[position];
        }
        position++;
    }
    return NULL;
}

const char *game_request_header(const game_req_t *req, const char *name)
{
    const char *value = apr_table_get(req->r->headers_in, name);
    apr_size_t len;

    if (!value) {
        return NULL;
    }
    while (apr_isspace(*value)) {
        value++;
    }
    len = strlen(value);
    while (len && apr_isspace(value[len - 1])) {
        len--;
    }
    return len ? apr_pstrmemdup(req->pool, value, len) : NULL;
}

void game_request_user(game_req_t *req, const char *realm,
                       const char *external, game_user_id_t *user)
{
    game_user_id(realm, external, user);
    req->user_id = apr_pstrdup(req->pool, user->id);
}

void game_request_made(game_req_t *req, const char *name, const char *id)
{
    req->audit_name = name;
    req->audit_id = apr_pstrdup(req->pool, id);
}

game_error_t *game_idempotency_check(apr_pool_t *pool, const char *key,
                                     const char *place, const char *name)
{
    game_jw_t *input;
    const char *at;

    for (at = key; *at && !apr_iscntrl(*at); at++)
        ;
    if (!*at && at - key <= KEY_MAX) {
        return NULL;
    }
    input = game_jw_make(pool);
    game_jw_string(input, NULL, key);
    return game_error_item(pool, *at ? "string_pattern_mismatch"
                                     : "string_too_long", place, name,
                           *at ? "An idempotency key has no control "
                                 "characters"
                               : "An idempotency key has at most 255 bytes",
                           game_jw_text(input, NULL));
}

game_error_t *game_request_idempotency(const game_req_t *req,
                                       const char **key)
{
    const char *name = "Idempotency-Key";

    *key = game_request_header(req, name);
    if (!*key) {
        name = "X-Idempotency-Key";
        *key = game_request_header(req, name);
    }
    return *key ? game_idempotency_check(req->pool, *key, "header", name)
                : NULL;
}

const char *game_request_digest(const game_req_t *req)
{
    const char *text = game_json_canonical(req->pool, req->body);
    unsigned char digest[32];

    game_sha256(text, strlen(text), digest);
    return game_bytea(req->pool, digest, sizeof(digest));
}

void game_request_note(game_req_t *req, const char *name, const char *value)
{
    char *env = apr_pstrcat(req->pool, "GAME_", name, NULL), *at;

    apr_table_setn(req->r->notes, apr_pstrcat(req->pool, "game-", name,
                                              NULL), value);
    for (at = env; *at; at++) {
        *at = *at == '-' ? '_' : (char)apr_toupper(*at);
    }
    apr_table_setn(req->r->subprocess_env, env, value);
}

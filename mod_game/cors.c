/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * CORS: simple requests get their headers, preflights their answer, before
 * anybody asks for a credential.
 */

#include "cors.h"

#include <string.h>

#include <apr_strings.h>

#include "response.h"

static const char cors_methods[] =
    "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

/* What a page may read beside the body. */
static const char cors_exposed[] =
    "X-Request-Id, X-Correlation-ID, Idempotent-Replayed, Retry-After, "
    "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Allow, "
    "Content-Disposition, Location, Idempotency-Replayed";

static int listed(const apr_array_header_t *origins, const char *origin)
{
    int i;

    for (i = 0; i < origins->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(origins, i, const char *), origin)) {
            return 1;
        }
    }
    return 0;
}

static int method_known(const char *method)
{
    apr_size_t len = strlen(method);
    const char *at = strstr(cors_methods, method);

    return len && at && (at[len] == ',' || at[len] == '\0')
        && (at == cors_methods || at[-1] == ' ');
}

static int preflight(game_req_t *req, int known, const char *method)
{
    apr_table_t *out = req->r->err_headers_out;
    const char *asked = apr_table_get(req->r->headers_in,
                                      "Access-Control-Request-Headers");
    const char *body;

    apr_table_setn(out, "Access-Control-Allow-Methods", cors_methods);
    apr_table_setn(out, "Access-Control-Max-Age", "600");
    if (known && method_known(method)) {
        if (asked) {
            apr_table_setn(out, "Access-Control-Allow-Headers", asked);
        }
        body = "OK";
    }
    else {
        body = apr_pstrcat(req->pool, "Disallowed CORS ",
                           known ? "" : "origin",
                           known || method_known(method) ? "" : ", ",
                           method_known(method) ? "" : "method", NULL);
    }
    game_response_bytes(req, strcmp(body, "OK") ? HTTP_BAD_REQUEST : HTTP_OK,
                        "text/plain; charset=utf-8", body, strlen(body));
    return 1;
}

/* Whether the origin is one of ours, or -1 when it is no question here. */
static int asked(const game_req_t *req)
{
    const char *origin = apr_table_get(req->r->headers_in, "Origin");

    return req->dir->cors && origin ? listed(req->dir->cors, origin) : -1;
}

void game_cors_headers(game_req_t *req)
{
    apr_table_t *out = req->r->err_headers_out;
    int known = asked(req);

    if (known < 0 || apr_table_get(out, "Access-Control-Allow-Credentials")) {
        return;
    }
    apr_table_setn(out, "Access-Control-Allow-Credentials", "true");
    if (known) {
        apr_table_setn(out, "Access-Control-Allow-Origin",
                       apr_table_get(req->r->headers_in, "Origin"));
        apr_table_setn(out, "Access-Control-Expose-Headers", cors_exposed);
    }
    apr_table_mergen(out, "Vary", "Origin");
}

int game_cors_answer(game_req_t *req)
{
    const char *method = apr_table_get(req->r->headers_in,
                                       "Access-Control-Request-Method");
    int known = asked(req);

    if (known < 0) {
        return 0;
    }
    game_cors_headers(req);
    return req->r->method_number == M_OPTIONS && method
         ? preflight(req, known, method) : 0;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Serves the API document and the pages that show it, at fixed paths of a
 * server with GameDocs. Pages are files of GameDocsDir; each path names its
 * file, so no other file can be asked for.
 */

#include "docs.h"

#include <string.h>

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

#include <apr_buckets.h>
#include <apr_strings.h>

#include "handler.h"
#include "openapi.h"
#include "response_file.h"

#define HTML "text/html; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define DOCUMENT "openapi.json"

typedef struct page_t {
    const char *path;
    const char *file;           /* NULL: leads to /docs */
    const char *type;
} page_t;

static const page_t pages[] = {
    { "/", NULL, NULL },
    { "/openapi.json", DOCUMENT, "application/json" },
    { "/docs", "docs.html", HTML },
    { "/docs/oauth2-redirect", "oauth2-redirect.html", HTML },
    { "/docs/docs.js", "docs.js", SCRIPT },
    { "/docs/oauth2-redirect.js", "oauth2-redirect.js", SCRIPT },
    { "/docs/swagger-ui.css", "swagger-ui.css", "text/css; charset=utf-8" },
    { "/docs/swagger-ui-bundle.js", "swagger-ui-bundle.js", SCRIPT },
    { "/docs/favicon-32x32.png", "favicon-32x32.png", "image/png" },
    { "/redocs", "redocs.html", HTML },
    { "/redocs/redocs.js", "redocs.js", SCRIPT },
    { "/redocs/redoc.standalone.js", "redoc.standalone.js", SCRIPT }
};
#define PAGES (sizeof(pages) / sizeof(pages[0]))

static const page_t *page_of(const request_rec *r)
{
    const game_server_conf_t *conf = game_config_server(r->server);
    unsigned i;

    if (!conf->document) {
        return NULL;
    }
    for (i = game_conf_docs(conf) == GAME_DOCS_BESIDE; i < PAGES; i++) {
        if (!strcmp(pages[i].path, r->uri)) {
            return &pages[i];
        }
    }
    return NULL;
}

/* ---- headers ---- */

/* Origins that the pages call when a reader tries the API or signs in. */
static const char *callees(request_rec *r, const game_server_conf_t *conf)
{
    const char *list = "", *origin;
    int i;

    for (i = 0; conf->openapi_servers && i < conf->openapi_servers->nelts;
         i += 2) {
        origin = game_openapi_origin(r->pool,
            APR_ARRAY_IDX(conf->openapi_servers, i, const char *));
        if (origin) {
            list = apr_pstrcat(r->pool, list, " ", origin, NULL);
        }
    }
    origin = game_openapi_origin(r->pool, conf->oauth_token
                                 ? conf->oauth_token
                                 : conf->api->token_issuer);
    return origin ? apr_pstrcat(r->pool, list, " ", origin, NULL) : list;
}

/* Scripts are files of this server, all of them. Styles are made by these
 * scripts as they run, so their text cannot be listed. */
static void guard_page(request_rec *r, const page_t *page)
{
    const char *policy;

    if (strcmp(page->type, HTML)) {
        return;
    }
    policy = apr_pstrcat(r->pool,
        "default-src 'none'; script-src 'self'; style-src 'self' "
        "'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "worker-src 'self' blob:; connect-src 'self'",
        callees(r, game_config_server(r->server)),
        "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        NULL);

    apr_table_setn(r->headers_out, "Content-Security-Policy", policy);
    apr_table_setn(r->headers_out, "Referrer-Policy", "no-referrer");
}

/* ---- answers ---- */

static int send_document(request_rec *r, const page_t *page)
{
    const game_document_t *document
        = game_config_server(r->server)->document;
    apr_bucket_brigade *bb;
    int status;

    ap_set_content_type(r, page->type);
    apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->headers_out, "ETag", document->etag);
    status = ap_meets_conditions(r);
    if (status != OK) {
        return status;
    }
    ap_set_content_length(r, (apr_off_t)document->len);
    bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    APR_BRIGADE_INSERT_TAIL(bb,
        apr_bucket_immortal_create(document->text, document->len,
                                   r->connection->bucket_alloc));
    return game_file_pass(r, bb);
}

static int send_file(request_rec *r, const page_t *page)
{
    game_file_t file = {
        .path = apr_pstrcat(r->pool,
                            game_conf_docs_dir(game_config_server(r->server)),
                            "/", page->file, NULL),
        .type = page->type, .cache = "no-cache"
    };

    guard_page(r, page);
    return game_file_send(r, &file);
}

static int lead(request_rec *r)
{
    apr_table_setn(r->headers_out, "Location", "/docs");
    r->status = HTTP_TEMPORARY_REDIRECT;
    ap_set_content_length(r, 0);
    return OK;
}

static int handler(request_rec *r)
{
    const page_t *page = page_of(r);
    int status;

    if (!page) {
        return DECLINED;
    }
    status = game_file_method(r);
    if (status != DECLINED) {
        return status;
    }
    if (!page->file) {
        return lead(r);
    }
    return strcmp(page->file, DOCUMENT) ? send_file(r, page)
                                        : send_document(r, page);
}

/* As for the API: neither a name nor a directory walk. */
static int translate(request_rec *r)
{
    if (!page_of(r)) {
        return DECLINED;
    }
    r->filename = apr_pstrcat(r->pool, GAME_NO_FILE, r->uri, NULL);
    return OK;
}

void game_docs_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_translate_name(translate, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Artifacts. Who may have the bytes is decided here; to send them is the
 * work of httpd's default handler.
 */

#include "artifacts.h"

#include <string.h>

#include <http_protocol.h>

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "../db.h"
#include "../response.h"
#include "campaign_caller.h"
#include "campaign_errors.h"

#define ENTRY_POINT "index.html"
/* content addresses: what is there stays as it is; only who may ask has it */
#define CACHED "private, max-age=31536000, immutable"

/* Columns of campaign_artifact_get. */
enum { ARTIFACT, TYPE, URI, HASH, SIZE, FILENAME };

static game_error_t *read_artifact(game_req_t *req,
                                   const game_campaign_caller_t *caller,
                                   const game_rows_t **rows)
{
    game_error_t *err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_ARTIFACT_GET,
                                    rows, caller->tenant,
                                    game_bind_bool(caller->all),
                                    game_request_path(req, "artifactId"));

    return err || (*rows)->count ? err
        : game_campaign_error(req->pool, "ARTIFACT_NOT_FOUND", NULL,
                              "the artifact does not exist");
}

game_error_t *game_artifacts_get(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    err = read_artifact(req, &caller, &rows);
    return err ? err : game_response_raw(req, HTTP_OK,
                                         game_cell(rows, 0, ARTIFACT));
}

/* ---- content ---- */

static game_error_t *gone(game_req_t *req)
{
    return game_campaign_error(req->pool, "ARTIFACT_GONE", NULL,
                               "the content of the artifact is gone");
}

/* Names come from skills, which may have them from others. */
static const char *disposition(apr_pool_t *pool, const char *filename)
{
    char *name = apr_pstrdup(pool, filename ? filename : ""), *at;

    for (at = name; *at; at++) {
        if (!apr_isalnum(*at) && !strchr("._-", *at)) {
            *at = '_';
        }
    }
    return *name ? apr_pstrcat(pool, "attachment; filename=\"", name, "\"",
                               NULL) : "attachment";
}

static game_error_t *send_file(game_req_t *req, const char *path,
                               const char *filename)
{
    request_rec *r = req->r;
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_MIN, req->pool) != APR_SUCCESS
        || info.filetype != APR_REG) {
        return gone(req);
    }
    r->finfo = info;
    r->filename = apr_pstrdup(req->pool, path);
    r->handler = "default-handler";
    ap_set_content_type(r, game_store_type(game_store_ext(req->pool, path)));
    apr_table_setn(r->headers_out, "Cache-Control", CACHED);
    apr_table_setn(r->headers_out, "Content-Disposition",
                   disposition(req->pool, filename));
    apr_table_setn(r->err_headers_out, "X-Content-Type-Options", "nosniff");
    req->filed = 1;
    return NULL;
}

/* A tree is served where its own links lead: below the asset base. */
static game_error_t *lead(game_req_t *req, const char *uri)
{
    const char *place = apr_pstrcat(req->pool, uri, ENTRY_POINT, NULL);
    const char *body = "{\"detail\":\"see Location\"}";

    apr_table_setn(req->r->headers_out, "Location", place);
    game_response_bytes(req, HTTP_MOVED_TEMPORARILY, "application/json",
                        body, strlen(body));
    return NULL;
}

game_error_t *game_artifacts_content(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    const char *uri, *path;
    game_error_t *err;
    int is_tree;

    game_campaign_caller(req, &caller);
    err = read_artifact(req, &caller, &rows);
    if (err) {
        return err;
    }
    uri = game_cell(rows, 0, URI);
    is_tree = *uri && uri[strlen(uri) - 1] == '/';
    if (game_store_resolve(req->pool, caller.campaigns->store, is_tree
                           ? apr_pstrcat(req->pool, uri, ENTRY_POINT, NULL)
                           : uri, &path) != GAME_URI_LOCAL) {
        return gone(req);
    }
    return is_tree ? lead(req, uri)
                   : send_file(req, path, game_cell(rows, 0, FILENAME));
}

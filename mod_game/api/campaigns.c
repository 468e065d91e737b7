/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading campaigns. Resources come from the database as JSON; a manifest is
 * a file of the store and is sent as it is.
 */

#include "campaigns.h"

#include <apr_strings.h>

#include "../response.h"
#include "../response_file.h"
#include "campaign_errors.h"
#include "campaigns_int.h"
#include "page.h"

/* How long a manifest is taken as it is before it is asked for again. */
#define MANIFEST_CACHE "public, max-age=60"

/* ---- schemas ---- */

static const char *const statuses[] = {
    "draft", "generating", "live", "failed", "archived", NULL
};

static const char *const orderings[] = {
    "createdAt", "-createdAt", "updatedAt", "-updatedAt", "name", "-name",
    "status", "-status", "templateId", "-templateId", "id", "-id", NULL
};

static const game_field_t list_fields[] = {
    { .name = "status", .type = GAME_STRING, .choices = statuses,
      .about = "Campaigns in this state." },
    { .name = "templateId", .type = GAME_STRING,
      .about = "Campaigns of this template." },
    { .name = "search", .type = GAME_STRING,
      .about = "A part of the name, in any case." },
    GAME_TENANT_FIELD,
    GAME_NEWEST_FIELD(orderings, "-createdAt"),
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("10"),
    { .name = NULL }
};

const game_schema_t game_campaigns_list_query = {
    .name = "CampaignListQuery", .fields = list_fields
};

static const char *const run_orderings[] = {
    "createdAt", "-createdAt", "updatedAt", "-updatedAt", "startedAt",
    "-startedAt", "completedAt", "-completedAt", "durationMs",
    "-durationMs", "status", "-status", "id", "-id", NULL
};

static const game_field_t runs_fields[] = {
    GAME_NEWEST_FIELD(run_orderings, "-createdAt"),
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("10"),
    { .name = NULL }
};

const game_schema_t game_campaigns_runs_query = {
    .name = "CampaignRunListQuery", .fields = runs_fields
};

/* ---- reading ---- */

game_error_t *game_campaigns_missing(const game_req_t *req)
{
    return game_campaign_error(req->pool, "CAMPAIGN_NOT_FOUND", NULL,
                               "the campaign does not exist");
}

const char *game_campaigns_query(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->query, name));
}

game_error_t *game_campaigns_read(game_req_t *req,
                                  game_campaign_caller_t *caller,
                                  const game_rows_t **rows)
{
    game_error_t *err;

    game_campaign_caller(req, caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_GET, rows, caller->tenant,
                      game_bind_bool(caller->all),
                      game_request_path(req, "campaignId"));
    return err || (*rows)->count ? err : game_campaigns_missing(req);
}

game_error_t *game_campaigns_list(game_req_t *req)
{
    const char *filters[] = {
        game_campaigns_query(req, "status"),
        game_campaigns_query(req, "templateId"),
        game_campaigns_query(req, "search")
    };

    return game_campaign_list(req, GAME_SQL_CAMPAIGN_LIST, filters, 3);
}

game_error_t *game_campaigns_get(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err = game_campaigns_read(req, &caller, &rows);

    return err ? err
         : game_response_raw(req, HTTP_OK,
                             game_cell(rows, 0, GAME_CAMPAIGN_JSON));
}

game_error_t *game_campaigns_runs(game_req_t *req)
{
    const char *filters[] = { game_request_path(req, "campaignId") };

    return game_campaign_list(req, GAME_SQL_CAMPAIGN_RUNS, filters, 1);
}

/* ---- the manifest ---- */

enum {
    MANIFEST_ID, MANIFEST_URI, MANIFEST_HASH, MANIFEST_CHECKSUM,
    MANIFEST_SERVED, MANIFEST_BUNDLE
};

static game_error_t *send_manifest(game_req_t *req, const char *path,
                                   const game_rows_t *rows)
{
    game_file_t file = {
        .path = path, .type = "application/json",
        .etag = apr_pstrcat(req->pool, "\"",
                            game_cell(rows, 0, MANIFEST_CHECKSUM), "\"",
                            NULL),
        .cache = game_cell_true(rows, 0, MANIFEST_SERVED) ? MANIFEST_CACHE
                                                          : "no-store"
    };

    /* a copy for no origin is none for a page of another */
    if (req->dir->cors) {
        apr_table_mergen(req->r->err_headers_out, "Vary", "Origin");
    }
    req->answered = 1;
    req->status = game_file_send(req->r, &file);
    return NULL;
}

game_error_t *game_campaigns_manifest(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    const char *path;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_MANIFEST, &rows, caller.tenant,
                      game_bind_bool(caller.all),
                      game_request_path(req, "campaignId"));
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_campaigns_missing(req);
    }
    if (game_store_resolve(req->pool, caller.campaigns->store,
                           game_cell(rows, 0, MANIFEST_URI), &path)
        != GAME_URI_LOCAL) {
        err = game_campaign_error(req->pool, "ARTIFACT_GONE", NULL,
                                  "the manifest is not there any more");
        err->log = "a live manifest is not in the store";
        return err;
    }
    return send_manifest(req, path, rows);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Runs: made, listed, shown. What a run is made of is campaign_start.c's.
 */

#include "runs.h"

#include <string.h>

#include <apr_strings.h>

#include "../response.h"
#include "campaign_errors.h"
#include "page.h"
#include "runs_int.h"

static const game_field_t create_fields[] = {
    { "workflowName", GAME_STRING, GAME_REQUIRED, 1, 255, NULL, NULL, NULL,
      NULL, "As GET /workflows lists it." },
    { "workflowVersion", GAME_STRING, GAME_NULLABLE, 1, 50, NULL, NULL, NULL,
      NULL, "Without one it is the highest." },
    { "triggerPayload", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      NULL, "What the steps read." },
    { NULL }
};

const game_schema_t game_runs_create_body = {
    "RunCreate", create_fields, NULL
};

static const char *const statuses[] = {
    "queued", "running", "completed", "failed", "cancelled", NULL
};
static const char *const types[] = { "initial", "update", NULL };
static const char *const orders[] = {
    "createdAt", "-createdAt", "updatedAt", "-updatedAt", "startedAt",
    "-startedAt", "completedAt", "-completedAt", "durationMs", "-durationMs",
    "status", "-status", "workflowName", "-workflowName", "triggerType",
    "-triggerType", "id", "-id", NULL
};

static const game_field_t list_fields[] = {
    { "status", GAME_STRING, 0, 0, 0, NULL, statuses, NULL, NULL,
      "Only those in this state." },
    { "workflowName", GAME_STRING, 0, 1, 255, NULL, NULL, NULL, NULL,
      "Only those of this workflow." },
    { "campaignId", GAME_STRING, 0, 1, 255, NULL, NULL, NULL, NULL,
      "Only those with this campaign_id in their payload." },
    { "triggerType", GAME_STRING, 0, 0, 0, NULL, types, NULL, NULL,
      "Only those made from scratch, or only those of changes." },
    { "ordering", GAME_STRING, 0, 0, 0, NULL, orders, NULL,
      "\"-createdAt\"", "What to order by; a minus in front reverses it." },
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("10"),
    GAME_TENANT_FIELD,
    { NULL }
};

const game_schema_t game_runs_list_query = {
    "RunListQuery", list_fields, NULL
};

/* ---- shared ---- */

const char *game_run_asked(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->query, name));
}

game_error_t *game_run_missing(game_req_t *req)
{
    return game_campaign_error(req->pool, "RUN_NOT_FOUND", NULL,
                               "the run does not exist");
}

game_error_t *game_run_read(game_req_t *req, game_sql_e statement,
                            const game_rows_t **rows, int count,
                            const char *const *more)
{
    const char *values[3 + GAME_RUN_MORE];
    game_campaign_caller_t caller;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    values[0] = caller.tenant;
    values[1] = game_bind_bool(caller.all);
    values[2] = game_request_path(req, "runId");
    if (count) {
        memcpy(values + 3, more, (apr_size_t)count * sizeof(*more));
    }
    err = game_db_run(req, statement, rows, 3 + count, values);
    return err || (*rows)->count ? err : game_run_missing(req);
}

static void write_update(game_jw_t *jw,
                         const game_campaign_started_t *started)
{
    game_jw_string(jw, "baseRunId", started->base_run_id);
    game_jw_value(jw, "expectedReusedSteps", started->reused);
    game_jw_value(jw, "expectedRerunSteps", started->rerun);
}

game_error_t *game_run_started(game_req_t *req,
                               const game_campaign_started_t *started)
{
    game_jw_t *jw = game_jw_make(req->pool);
    apr_table_t *headers = req->r->headers_out;

    game_jw_object(jw, NULL);
    game_jw_string(jw, "runId", started->run_id);
    game_jw_string(jw, "status",
                   game_json_member_text(started->run, "status"));
    game_jw_string(jw, "message", started->replayed
                   ? "run accepted before" : "run accepted");
    game_jw_string(jw, "workflowName",
                   game_json_member_text(started->run, "workflowName"));
    game_jw_string(jw, "workflowVersion",
                   game_json_member_text(started->run, "workflowVersion"));
    game_jw_string(jw, "createdAt",
                   game_time_z(req->pool, started->created_at));
    if (started->base_run_id) {
        write_update(jw, started);
    }
    game_jw_end(jw);
    apr_table_setn(headers, "Location",
                   apr_pstrcat(req->pool, game_conf_base(req->dir), "/runs/",
                               started->run_id, NULL));
    if (started->replayed) {
        apr_table_setn(headers, "Idempotency-Replayed", "true");
    }
    return game_response_json(req, started->replayed ? HTTP_OK
                                                     : HTTP_ACCEPTED, jw);
}

/* ---- handlers ---- */

game_error_t *game_runs_create(game_req_t *req)
{
    const char *name = game_json_string(game_json_member(req->body,
                                                         "workflowName"));
    const char *version = game_json_string(
        game_json_member(req->body, "workflowVersion"));
    const game_json_t *payload = game_json_member(req->body,
                                                  "triggerPayload");
    game_campaign_start_t what = {
        .place = "\"body\",\"triggerPayload\""
    };
    game_campaign_caller_t caller;
    game_campaign_started_t started;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    what.workflow = game_workflow_find(caller.campaigns->workflows, name,
                                       version);
    if (!what.workflow) {
        return game_campaign_error(req->pool, "WORKFLOW_NOT_FOUND", NULL,
                                   "there is no such workflow");
    }
    what.payload = game_json_is_null(payload) ? NULL : payload;
    err = game_campaign_start(req, &caller, &what, &started);
    return err ? err : game_run_started(req, &started);
}

game_error_t *game_runs_list(game_req_t *req)
{
    const char *filters[] = {
        game_run_asked(req, "status"), game_run_asked(req, "workflowName"),
        game_run_asked(req, "campaignId"), game_run_asked(req, "triggerType")
    };

    return game_campaign_list(req, GAME_SQL_CAMPAIGN_RUN_LIST, filters, 4);
}

game_error_t *game_runs_get(game_req_t *req)
{
    const game_rows_t *rows;
    game_error_t *err = game_run_read(req, GAME_SQL_CAMPAIGN_RUN_GET, &rows,
                                      0, NULL);

    return err ? err : game_response_raw(req, HTTP_OK,
                                         game_cell(rows, 0, 0));
}

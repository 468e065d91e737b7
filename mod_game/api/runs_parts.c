/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What a run has: its steps, its artifacts, what the cache did for it, its
 * context.
 */

#include "runs.h"

#include "../response.h"
#include "campaign_caller.h"
#include "runs_int.h"

static const char *const statuses[] = {
    "pending", "running", "skipped", "completed", "failed", NULL
};

static const game_field_t steps_fields[] = {
    { "status", GAME_STRING, 0, 0, 0, NULL, statuses, NULL, NULL,
      "Only those in this state." },
    GAME_TENANT_FIELD,
    { NULL }
};

const game_schema_t game_runs_steps_query = {
    "RunStepsQuery", steps_fields, NULL
};

static const game_field_t artifacts_fields[] = {
    { "stepId", GAME_STRING, 0, 1, 255, NULL, NULL, NULL, NULL,
      "Only those of this step." },
    { "type", GAME_STRING, 0, 1, 100, NULL, NULL, NULL, NULL,
      "Only those of this type, as audio/bgm." },
    GAME_TENANT_FIELD,
    { NULL }
};

const game_schema_t game_runs_artifacts_query = {
    "RunArtifactsQuery", artifacts_fields, NULL
};

/* ---- lists ---- */

/* Answer a row of a run's id and a list. */
static game_error_t *answer_list(game_req_t *req, const game_rows_t *rows,
                                 const char *name)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "runId", game_cell(rows, 0, 0));
    game_jw_raw(jw, name, game_cell(rows, 0, 1));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_runs_steps(game_req_t *req)
{
    const char *more[] = { game_run_asked(req, "status") };
    const game_rows_t *rows;
    game_error_t *err = game_run_read(req, GAME_SQL_CAMPAIGN_RUN_STEPS,
                                      &rows, 1, more);

    return err ? err : answer_list(req, rows, "steps");
}

game_error_t *game_runs_artifacts(game_req_t *req)
{
    const char *more[] = {
        game_run_asked(req, "stepId"), game_run_asked(req, "type")
    };
    const game_rows_t *rows;
    game_error_t *err = game_run_read(req, GAME_SQL_CAMPAIGN_RUN_ARTIFACTS,
                                      &rows, 2, more);

    return err ? err : answer_list(req, rows, "artifacts");
}

/* ---- documents ---- */

game_error_t *game_runs_analysis(game_req_t *req)
{
    const game_rows_t *rows;
    game_error_t *err = game_run_read(req, GAME_SQL_CAMPAIGN_RUN_ANALYSIS,
                                      &rows, 0, NULL);

    return err ? err : game_response_raw(req, HTTP_OK,
                                         game_cell(rows, 0, 0));
}

/* jsonb keeps no order: the members are written in that of the document. */
static void write_members(game_jw_t *jw, const game_json_t *object,
                          const char *const *names)
{
    const game_json_t *value;

    for (; *names; names++) {
        value = game_json_member(object, *names);
        if (value) {
            game_jw_value(jw, *names, value);
        }
    }
}

static void write_context(game_jw_t *jw, const game_json_t *context)
{
    static const char *const first[] = {
        "campaignId", "runId", "workflowName", NULL
    };
    static const char *const trigger[] = {
        "type", "payload", "timestamp", "initiatedBy", NULL
    };
    static const char *const last[] = {
        "refs", "artifacts", "computed", NULL
    };

    game_jw_object(jw, NULL);
    write_members(jw, context, first);
    game_jw_object(jw, "trigger");
    write_members(jw, game_json_member(context, "trigger"), trigger);
    game_jw_end(jw);
    write_members(jw, context, last);
    game_jw_end(jw);
}

game_error_t *game_runs_context(game_req_t *req)
{
    const game_rows_t *rows;
    game_error_t *err = game_run_read(req, GAME_SQL_CAMPAIGN_RUN_CONTEXT,
                                      &rows, 0, NULL);
    game_jw_t *jw;

    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    write_context(jw, game_campaign_parse(req->pool, game_cell(rows, 0, 0)));
    return game_response_json(req, HTTP_OK, jw);
}

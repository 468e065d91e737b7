/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Workflows: listed, shown, triggered. They are what this server has loaded;
 * no database is asked.
 */

#include "workflows.h"

#include "../response.h"
#include "campaign_errors.h"
#include "change.h"
#include "runs_int.h"

static const game_field_t get_fields[] = {
    { "version", GAME_STRING, 0, 1, 50, NULL, NULL, NULL, NULL,
      "Without one it is the highest." },
    { NULL }
};

const game_schema_t game_workflows_get_query = {
    "WorkflowQuery", get_fields, NULL
};

const game_schema_t game_workflows_trigger_body = {
    "TriggerPayload", NULL, NULL
};

static const game_field_t alias_fields[] = {
    { "base_run_id", GAME_UUID, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "The run that is to be changed." },
    { NULL }
};

static const game_schema_t alias_body = {
    "TriggerUpdate", alias_fields, NULL
};

static game_error_t *missing(game_req_t *req)
{
    return game_campaign_error(req->pool, "WORKFLOW_NOT_FOUND", NULL,
                               "there is no such workflow");
}

/* ---- shown ---- */

/* Administrators see as well what was refused when the server started. */
static void write_refused(game_jw_t *jw, const game_workflows_t *workflows)
{
    int i;

    game_jw_array(jw, "refused");
    for (i = 0; i < workflows->faults->nelts; i++) {
        const game_fault_t *fault = APR_ARRAY_IDX(workflows->faults, i,
                                                  game_fault_t *);

        game_jw_object(jw, NULL);
        game_jw_string(jw, "code", fault->code);
        game_jw_string(jw, "message", fault->message);
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

game_error_t *game_workflows_list(game_req_t *req)
{
    const game_workflows_t *workflows
        = game_campaigns_of(req->r->server)->workflows;
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    game_jw_object(jw, NULL);
    game_jw_array(jw, "workflows");
    for (i = 0; i < workflows->list->nelts; i++) {
        const game_workflow_t *workflow
            = APR_ARRAY_IDX(workflows->list, i, const game_workflow_t *);

        game_jw_object(jw, NULL);
        game_jw_string(jw, "name", workflow->name);
        game_jw_string(jw, "version", workflow->version);
        game_jw_int(jw, "stepCount", workflow->steps);
        game_jw_string(jw, "description", workflow->description);
        game_jw_end(jw);
    }
    game_jw_end(jw);
    if (game_is_admin(req->who)) {
        write_refused(jw, workflows);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

static void write_step(game_jw_t *jw, const game_workflow_t *workflow,
                       const game_step_def_t *step)
{
    int i;

    game_jw_object(jw, NULL);
    game_jw_string(jw, "stepId", step->id);
    game_jw_string(jw, "skillId", step->skill);
    game_jw_array(jw, "dependsOn");
    for (i = 0; i < step->depends; i++) {
        game_jw_string(jw, NULL, workflow->step[step->depends_on[i]].id);
    }
    game_jw_end(jw);
    game_jw_object(jw, "cachePolicy");
    game_jw_bool(jw, "enabled", step->cache);
    game_jw_string(jw, "scope", step->cache_run_only ? "run_only"
                                                     : "global");
    game_jw_end(jw);
    game_jw_object(jw, "retryPolicy");
    game_jw_int(jw, "maxAttempts", step->max_attempts);
    game_jw_int(jw, "backoffMs", step->backoff_ms);
    game_jw_end(jw);
    game_jw_end(jw);
}

game_error_t *game_workflows_get(game_req_t *req)
{
    const game_workflow_t *workflow = game_workflow_find(
        game_campaigns_of(req->r->server)->workflows,
        game_request_path(req, "name"), game_run_asked(req, "version"));
    game_jw_t *jw;
    int i;

    if (!workflow) {
        return missing(req);
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "name", workflow->name);
    game_jw_string(jw, "version", workflow->version);
    game_jw_string(jw, "description", workflow->description);
    game_jw_array(jw, "steps");
    for (i = 0; i < workflow->steps; i++) {
        write_step(jw, workflow, &workflow->step[workflow->declared[i]]);
    }
    game_jw_end(jw);
    game_jw_value(jw, "changeRequestMappings",
                  game_change_mappings(req->pool, workflow));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* ---- triggered ---- */

static game_error_t *trigger_update(game_req_t *req,
                                    const game_campaign_caller_t *caller,
                                    const char *type,
                                    game_campaign_started_t *started)
{
    game_check_t *check = game_check_make(req->pool);
    game_campaign_change_t asked = { .type = type, .place = "\"body\"" };
    game_json_t *payload;
    game_error_t *err;

    game_check_body(check, &alias_body, req->body);
    err = game_check_error(check);
    if (err) {
        return err;
    }
    payload = game_json_copy(req->pool, req->body);
    game_json_remove(payload, "base_run_id");
    asked.base = game_json_string(game_json_member(req->body,
                                                   "base_run_id"));
    asked.payload = payload;
    return game_campaign_update(req, caller, &asked, started);
}

game_error_t *game_workflows_trigger(game_req_t *req)
{
    const char *name = game_request_path(req, "name");
    const char *type = game_change_alias(name);
    game_campaign_start_t what = {
        .payload = req->body, .place = "\"body\""
    };
    game_campaign_caller_t caller;
    game_campaign_started_t started;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    what.workflow = game_workflow_find(caller.campaigns->workflows, name,
                                       NULL);
    if (!what.workflow && !type) {
        return missing(req);
    }
    err = what.workflow ? game_campaign_start(req, &caller, &what, &started)
                        : trigger_update(req, &caller, type, &started);
    return err ? err : game_run_started(req, &started);
}

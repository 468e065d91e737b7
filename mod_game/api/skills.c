/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A skill that an administrator executes, and the step cache that a caller
 * empties.
 */

#include "skills.h"

#include "../db.h"
#include "../response.h"
#include "campaign_caller.h"
#include "campaign_errors.h"

#define SECONDS 30              /* of a request; workers take longer */

const game_schema_t game_skills_execute_body = { "SkillInput", NULL, NULL };

static const game_field_t cache_fields[] = {
    { "workflowName", GAME_STRING, GAME_REQUIRED, 1, 255, NULL, NULL, NULL,
      NULL, "Whose steps are to be done anew." },
    { "stepId", GAME_STRING, 0, 1, 255, NULL, NULL, NULL, NULL,
      "This step alone." },
    GAME_TENANT_FIELD,
    { NULL }
};

const game_schema_t game_skills_cache_query = {
    "StepCacheQuery", cache_fields, NULL
};

/* ---- executing ---- */

static int has_left(void *r)
{
    return ((request_rec *)r)->connection->aborted;
}

static void write_artifact(game_jw_t *jw, const game_artifact_t *artifact)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "artifact_type", artifact->type);
    game_jw_string(jw, "uri", artifact->uri);
    game_jw_string(jw, "content_hash", artifact->content_hash);
    game_jw_value(jw, "metadata", artifact->metadata);
    game_jw_end(jw);
}

static game_error_t *answer_result(game_req_t *req,
                                   const game_fault_t *fault,
                                   const game_skill_result_t *result)
{
    const apr_array_header_t *artifacts = fault ? NULL : result->artifacts;
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    game_jw_object(jw, NULL);
    game_jw_bool(jw, "ok", fault == NULL);
    if (fault) {
        game_jw_null(jw, "data");
    }
    else {
        game_jw_value(jw, "data", result->data);
    }
    game_jw_string(jw, "error", fault ? fault->message : NULL);
    game_jw_string(jw, "error_code", fault ? fault->code : NULL);
    game_jw_array(jw, "artifacts");
    for (i = 0; artifacts && i < artifacts->nelts; i++) {
        write_artifact(jw, &APR_ARRAY_IDX(artifacts, i, game_artifact_t));
    }
    game_jw_end(jw);
    game_jw_value(jw, "debug", result->debug);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* 422 as a trigger's: each issue with its place. */
static game_error_t *check_input(game_req_t *req, const game_skill_t *skill,
                                 const game_skill_env_t *env)
{
    apr_array_header_t *issues = apr_array_make(req->pool, 4,
                                                sizeof(game_issue_t));
    game_json_t *full;

    skill->check(req->pool, env, req->body, issues, &full);
    return game_campaign_issues(req->pool, "\"body\"", req->body, issues);
}

game_error_t *game_skills_execute(game_req_t *req)
{
    const char *id = game_request_path(req, "skillId");
    const game_skill_t *skill = game_skill_find(id);
    const game_skill_env_t *env = game_campaigns_of(req->r->server)->env;
    game_skill_call_t call = {
        .pool = req->pool, .env = env, .stopped = has_left, .baton = req->r
    };
    game_skill_result_t result;
    game_fault_t *fault;
    game_error_t *err;

    if (!skill) {
        return game_campaign_error(req->pool, "SKILL_NOT_FOUND", NULL,
                                   "there is no such skill");
    }
    err = check_input(req, skill, env);
    if (err) {
        return err;
    }
    fault = game_store_open(req->pool, env->store);
    if (fault) {
        return game_error_internal(req->pool, "%s", fault->message);
    }
    call.now = apr_time_now();
    call.deadline = call.now + apr_time_from_sec(SECONDS);
    fault = game_skill_execute(&call, id, req->body, &result);
    return answer_result(req, fault, &result);
}

/* ---- the cache ---- */

game_error_t *game_skills_cache_delete(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err;
    game_jw_t *jw;

    game_campaign_caller(req, &caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_CACHE_DELETE, &rows,
                      caller.tenant, game_bind_bool(caller.all),
                      game_json_string(game_json_member(req->query,
                                                        "workflowName")),
                      game_json_string(game_json_member(req->query,
                                                        "stepId")));
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_int(jw, "deleted", game_cell_int(rows, 0, 0));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

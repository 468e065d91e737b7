/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making runs. A payload that some step would refuse makes none: inputs are
 * made by the workflow's own selectors, as far as they read nothing of
 * earlier steps, and checked by the skills themselves.
 */

#include "campaign_start_int.h"

#include <string.h>

#include <apr_strings.h>

#include "api/campaign_errors.h"
#include "canon.h"
#include "context.h"
#include "datetime.h"
#include "db.h"
#include "trigger.h"

#define STORED_DEPTH 64         /* of what the database keeps */

/* ---- checking ---- */

/* Whether a selector reads an earlier step. */
static int is_open(apr_pool_t *pool, const game_json_t *selector)
{
    apr_array_header_t *steps = apr_array_make(pool, 2, sizeof(char *));

    game_select_steps(selector, steps);
    return steps->nelts != 0;
}

/* The input of a step without the members that earlier steps give. */
static game_json_t *known_input(apr_pool_t *pool, const game_step_def_t *step,
                                const game_json_t *payload)
{
    game_select_t from = { .trigger = payload };
    game_json_t *input = game_json_new_object(pool), *value;
    const game_json_t *selector;
    const char *name = NULL;

    from.outputs = apr_array_make(pool, 1, sizeof(game_select_output_t));
    while ((selector = game_json_next(step->input_selector, &name)) != NULL) {
        if (!is_open(pool, selector)
            && !game_select_value(pool, &from, selector, &value) && value) {
            game_json_set(input, name, value);
        }
    }
    return input;
}

/* Whether an issue is about what a path leads to, or about what holds it. */
static int is_said(const apr_array_header_t *issues, const char *path)
{
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const char *said = APR_ARRAY_IDX(issues, i, game_issue_t).path;
        apr_size_t len = strlen(said);

        if (!strncmp(said, path, len) && (!path[len] || path[len] == '.')) {
            return 1;
        }
    }
    return 0;
}

/* A campaign without a name has its id as one, of which enough is said. */
static int is_of_id(const apr_array_header_t *issues,
                    const game_issue_t *issue)
{
    return !strcmp(issue->path, "campaign_name") && issue->type
        && !strcmp(issue->type, "missing") && is_said(issues, "campaign_id");
}

static void check_step(apr_pool_t *pool, const game_skill_env_t *env,
                       const game_step_def_t *step,
                       const game_json_t *payload, apr_array_header_t *issues)
{
    const game_skill_t *skill = game_skill_find(step->skill);
    apr_array_header_t *found = apr_array_make(pool, 4, sizeof(game_issue_t));
    game_json_t *full;
    const char *path;
    int i;

    if (!skill) {
        return;                 /* no workflow is loaded with such a one */
    }
    skill->check(pool, env, known_input(pool, step, payload), found, &full);
    if (!found->nelts && skill->foresee) {
        skill->foresee(pool, env, full, found);
    }
    for (i = 0; i < found->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(found, i, game_issue_t);

        path = game_select_origin(pool, step->input_selector,
                                  issue->path);
        if (path && !is_said(issues, path) && !is_of_id(issues, issue)) {
            game_issue_add(issues, path, issue->code, issue->message,
                           issue->type);
        }
    }
}

void game_campaign_check(game_req_t *req, const game_campaigns_t *campaigns,
                         const game_workflow_t *workflow,
                         const game_json_t *payload,
                         apr_array_header_t *issues)
{
    int i;

    game_trigger_check(req->pool, payload, issues);
    if (!game_json_is(payload, GAME_JSON_OBJECT)) {
        return;
    }
    for (i = 0; i < workflow->steps; i++) {
        check_step(req->pool, campaigns->env, &workflow->step[i], payload,
                   issues);
    }
}

/* ---- writing ---- */

/* The rows of a plan as campaigns.run_create reads them. */
static const char *steps_text(apr_pool_t *pool,
                              const game_campaign_plan_t *plan)
{
    game_jw_t *jw = game_jw_make(pool);
    int i, k;

    game_jw_array(jw, NULL);
    for (i = 0; plan->workflow && i < plan->workflow->steps; i++) {
        const game_plan_row_t *row = &plan->rows[i];

        game_jw_object(jw, NULL);
        game_jw_string(jw, "stepId", row->step->id);
        game_jw_string(jw, "skillId", row->step->skill);
        game_jw_array(jw, "dependsOn");
        for (k = 0; k < row->step->depends; k++) {
            int place = row->step->depends_on[k];

            game_jw_string(jw, NULL, plan->workflow->step[place].id);
        }
        game_jw_end(jw);
        game_jw_string(jw, "inputHash", row->input_hash);
        game_jw_bool(jw, "cached", row->step->cache);
        game_jw_bool(jw, "reused", row->base != NULL);
        game_jw_end(jw);
    }
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

const char *game_campaign_request_hash(apr_pool_t *pool, const char *what,
                                       const char *of,
                                       const game_json_t *payload)
{
    game_json_t *all = game_json_new_object(pool);
    char *hash = apr_palloc(pool, GAME_HASH_SIZE);

    game_json_set_string(pool, all, "what", what);
    game_json_set_string(pool, all, "of", of);
    if (payload) {
        game_json_set(all, "payload", (game_json_t *)payload);
    }
    game_canon_hash(pool, all, hash);
    return hash;
}

game_json_t *game_campaign_parse(apr_pool_t *pool, const char *text)
{
    game_json_fault_t fault;

    return text ? game_json_parse_wide(pool, text, strlen(text), STORED_DEPTH,
                                       &fault) : NULL;
}

static const char *text_or_null(apr_pool_t *pool, const game_json_t *value)
{
    return value ? game_canon_compact(pool, value) : NULL;
}

static const struct {
    const char *outcome, *code, *message;
} refusals[] = {
    { "conflict", "IDEMPOTENCY_CONFLICT",
      "the Idempotency-Key was used with another payload" },
    { "base_missing", "BASE_RUN_NOT_FOUND", "the base run does not exist" },
    { "base_incomplete", "INCOMPLETE_BASE_RUN",
      "the base run is not completed" },
    { "base_stale", "STALE_BASE_RUN",
      "a newer run of the campaign is completed: update that one" },
    { "campaign_missing", "CAMPAIGN_NOT_FOUND",
      "the campaign does not exist" },
    { "campaign_generating", "ALREADY_GENERATING",
      "a run of the campaign is under way" },
    { "campaign_state", "INVALID_STATE_TRANSITION",
      "the campaign cannot be generated in its state" },
    { "campaign_version", "VERSION_CONFLICT",
      "the campaign was changed meanwhile" },
    { "nothing", "CHANGE_NOT_APPLICABLE",
      "the change touches no step of the workflow" }
};

game_error_t *game_campaign_refusal(apr_pool_t *pool, const char *outcome)
{
    apr_size_t i;

    for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        if (!strcmp(refusals[i].outcome, outcome)) {
            return game_campaign_error(pool, refusals[i].code, NULL, "%s",
                                       refusals[i].message);
        }
    }
    return game_error_internal(pool, "campaigns.run_create: %s", outcome);
}

game_error_t *game_campaign_write(game_req_t *req,
                                  const game_campaign_caller_t *caller,
                                  const game_campaign_plan_t *plan,
                                  game_campaign_started_t *out)
{
    const char *values[16], *key, *outcome;
    const game_rows_t *rows;
    game_error_t *err = game_request_idempotency(req, &key);

    if (err) {
        return err;
    }
    values[0] = caller->tenant;
    values[1] = game_bind_bool(caller->all);
    values[2] = key;
    values[3] = plan->request_hash;
    values[4] = plan->run_id;
    values[5] = plan->workflow ? plan->workflow->name : NULL;
    values[6] = plan->workflow ? plan->workflow->version : NULL;
    values[7] = text_or_null(req->pool, plan->payload);
    values[8] = plan->base;
    values[9] = text_or_null(req->pool, plan->change);
    values[10] = plan->campaign;
    values[11] = plan->campaign_version;
    values[12] = req->who->prefix;
    values[13] = req->who->subject;
    values[14] = text_or_null(req->pool, plan->context);
    values[15] = steps_text(req->pool, plan);
    err = key ? game_db_run_keyed(req, GAME_SQL_CAMPAIGN_RUN_CREATE, &rows,
                                  16, values)
              : game_db_run(req, GAME_SQL_CAMPAIGN_RUN_CREATE, &rows, 16,
                            values);
    if (err) {
        return err;
    }
    outcome = game_cell(rows, 0, 0);
    out->replayed = !strcmp(outcome, "replay");
    if (!out->replayed && strcmp(outcome, "created")) {
        return game_campaign_refusal(req->pool, outcome);
    }
    out->run_id = game_cell(rows, 0, 1);
    out->created_at = game_cell_int(rows, 0, 2);
    out->run = game_campaign_parse(req->pool, game_cell(rows, 0, 3));
    game_request_made(req, "runId", out->run_id);
    return NULL;
}

/* ---- a run of its own ---- */

game_error_t *game_campaign_start(game_req_t *req,
                                  const game_campaign_caller_t *caller,
                                  const game_campaign_start_t *what,
                                  game_campaign_started_t *out)
{
    apr_array_header_t *issues = apr_array_make(req->pool, 4,
                                                sizeof(game_issue_t));
    game_campaign_plan_t plan = {
        .workflow = what->workflow, .campaign = what->campaign,
        .campaign_version = what->campaign_version
    };
    game_plan_from_t from = { 0 };
    game_context_start_t start = { 0 };

    memset(out, 0, sizeof(*out));
    plan.payload = game_trigger_normalize(req->pool, what->payload);
    game_campaign_check(req, caller->campaigns, what->workflow, plan.payload,
                        issues);
    if (issues->nelts) {
        return game_campaign_issues(req->pool, what->place, plan.payload,
                                    issues);
    }
    game_uuid_random(plan.run_id);
    plan.request_hash = game_campaign_request_hash(req->pool,
        apr_pstrcat(req->pool, what->workflow->name, " ",
                    what->workflow->version, NULL), what->campaign,
        plan.payload);
    from.trigger = plan.payload;
    plan.rows = game_plan_make(req->pool, what->workflow, &from);
    start.campaign_id = game_json_string(
        game_json_member(plan.payload, "campaign_id"));
    start.run_id = plan.run_id;
    start.workflow_name = what->workflow->name;
    start.payload = plan.payload;
    start.timestamp = game_datetime_millis(req->pool, apr_time_now());
    start.initiated_by = caller->tenant;
    plan.context = game_context_make(req->pool, &start);
    return game_campaign_write(req, caller, &plan, out);
}

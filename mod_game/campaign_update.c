/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Update runs (campaigns.md 2.7): what the change does not touch is taken
 * over from the base run, where its files are there still.
 */

#include "campaign_start_int.h"

#include <string.h>

#include <apr_strings.h>

#include "api/campaign_errors.h"
#include "change.h"
#include "context.h"
#include "datetime.h"
#include "db.h"
#include "trigger.h"

/* Columns of campaign_update_base. */
enum {
    BASE_OUTCOME, BASE_TENANT, BASE_WORKFLOW, BASE_VERSION, BASE_PAYLOAD,
    BASE_CAMPAIGN, BASE_CONTEXT, BASE_STEPS, BASE_ARTIFACTS
};

static game_json_t *cell_of(const game_req_t *req, const game_rows_t *rows,
                            int column)
{
    return game_campaign_parse(req->pool, game_cell(rows, 0, column));
}

static const char *text_of(const game_json_t *object, const char *name)
{
    return game_json_string(game_json_member(object, name));
}

/* ---- what is there of the base ---- */

/* Whether all files of a step's artifacts are in the store still. */
static int is_usable(const game_req_t *req, const game_store_t *store,
                     const game_json_t *artifacts, const char *step_id)
{
    apr_size_t i;

    for (i = 0; i < game_json_size(artifacts); i++) {
        const game_json_t *one = game_json_at(artifacts, i);
        const char *owner = text_of(one, "stepId");

        if (owner && !strcmp(owner, step_id)
            && !game_store_holds(req->pool, store, text_of(one, "uri"),
                                 game_json_int(game_json_member(
                                     one, "sizeBytes")))) {
            return 0;
        }
    }
    return 1;
}

/* The base's steps that ended well, as game_plan_base_t. */
static apr_array_header_t *base_steps(const game_req_t *req,
                                      const game_store_t *store,
                                      const game_json_t *steps,
                                      const game_json_t *artifacts)
{
    apr_array_header_t *list = apr_array_make(
        req->pool, (int)game_json_size(steps) + 1, sizeof(game_plan_base_t));
    apr_size_t i;

    for (i = 0; i < game_json_size(steps); i++) {
        const game_json_t *step = game_json_at(steps, i);
        game_plan_base_t *base = apr_array_push(list);

        memset(base, 0, sizeof(*base));
        base->output.step_id = text_of(step, "stepId");
        base->output.status = text_of(step, "status");
        base->output.artifact_ids = game_json_member(step,
                                                     "outputArtifactIds");
        base->output.data = game_json_member(step, "data");
        base->input_hash = text_of(step, "inputHash");
        base->is_usable = is_usable(req, store, artifacts,
                                    base->output.step_id);
    }
    return list;
}

/* ---- planning ---- */

/* A newer run may be that which this request's key has made: a request
 * that is sent again is answered as the first one was. */
static game_error_t *read_base(game_req_t *req,
                               const game_campaign_caller_t *caller,
                               const game_campaign_plan_t *plan,
                               const game_rows_t **rows,
                               game_campaign_started_t *out)
{
    game_error_t *err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_UPDATE_BASE, rows,
                                    caller->tenant,
                                    game_bind_bool(caller->all), plan->base);
    const char *outcome = err ? NULL : game_cell(*rows, 0, BASE_OUTCOME);

    if (err || !strcmp(outcome, "ok")) {
        return err;
    }
    return !strcmp(outcome, "stale")
        ? game_campaign_write(req, caller, plan, out)
        : game_campaign_refusal(req->pool, apr_pstrcat(req->pool, "base_",
                                                       outcome, NULL));
}

/* What a key stands for. */
static const char *hash_of(apr_pool_t *pool, const char *base,
                           const char *type, const game_json_t *payload)
{
    game_json_t *change = game_json_new_object(pool);

    game_json_set_string(pool, change, "type", type);
    if (payload) {
        game_json_set(change, "payload", (game_json_t *)payload);
    }
    return game_campaign_request_hash(pool, "update", base, change);
}

/* Ids of the steps whose row is taken over, or of the others. */
static game_json_t *step_ids(apr_pool_t *pool,
                             const game_campaign_plan_t *plan, int reused)
{
    game_json_t *list = game_json_new_array(pool);
    int i;

    for (i = 0; i < plan->workflow->steps; i++) {
        if ((plan->rows[i].base != NULL) == reused) {
            game_json_append(list, game_json_new_string(
                pool, plan->workflow->step[i].id));
        }
    }
    return list;
}

static game_error_t *make_payload(game_req_t *req,
                                  const game_campaign_caller_t *caller,
                                  const game_change_t *change,
                                  const game_json_t *before,
                                  const game_campaign_change_t *asked,
                                  const game_json_t **out)
{
    apr_array_header_t *issues = apr_array_make(req->pool, 4,
                                                sizeof(game_issue_t));

    *out = game_trigger_change(req->pool, before, change->type,
                               asked->payload, issues);
    if (issues->nelts) {
        return game_campaign_issues(req->pool, asked->place, asked->payload,
                                    issues);
    }
    game_campaign_check(req, caller->campaigns, change->workflow, *out,
                        issues);
    return issues->nelts
        ? game_campaign_issues(req->pool, asked->place, *out, issues) : NULL;
}

static game_error_t *make_context(game_req_t *req, const game_rows_t *rows,
                                  const game_campaign_caller_t *caller,
                                  game_campaign_plan_t *plan,
                                  const game_json_t *reused)
{
    game_context_start_t start = {
        .campaign_id = game_cell(rows, 0, BASE_CAMPAIGN),
        .run_id = plan->run_id, .workflow_name = plan->workflow->name,
        .is_update = 1, .payload = plan->payload,
        .initiated_by = caller->tenant
    };
    game_context_base_t base = {
        .tenant = game_cell(rows, 0, BASE_TENANT),
        .status = GAME_RUN_COMPLETED,
        .context = cell_of(req, rows, BASE_CONTEXT),
        .reused = reused
    };
    game_json_t *context;
    game_fault_t *fault;

    start.timestamp = game_datetime_millis(req->pool, apr_time_now());
    fault = game_context_load(req->pool, base.tenant, &base, &start,
                              &context);
    plan->context = context;
    return fault ? game_campaign_fault(req->pool, fault) : NULL;
}

static game_error_t *plan_update(game_req_t *req,
                                 const game_campaign_caller_t *caller,
                                 const game_rows_t *rows,
                                 const game_change_t *change,
                                 game_campaign_plan_t *plan)
{
    game_plan_from_t from = {
        .trigger = plan->payload, .impacted = change->impacted
    };

    from.base = base_steps(req, caller->campaigns->store,
                           cell_of(req, rows, BASE_STEPS),
                           cell_of(req, rows, BASE_ARTIFACTS));
    plan->rows = game_plan_make(req->pool, plan->workflow, &from);
    return make_context(req, rows, caller, plan,
                        step_ids(req->pool, plan, 1));
}

/* Make it, of a base that is there. */
static game_error_t *make_update(game_req_t *req,
                                 const game_campaign_caller_t *caller,
                                 const game_rows_t *rows,
                                 const game_campaign_change_t *asked,
                                 game_campaign_plan_t *plan)
{
    game_change_t *change;
    game_fault_t *fault;
    game_error_t *err;

    plan->workflow = game_workflow_find(caller->campaigns->workflows,
                                        game_cell(rows, 0, BASE_WORKFLOW),
                                        game_cell(rows, 0, BASE_VERSION));
    if (!plan->workflow) {
        return game_campaign_error(req->pool, "WORKFLOW_NOT_FOUND", NULL,
                                   "the workflow of the base run is not "
                                   "there any more");
    }
    fault = game_change_make(req->pool, plan->workflow, asked->type,
                             &change);
    if (fault) {
        return game_campaign_fault(req->pool, fault);
    }
    err = make_payload(req, caller, change, cell_of(req, rows, BASE_PAYLOAD),
                       asked, &plan->payload);
    if (err) {
        return err;
    }
    plan->change = game_change_json(req->pool, change, asked->payload);
    return plan_update(req, caller, rows, change, plan);
}

game_error_t *game_campaign_update(game_req_t *req,
                                   const game_campaign_caller_t *caller,
                                   const game_campaign_change_t *asked,
                                   game_campaign_started_t *out)
{
    game_campaign_plan_t plan = { .base = asked->base };
    const game_json_t *change;
    const game_rows_t *rows;
    game_error_t *err;

    memset(out, 0, sizeof(*out));
    game_uuid_random(plan.run_id);
    plan.request_hash = hash_of(req->pool, asked->base, asked->type,
                                asked->payload);
    err = read_base(req, caller, &plan, &rows, out);
    if (!err && !out->replayed) {
        err = make_update(req, caller, rows, asked, &plan);
    }
    if (!err && !out->replayed) {
        err = game_campaign_write(req, caller, &plan, out);
    }
    if (err) {
        return err;
    }
    out->base_run_id = asked->base;
    change = game_json_member(out->run, "changeRequest");
    out->reused = out->replayed ? game_json_member(change, "reused")
                                : step_ids(req->pool, &plan, 1);
    out->rerun = out->replayed ? game_json_member(change, "impacted")
                               : step_ids(req->pool, &plan, 0);
    return NULL;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What a step is made of and what it makes: its input, out of the trigger
 * and of other steps; how it ends, out of the cache or by its skill. Nothing
 * is sent to the database here.
 */

#include "campaign_step_int.h"

#include "change.h"
#include "context.h"
#include "datetime.h"
#include "select.h"

/* ---- the input ---- */

/* @param list [{stepId, status, outputArtifactIds, data}], or NULL
 * @return of game_select_output_t; NULL of NULL */
static apr_array_header_t *outputs_of(apr_pool_t *pool,
                                      const game_json_t *list)
{
    apr_array_header_t *outputs;
    apr_size_t i;

    if (!list) {
        return NULL;
    }
    outputs = apr_array_make(pool, 8, sizeof(game_select_output_t));
    for (i = 0; i < game_json_size(list); i++) {
        const game_json_t *from = game_json_at(list, i);
        game_select_output_t *output = apr_array_push(outputs);

        output->step_id = game_json_string(game_json_member(from, "stepId"));
        output->status = game_json_string(game_json_member(from, "status"));
        output->artifact_ids = game_json_member(from, "outputArtifactIds");
        output->data = game_json_member(from, "data");
    }
    return outputs;
}

static int is_full_rebuild(const game_work_t *work)
{
    const char *type = game_json_member_text(work->claim->change, "type");
    game_change_t *change;

    return type && !game_change_make(work->pool, work->workflow, type,
                                     &change) && change->bypasses_cache;
}

game_fault_t *game_make_input(game_work_t *work, game_json_t **input)
{
    game_select_t from = {
        .trigger = work->claim->payload,
        .outputs = outputs_of(work->pool, work->claim->outputs),
        .base = outputs_of(work->pool, work->claim->base)
    };
    game_fault_t *fault = game_select_input(work->pool, &from,
                                            work->def->input_selector,
                                            input);

    if (!fault) {
        game_canon_hash(work->pool, *input, work->hash);
        work->lookup = work->claim->cached && !is_full_rebuild(work);
    }
    return fault;
}

game_fault_t *game_make_find(game_work_t *work)
{
    const game_claim_t *claim = work->claim;
    int place;

    work->workflow = game_workflow_find(
        work->hand->crew->campaigns->workflows, claim->workflow,
        claim->version);
    if (!work->workflow) {
        return game_fault_make(work->pool, "ORCHESTRATION_ERROR",
                               "workflow %s %s is not there any more",
                               claim->workflow, claim->version);
    }
    place = game_workflow_step(work->workflow, claim->step_id);
    if (place < 0) {
        return game_fault_make(work->pool, "ORCHESTRATION_ERROR",
                               "workflow %s %s has no step %s",
                               claim->workflow, claim->version,
                               claim->step_id);
    }
    work->def = &work->workflow->step[place];
    return NULL;
}

/* ---- context ---- */

/* What is attached to the run's context: artifacts, references, the hash.
 * @param made of game_context_artifact_t */
static game_fault_t *attach(game_work_t *work, const apr_array_header_t *made)
{
    game_json_t *context = game_json_new_object(work->pool);
    game_fault_t *fault = game_context_attach(work->pool, context,
                                              work->def->id, made, NULL);

    game_context_set_hash(work->pool, context, work->def->id, work->hash);
    game_context_add_check(work->pool, context, work->def->id,
                           work->ending.data);
    work->ending.context = context;
    return fault;
}

/* ---- the cache ---- */

int game_make_is_usable(game_work_t *work)
{
    const game_store_t *store = work->hand->crew->campaigns->store;
    apr_size_t i = game_json_size(work->cached.artifacts);

    while (i--) {
        const game_json_t *one = game_json_at(work->cached.artifacts, i);

        if (!game_store_holds(work->pool, store,
                              game_json_member_text(one, "uri"),
                              game_json_int(game_json_member(
                                  one, "sizeBytes")))) {
            return 0;
        }
    }
    return 1;
}

static const char *millis_of(apr_pool_t *pool, const game_json_t *artifact)
{
    apr_time_t at = 0;

    game_datetime_read(game_json_member_text(artifact, "createdAt"), &at);
    return game_datetime_millis(pool, at);
}

game_fault_t *game_make_hit(game_work_t *work)
{
    apr_size_t i, count = game_json_size(work->cached.artifacts);
    apr_array_header_t *made = apr_array_make(work->pool, 2,
                                   sizeof(game_context_artifact_t));
    game_json_t *ids = game_json_new_array(work->pool);

    for (i = 0; i < count; i++) {
        const game_json_t *from = game_json_at(work->cached.artifacts, i);
        game_context_artifact_t *one = apr_array_push(made);
        game_artifact_t *artifact = apr_pcalloc(work->pool,
                                                sizeof(*artifact));
        game_json_t *id = game_json_new_object(work->pool);

        artifact->type = game_json_member_text(from, "type");
        artifact->uri = game_json_member_text(from, "uri");
        artifact->content_hash = game_json_member_text(from, "contentHash");
        artifact->metadata = game_json_member(from, "metadata");
        one->id = game_json_member_text(from, "id");
        one->created_at = millis_of(work->pool, from);
        one->artifact = artifact;
        game_json_set_string(work->pool, id, "id", one->id);
        game_json_append(ids, id);
    }
    work->ending.status = "skipped";
    work->ending.artifacts = ids;
    work->ending.cache_id = work->cached.id;
    work->ending.data = work->cached.data;
    return attach(work, made);
}

/* ---- the skill ---- */

/* Artifacts of the run as skills read them: with size. */
static const game_json_t *artifacts_so_far(const game_work_t *work)
{
    game_json_t *list = game_json_copy(work->pool, work->claim->artifacts);
    apr_size_t i;

    for (i = 0; i < game_json_size(list); i++) {
        game_json_t *artifact = game_json_at(list, i);

        game_json_set(artifact, "size",
                      game_json_member(artifact, "sizeBytes"));
    }
    return list;
}

static game_json_t *artifact_json(game_work_t *work, const char *id,
                                  const game_artifact_t *artifact)
{
    game_json_t *json = game_json_new_object(work->pool);

    game_json_set_string(work->pool, json, "id", id);
    game_json_set_string(work->pool, json, "type", artifact->type);
    game_json_set_string(work->pool, json, "uri", artifact->uri);
    game_json_set_string(work->pool, json, "contentHash",
                         artifact->content_hash);
    game_json_set(json, "sizeBytes",
                  game_json_new_int(work->pool, artifact->size));
    game_json_set_string(work->pool, json, "filename", artifact->filename);
    if (artifact->metadata) {
        game_json_set(json, "metadata", artifact->metadata);
    }
    return json;
}

/* Give what was made its ids. */
static game_fault_t *take_result(game_work_t *work,
                                 const game_skill_result_t *result)
{
    const char *now = game_datetime_millis(work->pool, apr_time_now());
    int i, count = result->artifacts ? result->artifacts->nelts : 0;
    apr_array_header_t *made = apr_array_make(work->pool, 2,
                                   sizeof(game_context_artifact_t));
    game_json_t *list = game_json_new_array(work->pool);

    for (i = 0; i < count; i++) {
        game_context_artifact_t *one = apr_array_push(made);
        char *id = apr_palloc(work->pool, GAME_UUID_SIZE);

        game_uuid_random(id);
        one->id = id;
        one->created_at = now;
        one->artifact = &APR_ARRAY_IDX(result->artifacts, i,
                                       game_artifact_t);
        game_json_append(list, artifact_json(work, id, one->artifact));
    }
    work->ending.status = "completed";
    work->ending.artifacts = list;
    work->ending.data = result->data;
    return attach(work, made);
}

static void set_scope(game_work_t *work)
{
    const game_skill_t *skill = game_skill_find(work->def->skill);

    if (work->claim->cached && skill) {
        work->ending.scope = work->def->cache_run_only ? "run_only"
                                                       : "global";
        work->ending.ttl = game_conf_campaign_cache_ttl(
            work->hand->crew->campaigns->conf, skill->id,
            skill->cache_ttl_sec);
    }
}

game_fault_t *game_make_result(game_work_t *work, const game_json_t *input,
                               int (*stopped)(void *baton))
{
    game_skill_result_t result;
    game_skill_call_t call = {
        .pool = work->pool, .env = work->hand->crew->campaigns->env,
        .now = apr_time_now(), .deadline = work->run_over,
        .stopped = stopped, .baton = work->hand,
        .run_id = work->claim->run, .artifacts = artifacts_so_far(work)
    };
    game_fault_t *fault = game_skill_execute(&call, work->def->skill, input,
                                             &result);

    if (!fault) {
        fault = take_result(work, &result);
        set_scope(work);
    }
    return fault;
}

/* ---- errors ---- */

game_json_t *game_make_error(game_work_t *work)
{
    game_json_t *error = game_json_new_object(work->pool);

    game_json_set_string(work->pool, error, "code", work->fault->code);
    game_json_set_string(work->pool, error, "message", work->fault->message);
    game_json_set(error, "attempt",
                  game_json_new_int(work->pool, work->claim->attempt));
    game_json_set_string(work->pool, error, "timestamp",
                         game_datetime_millis(work->pool, apr_time_now()));
    if (work->fault->details) {
        game_json_set(error, "details", work->fault->details);
    }
    return error;
}


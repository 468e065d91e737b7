/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The registry of skills and their runner: what goes in and what comes out
 * is checked here, what happens between is the skill's.
 */

#include "skill.h"

#include <string.h>

#include "skill_input.h"
#include "validate_config.h"

const game_skill_t *const game_skills[] = {
    &game_skill_config, &game_skill_bgm, &game_skill_bundle,
    &game_skill_manifest, NULL
};

const game_skill_t *game_skill_find(const char *id)
{
    int i = 0;

    while (game_skills[i] && strcmp(game_skills[i]->id, id)) {
        i++;
    }
    return game_skills[i];
}

int game_skill_is_known(void *baton, const char *id)
{
    (void)baton;
    return game_skill_find(id) != NULL;
}

game_fault_t *game_skill_checkpoint(const game_skill_call_t *call)
{
    if (call->stopped && call->stopped(call->baton)) {
        return game_fault_make(call->pool, "RUN_CANCELLED",
                               "the work was stopped");
    }
    if (call->deadline && apr_time_now() >= call->deadline) {
        return game_fault_make(call->pool, "TIMEOUT",
                               "the skill took too long");
    }
    return NULL;
}

/* ---- what comes out ---- */

#define TEXT(member) \
    { .name = member, .type = GAME_INPUT_STRING, \
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MIN, .min = 1 }
#define COUNT(member) \
    { .name = member, .type = GAME_INPUT_INT, \
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MIN, .min = 0 }
#define NUMBER(member) \
    { .name = member, .type = GAME_INPUT_NUMBER, \
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MIN, .min = 0 }
#define FLAG(member) \
    { .name = member, .type = GAME_INPUT_BOOL, .flags = GAME_INPUT_REQUIRED }
#define OBJECT(member, table) \
    { .name = member, .type = GAME_INPUT_OBJECT, \
      .flags = GAME_INPUT_REQUIRED, .members = table }
#define TEXTS(member) \
    { .name = member, .type = GAME_INPUT_LIST, \
      .flags = GAME_INPUT_REQUIRED, .each = &text }
#define END { .name = NULL }

static const game_input_rule_t text = { .type = GAME_INPUT_STRING };

static const game_input_rule_t bgm_data[] = {
    TEXT("audio_uri"), NUMBER("duration_sec"), NUMBER("bpm"),
    TEXT("format"), COUNT("sample_rate"), NUMBER("bitrate_kbps"),
    COUNT("channels"), COUNT("file_size_bytes"), FLAG("is_loopable"),
    OBJECT("generation_params", NULL), END
};

static const game_input_rule_t bundle_data[] = {
    TEXT("bundle_uri"), TEXT("manifest_uri"), OBJECT("manifest", NULL),
    COUNT("total_size_bytes"), COUNT("file_count"), TEXT("entry_point"),
    TEXTS("optimizations_applied"), END
};

static const game_input_rule_t verdict[] = {
    FLAG("all_assets_valid"), TEXTS("missing_assets"), TEXTS("warnings"), END
};
static const game_input_rule_t manifest_data[] = {
    TEXT("manifest_uri"), OBJECT("manifest", NULL),
    OBJECT("validation", verdict), FLAG("deployment_ready"), END
};

static void check_data(apr_pool_t *pool, const game_skill_t *skill,
                       const game_json_t *data, apr_array_header_t *issues)
{
    const game_input_rule_t *rules =
        skill == &game_skill_bgm ? bgm_data
        : skill == &game_skill_bundle ? bundle_data : manifest_data;

    if (skill == &game_skill_config) {
        game_validate_config(pool, data, issues);
    }
    else {
        game_skill_input_check(pool, rules, "OUTPUT_VALIDATION_FAILED", data,
                               issues, NULL);
    }
}

static int is_artifact(const game_artifact_t *artifact)
{
    return artifact->type && *artifact->type && artifact->uri
        && *artifact->uri && artifact->size >= 0
        && game_canon_is_content_hash(artifact->content_hash)
        && game_json_is(artifact->metadata, GAME_JSON_OBJECT);
}

/* Every skill gives data and one artifact (4.1 to 4.4). */
static game_fault_t *check_result(apr_pool_t *pool,
                                  const game_skill_t *skill,
                                  const game_skill_result_t *result)
{
    apr_array_header_t *issues = apr_array_make(pool, 4,
                                                sizeof(game_issue_t));

    check_data(pool, skill, result->data, issues);
    if (!result->artifacts || result->artifacts->nelts != 1
        || !is_artifact(&APR_ARRAY_IDX(result->artifacts, 0,
                                       game_artifact_t))) {
        game_issue_add(issues, "artifacts", "OUTPUT_VALIDATION_FAILED",
                       "It should be one artifact with its hash", NULL);
    }
    return game_fault_issues(pool, "OUTPUT_VALIDATION_FAILED", issues);
}

/* ---- the runner ---- */

static game_fault_t *check_input(const game_skill_call_t *call,
                                 const game_skill_t *skill,
                                 const game_json_t *input,
                                 game_json_t **full)
{
    apr_array_header_t *issues = apr_array_make(call->pool, 4,
                                                sizeof(game_issue_t));

    skill->check(call->pool, call->env, input, issues, full);
    return game_fault_issues(call->pool, "INPUT_VALIDATION_FAILED", issues);
}

void game_skill_time(apr_pool_t *pool, game_json_t **debug, const char *phase,
                     apr_time_t since)
{
    game_json_t *timings;

    if (!*debug) {
        *debug = game_json_new_object(pool);
    }
    timings = game_json_member(*debug, "timings_ms");
    if (!timings) {
        timings = game_json_new_object(pool);
        game_json_set(*debug, "timings_ms", timings);
    }
    game_json_set(timings, phase, game_json_new_int(pool,
                  apr_time_as_msec(apr_time_now() - since)));
}

game_artifact_t *game_skill_artifact(apr_pool_t *pool,
                                     game_skill_result_t *result,
                                     const char *type,
                                     const game_stored_t *stored)
{
    game_artifact_t *artifact;

    result->artifacts = apr_array_make(pool, 1, sizeof(game_artifact_t));
    artifact = apr_array_push(result->artifacts);
    artifact->type = type;
    artifact->uri = stored->uri;
    artifact->content_hash = stored->content_hash;
    artifact->size = stored->size;
    artifact->filename = NULL;
    artifact->metadata = game_json_new_object(pool);
    return artifact;
}

game_fault_t *game_skill_execute(const game_skill_call_t *call,
                                 const char *id, const game_json_t *input,
                                 game_skill_result_t *result)
{
    const game_skill_t *skill = game_skill_find(id);
    game_skill_call_t timed = *call;
    apr_time_t started = apr_time_now(), latest;
    game_json_t *full;
    game_fault_t *fault;

    memset(result, 0, sizeof(*result));
    if (!skill) {
        return game_fault_make(call->pool, "SKILL_NOT_FOUND",
                               "there is no skill %s", id);
    }
    fault = check_input(call, skill, input, &full);
    if (fault) {
        return fault;
    }
    latest = started + apr_time_from_sec(skill->timeout_sec);
    if (!timed.deadline || timed.deadline > latest) {
        timed.deadline = latest;
    }
    fault = game_skill_checkpoint(&timed);
    if (!fault) {
        fault = skill->run(&timed, full, result);
        timed.stopped = NULL;   /* what is done is done */
    }
    if (!fault) {
        fault = game_skill_checkpoint(&timed);
    }
    if (!fault) {
        fault = check_result(call->pool, skill, result);
    }
    game_skill_time(call->pool, &result->debug, "total", started);
    return fault;
}

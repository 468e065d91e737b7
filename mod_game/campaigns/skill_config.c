/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The skill game_config_from_template (campaigns.md 4.1): a GameConfig of
 * the builtin generator or of a provider, validated and stored. A provider
 * gets one chance to correct what it said.
 */

#include "skill.h"

#include <string.h>

#include <apr_strings.h>

#include "bundle.h"
#include "config_generate.h"
#include "provider.h"
#include "skill_input.h"
#include "validate_config.h"

#define BUILTIN "builtin"
#define ATTEMPTS 2
#define DEPTH 32

static apr_array_header_t *issues_of(apr_pool_t *pool,
                                     const game_json_t *config)
{
    apr_array_header_t *issues = apr_array_make(pool, 4,
                                                sizeof(game_issue_t));

    game_validate_config(pool, config, issues);
    return issues;
}

static game_fault_t *run_builtin(const game_skill_call_t *call,
                                 const game_json_t *input,
                                 game_skill_result_t *result)
{
    apr_time_t started = apr_time_now();

    result->data = game_config_generate(call->pool, input);
    game_provider_record(call->pool, &result->debug, BUILTIN, NULL,
                         (int)apr_time_as_msec(apr_time_now() - started));
    return game_fault_issues(call->pool, "VALIDATION_ERROR",
                             issues_of(call->pool, result->data));
}

/* ---- before it is run ---- */

static int is_at(const apr_array_header_t *issues, const char *path)
{
    int i;

    for (i = 0; i < issues->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(issues, i, game_issue_t).path, path)) {
            return 1;
        }
    }
    return 0;
}

/* What overrides spoil of the config that the builtin generator would make;
 * the rest of the input is for those to judge who take it. */
static void foresee(apr_pool_t *pool, const game_skill_env_t *env,
                    const game_json_t *input, apr_array_header_t *issues)
{
    game_json_t *plain = game_json_copy(pool, input);
    apr_array_header_t *found, *without;
    const game_provider_t *provider;
    int i;

    if (game_provider_choose(pool, input, BUILTIN, env->config_provider,
                             &provider) || provider) {
        return;
    }
    game_json_remove(plain, "overrides");
    without = issues_of(pool, game_config_generate(pool, plain));
    found = issues_of(pool, game_config_generate(pool, input));
    for (i = 0; i < found->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(found, i, game_issue_t);

        if (!is_at(without, issue->path)) {
            game_issue_add(issues, apr_pstrcat(pool, "overrides.",
                                               issue->path, NULL),
                           issue->code, issue->message, issue->type);
        }
    }
}

/* ---- providers ---- */

/* @return the input with what was wrong with the last answer */
static game_json_t *corrective(apr_pool_t *pool, const game_json_t *input,
                               const apr_array_header_t *issues)
{
    game_json_t *request = game_json_copy(pool, input);
    game_json_t *list = game_json_new_array(pool);
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        game_json_append(list, game_json_new_string(pool, apr_pstrcat(pool,
            issue->path, ": ", issue->message, NULL)));
    }
    game_json_set(request, "previous_issues", list);
    return request;
}

/* What is wrong with an answer, as a list of issues; *config is NULL when it
 * cannot be used at all. */
static apr_array_header_t *judge(apr_pool_t *pool,
                                 const game_provider_reply_t *reply,
                                 game_json_t **config)
{
    apr_array_header_t *issues;
    game_json_fault_t why;

    *config = game_json_parse_wide(pool, reply->data, reply->len, DEPTH,
                                   &why);
    if (*config) {
        return issues_of(pool, *config);
    }
    issues = apr_array_make(pool, 1, sizeof(game_issue_t));
    game_issue_add(issues, "answer", "GENERATION_FAILED",
                   apr_psprintf(pool, "The answer is no JSON: %s at %"
                                APR_SIZE_T_FMT, why.reason, why.offset),
                   NULL);
    return issues;
}

/* One call, recorded. An empty answer is as one that is no JSON. */
static game_fault_t *ask(const game_skill_call_t *call,
                         const game_provider_t *provider,
                         const game_json_t *request, game_json_t **debug,
                         game_provider_reply_t *reply)
{
    apr_time_t started = apr_time_now();
    game_fault_t *fault = game_provider_call(call, provider, request,
                                             GAME_PROVIDER_TEXT, reply);

    game_provider_record(call->pool, debug, provider->name, NULL,
                         (int)apr_time_as_msec(apr_time_now() - started));
    if (fault && !strcmp(fault->code, "EMPTY_RESPONSE")) {
        reply->data = "";
        reply->len = 0;
        return NULL;
    }
    return fault;
}

static game_fault_t *run_provider(const game_skill_call_t *call,
                                  const game_provider_t *provider,
                                  const game_json_t *input,
                                  game_skill_result_t *result)
{
    apr_pool_t *pool = call->pool;
    apr_array_header_t *issues = NULL;
    game_provider_reply_t reply;
    game_fault_t *fault;
    int attempt;

    for (attempt = 1; attempt <= ATTEMPTS; attempt++) {
        fault = ask(call, provider,
                    issues ? corrective(pool, input, issues) : input,
                    &result->debug, &reply);
        game_json_set(result->debug, "attempts",
                      game_json_new_int(pool, attempt));
        if (fault) {
            return fault;
        }
        issues = judge(pool, &reply, &result->data);
        if (!issues->nelts) {
            result->data = game_config_override(pool, result->data, input);
            issues = issues_of(pool, result->data);
            break;              /* it is not the provider's fault any more */
        }
    }
    return game_fault_issues(pool, result->data ? "VALIDATION_ERROR"
                             : "GENERATION_FAILED", issues);
}

/* ---- the artifact ---- */

static game_fault_t *store(const game_skill_call_t *call,
                           const game_json_t *input, const char *provider,
                           game_skill_result_t *result)
{
    apr_pool_t *pool = call->pool;
    const char *text = game_canon_pretty(pool, result->data);
    game_artifact_t *artifact;
    game_stored_t stored;
    game_fault_t *fault = game_store_put(pool, call->env->store, text,
                                         strlen(text), "json", &stored);

    if (fault) {
        return fault;
    }
    artifact = game_skill_artifact(pool, result, "json/game-config",
                                   &stored);
    artifact->filename = GAME_BUNDLE_CONFIG;
    game_json_set(artifact->metadata, "template_id",
                  game_json_member(input, "template_id"));
    game_json_set(artifact->metadata, "theme",
                  game_json_member(input, "theme"));
    game_json_set_string(pool, artifact->metadata, "provider", provider);
    return NULL;
}

static game_fault_t *run(const game_skill_call_t *call,
                         const game_json_t *input,
                         game_skill_result_t *result)
{
    apr_time_t started = apr_time_now();
    const game_provider_t *provider;
    game_fault_t *fault = game_provider_choose(call->pool, input, BUILTIN,
                                               call->env->config_provider,
                                               &provider);

    if (fault) {
        return fault;
    }
    fault = provider ? run_provider(call, provider, input, result)
                     : run_builtin(call, input, result);
    game_skill_time(call->pool, &result->debug, "generate", started);
    if (fault) {
        return fault;
    }
    started = apr_time_now();
    fault = store(call, input, provider ? provider->name : BUILTIN, result);
    game_skill_time(call->pool, &result->debug, "store", started);
    return fault;
}

const game_skill_t game_skill_config = {
    .id = "game_config_from_template",
    .version = "1.0.0",
    .timeout_sec = 30,
    .cache_ttl_sec = 48 * 3600,
    .check = game_skill_input_config_check,
    .foresee = foresee,
    .run = run
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The skill assemble_campaign_manifest (campaigns.md 4.4): a manifest, stored,
 * and whether a campaign can be published with it. What is missing or odd
 * does not fail the step.
 */

#include "skill.h"

#include <string.h>

#include "manifest.h"
#include "skill_input.h"
#include "validate_manifest.h"

#define FILENAME "campaign_manifest.json"

static game_json_t *verdict_of(apr_pool_t *pool,
                               const game_manifest_t *manifest)
{
    game_json_t *verdict = game_json_new_object(pool);
    int valid = !game_json_size(manifest->missing);

    game_json_set(verdict, "all_assets_valid",
                  game_json_new_bool(pool, valid));
    game_json_set(verdict, "missing_assets", manifest->missing);
    game_json_set(verdict, "warnings", manifest->warnings);
    return verdict;
}

/* What the step gives: of a manifest that is stored. */
static void fill(apr_pool_t *pool, const game_manifest_t *manifest,
                 const game_stored_t *stored, game_skill_result_t *result)
{
    static const char *const names[] = {
        "campaign_id", "campaign_name", "version"
    };
    int ready = !game_json_size(manifest->missing)
        && !game_json_size(manifest->warnings);
    game_json_t *is_ready = game_json_new_bool(pool, ready);
    game_artifact_t *artifact = game_skill_artifact(
        pool, result, "json/campaign-manifest", stored);
    apr_size_t i;

    artifact->filename = FILENAME;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        game_json_set(artifact->metadata, names[i],
                      game_json_member(manifest->document, names[i]));
    }
    game_json_set(artifact->metadata, "deployment_ready", is_ready);
    result->data = game_json_new_object(pool);
    game_json_set_string(pool, result->data, "manifest_uri", stored->uri);
    game_json_set(result->data, "manifest", manifest->document);
    game_json_set(result->data, "validation", verdict_of(pool, manifest));
    game_json_set(result->data, "deployment_ready", is_ready);
}

/* Whether an asset is there is the verdict's affair. */
static int is_anywhere(apr_pool_t *pool, const void *baton, const char *uri)
{
    (void)pool;
    (void)baton;
    (void)uri;
    return 1;
}

/* A document that is no manifest is not made, whatever the input was. */
static game_fault_t *check(apr_pool_t *pool, const game_json_t *document)
{
    apr_array_header_t *all = apr_array_make(pool, 4, sizeof(game_issue_t));
    apr_array_header_t *issues = apr_array_make(pool, 4,
                                                sizeof(game_issue_t));
    int i;

    game_validate_manifest(pool, document, is_anywhere, NULL, all);
    for (i = 0; i < all->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(all, i, game_issue_t);

        if (strncmp(issue->path, "assets.", 7)) {
            APR_ARRAY_PUSH(issues, game_issue_t) = *issue;
        }
    }
    return game_fault_issues(pool, "VALIDATION_ERROR", issues);
}

static game_fault_t *run(const game_skill_call_t *call,
                         const game_json_t *input,
                         game_skill_result_t *result)
{
    apr_pool_t *pool = call->pool;
    apr_time_t started = apr_time_now();
    game_manifest_t manifest;
    game_stored_t stored;
    game_fault_t *fault = game_manifest_assemble(call, input, &manifest);
    const char *text;

    game_skill_time(pool, &result->debug, "assemble", started);
    if (!fault) {
        fault = check(pool, manifest.document);
    }
    if (fault) {
        return fault;
    }
    started = apr_time_now();
    text = game_canon_pretty(pool, manifest.document);
    fault = game_store_put(pool, call->env->store, text, strlen(text),
                           "json", &stored);
    game_skill_time(pool, &result->debug, "store", started);
    if (!fault) {
        fill(pool, &manifest, &stored, result);
    }
    return fault;
}

const game_skill_t game_skill_manifest = {
    .id = "assemble_campaign_manifest",
    .version = "1.0.0",
    .timeout_sec = 60,
    .cache_ttl_sec = 6 * 3600,
    .check = game_skill_input_manifest_check,
    .run = run
};

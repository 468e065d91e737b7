/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * libFuzzer target: any text as one of the documents of campaigns, or as a
 * colour, a point in time, a version or a path in them; the first byte
 * chooses. There is a verdict on everything, and it is the same the second
 * time.
 */
#include "change.h"
#include "css_color.h"
#include "datetime.h"
#include "manifest.h"
#include "plan.h"
#include "play.h"
#include "skill_input.h"
#include "validate_bundle.h"
#include "validate_config.h"
#include "validate_manifest.h"
#include "select_int.h"
#include "workflow_int.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 32                /* of a document */
#define FAR apr_time_from_sec(APR_INT64_C(250000000000))    /* year 9892 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_issues(const apr_array_header_t *issues)
{
    int i;

    must(issues->nelts <= GAME_INPUT_ISSUES + 10);
    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        must(issue->path && issue->code && issue->message);
    }
}

/* ---- workflows ---- */

static int knows_most(void *baton, const char *skill_id)
{
    (void)baton;
    return strcmp(skill_id, "unknown") != 0;
}

/* A run of a workflow from which a step is missing: what fails, what is
 * skipped, what is retried. */
static void check_run(apr_pool_t *pool, const game_workflow_t *workflow)
{
    const game_plan_from_t from = { .trigger = game_json_new_object(pool) };
    const game_plan_row_t *rows = game_plan_make(pool, workflow, &from);
    apr_size_t size = (apr_size_t)workflow->steps;
    game_plan_step_t *steps = apr_pcalloc(pool, size * sizeof(*steps));
    const game_plan_step_t failed = {
        .status = GAME_STEP_FAILED, .error = "TIMEOUT"
    };
    int *places = apr_palloc(pool, size * sizeof(int));
    int *remaining = apr_palloc(pool, size * sizeof(int));
    game_plan_verdict_t verdict;
    int blocked, i;

    must(!game_plan_verdict(workflow, steps, 0, &verdict));
    blocked = game_plan_end(workflow, steps, 0, &failed, places);
    for (i = 0; i < workflow->steps; i++) {
        must(game_canon_is_hex(rows[i].input_hash, GAME_HASH_SIZE - 1));
        must(rows[i].deps_remaining == workflow->step[i].depends);
        must(strlen(game_plan_cache_key(pool, workflow, i,
                                        rows[i].input_hash))
             <= GAME_WORKFLOW_KEY_MAX);
        if (game_plan_is_ready(workflow, steps, i)) {
            steps[i].status = GAME_STEP_COMPLETED;
        }
    }
    must(game_plan_verdict(workflow, steps, 0, &verdict)
         && verdict.status == GAME_RUN_FAILED && verdict.failed_step == 0);
    must(game_plan_again(workflow, steps, remaining, places) == blocked + 1);
    must(!remaining[0]);
}

static void check_workflow(apr_pool_t *pool, const game_json_t *document)
{
    game_workflow_t *workflow;
    game_fault_t *fault = game_workflow_make(pool, document, knows_most,
                                             NULL, &workflow);
    int i, k;

    if (fault) {
        must(fault->code && strlen(fault->message) <= GAME_FAULT_MESSAGE);
        return;
    }
    must(!game_semver_compare(workflow->version, workflow->version));
    for (i = 0; i < workflow->steps; i++) {
        const game_step_def_t *step = &workflow->step[i];

        must(step->ordinal == i
             && game_workflow_step(workflow, step->id) == i);
        for (k = 0; k < step->depends; k++) {
            must(step->depends_on[k] < i);
        }
    }
    game_change_mappings(pool, workflow);
    check_run(pool, workflow);
}

static void check_index(apr_pool_t *pool, const game_json_t *document)
{
    game_fault_t *fault = game_workflow_check_index(pool, document);

    must(!fault || !strcmp(fault->code, "WORKFLOW_SCHEMA_INVALID"));
}

/* ---- documents ---- */

static void check_config(apr_pool_t *pool, const game_json_t *document)
{
    apr_array_header_t *issues = apr_array_make(pool, 4,
                                                sizeof(game_issue_t));
    double chance;

    game_validate_config(pool, document, issues);
    check_issues(issues);
    chance = game_play_probability(document);
    must(issues->nelts || (chance >= 0 && chance <= 1));
    game_play_prize(document, 0);
    game_play_prize(document, ~APR_UINT64_C(0));
}

static int is_remote(apr_pool_t *pool, const void *baton, const char *uri)
{
    (void)pool;
    (void)baton;
    return !strncmp(uri, "https://", 8);
}

static void check_manifest(apr_pool_t *pool, const game_json_t *document)
{
    apr_array_header_t *issues = apr_array_make(pool, 4,
                                                sizeof(game_issue_t));
    game_play_context_t player = { .status = "live", .u53 = 1 };
    game_play_t play;
    char hash[GAME_HASH_SIZE];
    game_json_t *copy;

    game_validate_manifest(pool, document, is_remote, NULL, issues);
    check_issues(issues);
    must(issues->nelts || game_manifest_verify(pool, document));
    game_validate_manifest_warn(document, issues);
    game_play_decide(game_json_member(document, "rules"), &player, &play);
    must((play.code == NULL) == (play.http == 201));
    if (game_json_is(document, GAME_JSON_OBJECT)) {
        copy = game_json_copy(pool, document);
        game_manifest_checksum(pool, document, hash);
        game_json_set_string(pool, copy, "checksum", hash);
        must(game_manifest_verify(pool, copy));
    }
}

static void check_bundle(apr_pool_t *pool, const game_json_t *document)
{
    apr_array_header_t *issues = apr_array_make(pool, 4,
                                                sizeof(game_issue_t));

    game_validate_bundle(pool, document, issues);
    check_issues(issues);
}

/* ---- texts ---- */

static void check_datetime(apr_pool_t *pool, const char *text)
{
    apr_time_t at, again;

    if (game_datetime_read(text, &at) && at >= 0 && at < FAR) {
        must(game_datetime_read(game_datetime_millis(pool, at), &again));
        must(again <= at && at - again < 1000);
    }
}

static void check_version(const char *text)
{
    if (game_input_version.fits(text)) {
        must(!game_semver_compare(text, text));
        must(game_semver_compare(text, "0.0.0") >= 0);
    }
}

static void check_path(apr_pool_t *pool, const char *text)
{
    apr_array_header_t *segments = game_select_split(pool, text);
    int i;

    for (i = 0; segments && i < segments->nelts; i++) {
        must(*APR_ARRAY_IDX(segments, i, const char *) != '\0');
    }
}

static void check_text(apr_pool_t *pool, const char *text)
{
    must(!game_css_color_is(text) || !strpbrk(text, ";{}<>\"'\\"));
    check_datetime(pool, text);
    check_version(text);
    check_path(pool, text);
}

static void (*const checks[])(apr_pool_t *pool, const game_json_t *document)
= {
    check_workflow, check_index, check_config, check_manifest, check_bundle
};

#define CHECKS (sizeof(checks) / sizeof(checks[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    game_json_fault_t why;
    const char *text;
    game_json_t *document;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    if (!size) {
        return 0;
    }
    apr_pool_create(&pool, NULL);
    text = apr_pstrmemdup(pool, (const char *)data + 1, size - 1);
    if (data[0] % (CHECKS + 1) == CHECKS) {
        check_text(pool, text);
    }
    else {
        document = game_json_parse(pool, text, size - 1, DEPTH, &why);
        checks[data[0] % (CHECKS + 1)](pool, document);
    }
    apr_pool_destroy(pool);
    return 0;
}

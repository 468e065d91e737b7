/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * libFuzzer target: any text as the payload of a trigger, its member
 * "change" as that of a change request, whose type the first byte chooses.
 * It goes through all that the four steps do without files: what is
 * canonical stays so, what was accepted is accepted again and makes valid
 * documents, and these have the hashes and checksums that they say.
 */
#include "change.h"
#include "config_generate.h"
#include "context.h"
#include "manifest.h"
#include "plan.h"
#include "play.h"
#include "skill.h"
#include "skill_input.h"
#include "synth.h"
#include "trigger.h"
#include "validate_config.h"
#include "validate_manifest.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 32                /* of a body */
#define DEPTH_MADE 64           /* what is made has it deeper */
#define STEPS 4
#define WORKFLOWS "mod_game/campaigns/workflows"
#define NOW APR_TIME_C(1770120000000000)
#define URI "/campaign-assets/sha256/ab/cd/abcd.wav"
#define HASH "0123456789abcdef0123456789abcdef" \
    "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const changes[] = {
    "audio.update", "intro.update", "outcome.update", "game_config.update",
    "full_rebuild"
};
static const game_workflow_t *workflow;

/* A run that goes on as far as its inputs let it. */
typedef struct run_t {
    apr_pool_t *pool;
    const game_json_t *trigger;
    apr_array_header_t *outputs;        /* game_select_output_t */
    game_json_t *context;
    game_json_t *config;        /* NULL: there is none */
    int accepted;               /* nothing was found wrong with the payload */
} run_t;

static void must(int truth)
{
    if (!truth) {
        abort();
    }
}

static apr_array_header_t *new_issues(apr_pool_t *pool)
{
    return apr_array_make(pool, 4, sizeof(game_issue_t));
}

static void check_issues(apr_pool_t *pool, const apr_array_header_t *issues)
{
    game_fault_t *fault = game_fault_issues(pool, "CODE", issues);
    int i;

    must(issues->nelts <= GAME_INPUT_ISSUES + 10);
    must(!fault == !issues->nelts);
    must(!fault || strlen(fault->message) <= GAME_FAULT_MESSAGE);
    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        must(issue->path && issue->code && issue->message);
    }
}

/* Texts say the same as the value, in each of their forms. */
static void check_texts(apr_pool_t *pool, const game_json_t *value)
{
    const char *canonical = game_canon_text(pool, value);
    const char *texts[] = {
        canonical, game_canon_compact(pool, value),
        game_canon_pretty(pool, value)
    };
    game_json_fault_t why;
    int i;

    for (i = 0; i < 3; i++) {
        game_json_t *again = game_json_parse_wide(pool, texts[i],
                                                  strlen(texts[i]),
                                                  DEPTH_MADE, &why);

        must(again && !strcmp(game_canon_text(pool, again), canonical));
        must(i != 1
             || !strcmp(game_canon_compact(pool, again), texts[i]));
    }
}

/* ---- the four steps ---- */

static void attach(run_t *run, const game_step_def_t *step, const char *type,
                   const game_json_t *data)
{
    const game_artifact_t artifact = {
        .type = type, .uri = URI, .content_hash = "sha256:" HASH,
        .metadata = game_json_new_object(run->pool)
    };
    const game_context_artifact_t one = {
        step->id, "2026-02-03T12:00:00.000Z", &artifact
    };
    apr_array_header_t *made = apr_array_make(run->pool, 1, sizeof(one));
    const game_select_output_t output = {
        step->id, "completed", game_json_new_array(run->pool), data
    };

    APR_ARRAY_PUSH(made, game_context_artifact_t) = one;
    must(!game_context_attach(run->pool, run->context, step->id, made,
                              NULL));
    APR_ARRAY_PUSH(run->outputs, game_select_output_t) = output;
}

static void make_config(run_t *run, const game_step_def_t *step,
                        const game_json_t *input)
{
    game_json_t *config = game_config_generate(run->pool, input);
    apr_array_header_t *issues = new_issues(run->pool);

    game_validate_config(run->pool, config, issues);
    check_issues(run->pool, issues);
    must(!issues->nelts || !run->accepted);
    must(!strcmp(game_canon_pretty(run->pool, config),
                 game_canon_pretty(run->pool,
                                   game_config_generate(run->pool, input))));
    game_play_prize(config, (apr_uint64_t)issues->nelts << 40);
    if (!issues->nelts) {
        run->config = config;
        attach(run, step, "json/game-config", config);
    }
}

static void make_track(run_t *run, const game_step_def_t *step,
                       const game_json_t *input)
{
    static const char *const names[] = {
        "duration_sec", "bpm", "seed", "genre", "mood", "instruments",
        "energy_level"
    };
    const game_json_t *style = game_json_member(input, "style");
    game_json_t *params = game_json_new_object(run->pool);
    game_json_t *data = game_json_new_object(run->pool);
    game_synth_in_t in;
    game_synth_t synth;
    int i;

    for (i = 0; i < 7; i++) {
        game_json_t *value = game_json_member(i < 3 ? input : style,
                                              names[i]);

        if (value) {
            game_json_set(params, names[i], value);
        }
    }
    game_synth_read(run->pool, params, &in);
    must(!game_synth_make(run->pool, &in, &synth));
    must(synth.bars > 0 && synth.frames > 0
         && synth.size > GAME_SYNTH_HEADER);
    game_json_set_string(run->pool, data, "audio_uri", URI);
    attach(run, step, "audio/bgm", data);
}

static void make_bundle(run_t *run, const game_step_def_t *step,
                        const game_json_t *input)
{
    game_json_t *data = game_json_new_object(run->pool);

    must(game_json_equal(game_json_member(input, "game_config"),
                         run->config));
    game_json_set_string(run->pool, data, "bundle_uri",
                         "/campaign-assets/bundles/ab/cd/abcd/");
    attach(run, step, "bundle/game", data);
}

/* A manifest that is made is right by its checksum, whatever else it is. */
static void check_manifest(run_t *run, game_json_t *manifest)
{
    static const game_store_t nowhere = { "/nonexistent", "/none", NULL };
    apr_array_header_t *issues = new_issues(run->pool);
    const char *text = game_canon_pretty(run->pool, manifest);
    game_json_fault_t why;
    game_play_t play;
    game_play_context_t player = {
        .status = "live", .now = NOW,
        .win_probability = game_play_probability(run->config)
    };
    int i;

    check_texts(run->pool, manifest);
    manifest = game_json_parse(run->pool, text, strlen(text), DEPTH_MADE,
                               &why);
    must(game_manifest_verify(run->pool, manifest));
    game_validate_manifest(run->pool, manifest, game_validate_uri_store,
                           &nowhere, issues);
    check_issues(run->pool, issues);
    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        must(strcmp(issue->code, "CHECKSUM_MISMATCH"));
        must(!run->accepted || !strncmp(issue->path, "assets.", 7));
    }
    game_play_decide(game_json_member(manifest, "rules"), &player, &play);
    must(!play.code || play.http > 400);
}

static void make_manifest(run_t *run, const game_step_def_t *step,
                          const game_json_t *input)
{
    static const game_store_t nowhere = { "/nonexistent", "/none", NULL };
    const game_skill_env_t env = { .store = &nowhere };
    const game_skill_call_t call = {
        .pool = run->pool, .env = &env, .now = NOW, .run_id = HASH
    };
    game_manifest_t manifest;

    must(!game_manifest_assemble(&call, input, &manifest));
    check_manifest(run, manifest.document);
    attach(run, step, "json/campaign-manifest", manifest.document);
}

static void run_step(run_t *run, const game_step_def_t *step)
{
    static const struct {
        const char *skill;
        void (*make)(run_t *run, const game_step_def_t *step,
                     const game_json_t *input);
    } makers[STEPS] = {
        { "game_config_from_template", make_config },
        { "generate_bgm_track", make_track },
        { "bundle_game_template", make_bundle },
        { "assemble_campaign_manifest", make_manifest }
    };
    static const game_skill_env_t env = { .store = NULL };
    const game_select_t from = { run->trigger, run->outputs, NULL };
    const game_skill_t *skill = game_skill_find(step->skill);
    apr_array_header_t *issues = new_issues(run->pool);
    game_json_t *input, *full, *again;
    char hash[GAME_HASH_SIZE];
    int i = 0;

    if (game_select_input(run->pool, &from, step->input_selector, &input)) {
        return;
    }
    game_canon_hash(run->pool, input, hash);
    game_context_set_hash(run->pool, run->context, step->id, hash);
    skill->check(run->pool, &env, input, issues, &full);
    check_issues(run->pool, issues);
    if (issues->nelts) {
        run->accepted = 0;
        return;
    }
    skill->check(run->pool, &env, full, issues, &again);
    must(!issues->nelts && game_json_equal(full, again));
    if (skill->foresee) {
        skill->foresee(run->pool, &env, full, issues);
        check_issues(run->pool, issues);
        run->accepted = run->accepted && !issues->nelts;
    }
    while (strcmp(makers[i].skill, step->skill)) {
        i++;
    }
    makers[i].make(run, step, full);
}

static void check_run(apr_pool_t *pool, const game_json_t *trigger)
{
    const game_context_start_t start = {
        .campaign_id = "c", .run_id = "r", .workflow_name = workflow->name,
        .payload = trigger, .timestamp = "2026-02-03T12:00:00.000Z"
    };
    const game_plan_from_t from = { .trigger = trigger };
    run_t run = {
        pool, trigger, apr_array_make(pool, STEPS,
                                      sizeof(game_select_output_t)),
        game_context_make(pool, &start), NULL, 0
    };
    const game_plan_row_t *rows = game_plan_make(pool, workflow, &from);
    apr_array_header_t *issues = new_issues(pool);
    int i;

    game_trigger_check(pool, trigger, issues);
    check_issues(pool, issues);
    run.accepted = !issues->nelts;
    for (i = 0; i < workflow->steps; i++) {
        must(game_canon_is_hex(rows[i].input_hash, GAME_HASH_SIZE - 1));
        must(rows[i].deps_remaining == workflow->step[i].depends);
        run_step(&run, &workflow->step[i]);
    }
}

/* ---- payloads ---- */

/* A payload in its normal form. */
static void check_normal(apr_pool_t *pool, const game_json_t *normal)
{
    must(!strcmp(game_canon_text(pool, normal),
                 game_canon_text(pool, game_trigger_normalize(pool,
                                                              normal))));
    check_texts(pool, normal);
}

static void check_change(apr_pool_t *pool, const game_json_t *base,
                         const char *type, const game_json_t *payload)
{
    apr_array_header_t *issues = new_issues(pool);
    game_change_t *change;
    game_json_t *made;

    must(!game_change_make(pool, workflow, type, &change));
    game_change_json(pool, change, payload);
    made = game_trigger_change(pool, base, type, payload, issues);
    check_issues(pool, issues);
    check_normal(pool, made);
    if (!issues->nelts && game_json_member(base, "campaign_id")) {
        must(game_json_equal(game_json_member(made, "campaign_id"),
                             game_json_member(base, "campaign_id")));
    }
    check_run(pool, made);
}

static void check_payload(apr_pool_t *pool, const char *type,
                          const char *text, size_t size)
{
    game_json_fault_t why;
    game_json_t *payload = game_json_parse_wide(pool, text, size, DEPTH,
                                                &why);
    game_json_t *change, *normal;
    const char *before;

    if (!payload) {
        return;
    }
    before = game_json_text(pool, payload);
    change = game_json_member(payload, "change");
    normal = game_trigger_normalize(pool, payload);
    check_normal(pool, normal);
    check_run(pool, normal);
    if (change) {
        check_change(pool, normal, type, change);
    }
    must(!strcmp(before, game_json_text(pool, payload)));
}

/* Anew for each payload: it lives as long as the pool. */
static void load(apr_pool_t *pool)
{
    game_workflows_t *workflows;

    must(!game_workflow_load(pool, WORKFLOWS, game_skill_is_known, NULL,
                             &workflows));
    workflow = game_workflow_find(workflows, "campaign.build.minimal", NULL);
    must(workflow && workflow->steps == STEPS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    if (size) {
        apr_pool_create(&pool, NULL);
        load(pool);
        check_payload(pool, changes[(uint8_t)(data[0] - '0') % 5],
                      (const char *)data + 1, size - 1);
        apr_pool_destroy(pool);
    }
    return 0;
}

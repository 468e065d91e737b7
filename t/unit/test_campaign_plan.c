/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Decisions about runs: rows of a first run and of an update, what a step's
 * end means to others, stops and retries, and states.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "change.h"
#include "plan.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define HASH_OF_NOTHING \
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define SOME_HASH \
    "0000000000000000000000000000000000000000000000000000000000000001"

static int is_any(void *baton, const char *id)
{
    (void)baton;
    return *id != '\0';
}

/* a -> b, c -> d; e alone. */
static const char graph[] =
    "{'workflow_name':'t.flow','version':'1.0.0','steps':["
    "{'step_id':'a','skill_id':'generate_bgm_track','depends_on':[],"
    "'input_selector':{'x':{'source':'trigger','path':'x'}},"
    "'cache_policy':{'enabled':true,'scope':'global'},"
    "'retry_policy':{'max_attempts':10,'backoff_ms':60000}},"
    "{'step_id':'b','skill_id':'s','depends_on':['a'],'input_selector':"
    "{'y':{'source':'step_output','step_id':'a','path':'y'}}},"
    "{'step_id':'c','skill_id':'s','depends_on':['a'],'input_selector':{}},"
    "{'step_id':'d','skill_id':'s','depends_on':['b','c'],"
    "'input_selector':{'old':{'source':'base_run','step_id':'d','path':"
    "'y'}}},"
    "{'step_id':'e','skill_id':'s','depends_on':[],'input_selector':{}}]}";

enum { A, B, C, D, E, STEPS };

static game_workflow_t *workflow_of(const char *text)
{
    game_workflow_t *workflow = NULL;

    ck_assert_str_eq(campaign_code(game_workflow_make(
        test_pool, campaign_json(text), is_any, NULL, &workflow)), "");
    return workflow;
}

/* Places as letters. */
static const char *letters(const int *places, int count)
{
    char *text = apr_pcalloc(test_pool, (apr_size_t)count + 1);
    int i;

    for (i = 0; i < count; i++) {
        text[i] = (char)('a' + places[i]);
    }
    return text;
}

START_TEST(dependents_are_direct_or_not)
{
    game_workflow_t *workflow = workflow_of(graph);
    char marks[STEPS] = { 0, 0, 1, 0, 1 };
    int out[STEPS];

    ck_assert_str_eq(letters(out, game_plan_dependents(workflow, A, out)),
                     "bc");
    ck_assert_str_eq(letters(out, game_plan_closure(workflow, A, out)),
                     "bcd");
    ck_assert_str_eq(letters(out, game_plan_closure(workflow, B, out)), "d");
    ck_assert_int_eq(game_plan_closure(workflow, E, out), 0);
    ck_assert_int_eq(game_plan_dependents(workflow, D, out), 0);
    game_plan_mark(workflow, marks);
    ck_assert(!marks[A] && !marks[B] && marks[C] && marks[D] && marks[E]);
}
END_TEST

/* ---- planning ---- */

START_TEST(a_run_is_planned)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_from_t from = { .trigger = campaign_json("{'x':1}") };
    const game_plan_row_t *rows = game_plan_make(test_pool, workflow, &from);
    static const int waits[] = { 0, 1, 1, 2, 0 };
    char hash[GAME_HASH_SIZE];
    int i;

    for (i = 0; i < STEPS; i++) {
        ck_assert_ptr_eq(rows[i].step, &workflow->step[i]);
        ck_assert_int_eq(rows[i].deps_remaining, waits[i]);
        ck_assert_ptr_null(rows[i].base);
    }
    game_canon_hash(test_pool, from.trigger, hash);
    ck_assert_str_eq(rows[A].input_hash, hash);
    ck_assert_str_eq(rows[B].input_hash, HASH_OF_NOTHING);
    ck_assert_str_eq(rows[D].input_hash, HASH_OF_NOTHING);
    ck_assert_str_eq(game_plan_cache_key(test_pool, workflow, A, SOME_HASH),
                     "t.flow:a:" SOME_HASH);
}
END_TEST

static void add_base(apr_array_header_t *base, const char *step_id,
                     const char *data, int is_usable)
{
    game_plan_base_t *one = apr_array_push(base);

    memset(one, 0, sizeof(*one));
    one->output.step_id = step_id;
    one->output.status = "completed";
    one->output.data = campaign_json(data);
    one->input_hash = SOME_HASH;
    one->is_usable = is_usable;
}

START_TEST(an_update_reuses_what_is_not_impacted)
{
    game_workflow_t *workflow = workflow_of(graph);
    apr_array_header_t *base =
        apr_array_make(test_pool, 4, sizeof(game_plan_base_t));
    const char impacted[STEPS] = { 0, 1, 0, 1, 0 };
    game_plan_from_t from = { campaign_json("{}"), base, impacted };
    const game_plan_row_t *rows;
    static const int waits[] = { 0, 0, 0, 2, 0 };
    char hash[GAME_HASH_SIZE];
    int i;

    add_base(base, "a", "{'y':7}", 1);
    add_base(base, "b", "{'y':8}", 1);
    add_base(base, "c", "{}", 0);       /* a file is gone */
    add_base(base, "d", "{'y':9}", 1);
    rows = game_plan_make(test_pool, workflow, &from);
    for (i = 0; i < STEPS; i++) {
        ck_assert_int_eq(rows[i].deps_remaining, waits[i]);
        ck_assert_int_eq(rows[i].base != NULL, i == A);
    }
    ck_assert_str_eq(rows[A].input_hash, SOME_HASH);
    ck_assert_str_eq(rows[A].base->output.step_id, "a");
    game_canon_hash(test_pool, campaign_json("{'y':7}"), hash);
    ck_assert_str_eq(rows[B].input_hash, hash);
    game_canon_hash(test_pool, campaign_json("{'old':9}"), hash);
    ck_assert_str_eq(rows[D].input_hash, hash);
    from.impacted = NULL;               /* nothing is reused */
    rows = game_plan_make(test_pool, workflow, &from);
    ck_assert_ptr_null(rows[A].base);
    ck_assert_int_eq(rows[B].deps_remaining, 1);
}
END_TEST

/* ---- going on ---- */

static const struct {
    int attempt;
    const char *code;
    int delay;
} retries[] = {
    {1, "EXECUTION_ERROR", 60000}, {9, "TIMEOUT", 60000 * 256},
    {10, "TIMEOUT", GAME_PLAN_GIVE_UP}, {11, "TIMEOUT", GAME_PLAN_GIVE_UP},
    {0, "TIMEOUT", GAME_PLAN_GIVE_UP}, {-1, "TIMEOUT", GAME_PLAN_GIVE_UP},
    {1, "RUN_CANCELLED", GAME_PLAN_GIVE_UP},
    {1, "INPUT_SELECTOR_ERROR", GAME_PLAN_GIVE_UP},
    {1, "MISSING_ASSET", GAME_PLAN_GIVE_UP},
    {1, "POLICY_VIOLATION", GAME_PLAN_GIVE_UP},
    {2, "OUTPUT_VALIDATION_FAILED", 120000}, {2, "SOMETHING", 120000},
};

START_TEST(a_step_is_tried_again_or_not)
{
    game_workflow_t *workflow = workflow_of(graph);

    ck_assert_int_eq(game_plan_retry(&workflow->step[A], retries[_i].attempt,
                                     retries[_i].code), retries[_i].delay);
}
END_TEST

static const game_plan_step_t done = { .status = GAME_STEP_COMPLETED };
static const game_plan_step_t hit = {
    .status = GAME_STEP_SKIPPED, .cache_hit = 1
};
static const game_plan_step_t failed = {
    .status = GAME_STEP_FAILED, .error = "TIMEOUT", .message = "too slow"
};

START_TEST(a_failure_skips_what_depends_on_it)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_step_t steps[STEPS] = { { GAME_STEP_PENDING, 0, NULL, NULL } };
    game_plan_verdict_t verdict;
    int out[STEPS];

    ck_assert(game_plan_is_ready(workflow, steps, A));
    ck_assert(!game_plan_is_ready(workflow, steps, B));
    ck_assert(game_plan_is_ready(workflow, steps, E));
    ck_assert_int_eq(game_plan_end(workflow, steps, A, &hit, out), 0);
    ck_assert(!game_plan_is_ready(workflow, steps, A));
    ck_assert(game_plan_is_ready(workflow, steps, B));
    steps[C].status = GAME_STEP_RUNNING;
    ck_assert_str_eq(letters(out, game_plan_end(workflow, steps, B, &failed,
                                                out)), "d");
    ck_assert_str_eq(steps[D].error, "UPSTREAM_FAILED");
    ck_assert(!steps[D].cache_hit);
    ck_assert(!game_plan_verdict(workflow, steps, 0, &verdict));
    /* D is skipped once */
    ck_assert_int_eq(game_plan_end(workflow, steps, C, &failed, out), 0);
    ck_assert(!game_plan_verdict(workflow, steps, 0, &verdict));
    game_plan_end(workflow, steps, E, &done, out);
    ck_assert(game_plan_verdict(workflow, steps, 0, &verdict));
    ck_assert_int_eq(verdict.status, GAME_RUN_FAILED);
    ck_assert_str_eq(verdict.code, "STEP_EXECUTION_FAILED");
    ck_assert_str_eq(verdict.message, "too slow");
    ck_assert_int_eq(verdict.failed_step, B);
}
END_TEST

START_TEST(a_cancelled_run_ends_with_its_last_step)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_step_t steps[STEPS] = { { GAME_STEP_PENDING, 0, NULL, NULL } };
    game_plan_verdict_t verdict;
    int out[STEPS];

    steps[A].status = GAME_STEP_RUNNING;
    steps[E] = done;
    ck_assert_str_eq(letters(out, game_plan_stop(
        workflow, steps, "RUN_CANCELLED", out)), "bcd");
    ck_assert(!game_plan_verdict(workflow, steps, 0, &verdict));
    game_plan_end(workflow, steps, A, &done, out);
    ck_assert(game_plan_verdict(workflow, steps, 0, &verdict));
    ck_assert_int_eq(verdict.status, GAME_RUN_CANCELLED);
    ck_assert_ptr_null(verdict.code);
}
END_TEST

START_TEST(a_cancel_that_came_too_late_changes_nothing)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_step_t steps[STEPS];
    game_plan_verdict_t verdict;
    int out[STEPS], i;

    for (i = 0; i < STEPS; i++) {
        steps[i] = i % 2 ? done : hit;
    }
    ck_assert_int_eq(game_plan_stop(workflow, steps, "RUN_CANCELLED", out),
                     0);
    ck_assert(game_plan_verdict(workflow, steps, 1, &verdict));
    ck_assert_int_eq(verdict.status, GAME_RUN_COMPLETED);
    ck_assert_int_eq(verdict.failed_step, -1);
}
END_TEST

START_TEST(a_run_that_takes_too_long_fails)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_step_t steps[STEPS] = { { GAME_STEP_PENDING, 0, NULL, NULL } };
    game_plan_verdict_t verdict;
    int out[STEPS];

    game_plan_end(workflow, steps, A, &done, out);
    ck_assert_int_eq(game_plan_stop(workflow, steps, "TIMEOUT", out), 4);
    ck_assert(game_plan_verdict(workflow, steps, 1, &verdict));
    ck_assert_int_eq(verdict.status, GAME_RUN_FAILED);
    ck_assert_str_eq(verdict.code, "TIMEOUT");
    ck_assert_int_eq(verdict.failed_step, -1);
    ck_assert(game_plan_verdict(workflow, steps, 0, &verdict));
    ck_assert_str_eq(verdict.code, "ORCHESTRATION_ERROR");
}
END_TEST

START_TEST(a_retry_keeps_what_is_done)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_step_t steps[STEPS] = { { GAME_STEP_PENDING, 0, NULL, NULL } };
    static const int waits[] = { 0, 0, 0, 2, 0 };
    int out[STEPS], remaining[STEPS], i;

    game_plan_end(workflow, steps, A, &hit, out);
    game_plan_end(workflow, steps, B, &failed, out);
    game_plan_end(workflow, steps, E, &done, out);
    game_plan_stop(workflow, steps, "RUN_CANCELLED", out);
    ck_assert_str_eq(letters(out, game_plan_again(workflow, steps, remaining,
                                                  out)), "bcd");
    for (i = 0; i < STEPS; i++) {
        ck_assert_int_eq(remaining[i], waits[i]);
        ck_assert_ptr_null(steps[i].error);
    }
    ck_assert_int_eq(steps[A].status, GAME_STEP_SKIPPED);
    ck_assert_int_eq(steps[D].status, GAME_STEP_PENDING);
    ck_assert(game_plan_is_ready(workflow, steps, B));
    ck_assert(!game_plan_is_ready(workflow, steps, D));
}
END_TEST

START_TEST(figures_count_what_ran)
{
    const game_plan_step_t steps[] = {
        hit, done, failed, { .status = GAME_STEP_RUNNING },
        { .status = GAME_STEP_PENDING },
        { .status = GAME_STEP_SKIPPED, .error = "UPSTREAM_FAILED" }
    };
    game_plan_figures_t figures;

    game_plan_count(steps, COUNT_OF(steps), &figures);
    ck_assert_int_eq(figures.total, 6);
    ck_assert_int_eq(figures.skipped, 2);
    ck_assert_int_eq(figures.pending + figures.running + figures.completed
                     + figures.failed, 4);
    ck_assert_int_eq(figures.cache_hits, 1);
    ck_assert_int_eq(figures.cache_misses, 3);
    ck_assert(figures.cache_hit_rate == 0.25);
    game_plan_count(steps, 0, &figures);
    ck_assert(figures.cache_hit_rate == 0);
}
END_TEST

static const struct {
    game_step_e status;
    int cache_hit, place, reused, bypassed;
    const char *reason;
} reasons[] = {
    {GAME_STEP_SKIPPED, 1, A, 0, 0, "cache_hit"},
    {GAME_STEP_SKIPPED, 1, A, 1, 0, "reused_from_base_run"},
    {GAME_STEP_SKIPPED, 0, A, 0, 0, "not_executed"},
    {GAME_STEP_PENDING, 0, A, 0, 0, "not_executed"},
    {GAME_STEP_RUNNING, 0, A, 0, 0, "cache_miss"},
    {GAME_STEP_COMPLETED, 0, A, 1, 0, "cache_miss"},
    {GAME_STEP_COMPLETED, 0, A, 0, 1, "cache_disabled"},
    {GAME_STEP_FAILED, 0, B, 0, 0, "cache_disabled"},
};

START_TEST(a_step_has_a_reason)
{
    game_workflow_t *workflow = workflow_of(graph);
    game_plan_step_t step = {
        reasons[_i].status, reasons[_i].cache_hit, NULL, NULL
    };

    ck_assert_str_eq(game_plan_reason(&workflow->step[reasons[_i].place],
                                      &step, reasons[_i].reused,
                                      reasons[_i].bypassed),
                     reasons[_i].reason);
}
END_TEST

/* ---- changes ---- */

static const struct {
    const char *type;
    const char *code;
} types[] = {
    {"audio.update", ""}, {"full_rebuild", ""},
    {"intro.update", "CHANGE_NOT_APPLICABLE"},
    {"asset3d.replace", "CHANGE_NOT_APPLICABLE"},
    {"game_config.update", "CHANGE_NOT_APPLICABLE"},
    {"Audio.update", "UNKNOWN_CHANGE_REQUEST"},
    {"", "UNKNOWN_CHANGE_REQUEST"}, {NULL, "UNKNOWN_CHANGE_REQUEST"},
};

START_TEST(a_change_applies_or_not)
{
    game_change_t *change = NULL;

    ck_assert_str_eq(campaign_code(game_change_make(
        test_pool, workflow_of(graph), types[_i].type, &change)),
        types[_i].code);
    ck_assert_int_eq(change != NULL, !*types[_i].code);
}
END_TEST

START_TEST(a_change_is_told_in_the_order_of_the_definition)
{
    game_workflow_t *workflow = workflow_of(
        "{'workflow_name':'t','version':'1.0.0','steps':["
        "{'step_id':'z','skill_id':'assemble_campaign_manifest',"
        "'depends_on':['y'],'input_selector':{}},"
        "{'step_id':'x','skill_id':'s','depends_on':[],"
        "'input_selector':{}},"
        "{'step_id':'y','skill_id':'generate_bgm_track','depends_on':['x'],"
        "'input_selector':{}}]}");
    game_change_t *change;

    ck_assert_ptr_null(game_change_make(test_pool, workflow, "audio.update",
                                        &change));
    ck_assert(!change->bypasses_cache);
    ck_assert_str_eq(game_json_text(test_pool, game_change_json(
        test_pool, change, campaign_json("{'prompt':null}"))),
        "{\"type\":\"audio.update\",\"payload\":{\"prompt\":null},"
        "\"seeds\":[\"y\"],\"impacted\":[\"z\",\"y\"],\"reused\":[\"x\"]}");
    ck_assert_str_eq(game_json_text(test_pool, game_change_mappings(
        test_pool, workflow)),
        "{\"audio.update\":[\"y\"],\"intro.update\":[\"z\"],"
        "\"outcome.update\":[\"z\"],\"full_rebuild\":[\"z\",\"x\",\"y\"]}");
    ck_assert_ptr_null(game_change_make(test_pool, workflow, "full_rebuild",
                                        &change));
    ck_assert(change->bypasses_cache);
    ck_assert_str_eq(game_json_text(test_pool, game_change_json(
        test_pool, change, NULL)),
        "{\"type\":\"full_rebuild\",\"payload\":null,"
        "\"seeds\":[\"z\",\"x\",\"y\"],\"impacted\":[\"z\",\"x\",\"y\"],"
        "\"reused\":[]}");
}
END_TEST

START_TEST(some_workflows_are_changes)
{
    ck_assert_str_eq(game_change_alias("campaign.update_audio"),
                     "audio.update");
    ck_assert_str_eq(game_change_alias("campaign.update_game_config"),
                     "game_config.update");
    ck_assert_ptr_null(game_change_alias("campaign.build.minimal"));
    ck_assert_ptr_null(game_change_alias(""));
}
END_TEST

/* ---- states ---- */

START_TEST(states_have_names)
{
    static const game_machine_t *const machines[] = {
        &game_machine_run, &game_machine_step, &game_machine_campaign
    };
    int i, state;

    for (i = 0; i < COUNT_OF(machines); i++) {
        for (state = 0; state < 5; state++) {
            const char *name = game_state_name(machines[i], state);

            ck_assert_int_eq(game_state_parse(machines[i], name), state);
            ck_assert_ptr_null(game_state_events(machines[i], state, state));
        }
        ck_assert_int_eq(game_state_parse(machines[i], ""), -1);
        ck_assert_int_eq(game_state_parse(machines[i], "Running"), -1);
        ck_assert_int_eq(game_state_parse(machines[i], NULL), -1);
    }
}
END_TEST

static const struct {
    int from, to;
    const char *event;
    int allowed;
} moves[] = {
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, "cache_hit", 1},
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, "upstream_failed", 1},
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, "run_cancelled", 1},
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, "cache", 0},
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, "failed", 0},
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, "", 0},
    {GAME_STEP_PENDING, GAME_STEP_SKIPPED, NULL, 1},
    {GAME_STEP_RUNNING, GAME_STEP_SKIPPED, "upstream_failed", 0},
    {GAME_STEP_PENDING, GAME_STEP_COMPLETED, "succeed", 0},
    {GAME_STEP_COMPLETED, GAME_STEP_PENDING, "run_retry", 0},
    {GAME_STEP_FAILED, GAME_STEP_PENDING, "run_retry", 1},
    {GAME_STEP_FAILED, GAME_STEP_PENDING, "lease_expired", 0},
};

START_TEST(an_event_leads_somewhere_or_not)
{
    ck_assert_str_eq(campaign_code(game_state_check(
        test_pool, &game_machine_step, moves[_i].from, moves[_i].to,
        moves[_i].event)),
        moves[_i].allowed ? "" : "INVALID_STATE_TRANSITION");
}
END_TEST

Suite *campaign_plan_suite(void)
{
    Suite *suite = suite_create("campaign_plan");
    TCase *tests = fixture_case("campaign_plan");

    tcase_add_test(tests, dependents_are_direct_or_not);
    tcase_add_test(tests, a_run_is_planned);
    tcase_add_test(tests, an_update_reuses_what_is_not_impacted);
    tcase_add_loop_test(tests, a_step_is_tried_again_or_not, 0,
                        COUNT_OF(retries));
    tcase_add_test(tests, a_failure_skips_what_depends_on_it);
    tcase_add_test(tests, a_cancelled_run_ends_with_its_last_step);
    tcase_add_test(tests, a_cancel_that_came_too_late_changes_nothing);
    tcase_add_test(tests, a_run_that_takes_too_long_fails);
    tcase_add_test(tests, a_retry_keeps_what_is_done);
    tcase_add_test(tests, figures_count_what_ran);
    tcase_add_loop_test(tests, a_step_has_a_reason, 0, COUNT_OF(reasons));
    tcase_add_loop_test(tests, a_change_applies_or_not, 0, COUNT_OF(types));
    tcase_add_test(tests, a_change_is_told_in_the_order_of_the_definition);
    tcase_add_test(tests, some_workflows_are_changes);
    tcase_add_test(tests, states_have_names);
    tcase_add_loop_test(tests, an_event_leads_somewhere_or_not, 0,
                        COUNT_OF(moves));
    suite_add_tcase(suite, tests);
    return suite;
}

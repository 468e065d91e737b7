/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suites of what becomes of runs: campaign-scheduler, campaign-backoff,
 * campaign-change-request, campaign-state-transitions and campaign-trigger.
 */
#include "vectors.h"

#include "change.h"
#include "plan.h"
#include "trigger.h"

#include <apr_strings.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

static int is_any(void *baton, const char *id)
{
    (void)baton;
    return *id != '\0';
}

/* What a vector leaves out of a step's definition. */
static void complete_step(json_t *step)
{
    json_t *retry = MEMBER(step, "retry_policy");

    if (!MEMBER(step, "skill_id")) {
        json_object_set_new(step, "skill_id", json_string("any"));
    }
    json_object_set_new(step, "input_selector", json_object());
    if (retry && !MEMBER(retry, "backoff_ms")) {
        json_object_set_new(retry, "backoff_ms", json_integer(1000));
    }
}

/* A workflow of a vector's steps. */
static game_workflow_t *workflow_of(game_vectors_t *v, const json_t *steps)
{
    json_t *definition = json_pack("{s:s, s:s, s:o}", "workflow_name", "t",
                                   "version", "1.0.0", "steps",
                                   json_deep_copy(steps));
    game_workflow_t *workflow = NULL;
    game_fault_t *fault;
    json_t *step;
    size_t i;

    json_array_foreach(MEMBER(definition, "steps"), i, step) {
        complete_step(step);
    }
    fault = game_workflow_make(v->pool, definition, is_any, NULL, &workflow);
    if (fault) {
        game_vectors_differ(v, "%s: %s", fault->code, fault->message);
    }
    json_decref(definition);
    return workflow;
}

/* ---- the scheduler ---- */

typedef struct script_t {
    const game_workflow_t *workflow;
    const json_t *outcomes;
    const char *cancel_after;
    game_plan_step_t *steps;
    int *attempts;
    int *places;
} script_t;

/* Outcome of an attempt; the last that is scripted repeats. */
static const char *outcome(const json_t *list, int attempt)
{
    size_t size = json_array_size(list);
    size_t at = (size_t)attempt > size ? size : (size_t)attempt;

    return size ? json_string_value(json_array_get(list, at - 1)) : "ok";
}

static void run_step(script_t *script, int place)
{
    const game_step_def_t *def = &script->workflow->step[place];
    const json_t *list = MEMBER(script->outcomes, def->id);
    game_plan_step_t how = { .status = GAME_STEP_COMPLETED };
    int attempt = 1;

    if (json_is_string(list)) {
        how.status = GAME_STEP_SKIPPED;
        how.cache_hit = !strcmp(json_string_value(list), "cache");
    }
    else {
        while (strcmp(outcome(list, attempt), "ok")
               && game_plan_retry(def, attempt, outcome(list, attempt))
                  != GAME_PLAN_GIVE_UP) {
            attempt++;
        }
        if (strcmp(outcome(list, attempt), "ok")) {
            how.status = GAME_STEP_FAILED;
            how.error = outcome(list, attempt);
        }
    }
    script->attempts[place] = attempt;
    game_plan_end(script->workflow, script->steps, place, &how,
                  script->places);
}

static void run_script(script_t *script)
{
    int place;

    for (place = 0; place < script->workflow->steps; place++) {
        if (!game_plan_is_ready(script->workflow, script->steps, place)) {
            continue;
        }
        run_step(script, place);
        if (script->cancel_after
            && !strcmp(script->cancel_after,
                       script->workflow->step[place].id)) {
            game_plan_stop(script->workflow, script->steps, "RUN_CANCELLED",
                           script->places);
        }
    }
}

static void check_steps(game_vectors_t *v, const json_t *expected,
                        const script_t *script)
{
    int i;

    for (i = 0; i < script->workflow->steps; i++) {
        const game_plan_step_t *step = &script->steps[i];
        json_t *got = json_pack(
            "{s:s, s:i, s:b, s:s?}", "status",
            game_state_name(&game_machine_step, (int)step->status),
            "attempt", script->attempts[i], "cacheHit", step->cache_hit,
            "error", step->error);

        game_vectors_equal(v, script->workflow->step[i].id,
                           MEMBER(expected, script->workflow->step[i].id),
                           got);
        json_decref(got);
    }
}

static void check_run(game_vectors_t *v, const json_t *expected,
                      const script_t *script)
{
    const json_t *error = MEMBER(expected, "error");
    game_plan_verdict_t verdict;

    if (!game_plan_verdict(script->workflow, script->steps, 0, &verdict)) {
        game_vectors_differ(v, "the run has not ended");
        return;
    }
    game_vectors_text(v, "status", TEXT(expected, "status"),
                      game_state_name(&game_machine_run,
                                      (int)verdict.status));
    if (!error) {
        if (verdict.code) {
            game_vectors_differ(v, "the run has error %s", verdict.code);
        }
        return;
    }
    game_vectors_text(v, "code", TEXT(error, "code"), verdict.code);
    game_vectors_text(v, "failedStepId", TEXT(error, "failedStepId"),
                      verdict.failed_step < 0 ? NULL
                      : script->workflow->step[verdict.failed_step].id);
}

static void check_figures(game_vectors_t *v, const json_t *expected,
                          const script_t *script)
{
    const json_t *cache = MEMBER(expected, "cacheAnalysis");
    game_plan_figures_t f;
    json_t *summary, *analysis;

    game_plan_count(script->steps, script->workflow->steps, &f);
    summary = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "total", f.total,
                        "pending", f.pending, "running", f.running,
                        "completed", f.completed, "skipped", f.skipped,
                        "failed", f.failed);
    analysis = json_pack("{s:i, s:i, s:i, s:O}", "totalSteps", f.total,
                         "cacheHits", f.cache_hits, "cacheMisses",
                         f.cache_misses, "cacheHitRate",
                         MEMBER(cache, "cacheHitRate"));
    game_vectors_equal(v, "stepsSummary", MEMBER(expected, "stepsSummary"),
                       summary);
    game_vectors_equal(v, "cacheAnalysis", cache, analysis);
    if (json_number_value(MEMBER(cache, "cacheHitRate"))
        != f.cache_hit_rate) {
        game_vectors_differ(v, "cacheHitRate is %.17g", f.cache_hit_rate);
    }
    json_decref(summary);
    json_decref(analysis);
}

static void run_schedule(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = MEMBER(test, "expected");
    script_t script = { .workflow = workflow_of(v, MEMBER(test, "steps")) };
    apr_size_t size;
    int i;

    if (!script.workflow) {
        return;
    }
    size = (apr_size_t)script.workflow->steps;
    script.outcomes = MEMBER(test, "outcomes");
    script.cancel_after = TEXT(test, "cancel_after");
    script.steps = apr_pcalloc(v->pool, size * sizeof(*script.steps));
    script.attempts = apr_pcalloc(v->pool, size * sizeof(int));
    script.places = apr_pcalloc(v->pool, size * sizeof(int));
    for (i = 0; i < script.workflow->steps; i++) {
        script.attempts[i] = 1;
    }
    run_script(&script);
    check_steps(v, MEMBER(expected, "steps"), &script);
    check_run(v, MEMBER(expected, "run"), &script);
    check_figures(v, expected, &script);
}

int game_vectors_scheduler(game_vectors_t *v)
{
    game_vectors_each(v, run_schedule);
    return 1;
}

static void run_backoff(game_vectors_t *v, const json_t *test)
{
    game_step_def_t step = {
        .max_attempts = (int)json_integer_value(MEMBER(test,
                                                       "max_attempts")),
        .backoff_ms = (int)json_integer_value(MEMBER(test, "backoff_ms"))
    };
    json_t *delays = json_array();
    int attempt, delay;

    for (attempt = 1;; attempt++) {
        delay = game_plan_retry(&step, attempt, "EXECUTION_ERROR");
        if (delay == GAME_PLAN_GIVE_UP) {
            break;
        }
        json_array_append_new(delays, json_integer(delay));
    }
    game_vectors_equal(v, "delays", MEMBER(test, "expected_delays_ms"),
                       delays);
    json_decref(delays);
}

int game_vectors_backoff(game_vectors_t *v)
{
    game_vectors_each(v, run_backoff);
    return 1;
}

/* ---- change requests ---- */

static void run_change(game_vectors_t *v, const json_t *test)
{
    game_workflow_t *workflow = workflow_of(v, MEMBER(test, "steps"));
    const json_t *expected = MEMBER(test, "expected");
    game_change_t *change;
    game_fault_t *fault;

    if (!workflow) {
        return;
    }
    fault = game_change_make(v->pool, workflow, TEXT(test, "type"), &change);
    if (fault || MEMBER(expected, "error")) {
        game_vectors_text(v, "error", TEXT(expected, "error"),
                          fault ? fault->code : NULL);
        return;
    }
    game_vectors_equal(v, "seeds", MEMBER(expected, "seeds"),
                       game_change_seeds(v->pool, change));
    game_vectors_equal(v, "impacted", MEMBER(expected, "impacted"),
                       game_change_impacted(v->pool, change));
    game_vectors_equal(v, "reused", MEMBER(expected, "reused"),
                       game_change_reused(v->pool, change));
}

int game_vectors_change_request(game_vectors_t *v)
{
    game_vectors_each(v, run_change);
    return 1;
}

static void run_trigger(game_vectors_t *v, const json_t *test)
{
    apr_array_header_t *issues =
        apr_array_make(v->pool, 1, sizeof(game_issue_t));
    const char *op = TEXT(test, "op");
    game_json_t *got;

    if (!strcmp(op, "normalize")) {
        got = game_trigger_normalize(v->pool, MEMBER(test, "payload"));
        game_vectors_equal(v, "once more", got,
                           game_trigger_normalize(v->pool, got));
    }
    else {
        got = game_trigger_change(v->pool, MEMBER(test, "base"),
                                  TEXT(test, "type"),
                                  MEMBER(test, "payload"), issues);
    }
    if (issues->nelts) {
        game_vectors_differ(v, "%s", APR_ARRAY_IDX(issues, 0,
                                                   game_issue_t).message);
    }
    game_vectors_equal(v, op, MEMBER(test, "expected"), got);
}

int game_vectors_trigger(game_vectors_t *v)
{
    game_vectors_each(v, run_trigger);
    return 1;
}

/* ---- states ---- */

static const struct {
    const char *entity;
    const game_machine_t *machine;
} machines[] = {
    { "run", &game_machine_run },
    { "run_step", &game_machine_step },
    { "campaign", &game_machine_campaign },
};

/* Every event of a vector must lead there. */
static void check_events(game_vectors_t *v, const json_t *test,
                         const game_machine_t *machine, int from, int to)
{
    char *events = apr_pstrdup(v->pool, TEXT(test, "event"));
    char *last, *event;

    for (event = apr_strtok(events, "|", &last); event;
         event = apr_strtok(NULL, "|", &last)) {
        game_fault_t *fault = game_state_check(v->pool, machine, from, to,
                                               event);

        if (fault) {
            game_vectors_differ(v, "%s", fault->message);
        }
    }
}

static void run_transition(game_vectors_t *v, const json_t *test)
{
    const game_machine_t *machine = NULL;
    game_fault_t *fault;
    int from, to;
    size_t i;

    for (i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (!strcmp(machines[i].entity, TEXT(test, "entity"))) {
            machine = machines[i].machine;
        }
    }
    from = machine ? game_state_parse(machine, TEXT(test, "from")) : -1;
    to = machine ? game_state_parse(machine, TEXT(test, "to")) : -1;
    if (from < 0 || to < 0) {
        game_vectors_differ(v, "there is no such state");
        return;
    }
    fault = game_state_check(v->pool, machine, from, to, NULL);
    if (!json_is_true(MEMBER(test, "allowed"))) {
        game_vectors_text(v, "code", TEXT(test, "code"),
                          fault ? fault->code : NULL);
    }
    else if (fault) {
        game_vectors_differ(v, "%s", fault->message);
    }
    else {
        check_events(v, test, machine, from, to);
    }
}

int game_vectors_state_transitions(game_vectors_t *v)
{
    game_vectors_each(v, run_transition);
    return 1;
}

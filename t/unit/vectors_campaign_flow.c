/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suites of workflows: campaign-workflow-def, campaign-selector and
 * campaign-step-input (with the workflow that is shipped).
 */
#include "vectors.h"

#include "plan.h"

#include <apr_strings.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

#define WORKFLOWS "mod_game/campaigns/workflows"
#define HASH_OF_NOTHING \
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

/* ---- definitions ---- */

static int is_listed(void *baton, const char *id)
{
    const json_t *known;
    size_t i;

    json_array_foreach((json_t *)baton, i, known) {
        if (!strcmp(json_string_value(known), id)) {
            return 1;
        }
    }
    return 0;
}

/* Longest way from a step without dependencies. */
static int level_of(const game_workflow_t *workflow, int place)
{
    const game_step_def_t *step = &workflow->step[place];
    int i, level = 0;

    for (i = 0; i < step->depends; i++) {
        int above = level_of(workflow, step->depends_on[i]) + 1;

        level = above > level ? above : level;
    }
    return level;
}

static void check_graph(game_vectors_t *v, const json_t *expected,
                        const game_workflow_t *workflow)
{
    json_t *order = json_array();
    json_t *levels = json_object();
    int i;

    for (i = 0; i < workflow->steps; i++) {
        const game_step_def_t *step = &workflow->step[i];

        json_array_append_new(order, json_string(step->id));
        json_object_set_new(levels, step->id,
                            json_integer(level_of(workflow, i)));
        if (step->ordinal != i || game_workflow_step(workflow, step->id) != i)
        {
            game_vectors_differ(v, "%s is not at %d", step->id, i);
        }
    }
    game_vectors_equal(v, "order", MEMBER(expected, "order"), order);
    game_vectors_equal(v, "levels", MEMBER(expected, "levels"), levels);
    json_decref(order);
    json_decref(levels);
}

static void run_definition(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = MEMBER(test, "expected");
    game_workflow_t *workflow = NULL;
    game_fault_t *fault = game_workflow_make(
        v->pool, MEMBER(test, "workflow"), is_listed,
        MEMBER(v->root, "known_skills"), &workflow);

    if (!json_is_true(MEMBER(expected, "valid"))) {
        game_vectors_text(v, "code", TEXT(expected, "code"),
                          fault ? fault->code : NULL);
    }
    else if (fault) {
        game_vectors_differ(v, "%s: %s", fault->code, fault->message);
    }
    else {
        check_graph(v, expected, workflow);
    }
}

int game_vectors_workflow_def(game_vectors_t *v)
{
    game_vectors_each(v, run_definition);
    return 1;
}

/* ---- selectors ---- */

/* Outputs of steps as a vector has them: {<step id>: {...}}. */
static apr_array_header_t *outputs_of(apr_pool_t *pool, const json_t *steps)
{
    apr_array_header_t *outputs =
        apr_array_make(pool, 4, sizeof(game_select_output_t));
    const char *id;
    json_t *step;

    json_object_foreach((json_t *)steps, id, step) {
        game_select_output_t *output = apr_array_push(outputs);

        output->step_id = id;
        output->status = TEXT(step, "status") ? TEXT(step, "status")
                                              : "completed";
        output->artifact_ids = MEMBER(step, "outputArtifactIds");
        output->data = MEMBER(step, "data");
    }
    return outputs;
}

static void run_selector(game_vectors_t *v, const json_t *test)
{
    const json_t *context = MEMBER(v->root, "context");
    const json_t *expected = MEMBER(test, "expected");
    game_select_t from = {
        .trigger = MEMBER(context, "trigger_payload"),
        .outputs = outputs_of(v->pool, MEMBER(context, "step_outputs"))
    };
    apr_array_header_t *issues =
        apr_array_make(v->pool, 1, sizeof(game_issue_t));
    game_json_t *got = NULL;
    game_fault_t *fault = game_select_value(
        v->pool, &from, MEMBER(test, "selector"), &got);

    if (json_is_true(MEMBER(expected, "error"))) {
        game_vectors_text(v, "error", "INPUT_SELECTOR_ERROR",
                          fault ? fault->code : NULL);
        return;
    }
    game_select_check(v->pool, MEMBER(test, "selector"), "x", issues);
    if (fault || issues->nelts) {
        game_vectors_differ(v, "%s", fault ? fault->message
                            : "the selector's form is refused");
    }
    else if (got || !json_is_true(MEMBER(expected, "absent"))) {
        game_vectors_equal(v, "value", MEMBER(expected, "value"), got);
    }
}

int game_vectors_selector(game_vectors_t *v)
{
    game_vectors_each(v, run_selector);
    return 1;
}

/* ---- inputs of steps ---- */

static int is_any(void *baton, const char *id)
{
    (void)baton;
    return *id != '\0';
}

static const game_workflow_t *shipped(game_vectors_t *v, const char *name)
{
    game_workflows_t *workflows;
    game_fault_t *fault = game_workflow_load(v->pool, WORKFLOWS, is_any,
                                             NULL, &workflows);
    const game_workflow_t *workflow =
        fault ? NULL : game_workflow_find(workflows, name, NULL);

    if (!workflow) {
        game_vectors_differ(v, "no workflow %s: %s", name,
                            fault ? fault->message : "not loaded");
    }
    return workflow;
}

static void check_input(game_vectors_t *v, const json_t *expected,
                        const game_workflow_t *workflow,
                        const game_select_t *from, int place)
{
    char hash[GAME_HASH_SIZE];
    game_json_t *input;

    if (game_select_input(v->pool, from, workflow->step[place].input_selector,
                          &input)) {
        game_vectors_text(v, "stored_input_hash",
                          TEXT(expected, "stored_input_hash"),
                          HASH_OF_NOTHING);
        return;
    }
    game_canon_hash(v->pool, input, hash);
    game_vectors_equal(v, "input", MEMBER(expected, "input"), input);
    game_vectors_text(v, "input_hash", TEXT(expected, "input_hash"), hash);
    game_vectors_text(v, "cache_key", TEXT(expected, "cache_key"),
                      game_plan_cache_key(v->pool, workflow, place, hash));
}

/* Rows are planned before there is any output. */
static void check_row(game_vectors_t *v, const json_t *expected,
                      const game_plan_row_t *row)
{
    const char *hash = TEXT(expected, "input_hash");

    game_vectors_text(v, "planned hash",
                      row->step->depends ? HASH_OF_NOTHING : hash,
                      row->input_hash);
    if (row->deps_remaining != row->step->depends || row->base) {
        game_vectors_differ(v, "%s waits for %d", row->step->id,
                            row->deps_remaining);
    }
}

static void run_input(game_vectors_t *v, const json_t *test)
{
    const game_workflow_t *workflow = shipped(v, TEXT(test, "workflow"));
    const json_t *trigger = MEMBER(test, "trigger_payload");
    game_plan_from_t begin = { .trigger = trigger };
    game_select_t from = {
        .trigger = trigger,
        .outputs = outputs_of(v->pool, MEMBER(test, "step_outputs"))
    };
    const game_plan_row_t *rows;
    int i;

    if (!workflow) {
        return;
    }
    rows = game_plan_make(v->pool, workflow, &begin);
    for (i = 0; i < workflow->steps; i++) {
        const json_t *expected = MEMBER(MEMBER(test, "expected"),
                                        workflow->step[i].id);

        check_input(v, expected, workflow, &from, i);
        check_row(v, expected, &rows[i]);
    }
}

int game_vectors_step_input(game_vectors_t *v)
{
    game_vectors_each(v, run_input);
    return 1;
}

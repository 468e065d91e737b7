/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Scoring an event: rules alone, or pre rules, the parent and post rules
 * (engine.md 3.9). What pre rules set is seen by the parent and post rules;
 * callbacks of all three are merged.
 */
#include "callback.h"
#include "program.h"

#include <apr_strings.h>
#include <stddef.h>
#include <string.h>

static const game_dsl_cause_t bad_parent = {
    GAME_DSL_FAILED, "DSL_PARENT_RESULT", 1
};

/* ---- fields ---- */

static const game_value_t nothing = {GAME_VALUE_NULL, {0}};
static const game_value_t zero = {GAME_VALUE_INT, {.whole = 0}};

static void take_text(const char *text, game_value_t *value)
{
    value->kind = text ? GAME_VALUE_TEXT : GAME_VALUE_NULL;
    value->as.text = text;
}

static void take_count(apr_int64_t count, game_value_t *value)
{
    value->kind = GAME_VALUE_INT;
    value->as.whole = count;
}

static int take_input(const game_inputs_t *inputs, unsigned input,
                      game_value_t *value)
{
    if (!inputs) {
        return 0;
    }
    switch (input) {
    case GAME_INPUT_TASK_COUNT:
        take_count(inputs->task_count, value);
        break;
    case GAME_INPUT_USER_COUNT:
        take_count(inputs->user_count, value);
        break;
    case GAME_INPUT_RECENT_COUNT:
        take_count(inputs->recent_count, value);
        break;
    case GAME_INPUT_USER_AVG:
        *value = inputs->user_avg;
        break;
    case GAME_INPUT_ALL_AVG:
        *value = inputs->all_avg;
        break;
    case GAME_INPUT_LAST_DIFF:
        *value = inputs->last_diff;
        break;
    default:
        *value = inputs->new_diff;
    }
    return 1;
}

int game_dsl_fetch(game_dsl_run_t *run, const game_dsl_slot_t *slot,
                   game_value_t *value)
{
    const game_event_t *event = run->env->event;

    if (run->section == GAME_DSL_POST && slot->change >= 0
        && run->changes.filled[slot->change]) {
        *value = run->changes.values[slot->change];
        return 1;
    }
    if (run->env->mock
        && run->env->mock(run->env->mock_data, slot->path, value)) {
        return 1;
    }
    switch (slot->what.kind) {
    case GAME_DSL_FIELD_GAME:
        take_text(event->external_game_id, value);
        break;
    case GAME_DSL_FIELD_TASK:
        take_text(event->external_task_id, value);
        break;
    case GAME_DSL_FIELD_USER:
        take_text(event->external_user_id, value);
        break;
    case GAME_DSL_FIELD_DATA:
        if (!event->member || !event->member(event, slot->what.key, value)) {
            *value = nothing;
        }
        break;
    case GAME_DSL_FIELD_POINTS:
        *value = run->parent_points;
        break;
    case GAME_DSL_FIELD_CASE:
        take_text(run->parent_case, value);
        break;
    default:
        return take_input(run->env->inputs, slot->what.input, value);
    }
    return 1;
}

/* ---- runs ---- */

static void make_places(apr_pool_t *pool, game_dsl_places_t *places,
                        int count)
{
    apr_size_t room = (apr_size_t)count + 1;

    places->values = apr_pcalloc(pool, room * sizeof(*places->values));
    places->filled = apr_pcalloc(pool, room);
    places->order = apr_pcalloc(pool, room * sizeof(*places->order));
}

game_dsl_run_t *game_dsl_run_make(apr_pool_t *pool,
                                  const game_dsl_program_t *program)
{
    game_dsl_run_t *run = apr_pcalloc(pool, sizeof(*run));
    apr_size_t slots = (apr_size_t)program->slot_count + 1;

    run->program = program;
    run->stack = apr_pcalloc(pool, ((apr_size_t)program->stack_size + 1)
                                   * sizeof(*run->stack));
    run->fields = apr_pcalloc(pool, slots * sizeof(*run->fields));
    run->fetched = apr_pcalloc(pool, slots);
    make_places(pool, &run->callback, program->callback_count);
    make_places(pool, &run->changes, program->change_count);
    return run;
}

static void empty(game_dsl_places_t *places)
{
    while (places->count) {
        places->filled[places->order[--places->count]] = 0;
    }
}

static int run_section(game_dsl_run_t *run, game_dsl_section_e section,
                       game_dsl_result_t *result)
{
    int done;

    run->section = section;
    run->steps = 0;
    run->patience = 0;                  /* look at once */
    run->vetoed = 0;
    memset(run->fetched, 0, (apr_size_t)run->program->slot_count);
    done = game_dsl_execute(run, section);
    result->steps[section] = run->steps;
    return done;
}

/* ---- the pipeline ---- */

static const char *callback_of(game_dsl_run_t *run)
{
    return game_dsl_callback_text(run->pool, run->program->callbacks,
                                  &run->callback);
}

static int score_rules(game_dsl_run_t *run, game_dsl_result_t *result)
{
    run->points = zero;
    run->case_name = NULL;
    if (!run_section(run, GAME_DSL_RULES, result)) {
        return 0;
    }
    result->points = run->points;
    result->case_name = run->case_name;
    result->callback = callback_of(run);
    return 1;
}

/* @return 1, or 0 and a fault; a veto is in the result */
static int score_before(game_dsl_run_t *run, game_dsl_result_t *result)
{
    if (!run->program->rules[GAME_DSL_PRE]) {
        return 1;
    }
    if (!run_section(run, GAME_DSL_PRE, result)) {
        return 0;
    }
    result->callback = callback_of(run);
    result->vetoed = run->vetoed;
    if (run->vetoed) {
        result->case_name = run->case_name;
    }
    empty(&run->callback);              /* anew for post rules */
    return 1;
}

static int refuse_parent(game_dsl_run_t *run, const char *message)
{
    return game_dsl_fault(run->fault, run->pool, &bad_parent, NULL, "%s",
                          message);
}

static int score_parent(game_dsl_run_t *run, game_dsl_result_t *result,
                        game_score_t *score)
{
    const game_dsl_env_t *env = run->env;

    memset(score, 0, sizeof(*score));
    if (!env->parent) {
        return refuse_parent(run, "There is no parent strategy to ask.");
    }
    game_dsl_inner_begin(run);
    result->verdict = env->parent(env->parent_data, &run->inner, score,
                                  run->pool);
    if (result->verdict != GAME_SCORED) {
        result->detail = score->detail;
        return 1;
    }
    if (score->points.kind == GAME_VALUE_NULL) {
        score->points = zero;
    }
    if (score->points.kind > GAME_VALUE_REAL) {
        return refuse_parent(run, "The parent's points are no number.");
    }
    result->points = score->points;
    result->case_name = score->case_name;
    return game_dsl_look_at_clock(run, NULL);
}

static double real_of(const game_value_t *number)
{
    return number->kind == GAME_VALUE_REAL ? number->as.real
           : number->kind == GAME_VALUE_INT ? (double)number->as.whole
           : number->as.flag != 0;
}

static int score_after(game_dsl_run_t *run, game_dsl_result_t *result,
                       const game_score_t *parent)
{
    if (!run->program->rules[GAME_DSL_POST]) {
        return 1;
    }
    run->parent_points = parent->points;
    run->parent_case = parent->case_name;
    run->points.kind = GAME_VALUE_REAL;
    run->points.as.real = real_of(&parent->points);
    run->case_name = parent->case_name;
    if (!run_section(run, GAME_DSL_POST, result)) {
        return 0;
    }
    result->points = run->points;
    result->case_name = run->case_name;
    return 1;
}

static int score_around(game_dsl_run_t *run, game_dsl_result_t *result)
{
    game_score_t parent;

    if (!score_before(run, result)) {
        return 0;
    }
    if (result->vetoed) {
        return 1;
    }
    if (!score_parent(run, result, &parent)) {
        return 0;
    }
    if (result->verdict != GAME_SCORED) {
        result->callback = NULL;
        return 1;
    }
    if (!score_after(run, result, &parent)) {
        return 0;
    }
    if (!game_dsl_callback_merge(run->pool, result->callback, parent.callback,
                                 callback_of(run), &result->callback)) {
        return refuse_parent(run, "The parent's callback is no JSON.");
    }
    return 1;
}

int game_dsl_score(game_dsl_run_t *run, const game_dsl_env_t *env,
                   game_dsl_result_t *result, game_dsl_fault_t *fault,
                   apr_pool_t *pool)
{
    int done;

    run->env = env;
    run->limits = env->limits ? env->limits : &game_dsl_limits;
    run->fault = fault;
    run->pool = pool;
    run->nodes = 0;
    empty(&run->callback);
    empty(&run->changes);
    memset(result, 0, sizeof(*result));
    memset(result->steps, -1, sizeof(result->steps));   /* each is -1 */
    result->verdict = GAME_SCORED;
    result->points = zero;
    done = run->program->mode == GAME_DSL_FULL ? score_rules(run, result)
                                               : score_around(run, result);
    result->nodes = run->nodes;
    return done;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of programs that run: dsl-eval*.json. Each case runs twice,
 * without a trace and with one, and both must come to the same.
 */
#include "vectors_dsl_event.h"

#include "vectors_value.h"

#include <apr_strings.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

/* What a case came to. */
typedef struct {
    int ok;
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    game_dsl_trace_t *trace;
} outcome_t;

static const char *const section_names[GAME_DSL_SECTIONS] = {
    "full", "pre", "post"
};

/* ---- what was read ---- */

static unsigned all_inputs(const game_dsl_program_t *program,
                           unsigned sections)
{
    game_needs_t needs;

    game_dsl_needs(program, sections, &needs);
    if ((needs.mask & GAME_INPUT_RECENT_COUNT)
        && needs.recent_seconds != 300) {
        return 0;
    }
    return needs.mask;
}

/* Inputs that a case has to fetch: what mocks give is not fetched. */
static unsigned inputs_read(const game_dsl_program_t *program,
                            vector_event_t *event)
{
    unsigned mask = all_inputs(program, game_dsl_sections(program));
    const json_t *mocks = MEMBER(event->test, "mockState");
    game_needs_t needs = {0, 0, 0};
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)mocks, name, value) {
        mask &= ~vector_event_input(name);
    }
    if (event->builtin && event->builtin->needs) {
        event->builtin->needs(event->variables, &needs);
    }
    return mask | needs.mask;
}

static void check_reads(game_vectors_t *v, const game_dsl_program_t *program,
                        vector_event_t *event, const json_t *expected)
{
    unsigned got = inputs_read(program, event);
    unsigned wanted = 0;
    const json_t *read;
    size_t i;

    json_array_foreach(MEMBER(expected, "analyticsReads"), i, read) {
        wanted |= vector_event_input(json_string_value(read));
    }
    if (event->builtin) {               /* asks for all that it may need */
        got &= wanted;
    }
    if (got & ~wanted) {
        game_vectors_differ(v, "inputs asked for: %x, expected %x", got,
                            wanted);
    }
    if (wanted & ~got) {
        if (wanted & ~got & ~all_inputs(program, ~0u)) {
            game_vectors_differ(v, "inputs not asked for: %x", wanted & ~got);
        }
        game_vectors_decided(v, "inputs of sections that do not run are not "
                             "fetched");
    }
}

/* @return whether all inputs that are asked for are there */
static int can_fetch(const game_dsl_program_t *program,
                     vector_event_t *event)
{
    unsigned missing = all_inputs(program, game_dsl_sections(program))
                       & inputs_read(program, event);
    const char *name;
    json_t *value;

    json_object_foreach(MEMBER(event->test, "analytics"), name, value) {
        missing &= ~vector_event_input(name);
    }
    return !missing;
}

/* ---- comparing ---- */

static void check_steps(game_vectors_t *v, const json_t *expected,
                        const game_dsl_result_t *result)
{
    const json_t *wanted = MEMBER(expected, "steps");
    json_t *got = json_object();
    int i;

    for (i = 0; i < GAME_DSL_SECTIONS; i++) {
        if (result->steps[i] >= 0) {
            json_object_set_new(got, section_names[i],
                                json_integer(result->steps[i]));
        }
    }
    if (wanted) {
        game_vectors_equal(v, "steps", wanted, got);
    }
    json_decref(got);
}

static void check_trace(game_vectors_t *v, const json_t *expected,
                        const outcome_t *got)
{
    json_t *trace = json_loads(game_dsl_trace_text(got->trace), 0, NULL);
    const json_t *wanted = MEMBER(expected, "trace");
    int changed = 0;
    json_t *plain = vector_dsl_plain(trace, &changed, v->pool);

    if (wanted) {
        game_vectors_equal(v, "trace", wanted, plain);
    }
    if (changed) {
        game_vectors_decided(v, "ids made for pre, post and else say so");
    }
    if (game_dsl_trace_count(got->trace) != got->result.nodes) {
        game_vectors_differ(v, "%d nodes, but %d in the trace",
                            got->result.nodes,
                            game_dsl_trace_count(got->trace));
    }
    json_decref(plain);
    json_decref(trace);
}

static void check_points(game_vectors_t *v, const json_t *test,
                         const game_dsl_result_t *result)
{
    game_value_t wanted = vector_value(
        MEMBER(MEMBER(test, "expected"), "points"), v->pool);
    game_value_t got = result->points;

    if (TEXT(test, "via") && got.kind == GAME_VALUE_INT) {
        got.kind = GAME_VALUE_REAL;     /* how a simulation answers */
        got.as.real = (double)result->points.as.whole;
    }
    if (!vector_same(&wanted, &got)) {
        game_vectors_differ(v, "points are %s, expected %s",
                            vector_show(&got, v->pool),
                            vector_show(&wanted, v->pool));
    }
}

/* @return whether a key is set by set_callback_data in these rules */
static int writes_key(const json_t *rules, const char *key)
{
    const char *type = TEXT(rules, "type");
    const char *name;
    json_t *value;
    size_t i;

    if (type && !strcmp(type, "set_callback_data")
        && !strcmp(TEXT(rules, "key"), key)) {
        return 1;
    }
    json_array_foreach(rules, i, value) {
        if (writes_key(value, key)) {
            return 1;
        }
    }
    json_object_foreach((json_t *)rules, name, value) {
        if (writes_key(value, key)) {
            return 1;
        }
    }
    return 0;
}

/* The reference drops what pre rules wrote, unless they vetoed.
 * @return whether that is all that got has more than wanted */
static int is_more(const json_t *test, const json_t *wanted, json_t *got)
{
    const json_t *pre = MEMBER(MEMBER(test, "ast"), "pre_rules");
    const char *name;
    json_t *value;
    size_t more = 0;

    json_object_foreach(got, name, value) {
        if (!MEMBER(wanted, name)) {
            if (!writes_key(pre, name)) {
                return 0;
            }
            more++;
        }
        else if (!json_equal(MEMBER(wanted, name), value)) {
            return 0;
        }
    }
    return more && more + json_object_size(wanted) == json_object_size(got);
}

static void check_callback(game_vectors_t *v, const json_t *test,
                           const char *callback)
{
    const json_t *expected = MEMBER(test, "expected");
    const json_t *wanted = MEMBER(expected, "callbackData");
    const json_t *arity = MEMBER(expected, "tupleArity");
    json_t *got = json_loads(callback ? callback : "{}", JSON_DECODE_ANY,
                             NULL);

    if (is_more(test, wanted, got)) {
        game_vectors_decided(v, "callbackData of pre rules is kept");
    }
    else {
        game_vectors_equal(v, "callbackData", wanted, got);
        if (arity && (json_integer_value(arity) == 3) != (callback != NULL)) {
            game_vectors_differ(v, "arity does not fit callback %s",
                                callback ? callback : "(none)");
        }
    }
    json_decref(got);
}

static void check_parent(game_vectors_t *v, const json_t *expected,
                         const vector_event_t *event)
{
    const json_t *calls = MEMBER(expected, "parentCalls");
    const json_t *saw = MEMBER(expected, "parentSawData");

    if (calls && json_integer_value(calls) != event->calls) {
        game_vectors_differ(v, "the parent was asked %d times",
                            event->calls);
    }
    if (saw) {
        game_vectors_equal(v, "parentSawData", saw,
                           event->seen ? event->seen : json_null());
    }
}

static void check_ok(game_vectors_t *v, const json_t *test,
                     const vector_event_t *event, const outcome_t *got)
{
    const json_t *expected = MEMBER(test, "expected");
    const json_t *nodes = MEMBER(expected, "nodesExecuted");
    const json_t *vetoed = MEMBER(expected, "vetoed");
    const char *wanted = TEXT(expected, "caseName");

    check_points(v, test, &got->result);
    if (wanted || got->result.case_name) {
        game_vectors_text(v, "caseName", wanted, got->result.case_name);
    }
    check_callback(v, test, got->result.callback);
    if (vetoed && json_is_true(vetoed) != got->result.vetoed) {
        game_vectors_differ(v, "vetoed is %d", got->result.vetoed);
    }
    if (nodes && json_integer_value(nodes) != got->result.nodes) {
        game_vectors_differ(v, "nodesExecuted is %d", got->result.nodes);
    }
    check_steps(v, expected, &got->result);
    check_trace(v, expected, got);
    check_parent(v, expected, event);
}

/* ---- errors ---- */

static void check_kind(game_vectors_t *v, const json_t *error,
                       const game_dsl_fault_t *fault)
{
    int http = fault->kind == GAME_DSL_LIMIT || fault->kind
               == GAME_DSL_TIMEOUT ? 412 : 400;
    const json_t *wanted = MEMBER(error, "http");

    if (json_is_integer(wanted) && json_integer_value(wanted) != http) {
        game_vectors_differ(v, "status is %d", http);
    }
}

static void check_error(game_vectors_t *v, const json_t *test,
                        const vector_event_t *event, const outcome_t *got)
{
    const json_t *expected = MEMBER(test, "expected");
    const json_t *error = MEMBER(expected, "error");
    const char *code = TEXT(error, "code");
    const char *proposed = TEXT(error, "proposedCode");

    if (code || got->fault.code) {
        game_vectors_text(v, "code", code, got->fault.code);
    }
    game_vectors_text(v, "name", proposed ? proposed : code,
                      got->fault.name);
    check_kind(v, error, &got->fault);
    vector_dsl_node(v, error, &got->fault);
    vector_dsl_params(v, error, &got->fault);
    check_steps(v, expected, &got->result);
    check_trace(v, NULL, got);
    if (got->result.nodes
        && !json_integer_value(MEMBER(expected, "nodesExecuted"))) {
        game_vectors_decided(v, "errors keep nodesExecuted and the trace");
    }
    check_parent(v, expected, event);
}

/* An error that is no fault of the program: of the parent. */
static void check_unexpected(game_vectors_t *v, const json_t *test,
                             const vector_event_t *event,
                             const outcome_t *got)
{
    const json_t *expected = MEMBER(test, "expected");

    if (!got->ok || got->result.verdict == GAME_SCORED) {
        game_vectors_differ(v, "the parent's error is lost");
    }
    check_steps(v, expected, &got->result);
    check_trace(v, expected, got);
    check_parent(v, expected, event);
}

/* ---- cases of which the answer differs by decision ---- */

static int is_builtin_refusal(const vector_event_t *event,
                              const outcome_t *got)
{
    const json_t *points = MEMBER(MEMBER(event->test, "expected"), "points");

    return got->ok && event->builtin && got->result.verdict != GAME_SCORED
           && json_number_value(points) == -1;
}

static void check_recommended(game_vectors_t *v, const json_t *test,
                              const outcome_t *got)
{
    const json_t *recommended = MEMBER(test, "recommended");
    const char *code = TEXT(recommended, "code");

    if (got->ok) {
        game_vectors_differ(v, "no error");
    }
    else if (code) {
        game_vectors_text(v, "name", code, got->fault.name);
    }
    else {
        game_vectors_text(v, "name", "DSL_PARENT_RESULT", got->fault.name);
        game_vectors_decided(v, "a parent's points are a number");
    }
}

static void check_outcome(game_vectors_t *v, const json_t *test,
                          const vector_event_t *event, const outcome_t *got)
{
    const json_t *expected = MEMBER(test, "expected");
    const json_t *error = MEMBER(expected, "error");
    const char *log = TEXT(error, "logCode");
    const json_t *callback =
        json_array_get(MEMBER(MEMBER(test, "parent"), "tuple"), 2);

    if (MEMBER(test, "recommended")) {
        check_recommended(v, test, got);
    }
    else if (error && callback && !json_is_object(callback) && got->ok) {
        game_vectors_decided(v, "a parent's callback may be any JSON");
    }
    else if (log && !strcmp(log, "DSL_UNEXPECTED")) {
        check_unexpected(v, test, event, got);
    }
    else if (is_builtin_refusal(event, got)) {
        game_vectors_text(v, "detail", TEXT(expected, "caseName"),
                          got->result.detail);
        game_vectors_decided(v, "a refusal of the parent ends the event");
    }
    else if (error) {
        if (got->ok) {
            game_vectors_differ(v, "no error");
        }
        else {
            check_error(v, test, event, got);
        }
    }
    else if (!got->ok) {
        game_vectors_differ(v, "%s: %s", got->fault.name,
                            got->fault.message);
    }
    else {
        check_ok(v, test, event, got);
    }
}

/* ---- running ---- */

static void run_once(game_vectors_t *v, game_dsl_run_t *run,
                     vector_event_t *event, int traced, outcome_t *got)
{
    memset(got, 0, sizeof(*got));
    got->trace = game_dsl_trace_make(v->pool, 0);
    event->env.trace = traced ? game_dsl_trace_add : NULL;
    event->env.trace_data = got->trace;
    vector_event_again(event);
    got->ok = game_dsl_score(run, &event->env, &got->result, &got->fault,
                             v->pool);
}

static int same_text(const char *left, const char *right)
{
    return left && right ? !strcmp(left, right) : left == right;
}

static int same_outcome(const outcome_t *left, const outcome_t *right)
{
    const game_dsl_result_t *a = &left->result;
    const game_dsl_result_t *b = &right->result;

    return left->ok == right->ok && a->nodes == b->nodes
           && !memcmp(a->steps, b->steps, sizeof(a->steps))
           && a->verdict == b->verdict && a->vetoed == b->vetoed
           && vector_same(&a->points, &b->points)
           && same_text(a->case_name, b->case_name)
           && same_text(a->callback, b->callback)
           && same_text(left->fault.message, right->fault.message)
           && same_text(left->fault.params, right->fault.params);
}

static void run_program(game_vectors_t *v, const json_t *test,
                        const game_dsl_program_t *program,
                        vector_event_t *event)
{
    game_dsl_run_t *run = game_dsl_run_make(v->pool, program);
    outcome_t plain;
    outcome_t traced;

    check_reads(v, program, event, MEMBER(test, "expected"));
    if (!can_fetch(program, event)) {
        game_vectors_text(v, "an error's logCode", "DSL_UNEXPECTED",
                          TEXT(MEMBER(MEMBER(test, "expected"), "error"),
                               "logCode"));
        return;
    }
    run_once(v, run, event, 0, &plain);
    run_once(v, run, event, 1, &traced);
    if (!same_outcome(&plain, &traced)) {
        game_vectors_differ(v, "a trace changes the outcome");
    }
    check_outcome(v, test, event, &traced);
    vector_event_again(event);
}

/* A program that is refused, and that the reference runs. */
static void check_refused(game_vectors_t *v, const json_t *test,
                          const json_t *ast, const game_dsl_fault_t *fault)
{
    const char *status = TEXT(MEMBER(test, "recommended"), "status");
    const char *why = vector_dsl_bound(ast, fault);

    if (json_is_true(MEMBER(test, "skipValidation"))
        && fault->kind == GAME_DSL_INVALID) {
        game_vectors_decided(v, "no program runs unchecked");
    }
    else if (why) {
        game_vectors_decided(v, why);
    }
    else if (!status || strncmp(status, "rejected", 8)) {
        game_vectors_differ(v, "refused: %s (%s)", fault->message,
                            fault->name);
    }
}

static void run_case(game_vectors_t *v, const json_t *test,
                     const json_t *ast)
{
    const char *mode = TEXT(test, "mode");
    const json_t *given = MEMBER(test, "limits");
    game_dsl_limits_t limits = game_dsl_limits;
    game_dsl_fault_t fault;
    game_dsl_program_t *program;
    vector_event_t event;

    vector_event_begin(&event, MEMBER(v->root, "context"), test, v->pool);
    if (given) {
        limits.max_nodes = (int)json_integer_value(MEMBER(given, "maxNodes"));
        limits.max_depth = (int)json_integer_value(MEMBER(given, "maxDepth"));
        event.env.limits = &limits;
    }
    program = game_dsl_compile(v->pool, ast, !strcmp(mode, "DSL_EXTEND")
                               ? GAME_DSL_EXTEND : GAME_DSL_FULL, NULL, NULL,
                               &fault);
    if (!program) {
        check_refused(v, test, ast, &fault);
    }
    else if (json_is_true(MEMBER(test, "skipValidation"))) {
        game_vectors_differ(v, "an invalid program is accepted");
    }
    else if (event.builtin && !game_dsl_override(program, event.variables,
                                                 &fault, v->pool)) {
        game_vectors_decided(v, "parent_variables fit the parent's");
    }
    else {
        run_program(v, test, program, &event);
    }
}

int game_vectors_dsl_eval(game_vectors_t *v)
{
    const json_t *test;
    const char *id;
    json_t *ast;
    size_t i;

    json_array_foreach(MEMBER(v->root, "cases"), i, test) {
        id = TEXT(MEMBER(test, "ast"), "$template");
        ast = id ? vector_dsl_template(id)
                 : json_incref(MEMBER(test, "ast"));
        game_vectors_case(v, TEXT(test, "name"));
        run_case(v, test, ast);
        game_vectors_end(v);
        json_decref(ast);
    }
    return 1;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * libFuzzer target: bytes choose limits, an event, a parent and a valid
 * program; choices.py goes the other way. It must come to the same with and
 * without a trace, and the same the second time.
 */
#include "../../dsl/dsl.h"
#include "../../dsl/trace.h"

#include <apr_general.h>
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 12                /* of what is made */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    int section;                /* of the rule in hand */
} source_t;

static unsigned take(source_t *source)
{
    return source->at < source->end ? *source->at++ : 0;
}

static apr_uint64_t take_wide(source_t *source)
{
    apr_uint64_t wide = 0;
    int i;

    for (i = 0; i < 8; i++) {
        wide = wide << 8 | take(source);
    }
    return wide;
}

/* ---- values ---- */

static json_t *any_number(source_t *source)
{
    apr_uint64_t wide;
    double real;

    switch (take(source) % 5) {
    case 0:
        return json_integer((json_int_t)take(source) - 128);
    case 1:
        return json_integer((json_int_t)take_wide(source));
    case 2:
        return json_real(((double)take(source) - 128) / 4);
    case 3:
        return json_integer(take(source) % 2 ? INT64_MAX : INT64_MIN);
    default:
        wide = take_wide(source);
        memcpy(&real, &wide, sizeof(real));
        return json_real(isfinite(real) ? real : 0.5);
    }
}

static json_t *any_value(source_t *source, int depth)
{
    static const char *const texts[] = {
        "", "a", "b", " 12 ", "-9223372036854775808", "\303\251", "x1", "0"
    };
    const char *name;
    json_t *value;
    unsigned n;

    switch (take(source) % (depth > 0 ? 7u : 5u)) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(take(source) % 2);
    case 2:
        return json_string(texts[take(source) % 8]);
    case 5:
        value = json_array();
        for (n = take(source) % 3; n; n--) {
            json_array_append_new(value, any_value(source, depth - 1));
        }
        return value;
    case 6:
        value = json_object();
        for (n = take(source) % 3; n; n--) {
            name = texts[1 + take(source) % 3];
            json_object_set_new(value, name, any_value(source, depth - 1));
        }
        return value;
    default:
        return any_number(source);
    }
}

/* ---- programs ---- */

static json_t *condition(source_t *source, int depth);

static json_t *leaf(source_t *source)
{
    static const char *const paths[] = {
        "data.a", "data.b", "data.c", "user.avg_time", "externalUserId",
        "task.measurements_count", "parent.points", "parent.case_name"
    };
    json_t *value;

    if (take(source) % 2) {
        return json_pack("{s:s, s:s}", "type", "field", "path",
                         paths[take(source)
                               % (source->section == GAME_DSL_POST ? 8 : 6)]);
    }
    value = any_value(source, 0);
    if (json_is_real(value) && !(fabs(json_real_value(value)) < 1e16)) {
        json_real_set(value, 1e15);
    }
    return json_pack("{s:s, s:o}", "type", "literal", "value", value);
}

static json_t *expression(source_t *source, int depth)
{
    static const char *const ops[] = {"+", "-", "*", "/", "min", "max"};
    const char *op;
    json_t *left;
    json_t *right;

    switch (depth > 0 ? take(source) % 6 : 0) {
    case 1:
    case 2:
    case 3:
        op = ops[take(source) % 6];
        left = expression(source, depth - 1);
        right = expression(source, depth - 1);
        return json_pack("{s:s, s:s, s:o, s:o}", "type", "arith", "op", op,
                         "left", left, "right", right);
    case 4:
        return json_pack("{s:s, s:s, s:[o]}", "type", "func_call", "name",
                         "int", "args", expression(source, depth - 1));
    case 5:
        left = expression(source, depth - 1);
        right = expression(source, depth - 1);
        return json_pack("{s:s, s:s, s:[o, o, o]}", "type", "func_call",
                         "name", "clamp", "args", left, right,
                         expression(source, depth - 1));
    default:
        return leaf(source);
    }
}

static json_t *conditions(source_t *source, int depth)
{
    json_t *list = json_array();
    unsigned n;

    for (n = 1 + take(source) % 3; n; n--) {
        json_array_append_new(list, condition(source, depth));
    }
    return list;
}

static json_t *condition(source_t *source, int depth)
{
    static const char *const ops[] = {"<", "<=", "==", "!=", ">=", ">"};
    const char *op;
    json_t *left;
    json_t *right;

    switch (depth > 0 ? take(source) % 6 : 0) {
    case 1:
    case 2:
        op = ops[take(source) % 6];
        left = expression(source, depth - 1);
        right = expression(source, depth - 1);
        return json_pack("{s:s, s:s, s:o, s:o}", "type", "compare", "op", op,
                         "left", left, "right", right);
    case 3:
        return json_pack("{s:s, s:o}", "type", "and", "args",
                         conditions(source, depth - 1));
    case 4:
        return json_pack("{s:s, s:o}", "type", "or", "args",
                         conditions(source, depth - 1));
    case 5:
        return json_pack("{s:s, s:o}", "type", "not", "arg",
                         condition(source, depth - 1));
    default:
        return leaf(source);
    }
}

static json_t *set(source_t *source, const char *type, const char *key)
{
    return json_pack("{s:s, s:s, s:o}", "type", type, "key", key, "value",
                     expression(source, DEPTH));
}

/* A statement that is its section's own. */
static json_t *special(source_t *source)
{
    const char *type;

    if (source->section == GAME_DSL_RULES) {
        return json_pack("{s:s, s:o, s:s}", "type", "assign_points", "value",
                         expression(source, DEPTH), "case_name", "case");
    }
    if (source->section == GAME_DSL_PRE) {
        return take(source) % 4
               ? set(source, "set_data", take(source) % 2 ? "a" : "d")
               : json_pack("{s:s, s:s}", "type", "veto", "case_name", "no");
    }
    type = take(source) % 2 ? "set_points" : "set_case_name";
    return json_pack("{s:s, s:o}", "type", type, "value",
                     expression(source, DEPTH));
}

static json_t *body(source_t *source)
{
    json_t *list = json_array();
    unsigned n;

    for (n = 1 + take(source) % 3; n; n--) {
        switch (take(source) % 4) {
        case 0:
            json_array_append_new(list, json_pack("{s:s}", "type",
                                                  "return"));
            break;
        case 1:
            json_array_append_new(list, set(source, "set_callback_data",
                                            take(source) % 2 ? "k" : "l"));
            break;
        default:
            json_array_append_new(list, special(source));
        }
    }
    return list;
}

static json_t *rules(source_t *source, int section)
{
    json_t *list = json_array();
    json_t *rule;
    json_t *when;
    unsigned n;

    source->section = section;
    for (n = take(source) % 4; n; n--) {
        rule = json_pack("{s:s, s:o}", "type", "rule", "when",
                         condition(source, DEPTH));
        json_object_set_new(rule, "then", body(source));
        if (take(source) % 2) {
            json_object_set_new(rule, "else", body(source));
        }
        if (take(source) % 2) {
            when = condition(source, DEPTH);
            json_object_set_new(rule, "else_if", json_pack(
                "[{s:o, s:o}]", "when", when, "then", body(source)));
        }
        json_array_append_new(list, rule);
    }
    return list;
}

static json_t *program(source_t *source)
{
    json_t *ast = json_pack("{s:s}", "type", "program");

    json_object_set_new(ast, "rules", rules(source, GAME_DSL_RULES));
    json_object_set_new(ast, "pre_rules", rules(source, GAME_DSL_PRE));
    json_object_set_new(ast, "post_rules", rules(source, GAME_DSL_POST));
    return ast;
}

/* ---- events ---- */

typedef struct {
    game_value_t members[3];    /* a, b, c */
    char *texts[3];
    game_score_t score;
    game_verdict_e verdict;
} world_t;

static void fill(source_t *source, game_value_t *value, char **text)
{
    json_t *json = any_value(source, 3);

    *text = NULL;
    value->kind = GAME_VALUE_NULL;
    if (json_is_boolean(json)) {
        value->kind = GAME_VALUE_BOOL;
        value->as.flag = json_is_true(json);
    }
    else if (json_is_integer(json)) {
        value->kind = GAME_VALUE_INT;
        value->as.whole = json_integer_value(json);
    }
    else if (json_is_real(json)) {
        value->kind = GAME_VALUE_REAL;
        value->as.real = json_real_value(json);
    }
    else if (json_is_string(json)) {
        value->kind = GAME_VALUE_TEXT;
        value->as.text = *text = strdup(json_string_value(json));
    }
    else if (!json_is_null(json)) {
        value->kind = GAME_VALUE_JSON;
        value->as.text = *text = json_dumps(json, 0);
    }
    json_decref(json);
}

static int member(const game_event_t *event, const char *name,
                  game_value_t *value)
{
    const world_t *world = event->data;

    if (name[0] < 'a' || name[0] > 'c' || name[1]) {
        return 0;
    }
    *value = world->members[name[0] - 'a'];
    return 1;
}

static game_verdict_e parent(void *data, const game_event_t *event,
                             game_score_t *score, apr_pool_t *pool)
{
    const world_t *world = data;
    game_value_t value;

    (void)pool;
    event->member(event, "a", &value);
    event->member(event, "d", &value);
    event->look(event, event->look(event, NULL, "a", 0, &value), NULL, 0,
                &value);
    *score = world->score;
    return world->verdict;
}

static void fill_parent(source_t *source, world_t *world)
{
    static const char *const callbacks[] = {
        NULL, "{}", "[1]", "{\"k\":0,\"z\":[]}", "null", "5", "{"
    };

    world->score.points.kind = GAME_VALUE_INT;
    world->score.points.as.whole = (apr_int64_t)take_wide(source);
    world->score.case_name = take(source) % 2 ? "P" : NULL;
    world->score.callback = callbacks[take(source) % 7];
    world->verdict = take(source) % 8 ? GAME_SCORED : GAME_REFUSED;
}

/* ---- running ---- */

static void must(int truth)
{
    if (!truth) {
        abort();
    }
}

static int same(const char *left, const char *right)
{
    return left && right ? !strcmp(left, right) : left == right;
}

static void check_result(const game_dsl_result_t *result)
{
    json_t *callback;

    must(result->points.kind == GAME_VALUE_INT
         || (result->points.kind == GAME_VALUE_REAL
             && isfinite(result->points.as.real)));
    if (result->callback) {
        callback = json_loads(result->callback, JSON_DECODE_ANY, NULL);
        must(callback != NULL);
        json_decref(callback);
    }
}

static void run(game_dsl_run_t *prepared, game_dsl_env_t *env,
                apr_pool_t *pool)
{
    game_dsl_trace_t *trace = game_dsl_trace_make(pool, 0);
    game_dsl_fault_t faults[2] = {{0}, {0}};
    game_dsl_result_t results[2];
    int done[2];
    json_t *steps;

    env->trace = NULL;
    done[0] = game_dsl_score(prepared, env, &results[0], &faults[0], pool);
    env->trace = game_dsl_trace_add;
    env->trace_data = trace;
    done[1] = game_dsl_score(prepared, env, &results[1], &faults[1], pool);
    must(done[0] == done[1] && results[0].nodes == results[1].nodes);
    must(!memcmp(results[0].steps, results[1].steps,
                 sizeof(results[0].steps)));
    must(same(results[0].callback, results[1].callback));
    must(same(faults[0].message, faults[1].message));
    must(game_dsl_trace_count(trace) == results[1].nodes);
    steps = json_loads(game_dsl_trace_text(trace), 0, NULL);
    must((int)json_array_size(steps) == results[1].nodes);
    json_decref(steps);
    if (done[0]) {
        check_result(&results[0]);
    }
    else {
        must(faults[0].name && faults[0].message && faults[0].params);
    }
}

static void play(source_t *source, apr_pool_t *pool)
{
    game_dsl_mode_e mode = take(source) % 2 ? GAME_DSL_EXTEND
                                            : GAME_DSL_FULL;
    int max_nodes = (int)take(source) * 4;
    int max_depth = (int)take(source) % 40;
    game_dsl_limits_t limits = {max_nodes, max_depth, 500};
    game_inputs_t inputs = {.task_count = 3};
    world_t world;
    game_event_t event = {"g", "t", "u", member, &world};
    game_dsl_env_t env = {
        .event = &event, .inputs = &inputs, .parent = parent,
        .parent_data = &world, .limits = &limits
    };
    game_dsl_program_t *compiled;
    game_dsl_fault_t fault;
    json_t *ast;
    int i;

    for (i = 0; i < 3; i++) {
        fill(source, &world.members[i], &world.texts[i]);
    }
    inputs.user_avg = world.members[0];
    memset(&world.score, 0, sizeof(world.score));
    fill_parent(source, &world);
    ast = program(source);      /* takes what is left */
    compiled = game_dsl_compile(pool, ast, mode, NULL, NULL, &fault);
    if (compiled) {
        run(game_dsl_run_make(pool, compiled), &env, pool);
    }
    else {
        must(!strcmp(fault.name, "DSL_MAX_NODES"));
    }
    for (i = 0; i < 3; i++) {
        free(world.texts[i]);
    }
    json_decref(ast);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    source_t source = {data, data + size, GAME_DSL_RULES};
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    apr_pool_create(&pool, NULL);
    play(&source, pool);
    apr_pool_destroy(pool);
    return 0;
}

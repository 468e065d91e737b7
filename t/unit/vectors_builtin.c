/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of the built-in strategies: builtin-<strategyId>*.json, one event
 * a case. Inputs that a case does not name are filled with nonsense, so that
 * a strategy that looks at them is found out.
 */
#include "vectors.h"

#include "../../strategies/builtins.h"
#include "vectors_value.h"

#include <apr_strings.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#define NONSENSE        (-1000000)
#define REFUSED_MARK    "points == -1"
#define MINUTES_TEXT    "The minutes must be a number equal or greater than 0"

typedef enum { COUNT, FLAG, VALUE } input_e;

/* How a vector names an input, and where it goes. */
static const struct {
    const char *name;
    unsigned bit;
    input_e type;
    size_t offset;
} codes[] = {
    {"task_count", GAME_INPUT_TASK_COUNT, COUNT,
     offsetof(game_inputs_t, task_count)},
    {"user_count", GAME_INPUT_USER_COUNT, COUNT,
     offsetof(game_inputs_t, user_count)},
    {"recent_count", GAME_INPUT_RECENT_COUNT, COUNT,
     offsetof(game_inputs_t, recent_count)},
    {"personal_count", GAME_INPUT_PERSONAL_COUNT, COUNT,
     offsetof(game_inputs_t, personal_count)},
    {"recent_record", GAME_INPUT_RECENT_RECORD, FLAG,
     offsetof(game_inputs_t, recent_record)},
    {"user_avg", GAME_INPUT_USER_AVG, VALUE,
     offsetof(game_inputs_t, user_avg)},
    {"all_avg", GAME_INPUT_ALL_AVG, VALUE,
     offsetof(game_inputs_t, all_avg)},
    {"last_diff", GAME_INPUT_LAST_DIFF, VALUE,
     offsetof(game_inputs_t, last_diff)},
    {"new_diff", GAME_INPUT_NEW_DIFF, VALUE,
     offsetof(game_inputs_t, new_diff)},
    {"global_avg", GAME_INPUT_GLOBAL_AVG, VALUE,
     offsetof(game_inputs_t, global_avg)},
    {"personal_avg", GAME_INPUT_PERSONAL_AVG, VALUE,
     offsetof(game_inputs_t, personal_avg)},
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

/* What a case asks for, decisions included. */
typedef struct {
    int refused;                /* 422 instead of points */
    const char *detail;         /* its text, when it matters */
    int stored;                 /* whether the points can be booked */
    apr_int64_t whole;          /* as what */
} wanted_t;

/* The data of an event, for event_member(). */
typedef struct {
    const json_t *json;
    apr_pool_t *pool;
} data_t;

static int event_member(const game_event_t *event, const char *name,
                        game_value_t *value)
{
    const data_t *data = event->data;
    const json_t *member = json_object_get(data->json, name);

    if (!member) {
        return 0;
    }
    *value = vector_value(member, data->pool);
    return 1;
}

static game_verdict_e score(game_vectors_t *v,
                            const game_strategy_t *strategy,
                            const game_variable_t *variables,
                            const game_inputs_t *inputs, const json_t *data,
                            game_score_t *result)
{
    data_t known = {data, v->pool};
    game_event_t event = {"game-1", "task-1", "user-1", event_member, &known};

    return strategy->score(&event, variables, inputs, result, v->pool);
}

static void fill_inputs(game_inputs_t *inputs, const json_t *given,
                        apr_pool_t *pool)
{
    const json_t *value;
    char *place;
    size_t i;

    memset(inputs, 0, sizeof(*inputs));
    for (i = 0; i < CODES; i++) {
        value = json_object_get(given, codes[i].name);
        place = (char *)inputs + codes[i].offset;
        if (codes[i].type == COUNT) {
            *(apr_int64_t *)place = value ? json_integer_value(value)
                                          : NONSENSE;
        }
        else if (codes[i].type == FLAG) {
            *(int *)place = value ? json_is_true(value) : NONSENSE;
        }
        else if (value) {
            *(game_value_t *)place = vector_value(value, pool);
        }
    }
}

/* Values of a case's variables are put in place as they are: some of them no
 * param could bring in. */
static game_variable_t *fill_variables(game_vectors_t *v,
                                       const game_strategy_t *strategy,
                                       const json_t *test)
{
    game_variable_t *variables = game_variables_copy(strategy, v->pool);
    const json_t *given = json_object_get(test, "variables");
    const json_t *value;
    const json_t *param;
    size_t i;

    for (i = 0; variables[i].name; i++) {
        value = json_object_get(given, variables[i].name);
        if (value) {
            variables[i].value = vector_value(value, v->pool);
        }
    }
    json_array_foreach(json_object_get(test, "taskParams"), i, param) {
        game_variable_override(variables,
                               json_string_value(json_array_get(param, 0)),
                               json_string_value(json_array_get(param, 1)),
                               v->pool);
    }
    return variables;
}

static void check_needs(game_vectors_t *v, const game_strategy_t *strategy,
                        const game_variable_t *variables,
                        const json_t *expected)
{
    const json_t *window = json_object_get(expected, "windowSeconds");
    game_needs_t needs = {0, 0, 0};
    const char *name;
    const json_t *read;
    size_t i;
    size_t k;

    if (strategy->needs) {
        strategy->needs(variables, &needs);
    }
    json_array_foreach(json_object_get(expected, "reads"), i, read) {
        name = json_string_value(read);
        for (k = 0; k < CODES && strcmp(codes[k].name, name); k++) {
        }
        if (k == CODES || !(needs.mask & codes[k].bit)) {
            game_vectors_differ(v, "input %s is not asked for", name);
        }
    }
    if (window && (!(needs.mask & GAME_INPUT_RECENT_COUNT)
                   || needs.recent_seconds != json_integer_value(window))) {
        game_vectors_differ(v, "window is %" APR_INT64_T_FMT " seconds",
                            needs.recent_seconds);
    }
}

/* Halves away from zero, in another way than the module's. */
static apr_int64_t nearest(double points)
{
    double whole = floor(fabs(points));

    whole += fabs(points) - whole >= 0.5;
    return (apr_int64_t)(points < 0 ? -whole : whole);
}

static void want_boundary(game_vectors_t *v, const json_t *expected,
                          wanted_t *wanted)
{
    const json_t *boundary = json_object_get(expected, "boundary");
    const json_t *points = json_object_get(expected, "points");
    const char *why = json_string_value(json_object_get(boundary, "why"));

    if (json_is_true(json_object_get(boundary, "ok"))) {
        wanted->stored = 1;
        wanted->whole =
            json_integer_value(json_object_get(boundary, "stored"));
    }
    else if (why && !strncmp(why, REFUSED_MARK, strlen(REFUSED_MARK))) {
        wanted->refused = 1;
        wanted->detail =
            json_string_value(json_object_get(expected, "caseName"));
    }
    else if (json_is_real(points)) {
        game_vectors_decided(v, "a fraction is rounded, not refused");
        wanted->stored = 1;
        wanted->whole = nearest(json_real_value(points));
    }
}

static wanted_t want(game_vectors_t *v, const game_strategy_t *strategy,
                     const json_t *test)
{
    const json_t *expected = json_object_get(test, "expected");
    const json_t *data = json_object_get(test, "data");
    wanted_t wanted = {0, NULL, 0, 0};

    if (strategy == &game_strategy_greengage
        && json_is_boolean(json_object_get(data, "minutes"))) {
        game_vectors_decided(v, "minutes that are a boolean are refused");
        wanted.refused = 1;
        wanted.detail = MINUTES_TEXT;
        return wanted;
    }
    if (!json_object_get(expected, "exception")) {
        want_boundary(v, expected, &wanted);
        return wanted;
    }
    if (json_integer_value(json_object_get(expected, "http")) != 422) {
        game_vectors_decided(v, "what cannot be computed is 422");
    }
    wanted.refused = 1;
    return wanted;
}

static void check_scored(game_vectors_t *v, const json_t *expected,
                         const wanted_t *wanted, const game_score_t *got)
{
    const json_t *callback = json_object_get(expected, "callbackData");
    game_value_t points = vector_value(json_object_get(expected, "points"),
                                       v->pool);
    apr_int64_t whole = 0;
    int stored = game_points_round(&got->points, &whole);
    json_t *made;

    if (!vector_same(&points, &got->points)) {
        game_vectors_differ(v, "points are %s, expected %s",
                            vector_show(&got->points, v->pool),
                            vector_show(&points, v->pool));
    }
    game_vectors_text(v, "caseName",
                      json_string_value(json_object_get(expected,
                                                        "caseName")),
                      got->case_name);
    if (callback) {
        made = got->callback ? json_loads(got->callback, JSON_DECODE_ANY,
                                          NULL) : NULL;
        game_vectors_equal(v, "callbackData", callback, made);
        json_decref(made);
    }
    if (stored != wanted->stored || (stored && whole != wanted->whole)) {
        game_vectors_differ(v, "booked: %d, %" APR_INT64_T_FMT, stored,
                            whole);
    }
}

static void run_case(game_vectors_t *v, const game_strategy_t *strategy,
                     const json_t *test)
{
    const json_t *expected = json_object_get(test, "expected");
    game_variable_t *variables = fill_variables(v, strategy, test);
    game_score_t result = {{GAME_VALUE_NULL, {0}}, NULL, NULL, NULL};
    game_inputs_t inputs;
    game_verdict_e verdict;
    wanted_t wanted;

    game_vectors_case(v, json_string_value(json_object_get(test, "name")));
    wanted = want(v, strategy, test);
    fill_inputs(&inputs, json_object_get(test, "inputs"), v->pool);
    check_needs(v, strategy, variables, expected);
    verdict = score(v, strategy, variables, &inputs,
                    json_object_get(test, "data"), &result);
    if ((verdict != GAME_SCORED) != wanted.refused) {
        game_vectors_differ(v, "verdict is %d", (int)verdict);
    }
    else if (!wanted.refused) {
        check_scored(v, expected, &wanted, &result);
    }
    else if (wanted.detail) {
        game_vectors_text(v, "detail", wanted.detail, result.detail);
    }
    game_vectors_end(v);
}

/* "truncationAnomalies": what constant effort pays for the c-th award, where
 * it is not c itself. */
static void run_anomalies(game_vectors_t *v, const game_strategy_t *strategy)
{
    const json_t *rows = json_object_get(
        json_object_get(v->root, "truncationAnomalies"), "rows");
    game_inputs_t inputs;
    game_score_t result;
    const json_t *row;
    apr_int64_t paid;
    apr_int64_t c;
    size_t i;

    if (!rows) {
        return;
    }
    game_vectors_case(v, "truncationAnomalies");
    for (c = 2; c <= 130; c++) {
        paid = c < 100 ? c : 100;
        json_array_foreach(rows, i, row) {
            if (json_integer_value(json_array_get(row, 0)) == c) {
                paid = json_integer_value(json_array_get(row, 1));
            }
        }
        fill_inputs(&inputs, NULL, v->pool);
        inputs.recent_count = c - 1;
        if (score(v, strategy, strategy->variables, &inputs, NULL, &result)
                != GAME_SCORED || result.points.as.whole != paid) {
            game_vectors_differ(v, "award %" APR_INT64_T_FMT, c);
        }
    }
    game_vectors_end(v);
}

/* "dpteTable": what greengage pays for minutes alone; not seen for 0. */
static void run_dpte(game_vectors_t *v, const game_strategy_t *strategy)
{
    const json_t *rows = json_object_get(
        json_object_get(v->root, "dpteTable"), "rows");
    game_inputs_t inputs;
    game_score_t result;
    game_value_t paid;
    const json_t *row;
    json_t *data;
    size_t i;

    if (!rows) {
        return;
    }
    game_vectors_case(v, "dpteTable");
    fill_inputs(&inputs, NULL, v->pool);
    inputs.personal_count = 2;
    inputs.global_avg = inputs.personal_avg = game_value_real(1e9);
    json_array_foreach(rows, i, row) {
        if (!json_integer_value(json_array_get(row, 0))) {
            continue;
        }
        data = json_pack("{s:O}", "minutes", json_array_get(row, 0));
        paid = vector_value(json_array_get(row, 1), v->pool);
        if (score(v, strategy, strategy->variables, &inputs, data, &result)
                != GAME_SCORED || game_value_number(&result.points)
                                  != game_value_number(&paid)) {
            game_vectors_differ(v, "row %d", (int)i);
        }
        json_decref(data);
    }
    game_vectors_end(v);
}

int game_vectors_builtin(game_vectors_t *v)
{
    const char *id = v->file + strlen("builtin-");
    const game_strategy_t *strategy =
        vector_strategy(apr_pstrndup(v->pool, id, strcspn(id, "-.")));
    const json_t *cases = json_object_get(v->root, "cases");
    const json_t *test;
    size_t i;

    if (!strategy || !cases) {
        return 0;
    }
    json_array_foreach(cases, i, test) {
        run_case(v, strategy, test);
    }
    run_anomalies(v, strategy);
    run_dpte(v, strategy);
    return 1;
}

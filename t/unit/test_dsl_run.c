/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Running programs: values at their edges, limits, deadlines, many threads.
 */
#include "test_dsl.h"

#include <apr_strings.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#define CALL(name, args) \
    "{'type':'func_call','name':'" name "','args':[" args "]}"
#define L(value) DSL_LITERAL(value)
#define X DSL_FIELD("data.x")
#define Y DSL_FIELD("data.y")

/* ---- values ---- */

static const struct {
    const char *value;
    const char *data;
    const char *callback;       /* as JSON, or the name of a fault */
} values[] = {
    {DSL_ARITH("/", X, Y), "{'x':9223372036854775807,'y':9007199254740993}",
     "1023.9999999999999"},
    {DSL_ARITH("/", X, Y), "{'x':9007199254740993,'y':1}",
     "9007199254740992.0"},
    {DSL_ARITH("/", X, Y), "{'x':9007199254740995,'y':1}",
     "9007199254740996.0"},
    {DSL_ARITH("/", X, Y), "{'x':-9223372036854775808,'y':-1}",
     "9.223372036854776e+18"},
    {DSL_ARITH("/", X, Y), "{'x':1,'y':9223372036854775807}",
     "1.0842021724855044e-19"},
    {DSL_ARITH("/", X, Y), "{'x':-9223372036854775807,'y':3}",
     "-3.0744573456182584e+18"},
    {DSL_ARITH("/", X, Y), "{'x':0,'y':-9223372036854775808}", "-0.0"},
    {DSL_ARITH("/", X, Y), "{'x':4631110900376695129,'y':729636}",
     "6347152416241.38"},       /* just above the middle of two doubles */
    {DSL_ARITH("/", X, Y), "{'x':6,'y':3}", "2.0"},
    {DSL_ARITH("/", X, Y), "{'x':1,'y':false}", "DSL_ARITH_DIV_BY_ZERO"},
    {DSL_ARITH("/", X, Y), "{'x':1.5,'y':0.0}", "DSL_ARITH_DIV_BY_ZERO"},
    {DSL_ARITH("/", X, Y), "{'x':'a','y':0}", "DSL_ARITH_TYPE_MISMATCH"},
    {DSL_ARITH("/", X, Y), "{'x':1e308,'y':1e-308}", "DSL_NUMERIC_OVERFLOW"},
    {DSL_ARITH("*", X, Y), "{'x':1e308,'y':10}", "DSL_NUMERIC_OVERFLOW"},
    {DSL_ARITH("+", X, Y), "{'x':9223372036854775807,'y':1}",
     "DSL_NUMERIC_OVERFLOW"},
    {DSL_ARITH("+", X, Y), "{'x':9223372036854775807,'y':1.0}",
     "9.223372036854776e+18"},
    {DSL_ARITH("-", X, Y), "{'x':-9223372036854775808,'y':true}",
     "DSL_NUMERIC_OVERFLOW"},
    {DSL_ARITH("+", X, Y), "{'x':true,'y':true}", "2"},
    {DSL_ARITH("+", X, Y), "{'x':'a','y':'b'}", "\"ab\""},
    {DSL_ARITH("*", X, Y), "{'x':'a','y':2}", "DSL_ARITH_TYPE_MISMATCH"},
    {DSL_ARITH("+", X, Y), "{'x':[1],'y':[2]}", "DSL_ARITH_TYPE_MISMATCH"},
    {DSL_ARITH("min", X, Y), "{'x':1,'y':1.5}", "1"},
    {DSL_ARITH("max", X, Y), "{'x':1,'y':1.5}", "1.5"},
    {DSL_ARITH("max", X, Y), "{'x':-1,'y':-1.5}", "-1"},
    {DSL_ARITH("min", X, Y), "{'x':-1,'y':-1.5}", "-1.5"},
    {DSL_ARITH("max", X, Y), "{'x':9007199254740993,'y':9007199254740992.0}",
     "9007199254740993"},
    {DSL_ARITH("min", X, Y), "{'x':9223372036854775807,'y':1e19}",
     "9223372036854775807"},
    {DSL_ARITH("min", X, Y), "{'x':-9223372036854775808,'y':-1e19}",
     "-1e+19"},
    {CALL("int", X), "{'x':-9223372036854775808.0}", "-9223372036854775808"},
    {CALL("int", X), "{'x':9223372036854775808.0}", "DSL_NUMERIC_OVERFLOW"},
    {CALL("int", X), "{'x':'-9223372036854775808'}",
     "-9223372036854775808"},
    {CALL("int", X), "{'x':'-9223372036854775809'}",
     "DSL_NUMERIC_OVERFLOW"},
    {CALL("int", X), "{'x':'+ 5'}", "DSL_FUNC_ARGUMENT"},
    {CALL("int", X), "{'x':'5 5'}", "DSL_FUNC_ARGUMENT"},
    {CALL("int", X), "{'x':' \\t'}", "DSL_FUNC_ARGUMENT"},
    {CALL("int", X), "{'x':{}}", "DSL_FUNC_ARGUMENT"},
    {CALL("clamp", X "," L("0") "," L("10")), "{'x':0.0}", "0"},
    {CALL("clamp", X "," L("10") "," L("0")), "{'x':5}", "10"},
    {CALL("clamp", X "," L("0") "," L("10")), "{'x':'a'}",
     "DSL_FUNC_ARGUMENT"},
};

START_TEST(values_at_their_edges)
{
    char *text = apr_pstrcat(test_pool, "{'type':'program','rules':[],"
                             "'default':{'type':'set_callback_data','key':"
                             "'r','value':", values[_i].value, "}}", NULL);
    const char *wanted = values[_i].callback;
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;

    dsl_event(&event, values[_i].data);
    if (!dsl_score(dsl_program(text, GAME_DSL_FULL), &event, &result,
                   &fault)) {
        ck_assert_str_eq(fault.name, wanted);
        ck_assert_ptr_nonnull(fault.node);
        return;
    }
    ck_assert_str_eq(result.callback,
                     apr_psprintf(test_pool, "{\"r\":%s}", wanted));
}
END_TEST

static const struct {
    const char *op;
    const char *data;
    int truth;                  /* -1: mismatch */
} comparisons[] = {
    {"<", "{'x':1,'y':1.5}", 1}, {"<", "{'x':1.5,'y':1}", 0},
    {">", "{'x':-1,'y':-1.5}", 1}, {"==", "{'x':1,'y':1.5}", 0},
    {"<", "{'x':9223372036854775807,'y':9223372036854775808.0}", 1},
    {"==", "{'x':9223372036854775807,'y':9223372036854775808.0}", 0},
    {"==", "{'x':-9223372036854775808,'y':-9223372036854775808.0}", 1},
    {"==", "{'x':[1,{'a':2}],'y':[1.0,{'a':2}]}", 1},
    {"==", "{'x':{'a':1,'b':[]},'y':{'b':[],'a':true}}", 1},
    {"==", "{'x':{'a':1},'y':{'a':1,'b':null}}", 0},
    {"!=", "{'x':[[]],'y':[{}]}", 1}, {"==", "{'x':{},'y':[]}", 0},
    {"==", "{'x':[null],'y':[false]}", 0}, {"==", "{'x':'1','y':1}", 0},
    {"<", "{'x':[1],'y':[2]}", -1}, {"<", "{'x':null,'y':null}", -1},
    {">=", "{'x':'b','y':'a'}", 1}, {"<", "{'x':'1','y':2}", -1},
};

START_TEST(comparisons_are_exact)
{
    char *text = apr_pstrcat(test_pool, "{'type':'program','rules':["
                             "{'type':'rule','when':{'type':'compare','op':'",
                             comparisons[_i].op, "','left':" X ",'right':" Y
                             "},'then':[" DSL_ASSIGN(L("1")) "]}]}", NULL);
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;

    dsl_event(&event, comparisons[_i].data);
    if (!dsl_score(dsl_program(text, GAME_DSL_FULL), &event, &result,
                   &fault)) {
        ck_assert_str_eq(fault.name, "DSL_COMPARE_TYPE_MISMATCH");
        ck_assert_int_eq(comparisons[_i].truth, -1);
        return;
    }
    ck_assert_int_eq(result.points.as.whole, comparisons[_i].truth);
}
END_TEST

/* x of half the bound fits twice, one byte more does not. */
START_TEST(joined_texts_are_bounded)
{
    game_dsl_program_t *program = dsl_program(
        DSL_PROGRAM(DSL_RULE(DSL_TRUE, DSL_SET("k", DSL_ARITH("+", X, X)))),
        GAME_DSL_FULL);
    char text[GAME_DSL_MAX_JOINED / 2 + 2];
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 2] = '\0';
    dsl_event(&event, apr_psprintf(test_pool, "{'x':'%s'}", text));
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 1);
    text[sizeof(text) - 2] = 'x';
    text[sizeof(text) - 1] = '\0';
    dsl_event(&event, apr_psprintf(test_pool, "{'x':'%s'}", text));
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 0);
    ck_assert_str_eq(fault.name, "DSL_LIMIT_EXCEEDED");
    ck_assert_int_eq(fault.kind, GAME_DSL_LIMIT);
}
END_TEST

/* ---- limits ---- */

/* A rule of so many additions, one inside the other: depth + 3. */
static const char *nested(int depth)
{
    const char *text = L("1");

    while (depth--) {
        text = apr_pstrcat(test_pool, "{'type':'arith','op':'+','left':",
                           text, ",'right':" L("1") "}", NULL);
    }
    return apr_pstrcat(test_pool, "{'type':'program','rules':[{'type':'rule',"
                       "'when':" DSL_TRUE ",'then':[{'type':'assign_points',"
                       "'case_name':'c','value':", text, "}]}]}", NULL);
}

/* A program of n rules that do not match, and a default. */
static const char *many_rules(int n)
{
    const char *rule = "{'type':'rule','when':" L("false") ",'then':["
                       "{'type':'return'}]},";
    char *text = apr_palloc(test_pool, strlen(rule) * (apr_size_t)n + 400);
    char *at = text;

    at = apr_cpystrn(at, "{'type':'program','rules':[", 100);
    while (n--) {
        at = apr_cpystrn(at, rule, strlen(rule) + 1);
    }
    apr_cpystrn(at - 1, "],'default':" DSL_ASSIGN(L("4")) "}", 300);
    return text;
}

typedef struct {
    int ok;
    int nodes;
    int steps;
    const char *message;
} ending_t;

static ending_t ending(const game_dsl_program_t *program,
                       const game_dsl_limits_t *limits, int traced)
{
    game_dsl_trace_t *trace = game_dsl_trace_make(test_pool, 3);
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    ending_t end;

    dsl_event(&event, "{}");
    event.env.limits = limits;
    event.env.trace = traced ? game_dsl_trace_add : NULL;
    event.env.trace_data = trace;
    end.ok = dsl_score(program, &event, &result, &fault);
    end.nodes = result.nodes;
    end.steps = result.steps[GAME_DSL_RULES];
    end.message = end.ok ? "" : fault.message;
    if (traced) {
        ck_assert_int_eq(game_dsl_trace_count(trace), end.nodes);
    }
    return end;
}

START_TEST(limits_hit_alike_with_a_trace)
{
    game_dsl_limits_t usual = {100000, 100, 500};
    game_dsl_fault_t fault;
    game_dsl_program_t *program = dsl_try(nested(40), GAME_DSL_FULL, &usual,
                                          NULL, &fault);
    game_dsl_limits_t limits = usual;
    ending_t plain;
    ending_t traced;

    ck_assert_ptr_nonnull(program);
    for (limits.max_nodes = 0; limits.max_nodes < 95; limits.max_nodes++) {
        plain = ending(program, &limits, 0);
        traced = ending(program, &limits, 1);
        ck_assert_int_eq(plain.ok, limits.max_nodes >= 86);
        ck_assert_int_eq(plain.ok, traced.ok);
        ck_assert_int_eq(plain.nodes, traced.nodes);
        ck_assert_int_eq(plain.steps, traced.steps);
        ck_assert_str_eq(plain.message, traced.message);
        ck_assert_int_eq(plain.steps, plain.ok ? 86 : limits.max_nodes + 1);
    }
    limits = usual;
    for (limits.max_depth = 0; limits.max_depth < 50; limits.max_depth++) {
        plain = ending(program, &limits, 0);
        ck_assert_int_eq(plain.ok, limits.max_depth >= 43);
        ck_assert_int_eq(plain.nodes, ending(program, &limits, 1).nodes);
    }
}
END_TEST

START_TEST(depth_of_branches)
{
    game_dsl_limits_t limits = {1000, 2, 500};
    game_dsl_program_t *program = dsl_program(
        DSL_PROGRAM("{'type':'rule','when':" L("false") ",'then':["
                    "{'type':'return'}],'else_if':[{'when':" L("false")
                    ",'then':[{'type':'return'}]}],'else':["
                    "{'type':'return'}]}"), GAME_DSL_FULL);
    ending_t end = ending(program, &limits, 0);

    ck_assert_int_eq(end.ok, 1);
    ck_assert_int_eq(end.steps, 8);
    limits.max_depth = 1;
    end = ending(program, &limits, 0);
    ck_assert_int_eq(end.ok, 0);
    ck_assert_str_eq(end.message, "DSL execution exceeded maximum recursion "
                     "depth (1).");
}
END_TEST

START_TEST(thousand_nodes)
{
    game_dsl_program_t *program = dsl_program(many_rules(249),
                                              GAME_DSL_FULL);
    ending_t end = ending(program, NULL, 1);

    ck_assert_int_eq(game_dsl_node_count(program), 999);
    ck_assert_int_eq(end.ok, 1);
    ck_assert_int_eq(end.steps, 750);
    ck_assert_int_eq(end.nodes, 500);
}
END_TEST

/* ---- deadlines ---- */

static int expires(void *data)
{
    int *left = data;

    return (*left)-- <= 0;
}

START_TEST(deadline_ends_a_run)
{
    game_dsl_program_t *program = dsl_program(many_rules(200),
                                              GAME_DSL_FULL);
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    int looks = 0;

    dsl_event(&event, "{}");
    event.env.expired = expires;
    event.env.expired_data = &looks;
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 0);
    ck_assert_int_eq(fault.kind, GAME_DSL_TIMEOUT);
    ck_assert_int_eq(result.steps[GAME_DSL_RULES], 1);
    ck_assert_str_eq(fault.params, "{\"timeoutMs\":500}");
    ck_assert_str_eq(fault.message,
                     "DSL simulation exceeded the 500ms time limit.");
    looks = 3;
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 0);
    ck_assert_int_eq(result.steps[GAME_DSL_RULES], 1 + 3 * 64);
    looks = 1000;
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 1);
    ck_assert_int_eq(looks, 1000 - (603 + 63) / 64);
}
END_TEST

/* Lists that are compared make a run look at once. */
START_TEST(deadline_after_lists)
{
    game_dsl_program_t *program = dsl_program(
        DSL_PROGRAM(DSL_RULE(DSL_COMPARE("==", X, Y), DSL_ASSIGN(L("1")))),
        GAME_DSL_FULL);
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    int looks = 1;

    dsl_event(&event, "{'x':[1],'y':[1.0]}");
    event.env.expired = expires;
    event.env.expired_data = &looks;
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 0);
    ck_assert_int_eq(fault.kind, GAME_DSL_TIMEOUT);
}
END_TEST

/* ---- many at once ---- */

#define THREADS 8
#define ROUNDS  2000

static const game_dsl_program_t *shared;

static void *work(void *number)
{
    int id = *(int *)number;
    apr_pool_t *pool;
    apr_pool_t *scratch;
    game_dsl_run_t *run;
    int wrong = 0;
    int i;

    apr_pool_create(&pool, NULL);
    apr_pool_create(&scratch, pool);
    run = game_dsl_run_make(pool, shared);
    for (i = 0; i < ROUNDS; i++) {
        game_event_t event = {.external_user_id = id % 2 ? "odd" : "even"};
        game_inputs_t inputs = {.user_count = i, .task_count = id};
        game_dsl_env_t env = {.event = &event, .inputs = &inputs};
        game_dsl_result_t result;
        game_dsl_fault_t fault;
        const char *name = id % 2 ? "{\"k\":\"u-odd\"}" : "{\"k\":\"u-even\"}";

        wrong += !game_dsl_score(run, &env, &result, &fault, scratch)
                 || result.points.as.whole != i + id
                 || strcmp(result.callback, name);
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(pool);
    *(int *)number = wrong;
    return NULL;
}

START_TEST(eight_threads)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    int i;

    shared = dsl_program(
        DSL_PROGRAM(DSL_RULE(DSL_TRUE, DSL_SET("k",
                        DSL_ARITH("+", L("'u-'"),
                                  DSL_FIELD("externalUserId"))) ","
                    DSL_ASSIGN(DSL_ARITH("+",
                        DSL_FIELD("user.measurements_count"),
                        DSL_FIELD("task.measurements_count"))))),
        GAME_DSL_FULL);
    for (i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, work, &numbers[i]);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(numbers[i], 0);
    }
}
END_TEST

/* A run forgets the event before. */
START_TEST(run_is_used_again)
{
    game_dsl_program_t *program = dsl_program(
        DSL_PROGRAM(DSL_RULE(X, DSL_SET("k", X) ",{'type':'return'}")),
        GAME_DSL_FULL);
    game_dsl_run_t *run = game_dsl_run_make(test_pool, program);
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;

    dsl_event(&event, "{'x':1}");
    game_dsl_score(run, &event.env, &result, &fault, test_pool);
    ck_assert_str_eq(result.callback, "{\"k\":1}");
    dsl_event(&event, "{'x':0}");
    game_dsl_score(run, &event.env, &result, &fault, test_pool);
    ck_assert_ptr_null(result.callback);
    ck_assert_ptr_null(result.case_name);
}
END_TEST

Suite *dsl_run_suite(void)
{
    Suite *suite = suite_create("dsl_run");
    TCase *tests = fixture_case("run");

    tcase_add_loop_test(tests, values_at_their_edges, 0,
                        (int)(sizeof(values) / sizeof(values[0])));
    tcase_add_loop_test(tests, comparisons_are_exact, 0,
                        (int)(sizeof(comparisons) / sizeof(comparisons[0])));
    tcase_add_test(tests, joined_texts_are_bounded);
    tcase_add_test(tests, limits_hit_alike_with_a_trace);
    tcase_add_test(tests, depth_of_branches);
    tcase_add_test(tests, thousand_nodes);
    tcase_add_test(tests, deadline_ends_a_run);
    tcase_add_test(tests, deadline_after_lists);
    tcase_add_test(tests, eight_threads);
    tcase_add_test(tests, run_is_used_again);
    suite_add_tcase(suite, tests);
    return suite;
}

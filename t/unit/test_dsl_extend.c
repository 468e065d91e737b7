/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Rules around a parent: what it sees, what becomes of its answer, and the
 * overriding of its variables.
 */
#include "test_dsl.h"

#include <apr_strings.h>
#include <string.h>

#define EXTEND(pre, post) \
    "{'type':'program','rules':[],'pre_rules':[" pre \
    "],'post_rules':[" post "]}"
#define SET_DATA(key, value) \
    "{'type':'set_data','key':'" key "','value':" value "}"
#define SET_POINTS(value) "{'type':'set_points','value':" value "}"
#define ALWAYS(then) DSL_RULE(DSL_TRUE, then)

/* What the parent answers, and what it saw. */
typedef struct {
    game_verdict_e verdict;
    game_score_t score;
    const char *saw;
    int calls;
} parent_t;

/* What look() says of a member, and of what is in it. */
static const char *looked(const game_event_t *event, const char *name)
{
    game_value_t value = {GAME_VALUE_NULL, {0}};
    const game_node_t *node = event->look(event, NULL, name, 0, &value);
    const game_node_t *inner;

    if (!node) {
        return "absent";
    }
    if (value.kind == GAME_VALUE_INT) {
        return apr_psprintf(test_pool, "%" APR_INT64_T_FMT, value.as.whole);
    }
    if (value.kind != GAME_VALUE_JSON) {
        return "plain";
    }
    inner = event->look(event, node, NULL, 1, &value);
    return inner && value.kind == GAME_VALUE_INT
           ? apr_psprintf(test_pool, "[1]=%" APR_INT64_T_FMT, value.as.whole)
           : "no element 1";
}

static game_verdict_e answer(void *data, const game_event_t *event,
                             game_score_t *score, apr_pool_t *pool)
{
    parent_t *parent = data;

    (void)pool;
    parent->calls++;
    parent->saw = apr_pstrcat(test_pool, looked(event, "a"), " ",
                              looked(event, "b"), " ", looked(event, "c"),
                              NULL);
    *score = parent->score;
    return parent->verdict;
}

static void begin(dsl_event_t *event, parent_t *parent, const char *data)
{
    dsl_event(event, data);
    memset(parent, 0, sizeof(*parent));
    parent->verdict = GAME_SCORED;
    parent->score.points.kind = GAME_VALUE_INT;
    parent->score.points.as.whole = 10;
    parent->score.case_name = "P";
    event->env.parent = answer;
    event->env.parent_data = parent;
}

static int score(const char *program, dsl_event_t *event,
                 game_dsl_result_t *result, game_dsl_fault_t *fault)
{
    return dsl_score(dsl_program(program, GAME_DSL_EXTEND), event, result,
                     fault);
}

/* ---- callbacks ---- */

static const struct {
    const char *program;
    const char *parent;
    const char *callback;
} merges[] = {
    {EXTEND("", ""), NULL, NULL},
    {EXTEND("", ""), "{}", NULL},
    {EXTEND("", ""), "null", NULL},
    {EXTEND("", ""), "[1, 2]", "[1, 2]"},
    {EXTEND(ALWAYS(DSL_SET("a", DSL_LITERAL("1"))), ""), NULL, "{\"a\":1}"},
    {EXTEND(ALWAYS(DSL_SET("a", DSL_LITERAL("1"))), ""), "null",
     "{\"a\":1}"},
    {EXTEND(ALWAYS(DSL_SET("a", DSL_LITERAL("1"))), ""),
     "{\"b\":2,\"a\":-0.0}", "{\"a\":-0.0,\"b\":2}"},
    {EXTEND(ALWAYS(DSL_SET("a", DSL_LITERAL("1"))),
            ALWAYS(DSL_SET("b", DSL_LITERAL("3")))), NULL,
     "{\"a\":1,\"b\":3}"},
    {EXTEND(ALWAYS(DSL_SET("a", DSL_LITERAL("1"))),
            ALWAYS(DSL_SET("a", DSL_LITERAL("3")))), "{\"z\":0}",
     "{\"a\":3,\"z\":0}"},
    {EXTEND("", ALWAYS(DSL_SET("a", DSL_LITERAL("3")))), "[5]",
     "{\"parent\":[5],\"a\":3}"},
};

START_TEST(callbacks_are_merged)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{}");
    parent.score.callback = merges[_i].parent;
    ck_assert_int_eq(score(merges[_i].program, &event, &result, &fault), 1);
    ck_assert_pstr_eq(result.callback, merges[_i].callback);
}
END_TEST

START_TEST(callback_that_is_no_json)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{}");
    parent.score.callback = "{";
    ck_assert_int_eq(score(EXTEND("", ""), &event, &result, &fault), 0);
    ck_assert_str_eq(fault.name, "DSL_PARENT_RESULT");
}
END_TEST

START_TEST(veto_keeps_its_callback)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{}");
    ck_assert_int_eq(score(EXTEND(ALWAYS(DSL_SET("a", DSL_TRUE) ","
        "{'type':'veto','case_name':'No'}"), ""), &event, &result, &fault),
        1);
    ck_assert_int_eq(result.vetoed, 1);
    ck_assert_int_eq(parent.calls, 0);
    ck_assert_str_eq(result.callback, "{\"a\":true}");
    ck_assert_str_eq(result.case_name, "No");
    ck_assert_int_eq(result.points.kind, GAME_VALUE_INT);
    ck_assert_int_eq(result.points.as.whole, 0);
    ck_assert_int_eq(result.steps[GAME_DSL_POST], -1);
}
END_TEST

/* ---- the parent ---- */

START_TEST(parent_looks_at_changes)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{'list':[4,5]}");
    ck_assert_int_eq(score(EXTEND(ALWAYS(SET_DATA("a", DSL_LITERAL("7")) ","
        SET_DATA("b", DSL_FIELD("data.list"))), ""), &event, &result,
        &fault), 1);
    ck_assert_str_eq(parent.saw, "7 [1]=5 absent");
}
END_TEST

/* Nodes of the event's own data go through. */
static const game_node_t *outer_look(const game_event_t *event,
                                     const game_node_t *in, const char *name,
                                     apr_size_t index, game_value_t *value)
{
    static const int list;

    ck_assert_ptr_nonnull(event->data);
    if (!in && name && !strcmp(name, "c")) {
        value->kind = GAME_VALUE_JSON;
        value->as.text = "[]";
        return (const game_node_t *)(const void *)&list;
    }
    if (in == (const game_node_t *)(const void *)&list && !name) {
        value->kind = GAME_VALUE_INT;
        value->as.whole = 100 + (apr_int64_t)index;
        return in;
    }
    return NULL;
}

START_TEST(parent_looks_at_data)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{}");
    event.event.look = outer_look;
    ck_assert_int_eq(score(EXTEND(ALWAYS(SET_DATA("a", DSL_LITERAL("7"))),
                                  ""), &event, &result, &fault), 1);
    ck_assert_str_eq(parent.saw, "7 absent [1]=101");
}
END_TEST

START_TEST(refusal_ends_the_event)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{}");
    parent.verdict = GAME_REFUSED;
    parent.score.detail = "why";
    ck_assert_int_eq(score(EXTEND(ALWAYS(DSL_SET("a", DSL_TRUE)),
                                  ALWAYS(SET_POINTS(DSL_LITERAL("1")))),
                           &event, &result, &fault), 1);
    ck_assert_int_eq(result.verdict, GAME_REFUSED);
    ck_assert_str_eq(result.detail, "why");
    ck_assert_ptr_null(result.callback);
    ck_assert_int_eq(result.steps[GAME_DSL_POST], -1);
    ck_assert_int_eq(result.points.as.whole, 0);
}
END_TEST

START_TEST(points_keep_their_kind)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{}");
    parent.score.points.as.whole = APR_INT64_C(9007199254740993);
    ck_assert_int_eq(score(EXTEND("", ""), &event, &result, &fault), 1);
    ck_assert_int_eq(result.points.kind, GAME_VALUE_INT);
    ck_assert_int_eq(result.points.as.whole, APR_INT64_C(9007199254740993));
    parent.score.points.kind = GAME_VALUE_NULL;
    ck_assert_int_eq(score(EXTEND("", ""), &event, &result, &fault), 1);
    ck_assert_int_eq(result.points.kind, GAME_VALUE_INT);
    ck_assert_int_eq(result.points.as.whole, 0);
    parent.score.points.kind = GAME_VALUE_TEXT;
    parent.score.points.as.text = "5";
    ck_assert_int_eq(score(EXTEND("", ""), &event, &result, &fault), 0);
    ck_assert_str_eq(fault.name, "DSL_PARENT_RESULT");
}
END_TEST

START_TEST(no_parent_to_ask)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;

    dsl_event(&event, "{}");
    ck_assert_int_eq(score(EXTEND("", ""), &event, &result, &fault), 0);
    ck_assert_str_eq(fault.name, "DSL_PARENT_RESULT");
}
END_TEST

/* ---- mocks ---- */

static int mock(void *data, const char *path, game_value_t *value)
{
    (void)data;
    if (strcmp(path, "data.a") && strcmp(path, "user.avg_time")) {
        return 0;
    }
    value->kind = GAME_VALUE_INT;
    value->as.whole = 1;
    return 1;
}

START_TEST(mocks_win_until_set_data)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;
    parent_t parent;

    begin(&event, &parent, "{'a':5,'b':6}");
    event.env.mock = mock;
    event.env.inputs = NULL;
    ck_assert_int_eq(score(EXTEND("", ALWAYS(SET_POINTS(DSL_ARITH("+",
        DSL_FIELD("data.a"), DSL_FIELD("user.avg_time"))))), &event, &result,
        &fault), 1);
    ck_assert_int_eq(result.points.as.whole, 2);
    ck_assert_str_eq(parent.saw, "1 absent absent");
    ck_assert_int_eq(score(EXTEND(ALWAYS(SET_DATA("a", DSL_LITERAL("9"))),
        ALWAYS(SET_POINTS(DSL_FIELD("data.a")))), &event, &result, &fault),
        1);
    ck_assert_int_eq(result.points.as.whole, 9);
}
END_TEST

START_TEST(inputs_that_nobody_fetched)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    dsl_event_t event;

    dsl_event(&event, "{}");
    event.env.inputs = NULL;
    ck_assert_int_eq(dsl_score(dsl_program(DSL_AWARD(DSL_FIELD(
        "user.avg_time")), GAME_DSL_FULL), &event, &result, &fault), 0);
    ck_assert_str_eq(fault.code, "DSL_FIELD_NOT_PRECOMPUTED");
    ck_assert_str_eq(fault.message, "field.path 'user.avg_time' was not "
                     "precomputed. This usually means the validator was "
                     "bypassed.");
    ck_assert_int_eq(result.nodes, 2);
}
END_TEST

/* ---- variables ---- */

static const struct {
    const char *variables;
    const char *name;           /* of a fault, or NULL */
} overrides[] = {
    {"{}", NULL}, {"null", NULL}, {"{'variable_a':3}", NULL},
    {"{'variable_r':3}", NULL}, {"{'variable_r':2.5}", NULL},
    {"{'variable_a':2.5}", "DSL_PARENT_VARIABLES_VALUE"},
    {"{'variable_a':'3'}", "DSL_PARENT_VARIABLES_VALUE"},
    {"{'variable_a':true}", "DSL_PARENT_VARIABLES_VALUE"},
    {"{'variable_a':null}", "DSL_PARENT_VARIABLES_VALUE"},
    {"{'variable_b':3}", "DSL_PARENT_VARIABLES_KEY"},
};

START_TEST(variables_fit_the_parent)
{
    game_variable_t own[] = {
        {"variable_a", {GAME_VALUE_INT, {.whole = 1}}},
        {"variable_r", {GAME_VALUE_REAL, {.real = 1}}},
        {NULL, {GAME_VALUE_NULL, {0}}}
    };
    game_dsl_fault_t fault;
    game_dsl_program_t *program = dsl_program(
        apr_pstrcat(test_pool, "{'type':'program','rules':[],"
                    "'parent_variables':", overrides[_i].variables, "}",
                    NULL), GAME_DSL_EXTEND);
    int done = game_dsl_override(program, own, &fault, test_pool);

    ck_assert_int_eq(done, overrides[_i].name == NULL);
    ck_assert_int_eq(own[0].value.kind, GAME_VALUE_INT);
    ck_assert_int_eq(own[1].value.kind, GAME_VALUE_REAL);
    if (!done) {
        ck_assert_str_eq(fault.name, overrides[_i].name);
        ck_assert_str_eq(fault.node, "p.program.0");
    }
    if (strstr(overrides[_i].variables, "_r':3")) {
        ck_assert_double_eq(own[1].value.as.real, 3.0);
    }
}
END_TEST

Suite *dsl_extend_suite(void)
{
    Suite *suite = suite_create("dsl_extend");
    TCase *tests = fixture_case("extend");

    tcase_add_loop_test(tests, callbacks_are_merged, 0,
                        (int)(sizeof(merges) / sizeof(merges[0])));
    tcase_add_test(tests, callback_that_is_no_json);
    tcase_add_test(tests, veto_keeps_its_callback);
    tcase_add_test(tests, parent_looks_at_changes);
    tcase_add_test(tests, parent_looks_at_data);
    tcase_add_test(tests, refusal_ends_the_event);
    tcase_add_test(tests, points_keep_their_kind);
    tcase_add_test(tests, no_parent_to_ask);
    tcase_add_test(tests, mocks_win_until_set_data);
    tcase_add_test(tests, inputs_that_nobody_fetched);
    tcase_add_loop_test(tests, variables_fit_the_parent, 0,
                        (int)(sizeof(overrides) / sizeof(overrides[0])));
    suite_add_tcase(suite, tests);
    return suite;
}

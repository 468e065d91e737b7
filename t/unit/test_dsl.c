/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Programs that are refused, with the exact texts, and what a program says
 * about itself. What the vectors have is not said again.
 */
#include "test_dsl.h"

#include <apr_strings.h>
#include <jansson.h>
#include <string.h>

/* ---- shared ---- */

const char *dsl_json(const char *text)
{
    char *json = apr_pstrdup(test_pool, text);
    char *at;

    for (at = json; (at = strchr(at, '\'')) != NULL; at++) {
        *at = '"';
    }
    return json;
}

static apr_status_t release(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

static json_t *load(const char *text)
{
    json_t *json = json_loads(dsl_json(text), JSON_DECODE_ANY, NULL);

    ck_assert_msg(json != NULL, "no JSON: %.200s", text);
    apr_pool_cleanup_register(test_pool, json, release,
                              apr_pool_cleanup_null);
    return json;
}

game_dsl_program_t *dsl_try(const char *text, game_dsl_mode_e mode,
                            const game_dsl_limits_t *limits,
                            const char **normalized, game_dsl_fault_t *fault)
{
    memset(fault, 0, sizeof(*fault));
    return game_dsl_compile(test_pool, load(text), mode, limits, normalized,
                            fault);
}

game_dsl_program_t *dsl_program(const char *text, game_dsl_mode_e mode)
{
    game_dsl_fault_t fault;
    game_dsl_program_t *program = dsl_try(text, mode, NULL, NULL, &fault);

    ck_assert_msg(program != NULL, "refused: %s: %.200s", fault.message,
                  text);
    return program;
}

static int member(const game_event_t *self, const char *name,
                  game_value_t *value)
{
    json_t *found = json_object_get(self->data, name);
    char *text;

    switch (found ? (int)json_typeof(found) : -1) {
    case -1:
        return 0;
    case JSON_INTEGER:
        value->kind = GAME_VALUE_INT;
        value->as.whole = json_integer_value(found);
        break;
    case JSON_REAL:
        value->kind = GAME_VALUE_REAL;
        value->as.real = json_real_value(found);
        break;
    case JSON_STRING:
        value->kind = GAME_VALUE_TEXT;
        value->as.text = json_string_value(found);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        value->kind = GAME_VALUE_BOOL;
        value->as.flag = json_is_true(found);
        break;
    case JSON_NULL:
        value->kind = GAME_VALUE_NULL;
        break;
    default:
        text = json_dumps(found, JSON_COMPACT);
        value->kind = GAME_VALUE_JSON;
        value->as.text = apr_pstrdup(test_pool, text);
        free(text);
    }
    return 1;
}

void dsl_event(dsl_event_t *event, const char *data)
{
    memset(event, 0, sizeof(*event));
    event->data = load(data);
    event->event.external_game_id = "g";
    event->event.external_task_id = "t";
    event->event.external_user_id = "u";
    event->event.member = member;
    event->event.data = event->data;
    event->env.event = &event->event;
    event->env.inputs = &event->inputs;
}

int dsl_score(const game_dsl_program_t *program, dsl_event_t *event,
              game_dsl_result_t *result, game_dsl_fault_t *fault)
{
    game_dsl_run_t *run = game_dsl_run_make(test_pool, program);

    memset(fault, 0, sizeof(*fault));
    return game_dsl_score(run, &event->env, result, fault, test_pool);
}

/* ---- texts of faults ---- */

static const struct {
    const char *program;
    const char *node;
    const char *code;           /* on the wire */
    const char *message;
} refused[] = {
    {"5", NULL, NULL, "AST root must be an object."},
    {"{'type':'rule'}", "p.program.0", NULL,
     "Expected node type 'program', got 'rule'."},
    {"{}", "p.program.0", NULL, "Expected node type 'program', got 'None'."},
    {"{'type':true}", "p.program.0", NULL,
     "Expected node type 'program', got 'True'."},
    {"{'type':'program'}", "p.program.0", NULL,
     "Node 'program' missing required key 'rules'."},
    {"{'type':'program','rules':[],'b':1,'a':2}", "p.program.0", NULL,
     "Node 'program' has unexpected keys: ['a', 'b']."},
    {"{'type':'program','rules':1}", "p.program.0", NULL,
     "program.rules must be an array."},
    {"{'type':'program','rules':[],'pre_rules':1}", "p.program.0", NULL,
     "program.pre_rules must be an array."},
    {DSL_PROGRAM("1"), "p.program.0", NULL,
     "program.rules[*] must be objects."},
    {"{'type':'program','rules':[],'parent_variables':[]}", "p.program.0",
     NULL, "program.parent_variables must be an object."},
    {"{'type':'program','rules':[],'parent_variables':{'x':1}}",
     "p.program.0", NULL, "program.parent_variables key 'x' must be a string "
     "starting with 'variable_'."},
    {"{'type':'program','rules':[],'parent_variables':{'variable_x':[]}}",
     "p.program.0", NULL, "program.parent_variables['variable_x'] must be a "
     "JSON scalar (string, number, boolean, or null)."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':[]}"),
     "p.program.0.rule.0", NULL,
     "rule.then must be a non-empty array of statements."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':["
                 "{'type':'return'}],'else_if':1}"), "p.program.0.rule.0",
     NULL, "rule.else_if must be an array."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':["
                 "{'type':'return'}],'else_if':[1]}"), "p.program.0.rule.0",
     NULL, "rule.else_if[*] must be objects."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':["
                 "{'type':'return'}],'else_if':[{'x':1}]}"),
     "p.program.0.rule.0.else_if.0", NULL,
     "rule.else_if[0] has unexpected keys: ['x']."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':["
                 "{'type':'return'}],'else_if':[{'then':1}]}"),
     "p.program.0.rule.0.else_if.0", NULL,
     "rule.else_if[*] missing required key 'when'."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':["
                 "{'type':'return'}],'else_if':[{'when':" DSL_TRUE "}]}"),
     "p.program.0.rule.0.else_if.0", NULL,
     "rule.else_if[*].then must be a non-empty array of statements."},
    {DSL_PROGRAM("{'type':'rule','when':" DSL_TRUE ",'then':["
                 "{'type':'return'}],'else':[]}"), "p.program.0.rule.0",
     NULL, "rule.else must be a non-empty array of statements."},
    {DSL_PROGRAM(DSL_RULE("1", "1")), "p.program.0.rule.0", NULL,
     "Condition must be an object."},
    {DSL_PROGRAM(DSL_RULE("{'type':'arith'}", "1")), "p.program.0.rule.0",
     NULL, "Unknown condition node type: 'arith'."},
    {DSL_PROGRAM(DSL_RULE(DSL_TRUE, "1")), "p.program.0.rule.0", NULL,
     "Statement must be an object."},
    {DSL_PROGRAM(DSL_RULE(DSL_TRUE, "{'type':'goto'}")),
     "p.program.0.rule.0", NULL, "Unknown statement node type: 'goto'."},
    {DSL_PROGRAM(DSL_RULE(DSL_TRUE, "{'type':'and'}")),
     "p.program.0.rule.0", NULL, "Node type 'and' is not a valid statement "
     "(expected one of: assign_points, return, set_callback_data, "
     "set_case_name, set_data, set_points, veto)."},
    {DSL_PROGRAM(DSL_RULE(DSL_TRUE, "{'type':'veto'}")),
     "p.program.0.rule.0.veto.0", NULL, "Statement 'veto' is not allowed "
     "inside 'rule' section (allowed: ['pre'])."},
    {"{'type':'program','rules':[],'post_rules':["
     DSL_RULE(DSL_TRUE, DSL_ASSIGN(DSL_TRUE)) "]}",
     "p.program.0.post.rule.0.assign_points.0", NULL, "Statement "
     "'assign_points' is not allowed inside 'post' section (allowed: "
     "['default', 'rule'])."},
    {DSL_PROGRAM(DSL_RULE("{'type':'or','args':[]}", "1")),
     "p.program.0.rule.0.or.0", NULL,
     "or.args must be a non-empty array."},
    {DSL_PROGRAM(DSL_RULE(DSL_COMPARE("=", DSL_TRUE, DSL_TRUE), "1")),
     "p.program.0.rule.0.compare.0", NULL,
     "compare.op '=' is not allowed."},
    {DSL_AWARD("1"), "p.program.0.rule.0.assign_points.0", NULL,
     "Expression must be an object."},
    {DSL_AWARD("{'type':'not'}"), "p.program.0.rule.0.assign_points.0", NULL,
     "Unknown expression node type: 'not'."},
    {DSL_AWARD(DSL_LITERAL("[]")),
     "p.program.0.rule.0.assign_points.0.literal.0", NULL, "literal.value "
     "must be a JSON scalar (string, number, boolean, or null)."},
    {DSL_AWARD("{'type':'field','path':''}"),
     "p.program.0.rule.0.assign_points.0.field.0", NULL,
     "field.path must be a non-empty string."},
    {DSL_AWARD(DSL_FIELD("data.")),
     "p.program.0.rule.0.assign_points.0.field.0",
     "DSL_FIELD_PATH_NOT_ALLOWED", "field.path 'data.' is not in the "
     "allowed set. Either reference a whitelisted analytic path or use "
     "'data.<key>' where <key> is [A-Za-z0-9_]+."},
    {DSL_AWARD(DSL_FIELD("parent.points")),
     "p.program.0.rule.0.assign_points.0.field.0",
     "DSL_PARENT_FIELD_OUTSIDE_POST", "field.path 'parent.points' is only "
     "available inside post_rules (DSL_EXTEND mode)."},
    {DSL_AWARD(DSL_ARITH("%", DSL_TRUE, DSL_TRUE)),
     "p.program.0.rule.0.assign_points.0.arith.0",
     "DSL_ARITH_OP_NOT_ALLOWED", "arith.op '%' is not allowed."},
    {DSL_AWARD("{'type':'func_call','name':'abs','args':[]}"),
     "p.program.0.rule.0.assign_points.0.func_call.0",
     "DSL_FUNC_NAME_NOT_ALLOWED", "func_call.name 'abs' is not allowed."},
    {DSL_AWARD("{'type':'func_call','name':'clamp','args':[]}"),
     "p.program.0.rule.0.assign_points.0.func_call.0",
     "DSL_FUNC_ARITY_MISMATCH", "func_call 'clamp' expects 3 args, got 0."},
    {DSL_AWARD("{'type':'func_call','name':'int','args':{}}"),
     "p.program.0.rule.0.assign_points.0.func_call.0",
     "DSL_FUNC_ARITY_MISMATCH",
     "func_call 'int' expects 1 args, got non-list."},
    {DSL_PROGRAM(DSL_RULE(DSL_TRUE, "{'type':'assign_points','value':"
                          DSL_TRUE ",'case_name':''}")),
     "p.program.0.rule.0.assign_points.0", NULL, "assign_points.case_name "
     "must be 1-200 printable ASCII characters."},
    {DSL_PROGRAM(DSL_RULE(DSL_TRUE, DSL_SET("", DSL_TRUE))),
     "p.program.0.rule.0.set_callback_data.0", NULL,
     "set_callback_data.key must be a non-empty string."},
    {"{'type':'program','rules':[],'pre_rules':[" DSL_RULE(DSL_TRUE,
     "{'type':'set_data','key':'a.b','value':" DSL_TRUE "}") "]}",
     "p.program.0.pre.rule.0.set_data.0", NULL, "set_data.key must match "
     "[A-Za-z0-9_]+ so it is addressable via 'data.<key>' from the AST."},
    {DSL_AWARD("{'type':'literal','value':1,'id':'a b'}"),
     "p.program.0.rule.0.assign_points.0.literal.0", "DSL_NODE_ID",
     "Node id must be 1-200 characters of [A-Za-z0-9_.:-]."},
    {DSL_AWARD(DSL_LITERAL("1e16")),
     "p.program.0.rule.0.assign_points.0.literal.0", "DSL_NUMBER_NOT_EXACT",
     "Numbers with a fraction or exponent must be below 1e16, so that they "
     "are stored exactly."},
};

START_TEST(refused_in_words)
{
    game_dsl_fault_t fault;
    const char *code = refused[_i].code;

    ck_assert_ptr_null(dsl_try(refused[_i].program, GAME_DSL_FULL, NULL, NULL,
                               &fault));
    ck_assert_str_eq(fault.message, refused[_i].message);
    ck_assert_int_eq(fault.kind, GAME_DSL_INVALID);
    ck_assert_pstr_eq(fault.node, refused[_i].node);
    ck_assert_pstr_eq(fault.code, code);
    ck_assert_ptr_nonnull(fault.name);
    ck_assert_ptr_nonnull(fault.params);
}
END_TEST

/* ---- bounds ---- */

static const char *repeat(const char *text, int times)
{
    char *out = apr_palloc(test_pool, strlen(text) * (apr_size_t)times + 1);
    char *at = out;

    while (times--) {
        at = apr_cpystrn(at, text, strlen(text) + 1);
    }
    *at = '\0';
    return out;
}

static const char *name_of_fault(const char *text)
{
    game_dsl_fault_t fault;

    return dsl_try(text, GAME_DSL_FULL, NULL, NULL, &fault) ? "none"
                                                            : fault.name;
}

static const char *with(const char *before, const char *text, int times,
                        const char *after)
{
    return apr_pstrcat(test_pool, before, repeat(text, times), after, NULL);
}

START_TEST(bounds_of_texts)
{
    const char *before = "{'type':'program','rules':[{'type':'rule','when':"
                         "{'type':'literal','value':'";
    const char *after = "'},'then':[{'type':'return'}]}]}";

    ck_assert_str_eq(name_of_fault(with(before, "x", 4096, after)), "none");
    ck_assert_str_eq(name_of_fault(with(before, "x", 4097, after)),
                     "DSL_TEXT_TOO_LONG");
}
END_TEST

START_TEST(bounds_of_keys)
{
    const char *before = "{'type':'program','rules':[{'type':'rule','when':"
                         DSL_TRUE ",'then':[{'type':'set_callback_data',"
                         "'value':" DSL_TRUE ",'key':'";
    const char *after = "'}]}]}";

    ck_assert_str_eq(name_of_fault(with(before, "k", 200, after)), "none");
    ck_assert_str_eq(name_of_fault(with(before, "k", 201, after)),
                     "DSL_KEY_TOO_LONG");
}
END_TEST

START_TEST(bounds_of_ids)
{
    const char *before = "{'type':'program','rules':[],'id':'";

    ck_assert_str_eq(name_of_fault(with(before, "i", 200, "'}")), "none");
    ck_assert_str_eq(name_of_fault(with(before, "i", 201, "'}")),
                     "DSL_NODE_ID");
    ck_assert_str_eq(name_of_fault(with(before, "\\n", 1, "'}")),
                     "DSL_NODE_ID");
    ck_assert_str_eq(name_of_fault(with(before, "", 0, "'}")), "none");
}
END_TEST

START_TEST(bounds_of_size)
{
    const char *literal = with("{'type':'literal','value':'", "x", 4000,
                               "'},");
    const char *before = "{'type':'program','rules':[{'type':'rule','when':"
                         "{'type':'or','args':[";
    const char *after = DSL_TRUE "]},'then':[{'type':'return'}]}]}";

    ck_assert_str_eq(name_of_fault(with(before, literal, 60, after)),
                     "none");
    ck_assert_str_eq(name_of_fault(with(before, literal, 70, after)),
                     "DSL_AST_TOO_LARGE");
}
END_TEST

/* A program of small nodes grows by its ids; what is stored must pass. */
START_TEST(bounds_with_ids)
{
    game_dsl_limits_t limits = {100000, 32, 500};
    const char *normalized = NULL;
    game_dsl_fault_t fault;
    const char *text = with("{'type':'program','rules':[{'type':'rule','when'"
                            ":{'type':'or','args':[", DSL_TRUE ",", 4500,
                            DSL_TRUE "]},'then':[{'type':'return'}]}]}");

    ck_assert_uint_lt(strlen(text), GAME_DSL_MAX_AST);
    ck_assert_ptr_null(dsl_try(text, GAME_DSL_FULL, &limits, &normalized,
                               &fault));
    ck_assert_str_eq(fault.name, "DSL_AST_TOO_LARGE");
    ck_assert_ptr_null(normalized);
}
END_TEST

START_TEST(long_ids_come_back)
{
    const char *nots = with("{'type':'program','rules':[{'type':'rule',"
                            "'when':", "{'type':'not','arg':", 30, "");
    const char *text = apr_pstrcat(test_pool, nots, DSL_TRUE,
                                   repeat("}", 30),
                                   ",'then':[{'type':'return'}]}]}", NULL);
    const char *normalized;
    const char *again;
    game_dsl_fault_t fault;

    ck_assert_ptr_nonnull(dsl_try(text, GAME_DSL_FULL, NULL, &normalized,
                                  &fault));
    ck_assert_ptr_nonnull(dsl_try(normalized, GAME_DSL_FULL, NULL, &again,
                                  &fault));
    ck_assert_str_eq(normalized, again);
}
END_TEST

START_TEST(messages_are_cut)
{
    game_dsl_fault_t fault;

    dsl_try(with("{'type':'", "\303\244", 5000, "'}"), GAME_DSL_FULL, NULL,
            NULL, &fault);
    ck_assert_str_eq(fault.name, "DSL_NODE_TYPE");
    ck_assert_uint_lt(strlen(fault.message), 300);
}
END_TEST

/* ---- what a program says ---- */

#define BOTH "{'type':'program','rules':[" \
    DSL_RULE(DSL_FIELD("user.avg_time"), "{'type':'return'}") "]," \
    "'pre_rules':[" DSL_RULE(DSL_FIELD("data.a"), "{'type':'return'}") \
    "],'post_rules':[" \
    DSL_RULE(DSL_FIELD("user.recent_measurements_count"), \
             "{'type':'return'}") "," \
    DSL_RULE(DSL_FIELD("data.b"), "{'type':'return'}") "]}"

START_TEST(asks_for_what_runs)
{
    game_dsl_program_t *full = dsl_program(BOTH, GAME_DSL_FULL);
    game_dsl_program_t *extend = dsl_program(BOTH, GAME_DSL_EXTEND);
    game_needs_t needs;
    const char **keys;

    game_dsl_needs(full, game_dsl_sections(full), &needs);
    ck_assert_uint_eq(needs.mask, GAME_INPUT_USER_AVG);
    ck_assert_int_eq(needs.recent_seconds, 0);
    game_dsl_needs(extend, game_dsl_sections(extend), &needs);
    ck_assert_uint_eq(needs.mask, GAME_INPUT_RECENT_COUNT);
    ck_assert_int_eq(needs.recent_seconds, 300);
    keys = game_dsl_data_keys(extend, 1u << GAME_DSL_POST, test_pool);
    ck_assert_str_eq(keys[0], "b");
    ck_assert_ptr_null(keys[1]);
    ck_assert_uint_eq(game_dsl_sections(full), 1u << GAME_DSL_RULES);
    ck_assert_str_eq(game_dsl_input_path(GAME_INPUT_ALL_AVG), "all.avg_time");
    ck_assert_ptr_null(game_dsl_input_path(GAME_INPUT_PERSONAL_AVG));
}
END_TEST

/* The program must not look into the JSON that it was made from. */
START_TEST(outlives_its_json)
{
    json_t *json = json_loads(dsl_json(DSL_AWARD(DSL_LITERAL("7"))), 0,
                              NULL);
    game_dsl_fault_t fault;
    game_dsl_program_t *program = game_dsl_compile(
        test_pool, json, GAME_DSL_FULL, NULL, NULL, &fault);
    game_dsl_result_t result;
    dsl_event_t event;

    json_decref(json);
    dsl_event(&event, "{}");
    ck_assert_int_eq(dsl_score(program, &event, &result, &fault), 1);
    ck_assert_int_eq(result.points.as.whole, 7);
    ck_assert_str_eq(result.case_name, "c");
}
END_TEST

Suite *dsl_suite(void)
{
    Suite *suite = suite_create("dsl");
    TCase *tests = fixture_case("program");

    tcase_add_loop_test(tests, refused_in_words, 0,
                        (int)(sizeof(refused) / sizeof(refused[0])));
    tcase_add_test(tests, bounds_of_texts);
    tcase_add_test(tests, bounds_of_keys);
    tcase_add_test(tests, bounds_of_ids);
    tcase_add_test(tests, bounds_of_size);
    tcase_add_test(tests, bounds_with_ids);
    tcase_add_test(tests, long_ids_come_back);
    tcase_add_test(tests, messages_are_cut);
    tcase_add_test(tests, asks_for_what_runs);
    tcase_add_test(tests, outlives_its_json);
    suite_add_tcase(suite, tests);
    return suite;
}

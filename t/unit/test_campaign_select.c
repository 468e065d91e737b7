/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Selectors: what is refused when a workflow is loaded, paths and where they
 * lead, what a step's input is made of and what it never shares.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "select.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const char *checked(const char *selector)
{
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));

    game_select_check(test_pool, campaign_json(selector), "x", issues);
    return campaign_issues(issues);
}

static const struct {
    const char *selector;
    const char *issues;
} forms[] = {
    {"{'source':'trigger','path':''}", ""},
    {"{'source':'trigger','path':'a[b.c].d'}", ""},
    {"{'source':'step_output','step_id':'a','path':'.'}", ""},
    {"{'source':'base_run','step_id':'a','path':'data'}", ""},
    {"{'source':'constants','value':null}", ""},
    {"{'source':'registry','type':'prompt','id':'p'}", ""},
    {"{'source':'registry','type':'rubric','id':'p','version':'1'}", ""},
    {"{'operation':'pick','input':{'source':'trigger','path':''},"
     "'keys':['a']}", ""},
    {"{'operation':'merge','inputs':[{'source':'constants','value':{}},"
     "{'source':'constants','value':{}}]}", ""},
    {"1", "x is no selector"},
    {"null", "x is no selector"},
    {"[]", "x is no selector"},
    {"{}", "x is no selector"},
    {"{'source':'env','path':'a'}", "x is no selector"},
    {"{'source':1,'path':'a'}", "x is no selector"},
    {"{'operation':'trigger','path':'a'}", "x is no selector"},
    {"{'source':'trigger'}", "x.path is missing"},
    {"{'source':'trigger','path':1}", "x.path is no string"},
    {"{'source':'trigger','path':'a[b'}", "x.path has unbalanced brackets"},
    {"{'source':'trigger','path':'a]b'}", "x.path has unbalanced brackets"},
    {"{'source':'trigger','path':'a[[b]]'}",
     "x.path has unbalanced brackets"},
    {"{'source':'trigger','path':'','step_id':'a'}",
     "x.step_id is not known in this selector"},
    {"{'source':'trigger','operation':'merge','path':''}",
     "x.operation is not known in this selector"},
    {"{'source':'step_output','path':''}", "x.step_id is missing"},
    {"{'source':'step_output','step_id':'','path':''}",
     "x.step_id is no string or an empty one"},
    {"{'source':'constants'}", "x.value is missing"},
    {"{'source':'registry','type':'poem','id':'p'}",
     "x.type is none of prompt, config, rubric"},
    {"{'source':'registry','type':'config','id':'p','version':2}",
     "x.version is no string or an empty one"},
    {"{'operation':'merge','inputs':[{'source':'trigger','path':''}]}",
     "x.inputs is no list of at least two"},
    {"{'operation':'merge','inputs':{}}",
     "x.inputs is no list of at least two"},
    {"{'operation':'merge','inputs':[{'source':'trigger','path':'['},2]}",
     "x.inputs.0.path has unbalanced brackets; x.inputs.1 is no selector"},
    {"{'operation':'pick','input':{},'keys':['a']}",
     "x.input is no selector"},
    {"{'operation':'pick','input':{'source':'trigger','path':''},"
     "'keys':[]}", "x.keys is no list of at least one name"},
    {"{'operation':'pick','input':{'source':'trigger','path':''},"
     "'keys':['a',1]}", "x.keys is not a list of strings"},
};

START_TEST(a_selector_is_of_exactly_one_form)
{
    ck_assert_str_eq(checked(forms[_i].selector), forms[_i].issues);
}
END_TEST

static game_select_t *fixture_from(void)
{
    game_select_t *from = apr_pcalloc(test_pool, sizeof(*from));
    apr_array_header_t *outputs =
        apr_array_make(test_pool, 1, sizeof(game_select_output_t));
    game_select_output_t *output = apr_array_push(outputs);

    output->step_id = "s";
    output->status = "completed";
    output->artifact_ids = NULL;
    output->data = campaign_json("{'k':{'z':1},'artifacts':'mine'}");
    from->trigger = campaign_json(
        "{'a':[10,[20,30]],'o':{'':1,'b.c':2,'0':3},'n':null,'t':'text'}");
    from->outputs = outputs;
    return from;
}

/* What a selector gives: JSON, "absent" or "error". */
static const char *got(const game_select_t *from, const char *selector)
{
    game_json_t *value;
    game_fault_t *fault = game_select_value(
        test_pool, from, campaign_json(selector), &value);

    if (fault) {
        ck_assert_str_eq(campaign_code(fault), "INPUT_SELECTOR_ERROR");
        return "error";
    }
    return value ? game_json_text(test_pool, value) : "absent";
}

static const struct {
    const char *path;
    const char *value;
} paths[] = {
    {"a[0]", "10"}, {"a.0", "10"}, {"a[01]", "[20,30]"}, {"a.1.1", "30"},
    {"a[1][0]", "20"}, {"a[1]0", "20"}, {"a[2]", "absent"},
    {"a[-1]", "absent"}, {"a[1e0]", "absent"}, {"a. 0", "absent"},
    {"a[99999999999999999999999999]", "absent"}, {"a.length", "absent"},
    {"o[b.c]", "2"}, {"o.b.c", "absent"}, {"o[0]", "3"},
    {"o[]", "{\"\":1,\"b.c\":2,\"0\":3}"}, {"..t..", "\"text\""},
    {"[t]", "\"text\""}, {"[]t", "\"text\""}, {"t.0", "absent"},
    {"n", "null"}, {"n.x", "absent"}, {"prototype", "absent"},
    {"o.__proto__.x", "absent"}, {"[constructor]", "absent"},
    {"a[0", "error"}, {"a]0", "error"}, {"[", "error"}, {"]", "error"},
    {"[[a]", "error"}, {"[a]]", "error"},
};

START_TEST(a_path_leads_somewhere)
{
    ck_assert_str_eq(got(fixture_from(), apr_psprintf(
        test_pool, "{'source':'trigger','path':'%s'}", paths[_i].path)),
        paths[_i].value);
}
END_TEST

static const struct {
    const char *selector;
    const char *value;
} sources[] = {
    {"{'source':'step_output','step_id':'s','path':''}",
     "{\"stepId\":\"s\",\"status\":\"completed\",\"outputArtifactIds\":[],"
     "\"data\":{\"k\":{\"z\":1},\"artifacts\":\"mine\"}}"},
    {"{'source':'step_output','step_id':'s','path':'artifacts'}", "[]"},
    {"{'source':'step_output','step_id':'s','path':'data.artifacts'}",
     "\"mine\""},
    {"{'source':'step_output','step_id':'s','path':'status.x'}", "absent"},
    {"{'source':'step_output','step_id':'t','path':''}", "error"},
    {"{'source':'base_run','step_id':'s','path':''}", "error"},
    {"{'source':'registry','type':'config','id':'x'}", "error"},
    {"{'source':'nowhere'}", "error"},
    {"{'operation':'merge','inputs':[{'source':'trigger','path':'zz'},"
     "{'source':'constants','value':{}}]}", "error"},
    {"{'operation':'merge','inputs':[{'source':'constants','value':{}},"
     "{'source':'base_run','step_id':'s','path':''}]}", "error"},
    {"{'operation':'merge','inputs':[{'source':'constants','value':"
     "{'a':{'b':1}}},{'source':'constants','value':{'a':{'c':2}}}]}",
     "{\"a\":{\"c\":2}}"},
    {"{'operation':'pick','input':{'operation':'merge','inputs':["
     "{'source':'trigger','path':'o'},{'source':'step_output',"
     "'step_id':'s','path':'k'}]},'keys':['z','0','z','q']}",
     "{\"z\":1,\"0\":3}"},
};

START_TEST(a_selector_has_a_value)
{
    ck_assert_str_eq(got(fixture_from(), sources[_i].selector),
                     sources[_i].value);
}
END_TEST

START_TEST(a_base_run_is_read_apart)
{
    game_select_t *from = fixture_from();

    from->base = from->outputs;
    from->outputs = NULL;
    ck_assert_str_eq(got(from, "{'source':'base_run','step_id':'s',"
                         "'path':'k.z'}"), "1");
    ck_assert_str_eq(got(from, "{'source':'base_run','step_id':'t',"
                         "'path':''}"), "error");
    ck_assert_str_eq(got(from, "{'source':'step_output','step_id':'s',"
                         "'path':'k'}"), "error");
}
END_TEST

START_TEST(an_input_shares_nothing)
{
    game_select_t *from = fixture_from();
    game_json_t *selector = campaign_json(
        "{'c':{'source':'constants','value':{'deep':[1]}},"
        "'t':{'source':'trigger','path':'o'},"
        "'d':{'source':'step_output','step_id':'s','path':'data'},"
        "'gone':{'source':'trigger','path':'zz'},"
        "'nil':{'source':'trigger','path':'n'}}");
    const char *before = game_json_text(test_pool, selector);
    game_json_t *input;

    ck_assert_ptr_null(game_select_input(test_pool, from, selector, &input));
    ck_assert_uint_eq(game_json_members(input), 4);
    ck_assert(game_json_is(game_json_member(input, "nil"), GAME_JSON_NULL));
    game_json_append(game_json_member(game_json_member(input, "c"), "deep"),
                     campaign_json("2"));
    game_json_remove(game_json_member(input, "t"), "0");
    game_json_remove(game_json_member(input, "d"), "k");
    ck_assert_str_eq(game_json_text(test_pool, selector), before);
    ck_assert_str_eq(got(from, "{'source':'trigger','path':'o.0'}"), "3");
    ck_assert_str_eq(got(from, "{'source':'step_output','step_id':'s',"
                         "'path':'k.z'}"), "1");
}
END_TEST

START_TEST(steps_that_are_read_are_named)
{
    apr_array_header_t *read =
        apr_array_make(test_pool, 1, sizeof(const char *));

    game_select_steps(campaign_json(
        "{'operation':'merge','inputs':[{'operation':'pick','input':"
        "{'source':'step_output','step_id':'a','path':''},'keys':['k']},"
        "{'source':'base_run','step_id':'b','path':''},"
        "{'source':'step_output','step_id':'c','path':''}]}"), read);
    ck_assert_int_eq(read->nelts, 2);
    ck_assert_str_eq(APR_ARRAY_IDX(read, 0, const char *), "a");
    ck_assert_str_eq(APR_ARRAY_IDX(read, 1, const char *), "c");
}
END_TEST

START_TEST(an_issue_of_an_input_is_one_of_the_trigger)
{
    game_json_t *selectors = campaign_json(
        "{'style':{'source':'trigger','path':'audio.style'},"
        "'refs':{'source':'trigger','path':'asset_refs'},"
        "'loopable':{'source':'constants','value':true}}");

    ck_assert_str_eq(game_select_origin(test_pool, selectors, "style.genre"),
                     "audio.style.genre");
    ck_assert_str_eq(game_select_origin(test_pool, selectors, "style"),
                     "audio.style");
    ck_assert_str_eq(game_select_origin(test_pool, selectors, "refs[0].uri"),
                     "asset_refs[0].uri");
    ck_assert_ptr_null(game_select_origin(test_pool, selectors, "loopable"));
    ck_assert_ptr_null(game_select_origin(test_pool, selectors, "other"));
    ck_assert_ptr_null(game_select_origin(test_pool, selectors, ""));
}
END_TEST

static void use(void *baton, const game_json_t *selector)
{
    const game_select_t *from = baton;
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));
    apr_array_header_t *read =
        apr_array_make(test_pool, 1, sizeof(const char *));
    game_json_t *value;
    game_fault_t *fault;

    game_select_check(test_pool, selector, "x", issues);
    game_select_steps(selector, read);
    fault = game_select_value(test_pool, from, selector, &value);
    ck_assert(!fault || !strcmp(fault->code, "INPUT_SELECTOR_ERROR"));
}

START_TEST(damaged_selectors_are_answered)
{
    game_json_t *selector = campaign_json(
        "{'operation':'merge','inputs':[{'operation':'pick','input':"
        "{'source':'step_output','step_id':'s','path':''},'keys':['k']},"
        "{'source':'constants','value':{}},"
        "{'source':'registry','type':'config','id':'b'},"
        "{'source':'trigger','path':'o'}]}");

    ck_assert_int_gt(campaign_damage(selector, use, fixture_from()), 300);
}
END_TEST

Suite *campaign_select_suite(void)
{
    Suite *suite = suite_create("campaign_select");
    TCase *tests = fixture_case("campaign_select");

    tcase_add_loop_test(tests, a_selector_is_of_exactly_one_form, 0,
                        COUNT_OF(forms));
    tcase_add_loop_test(tests, a_path_leads_somewhere, 0, COUNT_OF(paths));
    tcase_add_loop_test(tests, a_selector_has_a_value, 0, COUNT_OF(sources));
    tcase_add_test(tests, a_base_run_is_read_apart);
    tcase_add_test(tests, an_input_shares_nothing);
    tcase_add_test(tests, steps_that_are_read_are_named);
    tcase_add_test(tests, an_issue_of_an_input_is_one_of_the_trigger);
    tcase_add_test(tests, damaged_selectors_are_answered);
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Workflows: the limits of their schema, the order of verdicts and of steps,
 * folders of them, and which version is the highest.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "workflow.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

#define WORKFLOWS "mod_game/campaigns/workflows"
#define STEP(id, depends, more) \
    "{'step_id':'" id "','skill_id':'skill','depends_on':[" depends "]," \
    "'input_selector':{}" more "}"
#define FLOW(steps) \
    "{'workflow_name':'t.flow','version':'1.0.0','steps':[" steps "]}"

static int is_no_monster(void *baton, const char *id)
{
    (void)baton;
    return strcmp(id, "monster") != 0;
}

static const char *verdict(const game_json_t *definition,
                           game_workflow_t **out)
{
    return campaign_code(game_workflow_make(test_pool, definition,
                                            is_no_monster, NULL, out));
}

static const struct {
    const char *definition;
    const char *code;
} definitions[] = {
    {FLOW(STEP("a", "", "")), ""},
    {"{'workflow_name':'t','version':'1.0.0-rc.1+b.5','description':'d',"
     "'steps':[" STEP("a", "", ",'description':'d'") "]}", ""},
    {FLOW(STEP("a", "", ",'retry_policy':{'max_attempts':10.0,"
               "'backoff_ms':60000}")), ""},
    {FLOW(STEP("a", "", ",'retry_policy':{'max_attempts':1.5,"
               "'backoff_ms':60000}")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "", ",'retry_policy':{'max_attempts':1}")),
     "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "", ",'retry_policy':{'max_attempts':1,"
               "'backoff_ms':60001}")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "", ",'retry_policy':{'max_attempts':1,"
               "'backoff_ms':100,'jitter':1}")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "", ",'cache_policy':{'enabled':true}")),
     "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "", ",'cache_policy':{'scope':'global'}")),
     "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "", ",'cache_policy':{'enabled':1,'scope':'global'}")),
     "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("A", "", "")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a-b", "", "")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("", "", "")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("1a", "", "")), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(""), "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "1", "")), "WORKFLOW_SCHEMA_INVALID"},
    {"{'workflow_name':'t','version':'1.0.0-','steps':["
     STEP("a", "", "") "]}", "WORKFLOW_SCHEMA_INVALID"},
    {"{'workflow_name':'t','version':'v1.0.0','steps':["
     STEP("a", "", "") "]}", "WORKFLOW_SCHEMA_INVALID"},
    {"{'workflow_name':'t','version':'1.0.0 ','steps':["
     STEP("a", "", "") "]}", "WORKFLOW_SCHEMA_INVALID"},
    {"{'workflow_name':'.t','version':'1.0.0','steps':["
     STEP("a", "", "") "]}", "WORKFLOW_SCHEMA_INVALID"},
    {"{'workflow_name':'t','version':'1.0.0','description':1,'steps':["
     STEP("a", "", "") "]}", "WORKFLOW_SCHEMA_INVALID"},
    {FLOW(STEP("a", "'a','a'", "")), "CYCLIC_DEPENDENCY"},
    {FLOW(STEP("a", "'c'", "") "," STEP("b", "'a'", "") ","
          STEP("c", "'b'", "")), "CYCLIC_DEPENDENCY"},
    /* which verdict is first */
    {FLOW("{'step_id':'a','skill_id':'monster','depends_on':['q'],"
          "'input_selector':{'v':{'source':'env'}}}"),
     "WORKFLOW_SCHEMA_INVALID"},
    {FLOW("{'step_id':'a','skill_id':'monster','depends_on':['q'],"
          "'input_selector':{}}," STEP("a", "'a'", "")), "UNKNOWN_SKILL"},
    {FLOW(STEP("a", "'q'", "") "," STEP("a", "'a'", "")), "DUPLICATE_STEP"},
    {FLOW(STEP("a", "'a'", "") "," STEP("b", "'q'", "")),
     "UNKNOWN_DEPENDENCY"},
    {FLOW("{'step_id':'a','skill_id':'s','depends_on':['a'],"
          "'input_selector':{'v':{'source':'step_output','step_id':'q',"
          "'path':''}}}"), "CYCLIC_DEPENDENCY"},
    {FLOW("{'step_id':'a','skill_id':'s','depends_on':[],"
          "'input_selector':{'v':{'source':'step_output','step_id':'a',"
          "'path':''}}}"), "SELECTOR_NOT_UPSTREAM"},
    {FLOW(STEP("b", "", "") ",{'step_id':'a','skill_id':'s',"
          "'depends_on':[],'input_selector':{'v':{'operation':'pick',"
          "'input':{'source':'step_output','step_id':'b','path':''},"
          "'keys':['x']}}}"), "SELECTOR_NOT_UPSTREAM"},
};

START_TEST(a_definition_has_a_verdict)
{
    game_workflow_t *workflow = NULL;
    const char *code = verdict(campaign_json(definitions[_i].definition),
                               &workflow);

    ck_assert_str_eq(code, definitions[_i].code);
    ck_assert_int_eq(workflow != NULL, !*code);
}
END_TEST

START_TEST(all_issues_are_told)
{
    game_workflow_t *workflow;
    game_fault_t *fault = game_workflow_make(test_pool, campaign_json(
        "{'workflow_name':'T','steps':[{'step_id':'a','x':1,"
        "'cache_policy':{'y':2}}],'z':3}"), is_no_monster, NULL, &workflow);
    static const char *const paths[] = {
        "workflow_name", "version", "steps.0.skill_id", "steps.0.depends_on",
        "steps.0.input_selector", "steps.0.cache_policy.enabled",
        "steps.0.cache_policy.scope", "steps.0.x",
        "steps.0.cache_policy.y", "z"
    };
    apr_size_t i;

    ck_assert_str_eq(campaign_code(fault), "WORKFLOW_SCHEMA_INVALID");
    ck_assert_uint_eq(game_json_size(fault->details), COUNT_OF(paths));
    for (i = 0; i < COUNT_OF(paths); i++) {
        ck_assert_str_eq(game_json_string(game_json_member(
            game_json_at(fault->details, i), "path")), paths[i]);
    }
}
END_TEST

START_TEST(what_is_left_out_has_defaults)
{
    game_workflow_t *workflow;

    ck_assert_str_eq(verdict(campaign_json(FLOW(STEP("a", "", ""))),
                             &workflow), "");
    ck_assert(!workflow->step[0].cache);
    ck_assert(workflow->step[0].cache_run_only);
    ck_assert_int_eq(workflow->step[0].max_attempts, 1);
    ck_assert_int_eq(workflow->step[0].backoff_ms, 1000);
    ck_assert_ptr_null(workflow->description);
    ck_assert_ptr_null(workflow->step[0].description);
}
END_TEST

START_TEST(order_is_that_of_declaration_where_it_can_be)
{
    game_json_t *definition = campaign_json(FLOW(
        STEP("d", "'b','c','b'", "") "," STEP("x", "", "") ","
        STEP("c", "'a'", "") "," STEP("b", "'a'", "") ","
        STEP("a", "", "")));
    const char *const order[] = { "x", "a", "c", "b", "d" };
    const char *const declared[] = { "d", "x", "c", "b", "a" };
    game_workflow_t *workflow;
    int i;

    ck_assert_str_eq(verdict(definition, &workflow), "");
    game_json_remove(definition, "steps");      /* it is a copy */
    for (i = 0; i < 5; i++) {
        ck_assert_str_eq(workflow->step[i].id, order[i]);
        ck_assert_int_eq(workflow->step[i].ordinal, i);
        ck_assert_str_eq(workflow->step[workflow->declared[i]].id,
                         declared[i]);
    }
    ck_assert_int_eq(workflow->step[4].depends, 2);
    ck_assert_int_eq(workflow->step[4].depends_on[0], 3);
    ck_assert_int_eq(workflow->step[4].depends_on[1], 2);
    ck_assert_int_eq(game_workflow_step(workflow, "q"), -1);
}
END_TEST

START_TEST(a_key_of_the_cache_is_not_too_long)
{
    char name[256];
    game_json_t *definition = campaign_json(FLOW(STEP("a", "", "")));
    game_json_t *step =
        game_json_at(game_json_member(definition, "steps"), 0);
    game_workflow_t *workflow;

    memset(name, 'a', sizeof(name));
    name[255] = '\0';
    game_json_set_string(test_pool, definition, "workflow_name", name);
    name[191] = '\0';           /* 255 + 1 + 191 + 1 + 64 */
    game_json_set_string(test_pool, step, "step_id", name);
    ck_assert_str_eq(verdict(definition, &workflow), "");
    name[191] = 'a';
    name[192] = '\0';
    game_json_set_string(test_pool, step, "step_id", name);
    ck_assert_str_eq(verdict(definition, &workflow),
                     "WORKFLOW_SCHEMA_INVALID");
}
END_TEST

START_TEST(a_long_chain_is_ordered)
{
    game_json_t *definition = campaign_json(FLOW(""));
    game_json_t *steps = game_json_member(definition, "steps");
    game_workflow_t *workflow;
    int i;

    for (i = 0; i < 300; i++) {
        game_json_append(steps, campaign_json(apr_psprintf(
            test_pool, STEP("s%d", "%s", ""), i,
            i < 299 ? apr_psprintf(test_pool, "'s%d'", i + 1) : "")));
    }
    ck_assert_str_eq(verdict(definition, &workflow), "");
    ck_assert_str_eq(workflow->step[0].id, "s299");
    ck_assert_str_eq(workflow->step[299].id, "s0");
}
END_TEST

static void make(void *baton, const game_json_t *definition)
{
    game_workflow_t *workflow = NULL;
    int *good = baton;

    *good += !*verdict(definition, &workflow);
}

START_TEST(damaged_definitions_are_answered)
{
    game_json_t *definition = campaign_json(FLOW(
        STEP("a", "", ",'cache_policy':{'enabled':true,'scope':'global'},"
             "'retry_policy':{'max_attempts':2,'backoff_ms':100}") ","
        "{'step_id':'b','skill_id':'s','depends_on':['a'],'input_selector':"
        "{'v':{'source':'step_output','step_id':'a','path':'x'}}}"));
    int good = 0;
    int calls = campaign_damage(definition, make, &good);

    ck_assert_int_gt(calls, 300);
    ck_assert_int_gt(good, 0);
    ck_assert_int_lt(good, calls / 5);
}
END_TEST

/* ---- folders ---- */

static void write_file(const char *dir, const char *name, const char *text)
{
    const char *path = apr_pstrcat(test_pool, dir, "/", name, NULL);
    char *copy = apr_pstrdup(test_pool, text), *at;
    apr_file_t *file;

    for (at = copy; *at; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    ck_assert_int_eq(apr_file_open(&file, path, APR_FOPEN_CREATE
                                   | APR_FOPEN_WRITE | APR_FOPEN_TRUNCATE,
                                   APR_FPROT_OS_DEFAULT, test_pool),
                     APR_SUCCESS);
    ck_assert_int_eq(apr_file_write_full(file, copy, strlen(copy), NULL),
                     APR_SUCCESS);
    apr_file_close(file);
}

#define INDEX(entries) \
    "{'version':'1.0.0','updated_at':'2026-02-03T00:00:00Z','workflows':[" \
    entries "]}"
#define ENTRY(name, number, status, more) \
    "{'workflow_name':'" name "','version':'" number "','status':'" status \
    "'" more "}"
#define VERSION(number) \
    "{'workflow_name':'t.flow','version':'" number "','steps':[" \
    STEP("a", "", "") "]}"

static const char *load(const char *dir, game_workflows_t **out)
{
    return campaign_code(game_workflow_load(test_pool, dir, is_no_monster,
                                            NULL, out));
}

/* A folder in another: what lies outside must not be read.
 * @return the inner one */
static const char *nested_folder(const char *dir)
{
    const char *inside = apr_pstrcat(test_pool, dir, "/inside", NULL);

    ck_assert_int_eq(apr_dir_make(inside, APR_FPROT_OS_DEFAULT, test_pool),
                     APR_SUCCESS);
    write_file(dir, "t.flow.v1.json", VERSION("1.9.0"));
    write_file(inside, "t.flow.v1.json", VERSION("1.9.0"));
    write_file(inside, "flow.json", VERSION("1.10.0"));
    write_file(inside, "bad.json", "{'workflow_name':");
    write_file(inside, "cycle.json", FLOW(STEP("a", "'a'", "")));
    write_file(inside, "index.json", INDEX(
        ENTRY("t.flow", "2.0.0", "active", ",'file':'bad.json'") ","
        ENTRY("t.flow", "1.9.0", "active", "") ","
        ENTRY("t.flow", "1.10.0", "active", ",'file':'flow.json'") ","
        ENTRY("t.flow", "1.11.0", "active", ",'file':'flow.json'") ","
        ENTRY("t.flow", "1.9.0", "active", ",'file':'../t.flow.v1.json'") ","
        ENTRY("t.flow", "1.9.0", "active", ",'file':'gone.json'") ","
        ENTRY("t.flow", "1.9.0", "active", "") ","
        ENTRY("t.flow", "1.9.0", "active", ",'file':'/etc/passwd'") ","
        ENTRY("t.flow", "1.0.0", "active", ",'file':'cycle.json'") ","
        ENTRY("t.other", "1.0.0", "deprecated", "") ","
        ENTRY("t.other", "1.0.0", "experimental", "")));
    return inside;
}

START_TEST(a_bad_workflow_keeps_no_other_out)
{
    static const char *const faults[] = {
        "bad.json: ", "flow.json: ", "../t.flow.v1.json: ", "gone.json: ",
        "t.flow.v1.json: ", "/etc/passwd: ", "cycle.json: "
    };
    const char *dir = fixture_folder();
    game_workflows_t *found;
    int i;

    ck_assert_str_eq(load(nested_folder(dir), &found), "");
    ck_assert_int_eq(found->list->nelts, 2);
    ck_assert_int_eq(found->faults->nelts, COUNT_OF(faults));
    for (i = 0; i < COUNT_OF(faults); i++) {
        const char *message =
            APR_ARRAY_IDX(found->faults, i, game_fault_t *)->message;

        ck_assert_msg(!strncmp(message, faults[i], strlen(faults[i])),
                      "%s", message);
        ck_assert_ptr_null(strstr(message, dir));
    }
    ck_assert_str_eq(game_workflow_find(found, "t.flow", NULL)->version,
                     "1.10.0");
    ck_assert_str_eq(game_workflow_find(found, "t.flow", "1.9.0")->version,
                     "1.9.0");
    ck_assert_ptr_null(game_workflow_find(found, "t.flow", "1.9"));
    ck_assert_ptr_null(game_workflow_find(found, "t", NULL));
}
END_TEST

static const char *const indexes[] = {
    "", "[]", "{}", "{'version':'1.0.0'}",
    "{'version':'1.0','updated_at':'2026-02-03T00:00:00Z','workflows':[]}",
    "{'version':'1.0.0','updated_at':'yesterday','workflows':[]}",
    "{'version':'1.0.0','updated_at':'2026-02-03T00:00:00Z',"
    "'workflows':[],'x':1}",
    INDEX("1"), INDEX("{}"), INDEX(ENTRY("t", "1.0.0", "new", "")),
    INDEX(ENTRY("T", "1.0.0", "active", "")),
    INDEX(ENTRY("t", "1", "active", "")),
    INDEX(ENTRY("t", "1.0.0", "active", ",'file':''")),
    INDEX(ENTRY("t", "1.0.0", "active", ",'x':''")),
};

START_TEST(a_bad_index_is_refused)
{
    const char *dir = fixture_folder();
    game_workflows_t *found = NULL;

    write_file(dir, "index.json", indexes[_i]);
    ck_assert_str_eq(load(dir, &found), "WORKFLOW_SCHEMA_INVALID");
    ck_assert_ptr_null(found);
}
END_TEST

START_TEST(a_folder_without_an_index_is_refused)
{
    game_workflows_t *found = NULL;

    ck_assert_str_eq(load(fixture_folder(), &found),
                     "WORKFLOW_SCHEMA_INVALID");
}
END_TEST

START_TEST(what_is_shipped_loads)
{
    const game_workflow_t *workflow;
    game_workflows_t *found;

    ck_assert_str_eq(load(WORKFLOWS, &found), "");
    ck_assert_int_eq(found->faults->nelts, 0);
    workflow = game_workflow_find(found, "campaign.build.minimal", "1.0.0");
    ck_assert_ptr_nonnull(workflow);
    ck_assert_int_eq(workflow->steps, 4);
    ck_assert_int_eq(workflow->step[1].backoff_ms, 2000);
    ck_assert(!workflow->step[1].cache_run_only);
    ck_assert(workflow->step[2].cache_run_only);
    ck_assert(!workflow->step[3].cache);
}
END_TEST

/* Each is lower than the next. */
static const char *const versions[] = {
    "0.0.9", "0.1.0", "1.0.0-0", "1.0.0-2", "1.0.0-10",
    "1.0.0-99999999999999999999", "1.0.0-alpha", "1.0.0-alpha.1",
    "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
    "1.0.0-betaa", "1.0.0-rc.1", "1.0.0", "1.9.0", "1.10.0", "2.0.0",
    "10.0.0", "99999999999999999999.0.0", "100000000000000000000.0.0",
};

START_TEST(versions_are_compared_as_numbers)
{
    int i;

    for (i = 0; i < COUNT_OF(versions); i++) {
        int got = game_semver_compare(versions[_i], versions[i]);

        ck_assert_msg((got > 0) - (got < 0) == (_i > i) - (_i < i),
                      "%s %s: %d", versions[_i], versions[i], got);
    }
    ck_assert_int_eq(game_semver_compare("1.0.0+a", "1.0.0+b"), 0);
    ck_assert_int_eq(game_semver_compare("1.0.0", "1.0.0+b.c"), 0);
    ck_assert_int_eq(game_semver_compare("01.0.0", "1.0.0"), 0);
    ck_assert_int_lt(game_semver_compare("1.0.0-a+b", "1.0.0"), 0);
    ck_assert_int_lt(game_semver_compare("1.0.0-a+z", "1.0.0-a.."), 0);
}
END_TEST

Suite *campaign_workflow_suite(void)
{
    Suite *suite = suite_create("campaign_workflow");
    TCase *tests = fixture_case("campaign_workflow");

    tcase_add_loop_test(tests, a_definition_has_a_verdict, 0,
                        COUNT_OF(definitions));
    tcase_add_test(tests, all_issues_are_told);
    tcase_add_test(tests, what_is_left_out_has_defaults);
    tcase_add_test(tests, order_is_that_of_declaration_where_it_can_be);
    tcase_add_test(tests, a_key_of_the_cache_is_not_too_long);
    tcase_add_test(tests, a_long_chain_is_ordered);
    tcase_add_test(tests, damaged_definitions_are_answered);
    tcase_add_test(tests, a_bad_workflow_keeps_no_other_out);
    tcase_add_loop_test(tests, a_bad_index_is_refused, 0, COUNT_OF(indexes));
    tcase_add_test(tests, a_folder_without_an_index_is_refused);
    tcase_add_test(tests, what_is_shipped_loads);
    tcase_add_loop_test(tests, versions_are_compared_as_numbers, 0,
                        COUNT_OF(versions));
    suite_add_tcase(suite, tests);
    return suite;
}

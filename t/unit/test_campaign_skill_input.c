/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Tables and what they say of values: kinds of issues with their texts, all
 * at once; defaults; any value in any place.
 */
#include "fixture.h"

#include "skill.h"
#include "skill_input.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

typedef void check_fn(apr_pool_t *pool, const game_skill_env_t *env,
                      const game_json_t *input, apr_array_header_t *issues,
                      game_json_t **full);

static check_fn *const checks[] = {
    game_skill_input_config_check, game_skill_input_bgm_check,
    game_skill_input_bundle_check, game_skill_input_manifest_check
};

static const char *const small[] = {
    "{\"template_id\":\"quiz\",\"theme\":\"t\","
    "\"difficulty\":{\"level\":\"easy\",\"win_probability\":0}}",
    "{\"style\":{\"genre\":\"pop\"},\"duration_sec\":5}",
    "{\"template_id\":\"quiz\",\"game_config\":{}}",
    "{\"campaign_id\":\"c\",\"campaign_name\":\"n\","
    "\"intro_video_uri\":\"i\",\"outcome_videos\":{\"win_video_uri\":\"w\","
    "\"lose_video_uri\":\"l\"},\"game_bundle_uri\":\"b\","
    "\"button_config\":{\"bounds\":{\"x\":0,\"y\":0,\"width\":1,"
    "\"height\":1}}}"
};

/* A text with ' for ". */
static game_json_t *json(const char *text)
{
    char *copy = apr_pstrdup(test_pool, text), *at;

    for (at = copy; *at; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    return stub_json(copy);
}

/* A small input of a skill with more members over it. */
static game_json_t *input_of(int skill, const char *more)
{
    game_json_t *input = stub_json(small[skill]), *extra = json(more);
    const char *name = NULL;
    game_json_t *value;

    while ((value = game_json_next(extra, &name))) {
        game_json_set(input, name, value);
    }
    return input;
}

/* Issues as "path type;". */
static const char *shown(const apr_array_header_t *issues)
{
    const char *text = "";
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        ck_assert_str_eq(issue->code, "INPUT_VALIDATION_FAILED");
        ck_assert(*issue->message);
        text = apr_pstrcat(test_pool, text, issue->path, " ", issue->type,
                           ";", NULL);
    }
    return text;
}

static apr_array_header_t *issues_of(int skill, const game_json_t *input,
                                     int strict)
{
    game_skill_env_t env = { .strict_templates = strict };
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));
    game_json_t *full = NULL;

    checks[skill](test_pool, &env, input, issues, &full);
    ck_assert(game_json_is(full, GAME_JSON_OBJECT));
    return issues;
}

static const struct {
    int skill;
    const char *more;
    const char *issues;
} cases[] = {
    { 0, "{}", "" },
    { 0, "{'template_id':7}", "template_id string_type;" },
    { 0, "{'template_id':''}", "template_id string_pattern_mismatch;" },
    { 0, "{'template_id':'Quiz'}", "template_id string_pattern_mismatch;" },
    { 0, "{'template_id':'1a'}", "template_id string_pattern_mismatch;" },
    { 0, "{'template_id':'a/b'}", "template_id string_pattern_mismatch;" },
    { 0, "{'template_id':'treasure_hunt'}", "" },
    { 0, "{'theme':''}", "theme string_too_short;" },
    { 0, "{'theme':null}", "theme string_type;" },
    { 0, "{'difficulty':'easy'}", "difficulty dict_type;" },
    { 0, "{'difficulty':{}}", "difficulty.level missing;"
         "difficulty.win_probability missing;" },
    { 0, "{'difficulty':{'level':'Easy','win_probability':-0.1}}",
      "difficulty.level enum;"
      "difficulty.win_probability greater_than_equal;" },
    { 0, "{'difficulty':{'level':3,'win_probability':true}}",
      "difficulty.level string_type;"
      "difficulty.win_probability float_type;" },
    { 0, "{'asset_refs':{}}", "asset_refs list_type;" },
    { 0, "{'asset_refs':[{'uri':'u','type':'icon'},7,{'type':'x'}]}",
      "asset_refs.1 dict_type;asset_refs.2.uri missing;"
      "asset_refs.2.type enum;" },
    { 0, "{'color_scheme':{'accent':1},'copy':[]}",
      "color_scheme.accent string_type;copy dict_type;" },
    { 0, "{'parameters':{'a':1,'b':'2'}}", "parameters.b float_type;" },
    { 0, "{'locale':'','overrides':7,'provider':1}",
      "provider string_type;locale string_too_short;"
      "overrides dict_type;" },
    { 1, "{'duration_sec':300.5}", "duration_sec less_than_equal;" },
    { 1, "{'bpm':59,'loopable':1}", "bpm greater_than_equal;"
         "loopable bool_type;" },
    { 1, "{'bpm':60.5,'seed':-1,'specs':{}}", "" },
    { 1, "{'specs':{'channels':1.5,'format':'flac'}}",
      "specs.format enum;specs.channels int_type;" },
    { 1, "{'specs':{'channels':1.0,'sample_rate':44100.0}}", "" },
    { 1, "{'specs':{'channels':3,'sample_rate':22049,"
         "'bitrate_kbps':321}}",
      "specs.bitrate_kbps less_than_equal;"
      "specs.sample_rate greater_than_equal;"
      "specs.channels less_than_equal;" },
    { 1, "{'style':{'genre':'pop','mood':'','instruments':['a',2]}}",
      "style.mood enum;style.instruments.1 string_type;" },
    { 1, "{'style':{'genre':'pop','instruments':'piano, strings'}}", "" },
    { 1, "{'style':{'genre':'pop','instruments':[]}}", "" },
    { 1, "{'style':{'genre':'pop','instruments':7}}",
      "style.instruments list_type;" },
    { 1, "{'style':{'genre':'pop','instruments':null}}",
      "style.instruments list_type;" },
    { 2, "{'template_id':'../x'}", "template_id string_pattern_mismatch;" },
    { 2, "{'assets':[{'uri':'u','type':'json'}]}",
      "assets.0.slot missing;" },
    { 2, "{'assets':[{'uri':'u','type':'json','slot':'a.json'},"
         "{'uri':'u','type':'json','slot':''}]}", "" },
    { 2, "{'assets':[{'uri':'u','type':'json','slot':'a/b'},"
         "{'uri':'u','type':'json','slot':'.a'},"
         "{'uri':'u','type':'json','slot':'a\\\\b'},"
         "{'uri':'u','type':'json','slot':'a..b'}]}",
      "assets.0.slot value_error;assets.1.slot value_error;"
      "assets.2.slot value_error;assets.3.slot value_error;" },
    { 3, "{'rules':{'max_plays_per_user':1.5}}",
      "rules.max_plays_per_user int_type;" },
    { 3, "{'rules':{'end_date':'2026-02-30T00:00:00Z',"
         "'start_date':'2026-02-03T00:00:00'}}",
      "rules.start_date datetime_parsing;"
      "rules.end_date datetime_parsing;" },
    { 3, "{'rules':{'allowed_regions':'DE','rate_limiting':"
         "{'max_requests_per_hour':-1,'other':'x'}}}",
      "rules.allowed_regions list_type;"
      "rules.rate_limiting.max_requests_per_hour greater_than_equal;" },
    { 3, "{'button_config':{'bounds':{'x':'0'}}}",
      "button_config.bounds.x float_type;button_config.bounds.y missing;"
      "button_config.bounds.width missing;"
      "button_config.bounds.height missing;" },
    { 3, "{'button_config':{'bounds':{'x':0,'y':0,'width':1,'height':1},"
         "'mask_polygon':[[0,0],[1],['a',2]],'hover_effect':'shake'}}",
      "button_config.mask_polygon.1 too_short;"
      "button_config.mask_polygon.2.0 float_type;"
      "button_config.hover_effect enum;" },
    { 3, "{'button_config':{'bounds':{'x':0,'y':0,'width':1,'height':1},"
         "'mask_polygon':{'points':[{'x':1}],'is_closed':1}}}",
      "button_config.mask_polygon.points.0.y missing;"
      "button_config.mask_polygon.is_closed bool_type;" },
    { 3, "{'button_config':{'bounds':{'x':0,'y':0,'width':1,'height':1},"
         "'mask_polygon':'no'}}",
      "button_config.mask_polygon list_type;" },
    { 3, "{'metadata':[],'branding':{'logo_uri':0},'analytics':null}",
      "analytics dict_type;branding.logo_uri string_type;"
      "metadata dict_type;" }
};

START_TEST(issues_are_all_named)
{
    ck_assert_str_eq(
        shown(issues_of(cases[_i].skill,
                        input_of(cases[_i].skill, cases[_i].more), 0)),
        cases[_i].issues);
}
END_TEST

START_TEST(strict_templates_are_six)
{
    ck_assert_str_eq(shown(issues_of(0, input_of(0, "{}"), 1)), "");
    ck_assert_str_eq(shown(issues_of(0, input_of(0,
                     "{'template_id':'spin_wheel_v1'}"), 1)),
                     "template_id enum;");
    ck_assert_str_eq(shown(issues_of(2, input_of(2,
                     "{'template_id':'spin_wheel_v1'}"), 1)), "");
}
END_TEST

START_TEST(messages_name_the_bound)
{
    static const char *const said[][2] = {
        { "{'difficulty':{'level':'x','win_probability':1}}",
          "Input should be 'easy', 'medium' or 'hard'" },
        { "{'difficulty':{'level':'hard','win_probability':1.5}}",
          "Input should be less than or equal to 1" },
        { "{'theme':''}", "String should have at least 1 character" },
        { "{'template_id':'X'}",
          "String should match pattern '^[a-z][a-z0-9_]{0,63}$'" }
    };
    int i;

    for (i = 0; i < COUNT_OF(said); i++) {
        apr_array_header_t *issues = issues_of(0, input_of(0, said[i][0]), 0);

        ck_assert_int_eq(issues->nelts, 1);
        ck_assert_str_eq(APR_ARRAY_IDX(issues, 0, game_issue_t).message,
                         said[i][1]);
    }
}
END_TEST

START_TEST(template_ids_have_a_length)
{
    char *id = apr_pcalloc(test_pool, 66);
    game_json_t *input = input_of(0, "{}");

    memset(id, 'a', 64);
    game_json_set_string(test_pool, input, "template_id", id);
    ck_assert_int_eq(issues_of(0, input, 0)->nelts, 0);
    id[64] = 'a';
    game_json_set_string(test_pool, input, "template_id", id);
    ck_assert_int_eq(issues_of(0, input, 0)->nelts, 1);
}
END_TEST

START_TEST(a_flood_of_issues_is_cut)
{
    game_json_t *input = input_of(0, "{}");
    game_json_t *list = game_json_new_array(test_pool);
    int i;

    for (i = 0; i < 10000; i++) {
        game_json_append(list, game_json_new_null(test_pool));
    }
    game_json_set(input, "asset_refs", list);
    ck_assert_int_eq(issues_of(0, input, 0)->nelts, GAME_INPUT_ISSUES);
}
END_TEST

START_TEST(defaults_are_in_the_copy_alone)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));
    game_json_t *input = json("{'style':{'genre':'pop'},'duration_sec':5,"
                              "'specs':{'channels':1}}");
    const char *before = game_json_text(test_pool, input);
    game_json_t *full;

    game_skill_input_bgm_check(test_pool, NULL, input, issues, &full);
    ck_assert_str_eq(game_json_text(test_pool, input), before);
    ck_assert_str_eq(game_json_text(test_pool, full),
        "{\"style\":{\"genre\":\"pop\"},\"duration_sec\":5,"
        "\"specs\":{\"channels\":1,\"format\":\"mp3\",\"bitrate_kbps\":192,"
        "\"sample_rate\":44100},\"bpm\":120,\"loopable\":true}");
    game_json_remove(game_json_member(full, "specs"), "channels");
    ck_assert_str_eq(game_json_text(test_pool, input), before);
}
END_TEST

static const char *const values[] = {
    "null", "true", "0", "-1", "1e308", "1.5", "\"\"", "\"x\"", "[]",
    "[null]", "[[[[[]]]]]", "{}", "{\"\":{}}", "{\"a\":[{\"b\":null}]}"
};

/* Every member of an input, however deep, is once every value. */
static void try_all(int skill, game_json_t *input, game_json_t *object)
{
    const char *name = NULL;
    game_json_t *value;
    int i;

    while ((value = game_json_next(object, &name))) {
        try_all(skill, input, value);
        value = game_json_copy(test_pool, value);
        for (i = 0; i < COUNT_OF(values); i++) {
            game_json_set(object, name, stub_json(values[i]));
            issues_of(skill, input, 0);
        }
        game_json_set(object, name, value);
    }
}

START_TEST(any_value_is_answered)
{
    static const char *const rich[] = {
        "{'asset_refs':[{}],'color_scheme':{'primary':''},'copy':{},"
        "'parameters':{'a':1},'locale':'x','overrides':{}}",
        "{'bpm':100,'loopable':true,'specs':{'format':'wav'},'seed':1}",
        "{'assets':[{'slot':'a'}],'optimization':{'minify_js':true},"
        "'output':{'format':'zip'}}",
        "{'rules':{'start_date':'x','rate_limiting':{}},'analytics':{},"
        "'branding':{'logo_uri':''},'metadata':{}}"
    };
    game_json_t *input = input_of(_i, rich[_i]);
    int i;

    try_all(_i, input, input);
    for (i = 0; i < COUNT_OF(values); i++) {
        game_json_t *value = stub_json(values[i]);

        ck_assert_int_gt(issues_of(_i, value, 0)->nelts, 0);
    }
    ck_assert_str_eq(shown(issues_of(_i, NULL, 0)), " dict_type;");
    ck_assert_str_eq(shown(issues_of(_i, stub_json("[]"), 0)),
                     " dict_type;");
}
END_TEST

Suite *campaign_skill_input_suite(void)
{
    Suite *suite = suite_create("campaign_skill_input");
    TCase *tests = fixture_case("campaign_skill_input");

    tcase_add_loop_test(tests, issues_are_all_named, 0, COUNT_OF(cases));
    tcase_add_test(tests, strict_templates_are_six);
    tcase_add_test(tests, messages_name_the_bound);
    tcase_add_test(tests, template_ids_have_a_length);
    tcase_add_test(tests, a_flood_of_issues_is_cut);
    tcase_add_test(tests, defaults_are_in_the_copy_alone);
    tcase_add_loop_test(tests, any_value_is_answered, 0, COUNT_OF(checks));
    suite_add_tcase(suite, tests);
    return suite;
}

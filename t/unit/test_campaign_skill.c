/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The runner of skills, and the skill of game configs: its artifact, and
 * providers that are right at once, after a correction, or never (SC-002).
 */
#include "fixture.h"

#include "campaign_json.h"
#include "canon.h"
#include "config_generate.h"
#include "provider.h"
#include "skill.h"
#include "stub.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define CONFIG "game_config_from_template"
#define SMALL \
    "\"template_id\":\"quiz\",\"theme\":\"t\",\"difficulty\":" \
    "{\"level\":\"easy\",\"win_probability\":0.5}"

static game_store_t store;
static game_skill_env_t env;
static game_skill_call_t call;
static game_skill_result_t result;

static void begin(void)
{
    memset(&env, 0, sizeof(env));
    memset(&call, 0, sizeof(call));
    store.root = fixture_folder();
    store.base = "/campaign-assets";
    store.assets = NULL;
    ck_assert_ptr_null(game_store_open(test_pool, &store));
    env.store = &store;
    call.pool = test_pool;
    call.env = &env;
}

static game_fault_t *execute(const char *more)
{
    return game_skill_execute(&call, CONFIG, stub_json(apr_pstrcat(test_pool,
                              "{" SMALL, more, "}", NULL)), &result);
}

/* ---- the runner ---- */

START_TEST(skills_are_found)
{
    static const char *const ids[] = {
        CONFIG, "generate_bgm_track", "bundle_game_template",
        "assemble_campaign_manifest"
    };
    static const int timeouts[] = { 30, 600, 300, 60 };
    int i;

    for (i = 0; i < COUNT_OF(ids); i++) {
        const game_skill_t *skill = game_skill_find(ids[i]);

        ck_assert_str_eq(skill->id, ids[i]);
        ck_assert_int_eq(skill->timeout_sec, timeouts[i]);
        ck_assert(game_skill_is_known(NULL, ids[i]));
    }
    ck_assert_ptr_null(game_skill_find(""));
    ck_assert(!game_skill_is_known(NULL, "campaign_plan_from_brief"));
}
END_TEST

START_TEST(what_cannot_run_says_why)
{
    game_fault_t *fault;

    begin();
    fault = game_skill_execute(&call, "no_such_skill", stub_json("{}"),
                               &result);
    ck_assert_str_eq(fault->code, "SKILL_NOT_FOUND");
    fault = game_skill_execute(&call, CONFIG, stub_json("{\"theme\":1}"),
                               &result);
    ck_assert_str_eq(fault->code, "INPUT_VALIDATION_FAILED");
    ck_assert_str_eq(fault->message, "template_id: Field required");
    ck_assert_int_eq(game_json_size(fault->details), 3);
    ck_assert_str_eq(game_json_text(test_pool,
                                    game_json_at(fault->details, 1)),
        "{\"path\":\"theme\",\"code\":\"INPUT_VALIDATION_FAILED\","
        "\"message\":\"Input should be a valid string\"}");
    fault = game_skill_execute(&call, CONFIG, NULL, &result);
    ck_assert_str_eq(fault->code, "INPUT_VALIDATION_FAILED");
    ck_assert_str_eq(fault->message, "Input should be a valid dictionary");
    env.strict_templates = 1;
    fault = execute(",\"template_id\":\"treasure_hunt\"");
    ck_assert_str_eq(fault->code, "INPUT_VALIDATION_FAILED");
}
END_TEST

static int always(void *baton)
{
    (void)baton;
    return 1;
}

START_TEST(late_and_stopped_work_is_not_begun)
{
    begin();
    call.deadline = apr_time_now() - 1;
    ck_assert_str_eq(execute("")->code, "TIMEOUT");
    ck_assert_ptr_null(result.artifacts);
    call.deadline = 0;
    call.stopped = always;
    ck_assert_str_eq(execute("")->code, "RUN_CANCELLED");
    ck_assert_ptr_null(result.artifacts);
}
END_TEST

/* ---- builtin ---- */

START_TEST(a_config_is_an_artifact)
{
    const game_artifact_t *artifact;
    char hash[GAME_HASH_SIZE];
    const char *path, *text;
    apr_size_t len;

    begin();
    ck_assert_ptr_null(execute(""));
    ck_assert_int_eq(result.artifacts->nelts, 1);
    artifact = &APR_ARRAY_IDX(result.artifacts, 0, game_artifact_t);
    ck_assert_str_eq(artifact->type, "json/game-config");
    ck_assert_str_eq(artifact->filename, "game_config.json");
    ck_assert_str_eq(game_json_text(test_pool, artifact->metadata),
        "{\"template_id\":\"quiz\",\"theme\":\"t\","
        "\"provider\":\"builtin\"}");
    ck_assert_int_eq(game_store_resolve(test_pool, &store, artifact->uri,
                                        &path), GAME_URI_LOCAL);
    ck_assert_ptr_null(game_store_read(test_pool, path, 100000, &text, &len));
    ck_assert_str_eq(text, game_canon_pretty(test_pool, result.data));
    ck_assert_int_eq(artifact->size, len);
    game_canon_digest(text, len, hash);
    ck_assert_str_eq(artifact->content_hash,
                     apr_pstrcat(test_pool, "sha256:", hash, NULL));
    ck_assert_str_eq(game_json_string(game_json_member(result.data,
                                                       "template_id")),
                     "quiz");
    path = artifact->uri;
    ck_assert_ptr_null(execute(""));
    ck_assert_str_eq(APR_ARRAY_IDX(result.artifacts, 0, game_artifact_t).uri,
                     path);
}
END_TEST

static const game_json_t *debug_of(const char *name)
{
    return game_json_member(result.debug, name);
}

START_TEST(times_and_calls_are_told)
{
    const game_json_t *timings, *calls;

    begin();
    ck_assert_ptr_null(execute(""));
    timings = debug_of("timings_ms");
    ck_assert(game_json_is_number(game_json_member(timings, "total")));
    ck_assert(game_json_is_number(game_json_member(timings, "generate")));
    ck_assert(game_json_is_number(game_json_member(timings, "store")));
    calls = debug_of("provider_calls");
    ck_assert_int_eq(game_json_size(calls), 1);
    ck_assert_str_eq(game_json_string(game_json_member(
        game_json_at(calls, 0), "provider")), "builtin");
}
END_TEST

START_TEST(a_spoilt_config_is_not_stored)
{
    game_fault_t *fault;

    begin();
    fault = execute(",\"overrides\":{\"mechanics\":7,\"copy\":null}");
    ck_assert_str_eq(fault->code, "VALIDATION_ERROR");
    ck_assert_int_eq(game_json_size(fault->details), 2);
    ck_assert_ptr_null(result.artifacts);
    ck_assert(!game_skill_is_retryable(fault->code));
    fault = execute(",\"provider\":\"other\"");
    ck_assert_str_eq(fault->code, "PROVIDER_NOT_FOUND");
    store.root = "/no/such/store";
    fault = execute("");
    ck_assert_str_eq(fault->code, "EXECUTION_ERROR");
    ck_assert_ptr_null(strstr(fault->message, "/no/such"));
}
END_TEST

/* ---- what is foreseen ---- */

#define TRACK "\"style\":{\"genre\":\"pop\"},\"duration_sec\":5"

/* Inputs that pass their tables, and what is told of them. */
static const struct {
    const game_skill_t *skill;
    const char *input;          /* with ' for " */
    const char *issues;
} foreseen[] = {
    { &game_skill_config, "{" SMALL "}", "" },
    { &game_skill_config, "{" SMALL ",'overrides':{}}", "" },
    { &game_skill_config, "{" SMALL ",'overrides':{'copy':null,'audio':"
      "{'bgm':{'volume':2}},'visuals':{'colors':{'primary':'7'}}}}",
      "overrides.visuals.colors.primary value_error; "
      "overrides.audio.bgm.volume less_than_equal; overrides.copy missing" },
    { &game_skill_config, "{" SMALL ",'copy':{'title':''},"
      "'overrides':{'mechanics':7}}", "overrides.mechanics dict_type" },
    { &game_skill_bgm, "{" TRACK "}", "" },
    { &game_skill_bgm, "{" TRACK ",'specs':{'sample_rate':22050}}", "" },
    { &game_skill_bgm, "{" TRACK ",'specs':{'sample_rate':32000}}",
      "specs value_error" }
};

static const char *foresee(const game_skill_t *skill, const char *input)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));
    game_json_t *full;

    skill->check(test_pool, &env, campaign_json(input), issues, &full);
    ck_assert_int_eq(issues->nelts, 0);
    skill->foresee(test_pool, &env, full, issues);
    return campaign_issues(issues);
}

START_TEST(what_would_fail_is_foreseen)
{
    const char *expected = foreseen[_i].issues;
    game_fault_t *fault;

    begin();
    ck_assert_str_eq(foresee(foreseen[_i].skill, foreseen[_i].input),
                     expected);
    fault = game_skill_execute(&call, foreseen[_i].skill->id,
                               campaign_json(foreseen[_i].input), &result);
    ck_assert_int_eq(fault != NULL, *expected != '\0');
}
END_TEST

START_TEST(of_providers_nothing_is_foreseen)
{
    static const game_provider_t some = { .name = "some" };

    begin();
    env.config_provider = env.audio_provider = &some;
    ck_assert_str_eq(foresee(&game_skill_config, foreseen[2].input), "");
    ck_assert_str_eq(foresee(&game_skill_bgm, "{" TRACK ",'specs':"
                             "{'sample_rate':32000}}"), "");
    ck_assert_str_eq(foresee(&game_skill_bgm, "{" TRACK ",'specs':"
                             "{'sample_rate':32000},'provider':'stub'}"),
                     "specs value_error");
    ck_assert_str_eq(foresee(&game_skill_bgm, "{" TRACK
                             ",'provider':'other'}"), "");
}
END_TEST

/* ---- providers ---- */

static game_provider_t provider;
static const char *argv[] = { "/bin/sh", "-c", NULL, "sh", NULL, NULL };

static void write_file(const char *name, const char *text)
{
    apr_file_t *file;

    ck_assert(!apr_file_open(&file, apr_pstrcat(test_pool, argv[4], "/", name,
                                                NULL),
                             APR_FOPEN_WRITE | APR_FOPEN_CREATE
                             | APR_FOPEN_TRUNCATE, APR_FPROT_OS_DEFAULT,
                             test_pool));
    ck_assert(!apr_file_write_full(file, text, strlen(text), NULL));
    apr_file_close(file);
}

/* A provider that runs a script: $1 is a folder, in which "good" is a
 * config; every call adds a line to "calls" and its request to "asked". */
static void begin_provider(const char *script)
{
    begin();
    argv[2] = apr_pstrcat(test_pool, "cat > $1/in; cat $1/in >> $1/asked; "
                          "echo >> $1/asked; echo >> $1/calls; ", script,
                          NULL);
    argv[4] = store.root;
    provider.name = "scripted";
    provider.argv = argv;
    provider.timeout = apr_time_from_sec(20);
    env.config_provider = &provider;
    write_file("good", game_canon_compact(test_pool,
        game_config_generate(test_pool, stub_json("{" SMALL "}"))));
}

static const char *read_file(const char *name)
{
    const char *text;
    apr_size_t len;

    ck_assert_ptr_null(game_store_read(test_pool, apr_pstrcat(test_pool,
                       argv[4], "/", name, NULL), 1000000, &text, &len));
    return text;
}

#define ONCE "if [ $(wc -l < $1/calls) = 1 ]; then "
#define GOOD "cat $1/good"
#define BAD "echo '{\"version\":\"1\"}'"

static const struct {
    const char *script;
    const char *code;           /* NULL: it succeeds */
    int calls;
} scripts[] = {
    { GOOD, NULL, 1 },
    { ONCE BAD "; else " GOOD "; fi", NULL, 2 },
    { ONCE "echo oops; else " GOOD "; fi", NULL, 2 },
    { ONCE ":; else " GOOD "; fi", NULL, 2 },
    { "if grep -q '\"version: ' $1/in; then " GOOD "; else " BAD "; fi",
      NULL, 2 },
    { "echo oops", "GENERATION_FAILED", 2 },
    { ":", "GENERATION_FAILED", 2 },
    { "echo '{'", "GENERATION_FAILED", 2 },
    { "printf '\\377'", "GENERATION_FAILED", 2 },
    { GOOD "; echo more", "GENERATION_FAILED", 2 },
    { ONCE BAD "; else echo oops; fi", "GENERATION_FAILED", 2 },
    { BAD, "VALIDATION_ERROR", 2 },
    { "echo '[]'", "VALIDATION_ERROR", 2 },
    { "echo null", "VALIDATION_ERROR", 2 },
    { ONCE "echo oops; else " BAD "; fi", "VALIDATION_ERROR", 2 },
    { "sed 's/\"mechanics\"/\"m\"/' $1/good", "VALIDATION_ERROR", 2 },
    { "exit 1", "GENERATION_FAILED", 1 },
    { ONCE BAD "; else exit 1; fi", "GENERATION_FAILED", 2 },
    { "yes", "GENERATION_FAILED", 1 }
};

START_TEST(providers_are_corrected_once)
{
    game_fault_t *fault;

    begin_provider(scripts[_i].script);
    fault = execute("");
    if (scripts[_i].code) {
        ck_assert_ptr_nonnull(fault);
        ck_assert_str_eq(fault->code, scripts[_i].code);
        ck_assert_ptr_null(result.artifacts);
    }
    else {
        ck_assert_msg(!fault, "%s", fault ? fault->message : "");
        ck_assert_str_eq(game_canon_compact(test_pool, result.data),
                         read_file("good"));
        ck_assert_str_eq(game_json_string(game_json_member(APR_ARRAY_IDX(
            result.artifacts, 0, game_artifact_t).metadata, "provider")),
            "scripted");
    }
    ck_assert_int_eq(strlen(read_file("calls")), scripts[_i].calls);
    ck_assert_int_eq(game_json_int(debug_of("attempts")), scripts[_i].calls);
    ck_assert_int_eq(game_json_size(debug_of("provider_calls")),
                     scripts[_i].calls);
}
END_TEST

START_TEST(a_correction_says_what_was_wrong)
{
    const char *first, *second;

    begin_provider(BAD);
    ck_assert_ptr_nonnull(execute(",\"extra\":1"));
    first = read_file("asked");
    second = strchr(first, '\n') + 1;
    ck_assert_int_eq(strncmp(first, "{\"difficulty\":{", 15), 0);
    ck_assert_ptr_eq(strstr(first, "previous_issues"),
                     strstr(second, "previous_issues"));
    ck_assert_ptr_nonnull(strstr(second, "\"extra\":1,\"previous_issues\":["
        "\"template_id: Field required\",\"version: String should match "
        "pattern '^\\\\d+\\\\.\\\\d+\\\\.\\\\d+$'\","
        "\"settings: Field required\","));
}
END_TEST

START_TEST(overrides_hold_for_providers)
{
    game_fault_t *fault;

    begin_provider(GOOD);
    ck_assert_ptr_null(execute(",\"overrides\":{\"version\":\"3.2.1\"}"));
    ck_assert_str_eq(game_json_string(game_json_member(result.data,
                                                       "version")), "3.2.1");
    fault = execute(",\"overrides\":{\"version\":3}");
    ck_assert_str_eq(fault->code, "VALIDATION_ERROR");
    ck_assert_int_eq(strlen(read_file("calls")), 2);    /* one each */
}
END_TEST

START_TEST(an_input_may_ask_for_the_builtin)
{
    begin_provider("exit 1");
    ck_assert_ptr_null(execute(",\"provider\":\"builtin\""));
    ck_assert_str_eq(execute(",\"provider\":\"scripted\"")->code,
                     "GENERATION_FAILED");
    ck_assert_str_eq(execute(",\"provider\":\"third\"")->code,
                     "PROVIDER_NOT_FOUND");
}
END_TEST

START_TEST(a_slow_provider_is_late)
{
    begin_provider("sleep 60");
    call.deadline = apr_time_now() + apr_time_from_msec(300);
    ck_assert_str_eq(execute("")->code, "TIMEOUT");
    ck_assert_int_eq(game_json_int(debug_of("attempts")), 1);
}
END_TEST

/* ---- manifests ---- */

/* Parts of an input, and what is wrong with the manifest. */
static const struct {
    const char *more, *videos, *where;
} manifests[] = {
    {"", "", NULL},
    {",\"version\":\"1\"", "", "version"},
    {"", ",\"win_redirect_url\":\"javascript:alert(1)\"",
     "flow.outcome_redirect.win_url"},
    /* what is not there is told, and no reason to fail */
    {"", ",\"win_video_uri\":\"\"", NULL},
};

START_TEST(what_would_be_no_manifest_is_not_made)
{
    game_fault_t *fault;

    begin();
    fault = game_skill_execute(&call, "assemble_campaign_manifest",
        stub_json(apr_pstrcat(test_pool, "{\"campaign_id\":\"c\","
            "\"campaign_name\":\"n\",\"intro_video_uri\":\"http://a\","
            "\"outcome_videos\":{\"win_video_uri\":\"http://b\","
            "\"lose_video_uri\":\"http://c\"", manifests[_i].videos,
            "},\"game_bundle_uri\":\"http://d/\",\"button_config\":"
            "{\"bounds\":{\"x\":0,\"y\":0,\"width\":1,\"height\":1}}",
            manifests[_i].more, "}", NULL)), &result);
    if (!manifests[_i].where) {
        ck_assert_ptr_null(fault);
        return;
    }
    ck_assert_str_eq(fault->code, "VALIDATION_ERROR");
    ck_assert_int_eq(game_json_size(fault->details), 1);
    ck_assert_str_eq(game_json_member_text(
        game_json_at(fault->details, 0), "path"), manifests[_i].where);
    ck_assert_ptr_null(result.artifacts);
}
END_TEST

Suite *campaign_skill_suite(void)
{
    Suite *suite = suite_create("campaign_skill");
    TCase *tests = fixture_case("campaign_skill");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, skills_are_found);
    tcase_add_test(tests, what_cannot_run_says_why);
    tcase_add_test(tests, late_and_stopped_work_is_not_begun);
    tcase_add_test(tests, a_config_is_an_artifact);
    tcase_add_test(tests, times_and_calls_are_told);
    tcase_add_test(tests, a_spoilt_config_is_not_stored);
    tcase_add_loop_test(tests, what_would_fail_is_foreseen, 0,
                        COUNT_OF(foreseen));
    tcase_add_test(tests, of_providers_nothing_is_foreseen);
    tcase_add_loop_test(tests, providers_are_corrected_once, 0,
                        COUNT_OF(scripts));
    tcase_add_test(tests, a_correction_says_what_was_wrong);
    tcase_add_test(tests, overrides_hold_for_providers);
    tcase_add_test(tests, an_input_may_ask_for_the_builtin);
    tcase_add_test(tests, a_slow_provider_is_late);
    tcase_add_loop_test(tests, what_would_be_no_manifest_is_not_made, 0,
                        COUNT_OF(manifests));
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The skill generate_bgm_track: what it gives, with the stub and with a
 * provider, and that a run that is cancelled leaves nothing.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "canon.h"
#include "provider.h"
#include "skill_fixture.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define SMALL \
    "{\"style\": {\"genre\": \"pop\", \"mood\": \"happy\"}," \
    " \"duration_sec\": 6, \"seed\": 7, \"custom_prompt\": \"bright\"," \
    " \"specs\": {\"sample_rate\": 22050, \"channels\": 1}}"

static skill_fixture_t with;

static void bgm_setup(void)
{
    skill_fixture_make(&with);
}

static void ck_data(const char *expected)
{
    game_json_t *data = game_json_copy(test_pool, with.result.data);

    ck_assert_ptr_nonnull(strstr(skill_fixture_text(&with, "audio_uri"),
                                 "/campaign-assets/sha256/"));
    game_json_remove(data, "audio_uri");
    ck_assert_str_eq(game_canon_compact(test_pool, data), expected);
}

START_TEST(the_stub_gives_a_track)
{
    const game_artifact_t *artifact;
    char hash[GAME_HASH_SIZE];
    apr_int64_t size;

    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm, SMALL));
    ck_data("{\"duration_sec\":6,\"bpm\":120,\"format\":\"wav\","
            "\"sample_rate\":22050,\"bitrate_kbps\":192,\"channels\":1,"
            "\"file_size_bytes\":264644,\"is_loopable\":true,"
            "\"generation_params\":{\"style\":\"pop\",\"mood\":\"happy\","
            "\"bpm\":120,\"custom_prompt\":\"bright\",\"seed\":7,"
            "\"model\":\"stub-generator\"}}");
    artifact = skill_fixture_artifact(&with);
    ck_assert_str_eq(artifact->type, "audio/bgm");
    ck_assert_str_eq(artifact->filename, "bgm.wav");
    ck_assert_str_eq(artifact->uri, skill_fixture_text(&with, "audio_uri"));
    ck_assert_int_eq(artifact->size, 264644);
    ck_assert_str_eq(game_canon_compact(test_pool, artifact->metadata),
                     "{\"duration_sec\":6,\"bpm\":120,\"format\":\"wav\","
                     "\"sample_rate\":22050,\"is_loopable\":true,"
                     "\"provider\":\"stub\"}");
    ck_assert_ptr_null(game_store_digest(test_pool,
                                         skill_fixture_path(&with,
                                                            artifact->uri),
                                         hash, &size));
    ck_assert_str_eq(artifact->content_hash + 7, hash);
    ck_assert_int_eq(size, 264644);
}
END_TEST

START_TEST(the_stub_is_recorded)
{
    const game_json_t *calls;
    const game_json_t *call;

    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm, SMALL));
    calls = game_json_member(with.result.debug, "provider_calls");
    ck_assert_uint_eq(game_json_size(calls), 1);
    call = game_json_at(calls, 0);
    ck_assert_str_eq(game_json_member_text(call, "provider"), "stub");
    ck_assert_str_eq(game_json_member_text(call, "model"), "stub-generator");
    ck_assert(game_json_is_number(game_json_member(call, "duration_ms")));
}
END_TEST

START_TEST(absent_specs_have_defaults)
{
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm,
                       "{\"style\": {\"genre\": \"calm\"},"
                       " \"duration_sec\": 5.5, \"loopable\": false}"));
    ck_data("{\"duration_sec\":5.5,\"bpm\":120,\"format\":\"wav\","
            "\"sample_rate\":44100,\"bitrate_kbps\":192,\"channels\":2,"
            "\"file_size_bytes\":970244,\"is_loopable\":false,"
            "\"generation_params\":{\"style\":\"calm\",\"bpm\":120,"
            "\"model\":\"stub-generator\"}}");
}
END_TEST

START_TEST(equal_inputs_give_one_file)
{
    const char *first;

    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm, SMALL));
    first = skill_fixture_text(&with, "audio_uri");
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm, SMALL));
    ck_assert_str_eq(skill_fixture_text(&with, "audio_uri"), first);
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm,
                       "{\"style\": {\"genre\": \"pop\"},"
                       " \"duration_sec\": 6}"));
    ck_assert_str_ne(skill_fixture_text(&with, "audio_uri"), first);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

/* Inputs, and the code that each fails with. */
static const struct {
    const char *input;
    const char *code;
} failing[] = {
    {"{\"style\": {\"genre\": \"pop\"}, \"duration_sec\": 5,"
     " \"specs\": {\"sample_rate\": 32000}}", "INVALID_PARAMS"},
    {"{\"style\": {\"genre\": \"pop\"}, \"duration_sec\": 5,"
     " \"provider\": \"other\"}", "PROVIDER_NOT_FOUND"},
    {"{\"style\": {}, \"duration_sec\": 5}", "INPUT_VALIDATION_FAILED"},
    {"{\"style\": {\"genre\": \"pop\"}, \"duration_sec\": 1e9}",
     "INPUT_VALIDATION_FAILED"},
    {"[[[]]]", "INPUT_VALIDATION_FAILED"},
    {"null", "INPUT_VALIDATION_FAILED"}
};

START_TEST(a_wrong_input_fails)
{
    ck_assert_str_eq(skill_fixture_run(&with, &game_skill_bgm,
                                       failing[_i].input), failing[_i].code);
    ck_assert_ptr_null(with.result.data);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

static void run_damaged(void *baton, const game_json_t *whole)
{
    game_skill_result_t result = {NULL};
    game_fault_t *fault = game_skill_bgm.run(&with.call, whole, &result);
    int *made = baton;

    ck_assert(fault || result.data);
    *made += !fault;
}

START_TEST(no_value_in_any_place_is_a_surprise)
{
    int made = 0;
    int all = campaign_damage(campaign_json(
        "{'style': {'genre': 'pop', 'mood': 'sad', 'instruments': ['sax'],"
        " 'energy_level': 1}, 'duration_sec': 1, 'bpm': 60, 'seed': 1,"
        " 'custom_prompt': 'x', 'loopable': false, 'provider': 'stub',"
        " 'specs': {'sample_rate': 22050, 'channels': 1}}"), run_damaged,
        &made);

    ck_assert_int_gt(made, 0);
    ck_assert_int_lt(made, all);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(a_cancelled_track_leaves_nothing)
{
    const char *code = "";
    int count = 0;

    for (with.passes = 0; code; with.passes++) {
        code = skill_fixture_run(&with, &game_skill_bgm, SMALL);
        if (code) {
            ck_assert_str_eq(code, "RUN_CANCELLED");
            ck_assert_ptr_null(with.result.artifacts);
            count++;
        }
        ck_assert_int_eq(skill_fixture_left(&with), 0);
    }
    ck_assert_int_gt(count, 4);         /* runner, header and three bars */
}
END_TEST

START_TEST(a_store_that_is_gone_fails_the_step)
{
    with.store.root = "/nowhere/at/all";
    ck_assert_str_eq(skill_fixture_run(&with, &game_skill_bgm, SMALL),
                     "EXECUTION_ERROR");
}
END_TEST

/* ---- providers ---- */

/* A provider that keeps what it was asked and prints something. */
static game_provider_t *says(const char *what)
{
    apr_array_header_t *words = apr_array_make(test_pool, 3, sizeof(char *));
    game_provider_t *provider;

    APR_ARRAY_PUSH(words, const char *) = "/bin/sh";
    APR_ARRAY_PUSH(words, const char *) = "-c";
    APR_ARRAY_PUSH(words, const char *) =
        apr_psprintf(test_pool, "cat > %s/asked; printf '%s'", with.dir,
                     what);
    ck_assert_ptr_null(game_provider_make(test_pool, "choir", words,
                                          &provider));
    return provider;
}

static const char *asked(void)
{
    const char *text;
    apr_size_t len;

    ck_assert_ptr_null(game_store_read(test_pool,
                                       apr_pstrcat(test_pool, with.dir,
                                                   "/asked", NULL), 10000,
                                       &text, &len));
    return text;
}

#define MP3 "ID3\\003\\000\\000\\000\\000\\000\\000sound"

START_TEST(a_provider_gives_its_bytes)
{
    with.env.audio_provider = says(MP3);
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm, SMALL));
    ck_data("{\"duration_sec\":6,\"bpm\":120,\"format\":\"mp3\","
            "\"sample_rate\":22050,\"bitrate_kbps\":192,\"channels\":1,"
            "\"file_size_bytes\":15,\"is_loopable\":true,"
            "\"generation_params\":{\"style\":\"pop\",\"mood\":\"happy\","
            "\"bpm\":120,\"custom_prompt\":\"bright\",\"seed\":7,"
            "\"model\":\"choir\"}}");
    ck_assert_str_eq(skill_fixture_artifact(&with)->filename, "bgm.mp3");
    ck_assert_str_eq(asked(), "{\"channels\":1,\"duration_sec\":6,"
                     "\"format\":\"mp3\",\"prompt\":\"bright, happy mood, "
                     "120 beats per minute, loops without a seam\","
                     "\"sample_rate\":22050,\"seed\":7,\"type\":\"music\"}");
}
END_TEST

START_TEST(a_provider_says_what_it_made)
{
    with.env.audio_provider = says(
        "{\"audio_base64\": \"SUQzAwAAAAAAAHNvdW5k\", \"model\": \"alto\","
        " \"metadata\": {\"durationSec\": 6.5, \"sampleRate\": 48000,"
        " \"channels\": \"two\"}}");
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm, SMALL));
    ck_data("{\"duration_sec\":6.5,\"bpm\":120,\"format\":\"mp3\","
            "\"sample_rate\":48000,\"bitrate_kbps\":192,\"channels\":1,"
            "\"file_size_bytes\":15,\"is_loopable\":true,"
            "\"generation_params\":{\"style\":\"pop\",\"mood\":\"happy\","
            "\"bpm\":120,\"custom_prompt\":\"bright\",\"seed\":7,"
            "\"model\":\"alto\"}}");
}
END_TEST

/* Inputs, and the prompt of each. */
static const struct {
    const char *input;
    const char *prompt;
} prompts[] = {
    {"{\"style\": {\"genre\": \"jazz\"}, \"duration_sec\": 5}",
     "jazz background music, 120 beats per minute, loops without a seam"},
    {"{\"style\": {\"genre\": \"jazz\", \"energy_level\": 0.29,"
     " \"instruments\": [\"sax\", \"\", \"bass\"]}, \"duration_sec\": 5,"
     " \"bpm\": 72.5, \"loopable\": false, \"custom_prompt\": \"\"}",
     "jazz background music, low energy, with sax, bass, "
     "72.5 beats per minute"},
    {"{\"style\": {\"genre\": \"jazz\", \"energy_level\": 0.3,"
     " \"instruments\": []}, \"duration_sec\": 5, \"loopable\": false}",
     "jazz background music, medium energy, 120 beats per minute"},
    {"{\"style\": {\"genre\": \"jazz\", \"energy_level\": 0.7,"
     " \"instruments\": \"sax and bass\"}, \"duration_sec\": 5,"
     " \"loopable\": false}",
     "jazz background music, high energy, with sax and bass, "
     "120 beats per minute"}
};

START_TEST(a_provider_gets_a_prompt_in_words)
{
    const char *text;

    with.env.audio_provider = says(MP3);
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm,
                                         prompts[_i].input));
    text = game_json_member_text(stub_json(asked()), "prompt");
    ck_assert_str_eq(text, prompts[_i].prompt);
}
END_TEST

/* What a provider prints, and the code that the skill fails with. */
static const struct {
    const char *said;
    const char *code;
} answers[] = {
    {"", "EMPTY_RESPONSE"},
    {"{", "JSON_PARSE_ERROR"},
    {"{\"model\": \"alto\"}", "NO_AUDIO_URL"},
    {"{\"uri\": \"/etc/passwd\"}", "CONTENT_UNAVAILABLE"},
    {"no sound at all", "GENERATION_FAILED"}
};

START_TEST(a_provider_without_a_track_fails)
{
    with.env.audio_provider = says(answers[_i].said);
    ck_assert_str_eq(skill_fixture_run(&with, &game_skill_bgm, SMALL),
                     answers[_i].code);
    ck_assert_uint_eq(game_json_size(game_json_member(with.result.debug,
                                                      "provider_calls")), 1);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(the_stub_can_be_asked_for_by_name)
{
    with.env.audio_provider = says("");
    ck_assert_ptr_null(skill_fixture_run(&with, &game_skill_bgm,
                       "{\"style\": {\"genre\": \"pop\"},"
                       " \"duration_sec\": 5, \"provider\": \"stub\"}"));
    ck_assert_str_eq(skill_fixture_text(&with, "format"), "wav");
}
END_TEST

Suite *campaign_bgm_suite(void)
{
    Suite *suite = suite_create("campaign_bgm");
    TCase *tests = fixture_case("campaign_bgm");

    tcase_add_checked_fixture(tests, bgm_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_stub_gives_a_track);
    tcase_add_test(tests, the_stub_is_recorded);
    tcase_add_test(tests, absent_specs_have_defaults);
    tcase_add_test(tests, equal_inputs_give_one_file);
    tcase_add_loop_test(tests, a_wrong_input_fails, 0,
                        (int)(sizeof(failing) / sizeof(failing[0])));
    tcase_add_test(tests, no_value_in_any_place_is_a_surprise);
    tcase_add_test(tests, a_cancelled_track_leaves_nothing);
    tcase_add_test(tests, a_store_that_is_gone_fails_the_step);
    tcase_add_test(tests, a_provider_gives_its_bytes);
    tcase_add_test(tests, a_provider_says_what_it_made);
    tcase_add_loop_test(tests, a_provider_gets_a_prompt_in_words, 0,
                        (int)(sizeof(prompts) / sizeof(prompts[0])));
    tcase_add_loop_test(tests, a_provider_without_a_track_fails, 0,
                        (int)(sizeof(answers) / sizeof(answers[0])));
    tcase_add_test(tests, the_stub_can_be_asked_for_by_name);
    suite_add_tcase(suite, tests);
    return suite;
}

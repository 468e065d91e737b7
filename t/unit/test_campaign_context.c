/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Contexts of runs: what they begin with, what is taken over from a base,
 * all or nothing of what is attached, and references.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "context.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define HASH \
    "sha256:" \
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define WHEN "2026-02-03T12:00:00.000Z"

static game_context_start_t start_of(int is_update)
{
    game_context_start_t start = {
        "c", "r1", "t.flow", is_update, NULL, WHEN, NULL
    };

    return start;
}

static game_json_t *fresh(void)
{
    game_context_start_t start = start_of(0);

    return game_context_make(test_pool, &start);
}

static apr_array_header_t *made_list(void)
{
    return apr_array_make(test_pool, 4, sizeof(game_context_artifact_t));
}

static game_artifact_t *add(apr_array_header_t *made, const char *id,
                            const char *type)
{
    game_context_artifact_t *one = apr_array_push(made);
    game_artifact_t *artifact = apr_pcalloc(test_pool, sizeof(*artifact));

    artifact->type = type;
    artifact->uri = "/campaign-assets/x";
    artifact->content_hash = HASH;
    one->id = id;
    one->created_at = WHEN;
    one->artifact = artifact;
    return artifact;
}

static const char *attach(game_json_t *context, const char *step_id,
                          const apr_array_header_t *made)
{
    return campaign_code(game_context_attach(test_pool, context, step_id,
                                             made, NULL));
}

START_TEST(a_context_begins_with_its_trigger)
{
    game_context_start_t start = start_of(1);

    ck_assert_str_eq(game_json_text(test_pool, fresh()),
        "{\"campaignId\":\"c\",\"runId\":\"r1\",\"workflowName\":\"t.flow\","
        "\"trigger\":{\"type\":\"api\",\"timestamp\":\"" WHEN "\"},"
        "\"refs\":{},\"artifacts\":{}}");
    start.payload = campaign_json("{'a':1}");
    start.initiated_by = "k";
    ck_assert_str_eq(game_json_text(test_pool, game_json_member(
        game_context_make(test_pool, &start), "trigger")),
        "{\"type\":\"continuation\",\"payload\":{\"a\":1},"
        "\"timestamp\":\"" WHEN "\",\"initiatedBy\":\"k\"}");
}
END_TEST

START_TEST(artifacts_are_attached_and_found)
{
    game_json_t *context = fresh();
    apr_array_header_t *made = made_list();
    const game_json_t *entry;
    const char *id;

    add(made, "i1", "audio/bgm")->metadata = campaign_json("{'bpm':9}");
    add(made, "i2", "text/plain");
    ck_assert_str_eq(attach(context, "bgm", made), "");
    ck_assert_str_eq(game_json_text(test_pool, context),
        "{\"campaignId\":\"c\",\"runId\":\"r1\",\"workflowName\":\"t.flow\","
        "\"trigger\":{\"type\":\"api\",\"timestamp\":\"" WHEN "\"},"
        "\"refs\":{\"bgmArtifactId\":\"i1\"},\"artifacts\":{"
        "\"i1\":{\"type\":\"audio/bgm\",\"uri\":\"/campaign-assets/x\","
        "\"hash\":\"" HASH "\",\"metadata\":{\"bpm\":9},"
        "\"createdAt\":\"" WHEN "\",\"stepId\":\"bgm\"},"
        "\"i2\":{\"type\":\"text/plain\",\"uri\":\"/campaign-assets/x\","
        "\"hash\":\"" HASH "\",\"createdAt\":\"" WHEN "\","
        "\"stepId\":\"bgm\"}}}");
    ck_assert_ptr_null(game_context_find(test_pool, context, "bgm", &id,
                                         &entry));
    ck_assert_str_eq(id, "i1");
    ck_assert_str_eq(game_json_string(game_json_member(entry, "type")),
                     "audio/bgm");
    made = made_list();
    add(made, "i3", "audio/bgm");
    ck_assert_str_eq(attach(context, "again", made), "");
    ck_assert_ptr_null(game_context_find(test_pool, context, "bgm", &id,
                                         &entry));
    ck_assert_str_eq(id, "i3");
    ck_assert_str_eq(campaign_code(game_context_find(
        test_pool, context, "plan", NULL, &entry)), "REF_NOT_FOUND");
    game_json_remove(game_json_member(context, "artifacts"), "i3");
    ck_assert_str_eq(campaign_code(game_context_find(
        test_pool, context, "bgm", NULL, &entry)), "ARTIFACT_NOT_FOUND");
}
END_TEST

static const struct {
    const char *type, *uri, *hash, *code;
} artifacts[] = {
    {"audio/bgm", "u", HASH, ""},
    {NULL, "u", HASH, "INVALID_ARTIFACT_TYPE"},
    {"", "u", HASH, "INVALID_ARTIFACT_TYPE"},
    {"a b", "u", HASH, "INVALID_ARTIFACT_TYPE"},
    {"a\x7f", "u", HASH, "INVALID_ARTIFACT_TYPE"},
    {"audio/bgm", NULL, HASH, "INVALID_ARTIFACT_URI"},
    {"audio/bgm", "", HASH, "INVALID_ARTIFACT_URI"},
    {"audio/bgm", "a\nb", HASH, "INVALID_ARTIFACT_URI"},
    {"audio/bgm", "u", NULL, "INVALID_ARTIFACT_HASH"},
    {"audio/bgm", "u", &HASH[7], "INVALID_ARTIFACT_HASH"},
    {"", "", "", "INVALID_ARTIFACT_TYPE"},
};

START_TEST(an_artifact_is_checked_and_all_with_it)
{
    game_json_t *context = fresh();
    const char *before = game_json_text(test_pool, context);
    apr_array_header_t *made = made_list();
    game_artifact_t *artifact;

    add(made, "i1", "bundle/game");
    artifact = add(made, "i2", artifacts[_i].type);
    artifact->uri = artifacts[_i].uri;
    artifact->content_hash = artifacts[_i].hash;
    ck_assert_str_eq(attach(context, "s", made), artifacts[_i].code);
    if (*artifacts[_i].code) {
        ck_assert_str_eq(game_json_text(test_pool, context), before);
    }
    else {
        ck_assert_uint_eq(game_json_members(
            game_json_member(context, "artifacts")), 2);
    }
}
END_TEST

START_TEST(an_id_is_attached_once)
{
    game_json_t *context = fresh();
    apr_array_header_t *made = made_list();

    add(made, "i1", "audio/bgm");
    add(made, "i1", "bundle/game");
    ck_assert_str_eq(attach(context, "s", made), "DUPLICATE_ARTIFACT_ID");
    apr_array_pop(made);
    ck_assert_str_eq(attach(context, "s", made), "");
    ck_assert_str_eq(attach(context, "s", made), "DUPLICATE_ARTIFACT_ID");
}
END_TEST

START_TEST(there_are_at_most_50_artifacts)
{
    game_json_t *context = fresh();
    apr_array_header_t *made = made_list();
    int i;

    for (i = 0; i < 49; i++) {
        add(made, apr_psprintf(test_pool, "i%d", i), "a/b");
    }
    ck_assert_str_eq(attach(context, "s", made), "");
    made = made_list();
    add(made, "x", "");         /* capacity is looked at first */
    add(made, "y", "a/b");
    ck_assert_str_eq(attach(context, "s", made),
                     "CONTEXT_CAPACITY_EXCEEDED");
    made = made_list();
    add(made, "x", "a/b");
    ck_assert_str_eq(attach(context, "s", made), "");
    ck_assert_str_eq(attach(context, "s", made_list()), "");
    made = made_list();
    add(made, "y", "a/b");
    ck_assert_str_eq(attach(context, "s", made),
                     "CONTEXT_CAPACITY_EXCEEDED");
}
END_TEST

START_TEST(hashes_are_noted_by_step)
{
    game_json_t *context = fresh();

    game_context_set_hash(test_pool, context, "a", "1");
    game_context_set_hash(test_pool, context, "b", "2");
    game_context_set_hash(test_pool, context, "a", "3");
    ck_assert_str_eq(game_json_text(test_pool, game_json_member(
        context, "computed")),
        "{\"inputHashesByStep\":{\"a\":\"3\",\"b\":\"2\"},"
        "\"qualityChecks\":[]}");
}
END_TEST

START_TEST(verdicts_are_noted)
{
    game_json_t *context = fresh();

    game_context_set_hash(test_pool, context, "a", "1");
    game_context_add_check(test_pool, context, "a", campaign_json(
        "{'manifest':{},'deployment_ready':false,'validation':"
        "{'missing_assets':['m'],'all_assets_valid':false,'warnings':[]}}"));
    game_context_add_check(test_pool, context, "b", campaign_json("{}"));
    game_context_add_check(test_pool, context, "b", NULL);
    ck_assert_str_eq(game_json_text(test_pool, game_json_member(
        game_json_member(context, "computed"), "qualityChecks")),
        "[{\"stepId\":\"a\",\"passed\":false,"
        "\"missing_assets\":[\"m\"],\"warnings\":[]}]");
}
END_TEST

/* ---- base runs ---- */

static const struct {
    int is_there;
    const char *tenant;
    game_run_e status;
    const char *code;
} bases[] = {
    {1, "t", GAME_RUN_COMPLETED, ""},
    {0, "t", GAME_RUN_COMPLETED, "BASE_RUN_NOT_FOUND"},
    {1, "u", GAME_RUN_COMPLETED, "UNAUTHORIZED"},
    {1, "u", GAME_RUN_FAILED, "UNAUTHORIZED"},
    {1, "t", GAME_RUN_QUEUED, "INCOMPLETE_BASE_RUN"},
    {1, "t", GAME_RUN_RUNNING, "INCOMPLETE_BASE_RUN"},
    {1, "t", GAME_RUN_FAILED, "INCOMPLETE_BASE_RUN"},
    {1, "t", GAME_RUN_CANCELLED, "INCOMPLETE_BASE_RUN"},
};

START_TEST(a_base_is_usable_or_not)
{
    game_context_start_t start = start_of(1);
    game_context_base_t base = {
        bases[_i].tenant, bases[_i].status, NULL, NULL
    };
    game_json_t *context = NULL;

    ck_assert_str_eq(campaign_code(game_context_load(
        test_pool, "t", bases[_i].is_there ? &base : NULL, &start,
        &context)), bases[_i].code);
    ck_assert_int_eq(context != NULL, !*bases[_i].code);
}
END_TEST

START_TEST(what_is_reused_is_taken_over)
{
    game_context_start_t start = start_of(1);
    game_json_t *old = fresh();
    game_context_base_t base = {
        "t", GAME_RUN_COMPLETED, old, campaign_json("['config','other']")
    };
    apr_array_header_t *made = made_list();
    game_json_t *context;

    add(made, "i1", "json/game-config");
    ck_assert_str_eq(attach(old, "config", made), "");
    made = made_list();
    add(made, "i2", "audio/bgm");
    ck_assert_str_eq(attach(old, "bgm", made), "");
    ck_assert_ptr_null(game_context_load(test_pool, "t", &base, &start,
                                         &context));
    ck_assert_str_eq(game_json_text(test_pool, game_json_member(
        context, "refs")), "{\"gameConfigArtifactId\":\"i1\"}");
    ck_assert_uint_eq(game_json_members(
        game_json_member(context, "artifacts")), 1);
    /* the same artifact again, out of the cache */
    ck_assert_str_eq(attach(context, "bgm", made), "");
}
END_TEST

static void load(void *baton, const game_json_t *whole)
{
    game_context_start_t start = start_of(1);
    game_context_base_t base = {
        "t", GAME_RUN_COMPLETED, whole, campaign_json("['s',1]")
    };
    game_json_t *context, *copy;
    const game_json_t *entry;

    ck_assert_ptr_null(game_context_load(test_pool, "t", &base, &start,
                                         &context));
    if (game_json_is(whole, GAME_JSON_OBJECT)) {
        copy = game_json_copy(test_pool, whole);
        attach(copy, "s", baton);
        game_context_set_hash(test_pool, copy, "s", "1");
        campaign_code(game_context_find(test_pool, copy, "bgm", NULL,
                                        &entry));
    }
}

START_TEST(damaged_contexts_are_answered)
{
    game_json_t *context = fresh();
    apr_array_header_t *made = made_list();

    add(made, "i1", "audio/bgm");
    ck_assert_str_eq(attach(context, "s", made), "");
    game_context_set_hash(test_pool, context, "s", "1");
    ck_assert_int_gt(campaign_damage(context, load, made), 200);
}
END_TEST

/* ---- references ---- */

static const struct {
    const char *type, *name;
} names[] = {
    {"plan", "planArtifactId"},
    {"outcome_win_video", "outcomeWinVideoArtifactId"},
    {"campaign_manifest", "campaignManifestArtifactId"},
    {"a_1", "a1ArtifactId"}, {"a_", "a_ArtifactId"}, {"", "ArtifactId"},
};

START_TEST(a_reference_has_a_name)
{
    ck_assert_str_eq(game_context_ref_name(test_pool, names[_i].type),
                     names[_i].name);
}
END_TEST

static const struct {
    const char *name;
    int length;                 /* of the description */
    const char *code;
} customs[] = {
    {"ab", 0, ""}, {"score_board2", 500, ""},
    {"a", 0, "INVALID_ARTIFACT_TYPE"}, {"", 0, "INVALID_ARTIFACT_TYPE"},
    {"Ab", 0, "INVALID_ARTIFACT_TYPE"}, {"1b", 0, "INVALID_ARTIFACT_TYPE"},
    {"a-b", 0, "INVALID_ARTIFACT_TYPE"},
    {"bgm", 0, "INVALID_ARTIFACT_TYPE"},
    {"intro_video", 0, "INVALID_ARTIFACT_TYPE"},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx", 0, ""},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxy", 0,
     "INVALID_ARTIFACT_TYPE"},
    {"ab", 501, "INVALID_ARTIFACT_TYPE"},
};

START_TEST(a_reference_type_may_be_added)
{
    apr_array_header_t *types =
        apr_array_make(test_pool, 1, sizeof(game_context_type_t));
    char text[502];
    game_context_type_t type = { customs[_i].name, text };

    memset(text, 'x', sizeof(text));
    text[customs[_i].length] = '\0';
    ck_assert_str_eq(campaign_code(game_context_add_type(
        test_pool, types, &type)), customs[_i].code);
    ck_assert_str_eq(campaign_code(game_context_add_type(
        test_pool, types, &type)), "INVALID_ARTIFACT_TYPE");
}
END_TEST

START_TEST(there_are_at_most_38_further_types)
{
    apr_array_header_t *types =
        apr_array_make(test_pool, 1, sizeof(game_context_type_t));
    game_json_t *context = fresh();
    apr_array_header_t *made = made_list();
    game_context_type_t type = { NULL, NULL };
    int i;

    for (i = 0; i < 38; i++) {
        type.name = apr_psprintf(test_pool, "type_%d", i);
        ck_assert_ptr_null(game_context_add_type(test_pool, types, &type));
    }
    type.name = "one_more";
    ck_assert_str_eq(campaign_code(game_context_add_type(
        test_pool, types, &type)), "CONTEXT_CAPACITY_EXCEEDED");
    add(made, "i1", "type_37");
    ck_assert_ptr_null(game_context_attach(test_pool, context, "s", made,
                                           types));
    ck_assert_str_eq(game_json_text(test_pool, game_json_member(
        context, "refs")), "{\"type37ArtifactId\":\"i1\"}");
}
END_TEST

Suite *campaign_context_suite(void)
{
    Suite *suite = suite_create("campaign_context");
    TCase *tests = fixture_case("campaign_context");

    tcase_add_test(tests, a_context_begins_with_its_trigger);
    tcase_add_test(tests, artifacts_are_attached_and_found);
    tcase_add_loop_test(tests, an_artifact_is_checked_and_all_with_it, 0,
                        COUNT_OF(artifacts));
    tcase_add_test(tests, an_id_is_attached_once);
    tcase_add_test(tests, there_are_at_most_50_artifacts);
    tcase_add_test(tests, hashes_are_noted_by_step);
    tcase_add_test(tests, verdicts_are_noted);
    tcase_add_loop_test(tests, a_base_is_usable_or_not, 0, COUNT_OF(bases));
    tcase_add_test(tests, what_is_reused_is_taken_over);
    tcase_add_test(tests, damaged_contexts_are_answered);
    tcase_add_loop_test(tests, a_reference_has_a_name, 0, COUNT_OF(names));
    tcase_add_loop_test(tests, a_reference_type_may_be_added, 0,
                        COUNT_OF(customs));
    tcase_add_test(tests, there_are_at_most_38_further_types);
    suite_add_tcase(suite, tests);
    return suite;
}

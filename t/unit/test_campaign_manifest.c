/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Assembling manifests: assets that are there and that are not, polygons,
 * the artifacts of a run; the skill, from its input to the stored file.
 */
#include "campaign_json.h"
#include "documents.h"
#include "fixture.h"

#include "manifest.h"
#include "store.h"
#include "validate_manifest.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define SKILL "assemble_campaign_manifest"
#define HEX16 "0123456789abcdef"
#define HASH "sha256:" HEX16 HEX16 HEX16 HEX16

static game_store_t store;
static game_skill_env_t env;
static game_skill_call_t call;
static const char *assets;      /* the folder of assets */

static const char small[] =
    "{'campaign_id':'c','campaign_name':'n','intro_video_uri':'https://e/i',"
    "'outcome_videos':{'win_video_uri':'https://e/w',"
    "'lose_video_uri':'https://e/l'},'game_bundle_uri':'https://e/b',"
    "'button_config':{'bounds':{'x':0,'y':0,'width':1,'height':1}}}";

static void setup(void)
{
    const char *folder = fixture_folder();
    apr_array_header_t *roots = apr_array_make(test_pool, 1,
                                               sizeof(const char *));

    assets = apr_pstrcat(test_pool, folder, "/assets", NULL);
    ck_assert_int_eq(apr_dir_make(assets, APR_FPROT_OS_DEFAULT, test_pool),
                     APR_SUCCESS);
    APR_ARRAY_PUSH(roots, const char *) = assets;
    memset(&env, 0, sizeof(env));
    memset(&call, 0, sizeof(call));
    store.root = apr_pstrcat(test_pool, folder, "/store", NULL);
    store.base = "/campaign-assets";
    store.assets = roots;
    env.store = &store;
    call.pool = test_pool;
    call.env = &env;
    call.now = APR_TIME_C(1770120000123456);
}

/* Make a file of assets. @return its path */
static const char *put(const char *name, const char *text)
{
    const char *path = apr_pstrcat(test_pool, assets, "/", name, NULL);
    const char *slash = strrchr(path, '/');
    apr_file_t *file;

    ck_assert_int_eq(apr_dir_make_recursive(
                         apr_pstrndup(test_pool, path,
                                      (apr_size_t)(slash - path)),
                         APR_FPROT_OS_DEFAULT, test_pool), APR_SUCCESS);
    ck_assert_int_eq(apr_file_open(&file, path, APR_FOPEN_WRITE
                                   | APR_FOPEN_CREATE, APR_FPROT_OS_DEFAULT,
                                   test_pool), APR_SUCCESS);
    ck_assert_int_eq(apr_file_write_full(file, text, strlen(text), NULL),
                     APR_SUCCESS);
    ck_assert_int_eq(apr_file_close(file), APR_SUCCESS);
    return path;
}

static game_json_t *input_with(const char *path, const char *text)
{
    game_json_t *input = campaign_json(small);

    document_set(input, path, text);
    return input;
}

static game_manifest_t assemble(const game_json_t *input)
{
    game_manifest_t manifest;

    ck_assert_ptr_null(game_manifest_assemble(&call, input, &manifest));
    ck_assert(game_manifest_verify(test_pool, manifest.document));
    return manifest;
}

/* @return compact text of what a path names; "" when it is not there */
static const char *part(const game_json_t *document, const char *path)
{
    char *rest = apr_pstrdup(test_pool, path), *dot;

    for (; document && (dot = strchr(rest, '.')); rest = dot + 1) {
        *dot = '\0';
        document = game_json_member(document, rest);
    }
    document = game_json_member(document, rest);
    return document ? game_json_text(test_pool, document) : "";
}

/* ---- parts of a document ---- */

/* A change of the input, and what a part of the document is then. */
static const struct {
    const char *path, *text, *part, *is;
} parts[] = {
    {"version", "'2.0.0-rc.1'", "version", "'2.0.0-rc.1'"},
    {"version", "''", "version", "'1.0.0'"},
    {"version", "null", "version", "'1.0.0'"},
    {"metadata", "{'b':1,'a':{}}", "metadata", "{'b':1,'a':{}}"},
    {"button_config.hover_effect", "'none'",
     "interaction.button.hover_effect", "'none'"},
    {"button_config.mask_polygon", "[[0,0],[1.5,0],[1,1]]",
     "interaction.button.mask_polygon", "[[0,0],[1.5,0],[1,1]]"},
    {"button_config.mask_polygon",
     "{'points':[{'x':0,'y':0},{'y':0,'x':1.5},{'x':1,'y':1,'z':9}],"
     "'is_closed':true}",
     "interaction.button.mask_polygon", "[[0,0],[1.5,0],[1,1]]"},
    {"button_config.mask_polygon", "{'points':[]}",
     "interaction.button.mask_polygon", "[]"},
    {"button_config.mask_polygon", "null",
     "interaction.button.mask_polygon", ""},
    {"button_config.bounds", "{'height':1,'unit':'px','x':0}",
     "interaction.button.bounds", "{'height':1,'unit':'px','x':0}"},
    {"outcome_videos.auto_redirect_delay_ms", "5", "flow.outcome_redirect",
     ""},
    {"outcome_videos.win_redirect_url", "'https://w'",
     "flow.outcome_redirect", "{'win_url':'https://w','delay_ms':3000}"},
    {"outcome_videos.lose_redirect_url", "''", "flow.outcome_redirect", ""},
    {"rules", "{'require_login':true,'active':false,'max_plays_per_user':1}",
     "rules", "{'active':true,'max_plays_per_user':1,'require_login':true}"},
    {"rules", "{'rate_limiting':{},'excluded_regions':[],"
     "'allowed_regions':['DE'],'global_win_rate':0,"
     "'end_date':'2026-01-02T00:00:00Z','start_date':'2026-01-01T00:00:00Z'}",
     "rules", "{'active':true,'start_date':'2026-01-01T00:00:00Z',"
     "'end_date':'2026-01-02T00:00:00Z','global_win_rate':0,"
     "'require_login':false,'allowed_regions':['DE'],'excluded_regions':[],"
     "'rate_limiting':{}}"},
    {"analytics", "{'tracking_id':'T','track_completions':true,"
     "'custom_events':['x','win','x','campaign_view','y']}", "analytics",
     "{'enabled':true,'tracking_id':'T','events':['campaign_view',"
     "'intro_started','button_clicked','game_started','game_completed',"
     "'outcome_shown','win','lose','redirect','x','y']}"},
    {"branding", "{'primary_color':'#fff','font_family':'F',"
     "'brand_name':'B','secondary_color':'#000'}", "branding",
     "{'brand_name':'B','colors':{'primary':'#fff','secondary':'#000'},"
     "'font_family':'F'}"},
    {"branding", "null", "branding", ""},
};

START_TEST(a_part_follows_from_the_input)
{
    game_manifest_t manifest = assemble(input_with(parts[_i].path,
                                                   parts[_i].text));
    const char *is = *parts[_i].is
        ? game_json_text(test_pool, campaign_json(parts[_i].is)) : "";

    ck_assert_str_eq(part(manifest.document, parts[_i].part), is);
}
END_TEST

START_TEST(the_clock_is_the_calls)
{
    game_manifest_t manifest = assemble(campaign_json(small));

    ck_assert_str_eq(part(manifest.document, "created_at"),
                     "\"2026-02-03T12:00:00.123Z\"");
    ck_assert_str_eq(part(manifest.document, "updated_at"),
                     part(manifest.document, "created_at"));
}
END_TEST

START_TEST(many_events_are_read_once)
{
    game_json_t *input = input_with("analytics", "{'custom_events':[]}");
    game_json_t *events = game_json_member(game_json_member(input,
                                                            "analytics"),
                                           "custom_events");
    game_manifest_t manifest;
    int i;

    for (i = 0; i < 100000; i++) {
        game_json_append(events, game_json_new_string(
                             test_pool, apr_psprintf(test_pool, "event %d",
                                                     i / 2)));
    }
    manifest = assemble(input);
    events = game_json_member(game_json_member(manifest.document,
                                               "analytics"), "events");
    ck_assert_uint_eq(game_json_size(events), 6 + 50000);
}
END_TEST

/* ---- assets ---- */

static const char *texts_of(const game_json_t *list)
{
    return game_json_text(test_pool, list);
}

START_TEST(a_bundle_has_a_page_and_a_config)
{
    game_json_t *input = campaign_json(small);
    const char *page = put("b/index.html", "page"), *folder;
    game_manifest_t manifest;

    folder = apr_pstrcat(test_pool, assets, "/b", NULL);
    game_json_set_string(test_pool, input, "game_bundle_uri", folder);
    manifest = assemble(input);
    ck_assert_str_eq(texts_of(manifest.warnings),
                     "[\"game_bundle has no game_config.json\"]");
    ck_assert_str_eq(part(manifest.document,
                          "assets.game_bundle.size_bytes"), "4");
    put("b/game_config.json", "{}");
    put("b/a/b/c.txt", "123");
    game_json_set_string(test_pool, input, "game_bundle_uri",
                         apr_pstrcat(test_pool, "file://", folder, "/",
                                     NULL));
    manifest = assemble(input);
    ck_assert_str_eq(texts_of(manifest.warnings), "[]");
    ck_assert_str_eq(part(manifest.document,
                          "assets.game_bundle.size_bytes"), "9");
    ck_assert_str_eq(part(manifest.document, "assets.game_bundle.checksum"),
                     "");
    /* a file is no bundle that can be played */
    game_json_set_string(test_pool, input, "game_bundle_uri", page);
    manifest = assemble(input);
    ck_assert_uint_eq(game_json_size(manifest.warnings), 2);
    ck_assert_str_eq(texts_of(manifest.missing), "[]");
}
END_TEST

/* A folder where a page should be is no page. */
START_TEST(a_folder_is_no_file)
{
    game_json_t *input = campaign_json(small);
    game_manifest_t manifest;

    put("b/index.html/x", "");
    put("b/game_config.json", "{}");
    game_json_set_string(test_pool, input, "game_bundle_uri",
                         apr_pstrcat(test_pool, assets, "/b", NULL));
    game_json_set_string(test_pool, input, "intro_video_uri",
                         apr_pstrcat(test_pool, assets, "/b", NULL));
    manifest = assemble(input);
    ck_assert_str_eq(texts_of(manifest.warnings),
                     "[\"game_bundle has no index.html\"]");
    ck_assert_str_eq(texts_of(manifest.missing), "[]");
    ck_assert_str_eq(part(manifest.document,
                          "assets.intro_video.size_bytes"), "");
}
END_TEST

/* URIs that lead nowhere, %s is the folder of assets. */
static const char *const nowhere[] = {
    "", "a.mp4", "./a.mp4", "ftp://e/a.mp4", "data:video/mp4,x",
    "%s/no.mp4", "file://%s/no.mp4", "file:a.mp4", "/etc/passwd",
    "file:///etc/passwd", "%s/../store", "//e/a.mp4", "HTTP//e",
    "/campaign-assets/../assets/a.mp4", "/campaign-assets/tmp/a.mp4",
};

START_TEST(what_leads_nowhere_is_missing)
{
    const char *form = nowhere[_i], *at = strstr(form, "%s");
    const char *uri = !at ? form
        : apr_pstrcat(test_pool, apr_pstrndup(test_pool, form,
                                              (apr_size_t)(at - form)),
                      assets, at + 2, NULL);
    game_json_t *input = campaign_json(small);
    game_json_t *videos = game_json_member(input, "outcome_videos");
    game_manifest_t manifest;

    put("a.mp4", "video");
    game_json_set_string(test_pool, input, "intro_video_uri", uri);
    game_json_set_string(test_pool, videos, "win_video_uri", uri);
    game_json_set_string(test_pool, videos, "lose_video_uri", uri);
    game_json_set_string(test_pool, input, "game_bundle_uri", uri);
    manifest = assemble(input);
    ck_assert_str_eq(texts_of(manifest.missing),
                     apr_psprintf(test_pool, "[\"intro_video: %s\","
                                  "\"win_video: %s\",\"lose_video: %s\","
                                  "\"game_bundle: %s\"]", uri, uri, uri,
                                  uri));
    ck_assert_str_eq(texts_of(manifest.warnings), "[]");
}
END_TEST

START_TEST(what_a_page_can_do_without_is_a_warning)
{
    game_json_t *input = input_with("branding", "{'logo_uri':'logo.png'}");
    const char *sound = put("click.wav", "click");
    game_manifest_t manifest;

    document_set(input, "button_config.click_sound_uri", "'click.wav'");
    manifest = assemble(input);
    ck_assert_str_eq(texts_of(manifest.missing), "[]");
    ck_assert_str_eq(texts_of(manifest.warnings),
                     "[\"click sound is not there: click.wav\","
                     "\"logo is not there: logo.png\"]");
    document_set(input, "branding.logo_uri", "''");
    game_json_set_string(test_pool, game_json_member(input, "button_config"),
                         "click_sound_uri", sound);
    manifest = assemble(input);
    ck_assert_str_eq(texts_of(manifest.warnings), "[]");
    ck_assert_str_eq(part(manifest.document, "assets.additional"),
                     apr_psprintf(test_pool, "[{\"uri\":\"%s\","
                                  "\"type\":\"audio\",\"size_bytes\":5,"
                                  "\"required\":false}]", sound));
}
END_TEST

/* ---- the artifacts of a run ---- */

static const char artifacts[] =
    "[{'id':'1','type':'json/game-config','uri':'/campaign-assets/c.json',"
    "'contentHash':'" HASH "','size':9,'filename':'game_config.json'},"
    "{'id':'0','type':'audio/bgm','uri':'/campaign-assets/old.wav',"
    "'contentHash':'" HASH "','size':1},"
    "{'id':'2','type':'audio/bgm','uri':'/campaign-assets/b.wav',"
    "'contentHash':'" HASH "','size':8,'filename':'bgm.wav'},"
    "{'id':'3','type':'bundle/game','uri':'/campaign-assets/b/',"
    "'contentHash':'" HASH "','size':7},"
    "{'id':'4','type':'video/other','uri':'x'},null,7]";

START_TEST(a_manifest_names_the_artifacts_of_its_run)
{
    game_json_t *input = input_with("metadata", "{'a':1,'run_id':'forged'}");
    const char *before = game_json_text(test_pool, input);
    game_manifest_t manifest;

    call.artifacts = campaign_json(artifacts);
    call.run_id = "run-7";
    manifest = assemble(input);
    ck_assert_str_eq(part(manifest.document, "metadata"),
        game_json_text(test_pool, campaign_json(
            "{'a':1,'run_id':'run-7','artifacts':{"
            "'game_config':{'id':'1','uri':'/campaign-assets/c.json',"
            "'content_hash':'" HASH "'},"
            "'audio':{'id':'2','uri':'/campaign-assets/b.wav',"
            "'content_hash':'" HASH "'},"
            "'bundle':{'id':'3','uri':'/campaign-assets/b/',"
            "'content_hash':'" HASH "'}}}")));
    ck_assert_str_eq(part(manifest.document, "assets.additional"),
        game_json_text(test_pool, campaign_json(
            "[{'uri':'/campaign-assets/b.wav','type':'audio',"
            "'size_bytes':8,'checksum':'" HEX16 "','required':true}]")));
    ck_assert_str_eq(game_json_text(test_pool, input), before);
}
END_TEST

START_TEST(a_run_without_artifacts_has_none)
{
    game_manifest_t manifest;

    call.artifacts = campaign_json("[]");
    manifest = assemble(campaign_json(small));
    ck_assert_str_eq(part(manifest.document, "metadata"),
                     "{\"artifacts\":{}}");
    ck_assert_str_eq(part(manifest.document, "assets.additional"), "[]");
}
END_TEST

/* ---- any input ---- */

static void try_input(void *baton, const game_json_t *input)
{
    int *count = baton;

    assemble(input);
    ++*count;
}

START_TEST(any_value_is_answered)
{
    game_json_t *input = campaign_json(small);
    int count = 0;

    document_set(input, "button_config.mask_polygon",
                 "{'points':[{'x':0,'y':0}],'is_closed':true}");
    document_set(input, "button_config.click_sound_uri", "'x'");
    document_set(input, "outcome_videos.win_redirect_url", "'https://w'");
    document_set(input, "outcome_videos.auto_redirect_delay_ms", "1");
    document_set(input, "rules", "{'start_date':'x','rate_limiting':{}}");
    document_set(input, "analytics", "{'custom_events':['a',1],"
                                     "'track_impressions':true}");
    document_set(input, "branding", "{'logo_uri':'x','brand_name':'b'}");
    document_set(input, "metadata", "{'a':1}");
    ck_assert_int_gt(campaign_damage(input, try_input, &count), 300);
    ck_assert_int_gt(count, 300);
}
END_TEST

START_TEST(any_artifact_is_answered)
{
    game_json_t *list = campaign_json(artifacts);
    game_json_t *input = campaign_json(small);
    const char *const fields[] = { "id", "type", "uri", "contentHash",
                                   "size" };
    static const char *const values[] = {
        "null", "7", "''", "'audio/bgm'", "[]", "{}", "'sha256:'"
    };
    int i, j;

    call.artifacts = list;
    for (i = 0; i < COUNT_OF(fields); i++) {
        for (j = 0; j < COUNT_OF(values); j++) {
            document_set(list, apr_pstrcat(test_pool, "2.", fields[i], NULL),
                         values[j]);
            assemble(input);
        }
    }
    call.artifacts = campaign_json("{'x':1}");
    assemble(input);
}
END_TEST

/* ---- the skill ---- */

static game_skill_result_t execute(const game_json_t *input)
{
    game_skill_result_t result;
    game_fault_t *fault;

    ck_assert_ptr_null(game_store_open(test_pool, &store));
    fault = game_skill_execute(&call, SKILL, input, &result);
    ck_assert_msg(!fault, "%s", fault ? fault->message : "");
    ck_assert_int_eq(result.artifacts->nelts, 1);
    return result;
}

START_TEST(the_skill_stores_its_document)
{
    game_skill_result_t result = execute(campaign_json(small));
    const game_artifact_t *artifact = &APR_ARRAY_IDX(result.artifacts, 0,
                                                     game_artifact_t);
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));
    game_json_t *document = game_json_member(result.data, "manifest");
    const char *path, *text, *pretty;
    char hash[GAME_HASH_SIZE];
    apr_size_t len;

    ck_assert_str_eq(artifact->type, "json/campaign-manifest");
    ck_assert_str_eq(artifact->filename, "campaign_manifest.json");
    ck_assert_str_eq(game_json_text(test_pool, artifact->metadata),
                     "{\"campaign_id\":\"c\",\"campaign_name\":\"n\","
                     "\"version\":\"1.0.0\",\"deployment_ready\":true}");
    ck_assert_str_eq(artifact->uri, game_json_member_text(result.data,
                                                          "manifest_uri"));
    ck_assert_int_eq(game_store_resolve(test_pool, &store, artifact->uri,
                                        &path), GAME_URI_LOCAL);
    ck_assert_ptr_null(game_store_read(test_pool, path, 65536, &text, &len));
    pretty = game_canon_pretty(test_pool, document);
    ck_assert_str_eq(text, pretty);
    ck_assert_int_eq(artifact->size, (apr_int64_t)strlen(pretty));
    game_canon_digest(pretty, strlen(pretty), hash);
    ck_assert_str_eq(artifact->content_hash,
                     apr_pstrcat(test_pool, "sha256:", hash, NULL));
    game_validate_manifest(test_pool, document, game_validate_uri_store,
                           &store, issues);
    ck_assert_str_eq(document_issues(issues), "");
}
END_TEST

START_TEST(the_runner_fills_defaults_in)
{
    game_skill_result_t result = execute(input_with("analytics", "{}"));

    ck_assert_str_eq(part(result.data, "manifest.analytics.events"),
        game_json_text(test_pool, campaign_json(
            "['campaign_view','intro_started','button_clicked',"
            "'game_started','game_completed','outcome_shown','impression',"
            "'interaction','hover','scroll','win','lose','redirect']")));
}
END_TEST

START_TEST(what_is_missing_fails_no_step)
{
    game_json_t *input = input_with("intro_video_uri", "'videos/a.mp4'");
    game_skill_result_t result = execute(input);

    ck_assert_str_eq(part(result.data, "validation"),
                     "{\"all_assets_valid\":false,\"missing_assets\":"
                     "[\"intro_video: videos/a.mp4\"],\"warnings\":[]}");
    ck_assert_str_eq(part(result.data, "deployment_ready"), "false");
    input = input_with("button_config.bounds.width", "0");
    result = execute(input);
    ck_assert_str_eq(part(result.data, "validation"),
                     "{\"all_assets_valid\":true,\"missing_assets\":[],"
                     "\"warnings\":[\"interaction.button.bounds: "
                     "The button has no area\"]}");
    ck_assert_str_eq(part(result.data, "deployment_ready"), "false");
}
END_TEST

static const char *const required[] = {
    "campaign_id", "campaign_name", "intro_video_uri", "outcome_videos",
    "outcome_videos.win_video_uri", "game_bundle_uri", "button_config",
    "button_config.bounds.height"
};

START_TEST(a_required_member_fails_the_step)
{
    game_skill_result_t result;
    game_fault_t *fault =
        game_skill_execute(&call, SKILL, input_with(required[_i], NULL),
                           &result);

    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "INPUT_VALIDATION_FAILED");
    ck_assert_ptr_nonnull(strstr(fault->message, required[_i]));
}
END_TEST

static int stop_third(void *baton)
{
    return ++*(int *)baton >= 3;
}

START_TEST(a_run_is_cancelled_between_assets)
{
    game_manifest_t manifest;
    game_fault_t *fault;
    int asked = 0;

    call.stopped = stop_third;
    call.baton = &asked;
    fault = game_manifest_assemble(&call, campaign_json(small), &manifest);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "RUN_CANCELLED");
    ck_assert_int_eq(asked, 3);
}
END_TEST

START_TEST(no_store_fails_the_step)
{
    game_skill_result_t result;
    game_fault_t *fault;

    store.root = "/dev/null/store";
    fault = game_skill_execute(&call, SKILL, campaign_json(small), &result);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "EXECUTION_ERROR");
}
END_TEST

Suite *campaign_manifest_suite(void)
{
    Suite *suite = suite_create("campaign_manifest");
    TCase *tc = fixture_case("manifest");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_part_follows_from_the_input, 0,
                        COUNT_OF(parts));
    tcase_add_test(tc, the_clock_is_the_calls);
    tcase_add_test(tc, many_events_are_read_once);
    tcase_add_test(tc, a_bundle_has_a_page_and_a_config);
    tcase_add_test(tc, a_folder_is_no_file);
    tcase_add_loop_test(tc, what_leads_nowhere_is_missing, 0,
                        COUNT_OF(nowhere));
    tcase_add_test(tc, what_a_page_can_do_without_is_a_warning);
    tcase_add_test(tc, a_manifest_names_the_artifacts_of_its_run);
    tcase_add_test(tc, a_run_without_artifacts_has_none);
    tcase_add_test(tc, any_value_is_answered);
    tcase_add_test(tc, any_artifact_is_answered);
    tcase_add_test(tc, the_skill_stores_its_document);
    tcase_add_test(tc, the_runner_fills_defaults_in);
    tcase_add_test(tc, what_is_missing_fails_no_step);
    tcase_add_loop_test(tc, a_required_member_fails_the_step, 0,
                        COUNT_OF(required));
    tcase_add_test(tc, a_run_is_cancelled_between_assets);
    tcase_add_test(tc, no_store_fails_the_step);
    suite_add_tcase(suite, tc);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The skill bundle_game_template and the trees that it makes: what goes in,
 * what is refused, what is left out, and that nothing half made stays.
 */
#include "fixture.h"

#include "bundle.h"
#include "campaign_json.h"
#include "canon.h"
#include "placeholder.h"
#include "skill_fixture.h"
#include "stub.h"
#include "stub_http.h"
#include "validate_bundle.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define PLAIN "{\"template_id\": \"demo\", \"game_config\": {\"n\": 1}}"

static skill_fixture_t with;

static const char *in_dir(const char *path)
{
    return apr_pstrcat(test_pool, with.dir, "/", path, NULL);
}

static void bundle_setup(void)
{
    skill_fixture_make(&with);
    with.env.templates = in_dir("templates");
}

static void put_template(void)
{
    skill_fixture_file(&with, "templates/demo/index.html", "page");
    skill_fixture_file(&with, "templates/demo/scripts/game.js", "code");
}

static const char *run(const char *input)
{
    return skill_fixture_run(&with, &game_skill_bundle, input);
}

/* @return "path path ..." of a manifest's files */
static const char *listed(void)
{
    const game_json_t *files = game_json_member(
        game_json_member(with.result.data, "manifest"), "files");
    const char *all = "";
    apr_size_t i;

    for (i = 0; i < game_json_size(files); i++) {
        all = apr_pstrcat(test_pool, all, *all ? " " : "",
                          game_json_member_text(game_json_at(files, i),
                                                "path"), NULL);
    }
    return all;
}

/* ---- paths ---- */

static const struct {
    const char *path;
    int is_path;
    int is_own;
} paths[] = {
    {"a", 1, 1}, {"a/b.c", 1, 1}, {".a", 1, 1}, {"...", 1, 1},
    {"a/..b/c", 1, 1}, {"\303\251", 1, 1}, {"a b", 1, 1},
    {"", 0, 0}, {"/a", 0, 0}, {"a/", 0, 0}, {"a//b", 0, 0}, {".", 0, 0},
    {"..", 0, 0}, {"./a", 0, 0}, {"a/.", 0, 0}, {"a/../b", 0, 0},
    {"../a", 0, 0}, {"a/..", 0, 0}, {"a\\b", 0, 0}, {NULL, 0, 0},
    {"a\nb", 1, 0}, {"a\177", 1, 0}, {"\351", 1, 0}
};

START_TEST(a_path_stays_in_its_tree)
{
    ck_assert_int_eq(game_bundle_is_path(paths[_i].path), paths[_i].is_path);
    ck_assert_int_eq(game_bundle_is_own_path(test_pool, paths[_i].path),
                     paths[_i].is_own);
}
END_TEST

/* ---- what goes in ---- */

START_TEST(a_bundle_is_a_tree_with_its_manifest)
{
    const game_artifact_t *artifact;
    game_bundle_report_t report;
    const char *uri;

    put_template();
    ck_assert_ptr_null(run(PLAIN));
    uri = skill_fixture_text(&with, "bundle_uri");
    ck_assert_int_eq(uri[strlen(uri) - 1], '/');
    ck_assert_str_eq(skill_fixture_text(&with, "manifest_uri"),
                     apr_pstrcat(test_pool, uri, GAME_BUNDLE_MANIFEST,
                                 NULL));
    ck_assert_str_eq(listed(), "game_config.json index.html"
                     " scripts/game.js");
    artifact = skill_fixture_artifact(&with);
    ck_assert_str_eq(artifact->type, "bundle/game");
    ck_assert_str_eq(artifact->uri, uri);
    ck_assert_ptr_nonnull(strstr(uri, artifact->content_hash + 7));
    ck_assert_int_eq(artifact->size,
                     game_store_size(test_pool,
                                     skill_fixture_path(&with, uri)));
    ck_assert_str_eq(game_json_member_text(artifact->metadata, "template_id"),
                     "demo");
    ck_assert_int_eq(strncmp(game_json_member_text(artifact->metadata,
                                                   "bundle_id"),
                             apr_pstrcat(test_pool, "bundle_",
                                         artifact->content_hash + 7, NULL),
                             23), 0);
    game_validate_bundle_tree(test_pool, skill_fixture_path(&with, uri),
                              &report);
    ck_assert_int_eq(report.file_count, 3);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(equal_inputs_give_one_tree)
{
    const char *first;
    const char *uri;

    put_template();
    ck_assert_ptr_null(run(PLAIN));
    first = game_canon_compact(test_pool, with.result.data);
    uri = skill_fixture_text(&with, "bundle_uri");
    with.call.now += apr_time_from_sec(60);
    ck_assert_ptr_null(run("{\"game_config\": {\"n\": 1.0},"
                           " \"template_id\": \"demo\"}"));
    ck_assert_str_eq(skill_fixture_text(&with, "bundle_uri"), uri);
    ck_assert_str_eq(game_canon_compact(test_pool, with.result.data), first);
    ck_assert_ptr_nonnull(strstr(first, "2026-02-03T12:00:00.000Z"));
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

/* What can become of a file of a stored bundle: it has another text, or is
 * gone, or was never there. */
static const struct {
    const char *file;
    const char *text;
} damages[] = {
    {"bundle_manifest.json", NULL}, {"bundle_manifest.json", "{}"},
    {"bundle_manifest.json", "[1"}, {"index.html", NULL},
    {"index.html", "egap"}, {"index.html", "a longer page"},
    {"scripts/game.js", NULL}, {"more.txt", "not of the bundle"}
};

START_TEST(a_damaged_bundle_is_made_anew)
{
    const char *first, *path, *text;
    game_bundle_report_t report;
    apr_size_t len;

    put_template();
    ck_assert_ptr_null(run(PLAIN));
    first = game_canon_compact(test_pool, with.result.data);
    path = skill_fixture_path(&with, skill_fixture_text(&with,
                                                        "bundle_uri"));
    text = apr_pstrcat(test_pool, path, "/", damages[_i].file, NULL);
    unlink(text);
    if (damages[_i].text) {
        skill_fixture_file(&with, text + strlen(with.dir) + 1,
                           damages[_i].text);
    }
    ck_assert_ptr_null(run(PLAIN));
    ck_assert_str_eq(game_canon_compact(test_pool, with.result.data), first);
    game_validate_bundle_tree(test_pool, path, &report);
    ck_assert_int_eq(report.file_count, 3);
    ck_assert_ptr_null(game_store_read(test_pool, apr_pstrcat(test_pool, path,
                                       "/index.html", NULL), 100, &text,
                                       &len));
    ck_assert_str_eq(text, "page");
    ck_assert_ptr_null(game_store_read(test_pool, apr_pstrcat(test_pool, path,
                                       "/" GAME_BUNDLE_MANIFEST, NULL),
                                       10000, &text, &len));
    ck_assert_str_eq(text, game_canon_pretty(test_pool, game_json_member(
                               with.result.data, "manifest")));
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(what_is_of_the_template_only_stays_there)
{
    put_template();
    skill_fixture_file(&with, "templates/demo/manifest.json", "{}");
    skill_fixture_file(&with, "templates/demo/manifest.yaml", "a: b");
    skill_fixture_file(&with, "templates/demo/.git/config", "secret");
    skill_fixture_file(&with, "templates/demo/scripts/.env", "secret");
    skill_fixture_file(&with, "templates/demo/bundle_manifest.json", "{}");
    skill_fixture_file(&with, "templates/demo/game_config.json", "{}");
    ck_assert_ptr_null(run(PLAIN));
    ck_assert_str_eq(listed(), "game_config.json index.html scripts/game.js");
}
END_TEST

START_TEST(a_later_file_of_a_path_wins)
{
    const char *path, *text;
    apr_size_t len;

    put_template();
    skill_fixture_file(&with, "templates/demo/assets/audio/bgm.ogg", "old");
    skill_fixture_file(&with, "track.OGG", "new");
    skill_fixture_file(&with, "last.bin", "last");
    ck_assert_ptr_null(run(apr_psprintf(test_pool,
        "{\"template_id\": \"demo\", \"game_config\": {},"
        " \"audio_uri\": \"file://%s/track.OGG\", \"assets\": ["
        "{\"uri\": \"%s/last.bin\", \"type\": \"audio\","
        " \"slot\": \"bgm.ogg\"}, {\"uri\": \"%s/last.bin\","
        " \"type\": \"other\", \"slot\": \"\"}]}", with.dir, with.dir,
        with.dir)));
    ck_assert_str_eq(listed(), "assets/audio/bgm.ogg assets/other/last.bin"
                     " game_config.json index.html scripts/game.js");
    path = apr_pstrcat(test_pool, skill_fixture_text(&with, "bundle_uri"),
                       "assets/audio/bgm.ogg", NULL);
    path = skill_fixture_path(&with, path);
    ck_assert_ptr_null(game_store_read(test_pool, path, 100, &text, &len));
    ck_assert_str_eq(text, "last");
}
END_TEST

START_TEST(optimisations_are_recorded_in_order)
{
    put_template();
    ck_assert_ptr_null(run("{\"template_id\": \"demo\", \"game_config\": {},"
                           " \"version\": \"2.1.0\", \"optimization\":"
                           " {\"tree_shake\": true, \"minify_css\": false,"
                           " \"generate_sourcemaps\": true}}"));
    ck_assert_str_eq(game_canon_compact(test_pool, game_json_member(
        with.result.data, "optimizations_applied")),
        "[\"minify_js\",\"tree_shake\"]");
    ck_assert_str_eq(game_json_member_text(
                         game_json_member(with.result.data, "manifest"),
                         "version"), "2.1.0");
}
END_TEST

/* ---- templates ---- */

#define SHARED "common/engine.js game_config.json index.html"

START_TEST(a_template_id_leads_to_its_base)
{
    skill_fixture_file(&with, "templates/catch_game/index.html", "catch");
    skill_fixture_file(&with, "templates/catch_game/only.txt", "");
    skill_fixture_file(&with, "templates/generic/index.html", "generic");
    skill_fixture_file(&with, "templates/common/engine.js", "shared");
    ck_assert_ptr_null(run("{\"template_id\": \"collect_coins_v1\","
                           " \"game_config\": {}}"));
    ck_assert_str_eq(listed(), "common/engine.js game_config.json index.html"
                     " only.txt");
    ck_assert_str_eq(game_json_member_text(
                         game_json_member(with.result.data, "manifest"),
                         "template_id"), "collect_coins_v1");
    ck_assert_ptr_null(run("{\"template_id\": \"unheard_of\","
                           " \"game_config\": {}}"));
    ck_assert_str_eq(listed(), SHARED);
    ck_assert_ptr_null(run("{\"template_id\": \"common\","
                           " \"game_config\": {}}"));
    ck_assert_str_eq(listed(), SHARED);
}
END_TEST

START_TEST(without_a_template_there_is_a_placeholder)
{
    game_bundle_report_t report;
    const char *path;

    if (_i) {
        with.env.templates = NULL;
    }
    ck_assert_ptr_null(run("{\"template_id\": \"quiz\", \"game_config\":"
                           " {\"template_id\": \"quiz\", \"settings\": {},"
                           " \"visuals\": {}}}"));
    ck_assert_str_eq(listed(), "game_config.json index.html"
                     " scripts/game.js styles/main.css");
    path = skill_fixture_path(&with, skill_fixture_text(&with,
                                                        "bundle_uri"));
    game_validate_bundle_tree(test_pool, path, &report);
    ck_assert(game_validate_bundle_passes(&report, 1));
    ck_assert_int_eq(report.info->nelts, 0);
    ck_assert_int_eq(access(apr_pstrcat(test_pool, path, "/assets", NULL),
                            F_OK), 0);
}
END_TEST

START_TEST(a_link_in_a_template_is_refused)
{
    static const char *const names[] = {
        "templates/demo/link.txt", "templates/demo/scripts/link.txt"
    };

    put_template();
    ck_assert_int_eq(symlink("index.html", in_dir(names[_i])), 0);
    ck_assert_str_eq(run(PLAIN), "EXECUTION_ERROR");
    ck_assert_int_eq(skill_fixture_left(&with), 0);
    ck_assert_int_eq(unlink(in_dir(names[_i])), 0);
    ck_assert_int_eq(mkfifo(in_dir(names[_i]), 0600), 0);
    ck_assert_str_eq(run(PLAIN), "EXECUTION_ERROR");
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(a_template_that_is_a_link_is_refused)
{
    skill_fixture_file(&with, "elsewhere/index.html", "page");
    skill_fixture_file(&with, "templates/other/index.html", "page");
    ck_assert_int_eq(symlink("../elsewhere", in_dir("templates/demo")), 0);
    ck_assert_str_eq(run(PLAIN), "EXECUTION_ERROR");
}
END_TEST

START_TEST(a_name_that_is_no_text_is_refused)
{
    static const char *const names[] = {
        "templates/demo/a\nb", "templates/demo/\351", "templates/demo/a\\b"
    };

    put_template();
    skill_fixture_file(&with, names[_i], "");
    ck_assert_str_eq(run(PLAIN), "EXECUTION_ERROR");
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(a_template_without_a_page_is_no_game)
{
    skill_fixture_file(&with, "templates/demo/page.html", "page");
    ck_assert_str_eq(run(PLAIN), "MISSING_REQUIRED_FILE");
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(a_template_is_only_so_deep)
{
    const char *path = "templates/demo";
    int depth;

    put_template();
    for (depth = 0; depth <= GAME_BUNDLE_DEPTH; depth++) {
        path = apr_pstrcat(test_pool, path, "/d", NULL);
    }
    skill_fixture_file(&with, apr_pstrcat(test_pool, path, "/f", NULL), "");
    ck_assert_str_eq(run(PLAIN), "EXECUTION_ERROR");
}
END_TEST

/* ---- assets ---- */

static const char *const slots[] = {
    "../x", "..", ".", ".x", "a/b", "/x", "a\\\\b", "a..b", "\\u0001", "a\\n"
};

START_TEST(a_slot_is_one_name)
{
    put_template();
    skill_fixture_file(&with, "a.png", "png");
    ck_assert_str_eq(run(apr_psprintf(test_pool,
        "{\"template_id\": \"demo\", \"game_config\": {}, \"assets\": ["
        "{\"uri\": \"%s/a.png\", \"type\": \"image\", \"slot\": \"%s\"}]}",
        with.dir, slots[_i])), "INPUT_VALIDATION_FAILED");
    ck_assert_ptr_null(with.result.data);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

/* URIs without a slot, whose last part is none. */
static const char *const nameless[] = {
    "", "/", "/a/..", "/a/.b", "https://example.org/", "https://a/b/?c/d.png"
};

START_TEST(a_uri_without_a_name_needs_a_slot)
{
    put_template();
    ck_assert_str_eq(run(apr_psprintf(test_pool,
        "{\"template_id\": \"demo\", \"game_config\": {}, \"assets\": ["
        "{\"uri\": \"%s\", \"type\": \"image\", \"slot\": \"\"}]}",
        nameless[_i])), "INPUT_VALIDATION_FAILED");
}
END_TEST

/* URIs that lead to no file of ours. */
static const char *const absent[] = {
    "https://example.org/a.png", "http://example.org/a.png", "/etc/passwd",
    "file:///etc/passwd", "a.png", "data:image/png;base64,AA",
    "/campaign-assets/sha256/../../given/a.png", "/campaign-assets/bundles",
    "ftp://example.org/a.png"
};

START_TEST(what_cannot_be_had_is_left_out)
{
    const game_json_t *out;

    put_template();
    skill_fixture_file(&with, "given/a.png", "png");
    with.store.assets = NULL;
    ck_assert_ptr_null(run(apr_psprintf(test_pool,
        "{\"template_id\": \"demo\", \"game_config\": {},"
        " \"audio_uri\": \"%s\", \"assets\": [{\"uri\": \"%s\","
        " \"type\": \"image\", \"slot\": \"a.png\"}]}", absent[_i],
        absent[_i])));
    ck_assert_str_eq(listed(), "game_config.json index.html"
                     " scripts/game.js");
    ck_assert_str_eq(game_canon_compact(test_pool, game_json_member(
                         game_json_member(with.result.data, "manifest"),
                         "assets")),
                     "{\"images\":[],\"audio\":[],\"video\":[],"
                     "\"models\":[],\"configs\":[]}");
    out = game_json_member(with.result.debug, "left_out");
    ck_assert_uint_eq(game_json_size(out), 2);
    ck_assert_str_eq(game_json_member_text(game_json_at(out, 1), "uri"),
                     absent[_i]);
    ck_assert_ptr_nonnull(game_json_member_text(game_json_at(out, 1),
                                                "reason"));
}
END_TEST

START_TEST(what_cannot_be_fetched_is_left_out)
{
    put_template();
    with.env.allow_fetch = 1;
    ck_assert_ptr_null(run("{\"template_id\": \"demo\", \"game_config\": {},"
                           " \"audio_uri\": \"http://127.0.0.1:1/a.mp3\"}"));
    ck_assert_str_eq(listed(), "game_config.json index.html"
                     " scripts/game.js");
    ck_assert_uint_eq(game_json_size(game_json_member(with.result.debug,
                                                      "left_out")), 1);
}
END_TEST

START_TEST(what_may_be_fetched_is_in_the_bundle)
{
    const stub_http_answer_t answers[] = {
        {stub_http_answer("200 OK", "image/png", "picture"), 0, 0}
    };
    stub_http_t *server = stub_http_start(answers, 1);

    put_template();
    with.env.allow_fetch = 1;
    ck_assert_ptr_null(run(apr_psprintf(test_pool,
        "{\"template_id\": \"demo\", \"game_config\": {}, \"assets\": ["
        "{\"uri\": \"%s\", \"type\": \"image\", \"slot\": \"a.png\"},"
        " {\"uri\": \"%s?x=1#y\", \"type\": \"image\", \"slot\": \"\"}]}",
        server->url, server->url)));
    ck_assert_str_eq(listed(), "assets/image/a.png assets/image/make"
                     " game_config.json index.html scripts/game.js");
    ck_assert_int_eq(server->count, 2);
    ck_assert_int_eq(strncmp(server->request[0], "GET /make HTTP", 14), 0);
    ck_assert_str_eq(game_canon_compact(test_pool, game_json_member(
                         game_json_member(game_json_member(with.result.data,
                                                           "manifest"),
                                          "assets"), "images")),
                     "[\"assets/image/a.png\",\"assets/image/make\"]");
}
END_TEST

START_TEST(a_track_keeps_an_extension_that_is_one)
{
    static const struct {
        const char *file;
        const char *name;
    } tracks[] = {
        {"t.WAV", "bgm.wav"}, {"t", "bgm"}, {"t.w v", "bgm"},
        {"t.tar.gz", "bgm.gz"}
    };

    put_template();
    skill_fixture_file(&with, tracks[_i].file, "sound");
    ck_assert_ptr_null(run(apr_psprintf(test_pool,
        "{\"template_id\": \"demo\", \"game_config\": {},"
        " \"audio_uri\": \"%s/%s\"}", with.dir, tracks[_i].file)));
    ck_assert_str_eq(listed(), apr_psprintf(test_pool, "assets/audio/%s"
                     " game_config.json index.html scripts/game.js",
                     tracks[_i].name));
}
END_TEST

/* ---- stopping ---- */

START_TEST(a_cancelled_bundle_leaves_nothing)
{
    const char *code = "";
    int count = 0;

    put_template();
    skill_fixture_file(&with, "a.png", "png");
    for (with.passes = 0; code; with.passes++) {
        code = run(apr_psprintf(test_pool, "{\"template_id\": \"demo\","
            " \"game_config\": {}, \"audio_uri\": \"%s/a.png\","
            " \"assets\": [{\"uri\": \"%s/a.png\", \"type\": \"image\","
            " \"slot\": \"a.png\"}]}", with.dir, with.dir));
        if (code) {
            ck_assert_str_eq(code, "RUN_CANCELLED");
            count++;
        }
        ck_assert_int_eq(skill_fixture_left(&with), 0);
    }
    ck_assert_int_ge(count, 5);
}
END_TEST

/* Inputs of any shape. */
static const char *const hostile[] = {
    "null", "[]", "{}", "\"\"", "{\"template_id\": 1, \"game_config\": 2}",
    "{\"template_id\": \"../x\", \"game_config\": {}}",
    "{\"template_id\": \"demo\", \"game_config\": {}, \"assets\": {}}",
    "{\"template_id\": \"demo\", \"game_config\": {}, \"assets\": [null]}",
    "{\"template_id\": \"demo\", \"game_config\": {}, \"assets\": [{}]}",
    "{\"template_id\": \"demo\", \"game_config\": {}, \"audio_uri\": []}"
};

START_TEST(a_wrong_input_fails)
{
    put_template();
    ck_assert_str_eq(run(hostile[_i]), "INPUT_VALIDATION_FAILED");
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

static void run_damaged(void *baton, const game_json_t *whole)
{
    game_skill_result_t result = {NULL};
    game_fault_t *fault = game_skill_bundle.run(&with.call, whole, &result);
    int *made = baton;

    ck_assert(fault || result.data);
    *made += !fault;
}

START_TEST(no_value_in_any_place_is_a_surprise)
{
    int made = 0;
    int all = campaign_damage(stub_json("{\"template_id\": \"demo\","
        " \"game_config\": {\"a\": 1}, \"audio_uri\": \"/a.wav\","
        " \"assets\": [{\"uri\": \"/a\", \"type\": \"image\","
        " \"slot\": \"s\"}], \"version\": \"1.0.0\","
        " \"optimization\": {\"minify_js\": true}}"), run_damaged, &made);

    ck_assert_int_gt(made, 0);
    ck_assert_int_lt(made, all);
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

START_TEST(a_version_that_is_none_fails)
{
    put_template();
    ck_assert_str_eq(run("{\"template_id\": \"demo\", \"game_config\": {},"
                         " \"version\": \"new\"}"), "VALIDATION_ERROR");
    ck_assert_int_eq(skill_fixture_left(&with), 0);
}
END_TEST

#define LOOP(test, count) tcase_add_loop_test(tests, test, 0, count)
Suite *campaign_bundle_suite(void)
{
    Suite *suite = suite_create("campaign_bundle");
    TCase *tests = fixture_case("campaign_bundle");

    tcase_add_checked_fixture(tests, bundle_setup, NULL);
    tcase_set_timeout(tests, 60);
    LOOP(a_path_stays_in_its_tree, COUNT_OF(paths));
    tcase_add_test(tests, a_bundle_is_a_tree_with_its_manifest);
    tcase_add_test(tests, equal_inputs_give_one_tree);
    LOOP(a_damaged_bundle_is_made_anew, COUNT_OF(damages));
    tcase_add_test(tests, what_is_of_the_template_only_stays_there);
    tcase_add_test(tests, a_later_file_of_a_path_wins);
    tcase_add_test(tests, optimisations_are_recorded_in_order);
    tcase_add_test(tests, a_template_id_leads_to_its_base);
    LOOP(without_a_template_there_is_a_placeholder, 2);
    LOOP(a_link_in_a_template_is_refused, 2);
    tcase_add_test(tests, a_template_that_is_a_link_is_refused);
    LOOP(a_name_that_is_no_text_is_refused, 3);
    tcase_add_test(tests, a_template_without_a_page_is_no_game);
    tcase_add_test(tests, a_template_is_only_so_deep);
    LOOP(a_slot_is_one_name, COUNT_OF(slots));
    LOOP(a_uri_without_a_name_needs_a_slot, COUNT_OF(nameless));
    LOOP(what_cannot_be_had_is_left_out, COUNT_OF(absent));
    tcase_add_test(tests, what_cannot_be_fetched_is_left_out);
    tcase_add_test(tests, what_may_be_fetched_is_in_the_bundle);
    LOOP(a_track_keeps_an_extension_that_is_one, 4);
    tcase_add_test(tests, a_cancelled_bundle_leaves_nothing);
    LOOP(a_wrong_input_fails, COUNT_OF(hostile));
    tcase_add_test(tests, no_value_in_any_place_is_a_surprise);
    tcase_add_test(tests, a_version_that_is_none_fails);
    suite_add_tcase(suite, tests);
    return suite;
}

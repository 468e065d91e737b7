/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The rules of bundles beside their vectors: manifests of any shape, and
 * trees of which one thing is wrong.
 */
#include "fixture.h"

#include "bundle.h"
#include "campaign_json.h"
#include "canon.h"
#include "documents.h"
#include "stub.h"
#include "validate_bundle.h"

#include <apr_strings.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- documents ---- */

#define HEX16 "0123456789abcdef"
#define HEAD \
    "\"bundle_id\": \"b\", \"template_id\": \"t\", \"version\": \"1.0.0\"," \
    " \"created_at\": \"2026-02-03T12:00:00Z\","
#define FILES \
    "\"files\": [{\"path\": \"index.html\", \"size_bytes\": 1," \
    " \"content_type\": \"text/html\", \"checksum\": \"" HEX16 "\"}," \
    " {\"path\": \"game_config.json\", \"size_bytes\": 2," \
    " \"content_type\": \"text/html\", \"checksum\": \"" HEX16 "\"}],"
/* of the 32 digits above */
#define SUM \
    "\"checksum\": \"" \
    "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9\","
#define ENTRY "\"entry_point\": \"index.html\","
#define ASSETS \
    "\"assets\": {\"images\": [], \"audio\": [], \"video\": []," \
    " \"models\": [], \"configs\": []},"
#define META \
    "\"metadata\": {\"total_size_bytes\": 3, \"file_count\": 2," \
    " \"optimizations_applied\": []}"

static const struct {
    const char *manifest;
    const char *told;
} manifests[] = {
    {"{" HEAD FILES SUM ENTRY ASSETS META "}", ""},
    {"null", " VALIDATION_ERROR;"},
    {"[]", " VALIDATION_ERROR;"},
    {"7", " VALIDATION_ERROR;"},
    {"{" HEAD "\"files\": 1," SUM ENTRY ASSETS META "}",
     "files VALIDATION_ERROR;"},
    {"{" HEAD "\"files\": [null, 1]," SUM ENTRY ASSETS
     "\"metadata\": {\"total_size_bytes\": 0, \"file_count\": 2,"
     " \"optimizations_applied\": []}}",
     "files.0 VALIDATION_ERROR;files.1 VALIDATION_ERROR;"
     "entry_point MISSING_REQUIRED_FILE;files MISSING_REQUIRED_FILE;"
     "files MISSING_REQUIRED_FILE;checksum CHECKSUM_MISMATCH;"},
    {"{" HEAD FILES SUM "\"entry_point\": \"\"," ASSETS META "}",
     "entry_point VALIDATION_ERROR;"},
    {"{" HEAD FILES SUM "\"entry_point\": \"/index.html\"," ASSETS META "}",
     "entry_point MISSING_REQUIRED_FILE;"},
    {"{" HEAD FILES SUM ENTRY "\"assets\": [],"  META "}",
     "assets VALIDATION_ERROR;"},
    {"{" HEAD FILES SUM ENTRY "\"assets\": {\"images\": [1], \"audio\": {},"
     " \"video\": [\"x\", \"index.html\"], \"models\": [], \"configs\":"
     " []}," META "}",
     "assets.audio VALIDATION_ERROR;assets.images VALIDATION_ERROR;"
     "assets.video.0 MISSING_ASSET;"},
    {"{" HEAD FILES SUM ENTRY ASSETS "\"metadata\": 1}",
     "metadata VALIDATION_ERROR;"},
    {"{" HEAD FILES SUM ENTRY ASSETS "\"metadata\":"
     " {\"total_size_bytes\": -3, \"file_count\": 1.5,"
     " \"optimizations_applied\": [1]}}",
     "metadata.total_size_bytes VALIDATION_ERROR;"
     "metadata.file_count VALIDATION_ERROR;"
     "metadata.optimizations_applied VALIDATION_ERROR;"},
    {"{" HEAD FILES "\"checksum\": 1," ENTRY ASSETS META "}",
     "checksum VALIDATION_ERROR;"},
    {"{" HEAD FILES "\"checksum\": \"\"," ENTRY ASSETS META "}",
     "checksum INVALID_HASH;"},
    {"{\"bundle_id\": \"\", \"template_id\": [], \"version\": \"1.0\","
     " \"created_at\": \"yesterday\"," FILES SUM ENTRY ASSETS META "}",
     "bundle_id VALIDATION_ERROR;template_id VALIDATION_ERROR;"
     "version VALIDATION_ERROR;created_at VALIDATION_ERROR;"}
};

START_TEST(a_manifest_is_checked)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));

    game_validate_bundle(test_pool, stub_json(manifests[_i].manifest),
                         issues);
    ck_assert_str_eq(document_issues(issues), manifests[_i].told);
}
END_TEST

START_TEST(no_manifest_is_none)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));

    game_validate_bundle(test_pool, NULL, issues);
    ck_assert_str_eq(document_issues(issues), " VALIDATION_ERROR;");
}
END_TEST

static void check_damaged(void *baton, const game_json_t *whole)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));
    int *with_issues = baton;

    game_validate_bundle(test_pool, whole, issues);
    document_issues(issues);
    *with_issues += issues->nelts > 0;
}

START_TEST(no_value_in_any_place_is_a_surprise)
{
    int with_issues = 0;
    int all = campaign_damage(stub_json(manifests[0].manifest),
                              check_damaged, &with_issues);

    ck_assert_int_gt(with_issues, all * 9 / 10);
    ck_assert_int_lt(with_issues, all);         /* ids may be any text */
}
END_TEST

/* ---- trees ---- */

#define PAGE \
    "<meta name=\"viewport\"><link href=\"game_config.json\">" \
    "<script src=\"a.js\"></script>"
#define CONFIG "{\"template_id\":\"t\",\"settings\":{},\"visuals\":{}}"

static const char *dir;
static game_bundle_report_t report;

static void put(const char *path, const char *text)
{
    ck_assert_ptr_null(game_bundle_put(test_pool, dir, path, text,
                                       strlen(text)));
}

static void put_long(const char *path, apr_off_t size)
{
    put(path, "");
    ck_assert_int_eq(truncate(apr_pstrcat(test_pool, dir, "/", path, NULL),
                              size), 0);
}

/* Write a manifest that fits the tree, with a last word of the test's. */
static void put_manifest(void (*change)(game_json_t *manifest))
{
    game_json_t *manifest = stub_json("{" HEAD ENTRY ASSETS META "}");
    apr_array_header_t *files;
    char sum[GAME_HASH_SIZE];
    apr_int64_t total;

    ck_assert_ptr_null(game_bundle_list(test_pool, dir, &files));
    game_json_set(manifest, "files",
                  game_bundle_files(test_pool, files, &total));
    game_bundle_checksum(test_pool, files, sum);
    game_json_set_string(test_pool, manifest, "checksum", sum);
    if (change) {
        change(manifest);
    }
    put(GAME_BUNDLE_MANIFEST, game_canon_pretty(test_pool, manifest));
}

static void tree_setup(void)
{
    dir = fixture_folder();
    put("index.html", PAGE);
    put("game_config.json", CONFIG);
    put("a.js", "go()");
}

static void check(void)
{
    game_validate_bundle_tree(test_pool, dir, &report);
}

START_TEST(a_good_tree_passes)
{
    put_manifest(NULL);
    check();
    ck_assert_str_eq(document_issues(report.errors), "");
    ck_assert_str_eq(document_issues(report.warnings), "");
    ck_assert_str_eq(document_issues(report.info), "");
    ck_assert(game_validate_bundle_passes(&report, 1));
    ck_assert_int_eq(report.file_count, 3);
    ck_assert_int_eq(report.total_size,
                     (int)(strlen(PAGE) + strlen(CONFIG) + 4));
}
END_TEST

START_TEST(no_tree_is_not_found)
{
    static const char *const nowhere[] = {
        "/none", "/index.html", "/link"
    };
    const char *base = dir;

    ck_assert_int_eq(symlink(".", apr_pstrcat(test_pool, base, "/link",
                                              NULL)), 0);
    dir = apr_pstrcat(test_pool, base, nowhere[_i], NULL);
    check();
    ck_assert_str_eq(document_issues(report.errors), " BUNDLE_NOT_FOUND;");
    ck_assert(!game_validate_bundle_passes(&report, 0));
}
END_TEST

/* Members that a manifest is without, or what they are instead. */
static void without_ids(game_json_t *manifest)
{
    game_json_remove(manifest, "bundle_id");
    game_json_set_string(test_pool, manifest, "template_id", "");
    game_json_set(manifest, "entry_point", game_json_new_int(test_pool, 1));
}

static void without_list(game_json_t *manifest)
{
    game_json_remove(manifest, "version");
    game_json_set(manifest, "files", game_json_new_array(test_pool));
}

static void with_absent(game_json_t *manifest)
{
    game_json_set(manifest, "files", stub_json(
        "[{\"path\": \"../index.html\"}, {\"path\": 1}, null,"
        " {\"path\": \"a.js\", \"checksum\": \"" HEX16 "\"}]"));
    game_json_set(manifest, "assets", stub_json(
        "{\"images\": [\"x.png\", \"a.js\", 3], \"audio\": 1}"));
    game_json_set_string(test_pool, manifest, "checksum", HEX16);
}

static const struct {
    void (*change)(game_json_t *manifest);
    const char *errors;
    const char *warnings;
} changes[] = {
    {without_ids, "bundle_manifest.json MISSING_BUNDLE_ID;"
     "bundle_manifest.json MISSING_TEMPLATE_ID;"
     "bundle_manifest.json MISSING_ENTRY_POINT;", ""},
    {without_list, "", "bundle_manifest.json MISSING_VERSION;"
     "bundle_manifest.json EMPTY_FILES_LIST;"},
    {with_absent, "../index.html MISSING_ASSET;files MISSING_ASSET;"
     "files MISSING_ASSET;a.js CHECKSUM_MISMATCH;x.png MISSING_ASSET;"
     "images MISSING_ASSET;bundle_manifest.json CHECKSUM_MISMATCH;", ""}
};

START_TEST(a_wrong_manifest_is_told)
{
    put_manifest(changes[_i].change);
    check();
    ck_assert_str_eq(document_issues(report.errors), changes[_i].errors);
    ck_assert_str_eq(document_issues(report.warnings), changes[_i].warnings);
    ck_assert_int_eq(game_validate_bundle_passes(&report, 0),
                     !*changes[_i].errors);
    ck_assert(!game_validate_bundle_passes(&report, 1));
}
END_TEST

/* Files of a tree: what one of them is instead, before the manifest. */
static const struct {
    const char *path;
    const char *text;
    const char *errors;
    const char *warnings;
    const char *info;
} files[] = {
    {"game_config.json", "{", "game_config.json INVALID_CONFIG_JSON;", "",
     ""},
    {"game_config.json", "[]", "game_config.json INVALID_CONFIG_JSON;", "",
     ""},
    {"game_config.json", "{\"template_id\": 1, \"settings\": []}",
     "game_config.json MISSING_CONFIG_TEMPLATE_ID;"
     "game_config.json MISSING_CONFIG_SETTINGS;",
     "game_config.json MISSING_CONFIG_VISUALS;", ""},
    {"index.html", "", "", "index.html NO_CONFIG_REFERENCE;"
     "index.html NO_VIEWPORT_META;", ""},
    {"index.html", PAGE "<SCRIPT>\n go()</SCRIPT>", "", "",
     "index.html INLINE_SCRIPT;"},
    {"index.html", PAGE "<script >", "", "", "index.html INLINE_SCRIPT;"},
    {"index.html", PAGE "<script", "", "", ""},
    {"index.html", PAGE "<script type=module src=b.js> </script>", "", "",
     ""},
    {"a.js", "x = eval (y)", "", "a.js EVAL_USAGE;", ""},
    {"a.js", "x = medieval(y), a.eval(y), eval.x, $eval(y); evaluate(y)",
     "", "", ""},
    {"a.js", "eval", "", "", ""},
    {"sub/page.html", "<p onclick=\"eval('1')\">", "",
     "sub/page.html EVAL_USAGE;", ""},
    {"notes.txt", "eval(x) <script>x</script>", "", "", ""}
};

START_TEST(what_files_say_is_told)
{
    put(files[_i].path, files[_i].text);
    put_manifest(NULL);
    check();
    ck_assert_str_eq(document_issues(report.errors), files[_i].errors);
    ck_assert_str_eq(document_issues(report.warnings), files[_i].warnings);
    ck_assert_str_eq(document_issues(report.info), files[_i].info);
}
END_TEST

/* Required files, and what is told without them. */
static const struct {
    const char *path;
    const char *errors;
} required[] = {
    {"index.html", "index.html MISSING_REQUIRED_FILE;"},
    {"game_config.json", "game_config.json MISSING_REQUIRED_FILE;"
     "game_config.json MISSING_CONFIG;"},
    {"bundle_manifest.json", "bundle_manifest.json MISSING_REQUIRED_FILE;"
     "bundle_manifest.json MISSING_MANIFEST;"}
};

START_TEST(a_required_file_is_missed)
{
    const char *path = apr_pstrcat(test_pool, dir, "/", required[_i].path,
                                   NULL);

    put_manifest(NULL);
    ck_assert_int_eq(unlink(path), 0);
    put_manifest(NULL);
    if (_i == 2) {
        ck_assert_int_eq(unlink(path), 0);
    }
    check();
    ck_assert_str_eq(document_issues(report.errors), required[_i].errors);
}
END_TEST

START_TEST(a_manifest_that_is_no_json_is_told)
{
    put(GAME_BUNDLE_MANIFEST, _i ? "\"text\"" : "{\"files\":");
    check();
    ck_assert_str_eq(document_issues(report.errors),
                     "bundle_manifest.json INVALID_MANIFEST_JSON;");
}
END_TEST

START_TEST(a_changed_file_is_told)
{
    put_manifest(NULL);
    put("a.js", "no()");
    check();
    ck_assert_str_eq(document_issues(report.errors),
                     "a.js CHECKSUM_MISMATCH;"
                     "bundle_manifest.json CHECKSUM_MISMATCH;");
}
END_TEST

START_TEST(a_link_is_not_followed)
{
    put_manifest(NULL);
    ck_assert_int_eq(symlink("/etc/passwd",
                             apr_pstrcat(test_pool, dir, "/b.js", NULL)), 0);
    check();
    ck_assert_str_eq(document_issues(report.errors), " BUNDLE_NOT_FOUND;");
    ck_assert_int_eq(unlink(apr_pstrcat(test_pool, dir, "/b.js", NULL)), 0);
    ck_assert_int_eq(unlink(apr_pstrcat(test_pool, dir,
                                        "/" GAME_BUNDLE_MANIFEST, NULL)), 0);
    ck_assert_int_eq(symlink("game_config.json",
                             apr_pstrcat(test_pool, dir,
                                         "/" GAME_BUNDLE_MANIFEST, NULL)),
                     0);
    check();
    ck_assert_str_eq(document_issues(report.errors),
                     "bundle_manifest.json MISSING_REQUIRED_FILE;"
                     "bundle_manifest.json MISSING_MANIFEST;");
}
END_TEST

#define MIB (1024 * 1024)

START_TEST(what_is_large_is_told)
{
    put_long("a.bin", 10 * MIB);
    put_manifest(NULL);
    check();
    ck_assert_str_eq(document_issues(report.warnings),
                     " LARGE_MOBILE_BUNDLE;");
    put_long("a.bin", 10 * MIB + 1);
    put_long("b.js", 41 * MIB);
    put_manifest(NULL);
    check();
    ck_assert_str_eq(document_issues(report.warnings),
                     "a.bin OVERSIZED_FILE;"
                     "b.js OVERSIZED_FILE; OVERSIZED_BUNDLE;"
                     " LARGE_MOBILE_BUNDLE;");
}
END_TEST

START_TEST(loading_takes_its_time)
{
    int small = (int)(strlen(PAGE) + strlen(CONFIG) + 4);

    put_long("a.bin", 3 * MIB - small);
    put_manifest(NULL);
    check();
    ck_assert_int_eq(report.load_ms, 16000);
}
END_TEST

Suite *campaign_validate_bundle_suite(void)
{
    Suite *suite = suite_create("campaign_validate_bundle");
    TCase *documents = fixture_case("documents");
    TCase *trees = fixture_case("trees");

    tcase_add_loop_test(documents, a_manifest_is_checked, 0,
                        COUNT_OF(manifests));
    tcase_add_test(documents, no_manifest_is_none);
    tcase_add_test(documents, no_value_in_any_place_is_a_surprise);
    suite_add_tcase(suite, documents);
    tcase_add_checked_fixture(trees, tree_setup, NULL);
    tcase_set_timeout(trees, 60);
    tcase_add_test(trees, a_good_tree_passes);
    tcase_add_loop_test(trees, no_tree_is_not_found, 0, 3);
    tcase_add_loop_test(trees, a_wrong_manifest_is_told, 0,
                        COUNT_OF(changes));
    tcase_add_loop_test(trees, what_files_say_is_told, 0, COUNT_OF(files));
    tcase_add_loop_test(trees, a_required_file_is_missed, 0,
                        COUNT_OF(required));
    tcase_add_loop_test(trees, a_manifest_that_is_no_json_is_told, 0, 2);
    tcase_add_test(trees, a_changed_file_is_told);
    tcase_add_test(trees, a_link_is_not_followed);
    tcase_add_test(trees, what_is_large_is_told);
    tcase_add_test(trees, loading_takes_its_time);
    suite_add_tcase(suite, trees);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading: which file a URI means and which it must not reach, extensions
 * and types, limits.
 */
#include "fixture.h"

#include "store.h"

#include <apr_strings.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define ABC_HASH \
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static game_store_t store;
static const char *folder;

static const char *below(const char *name)
{
    return apr_pstrcat(test_pool, folder, "/", name, NULL);
}

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(below(name), "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void put_link(const char *to, const char *name)
{
    ck_assert_int_eq(symlink(to, below(name)), 0);
}

/* A store with one blob, and folders of assets beside what is none. */
static void read_setup(void)
{
    static const char *const folders[] = {
        "assets", "assets/sub", "assetsX", "more",
    };
    static const char *const roots[] = { "missing", "linked", "more/" };
    apr_array_header_t *assets;
    game_stored_t out;
    int i;

    folder = fixture_folder();
    for (i = 0; i < COUNT_OF(folders); i++) {
        ck_assert_int_eq(mkdir(below(folders[i]), 0755), 0);
    }
    put_link("assets", "linked");
    put_file("secret.mp4", "secret");
    put_file("assetsX/a.mp4", "secret");
    put_file("assets/a.mp4", "a");
    put_file("assets/b c.mp4", "bc");
    put_file("assets/%2e.mp4", "odd");
    put_file("assets/sub/x.txt", "xyz");
    put_file("more/m.wav", "m");
    put_link("a.mp4", "assets/in.mp4");
    put_link("../secret.mp4", "assets/out.mp4");
    put_link("..", "assets/up");
    put_link("nowhere", "assets/broken.mp4");
    ck_assert_int_eq(mkfifo(below("assets/pipe"), 0644), 0);
    assets = apr_array_make(test_pool, 3, sizeof(const char *));
    for (i = 0; i < COUNT_OF(roots); i++) {
        APR_ARRAY_PUSH(assets, const char *) = below(roots[i]);
    }
    store.root = below("store");
    store.base = "/campaign-assets";
    store.assets = assets;
    ck_assert_ptr_null(game_store_open(test_pool, &store));
    ck_assert_ptr_null(game_store_put(test_pool, &store, "abc", 3, "json",
                                      &out));
    put_file("store/tmp/unfinished", "not yet");
    put_file("store/other.json", "{}");
    put_link("../../secret.mp4", "store/sha256/out");
}

/* ---- URIs ---- */

/* A '@' is the test's folder. */
static const struct {
    const char *uri;
    game_uri_e kind;
    const char *path;
} uris[] = {
    /* of the store */
    {"/campaign-assets/sha256/ba/78/" ABC_HASH ".json", GAME_URI_LOCAL,
     "@/store/sha256/ba/78/" ABC_HASH ".json"},
    {"/campaign-assets/sha256/ba/78", GAME_URI_LOCAL, "@/store/sha256/ba/78"},
    {"/campaign-assets/sha256/ba/78/" ABC_HASH ".wav", GAME_URI_MISSING, ""},
    {"/campaign-assets/sha256/ba/78/" ABC_HASH ".json/", GAME_URI_MISSING,
     ""},
    {"/campaign-assets/sha256/ba/78/" ABC_HASH ".json?x=1",
     GAME_URI_MISSING, ""},
    {"/campaign-assets/tmp/unfinished", GAME_URI_MISSING, ""},
    {"/campaign-assets/sha256/../tmp/unfinished", GAME_URI_MISSING, ""},
    {"/campaign-assets/other.json", GAME_URI_MISSING, ""},
    {"/campaign-assets/sha256", GAME_URI_MISSING, ""},
    {"/campaign-assets/", GAME_URI_MISSING, ""},
    {"/campaign-assets", GAME_URI_MISSING, ""},
    {"/campaign-assets/sha256/out", GAME_URI_MISSING, ""},
    {"/campaign-assets/../secret.mp4", GAME_URI_MISSING, ""},
    {"/campaign-assets/../assets/a.mp4", GAME_URI_MISSING, ""},
    {"/campaign-assets/%2e%2e/secret.mp4", GAME_URI_MISSING, ""},
    {"/campaign-assetsX/a.mp4", GAME_URI_MISSING, ""},
    {"/campaign-assets.json", GAME_URI_MISSING, ""},
    {"campaign-assets/sha256/ba/78/" ABC_HASH ".json", GAME_URI_MISSING, ""},
    /* of elsewhere */
    {"http://e.example/a", GAME_URI_REMOTE, ""},
    {"https://e.example/a", GAME_URI_REMOTE, ""},
    {"http:/e", GAME_URI_MISSING, ""},
    {"httpsx://e", GAME_URI_MISSING, ""},
    {"ftp://e/x", GAME_URI_MISSING, ""},
    {"data:text/plain,a", GAME_URI_MISSING, ""},
    {"javascript:alert(1)", GAME_URI_MISSING, ""},
    {"", GAME_URI_MISSING, ""},
    {NULL, GAME_URI_MISSING, ""},
    /* of the file system */
    {"@/assets/a.mp4", GAME_URI_LOCAL, "@/assets/a.mp4"},
    {"@/linked/a.mp4", GAME_URI_LOCAL, "@/assets/a.mp4"},
    {"@/assets/sub", GAME_URI_LOCAL, "@/assets/sub"},
    {"@/assets/sub/", GAME_URI_LOCAL, "@/assets/sub"},
    {"@/assets/sub/../b c.mp4", GAME_URI_LOCAL, "@/assets/b c.mp4"},
    {"@/assets/%2e.mp4", GAME_URI_LOCAL, "@/assets/%2e.mp4"},
    {"@/assets/in.mp4", GAME_URI_LOCAL, "@/assets/a.mp4"},
    {"@/more/m.wav", GAME_URI_LOCAL, "@/more/m.wav"},
    {"@/assets/../more/m.wav", GAME_URI_LOCAL, "@/more/m.wav"},
    {"@/assets", GAME_URI_MISSING, ""},
    {"@/assets/none.mp4", GAME_URI_MISSING, ""},
    {"@/assets/out.mp4", GAME_URI_MISSING, ""},
    {"@/assets/broken.mp4", GAME_URI_MISSING, ""},
    {"@/assets/up/secret.mp4", GAME_URI_MISSING, ""},
    {"@/assets/up/assets/a.mp4", GAME_URI_LOCAL, "@/assets/a.mp4"},
    {"@/assets/../secret.mp4", GAME_URI_MISSING, ""},
    {"@/assets/pipe", GAME_URI_MISSING, ""},
    {"@/assetsX/a.mp4", GAME_URI_MISSING, ""},
    {"@/secret.mp4", GAME_URI_MISSING, ""},
    {"@/store/other.json", GAME_URI_MISSING, ""},
    {"@/store/sha256/ba/78/" ABC_HASH ".json", GAME_URI_MISSING, ""},
    {"/etc/passwd", GAME_URI_MISSING, ""},
    {"/", GAME_URI_MISSING, ""},
    {"assets/a.mp4", GAME_URI_MISSING, ""},
    {"./a.mp4", GAME_URI_MISSING, ""},
    /* as URIs, which are decoded */
    {"file://@/assets/a.mp4", GAME_URI_LOCAL, "@/assets/a.mp4"},
    {"file://@/assets/b%20c.mp4", GAME_URI_LOCAL, "@/assets/b c.mp4"},
    {"file://@/assets/%252e.mp4", GAME_URI_LOCAL, "@/assets/%2e.mp4"},
    {"file://@/assets/sub/%2e%2e/a.mp4", GAME_URI_LOCAL, "@/assets/a.mp4"},
    {"file://@/assets/%2e%2e/secret.mp4", GAME_URI_MISSING, ""},
    {"file://@/assets/..%2fsecret.mp4", GAME_URI_MISSING, ""},
    {"file://@/assets/a.mp4%00", GAME_URI_MISSING, ""},
    {"file://@/assets/a.mp%", GAME_URI_MISSING, ""},
    {"file://@/assets/a.mp%zz", GAME_URI_MISSING, ""},
    {"file://@/assets/out.mp4", GAME_URI_MISSING, ""},
    {"file://host@/assets/a.mp4", GAME_URI_MISSING, ""},
    {"file://localhost@/assets/a.mp4", GAME_URI_MISSING, ""},
    {"file:@/assets/a.mp4", GAME_URI_MISSING, ""},
    {"file://", GAME_URI_MISSING, ""},
    {"file:///etc/passwd", GAME_URI_MISSING, ""},
    {"file:///campaign-assets/other.json", GAME_URI_MISSING, ""},
};

/* @return a text with the test's folder where it has a '@' */
static const char *filled(const char *text)
{
    const char *at = text ? strchr(text, '@') : NULL;

    return !at ? text : apr_pstrcat(test_pool,
                                    apr_pstrmemdup(test_pool, text,
                                                   (apr_size_t)(at - text)),
                                    folder, at + 1, NULL);
}

START_TEST(a_uri_is_resolved)
{
    const char *uri = filled(uris[_i].uri), *path = "unset";
    game_uri_e kind = game_store_resolve(test_pool, &store, uri, &path);

    ck_assert_msg(kind == uris[_i].kind, "%s is %d", uri, kind);
    if (kind == GAME_URI_LOCAL) {
        ck_assert_str_eq(path, filled(uris[_i].path));
    }
    else {
        ck_assert_ptr_null(path);
    }
}
END_TEST

START_TEST(a_long_uri_is_missing)
{
    char *uri = apr_palloc(test_pool, 100001);
    const char *path;

    memset(uri, '/', 100000);
    uri[100000] = '\0';
    ck_assert_int_eq(game_store_resolve(test_pool, &store, uri, &path),
                     GAME_URI_MISSING);
    memset(uri + 1, 'a', 99999);
    ck_assert_int_eq(game_store_resolve(test_pool, &store, uri, &path),
                     GAME_URI_MISSING);
}
END_TEST

START_TEST(without_assets_the_store_alone_is_local)
{
    const char *path;

    store.assets = NULL;
    ck_assert_int_eq(game_store_resolve(test_pool, &store,
                                        below("assets/a.mp4"), &path),
                     GAME_URI_MISSING);
    ck_assert_int_eq(game_store_resolve(test_pool, &store, "/campaign-assets"
                                        "/sha256/ba/78/" ABC_HASH ".json",
                                        &path), GAME_URI_LOCAL);
}
END_TEST

START_TEST(the_base_may_be_of_another_host)
{
    const char *path;

    store.base = "https://assets.example";
    ck_assert_int_eq(game_store_resolve(test_pool, &store, "https://assets."
                                        "example/sha256/ba/78/" ABC_HASH
                                        ".json", &path), GAME_URI_LOCAL);
    ck_assert_int_eq(game_store_resolve(test_pool, &store, "https://assets."
                                        "example/other.json", &path),
                     GAME_URI_MISSING);
    ck_assert_int_eq(game_store_resolve(test_pool, &store, "https://assets."
                                        "example.org/other.json", &path),
                     GAME_URI_REMOTE);
}
END_TEST

START_TEST(the_store_holds_what_is_whole)
{
    const char *uri = "/campaign-assets/sha256/ba/78/" ABC_HASH ".json";
    const char *path;

    ck_assert(game_store_holds(test_pool, &store, uri, 3));
    ck_assert(!game_store_holds(test_pool, &store, uri, 4));
    ck_assert(!game_store_holds(test_pool, &store, "https://e.example/a", 3));
    ck_assert(!game_store_holds(test_pool, &store, NULL, 0));
    game_store_resolve(test_pool, &store, uri, &path);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(!game_store_holds(test_pool, &store, uri, 3));
}
END_TEST

START_TEST(the_root_may_be_the_folder_of_assets)
{
    apr_array_header_t *all = apr_array_make(test_pool, 1,
                                             sizeof(const char *));
    const char *path;

    APR_ARRAY_PUSH(all, const char *) = "/";
    store.assets = all;
    ck_assert_int_eq(game_store_resolve(test_pool, &store,
                                        below("secret.mp4"), &path),
                     GAME_URI_LOCAL);
}
END_TEST

/* ---- names ---- */

static const struct {
    const char *path, *ext, *type;
} names[] = {
    {"a/index.html", "html", "text/html"},
    {"a.CSS", "css", "text/css"},
    {"x.js", "js", "application/javascript"},
    {"x.tar.json", "json", "application/json"},
    {"x.png", "png", "image/png"}, {"x.JPG", "jpg", "image/jpeg"},
    {"x.jpeg", "jpeg", "image/jpeg"}, {"x.gif", "gif", "image/gif"},
    {"x.svg", "svg", "image/svg+xml"}, {"x.webp", "webp", "image/webp"},
    {"x.mp3", "mp3", "audio/mpeg"}, {"x.WaV", "wav", "audio/wav"},
    {"x.ogg", "ogg", "audio/ogg"}, {"x.mp4", "mp4", "video/mp4"},
    {"x.webm", "webm", "video/webm"}, {"x.glb", "glb", "model/gltf-binary"},
    {"x.gltf", "gltf", "model/gltf+json"}, {"x.obj", "obj", "model/obj"},
    {"x.fbx", "fbx", "model/fbx"},
    {"x.txt", "txt", "application/octet-stream"},
    {"x", "", "application/octet-stream"},
    {"x.", "", "application/octet-stream"},
    {"", "", "application/octet-stream"},
    {".html", "", "application/octet-stream"},
    {"a.html/", "", "application/octet-stream"},
    {"a.html/x", "", "application/octet-stream"},
    {"x.html2", "html2", "application/octet-stream"},
};

START_TEST(an_extension_tells_the_type)
{
    const char *ext = game_store_ext(test_pool, names[_i].path);

    ck_assert_str_eq(ext, names[_i].ext);
    ck_assert_str_eq(game_store_type(ext), names[_i].type);
    ck_assert_str_eq(game_store_type("HTML"), "text/html");
}
END_TEST

/* ---- bytes ---- */

START_TEST(a_size_is_of_all_files)
{
    ck_assert_int_eq(game_store_size(test_pool, below("assets/sub/x.txt")),
                     3);
    ck_assert_int_eq(game_store_size(test_pool, below("assets")),
                     1 + 2 + 3 + 3);
    ck_assert_int_eq(game_store_size(test_pool, below("none")), -1);
}
END_TEST

START_TEST(a_file_is_read_up_to_a_limit)
{
    const char *data = NULL;
    apr_size_t len = 0;
    game_fault_t *fault;

    ck_assert_ptr_null(game_store_read(test_pool, below("secret.mp4"), 6,
                                       &data, &len));
    ck_assert_uint_eq(len, 6);
    ck_assert_str_eq(data, "secret");
    fault = game_store_read(test_pool, below("secret.mp4"), 5, &data, &len);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "EXECUTION_ERROR");
    ck_assert_str_eq(fault->message, "a file has more than 5 bytes");
}
END_TEST

static const char *const unreadable[] = {
    "none", "assets", "assets/pipe", "assets/broken.mp4", "secret.mp4/x",
};

START_TEST(what_is_no_file_is_not_read)
{
    const char *path = below(unreadable[_i]), *data;
    char hash[GAME_HASH_SIZE];
    game_fault_t *fault;
    apr_int64_t size;
    apr_size_t len;

    fault = game_store_read(test_pool, path, 100, &data, &len);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "EXECUTION_ERROR");
    ck_assert_ptr_null(strchr(fault->message, '/'));
    fault = game_store_digest(test_pool, path, hash, &size);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "EXECUTION_ERROR");
    ck_assert_ptr_null(strchr(fault->message, '/'));
}
END_TEST

START_TEST(a_digest_is_of_the_bytes)
{
    char hash[GAME_HASH_SIZE];
    apr_int64_t size;

    put_file("abc", "abc");
    ck_assert_ptr_null(game_store_digest(test_pool, below("abc"), hash,
                                         &size));
    ck_assert_str_eq(hash, ABC_HASH);
    ck_assert_int_eq(size, 3);
}
END_TEST

Suite *campaign_store_read_suite(void)
{
    Suite *suite = suite_create("campaign_store_read");
    TCase *tests = fixture_case("campaign_store_read");

    tcase_add_checked_fixture(tests, read_setup, NULL);
    tcase_add_loop_test(tests, a_uri_is_resolved, 0, COUNT_OF(uris));
    tcase_add_test(tests, a_long_uri_is_missing);
    tcase_add_test(tests, without_assets_the_store_alone_is_local);
    tcase_add_test(tests, the_base_may_be_of_another_host);
    tcase_add_test(tests, the_store_holds_what_is_whole);
    tcase_add_test(tests, the_root_may_be_the_folder_of_assets);
    tcase_add_loop_test(tests, an_extension_tells_the_type, 0,
                        COUNT_OF(names));
    tcase_add_test(tests, a_size_is_of_all_files);
    tcase_add_test(tests, a_file_is_read_up_to_a_limit);
    tcase_add_loop_test(tests, what_is_no_file_is_not_read, 0,
                        COUNT_OF(unreadable));
    tcase_add_test(tests, a_digest_is_of_the_bytes);
    suite_add_tcase(suite, tests);
    return suite;
}

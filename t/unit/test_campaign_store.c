/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Writing to the store: addresses, modes, what comes second, what fails, and
 * that nothing is left below tmp. Trees are test_campaign_store_tree.c's.
 */
#include "fixture.h"

#include "store_fixture.h"
#include "stub.h"

#include <apr_strings.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define ABC_HASH \
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ABC_PATH "/sha256/ba/78/" ABC_HASH ".json"
#define EMPTY_HASH \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* ---- opening ---- */

START_TEST(a_store_has_its_folders)
{
    static const char *const names[] = { "tmp", "sha256", "bundles" };
    int i;

    for (i = 0; i < COUNT_OF(names); i++) {
        ck_assert_int_eq(store_mode(store_in(names[i])), 0755);
    }
    ck_assert_ptr_null(game_store_open(test_pool, &store_here));
}
END_TEST

START_TEST(no_umask_hides_what_is_stored)
{
    mode_t old = umask(077);
    game_stored_t out;

    store_here.root = store_in("other");
    ck_assert_ptr_null(game_store_open(test_pool, &store_here));
    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "json",
                                      &out));
    umask(old);
    ck_assert_int_eq(store_mode(store_here.root), 0755);
    ck_assert_int_eq(store_mode(store_in("sha256")), 0755);
    ck_assert_int_eq(store_mode(store_in("sha256/ba")), 0755);
    ck_assert_int_eq(store_mode(store_in("sha256/ba/78")), 0755);
    ck_assert_int_eq(store_mode(out.path), 0444);
}
END_TEST

START_TEST(where_nothing_can_be_written_there_is_a_fault)
{
    const char *dir = NULL;
    game_blob_t *blob = NULL;
    game_stored_t out;

    store_write(store_in("file"), "no folder");
    store_here.root = store_in("file");
    store_fails(game_store_open(test_pool, &store_here));
    store_fails(game_store_begin(test_pool, &store_here, &blob));
    store_fails(game_store_put(test_pool, &store_here, "abc", 3, "json", &out));
    store_fails(game_store_tree_begin(test_pool, &store_here, &dir));
    ck_assert_ptr_null(blob);
    ck_assert_ptr_null(dir);
    ck_assert_int_eq(game_store_sweep_tmp(test_pool, &store_here,
                                          apr_time_now(), 0), 0);
}
END_TEST

/* ---- blobs ---- */

START_TEST(a_blob_is_at_its_hash)
{
    game_stored_t out;

    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "json",
                                      &out));
    ck_assert_str_eq(out.hash, ABC_HASH);
    ck_assert_str_eq(out.content_hash, "sha256:" ABC_HASH);
    ck_assert_str_eq(out.uri, "/campaign-assets" ABC_PATH);
    ck_assert_str_eq(out.path, apr_pstrcat(test_pool, store_here.root, ABC_PATH,
                                           NULL));
    ck_assert_int_eq(out.size, 3);
    ck_assert_int_eq(store_mode(out.path), 0444);
    ck_assert_str_eq(store_text(out.path), "abc");
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

START_TEST(the_second_of_a_content_is_dropped)
{
    game_stored_t first, second, other;
    ino_t inode;

    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "json",
                                      &first));
    inode = store_inode(first.path);
    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "json",
                                      &second));
    ck_assert_str_eq(second.uri, first.uri);
    ck_assert(store_inode(first.path) == inode);
    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "wav",
                                      &other));
    ck_assert_str_eq(other.hash, first.hash);
    ck_assert_str_ne(other.path, first.path);
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

static const char *const damaged_texts[] = { "a", "abd", "abcd" };

START_TEST(a_damaged_blob_is_replaced)
{
    game_stored_t out;

    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "json",
                                      &out));
    ck_assert_int_eq(unlink(out.path), 0);
    store_write(out.path, damaged_texts[_i]);
    ck_assert_ptr_null(game_store_put(test_pool, &store_here, "abc", 3, "json",
                                      &out));
    ck_assert_str_eq(store_text(out.path), "abc");
    ck_assert_int_eq(store_mode(out.path), 0444);
}
END_TEST

START_TEST(a_blob_may_be_empty_and_nameless)
{
    game_stored_t out;

    ck_assert_ptr_null(game_store_put(test_pool, &store_here, NULL, 0, "",
                                      &out));
    ck_assert_str_eq(out.hash, EMPTY_HASH);
    ck_assert_str_eq(out.uri, "/campaign-assets/sha256/e3/b0/" EMPTY_HASH);
    ck_assert_int_eq(out.size, 0);
    ck_assert_str_eq(store_text(out.path), "");
}
END_TEST

static const char *const bad_exts[] = {
    "/x", "../x", "a.b", "JSON", "a b", "\xc3\xa9", "\n", "aaaaaaaaaaaaaaaaa",
};

START_TEST(an_extension_is_letters_and_digits)
{
    game_stored_t out;

    store_fails(game_store_put(test_pool, &store_here, "abc", 3, bad_exts[_i],
                            &out));
    ck_assert_int_eq(store_left(), 0);
    ck_assert_int_eq(store_entries(store_in("sha256")), 0);
}
END_TEST

START_TEST(a_blob_that_is_not_committed_goes)
{
    apr_pool_t *pool;
    game_blob_t *blob;

    apr_pool_create(&pool, test_pool);
    ck_assert_ptr_null(game_store_begin(pool, &store_here, &blob));
    ck_assert_ptr_null(game_store_write(blob, "abc", 3));
    ck_assert_int_eq(store_left(), 1);
    game_store_drop(blob);
    ck_assert_int_eq(store_left(), 0);
    ck_assert_ptr_null(game_store_begin(pool, &store_here, &blob));
    ck_assert_ptr_null(game_store_write(blob, "abc", 3));
    ck_assert_int_eq(store_left(), 1);
    apr_pool_destroy(pool);
    ck_assert_int_eq(store_left(), 0);
    ck_assert_int_eq(store_entries(store_in("sha256")), 0);
}
END_TEST

#define PIECES 512
#define PIECE 65536

START_TEST(a_huge_blob_is_written_in_pieces)
{
    unsigned char *piece = apr_palloc(test_pool, PIECE);
    int i, pieces = stub_rounds(PIECES);
    char hash[GAME_HASH_SIZE];
    game_stored_t out;
    game_blob_t *blob;
    apr_int64_t size;

    ck_assert_ptr_null(game_store_begin(test_pool, &store_here, &blob));
    for (i = 0; i < pieces; i++) {
        memset(piece, i, PIECE);
        ck_assert_ptr_null(game_store_write(blob, piece, PIECE - 1));
        ck_assert_ptr_null(game_store_write(blob, piece, 1));
    }
    ck_assert_ptr_null(game_store_commit(blob, "wav", &out));
    ck_assert_int_eq(out.size, (apr_int64_t)pieces * PIECE);
    ck_assert_ptr_null(game_store_digest(test_pool, out.path, hash, &size));
    ck_assert_str_eq(hash, out.hash);
    ck_assert_int_eq(size, out.size);
    ck_assert_int_eq(game_store_size(test_pool, out.path), out.size);
}
END_TEST

/* A disk that is full, as a limit of the process shows it. */
START_TEST(a_blob_that_cannot_be_written_leaves_nothing)
{
    static char bytes[100000];
    struct rlimit old, small;
    game_fault_t *fault;
    game_stored_t out;

    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 50000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    fault = game_store_put(test_pool, &store_here, bytes, sizeof(bytes), "bin",
                           &out);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);
    store_fails(fault);
    ck_assert_int_eq(store_left(), 0);
    ck_assert_int_eq(store_entries(store_in("sha256")), 0);
}
END_TEST

START_TEST(a_write_that_failed_fails_the_rest)
{
    static char bytes[100000];
    struct rlimit old, small;
    game_stored_t out;
    game_blob_t *blob;
    game_fault_t *fault;

    ck_assert_ptr_null(game_store_begin(test_pool, &store_here, &blob));
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 1000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    fault = game_store_write(blob, bytes, sizeof(bytes));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);
    store_fails(fault);
    store_fails(game_store_write(blob, "a", 1));
    store_fails(game_store_commit(blob, "bin", &out));
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

Suite *campaign_store_suite(void)
{
    Suite *suite = suite_create("campaign_store");
    TCase *tests = fixture_case("campaign_store");

    tcase_add_checked_fixture(tests, store_setup, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_store_has_its_folders);
    tcase_add_test(tests, no_umask_hides_what_is_stored);
    tcase_add_test(tests, where_nothing_can_be_written_there_is_a_fault);
    tcase_add_test(tests, a_blob_is_at_its_hash);
    tcase_add_test(tests, the_second_of_a_content_is_dropped);
    tcase_add_loop_test(tests, a_damaged_blob_is_replaced, 0,
                        COUNT_OF(damaged_texts));
    tcase_add_test(tests, a_blob_may_be_empty_and_nameless);
    tcase_add_loop_test(tests, an_extension_is_letters_and_digits, 0,
                        COUNT_OF(bad_exts));
    tcase_add_test(tests, a_blob_that_is_not_committed_goes);
    tcase_add_test(tests, a_huge_blob_is_written_in_pieces);
    tcase_add_test(tests, a_blob_that_cannot_be_written_leaves_nothing);
    tcase_add_test(tests, a_write_that_failed_fails_the_rest);
    suite_add_tcase(suite, tests);
    return suite;
}

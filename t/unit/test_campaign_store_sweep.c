/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Sweeping the store: what goes, what stays, and what is stored once more
 * while somebody sweeps.
 */

#include "fixture.h"

#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "store.h"

#define DAY apr_time_from_sec(86400)

static game_store_t store;

/* The blobs that a test is about. */
typedef struct asked_t {
    const char *wanted;         /* content hash, or NULL */
    const char *again;          /* text that is stored once more when asked */
    int hashes;
    int refuses;
} asked_t;

static void open_store(void)
{
    store.root = fixture_folder();
    store.base = "/assets";
    store.assets = NULL;
    ck_assert_ptr_null(game_store_open(test_pool, &store));
}

static game_stored_t put(const char *text)
{
    game_stored_t stored;

    ck_assert_ptr_null(game_store_put(test_pool, &store, text, strlen(text),
                                      "txt", &stored));
    return stored;
}

static void put_file(const char *dir, const char *name)
{
    apr_file_t *file;

    ck_assert_int_eq(apr_file_open(&file, apr_pstrcat(test_pool, dir, "/",
                                   name, NULL), APR_FOPEN_WRITE
                                   | APR_FOPEN_CREATE, APR_OS_DEFAULT,
                                   test_pool), APR_SUCCESS);
    apr_file_puts("x", file);
    apr_file_close(file);
}

static int is_whole(void *baton, apr_pool_t *pool, const char *path)
{
    (void)baton;
    (void)pool;
    (void)path;
    return 1;
}

static game_stored_t put_tree(void)
{
    char hash[GAME_HASH_SIZE];
    game_store_tree_t tree = { .hash = hash, .is_whole = is_whole };
    game_stored_t stored;

    game_canon_digest("tree", 4, hash);
    ck_assert_ptr_null(game_store_tree_begin(test_pool, &store,
                                             &tree.dir));
    put_file(tree.dir, "index.html");
    ck_assert_ptr_null(game_store_tree_commit(test_pool, &store, &tree,
                                              &stored));
    return stored;
}

static void make_old(const game_stored_t *stored)
{
    ck_assert_int_eq(apr_file_mtime_set(stored->path,
                                        apr_time_now() - 2 * DAY, test_pool),
                     APR_SUCCESS);
}

static int is_there(const game_stored_t *stored)
{
    apr_finfo_t info;

    return apr_stat(&info, stored->path, APR_FINFO_TYPE, test_pool)
        == APR_SUCCESS;
}

static int keep(void *baton, apr_pool_t *pool,
                const apr_array_header_t *hashes, char *kept)
{
    asked_t *asked = baton;
    int i;

    (void)pool;
    asked->hashes += hashes->nelts;
    for (i = 0; i < hashes->nelts; i++) {
        const char *hash = APR_ARRAY_IDX(hashes, i, const char *);

        ck_assert_int_eq(game_canon_is_content_hash(hash), 1);
        ck_assert_int_eq(kept[i], 0);
        kept[i] = asked->wanted && !strcmp(hash, asked->wanted);
    }
    if (asked->again) {
        put(asked->again);
    }
    return !asked->refuses;
}

static int sweep(asked_t *asked)
{
    return game_store_sweep(test_pool, &store, apr_time_now() - DAY, keep,
                            asked);
}

START_TEST(what_nobody_wants_goes)
{
    game_stored_t old = put("old"), young = put("young"), tree = put_tree();
    game_stored_t wanted = put("wanted");
    asked_t asked = { .wanted = wanted.content_hash };

    make_old(&old);
    make_old(&wanted);
    make_old(&tree);
    ck_assert_int_eq(sweep(&asked), 2);
    ck_assert_int_eq(asked.hashes, 3);
    ck_assert_int_eq(is_there(&old), 0);
    ck_assert_int_eq(is_there(&tree), 0);
    ck_assert_int_eq(is_there(&young), 1);
    ck_assert_int_eq(is_there(&wanted), 1);
    ck_assert_int_eq(game_store_sweep_tmp(test_pool, &store, apr_time_now()
                                          + DAY, 0), 0);
}
END_TEST

START_TEST(nothing_goes_without_an_answer)
{
    game_stored_t old = put("old");
    asked_t asked = { .refuses = 1 };

    make_old(&old);
    ck_assert_int_eq(sweep(&asked), 0);
    ck_assert_int_eq(is_there(&old), 1);
}
END_TEST

START_TEST(what_is_stored_again_stays)
{
    game_stored_t old = put("old");
    asked_t asked = { .again = "old" };

    make_old(&old);
    ck_assert_int_eq(sweep(&asked), 0);
    ck_assert_int_eq(is_there(&old), 1);
    asked.again = NULL;
    ck_assert_int_eq(sweep(&asked), 0);
    ck_assert_int_eq(asked.hashes, 1);
}
END_TEST

START_TEST(a_tree_that_is_stored_again_is_young)
{
    game_stored_t tree = put_tree();
    asked_t asked = { 0 };

    make_old(&tree);
    put_tree();
    ck_assert_int_eq(sweep(&asked), 0);
    ck_assert_int_eq(asked.hashes, 0);
    ck_assert_int_eq(is_there(&tree), 1);
}
END_TEST

START_TEST(many_are_asked_about_in_pieces)
{
    asked_t asked = { 0 };
    int i;

    for (i = 0; i < 300; i++) {
        game_stored_t one = put(apr_itoa(test_pool, i));

        make_old(&one);
    }
    ck_assert_int_eq(sweep(&asked), 300);
    ck_assert_int_eq(asked.hashes, 300);
}
END_TEST

START_TEST(other_names_are_left_alone)
{
    asked_t asked = { 0 };
    const char *dir = apr_pstrcat(test_pool, store.root, "/sha256/ab/cd",
                                  NULL);

    ck_assert_int_eq(apr_dir_make_recursive(dir, APR_OS_DEFAULT, test_pool),
                     APR_SUCCESS);
    put_file(dir, "notes");
    put_file(store.root, "sha256/ab/file");
    apr_file_mtime_set(apr_pstrcat(test_pool, dir, "/notes", NULL), 0,
                       test_pool);
    ck_assert_int_eq(sweep(&asked), 0);
    ck_assert_int_eq(asked.hashes, 0);
}
END_TEST

Suite *campaign_store_sweep_suite(void)
{
    Suite *suite = suite_create("campaign_store_sweep");
    TCase *all = fixture_case("sweep");

    tcase_add_checked_fixture(all, open_store, NULL);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, what_nobody_wants_goes);
    tcase_add_test(all, nothing_goes_without_an_answer);
    tcase_add_test(all, what_is_stored_again_stays);
    tcase_add_test(all, a_tree_that_is_stored_again_is_young);
    tcase_add_test(all, many_are_asked_about_in_pieces);
    tcase_add_test(all, other_names_are_left_alone);
    suite_add_tcase(suite, all);
    return suite;
}

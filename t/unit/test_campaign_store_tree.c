/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Trees of the store: their addresses, what comes second, what is damaged,
 * many writers at once; and the end of unfinished work.
 */
#include "fixture.h"

#include "game.h"
#include "store_fixture.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_HASH \
    "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff"
#define TREE_PATH "/bundles/00/ff/" TREE_HASH

/* ---- trees ---- */

static const char *make_tree(apr_pool_t *pool)
{
    const char *dir = NULL;

    ck_assert_ptr_null(game_store_tree_begin(pool, &store_here, &dir));
    ck_assert_int_eq(mkdir(apr_pstrcat(pool, dir, "/assets", NULL), 0700),
                     0);
    store_write(apr_pstrcat(pool, dir, "/index.html", NULL), "page");
    store_write(apr_pstrcat(pool, dir, "/assets/a.css", NULL), "style");
    return dir;
}

/* What was asked about trees, and the answer to it. */
typedef struct asked_t {
    int whole;
    int count;
} asked_t;

static int tell_whole(void *baton, apr_pool_t *pool, const char *path)
{
    asked_t *asked = baton;

    (void)pool;
    (void)path;
    asked->count++;
    return asked->whole;
}

static game_fault_t *commit_tree(const char *dir, asked_t *asked,
                                 game_stored_t *out)
{
    const game_store_tree_t tree = { dir, TREE_HASH, tell_whole, asked };

    return game_store_tree_commit(test_pool, &store_here, &tree, out);
}

START_TEST(a_tree_is_at_its_hash)
{
    const char *dir = make_tree(test_pool);
    asked_t asked = {1, 0};
    game_stored_t out;

    ck_assert_ptr_null(commit_tree(dir, &asked, &out));
    ck_assert_int_eq(asked.count, 0);
    ck_assert_str_eq(out.content_hash, "sha256:" TREE_HASH);
    ck_assert_str_eq(out.uri, "/campaign-assets" TREE_PATH "/");
    ck_assert_str_eq(out.path, apr_pstrcat(test_pool, store_here.root,
                                           TREE_PATH, NULL));
    ck_assert_int_eq(out.size, 9);
    ck_assert_int_eq(store_mode(out.path), 0755);
    ck_assert_int_eq(store_mode(store_below(out.path, "assets")), 0755);
    ck_assert_int_eq(store_mode(store_below(out.path, "index.html")), 0444);
    ck_assert_int_eq(store_mode(store_below(out.path, "assets/a.css")), 0444);
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

START_TEST(the_second_of_a_tree_is_dropped)
{
    game_stored_t first, second;
    asked_t asked = {1, 0};
    const char *dir;
    ino_t inode;

    ck_assert_ptr_null(commit_tree(make_tree(test_pool), &asked, &first));
    inode = store_inode(first.path);
    dir = make_tree(test_pool);
    store_write(store_below(dir, "more.txt"), "not of the first");
    ck_assert_ptr_null(commit_tree(dir, &asked, &second));
    ck_assert_int_eq(asked.count, 1);
    ck_assert_str_eq(second.uri, first.uri);
    ck_assert_int_eq(second.size, first.size);
    ck_assert(store_inode(first.path) == inode);
    ck_assert_int_eq(store_mode(store_below(first.path, "more.txt")), -1);
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

START_TEST(a_damaged_tree_is_replaced)
{
    game_stored_t first, second;
    asked_t asked = {0, 0};
    char read[8] = "";
    FILE *reader;
    const char *dir;

    ck_assert_ptr_null(commit_tree(make_tree(test_pool), &asked, &first));
    reader = fopen(store_below(first.path, "index.html"), "r");
    ck_assert_ptr_nonnull(reader);
    ck_assert_int_eq(unlink(store_below(first.path, "assets/a.css")), 0);
    dir = make_tree(test_pool);
    ck_assert_ptr_null(commit_tree(dir, &asked, &second));
    ck_assert_int_eq(asked.count, 1);
    ck_assert_int_eq(second.size, 9);
    ck_assert_str_eq(store_text(store_below(first.path, "assets/a.css")),
                     "style");
    ck_assert_int_eq(store_left(), 0);
    ck_assert_uint_eq(fread(read, 1, sizeof(read), reader), 4);
    ck_assert_str_eq(read, "page");
    ck_assert_int_eq(fclose(reader), 0);
}
END_TEST

START_TEST(what_is_no_tree_gives_way_to_one)
{
    asked_t asked = {0, 0};
    game_stored_t out;

    ck_assert_int_eq(mkdir(store_in("bundles/00"), 0755), 0);
    ck_assert_int_eq(mkdir(store_in("bundles/00/ff"), 0755), 0);
    store_write(store_in(TREE_PATH), "in the way");
    ck_assert_ptr_null(commit_tree(make_tree(test_pool), &asked, &out));
    ck_assert_int_eq(asked.count, 1);
    ck_assert_str_eq(store_text(store_below(out.path, "index.html")), "page");
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

START_TEST(a_tree_that_is_not_committed_goes)
{
    apr_pool_t *pool;

    apr_pool_create(&pool, test_pool);
    make_tree(pool);
    make_tree(pool);
    ck_assert_int_eq(store_left(), 2);
    apr_pool_clear(pool);
    ck_assert_int_eq(store_left(), 0);
    make_tree(pool);
    apr_pool_destroy(pool);
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

START_TEST(a_tree_has_files_and_folders_only)
{
    const char *dir = make_tree(test_pool);
    asked_t asked = {0, 0};
    game_stored_t out;

    store_write(store_in("outside"), "not to be touched");
    ck_assert_int_eq(chmod(store_in("outside"), 0600), 0);
    ck_assert_int_eq(symlink(store_in("outside"),
                             store_below(dir, "assets/link")), 0);
    store_fails(commit_tree(dir, &asked, &out));
    ck_assert_int_eq(store_left(), 0);
    ck_assert_int_eq(store_entries(store_in("bundles")), 0);
    ck_assert_str_eq(store_text(store_in("outside")),
                     "not to be touched");
    ck_assert_int_eq(store_mode(store_in("outside")), 0600);
}
END_TEST

START_TEST(a_tree_whose_folder_is_a_file_is_a_fault)
{
    asked_t asked = {1, 0};
    game_stored_t out;

    ck_assert_int_eq(mkdir(store_in("bundles/00"), 0755), 0);
    store_write(store_in("bundles/00/ff"), "in the way");
    store_fails(commit_tree(make_tree(test_pool), &asked, &out));
    ck_assert_int_eq(store_left(), 0);
    ck_assert_str_eq(store_text(store_in("bundles/00/ff")),
                     "in the way");
}
END_TEST

/* ---- several at once ---- */

#define WRITERS 8
#define ROUNDS 10

/* What a writer has put into the store itself, or what went wrong. */
typedef struct writer_t {
    int damages;                /* it takes what is there for damaged */
    int won;
    int failed;
} writer_t;

static void *APR_THREAD_FUNC write_much(apr_thread_t *thread, void *data)
{
    apr_pool_t *pool = game_pool_alone(0);
    writer_t *writer = data;
    int i;

    (void)thread;
    for (i = 0; i < ROUNDS; i++) {
        const char *text = apr_psprintf(pool, "content %d", i);
        asked_t asked = {!writer->damages, 0};
        game_store_tree_t tree = { NULL, NULL, tell_whole, &asked };
        game_stored_t blob, out;

        if (game_store_put(pool, &store_here, text, strlen(text), "txt", &blob)
            || game_store_tree_begin(pool, &store_here, &tree.dir)
            || apr_dir_make(apr_pstrcat(pool, tree.dir, "/sub", NULL),
                            APR_FPROT_OS_DEFAULT, pool) != APR_SUCCESS) {
            writer->failed++;
            continue;
        }
        tree.hash = blob.hash;
        writer->failed += game_store_tree_commit(pool, &store_here, &tree, &out)
            || strcmp(out.hash, blob.hash);
        writer->won += !asked.count;
    }
    apr_pool_destroy(pool);
    return NULL;
}

/* @return how often trees came to an address where nothing was */
static int write_at_once(int damages)
{
    apr_thread_t *threads[WRITERS];
    writer_t writers[WRITERS];
    int total = 0, i;
    apr_status_t end;

    for (i = 0; i < WRITERS; i++) {
        writers[i].damages = damages;
        writers[i].won = writers[i].failed = 0;
        ck_assert_int_eq(apr_thread_create(&threads[i], NULL, write_much,
                                           &writers[i], test_pool),
                         APR_SUCCESS);
    }
    for (i = 0; i < WRITERS; i++) {
        apr_thread_join(&end, threads[i]);
        ck_assert_int_eq(writers[i].failed, 0);
        total += writers[i].won;
    }
    return total;
}

START_TEST(of_equal_writers_one_wins)
{
    ck_assert_int_eq(write_at_once(0), ROUNDS);
    ck_assert_int_eq(store_left(), 0);
}
END_TEST

/* Whoever looks for a tree finds one, while others replace it. */
START_TEST(a_tree_is_there_while_it_is_replaced)
{
    ck_assert_int_eq(write_at_once(1), ROUNDS);
    ck_assert_int_eq(store_left(), 0);
    ck_assert_int_eq(write_at_once(0), 0);
}
END_TEST

/* ---- sweeping ---- */

START_TEST(the_work_of_the_dead_is_swept)
{
    const apr_time_t now = apr_time_now();
    const char *tmp = store_in("tmp");
    const char *dir = make_tree(test_pool);
    game_blob_t *blob;

    ck_assert_ptr_null(game_store_begin(test_pool, &store_here, &blob));
    store_write(store_in("outside"), "kept");
    ck_assert_int_eq(symlink("../outside", store_below(tmp, "link")), 0);
    ck_assert_int_eq(symlink(store_here.root, store_below(dir, "link")), 0);
    ck_assert_int_eq(game_store_sweep_tmp(test_pool, &store_here, now,
                                          apr_time_from_sec(3600)), 0);
    ck_assert_int_eq(store_left(), 3);
    ck_assert_int_eq(game_store_sweep_tmp(test_pool, &store_here, now
                                          + apr_time_from_sec(7200),
                                          apr_time_from_sec(3600)), 3);
    ck_assert_int_eq(store_left(), 0);
    ck_assert_str_eq(store_text(store_in("outside")), "kept");
}
END_TEST

Suite *campaign_store_tree_suite(void)
{
    Suite *suite = suite_create("campaign_store_tree");
    TCase *tests = fixture_case("campaign_store_tree");

    tcase_add_checked_fixture(tests, store_setup, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_tree_is_at_its_hash);
    tcase_add_test(tests, the_second_of_a_tree_is_dropped);
    tcase_add_test(tests, a_damaged_tree_is_replaced);
    tcase_add_test(tests, what_is_no_tree_gives_way_to_one);
    tcase_add_test(tests, a_tree_that_is_not_committed_goes);
    tcase_add_test(tests, a_tree_has_files_and_folders_only);
    tcase_add_test(tests, a_tree_whose_folder_is_a_file_is_a_fault);
    tcase_add_test(tests, of_equal_writers_one_wins);
    tcase_add_test(tests, a_tree_is_there_while_it_is_replaced);
    tcase_add_test(tests, the_work_of_the_dead_is_swept);
    suite_add_tcase(suite, tests);
    return suite;
}

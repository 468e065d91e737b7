/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The cache of one process: what is found, for how long, and that a thing
 * lives until its last user ends, however many threads there are.
 */
#include "fixture.h"

#include "cache.h"
#include "stub.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <string.h>

#define LONG_TIME apr_time_from_sec(3600)

/* Things that were destroyed. */
static volatile apr_uint32_t ended;

static apr_status_t count_end(void *content)
{
    memset(content, 'x', strlen(content));
    apr_atomic_inc32(&ended);
    return APR_SUCCESS;
}

static const char *put_text(game_cache_t *cache, const char *name,
                            apr_uint32_t generation, apr_interval_time_t ttl,
                            const char *text, apr_pool_t *user)
{
    game_cached_t *thing = NULL;
    apr_pool_t *pool = game_cached_make(cache, &thing);
    char *content = apr_pstrdup(pool, text);

    apr_pool_cleanup_register(pool, content, count_end,
                              apr_pool_cleanup_null);
    game_cache_put(cache, name, generation, ttl, thing, content, user);
    return content;
}

static apr_pool_t *user_pool(void)
{
    apr_pool_t *pool = NULL;

    ck_assert_int_eq(apr_pool_create(&pool, test_pool), APR_SUCCESS);
    return pool;
}

START_TEST(what_was_put_is_found)
{
    game_cache_t *cache = game_cache_make(test_pool, 64);
    apr_pool_t *user = user_pool();

    ck_assert_ptr_nonnull(cache);
    ck_assert_ptr_null(game_cache_get(cache, "a", 1, user));
    put_text(cache, "a", 1, LONG_TIME, "text", user);
    put_text(cache, "b", 1, LONG_TIME, "other", user);
    put_text(cache, "", 1, LONG_TIME, "nameless", user);
    ck_assert_str_eq(game_cache_get(cache, "a", 1, user), "text");
    ck_assert_str_eq(game_cache_get(cache, "b", 1, user), "other");
    ck_assert_str_eq(game_cache_get(cache, "", 1, user), "nameless");
    ck_assert_ptr_null(game_cache_get(cache, "A", 1, user));
    ck_assert_ptr_null(game_cache_get(cache, "ab", 1, user));
}
END_TEST

START_TEST(another_generation_is_not_found)
{
    game_cache_t *cache = game_cache_make(test_pool, 64);
    apr_pool_t *user = user_pool();

    put_text(cache, "a", 7, LONG_TIME, "seven", user);
    ck_assert_ptr_null(game_cache_get(cache, "a", 8, user));
    ck_assert_ptr_null(game_cache_get(cache, "a", 6, user));
    ck_assert_str_eq(game_cache_get(cache, "a", 7, user), "seven");
    put_text(cache, "a", 8, LONG_TIME, "eight", user);
    ck_assert_str_eq(game_cache_get(cache, "a", 8, user), "eight");
    ck_assert_ptr_null(game_cache_get(cache, "a", 7, user));
    put_text(cache, "a", APR_UINT32_MAX, LONG_TIME, "last", user);
    ck_assert_str_eq(game_cache_get(cache, "a", APR_UINT32_MAX, user),
                     "last");
    ck_assert_ptr_null(game_cache_get(cache, "a", 0, user));
}
END_TEST

START_TEST(what_is_too_old_is_not_found)
{
    game_cache_t *cache = game_cache_make(test_pool, 64);
    apr_pool_t *user = user_pool();
    const char *brief = put_text(cache, "a", 1, 20000, "brief", user);

    put_text(cache, "b", 1, LONG_TIME, "long", user);
    apr_sleep(30000);
    ck_assert_ptr_null(game_cache_get(cache, "a", 1, user));
    ck_assert_str_eq(brief, "brief");
    ck_assert_str_eq(game_cache_get(cache, "b", 1, user), "long");
}
END_TEST

START_TEST(without_a_time_to_live_nothing_is_kept)
{
    game_cache_t *cache = game_cache_make(test_pool, 64);
    apr_pool_t *user = user_pool();
    const char *text = put_text(cache, "a", 1, 0, "once", user);

    put_text(cache, "b", 1, -5, "never", user);
    ck_assert_ptr_null(game_cache_get(cache, "a", 1, user));
    ck_assert_ptr_null(game_cache_get(cache, "b", 1, user));
    ck_assert_str_eq(text, "once");
    ended = 0;
    apr_pool_destroy(user);
    ck_assert_int_eq(ended, 2);
}
END_TEST

START_TEST(a_replaced_thing_lives_until_its_users_end)
{
    game_cache_t *cache = game_cache_make(test_pool, 64);
    apr_pool_t *maker = user_pool(), *first = user_pool();
    apr_pool_t *second = user_pool(), *writer = user_pool();
    const char *old, *same;

    ended = 0;
    put_text(cache, "a", 1, LONG_TIME, "old", maker);
    apr_pool_destroy(maker);
    old = game_cache_get(cache, "a", 1, first);
    same = game_cache_get(cache, "a", 1, second);
    ck_assert_ptr_eq(old, same);
    put_text(cache, "a", 1, LONG_TIME, "new", writer);
    ck_assert_int_eq(ended, 0);
    apr_pool_destroy(first);
    ck_assert_int_eq(ended, 0);
    ck_assert_str_eq(old, "old");
    apr_pool_destroy(second);
    ck_assert_int_eq(ended, 1);
    apr_pool_destroy(writer);
    ck_assert_int_eq(ended, 1);
    ck_assert_str_eq(game_cache_get(cache, "a", 1, test_pool), "new");
}
END_TEST

START_TEST(a_thing_that_is_given_up_ends)
{
    game_cache_t *cache = game_cache_make(test_pool, 64);
    game_cached_t *thing = NULL;
    apr_pool_t *pool = game_cached_make(cache, &thing);

    ended = 0;
    apr_pool_cleanup_register(pool, apr_pstrdup(pool, "given up"), count_end,
                              apr_pool_cleanup_null);
    game_cached_drop(thing);
    ck_assert_int_eq(ended, 1);
}
END_TEST

START_TEST(a_full_set_gives_up_the_thing_that_ends_first)
{
    game_cache_t *cache = game_cache_make(test_pool, 1);    /* one set */
    apr_pool_t *user = user_pool();

    put_text(cache, "a", 1, LONG_TIME + 3, "a", user);
    put_text(cache, "b", 1, LONG_TIME - apr_time_from_sec(60), "b", user);
    put_text(cache, "c", 1, LONG_TIME + 4, "c", user);
    put_text(cache, "d", 1, LONG_TIME + 5, "d", user);
    put_text(cache, "e", 1, LONG_TIME + 6, "e", user);
    ck_assert_ptr_null(game_cache_get(cache, "b", 1, user));
    ck_assert_str_eq(game_cache_get(cache, "a", 1, user), "a");
    ck_assert_str_eq(game_cache_get(cache, "c", 1, user), "c");
    ck_assert_str_eq(game_cache_get(cache, "d", 1, user), "d");
    ck_assert_str_eq(game_cache_get(cache, "e", 1, user), "e");
    /* one of the same name takes its own place */
    put_text(cache, "d", 2, LONG_TIME, "d2", user);
    ck_assert_str_eq(game_cache_get(cache, "a", 1, user), "a");
    ck_assert_str_eq(game_cache_get(cache, "d", 2, user), "d2");
    put_text(cache, "f", 1, LONG_TIME, "f", user);
    ck_assert_str_eq(game_cache_get(cache, "f", 1, user), "f");
}
END_TEST

START_TEST(the_table_is_bounded)
{
    game_cache_t *cache;
    apr_pool_t *child = user_pool(), *user = user_pool();
    int i, found = 0;

    ended = 0;
    cache = game_cache_make(child, 64);
    for (i = 0; i < 1000; i++) {
        put_text(cache, apr_itoa(test_pool, i), 1, LONG_TIME, "text", user);
        apr_pool_clear(user);
    }
    for (i = 0; i < 1000; i++) {
        found += game_cache_get(cache, apr_itoa(test_pool, i), 1, user)
                 != NULL;
    }
    ck_assert_int_gt(found, 0);
    ck_assert_int_le(found, 64);
    ck_assert_int_eq(ended, 1000 - found);
    apr_pool_destroy(user);
    apr_pool_destroy(child);
    ck_assert_int_eq(ended, 1000);
}
END_TEST

START_TEST(a_user_may_outlive_the_cache)
{
    apr_pool_t *child = user_pool(), *user = user_pool();
    game_cache_t *cache = game_cache_make(child, 8);
    const char *text = put_text(cache, "a", 1, LONG_TIME, "text", user);

    ended = 0;
    apr_pool_destroy(child);
    ck_assert_str_eq(text, "text");
    ck_assert_int_eq(ended, 0);
    apr_pool_destroy(user);
    ck_assert_int_eq(ended, 1);
}
END_TEST

/* ---- threads ---- */

#define THREADS 8
#define NAMES 48

typedef struct hammer_t {
    game_cache_t *cache;
    apr_uint32_t seed;
    int rounds;
    int found, made, wrong;
} hammer_t;

static apr_uint32_t next_random(apr_uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* A content begins with the name it was put under. */
static void hammer_once(hammer_t *hammer, apr_pool_t *pool)
{
    apr_uint32_t chance = next_random(&hammer->seed);
    apr_uint32_t generation = (chance >> 16) % 2;
    char name[16];
    const char *text;

    apr_snprintf(name, sizeof(name), "name%d:", (int)(chance % NAMES));
    text = game_cache_get(hammer->cache, name, generation, pool);
    hammer->found += text != NULL;
    if (!text || (chance >> 20) % 16 == 0) {
        const char *made = put_text(hammer->cache, name, generation,
                                    (chance >> 24) % 8 ? LONG_TIME : 0,
                                    apr_pstrcat(pool, name, "content", NULL),
                                    pool);

        hammer->made++;
        hammer->wrong += strncmp(made, name, strlen(name)) != 0;
    }
    hammer->wrong += text && (strncmp(text, name, strlen(name))
                              || !strstr(text, "content"));
}

static void *APR_THREAD_FUNC run_hammer(apr_thread_t *thread, void *data)
{
    hammer_t *hammer = data;
    apr_allocator_t *allocator;
    apr_pool_t *pool;
    int i;

    (void)thread;
    apr_allocator_create(&allocator);
    apr_pool_create_unmanaged_ex(&pool, NULL, allocator);
    apr_allocator_owner_set(allocator, pool);
    for (i = 0; i < hammer->rounds; i++) {
        hammer_once(hammer, pool);
        if (i % 3 == 0) {
            apr_pool_clear(pool);
        }
    }
    apr_pool_destroy(pool);
    return NULL;
}

START_TEST(threads_may_get_and_put_together)
{
    apr_pool_t *child = user_pool();
    game_cache_t *cache = game_cache_make(child, 32);
    hammer_t hammers[THREADS];
    apr_thread_t *threads[THREADS];
    apr_status_t rv;
    int i, made = 0;

    ended = 0;
    for (i = 0; i < THREADS; i++) {
        hammers[i] = (hammer_t){cache, 0x9e3779b9u * (unsigned)(i + 1),
                                stub_rounds(50000), 0, 0, 0};
        ck_assert_int_eq(apr_thread_create(&threads[i], NULL, run_hammer,
                                           &hammers[i], test_pool),
                         APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(apr_thread_join(&rv, threads[i]), APR_SUCCESS);
        ck_assert_int_eq(hammers[i].wrong, 0);
        ck_assert_int_gt(hammers[i].found, 0);
        made += hammers[i].made;
    }
    ck_assert_int_gt(made, (int)ended);
    apr_pool_destroy(child);
    ck_assert_int_eq(made, (int)ended);
}
END_TEST

Suite *cache_suite(void)
{
    Suite *suite = suite_create("cache");
    TCase *tests = fixture_case("cache");
    TCase *threads = fixture_case("cache threads");

    tcase_add_test(tests, what_was_put_is_found);
    tcase_add_test(tests, another_generation_is_not_found);
    tcase_add_test(tests, what_is_too_old_is_not_found);
    tcase_add_test(tests, without_a_time_to_live_nothing_is_kept);
    tcase_add_test(tests, a_replaced_thing_lives_until_its_users_end);
    tcase_add_test(tests, a_thing_that_is_given_up_ends);
    tcase_add_test(tests, a_full_set_gives_up_the_thing_that_ends_first);
    tcase_add_test(tests, the_table_is_bounded);
    tcase_add_test(tests, a_user_may_outlive_the_cache);
    suite_add_tcase(suite, tests);
    tcase_set_timeout(threads, 60);
    tcase_add_test(threads, threads_may_get_and_put_together);
    suite_add_tcase(suite, threads);
    return suite;
}

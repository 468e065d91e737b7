/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Windows and names of what is limited, and the table of counters: many
 * threads at once, a table that is full, one that was left in the middle.
 */
#include "fixture.h"

#include "limit_key.h"
#include "limit_table.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <apr_time.h>

#define NOW APR_INT64_C(1795235277)     /* 2026-11-21T04:27:57Z */

static game_limit_window_t hour;

static game_limit_counter_t counter_of(const char *value, int limit)
{
    game_limit_counter_t counter = {
        .scope = "external_user", .value = value, .window = &hour,
        .limit = limit
    };

    return counter;
}

/* ---- windows ---- */

START_TEST(windows_are_aligned_to_the_epoch)
{
    static const struct {
        apr_int64_t now;
        int seconds;
        apr_int64_t start;
        const char *name;
    } known[] = {
        { NOW, 60, 1795235220, "task_mutation_short_60s" },
        { NOW, 7, 1795235274, "task_mutation_short_7s" },
        { 1795235220, 60, 1795235220, "task_mutation_short_60s" },
        { 1795235219, 60, 1795235160, "task_mutation_short_60s" },
        { NOW, 1, NOW, "task_mutation_short_1s" },
        { NOW, 86400, 1795219200, "task_mutation_short_86400s" }
    };
    game_limit_window_t window;
    unsigned i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        game_limit_window_short(known[i].now, known[i].seconds, &window);
        ck_assert_int_eq(window.start, known[i].start);
        ck_assert_int_eq(window.end, known[i].start + known[i].seconds);
        ck_assert_str_eq(window.name, known[i].name);
    }
    game_limit_window_day(NOW, &window);
    ck_assert_int_eq(window.start, 1795219200);
    ck_assert_int_eq(window.end, 1795219200 + 86400);
    ck_assert_str_eq(window.name, "task_mutation_daily");
}
END_TEST

START_TEST(keys_of_redis_are_the_specified_ones)
{
    game_limit_window_t window;
    game_limit_counter_t counter = {
        .scope = "ip", .value = "203.0.113.9", .window = &window, .limit = 1
    };

    game_limit_window_short(NOW, 60, &window);
    ck_assert_str_eq(game_limit_redis_key(test_pool, &counter),
                     "game:rl:task_mutation_short_60s:ip:203.0.113.9:"
                     "1795235220");
    ck_assert_int_eq(game_limit_redis_ttl(&counter), 65);
    game_limit_window_day(NOW, &window);
    ck_assert_int_eq(game_limit_redis_ttl(&counter), 86405);
}
END_TEST

/* ---- names ---- */

START_TEST(addresses_are_counted_by_host_or_network)
{
    static const char *const known[][2] = {
        { "203.0.113.9", "203.0.113.9" },
        { "::ffff:203.0.113.9", "203.0.113.9" },
        { "::FFFF:cb00:7109", "203.0.113.9" },
        { "2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64" },
        { "2001:DB8:0:1::", "2001:db8:0:1::/64" },
        { "2001:db8:0:2::1", "2001:db8:0:2::/64" },
        { "fe80::1%eth0", "fe80::/64" },
        { "::1", "::/64" },
        { "somewhere", "somewhere" }
    };
    unsigned i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        ck_assert_str_eq(game_limit_address(test_pool, known[i][0]),
                         known[i][1]);
    }
    ck_assert_ptr_null(game_limit_address(test_pool, NULL));
    ck_assert_ptr_null(game_limit_address(test_pool, ""));
}
END_TEST

START_TEST(users_are_counted_within_their_tenant)
{
    const game_limit_tenant_t realm = { "r", "k", "s" };
    const game_limit_tenant_t key = { NULL, "k", "s" };
    const game_limit_tenant_t person = { NULL, NULL, "s" };
    const game_limit_tenant_t slash = { NULL, NULL, "s/a" };
    char *longer = apr_palloc(test_pool, 5001);
    const char *value;

    ck_assert_str_eq(game_limit_user(test_pool, &realm, "ada"),
                     "realm:1:r/ada");
    ck_assert_str_eq(game_limit_user(test_pool, &key, " ada\t\n"),
                     "key:1:k/ada");
    ck_assert_str_eq(game_limit_user(test_pool, &person, "a/b"),
                     "sub:1:s/a/b");
    ck_assert_str_ne(game_limit_user(test_pool, &person, "a/b"),
                     game_limit_user(test_pool, &slash, "b"));
    ck_assert_ptr_null(game_limit_user(test_pool, &key, " \t "));
    ck_assert_ptr_null(game_limit_user(test_pool, &key, ""));
    ck_assert_ptr_null(game_limit_user(test_pool, &key, NULL));
    memset(longer, 'x', 5000);
    longer[5000] = '\0';
    value = game_limit_user(test_pool, &key, longer);
    ck_assert_uint_eq(strlen(value), 7 + 64);
    longer[4999] = 'y';
    ck_assert_str_ne(value, game_limit_user(test_pool, &key, longer));
}
END_TEST

/* ---- the table ---- */

static game_limit_table_t *make_table(int entries)
{
    static const unsigned char seed[32] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    apr_size_t size = game_limit_table_size(entries);

    game_limit_window_short(NOW, 3600, &hour);
    return game_limit_table_make(apr_pcalloc(test_pool, size), entries,
                                 seed);
}

START_TEST(a_limit_is_what_passes)
{
    game_limit_table_t *table = make_table(1024);
    game_limit_counter_t ada = counter_of("ada", 3);
    game_limit_counter_t bob = counter_of("bob", 1);
    game_limit_window_t next;
    int i;

    for (i = 1; i <= 3; i++) {
        ck_assert_int_eq(game_limit_table_look(table, &ada), i - 1);
        ck_assert(game_limit_table_count(table, &ada));
        ck_assert_int_eq(ada.count, i);
    }
    ck_assert(!game_limit_table_count(table, &ada));
    ck_assert_int_eq(ada.count, 3);
    ck_assert(game_limit_table_count(table, &bob));
    game_limit_table_undo(table, &ada);
    ck_assert_int_eq(game_limit_table_look(table, &ada), 2);
    ck_assert(game_limit_table_count(table, &ada));
    ck_assert(!game_limit_table_count(table, &ada));
    game_limit_table_undo(table, &bob);
    game_limit_table_undo(table, &bob);         /* never below nothing */
    ck_assert(game_limit_table_count(table, &bob));
    ck_assert(!game_limit_table_count(table, &bob));
    game_limit_window_short(NOW + 3600, 3600, &next);
    ada.window = &next;
    ck_assert(game_limit_table_count(table, &ada));
    ck_assert_int_eq(ada.count, 1);
    ck_assert_int_eq(game_limit_table_used(table), 3);
}
END_TEST

START_TEST(a_full_table_forgets_and_refuses_nobody)
{
    const int entries = 1024;
    game_limit_table_t *table = make_table(entries);
    game_limit_counter_t often = counter_of("often", 1000);
    game_limit_window_t day;
    int i;

    game_limit_window_day(NOW, &day);
    for (i = 0; i < 20; i++) {
        game_limit_table_count(table, &often);
    }
    for (i = 0; i < 20 * entries; i++) {
        game_limit_counter_t one = counter_of(apr_itoa(test_pool, i), 1);

        ck_assert_msg(game_limit_table_count(table, &one), "%d", i);
    }
    ck_assert_int_eq(game_limit_table_used(table), entries);
    ck_assert_int_eq(game_limit_table_look(table, &often), 20);
    /* windows that end later replace the whole table, at last him too */
    for (i = 0; i < 20 * entries; i++) {
        game_limit_counter_t one = counter_of(apr_itoa(test_pool, i), 1);

        one.window = &day;
        ck_assert_msg(game_limit_table_count(table, &one), "%d", i);
    }
    ck_assert_int_eq(game_limit_table_used(table), entries);
    ck_assert_int_eq(game_limit_table_look(table, &often), 0);
}
END_TEST

START_TEST(who_died_in_the_middle_holds_nobody_up)
{
    game_limit_table_t *table = make_table(1024);
    game_limit_counter_t ada = counter_of("ada", 1);
    game_limit_counter_t bob = counter_of("bob", 1);

    game_limit_table_jam(table, apr_time_now());
    ck_assert(game_limit_table_count(table, &ada));
    ck_assert(!game_limit_table_count(table, &ada));
    /* and the clock was put back since */
    game_limit_table_jam(table, apr_time_now() + apr_time_from_sec(3600));
    ck_assert(game_limit_table_count(table, &bob));
    ck_assert(!game_limit_table_count(table, &bob));
}
END_TEST

#define THREADS 8
#define KEYS 50
#define ROUNDS 2000
#define LIMIT 700

typedef struct crowd_t {
    game_limit_table_t *table;
    int passed[KEYS];
} crowd_t;

/* Apart from the thread's own function, which never returns: a checker of
 * addresses would take what it had on its stack for there still. */
static void __attribute__((noinline)) push(crowd_t *crowd)
{
    char name[16];
    int i, key;

    for (i = 0; i < ROUNDS; i++) {
        for (key = 0; key < KEYS; key++) {
            game_limit_counter_t counter = counter_of(name, LIMIT);

            apr_snprintf(name, sizeof(name), "key-%d", key);
            crowd->passed[key] += game_limit_table_count(crowd->table,
                                                         &counter);
        }
    }
}

static void *APR_THREAD_FUNC work(apr_thread_t *thread, void *crowd)
{
    push(crowd);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

START_TEST(exactly_as_many_pass_at_once)
{
    game_limit_table_t *table = make_table(1024);
    apr_thread_t *threads[THREADS];
    crowd_t crowds[THREADS];
    apr_status_t rv;
    int i, key, sum;

    memset(crowds, 0, sizeof(crowds));
    for (i = 0; i < THREADS; i++) {
        crowds[i].table = table;
        ck_assert(apr_thread_create(&threads[i], NULL, work, &crowds[i],
                                    test_pool) == APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        apr_thread_join(&rv, threads[i]);
    }
    for (key = 0; key < KEYS; key++) {
        for (sum = 0, i = 0; i < THREADS; i++) {
            sum += crowds[i].passed[key];
        }
        ck_assert_int_eq(sum, LIMIT);
    }
    ck_assert_int_eq(game_limit_table_used(table), KEYS);
}
END_TEST

Suite *limit_suite(void)
{
    Suite *suite = suite_create("limit");
    TCase *tests = fixture_case("limit");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, windows_are_aligned_to_the_epoch);
    tcase_add_test(tests, keys_of_redis_are_the_specified_ones);
    tcase_add_test(tests, addresses_are_counted_by_host_or_network);
    tcase_add_test(tests, users_are_counted_within_their_tenant);
    tcase_add_test(tests, a_limit_is_what_passes);
    tcase_add_test(tests, a_full_table_forgets_and_refuses_nobody);
    tcase_add_test(tests, who_died_in_the_middle_holds_nobody_up);
    tcase_add_test(tests, exactly_as_many_pass_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}

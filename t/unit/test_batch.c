/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Rows that wait to be written: what is written, what is dropped and
 * counted, and what is left when writes fail or the process ends.
 */
#include "fixture.h"

#include "batch.h"
#include "stub.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <string.h>

/* A database that keeps what it was given, and answers as it is told. */
typedef struct table_t {
    apr_pool_t *pool;
    const char *said;           /* rows as "a,b;", batches end with "|" */
    int counts;                 /* of all batches that were written */
    int calls;
    int refuse;                 /* batches with rows are refused */
    int fail;                   /* so many calls fail before one does not */
} table_t;

static game_batch_end_e write_rows(void *baton, const game_batch_t *batch,
                                   apr_pool_t *pool)
{
    table_t *table = baton;
    int i;

    (void)pool;
    table->calls++;
    if (table->fail) {
        table->fail--;
        return GAME_BATCH_LATER;
    }
    if (table->refuse && batch->rows->nelts) {
        return GAME_BATCH_REFUSED;
    }
    for (i = 0; table->pool && i < batch->rows->nelts; i++) {
        const char **row = APR_ARRAY_IDX(batch->rows, i, const char **);

        table->said = apr_pstrcat(table->pool, table->said,
                                  row[0] ? row[0] : "NULL", ",",
                                  row[1] ? row[1] : "NULL", ";", NULL);
    }
    table->said = table->pool ? apr_pstrcat(table->pool, table->said, "|",
                                            NULL) : "";
    table->counts += batch->counts ? *(const int *)batch->counts : 0;
    return GAME_BATCH_WRITTEN;
}

/* By the writer's thread and by those that add: by atomics. */
static volatile apr_uint32_t told_written, told_dropped;

static void tell(void *baton, int written, int dropped)
{
    (void)baton;
    apr_atomic_add32(&told_written, (apr_uint32_t)written);
    apr_atomic_add32(&told_dropped, (apr_uint32_t)dropped);
}

static table_t table_make(void)
{
    table_t table = { .pool = test_pool, .said = "" };

    told_written = told_dropped = 0;
    return table;
}

static game_queue_t *queue_make(apr_pool_t *pool, table_t *table,
                                int threaded, int rows, int hurry, int tries)
{
    game_batch_conf_t conf = {
        .columns = 2, .rows = rows, .hurry = hurry, .tries = tries,
        .baton = table, .write = write_rows, .tell = tell
    };
    game_writer_t *writer = game_batch_writer(pool, threaded, 0);

    ck_assert_ptr_nonnull(writer);
    return game_batch_queue(writer, &conf);
}

/* @return whether there was room; with counts it is counted all the same */
static int add(game_queue_t *queue, const char *a, const char *b, int counts)
{
    const char *cells[2] = { a, b };
    game_batch_t *batch;
    int room = 0;

    game_batch_open(queue, &batch);
    if (batch) {
        if (counts) {
            if (!batch->counts) {
                batch->counts = apr_pcalloc(batch->pool, sizeof(int));
            }
            ++*(int *)batch->counts;
        }
        room = game_batch_row(queue, batch, cells);
    }
    game_batch_close(queue);
    return room;
}

START_TEST(rows_are_written_as_they_came)
{
    table_t table = table_make();
    game_queue_t *queue = queue_make(test_pool, &table, 0, 10, 0, 0);
    char text[] = "text";

    ck_assert(add(queue, text, NULL, 0));
    memset(text, 'x', 4);
    ck_assert(add(queue, "", "b", 0));
    ck_assert_int_eq(table.calls, 0);
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "text,NULL;,b;|");
    game_batch_flush(queue, 1);
    ck_assert_int_eq(table.calls, 1);
    add(queue, "c", "d", 0);
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "text,NULL;,b;|c,d;|");
    ck_assert_int_eq(told_written, 3);
    ck_assert_int_eq(told_dropped, 0);
}
END_TEST

START_TEST(what_finds_no_room_is_counted)
{
    table_t table = table_make();
    game_queue_t *queue = queue_make(test_pool, &table, 0, 2, 0, 0);
    char *large = apr_palloc(test_pool, 5000000);
    int i;

    for (i = 0; i < 5; i++) {
        ck_assert_int_eq(add(queue, "a", "b", 1), i < 2);
    }
    ck_assert_int_eq(game_batch_dropped(queue), 3);
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "a,b;a,b;|");
    ck_assert_int_eq(table.counts, 5);
    memset(large, 'x', 4999999);
    large[4999999] = '\0';
    ck_assert(!add(queue, large, NULL, 0));
    ck_assert(add(queue, "small", NULL, 0));
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "a,b;a,b;|small,NULL;|");
    ck_assert_int_eq(game_batch_dropped(queue), 4);
    ck_assert_int_eq(told_dropped, 4);
}
END_TEST

START_TEST(enough_rows_do_not_wait)
{
    table_t table = table_make();
    game_queue_t *queue = queue_make(test_pool, &table, 0, 10, 3, 0);
    int i;

    for (i = 0; i < 3; i++) {
        add(queue, "a", "b", 0);
    }
    game_batch_flush(queue, 0);
    ck_assert_int_eq(table.calls, 1);
    game_batch_flush(queue, 0);
    ck_assert_int_eq(table.calls, 1);
}
END_TEST

START_TEST(what_was_not_written_is_written_first)
{
    table_t table = table_make();
    game_queue_t *queue = queue_make(test_pool, &table, 0, 2, 0, 0);

    table.fail = 2;
    add(queue, "a", "1", 1);
    game_batch_flush(queue, 1);
    add(queue, "b", "2", 1);
    add(queue, "c", "3", 1);
    ck_assert(!add(queue, "d", "4", 1));
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "");
    ck_assert_int_eq(table.calls, 2);
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "a,1;|b,2;c,3;|");
    ck_assert_int_eq(table.counts, 4);
    ck_assert_int_eq(told_written, 3);
    ck_assert_int_eq(told_dropped, 1);
}
END_TEST

START_TEST(rows_are_given_up_after_some_tries)
{
    table_t table = table_make();
    game_queue_t *queue = queue_make(test_pool, &table, 0, 9, 0, 3);
    int i;

    table.fail = 4;
    add(queue, "a", "1", 1);
    for (i = 0; i < 4; i++) {
        game_batch_flush(queue, 1);
        ck_assert_int_eq(told_dropped, i < 2 ? 0 : 1);
    }
    add(queue, "b", "2", 1);
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "|b,2;|");
    ck_assert_int_eq(table.counts, 2);

    table.fail = 3;             /* without counts the batch is gone */
    add(queue, "c", "3", 0);
    for (i = 0; i < 4; i++) {
        game_batch_flush(queue, 1);
    }
    ck_assert_int_eq(table.fail, 0);
    ck_assert_str_eq(table.said, "|b,2;|");
    ck_assert_int_eq(told_dropped, 2);
    ck_assert_int_eq(game_batch_dropped(queue), 2);
}
END_TEST

START_TEST(what_is_refused_is_dropped_and_stays_counted)
{
    table_t table = table_make();
    game_queue_t *queue = queue_make(test_pool, &table, 0, 9, 0, 0);

    table.refuse = 1;
    add(queue, "a", "1", 1);
    game_batch_flush(queue, 1);
    ck_assert_int_eq(told_dropped, 1);
    table.refuse = 0;
    add(queue, "b", "2", 0);
    game_batch_flush(queue, 1);
    ck_assert_str_eq(table.said, "|b,2;|");
    ck_assert_int_eq(table.counts, 1);
    table.refuse = 1;
    add(queue, "c", "3", 0);
    game_batch_flush(queue, 1);
    ck_assert_int_eq(told_dropped, 2);
    game_batch_flush(queue, 1);
    ck_assert_int_eq(table.calls, 4);
}
END_TEST

START_TEST(a_write_that_failed_is_not_tried_at_once)
{
    table_t table = table_make();
    game_batch_conf_t conf = {
        .columns = 2, .rows = 9, .baton = &table, .write = write_rows
    };
    game_queue_t *queue = game_batch_queue(
        game_batch_writer(test_pool, 0, apr_time_from_sec(3600)), &conf);

    table.fail = 1;
    add(queue, "a", "1", 1);
    game_batch_flush(queue, 1);
    add(queue, "b", "2", 1);
    game_batch_flush(queue, 1);
    ck_assert_int_eq(table.calls, 1);
    ck_assert_int_eq(game_batch_dropped(queue), 0);
}
END_TEST

START_TEST(too_many_columns_make_no_queue)
{
    game_batch_conf_t conf = { .columns = GAME_BATCH_COLUMNS + 1 };

    ck_assert_ptr_null(game_batch_queue(game_batch_writer(test_pool, 0, 0),
                                        &conf));
}
END_TEST

/* ---- with the thread ---- */

static apr_pool_t *process(void)
{
    apr_pool_t *pool = NULL;

    ck_assert_int_eq(apr_pool_create(&pool, test_pool), APR_SUCCESS);
    return pool;
}

START_TEST(the_end_writes_what_is_left)
{
    table_t table = table_make(), other = table_make();
    apr_pool_t *pool = process();
    game_queue_t *queue = queue_make(pool, &table, 1, 10, 0, 0);

    queue_make(pool, &other, 1, 10, 0, 0);      /* never used */
    add(queue, "a", "1", 1);
    apr_pool_destroy(pool);
    ck_assert_str_eq(table.said, "a,1;|");
    ck_assert_int_eq(other.calls, 0);

    pool = process();
    queue = queue_make(pool, &table, 1, 10, 0, 0);
    table.fail = 2;
    add(queue, "b", "2", 1);
    apr_pool_destroy(pool);
    ck_assert_str_eq(table.said, "a,1;|b,2;|");
    ck_assert_int_eq(told_dropped, 0);
}
END_TEST

START_TEST(the_end_does_not_wait_for_ever)
{
    table_t table = table_make();
    apr_pool_t *pool = process();
    game_queue_t *queue = queue_make(pool, &table, 1, 10, 0, 0);

    table.fail = 1000000;
    add(queue, "a", "1", 1);
    add(queue, "b", "2", 1);
    apr_pool_destroy(pool);
    ck_assert_int_gt(table.calls, 0);
    ck_assert_int_eq(told_dropped, 2);
    ck_assert_int_eq(told_written, 0);
}
END_TEST

START_TEST(one_thread_writes_all_queues)
{
    table_t table = table_make(), other = table_make();
    apr_pool_t *pool = process();
    game_writer_t *writer = game_batch_writer(pool, 1, 0);
    game_batch_conf_t conf = {
        .columns = 2, .rows = 10, .baton = &table, .write = write_rows
    };
    game_queue_t *first = game_batch_queue(writer, &conf), *second;

    conf.baton = &other;
    second = game_batch_queue(writer, &conf);
    table.fail = 1;             /* the one does not hold up the other */
    add(first, "a", "1", 0);
    add(second, "b", "2", 0);
    apr_pool_destroy(pool);
    ck_assert_str_eq(table.said, "a,1;|");
    ck_assert_str_eq(other.said, "b,2;|");
}
END_TEST

typedef struct hammer_t {
    game_queue_t *queue;
    int rounds;
    int kept;
} hammer_t;

static void *APR_THREAD_FUNC hammer(apr_thread_t *thread, void *data)
{
    hammer_t *self = data;
    int i;

    for (i = 0; i < self->rounds; i++) {
        self->kept += add(self->queue, "a", "b", 1);
    }
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

/* Of many threads, beside a writer that hurries and fails now and then. */
START_TEST(no_row_is_lost_uncounted)
{
    enum { THREADS = 8 };
    int rounds = stub_rounds(20000), i, kept = 0;
    table_t table = { .fail = 3 };
    apr_pool_t *pool = process();
    game_queue_t *queue = queue_make(pool, &table, 1, 500, 50, 0);
    hammer_t hammers[THREADS] = { { 0 } };
    apr_thread_t *threads[THREADS];
    apr_status_t rv;

    told_written = told_dropped = 0;
    for (i = 0; i < THREADS; i++) {
        hammers[i].queue = queue;
        hammers[i].rounds = rounds;
        ck_assert_int_eq(apr_thread_create(&threads[i], NULL, hammer,
                                           &hammers[i], test_pool),
                         APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        apr_thread_join(&rv, threads[i]);
        kept += hammers[i].kept;
    }
    ck_assert_int_gt(kept, 0);
    apr_pool_destroy(pool);
    ck_assert_int_eq(told_written, kept);
    ck_assert_int_eq(told_dropped, THREADS * rounds - kept);
    ck_assert_int_eq(table.counts, THREADS * rounds);
}
END_TEST

Suite *batch_suite(void)
{
    Suite *suite = suite_create("batch");
    TCase *tests = fixture_case("batch");
    TCase *threads = fixture_case("batch threads");

    tcase_add_test(tests, rows_are_written_as_they_came);
    tcase_add_test(tests, what_finds_no_room_is_counted);
    tcase_add_test(tests, enough_rows_do_not_wait);
    tcase_add_test(tests, what_was_not_written_is_written_first);
    tcase_add_test(tests, rows_are_given_up_after_some_tries);
    tcase_add_test(tests, what_is_refused_is_dropped_and_stays_counted);
    tcase_add_test(tests, a_write_that_failed_is_not_tried_at_once);
    tcase_add_test(tests, too_many_columns_make_no_queue);
    suite_add_tcase(suite, tests);
    tcase_set_timeout(threads, 60);
    tcase_add_test(threads, the_end_writes_what_is_left);
    tcase_add_test(threads, the_end_does_not_wait_for_ever);
    tcase_add_test(threads, one_thread_writes_all_queues);
    tcase_add_test(threads, no_row_is_lost_uncounted);
    suite_add_tcase(suite, threads);
    return suite;
}

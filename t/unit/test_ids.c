/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What a client may call its request, and what it may not.
 */
#include "fixture.h"

#include "ids.h"

#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static const struct {
    const char *text;
    int fit;
} ids[] = {
    {"a", 1}, {"abc-1:2.3", 1}, {"Z_9/+=@", 1}, {"", 0}, {"a b", 0},
    {"a\"b", 0}, {"a\\b", 0}, {"a\r\nX: y", 0}, {"a\tb", 0}, {"<b>", 0},
    {"\xc3\xa4", 0}, {"a;b", 0}, {"%0d%0a", 0},
};

START_TEST(an_id_is_short_and_plain)
{
    ck_assert_int_eq(game_ids_is_id(ids[_i].text), ids[_i].fit);
}
END_TEST

START_TEST(an_id_has_at_most_128_bytes)
{
    char text[130];

    memset(text, 'x', sizeof(text));
    text[128] = '\0';
    ck_assert(game_ids_is_id(text));
    text[128] = 'x';
    text[129] = '\0';
    ck_assert(!game_ids_is_id(text));
}
END_TEST

static const struct {
    const char *text;
    int fit;
} correlations[] = {
    {"c1", 1}, {"order 7 of \"x\"", 1}, {"J\xc3\xbcrgen", 1},
    {"\xf0\x9f\x8e\xb2", 1}, {"", 0}, {"a\tb", 0}, {"a\r\nb", 0},
    {"a\x7f", 0}, {"\x1b[31m", 0}, {"\xc2\x85", 0}, {"\xc2\xa0", 1},
    {"\xe4", 0}, {"\xc0\xaf", 0}, {"\xed\xa0\x80", 0},
    {"\xf4\x90\x80\x80", 0}, {"\xe2\x82", 0},
};

START_TEST(a_correlation_id_is_text)
{
    ck_assert_int_eq(game_ids_is_correlation(correlations[_i].text),
                     correlations[_i].fit);
}
END_TEST

START_TEST(a_correlation_id_has_at_most_255_bytes)
{
    char text[257];

    memset(text, 'x', sizeof(text));
    text[255] = '\0';
    ck_assert(game_ids_is_correlation(text));
    text[255] = 'x';
    text[256] = '\0';
    ck_assert(!game_ids_is_correlation(text));
}
END_TEST

static const struct {
    const char *text;
    int fit;
} parents[] = {
    {"00-" TRACE "-" PARENT "-01", 1},
    {"00-" TRACE "-" PARENT "-00", 1},
    {"01-" TRACE "-" PARENT "-01", 1},
    {"01-" TRACE "-" PARENT "-01-more", 1},
    {"00-" TRACE "-" PARENT "-01-more", 0},
    {"01-" TRACE "-" PARENT "-01more", 0},
    {"ff-" TRACE "-" PARENT "-01", 0},
    {"0-" TRACE "-" PARENT "-01", 0},
    {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01", 0},
    {"00-00000000000000000000000000000000-" PARENT "-01", 0},
    {"00-" TRACE "-0000000000000000-01", 0},
    {"00-" TRACE "-" PARENT "-0", 0},
    {"00-" TRACE "-" PARENT "-0g", 0},
    {"00-" TRACE "-" PARENT, 0},
    {"00_" TRACE "-" PARENT "-01", 0},
    {"00-" TRACE "_" PARENT "-01", 0},
    {"00-" TRACE "-" PARENT "_01", 0},
    {"", 0}, {"00", 0},
};

START_TEST(a_traceparent_names_a_trace)
{
    apr_pool_t *pool;
    const char *trace;

    ck_assert_int_eq(apr_pool_create(&pool, NULL), APR_SUCCESS);
    trace = game_ids_parent(pool, parents[_i].text);
    if (parents[_i].fit) {
        ck_assert_str_eq(trace, TRACE);
    }
    else {
        ck_assert_ptr_null(trace);
    }
    apr_pool_destroy(pool);
}
END_TEST

static const struct {
    const char *text, *clean;
} texts[] = {
    {"", ""}, {"plain", "plain"}, {"J\xc3\xbcrgen", "J\xc3\xbcrgen"},
    {"J\xfcrgen", "J\xef\xbf\xbdrgen"},
    {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd"},
};

START_TEST(what_is_no_utf8_is_replaced)
{
    apr_pool_t *pool;

    ck_assert_int_eq(apr_pool_create(&pool, NULL), APR_SUCCESS);
    ck_assert_str_eq(game_ids_utf8(pool, texts[_i].text), texts[_i].clean);
    apr_pool_destroy(pool);
}
END_TEST

Suite *ids_suite(void)
{
    Suite *suite = suite_create("ids");
    TCase *tc = tcase_create("ids");

    tcase_add_loop_test(tc, an_id_is_short_and_plain, 0, COUNT_OF(ids));
    tcase_add_test(tc, an_id_has_at_most_128_bytes);
    tcase_add_loop_test(tc, a_correlation_id_is_text, 0,
                        COUNT_OF(correlations));
    tcase_add_test(tc, a_correlation_id_has_at_most_255_bytes);
    tcase_add_loop_test(tc, a_traceparent_names_a_trace, 0,
                        COUNT_OF(parents));
    tcase_add_loop_test(tc, what_is_no_utf8_is_replaced, 0, COUNT_OF(texts));
    suite_add_tcase(suite, tc);
    return suite;
}

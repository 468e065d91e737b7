/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The text for Prometheus: families, labels that hold anything, numbers,
 * buckets.
 */
#include "fixture.h"

#include "metrics_text.h"

#include <apr_strings.h>
#include <string.h>

static const double edges[] = { 0.005, 0.1, 1, 2.5 };

static game_text_t *begun(void)
{
    game_text_t *text = apr_palloc(test_pool, sizeof(*text));

    game_text_begin(text, test_pool);
    return text;
}

START_TEST(a_family_has_its_head)
{
    game_text_t *text = begun();

    game_text_family(text, "a_total", GAME_TEXT_COUNTER, "A \\ and\na \".");
    game_text_family(text, "b", GAME_TEXT_GAUGE, "B.");
    game_text_family(text, "c", GAME_TEXT_SUMMARY, "C.");
    game_text_family(text, "d", GAME_TEXT_HISTOGRAM, "D.");
    ck_assert_str_eq(text->bytes,
        "# HELP a_total A \\\\ and\\na \".\n# TYPE a_total counter\n"
        "# HELP b B.\n# TYPE b gauge\n# HELP c C.\n# TYPE c summary\n"
        "# HELP d D.\n# TYPE d histogram\n");
    ck_assert_uint_eq(text->len, strlen(text->bytes));
}
END_TEST

START_TEST(labels_are_escaped)
{
    static const struct {
        const char *value, *shown;
    } rows[] = {
        { "plain", "plain" }, { "", "" }, { "a\"b", "a\\\"b" },
        { "\\", "\\\\" }, { "x\ny", "x\\ny" },
        { "\"} 1\nevil_total 2\n", "\\\"} 1\\nevil_total 2\\n" },
        { "{a=\"b\"}", "{a=\\\"b\\\"}" }, { "\xc3\xa9", "\xc3\xa9" }
    };
    game_text_t *labels = begun();
    const char *want;

    game_text_label(labels, "a", rows[_i].value);
    want = apr_pstrcat(test_pool, "a=\"", rows[_i].shown, "\"", NULL);
    ck_assert_str_eq(labels->bytes, want);
    game_text_label(labels, "b", "2");
    ck_assert_str_eq(labels->bytes, apr_pstrcat(test_pool, want, ",b=\"2\"",
                                                NULL));
}
END_TEST

START_TEST(numbers_are_whole)
{
    game_text_t *text = begun();

    game_text_sample(text, "a", "", "", 0);
    game_text_sample(text, "a", "_count", "x=\"1\"",
                     APR_UINT64_C(18446744073709551615));
    ck_assert_str_eq(text->bytes,
                     "a 0\na_count{x=\"1\"} 18446744073709551615\n");
}
END_TEST

START_TEST(millionths_are_exact)
{
    static const struct {
        apr_uint64_t micro;
        const char *shown;
    } rows[] = {
        { 0, "0.000000" }, { 1, "0.000001" }, { 999999, "0.999999" },
        { 1000000, "1.000000" }, { 1000001, "1.000001" },
        { APR_UINT64_C(18446744073709551615), "18446744073709.551615" }
    };
    game_text_t *text = begun();

    game_text_micro(text, "a", "_sum", "", rows[_i].micro);
    ck_assert_str_eq(text->bytes, apr_pstrcat(test_pool, "a_sum ",
                                              rows[_i].shown, "\n", NULL));
}
END_TEST

START_TEST(a_bucket_includes_its_edge)
{
    static const struct {
        apr_uint64_t micro;
        int bucket;
    } rows[] = {
        { 0, 0 }, { 1, 0 }, { 5000, 0 }, { 5001, 1 }, { 100000, 1 },
        { 100001, 2 }, { 1000000, 2 }, { 1000001, 3 }, { 2500000, 3 },
        { 2500001, 4 }, { APR_UINT64_C(18446744073709551615), 4 }
    };

    ck_assert_int_eq(game_text_bucket(edges, 4, rows[_i].micro),
                     rows[_i].bucket);
}
END_TEST

START_TEST(buckets_add_up)
{
    static const apr_uint64_t counts[] = { 1, 0, 4, 0, 2 };
    game_text_t *text = begun();

    game_text_histogram(text, "a", "", edges, 4, counts, 7500000);
    ck_assert_str_eq(text->bytes,
        "a_bucket{le=\"0.005\"} 1\na_bucket{le=\"0.1\"} 1\n"
        "a_bucket{le=\"1\"} 5\na_bucket{le=\"2.5\"} 5\n"
        "a_bucket{le=\"+Inf\"} 7\na_sum 7.500000\na_count 7\n");
    text = begun();
    game_text_histogram(text, "a", "x=\"y\"", edges, 1, counts, 0);
    ck_assert_str_eq(text->bytes,
        "a_bucket{x=\"y\",le=\"0.005\"} 1\na_bucket{x=\"y\",le=\"+Inf\"} 1\n"
        "a_sum{x=\"y\"} 0.000000\na_count{x=\"y\"} 1\n");
}
END_TEST

START_TEST(a_text_grows)
{
    game_text_t *text = begun();
    int i;

    for (i = 0; i < 10000; i++) {
        game_text_sample(text, "name_of_ten", "", "", 7);
    }
    ck_assert_uint_eq(text->len, 10000 * strlen("name_of_ten 7\n"));
    ck_assert_uint_eq(text->len, strlen(text->bytes));
    ck_assert_str_eq(text->bytes + text->len - 14, "name_of_ten 7\n");
}
END_TEST

Suite *metrics_text_suite(void)
{
    Suite *suite = suite_create("metrics_text");
    TCase *tc = fixture_case("text");

    tcase_add_test(tc, a_family_has_its_head);
    tcase_add_loop_test(tc, labels_are_escaped, 0, 8);
    tcase_add_test(tc, numbers_are_whole);
    tcase_add_loop_test(tc, millionths_are_exact, 0, 6);
    tcase_add_loop_test(tc, a_bucket_includes_its_edge, 0, 11);
    tcase_add_test(tc, buckets_add_up);
    tcase_add_test(tc, a_text_grows);
    suite_add_tcase(suite, tc);
    return suite;
}

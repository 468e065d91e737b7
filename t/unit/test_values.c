/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Values and variables: overriding by the text of params, rounding, windows.
 */
#include "fixture.h"

#include "../../strategies/builtins.h"
#include "../../strategies/values.h"

#include <math.h>
#include <string.h>

static const game_variable_t defaults[] = {
    {"variable_count", {GAME_VALUE_INT, {.whole = 7}}},
    {"variable_rate", {GAME_VALUE_REAL, {.real = 0.5}}},
    {"variable_map", {GAME_VALUE_JSON, {.text = "{\"a\":1}"}}},
    {"variable_list", {GAME_VALUE_JSON, {.text = "[1]"}}},
    {"variable_flag", {GAME_VALUE_BOOL, {.flag = 1}}},
    {"variable_word", {GAME_VALUE_TEXT, {.text = "old"}}},
    {"variable_none", {GAME_VALUE_NULL, {.flag = 0}}},
    {"bare", {GAME_VALUE_INT, {.whole = 1}}},
    {NULL, {GAME_VALUE_NULL, {.flag = 0}}}
};

static const game_strategy_t strategy = {
    .id = "s", .version = "1", .variables = defaults
};

static const struct {
    const char *text;
    int taken;
    apr_int64_t whole;
} int_texts[] = {
    {"12", 1, 12}, {"-12", 1, -12}, {"+12", 1, 12}, {"007", 1, 7},
    {"-0", 1, 0}, {" \t12\r\n", 1, 12}, {"1_000", 1, 1000},
    {"1_0_0", 1, 100},
    {"9223372036854775807", 1, APR_INT64_MAX},
    {"-9223372036854775808", 1, APR_INT64_MIN},
    {"9223372036854775808", -1, 0}, {"-9223372036854775809", -1, 0},
    {"99999999999999999999999999", -1, 0},
    {"", -1, 0}, {" ", -1, 0}, {"-", -1, 0}, {"+", -1, 0}, {"+-1", -1, 0},
    {"- 1", -1, 0}, {"1 2", -1, 0}, {"12x", -1, 0}, {"x12", -1, 0},
    {"_1", -1, 0}, {"1_", -1, 0}, {"1__0", -1, 0}, {"-_1", -1, 0},
    {"0x10", -1, 0}, {"1.0", -1, 0}, {"1.", -1, 0}, {"1e3", -1, 0},
    {"true", -1, 0}, {"null", -1, 0}, {"nan", -1, 0}, {"inf", -1, 0},
    {"{}", -1, 0}, {"\"1\"", -1, 0},
};

static const struct {
    const char *text;
    int taken;
    double real;
} real_texts[] = {
    {"1", 1, 1.0}, {"-3", 1, -3.0}, {"0.25", 1, 0.25}, {".5", 1, 0.5},
    {"5.", 1, 5.0}, {"+1.5", 1, 1.5}, {" 1.5 ", 1, 1.5}, {"1e3", 1, 1000.0},
    {"1E-2", 1, 0.01}, {"1.5e+2", 1, 150.0}, {"1_0.2_5", 1, 10.25},
    {"9223372036854775808", 1, 9223372036854775808.0},
    {"1e308", 1, 1e308}, {"1e-999", 1, 0.0},
    {"1e309", -1, 0}, {"-1e309", -1, 0}, {"nan", -1, 0}, {"inf", -1, 0},
    {"-Infinity", -1, 0}, {"0x1p3", -1, 0}, {"0x10", -1, 0}, {"", -1, 0},
    {".", -1, 0}, {"e3", -1, 0}, {".e3", -1, 0}, {"1e", -1, 0},
    {"1e+", -1, 0}, {"1.5.5", -1, 0}, {"1,5", -1, 0}, {"1_.5", -1, 0},
    {"1._5", -1, 0}, {"1e_5", -1, 0}, {"true", -1, 0}, {"1.5x", -1, 0},
};

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

START_TEST(int_is_overridden_by_int_text_only)
{
    game_variable_t *list = game_variables_copy(&strategy, test_pool);
    int taken = game_variable_override(list, "variable_count",
                                       int_texts[_i].text, test_pool);

    ck_assert_msg(taken == int_texts[_i].taken, "\"%s\" gives %d",
                  int_texts[_i].text, taken);
    ck_assert_int_eq(list[0].value.kind, GAME_VALUE_INT);
    ck_assert_int_eq(list[0].value.as.whole,
                     taken == 1 ? int_texts[_i].whole : 7);
}
END_TEST

START_TEST(real_is_overridden_by_finite_number_text)
{
    game_variable_t *list = game_variables_copy(&strategy, test_pool);
    int taken = game_variable_override(list, "variable_rate",
                                       real_texts[_i].text, test_pool);

    ck_assert_msg(taken == real_texts[_i].taken, "\"%s\" gives %d",
                  real_texts[_i].text, taken);
    ck_assert_int_eq(list[1].value.kind, GAME_VALUE_REAL);
    ck_assert_double_eq(list[1].value.as.real,
                        taken == 1 ? real_texts[_i].real : 0.5);
}
END_TEST

START_TEST(object_is_overridden_by_object_text)
{
    game_variable_t *list = game_variables_copy(&strategy, test_pool);
    static const char *const unfit[] = {
        "", "{", "}", "[1]", "1", "text", "null", "{} x", "x {}"
    };
    int i;

    for (i = 0; i < COUNT_OF(unfit); i++) {
        ck_assert_int_eq(game_variable_override(list, "map", unfit[i],
                                                test_pool), -1);
        ck_assert_str_eq(list[2].value.as.text, "{\"a\":1}");
    }
    ck_assert_int_eq(game_variable_override(list, "map", " {\"b\": 2}\n",
                                            test_pool), 1);
    ck_assert_int_eq(list[2].value.kind, GAME_VALUE_JSON);
    ck_assert_str_eq(list[2].value.as.text, "{\"b\": 2}");
}
END_TEST

START_TEST(other_kinds_are_never_overridden)
{
    game_variable_t *list = game_variables_copy(&strategy, test_pool);

    ck_assert_int_eq(game_variable_override(list, "list", "[2]", test_pool),
                     -1);
    ck_assert_int_eq(game_variable_override(list, "list", "{}", test_pool),
                     -1);
    ck_assert_int_eq(game_variable_override(list, "flag", "true", test_pool),
                     -1);
    ck_assert_int_eq(game_variable_override(list, "flag", "0", test_pool),
                     -1);
    ck_assert_int_eq(game_variable_override(list, "word", "new", test_pool),
                     -1);
    ck_assert_int_eq(game_variable_override(list, "none", "1", test_pool),
                     -1);
    ck_assert_mem_eq(list, defaults, sizeof(defaults));
}
END_TEST

START_TEST(keys_are_exact_with_or_without_the_prefix)
{
    static const char *const unknown[] = {
        "", "Count", "variable_Count", "variable_", "coun", "counts",
        "variable_variable_count", " count", "variable_bare", "other"
    };
    game_variable_t *list = game_variables_copy(&strategy, test_pool);
    int i;

    for (i = 0; i < COUNT_OF(unknown); i++) {
        ck_assert_msg(!game_variable_override(list, unknown[i], "5",
                                              test_pool),
                      "\"%s\" was taken", unknown[i]);
    }
    ck_assert_mem_eq(list, defaults, sizeof(defaults));
    ck_assert_int_eq(game_variable_override(list, "count", "5", test_pool),
                     1);
    ck_assert_int_eq(list[0].value.as.whole, 5);
    ck_assert_int_eq(game_variable_override(list, "variable_count", "6",
                                            test_pool), 1);
    ck_assert_int_eq(list[0].value.as.whole, 6);
    ck_assert_int_eq(game_variable_override(list, "bare", "2", test_pool), 1);
    ck_assert_int_eq(list[7].value.as.whole, 2);
}
END_TEST

START_TEST(absent_texts_and_lists_are_harmless)
{
    static const game_strategy_t plain = {.id = "p", .version = "1"};
    game_variable_t *list = game_variables_copy(&plain, test_pool);

    ck_assert_ptr_null(list[0].name);
    ck_assert_int_eq(game_variable_override(list, "count", "1", test_pool),
                     0);
    ck_assert_int_eq(game_variable_override(NULL, "count", "1", test_pool),
                     0);
    ck_assert_ptr_null(game_variable_find(NULL, "variable_count"));
    list = game_variables_copy(&strategy, test_pool);
    ck_assert_int_eq(game_variable_override(list, NULL, "1", test_pool), 0);
    ck_assert_int_eq(game_variable_override(list, "count", NULL, test_pool),
                     -1);
}
END_TEST

START_TEST(a_copy_leaves_the_defaults_alone)
{
    game_variable_t *list = game_variables_copy(&strategy, test_pool);

    ck_assert_mem_eq(list, defaults, sizeof(defaults));
    ck_assert_int_eq(game_variable_override(list, "count", "9", test_pool),
                     1);
    ck_assert_int_eq(defaults[0].value.as.whole, 7);
    ck_assert_int_eq(game_variable_find(list, "variable_count")->as.whole,
                     9);
    ck_assert_ptr_null(game_variable_find(list, "count"));
}
END_TEST

START_TEST(numbers_are_read_as_doubles)
{
    game_value_t flag = {GAME_VALUE_BOOL, {.flag = 1}};
    game_value_t text = {GAME_VALUE_TEXT, {.text = "3"}};
    game_value_t whole = game_value_int(-3);
    game_value_t real = game_value_real(2.5);

    ck_assert_double_eq(game_value_number(&whole), -3.0);
    ck_assert_double_eq(game_value_number(&real), 2.5);
    ck_assert_double_eq(game_value_number(&flag), 1.0);
    ck_assert_double_eq(game_value_number(&text), 0.0);
    ck_assert_double_eq(game_value_number(NULL), 0.0);
    ck_assert(game_value_is_number(&whole) && game_value_is_number(&real));
    ck_assert(!game_value_is_number(&flag) && !game_value_is_number(&text));
    ck_assert(!game_value_is_number(NULL));
}
END_TEST

static const struct {
    double real;
    int booked;
    apr_int64_t whole;
} roundings[] = {
    {12.5, 1, 13}, {-12.5, 1, -13}, {0.49, 1, 0}, {-0.49, 1, 0},
    {0.5, 1, 1}, {-0.5, 1, -1}, {1.5, 1, 2}, {2.5, 1, 3}, {187.5, 1, 188},
    {0.49999999999999994, 1, 0}, {5.0, 1, 5}, {-1.0, 1, -1},
    {4503599627370497.5, 1, APR_INT64_C(4503599627370498)},
    {9007199254740993.0, 1, APR_INT64_C(9007199254740992)},
    {9223372036854774784.0, 1, APR_INT64_C(9223372036854774784)},
    {-9223372036854775808.0, 1, APR_INT64_MIN},
    {9223372036854775808.0, 0, 0}, {-9223372036854777856.0, 0, 0},
    {1e300, 0, 0}, {-1e300, 0, 0}, {INFINITY, 0, 0}, {-INFINITY, 0, 0},
    {NAN, 0, 0},
};

START_TEST(reals_round_to_the_nearest_halves_away_from_zero)
{
    game_value_t points = game_value_real(roundings[_i].real);
    apr_int64_t whole = -77;

    ck_assert_int_eq(game_points_round(&points, &whole),
                     roundings[_i].booked);
    ck_assert_int_eq(whole, roundings[_i].booked ? roundings[_i].whole
                                                 : -77);
}
END_TEST

START_TEST(whole_numbers_are_booked_exactly)
{
    static const apr_int64_t numbers[] = {
        0, 1, -1, APR_INT64_C(9007199254740993), APR_INT64_MAX,
        APR_INT64_MIN
    };
    game_value_t points;
    apr_int64_t whole;
    int i;

    for (i = 0; i < COUNT_OF(numbers); i++) {
        points = game_value_int(numbers[i]);
        ck_assert_int_eq(game_points_round(&points, &whole), 1);
        ck_assert_int_eq(whole, numbers[i]);
    }
}
END_TEST

START_TEST(what_is_no_number_is_not_booked)
{
    game_value_t none = {GAME_VALUE_NULL, {.flag = 0}};
    game_value_t flag = {GAME_VALUE_BOOL, {.flag = 1}};
    game_value_t text = {GAME_VALUE_TEXT, {.text = "7"}};
    game_value_t json = {GAME_VALUE_JSON, {.text = "{}"}};
    apr_int64_t whole;

    ck_assert_int_eq(game_points_round(&none, &whole), 0);
    ck_assert_int_eq(game_points_round(&flag, &whole), 0);
    ck_assert_int_eq(game_points_round(&text, &whole), 0);
    ck_assert_int_eq(game_points_round(&json, &whole), 0);
}
END_TEST

START_TEST(windows_are_seconds_within_a_century)
{
    game_value_t minutes = game_value_int(5);

    ck_assert_int_eq(game_value_window(&minutes), 300);
    minutes = game_value_real(2.5);
    ck_assert_int_eq(game_value_window(&minutes), 150);
    minutes = game_value_int(-1);
    ck_assert_int_eq(game_value_window(&minutes), -60);
    minutes = game_value_int(APR_INT64_MAX);
    ck_assert_int_eq(game_value_window(&minutes), APR_INT64_C(3155760000));
    minutes = game_value_int(APR_INT64_MIN);
    ck_assert_int_eq(game_value_window(&minutes), APR_INT64_C(-3155760000));
    minutes = game_value_real(NAN);
    ck_assert_int_eq(game_value_window(&minutes), 0);
    ck_assert_int_eq(game_value_window(NULL), 0);
}
END_TEST

Suite *values_suite(void)
{
    Suite *suite = suite_create("values");
    TCase *tests = fixture_case("values");

    tcase_add_loop_test(tests, int_is_overridden_by_int_text_only, 0,
                        COUNT_OF(int_texts));
    tcase_add_loop_test(tests, real_is_overridden_by_finite_number_text, 0,
                        COUNT_OF(real_texts));
    tcase_add_test(tests, object_is_overridden_by_object_text);
    tcase_add_test(tests, other_kinds_are_never_overridden);
    tcase_add_test(tests, keys_are_exact_with_or_without_the_prefix);
    tcase_add_test(tests, absent_texts_and_lists_are_harmless);
    tcase_add_test(tests, a_copy_leaves_the_defaults_alone);
    tcase_add_test(tests, numbers_are_read_as_doubles);
    tcase_add_loop_test(tests,
                        reals_round_to_the_nearest_halves_away_from_zero, 0,
                        COUNT_OF(roundings));
    tcase_add_test(tests, whole_numbers_are_booked_exactly);
    tcase_add_test(tests, what_is_no_number_is_not_booked);
    tcase_add_test(tests, windows_are_seconds_within_a_century);
    suite_add_tcase(suite, tests);
    return suite;
}

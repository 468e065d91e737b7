/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The built-in strategies beside their vectors: the list, the hash, and what
 * happens at the edges of numbers.
 */
#include "fixture.h"

#include "../../strategies/builtins.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* An event whose data has no member but "minutes", or none at all. */
static int minutes_member(const game_event_t *event, const char *name,
                          game_value_t *value)
{
    if (!event->data || strcmp(name, "minutes")) {
        return 0;
    }
    *value = *(const game_value_t *)event->data;
    return 1;
}

static game_verdict_e score(const game_strategy_t *strategy,
                            const game_variable_t *variables,
                            const game_inputs_t *inputs,
                            const game_value_t *minutes, game_score_t *result)
{
    game_event_t event = {"g", "t", "u", minutes_member, minutes};

    memset(result, 0xff, sizeof(*result));
    return strategy->score(&event, variables, inputs, result, test_pool);
}

/* Defaults with one of them changed by a param. */
static game_variable_t *with(const game_strategy_t *strategy,
                             const char *key, const char *text)
{
    game_variable_t *variables = game_variables_copy(strategy, test_pool);

    ck_assert_int_eq(game_variable_override(variables, key, text, test_pool),
                     1);
    return variables;
}

START_TEST(list_is_complete_and_ordered_by_id)
{
    int i;

    ck_assert_ptr_nonnull(game_builtins[0]);
    for (i = 0; game_builtins[i]; i++) {
        ck_assert_ptr_nonnull(game_builtins[i]->name);
        ck_assert_ptr_nonnull(game_builtins[i]->slug);
        ck_assert_ptr_nonnull(game_builtins[i]->description);
        ck_assert_ptr_nonnull(game_builtins[i]->version);
        ck_assert_ptr_nonnull(game_builtins[i]->variables);
        ck_assert_ptr_nonnull(game_builtins[i]->score);
        ck_assert(isupper((unsigned char)game_builtins[i]->description[0]));
        if (i) {
            ck_assert_str_lt(game_builtins[i - 1]->id, game_builtins[i]->id);
        }
    }
}
END_TEST

START_TEST(needs_ask_for_known_inputs_only)
{
    game_needs_t needs;
    int i;

    for (i = 0; game_builtins[i]; i++) {
        if (game_builtins[i]->needs) {
            memset(&needs, 0xff, sizeof(needs));
            game_builtins[i]->needs(game_builtins[i]->variables, &needs);
            ck_assert_uint_eq(needs.mask & ~GAME_INPUT_ALL, 0);
        }
    }
}
END_TEST

START_TEST(needs_follow_the_variables)
{
    game_needs_t needs;

    game_strategy_constant_effort.needs(
        with(&game_strategy_constant_effort,
             "constant_effort_interval_minutes", "15"), &needs);
    ck_assert_int_eq(needs.recent_seconds, 900);
    ck_assert_int_eq(needs.record_seconds, 0);
    game_strategy_greengage.needs(game_strategy_greengage.variables, &needs);
    ck_assert_int_eq(needs.record_seconds, 60);
    game_strategy_greengage.needs(
        with(&game_strategy_greengage, "minutes_to_check", "3"), &needs);
    ck_assert_int_eq(needs.record_seconds, 180);
    ck_assert_int_eq(needs.recent_seconds, 0);
}
END_TEST

START_TEST(hash_tells_contracts_apart)
{
    static const game_variable_t one[] = {
        {"variable_a", {GAME_VALUE_INT, {.whole = 1}}},
        {"variable_b", {GAME_VALUE_REAL, {.real = 1}}},
        {NULL, {GAME_VALUE_NULL, {.flag = 0}}}
    };
    static const game_variable_t other[] = {
        {"variable_b", {GAME_VALUE_REAL, {.real = 1}}},
        {"variable_a", {GAME_VALUE_INT, {.whole = 1}}},
        {NULL, {GAME_VALUE_NULL, {.flag = 0}}}
    };
    static const game_variable_t real[] = {
        {"variable_a", {GAME_VALUE_REAL, {.real = 1}}},
        {"variable_b", {GAME_VALUE_REAL, {.real = 1}}},
        {NULL, {GAME_VALUE_NULL, {.flag = 0}}}
    };
    game_strategy_t a = {.id = "a", .version = "1", .variables = one};
    game_strategy_t b = {.id = "a", .version = "1", .variables = other};
    const char *hash = game_strategy_hash(&a, test_pool);

    ck_assert_uint_eq(strlen(hash), 64);
    ck_assert_str_eq(game_strategy_hash(&b, test_pool), hash);
    b.variables = real;
    ck_assert_str_ne(game_strategy_hash(&b, test_pool), hash);
    b = a;
    b.version = "2";
    ck_assert_str_ne(game_strategy_hash(&b, test_pool), hash);
    b = a;
    b.id = "b";
    ck_assert_str_ne(game_strategy_hash(&b, test_pool), hash);
    b = a;
    b.variables = NULL;
    ck_assert_str_ne(game_strategy_hash(&b, test_pool), hash);
    b = a;
    b.name = "shown only";
    ck_assert_str_eq(game_strategy_hash(&b, test_pool), hash);
}
END_TEST

/* The expected hash was made by another program from the same values. */
START_TEST(hash_is_of_canonical_json)
{
    static const game_variable_t variables[] = {
        {"z", {GAME_VALUE_JSON,
               {.text = " { \"b\" : [ 1 , {\"y\":2, \"x\":\"a , \\\"}\"} ,"
                        "[] ] , \"a b\":{}, \"a\" : null } "}}},
        {"t", {GAME_VALUE_TEXT, {.text = "q\"\\\n\x01\xc3\xa9"}}},
        {"r1", {GAME_VALUE_REAL, {.real = 0.5}}},
        {"r2", {GAME_VALUE_REAL, {.real = 100}}},
        {"r3", {GAME_VALUE_REAL, {.real = 1.96}}},
        {"r4", {GAME_VALUE_REAL, {.real = -12345.678}}},
        {"r5", {GAME_VALUE_REAL, {.real = 0.0001}}},
        {"f", {GAME_VALUE_BOOL, {.flag = 1}}},
        {"n", {GAME_VALUE_NULL, {.flag = 0}}},
        {"i", {GAME_VALUE_INT, {.whole = -5}}},
        {NULL, {GAME_VALUE_NULL, {.flag = 0}}}
    };
    static const game_strategy_t odd = {
        .id = "odd", .version = "1.0", .variables = variables
    };

    ck_assert_str_eq(game_strategy_hash(&odd, test_pool),
                     "ac24092f7b464363f561cfaaaeaedaf2"
                     "e6b5993f821f21b1d483b56817ee22e6");
}
END_TEST

START_TEST(sums_and_products_beyond_int64_are_not_booked)
{
    game_inputs_t inputs = {.task_count = 9, .user_count = 9,
                            .personal_count = 0};
    game_value_t minutes = game_value_int(20);
    game_score_t result;
    apr_int64_t whole;

    inputs.user_avg = game_value_real(1);
    inputs.all_avg = game_value_real(2);
    ck_assert_int_eq(score(&game_strategy_default,
                           with(&game_strategy_default, "basic_points",
                                "9223372036854775807"), &inputs, NULL,
                           &result), GAME_SCORED);
    ck_assert_int_eq(game_points_round(&result.points, &whole), 0);
    ck_assert_int_eq(score(&game_strategy_greengage,
                           with(&game_strategy_greengage, "default_points",
                                "9223372036854775807"), &inputs, &minutes,
                           &result), GAME_SCORED);
    ck_assert_int_eq(game_points_round(&result.points, &whole), 0);
}
END_TEST

START_TEST(effort_without_a_maximum_is_refused_in_words)
{
    game_inputs_t inputs = {.recent_count = 4};
    game_score_t result;

    ck_assert_int_eq(score(&game_strategy_constant_effort,
                           with(&game_strategy_constant_effort, "max_points",
                                "0"), &inputs, NULL, &result), GAME_REFUSED);
    ck_assert_ptr_nonnull(strstr(result.detail, "variable_max_points"));
    inputs.recent_count = 0;
    ck_assert_int_eq(score(&game_strategy_constant_effort,
                           with(&game_strategy_constant_effort, "max_points",
                                "0"), &inputs, NULL, &result), GAME_SCORED);
}
END_TEST

START_TEST(effort_survives_extreme_numbers)
{
    static const char *const maxima[] = {
        "1", "-1", "9223372036854775807", "-9223372036854775808"
    };
    game_inputs_t inputs = {.recent_count = APR_INT64_MAX};
    game_score_t result;
    apr_int64_t whole;
    int i;

    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(score(&game_strategy_constant_effort,
                               with(&game_strategy_constant_effort,
                                    "max_points", maxima[i]), &inputs, NULL,
                               &result), GAME_SCORED);
        ck_assert_int_eq(game_points_round(&result.points, &whole), 1);
    }
}
END_TEST

START_TEST(boolean_minutes_are_no_number)
{
    game_value_t minutes = {GAME_VALUE_BOOL, {.flag = 0}};
    game_inputs_t inputs = {.recent_record = 0};
    game_score_t result;

    for (; minutes.as.flag < 2; minutes.as.flag++) {
        ck_assert_int_eq(score(&game_strategy_greengage,
                               game_strategy_greengage.variables, &inputs,
                               &minutes, &result), GAME_REFUSED);
        ck_assert_str_eq(result.detail, "The minutes must be a number equal"
                                        " or greater than 0");
    }
}
END_TEST

START_TEST(inputs_that_are_no_numbers_are_a_bad_payload)
{
    game_inputs_t inputs = {.task_count = 9, .user_count = 9,
                            .personal_count = 9};
    game_value_t minutes = game_value_int(20);
    game_score_t result;

    inputs.user_avg = game_value_real(2);
    inputs.all_avg = game_value_real(1);
    ck_assert_int_eq(score(&game_strategy_default,
                           game_strategy_default.variables, &inputs, NULL,
                           &result), GAME_BAD_PAYLOAD);
    ck_assert_int_eq(score(&game_strategy_greengage,
                           game_strategy_greengage.variables, &inputs,
                           &minutes, &result), GAME_BAD_PAYLOAD);
    inputs.global_avg = game_value_real(50);
    ck_assert_int_eq(score(&game_strategy_greengage,
                           game_strategy_greengage.variables, &inputs,
                           &minutes, &result), GAME_BAD_PAYLOAD);
}
END_TEST

START_TEST(nothing_is_left_over_from_a_former_score)
{
    game_inputs_t inputs = {.task_count = 0};
    game_score_t result;

    ck_assert_int_eq(score(&game_strategy_socio_bee,
                           game_strategy_socio_bee.variables, &inputs, NULL,
                           &result), GAME_SCORED);
    ck_assert_ptr_null(result.callback);
    ck_assert_ptr_null(result.detail);
    ck_assert_str_eq(result.case_name, "BasicEngagement");
}
END_TEST

Suite *builtins_suite(void)
{
    Suite *suite = suite_create("builtins");
    TCase *tests = fixture_case("builtins");

    tcase_add_test(tests, list_is_complete_and_ordered_by_id);
    tcase_add_test(tests, needs_ask_for_known_inputs_only);
    tcase_add_test(tests, needs_follow_the_variables);
    tcase_add_test(tests, hash_tells_contracts_apart);
    tcase_add_test(tests, hash_is_of_canonical_json);
    tcase_add_test(tests, sums_and_products_beyond_int64_are_not_booked);
    tcase_add_test(tests, effort_without_a_maximum_is_refused_in_words);
    tcase_add_test(tests, effort_survives_extreme_numbers);
    tcase_add_test(tests, boolean_minutes_are_no_number);
    tcase_add_test(tests, inputs_that_are_no_numbers_are_a_bad_payload);
    tcase_add_test(tests, nothing_is_left_over_from_a_former_score);
    suite_add_tcase(suite, tests);
    return suite;
}

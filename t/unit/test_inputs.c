/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From the row of kept aggregates to what strategies read, and the members
 * of an event's data.
 */
#include "fixture.h"

#include "economy_inputs.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COLUMNS (FACT_USER_MINUTES + 1)

static const char *cells[COLUMNS];
static const game_rows_t facts = {1, COLUMNS, cells};

static game_inputs_t inputs_of_cells(void)
{
    game_inputs_t inputs;

    memset(&inputs, 0xff, sizeof(inputs));
    game_economy_inputs(&facts, &inputs);
    memset(cells, 0, sizeof(cells));
    return inputs;
}

static void assert_whole(const game_value_t *value, apr_int64_t whole)
{
    ck_assert_int_eq(value->kind, GAME_VALUE_INT);
    ck_assert_int_eq(value->as.whole, whole);
}

static void assert_real(const game_value_t *value, double real)
{
    ck_assert_int_eq(value->kind, GAME_VALUE_REAL);
    ck_assert_double_eq(value->as.real, real);
}

START_TEST(nothing_kept_is_minus_one_or_zero)
{
    game_inputs_t inputs = inputs_of_cells();

    ck_assert_int_eq(inputs.now, 0);
    ck_assert_int_eq(inputs.task_count, 0);
    ck_assert_int_eq(inputs.user_count, 0);
    ck_assert_int_eq(inputs.recent_count, 0);
    ck_assert_int_eq(inputs.personal_count, 0);
    ck_assert_int_eq(inputs.recent_record, 0);
    assert_whole(&inputs.user_avg, -1);
    assert_whole(&inputs.all_avg, -1);
    assert_whole(&inputs.last_diff, 0);
    assert_whole(&inputs.new_diff, 0);
    assert_whole(&inputs.global_avg, -1);
    assert_whole(&inputs.personal_avg, -1);
}
END_TEST

START_TEST(one_point_has_no_gap)
{
    game_inputs_t inputs;

    cells[FACT_NOW] = "1770091506500000";
    cells[FACT_TASK_N] = cells[FACT_USER_N] = "1";
    cells[FACT_TASK_FIRST] = cells[FACT_TASK_LAST] = "1770091500000000";
    cells[FACT_USER_FIRST] = cells[FACT_USER_LAST] = "1770091500000000";
    inputs = inputs_of_cells();
    assert_whole(&inputs.user_avg, -1);
    assert_whole(&inputs.all_avg, -1);
    assert_whole(&inputs.last_diff, 0);
    assert_real(&inputs.new_diff, 6.5);
}
END_TEST

START_TEST(gaps_are_means_in_seconds)
{
    game_inputs_t inputs;

    cells[FACT_NOW] = "1770091520000001";
    cells[FACT_TASK_N] = "5";
    cells[FACT_TASK_FIRST] = "1770091500000000";
    cells[FACT_TASK_LAST] = "1770091511000000";
    cells[FACT_USER_N] = "3";
    cells[FACT_USER_FIRST] = "1770091500000000";
    cells[FACT_USER_PREV] = "1770091507750000";
    cells[FACT_USER_LAST] = "1770091510000000";
    cells[FACT_RECENT] = "4";
    cells[FACT_PERSONAL] = "6";
    cells[FACT_RECORD] = "t";
    inputs = inputs_of_cells();
    ck_assert_int_eq(inputs.now, APR_INT64_C(1770091520000001));
    ck_assert_int_eq(inputs.task_count, 5);
    ck_assert_int_eq(inputs.user_count, 3);
    ck_assert_int_eq(inputs.recent_count, 4);
    ck_assert_int_eq(inputs.personal_count, 6);
    ck_assert_int_eq(inputs.recent_record, 1);
    assert_real(&inputs.user_avg, 5.0);
    assert_real(&inputs.all_avg, 2.75);
    assert_real(&inputs.last_diff, 2.25);
    assert_real(&inputs.new_diff, 10.000001);
}
END_TEST

START_TEST(minutes_are_means_of_what_was_counted)
{
    game_inputs_t inputs;

    cells[FACT_GAME_MINUTES_N] = "4";
    cells[FACT_GAME_MINUTES] = "10.5";
    cells[FACT_USER_MINUTES_N] = "1";
    cells[FACT_USER_MINUTES] = "0";
    cells[FACT_RECORD] = "f";
    inputs = inputs_of_cells();
    assert_real(&inputs.global_avg, 2.625);
    assert_real(&inputs.personal_avg, 0.0);
    ck_assert_int_eq(inputs.recent_record, 0);
}
END_TEST

START_TEST(members_of_data_keep_their_kinds)
{
    game_event_data_t data = {
        stub_json("{\"n\":null,\"b\":true,\"i\":-7,\"r\":2.5,\"t\":\"x\","
                  "\"l\":[1, 2.0],\"o\":{\"a\":{}}}"), test_pool
    };
    game_event_t event;
    game_value_t value;

    memset(&event, 0, sizeof(event));
    event.data = &data;
    ck_assert_int_eq(game_economy_member(&event, "n", &value), 1);
    ck_assert_int_eq(value.kind, GAME_VALUE_NULL);
    ck_assert_int_eq(game_economy_member(&event, "b", &value), 1);
    ck_assert_int_eq(value.kind, GAME_VALUE_BOOL);
    ck_assert_int_eq(value.as.flag, 1);
    ck_assert_int_eq(game_economy_member(&event, "i", &value), 1);
    assert_whole(&value, -7);
    ck_assert_int_eq(game_economy_member(&event, "r", &value), 1);
    assert_real(&value, 2.5);
    ck_assert_int_eq(game_economy_member(&event, "t", &value), 1);
    ck_assert_int_eq(value.kind, GAME_VALUE_TEXT);
    ck_assert_str_eq(value.as.text, "x");
    ck_assert_int_eq(game_economy_member(&event, "l", &value), 1);
    ck_assert_int_eq(value.kind, GAME_VALUE_JSON);
    ck_assert_str_eq(value.as.text, "[1,2.0]");
    ck_assert_int_eq(game_economy_member(&event, "o", &value), 1);
    ck_assert_str_eq(value.as.text, "{\"a\":{}}");
    ck_assert_int_eq(game_economy_member(&event, "x", &value), 0);
    data.data = NULL;
    ck_assert_int_eq(game_economy_member(&event, "n", &value), 0);
}
END_TEST

START_TEST(lists_and_objects_of_data_are_looked_into)
{
    game_event_data_t data = {
        stub_json("{\"l\":[1,{\"a\":\"x\"}],\"o\":{\"n\":null}}"), test_pool
    };
    game_value_t value = {GAME_VALUE_BOOL, {0}};
    const game_node_t *node;
    game_event_t event;

    memset(&event, 0, sizeof(event));
    event.data = &data;
    node = game_economy_look(&event, NULL, "l", 0, &value);
    ck_assert_int_eq(value.kind, GAME_VALUE_JSON);
    ck_assert_str_eq(value.as.text, "[]");
    ck_assert(game_economy_look(&event, node, NULL, 0, &value) != NULL);
    assert_whole(&value, 1);
    ck_assert(game_economy_look(&event, node, NULL, 2, &value) == NULL);
    ck_assert(game_economy_look(&event, node, "a", 0, &value) == NULL);
    node = game_economy_look(&event, node, NULL, 1, &value);
    ck_assert_str_eq(value.as.text, "{}");
    ck_assert(game_economy_look(&event, node, NULL, 0, &value) == NULL);
    ck_assert(game_economy_look(&event, node, "a", 0, &value) != NULL);
    ck_assert_str_eq(value.as.text, "x");
    node = game_economy_look(&event, NULL, "o", 0, NULL);
    ck_assert(game_economy_look(&event, node, "n", 0, &value) != NULL);
    ck_assert_int_eq(value.kind, GAME_VALUE_NULL);
    ck_assert(game_economy_look(&event, NULL, NULL, 0, &value) == NULL);
    data.data = NULL;
    ck_assert(game_economy_look(&event, NULL, "l", 0, &value) == NULL);
    ck_assert(game_economy_look(&event, NULL, NULL, 0, &value) == NULL);
}
END_TEST

Suite *inputs_suite(void)
{
    Suite *suite = suite_create("inputs");
    TCase *tests = fixture_case("inputs");

    tcase_add_test(tests, nothing_kept_is_minus_one_or_zero);
    tcase_add_test(tests, one_point_has_no_gap);
    tcase_add_test(tests, gaps_are_means_in_seconds);
    tcase_add_test(tests, minutes_are_means_of_what_was_counted);
    tcase_add_test(tests, members_of_data_keep_their_kinds);
    tcase_add_test(tests, lists_and_objects_of_data_are_looked_into);
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategy greencrowdStrategy beside its vectors: whose forecasts are
 * honoured, what is malformed, and the edges of chance and of numbers.
 */
#include "fixture.h"

#include "../../strategies/builtins.h"
#include "../../strategies/greencrowd.h"

#include <apr_strings.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STRATEGY        (&game_strategy_greencrowd)
#define KEY             "a secret that only this test knows of"
#define NOW             (APR_INT64_C(1773153000) * APR_USEC_PER_SEC)
#define MINUTE          (60 * APR_USEC_PER_SEC)

/* ---- events ---- */

static void take_value(const json_t *json, game_value_t *value)
{
    memset(value, 0, sizeof(*value));
    if (json_is_integer(json)) {
        *value = game_value_int(json_integer_value(json));
    }
    else if (json_is_real(json)) {
        *value = game_value_real(json_real_value(json));
    }
    else if (json_is_string(json)) {
        value->kind = GAME_VALUE_TEXT;
        value->as.text = json_string_value(json);
    }
    else if (json_is_array(json) || json_is_object(json)) {
        value->kind = GAME_VALUE_JSON;
        value->as.text = json_is_array(json) ? "[]" : "{}";
    }
}

static const game_node_t *look(const game_event_t *event,
                               const game_node_t *in, const char *name,
                               apr_size_t index, game_value_t *value)
{
    const json_t *from = in ? (const json_t *)in : event->data;
    const json_t *node = name ? json_object_get(from, name)
                              : json_array_get(from, index);

    if (node && value) {
        take_value(node, value);
    }
    return (const game_node_t *)node;
}

static int member(const game_event_t *event, const char *name,
                  game_value_t *value)
{
    return look(event, NULL, name, 0, value) != NULL;
}

static apr_status_t drop(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

static json_t *parse(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);

    ck_assert_ptr_nonnull(json);
    apr_pool_cleanup_register(test_pool, json, drop, apr_pool_cleanup_null);
    return json;
}

static game_event_t event_of(const char *data)
{
    game_event_t event = {
        .external_game_id = "game", .external_task_id = "walk_park",
        .external_user_id = "ana", .member = member, .look = look,
        .data = data ? parse(data) : NULL,
        .game_id = "00000000-0000-4000-8000-000000000001"
    };

    return event;
}

/* ---- inputs ---- */

static game_task_record_t tasks[2];
static game_records_t records;
static game_inputs_t inputs;

/* Two tasks without awards, of a user whose forecasts are means: fives. */
static void setup(void)
{
    memset(tasks, 0, sizeof(tasks));
    memset(&records, 0, sizeof(records));
    memset(&inputs, 0, sizeof(inputs));
    tasks[0].external_task_id = "walk_park";
    tasks[1].external_task_id = "walk_lake";
    tasks[0].variables = tasks[1].variables = STRATEGY->variables;
    records.tasks = tasks;
    records.task_count = 2;
    records.group = "average_score";
    inputs.now = NOW;
    inputs.records = &records;
    inputs.key = KEY;
}

static game_verdict_e score(const game_event_t *event, game_score_t *result)
{
    memset(result, 0xff, sizeof(*result));
    return STRATEGY->score(event, STRATEGY->variables, &inputs, result,
                           test_pool);
}

static const char *forecast(const char **hash)
{
    game_event_t event = event_of(NULL);
    const char *text = STRATEGY->simulate(&event, &inputs, test_pool);

    *hash = game_forecast_sign(&event, KEY, text, test_pool);
    return text;
}

/* Data that brings a forecast back. */
static const char *bring(const char *text, const char *hash)
{
    return apr_psprintf(test_pool, "{\"tasks\":%s,\"simulationHash\":"
                        "\"%s\"}", text, hash);
}

static const char *replaced(const char *text, const char *from,
                            const char *to)
{
    const char *at = strstr(text, from);

    ck_assert_ptr_nonnull(at);
    return apr_pstrcat(test_pool,
                       apr_pstrmemdup(test_pool, text,
                                      (apr_size_t)(at - text)), to,
                       at + strlen(from), NULL);
}

static void expect_refused(const game_event_t *event, const char *detail)
{
    game_score_t result;

    ck_assert_int_eq(score(event, &result), GAME_REFUSED);
    ck_assert_str_eq(result.detail, detail);
}

/* ---- whose forecast ---- */

START_TEST(forecast_is_paid)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event = event_of(bring(text, hash));
    game_score_t result;

    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.as.whole, 25);
    ck_assert_str_eq(result.case_name, "Valid Simulation");
    ck_assert_ptr_null(result.callback);
    ck_assert_ptr_null(result.notice);
}
END_TEST

START_TEST(forecast_of_somebody_else_is_not)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event = event_of(bring(text, hash));
    game_event_t user = event;
    game_event_t external = event;
    game_event_t game = event;
    game_event_t shifted = event;

    user.external_user_id = "bob";
    expect_refused(&user, "Invalid hash");
    external.external_game_id = "other";
    expect_refused(&external, "Invalid hash");
    game.game_id = "00000000-0000-4000-8000-000000000002";
    expect_refused(&game, "Invalid hash");
    shifted.external_game_id = "gamea";
    shifted.external_user_id = "na";
    expect_refused(&shifted, "Invalid hash");
}
END_TEST

START_TEST(forecast_that_was_changed_is_not)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event;

    event = event_of(bring(replaced(text, "\"DIM_BP\":5", "\"DIM_BP\":6"),
                           hash));
    expect_refused(&event, "Invalid hash");
    event = event_of(bring(replaced(text, "expirationDate\":\"20",
                                    "expirationDate\":\"21"), hash));
    expect_refused(&event, "Invalid hash");
    event = event_of(bring(text, "00"));
    expect_refused(&event, "Invalid hash");
    event = event_of(apr_psprintf(test_pool, "{\"tasks\":%s}", text));
    expect_refused(&event, "Invalid hash");
    event = event_of(apr_psprintf(test_pool, "{\"tasks\":%s,"
                                  "\"simulationHash\":7}", text));
    expect_refused(&event, "Invalid hash");
}
END_TEST

START_TEST(forecast_needs_a_key)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event = event_of(bring(text, hash));
    game_event_t plain = event_of("{}");
    game_score_t result;

    inputs.key = NULL;
    expect_refused(&event, "Invalid hash");
    ck_assert_int_eq(score(&plain, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.as.whole, 25);
    inputs.key = "another secret than that of this test";
    expect_refused(&event, "Invalid hash");
}
END_TEST

START_TEST(forecast_may_carry_more)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event = event_of(bring(replaced(text, "{\"dimensions\"",
                                                 "{\"seen\":[1,{}],"
                                                 "\"dimensions\""), hash));
    game_score_t result;

    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.as.whole, 25);
}
END_TEST

START_TEST(signature_is_of_parts)
{
    game_event_t event = event_of(NULL);
    const char *hash = game_forecast_sign(&event, KEY, "[]", test_pool);

    ck_assert_uint_eq(strlen(hash), 64);
    ck_assert_uint_eq(strspn(hash, "0123456789abcdef"), 64);
    ck_assert(game_forecast_signed(hash, apr_pstrdup(test_pool, hash)));
    ck_assert(!game_forecast_signed(hash, NULL));
    ck_assert(!game_forecast_signed(NULL, NULL));
    ck_assert(!game_forecast_signed(hash, ""));
    ck_assert(!game_forecast_signed(hash, apr_pstrcat(test_pool, hash, "0",
                                                      NULL)));
    ck_assert_ptr_null(game_forecast_sign(&event, NULL, "[]", test_pool));
}
END_TEST

/* ---- malformed ---- */

#define ONE(dimensions, total, date, group) \
    "{\"tasks\":[{\"externalUserId\":\"ana\",\"externalTaskId\":\"t\"," \
    "\"userGroup\":" group ",\"dimensions\":" dimensions "," \
    "\"totalSimulatedPoints\":" total ",\"expirationDate\":" date "}]}"
#define FIVE \
    "[{\"DIM_BP\":1},{\"DIM_LBE\":1},{\"DIM_TD\":1},{\"DIM_PP\":1}," \
    "{\"DIM_S\":1}"
#define DATE            "\"2026-03-10 14:45:00.000000+00:00\""

static const struct {
    const char *data;
    game_verdict_e verdict;
} shapes[] = {
    {ONE(FIVE "]", "5", DATE, "\"g\""), GAME_REFUSED},
    {ONE(FIVE "]", "5", DATE, "null"), GAME_REFUSED},
    {ONE(FIVE "]", "5", DATE, "1"), GAME_BAD_PAYLOAD},
    {ONE(FIVE "]", "5.0", DATE, "null"), GAME_BAD_PAYLOAD},
    {ONE(FIVE "]", "\"5\"", DATE, "null"), GAME_BAD_PAYLOAD},
    {ONE(FIVE "]", "5", "null", "null"), GAME_BAD_PAYLOAD},
    {ONE(FIVE "]", "5", "\"2026-03-10 14:45:00+00:00\"", "null"),
     GAME_BAD_PAYLOAD},
    {ONE(FIVE "]", "5", "\"2026-13-10 14:45:00.000000+00:00\"", "null"),
     GAME_BAD_PAYLOAD},
    {ONE(FIVE "]", "5", "\"2026-03-10 14:45:00.000000+00:00 \"", "null"),
     GAME_BAD_PAYLOAD},
    {ONE(FIVE ",{\"DIM_S\":1}]", "5", DATE, "null"), GAME_BAD_PAYLOAD},
    {ONE("[{\"DIM_BP\":1}]", "5", DATE, "null"), GAME_BAD_PAYLOAD},
    {ONE("{}", "5", DATE, "null"), GAME_BAD_PAYLOAD},
    {ONE("[1,2,3,4,5]", "5", DATE, "null"), GAME_BAD_PAYLOAD},
    {"{\"tasks\":{}}", GAME_BAD_PAYLOAD},
    {"{\"tasks\":\"[]\"}", GAME_BAD_PAYLOAD},
    {"{\"tasks\":0}", GAME_BAD_PAYLOAD},
    {"{\"tasks\":[null]}", GAME_BAD_PAYLOAD},
    {"{\"tasks\":[[]]}", GAME_BAD_PAYLOAD},
    {"{\"tasks\":null}", GAME_SCORED},
    {"{\"tasks\":[]}", GAME_SCORED},
    {"{}", GAME_SCORED},
};

START_TEST(shape_is_checked)
{
    game_event_t event = event_of(shapes[_i].data);
    game_score_t result;

    ck_assert_int_eq(score(&event, &result), shapes[_i].verdict);
}
END_TEST

START_TEST(texts_are_written_as_json)
{
    const char *hash;
    game_event_t event;
    game_score_t result;
    json_t *list;

    tasks[0].external_task_id = "a_\"b\"\\\x01\n\xc3\xa4";
    records.group = NULL;
    list = parse(forecast(&hash));
    ck_assert_str_eq(json_string_value(json_object_get(
        json_array_get(list, 0), "externalTaskId")),
        tasks[0].external_task_id);
    ck_assert(json_is_null(json_object_get(json_array_get(list, 0),
                                           "userGroup")));
    event = event_of(bring(forecast(&hash), hash));
    event.external_task_id = tasks[0].external_task_id;
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.as.whole, 0);
}
END_TEST

/* ---- time ---- */

START_TEST(expiry_is_exact)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event = event_of(bring(text, hash));
    game_score_t result;

    inputs.now = NOW + 15 * MINUTE;
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_str_eq(result.case_name, "Valid Simulation");
    inputs.now++;
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_str_eq(result.case_name,
                     "Valid Simulation - Origin: Expired simulation");
    ck_assert_ptr_nonnull(result.callback);
}
END_TEST

START_TEST(time_has_six_digits)
{
    ck_assert_str_eq(game_forecast_time(NOW, test_pool),
                     "2026-03-10 14:30:00.000000+00:00");
    ck_assert_str_eq(game_forecast_time(NOW + 1, test_pool),
                     "2026-03-10 14:30:00.000001+00:00");
}
END_TEST

/* ---- used ---- */

START_TEST(used_forecast_is_noted)
{
    const char *hash;
    const char *text = forecast(&hash);
    game_event_t event = event_of(bring(text, hash));
    game_score_t result;

    inputs.hash_used = 1;
    records.dimensions[0] = (game_dimension_t){1, 9, 9, 9};
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.as.whole, 29);
    ck_assert_str_eq(result.case_name,
                     "Valid Simulation - Origin: Used simulation");
    ck_assert_ptr_nonnull(strstr(result.notice, hash));
    ck_assert_uint_eq(json_array_size(parse(result.callback)), 2);
}
END_TEST

START_TEST(used_hash_of_something_else_is_nothing)
{
    game_event_t none = event_of(NULL);
    game_event_t event = event_of("{\"simulationHash\":\"00\"}");
    game_score_t result;

    inputs.hash_used = 1;
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_str_eq(result.case_name, "Valid Simulation");
    event = event_of(apr_psprintf(test_pool, "{\"simulationHash\":\"%s\"}",
                                  game_forecast_sign(&none, KEY, "[]",
                                                     test_pool)));
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_str_eq(result.case_name,
                     "Valid Simulation - Origin: Used simulation");
}
END_TEST

/* ---- numbers ---- */

START_TEST(chance_is_repeatable_and_covers_everything)
{
    game_event_t event = event_of(NULL);
    const char *first;
    int i;

    records.group = "random_range";
    for (i = 0; i < GAME_DIMENSIONS; i++) {
        records.dimensions[i] = (game_dimension_t){1, 0, i ? -1 : 7,
                                                   i ? 1 : 7};
    }
    inputs.seed = 42;
    first = STRATEGY->simulate(&event, &inputs, test_pool);
    ck_assert_str_eq(first, STRATEGY->simulate(&event, &inputs, test_pool));
    ck_assert_ptr_nonnull(strstr(first, "\"DIM_BP\":7"));
    inputs.seed = 43;
    ck_assert_str_ne(first, STRATEGY->simulate(&event, &inputs, test_pool));
}
END_TEST

START_TEST(chance_takes_the_widest_range)
{
    game_event_t event = event_of(NULL);
    const game_forecast_t *made;
    int negative = 0;
    int i;

    records.group = "random_range";
    records.dimensions[0] = (game_dimension_t){2, 0, APR_INT64_MIN,
                                               APR_INT64_MAX};
    for (i = 0; i < 200; i++) {
        inputs.seed = (apr_uint64_t)i;
        made = (game_forecast_t *)game_forecast_make(&event, &inputs,
                                                     test_pool)->elts;
        negative += made->dimensions[0] < 0;
    }
    ck_assert_int_gt(negative, 50);
    ck_assert_int_lt(negative, 150);
}
END_TEST

START_TEST(number_that_does_not_fit_is_left_out)
{
    apr_int64_t days[400];
    const char *hash;
    game_event_t event = event_of("{}");
    game_variable_t *small = game_variables_copy(STRATEGY, test_pool);
    game_score_t result;
    int i;

    for (i = 0; i < 400; i++) {
        days[i] = NOW / (24 * 60 * MINUTE) - 399 + i;
    }
    records.group = "dynamic_calculation";
    records.days = days;
    records.day_count = 400;        /* 200 of them count: 10 * 2^40 */
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.kind, GAME_VALUE_INT);
    ck_assert_int_eq(result.points.as.whole,
                     20 + 10 * (APR_INT64_C(1) << 40));
    game_variable_override(small, "basic_points", "9000000000", test_pool);
    tasks[0].variables = small;     /* 9e9 * 2^40 */
    ck_assert_int_eq(score(&event, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.kind, GAME_VALUE_REAL);
    ck_assert(isinf(result.points.as.real));
    ck_assert_uint_eq(json_array_size(parse(forecast(&hash))), 1);
}
END_TEST

START_TEST(variables_are_each_tasks_own)
{
    game_variable_t *own = game_variables_copy(STRATEGY, test_pool);
    const char *hash;
    json_t *list;

    game_variable_override(own, "basic_points", "40", test_pool);
    tasks[1].variables = own;
    records.group = "dynamic_calculation";
    list = parse(forecast(&hash));
    ck_assert_int_eq(json_integer_value(json_object_get(
        json_array_get(list, 0), "totalSimulatedPoints")), 30);
    ck_assert_int_eq(json_integer_value(json_object_get(
        json_array_get(list, 1), "totalSimulatedPoints")), 120);
}
END_TEST

START_TEST(needs_records_and_signatures)
{
    game_event_t event = event_of("{}");
    game_needs_t needs;
    game_score_t result;

    STRATEGY->needs(STRATEGY->variables, &needs);
    ck_assert_uint_eq(needs.mask, GAME_INPUT_RECORDS | GAME_INPUT_FORECAST);
    inputs.records = NULL;
    ck_assert_int_eq(score(&event, &result), GAME_BAD_PAYLOAD);
}
END_TEST

Suite *greencrowd_suite(void)
{
    Suite *suite = suite_create("greencrowd");
    TCase *owners = fixture_case("owners");
    TCase *forms = fixture_case("forms");
    TCase *numbers = fixture_case("numbers");

    tcase_add_checked_fixture(owners, setup, NULL);
    tcase_add_test(owners, forecast_is_paid);
    tcase_add_test(owners, forecast_of_somebody_else_is_not);
    tcase_add_test(owners, forecast_that_was_changed_is_not);
    tcase_add_test(owners, forecast_needs_a_key);
    tcase_add_test(owners, forecast_may_carry_more);
    tcase_add_test(owners, signature_is_of_parts);
    tcase_add_test(owners, used_forecast_is_noted);
    tcase_add_test(owners, used_hash_of_something_else_is_nothing);
    suite_add_tcase(suite, owners);
    tcase_add_checked_fixture(forms, setup, NULL);
    tcase_add_loop_test(forms, shape_is_checked, 0,
                        (int)(sizeof(shapes) / sizeof(shapes[0])));
    tcase_add_test(forms, texts_are_written_as_json);
    tcase_add_test(forms, expiry_is_exact);
    tcase_add_test(forms, time_has_six_digits);
    suite_add_tcase(suite, forms);
    tcase_add_checked_fixture(numbers, setup, NULL);
    tcase_add_test(numbers, chance_is_repeatable_and_covers_everything);
    tcase_add_test(numbers, chance_takes_the_widest_range);
    tcase_add_test(numbers, number_that_does_not_fit_is_left_out);
    tcase_add_test(numbers, variables_are_each_tasks_own);
    tcase_add_test(numbers, needs_records_and_signatures);
    suite_add_tcase(suite, numbers);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategy getis_ord_gi_star beside its vectors: which cell an event
 * lies in, which grids there are, and what the statistic is worth.
 */
#include "fixture.h"

#include "../../strategies/builtins.h"
#include "../../strategies/getis_ord_gi_star.h"

#include <math.h>
#include <string.h>

#define STRATEGY        (&game_strategy_getis_ord_gi_star)

/* Pairs of name and value, ended by a NULL name. */
typedef struct {
    const char *name;
    const char *text;
} param_t;

typedef struct {
    const char *name;
    game_value_t value;
} member_t;

#define INT(n)          {GAME_VALUE_INT, {.whole = (n)}}
#define REAL(x)         {GAME_VALUE_REAL, {.real = (x)}}
#define NO_MEMBER       {NULL, {GAME_VALUE_NULL, {0}}}

static const param_t no_params[] = {{NULL, NULL}};
static const param_t three[] = {
    {"grid_rows", "3"}, {"grid_cols", "3"}, {NULL, NULL}
};
static const param_t madrid[] = {
    {"grid_lat_min", "40"}, {"grid_lat_max", "41.5"},
    {"grid_lon_min", "-4"}, {"grid_lon_max", "-3"},
    {"grid_rows", "4"}, {"grid_cols", "2"}, {NULL, NULL}
};

static const char *param_text(const game_settings_t *settings,
                              const char *key)
{
    const param_t *param = settings->data;

    while (param->name && strcmp(param->name, key)) {
        param++;
    }
    return param->text;
}

static int find_member(const game_event_t *event, const char *name,
                       game_value_t *value)
{
    const member_t *member = event->data;

    while (member->name && strcmp(member->name, name)) {
        member++;
    }
    *value = member->value;
    return member->name != NULL;
}

static const char *read_grid(const param_t *params, game_grid_t *grid)
{
    game_settings_t settings = {param_text, params};

    return game_grid_read(grid, &settings, test_pool);
}

static game_verdict_e place(const param_t *params, const member_t *data,
                            game_place_t *found, const char **detail)
{
    game_settings_t settings = {param_text, params};
    game_event_t event = {.member = find_member, .data = data,
                          .settings = &settings};

    *detail = NULL;
    return STRATEGY->place(&event, found, detail, test_pool);
}

static void expect_cell(const param_t *params, member_t first,
                        member_t second, int row, int col)
{
    const member_t data[] = {first, second, NO_MEMBER};
    game_place_t found;
    const char *detail;

    ck_assert_int_eq(place(params, data, &found, &detail), GAME_SCORED);
    ck_assert_int_eq(found.row, row);
    ck_assert_int_eq(found.col, col);
}

static void expect_refusal(const param_t *params, member_t first,
                           member_t second, const char *named)
{
    const member_t data[] = {first, second, NO_MEMBER};
    game_place_t found;
    const char *detail;

    ck_assert_int_eq(place(params, data, &found, &detail), GAME_REFUSED);
    ck_assert_ptr_nonnull(detail);
    ck_assert_msg(strstr(detail, named) != NULL, "%s: %s", named, detail);
}

static void expect_bad_grid(const char *name, const char *text,
                            const char *named)
{
    const param_t params[] = {
        {name, text}, {"grid_lat_min", "40"}, {"grid_lat_max", "41.5"},
        {"grid_lon_min", "-4"}, {"grid_lon_max", "-3"}, {NULL, NULL}
    };
    game_settings_t settings = {param_text, params};
    const char *why = STRATEGY->check(&settings, test_pool);

    ck_assert_ptr_nonnull(why);
    ck_assert_msg(strstr(why, named) != NULL, "%s: %s", named, why);
}

/* ---- grids ---- */

START_TEST(grid_has_defaults)
{
    game_grid_t grid;

    ck_assert_ptr_null(read_grid(no_params, &grid));
    ck_assert_int_eq(grid.rows, 16);
    ck_assert_int_eq(grid.cols, 16);
    ck_assert(!grid.bounded);
    ck_assert_ptr_null(game_grid_read(&grid, NULL, test_pool));
    ck_assert_int_eq(grid.rows, 16);
}
END_TEST

START_TEST(grid_is_read_from_params)
{
    game_grid_t grid;

    ck_assert_ptr_null(read_grid(madrid, &grid));
    ck_assert_int_eq(grid.rows, 4);
    ck_assert_int_eq(grid.cols, 2);
    ck_assert(grid.bounded);
    ck_assert_double_eq(grid.lat_min, 40);
    ck_assert_double_eq(grid.lat_max, 41.5);
    ck_assert_double_eq(grid.lon_min, -4);
    ck_assert_double_eq(grid.lon_max, -3);
}
END_TEST

START_TEST(grid_that_is_wrong_names_the_param)
{
    static const param_t alone[] = {{"grid_lat_min", "40"}, {NULL, NULL}};
    game_grid_t grid;

    expect_bad_grid("grid_rows", "0", "grid_rows");
    expect_bad_grid("grid_rows", "257", "grid_rows");
    expect_bad_grid("grid_rows", "4.5", "grid_rows");
    expect_bad_grid("grid_rows", "9223372036854775807", "grid_rows");
    expect_bad_grid("grid_cols", "-1", "grid_cols");
    expect_bad_grid("grid_cols", "many", "grid_cols");
    expect_bad_grid("grid_cols", "", "grid_cols");
    expect_bad_grid("grid_lat_min", "-90.5", "grid_lat_min");
    expect_bad_grid("grid_lat_min", "41.5", "grid_lat_max");
    expect_bad_grid("grid_lat_max", "nan", "grid_lat_max");
    expect_bad_grid("grid_lat_max", "39", "grid_lat_max");
    expect_bad_grid("grid_lon_min", "-180.01", "grid_lon_min");
    expect_bad_grid("grid_lon_max", "181", "grid_lon_max");
    expect_bad_grid("grid_lon_max", "-4", "grid_lon_max");
    ck_assert_ptr_nonnull(read_grid(alone, &grid));
}
END_TEST

START_TEST(grid_limits_are_inside)
{
    static const param_t widest[] = {
        {"grid_rows", "256"}, {"grid_cols", "1"}, {"grid_lat_min", "-90"},
        {"grid_lat_max", "90"}, {"grid_lon_min", "-180"},
        {"grid_lon_max", "180"}, {NULL, NULL}
    };
    game_grid_t grid;

    ck_assert_ptr_null(read_grid(widest, &grid));
    ck_assert_int_eq(grid.rows, 256);
    ck_assert_int_eq(grid.cols, 1);
}
END_TEST

START_TEST(grids_have_names_of_their_own)
{
    game_grid_t grid;
    apr_int64_t name;

    read_grid(madrid, &grid);
    name = game_grid_name(&grid, test_pool);
    ck_assert_int_ge(name, 0);
    ck_assert_int_eq(game_grid_name(&grid, test_pool), name);
    grid.lon_max = nextafter(grid.lon_max, 0);
    ck_assert_int_ne(game_grid_name(&grid, test_pool), name);
    read_grid(madrid, &grid);
    grid.rows = 5;
    ck_assert_int_ne(game_grid_name(&grid, test_pool), name);
    read_grid(madrid, &grid);
    grid.bounded = 0;
    ck_assert_int_ne(game_grid_name(&grid, test_pool), name);
}
END_TEST

/* ---- places ---- */

#define LAT(x)          (member_t){"lat", REAL(x)}
#define LON(x)          (member_t){"lon", REAL(x)}
#define ROW(n)          (member_t){"row", INT(n)}
#define COL(n)          (member_t){"col", INT(n)}
#define NOTHING         (member_t)NO_MEMBER

START_TEST(degrees_fall_into_cells)
{
    expect_cell(madrid, LAT(40.4168), LON(-3.7038), 1, 0);
    expect_cell(madrid, LAT(40.374999), LON(-3.500001), 0, 0);
    expect_cell(madrid, LAT(40.375), LON(-3.5), 1, 1);
    expect_cell(madrid, LAT(40), LON(-4), 0, 0);
    expect_cell(madrid, LAT(41.5), LON(-3), 3, 1);
    expect_cell(madrid, LAT(nextafter(41.5, 0)), LON(-3), 3, 1);
    expect_cell(madrid, (member_t){"lat", INT(41)}, LON(-3.1), 2, 1);
}
END_TEST

START_TEST(degrees_outside_are_refused)
{
    expect_refusal(madrid, LAT(52.52), LON(-3.5), "\"lat\"");
    expect_refusal(madrid, LAT(39.999999), LON(-3.5), "\"lat\"");
    expect_refusal(madrid, LAT(40.5), LON(-2.9), "\"lon\"");
    expect_refusal(madrid, LAT(NAN), LON(-3.5), "\"lat\"");
    expect_refusal(madrid, LAT(40.5), LON(INFINITY), "\"lon\"");
}
END_TEST

START_TEST(degrees_that_are_missing_are_refused)
{
    expect_refusal(madrid, LAT(40.5), NOTHING, "\"lon\"");
    expect_refusal(madrid, LON(-3.5), NOTHING, "\"lat\"");
    expect_refusal(madrid, NOTHING, NOTHING, "\"lat\"");
    expect_refusal(madrid, LAT(40.5),
                   (member_t){"lon", {GAME_VALUE_TEXT, {.text = "-3.5"}}},
                   "\"lon\"");
    expect_refusal(madrid, LAT(40.5),
                   (member_t){"lon", {GAME_VALUE_BOOL, {.flag = 1}}},
                   "\"lon\"");
    expect_refusal(madrid, LAT(40.5),
                   (member_t){"lon", {GAME_VALUE_NULL, {0}}}, "\"lon\"");
}
END_TEST

START_TEST(cells_are_taken_as_they_are)
{
    expect_cell(three, ROW(0), COL(2), 0, 2);
    expect_cell(three, ROW(2), COL(0), 2, 0);
    expect_cell(madrid, ROW(3), COL(1), 3, 1);
    expect_cell(no_params, ROW(15), COL(15), 15, 15);
}
END_TEST

START_TEST(cells_that_are_not_there_are_refused)
{
    expect_refusal(three, ROW(3), COL(0), "\"row\"");
    expect_refusal(three, ROW(-1), COL(0), "\"row\"");
    expect_refusal(three, ROW(0), COL(3), "\"col\"");
    expect_refusal(three, ROW(0), COL(APR_INT64_MAX), "\"col\"");
    expect_refusal(three, ROW(1), NOTHING, "\"col\"");
    expect_refusal(three, COL(1), NOTHING, "\"row\"");
    expect_refusal(three, NOTHING, NOTHING, "\"row\"");
    expect_refusal(three, (member_t){"row", REAL(1)}, COL(1), "\"row\"");
}
END_TEST

START_TEST(degrees_need_bounds)
{
    const member_t both[] = {
        {"lat", REAL(40.5)}, {"lon", REAL(-3.5)}, {"row", INT(2)},
        {"col", INT(1)}, NO_MEMBER
    };
    game_place_t found;
    const char *detail;

    expect_refusal(three, LAT(40.5), LON(-3.5), "\"row\"");
    ck_assert_int_eq(place(three, both, &found, &detail), GAME_SCORED);
    ck_assert_int_eq(found.row, 2);
    ck_assert_int_eq(found.col, 1);
    ck_assert_int_eq(place(madrid, both, &found, &detail), GAME_SCORED);
    ck_assert_int_eq(found.row, 1);
    ck_assert_int_eq(found.col, 1);
}
END_TEST

START_TEST(broken_grid_refuses_events)
{
    static const param_t broken[] = {{"grid_rows", "x"}, {NULL, NULL}};

    expect_refusal(broken, ROW(1), COL(1), "grid_rows");
}
END_TEST

/* ---- the statistic ---- */

START_TEST(weight_counts_rook_neighbours)
{
    ck_assert_int_eq(game_gi_weight(1, 1, 0, 0), 1);
    ck_assert_int_eq(game_gi_weight(1, 2, 0, 0), 2);
    ck_assert_int_eq(game_gi_weight(3, 3, 0, 2), 3);
    ck_assert_int_eq(game_gi_weight(3, 3, 1, 2), 4);
    ck_assert_int_eq(game_gi_weight(3, 3, 1, 1), 5);
}
END_TEST

START_TEST(star_without_differences_is_zero)
{
    ck_assert_double_eq(game_gi_star(7, 1, 1, 7, 0), 0);
    ck_assert_double_eq(game_gi_star(15, 3, 9, 5, 0), 0);
    ck_assert_double_eq(game_gi_star(15, 3, 9, 5, NAN), 0);
    ck_assert_double_eq(game_gi_star(4, 2, 2, 2, 1), 0);
}
END_TEST

START_TEST(grid_of_one_value_is_zero)
{
    double values[48];
    double scores[48];
    int i;

    for (i = 0; i < 48; i++) {
        values[i] = 0.7;
    }
    game_gi_grid(values, 6, 8, scores);
    for (i = 0; i < 48; i++) {
        ck_assert_double_eq(scores[i], 0);
    }
}
END_TEST

/* ---- scoring ---- */

static game_verdict_e score(game_cells_t cells, const char *key,
                            const char *text, game_score_t *result)
{
    static const member_t data[] = {
        {"row", INT(0)}, {"col", INT(0)}, NO_MEMBER
    };
    game_settings_t settings = {param_text, three};
    game_event_t event = {.member = find_member, .data = data,
                          .settings = &settings};
    game_variable_t *variables = game_variables_copy(STRATEGY, test_pool);
    game_inputs_t inputs;

    if (key) {
        ck_assert_int_eq(game_variable_override(variables, key, text,
                                                test_pool), 1);
    }
    memset(&inputs, 0, sizeof(inputs));
    memset(result, 0xff, sizeof(*result));
    inputs.cells = cells;
    return STRATEGY->score(&event, variables, &inputs, result, test_pool);
}

static void expect_score(game_cells_t cells, double points,
                         const char *case_name)
{
    game_score_t result;

    ck_assert_int_eq(score(cells, NULL, NULL, &result), GAME_SCORED);
    ck_assert_int_eq(result.points.kind, GAME_VALUE_REAL);
    ck_assert_double_eq_tol(result.points.as.real, points, 1e-9);
    ck_assert_str_eq(result.case_name, case_name);
    ck_assert_ptr_null(result.detail);
    ck_assert_ptr_null(result.notice);
}

START_TEST(share_is_clamped)
{
    /* nothing here, one in each of six other cells: G = -2.83 */
    expect_score((game_cells_t){0, 0, 6, 6}, 20, "ColdSpotBonus");
    /* all twelve in this corner's three cells: G = 2.83 */
    expect_score((game_cells_t){4, 12, 12, 48}, 10, "HotSpotBasic");
    /* nothing anywhere */
    expect_score((game_cells_t){0, 0, 0, 0}, 15, "NeutralArea");
    /* five in every cell */
    expect_score((game_cells_t){5, 15, 45, 225}, 15, "NeutralArea");
    /* one award, in a cell far away: G = -0.71 */
    expect_score((game_cells_t){0, 0, 1, 1},
                 10 + 10 * (1.96 + sqrt(0.5)) / 3.92, "NeutralArea");
}
END_TEST

START_TEST(threshold_is_a_variable)
{
    const game_cells_t cold = {0, 0, 6, 6};
    game_score_t result;

    ck_assert_int_eq(score(cold, "z_threshold", "2.9", &result),
                     GAME_SCORED);
    ck_assert_str_eq(result.case_name, "NeutralArea");
    ck_assert_double_eq_tol(result.points.as.real,
                            10 + 10 * (2.9 + sqrt(8)) / 5.8, 1e-9);
    ck_assert_int_eq(score(cold, "z_threshold", "0", &result), GAME_REFUSED);
    ck_assert_ptr_nonnull(strstr(result.detail, "variable_z_threshold"));
    ck_assert_int_eq(score(cold, "z_threshold", "-1", &result),
                     GAME_REFUSED);
    ck_assert_int_eq(score(cold, "bonus_points", "100", &result),
                     GAME_SCORED);
    ck_assert_double_eq_tol(result.points.as.real, 110, 1e-9);
}
END_TEST

START_TEST(callback_tells_why)
{
    game_score_t result;

    score((game_cells_t){0, 0, 6, 6}, NULL, NULL, &result);
    ck_assert_str_eq(result.callback,
                     "{\"row\":0,\"col\":0,\"count\":0,"
                     "\"giStar\":-2.8284271247461903,\"share\":1.0}");
    score((game_cells_t){0, 0, 0, 0}, NULL, NULL, &result);
    ck_assert_str_eq(result.callback,
                     "{\"row\":0,\"col\":0,\"count\":0,"
                     "\"giStar\":0.0,\"share\":0.5}");
}
END_TEST

START_TEST(large_counts_keep_their_differences)
{
    game_score_t result;
    const apr_int64_t k = 100000000;

    /* k in every cell, and one more in the one of the event */
    ck_assert_int_eq(score((game_cells_t){k + 1, 3 * k + 1, 9 * k + 1,
                                          8 * k * k + (k + 1) * (k + 1)},
                           NULL, NULL, &result), GAME_SCORED);
    ck_assert_double_eq_tol(result.points.as.real,
                            10 + 10 * (1.96 - sqrt(2)) / 3.92, 1e-6);
}
END_TEST

START_TEST(needs_cells_alone)
{
    game_needs_t needs;

    STRATEGY->needs(STRATEGY->variables, &needs);
    ck_assert_uint_eq(needs.mask, GAME_INPUT_CELLS);
}
END_TEST

Suite *getis_suite(void)
{
    Suite *suite = suite_create("getis");
    TCase *grids = fixture_case("grids");
    TCase *places = fixture_case("places");
    TCase *scores = fixture_case("scores");

    tcase_add_test(grids, grid_has_defaults);
    tcase_add_test(grids, grid_is_read_from_params);
    tcase_add_test(grids, grid_that_is_wrong_names_the_param);
    tcase_add_test(grids, grid_limits_are_inside);
    tcase_add_test(grids, grids_have_names_of_their_own);
    suite_add_tcase(suite, grids);
    tcase_add_test(places, degrees_fall_into_cells);
    tcase_add_test(places, degrees_outside_are_refused);
    tcase_add_test(places, degrees_that_are_missing_are_refused);
    tcase_add_test(places, cells_are_taken_as_they_are);
    tcase_add_test(places, cells_that_are_not_there_are_refused);
    tcase_add_test(places, degrees_need_bounds);
    tcase_add_test(places, broken_grid_refuses_events);
    suite_add_tcase(suite, places);
    tcase_add_test(scores, weight_counts_rook_neighbours);
    tcase_add_test(scores, star_without_differences_is_zero);
    tcase_add_test(scores, grid_of_one_value_is_zero);
    tcase_add_test(scores, share_is_clamped);
    tcase_add_test(scores, threshold_is_a_variable);
    tcase_add_test(scores, callback_tells_why);
    tcase_add_test(scores, large_counts_keep_their_differences);
    tcase_add_test(scores, needs_cells_alone);
    suite_add_tcase(suite, scores);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of getis_ord_gi_star: Gi* of whole grids, and their ranking. Every
 * grid of small whole numbers is also scored cell by cell from its sums, as
 * the strategy does.
 */
#include "vectors.h"

#include "../../strategies/builtins.h"
#include "../../strategies/getis_ord_gi_star.h"

#include <apr_strings.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRATEGY        (&game_strategy_getis_ord_gi_star)
#define CELLS_MAX       1024
#define TOLERANCE       1e-12

/* A grid of a case. */
typedef struct {
    int rows;
    int cols;
    int whole;                  /* counts: no fractions, nothing below 0 */
    double values[CELLS_MAX];
    double scores[CELLS_MAX];
} grid_t;

/* Take a matrix; one that is not regular cannot be said to the module.
 * @return whether it is one */
static int read_grid(const json_t *json, grid_t *grid)
{
    const json_t *row;
    const json_t *cell;
    size_t i;
    size_t k;

    memset(grid, 0, sizeof(*grid));
    grid->rows = (int)json_array_size(json);
    grid->cols = (int)json_array_size(json_array_get(json, 0));
    grid->whole = 1;
    json_array_foreach(json, i, row) {
        if (!json_is_array(row) || (int)json_array_size(row) != grid->cols
            || grid->rows * grid->cols > CELLS_MAX) {
            return 0;
        }
        json_array_foreach(row, k, cell) {
            grid->values[i * json_array_size(row) + k] =
                json_number_value(cell);
            grid->whole &= json_is_integer(cell)
                           && json_integer_value(cell) >= 0;
        }
    }
    return 1;
}

static int near(double left, double right)
{
    return fabs(left - right) <= TOLERANCE * fmax(1, fabs(right));
}

static void check_scores(game_vectors_t *v, const json_t *expected,
                         const grid_t *grid)
{
    const json_t *row;
    const json_t *cell;
    size_t i;
    size_t k;
    double got;

    json_array_foreach(expected, i, row) {
        json_array_foreach(row, k, cell) {
            got = grid->scores[i * json_array_size(row) + k];
            if (!near(got, json_real_value(cell))) {
                game_vectors_differ(v, "cell %d, %d is %.17g", (int)i,
                                    (int)k, got);
            }
        }
    }
}

/* ---- ranking ---- */

static const double *ranked_scores;

static int by_score(const void *left, const void *right)
{
    int a = *(const int *)left;
    int b = *(const int *)right;

    if (!near(ranked_scores[a], ranked_scores[b])) {
        return ranked_scores[a] < ranked_scores[b] ? 1 : -1;
    }
    return a - b;
}

static void check_ranking(game_vectors_t *v, const json_t *expected,
                          const grid_t *grid)
{
    int order[CELLS_MAX];
    int count = grid->rows * grid->cols;
    const json_t *place;
    size_t i;

    for (i = 0; (int)i < count; i++) {
        order[i] = (int)i;
    }
    ranked_scores = grid->scores;
    qsort(order, (size_t)count, sizeof(*order), by_score);
    if ((int)json_array_size(expected) != count) {
        game_vectors_differ(v, "%d cells are ranked", count);
        return;
    }
    json_array_foreach(expected, i, place) {
        if (json_integer_value(json_array_get(place, 0))
                != order[i] / grid->cols
            || json_integer_value(json_array_get(place, 1))
                != order[i] % grid->cols) {
            game_vectors_differ(v, "rank %d is cell %d", (int)i, order[i]);
        }
    }
}

/* ---- one cell, from sums ---- */

static int cell_member(const game_event_t *event, const char *name,
                       game_value_t *value)
{
    const int *cell = event->data;

    if (strcmp(name, "row") && strcmp(name, "col")) {
        return 0;
    }
    *value = game_value_int(cell[name[0] == 'c']);
    return 1;
}

static const char *grid_text(const game_settings_t *settings,
                             const char *key)
{
    const char *const *sizes = settings->data;

    return !strcmp(key, "grid_rows") ? sizes[0]
           : !strcmp(key, "grid_cols") ? sizes[1] : NULL;
}

static game_cells_t sums(const grid_t *grid, int row, int col)
{
    game_cells_t cells = {0, 0, 0, 0};
    int away;
    int i;

    for (i = 0; i < grid->rows * grid->cols; i++) {
        away = abs(i / grid->cols - row) + abs(i % grid->cols - col);
        cells.total += (apr_int64_t)grid->values[i];
        cells.squares += (apr_int64_t)(grid->values[i] * grid->values[i]);
        cells.around += away <= 1 ? (apr_int64_t)grid->values[i] : 0;
        cells.count += away == 0 ? (apr_int64_t)grid->values[i] : 0;
    }
    return cells;
}

static void check_cell(game_vectors_t *v, const grid_t *grid, int row,
                       int col)
{
    const char *sizes[] = {apr_itoa(v->pool, grid->rows),
                           apr_itoa(v->pool, grid->cols)};
    game_settings_t settings = {grid_text, sizes};
    int cell[] = {row, col};
    game_event_t event = {.member = cell_member, .data = cell,
                          .settings = &settings};
    double wanted = grid->scores[row * grid->cols + col];
    game_score_t score = {.callback = NULL};
    game_inputs_t inputs;
    json_t *made;
    double got;

    memset(&inputs, 0, sizeof(inputs));
    inputs.cells = sums(grid, row, col);
    STRATEGY->score(&event, STRATEGY->variables, &inputs, &score, v->pool);
    made = score.callback ? json_loads(score.callback, 0, NULL) : NULL;
    got = json_real_value(json_object_get(made, "giStar"));
    if (!made || !near(got, wanted)) {
        game_vectors_differ(v, "event in %d, %d has %.17g", row, col, got);
    }
    if (json_integer_value(json_object_get(made, "count"))
        != (json_int_t)grid->values[row * grid->cols + col]) {
        game_vectors_differ(v, "count in %d, %d", row, col);
    }
    json_decref(made);
}

static void run_case(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = json_object_get(test, "expected");
    grid_t grid;
    int i;

    if (!read_grid(json_object_get(test, "grid"), &grid)) {
        if (json_object_get(expected, "exception")) {
            game_vectors_decided(v, "a grid is rows and columns always");
        }
        else {
            game_vectors_differ(v, "the grid is no matrix");
        }
        return;
    }
    if (json_object_get(expected, "exception")) {
        game_vectors_differ(v, "the grid should be refused");
        return;
    }
    game_gi_grid(grid.values, grid.rows, grid.cols, grid.scores);
    check_scores(v, json_object_get(expected, "scores"), &grid);
    check_ranking(v, json_object_get(expected, "ranked"), &grid);
    for (i = 0; grid.whole && i < grid.rows * grid.cols; i++) {
        check_cell(v, &grid, i / grid.cols, i % grid.cols);
    }
}

int game_vectors_getis(game_vectors_t *v)
{
    const json_t *test;
    size_t i;

    if (json_object_get(v->root, "scoringCall")) {
        game_vectors_case(v, "scoringCall");
        game_vectors_decided(v, "events with a place are scored");
    }
    json_array_foreach(json_object_get(v->root, "cases"), i, test) {
        game_vectors_case(v, json_string_value(json_object_get(test,
                                                               "name")));
        run_case(v, test);
        game_vectors_end(v);
    }
    return 1;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategy "getis_ord_gi_star": the fewer awards there are around the
 * place of an event, compared with the whole grid of the game, the more it
 * pays. What is compared is the local statistic of Getis and Ord, Gi*.
 */
#include "getis_ord_gi_star.h"

#include "builtins.h"
#include "values.h"

#include <apr_strings.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASIC           "variable_basic_points"
#define BONUS           "variable_bonus_points"
#define THRESHOLD       "variable_z_threshold"

#define GRID_DEFAULT    16
/* A deviation this small beside the largest value is noise. */
#define NOISE           1e-12

static const game_variable_t getis_variables[] = {
    {BASIC, {GAME_VALUE_INT, {.whole = 10}}},
    {BONUS, {GAME_VALUE_INT, {.whole = 10}}},
    {THRESHOLD, {GAME_VALUE_REAL, {.real = 1.96}}},
    {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
};

/* Holds the square of any count. */
__extension__ typedef __int128 wide_t;

/* ---- the grid ---- */

/* One number among a game's params. */
typedef struct {
    const char *name;
    double *real;               /* or */
    int *whole;
    double min;
    double max;
} setting_t;

/* Read a param with the rules of variables.
 * @return 1, 0 when there is none, -1 when it does not fit */
static int read_number(const setting_t *setting, const char *text,
                       apr_pool_t *pool)
{
    game_variable_t probe[2] = {
        {"variable_x", {GAME_VALUE_REAL, {.real = 0}}},
        {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
    };
    double number;

    if (!text) {
        return 0;
    }
    if (setting->whole) {
        probe[0].value = game_value_int(0);
    }
    if (game_variable_override(probe, "variable_x", text, pool) < 1) {
        return -1;
    }
    number = game_value_number(&probe[0].value);
    if (!(number >= setting->min && number <= setting->max)) {
        return -1;
    }
    if (setting->whole) {
        *setting->whole = (int)number;
    }
    else {
        *setting->real = number;
    }
    return 1;
}

/* The bounds: all of them or none, and each pair in order. */
static const char *check_bounds(game_grid_t *grid, int found)
{
    if (found && found != 4) {
        return "grid_lat_min, grid_lat_max, grid_lon_min and grid_lon_max"
               " should be set together";
    }
    if (found && !(grid->lat_min < grid->lat_max)) {
        return "grid_lat_max should be greater than grid_lat_min";
    }
    if (found && !(grid->lon_min < grid->lon_max)) {
        return "grid_lon_max should be greater than grid_lon_min";
    }
    grid->bounded = found == 4;
    return NULL;
}

const char *game_grid_read(game_grid_t *grid,
                           const game_settings_t *settings,
                           apr_pool_t *pool)
{
    const setting_t all[] = {
        {"grid_rows", NULL, &grid->rows, 1, GAME_GRID_MAX},
        {"grid_cols", NULL, &grid->cols, 1, GAME_GRID_MAX},
        {"grid_lat_min", &grid->lat_min, NULL, -90, 90},
        {"grid_lat_max", &grid->lat_max, NULL, -90, 90},
        {"grid_lon_min", &grid->lon_min, NULL, -180, 180},
        {"grid_lon_max", &grid->lon_max, NULL, -180, 180},
    };
    const char *text;
    int bounds = 0;
    size_t i;
    int fits;

    memset(grid, 0, sizeof(*grid));
    grid->rows = grid->cols = GRID_DEFAULT;
    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        text = settings ? settings->text(settings, all[i].name) : NULL;
        fits = read_number(&all[i], text, pool);
        if (fits < 0) {
            return apr_psprintf(pool, "Value of %s should be a %snumber from"
                                " %d to %d", all[i].name,
                                all[i].whole ? "whole " : "",
                                (int)all[i].min, (int)all[i].max);
        }
        bounds += fits && all[i].real;
    }
    return check_bounds(grid, bounds);
}

apr_int64_t game_grid_name(const game_grid_t *grid, apr_pool_t *pool)
{
    apr_uint64_t hash = APR_UINT64_C(14695981039346656037);   /* FNV-1a */
    const char *text;
    char bounds[4 * 32] = "";

    if (grid->bounded) {
        snprintf(bounds, sizeof(bounds), "%.17g %.17g %.17g %.17g",
                 grid->lat_min, grid->lat_max, grid->lon_min, grid->lon_max);
    }
    text = apr_psprintf(pool, "%d %d %s", grid->rows, grid->cols, bounds);
    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * APR_UINT64_C(1099511628211);
    }
    return (apr_int64_t)(hash >> 1);
}

/* ---- the place of an event ---- */

static game_verdict_e refuse(const char **detail, const char *why)
{
    *detail = why;
    return GAME_REFUSED;
}

static int present(const game_event_t *event, const char *name)
{
    game_value_t value;

    return event->member(event, name, &value)
           && value.kind != GAME_VALUE_NULL;
}

/* Where an event lies along one side of the grid. */
typedef struct {
    const char *name;           /* of the member that says it */
    int degrees;                /* from min to max, both inside; or 0: the */
    double min;                 /* index itself */
    double max;
    int count;                  /* of cells along this side */
} side_t;

static const char *outside(const side_t *side, apr_pool_t *pool)
{
    return apr_psprintf(pool, "The \"%s\" field of the data is outside the"
                        " game's grid", side->name);
}

static game_verdict_e place_along(const game_event_t *event,
                                  const side_t *side, int *index,
                                  const char **detail, apr_pool_t *pool)
{
    game_value_t value = {GAME_VALUE_NULL, {0}};
    double number;

    event->member(event, side->name, &value);
    number = game_value_number(&value);
    if (!(side->degrees ? game_value_is_number(&value)
                        : value.kind == GAME_VALUE_INT)) {
        return refuse(detail, apr_psprintf(pool, "The \"%s\" field of the"
                                           " data should be a %s",
                                           side->name, side->degrees
                                           ? "number of degrees"
                                           : "whole number"));
    }
    if (!(number >= side->min && number <= side->max)) {
        return refuse(detail, outside(side, pool));
    }
    if (side->degrees) {
        number = (number - side->min) / (side->max - side->min)
                 * side->count;
    }
    *index = number < side->count ? (int)number : side->count - 1;
    return GAME_SCORED;
}

static game_verdict_e getis_place(const game_event_t *event,
                                  game_place_t *place, const char **detail,
                                  apr_pool_t *pool)
{
    int degrees = present(event, "lat") || present(event, "lon");
    int cell = present(event, "row") || present(event, "col");
    game_grid_t grid;
    const char *why = game_grid_read(&grid, event->settings, pool);
    game_verdict_e verdict;
    side_t sides[2];

    if (why) {
        return refuse(detail, why);
    }
    memset(place, 0, sizeof(*place));
    place->grid = game_grid_name(&grid, pool);
    place->rows = grid.rows;
    place->cols = grid.cols;
    if (degrees && !cell && !grid.bounded) {
        return refuse(detail, "The \"row\" and \"col\" fields are required"
                              " into the data: the game's grid has no bounds"
                              " for \"lat\" and \"lon\"");
    }
    if (grid.bounded && (degrees || !cell)) {
        sides[0] = (side_t){"lat", 1, grid.lat_min, grid.lat_max, grid.rows};
        sides[1] = (side_t){"lon", 1, grid.lon_min, grid.lon_max, grid.cols};
    }
    else {
        sides[0] = (side_t){"row", 0, 0, grid.rows - 1, grid.rows};
        sides[1] = (side_t){"col", 0, 0, grid.cols - 1, grid.cols};
    }
    verdict = place_along(event, &sides[0], &place->row, detail, pool);
    return verdict != GAME_SCORED ? verdict
           : place_along(event, &sides[1], &place->col, detail, pool);
}

/* ---- the statistic ---- */

int game_gi_weight(int rows, int cols, int row, int col)
{
    return 1 + (row > 0) + (row < rows - 1) + (col > 0) + (col < cols - 1);
}

double game_gi_star(double around, int weight, int cells, double mean,
                    double deviation)
{
    double n = cells;
    double w = weight;
    double spread;

    if (cells < 2 || !(deviation > 0)) {
        return 0;
    }
    spread = (n * w - w * w) / (n - 1);
    if (!(spread > 0)) {
        return 0;               /* every cell is a neighbour of this one */
    }
    return (around - mean * w) / (deviation * sqrt(spread));
}

static double sum_around(const double *values, int rows, int cols, int row,
                         int col)
{
    const double *cell = values + row * cols + col;

    return cell[0] + (row > 0 ? cell[-cols] : 0)
           + (row < rows - 1 ? cell[cols] : 0) + (col > 0 ? cell[-1] : 0)
           + (col < cols - 1 ? cell[1] : 0);
}

void game_gi_grid(const double *values, int rows, int cols, double *scores)
{
    int cells = rows * cols;
    double mean = 0;
    double square = 0;
    double largest = 0;
    double deviation;
    int i;

    for (i = 0; i < cells; i++) {
        mean += values[i];
        largest = fmax(largest, fabs(values[i]));
    }
    mean = cells ? mean / cells : 0;
    for (i = 0; i < cells; i++) {
        square += (values[i] - mean) * (values[i] - mean);
    }
    deviation = cells ? sqrt(square / cells) : 0;
    if (deviation <= NOISE * largest) {
        deviation = 0;
    }
    for (i = 0; i < cells; i++) {
        scores[i] = game_gi_star(sum_around(values, rows, cols, i / cols,
                                            i % cols),
                                 game_gi_weight(rows, cols, i / cols,
                                                i % cols),
                                 cells, mean, deviation);
    }
}

/* Gi* from kept sums. They are whole, so the deviation can be had without
 * rounding, and a grid without differences has none at all. */
static double star(const game_place_t *place, const game_cells_t *cells)
{
    int n = place->rows * place->cols;
    wide_t square = (wide_t)cells->squares * n
                    - (wide_t)cells->total * cells->total;

    return game_gi_star((double)cells->around,
                        game_gi_weight(place->rows, place->cols, place->row,
                                       place->col),
                        n, (double)cells->total / n,
                        square > 0 ? sqrt((double)square) / n : 0);
}

/* ---- scoring ---- */

static void getis_needs(const game_variable_t *variables,
                        game_needs_t *needs)
{
    (void)variables;
    memset(needs, 0, sizeof(*needs));
    needs->mask = GAME_INPUT_CELLS;
}

/* A finite real as JSON that reads back the same. */
static const char *real_text(double real, apr_pool_t *pool)
{
    char text[40];
    int digits = 15;

    do {
        snprintf(text, sizeof(text), "%.*g", digits, real + 0.0);
    } while (strtod(text, NULL) != real && ++digits <= 17);
    return apr_pstrcat(pool, text, strpbrk(text, ".e") ? NULL : ".0", NULL);
}

static game_verdict_e getis_score(const game_event_t *event,
                                  const game_variable_t *variables,
                                  const game_inputs_t *inputs,
                                  game_score_t *score, apr_pool_t *pool)
{
    const game_value_t *basic = game_variable_find(variables, BASIC);
    const game_value_t *bonus = game_variable_find(variables, BONUS);
    double z = game_value_number(game_variable_find(variables, THRESHOLD));
    game_verdict_e verdict;
    game_place_t place;
    double gi;
    double share;

    memset(score, 0, sizeof(*score));
    verdict = getis_place(event, &place, &score->detail, pool);
    if (verdict != GAME_SCORED) {
        return verdict;
    }
    if (!(z > 0)) {
        return refuse(&score->detail, THRESHOLD " should be greater than 0");
    }
    if (!game_value_is_number(basic) || !game_value_is_number(bonus)) {
        return GAME_BAD_PAYLOAD;
    }
    gi = star(&place, &inputs->cells);
    share = fmin(fmax((z - gi) / (2 * z), 0), 1);
    score->points = game_value_real(game_value_number(basic)
                                    + share * game_value_number(bonus));
    score->case_name = gi <= -z ? "ColdSpotBonus"
                     : gi >= z ? "HotSpotBasic" : "NeutralArea";
    score->callback =
        apr_psprintf(pool, "{\"row\":%d,\"col\":%d,\"count\":%"
                     APR_INT64_T_FMT ",\"giStar\":%s,\"share\":%s}",
                     place.row, place.col, inputs->cells.count,
                     real_text(gi, pool), real_text(share, pool));
    return GAME_SCORED;
}

static const char *getis_check(const game_settings_t *settings,
                               apr_pool_t *pool)
{
    game_grid_t grid;

    return game_grid_read(&grid, settings, pool);
}

const game_strategy_t game_strategy_getis_ord_gi_star = {
    .id = "getis_ord_gi_star",
    .name = "GeoEquityGamificationModel",
    .slug = "geo_equity_gamification_model",
    .description = "Pays more where little was done so far: every event has"
                   " a place, and cold spots of the game's grid earn a"
                   " bonus.",
    .version = "0.0.1",
    .variables = getis_variables,
    .needs = getis_needs,
    .score = getis_score,
    .check = getis_check,
    .place = getis_place
};

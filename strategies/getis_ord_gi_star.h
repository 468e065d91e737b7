/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file getis_ord_gi_star.h
 * Grids of games, and the statistic Gi* on them: for the strategy
 * getis_ord_gi_star, and for whoever shows its grid.
 */
#ifndef GAME_GETIS_ORD_GI_STAR_H
#define GAME_GETIS_ORD_GI_STAR_H

#include "game_strategy.h"

#define GAME_GRID_MAX 256       /* rows, columns */

/** A game's grid. Row 0 is at lat_min, column 0 at lon_min. */
typedef struct game_grid_t {
    int rows;
    int cols;
    int bounded;                /**< whether the bounds are set: degrees */
    double lat_min;
    double lat_max;
    double lon_min;
    double lon_max;
} game_grid_t;

/**
 * Read a grid from the params grid_rows, grid_cols, grid_lat_min,
 * grid_lat_max, grid_lon_min, grid_lon_max.
 * @param settings NULL is no param at all: 16 by 16, without bounds
 * @return NULL, or a sentence that names the param that is wrong, in pool
 */
const char *game_grid_read(game_grid_t *grid,
                           const game_settings_t *settings,
                           apr_pool_t *pool);

/** @return the name of a grid within its game, for game_place_t */
apr_int64_t game_grid_name(const game_grid_t *grid, apr_pool_t *pool);

/**
 * Gi* of one cell among others, with binary rook weights, itself included.
 * @param around sum of the cell and its neighbours
 * @param weight how many they are
 * @param cells of the grid
 * @param mean of the grid
 * @param deviation of the grid, of the population; 0 gives 0
 */
double game_gi_star(double around, int weight, int cells, double mean,
                    double deviation);

/** @return how many a cell and its neighbours are: 1 to 5 */
int game_gi_weight(int rows, int cols, int row, int col);

/** Gi* of every cell, by rows; deviations that are no more than noise of the
 *  computation count as none.
 *  @param scores receives rows * cols results */
void game_gi_grid(const double *values, int rows, int cols, double *scores);

#endif

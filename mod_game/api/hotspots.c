/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The grid of a game as JSON and as GeoJSON (RFC 7946). The statistic is
 * that of the strategy getis_ord_gi_star, of all cells as they are now.
 */

#include "hotspots.h"

#include <string.h>

#include "../catalog.h"
#include "../db.h"
#include "../response.h"
#include "../settings.h"
#include "getis_ord_gi_star.h"

#define GEO_TYPE "application/geo+json"

/* Columns of game_hotspots. */
enum { CELL_ROW, CELL_COL, CELL_N };

/* A grid and what is in its cells, by rows. */
typedef struct spots_t {
    game_grid_t grid;
    double *counts;
    double *stars;
} spots_t;

static game_error_t *read_grid(game_req_t *req, const game_game_t *game,
                               game_grid_t *grid)
{
    game_settings_t settings;
    const char *fault;

    game_settings_of(game, &settings);
    fault = game_grid_read(grid, &settings, req->pool);
    return fault ? game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY,
                                   "%s", fault) : NULL;
}

static game_error_t *read_spots(game_req_t *req, const game_game_t *game,
                                spots_t *spots)
{
    game_grid_t *grid = &spots->grid;
    const game_rows_t *rows;
    game_error_t *err = read_grid(req, game, grid);
    apr_size_t size;
    int i;

    if (err) {
        return err;
    }
    err = GAME_DB_RUN(req, GAME_SQL_GAME_HOTSPOTS, &rows, game->id,
                      game_bind_int(req->pool, game_grid_name(grid,
                                                              req->pool)));
    if (err) {
        return err;
    }
    size = sizeof(double) * (apr_size_t)(grid->rows * grid->cols);
    spots->counts = apr_pcalloc(req->pool, size);
    spots->stars = apr_pcalloc(req->pool, size);
    for (i = 0; i < rows->count; i++) {
        apr_int64_t row = game_cell_int(rows, i, CELL_ROW);
        apr_int64_t col = game_cell_int(rows, i, CELL_COL);

        if (row >= 0 && row < grid->rows && col >= 0 && col < grid->cols) {
            spots->counts[row * grid->cols + col]
                = game_cell_real(rows, i, CELL_N);
        }
    }
    game_gi_grid(spots->counts, grid->rows, grid->cols, spots->stars);
    return NULL;
}

/* Members of a cell. */
static void write_cell(game_jw_t *jw, const spots_t *spots, int row, int col)
{
    int i = row * spots->grid.cols + col;

    game_jw_int(jw, "row", row);
    game_jw_int(jw, "col", col);
    game_jw_int(jw, "count", (apr_int64_t)spots->counts[i]);
    game_jw_real(jw, "giStar", spots->stars[i]);
}

static void write_plain(game_jw_t *jw, const game_game_t *game,
                        const spots_t *spots)
{
    const game_grid_t *grid = &spots->grid;
    int row, col;

    game_jw_object(jw, NULL);
    game_jw_string(jw, "gameId", game->id);
    game_jw_int(jw, "rows", grid->rows);
    game_jw_int(jw, "cols", grid->cols);
    if (grid->bounded) {
        game_jw_object(jw, "bounds");
        game_jw_real(jw, "latMin", grid->lat_min);
        game_jw_real(jw, "latMax", grid->lat_max);
        game_jw_real(jw, "lonMin", grid->lon_min);
        game_jw_real(jw, "lonMax", grid->lon_max);
        game_jw_end(jw);
    }
    else {
        game_jw_null(jw, "bounds");
    }
    game_jw_array(jw, "cells");
    for (row = 0; row < grid->rows; row++) {
        for (col = 0; col < grid->cols; col++) {
            game_jw_object(jw, NULL);
            write_cell(jw, spots, row, col);
            game_jw_end(jw);
        }
    }
    game_jw_end(jw);
    game_jw_end(jw);
}

/* ---- GeoJSON ---- */

/* The border below or left of an index. */
static double border(double min, double max, int count, int index)
{
    return index == count ? max : min + (max - min) * index / count;
}

static void write_point(game_jw_t *jw, double lon, double lat)
{
    game_jw_array(jw, NULL);
    game_jw_real(jw, NULL, lon);
    game_jw_real(jw, NULL, lat);
    game_jw_end(jw);
}

/* One ring, against the clock, closed. */
static void write_polygon(game_jw_t *jw, const game_grid_t *grid, int row,
                          int col)
{
    double south = border(grid->lat_min, grid->lat_max, grid->rows, row);
    double north = border(grid->lat_min, grid->lat_max, grid->rows, row + 1);
    double west = border(grid->lon_min, grid->lon_max, grid->cols, col);
    double east = border(grid->lon_min, grid->lon_max, grid->cols, col + 1);

    game_jw_object(jw, "geometry");
    game_jw_string(jw, "type", "Polygon");
    game_jw_array(jw, "coordinates");
    game_jw_array(jw, NULL);
    write_point(jw, west, south);
    write_point(jw, east, south);
    write_point(jw, east, north);
    write_point(jw, west, north);
    write_point(jw, west, south);
    game_jw_end(jw);
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_feature(game_jw_t *jw, const spots_t *spots, int row,
                          int col)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "type", "Feature");
    if (spots->grid.bounded) {
        write_polygon(jw, &spots->grid, row, col);
    }
    else {
        game_jw_null(jw, "geometry");
    }
    game_jw_object(jw, "properties");
    write_cell(jw, spots, row, col);
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_geo(game_jw_t *jw, const spots_t *spots)
{
    int row, col;

    game_jw_object(jw, NULL);
    game_jw_string(jw, "type", "FeatureCollection");
    game_jw_array(jw, "features");
    for (row = 0; row < spots->grid.rows; row++) {
        for (col = 0; col < spots->grid.cols; col++) {
            write_feature(jw, spots, row, col);
        }
    }
    game_jw_end(jw);
    game_jw_end(jw);
}

static int wants_geo(const game_req_t *req)
{
    const char *accept = game_request_header(req, "Accept");

    return accept && strstr(accept, GEO_TYPE) != NULL;
}

game_error_t *game_hotspots_get(game_req_t *req)
{
    game_jw_t *jw = game_jw_make(req->pool);
    const game_game_t *game;
    const char *text;
    spots_t spots;
    apr_size_t len;
    game_error_t *err;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = read_spots(req, game, &spots);
    }
    if (err) {
        return err;
    }
    apr_table_mergen(req->r->headers_out, "Vary", "Accept");
    if (!wants_geo(req)) {
        write_plain(jw, game, &spots);
        return game_response_json(req, HTTP_OK, jw);
    }
    write_geo(jw, &spots);
    text = game_jw_text(jw, &len);
    game_response_bytes(req, HTTP_OK, GEO_TYPE, text, len);
    return NULL;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file hotspots.h
 * The grid of a game: where its awards are, and where they are not.
 */
#ifndef GAME_API_HOTSPOTS_H
#define GAME_API_HOTSPOTS_H

#include "../request.h"

/** GET /games/{gameId}/hotspots: awards and the statistic Gi* of every cell,
 *  by rows; as GeoJSON when Accept names application/geo+json. Cells of a
 *  grid without bounds have no geometry there.
 *  @return NULL; 404, 403 of the game; 422 for params that are no grid */
game_error_t *game_hotspots_get(game_req_t *req);

#endif

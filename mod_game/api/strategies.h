/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file strategies.h
 * Endpoints 35 to 38: strategies that come with the server or with another
 * module, and drawings of all.
 */
#ifndef GAME_API_STRATEGIES_H
#define GAME_API_STRATEGIES_H

#include "../request.h"
#include "../schema.h"

extern const game_schema_t game_strategies_graph_query;

/** #35 GET /strategies */
game_error_t *game_strategies_list(game_req_t *req);
/** #36 GET /strategies/{id} */
game_error_t *game_strategies_get(game_req_t *req);
/** #37 GET /strategies/{id}/schema */
game_error_t *game_strategies_schema(game_req_t *req);
/** #38 GET /strategies/{id}/graph */
game_error_t *game_strategies_graph(game_req_t *req);

#endif

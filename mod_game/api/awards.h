/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file awards.h
 * POST /games/{gameId}/tasks/{externalTaskId}/points.
 */
#ifndef GAME_API_AWARDS_H
#define GAME_API_AWARDS_H

#include "../request.h"

/** Body of an award. */
extern const game_schema_t game_awards_body;

/** Score an event and book it, or rehearse it with isSimulated. */
game_error_t *game_awards_post(game_req_t *req);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file interactions.h
 * What a user had to do with tasks, in one list: awards and actions.
 */
#ifndef GAME_API_INTERACTIONS_H
#define GAME_API_INTERACTIONS_H

#include "request.h"

/** Query: the page. */
extern const game_schema_t game_interactions_query;

/** GET /users/{externalUserId}/interactions: the newest first, those that
 *  the caller may see.
 *  @return NULL; 404, 403 of the user; 422 for the page */
game_error_t *game_interactions_list(game_req_t *req);

#endif

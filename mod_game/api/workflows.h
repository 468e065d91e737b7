/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file workflows.h
 * Workflows (campaigns.md 5.3): what can be run, and running it.
 */
#ifndef GAME_API_WORKFLOWS_H
#define GAME_API_WORKFLOWS_H

#include "../request.h"
#include "../schema.h"

extern const game_schema_t game_workflows_get_query;
extern const game_schema_t game_workflows_trigger_body;

/** GET /workflows */
game_error_t *game_workflows_list(game_req_t *req);
/** GET /workflows/{name} */
game_error_t *game_workflows_get(game_req_t *req);
/** POST /workflows/{name}/trigger: a run, or an update run for one of the
 *  names of 2.8 */
game_error_t *game_workflows_trigger(game_req_t *req);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file runs.h
 * Runs of workflows (campaigns.md 5.3): made, shown, changed, watched. A
 * caller sees its own; to others they are not there.
 */
#ifndef GAME_API_RUNS_H
#define GAME_API_RUNS_H

#include "../request.h"
#include "../schema.h"

extern const game_schema_t game_runs_create_body;
extern const game_schema_t game_runs_update_body;
extern const game_schema_t game_runs_list_query;
extern const game_schema_t game_runs_steps_query;
extern const game_schema_t game_runs_artifacts_query;

/* runs.c */

/** POST /runs */
game_error_t *game_runs_create(game_req_t *req);
/** GET /runs */
game_error_t *game_runs_list(game_req_t *req);
/** GET /runs/{runId} */
game_error_t *game_runs_get(game_req_t *req);

/* runs_parts.c */

/** GET /runs/{runId}/steps */
game_error_t *game_runs_steps(game_req_t *req);
/** GET /runs/{runId}/artifacts */
game_error_t *game_runs_artifacts(game_req_t *req);
/** GET /runs/{runId}/cache-analysis */
game_error_t *game_runs_analysis(game_req_t *req);
/** GET /runs/{runId}/context */
game_error_t *game_runs_context(game_req_t *req);

/* runs_change.c */

/** POST /runs/{runId}/update */
game_error_t *game_runs_update(game_req_t *req);
/** POST /runs/{runId}/cancel */
game_error_t *game_runs_cancel(game_req_t *req);
/** POST /runs/{runId}/retry */
game_error_t *game_runs_retry(game_req_t *req);

/* runs_events.c */

/** GET /runs/{runId}/events */
game_error_t *game_runs_events(game_req_t *req);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file runs_int.h
 * What the endpoints that make or read runs share.
 */
#ifndef GAME_API_RUNS_INT_H
#define GAME_API_RUNS_INT_H

#include "../campaign_start.h"
#include "../db.h"

/** @return the text of a query member, or NULL */
const char *game_run_asked(const game_req_t *req, const char *name);

/** @return 404 RUN_NOT_FOUND */
game_error_t *game_run_missing(game_req_t *req);

/**
 * Ask a statement about the run of the path.
 * @param more values after those of who asks and of the run
 * @return NULL with one row at least; RUN_NOT_FOUND, or 503
 */
game_error_t *game_run_read(game_req_t *req, game_sql_e statement,
                            const game_rows_t **rows, int count,
                            const char *const *more);

/** Most values that game_run_read takes. */
#define GAME_RUN_MORE 2

/** Answer what was made: 202, or 200 for a key that had made it. */
game_error_t *game_run_started(game_req_t *req,
                               const game_campaign_started_t *started);

#endif

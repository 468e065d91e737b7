/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_start.h
 * Making runs (campaigns.md 2.4 to 2.7): a payload is brought into its
 * canonical form and held against all that the steps will require; then the
 * run is planned and written, with all of its steps, by one statement.
 */
#ifndef GAME_CAMPAIGN_START_H
#define GAME_CAMPAIGN_START_H

#include "api/campaign_caller.h"
#include "request.h"
#include "workflow.h"

/** What is to be run. */
typedef struct game_campaign_start_t {
    const game_workflow_t *workflow;
    const game_json_t *payload; /**< as it was sent; an object */
    const char *place;          /**< of the payload, for 422 items: JSON
                                     strings with commas, "\"body\"" */
    const char *campaign;       /**< UUID of the campaign that is made with
                                     it; or NULL */
    const char *campaign_version;       /**< that was read; or NULL */
} game_campaign_start_t;

/** A run that was made, or that its key had made before. */
typedef struct game_campaign_started_t {
    const char *run_id;
    apr_time_t created_at;
    int replayed;               /**< by Idempotency-Key */
    const game_json_t *run;     /**< as it is answered */
    /* of an update: ids of steps, lists */
    const char *base_run_id;    /**< or NULL: it is none */
    const game_json_t *reused;
    const game_json_t *rerun;
} game_campaign_started_t;

/**
 * Make a run. Heeds Idempotency-Key.
 * @return NULL; 422 for the payload, with nothing written;
 *         IDEMPOTENCY_CONFLICT; of a campaign CAMPAIGN_NOT_FOUND,
 *         ALREADY_GENERATING, INVALID_STATE_TRANSITION, VERSION_CONFLICT
 */
game_error_t *game_campaign_start(game_req_t *req,
                                  const game_campaign_caller_t *caller,
                                  const game_campaign_start_t *what,
                                  game_campaign_started_t *out);

/** Parse JSON that the database keeps. @return NULL for NULL */
game_json_t *game_campaign_parse(apr_pool_t *pool, const char *text);

/** A change request. */
typedef struct game_campaign_change_t {
    const char *base;           /**< UUID of a run */
    const char *type;           /**< as it was sent */
    const game_json_t *payload; /**< NULL: {} */
    const char *place;          /**< of the payload, as above */
} game_campaign_change_t;

/**
 * Make a run that makes a part of another one anew (2.7). Heeds
 * Idempotency-Key.
 * @return NULL, BASE_RUN_NOT_FOUND, INCOMPLETE_BASE_RUN,
 *         UNKNOWN_CHANGE_REQUEST, CHANGE_NOT_APPLICABLE, STALE_BASE_RUN,
 *         IDEMPOTENCY_CONFLICT, 422 for the payload, or as above
 */
game_error_t *game_campaign_update(game_req_t *req,
                                   const game_campaign_caller_t *caller,
                                   const game_campaign_change_t *asked,
                                   game_campaign_started_t *out);

#endif

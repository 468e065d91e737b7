/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_start_int.h
 * What makes runs and what makes update runs share.
 */
#ifndef GAME_CAMPAIGN_START_INT_H
#define GAME_CAMPAIGN_START_INT_H

#include "campaign_start.h"
#include "plan.h"

/** Check a normalised payload: the trigger's own rules, then what the skills
 *  will require of what is known before a run.
 *  @param issues of game_issue_t, each path once */
void game_campaign_check(game_req_t *req, const game_campaigns_t *campaigns,
                         const game_workflow_t *workflow,
                         const game_json_t *payload,
                         apr_array_header_t *issues);

/** A run that is ready to be written. */
typedef struct game_campaign_plan_t {
    char run_id[GAME_UUID_SIZE];
    const game_workflow_t *workflow;    /**< or NULL: the key alone is asked
                                             for, nothing can be made */
    const game_json_t *payload; /**< normalised */
    const char *request_hash;   /**< what an Idempotency-Key stands for */
    const game_json_t *context;
    const game_plan_row_t *rows;
    const char *base;           /**< or NULL */
    const game_json_t *change;  /**< changeRequest; or NULL */
    const char *campaign;       /**< or NULL */
    const char *campaign_version;       /**< or NULL */
} game_campaign_plan_t;

/** @return the hash of a request: what is run, of what, and with what; in
 *  pool. @param what, of NULL: nothing */
const char *game_campaign_request_hash(apr_pool_t *pool, const char *what,
                                       const char *of,
                                       const game_json_t *payload);

/** @param outcome of campaigns.run_create that is none of success
 *  @return its error */
game_error_t *game_campaign_refusal(apr_pool_t *pool, const char *outcome);

/** Write it, with all of its steps. */
game_error_t *game_campaign_write(game_req_t *req,
                                  const game_campaign_caller_t *caller,
                                  const game_campaign_plan_t *plan,
                                  game_campaign_started_t *out);

#endif

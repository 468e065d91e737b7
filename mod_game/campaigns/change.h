/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file change.h
 * Change requests (campaigns.md 2.7): which steps of a workflow an update run
 * has to do anew. What it changes in the payload is trigger.h's.
 */
#ifndef GAME_CAMPAIGNS_CHANGE_H
#define GAME_CAMPAIGNS_CHANGE_H

#include "workflow.h"

typedef struct game_change_t {
    const char *type;           /**< a constant */
    const game_workflow_t *workflow;
    const char *seeds;          /**< marks, one a place in step[] */
    const char *impacted;       /**< the same: the seeds and all that depends
                                     on them */
    int bypasses_cache;         /**< steps do not look into the cache
                                     (full_rebuild) */
} game_change_t;

/** @return the change type that a workflow's name stands for
 *  ("campaign.update_audio": "audio.update"), a constant; or NULL */
const char *game_change_alias(const char *workflow_name);

/** @return the types that apply to a workflow, for changeRequestMappings:
 *  {<type>: [<seed step id>, ...]}, in pool */
game_json_t *game_change_mappings(apr_pool_t *pool,
                                  const game_workflow_t *workflow);

/**
 * Find what a change request is about.
 * @param type may be NULL, which is unknown
 * @param out  in pool
 * @return NULL, or UNKNOWN_CHANGE_REQUEST, CHANGE_NOT_APPLICABLE (the
 *         workflow has no step for it)
 */
game_fault_t *game_change_make(apr_pool_t *pool,
                               const game_workflow_t *workflow,
                               const char *type, game_change_t **out);

/** @return the ids of the seeds in the order of the definition, a list in
 *  pool */
game_json_t *game_change_seeds(apr_pool_t *pool, const game_change_t *change);
/** The same of the steps that run again (expectedRerunSteps). */
game_json_t *game_change_impacted(apr_pool_t *pool,
                                  const game_change_t *change);
/** The same of the others (expectedReusedSteps). */
game_json_t *game_change_reused(apr_pool_t *pool,
                                const game_change_t *change);

/** @param payload of the request, or NULL
 *  @return {type, payload, seeds, impacted, reused}: runs.change_request */
game_json_t *game_change_json(apr_pool_t *pool, const game_change_t *change,
                              const game_json_t *payload);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file workflow.h
 * Workflow definitions (campaigns.md 2.1): checked, loaded from a folder once
 * and read only afterwards; and the order of their steps (2.5).
 */
#ifndef GAME_CAMPAIGNS_WORKFLOW_H
#define GAME_CAMPAIGNS_WORKFLOW_H

#include "campaigns.h"

/** Longest key of the step cache (bytes): step_cache.cache_key. */
#define GAME_WORKFLOW_KEY_MAX 512

typedef struct game_step_def_t {
    const char *id;
    const char *skill;
    const char *description;            /**< or NULL */
    int ordinal;                        /**< place in topological order */
    int depends;                        /**< number of distinct dependencies */
    const int *depends_on;              /**< places in step[] */
    const game_json_t *input_selector;
    int cache;                          /**< cache_policy.enabled */
    int cache_run_only;                 /**< scope */
    int max_attempts;
    int backoff_ms;
} game_step_def_t;

typedef struct game_workflow_t {
    const char *name;
    const char *version;
    const char *description;            /**< or NULL */
    int steps;
    const game_step_def_t *step;        /**< in topological order */
    const int *declared;                /**< places in step[], in the order
                                             of the definition */
} game_workflow_t;

/** Whether a skill is known, for the check. */
typedef int game_workflow_skill_fn(void *baton, const char *skill_id);

/**
 * Check a definition and make it.
 * @param definition any value; it is copied
 * @param out        in pool; untouched on a fault
 * @return NULL, or the first verdict of 2.1 that applies:
 *         WORKFLOW_SCHEMA_INVALID (with all issues), UNKNOWN_SKILL,
 *         DUPLICATE_STEP, UNKNOWN_DEPENDENCY, CYCLIC_DEPENDENCY,
 *         SELECTOR_NOT_UPSTREAM
 */
game_fault_t *game_workflow_make(apr_pool_t *pool,
                                 const game_json_t *definition,
                                 game_workflow_skill_fn *known, void *baton,
                                 game_workflow_t **out);

/** Definitions that were loaded; for the life of a pool, read only. */
typedef struct game_workflows_t {
    apr_array_header_t *list;           /**< of const game_workflow_t * */
    apr_array_header_t *faults;         /**< of game_fault_t *: those that
                                             were not registered, each with
                                             its file in the message */
} game_workflows_t;

/**
 * Load index.json of a folder and what it names as active. A workflow that
 * is refused keeps no other from being loaded.
 * @param out untouched on a fault
 * @return NULL, or WORKFLOW_SCHEMA_INVALID of the index itself
 */
game_fault_t *game_workflow_load(apr_pool_t *pool, const char *dir,
                                 game_workflow_skill_fn *known, void *baton,
                                 game_workflows_t **out);

/** @param version NULL: the highest by semver @return or NULL */
const game_workflow_t *game_workflow_find(const game_workflows_t *workflows,
                                          const char *name,
                                          const char *version);
/** @return place of a step in step[], or -1 */
int game_workflow_step(const game_workflow_t *workflow, const char *step_id);

/** Compare by semver precedence, builds left out: < 0, 0, > 0.
 *  @param left, right versions as 2.1 allows them */
int game_semver_compare(const char *left, const char *right);

#endif

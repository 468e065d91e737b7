/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file context.h
 * CampaignContext (campaigns.md 1.6): what a run has made so far, as a
 * document that is written anew after every step.
 */
#ifndef GAME_CAMPAIGNS_CONTEXT_H
#define GAME_CAMPAIGNS_CONTEXT_H

#include "campaigns.h"
#include "state.h"

/** Most artifacts of a context. */
#define GAME_CONTEXT_ARTIFACTS 50
/** Most reference types beside the standard ones. */
#define GAME_CONTEXT_CUSTOM 38

/** What a context begins with. */
typedef struct game_context_start_t {
    const char *campaign_id;
    const char *run_id;
    const char *workflow_name;
    int is_update;              /**< trigger.type: continuation, else api */
    const game_json_t *payload; /**< normalised; or NULL: left out */
    const char *timestamp;      /**< of the trigger, in the form of documents */
    const char *initiated_by;   /**< or NULL: left out */
} game_context_start_t;

/** The run that an update begins with. */
typedef struct game_context_base_t {
    const char *tenant;
    game_run_e status;
    const game_json_t *context; /**< or NULL */
    const game_json_t *reused;  /**< ids of the steps whose artifacts are
                                     taken over, a list (change.h) */
} game_context_base_t;

/** An artifact that has its row. */
typedef struct game_context_artifact_t {
    const char *id;
    const char *created_at;     /**< in the form of documents */
    const game_artifact_t *artifact;
} game_context_artifact_t;

/** A reference type that is not standard: an artifact of a type of this
 *  name is referred to by it. */
typedef struct game_context_type_t {
    const char *name;
    const char *description;    /**< or NULL */
} game_context_type_t;

/** @return a context without artifacts, in pool */
game_json_t *game_context_make(apr_pool_t *pool,
                               const game_context_start_t *start);

/**
 * Make the context of an update run out of that of its base: artifacts and
 * references of the steps that are reused.
 * @param base NULL: there is no such run
 * @param out  in pool
 * @return NULL, or BASE_RUN_NOT_FOUND, UNAUTHORIZED (it is another
 *         tenant's), INCOMPLETE_BASE_RUN
 */
game_fault_t *game_context_load(apr_pool_t *pool, const char *tenant,
                                const game_context_base_t *base,
                                const game_context_start_t *start,
                                game_json_t **out);

/**
 * Add a reference type.
 * @param types of game_context_type_t; texts are kept as they are
 * @return NULL, or INVALID_ARTIFACT_TYPE (name, description),
 *         CONTEXT_CAPACITY_EXCEEDED
 */
game_fault_t *game_context_add_type(apr_pool_t *pool,
                                    apr_array_header_t *types,
                                    const game_context_type_t *type);

/**
 * Put what a step has made into a context, all of it or nothing. The newest
 * artifact of a type is the one that is referred to.
 * @param made  of game_context_artifact_t
 * @param types further reference types, or NULL
 * @return NULL, or CONTEXT_CAPACITY_EXCEEDED, INVALID_ARTIFACT_TYPE,
 *         INVALID_ARTIFACT_URI, INVALID_ARTIFACT_HASH,
 *         DUPLICATE_ARTIFACT_ID
 */
game_fault_t *game_context_attach(apr_pool_t *pool, game_json_t *context,
                                  const char *step_id,
                                  const apr_array_header_t *made,
                                  const apr_array_header_t *types);

/** Note the input hash of a step. */
void game_context_set_hash(apr_pool_t *pool, game_json_t *context,
                           const char *step_id, const char *hash);

/**
 * Note whether what a step made may be deployed.
 * @param context with the step's hash
 * @param data    of the step; without a verdict ("validation") nothing is
 *                noted
 */
void game_context_add_check(apr_pool_t *pool, game_json_t *context,
                            const char *step_id, const game_json_t *data);

/** @return the name of the reference of a type ("game_bundle":
 *  "gameBundleArtifactId"), in pool */
const char *game_context_ref_name(apr_pool_t *pool, const char *ref_type);

/**
 * Find the artifact that a reference names.
 * @param ref_type "campaign_manifest", ...
 * @param id       or NULL; the artifact's id, as long as the context lives
 * @param out      its entry, the context's own
 * @return NULL, or REF_NOT_FOUND, ARTIFACT_NOT_FOUND (the reference leads
 *         nowhere)
 */
game_fault_t *game_context_find(apr_pool_t *pool, const game_json_t *context,
                                const char *ref_type, const char **id,
                                const game_json_t **out);

#endif

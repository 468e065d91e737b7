/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file skill.h
 * Skills (campaigns.md 4): what a step does. A skill checks its input, fills
 * defaults in, and makes data and files; it keeps no state.
 */
#ifndef GAME_CAMPAIGNS_SKILL_H
#define GAME_CAMPAIGNS_SKILL_H

#include "campaigns.h"
#include "store.h"

/** What a skill may use; of a server, read only. */
typedef struct game_skill_env_t {
    const game_store_t *store;
    const char *templates;      /**< GameCampaignTemplates */
    int strict_templates;       /**< GameCampaignStrictTemplates */
    int allow_fetch;            /**< GameCampaignAllowFetch */
    const struct game_provider_t *config_provider;  /**< NULL: builtin */
    const struct game_provider_t *audio_provider;   /**< NULL: stub */
} game_skill_env_t;

/** One execution. */
typedef struct game_skill_call_t {
    apr_pool_t *pool;           /**< of the result, too */
    const game_skill_env_t *env;
    apr_time_t now;             /**< the clock of documents */
    apr_time_t deadline;        /**< then it is TIMEOUT; 0: none */
    int (*stopped)(void *baton);        /**< asked at checkpoints: the run is
                                             cancelled or the worker ends */
    void *baton;
    const char *run_id;         /**< or NULL */
    /** [{id, type, uri, contentHash, size, filename}] of the run so far, for
     *  the manifest (4.4); or NULL */
    const game_json_t *artifacts;
} game_skill_call_t;

typedef struct game_skill_result_t {
    game_json_t *data;
    apr_array_header_t *artifacts;      /**< of game_artifact_t */
    game_json_t *debug;         /**< {timings_ms, provider_calls?, attempts?} */
} game_skill_result_t;

typedef struct game_skill_t {
    const char *id;
    const char *version;
    int timeout_sec;            /**< an attempt */
    int cache_ttl_sec;          /**< 0: never expires */
    /** Check an input: issues of it, and *full: a copy with defaults. */
    void (*check)(apr_pool_t *pool, const game_skill_env_t *env,
                  const game_json_t *input, apr_array_header_t *issues,
                  game_json_t **full);
    /** Tell what run would refuse of an input that check has filled and
     *  found nothing wrong with, where a table cannot say it; NULL: there is
     *  nothing. Paths of issues are of the input. */
    void (*foresee)(apr_pool_t *pool, const game_skill_env_t *env,
                    const game_json_t *input, apr_array_header_t *issues);
    /** Run with a checked, defaulted input. */
    game_fault_t *(*run)(const game_skill_call_t *call,
                         const game_json_t *input,
                         game_skill_result_t *result);
} game_skill_t;

/** The four of them; a NULL ends the list. */
extern const game_skill_t *const game_skills[];

extern const game_skill_t game_skill_config;    /* skill_config.c */
extern const game_skill_t game_skill_bgm;       /* skill_bgm.c */
extern const game_skill_t game_skill_bundle;    /* skill_bundle.c */
extern const game_skill_t game_skill_manifest;  /* skill_manifest.c */

/** @return or NULL */
const game_skill_t *game_skill_find(const char *id);
/** A game_workflow_skill_fn; baton is not used. */
int game_skill_is_known(void *baton, const char *id);

/**
 * The runner: find, check (INPUT_VALIDATION_FAILED), run, and see that it
 * ended in time and that its output is what it must be.
 * The time is call->deadline or the skill's timeout, whichever is earlier.
 * @param input  any value, without defaults
 * @param result debug is there after a failure of run, too
 * @return NULL, or a fault with a code of 6.2
 */
game_fault_t *game_skill_execute(const game_skill_call_t *call,
                                 const char *id, const game_json_t *input,
                                 game_skill_result_t *result);

/** @return NULL, or RUN_CANCELLED or TIMEOUT: the checkpoint of long work */
game_fault_t *game_skill_checkpoint(const game_skill_call_t *call);

/** Set timings_ms.<phase> of a result's debug, which is made when it is NULL:
 *  how long it is since a time. @param phase of a member's name */
void game_skill_time(apr_pool_t *pool, game_json_t **debug, const char *phase,
                     apr_time_t since);

/** Give a result its artifact: what is stored, with an empty object as
 *  metadata and no filename. @return it, to be completed */
game_artifact_t *game_skill_artifact(apr_pool_t *pool,
                                     game_skill_result_t *result,
                                     const char *type,
                                     const game_stored_t *stored);

/** @return whether a fault of this code is worth another attempt (2.5) */
int game_skill_is_retryable(const char *code);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file manifest_int.h
 * What manifest*.c share.
 */
#ifndef GAME_CAMPAIGNS_MANIFEST_INT_H
#define GAME_CAMPAIGNS_MANIFEST_INT_H

#include "manifest.h"

/** A manifest that is being assembled. */
typedef struct game_build_t {
    apr_pool_t *pool;
    const game_skill_call_t *call;
    const game_json_t *input;
    game_manifest_t *out;       /**< missing and warnings grow */
} game_build_t;

/** Copy a member that is there; null is as absent. */
void game_manifest_take(game_json_t *to, const char *name,
                        const game_json_t *from, const char *from_name);

/** Set a member to a new object. @return that */
game_json_t *game_manifest_object(const game_build_t *build,
                                  game_json_t *to, const char *name);

/** Append a text to a list. */
void game_manifest_add(apr_pool_t *pool, game_json_t *list,
                       const char *text);

/* manifest_assets.c */

/** @return the newest artifact of a type of this run; or NULL */
const game_json_t *game_manifest_artifact(const game_build_t *build,
                                          const char *type);

/** Set the member `assets` of a document; what is not there is reported.
 *  @return NULL, or the fault of a checkpoint */
game_fault_t *game_manifest_assets(const game_build_t *build,
                                   game_json_t *to);

#endif

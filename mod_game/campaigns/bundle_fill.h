/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file bundle_fill.h
 * Filling a bundle's tree (campaigns.md 4.3) from the input of the skill.
 */
#ifndef GAME_CAMPAIGNS_BUNDLE_FILL_H
#define GAME_CAMPAIGNS_BUNDLE_FILL_H

#include "skill.h"

/** A tree that is being filled. */
typedef struct game_bundle_fill_t {
    const game_skill_call_t *call;
    apr_pool_t *pool;           /**< of the call */
    const char *dir;            /**< of the tree */
    const game_json_t *input;   /**< of the skill, checked */
    game_json_t *assets;        /**< gets {images: [path], audio, video,
                                     models, configs} */
    game_json_t **debug;        /**< gets left_out: [{uri, reason}] */
} game_bundle_fill_t;

/** Check where an input's assets go, before anything is written.
 *  @return NULL, or INPUT_VALIDATION_FAILED with an issue for each that is
 *          no single segment of a path */
game_fault_t *game_bundle_fill_check(const game_bundle_fill_t *fill);

/**
 * Fill a tree: all but the manifest.
 * @return NULL, or EXECUTION_ERROR, or the fault of a checkpoint. What a URI
 *         does not lead to is none: it is in left_out
 */
game_fault_t *game_bundle_fill(const game_bundle_fill_t *fill);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file select_int.h
 * What select*.c share.
 */
#ifndef GAME_CAMPAIGNS_SELECT_INT_H
#define GAME_CAMPAIGNS_SELECT_INT_H

#include "select.h"

/** The shapes of 2.2. */
typedef enum {
    GAME_SELECT_TRIGGER, GAME_SELECT_STEP, GAME_SELECT_BASE,
    GAME_SELECT_REGISTRY, GAME_SELECT_CONSTANT, GAME_SELECT_MERGE,
    GAME_SELECT_PICK,
    GAME_SELECT_NONE            /**< it is no selector */
} game_select_e;

/** @return the shape that a selector says it is of; its members may still
 *  be wrong */
game_select_e game_select_shape(const game_json_t *selector);

/** @return the segments of a path (const char *), in pool; NULL when its
 *  brackets are not balanced */
apr_array_header_t *game_select_split(apr_pool_t *pool, const char *path);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file callback.h
 * What rules and a parent say in callbackData.
 */
#ifndef GAME_DSL_CALLBACK_H
#define GAME_DSL_CALLBACK_H

#include "program.h"

/** @return the JSON object that rules wrote, in the order in which they
 *          began its members; NULL when they wrote nothing */
const char *game_dsl_callback_text(apr_pool_t *pool, const char *const *keys,
                                   const game_dsl_places_t *places);

/**
 * Merge callbacks; a later member replaces an earlier one in its place. When
 * rules wrote something, a parent's callback that is no object becomes the
 * member "parent".
 * @param before, after what rules wrote, or NULL
 * @param parent any JSON, or NULL
 * @param merged JSON, or NULL when there is nothing
 * @return 0 when parent is no JSON
 */
int game_dsl_callback_merge(apr_pool_t *pool, const char *before,
                            const char *parent, const char *after,
                            const char **merged);

#endif

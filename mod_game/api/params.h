/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file params.h
 * Params of games and tasks on their way from a body to a statement.
 */
#ifndef GAME_API_PARAMS_H
#define GAME_API_PARAMS_H

#include "../catalog.h"

/**
 * Read a checked list of params.
 * @param list  elements {key, value} and perhaps id; NULL and JSON null are
 *              an empty list
 * @param count receives their number
 * @return the params in order, values as they are stored; id is NULL where
 *         the element has none
 */
const game_param_t *game_params_read(apr_pool_t *pool,
                                     const game_json_t *list, int *count);

/** Params as three arrays ready to be bound: ids, keys and values. */
typedef struct game_params_bind_t {
    const char *ids;
    const char *keys;
    const char *values;
} game_params_bind_t;

/** Make the arrays of a list of params. */
void game_params_bind(apr_pool_t *pool, const game_param_t *params,
                      int count, game_params_bind_t *bind);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file vectors_value.h
 * Strategy values as vectors write them: JSON, and {"$float": "inf"}.
 */
#ifndef GAME_VECTORS_VALUE_H
#define GAME_VECTORS_VALUE_H

#include <jansson.h>

#include "../../strategies/game_strategy.h"

/** @return a built-in, or NULL */
const game_strategy_t *vector_strategy(const char *id);

/** @return the value that JSON stands for; absent (NULL) is null */
game_value_t vector_value(const json_t *json, apr_pool_t *pool);

/** @return JSON of a value, to be released; NULL when it has none */
json_t *vector_json(const game_value_t *value);

/** @return whether two values are equal in kind and value */
int vector_same(const game_value_t *left, const game_value_t *right);

/** @return a value as text, for messages */
const char *vector_show(const game_value_t *value, apr_pool_t *pool);

#endif

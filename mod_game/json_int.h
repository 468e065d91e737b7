/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file json_int.h
 * What json*.c share.
 */
#ifndef GAME_JSON_INT_H
#define GAME_JSON_INT_H

#include <jansson.h>

#include "json.h"

/** Give a new value (NULL is allowed) to a pool. @return it */
json_t *game_json_bind(apr_pool_t *pool, json_t *value);

#endif

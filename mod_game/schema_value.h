/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file schema_value.h
 * Between schema.c and schema_value.c only.
 */
#ifndef GAME_SCHEMA_VALUE_H
#define GAME_SCHEMA_VALUE_H

#include "schema.h"

/** A step of a loc list; up is the step before it. */
typedef struct game_loc_t {
    const struct game_loc_t *up;
    const char *name;           /**< NULL: index counts */
    int index;
} game_loc_t;

apr_pool_t *game_check_pool(const game_check_t *check);

/** Add a fault at a place. @param input NULL is written as null */
void game_check_value(game_check_t *check, const game_loc_t *loc,
                      const char *type, const char *msg,
                      const game_json_t *input, const char *ctx);

/** Check a value that is no list and no model; *value is replaced when an
 *  accepted form is not the normal one. */
void game_schema_scalar(game_check_t *check, const game_loc_t *loc,
                        const game_field_t *field, game_json_t **value);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file ast.h
 * JSON as a tree in a pool, which the rest of dsl/ works on: dsl/ast.c alone
 * sees jansson.
 */
#ifndef GAME_DSL_AST_H
#define GAME_DSL_AST_H

#include <apr_pools.h>

struct json_t;

typedef enum {
    GAME_DSL_NULL, GAME_DSL_BOOL, GAME_DSL_INT, GAME_DSL_REAL, GAME_DSL_TEXT,
    GAME_DSL_LIST, GAME_DSL_OBJECT
} game_dsl_json_e;

typedef struct game_dsl_json_t {
    game_dsl_json_e kind;
    apr_size_t count;           /**< elements of a list, members */
    const char *name;           /**< of a member, else NULL */
    union {
        int flag;
        apr_int64_t whole;
        double real;
        const char *text;
        struct game_dsl_json_t *items;  /**< one place is free at the end */
    } as;
} game_dsl_json_t;

/** Copy a value of jansson (NULL counts as null) into a tree in pool. */
void game_dsl_json_load(apr_pool_t *pool, const struct json_t *from,
                        game_dsl_json_t *to);

/** Read JSON text into a tree in pool.
 *  @return 1, or 0 when it is no JSON */
int game_dsl_json_parse(apr_pool_t *pool, const char *text,
                        game_dsl_json_t *to);

/** @return a member, or NULL when absent or when it is no object */
game_dsl_json_t *game_dsl_json_member(const game_dsl_json_t *object,
                                      const char *name);

/** @return the text of a text, or NULL when it is none (or NULL) */
const char *game_dsl_json_text(const game_dsl_json_t *value);

/** @return whether a value is absent (NULL) or null */
int game_dsl_json_is_null(const game_dsl_json_t *value);

/** Set the member "id" of an object; there is room for it once. */
void game_dsl_json_set_id(game_dsl_json_t *object, const char *id);

#endif

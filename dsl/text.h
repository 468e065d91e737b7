/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file text.h
 * Writing JSON into a buffer of a pool that grows: no white space, reals in
 * the shortest form that reads back the same, with a fraction or exponent.
 */
#ifndef GAME_DSL_TEXT_H
#define GAME_DSL_TEXT_H

#include "ast.h"
#include "game_strategy.h"

typedef struct game_dsl_text_t {
    apr_pool_t *pool;
    char *bytes;
    apr_size_t len;
    apr_size_t size;
    int canonical;              /**< members sorted, ASCII only (3.14) */
} game_dsl_text_t;

void game_dsl_text_begin(game_dsl_text_t *text, apr_pool_t *pool,
                         int canonical);
/** Bytes as they are. */
void game_dsl_put(game_dsl_text_t *text, const char *bytes);
/** A JSON string; NULL is written as null. */
void game_dsl_put_string(game_dsl_text_t *text, const char *value);
void game_dsl_put_int(game_dsl_text_t *text, apr_int64_t number);
void game_dsl_put_json(game_dsl_text_t *text, const game_dsl_json_t *value);
void game_dsl_put_value(game_dsl_text_t *text, const game_value_t *value);
/** A member of the object being written: a comma but after "{", the name,
 *  a colon. */
void game_dsl_put_name(game_dsl_text_t *text, const char *name);
/** @return the text, ended by NUL; it may still grow */
const char *game_dsl_text_end(game_dsl_text_t *text);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file canon.h
 * Texts of JSON whose bytes matter (campaigns.md 3.1, 4.0): canonical (members
 * sorted by UTF-16 code unit), compact and pretty (members in their order).
 * All write numbers as ECMAScript does, whole ones as the double they are.
 */
#ifndef GAME_CAMPAIGNS_CANON_H
#define GAME_CAMPAIGNS_CANON_H

#include <apr_pools.h>

#include "json.h"

/** Text of a SHA-256 in lower-case hex, and the final NUL. */
#define GAME_HASH_SIZE 65

/** @return canonical text, in pool; NULL is written as null */
const char *game_canon_text(apr_pool_t *pool, const game_json_t *value);
/** @return text without white space, members in their order */
const char *game_canon_compact(apr_pool_t *pool, const game_json_t *value);
/** @return the same with 2 blanks a level, no newline at the end */
const char *game_canon_pretty(apr_pool_t *pool, const game_json_t *value);
/** @return a number as ECMAScript writes it ("30", "1e+21", "0.1"); "null"
 *  when it is infinite or none */
const char *game_canon_number(apr_pool_t *pool, double number);

/** SHA-256 of bytes in hex. */
void game_canon_digest(const void *data, apr_size_t len,
                       char out[GAME_HASH_SIZE]);
/** The input hash of a step: of its input's canonical text. */
void game_canon_hash(apr_pool_t *pool, const game_json_t *input,
                     char out[GAME_HASH_SIZE]);

/** @return whether it is "sha256:" and 64 lower-case hex digits; NULL is
 *  not */
int game_canon_is_content_hash(const char *text);
/** @return whether it is as many lower-case hex digits as length says; NULL
 *  is not */
int game_canon_is_hex(const char *text, apr_size_t length);

#endif

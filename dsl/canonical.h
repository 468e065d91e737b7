/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file canonical.h
 * The hash of a program (engine.md 3.14).
 */
#ifndef GAME_DSL_CANONICAL_H
#define GAME_DSL_CANONICAL_H

#include <apr_pools.h>

struct json_t;

/** @return members sorted by name, ASCII only, no blanks; "{}" for null */
const char *game_dsl_canonical(apr_pool_t *pool, const struct json_t *ast);

/** @return SHA-256 of the canonical text, 64 lower-case hex digits */
const char *game_dsl_hash(apr_pool_t *pool, const struct json_t *ast);

#endif

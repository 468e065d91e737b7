/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file cache.h
 * A bounded cache of one process: named, immutable things, each with a pool
 * of its own and a count of its users. A thing that falls out lives on until
 * the last request that uses it ends.
 */
#ifndef GAME_CACHE_H
#define GAME_CACHE_H

#include <apr_pools.h>
#include <apr_time.h>

typedef struct game_cache_t game_cache_t;
typedef struct game_cached_t game_cached_t;

/**
 * Make a cache; once per child.
 * @param pool    lives as long as the child
 * @param entries most things kept; the table is fixed, a full set of a
 *                name's places gives up its oldest thing
 */
game_cache_t *game_cache_make(apr_pool_t *pool, int entries);

/**
 * Find a thing.
 * @param name       of the thing
 * @param generation present generation of what it depends on
 * @param pool       the thing is kept alive until this pool ends
 * @return its content, or NULL when it is absent, too old or outdated
 */
void *game_cache_get(game_cache_t *cache, const char *name,
                     apr_uint32_t generation, apr_pool_t *pool);

/** Begin a new thing. @return its pool, to make the content in */
apr_pool_t *game_cached_make(game_cache_t *cache, game_cached_t **thing);

/**
 * Put a finished thing into the cache, replacing one of its name.
 * @param generation read before the content was fetched
 * @param ttl        how long it may be used; 0: not kept at all
 * @param pool       kept alive for the caller until this pool ends
 */
void game_cache_put(game_cache_t *cache, const char *name,
                    apr_uint32_t generation, apr_interval_time_t ttl,
                    game_cached_t *thing, void *content, apr_pool_t *pool);

/** Give up a thing that was not put. */
void game_cached_drop(game_cached_t *thing);

#endif

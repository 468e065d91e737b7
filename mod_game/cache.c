/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Fixed table of sets with WAYS places each; a mutex a stripe of sets. The
 * lock is held for a look or a swap of pointers, never while something is
 * fetched or made.
 */

#include "cache.h"

#include <string.h>

#include <apr_atomic.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "game.h"

#define WAYS 4
#define STRIPES 16

struct game_cached_t {
    apr_pool_t *pool;           /* own allocator; ends with the last user */
    const char *name;
    void *content;
    apr_uint32_t generation;
    apr_time_t until;
    volatile apr_uint32_t users;
};

struct game_cache_t {
    apr_thread_mutex_t *mutex[STRIPES];
    int sets;
    game_cached_t **places;     /* sets * WAYS, guarded by the stripe */
};

static void leave(game_cached_t *thing)
{
    if (apr_atomic_dec32(&thing->users) == 0) {
        apr_pool_destroy(thing->pool);
    }
}

static apr_status_t leave_cleanup(void *thing)
{
    leave(thing);
    return APR_SUCCESS;
}

static apr_status_t empty(void *data)
{
    game_cache_t *cache = data;
    int i;

    for (i = 0; i < cache->sets * WAYS; i++) {
        if (cache->places[i]) {
            leave(cache->places[i]);
            cache->places[i] = NULL;
        }
    }
    return APR_SUCCESS;
}

game_cache_t *game_cache_make(apr_pool_t *pool, int entries)
{
    game_cache_t *cache = apr_pcalloc(pool, sizeof(*cache));
    int i;

    cache->sets = entries / WAYS > 0 ? entries / WAYS : 1;
    cache->places = apr_pcalloc(pool, sizeof(*cache->places)
                                * (apr_size_t)(cache->sets * WAYS));
    for (i = 0; i < STRIPES; i++) {
        if (apr_thread_mutex_create(&cache->mutex[i],
                                    APR_THREAD_MUTEX_DEFAULT, pool)
            != APR_SUCCESS) {
            return NULL;
        }
    }
    apr_pool_pre_cleanup_register(pool, cache, empty);
    return cache;
}

static int set_of(const game_cache_t *cache, const char *name)
{
    apr_ssize_t len = APR_HASH_KEY_STRING;

    return (int)(apr_hashfunc_default(name, &len)
                 % (unsigned)cache->sets);
}

void *game_cache_get(game_cache_t *cache, const char *name,
                     apr_uint32_t generation, apr_pool_t *pool)
{
    apr_time_t now = apr_time_now();
    game_cached_t *found = NULL;
    int set = set_of(cache, name), i;

    apr_thread_mutex_lock(cache->mutex[set % STRIPES]);
    for (i = 0; i < WAYS; i++) {
        game_cached_t *thing = cache->places[set * WAYS + i];

        if (thing && !strcmp(thing->name, name)) {
            if (thing->generation == generation && thing->until > now) {
                apr_atomic_inc32(&thing->users);
                found = thing;
            }
            break;
        }
    }
    apr_thread_mutex_unlock(cache->mutex[set % STRIPES]);
    if (!found) {
        return NULL;
    }
    apr_pool_cleanup_register(pool, found, leave_cleanup,
                              apr_pool_cleanup_null);
    return found->content;
}

apr_pool_t *game_cached_make(game_cache_t *cache, game_cached_t **thing)
{
    apr_pool_t *pool = game_pool_alone(1);

    (void)cache;
    if (!pool) {
        return NULL;
    }
    *thing = apr_pcalloc(pool, sizeof(**thing));
    (*thing)->pool = pool;
    (*thing)->users = 1;
    return pool;
}

void game_cached_drop(game_cached_t *thing)
{
    leave(thing);
}

/* The place for a name: its own, a free one, or the one that ends first. */
static int place_of(const game_cache_t *cache, int set, const char *name)
{
    int best = set * WAYS, i;

    for (i = set * WAYS; i < (set + 1) * WAYS; i++) {
        if (cache->places[i] && !strcmp(cache->places[i]->name, name)) {
            return i;
        }
        if (!cache->places[i]
            || (cache->places[best]
                && cache->places[i]->until < cache->places[best]->until)) {
            best = i;
        }
    }
    return best;
}

void game_cache_put(game_cache_t *cache, const char *name,
                    apr_uint32_t generation, apr_interval_time_t ttl,
                    game_cached_t *thing, void *content, apr_pool_t *pool)
{
    game_cached_t *old = NULL;
    int set = set_of(cache, name), place;

    apr_pool_cleanup_register(pool, thing, leave_cleanup,
                              apr_pool_cleanup_null);
    thing->content = content;
    if (ttl <= 0) {
        return;
    }
    thing->name = apr_pstrdup(thing->pool, name);
    thing->generation = generation;
    thing->until = apr_time_now() + ttl;
    apr_atomic_inc32(&thing->users);
    apr_thread_mutex_lock(cache->mutex[set % STRIPES]);
    place = place_of(cache, set, name);
    old = cache->places[place];
    cache->places[place] = thing;
    apr_thread_mutex_unlock(cache->mutex[set % STRIPES]);
    if (old) {
        leave(old);
    }
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file limit_key.h
 * What is counted by the abuse limits, and within which time: the arithmetic
 * of windows, and the names of addresses and users. Knows APR and nothing
 * else.
 */
#ifndef GAME_LIMIT_KEY_H
#define GAME_LIMIT_KEY_H

#include <apr_pools.h>

/** A fixed window of time, aligned to the Unix epoch. */
typedef struct game_limit_window_t {
    char name[40];              /**< "task_mutation_short_60s" */
    apr_int64_t start;          /**< seconds since the epoch */
    apr_int64_t end;            /**< the first second after it */
} game_limit_window_t;

/** One counter, as a store is asked for it. */
typedef struct game_limit_counter_t {
    const char *scope;          /**< "api_key", "ip" or "external_user" */
    const char *value;          /**< whose: bounded, never empty */
    const game_limit_window_t *window;
    int limit;                  /**< so many pass; 1 or more */
    int give_back;              /**< not counted when a later one refuses */
    int count;                  /**< by the store: how many passed, this one
                                     included */
} game_limit_counter_t;

/** The window of so many seconds (1 or more) in which a time is. */
void game_limit_window_short(apr_int64_t now, int seconds,
                             game_limit_window_t *window);

/** The UTC day in which a time is. */
void game_limit_window_day(apr_int64_t now, game_limit_window_t *window);

/** @return what an address is counted as: an IPv4 address, also one written
 *          as IPv6, as it is; of an IPv6 address the network, as "…::/64";
 *          NULL when there is none */
const char *game_limit_address(apr_pool_t *pool, const char *address);

/** Whose users they are: of a realm, else of a key, else of a subject. */
typedef struct game_limit_tenant_t {
    const char *realm;
    const char *prefix;
    const char *subject;
} game_limit_tenant_t;

/** @return what a user is counted as: tenant and trimmed id, or a digest of
 *          them when they are long; NULL when the id is blank */
const char *game_limit_user(apr_pool_t *pool,
                            const game_limit_tenant_t *tenant,
                            const char *external_id);

/** @return the counter's key in Redis */
const char *game_limit_redis_key(apr_pool_t *pool,
                                 const game_limit_counter_t *counter);

/** @return seconds that the key lives there from its first count on */
int game_limit_redis_ttl(const game_limit_counter_t *counter);

#endif

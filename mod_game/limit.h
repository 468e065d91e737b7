/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file limit.h
 * Abuse limits of awards and actions (http-api.md 4.3, decisions.md
 * 20): by API key, address, user and day, in fixed windows. What is counted
 * and what is answered is limit.c's; where it is counted is a store's:
 *
 *   shm       limit_shm.c    shared memory of this host, the default
 *   database  limit_db.c     exact over all hosts that share it
 *   redis     limit_redis.c  the same
 */
#ifndef GAME_LIMIT_H
#define GAME_LIMIT_H

#include "limit_key.h"
#include "request.h"

#define GAME_LIMIT_STORES 3

/** Where counters are kept. */
typedef struct game_limit_store_t {
    const char *name;           /**< in the log and among the metrics */
    int number;                 /**< below GAME_LIMIT_STORES, its own */
    int near;                   /**< asking costs next to nothing: what the
                                     caller alone decides is asked before a
                                     game is looked up */
    /**
     * Count a request: each counter that has not reached its limit, in their
     * order, up to the first that has. When one refuses, those before it
     * stay counted but for the ones that say give_back.
     * @param counters of each that was looked at, count is set; of one that
     *                 refuses to its limit
     * @param count    1..4
     * @param refused  receives the one that refuses, or -1
     * @return NULL, or in req->pool why the store could not be asked
     */
    const char *(*count)(game_req_t *req, game_limit_counter_t *counters,
                         int count, int *refused);
} game_limit_store_t;

extern const game_limit_store_t game_limit_shm;
extern const game_limit_store_t game_limit_database;
extern const game_limit_store_t game_limit_redis;

/**
 * Count an event that is about to be scored or recorded; what a schema or an
 * idempotency key's form refuses is not counted, repeats and simulations
 * are. Sets the RateLimit headers of the answer. The user's window is
 * used only by callers who may use the game, and not by what another limit
 * refuses.
 * @param external_user_id as the client wrote it
 * @return NULL; 429 with Retry-After; 403 or 404 of the game; 503 when the
 *         store cannot be asked and GameLimitFailure is closed
 */
game_error_t *game_limit_event(game_req_t *req,
                               const char *external_user_id);

/** Make the shared memory, or take that of before a restart.
 *  @return NULL or a sentence */
const char *game_limit_setup_post_config(server_rec *s);

/** Make what a child needs to ask the stores. */
void game_limit_setup_child_init(apr_pool_t *pchild, server_rec *s);

/** For limit.c: the same, of one store. */
const char *game_limit_shm_post_config(server_rec *s, int entries);
void game_limit_redis_child_init(apr_pool_t *pchild,
                                 game_limit_redis_t *redis);

/**
 * Read redis://[user@]host[:port][/database].
 * @param password of the server, or NULL
 * @return NULL, or what is wrong with it
 */
const char *game_limit_redis_make(apr_pool_t *pconf, const char *url,
                                  const char *password,
                                  game_limit_redis_t **redis);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file game.h
 * Types that every part of the module shares. Knows APR and nothing else.
 */
#ifndef GAME_H
#define GAME_H

#include <apr_pools.h>
#include <apr_time.h>

typedef struct game_req_t game_req_t;
typedef struct game_error_t game_error_t;

/** Text of a UUID: 36 characters and the final NUL. */
#define GAME_UUID_SIZE 37

/** Who calls, and as what. Both credentials may be there at once. */
typedef struct game_principal_t {
    const char *prefix;         /**< public part of the API key, or NULL */
    const char *realm;          /**< realmId of that key, or NULL */
    int key_admin;              /**< the key is an administrator's */
    const char *subject;        /**< subject of the bearer token, or NULL */
    int token_admin;            /**< the token carries the admin role */
} game_principal_t;

/** @return whether a principal is an administrator by either credential */
#define game_is_admin(who) ((who)->key_admin || (who)->token_admin)

/** A user's computed identity (design.md): UUID version 5, and the bucket
 *  that leads every key of its rows. */
typedef struct game_user_id_t {
    char id[GAME_UUID_SIZE];
    char bucket[4];             /**< "0".."63", ready to be bound */
} game_user_id_t;

/**
 * Compute a user's id.
 * @param realm    realm of the game or key; NULL for the shared namespace
 * @param external externalUserId
 */
void game_user_id(const char *realm, const char *external,
                  game_user_id_t *out);

/**
 * Read a UUID in any accepted form (hyphenated, 32 digits, urn:uuid:,
 * braces; any case).
 * @param out  the lower-case hyphenated form
 * @param why  when refused: the reason for a 422 item, in pool
 * @return 1 or 0
 */
int game_uuid_parse(apr_pool_t *pool, const char *text,
                    char out[GAME_UUID_SIZE], const char **why);

/** Make a random (version 4) UUID. */
void game_uuid_random(char out[GAME_UUID_SIZE]);

/** @return whether text is a slug: 3..60 of A-Z a-z 0-9 _ - */
int game_is_slug(const char *text);

/** Forms of a time on the wire (http-api.md 2.4), in pool, UTC. */
const char *game_time_z(apr_pool_t *pool, apr_time_t at);   /* ...T...Z */
const char *game_time_sp(apr_pool_t *pool, apr_time_t at);  /* ... ... */
const char *game_time_off(apr_pool_t *pool, apr_time_t at); /* T +00:00 */

/**
 * Make a pool that belongs to no other and has an allocator of its own: it
 * may be used by another thread and outlive the request that made it.
 * @param keep bytes that the allocator keeps when they are free; 0: all
 * @return NULL without memory
 */
apr_pool_t *game_pool_alone(apr_size_t keep);

/** SHA-256 of bytes. */
void game_sha256(const void *data, apr_size_t len, unsigned char out[32]);

/** Bytes in lower-case hex. @param out room for 2 * len + 1 */
void game_hex(const unsigned char *data, apr_size_t len, char *out);

/** @return bytes as Postgres reads them for bytea: "\x..." in hex */
const char *game_bytea(apr_pool_t *pool, const unsigned char *data,
                       apr_size_t len);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file store_int.h
 * What store*.c share.
 */
#ifndef GAME_CAMPAIGNS_STORE_INT_H
#define GAME_CAMPAIGNS_STORE_INT_H

#include "store.h"

/** Modes of what is stored: octal digits in hex, as APR has them. */
#define GAME_STORE_FILE 0x0444
#define GAME_STORE_DIR 0x0755

/** @return a new path below <root>/tmp, where nothing is yet */
const char *game_store_tmp(apr_pool_t *pool, const game_store_t *store);

/**
 * Fill in all but the size of what has a hash.
 * @param kind folder of the root
 * @param end  what follows the hash
 */
void game_store_address(apr_pool_t *pool, const game_store_t *store,
                        const char *kind, const char *end,
                        game_stored_t *out);

/** Rename to an address, whose folders are made when they are not there. */
apr_status_t game_store_move(apr_pool_t *pool, const game_store_t *store,
                             const char *from, const char *to);

/** Remove a file or a folder with all it has; that it is gone already is no
 *  failure. */
apr_status_t game_store_remove(apr_pool_t *pool, const char *path);

/** Say that what is at an address was stored just now, so that a sweep
 *  leaves it alone. @return whether it is there */
int game_store_touch(apr_pool_t *pool, const char *path);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file merge.h
 * RFC 7396: a JSON document changed by a patch (campaigns.md 2.7, 4.1).
 */
#ifndef GAME_CAMPAIGNS_MERGE_H
#define GAME_CAMPAIGNS_MERGE_H

#include <apr_pools.h>

#include "json.h"

/**
 * Merge a patch into a document: null deletes, objects are merged member by
 * member, everything else replaces. Members keep their places, new ones come
 * last.
 * @param target or NULL: none; it is not changed
 * @param patch  any value; not changed
 * @return a new value, in pool, that shares nothing with the two
 */
game_json_t *game_merge(apr_pool_t *pool, const game_json_t *target,
                        const game_json_t *patch);

#endif

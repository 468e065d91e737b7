/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * JSON merge patch. What a patch may change is for the callers to say.
 */

#include "merge.h"

/* As game_merge, but the target is the caller's own and is used up. */
static game_json_t *merge(apr_pool_t *pool, game_json_t *target,
                          const game_json_t *patch)
{
    const char *name = NULL;
    const game_json_t *value;

    if (!game_json_is(patch, GAME_JSON_OBJECT)) {
        return game_json_copy(pool, patch);
    }
    if (!game_json_is(target, GAME_JSON_OBJECT)) {
        target = game_json_new_object(pool);
    }
    while ((value = game_json_next(patch, &name)) != NULL) {
        if (game_json_is_null(value)) {
            game_json_remove(target, name);
        }
        else {
            game_json_set(target, name,
                          merge(pool, game_json_member(target, name), value));
        }
    }
    return target;
}

game_json_t *game_merge(apr_pool_t *pool, const game_json_t *target,
                        const game_json_t *patch)
{
    return merge(pool, target ? game_json_copy(pool, target) : NULL, patch);
}

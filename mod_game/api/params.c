/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Params from a body to a statement. What a strategy makes of them is the
 * catalog's.
 */

#include "params.h"

#include "../db.h"

const game_param_t *game_params_read(apr_pool_t *pool,
                                     const game_json_t *list, int *count)
{
    game_param_t *params;
    int i;

    *count = game_json_is_null(list) ? 0 : (int)game_json_size(list);
    params = apr_pcalloc(pool, (apr_size_t)(*count + 1) * sizeof(*params));
    for (i = 0; i < *count; i++) {
        const game_json_t *item = game_json_at(list, (apr_size_t)i);

        params[i].id = game_json_string(game_json_member(item, "id"));
        params[i].key = game_json_string(game_json_member(item, "key"));
        params[i].value = game_param_text(pool,
                                          game_json_member(item, "value"));
    }
    return params;
}

void game_params_bind(apr_pool_t *pool, const game_param_t *params,
                      int count, game_params_bind_t *bind)
{
    apr_size_t size = (apr_size_t)(count + 1) * sizeof(char *);
    const char **ids = apr_palloc(pool, size);
    const char **keys = apr_palloc(pool, size);
    const char **values = apr_palloc(pool, size);
    int i;

    for (i = 0; i < count; i++) {
        ids[i] = params[i].id;
        keys[i] = params[i].key;
        values[i] = params[i].value;
    }
    bind->ids = game_bind_array(pool, ids, count);
    bind->keys = game_bind_array(pool, keys, count);
    bind->values = game_bind_array(pool, values, count);
}

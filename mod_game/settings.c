/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A game's params for strategies that read some of their own, as a grid: by
 * key, of several with one key the last.
 */

#include "settings.h"

#include <string.h>

#include <httpd.h>
#include <ap_provider.h>

#include "request.h"

static const char *text_of(const game_settings_t *settings, const char *key)
{
    const game_game_t *game = settings->data;
    int i;

    for (i = game->param_count; i-- > 0;) {
        if (!strcmp(game->params[i].key, key)) {
            return game->params[i].value;
        }
    }
    return NULL;
}

void game_settings_of(const game_game_t *game, game_settings_t *settings)
{
    settings->text = text_of;
    settings->data = game;
}

/* Put one param of a body where it will be. */
static void put(apr_pool_t *pool, game_param_t *params, int *count,
                const game_json_t *source)
{
    const char *id = game_json_string(game_json_member(source, "id"));
    game_param_t *param = params;
    char normal[GAME_UUID_SIZE];
    const char *why;

    if (id && game_uuid_parse(pool, id, normal, &why)) {
        while (param < params + *count
               && (!param->id || strcmp(param->id, normal))) {
            param++;
        }
    }
    else {
        param = params + *count;
    }
    *count += param == params + *count;
    param->key = game_json_string(game_json_member(source, "key"));
    param->value = game_param_text(pool, game_json_member(source, "value"));
}

game_error_t *game_settings_fit(game_req_t *req, const char *strategy_id,
                                const game_game_t *game,
                                const game_json_t *list)
{
    const game_strategy_t *strategy = ap_lookup_provider(
        GAME_STRATEGY_GROUP, strategy_id, GAME_STRATEGY_VERSION);
    apr_size_t i, size = game_json_is_null(list) ? 0 : game_json_size(list);
    int count = game ? game->param_count : 0;
    game_game_t changed = { .param_count = count };
    game_settings_t settings;
    game_param_t *params;
    const char *fault;

    if (!strategy || !strategy->check) {
        return NULL;
    }
    params = apr_pcalloc(req->pool, sizeof(*params)
                                    * ((apr_size_t)count + size + 1));
    if (count) {
        memcpy(params, game->params, sizeof(*params) * (apr_size_t)count);
    }
    for (i = 0; i < size; i++) {
        put(req->pool, params, &changed.param_count, game_json_at(list, i));
    }
    changed.params = params;
    game_settings_of(&changed, &settings);
    fault = strategy->check(&settings, req->pool);
    return fault ? game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY,
                                   "%s", fault) : NULL;
}

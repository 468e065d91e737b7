/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making and changing JSON: values that live as long as a pool.
 */

#include "json_int.h"

game_json_t *game_json_new_real(apr_pool_t *pool, double number)
{
    return game_json_bind(pool, json_real(number));
}

game_json_t *game_json_new_null(apr_pool_t *pool)
{
    return game_json_bind(pool, json_null());
}

game_json_t *game_json_new_array(apr_pool_t *pool)
{
    return game_json_bind(pool, json_array());
}

game_json_t *game_json_copy(apr_pool_t *pool, const game_json_t *value)
{
    return game_json_bind(pool, json_deep_copy(value));
}

void game_json_append(game_json_t *array, game_json_t *value)
{
    json_array_append(array, value);
}

void game_json_remove(game_json_t *object, const char *name)
{
    json_object_del(object, name);
}

void game_json_set_string(apr_pool_t *pool, game_json_t *object,
                          const char *name, const char *text)
{
    if (text) {
        game_json_set(object, name, game_json_new_string(pool, text));
    }
}

const char *game_json_member_text(const game_json_t *object,
                                  const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text && *text ? text : NULL;
}

apr_size_t game_json_members(const game_json_t *object)
{
    return json_object_size(object);
}

int game_json_equal(const game_json_t *left, const game_json_t *right)
{
    return json_equal(left, right);
}

int game_json_is(const game_json_t *value, game_json_e kind)
{
    return value && game_json_kind(value) == kind;
}

int game_json_is_number(const game_json_t *value)
{
    return json_is_number(value);
}

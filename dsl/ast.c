/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From jansson's values to trees. Recursion is as deep as the JSON, which
 * its reader bounded.
 */
#include "ast.h"

#include <apr_strings.h>
#include <jansson.h>
#include <string.h>

static game_dsl_json_t *places(apr_pool_t *pool, game_dsl_json_t *to,
                               game_dsl_json_e kind, apr_size_t count)
{
    to->kind = kind;
    to->count = count;
    to->as.items = apr_pcalloc(pool, (count + 1) * sizeof(*to));
    return to->as.items;
}

static void load_list(apr_pool_t *pool, const json_t *from,
                      game_dsl_json_t *to)
{
    game_dsl_json_t *items = places(pool, to, GAME_DSL_LIST,
                                    json_array_size(from));
    apr_size_t i;

    for (i = 0; i < to->count; i++) {
        game_dsl_json_load(pool, json_array_get(from, i), &items[i]);
    }
}

static void load_object(apr_pool_t *pool, const json_t *from,
                        game_dsl_json_t *to)
{
    game_dsl_json_t *item = places(pool, to, GAME_DSL_OBJECT,
                                   json_object_size(from));
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)from, name, value) {
        game_dsl_json_load(pool, value, item);
        item->name = apr_pstrdup(pool, name);
        item++;
    }
}

void game_dsl_json_load(apr_pool_t *pool, const json_t *from,
                        game_dsl_json_t *to)
{
    to->kind = GAME_DSL_NULL;
    to->count = 0;
    to->name = NULL;
    to->as.whole = 0;
    switch (from ? json_typeof(from) : JSON_NULL) {
    case JSON_OBJECT:
        load_object(pool, from, to);
        break;
    case JSON_ARRAY:
        load_list(pool, from, to);
        break;
    case JSON_STRING:
        to->kind = GAME_DSL_TEXT;
        to->as.text = apr_pstrdup(pool, json_string_value(from));
        break;
    case JSON_INTEGER:
        to->kind = GAME_DSL_INT;
        to->as.whole = json_integer_value(from);
        break;
    case JSON_REAL:
        to->kind = GAME_DSL_REAL;
        to->as.real = json_real_value(from);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = GAME_DSL_BOOL;
        to->as.flag = json_is_true(from);
        break;
    default:
        break;
    }
}

int game_dsl_json_parse(apr_pool_t *pool, const char *text,
                        game_dsl_json_t *to)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    if (!value) {
        return 0;
    }
    game_dsl_json_load(pool, value, to);
    json_decref(value);
    return 1;
}

game_dsl_json_t *game_dsl_json_member(const game_dsl_json_t *object,
                                      const char *name)
{
    apr_size_t i;

    if (!object || object->kind != GAME_DSL_OBJECT) {
        return NULL;
    }
    for (i = 0; i < object->count; i++) {
        if (!strcmp(object->as.items[i].name, name)) {
            return &object->as.items[i];
        }
    }
    return NULL;
}

const char *game_dsl_json_text(const game_dsl_json_t *value)
{
    return value && value->kind == GAME_DSL_TEXT ? value->as.text : NULL;
}

int game_dsl_json_is_null(const game_dsl_json_t *value)
{
    return !value || value->kind == GAME_DSL_NULL;
}

void game_dsl_json_set_id(game_dsl_json_t *object, const char *id)
{
    game_dsl_json_t *member = game_dsl_json_member(object, "id");

    if (!member) {
        member = &object->as.items[object->count++];
        member->name = "id";
    }
    member->kind = GAME_DSL_TEXT;
    member->count = 0;
    member->as.text = id;
}

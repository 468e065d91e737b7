/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * callbackData: writing it, and merging what pre rules, the parent and post
 * rules have to say.
 */
#include "callback.h"

#include <string.h>

#define PARENT_MEMBER "parent"

const char *game_dsl_callback_text(apr_pool_t *pool, const char *const *keys,
                                   const game_dsl_places_t *places)
{
    game_dsl_text_t text;
    int i;

    if (!places->count) {
        return NULL;
    }
    game_dsl_text_begin(&text, pool, 0);
    game_dsl_put(&text, "{");
    for (i = 0; i < places->count; i++) {
        game_dsl_put_name(&text, keys[places->order[i]]);
        game_dsl_put_value(&text, &places->values[places->order[i]]);
    }
    game_dsl_put(&text, "}");
    return game_dsl_text_end(&text);
}

/* Set a member of an object that has room for it. */
static void set_member(game_dsl_json_t *object, const char *name,
                       const game_dsl_json_t *value)
{
    game_dsl_json_t *member = game_dsl_json_member(object, name);

    if (!member) {
        member = &object->as.items[object->count++];
    }
    *member = *value;
    member->name = name;
}

static void add_members(game_dsl_json_t *object, const game_dsl_json_t *from)
{
    apr_size_t i;

    for (i = 0; from->kind == GAME_DSL_OBJECT && i < from->count; i++) {
        set_member(object, from->as.items[i].name, &from->as.items[i]);
    }
}

/* @return whether a text is the JSON of nothing to say, or NULL */
static int is_nothing(const game_dsl_json_t *value)
{
    return value->kind == GAME_DSL_NULL
           || (value->kind == GAME_DSL_OBJECT && !value->count);
}

static const char *merge(apr_pool_t *pool, const game_dsl_json_t *parts)
{
    game_dsl_json_t all = {.kind = GAME_DSL_OBJECT};
    game_dsl_text_t text;

    all.as.items = apr_pcalloc(pool, (parts[0].count + parts[1].count
                                      + parts[2].count + 1)
                                     * sizeof(*all.as.items));
    add_members(&all, &parts[0]);
    if (parts[1].kind == GAME_DSL_OBJECT) {
        add_members(&all, &parts[1]);
    }
    else {
        set_member(&all, PARENT_MEMBER, &parts[1]);
    }
    add_members(&all, &parts[2]);
    game_dsl_text_begin(&text, pool, 0);
    game_dsl_put_json(&text, &all);
    return game_dsl_text_end(&text);
}

int game_dsl_callback_merge(apr_pool_t *pool, const char *before,
                            const char *parent, const char *after,
                            const char **merged)
{
    game_dsl_json_t parts[3];

    if (!parent && (!before || !after)) {
        *merged = before ? before : after;
        return 1;
    }
    if (!game_dsl_json_parse(pool, before ? before : "{}", &parts[0])
        || !game_dsl_json_parse(pool, parent ? parent : "{}", &parts[1])
        || !game_dsl_json_parse(pool, after ? after : "{}", &parts[2])) {
        return 0;
    }
    if (!before && !after) {
        *merged = is_nothing(&parts[1]) ? NULL : parent;
    }
    else {
        if (parts[1].kind == GAME_DSL_NULL) {
            parts[1].kind = GAME_DSL_OBJECT;
        }
        *merged = merge(pool, parts);
    }
    return 1;
}

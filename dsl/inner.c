/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The event as the parent sees it: what pre rules set comes first, then what
 * a simulation makes up, then the event's own data.
 */
#include "program.h"

#include <apr_strings.h>
#include <string.h>

/* What a game_node_t of this event is: one of our trees, or a node of the
 * event behind. */
typedef struct {
    const game_dsl_json_t *tree;
    const game_node_t *outer;
} place_t;

static int own_member(const game_dsl_run_t *run, const char *name,
                      game_value_t *value)
{
    const game_dsl_places_t *changes = &run->changes;
    int i;

    for (i = 0; i < changes->count; i++) {
        if (!strcmp(run->program->changes[changes->order[i]], name)) {
            *value = changes->values[changes->order[i]];
            return 1;
        }
    }
    return run->env->mock
           && run->env->mock(run->env->mock_data,
                             apr_pstrcat(run->pool, "data.", name, NULL),
                             value);
}

static int inner_member(const game_event_t *event, const char *name,
                        game_value_t *value)
{
    const game_dsl_run_t *run = event->data;
    const game_event_t *outer = run->env->event;

    return own_member(run, name, value)
           || (outer->member && outer->member(outer, name, value));
}

/* A tree as a value; lists and objects are told by their brackets. */
static void to_value(const game_dsl_json_t *tree, game_value_t *value)
{
    switch (tree->kind) {
    case GAME_DSL_BOOL:
        value->kind = GAME_VALUE_BOOL;
        value->as.flag = tree->as.flag;
        break;
    case GAME_DSL_INT:
        value->kind = GAME_VALUE_INT;
        value->as.whole = tree->as.whole;
        break;
    case GAME_DSL_REAL:
        value->kind = GAME_VALUE_REAL;
        value->as.real = tree->as.real;
        break;
    case GAME_DSL_TEXT:
        value->kind = GAME_VALUE_TEXT;
        value->as.text = tree->as.text;
        break;
    case GAME_DSL_NULL:
        value->kind = GAME_VALUE_NULL;
        break;
    default:
        value->kind = GAME_VALUE_JSON;
        value->as.text = tree->kind == GAME_DSL_LIST ? "[]" : "{}";
    }
}

static const game_node_t *place_of(apr_pool_t *pool,
                                   const game_dsl_json_t *tree,
                                   const game_node_t *outer)
{
    place_t *place = apr_palloc(pool, sizeof(*place));

    place->tree = tree;
    place->outer = outer;
    return (const game_node_t *)(const void *)place;
}

static const game_node_t *look_in_tree(const game_dsl_run_t *run,
                                       const game_dsl_json_t *tree,
                                       const char *name, apr_size_t index,
                                       game_value_t *value)
{
    const game_dsl_json_t *found = NULL;

    if (name) {
        found = game_dsl_json_member(tree, name);
    }
    else if (tree->kind == GAME_DSL_LIST && index < tree->count) {
        found = &tree->as.items[index];
    }
    if (!found) {
        return NULL;
    }
    if (value) {
        to_value(found, value);
    }
    return place_of(run->pool, found, NULL);
}

/* A member that is not the event's own. */
static const game_node_t *look_at_own(const game_dsl_run_t *run,
                                      const game_value_t *own,
                                      game_value_t *value)
{
    game_dsl_json_t *tree = apr_palloc(run->pool, sizeof(*tree));
    game_dsl_text_t text;

    game_dsl_text_begin(&text, run->pool, 0);
    game_dsl_put_value(&text, own);
    if (!game_dsl_json_parse(run->pool, game_dsl_text_end(&text), tree)) {
        return NULL;
    }
    if (value) {
        to_value(tree, value);
    }
    return place_of(run->pool, tree, NULL);
}

static const game_node_t *inner_look(const game_event_t *event,
                                     const game_node_t *in, const char *name,
                                     apr_size_t index, game_value_t *value)
{
    const game_dsl_run_t *run = event->data;
    const game_event_t *outer = run->env->event;
    const place_t *place = (const void *)in;
    const game_node_t *found;
    game_value_t own;

    if (place && place->tree) {
        return look_in_tree(run, place->tree, name, index, value);
    }
    if (!place && name && own_member(run, name, &own)) {
        return look_at_own(run, &own, value);
    }
    found = outer->look ? outer->look(outer, place ? place->outer : NULL,
                                      name, index, value) : NULL;
    return found ? place_of(run->pool, NULL, found) : NULL;
}

void game_dsl_inner_begin(game_dsl_run_t *run)
{
    run->inner = *run->env->event;
    run->inner.member = inner_member;
    run->inner.look = inner_look;
    run->inner.data = run;
}

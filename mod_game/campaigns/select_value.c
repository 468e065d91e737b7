/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Values of selectors, and the paths into what they read. When a step is run,
 * and what becomes of its input, is said elsewhere.
 */

#include "select_int.h"

#include <string.h>

#include <apr_strings.h>

#define SELECTOR_ERROR "INPUT_SELECTOR_ERROR"

/* End a segment; empty ones vanish. */
static void push_segment(apr_pool_t *pool, apr_array_header_t *segments,
                         const char *from, const char *to)
{
    if (to > from) {
        APR_ARRAY_PUSH(segments, const char *) =
            apr_pstrmemdup(pool, from, (apr_size_t)(to - from));
    }
}

apr_array_header_t *game_select_split(apr_pool_t *pool, const char *path)
{
    apr_array_header_t *segments = apr_array_make(pool, 4, sizeof(char *));
    const char *from = path;
    const char *at;
    int bracket = 0;

    for (at = path; *at; at++) {
        if (*at == '.' ? bracket : *at != '[' && *at != ']') {
            continue;
        }
        if ((*at == '[' && bracket) || (*at == ']' && !bracket)) {
            return NULL;
        }
        push_segment(pool, segments, from, at);
        bracket = *at == '[';
        from = at + 1;
    }
    if (bracket) {
        return NULL;
    }
    push_segment(pool, segments, from, at);
    return segments;
}

static const game_json_t *at_index(const game_json_t *array,
                                   const char *segment)
{
    apr_size_t size = game_json_size(array), index = 0;

    for (; *segment; segment++) {
        if (*segment < '0' || *segment > '9') {
            return NULL;
        }
        index = index * 10 + (apr_size_t)(*segment - '0');
        if (index >= size) {
            return NULL;
        }
    }
    return game_json_at(array, index);
}

static const game_json_t *at_name(const game_json_t *object,
                                  const char *segment)
{
    static const char *const never[] = {
        "__proto__", "constructor", "prototype"
    };
    apr_size_t i;

    for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        if (!strcmp(segment, never[i])) {
            return NULL;
        }
    }
    return game_json_member(object, segment);
}

/* @return what the segments from first on lead to, or NULL: absent */
static const game_json_t *walk(const game_json_t *value,
                               const apr_array_header_t *segments, int first)
{
    int i;

    for (i = first; value && i < segments->nelts; i++) {
        const char *segment = APR_ARRAY_IDX(segments, i, const char *);

        value = game_json_is(value, GAME_JSON_ARRAY)
            ? at_index(value, segment) : at_name(value, segment);
    }
    return value;
}

static const game_select_output_t *find_output(
    const apr_array_header_t *outputs, const char *step_id)
{
    int i;

    for (i = 0; outputs && i < outputs->nelts; i++) {
        const game_select_output_t *output =
            &APR_ARRAY_IDX(outputs, i, game_select_output_t);

        if (!strcmp(output->step_id, step_id)) {
            return output;
        }
    }
    return NULL;
}

/* @return a part of a step's output, or NULL: absent, or no such part */
static game_json_t *output_part(apr_pool_t *pool,
                                const game_select_output_t *output,
                                const char *name)
{
    if (!strcmp(name, "stepId")) {
        return game_json_new_string(pool, output->step_id);
    }
    if (!strcmp(name, "status")) {
        return game_json_new_string(pool, output->status);
    }
    if (!strcmp(name, "outputArtifactIds") || !strcmp(name, "artifacts")) {
        return output->artifact_ids
            ? game_json_copy(pool, output->artifact_ids)
            : game_json_new_array(pool);
    }
    return !strcmp(name, "data") && output->data
        ? game_json_copy(pool, output->data) : NULL;
}

static const game_json_t *output_whole(apr_pool_t *pool,
                                       const game_select_output_t *output)
{
    static const char *const names[] = {
        "stepId", "status", "outputArtifactIds", "data"
    };
    game_json_t *object = game_json_new_object(pool);
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        game_json_t *part = output_part(pool, output, names[i]);

        if (part) {
            game_json_set(object, names[i], part);
        }
    }
    return object;
}

/* The first segment names a part of the output, or a member of its data. */
static const game_json_t *walk_output(apr_pool_t *pool,
                                      const game_select_output_t *output,
                                      const apr_array_header_t *segments)
{
    const char *root;
    game_json_t *part;

    if (!segments->nelts) {
        return output_whole(pool, output);
    }
    root = APR_ARRAY_IDX(segments, 0, const char *);
    if (!strcmp(root, "data")) {
        return walk(output->data, segments, 1);
    }
    part = output_part(pool, output, root);
    return part ? walk(part, segments, 1) : walk(output->data, segments, 0);
}

/* A selector with a path: of the trigger, of a step, of the base run. */
static game_fault_t *path_value(apr_pool_t *pool, const game_select_t *from,
                                const game_json_t *selector,
                                const game_json_t **out)
{
    game_select_e shape = game_select_shape(selector);
    const char *path = game_json_string(game_json_member(selector, "path"));
    const char *step_id =
        game_json_string(game_json_member(selector, "step_id"));
    apr_array_header_t *segments = path ? game_select_split(pool, path) : NULL;
    const game_select_output_t *output;

    if (!segments) {
        return game_fault_make(pool, SELECTOR_ERROR, "this is no path: %s",
                               path ? path : "");
    }
    if (shape == GAME_SELECT_TRIGGER) {
        *out = walk(from->trigger, segments, 0);
        return NULL;
    }
    if (shape == GAME_SELECT_BASE && !from->base) {
        return game_fault_make(pool, SELECTOR_ERROR, "there is no base run");
    }
    step_id = step_id ? step_id : "";
    output = find_output(shape == GAME_SELECT_BASE ? from->base : from->outputs,
                         step_id);
    if (!output) {
        return game_fault_make(pool, SELECTOR_ERROR,
                               "step %s has no output", step_id);
    }
    *out = walk_output(pool, output, segments);
    return NULL;
}

/* The value of a selector inside another: it must be an object. */
static game_fault_t *object_value(apr_pool_t *pool, const game_select_t *from,
                                  const game_json_t *selector,
                                  game_json_t **out)
{
    game_fault_t *fault = game_select_value(pool, from, selector, out);

    if (!fault && !game_json_is(*out, GAME_JSON_OBJECT)) {
        fault = game_fault_make(pool, SELECTOR_ERROR,
                                "merge and pick need objects");
    }
    return fault;
}

static game_fault_t *merged(apr_pool_t *pool, const game_select_t *from,
                            const game_json_t *selector, game_json_t **out)
{
    const game_json_t *inputs = game_json_member(selector, "inputs");
    game_json_t *all = game_json_new_object(pool);
    apr_size_t i;

    for (i = 0; i < game_json_size(inputs); i++) {
        game_fault_t *fault;
        const char *name = NULL;
        game_json_t *one, *value;

        fault = object_value(pool, from, game_json_at(inputs, i), &one);
        if (fault) {
            return fault;
        }
        while ((value = game_json_next(one, &name)) != NULL) {
            game_json_set(all, name, value);
        }
    }
    *out = all;
    return NULL;
}

static game_fault_t *picked(apr_pool_t *pool, const game_select_t *from,
                            const game_json_t *selector, game_json_t **out)
{
    const game_json_t *keys = game_json_member(selector, "keys");
    game_json_t *some = game_json_new_object(pool);
    game_fault_t *fault;
    game_json_t *all, *value;
    apr_size_t i;

    fault = object_value(pool, from, game_json_member(selector, "input"),
                         &all);
    for (i = 0; !fault && i < game_json_size(keys); i++) {
        const char *key = game_json_string(game_json_at(keys, i));

        value = key ? game_json_member(all, key) : NULL;
        if (value) {
            game_json_set(some, key, value);
        }
    }
    *out = some;
    return fault;
}

game_fault_t *game_select_value(apr_pool_t *pool, const game_select_t *from,
                                const game_json_t *selector,
                                game_json_t **out)
{
    game_select_e shape = game_select_shape(selector);
    const game_json_t *found = NULL;
    game_fault_t *fault = NULL;

    *out = NULL;
    switch (shape) {
    case GAME_SELECT_MERGE:
        return merged(pool, from, selector, out);
    case GAME_SELECT_PICK:
        return picked(pool, from, selector, out);
    case GAME_SELECT_CONSTANT:
        found = game_json_member(selector, "value");
        break;
    case GAME_SELECT_REGISTRY:
        return game_fault_make(pool, SELECTOR_ERROR,
                               "there is no registry of documents");
    case GAME_SELECT_NONE:
        return game_fault_make(pool, SELECTOR_ERROR, "no selector");
    default:
        fault = path_value(pool, from, selector, &found);
    }
    if (found) {
        *out = game_json_copy(pool, found);
    }
    return fault;
}

game_fault_t *game_select_input(apr_pool_t *pool, const game_select_t *from,
                                const game_json_t *input_selector,
                                game_json_t **out)
{
    game_json_t *input = game_json_new_object(pool);
    const char *name = NULL;
    const game_json_t *selector;

    while ((selector = game_json_next(input_selector, &name)) != NULL) {
        game_json_t *value;
        game_fault_t *fault = game_select_value(pool, from, selector, &value);

        if (fault) {
            return fault;
        }
        if (value) {
            game_json_set(input, name, value);
        }
    }
    *out = input;
    return NULL;
}

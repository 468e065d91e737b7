/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Selectors: their shapes, and what they read. Their values are
 * select_value.c's.
 */

#include "select_int.h"

#include <string.h>

#include <apr_strings.h>

#define SCHEMA_INVALID "WORKFLOW_SCHEMA_INVALID"

/* Members beside the one that tells the shape; all but "version" must be
 * there. */
static const struct {
    const char *key, *value;
    const char *members[4];
} shapes[GAME_SELECT_NONE] = {
    { "source", "trigger", { "path" } },
    { "source", "step_output", { "step_id", "path" } },
    { "source", "base_run", { "step_id", "path" } },
    { "source", "registry", { "type", "id", "version" } },
    { "source", "constants", { "value" } },
    { "operation", "merge", { "inputs" } },
    { "operation", "pick", { "input", "keys" } },
};

game_select_e game_select_shape(const game_json_t *selector)
{
    int shape;

    for (shape = 0; shape < GAME_SELECT_NONE; shape++) {
        const char *value = game_json_string(
            game_json_member(selector, shapes[shape].key));

        if (value && !strcmp(value, shapes[shape].value)) {
            break;
        }
    }
    return (game_select_e)shape;
}

static int is_of_shape(game_select_e shape, const char *name)
{
    int i;

    if (!strcmp(name, shapes[shape].key)) {
        return 1;
    }
    for (i = 0; shapes[shape].members[i]; i++) {
        if (!strcmp(name, shapes[shape].members[i])) {
            return 1;
        }
    }
    return 0;
}

static const char *path_problem(apr_pool_t *pool, const game_json_t *value)
{
    const char *path = game_json_string(value);

    return !path ? "is no string"
        : !game_select_split(pool, path) ? "has unbalanced brackets" : NULL;
}

static const char *type_problem(const game_json_t *value)
{
    const char *type = game_json_string(value);

    return type && (!strcmp(type, "prompt") || !strcmp(type, "config")
                    || !strcmp(type, "rubric"))
        ? NULL : "is none of prompt, config, rubric";
}

static const char *keys_problem(const game_json_t *value)
{
    apr_size_t i;

    if (!game_json_size(value)) {
        return "is no list of at least one name";
    }
    for (i = 0; i < game_json_size(value); i++) {
        if (!game_json_string(game_json_at(value, i))) {
            return "is not a list of strings";
        }
    }
    return NULL;
}

/* @return a sentence about a member that is no selector itself, or NULL */
static const char *problem(apr_pool_t *pool, const char *name,
                           const game_json_t *value)
{
    const char *text = game_json_string(value);

    if (!strcmp(name, "path")) {
        return path_problem(pool, value);
    }
    if (!strcmp(name, "type")) {
        return type_problem(value);
    }
    if (!strcmp(name, "keys")) {
        return keys_problem(value);
    }
    if (!strcmp(name, "inputs")) {
        return game_json_size(value) < 2 ? "is no list of at least two"
                                         : NULL;
    }
    if (!strcmp(name, "step_id") || !strcmp(name, "id")
        || !strcmp(name, "version")) {
        return text && *text ? NULL : "is no string or an empty one";
    }
    return NULL;
}

static void schema_issue(apr_array_header_t *issues, const char *path,
                         const char *message)
{
    game_issue_add(issues, path, SCHEMA_INVALID, message, NULL);
}

/* A member that must be there, and the selectors inside it. */
static void check_member(apr_pool_t *pool, const game_json_t *selector,
                         const char *name, const char *path,
                         apr_array_header_t *issues)
{
    const game_json_t *value = game_json_member(selector, name);
    const char *where = apr_pstrcat(pool, path, ".", name, NULL);
    const char *message = value ? problem(pool, name, value) : "is missing";
    apr_size_t i;

    if (!value && !strcmp(name, "version")) {
        return;
    }
    if (message) {
        schema_issue(issues, where, message);
    }
    else if (!strcmp(name, "input")) {
        game_select_check(pool, value, where, issues);
    }
    else if (!strcmp(name, "inputs")) {
        for (i = 0; i < game_json_size(value); i++) {
            game_select_check(pool, game_json_at(value, i),
                              apr_psprintf(pool, "%s.%d", where, (int)i),
                              issues);
        }
    }
}

void game_select_check(apr_pool_t *pool, const game_json_t *selector,
                       const char *path, apr_array_header_t *issues)
{
    game_select_e shape = game_select_shape(selector);
    const char *name = NULL;
    int i;

    if (shape == GAME_SELECT_NONE) {
        schema_issue(issues, path, "is no selector");
        return;
    }
    while (game_json_next(selector, &name)) {
        if (!is_of_shape(shape, name)) {
            schema_issue(issues, apr_pstrcat(pool, path, ".", name, NULL),
                         "is not known in this selector");
        }
    }
    for (i = 0; shapes[shape].members[i]; i++) {
        check_member(pool, selector, shapes[shape].members[i], path, issues);
    }
}

void game_select_steps(const game_json_t *selector,
                       apr_array_header_t *step_ids)
{
    const game_json_t *inputs;
    const char *step_id;
    apr_size_t i;

    switch (game_select_shape(selector)) {
    case GAME_SELECT_STEP:
        step_id = game_json_string(game_json_member(selector, "step_id"));
        if (step_id) {
            APR_ARRAY_PUSH(step_ids, const char *) = step_id;
        }
        break;
    case GAME_SELECT_PICK:
        game_select_steps(game_json_member(selector, "input"), step_ids);
        break;
    case GAME_SELECT_MERGE:
        inputs = game_json_member(selector, "inputs");
        for (i = 0; i < game_json_size(inputs); i++) {
            game_select_steps(game_json_at(inputs, i), step_ids);
        }
        break;
    default:
        break;
    }
}


const char *game_select_origin(apr_pool_t *pool,
                               const game_json_t *input_selector,
                               const char *path)
{
    apr_size_t length = strcspn(path, ".[");
    const game_json_t *selector =
        game_json_member(input_selector,
                         apr_pstrmemdup(pool, path, length));

    return game_select_shape(selector) == GAME_SELECT_TRIGGER
        ? apr_pstrcat(pool, game_json_string(game_json_member(selector,
                                                              "path")),
                      path + length, NULL)
        : NULL;
}

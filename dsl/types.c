/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Node types, operators, functions and fields.
 */
#include "types.h"

#include "dsl.h"
#include "game_strategy.h"

#include <string.h>

#define COND    GAME_DSL_IS_COND
#define EXPR    GAME_DSL_IS_EXPR
#define STMT    GAME_DSL_IS_STMT
#define RULE    GAME_DSL_IN_RULE
#define DEFAULT GAME_DSL_IN_DEFAULT
#define PRE     GAME_DSL_IN_PRE
#define POST    GAME_DSL_IN_POST
#define ANY     (RULE | DEFAULT | PRE | POST)

/* In the order of game_dsl_type_e. */
static const game_dsl_type_t types[GAME_DSL_T_COUNT] = {
    {NULL, 0, 0, {NULL}},
    {"and", COND, 0, {"args", NULL}},
    {"or", COND, 0, {"args", NULL}},
    {"not", COND, 0, {"arg", NULL}},
    {"compare", COND, 0, {"op", "left", "right", NULL}},
    {"literal", COND | EXPR, 0, {"value", NULL}},
    {"field", COND | EXPR, 0, {"path", NULL}},
    {"arith", EXPR, 0, {"op", "left", "right", NULL}},
    {"func_call", EXPR, 0, {"name", "args", NULL}},
    {"assign_points", STMT, RULE | DEFAULT, {"value", "case_name", NULL}},
    {"return", STMT, ANY, {NULL}},
    {"set_callback_data", STMT, ANY, {"key", "value", NULL}},
    {"set_case_name", STMT, POST, {"value", NULL}},
    {"set_data", STMT, PRE, {"key", "value", NULL}},
    {"set_points", STMT, POST, {"value", NULL}},
    {"veto", STMT, PRE, {"case_name", NULL}},
    {"program", 0, 0, {"rules", NULL}},
    {"rule", 0, 0, {"when", "then", NULL}},
};

static const char *const compare_names[] = {
    "<", "<=", "==", "!=", ">=", ">", NULL
};

static const char *const arith_names[] = {
    "+", "-", "*", "/", "min", "max", NULL
};

static const char *const function_names[] = {"int", "clamp", NULL};
static const int arities[] = {1, 3};

static const struct {
    const char *path;
    game_dsl_path_t found;
} paths[] = {
    {"externalGameId", {GAME_DSL_FIELD_GAME, 0, NULL}},
    {"externalTaskId", {GAME_DSL_FIELD_TASK, 0, NULL}},
    {"externalUserId", {GAME_DSL_FIELD_USER, 0, NULL}},
    {"user.measurements_count",
     {GAME_DSL_FIELD_INPUT, GAME_INPUT_USER_COUNT, NULL}},
    {"user.recent_measurements_count",
     {GAME_DSL_FIELD_INPUT, GAME_INPUT_RECENT_COUNT, NULL}},
    {"task.measurements_count",
     {GAME_DSL_FIELD_INPUT, GAME_INPUT_TASK_COUNT, NULL}},
    {"user.avg_time", {GAME_DSL_FIELD_INPUT, GAME_INPUT_USER_AVG, NULL}},
    {"all.avg_time", {GAME_DSL_FIELD_INPUT, GAME_INPUT_ALL_AVG, NULL}},
    {"user.last_window_diff",
     {GAME_DSL_FIELD_INPUT, GAME_INPUT_LAST_DIFF, NULL}},
    {"user.new_last_window_diff",
     {GAME_DSL_FIELD_INPUT, GAME_INPUT_NEW_DIFF, NULL}},
    {"parent.points", {GAME_DSL_FIELD_POINTS, 0, NULL}},
    {"parent.case_name", {GAME_DSL_FIELD_CASE, 0, NULL}},
};

#define PATHS (sizeof(paths) / sizeof(paths[0]))
#define DATA_PREFIX "data."

const game_dsl_type_t *game_dsl_type(game_dsl_type_e type)
{
    return &types[type];
}

game_dsl_type_e game_dsl_type_of(const game_dsl_json_t *node)
{
    const char *name = game_dsl_json_text(game_dsl_json_member(node, "type"));
    int i;

    for (i = 1; name && i < GAME_DSL_T_COUNT; i++) {
        if (!strcmp(types[i].name, name)) {
            return (game_dsl_type_e)i;
        }
    }
    return GAME_DSL_T_NONE;
}

const char *game_dsl_context_name(unsigned context)
{
    return context == RULE ? "rule" : context == DEFAULT ? "default"
           : context == PRE ? "pre" : "post";
}

static int find(const char *const *names, const game_dsl_json_t *wanted)
{
    const char *text = game_dsl_json_text(wanted);
    int i;

    for (i = 0; text && names[i]; i++) {
        if (!strcmp(names[i], text)) {
            return i;
        }
    }
    return -1;
}

int game_dsl_compare_op(const game_dsl_json_t *op)
{
    return find(compare_names, op);
}

int game_dsl_arith_op(const game_dsl_json_t *op)
{
    return find(arith_names, op);
}

int game_dsl_function(const game_dsl_json_t *name)
{
    return find(function_names, name);
}

const char *game_dsl_compare_name(int op)
{
    return compare_names[op];
}

const char *game_dsl_arith_name(int op)
{
    return arith_names[op];
}

const char *game_dsl_function_name(int function)
{
    return function_names[function];
}

int game_dsl_arity(int function)
{
    return arities[function];
}

int game_dsl_path(const char *path, game_dsl_path_t *found)
{
    apr_size_t i;

    if (!strncmp(path, DATA_PREFIX, strlen(DATA_PREFIX))) {
        found->kind = GAME_DSL_FIELD_DATA;
        found->input = 0;
        found->key = path + strlen(DATA_PREFIX);
        return game_dsl_is_key(found->key);
    }
    for (i = 0; i < PATHS; i++) {
        if (!strcmp(paths[i].path, path)) {
            *found = paths[i].found;
            return 1;
        }
    }
    return 0;
}

const char *game_dsl_input_path(unsigned input)
{
    apr_size_t i;

    for (i = 0; input && i < PATHS; i++) {
        if (paths[i].found.input == input) {
            return paths[i].path;
        }
    }
    return NULL;
}

int game_dsl_is_key(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

    return *text && !text[strspn(text, allowed)];
}

int game_dsl_is_case(const char *text)
{
    apr_size_t len = 0;

    while (text[len] >= 0x20 && text[len] <= 0x7e) {
        if (++len > GAME_DSL_MAX_CASE) {
            return 0;
        }
    }
    return len > 0 && !text[len];
}

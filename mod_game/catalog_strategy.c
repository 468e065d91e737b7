/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Which strategy scores what, with which variables, and how both are shown.
 */

#include "catalog.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <httpd.h>
#include <ap_provider.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "builtins.h"
#include "program.h"
#include "request.h"

#define CUSTOM "custom:"

static const game_strategy_t *find(const char *id)
{
    return ap_lookup_provider(GAME_STRATEGY_GROUP, id,
                              GAME_STRATEGY_VERSION);
}

static int is_custom(const char *id)
{
    return !strncmp(id, CUSTOM, strlen(CUSTOM));
}

game_error_t *game_effective_strategy(game_req_t *req,
                                      const game_game_t *game,
                                      const game_task_t *task,
                                      const char **id,
                                      const game_strategy_t **strategy,
                                      const game_variable_t **variables)
{
    game_variable_t *own;
    int i;

    *id = task && task->strategy_id ? task->strategy_id : game->strategy_id;
    *strategy = find(*id);
    if (!*strategy && is_custom(*id)) {
        game_error_t *err = game_program_find(req, game_program_owner(req,
                                              game), *id, strategy);

        if (err) {
            return err;
        }
    }
    if (!*strategy) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Strategy not found with id: %s", *id);
    }
    *variables = (*strategy)->variables;
    if (!game->param_count && !(task && task->param_count)) {
        return NULL;
    }
    own = game_variables_copy(*strategy, req->pool);
    for (i = 0; i < game->param_count; i++) {
        game_variable_override(own, game->params[i].key,
                               game->params[i].value, req->pool);
    }
    for (i = 0; task && i < task->param_count; i++) {
        game_variable_override(own, task->params[i].key,
                               task->params[i].value, req->pool);
    }
    game_program_pin(*strategy, own);
    *variables = own;
    return NULL;
}

/* Whose custom strategies a game may have: its owner's; a new game's, the
 * caller's. */
static const char *realm_of(const game_req_t *req, const game_game_t *game)
{
    return game ? game_program_owner(req, game) : game_program_realm(req);
}

game_error_t *game_strategy_assignable(game_req_t *req,
                                       const game_game_t *game,
                                       const char *id)
{
    if (find(id)) {
        return NULL;
    }
    if (is_custom(id)) {
        return game_program_assignable(req, realm_of(req, game), id);
    }
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Strategy with id: %s not found", id);
}

const char *game_param_text(apr_pool_t *pool, const game_json_t *value)
{
    const char *text = game_json_string(value);

    return text ? text : game_json_text(pool, value);
}

static const char *wanted(const game_strategy_t *strategy, const char *key)
{
    const game_variable_t *variable;

    for (variable = strategy->variables; variable->name; variable++) {
        const char *tail = variable->name + strlen("variable_");

        if (!strcmp(variable->name, key) || !strcmp(tail, key)) {
            return variable->value.kind == GAME_VALUE_INT ? "a whole number"
                 : variable->value.kind == GAME_VALUE_REAL
                 ? "a finite number" : "an object";
        }
    }
    return "another value";
}

game_error_t *game_params_fit(game_req_t *req, const game_game_t *game,
                              const char *strategy_id,
                              const game_json_t *params)
{
    const game_strategy_t *strategy = find(strategy_id);
    game_check_t *check = game_check_make(req->pool);
    game_variable_t *scratch;
    game_error_t *err = NULL;
    apr_size_t i;

    if (!strategy && is_custom(strategy_id)) {
        err = game_program_find(req, realm_of(req, game), strategy_id,
                                &strategy);
    }
    if (err || !strategy || game_json_is_null(params)) {
        return err;
    }
    scratch = game_variables_copy(strategy, req->pool);
    for (i = 0; i < game_json_size(params); i++) {
        const game_json_t *param = game_json_at(params, i);
        const char *key = game_json_string(game_json_member(param, "key"));
        const game_json_t *value = game_json_member(param, "value");

        if (game_variable_override(scratch, key,
                                   game_param_text(req->pool, value),
                                   req->pool) < 0) {
            game_check_add(check, "value_error",
                apr_psprintf(req->pool, "[\"body\",\"params\",%d,"
                             "\"value\"]", (int)i),
                apr_psprintf(req->pool, "Value of %s should be %s", key,
                             wanted(strategy, key)),
                game_json_text(req->pool, value), NULL);
        }
    }
    return game_check_error(check);
}

/* ---- showing ---- */

static void write_value(game_jw_t *jw, const char *name,
                        const game_value_t *value)
{
    switch (value->kind) {
    case GAME_VALUE_INT:
        game_jw_int(jw, name, value->as.whole);
        break;
    case GAME_VALUE_REAL:
        game_jw_real(jw, name, value->as.real);
        break;
    case GAME_VALUE_BOOL:
        game_jw_bool(jw, name, value->as.flag);
        break;
    case GAME_VALUE_TEXT:
        game_jw_string(jw, name, value->as.text);
        break;
    case GAME_VALUE_JSON:
        game_jw_raw(jw, name, value->as.text);
        break;
    default:
        game_jw_null(jw, name);
    }
}

void game_strategy_write(game_jw_t *jw, const char *name,
                         const game_strategy_t *strategy,
                         const game_variable_t *variables)
{
    apr_pool_t *scratch = game_jw_pool(jw);

    game_jw_object(jw, name);
    game_jw_string(jw, "id", strategy->id);
    game_jw_string(jw, "name", strategy->name);
    game_jw_string(jw, "description", strategy->description);
    game_jw_string(jw, "version", strategy->version);
    game_jw_object(jw, "variables");
    for (; variables->name; variables++) {
        write_value(jw, variables->name, &variables->value);
    }
    game_jw_end(jw);
    game_jw_string(jw, "hash_version",
                   game_program_hash(strategy)
                   ? game_program_hash(strategy)
                   : game_strategy_hash(strategy, scratch));
    game_jw_end(jw);
}

/* A variable's param shows as the number that its text is. */
static void write_shown(game_jw_t *jw, const char *text)
{
    game_variable_t probe[2] = {
        { "variable_x", { GAME_VALUE_INT, { 0 } } },
        { NULL, { GAME_VALUE_NULL, { 0 } } }
    };
    apr_pool_t *pool = game_jw_pool(jw);

    if (game_variable_override(probe, "variable_x", text, pool) < 0) {
        probe[0].value.kind = GAME_VALUE_REAL;
        if (game_variable_override(probe, "variable_x", text, pool) < 0) {
            game_jw_string(jw, "value", text);
            return;
        }
    }
    write_value(jw, "value", &probe[0].value);
}

void game_params_write(game_jw_t *jw, const char *name,
                       const game_strategy_t *strategy, int count,
                       const game_param_t *params)
{
    int i;

    game_jw_array(jw, name);
    for (i = 0; i < count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "key", params[i].key);
        if (strategy && game_variable_find(strategy->variables,
                                           params[i].key)) {
            write_shown(jw, params[i].value);
        }
        else {
            game_jw_string(jw, "value", params[i].value);
        }
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

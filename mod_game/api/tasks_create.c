/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making tasks, one or many: each is planned (strategy and params checked),
 * then all that passed are made by one statement.
 */

#include "tasks.h"

#include <string.h>

#include <apr_strings.h>

#include "../response.h"
#include "../settings.h"
#include "params.h"
#include "tasks_int.h"

/* ---- schemas ---- */

static const game_field_t param_fields[] = {
    { "key", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "Name of the param; a strategy's variable of that name follows it." },
    { "value", GAME_SCALAR_OR_DICT, GAME_REQUIRED, 0, 0, NULL, NULL, NULL,
      NULL, "Its value; kept as text." },
    { NULL }
};

static const game_schema_t param_schema = {
    "CreateTaskParams", param_fields, NULL
};

static const game_field_t create_fields[] = {
    { "externalTaskId", GAME_STRING, GAME_REQUIRED, 1, 500, NULL, NULL, NULL,
      NULL, "Name of the task within its game." },
    { "strategyId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      NULL, "Strategy of its own; null or empty: the game's." },
    { "params", GAME_LIST, GAME_NULLABLE, 0, 0, NULL, NULL, &param_schema,
      NULL, "Settings of the task; they win over the game's." },
    { NULL }
};

const game_schema_t game_tasks_create_body = {
    "CreateTaskPost", create_fields, NULL
};

static const game_field_t bulk_fields[] = {
    { "tasks", GAME_LIST, GAME_REQUIRED, 0, 1000, NULL, NULL,
      &game_tasks_create_body, NULL, "The tasks to make, up to 1000." },
    { NULL }
};

const game_schema_t game_tasks_bulk_body = {
    "CreateTasksPost", bulk_fields, NULL
};

/* ---- planning ---- */

/* Check that a task may have a strategy of its own, in this family's
 * words. */
static game_error_t *assignable(game_req_t *req, const game_game_t *game,
                                const char *id)
{
    game_error_t *err = game_strategy_assignable(req, game, id);

    if (err && err->status == HTTP_NOT_FOUND
        && strncmp(id, "custom:", 7)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Strategy not found with id: %s", id);
    }
    return err;
}

/* Plan the task that an element of a body describes. */
static game_error_t *plan_task(game_req_t *req, const game_game_t *game,
                               const game_json_t *source,
                               game_tasks_plan_t *plan)
{
    const game_json_t *list = game_json_member(source, "params");
    game_task_t *task = &plan->task;
    game_error_t *err = NULL;

    plan->source = source;
    task->status = "open";
    task->version = "1";
    task->external_id = game_json_string(game_json_member(source,
                                                          "externalTaskId"));
    task->strategy_id = game_json_string(game_json_member(source,
                                                          "strategyId"));
    if (task->strategy_id && !*task->strategy_id) {
        task->strategy_id = NULL;
    }
    task->params = game_params_read(req->pool, list, &task->param_count);
    if (task->strategy_id) {
        err = assignable(req, game, task->strategy_id);
    }
    if (!err && task->param_count) {
        err = game_params_fit(req, game, task->strategy_id
                              ? task->strategy_id : game->strategy_id, list);
    }
    if (!err && task->strategy_id) {
        err = game_settings_fit(req, task->strategy_id, game, NULL);
    }
    return err ? err : game_tasks_resolve(req, game, plan);
}

/* ---- making ---- */

/* Values of the statement: an element a task to be made, an element a
 * param, and the plan of each task. */
typedef struct batch_t {
    game_tasks_plan_t **plans;
    const char **names;
    const char **strategies;
    int count;
    game_param_t *params;
    const char **owners;        /* of each param: its task, from 1 */
    int param_count;
} batch_t;

static void batch_add(apr_pool_t *pool, batch_t *batch,
                      game_tasks_plan_t *plan)
{
    const game_task_t *task = &plan->task;
    const char *owner;
    int i;

    batch->plans[batch->count] = plan;
    batch->names[batch->count] = task->external_id;
    batch->strategies[batch->count] = task->strategy_id;
    owner = game_bind_int(pool, ++batch->count);
    for (i = 0; i < task->param_count; i++) {
        batch->params[batch->param_count] = task->params[i];
        batch->owners[batch->param_count++] = owner;
    }
}

static batch_t *batch_make(apr_pool_t *pool, game_tasks_plan_t *plans,
                           int count)
{
    batch_t *batch = apr_pcalloc(pool, sizeof(*batch));
    apr_size_t size = (apr_size_t)(count + 1), params = 1;
    int i;

    for (i = 0; i < count; i++) {
        params += (apr_size_t)plans[i].task.param_count;
    }
    batch->plans = apr_palloc(pool, size * sizeof(*batch->plans));
    batch->names = apr_palloc(pool, size * sizeof(*batch->names));
    batch->strategies = apr_palloc(pool, size * sizeof(*batch->strategies));
    batch->params = apr_palloc(pool, params * sizeof(*batch->params));
    batch->owners = apr_palloc(pool, params * sizeof(*batch->owners));
    for (i = 0; i < count; i++) {
        if (!plans[i].refused) {
            batch_add(pool, batch, &plans[i]);
        }
    }
    return batch;
}

/* Tell the plans what became of them. */
static void batch_settle(apr_pool_t *pool, const game_game_t *game,
                         const batch_t *batch, const game_rows_t *rows)
{
    int i;

    for (i = 0; i < rows->count; i++) {
        batch->plans[game_cell_int(rows, i, 0) - 1]->task.id =
            game_cell(rows, i, 1);
    }
    for (i = 0; i < batch->count; i++) {
        if (!batch->plans[i]->task.id) {
            batch->plans[i]->refused = game_error_make(pool, HTTP_CONFLICT,
                "Task already exists with externalTaskId: %s for gameId: %s",
                batch->names[i], game->id);
        }
    }
}

game_error_t *game_tasks_make(game_req_t *req, const game_game_t *game,
                              game_tasks_plan_t *plans, int count)
{
    batch_t *batch = batch_make(req->pool, plans, count);
    const game_rows_t *rows;
    game_params_bind_t bind;
    game_error_t *err;

    if (!batch->count) {
        return NULL;
    }
    game_params_bind(req->pool, batch->params, batch->param_count, &bind);
    err = GAME_DB_RUN(req, GAME_SQL_TASK_CREATE, &rows, game->id,
                      game_bind_array(req->pool, batch->names, batch->count),
                      game_bind_array(req->pool, batch->strategies,
                                      batch->count),
                      game_bind_array(req->pool, batch->owners,
                                      batch->param_count),
                      bind.keys, bind.values, req->who->prefix,
                      req->who->subject);
    if (err) {
        return err;
    }
    if (rows->count && !game_cell_int(rows, 0, 0)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Game not found by gameId: %s", game->id);
    }
    batch_settle(req->pool, game, batch, rows);
    if (rows->count) {
        game_catalog_changed(req, game->id);
    }
    return NULL;
}

/* ---- handlers ---- */

game_error_t *game_tasks_create(game_req_t *req)
{
    game_tasks_plan_t plan = { 0 };
    const game_game_t *game;
    game_error_t *err;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = plan_task(req, game, req->body, &plan);
    }
    if (!err) {
        err = game_tasks_make(req, game, &plan, 1);
    }
    if (err) {
        return err;
    }
    if (plan.refused) {
        return plan.refused;
    }
    game_request_made(req, "taskId", plan.task.id);
    return game_tasks_answer(req, game, &plan, "created");
}

/* Write an element as it was understood, and why it was not made. */
static void write_failed(apr_pool_t *pool, game_jw_t *jw,
                         const game_tasks_plan_t *plan)
{
    const game_json_t *list = game_json_member(plan->source, "params");
    const game_error_t *why = plan->refused;
    int i;

    game_jw_object(jw, NULL);
    game_jw_object(jw, "task");
    game_jw_string(jw, "externalTaskId", plan->task.external_id);
    game_jw_string(jw, "strategyId",
                   game_json_string(game_json_member(plan->source,
                                                     "strategyId")));
    if (game_json_is_null(list)) {
        game_jw_null(jw, "params");
    }
    else {
        game_jw_array(jw, "params");
        for (i = 0; i < plan->task.param_count; i++) {
            game_jw_object(jw, NULL);
            game_jw_string(jw, "key", plan->task.params[i].key);
            game_jw_value(jw, "value",
                          game_json_member(game_json_at(list, (apr_size_t)i),
                                           "value"));
            game_jw_end(jw);
        }
        game_jw_end(jw);
    }
    game_jw_end(jw);
    game_jw_string(jw, "error",
                   apr_psprintf(pool, "%d: %s", why->status,
                                why->detail ? why->detail
                                : why->detail_json));
    game_jw_end(jw);
}

static game_error_t *answer_bulk(game_req_t *req, const game_game_t *game,
                                 const game_tasks_plan_t *plans, int count)
{
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    game_jw_object(jw, NULL);
    game_jw_array(jw, "succesfully_created");
    for (i = 0; i < count; i++) {
        if (!plans[i].refused) {
            game_tasks_write(req->pool, jw, game, &plans[i], "created");
        }
    }
    game_jw_end(jw);
    game_jw_array(jw, "failed_to_create");
    for (i = 0; i < count; i++) {
        if (plans[i].refused) {
            write_failed(req->pool, jw, &plans[i]);
        }
    }
    game_jw_end(jw);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_tasks_bulk(game_req_t *req)
{
    const game_json_t *list = game_json_member(req->body, "tasks");
    int count = (int)game_json_size(list), i;
    game_tasks_plan_t *plans;
    const game_game_t *game;
    game_error_t *err;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (err) {
        return err;
    }
    plans = apr_pcalloc(req->pool, (apr_size_t)(count + 1) * sizeof(*plans));
    for (i = 0; i < count; i++) {
        err = plan_task(req, game, game_json_at(list, (apr_size_t)i),
                        &plans[i]);
        if (err && err->status >= HTTP_INTERNAL_SERVER_ERROR) {
            return err;
        }
        plans[i].refused = err;
    }
    err = game_tasks_make(req, game, plans, count);
    req->audit = GAME_INFO;
    for (i = 0; i < count; i++) {
        req->audit |= plans[i].refused ? GAME_ERROR : GAME_SUCCESS;
    }
    return err ? err : answer_bulk(req, game, plans, count);
}

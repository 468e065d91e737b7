/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Changing, hiding and copying a task named by its id.
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
      "Name of the param." },
    { "value", GAME_SCALAR_OR_DICT, GAME_REQUIRED, 0, 0, NULL, NULL, NULL,
      NULL, "Its value." },
    { "id", GAME_UUID, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "A param of the task that goes on; else it is a new one." },
    { NULL }
};

static const game_schema_t param_schema = {
    "UpdateTaskParams", param_fields, NULL
};

static const game_field_t patch_fields[] = {
    { "strategyId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      NULL, "New strategy; null gives a task with its own the game's." },
    { "status", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "Any word; only an open task takes awards and actions." },
    { "params", GAME_LIST, GAME_NULLABLE, 0, 0, NULL, NULL, &param_schema,
      NULL, "All params that the task shall have." },
    { NULL }
};

const game_schema_t game_tasks_patch_body = {
    "PatchTask", patch_fields, NULL
};

static const game_field_t duplicate_fields[] = {
    { "externalTaskId", GAME_STRING, GAME_REQUIRED, 1, 500, NULL, NULL, NULL,
      NULL, "Name of the copy." },
    { NULL }
};

const game_schema_t game_tasks_duplicate_body = {
    "DuplicateTask", duplicate_fields, NULL
};

/* ---- the task ---- */

static game_error_t *no_task(const game_req_t *req)
{
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Task not found by taskId: %s",
                           game_request_path(req, "taskId"));
}

static game_error_t *foreign_task(const game_req_t *req,
                                  const game_game_t *game)
{
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Task %s does not belong to game %s.",
                           game_request_path(req, "taskId"), game->id);
}

/* Find the game and the task of the path. */
static game_error_t *find(game_req_t *req, const game_game_t **game,
                          game_task_t *task)
{
    const game_rows_t *rows;
    game_error_t *err;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                game);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_TASK_FIND, &rows,
                          game_request_path(req, "taskId"));
    }
    if (err) {
        return err;
    }
    if (!rows->count) {
        return no_task(req);
    }
    if (strcmp(game_cell(rows, 0, 8), (*game)->id)) {
        return foreign_task(req, *game);
    }
    game_tasks_of_rows(req->pool, rows, 0, task);
    return NULL;
}

/* ---- change ---- */

/* What a PATCH asks for. */
typedef struct patch_t {
    const char *status;         /* NULL keeps */
    int set_strategy;
    const char *strategy;       /* NULL: the game's */
    int set_params;
    const game_json_t *list;
} patch_t;

static game_error_t *read_patch(game_req_t *req, const game_game_t *game,
                                const game_task_t *task, patch_t *patch)
{
    const game_json_t *strategy = game_json_member(req->body, "strategyId");
    const char *effective;
    game_error_t *err = NULL;

    patch->status = game_json_string(game_json_member(req->body, "status"));
    patch->strategy = game_json_string(strategy);
    /* an explicit null takes a task's own strategy away; where there is
     * none it says nothing */
    patch->set_strategy = patch->strategy || (strategy && task->strategy_id);
    patch->list = game_json_member(req->body, "params");
    patch->set_params = !game_json_is_null(patch->list);
    if (patch->strategy) {
        err = game_strategy_assignable(req, game, patch->strategy);
    }
    if (err) {
        return err;
    }
    if (!patch->status && !patch->set_strategy && !patch->set_params) {
        return game_error_make(req->pool, HTTP_CONFLICT,
                               "Empty patch: no fields provided.");
    }
    if (patch->set_params) {
        effective = patch->set_strategy ? patch->strategy
                                        : task->strategy_id;
        err = game_params_fit(req, game, effective ? effective
                              : game->strategy_id, patch->list);
    }
    if (!err && patch->strategy) {
        err = game_settings_fit(req, patch->strategy, game, NULL);
    }
    return err;
}

static game_error_t *answer_patch(game_req_t *req, const game_game_t *game,
                                  const game_rows_t *rows,
                                  const game_param_t *params, int count)
{
    const char *id = game_request_path(req, "taskId");
    const char *own = game_cell(rows, 0, 2);
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    game_jw_object(jw, NULL);
    game_jw_string(jw, "taskId", id);
    game_jw_string(jw, "gameId", game->id);
    game_jw_string(jw, "externalTaskId", game_cell(rows, 0, 1));
    game_jw_string(jw, "strategyId", own ? own : game->strategy_id);
    game_jw_string(jw, "status", game_cell(rows, 0, 3));
    if (count < 0) {
        game_jw_null(jw, "taskParams");
    }
    else {
        game_jw_array(jw, "taskParams");
        for (i = 0; i < count; i++) {
            game_jw_object(jw, NULL);
            game_jw_string(jw, "key", params[i].key);
            game_jw_string(jw, "value", params[i].value);
            game_jw_end(jw);
        }
        game_jw_end(jw);
    }
    game_jw_string(jw, "message",
                   apr_pstrcat(req->pool, "Task with taskId: ", id,
                               " updated successfully", NULL));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_tasks_patch(game_req_t *req)
{
    const game_game_t *game;
    const game_param_t *params;
    const game_rows_t *rows;
    game_params_bind_t bind;
    game_task_t task;
    game_error_t *err;
    patch_t patch;
    int count;

    err = find(req, &game, &task);
    if (!err) {
        err = read_patch(req, game, &task, &patch);
    }
    if (err) {
        return err;
    }
    params = game_params_read(req->pool, patch.list, &count);
    game_params_bind(req->pool, params, count, &bind);
    err = GAME_DB_RUN(req, GAME_SQL_TASK_CHANGE, &rows, game->id, task.id,
                      patch.status, game_bind_bool(patch.set_strategy),
                      patch.strategy, game_bind_bool(patch.set_params),
                      bind.ids, bind.keys, bind.values);
    if (err) {
        return err;
    }
    if (!rows->count) {
        return no_task(req);
    }
    if (!strcmp(game_cell(rows, 0, 0), "same")) {
        return game_error_make(req->pool, HTTP_CONFLICT, "It is not "
                               "possible to update the task with the same "
                               "data");
    }
    game_catalog_changed(req, game->id);
    return answer_patch(req, game, rows, params,
                        patch.set_params ? count : -1);
}

/* ---- delete, duplicate ---- */

game_error_t *game_tasks_delete(game_req_t *req)
{
    const char *id = game_request_path(req, "taskId");
    const game_game_t *game;
    const game_rows_t *rows;
    game_error_t *err;
    game_jw_t *jw;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_TASK_DELETE, &rows, game->id, id);
    }
    if (err) {
        return err;
    }
    if (!rows->count || !game_cell_true(rows, 0, 0)) {
        return rows->count && strcmp(game_cell(rows, 0, 1), game->id)
             ? foreign_task(req, game) : no_task(req);
    }
    game_catalog_changed(req, game->id);
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "taskId", id);
    game_jw_string(jw, "gameId", game->id);
    game_jw_string(jw, "externalTaskId", game_cell(rows, 0, 2));
    game_jw_string(jw, "message",
                   apr_pstrcat(req->pool, "Task with taskId: ", id,
                               " deleted successfully", NULL));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_tasks_duplicate(game_req_t *req)
{
    game_tasks_plan_t plan = { 0 };
    const game_game_t *game;
    game_error_t *err;

    err = find(req, &game, &plan.task);
    if (err) {
        return err;
    }
    plan.task.id = NULL;
    plan.task.status = "open";
    plan.task.version = "1";
    plan.task.external_id = game_json_string(
        game_json_member(req->body, "externalTaskId"));
    err = game_tasks_resolve(req, game, &plan);
    if (!err) {
        err = game_tasks_make(req, game, &plan, 1);
    }
    if (err) {
        return err;
    }
    if (plan.refused) {
        return plan.refused;
    }
    game_request_made(req, "copyId", plan.task.id);
    return game_tasks_answer(req, game, &plan, "created");
}

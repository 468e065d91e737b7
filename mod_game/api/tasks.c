/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading tasks, and how answers show them. They are made in
 * tasks_create.c, changed in tasks_write.c.
 */

#include "tasks.h"

#include <string.h>

#include <apr_strings.h>

#include "../response.h"
#include "page.h"
#include "tasks_int.h"

/* ---- schemas ---- */

static const char *const orderings[] = {
    "id", "-id", "created_at", "-created_at", "updated_at", "-updated_at",
    "apiKey_used", "-apiKey_used", "oauth_user_id", "-oauth_user_id",
    "externalTaskId", "-externalTaskId", "gameId", "-gameId", "strategyId",
    "-strategyId", "status", "-status", NULL
};

static const game_field_t list_fields[] = {
    GAME_ORDERING_FIELD(orderings),
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("10"),
    { NULL }
};

const game_schema_t game_tasks_list_query = {
    "TaskListQuery", list_fields, NULL
};

/* ---- views ---- */

game_error_t *game_tasks_resolve(game_req_t *req, const game_game_t *game,
                                 game_tasks_plan_t *plan)
{
    const char *id;

    return game_effective_strategy(req, game, &plan->task, &id,
                                   &plan->strategy, &plan->variables);
}

/* The members that every view of a task ends with. */
static void write_setup(game_jw_t *jw, const game_game_t *game,
                        const game_tasks_plan_t *plan)
{
    game_params_write(jw, "gameParams", plan->strategy, game->param_count,
                      game->params);
    game_params_write(jw, "taskParams", plan->strategy,
                      plan->task.param_count, plan->task.params);
    game_strategy_write(jw, "strategy", plan->strategy, plan->variables);
}

void game_tasks_write(apr_pool_t *pool, game_jw_t *jw,
                      const game_game_t *game, const game_tasks_plan_t *plan,
                      const char *done)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "message",
                   apr_psprintf(pool, "Task %s successfully with "
                                "externalTaskId: %s for gameId: %s", done,
                                plan->task.external_id, game->id));
    game_jw_string(jw, "externalTaskId", plan->task.external_id);
    game_jw_string(jw, "externalGameId", game->external_id);
    write_setup(jw, game, plan);
    game_jw_end(jw);
}

game_error_t *game_tasks_answer(game_req_t *req, const game_game_t *game,
                                const game_tasks_plan_t *plan,
                                const char *done)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_tasks_write(req->pool, jw, game, plan, done);
    return game_response_json(req, HTTP_OK, jw);
}

/* How many rows from one on belong to its task. */
static int span(const game_rows_t *rows, int row)
{
    const char *id = game_cell(rows, row, 0);
    int end = row + 1;

    while (end < rows->count && !strcmp(game_cell(rows, end, 0), id)) {
        end++;
    }
    return end - row;
}

int game_tasks_of_rows(apr_pool_t *pool, const game_rows_t *rows, int row,
                       game_task_t *task)
{
    int count = span(rows, row), i;
    game_param_t *params = apr_palloc(pool, (apr_size_t)count
                                            * sizeof(*params));

    for (i = 0; i < count; i++) {
        params[i].id = game_cell(rows, row + i, 5);
        params[i].key = game_cell(rows, row + i, 6);
        params[i].value = game_cell(rows, row + i, 7);
    }
    task->id = game_cell(rows, row, 0);
    task->external_id = game_cell(rows, row, 1);
    task->strategy_id = game_cell(rows, row, 2);
    task->status = game_cell(rows, row, 3);
    task->version = game_cell(rows, row, 4);
    task->param_count = params[0].id ? count : 0;
    task->params = params;
    return row + count;
}

/* ---- handlers ---- */

/* Write the task that begins at *row as an item of the list; move *row to
 * the next one. */
static game_error_t *write_item(game_req_t *req, const game_game_t *game,
                                const game_rows_t *rows, int *row,
                                game_jw_t *jw)
{
    game_tasks_plan_t plan = { 0 };
    int first = *row;
    game_error_t *err;

    *row = game_tasks_of_rows(req->pool, rows, first, &plan.task);
    err = game_tasks_resolve(req, game, &plan);
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "id", plan.task.id);
    game_jw_string(jw, "created_at",
                   game_time_z(req->pool, game_cell_int(rows, first, 8)));
    game_jw_string(jw, "updated_at",
                   game_time_z(req->pool, game_cell_int(rows, first, 9)));
    game_jw_string(jw, "externalTaskId", plan.task.external_id);
    game_jw_string(jw, "status", plan.task.status);
    write_setup(jw, game, &plan);
    game_jw_end(jw);
    return NULL;
}

game_error_t *game_tasks_list(game_req_t *req)
{
    const game_game_t *game;
    const game_rows_t *rows;
    game_page_t page;
    game_error_t *err;
    game_jw_t *jw;
    int row = 0;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = game_page_read(req, GAME_PAGE_DEFAULT, &page);
    }
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_TASK_LIST, &rows, game->id,
                          page.ordering, page.limit, page.offset);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_array(jw, "items");
    while (row < rows->count && game_cell(rows, row, 0)) {
        err = write_item(req, game, rows, &row, jw);
        if (err) {
            return err;
        }
    }
    game_jw_end(jw);
    game_page_write(jw, &page, game_cell_int(rows, 0, 10));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_tasks_get(game_req_t *req)
{
    const char *id = game_request_path(req, "gameId");
    const char *name = game_request_path(req, "externalTaskId");
    game_tasks_plan_t plan = { 0 };
    const game_game_t *game;
    const game_task_t *task;
    game_error_t *err;

    err = game_catalog_own_game(req, id, &game);
    if (err && err->status == HTTP_NOT_FOUND) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Game not found with id: %s", id);
    }
    if (!err) {
        err = game_catalog_task(req, game, name, &task);
    }
    if (err) {
        return err;
    }
    if (!task) {
        return game_error_make(req->pool, HTTP_NOT_FOUND, "Task not found "
                               "with externalTaskId: %s for gameId: %s",
                               name, id);
    }
    plan.task = *task;
    err = game_tasks_resolve(req, game, &plan);
    return err ? err : game_tasks_answer(req, game, &plan, "found");
}

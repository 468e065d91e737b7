/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Points of a game as its owner reads them. The lists are made by Postgres
 * as JSON in the wire's order; this file finds the game and the task, and
 * says what is missing.
 */

#include "points.h"

#include <string.h>

#include <apr_strings.h>

#include "access.h"
#include "catalog.h"
#include "db.h"
#include "economy_more.h"
#include "greencrowd.h"
#include "response.h"

/* The caller's game of the path. */
static game_error_t *find_game(game_req_t *req, const game_game_t **game)
{
    return game_catalog_own_game(req, game_request_path(req, "gameId"),
                                 game);
}

/* The caller's game of the path, and its task of the path. */
static game_error_t *find_task(game_req_t *req, const game_game_t **game,
                               const game_task_t **task)
{
    const char *name = game_request_path(req, "externalTaskId");
    game_error_t *err;

    err = find_game(req, game);
    if (!err) {
        err = game_catalog_task(req, *game, name, task);
    }
    if (!err && !*task) {
        err = game_error_make(req->pool, HTTP_NOT_FOUND,
                              "Task not found with externalTaskId: %s for "
                              "gameId: %s", name, (*game)->id);
    }
    return err;
}

static game_error_t *no_tasks(game_req_t *req, const game_game_t *game)
{
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Tasks not found by gameId: %s", game->id);
}

/* A list with an element for every task of a game; a game has tasks. */
static game_error_t *list_tasks(game_req_t *req, game_sql_e statement,
                                const game_game_t *game, const char **list)
{
    const game_rows_t *rows;
    game_error_t *err;

    err = GAME_DB_RUN(req, statement, &rows, game->id);
    if (err) {
        return err;
    }
    *list = game_cell(rows, 0, 0);
    return *list ? NULL : no_tasks(req, game);
}

game_error_t *game_points_users(game_req_t *req)
{
    const game_game_t *game;
    game_jw_t *jw = game_jw_make(req->pool);
    const char *list;
    game_error_t *err;

    err = find_game(req, &game);
    if (!err) {
        err = list_tasks(req, GAME_SQL_POINTS_USERS, game, &list);
    }
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "gameId", game->id);
    game_jw_raw(jw, "tasks", list);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* The game with a list of its tasks' points. */
static game_error_t *points_of(game_req_t *req, game_sql_e statement)
{
    const game_game_t *game;
    game_jw_t *jw = game_jw_make(req->pool);
    const char *list;
    game_error_t *err;

    err = find_game(req, &game);
    if (!err) {
        err = list_tasks(req, statement, game, &list);
    }
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "externalGameId", game->external_id);
    game_jw_string(jw, "created_at",
                   game_time_sp(req->pool, game->created_at));
    game_jw_raw(jw, "task", list);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_points_game(game_req_t *req)
{
    return points_of(req, GAME_SQL_POINTS_GAME);
}

game_error_t *game_points_game_details(game_req_t *req)
{
    return points_of(req, GAME_SQL_POINTS_GAME_DETAILS);
}

game_error_t *game_points_user_game(game_req_t *req)
{
    const char *external = game_request_path(req, "externalUserId");
    const game_game_t *game;
    const game_rows_t *rows;
    game_user_id_t user;
    game_error_t *err;

    err = find_game(req, &game);
    if (err) {
        return err;
    }
    game_request_user(req, game->realm, external, &user);
    err = GAME_DB_RUN(req, GAME_SQL_POINTS_USER_GAME, &rows, game->id,
                      user.bucket, user.id, external);
    if (err) {
        return err;
    }
    if (!game_cell_true(rows, 0, 0)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "User not found by externalUserId: %s",
                               external);
    }
    if (!game_cell_true(rows, 0, 1)) {
        return no_tasks(req, game);
    }
    return game_response_raw(req, HTTP_OK, game_cell(rows, 0, 2));
}

/* The list of a task's users. */
static game_error_t *task_points(game_req_t *req, game_sql_e statement)
{
    const game_game_t *game;
    const game_task_t *task;
    const game_rows_t *rows;
    game_error_t *err;

    err = find_task(req, &game, &task);
    if (!err) {
        err = GAME_DB_RUN(req, statement, &rows, task->id);
    }
    return err ? err
               : game_response_raw(req, HTTP_OK, game_cell(rows, 0, 0));
}

game_error_t *game_points_task(game_req_t *req)
{
    return task_points(req, GAME_SQL_POINTS_TASK);
}

game_error_t *game_points_task_details(game_req_t *req)
{
    return task_points(req, GAME_SQL_POINTS_TASK_DETAILS);
}

game_error_t *game_points_user_task(game_req_t *req)
{
    const char *external = game_request_path(req, "externalUserId");
    game_jw_t *jw = game_jw_make(req->pool);
    const game_game_t *game;
    const game_task_t *task;
    const game_rows_t *rows;
    game_user_id_t user;
    game_error_t *err;

    err = find_task(req, &game, &task);
    if (err) {
        return err;
    }
    game_request_user(req, game->realm, external, &user);
    err = GAME_DB_RUN(req, GAME_SQL_POINTS_USER_TASK, &rows, user.bucket,
                      user.id, task->id);
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "User not found with externalUserId: %s for "
                               "externalTaskId: %s for gameId: %s", external,
                               task->external_id, game->id);
    }
    game_jw_object(jw, NULL);
    game_jw_int(jw, "points", game_cell_int(rows, 0, 0));
    game_jw_int(jw, "timesAwarded", game_cell_int(rows, 0, 1));
    game_jw_string(jw, "externalUserId", external);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* ------------------------------------------------------------ simulated */

/* The game of the path when the token may use it: a key sent along does not
 * help. */
static game_error_t *find_token_game(game_req_t *req,
                                     const game_game_t **game)
{
    game_principal_t token = {
        .subject = req->who->subject,
        .token_admin = req->who->token_admin
    };
    game_error_t *err;

    err = game_catalog_game(req, game_request_path(req, "gameId"), game);
    if (!err && !game_access_may(&token, (*game)->prefix, (*game)->realm,
                                 (*game)->subject)) {
        err = game_error_make(req->pool, HTTP_FORBIDDEN,
                              "You do not have permission to access this "
                              "game");
    }
    return err;
}

/* The strategies that tasks of a game score with, and that are there: one
 * element each. Custom strategies do not simulate and are not looked at. */
static game_error_t *find_strategies(game_req_t *req,
                                     const game_game_t *game,
                                     apr_array_header_t *all)
{
    const game_variable_t *variables;
    const game_rows_t *rows;
    const game_task_t *task;
    game_error_t *err;
    int i;

    err = GAME_DB_RUN(req, GAME_SQL_POINTS_STRATEGIES, &rows, game->id);
    if (!err && !rows->count) {
        err = no_tasks(req, game);
    }
    for (i = 0; !err && i < rows->count; i++) {
        if (game_cell_true(rows, i, 1)) {
            continue;
        }
        err = game_catalog_task(req, game, game_cell(rows, i, 0), &task);
        if (!err && task) {
            game_more_t *more = apr_array_push(all);

            err = game_effective_strategy(req, game, task,
                                          &more->strategy_id,
                                          &more->strategy, &variables);
        }
    }
    return err;
}

/* "[a]" and "[b]": "[a,b]" */
static const char *join_lists(apr_pool_t *pool, const char *list,
                              const char *more)
{
    if (!strcmp(list, "[]") || !strcmp(more, "[]")) {
        return strcmp(list, "[]") ? list : more;
    }
    return apr_pstrcat(pool, apr_pstrndup(pool, list, strlen(list) - 1), ",",
                       more + 1, NULL);
}

/* Forecasts of all tasks of a game, for a user that is made when there is
 * none. */
static game_error_t *forecast_all(game_req_t *req, const game_game_t *game,
                                  const char *external, const char **list)
{
    apr_array_header_t *all = apr_array_make(req->pool, 4,
                                             sizeof(game_more_t));
    game_user_id_t user;
    game_error_t *err = find_strategies(req, game, all);
    int i;

    if (!err && !all->nelts) {
        apr_array_push(all);    /* the user is made all the same */
    }
    game_request_user(req, game->realm, external, &user);
    for (i = 0; !err && i < all->nelts; i++) {
        game_more_t *more = &APR_ARRAY_IDX(all, i, game_more_t);
        int simulates = more->strategy && more->strategy->simulate;

        if (i && !simulates) {
            continue;
        }
        more->req = req;
        more->game = game;
        more->external_user_id = external;
        more->user = &user;
        more->mask = GAME_INPUT_FORECAST
                   | (simulates ? GAME_INPUT_RECORDS : 0);
        game_more_begin(more);
        err = game_more_join(more);
        if (!err && simulates) {
            *list = join_lists(req->pool, *list, game_more_simulate(more));
        }
    }
    return err;
}

game_error_t *game_points_simulated(game_req_t *req)
{
    const char *external = game_request_path(req, "externalUserId");
    const char *tasks = "[]", *hash;
    game_event_t event = { .external_user_id = external };
    const game_game_t *game;
    game_jw_t *jw = game_jw_make(req->pool);
    game_error_t *err;

    if (!req->server->secret) {
        err = game_error_make(req->pool, HTTP_INTERNAL_SERVER_ERROR,
                              "SECRET_KEY is not set. Please set the "
                              "SECRET_KEY in the environment variables");
        err->log = "GameSecretFile is not set";
        return err;
    }
    if (!req->who->subject || strcmp(req->who->subject, external)) {
        return game_error_make(req->pool, HTTP_FORBIDDEN,
                               "You are not authorized to access this "
                               "resource.");
    }
    err = find_token_game(req, &game);
    if (!err) {
        err = forecast_all(req, game, external, &tasks);
    }
    if (err) {
        return err;
    }
    event.external_game_id = game->external_id;
    event.game_id = game->id;
    hash = game_forecast_sign(&event, req->server->secret, tasks, req->pool);
    if (!hash) {
        return game_error_internal(req->pool, "HMAC-SHA-256 failed");
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "simulationHash", hash);
    game_jw_raw(jw, "tasks", tasks);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Games and tasks out of the process's cache, or the database. What
 * strategies make of them is in catalog_strategy.c.
 */

#include "catalog.h"

#include <string.h>

#include <httpd.h>

#include <apr_strings.h>

#include "access.h"
#include "cache.h"
#include "catalog_setup.h"
#include "db.h"
#include "generation.h"
#include "metrics.h"
#include "request.h"

#define GAME_COLUMNS 10         /* then id, key, value of a param */
#define TASK_COLUMNS 5

/* Made in child_init; locked inside. */
static game_cache_t *games, *tasks;

void game_catalog_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    int entries = game_conf_cache_entries(game_config_server(s));

    games = game_cache_make(pchild, entries);
    tasks = game_cache_make(pchild, entries);
}

static const char *keep(apr_pool_t *pool, const game_rows_t *rows, int column)
{
    return apr_pstrdup(pool, game_cell(rows, 0, column));
}

/* Params from the joined rows of a game or task. */
static const game_param_t *keep_params(apr_pool_t *pool,
                                       const game_rows_t *rows, int column,
                                       int *count)
{
    game_param_t *params;
    int i;

    *count = game_cell(rows, 0, column) ? rows->count : 0;
    params = apr_pcalloc(pool, sizeof(*params) * (apr_size_t)(*count + 1));
    for (i = 0; i < *count; i++) {
        params[i].id = apr_pstrdup(pool, game_cell(rows, i, column));
        params[i].key = apr_pstrdup(pool, game_cell(rows, i, column + 1));
        params[i].value = apr_pstrdup(pool, game_cell(rows, i, column + 2));
    }
    return params;
}

static game_game_t *make_game(apr_pool_t *pool, const game_rows_t *rows)
{
    game_game_t *game = apr_pcalloc(pool, sizeof(*game));

    game->id = keep(pool, rows, 0);
    game->external_id = keep(pool, rows, 1);
    game->platform = keep(pool, rows, 2);
    game->strategy_id = keep(pool, rows, 3);
    game->prefix = keep(pool, rows, 4);
    game->subject = keep(pool, rows, 5);
    game->realm = keep(pool, rows, 6);
    game->version = keep(pool, rows, 7);
    game->created_at = game_cell_int(rows, 0, 8);
    game->updated_at = game_cell_int(rows, 0, 9);
    game->params = keep_params(pool, rows, GAME_COLUMNS,
                               &game->param_count);
    return game;
}

static game_task_t *make_task(apr_pool_t *pool, const game_rows_t *rows)
{
    game_task_t *task = apr_pcalloc(pool, sizeof(*task));

    task->id = keep(pool, rows, 0);
    task->external_id = keep(pool, rows, 1);
    task->strategy_id = keep(pool, rows, 2);
    task->status = keep(pool, rows, 3);
    task->version = keep(pool, rows, 4);
    task->params = keep_params(pool, rows, TASK_COLUMNS,
                               &task->param_count);
    return task;
}

game_error_t *game_catalog_game(game_req_t *req, const char *id,
                                const game_game_t **game)
{
    apr_uint32_t generation = game_generation_of(id);
    const game_rows_t *rows;
    game_cached_t *thing;
    apr_pool_t *pool;
    game_error_t *err;

    *game = game_cache_get(games, id, generation, req->pool);
    game_metrics_cache("games", *game != NULL);
    if (*game) {
        return NULL;
    }
    err = GAME_DB_RUN(req, GAME_SQL_GAME_GET, &rows, id);
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Game not found by gameId: %s", id);
    }
    pool = game_cached_make(games, &thing);
    *game = make_game(pool, rows);
    game_cache_put(games, id, generation, game_conf_cache_ttl(req->server),
                   thing, (void *)*game, req->pool);
    return NULL;
}

game_error_t *game_catalog_own_game(game_req_t *req, const char *id,
                                    const game_game_t **game)
{
    game_error_t *err = game_catalog_game(req, id, game);

    if (!err && !game_access_may(req->who, (*game)->prefix, (*game)->realm,
                                 (*game)->subject)) {
        err = game_error_make(req->pool, HTTP_FORBIDDEN, "You do not have "
                              "permission to access this game");
    }
    if (!err) {
        game_request_note(req, "game", (*game)->external_id);
    }
    return err;
}

game_error_t *game_catalog_task(game_req_t *req, const game_game_t *game,
                                const char *external_id,
                                const game_task_t **task)
{
    apr_uint32_t generation = game_generation_of(game->id);
    const char *name = apr_pstrcat(req->pool, game->id, "/", external_id,
                                   NULL);
    const game_rows_t *rows;
    game_cached_t *thing;
    apr_pool_t *pool;
    game_error_t *err;

    *task = game_cache_get(tasks, name, generation, req->pool);
    game_metrics_cache("tasks", *task != NULL);
    if (*task) {
        return NULL;
    }
    err = GAME_DB_RUN(req, GAME_SQL_TASK_GET, &rows, game->id, external_id);
    if (err || !rows->count) {
        return err;
    }
    pool = game_cached_make(tasks, &thing);
    *task = make_task(pool, rows);
    game_cache_put(tasks, name, generation,
                   game_conf_cache_ttl(req->server), thing, (void *)*task,
                   req->pool);
    return NULL;
}

void game_catalog_changed(game_req_t *req, const char *game_id)
{
    (void)req;
    game_generation_bump(game_id);
}

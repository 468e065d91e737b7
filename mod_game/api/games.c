/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading games, and how an answer shows them. Changes are games_write.c's.
 */

#include "games.h"

#include "../catalog.h"
#include "../db.h"
#include "../response.h"
#include "games_int.h"
#include "page.h"

/* ---- schemas ---- */

static const char *const orderings[] = {
    "id", "-id", "created_at", "-created_at", "updated_at", "-updated_at",
    "apiKey_used", "-apiKey_used", "oauth_user_id", "-oauth_user_id",
    "externalGameId", "-externalGameId", "strategyId", "-strategyId",
    "platform", "-platform", NULL
};

static const game_field_t list_fields[] = {
    { "platform", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "A part of the platform." },
    { "externalGameId", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "A part of the name." },
    GAME_ORDERING_FIELD(orderings),
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("10"),
    { NULL }
};

const game_schema_t game_games_list_query = {
    "GameListQuery", list_fields, NULL
};

/* ---- views ---- */

static void write_view(apr_pool_t *pool, game_jw_t *jw,
                       const game_games_view_t *view, const char *message)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "gameId", view->id);
    game_jw_string(jw, "created_at", game_time_z(pool, view->created_at));
    game_jw_string(jw, "updated_at", game_time_z(pool, view->updated_at));
    game_jw_string(jw, "externalGameId", view->external_id);
    game_jw_string(jw, "strategyId", view->strategy_id);
    game_jw_string(jw, "platform", view->platform);
    game_jw_raw(jw, "params", view->params);
    if (message) {
        game_jw_string(jw, "message", message);
    }
    game_jw_end(jw);
}

game_games_view_t game_games_view_of(const game_rows_t *rows, int row,
                                     int column)
{
    game_games_view_t view;

    view.id = game_cell(rows, row, column);
    view.created_at = game_cell_int(rows, row, column + 1);
    view.updated_at = game_cell_int(rows, row, column + 2);
    view.external_id = game_cell(rows, row, column + 3);
    view.strategy_id = game_cell(rows, row, column + 4);
    view.platform = game_cell(rows, row, column + 5);
    view.params = "[]";
    return view;
}

game_error_t *game_games_answer(game_req_t *req,
                                const game_games_view_t *view,
                                const char *message)
{
    game_jw_t *jw = game_jw_make(req->pool);

    write_view(req->pool, jw, view, message);
    return game_response_json(req, HTTP_OK, jw);
}

void game_games_write_params(game_jw_t *jw, const char *name,
                             const game_param_t *params, int count)
{
    int i;

    game_jw_array(jw, name);
    for (i = 0; i < count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "key", params[i].key);
        game_jw_string(jw, "value", params[i].value);
        game_jw_string(jw, "id", params[i].id);
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

/* ---- handlers ---- */

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

game_error_t *game_games_list(game_req_t *req)
{
    const game_principal_t *who = req->who;
    const char *platform, *name;
    const game_rows_t *rows;
    game_page_t page;
    game_error_t *err;
    game_jw_t *jw;
    int i;

    platform = game_json_string(game_json_member(req->query, "platform"));
    name = game_json_string(game_json_member(req->query, "externalGameId"));
    err = game_page_read(req, GAME_PAGE_DEFAULT, &page);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_GAME_LIST, &rows,
                          game_bind_bool(game_is_admin(who)), who->prefix,
                          who->realm, who->subject, or_empty(platform),
                          or_empty(name), page.ordering, page.limit,
                          page.offset);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_array(jw, "items");
    for (i = 0; i < rows->count && game_cell(rows, i, 1); i++) {
        game_games_view_t view = game_games_view_of(rows, i, 1);

        view.params = game_cell(rows, i, 7);
        write_view(req->pool, jw, &view, NULL);
    }
    game_jw_end(jw);
    game_page_write(jw, &page, game_cell_int(rows, 0, 0));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_games_get(game_req_t *req)
{
    const game_game_t *game;
    game_error_t *err;
    game_jw_t *params;
    game_games_view_t view;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (err) {
        return err;
    }
    params = game_jw_make(req->pool);
    game_games_write_params(params, NULL, game->params, game->param_count);
    view.id = game->id;
    view.created_at = game->created_at;
    view.updated_at = game->updated_at;
    view.external_id = game->external_id;
    view.strategy_id = game->strategy_id;
    view.platform = game->platform;
    view.params = game_jw_text(params, NULL);
    return game_games_answer(req, &view, NULL);
}

game_error_t *game_games_strategy(game_req_t *req)
{
    const game_variable_t *variables;
    const game_strategy_t *strategy;
    const game_game_t *game;
    const char *id;
    game_error_t *err;
    game_jw_t *jw;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = game_effective_strategy(req, game, NULL, &id, &strategy,
                                      &variables);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_strategy_write(jw, NULL, strategy, variables);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Changing games. What must hold for games and names is held by the
 * statements and their indexes; what a caller may do by access and the
 * catalog.
 */

#include "games.h"

#include <string.h>

#include <apr_strings.h>

#include "../access.h"
#include "../catalog.h"
#include "../db.h"
#include "../response.h"
#include "../settings.h"
#include "games_int.h"
#include "params.h"

/* ---- schemas ---- */

static const game_field_t param_fields[] = {
    { "key", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "Name of the param; a strategy's variable of that name follows it." },
    { "value", GAME_SCALAR, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "Its value; kept as text." },
    { NULL }
};

static const game_schema_t param_schema = {
    "CreateGameParams", param_fields, NULL
};

static const game_field_t create_fields[] = {
    { "externalGameId", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL,
      NULL, "Name of the game, 3 to 60 of A-Z a-z 0-9 _ -." },
    { "platform", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "Where the game is played; any text." },
    { "strategyId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      "\"default\"", "Strategy that scores its tasks." },
    { "params", GAME_LIST, GAME_NULLABLE, 0, 0, NULL, NULL, &param_schema,
      NULL, "Settings of the game." },
    { NULL }
};

const game_schema_t game_games_create_body = {
    "PostCreateGame", create_fields, NULL
};

static const game_field_t param_patch_fields[] = {
    { "key", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "New name of the param." },
    { "value", GAME_SCALAR, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "New value." },
    { "id", GAME_UUID, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "Which param of the game." },
    { NULL }
};

static const game_schema_t param_patch_schema = {
    "UpdateGameParams", param_patch_fields, NULL
};

static const game_field_t patch_fields[] = {
    { "externalGameId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      NULL, "New name." },
    { "strategyId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      NULL, "New strategy." },
    { "platform", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "New platform." },
    { "params", GAME_LIST, GAME_NULLABLE, 0, 0, NULL, NULL,
      &param_patch_schema, NULL, "Params to change; others stay." },
    { NULL }
};

const game_schema_t game_games_patch_body = {
    "PatchGame", patch_fields, NULL
};

static const game_field_t duplicate_fields[] = {
    { "externalGameId", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL,
      NULL, "Name of the copy." },
    { NULL }
};

const game_schema_t game_games_duplicate_body = {
    "DuplicateGame", duplicate_fields, NULL
};

/* ---- names ---- */

static game_error_t *check_name(apr_pool_t *pool, const char *name)
{
    if (game_is_slug(name)) {
        return NULL;
    }
    return game_error_make(pool, HTTP_CONFLICT, "Invalid externalGameId: "
                           "%s. externalGameId should be a valid slug "
                           "(Should have only alphanumeric characters and "
                           "Underscore. Length should be between 3 and 60)",
                           name);
}

/* The 409 of a row whose outcome is 'taken'; says which game it is to those
 * who may use it. */
static game_error_t *name_taken(const game_req_t *req,
                                const game_rows_t *rows)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "message",
                   apr_pstrcat(req->pool, "Game already exists with "
                               "externalGameId: ", game_cell(rows, 0, 4),
                               NULL));
    if (game_access_may(req->who, game_cell(rows, 0, 8),
                        game_cell(rows, 0, 9), game_cell(rows, 0, 10))) {
        game_jw_string(jw, "gameId", game_cell(rows, 0, 1));
    }
    game_jw_end(jw);
    return game_error_json(req->pool, HTTP_CONFLICT, game_jw_text(jw, NULL));
}

static int taken(const game_rows_t *rows)
{
    return !strcmp(game_cell(rows, 0, 0), "taken");
}

/* ---- handlers ---- */

game_error_t *game_games_create(game_req_t *req)
{
    const game_json_t *list = game_json_member(req->body, "params");
    const char *name, *platform, *strategy;
    const game_param_t *params;
    const game_rows_t *rows;
    game_params_bind_t bind;
    game_error_t *err;
    game_games_view_t view;
    int count;

    name = game_json_string(game_json_member(req->body, "externalGameId"));
    platform = game_json_string(game_json_member(req->body, "platform"));
    strategy = game_json_string(game_json_member(req->body, "strategyId"));
    if (!strategy) {
        strategy = "default";
    }
    err = check_name(req->pool, name);
    if (!err) {
        err = game_strategy_assignable(req, NULL, strategy);
    }
    if (!err && !game_json_is_null(list)) {
        err = game_params_fit(req, NULL, strategy, list);
    }
    if (err) {
        return err;
    }
    err = game_settings_fit(req, strategy, NULL, list);
    if (err) {
        return err;
    }
    params = game_params_read(req->pool, list, &count);
    game_params_bind(req->pool, params, count, &bind);
    err = GAME_DB_RUN(req, GAME_SQL_GAME_CREATE, &rows, name, platform,
                      strategy, req->who->prefix, req->who->subject,
                      req->who->realm, bind.keys, bind.values);
    if (err) {
        return err;
    }
    if (taken(rows)) {
        return name_taken(req, rows);
    }
    view = game_games_view_of(rows, 0, 1);
    view.params = game_cell(rows, 0, 7);
    game_catalog_changed(req, view.id);
    game_request_made(req, "gameId", view.id);
    return game_games_answer(req, &view,
                       apr_psprintf(req->pool, "Game with gameId: %s "
                                    "created successfully", view.id));
}

/* What a PATCH asks for; NULL keeps what is there. */
typedef struct patch_t {
    const char *name;
    const char *strategy;
    const char *platform;
    const game_json_t *list;
} patch_t;

static game_error_t *read_patch(game_req_t *req, const game_game_t *game,
                                patch_t *patch)
{
    game_error_t *err = NULL;

    patch->name = game_json_string(game_json_member(req->body,
                                                    "externalGameId"));
    patch->strategy = game_json_string(game_json_member(req->body,
                                                        "strategyId"));
    patch->platform = game_json_string(game_json_member(req->body,
                                                        "platform"));
    patch->list = game_json_member(req->body, "params");
    if (patch->strategy && !*patch->strategy) {
        patch->strategy = NULL;
    }
    if (patch->name && strcmp(patch->name, game->external_id)) {
        err = check_name(req->pool, patch->name);
    }
    if (!err && patch->strategy) {
        err = game_strategy_assignable(req, game, patch->strategy);
    }
    if (!err && !game_json_is_null(patch->list)) {
        err = game_params_fit(req, game, patch->strategy ? patch->strategy
                              : game->strategy_id, patch->list);
    }
    if (!err && (patch->strategy || !game_json_is_null(patch->list))) {
        err = game_settings_fit(req, patch->strategy ? patch->strategy
                                : game->strategy_id, game, patch->list);
    }
    return err;
}

/* Run the change; rows has the outcome 'changed' or 'same' on success. */
static game_error_t *run_patch(game_req_t *req, const game_game_t *game,
                               const patch_t *patch,
                               const game_params_bind_t *bind,
                               const game_rows_t **rows)
{
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_GAME_CHANGE, rows, game->id,
                      patch->name, patch->strategy, patch->platform,
                      bind->ids, bind->keys, bind->values);
    if (err && err->sqlstate && !strcmp(err->sqlstate, "23505")) {
        return game_error_make(req->pool, HTTP_CONFLICT, "Game already "
                               "exists with externalGameId: %s . Cannot "
                               "update externalGameId", patch->name);
    }
    if (err) {
        return err;
    }
    if (!(*rows)->count) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Game not found by gameId: %s", game->id);
    }
    if (!strcmp(game_cell(*rows, 0, 0), "param")) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "GameParams not found (id) : %s",
                               game_cell(*rows, 0, 1));
    }
    return NULL;
}

game_error_t *game_games_patch(game_req_t *req)
{
    const game_game_t *game;
    const game_param_t *params;
    const game_rows_t *rows;
    game_params_bind_t bind;
    game_error_t *err;
    game_jw_t *jw;
    patch_t patch;
    int count;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = read_patch(req, game, &patch);
    }
    if (err) {
        return err;
    }
    params = game_params_read(req->pool, patch.list, &count);
    game_params_bind(req->pool, params, count, &bind);
    err = run_patch(req, game, &patch, &bind, &rows);
    if (err) {
        return err;
    }
    if (strcmp(game_cell(rows, 0, 0), "same")) {
        game_catalog_changed(req, game->id);
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "externalGameId", game_cell(rows, 0, 2));
    game_jw_string(jw, "strategyId", game_cell(rows, 0, 3));
    game_jw_string(jw, "platform", game_cell(rows, 0, 4));
    game_games_write_params(jw, "params", params, count);
    game_jw_string(jw, "message",
                   apr_psprintf(req->pool, "Game with gameId: %s updated "
                                "successfully", game->id));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_games_delete(game_req_t *req)
{
    const game_game_t *game;
    const game_rows_t *rows;
    game_error_t *err;
    game_games_view_t view;

    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_GAME_DELETE, &rows, game->id);
    }
    if (err) {
        return err;
    }
    game_catalog_changed(req, game->id);
    if (!rows->count) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Game not found by gameId: %s", game->id);
    }
    view = game_games_view_of(rows, 0, 0);
    return game_games_answer(req, &view, NULL);
}

game_error_t *game_games_duplicate(game_req_t *req)
{
    const game_game_t *game;
    const game_rows_t *rows;
    const char *name;
    game_error_t *err;
    game_games_view_t view;

    name = game_json_string(game_json_member(req->body, "externalGameId"));
    err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                &game);
    if (!err) {
        err = check_name(req->pool, name);
    }
    if (!err) {
        err = game_strategy_assignable(req, NULL, game->strategy_id);
    }
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_GAME_COPY, &rows, game->id, name,
                          req->who->prefix, req->who->subject,
                          req->who->realm);
    }
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Game not found by gameId: %s", game->id);
    }
    if (taken(rows)) {
        return name_taken(req, rows);
    }
    view = game_games_view_of(rows, 0, 1);
    view.params = game_cell(rows, 0, 7);
    game_catalog_changed(req, view.id);
    game_request_made(req, "copyId", view.id);
    return game_games_answer(req, &view,
                       apr_psprintf(req->pool, "Game with gameId: %s "
                                    "duplicated successfully from gameId: "
                                    "%s", view.id, game->id));
}

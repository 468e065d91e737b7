/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading custom strategies, and how an answer shows one.
 */

#include "strategies_custom.h"

#include <apr_strings.h>

#include "../program.h"
#include "../response.h"
#include "strategies_custom_int.h"

static const game_field_t list_fields[] = {
    { "status", GAME_STRING, 0, 0, 0, "^(DRAFT|PUBLISHED|ARCHIVED)$", NULL,
      NULL, NULL, "Only those with this status." },
    { "type", GAME_STRING, 0, 0, 0, "^(BUILT_IN|DSL_EXTEND|DSL_FULL)$", NULL,
      NULL, NULL, "Only those of this type." },
    { "limit", GAME_INT, GAME_BOUNDED, 1, 500, NULL, NULL, NULL, "100",
      "Most strategies answered." },
    { NULL }
};

const game_schema_t game_custom_list_query = {
    "CustomStrategyListQuery", list_fields, NULL
};

/* ---- a definition ---- */

game_custom_t game_custom_of(const game_rows_t *rows, int row, int column)
{
    game_custom_t custom;

    custom.id = game_cell(rows, row, column++);
    custom.realm = game_cell(rows, row, column++);
    custom.name = game_cell(rows, row, column++);
    custom.description = game_cell(rows, row, column++);
    custom.type = game_cell(rows, row, column++);
    custom.parent = game_cell(rows, row, column++);
    custom.ast = game_cell(rows, row, column++);
    custom.xml = game_cell(rows, row, column++);
    custom.version = (int)game_cell_int(rows, row, column++);
    custom.status = game_cell(rows, row, column++);
    custom.created_by = game_cell(rows, row, column++);
    custom.created_at = game_cell_int(rows, row, column++);
    custom.seen = game_cell(rows, row, column);
    custom.updated_at = game_cell_int(rows, row, column++);
    custom.published_at = game_cell_int(rows, row, column++);
    custom.tag = game_cell(rows, row, column);
    return custom;
}

void game_custom_write(game_jw_t *jw, const game_custom_t *custom)
{
    apr_pool_t *pool = game_jw_pool(jw);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "id", custom->id);
    game_jw_string(jw, "realmId", custom->realm);
    game_jw_string(jw, "name", custom->name);
    game_jw_string(jw, "description", custom->description);
    game_jw_string(jw, "type", custom->type);
    game_jw_string(jw, "parentStrategyId", custom->parent);
    game_jw_raw(jw, "astJson", custom->ast);
    game_jw_string(jw, "blocklyXml", custom->xml);
    game_jw_int(jw, "version", custom->version);
    game_jw_string(jw, "status", custom->status);
    game_jw_string(jw, "createdBy", custom->created_by);
    game_jw_string(jw, "created_at", game_time_z(pool, custom->created_at));
    game_jw_string(jw, "updated_at", game_time_z(pool, custom->updated_at));
    game_jw_string(jw, "publishedAt", custom->published_at
                   ? game_time_z(pool, custom->published_at) : NULL);
    game_jw_string(jw, "experimentTag", custom->tag);
    game_jw_end(jw);
}

game_error_t *game_custom_answer(game_req_t *req, int status,
                                 const game_custom_t *custom)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_custom_write(jw, custom);
    return game_response_json(req, status, jw);
}

game_error_t *game_custom_missing(game_req_t *req, const char *id)
{
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Custom strategy not found: %s", id);
}

game_error_t *game_custom_id(game_req_t *req, const char *id,
                             const char **uuid)
{
    char normal[GAME_UUID_SIZE];
    const char *why;

    if (!game_uuid_parse(req->pool, id, normal, &why)) {
        return game_custom_missing(req, id);
    }
    *uuid = apr_pstrdup(req->pool, normal);
    return NULL;
}

game_error_t *game_custom_read(game_req_t *req, const char *id,
                               game_custom_t *custom)
{
    const game_rows_t *rows;
    const char *uuid;
    game_error_t *err = game_custom_id(req, id, &uuid);

    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_GET, &rows, uuid,
                          game_program_realm(req));
    }
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_custom_missing(req, id);
    }
    *custom = game_custom_of(rows, 0, 0);
    return NULL;
}

/* ---- handlers ---- */

static game_error_t *answer_list(game_req_t *req, const game_rows_t *rows)
{
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    game_jw_array(jw, NULL);
    for (i = 0; i < rows->count; i++) {
        game_custom_t custom = game_custom_of(rows, i, 0);

        game_custom_write(jw, &custom);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

static const char *asked(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->query, name));
}

game_error_t *game_custom_list(game_req_t *req)
{
    const game_rows_t *rows;
    apr_int64_t limit = game_json_int(game_json_member(req->query, "limit"));
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_LIST, &rows,
                      game_program_realm(req), asked(req, "status"),
                      asked(req, "type"), game_bind_int(req->pool, limit));
    return err ? err : answer_list(req, rows);
}

game_error_t *game_custom_get(game_req_t *req)
{
    game_custom_t custom;
    game_error_t *err = game_custom_read(req, game_request_path(req, "id"),
                                         &custom);

    return err ? err : game_custom_answer(req, HTTP_OK, &custom);
}

game_error_t *game_custom_versions(game_req_t *req)
{
    const char *id = game_request_path(req, "id"), *uuid;
    const game_rows_t *rows;
    game_error_t *err = game_custom_id(req, id, &uuid);

    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_VERSIONS, &rows, uuid,
                          game_program_realm(req));
    }
    if (err) {
        return err;
    }
    return rows->count ? answer_list(req, rows)
                       : game_custom_missing(req, id);
}

/* ---- usage ---- */

/* Columns of strategy_usage. */
enum { USE_GAME, USE_EXTERNAL, USE_PLATFORM, USE_TASK, USE_TASK_EXTERNAL };

static int count_games(const game_rows_t *rows)
{
    int games = 0;

    while (games < rows->count && !game_cell(rows, games, USE_TASK)) {
        games++;
    }
    return games;
}

static void write_uses(game_jw_t *jw, const game_rows_t *rows, int games)
{
    int i;

    game_jw_array(jw, "games");
    for (i = 0; i < games; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "gameId", game_cell(rows, i, USE_GAME));
        game_jw_string(jw, "externalGameId",
                       game_cell(rows, i, USE_EXTERNAL));
        game_jw_string(jw, "platform", game_cell(rows, i, USE_PLATFORM));
        game_jw_end(jw);
    }
    game_jw_end(jw);
    game_jw_array(jw, "tasks");
    for (; i < rows->count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "taskId", game_cell(rows, i, USE_TASK));
        game_jw_string(jw, "externalTaskId",
                       game_cell(rows, i, USE_TASK_EXTERNAL));
        game_jw_string(jw, "gameId", game_cell(rows, i, USE_GAME));
        game_jw_string(jw, "externalGameId",
                       game_cell(rows, i, USE_EXTERNAL));
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

game_error_t *game_custom_usage(game_req_t *req)
{
    const game_rows_t *rows;
    game_custom_t custom;
    game_error_t *err = game_custom_read(req, game_request_path(req, "id"),
                                         &custom);
    game_jw_t *jw;
    int games;

    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_USAGE, &rows, custom.id);
    }
    if (err) {
        return err;
    }
    games = count_games(rows);
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "strategyId",
                   apr_pstrcat(req->pool, GAME_PROGRAM_PREFIX, custom.id,
                               NULL));
    game_jw_string(jw, "name", custom.name);
    game_jw_int(jw, "version", custom.version);
    game_jw_string(jw, "status", custom.status);
    game_jw_int(jw, "gameCount", games);
    game_jw_int(jw, "taskCount", rows->count - games);
    write_uses(jw, rows, games);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

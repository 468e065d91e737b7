/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Publishing, withdrawing and bringing back. The functions of the database
 * change everything that belongs together; here the caches of this host are
 * told.
 */

#include "strategies_custom.h"

#include <string.h>

#include <apr_strings.h>

#include "../catalog.h"
#include "../program.h"
#include "../schema_value.h"
#include "strategies_custom_int.h"

/* What changed is looked at anew: the definitions, and the games that follow
 * them. */
static void tell(game_req_t *req, const game_rows_t *rows)
{
    const char *gone = game_cell(rows, 0, CUSTOM_NOTE);
    const char *games = game_cell(rows, 0, CUSTOM_GAMES);
    char *list, *id, *state;

    if (gone) {
        game_program_changed(gone);
    }
    list = games ? apr_pstrdup(req->pool, games) : NULL;
    for (id = list ? apr_strtok(list, ",", &state) : NULL; id;
         id = apr_strtok(NULL, ",", &state)) {
        game_catalog_changed(req, id);
    }
}

static int is(const game_rows_t *rows, const char *outcome)
{
    return !strcmp(game_cell(rows, 0, CUSTOM_OUTCOME), outcome);
}

/* Answer the definition of a change that went well. */
static game_error_t *done(game_req_t *req, const game_rows_t *rows)
{
    game_custom_t custom = game_custom_of(rows, 0, CUSTOM_VIEW);

    if (!is(rows, "same")) {
        game_program_changed(custom.id);
        tell(req, rows);
    }
    return game_custom_answer(req, HTTP_OK, &custom);
}

game_error_t *game_custom_publish(game_req_t *req)
{
    const char *id = game_request_path(req, "id"), *uuid;
    const game_rows_t *rows;
    game_error_t *err = game_custom_id(req, id, &uuid);

    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_PUBLISH, &rows,
                          game_program_realm(req), uuid,
                          game_conf_realm(req->dir));
    }
    if (err) {
        return err;
    }
    if (is(rows, "missing")) {
        return game_custom_missing(req, id);
    }
    if (is(rows, "archived")) {
        return game_error_make(req->pool, HTTP_CONFLICT,
                               "Cannot publish an archived strategy.");
    }
    return done(req, rows);
}

game_error_t *game_custom_archive(game_req_t *req)
{
    const char *id = game_request_path(req, "id"), *uuid;
    const game_rows_t *rows;
    game_error_t *err = game_custom_id(req, id, &uuid);

    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_ARCHIVE, &rows,
                          game_program_realm(req), uuid);
    }
    if (err) {
        return err;
    }
    return is(rows, "missing") ? game_custom_missing(req, id)
                               : done(req, rows);
}

/* ---- rollback ---- */

static const game_field_t path_fields[] = {
    { "version", GAME_INT, GAME_BOUNDED, 1, 0, NULL, NULL, NULL, NULL,
      "Number of a version of the family." },
    { NULL }
};

const game_schema_t game_custom_path = { NULL, path_fields, NULL };

/* The path's number follows the rules of the numbers of a query. */
static game_error_t *read_version(game_req_t *req, const char **version)
{
    const game_loc_t path = { NULL, "path", 0 };
    const game_loc_t loc = { &path, "version", 0 };
    game_check_t *check = game_check_make(req->pool);
    game_json_t *value;

    value = game_json_new_string(req->pool,
                                 game_request_path(req, "version"));
    game_schema_scalar(check, &loc, path_fields, &value);
    *version = game_bind_int(req->pool, game_json_int(value));
    return game_check_error(check);
}

game_error_t *game_custom_rollback(game_req_t *req)
{
    const char *id = game_request_path(req, "id"), *uuid, *version, *name;
    const game_rows_t *rows;
    game_error_t *err = read_version(req, &version);

    if (!err) {
        err = game_custom_id(req, id, &uuid);
    }
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_ROLLBACK, &rows,
                          game_program_realm(req), uuid, version,
                          game_conf_realm(req->dir));
    }
    if (err) {
        return err;
    }
    name = game_cell(rows, 0, CUSTOM_NOTE);
    if (is(rows, "missing")) {
        return game_custom_missing(req, id);
    }
    if (is(rows, "version")) {
        return game_error_make(req->pool, HTTP_NOT_FOUND, "Version %s not "
                               "found for strategy '%s'.", version, name);
    }
    if (is(rows, "already")) {
        return game_error_make(req->pool, HTTP_CONFLICT, "Version %s is "
                               "already the published version of '%s'.",
                               version, name);
    }
    return done(req, rows);
}

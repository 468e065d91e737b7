/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making and editing custom strategies. What a definition must be is checked
 * here, on the whole that an edit makes of it; the database answers when it
 * is no longer what was read.
 */

#include "strategies_custom.h"

#include <string.h>

#include "../program.h"
#include "strategies_custom_int.h"

#define TURNS 5                 /* edits of one definition at once */

/* ---- schemas ---- */

static const char *const types[] = {
    "BUILT_IN", "DSL_EXTEND", "DSL_FULL", NULL
};

#define NAME "Name of the family, unique in the realm."
#define DESCRIPTION \
    { "description", GAME_STRING, GAME_NULLABLE, 0, 2000, NULL, NULL, NULL, \
      NULL, "What it is for." }
#define PARENT \
    { "parentStrategyId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, \
      NULL, NULL, "Built-in that a DSL_EXTEND extends; nothing else has " \
      "one." }
#define TYPE(flags, fallback) \
    { "type", GAME_STRING, flags, 0, 0, NULL, types, NULL, fallback, \
      "DSL_FULL scores alone, DSL_EXTEND before and after its parent." }
#define TAG \
    { "experimentTag", GAME_STRING, GAME_NULLABLE, 0, 200, NULL, NULL, \
      NULL, NULL, "A word of the author's own." }

static const game_field_t create_fields[] = {
    { "name", GAME_STRING, GAME_REQUIRED, 1, 200, NULL, NULL, NULL, NULL,
      NAME },
    DESCRIPTION,
    TYPE(0, "\"DSL_FULL\""),
    PARENT,
    { "astJson", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "The program." },
    { "blocklyXml", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "The editor's form of the program; kept as it is." },
    TAG,
    { NULL }
};

const game_schema_t game_custom_create_body = {
    "StrategyDefinitionCreate", create_fields, NULL
};

static const game_field_t import_fields[] = {
    { "name", GAME_STRING, GAME_REQUIRED, 1, 200, NULL, NULL, NULL, NULL,
      NAME },
    DESCRIPTION,
    TYPE(0, "\"DSL_FULL\""),
    PARENT,
    { "astJson", GAME_DICT, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "The program." },
    { "blocklyXml", GAME_STRING, GAME_REQUIRED, 1, 0, NULL, NULL, NULL, NULL,
      "The editor's form of the program; kept as it is." },
    TAG,
    { NULL }
};

const game_schema_t game_custom_import_body = {
    "StrategyDefinitionImport", import_fields, NULL
};

static const game_field_t update_fields[] = {
    { "name", GAME_STRING, GAME_NULLABLE, 1, 200, NULL, NULL, NULL, NULL,
      NAME },
    DESCRIPTION,
    TYPE(GAME_NULLABLE, NULL),
    PARENT,
    { "astJson", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "The program." },
    { "blocklyXml", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "The editor's form of the program; kept as it is." },
    TAG,
    { NULL }
};

const game_schema_t game_custom_update_body = {
    "StrategyDefinitionUpdate", update_fields, NULL
};

/* ---- what a definition must be ---- */

/* What a body says; NULL where it says nothing. */
typedef struct wish_t {
    const char *name, *description, *type, *parent, *xml, *tag;
    game_json_t *ast;
    const char *program;        /* of ast, checked */
} wish_t;

static const char *text_of(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->body, name));
}

static void read_wish(const game_req_t *req, wish_t *wish)
{
    wish->name = text_of(req, "name");
    wish->description = text_of(req, "description");
    wish->type = text_of(req, "type");
    wish->parent = text_of(req, "parentStrategyId");
    wish->xml = text_of(req, "blocklyXml");
    wish->tag = text_of(req, "experimentTag");
    wish->program = NULL;
    wish->ast = game_json_member(req->body, "astJson");
    if (game_json_is_null(wish->ast)) {
        wish->ast = NULL;
    }
}

static int extends(const char *type)
{
    return !strcmp(type, "DSL_EXTEND");
}

static game_error_t *check_parent(game_req_t *req, const char *type,
                                  const char *parent)
{
    if (extends(type) && parent && *parent && !game_program_parent(parent)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Strategy not found with id: %s", parent);
    }
    return NULL;
}

static game_error_t *check_type(game_req_t *req, const char *type,
                                const char *parent)
{
    const char *fault = NULL;

    if (extends(type) && !(parent && *parent)) {
        fault = "DSL_EXTEND strategies require parentStrategyId.";
    }
    else if (!extends(type) && parent && *parent) {
        fault = "parentStrategyId is only valid when type=DSL_EXTEND.";
    }
    else if (!strcmp(type, "BUILT_IN")) {
        fault = "Built-in strategies come with the server. Use type "
                "DSL_FULL or DSL_EXTEND.";
    }
    return fault ? game_error_make(req->pool, HTTP_BAD_REQUEST, "%s", fault)
                 : NULL;
}

static game_error_t *name_taken(game_req_t *req, const char *name)
{
    return game_error_make(req->pool, HTTP_BAD_REQUEST, "A strategy named "
                           "'%s' already exists in this realm. Edit the "
                           "existing one to create a new version.", name);
}

static const char *author(const game_req_t *req)
{
    return req->who->subject ? req->who->subject : req->who->prefix;
}

/* ---- making ---- */

static game_error_t *make(game_req_t *req, const wish_t *wish, int import)
{
    const game_rows_t *rows;
    game_custom_t custom;
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_CREATE, &rows,
                      game_program_realm(req), wish->name, wish->description,
                      wish->type, wish->parent, wish->program,
                      wish->xml, wish->tag, author(req), req->who->prefix,
                      req->who->subject, game_bind_bool(import));
    if (err) {
        return err;
    }
    if (!strcmp(game_cell(rows, 0, CUSTOM_OUTCOME), "taken")) {
        return name_taken(req, wish->name);
    }
    custom = game_custom_of(rows, 0, CUSTOM_VIEW);
    game_request_made(req, "id", custom.id);
    return game_custom_answer(req, HTTP_CREATED, &custom);
}

game_error_t *game_custom_create(game_req_t *req)
{
    game_error_t *err;
    wish_t wish;

    read_wish(req, &wish);
    err = check_parent(req, wish.type, wish.parent);
    if (!err) {
        err = check_type(req, wish.type, wish.parent);
    }
    if (!err) {
        err = game_program_check(req, wish.type, wish.parent, wish.ast,
                                 &wish.program);
    }
    return err ? err : make(req, &wish, 0);
}

game_error_t *game_custom_import(game_req_t *req)
{
    game_error_t *err;
    wish_t wish;

    read_wish(req, &wish);
    err = game_program_check(req, wish.type, wish.parent, wish.ast,
                                 &wish.program);
    if (!err) {
        err = check_parent(req, wish.type, wish.parent);
    }
    if (!err) {
        err = check_type(req, wish.type, wish.parent);
    }
    return err ? err : make(req, &wish, 1);
}

/* ---- editing ---- */

static game_error_t *archived(game_req_t *req)
{
    return game_error_make(req->pool, HTTP_CONFLICT, "Archived strategies "
                           "cannot be edited. Clone the definition into a "
                           "new strategy if you need to iterate on it.");
}

/* Check what the definition would be with the wish on top. */
static game_error_t *check_merged(game_req_t *req, wish_t *wish,
                                  const game_custom_t *old)
{
    const char *type = wish->type ? wish->type : old->type;
    const char *parent = wish->parent ? wish->parent : old->parent;
    game_json_t *ast = wish->ast;
    game_json_fault_t fault;
    game_error_t *err;

    if (!ast && old->ast && (wish->type || wish->parent)) {
        ast = game_json_parse(req->pool, old->ast, strlen(old->ast),
                              GAME_CUSTOM_DEPTH, &fault);
    }
    err = check_parent(req, type, parent);
    if (!err) {
        err = check_type(req, type, parent);
    }
    return err ? err : game_program_check(req, type, parent, ast,
                                          wish->ast ? &wish->program : NULL);
}

/* One turn of an edit. @param again the definition moved meanwhile */
static game_error_t *edit(game_req_t *req, wish_t *wish, int *again)
{
    const char *outcome;
    const game_rows_t *rows;
    game_custom_t custom;
    game_error_t *err;

    *again = 0;
    err = game_custom_read(req, game_request_path(req, "id"), &custom);
    if (!err && !strcmp(custom.status, "ARCHIVED")) {
        err = archived(req);
    }
    if (!err) {
        err = check_merged(req, wish, &custom);
    }
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_UPDATE, &rows,
                          game_program_realm(req), custom.id, custom.seen,
                          wish->name, wish->description, wish->type,
                          wish->parent, wish->program, wish->xml, wish->tag,
                          author(req), req->who->prefix,
                          req->who->subject);
    }
    if (err) {
        return err;
    }
    outcome = game_cell(rows, 0, CUSTOM_OUTCOME);
    if (!strcmp(outcome, "taken")) {
        return name_taken(req, wish->name ? wish->name : custom.name);
    }
    if (!game_cell(rows, 0, CUSTOM_VIEW)) {
        *again = 1;
        return NULL;
    }
    custom = game_custom_of(rows, 0, CUSTOM_VIEW);
    game_program_changed(custom.id);
    return game_custom_answer(req, HTTP_OK, &custom);
}

game_error_t *game_custom_update(game_req_t *req)
{
    game_error_t *err = NULL;
    int turn, again = 1;
    wish_t wish;

    read_wish(req, &wish);
    if (wish.type) {
        err = check_parent(req, wish.type, wish.parent);
    }
    for (turn = 0; !err && again && turn < TURNS; turn++) {
        err = edit(req, &wish, &again);
    }
    if (!err && again) {
        err = game_error_make(req->pool, HTTP_CONFLICT, "The strategy is "
                              "being changed by somebody else. Please try "
                              "again.");
    }
    return err;
}

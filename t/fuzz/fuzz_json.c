/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * libFuzzer target: any text as the body of a request; its first byte
 * chooses the schema. What comes of it is a value or an error, the error is
 * JSON, and what was accepted is accepted again and is the same then.
 */
#include "schema.h"

#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 32                /* of a body */
#define DEPTH_ERROR 100         /* an error repeats what it was given */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const colours[] = {"red", "dark \"red\"", "a\\b", NULL};

static const game_field_t leaf_fields[] = {
    {.name = "name", .type = GAME_STRING, .flags = GAME_REQUIRED, .min = 2,
     .max = 6, .pattern = "^[a-z]+$"},
    {.name = "value", .type = GAME_SCALAR_OR_DICT, .flags = GAME_REQUIRED},
    {.name = "id", .type = GAME_UUID, .flags = GAME_NULLABLE},
    {.name = NULL}
};
static const game_schema_t leaf = {"Leaf", leaf_fields, NULL};

static const game_field_t branch_fields[] = {
    {.name = "colour", .type = GAME_STRING, .choices = colours,
     .fallback = "\"red\""},
    {.name = "first", .type = GAME_MODEL, .item = &leaf,
     .flags = GAME_REQUIRED | GAME_NULLABLE},
    {.name = "leaves", .type = GAME_LIST, .item = &leaf, .max = 3},
    {.name = "words", .type = GAME_STRING_LIST, .max = 3},
    {.name = NULL}
};
static const game_schema_t branch = {"Branch", branch_fields, NULL};

static const game_field_t tree_fields[] = {
    {.name = "id", .type = GAME_UUID, .flags = GAME_REQUIRED},
    {.name = "near", .type = GAME_INT, .flags = GAME_BOUNDED | GAME_NULLABLE,
     .min = -5, .max = 1000},
    {.name = "far", .type = GAME_INT},
    {.name = "alive", .type = GAME_BOOL},
    {.name = "rows", .type = GAME_PAGE_SIZE, .fallback = "20"},
    {.name = "mark", .type = GAME_SCALAR, .flags = GAME_NULLABLE},
    {.name = "data", .type = GAME_DICT, .fallback = "{}"},
    {.name = "branches", .type = GAME_LIST, .item = &branch, .max = 4},
    {.name = NULL}
};
static const game_field_t words_field = {
    .name = "words", .type = GAME_STRING_LIST, .max = 3
};
static const game_schema_t schemas[] = {
    {"Tree", tree_fields, NULL}, {"Branch", branch_fields, NULL},
    {"Words", NULL, &words_field}
};

static void must(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_again(apr_pool_t *pool, const game_schema_t *schema,
                        game_json_t *body)
{
    const char *once = game_json_canonical(pool, body);
    game_check_t *check = game_check_make(pool);
    game_json_fault_t fault;

    game_check_body(check, schema, body);
    must(!game_check_error(check));
    must(!strcmp(once, game_json_canonical(pool, body)));
    must(game_json_parse(pool, once, strlen(once), DEPTH, &fault) != NULL);
}

/* Read wide it is the same, or what had no room before. */
static void check_wide(apr_pool_t *pool, const char *text, size_t size,
                       const game_json_t *body)
{
    game_json_fault_t fault = {0};
    game_json_t *wide = game_json_parse_wide(pool, text, size, DEPTH, &fault);
    const char *again;

    if (!wide) {
        must(!body && fault.reason && fault.offset <= size);
        return;
    }
    must(!body || game_json_equal(body, wide));
    again = game_json_text(pool, wide);
    must(game_json_equal(wide, game_json_parse(pool, again, strlen(again),
                                               DEPTH, &fault)));
}

static void check_text(apr_pool_t *pool, const game_schema_t *schema,
                       const char *text, size_t size)
{
    game_json_fault_t fault = {0};
    game_json_t *body = game_json_parse(pool, text, size, DEPTH, &fault);
    game_check_t *check;
    game_error_t *err;

    check_wide(pool, text, size, body);
    if (!body) {
        must(fault.reason && fault.offset <= size);
        return;
    }
    check = game_check_make(pool);
    game_check_body(check, schema, body);
    err = game_check_error(check);
    if (err) {
        must(err->status == 422 && err->detail_json);
        must(game_json_parse(pool, err->detail_json,
                             strlen(err->detail_json), DEPTH_ERROR, &fault)
             != NULL);
        return;
    }
    check_again(pool, schema, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    if (size) {
        apr_pool_create(&pool, NULL);
        check_text(pool, &schemas[data[0] % 3], (const char *)data + 1,
                   size - 1);
        apr_pool_destroy(pool);
    }
    return 0;
}

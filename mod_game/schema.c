/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Walks a schema table over a body or a query, collects every fault as a
 * 422 item, and brings accepted values to one form. Values of one field are
 * checked in schema_value.c.
 */

#include "schema.h"

#include <httpd.h>

#include <apr_strings.h>

#include "schema_value.h"

struct game_check_t {
    apr_pool_t *pool;
    game_jw_t *items;
    int count;
};

game_check_t *game_check_make(apr_pool_t *pool)
{
    game_check_t *check = apr_pcalloc(pool, sizeof(*check));

    check->pool = pool;
    return check;
}

void game_check_add(game_check_t *check, const char *type, const char *loc,
                    const char *msg, const char *input, const char *ctx)
{
    game_jw_t *jw = check->items;

    if (!jw) {
        jw = check->items = game_jw_make(check->pool);
        game_jw_array(jw, NULL);
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "type", type);
    game_jw_raw(jw, "loc", loc);
    game_jw_string(jw, "msg", msg);
    game_jw_raw(jw, "input", input);
    if (ctx) {
        game_jw_raw(jw, "ctx", ctx);
    }
    game_jw_end(jw);
    check->count++;
}

game_error_t *game_check_error(game_check_t *check)
{
    if (!check->count) {
        return NULL;
    }
    game_jw_end(check->items);
    return game_error_json(check->pool, HTTP_UNPROCESSABLE_ENTITY,
                           game_jw_text(check->items, NULL));
}

apr_pool_t *game_check_pool(const game_check_t *check)
{
    return check->pool;
}

void game_check_value(game_check_t *check, const game_loc_t *loc,
                      const char *type, const char *msg,
                      const game_json_t *input, const char *ctx)
{
    game_jw_t *jw = game_jw_make(check->pool);
    const game_loc_t *steps[16];
    int depth = 0;

    for (; loc && depth < 16; loc = loc->up) {
        steps[depth++] = loc;
    }
    game_jw_array(jw, NULL);
    while (depth--) {
        if (steps[depth]->name) {
            game_jw_string(jw, NULL, steps[depth]->name);
        }
        else {
            game_jw_int(jw, NULL, steps[depth]->index);
        }
    }
    game_jw_end(jw);
    game_check_add(check, type, game_jw_text(jw, NULL), msg,
                   input ? game_json_text(check->pool, input) : "null", ctx);
}

static void check_model(game_check_t *check, const game_loc_t *loc,
                        const game_schema_t *schema, game_json_t *object);

static int too_long(game_check_t *check, const game_loc_t *loc,
                    const game_field_t *field, const game_json_t *list)
{
    apr_size_t size = game_json_size(list);

    if (!field->max || size <= (apr_size_t)field->max) {
        return 0;
    }
    game_check_value(check, loc, "too_long",
        apr_psprintf(check->pool, "List should have at most %d item%s after "
                     "validation, not %d", (int)field->max,
                     field->max == 1 ? "" : "s", (int)size), NULL,
        apr_psprintf(check->pool, "{\"field_type\":\"List\","
                     "\"max_length\":%d,\"actual_length\":%d}",
                     (int)field->max, (int)size));
    return 1;
}

static void check_list(game_check_t *check, const game_loc_t *loc,
                       const game_field_t *field, game_json_t *list)
{
    game_loc_t at = { loc, NULL, 0 };

    if (game_json_kind(list) != GAME_JSON_ARRAY) {
        game_check_value(check, loc, "list_type",
                         "Input should be a valid list", list, NULL);
        return;
    }
    if (too_long(check, loc, field, list)) {
        return;
    }
    for (; at.index < (int)game_json_size(list); at.index++) {
        game_json_t *element = game_json_at(list, (apr_size_t)at.index);

        if (field->type == GAME_LIST) {
            check_model(check, &at, field->item, element);
        }
        else if (!game_json_string(element)) {
            game_check_value(check, &at, "string_type",
                             "Input should be a valid string", element,
                             NULL);
        }
    }
}

/* One present value; *value is replaced when it takes another form. */
static void check_field(game_check_t *check, const game_loc_t *loc,
                        const game_field_t *field, game_json_t **value)
{
    switch (field->type) {
    case GAME_MODEL:
        check_model(check, loc, field->item, *value);
        break;
    case GAME_LIST:
    case GAME_STRING_LIST:
        check_list(check, loc, field, *value);
        break;
    default:
        game_schema_scalar(check, loc, field, value);
    }
}

static void check_members(game_check_t *check, const game_loc_t *up,
                          const game_schema_t *schema, game_json_t *object,
                          int query)
{
    const game_field_t *field;
    game_json_t *normal = game_json_new_object(check->pool), *value;
    const char *name = NULL;

    /* a fault shows the object as it was given: new forms come last */
    for (field = schema->fields; field && field->name; field++) {
        game_loc_t loc = { up, field->name, 0 };
        game_json_t *given = game_json_member(object, field->name);
        game_json_fault_t fault;

        value = given;
        if (!value && field->fallback) {
            value = game_json_parse(check->pool, field->fallback,
                                    strlen(field->fallback), 4, &fault);
            game_json_set(normal, field->name, value);
        }
        else if (!value && (field->flags & GAME_REQUIRED)) {
            game_check_value(check, &loc, "missing", "Field required",
                             query ? NULL : object, NULL);
        }
        else if (value && !((field->flags & GAME_NULLABLE)
                            && game_json_is_null(value))) {
            check_field(check, &loc, field, &value);
            if (value != given) {
                game_json_set(normal, field->name, value);
            }
        }
    }
    while ((value = game_json_next(normal, &name)) != NULL) {
        game_json_set(object, name, value);
    }
}

static void check_model(game_check_t *check, const game_loc_t *loc,
                        const game_schema_t *schema, game_json_t *object)
{
    if (game_json_kind(object) != GAME_JSON_OBJECT) {
        game_check_value(check, loc, "model_attributes_type",
                         "Input should be a valid dictionary or object to "
                         "extract fields from", object, NULL);
        return;
    }
    check_members(check, loc, schema, object, 0);
}

void game_check_body(game_check_t *check, const game_schema_t *schema,
                     game_json_t *body)
{
    game_loc_t loc = { NULL, "body", 0 };

    if (game_json_is_null(body)) {
        game_check_value(check, &loc, "missing", "Field required", NULL,
                         NULL);
    }
    else if (schema->top) {
        check_field(check, &loc, schema->top, &body);
    }
    else {
        check_model(check, &loc, schema, body);
    }
}

void game_check_query(game_check_t *check, const game_schema_t *schema,
                      game_json_t *query)
{
    game_loc_t loc = { NULL, "query", 0 };

    check_members(check, &loc, schema, query, 1);
}

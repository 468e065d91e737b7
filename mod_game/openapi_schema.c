/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Tables of fields as JSON Schema (2020-12), as OpenAPI 3.1 takes it.
 */

#include "openapi.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

#define REFERENCE "#/components/schemas/"

/* ---- types ---- */

static void write_types(game_jw_t *jw, const game_field_t *field,
                        const char *const *types)
{
    int nullable = field->flags & GAME_NULLABLE;

    if (!types[1] && !nullable) {
        game_jw_string(jw, "type", types[0]);
        return;
    }
    game_jw_array(jw, "type");
    for (; *types; types++) {
        game_jw_string(jw, NULL, *types);
    }
    if (nullable) {
        game_jw_string(jw, NULL, "null");
    }
    game_jw_end(jw);
}

static void write_type(game_jw_t *jw, const game_field_t *field,
                       const char *type)
{
    const char *types[2] = { NULL, NULL };

    types[0] = type;
    write_types(jw, field, types);
}

static void write_string(game_jw_t *jw, const game_field_t *field)
{
    static const char *const instants[] = { "string", "number", NULL };
    const char *const *choice = field->choices;

    if (field->flags & GAME_INSTANT) {  /* a number is a Unix time */
        write_types(jw, field, instants);
        game_jw_string(jw, "format", "date-time");
    }
    else {
        write_type(jw, field, "string");
    }
    if (field->min) {
        game_jw_int(jw, "minLength", field->min);
    }
    if (field->max) {
        game_jw_int(jw, "maxLength", field->max);
    }
    if (field->pattern) {
        game_jw_string(jw, "pattern", field->pattern);
    }
    if (!choice) {
        return;
    }
    game_jw_array(jw, "enum");
    for (; *choice; choice++) {
        game_jw_string(jw, NULL, *choice);
    }
    if (field->flags & GAME_NULLABLE) {
        game_jw_null(jw, NULL);
    }
    game_jw_end(jw);
}

/* Without bounds it is what 64 bits hold. */
static void write_int(game_jw_t *jw, const game_field_t *field)
{
    write_type(jw, field, "integer");
    game_jw_string(jw, "format", "int64");
    if (!(field->flags & GAME_BOUNDED)) {
        return;
    }
    game_jw_int(jw, "minimum", field->min);
    if (field->max && field->max != APR_INT64_MAX) {
        game_jw_int(jw, "maximum", field->max);
    }
}

static void write_page_size(game_jw_t *jw)
{
    game_jw_array(jw, "anyOf");
    game_jw_object(jw, NULL);
    game_jw_string(jw, "type", "integer");
    game_jw_int(jw, "minimum", 0);
    game_jw_end(jw);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "type", "string");
    game_jw_string(jw, "const", "all");
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_model(game_jw_t *jw, game_components_t *all,
                        const game_field_t *field, int answer)
{
    if (!(field->flags & GAME_NULLABLE)) {
        game_jw_array(jw, "allOf");
        game_openapi_schema(jw, NULL, all, field->item, answer);
        game_jw_end(jw);
        return;
    }
    game_jw_array(jw, "anyOf");
    game_openapi_schema(jw, NULL, all, field->item, answer);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "type", "null");
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_list(game_jw_t *jw, game_components_t *all,
                       const game_field_t *field, int answer)
{
    write_type(jw, field, "array");
    if (field->type == GAME_LIST) {
        game_openapi_schema(jw, "items", all, field->item, answer);
    }
    else {
        game_jw_object(jw, "items");
        game_jw_string(jw, "type", "string");
        game_jw_end(jw);
    }
    if (field->max) {
        game_jw_int(jw, "maxItems", field->max);
    }
}

static void write_scalar(game_jw_t *jw, const game_field_t *field)
{
    static const char *const scalars[] = {
        "string", "number", "boolean", NULL
    };
    static const char *const values[] = {
        "string", "number", "boolean", "object", NULL
    };

    write_types(jw, field, field->type == GAME_SCALAR ? scalars : values);
}

void game_openapi_field(game_jw_t *jw, game_components_t *all,
                        const game_field_t *field, int answer)
{
    static const struct {
        game_field_e kind;
        const char *type, *format;
    } plain[] = {
        { GAME_BOOL, "boolean", NULL }, { GAME_UUID, "string", "uuid" },
        { GAME_DICT, "object", NULL }, { GAME_REAL, "number", "double" },
        { GAME_TIME, "string", "date-time" }
    };
    unsigned i;

    for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (plain[i].kind == field->type) {
            write_type(jw, field, plain[i].type);
            if (plain[i].format) {
                game_jw_string(jw, "format", plain[i].format);
            }
        }
    }
    switch (field->type) {
    case GAME_STRING:
        write_string(jw, field);
        break;
    case GAME_INT:
        write_int(jw, field);
        break;
    case GAME_PAGE_SIZE:
        write_page_size(jw);
        break;
    case GAME_SCALAR:
    case GAME_SCALAR_OR_DICT:
        write_scalar(jw, field);
        break;
    case GAME_MODEL:
        write_model(jw, all, field, answer);
        break;
    case GAME_LIST:
    case GAME_STRING_LIST:
        write_list(jw, all, field, answer);
        break;
    default:
        break;
    }
    if (field->fallback) {
        game_jw_raw(jw, "default", field->fallback);
    }
    if (field->about) {
        game_jw_string(jw, "description", field->about);
    }
}

/* ---- models ---- */

static int always(const game_field_t *field, int answer)
{
    return answer ? !(field->flags & GAME_OPTIONAL)
                  : (field->flags & GAME_REQUIRED) && !field->fallback;
}

static void write_members(game_jw_t *jw, game_components_t *all,
                          const game_schema_t *schema, int answer)
{
    const game_field_t *field;
    int required = 0;

    game_jw_string(jw, "type", "object");
    if (!schema->fields) {
        return;
    }
    game_jw_object(jw, "properties");
    for (field = schema->fields; field->name; field++) {
        required += always(field, answer);
        game_jw_object(jw, field->name);
        game_openapi_field(jw, all, field, answer);
        game_jw_end(jw);
    }
    game_jw_end(jw);
    if (!required) {
        return;
    }
    game_jw_array(jw, "required");
    for (field = schema->fields; field->name; field++) {
        if (always(field, answer)) {
            game_jw_string(jw, NULL, field->name);
        }
    }
    game_jw_end(jw);
}

static void write_body(game_jw_t *jw, game_components_t *all,
                       const game_schema_t *schema, int answer)
{
    if (schema->top) {
        game_openapi_field(jw, all, schema->top, answer);
    }
    else {
        write_members(jw, all, schema, answer);
    }
}

/* Note that a schema is used. */
static void use(game_components_t *all, const game_schema_t *schema,
                int answer)
{
    game_component_t *component;
    int i;

    for (i = 0; i < all->used->nelts; i++) {
        component = &APR_ARRAY_IDX(all->used, i, game_component_t);
        if (!strcmp(component->schema->name, schema->name)) {
            if (component->schema != schema || component->answer != answer) {
                all->fault = apr_pstrcat(all->pool, "two schemas are called ",
                                         schema->name, NULL);
            }
            return;
        }
    }
    component = apr_array_push(all->used);
    component->schema = schema;
    component->answer = answer;
}

void game_openapi_schema(game_jw_t *jw, const char *name,
                         game_components_t *all, const game_schema_t *schema,
                         int answer)
{
    game_jw_object(jw, name);
    if (schema->name) {
        use(all, schema, answer);
        game_jw_string(jw, "$ref", apr_pstrcat(all->pool, REFERENCE,
                                               schema->name, NULL));
    }
    else {
        write_body(jw, all, schema, answer);
    }
    game_jw_end(jw);
}

void game_openapi_components(game_jw_t *jw, game_components_t *all)
{
    int i;

    for (i = 0; i < all->used->nelts; i++) {
        /* the list may move while a schema adds to it */
        game_component_t component = APR_ARRAY_IDX(all->used, i,
                                                   game_component_t);

        game_jw_object(jw, component.schema->name);
        write_body(jw, all, component.schema, component.answer);
        game_jw_end(jw);
    }
}

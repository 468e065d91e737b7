/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Strategy values to and from the JSON of vectors.
 */
#include "vectors_value.h"

#include "../../strategies/builtins.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const game_strategy_t *vector_strategy(const char *id)
{
    const game_strategy_t *const *strategy;

    for (strategy = game_builtins; *strategy; strategy++) {
        if (!strcmp((*strategy)->id, id)) {
            return *strategy;
        }
    }
    return NULL;
}

game_value_t vector_value(const json_t *json, apr_pool_t *pool)
{
    const char *special = json_string_value(json_object_get(json, "$float"));
    game_value_t value = {GAME_VALUE_NULL, {0}};
    char *text;

    if (special) {
        value = game_value_real(strtod(special, NULL));
    }
    else if (json_is_boolean(json)) {
        value.kind = GAME_VALUE_BOOL;
        value.as.flag = json_is_true(json);
    }
    else if (json_is_integer(json)) {
        value = game_value_int(json_integer_value(json));
    }
    else if (json_is_real(json)) {
        value = game_value_real(json_real_value(json));
    }
    else if (json_is_string(json)) {
        value.kind = GAME_VALUE_TEXT;
        value.as.text = apr_pstrdup(pool, json_string_value(json));
    }
    else if (json && !json_is_null(json)) {
        text = json_dumps(json, JSON_COMPACT);
        value.kind = GAME_VALUE_JSON;
        value.as.text = apr_pstrdup(pool, text);
        free(text);
    }
    return value;
}

json_t *vector_json(const game_value_t *value)
{
    switch (value->kind) {
    case GAME_VALUE_BOOL:
        return json_boolean(value->as.flag);
    case GAME_VALUE_INT:
        return json_integer(value->as.whole);
    case GAME_VALUE_REAL:
        return json_real(value->as.real);
    case GAME_VALUE_TEXT:
        return json_string(value->as.text);
    case GAME_VALUE_JSON:
        return json_loads(value->as.text, 0, NULL);
    default:
        return json_null();
    }
}

int vector_same(const game_value_t *left, const game_value_t *right)
{
    json_t *a;
    json_t *b;
    int same;

    if (left->kind != right->kind) {
        return 0;
    }
    if (left->kind == GAME_VALUE_REAL) {
        return left->as.real == right->as.real
               || (isnan(left->as.real) && isnan(right->as.real));
    }
    a = vector_json(left);
    b = vector_json(right);
    same = json_equal(a, b);
    json_decref(a);
    json_decref(b);
    return same;
}

const char *vector_show(const game_value_t *value, apr_pool_t *pool)
{
    switch (value->kind) {
    case GAME_VALUE_NULL:
        return "null";
    case GAME_VALUE_BOOL:
        return value->as.flag ? "true" : "false";
    case GAME_VALUE_INT:
        return apr_psprintf(pool, "int %" APR_INT64_T_FMT, value->as.whole);
    case GAME_VALUE_REAL:
        return apr_psprintf(pool, "real %.17g", value->as.real);
    default:
        return value->as.text;
    }
}

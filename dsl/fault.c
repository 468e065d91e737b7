/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Faults of validation and of runs.
 */
#include "fault.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

#define SHOWN_BYTES 200

int game_dsl_fault(game_dsl_fault_t *fault, apr_pool_t *pool,
                   const game_dsl_cause_t *cause, const char *node,
                   const char *format, ...)
{
    va_list args;

    fault->kind = cause->kind;
    fault->name = cause->name;
    fault->code = cause->coded ? cause->name : NULL;
    fault->node = apr_pstrdup(pool, node);
    fault->params = "{}";
    va_start(args, format);
    fault->message = apr_pvsprintf(pool, format, args);
    va_end(args);
    return 0;
}

void game_dsl_params_begin(game_dsl_text_t *params, apr_pool_t *pool,
                           const char *node)
{
    game_dsl_text_begin(params, pool, 0);
    game_dsl_put(params, "{");
    game_dsl_params_add(params, "nodeId", node);
}

void game_dsl_params_add(game_dsl_text_t *params, const char *name,
                         const char *value)
{
    game_dsl_put_name(params, name);
    game_dsl_put_string(params, value);
}

int game_dsl_params_end(game_dsl_text_t *params, game_dsl_fault_t *fault)
{
    game_dsl_put(params, "}");
    fault->params = game_dsl_text_end(params);
    return 0;
}

/* The beginning ends with a whole character. */
const char *game_dsl_cut(apr_pool_t *pool, const char *text)
{
    apr_size_t len = strlen(text);

    if (len <= SHOWN_BYTES) {
        return apr_pstrdup(pool, text);
    }
    len = SHOWN_BYTES;
    while (((unsigned char)text[len] & 0xc0) == 0x80) {
        len--;
    }
    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, len), "...", NULL);
}

const char *game_dsl_shown(apr_pool_t *pool, const game_dsl_json_t *value)
{
    game_dsl_text_t text;

    if (game_dsl_json_is_null(value)) {
        return "None";
    }
    switch (value->kind) {
    case GAME_DSL_TEXT:
        return game_dsl_cut(pool, value->as.text);
    case GAME_DSL_BOOL:
        return value->as.flag ? "True" : "False";
    default:
        game_dsl_text_begin(&text, pool, 0);
        game_dsl_put_json(&text, value);
        return game_dsl_cut(pool, game_dsl_text_end(&text));
    }
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A trace kept in memory, and its JSON.
 */
#include "trace.h"
#include "text.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

#define VALUE_MAX 1024          /* bytes of a value that are kept */
#define CUT " ... (cut)"

typedef struct {
    const char *node;
    const char *type;
    const char *branch;
    game_value_t value;
} entry_t;

struct game_dsl_trace_t {
    apr_pool_t *pool;
    int limit;
    int count;
    apr_array_header_t *entries;
};

game_dsl_trace_t *game_dsl_trace_make(apr_pool_t *pool, int limit)
{
    game_dsl_trace_t *trace = apr_palloc(pool, sizeof(*trace));

    trace->pool = pool;
    trace->limit = limit;
    trace->count = 0;
    trace->entries = apr_array_make(pool, 32, sizeof(entry_t));
    return trace;
}

/* Texts are copied: they need not live as long as the trace. A long one is
 * cut, at the end of a character, so that a trace stays small whatever the
 * event holds; a long JSON value becomes the text of its beginning. */
static void keep_text(apr_pool_t *pool, game_value_t *value)
{
    apr_size_t len = strlen(value->as.text);

    if (len <= VALUE_MAX) {
        value->as.text = apr_pstrmemdup(pool, value->as.text, len);
        return;
    }
    for (len = VALUE_MAX; len && (value->as.text[len] & 0xc0) == 0x80; len--)
        ;
    value->kind = GAME_VALUE_TEXT;
    value->as.text = apr_pstrcat(pool,
        apr_pstrmemdup(pool, value->as.text, len), CUT, NULL);
}

void game_dsl_trace_add(void *data, const game_dsl_step_t *step)
{
    game_dsl_trace_t *trace = data;
    entry_t *entry;

    if (trace->count++ >= trace->limit && trace->limit > 0) {
        return;
    }
    entry = apr_array_push(trace->entries);
    entry->node = step->node;
    entry->type = step->type;
    entry->branch = step->branch;
    entry->value = *step->value;
    if (entry->value.kind == GAME_VALUE_TEXT
        || entry->value.kind == GAME_VALUE_JSON) {
        keep_text(trace->pool, &entry->value);
    }
}

int game_dsl_trace_count(const game_dsl_trace_t *trace)
{
    return trace->count;
}

const char *game_dsl_trace_text(const game_dsl_trace_t *trace)
{
    game_dsl_text_t text;
    int i;

    game_dsl_text_begin(&text, trace->pool, 0);
    game_dsl_put(&text, "[");
    for (i = 0; i < trace->entries->nelts; i++) {
        const entry_t *entry = &APR_ARRAY_IDX(trace->entries, i, entry_t);

        game_dsl_put(&text, i ? ",{" : "{");
        game_dsl_put_name(&text, "nodeId");
        game_dsl_put_string(&text, entry->node);
        game_dsl_put_name(&text, "type");
        game_dsl_put_string(&text, entry->type);
        game_dsl_put_name(&text, "value");
        game_dsl_put_value(&text, &entry->value);
        game_dsl_put_name(&text, "branch");
        game_dsl_put_string(&text, entry->branch);
        game_dsl_put(&text, "}");
    }
    game_dsl_put(&text, "]");
    return game_dsl_text_end(&text);
}

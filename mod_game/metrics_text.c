/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Text in the exposition format: families, labels, samples. A buffer that
 * doubles, as there may be thousands of lines.
 */

#include "metrics_text.h"

#include <string.h>

#include <apr_strings.h>

#define FIRST 16384

static const char *const kinds[] = {
    "counter", "gauge", "summary", "histogram"
};

void game_text_begin(game_text_t *text, apr_pool_t *pool)
{
    memset(text, 0, sizeof(*text));
    text->pool = pool;
}

static void append(game_text_t *text, const char *bytes, apr_size_t len)
{
    if (text->len + len + 1 > text->size) {
        apr_size_t size = text->size ? text->size * 2 : FIRST;
        char *bigger;

        while (size < text->len + len + 1) {
            size *= 2;
        }
        bigger = apr_palloc(text->pool, size);
        if (text->len) {
            memcpy(bigger, text->bytes, text->len);
        }
        text->bytes = bigger;
        text->size = size;
    }
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
}

void game_text_add(game_text_t *text, const char *bytes)
{
    append(text, bytes, strlen(bytes));
}

/* A backslash, a quote and a line's end; help has no quotes to escape. */
static void append_escaped(game_text_t *text, const char *from, int quote)
{
    for (; *from; from++) {
        if (*from == '\n') {
            append(text, "\\n", 2);
        }
        else {
            if (*from == '\\' || (quote && *from == '"')) {
                append(text, "\\", 1);
            }
            append(text, from, 1);
        }
    }
}

void game_text_family(game_text_t *text, const char *name,
                      game_text_kind_e kind, const char *help)
{
    game_text_add(text, "# HELP ");
    game_text_add(text, name);
    game_text_add(text, " ");
    append_escaped(text, help, 0);
    game_text_add(text, "\n# TYPE ");
    game_text_add(text, name);
    game_text_add(text, " ");
    game_text_add(text, kinds[kind]);
    game_text_add(text, "\n");
}

void game_text_label(game_text_t *labels, const char *name,
                     const char *value)
{
    if (labels->len) {
        game_text_add(labels, ",");
    }
    game_text_add(labels, name);
    game_text_add(labels, "=\"");
    append_escaped(labels, value, 1);
    game_text_add(labels, "\"");
}

static void append_name(game_text_t *text, const char *name,
                        const char *suffix, const char *labels)
{
    game_text_add(text, name);
    game_text_add(text, suffix);
    if (*labels) {
        game_text_add(text, "{");
        game_text_add(text, labels);
        game_text_add(text, "}");
    }
    game_text_add(text, " ");
}

void game_text_sample(game_text_t *text, const char *name,
                      const char *suffix, const char *labels,
                      apr_uint64_t value)
{
    char number[32];

    append_name(text, name, suffix, labels);
    apr_snprintf(number, sizeof(number), "%" APR_UINT64_T_FMT "\n", value);
    game_text_add(text, number);
}

void game_text_micro(game_text_t *text, const char *name,
                     const char *suffix, const char *labels,
                     apr_uint64_t micro)
{
    char number[48];

    append_name(text, name, suffix, labels);
    apr_snprintf(number, sizeof(number), "%" APR_UINT64_T_FMT ".%06d\n",
                 micro / 1000000, (int)(micro % 1000000));
    game_text_add(text, number);
}

void game_text_histogram(game_text_t *text, const char *name,
                         const char *labels, const double *edges, int count,
                         const apr_uint64_t *counts, apr_uint64_t micro)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i <= count; i++) {
        const char *edge = i < count
                         ? apr_psprintf(text->pool, "%g", edges[i]) : "+Inf";

        sum += counts[i];
        game_text_sample(text, name, "_bucket",
                         apr_pstrcat(text->pool, labels, *labels ? "," : "",
                                     "le=\"", *edge == '.' ? "0" : "", edge,
                                     "\"", NULL), sum);
    }
    game_text_micro(text, name, "_sum", labels, micro);
    game_text_sample(text, name, "_count", labels, sum);
}

int game_text_bucket(const double *edges, int count, apr_uint64_t micro)
{
    double value = (double)micro / 1e6;
    int bucket = 0;

    while (bucket < count && value > edges[bucket]) {
        bucket++;
    }
    return bucket;
}

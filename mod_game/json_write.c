/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Writing JSON into one growing buffer of a pool.
 */

#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <apr_lib.h>
#include <apr_strings.h>

#define FIRST_SIZE 512
#define MAX_NESTING 64

struct game_jw_t {
    apr_pool_t *pool;
    char *text;
    apr_size_t len, size;
    int depth;
    unsigned char list[MAX_NESTING];    /* what is open: 1 a list */
    unsigned char filled[MAX_NESTING];  /* has an element */
};

game_jw_t *game_jw_make(apr_pool_t *pool)
{
    game_jw_t *jw = apr_pcalloc(pool, sizeof(*jw));

    jw->pool = pool;
    jw->size = FIRST_SIZE;
    jw->text = apr_palloc(pool, jw->size);
    return jw;
}

apr_pool_t *game_jw_pool(const game_jw_t *jw)
{
    return jw->pool;
}

static char *room(game_jw_t *jw, apr_size_t more)
{
    if (jw->len + more + 1 > jw->size) {
        char *bigger;

        while (jw->len + more + 1 > jw->size) {
            jw->size *= 2;
        }
        bigger = apr_palloc(jw->pool, jw->size);
        memcpy(bigger, jw->text, jw->len);
        jw->text = bigger;
    }
    return jw->text + jw->len;
}

static void put(game_jw_t *jw, const char *bytes, apr_size_t len)
{
    memcpy(room(jw, len), bytes, len);
    jw->len += len;
}

/* A character as JSON writes it inside a string. */
static void put_escaped(game_jw_t *jw, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char out[6] = { '\\', 'u', '0', '0', 0, 0 };

    switch (c) {
    case '"':
    case '\\':
        out[1] = (char)c;
        put(jw, out, 2);
        break;
    case '\n':
        put(jw, "\\n", 2);
        break;
    case '\r':
        put(jw, "\\r", 2);
        break;
    case '\t':
        put(jw, "\\t", 2);
        break;
    case '\b':
        put(jw, "\\b", 2);
        break;
    case '\f':
        put(jw, "\\f", 2);
        break;
    default:
        out[4] = hex[c >> 4];
        out[5] = hex[c & 15];
        put(jw, out, 6);
    }
}

static void put_string(game_jw_t *jw, const char *text)
{
    const char *from = text, *at;

    put(jw, "\"", 1);
    for (at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (c < 0x20 || c == '"' || c == '\\') {
            put(jw, from, (apr_size_t)(at - from));
            put_escaped(jw, c);
            from = at + 1;
        }
    }
    put(jw, from, (apr_size_t)(at - from));
    put(jw, "\"", 1);
}

static void start(game_jw_t *jw, const char *name)
{
    if (jw->depth > 0) {
        if (jw->filled[jw->depth]) {
            put(jw, ",", 1);
        }
        jw->filled[jw->depth] = 1;
    }
    if (name) {
        put_string(jw, name);
        put(jw, ":", 1);
    }
}

static void open_level(game_jw_t *jw, const char *name, int list)
{
    start(jw, name);
    put(jw, list ? "[" : "{", 1);
    if (jw->depth < MAX_NESTING - 1) {
        jw->depth++;
    }
    jw->list[jw->depth] = (unsigned char)list;
    jw->filled[jw->depth] = 0;
}

void game_jw_object(game_jw_t *jw, const char *name)
{
    open_level(jw, name, 0);
}

void game_jw_array(game_jw_t *jw, const char *name)
{
    open_level(jw, name, 1);
}

void game_jw_end(game_jw_t *jw)
{
    put(jw, jw->list[jw->depth] ? "]" : "}", 1);
    jw->depth--;
}

void game_jw_null(game_jw_t *jw, const char *name)
{
    start(jw, name);
    put(jw, "null", 4);
}

void game_jw_string(game_jw_t *jw, const char *name, const char *text)
{
    if (!text) {
        game_jw_null(jw, name);
        return;
    }
    start(jw, name);
    put_string(jw, text);
}

static void put_int(game_jw_t *jw, apr_int64_t number)
{
    char digits[24];
    int len = apr_snprintf(digits, sizeof(digits), "%" APR_INT64_T_FMT,
                           number);

    put(jw, digits, (apr_size_t)len);
}

void game_jw_int(game_jw_t *jw, const char *name, apr_int64_t number)
{
    start(jw, name);
    put_int(jw, number);
}

int game_json_digits(double number, char out[GAME_JSON_DIGITS_SIZE])
{
    int precision;

    for (precision = 1; precision <= 17; precision++) {
        snprintf(out, GAME_JSON_DIGITS_SIZE, "%.*e", precision - 1, number);
        /* below a power of two doubles lie closer: the nearest text may
         * read back as another one where the text above it does not */
        if (strtod(out, NULL) == number
            || (precision == 16 && isfinite(number)
                && ++*(strchr(out, 'e') - 1) <= '9'
                && strtod(out, NULL) == number)) {
            break;
        }
    }
    return precision;
}

const char *game_json_real_text(apr_pool_t *pool, double number)
{
    char out[GAME_JSON_DIGITS_SIZE], *exponent;
    int precision = game_json_digits(number, out);

    if (!isfinite(number)) {
        return "null";
    }
    exponent = strchr(out, 'e');
    if (number == 0 || (atol(exponent + 1) >= -4
                        && atol(exponent + 1) < 16)) {
        int places = precision - 1 - (int)atol(exponent + 1);

        snprintf(out, sizeof(out), "%.*f", places > 1 ? places : 1, number);
        return apr_pstrdup(pool, out);
    }
    /* repr's form: at least two digits in the exponent, as %e prints */
    return apr_pstrdup(pool, out);
}

void game_jw_real(game_jw_t *jw, const char *name, double number)
{
    const char *text = game_json_real_text(jw->pool, number);

    start(jw, name);
    put(jw, text, strlen(text));
}

void game_jw_bool(game_jw_t *jw, const char *name, int flag)
{
    start(jw, name);
    put(jw, flag ? "true" : "false", flag ? 4 : 5);
}

void game_jw_raw(game_jw_t *jw, const char *name, const char *json)
{
    char *out;
    int quoted = 0;

    if (!json) {
        game_jw_null(jw, name);
        return;
    }
    start(jw, name);
    out = room(jw, strlen(json));
    for (; *json; json++) {
        if (quoted) {
            *out++ = *json;
            if (*json == '\\' && json[1]) {
                *out++ = *++json;
            }
            else if (*json == '"') {
                quoted = 0;
            }
        }
        else if (!apr_isspace(*json)) {
            quoted = *json == '"';
            *out++ = *json;
        }
    }
    jw->len = (apr_size_t)(out - jw->text);
}

/* What a value is written with, and where it is. */
typedef struct writing_t {
    const game_json_form_t *form;
    int level;
} writing_t;

static void put_value(game_jw_t *jw, const json_t *value, writing_t *w);

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const game_json_form_t plain_form = { NULL, NULL, 0 };
static const game_json_form_t sorted_form = { by_name, NULL, 0 };

/* A new line at the present level, when the form has lines. */
static void put_break(game_jw_t *jw, const writing_t *w)
{
    apr_size_t blanks = (apr_size_t)w->form->indent * (apr_size_t)w->level;

    if (w->form->indent) {
        put(jw, "\n", 1);
        memset(room(jw, blanks), ' ', blanks);
        jw->len += blanks;
    }
}

/* Before an element: the first has none before it. */
static void put_next(game_jw_t *jw, apr_size_t place, const writing_t *w)
{
    if (place) {
        put(jw, ",", 1);
    }
    put_break(jw, w);
}

static void put_object(game_jw_t *jw, const json_t *object, writing_t *w)
{
    apr_size_t count = json_object_size(object), i = 0;
    const char **names = apr_palloc(jw->pool, (count + 1) * sizeof(*names));
    const char *name = NULL;

    while (game_json_next(object, &name)) {
        names[i++] = name;
    }
    if (w->form->order) {
        qsort(names, count, sizeof(*names), w->form->order);
    }
    put(jw, "{", 1);
    w->level++;
    for (i = 0; i < count; i++) {
        put_next(jw, i, w);
        put_string(jw, names[i]);
        put(jw, ": ", w->form->indent ? 2 : 1);
        put_value(jw, json_object_get(object, names[i]), w);
    }
    w->level--;
    if (count) {
        put_break(jw, w);
    }
    put(jw, "}", 1);
}

static void put_list(game_jw_t *jw, const json_t *array, writing_t *w)
{
    apr_size_t count = json_array_size(array), i;

    put(jw, "[", 1);
    w->level++;
    for (i = 0; i < count; i++) {
        put_next(jw, i, w);
        put_value(jw, json_array_get(array, i), w);
    }
    w->level--;
    if (count) {
        put_break(jw, w);
    }
    put(jw, "]", 1);
}

static void put_number(game_jw_t *jw, const json_t *value,
                       const game_json_form_t *form)
{
    const char *text;

    if (json_is_integer(value) && !form->number) {
        put_int(jw, json_integer_value(value));
        return;
    }
    text = (form->number ? form->number : game_json_real_text)
        (jw->pool, json_number_value(value));
    put(jw, text, strlen(text));
}

/* Recursion is bounded by the depth that game_json_parse accepts. */
static void put_value(game_jw_t *jw, const json_t *value, writing_t *w)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        put_object(jw, value, w);
        break;
    case JSON_ARRAY:
        put_list(jw, value, w);
        break;
    case JSON_STRING:
        put_string(jw, json_string_value(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        put_number(jw, value, w->form);
        break;
    case JSON_TRUE:
        put(jw, "true", 4);
        break;
    case JSON_FALSE:
        put(jw, "false", 5);
        break;
    default:
        put(jw, "null", 4);
    }
}

void game_jw_value(game_jw_t *jw, const char *name,
                   const game_json_t *value)
{
    writing_t w = { &plain_form, 0 };

    if (!value) {
        game_jw_null(jw, name);
        return;
    }
    start(jw, name);
    put_value(jw, value, &w);
}

const char *game_jw_text(game_jw_t *jw, apr_size_t *len)
{
    *room(jw, 1) = '\0';
    if (len) {
        *len = jw->len;
    }
    return jw->text;
}

const char *game_json_form_text(apr_pool_t *pool, const game_json_t *value,
                                const game_json_form_t *form)
{
    game_jw_t *jw = game_jw_make(pool);
    writing_t w = { form, 0 };

    if (value) {
        put_value(jw, value, &w);
    }
    else {
        game_jw_null(jw, NULL);
    }
    return game_jw_text(jw, NULL);
}

const char *game_json_text(apr_pool_t *pool, const game_json_t *value)
{
    return game_json_form_text(pool, value, &plain_form);
}

const char *game_json_canonical(apr_pool_t *pool, const game_json_t *value)
{
    return game_json_form_text(pool, value, &sorted_form);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The writer of JSON for ids filled in, callbacks, params, traces and the
 * canonical form.
 */
#include "text.h"

#include <apr_strings.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE      256
/* Reals from 10 to this power on, and below 10 to the other, are written
 * with an exponent. */
#define PLAIN_DIGITS    16
#define PLAIN_ZEROS     (-4)

void game_dsl_text_begin(game_dsl_text_t *text, apr_pool_t *pool,
                         int canonical)
{
    text->pool = pool;
    text->size = FIRST_SIZE;
    text->bytes = apr_palloc(pool, text->size);
    text->len = 0;
    text->canonical = canonical;
}

static void put_bytes(game_dsl_text_t *text, const char *bytes,
                      apr_size_t len)
{
    char *bigger;

    if (len >= text->size - text->len) {
        while (len >= text->size - text->len) {
            text->size *= 2;
        }
        bigger = apr_palloc(text->pool, text->size);
        memcpy(bigger, text->bytes, text->len);
        text->bytes = bigger;
    }
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
}

void game_dsl_put(game_dsl_text_t *text, const char *bytes)
{
    put_bytes(text, bytes, strlen(bytes));
}

const char *game_dsl_text_end(game_dsl_text_t *text)
{
    text->bytes[text->len] = '\0';      /* put_bytes leaves a place */
    return text->bytes;
}

/* ---- strings ---- */

/* Read one character of UTF-8 that is known to be well formed. */
static unsigned long take_character(const char **at)
{
    const unsigned char *in = (const unsigned char *)*at;
    unsigned long c = in[0];
    int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    int i;

    if (more) {
        c &= 0x3fu >> more;
    }
    for (i = 1; i <= more && in[i]; i++) {
        c = c << 6 | (in[i] & 0x3fu);
    }
    *at += i;
    return c;
}

static void put_escape(game_dsl_text_t *text, unsigned unit)
{
    char out[8];
    int len = snprintf(out, sizeof(out), "\\u%04x", unit & 0xffffu);

    put_bytes(text, out, (apr_size_t)len);
}

static void put_character(game_dsl_text_t *text, unsigned long c)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = c && c < 0x80 ? strchr(plain, (int)c) : NULL;
    char pair[2] = {'\\', 0};

    if (found) {
        pair[1] = names[found - plain];
        put_bytes(text, pair, 2);
    }
    else if (c > 0xffff) {
        put_escape(text, 0xd800u + (unsigned)((c - 0x10000) >> 10));
        put_escape(text, 0xdc00u + (unsigned)((c - 0x10000) & 0x3ff));
    }
    else {
        put_escape(text, (unsigned)c);
    }
}

/* @return whether a byte may stand in a string as it is */
static int is_plain(unsigned char c, int canonical)
{
    return c >= 0x20 && c != '"' && c != '\\' && !(canonical && c > 0x7e);
}

void game_dsl_put_string(game_dsl_text_t *text, const char *value)
{
    const char *from;

    if (!value) {
        put_bytes(text, "null", 4);
        return;
    }
    put_bytes(text, "\"", 1);
    while (*value) {
        from = value;
        while (*value && is_plain((unsigned char)*value, text->canonical)) {
            value++;
        }
        put_bytes(text, from, (apr_size_t)(value - from));
        if (*value) {
            put_character(text, take_character(&value));
        }
    }
    put_bytes(text, "\"", 1);
}

void game_dsl_put_name(game_dsl_text_t *text, const char *name)
{
    if (text->len && text->bytes[text->len - 1] != '{') {
        put_bytes(text, ",", 1);
    }
    game_dsl_put_string(text, name);
    put_bytes(text, ":", 1);
}

/* ---- numbers ---- */

void game_dsl_put_int(game_dsl_text_t *text, apr_int64_t number)
{
    char digits[24];
    int len = apr_snprintf(digits, sizeof(digits), "%" APR_INT64_T_FMT,
                           number);

    put_bytes(text, digits, (apr_size_t)len);
}

static void put_real(game_dsl_text_t *text, double number)
{
    char out[64];
    int precision = 0;
    int power;

    if (!isfinite(number)) {
        put_bytes(text, "null", 4);
        return;
    }
    do {
        snprintf(out, sizeof(out), "%.*e", precision, number);
    } while (strtod(out, NULL) != number && ++precision < 17);
    power = (int)strtol(strchr(out, 'e') + 1, NULL, 10);
    if (power >= PLAIN_ZEROS && power < PLAIN_DIGITS) {
        precision = precision > power ? precision - power : 1;
        snprintf(out, sizeof(out), "%.*f", precision, number);
    }
    game_dsl_put(text, out);
}

/* ---- values ---- */

static int by_name(const void *left, const void *right)
{
    return strcmp((*(const game_dsl_json_t *const *)left)->name,
                  (*(const game_dsl_json_t *const *)right)->name);
}

static void put_object(game_dsl_text_t *text, const game_dsl_json_t *object)
{
    const game_dsl_json_t **members =
        apr_palloc(text->pool, (object->count + 1) * sizeof(*members));
    apr_size_t i;

    for (i = 0; i < object->count; i++) {
        members[i] = &object->as.items[i];
    }
    if (text->canonical && object->count) {
        qsort(members, object->count, sizeof(*members), by_name);
    }
    put_bytes(text, "{", 1);
    for (i = 0; i < object->count; i++) {
        if (i) {
            put_bytes(text, ",", 1);
        }
        game_dsl_put_string(text, members[i]->name);
        put_bytes(text, ":", 1);
        game_dsl_put_json(text, members[i]);
    }
    put_bytes(text, "}", 1);
}

static void put_list(game_dsl_text_t *text, const game_dsl_json_t *list)
{
    apr_size_t i;

    put_bytes(text, "[", 1);
    for (i = 0; i < list->count; i++) {
        if (i) {
            put_bytes(text, ",", 1);
        }
        game_dsl_put_json(text, &list->as.items[i]);
    }
    put_bytes(text, "]", 1);
}

void game_dsl_put_json(game_dsl_text_t *text, const game_dsl_json_t *value)
{
    switch (value->kind) {
    case GAME_DSL_OBJECT:
        put_object(text, value);
        break;
    case GAME_DSL_LIST:
        put_list(text, value);
        break;
    case GAME_DSL_TEXT:
        game_dsl_put_string(text, value->as.text);
        break;
    case GAME_DSL_INT:
        game_dsl_put_int(text, value->as.whole);
        break;
    case GAME_DSL_REAL:
        put_real(text, value->as.real);
        break;
    case GAME_DSL_BOOL:
        game_dsl_put(text, value->as.flag ? "true" : "false");
        break;
    default:
        put_bytes(text, "null", 4);
    }
}

void game_dsl_put_value(game_dsl_text_t *text, const game_value_t *value)
{
    switch (value->kind) {
    case GAME_VALUE_JSON:
        game_dsl_put(text, value->as.text);
        break;
    case GAME_VALUE_TEXT:
        game_dsl_put_string(text, value->as.text);
        break;
    case GAME_VALUE_INT:
        game_dsl_put_int(text, value->as.whole);
        break;
    case GAME_VALUE_REAL:
        put_real(text, value->as.real);
        break;
    case GAME_VALUE_BOOL:
        game_dsl_put(text, value->as.flag ? "true" : "false");
        break;
    default:
        put_bytes(text, "null", 4);
    }
}

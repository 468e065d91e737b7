/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Exports as JSON: one list of objects, compact, every character beyond
 * ASCII escaped.
 */

#include "exports_int.h"

#include <stdlib.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

/* ---- escaping ---- */

/* A character of UTF-8 that the database has checked. @return its bytes */
static int decode(const unsigned char *at, unsigned *code)
{
    if (at[0] < 0xe0) {
        *code = (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
        return 2;
    }
    if (at[0] < 0xf0) {
        *code = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6
              | (at[2] & 0x3fu);
        return 3;
    }
    *code = (at[0] & 0x07u) << 18 | (at[1] & 0x3fu) << 12
          | (at[2] & 0x3fu) << 6 | (at[3] & 0x3fu);
    return 4;
}

static char *put_unit(char *out, unsigned unit)
{
    static const char hex[] = "0123456789abcdef";

    *out++ = '\\';
    *out++ = 'u';
    *out++ = hex[unit >> 12 & 15];
    *out++ = hex[unit >> 8 & 15];
    *out++ = hex[unit >> 4 & 15];
    *out++ = hex[unit & 15];
    return out;
}

/* Escape the character at *at; characters beyond the first plane are two
 * units. At most 12 bytes. */
static char *put_code(char *out, const char **at)
{
    unsigned code;

    *at += decode((const unsigned char *)*at, &code);
    if (code < 0x10000) {
        return put_unit(out, code);
    }
    code -= 0x10000;
    out = put_unit(out, 0xd800 + (code >> 10));
    return put_unit(out, 0xdc00 + (code & 0x3ff));
}

const char *game_export_compact(const char *json, apr_pool_t *pool)
{
    char *text, *out;
    const char *at;
    apr_size_t size = 1;
    int quoted = 0;

    for (at = json; *at; at++) {
        size += (unsigned char)*at < 0x80 ? 1 : 6;
    }
    out = text = apr_palloc(pool, size);
    for (at = json; *at;) {
        if ((unsigned char)*at >= 0x80) {
            out = put_code(out, &at);
            continue;
        }
        if (quoted && *at == '\\') {
            *out++ = *at++;
        }
        else if (*at == '"') {
            quoted = !quoted;
        }
        else if (!quoted && apr_isspace(*at)) {
            at++;
            continue;
        }
        *out++ = *at++;
    }
    *out = '\0';
    return text;
}

static char *put_control(char *out, char c)
{
    static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
    const char *found = strchr(from, c);

    if (!found) {
        return put_unit(out, (unsigned char)c);
    }
    *out++ = '\\';
    *out++ = to[found - from];
    return out;
}

void game_export_put_string(game_export_t *export, const char *text)
{
    const char *from = text, *at = text;
    char out[12];

    game_export_put(export, "\"", 1);
    while (*at) {
        unsigned char c = (unsigned char)*at;
        char *end = out;

        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            at++;
            continue;
        }
        game_export_put(export, from, (apr_size_t)(at - from));
        end = c >= 0x80 ? put_code(out, &at) : put_control(out, *at++);
        game_export_put(export, out, (apr_size_t)(end - out));
        from = at;
    }
    game_export_put(export, from, (apr_size_t)(at - from));
    game_export_put(export, "\"", 1);
}

/* ---- rows ---- */

static void put(game_export_t *export, const char *text)
{
    game_export_put(export, text, strlen(text));
}

static game_error_t *begin(game_export_t *export)
{
    put(export, "[");
    return NULL;
}

static void put_value(game_export_t *export, game_export_kind_e kind,
                      const char *text, apr_pool_t *pool)
{
    switch (kind) {
    case GAME_EXPORT_INT:
        put(export, text);
        break;
    case GAME_EXPORT_REAL:
        put(export, game_json_real_text(pool, strtod(text, NULL)));
        break;
    case GAME_EXPORT_TIME:
        put(export, "\"");
        put(export, text);
        put(export, "\"");
        break;
    case GAME_EXPORT_JSON:
        put(export, game_export_compact(text, pool));
        break;
    default:
        game_export_put_string(export, text);
    }
}

static game_error_t *row(game_export_t *export, const char *const *cells,
                         apr_pool_t *pool)
{
    const game_export_column_t *column;

    put(export, export->rows ? ",{" : "{");
    for (column = export->set->columns; column->name; column++) {
        const char *text = cells[column->cell];

        put(export, column == export->set->columns ? "\"" : ",\"");
        put(export, column->name);
        put(export, "\":");
        if (text) {
            put_value(export, column->kind, text, pool);
        }
        else {
            put(export, "null");
        }
    }
    put(export, "}");
    return NULL;
}

static game_error_t *end(game_export_t *export)
{
    put(export, "]");
    return NULL;
}

const game_export_form_t game_export_json = {
    "json", "application/json", 0, begin, row, end, 0
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading JSON: jansson values bound to pools. The writer is json_write.c.
 */

#include "json_int.h"

#include <limits.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

static apr_status_t drop(void *value)
{
    json_decref(value);
    return APR_SUCCESS;
}

json_t *game_json_bind(apr_pool_t *pool, json_t *value)
{
    if (value) {
        apr_pool_cleanup_register(pool, value, drop, apr_pool_cleanup_null);
    }
    return value;
}

/* Where the string that begins here ends: at its second quote, or with the
 * text. */
static apr_size_t string_end(const char *text, apr_size_t i, apr_size_t len)
{
    while (++i < len && text[i] != '"') {
        if (text[i] == '\\') {
            i++;
        }
    }
    return i;
}

/* Deepest nesting of a text; strings are stepped over. */
static int depth_of(const char *text, apr_size_t len)
{
    apr_size_t i;
    int depth = 0, deepest = 0;

    for (i = 0; i < len; i++) {
        if (text[i] == '"') {
            i = string_end(text, i, len);
        }
        else if (text[i] == '{' || text[i] == '[') {
            if (++depth > deepest) {
                deepest = depth;
            }
        }
        else if (text[i] == '}' || text[i] == ']') {
            depth--;
        }
    }
    return deepest;
}

/* Characters (code points) in the first len bytes. */
static apr_size_t characters(const char *text, apr_size_t len)
{
    apr_size_t i, count = 0;

    for (i = 0; i < len; i++) {
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return count;
}

static void explain(const json_error_t *error, const char *text,
                    apr_size_t len, game_json_fault_t *fault)
{
    apr_size_t at = error->position < 0 ? 0 : (apr_size_t)error->position;

    fault->offset = characters(text, at < len ? at : len);
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        fault->reason = "invalid UTF-8";
        fault->undecodable = 1;
        break;
    case json_error_stack_overflow:
        fault->reason = "nested too deeply";
        fault->undecodable = fault->too_deep = 1;
        break;
    case json_error_end_of_input_expected:
        fault->reason = "Extra data";
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        fault->reason = "U+0000 is not accepted";
        break;
    case json_error_numeric_overflow:
        fault->reason = "Number out of range";
        fault->overflow = 1;
        break;
    default:
        fault->reason = strstr(error->text, "Unicode")
            ? "Unpaired surrogate" : strstr(error->text, "control character")
            ? "Invalid control character at" : strstr(error->text, "escape")
            ? "Invalid \\escape" : strstr(error->text, "':'")
            ? "Expecting ':' delimiter" : strstr(error->text, "string or")
            ? "Expecting property name enclosed in double quotes"
            : "Expecting value";
    }
}

static game_json_t *parse(apr_pool_t *pool, const char *text,
                          apr_size_t len, int depth, size_t flags,
                          game_json_fault_t *fault)
{
    json_error_t error;
    json_t *value;

    memset(fault, 0, sizeof(*fault));
    if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        len -= 3;
    }
    if (depth_of(text, len) > depth) {
        fault->reason = "nested too deeply";
        fault->undecodable = fault->too_deep = 1;
        return NULL;
    }
    value = json_loadb(text, len, JSON_DECODE_ANY | flags, &error);
    if (!value) {
        explain(&error, text, len, fault);
    }
    else if (memchr(text, '\0', len)) {     /* an end to jansson */
        fault->reason = "Extra data";
        fault->offset = characters(text, strlen(text));
        json_decref(value);
        return NULL;
    }
    return game_json_bind(pool, value);
}

game_json_t *game_json_parse(apr_pool_t *pool, const char *text,
                             apr_size_t len, int depth,
                             game_json_fault_t *fault)
{
    return parse(pool, text, len, depth, 0, fault);
}

/* Whether a number of valid JSON is whole and has more than 64 bits. */
static int is_wide(const char *number, apr_size_t len)
{
    const char *most = *number == '-' ? "-9223372036854775808"
                                      : "9223372036854775807";
    apr_size_t i, longest = strlen(most);

    for (i = *number == '-'; i < len; i++) {
        if (!apr_isdigit(number[i])) {
            return 0;
        }
    }
    return len > longest || (len == longest && memcmp(number, most, len) > 0);
}

/* Behind the string, the number or the character that begins here. */
static apr_size_t token_end(const char *text, apr_size_t i, apr_size_t len)
{
    if (text[i] == '"') {
        i = string_end(text, i, len);
    }
    else if (text[i] == '-' || apr_isdigit(text[i])) {
        while (i + 1 < len && (apr_isalnum(text[i + 1])
                               || strchr("+-.", text[i + 1]))) {
            i++;
        }
    }
    return i + 1;
}

/* A valid text again, in which wide numbers are reals. */
static const char *widen(apr_pool_t *pool, const char *text, apr_size_t *len)
{
    /* two characters more for twenty, with what is between two numbers */
    char *out = apr_palloc(pool, *len + *len / 9), *to = out;
    apr_size_t i, next;

    for (i = 0; i < *len; i = next) {
        next = token_end(text, i, *len);
        memcpy(to, text + i, next - i);
        to += next - i;
        if (is_wide(text + i, next - i)) {
            *to++ = 'e';
            *to++ = '0';
        }
    }
    *len = (apr_size_t)(to - out);
    return out;
}

game_json_t *game_json_parse_wide(apr_pool_t *pool, const char *text,
                                  apr_size_t len, int depth,
                                  game_json_fault_t *fault)
{
    game_json_t *value = parse(pool, text, len, depth, 0, fault);

    /* first what else may be wrong with it, and where */
    if (!value && fault->overflow
        && parse(pool, text, len, depth, JSON_DECODE_INT_AS_REAL, fault)) {
        text = widen(pool, text, &len);
        value = parse(pool, text, len, depth, 0, fault);
    }
    return value;
}

game_json_e game_json_kind(const game_json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return GAME_JSON_OBJECT;
    case JSON_ARRAY:
        return GAME_JSON_ARRAY;
    case JSON_STRING:
        return GAME_JSON_STRING;
    case JSON_INTEGER:
        return GAME_JSON_INT;
    case JSON_REAL:
        return GAME_JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return GAME_JSON_BOOL;
    default:
        return GAME_JSON_NULL;
    }
}

game_json_t *game_json_member(const game_json_t *object, const char *name)
{
    return json_object_get(object, name);
}

const char *game_json_string(const game_json_t *value)
{
    return json_string_value(value);
}

apr_int64_t game_json_int(const game_json_t *value)
{
    return json_integer_value(value);
}

double game_json_real(const game_json_t *value)
{
    return json_number_value(value);
}

int game_json_true(const game_json_t *value)
{
    return json_is_true(value);
}

int game_json_is_null(const game_json_t *value)
{
    return value == NULL || json_is_null(value);
}

apr_size_t game_json_size(const game_json_t *array)
{
    return json_array_size(array);
}

game_json_t *game_json_at(const game_json_t *array, apr_size_t index)
{
    return json_array_get(array, index);
}

game_json_t *game_json_next(const game_json_t *object, const char **name)
{
    json_t *walked = (json_t *)object;
    void *iter;

    if (!json_is_object(object)) {
        return NULL;
    }
    iter = *name ? json_object_iter_next(walked,
                                         json_object_key_to_iter(*name))
                 : json_object_iter(walked);
    if (!iter) {
        return NULL;
    }
    *name = json_object_iter_key(iter);
    return json_object_iter_value(iter);
}

game_json_t *game_json_new_object(apr_pool_t *pool)
{
    return game_json_bind(pool, json_object());
}

game_json_t *game_json_new_string(apr_pool_t *pool, const char *text)
{
    json_t *value = json_string(text);

    return game_json_bind(pool, value ? value : json_string(""));
}

game_json_t *game_json_new_int(apr_pool_t *pool, apr_int64_t number)
{
    return game_json_bind(pool, json_integer(number));
}

game_json_t *game_json_new_bool(apr_pool_t *pool, int flag)
{
    return game_json_bind(pool, json_boolean(flag));
}

void game_json_set(game_json_t *object, const char *name,
                   game_json_t *value)
{
    json_object_set(object, name, value);
}

void game_json_set_at(game_json_t *array, apr_size_t index,
                      game_json_t *value)
{
    json_array_set(array, index, value);
}

void game_json_setup_post_config(void)
{
    json_object_seed(0);
}

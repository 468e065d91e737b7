/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Checks one value against its field: types, coercions (http-api.md 2.5.5),
 * bounds.
 */

#include "schema_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <httpd.h>

#include <apr_lib.h>
#include <apr_strings.h>

#define NO_STRING "Input should be a valid string"
#define NO_INT "Input should be a valid integer"
#define NO_BOOL "Input should be a valid boolean"
#define NO_DICT "Input should be a valid dictionary"

static apr_int64_t characters(const char *text)
{
    apr_int64_t count = 0;

    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

/* ---- whole numbers ---- */

typedef enum { READ_OK, READ_NO_NUMBER, READ_TOO_LARGE } read_e;

/* Text rules of integers: blanks around, a sign, digits with single
 * underscores between them, an all-zero fraction. */
static read_e read_int(const char *text, apr_int64_t *number)
{
    char digits[64];
    apr_size_t count = 0;
    const char *at = text;

    while (apr_isspace(*at)) {
        at++;
    }
    if (*at == '+' || *at == '-') {
        digits[count++] = *at++;
    }
    if (!apr_isdigit(*at)) {
        return READ_NO_NUMBER;
    }
    while (*at == '0' && apr_isdigit(at[1 + (at[1] == '_')])) {
        at += 1 + (at[1] == '_');
    }
    for (; apr_isdigit(*at) || (*at == '_' && apr_isdigit(at[1])); at++) {
        if (*at != '_' && count < sizeof(digits) - 1) {
            digits[count++] = *at;
        }
    }
    digits[count] = '\0';
    if (*at == '.' && apr_isdigit(at[1])) {
        at += 1 + strspn(at + 1, "0");
    }
    while (apr_isspace(*at)) {
        at++;
    }
    if (*at) {
        return READ_NO_NUMBER;
    }
    errno = 0;
    *number = apr_strtoi64(digits, NULL, 10);
    return errno == ERANGE ? READ_TOO_LARGE : READ_OK;
}

static void bound(game_check_t *check, const game_loc_t *loc,
                  const game_field_t *field, const game_json_t *input,
                  apr_int64_t number)
{
    apr_pool_t *pool = game_check_pool(check);

    if (number < field->min) {
        game_check_value(check, loc, "greater_than_equal",
            apr_psprintf(pool, "Input should be greater than or equal to %"
                         APR_INT64_T_FMT, field->min), input,
            apr_psprintf(pool, "{\"ge\":%" APR_INT64_T_FMT "}",
                         field->min));
    }
    else if (field->max && number > field->max) {
        game_check_value(check, loc, "less_than_equal",
            apr_psprintf(pool, "Input should be less than or equal to %"
                         APR_INT64_T_FMT, field->max), input,
            apr_psprintf(pool, "{\"le\":%" APR_INT64_T_FMT "}",
                         field->max));
    }
}

/* A real that is a whole number within int64. */
static int whole(double real, apr_int64_t *number)
{
    if (real != floor(real) || fabs(real) >= 9223372036854775808.0) {
        return 0;
    }
    *number = (apr_int64_t)real;
    return 1;
}

static void no_int(game_check_t *check, const game_loc_t *loc,
                   const game_json_t *value, read_e why)
{
    if (why == READ_TOO_LARGE) {
        game_check_value(check, loc, "int_parsing_size",
                         "Unable to parse input string as an integer, "
                         "exceeded maximum size", value, NULL);
    }
    else {
        game_check_value(check, loc, "int_parsing", NO_INT
                         ", unable to parse string as an integer", value,
                         NULL);
    }
}

static void check_int(game_check_t *check, const game_loc_t *loc,
                      const game_field_t *field, game_json_t **value)
{
    apr_int64_t number = 0;
    read_e read;

    switch (game_json_kind(*value)) {
    case GAME_JSON_INT:
        number = game_json_int(*value);
        break;
    case GAME_JSON_REAL:
        if (!whole(game_json_real(*value), &number)) {
            if (game_json_real(*value) == floor(game_json_real(*value))) {
                no_int(check, loc, *value, READ_TOO_LARGE);
            }
            else {
                game_check_value(check, loc, "int_from_float", NO_INT
                    ", got a number with a fractional part", *value, NULL);
            }
            return;
        }
        break;
    case GAME_JSON_BOOL:
        number = game_json_true(*value);
        break;
    case GAME_JSON_STRING:
        read = read_int(game_json_string(*value), &number);
        if (read != READ_OK) {
            no_int(check, loc, *value, read);
            return;
        }
        break;
    default:
        game_check_value(check, loc, "int_type", NO_INT, *value, NULL);
        return;
    }
    if (field->flags & GAME_BOUNDED) {
        bound(check, loc, field, *value, number);
    }
    *value = game_json_new_int(game_check_pool(check), number);
}

static void check_page_size(game_check_t *check, const game_loc_t *loc,
                            game_json_t **value)
{
    static const game_field_t size = { NULL, GAME_INT, GAME_BOUNDED, 0, 0,
                                       NULL, NULL, NULL, NULL, NULL };
    const char *text = game_json_string(*value);
    apr_int64_t number;

    if (text && !strcmp(text, "all")) {
        return;
    }
    if (text && read_int(text, &number) == READ_NO_NUMBER) {
        game_check_value(check, loc, "enum",
                         "Input should be a whole number or 'all'", *value,
                         "{\"expected\":\"a whole number or 'all'\"}");
        return;
    }
    check_int(check, loc, &size, value);
}

/* ---- booleans ---- */

/* @return 1 and *flag, 0 for a word or number that is none, -1 for a value
 * of another kind */
static int read_bool(const game_json_t *value, int *flag)
{
    static const char *const words[] = {
        "false", "f", "no", "n", "off", "0",
        "true", "t", "yes", "y", "on", "1"
    };
    double number;
    int i;

    switch (game_json_kind(value)) {
    case GAME_JSON_BOOL:
        *flag = game_json_true(value);
        return 1;
    case GAME_JSON_INT:
    case GAME_JSON_REAL:
        number = game_json_real(value);
        *flag = number == 1;
        return number == 0 || number == 1 ? 1
             : number == floor(number)
               && fabs(number) <= 9223372036854775808.0 ? 0 : -1;
    case GAME_JSON_STRING:
        for (i = 0; i < 12; i++) {
            if (!strcasecmp(game_json_string(value), words[i])) {
                *flag = i >= 6;
                return 1;
            }
        }
        return 0;
    default:
        return -1;
    }
}

static void check_bool(game_check_t *check, const game_loc_t *loc,
                       game_json_t **value)
{
    int flag = 0, got = read_bool(*value, &flag);

    if (got == 1) {
        *value = game_json_new_bool(game_check_pool(check), flag);
    }
    else if (got == 0) {
        game_check_value(check, loc, "bool_parsing", NO_BOOL
                         ", unable to interpret input", *value, NULL);
    }
    else {
        game_check_value(check, loc, "bool_type", NO_BOOL, *value, NULL);
    }
}

/* ---- texts ---- */

static const char *expected(apr_pool_t *pool, const char *const *choices)
{
    const char *list = "";
    int i;

    for (i = 0; choices[i]; i++) {
        list = apr_pstrcat(pool, list, i == 0 ? "" : choices[i + 1] ? ", "
                           : " or ", "'", choices[i], "'", NULL);
    }
    return list;
}

static void check_choice(game_check_t *check, const game_loc_t *loc,
                         const game_field_t *field, const game_json_t *value)
{
    apr_pool_t *pool = game_check_pool(check);
    const char *text = game_json_string(value), *list;
    game_jw_t *ctx;
    int i;

    for (i = 0; field->choices[i]; i++) {
        if (!strcmp(field->choices[i], text)) {
            return;
        }
    }
    list = expected(pool, field->choices);
    ctx = game_jw_make(pool);
    game_jw_object(ctx, NULL);
    game_jw_string(ctx, "expected", list);
    game_jw_end(ctx);
    game_check_value(check, loc, "enum",
                     apr_pstrcat(pool, "Input should be ", list, NULL),
                     value, game_jw_text(ctx, NULL));
}

static void check_pattern(game_check_t *check, const game_loc_t *loc,
                          const game_field_t *field,
                          const game_json_t *value)
{
    apr_pool_t *pool = game_check_pool(check);
    ap_regex_t *regex = ap_pregcomp(pool, field->pattern,
                                    AP_REG_EXTENDED | AP_REG_NO_DEFAULT
                                    | AP_REG_DOLLAR_ENDONLY);
    game_jw_t *ctx;

    if (regex && !ap_regexec(regex, game_json_string(value), 0, NULL, 0)) {
        return;
    }
    ctx = game_jw_make(pool);
    game_jw_object(ctx, NULL);
    game_jw_string(ctx, "pattern", field->pattern);
    game_jw_end(ctx);
    game_check_value(check, loc, "string_pattern_mismatch",
                     apr_psprintf(pool, "String should match pattern '%s'",
                                  field->pattern), value,
                     game_jw_text(ctx, NULL));
}

static void check_string(game_check_t *check, const game_loc_t *loc,
                         const game_field_t *field, const game_json_t *value)
{
    apr_pool_t *pool = game_check_pool(check);
    const char *text = game_json_string(value);
    apr_int64_t length;

    if (!text) {
        game_check_value(check, loc, "string_type", NO_STRING, value, NULL);
        return;
    }
    length = characters(text);
    if (length < field->min) {
        game_check_value(check, loc, "string_too_short",
            apr_psprintf(pool, "String should have at least %d character%s",
                         (int)field->min, field->min == 1 ? "" : "s"), value,
            apr_psprintf(pool, "{\"min_length\":%d}", (int)field->min));
    }
    else if (field->max && length > field->max) {
        game_check_value(check, loc, "string_too_long",
            apr_psprintf(pool, "String should have at most %d character%s",
                         (int)field->max, field->max == 1 ? "" : "s"), value,
            apr_psprintf(pool, "{\"max_length\":%d}", (int)field->max));
    }
    else if (field->choices) {
        check_choice(check, loc, field, value);
    }
    else if (field->pattern) {
        check_pattern(check, loc, field, value);
    }
}

static void check_uuid(game_check_t *check, const game_loc_t *loc,
                       game_json_t **value)
{
    apr_pool_t *pool = game_check_pool(check);
    const char *text = game_json_string(*value), *why = NULL;
    char normal[GAME_UUID_SIZE];
    game_jw_t *ctx;

    if (!text) {
        game_check_value(check, loc, "uuid_type",
                         "UUID input should be a string, bytes or UUID "
                         "object", *value, NULL);
    }
    else if (game_uuid_parse(pool, text, normal, &why)) {
        *value = game_json_new_string(pool, normal);
    }
    else {
        ctx = game_jw_make(pool);
        game_jw_object(ctx, NULL);
        game_jw_string(ctx, "error", why);
        game_jw_end(ctx);
        game_check_value(check, loc, "uuid_parsing",
                         apr_pstrcat(pool, "Input should be a valid UUID, ",
                                     why, NULL), *value,
                         game_jw_text(ctx, NULL));
    }
}

/* ---- unions ---- */

/* A value that no branch takes: one item a branch, in order. */
static void check_union(game_check_t *check, const game_loc_t *loc,
                        const game_field_t *field, const game_json_t *value)
{
    game_json_e kind = game_json_kind(value);
    game_loc_t branch = { loc, "str", 0 };

    if ((kind != GAME_JSON_NULL && kind != GAME_JSON_ARRAY
         && kind != GAME_JSON_OBJECT)
        || (kind == GAME_JSON_OBJECT && field->type != GAME_SCALAR)) {
        return;
    }
    game_check_value(check, &branch, "string_type", NO_STRING, value, NULL);
    branch.name = "int";
    game_check_value(check, &branch, "int_type", NO_INT, value, NULL);
    branch.name = "float";
    game_check_value(check, &branch, "float_type",
                     "Input should be a valid number", value, NULL);
    branch.name = "bool";
    game_check_value(check, &branch, "bool_type", NO_BOOL, value, NULL);
    if (field->type == GAME_SCALAR_OR_DICT) {
        branch.name = "dict[any,any]";
        game_check_value(check, &branch, "dict_type", NO_DICT, value, NULL);
    }
}

void game_schema_scalar(game_check_t *check, const game_loc_t *loc,
                        const game_field_t *field, game_json_t **value)
{
    switch (field->type) {
    case GAME_STRING:
        check_string(check, loc, field, *value);
        break;
    case GAME_INT:
        check_int(check, loc, field, value);
        break;
    case GAME_BOOL:
        check_bool(check, loc, value);
        break;
    case GAME_UUID:
        check_uuid(check, loc, value);
        break;
    case GAME_DICT:
        if (game_json_kind(*value) != GAME_JSON_OBJECT) {
            game_check_value(check, loc, "dict_type", NO_DICT, *value, NULL);
        }
        break;
    case GAME_PAGE_SIZE:
        check_page_size(check, loc, value);
        break;
    default:
        check_union(check, loc, field, *value);
    }
}

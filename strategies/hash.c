/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The hash that names a strategy's contract: SHA-256 of
 * {"id":...,"variables":{...},"version":...} as canonical JSON, that is
 * compact, the members of every object sorted by name, reals with a fraction
 * or an exponent. Default values that are JSON are trusted to be JSON.
 */
#include "builtins.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reals from 10 to this power on are written with an exponent. */
#define PLAIN_DIGITS    16

/* A member of an object on its way into canonical order. */
typedef struct {
    const char *name;           /* a JSON string, in its quotes */
    const char *value;          /* canonical JSON */
} member_t;

static const char *canonical_next(const char **at, apr_pool_t *pool);

static const char *canonical_string(const char *text, apr_pool_t *pool)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    char *out = apr_palloc(pool, 6 * strlen(text) + 3);
    char *at = out;
    const char *found;

    *at++ = '"';
    for (; *text; text++) {
        found = strchr(plain, *text);
        if (found) {
            *at++ = '\\';
            *at++ = names[found - plain];
        }
        else if ((unsigned char)*text < 0x20) {
            at += apr_snprintf(at, 7, "\\u%04X", (unsigned)*text);
        }
        else {
            *at++ = *text;
        }
    }
    *at++ = '"';
    *at = '\0';
    return out;
}

/* The shortest text that reads back as the same number. */
static const char *canonical_real(double real, apr_pool_t *pool)
{
    char text[64];
    int digits = 0;
    long exponent;

    if (!isfinite(real)) {
        return "null";
    }
    do {
        snprintf(text, sizeof(text), "%.*e", digits, real);
    } while (strtod(text, NULL) != real && ++digits < 17);
    exponent = strtol(strchr(text, 'e') + 1, NULL, 10);
    if (exponent >= -4 && exponent < PLAIN_DIGITS) {
        snprintf(text, sizeof(text), "%.*f",
                 digits > exponent ? digits - (int)exponent : 1, real);
    }
    return apr_pstrdup(pool, text);
}

static const char *skip_space(const char *at)
{
    while (apr_isspace(*at)) {
        at++;
    }
    return at;
}

/* A string, number or literal, as it is written. */
static const char *next_scalar(const char **at, apr_pool_t *pool)
{
    const char *from = *at;
    const char *end = from;

    if (*end == '"') {
        for (end++; *end && *end != '"'; end++) {
            if (*end == '\\' && end[1]) {
                end++;
            }
        }
        end += *end == '"';
    }
    else {
        end += strcspn(end, ",]}: \t\r\n");
    }
    *at = end;
    return apr_pstrmemdup(pool, from, (apr_size_t)(end - from));
}

/* Order by name; the closing quote is no part of it. */
static int by_name(const void *left, const void *right)
{
    const char *a = ((const member_t *)left)->name;
    const char *b = ((const member_t *)right)->name;
    size_t a_len = strlen(a) - 1;
    size_t b_len = strlen(b) - 1;
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* Write members sorted; their names are JSON strings already. */
static const char *canonical_members(apr_array_header_t *members,
                                     apr_pool_t *pool)
{
    member_t *list = (member_t *)members->elts;
    const char *text = "{";
    int i;

    qsort(list, (size_t)members->nelts, sizeof(*list), by_name);
    for (i = 0; i < members->nelts; i++) {
        text = apr_pstrcat(pool, text, i ? "," : "", list[i].name, ":",
                           list[i].value, NULL);
    }
    return apr_pstrcat(pool, text, "}", NULL);
}

/* Go on behind the separator of a list or object.
 * @return whether another element follows */
static int another(const char **at, char close)
{
    *at = skip_space(*at);
    if (**at == ',') {
        *at = skip_space(*at + 1);
        return 1;
    }
    *at += **at == close;
    return 0;
}

static const char *next_object(const char **at, apr_pool_t *pool)
{
    apr_array_header_t *members = apr_array_make(pool, 8, sizeof(member_t));
    member_t *member;
    int more;

    *at = skip_space(*at + 1);
    for (more = **at == '"' || another(at, '}'); more && **at == '"';
         more = another(at, '}')) {
        member = apr_array_push(members);
        member->name = next_scalar(at, pool);
        *at = skip_space(*at);
        *at += **at == ':';
        member->value = canonical_next(at, pool);
    }
    return canonical_members(members, pool);
}

static const char *next_list(const char **at, apr_pool_t *pool)
{
    const char *text = "[";
    int more;
    int count = 0;

    *at = skip_space(*at + 1);
    for (more = **at != ']' || another(at, ']'); more;
         more = another(at, ']')) {
        text = apr_pstrcat(pool, text, count++ ? "," : "",
                           canonical_next(at, pool), NULL);
    }
    return apr_pstrcat(pool, text, "]", NULL);
}

/* Take one value of a JSON text, and leave *at behind it. */
static const char *canonical_next(const char **at, apr_pool_t *pool)
{
    *at = skip_space(*at);
    switch (**at) {
    case '{':
        return next_object(at, pool);
    case '[':
        return next_list(at, pool);
    default:
        return next_scalar(at, pool);
    }
}

static const char *canonical_value(const game_value_t *value,
                                   apr_pool_t *pool)
{
    const char *at;

    switch (value->kind) {
    case GAME_VALUE_BOOL:
        return value->as.flag ? "true" : "false";
    case GAME_VALUE_INT:
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, value->as.whole);
    case GAME_VALUE_REAL:
        return canonical_real(value->as.real, pool);
    case GAME_VALUE_TEXT:
        return canonical_string(value->as.text, pool);
    case GAME_VALUE_JSON:
        at = value->as.text;
        return canonical_next(&at, pool);
    default:
        return "null";
    }
}

const char *game_strategy_hash(const game_strategy_t *strategy,
                               apr_pool_t *pool)
{
    const game_variable_t *variable = strategy->variables;
    apr_array_header_t *members = apr_array_make(pool, 8, sizeof(member_t));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    char *hex = apr_pcalloc(pool, 2 * EVP_MAX_MD_SIZE + 1);
    const char *text;
    member_t *member;
    unsigned int i;

    for (; variable && variable->name; variable++) {
        member = apr_array_push(members);
        member->name = canonical_string(variable->name, pool);
        member->value = canonical_value(&variable->value, pool);
    }
    text = apr_pstrcat(pool, "{\"id\":", canonical_string(strategy->id, pool),
                       ",\"variables\":", canonical_members(members, pool),
                       ",\"version\":",
                       canonical_string(strategy->version, pool), "}", NULL);
    EVP_Digest(text, strlen(text), digest, &len, EVP_sha256(), NULL);
    for (i = 0; i < len; i++) {
        apr_snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    return hex;
}

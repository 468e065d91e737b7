/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Values and variables of strategies: reading them, overriding them by the
 * text of params, and rounding points. No strategy's rules are here.
 */
#include "builtins.h"
#include "values.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX          "variable_"
#define PREFIX_LEN      (sizeof(PREFIX) - 1)
#define CENTURY         APR_INT64_C(3155760000)         /* seconds */
#define TWO_TO_63       9223372036854775808.0

const game_value_t *game_variable_find(const game_variable_t *variables,
                                       const char *name)
{
    for (; variables && variables->name; variables++) {
        if (!strcmp(variables->name, name)) {
            return &variables->value;
        }
    }
    return NULL;
}

double game_value_number(const game_value_t *value)
{
    if (!value) {
        return 0;
    }
    switch (value->kind) {
    case GAME_VALUE_BOOL:
        return value->as.flag ? 1 : 0;
    case GAME_VALUE_INT:
        return (double)value->as.whole;
    case GAME_VALUE_REAL:
        return value->as.real;
    default:
        return 0;
    }
}

int game_value_is_number(const game_value_t *value)
{
    return value && (value->kind == GAME_VALUE_INT
                     || value->kind == GAME_VALUE_REAL);
}

apr_int64_t game_value_window(const game_value_t *minutes)
{
    double seconds = game_value_is_number(minutes)
                     ? game_value_number(minutes) * 60 : 0;

    if (seconds >= (double)CENTURY) {
        return CENTURY;
    }
    if (seconds <= -(double)CENTURY) {
        return -CENTURY;
    }
    return isnan(seconds) ? 0 : (apr_int64_t)seconds;
}

game_value_t game_value_int(apr_int64_t whole)
{
    game_value_t value = {GAME_VALUE_INT, {.whole = whole}};

    return value;
}

game_value_t game_value_real(double real)
{
    game_value_t value = {GAME_VALUE_REAL, {.real = real}};

    return value;
}

/* ---- overriding ---- */

static const char *trim(const char *text, apr_pool_t *pool)
{
    apr_size_t len;

    while (apr_isspace(*text)) {
        text++;
    }
    len = strlen(text);
    while (len && apr_isspace(text[len - 1])) {
        len--;
    }
    return apr_pstrmemdup(pool, text, len);
}

/* Move digits from *in to *out, without the single underscores that may
 * stand between two of them.
 * @return how many digits */
static int take_digits(const char **in, char **out)
{
    int count = 0;

    while (apr_isdigit(**in)
           || (count && **in == '_' && apr_isdigit((*in)[1]))) {
        if (**in != '_') {
            *(*out)++ = **in;
            count++;
        }
        (*in)++;
    }
    return count;
}

static void take_sign(const char **in, char **out)
{
    if (**in == '+' || **in == '-') {
        *(*out)++ = *(*in)++;
    }
}

/* Check that a trimmed text is a decimal number, and write it to out in the
 * form that the C library reads.
 * @param real whether a fraction and an exponent are allowed */
static int take_number(const char *in, char *out, int real)
{
    int count;

    take_sign(&in, &out);
    count = take_digits(&in, &out);
    if (real && *in == '.') {
        *out++ = *in++;
        count += take_digits(&in, &out);
    }
    if (!count) {
        return 0;
    }
    if (real && (*in == 'e' || *in == 'E')) {
        *out++ = *in++;
        take_sign(&in, &out);
        if (!take_digits(&in, &out)) {
            return 0;
        }
    }
    *out = '\0';
    return !*in;
}

static int override_int(game_value_t *value, const char *text, char *scratch)
{
    apr_int64_t whole;

    if (!take_number(text, scratch, 0)) {
        return -1;
    }
    errno = 0;
    whole = apr_strtoi64(scratch, NULL, 10);
    if (errno) {
        return -1;
    }
    value->as.whole = whole;
    return 1;
}

static int override_real(game_value_t *value, const char *text,
                         char *scratch)
{
    char *end;
    double real;

    if (!take_number(text, scratch, 1)) {
        return -1;
    }
    real = strtod(scratch, &end);
    if (*end || !isfinite(real)) {
        return -1;
    }
    value->as.real = real;
    return 1;
}

static int override_object(game_value_t *value, const char *text)
{
    apr_size_t len = strlen(text);

    if (*value->as.text != '{' || len < 2 || text[0] != '{'
        || text[len - 1] != '}') {
        return -1;
    }
    value->as.text = text;
    return 1;
}

int game_variable_override(game_variable_t *variables, const char *key,
                           const char *value, apr_pool_t *pool)
{
    const char *text;
    char *scratch;

    for (; key && variables && variables->name; variables++) {
        if (!strcmp(variables->name, key)
            || (!strncmp(variables->name, PREFIX, PREFIX_LEN)
                && !strcmp(variables->name + PREFIX_LEN, key))) {
            break;
        }
    }
    if (!key || !variables || !variables->name) {
        return 0;
    }
    if (!value) {
        return -1;
    }
    text = trim(value, pool);
    scratch = apr_palloc(pool, strlen(text) + 1);
    switch (variables->value.kind) {
    case GAME_VALUE_INT:
        return override_int(&variables->value, text, scratch);
    case GAME_VALUE_REAL:
        return override_real(&variables->value, text, scratch);
    case GAME_VALUE_JSON:
        return override_object(&variables->value, text);
    default:
        return -1;
    }
}

game_variable_t *game_variables_copy(const game_strategy_t *strategy,
                                     apr_pool_t *pool)
{
    static const game_variable_t end = {NULL, {GAME_VALUE_NULL, {0}}};
    const game_variable_t *from = strategy->variables;
    apr_size_t count = 0;

    if (!from) {
        from = &end;
    }
    while (from[count].name) {
        count++;
    }
    return apr_pmemdup(pool, from, (count + 1) * sizeof(*from));
}

int game_points_round(const game_value_t *points, apr_int64_t *whole)
{
    double nearest;

    if (points->kind == GAME_VALUE_INT) {
        *whole = points->as.whole;
        return 1;
    }
    if (points->kind != GAME_VALUE_REAL) {
        return 0;
    }
    nearest = round(points->as.real);           /* halves away from zero */
    if (!(nearest >= -TWO_TO_63 && nearest < TWO_TO_63)) {
        return 0;
    }
    *whole = (apr_int64_t)nearest;
    return 1;
}

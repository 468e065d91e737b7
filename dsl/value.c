/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Truth, equality, order, arithmetic and functions on values. A bool is a
 * number in all of them but truth's own sense.
 */
#include "value.h"

#include "ast.h"
#include "dsl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TWO_TO_63       9223372036854775808.0
#define TWO_TO_53       (APR_INT64_C(1) << 53)
/* Bits of a quotient that make its rounding to a double's 53 right. */
#define QUOTIENT_BITS   55

__extension__ typedef unsigned __int128 wide_t;

const char *game_dsl_kind_name(const game_value_t *value)
{
    static const char *const names[] = {
        "NoneType", "bool", "int", "float", "str"
    };

    if (value->kind == GAME_VALUE_JSON) {
        return value->as.text[strspn(value->as.text, " \t\r\n")] == '['
               ? "list" : "dict";
    }
    return names[value->kind];
}

static int is_empty(const char *json)
{
    json += strspn(json, " \t\r\n");
    json += 1 + strspn(json + 1, " \t\r\n");
    return *json == ']' || *json == '}';
}

int game_dsl_truth(const game_value_t *value)
{
    switch (value->kind) {
    case GAME_VALUE_BOOL:
        return value->as.flag != 0;
    case GAME_VALUE_INT:
        return value->as.whole != 0;
    case GAME_VALUE_REAL:
        return value->as.real != 0;
    case GAME_VALUE_TEXT:
        return value->as.text[0] != '\0';
    case GAME_VALUE_JSON:
        return !is_empty(value->as.text);
    default:
        return 0;
    }
}

/* ---- numbers ---- */

/* @return whether a value is a number; then a bool has become an int */
static int take_number(const game_value_t *value, game_value_t *number)
{
    *number = *value;
    if (value->kind == GAME_VALUE_BOOL) {
        number->kind = GAME_VALUE_INT;
        number->as.whole = value->as.flag != 0;
    }
    return number->kind == GAME_VALUE_INT || number->kind == GAME_VALUE_REAL;
}

static double as_real(const game_value_t *number)
{
    return number->kind == GAME_VALUE_INT ? (double)number->as.whole
                                          : number->as.real;
}

/* @return -1, 0 or 1; the fraction decides between equal whole parts */
static int order_mixed(apr_int64_t whole, double real)
{
    double cut;

    if (isnan(real)) {
        return -1;
    }
    if (real >= TWO_TO_63) {
        return -1;
    }
    if (real < -TWO_TO_63) {
        return 1;
    }
    cut = trunc(real);
    if (whole != (apr_int64_t)cut) {
        return whole < (apr_int64_t)cut ? -1 : 1;
    }
    return (cut > real) - (cut < real);
}

static int order_numbers(const game_value_t *left, const game_value_t *right)
{
    if (left->kind == GAME_VALUE_INT && right->kind == GAME_VALUE_INT) {
        return (left->as.whole > right->as.whole)
               - (left->as.whole < right->as.whole);
    }
    if (left->kind == GAME_VALUE_INT) {
        return order_mixed(left->as.whole, right->as.real);
    }
    if (right->kind == GAME_VALUE_INT) {
        return -order_mixed(right->as.whole, left->as.real);
    }
    return (left->as.real > right->as.real) - (left->as.real < right->as.real);
}

/* @return whether two values can be ordered, and how they are in *order */
static int order(const game_value_t *left, const game_value_t *right,
                 int *how)
{
    game_value_t a;
    game_value_t b;

    if (take_number(left, &a) && take_number(right, &b)) {
        *how = order_numbers(&a, &b);
        return 1;
    }
    if (left->kind == GAME_VALUE_TEXT && right->kind == GAME_VALUE_TEXT) {
        *how = strcmp(left->as.text, right->as.text);
        return 1;
    }
    return 0;
}

/* ---- equality ---- */

static int by_name(const void *left, const void *right)
{
    return strcmp(((const game_dsl_json_t *)left)->name,
                  ((const game_dsl_json_t *)right)->name);
}

/* @return the scalar that a tree is */
static game_value_t scalar(const game_dsl_json_t *json)
{
    game_value_t value = {GAME_VALUE_NULL, {0}};

    switch (json->kind) {
    case GAME_DSL_BOOL:
        value.kind = GAME_VALUE_BOOL;
        value.as.flag = json->as.flag;
        break;
    case GAME_DSL_INT:
        value.kind = GAME_VALUE_INT;
        value.as.whole = json->as.whole;
        break;
    case GAME_DSL_REAL:
        value.kind = GAME_VALUE_REAL;
        value.as.real = json->as.real;
        break;
    case GAME_DSL_TEXT:
        value.kind = GAME_VALUE_TEXT;
        value.as.text = json->as.text;
        break;
    default:
        break;
    }
    return value;
}

static int equal_scalars(const game_value_t *left, const game_value_t *right)
{
    int how;

    if (left->kind == GAME_VALUE_NULL || right->kind == GAME_VALUE_NULL) {
        return left->kind == right->kind;
    }
    return order(left, right, &how) && how == 0;
}

/* Trees are the caller's own: members are sorted in place. */
static int equal_trees(game_dsl_json_t *left, game_dsl_json_t *right)
{
    game_value_t a;
    game_value_t b;
    apr_size_t i;

    if (left->kind != GAME_DSL_LIST && left->kind != GAME_DSL_OBJECT) {
        if (right->kind == GAME_DSL_LIST || right->kind == GAME_DSL_OBJECT) {
            return 0;
        }
        a = scalar(left);
        b = scalar(right);
        return equal_scalars(&a, &b);
    }
    if (left->kind != right->kind || left->count != right->count) {
        return 0;
    }
    if (left->kind == GAME_DSL_OBJECT) {
        qsort(left->as.items, left->count, sizeof(*left), by_name);
        qsort(right->as.items, right->count, sizeof(*right), by_name);
    }
    for (i = 0; i < left->count; i++) {
        if ((left->kind == GAME_DSL_OBJECT
             && strcmp(left->as.items[i].name, right->as.items[i].name))
            || !equal_trees(&left->as.items[i], &right->as.items[i])) {
            return 0;
        }
    }
    return 1;
}

static int equal_json(const char *left, const char *right, apr_pool_t *pool)
{
    game_dsl_json_t a;
    game_dsl_json_t b;
    apr_pool_t *scratch;
    int equal;

    if (!strcmp(left, right)) {
        return 1;
    }
    apr_pool_create(&scratch, pool);
    equal = game_dsl_json_parse(scratch, left, &a)
            && game_dsl_json_parse(scratch, right, &b)
            && equal_trees(&a, &b);
    apr_pool_destroy(scratch);
    return equal;
}

int game_dsl_equal(const game_value_t *left, const game_value_t *right,
                   apr_pool_t *pool)
{
    if (left->kind == GAME_VALUE_JSON && right->kind == GAME_VALUE_JSON) {
        return equal_json(left->as.text, right->as.text, pool);
    }
    return equal_scalars(left, right);
}

game_dsl_done_e game_dsl_compare(game_dsl_compare_e op,
                                 const game_value_t *left,
                                 const game_value_t *right, int *result,
                                 apr_pool_t *pool)
{
    int how;

    if (op == GAME_DSL_EQ || op == GAME_DSL_NE) {
        *result = game_dsl_equal(left, right, pool) == (op == GAME_DSL_EQ);
        return GAME_DSL_DONE;
    }
    if (!order(left, right, &how)) {
        return GAME_DSL_MISMATCH;
    }
    *result = op == GAME_DSL_LT ? how < 0 : op == GAME_DSL_LE ? how <= 0
              : op == GAME_DSL_GE ? how >= 0 : how > 0;
    return GAME_DSL_DONE;
}

/* ---- arithmetic ---- */

static int bits(apr_uint64_t number)
{
    return number ? 64 - __builtin_clzll(number) : 0;
}

/* The double nearest to left / right, ties to even. */
static double quotient(apr_int64_t left, apr_int64_t right)
{
    apr_uint64_t a = left < 0 ? 0 - (apr_uint64_t)left : (apr_uint64_t)left;
    apr_uint64_t b = right < 0 ? 0 - (apr_uint64_t)right
                               : (apr_uint64_t)right;
    int shift = QUOTIENT_BITS + bits(b) - bits(a);
    apr_uint64_t whole;
    wide_t shifted;
    double result;

    if (a <= TWO_TO_53 && b <= TWO_TO_53) {
        return (double)left / (double)right;    /* both exact */
    }
    if (shift < 0) {
        shift = 0;
    }
    shifted = (wide_t)a << shift;
    whole = (apr_uint64_t)(shifted / b);
    whole |= shifted % b != 0;          /* what is cut off breaks ties */
    result = ldexp((double)whole, -shift);
    return (left < 0) != (right < 0) ? -result : result;
}

static game_dsl_done_e whole_arith(game_dsl_arith_e op, apr_int64_t left,
                                   apr_int64_t right, game_value_t *result)
{
    int over = 0;

    result->kind = GAME_VALUE_INT;
    switch (op) {
    case GAME_DSL_ADD:
        over = __builtin_add_overflow(left, right, &result->as.whole);
        break;
    case GAME_DSL_SUB:
        over = __builtin_sub_overflow(left, right, &result->as.whole);
        break;
    case GAME_DSL_MUL:
        over = __builtin_mul_overflow(left, right, &result->as.whole);
        break;
    default:
        if (!right) {
            return GAME_DSL_BY_ZERO;
        }
        result->kind = GAME_VALUE_REAL;
        result->as.real = quotient(left, right);
    }
    return over ? GAME_DSL_OVERFLOW : GAME_DSL_DONE;
}

static game_dsl_done_e real_arith(game_dsl_arith_e op, double left,
                                  double right, game_value_t *result)
{
    double real;

    switch (op) {
    case GAME_DSL_ADD:
        real = left + right;
        break;
    case GAME_DSL_SUB:
        real = left - right;
        break;
    case GAME_DSL_MUL:
        real = left * right;
        break;
    default:
        if (right == 0) {
            return GAME_DSL_BY_ZERO;
        }
        real = left / right;
    }
    result->kind = GAME_VALUE_REAL;
    result->as.real = real;
    return isfinite(real) ? GAME_DSL_DONE : GAME_DSL_OVERFLOW;
}

static game_dsl_done_e join(const char *left, const char *right,
                            game_value_t *result, apr_pool_t *pool)
{
    apr_size_t first = strlen(left);
    apr_size_t second = strlen(right);
    char *text;

    if (first > GAME_DSL_MAX_JOINED || second > GAME_DSL_MAX_JOINED - first) {
        return GAME_DSL_TOO_LONG;
    }
    text = apr_palloc(pool, first + second + 1);
    memcpy(text, left, first);
    memcpy(text + first, right, second + 1);
    result->kind = GAME_VALUE_TEXT;
    result->as.text = text;
    return GAME_DSL_DONE;
}

/* min, max: the left one, unless the right one is strictly beyond it. */
static game_dsl_done_e pick(game_dsl_arith_e op, const game_value_t *left,
                            const game_value_t *right, game_value_t *result)
{
    int how;

    if (!order(left, right, &how)) {
        return GAME_DSL_MISMATCH;
    }
    *result = (op == GAME_DSL_MIN ? how > 0 : how < 0) ? *right : *left;
    return GAME_DSL_DONE;
}

game_dsl_done_e game_dsl_arith(game_dsl_arith_e op, const game_value_t *left,
                               const game_value_t *right,
                               game_value_t *result, apr_pool_t *pool)
{
    game_value_t a;
    game_value_t b;

    if (op == GAME_DSL_MIN || op == GAME_DSL_MAX) {
        return pick(op, left, right, result);
    }
    if (op == GAME_DSL_ADD && left->kind == GAME_VALUE_TEXT
        && right->kind == GAME_VALUE_TEXT) {
        return join(left->as.text, right->as.text, result, pool);
    }
    if (!take_number(left, &a) || !take_number(right, &b)) {
        return GAME_DSL_MISMATCH;
    }
    if (a.kind == GAME_VALUE_INT && b.kind == GAME_VALUE_INT) {
        return whole_arith(op, a.as.whole, b.as.whole, result);
    }
    return real_arith(op, as_real(&a), as_real(&b), result);
}

/* ---- functions ---- */

static game_dsl_done_e parse_whole(const char *text, apr_int64_t *whole)
{
    static const char blanks[] = " \t\n\v\f\r";
    const char *digits;
    const char *end;

    text += strspn(text, blanks);
    digits = *text == '-' || *text == '+' ? text + 1 : text;
    end = digits + strspn(digits, "0123456789");
    if (end == digits || end[strspn(end, blanks)]) {
        return GAME_DSL_MISMATCH;
    }
    errno = 0;
    *whole = strtoll(text, NULL, 10);
    return errno ? GAME_DSL_OVERFLOW : GAME_DSL_DONE;
}

game_dsl_done_e game_dsl_int(game_value_t *value)
{
    game_dsl_done_e done = GAME_DSL_DONE;
    apr_int64_t whole = 0;

    switch (value->kind) {
    case GAME_VALUE_INT:
        return GAME_DSL_DONE;
    case GAME_VALUE_BOOL:
        whole = value->as.flag != 0;
        break;
    case GAME_VALUE_REAL:
        if (isnan(value->as.real)) {
            return GAME_DSL_MISMATCH;
        }
        if (value->as.real < -TWO_TO_63 || value->as.real >= TWO_TO_63) {
            return GAME_DSL_OVERFLOW;
        }
        whole = (apr_int64_t)value->as.real;
        break;
    case GAME_VALUE_TEXT:
        done = parse_whole(value->as.text, &whole);
        break;
    default:
        return GAME_DSL_MISMATCH;
    }
    if (done == GAME_DSL_DONE) {
        value->kind = GAME_VALUE_INT;
        value->as.whole = whole;
    }
    return done;
}

game_dsl_done_e game_dsl_clamp(const game_value_t *value,
                               const game_value_t *low,
                               const game_value_t *high,
                               game_value_t *result)
{
    game_dsl_done_e done;
    game_value_t least;

    done = pick(GAME_DSL_MIN, value, high, &least);
    if (done != GAME_DSL_DONE) {
        return done;
    }
    return pick(GAME_DSL_MAX, low, &least, result);
}

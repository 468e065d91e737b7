/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file value.h
 * What the operators of the DSL mean (engine.md 3.3). Whole numbers and
 * reals stay apart, and are compared by their exact values.
 */
#ifndef GAME_DSL_VALUE_H
#define GAME_DSL_VALUE_H

#include "game_strategy.h"

typedef enum {
    GAME_DSL_LT, GAME_DSL_LE, GAME_DSL_EQ, GAME_DSL_NE, GAME_DSL_GE,
    GAME_DSL_GT
} game_dsl_compare_e;

typedef enum {
    GAME_DSL_ADD, GAME_DSL_SUB, GAME_DSL_MUL, GAME_DSL_DIV, GAME_DSL_MIN,
    GAME_DSL_MAX
} game_dsl_arith_e;

/** How an operator or function ended. */
typedef enum {
    GAME_DSL_DONE,
    GAME_DSL_MISMATCH,          /**< kinds do not fit */
    GAME_DSL_BY_ZERO,
    GAME_DSL_OVERFLOW,          /**< outside int64, or not finite */
    GAME_DSL_TOO_LONG           /**< text over GAME_DSL_MAX_JOINED */
} game_dsl_done_e;

/** @return how errors and params name a kind: NoneType, bool, int ... */
const char *game_dsl_kind_name(const game_value_t *value);

/** @return whether a value counts as true */
int game_dsl_truth(const game_value_t *value);

/** @return whether two values are equal; texts and numbers never are.
 *  @param pool scratch, used for lists and objects only */
int game_dsl_equal(const game_value_t *left, const game_value_t *right,
                   apr_pool_t *pool);

/** Compare; *result is set when done. */
game_dsl_done_e game_dsl_compare(game_dsl_compare_e op,
                                 const game_value_t *left,
                                 const game_value_t *right, int *result,
                                 apr_pool_t *pool);

/** Calculate; result may be left or right. Joined texts live in pool. */
game_dsl_done_e game_dsl_arith(game_dsl_arith_e op, const game_value_t *left,
                               const game_value_t *right,
                               game_value_t *result, apr_pool_t *pool);

/** int(x), in place. */
game_dsl_done_e game_dsl_int(game_value_t *value);

/** max(low, min(value, high)); result may be any of the three. */
game_dsl_done_e game_dsl_clamp(const game_value_t *value,
                               const game_value_t *low,
                               const game_value_t *high,
                               game_value_t *result);

#endif

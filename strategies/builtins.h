/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file builtins.h
 * The strategies that come with the module, and helpers that any strategy
 * may use on its variables.
 */
#ifndef GAME_BUILTINS_H
#define GAME_BUILTINS_H

#include "game_strategy.h"

extern const game_strategy_t game_strategy_default;
extern const game_strategy_t game_strategy_socio_bee;
extern const game_strategy_t game_strategy_constant_effort;
extern const game_strategy_t game_strategy_getis_ord_gi_star;
extern const game_strategy_t game_strategy_greencrowd;
extern const game_strategy_t game_strategy_greengage;

/** The built-ins in the order in which they are listed (by id); NULL ends. */
extern const game_strategy_t *const game_builtins[];

/**
 * Find a variable.
 * @param variables list ended by a NULL name
 * @param name full name, "variable_..."
 * @return its value, or NULL
 */
const game_value_t *game_variable_find(const game_variable_t *variables,
                                       const char *name);

/** @return a value as a double: INT and REAL as they are, BOOL as 0 or 1,
 *          else 0. */
double game_value_number(const game_value_t *value);

/** Values of numbers. */
game_value_t game_value_int(apr_int64_t whole);
game_value_t game_value_real(double real);

/**
 * Copy a strategy's defaults and let one list of params override them.
 * @param variables the list to change in place
 * @param key, value the text of a param; key with or without "variable_"
 * @return 0 when it is no variable, 1 when it fits and was taken, -1 when it
 *         does not fit the variable's type (engine.md 1.5: int text for INT;
 *         int or real text, finite, for REAL; objects: JSON object text;
 *         nothing else)
 */
int game_variable_override(game_variable_t *variables, const char *key,
                           const char *value, apr_pool_t *pool);

/** @return a list with the strategy's defaults, made in pool. */
game_variable_t *game_variables_copy(const game_strategy_t *strategy,
                                     apr_pool_t *pool);

/**
 * Turn points into the whole number that is booked: nearest, halves away
 * from zero (decisions.md, Scoring).
 * @return 1, or 0 when it is no finite number within int64
 */
int game_points_round(const game_value_t *points, apr_int64_t *whole);

/**
 * The hash that an answer shows as hash_version: SHA-256 in hex over id,
 * version and variable defaults in canonical JSON (decisions.md 30).
 * @return 64 lower-case hex digits in pool
 */
const char *game_strategy_hash(const game_strategy_t *strategy,
                               apr_pool_t *pool);

#endif

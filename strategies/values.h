/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file values.h
 * Small questions about values, for the built-in strategies only.
 */
#ifndef GAME_VALUES_H
#define GAME_VALUES_H

#include "game_strategy.h"

/** @return whether a value is INT or REAL; NULL is not */
int game_value_is_number(const game_value_t *value);

/**
 * Turn a window given in minutes into seconds.
 * @param minutes INT or REAL; anything else is a window of 0
 * @return whole seconds, cut to a century either way so that it can be
 *         subtracted from any apr_time_t
 */
apr_int64_t game_value_window(const game_value_t *minutes);

#endif

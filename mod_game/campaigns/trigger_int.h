/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file trigger_int.h
 * What trigger*.c share.
 */
#ifndef GAME_CAMPAIGNS_TRIGGER_INT_H
#define GAME_CAMPAIGNS_TRIGGER_INT_H

#include "trigger.h"

/** Replace the short forms of an object by canonical ones, in place, without
 *  filling in what is not there. */
void game_trigger_expand(apr_pool_t *pool, game_json_t *payload);

/** Only that of a difficulty that is a string. */
void game_trigger_expand_level(apr_pool_t *pool, game_json_t *payload);

#endif

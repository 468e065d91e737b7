/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The list of the strategies that come with the module. A new one is a line
 * here and a declaration in builtins.h.
 */
#include "builtins.h"

#include <stddef.h>

const game_strategy_t *const game_builtins[] = {
    &game_strategy_constant_effort,
    &game_strategy_default,
    &game_strategy_getis_ord_gi_star,
    &game_strategy_greencrowd,
    &game_strategy_greengage,
    &game_strategy_socio_bee,
    NULL
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file synth_int.h
 * What synth*.c share: a bar that is being mixed.
 */
#ifndef GAME_CAMPAIGNS_SYNTH_INT_H
#define GAME_CAMPAIGNS_SYNTH_INT_H

#include "synth.h"

typedef struct game_synth_bar_t {
    const game_synth_t *synth;
    int index;
    int first;                  /**< frame of the piece */
    int frames;
    int chord;                  /**< degree */
    unsigned char degree[GAME_SYNTH_STEPS];     /**< of the lead */
    apr_int32_t *left;          /**< frames of them; mixed into */
    apr_int32_t *right;
} game_synth_bar_t;

/** Add all that plays in a bar to its two sides (synth_sound.c). */
void game_synth_sound(const game_synth_bar_t *bar);

#endif

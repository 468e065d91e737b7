/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file synth.h
 * The synthesiser of background music (campaigns.md 4.2, version 1): from a
 * few parameters to a WAV file, in whole numbers only, so that equal
 * parameters give equal bytes everywhere.
 */
#ifndef GAME_CAMPAIGNS_SYNTH_H
#define GAME_CAMPAIGNS_SYNTH_H

#include "campaigns.h"

/** Bytes of the RIFF header before the first sample. */
#define GAME_SYNTH_HEADER 44
/** Steps of a bar. */
#define GAME_SYNTH_STEPS 16
/** Degrees of a scale. */
#define GAME_SYNTH_DEGREES 7

/** What is asked for. */
typedef struct game_synth_in_t {
    double duration_sec;        /**< 1..300 */
    double bpm;                 /**< 60..200 */
    double energy;              /**< 0..1 */
    const char *genre;          /**< chooses the lead's wave */
    const char *mood;           /**< chooses scale and chords */
    int rate;                   /**< 22050, 44100 or 48000 frames a second */
    int channels;               /**< 1 or 2 */
    int loopable;               /**< 0: it fades out in the last 2 s */
    const char *key;            /**< canonical JSON that seeds all draws */
} game_synth_in_t;

/** A piece before its first frame: what was drawn for all bars. */
typedef struct game_synth_t {
    game_synth_in_t in;
    int energy;                 /**< 0..100 */
    int bars;
    int frames;
    int size;                   /**< bytes of the file, header included */
    apr_uint32_t seed;          /**< of the draws */
    apr_uint32_t state;         /**< of the draws, before the first bar */
    int root;                   /**< MIDI number of the lowest root */
    int progression[4];         /**< degrees of the chords, bar by bar */
    const int *scale;           /**< 7 half tone steps above the root */
    unsigned char on[GAME_SYNTH_STEPS];     /**< whether the lead plays */
    unsigned char degree[GAME_SYNTH_STEPS]; /**< of the lead, 0..4 */
} game_synth_t;

/**
 * Take what bytes there are: the header first, then one bar a call.
 * @return NULL to go on; a fault ends the piece and is handed on
 */
typedef game_fault_t *game_synth_write_fn(void *baton, const void *data,
                                          apr_size_t len);

/**
 * Read parameters {duration_sec, genre, mood?, energy_level?, bpm?,
 * instruments?, prompt?, seed?, sample_rate?, channels?, loopable?} with the
 * defaults of 4.2 and make the key that seeds the draws.
 * @param pool of *in
 */
void game_synth_read(apr_pool_t *pool, const game_json_t *params,
                     game_synth_in_t *in);

/**
 * Draw what holds for all bars.
 * @return NULL, or INVALID_PARAMS when something is outside its range
 */
game_fault_t *game_synth_make(apr_pool_t *pool, const game_synth_in_t *in,
                              game_synth_t *synth);

/**
 * Make the file. One bar is in memory at a time (below 4 MiB); the same piece
 * may be played again.
 * @param pool of the buffers
 * @return NULL, or the fault of write
 */
game_fault_t *game_synth_play(apr_pool_t *pool, const game_synth_t *synth,
                              game_synth_write_fn *write, void *baton);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file play.h
 * The decision about a play (campaigns.md 8), pure: the rules of the
 * manifest, what is known of the player, and random bits that are given.
 */
#ifndef GAME_CAMPAIGNS_PLAY_H
#define GAME_CAMPAIGNS_PLAY_H

#include "campaigns.h"

/** Bits of a draw; one that is 0 to 2^53 - 1 is u / 2^53 of 0 to 1. */
#define GAME_PLAY_BITS 53

/** What a play is decided by, beside the rules. */
typedef struct game_play_context_t {
    const char *status;         /**< of the campaign ("live", ...) */
    apr_time_t now;
    int logged_in;
    const char *region;         /**< NULL or "": unknown */
    apr_int64_t plays;          /**< of this player so far */
    apr_int64_t last_minute;    /**< plays that the limits count, since now -
                                     60 s */
    apr_int64_t last_hour;      /**< and since now - 3600 s */
    apr_time_t minute_first;    /**< the oldest of last_minute; 0: unknown */
    apr_time_t hour_first;      /**< the oldest of last_hour; 0: unknown */
    apr_uint64_t u53;           /**< a draw; bits above 53 are ignored */
    double win_probability;     /**< the game config's, where the rules give
                                     no rate (game_play_probability) */
} game_play_context_t;

typedef struct game_play_t {
    const char *code;           /**< NULL: it is allowed; else of section 8 */
    int http;                   /**< 201, or the status of the refusal */
    const char *message;        /**< of a refusal; a sentence */
    int retry_after;            /**< seconds, of RATE_LIMITED; else 0 */
    double win_probability;     /**< of an allowed one; never sent */
    int win;
    apr_int64_t limit;          /**< of an allowed one: plays that this player
                                     has in all, for the statement that
                                     counts them; 0: no limit */
    apr_int64_t minute_limit;   /**< of an allowed one, as limit: plays a */
    apr_int64_t hour_limit;     /**< minute and an hour; 0: no limit */
    apr_int64_t remaining;      /**< plays left after this; -1: no limit */
} game_play_t;

/**
 * Decide about a play. The first check that fails is the answer, in the
 * order of section 8. A rule that cannot be understood (a date that is none,
 * a limit that is no number) refuses; a rate that is none never wins.
 * @param rules `rules` of the manifest; any value, or NULL
 * @param out   all of it is set
 */
void game_play_decide(const game_json_t *rules,
                      const game_play_context_t *context, game_play_t *out);

/** @return settings.difficulty.win_probability of a game config; 0 when it
 *  has none */
double game_play_probability(const game_json_t *config);

/**
 * The prize of a win, if the game's mechanics name any: `prize` of a wheel's
 * `segments`, `value` of the winners in `prizes`, or else `prize` itself.
 * @param config the game config; any value, or NULL
 * @param u53    a draw of its own: it chooses by `weight` (1 where it is
 *               none; all alike when every one is 0)
 * @return a text of config, never empty; or NULL
 */
const char *game_play_prize(const game_json_t *config, apr_uint64_t u53);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_points.h
 * The end of a play (campaigns.md 8): its points are scored by the strategies
 * of its game's tasks campaign-play and campaign-win, and booked with it, all
 * at once.
 */
#ifndef GAME_CAMPAIGN_POINTS_H
#define GAME_CAMPAIGN_POINTS_H

#include "request.h"

/** A play that is to be finished. */
typedef struct game_play_end_t {
    const char *campaign;       /**< UUID */
    const char *play;           /**< UUID */
    const char *token;          /**< hash of its token, as bytea text */
    const char *duration_ms;    /**< ready to be bound */
    const char *result;         /**< JSON text, or NULL */
} game_play_end_t;

/**
 * Finish a play, once. Of a player with a name, points are booked as an
 * award's are: exactly once, on the history that they were scored with. A
 * task that is closed or gone gives none, and so does a strategy that
 * refuses the event, which is logged.
 * @param play receives the play as campaigns.play_json writes it
 * @return NULL; PLAY_NOT_FOUND, INVALID_PLAY_TOKEN, ALREADY_FINISHED,
 *         PLAY_EXPIRED; 409 for a balance that is too small for negative
 *         points; 422 when the play's id was used as the key of another
 *         award; 503
 */
game_error_t *game_campaign_finish(game_req_t *req,
                                   const game_play_end_t *in,
                                   const char **play);

#endif

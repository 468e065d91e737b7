/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file plays.h
 * Plays of a campaign (campaigns.md 8). Who may play, and what comes of it,
 * is the server's to decide; a page only shows it.
 */
#ifndef GAME_API_PLAYS_H
#define GAME_API_PLAYS_H

#include "../request.h"

extern const game_schema_t game_plays_start_body;
extern const game_schema_t game_plays_finish_body;
extern const game_schema_t game_plays_list_query;

extern const game_schema_t game_plays_start_answer;
extern const game_schema_t game_plays_finish_answer;
extern const game_schema_t game_plays_list_answer;
extern const game_schema_t game_plays_stats_answer;

/** POST /campaigns/{campaignId}/plays: start a play, within the campaign's
 *  rules. 201, or a refusal with a code of section 8. */
game_error_t *game_plays_start(game_req_t *req);

/** POST /campaigns/{campaignId}/plays/{playId}/finish: finish a play with its
 *  token, once, and book its points. */
game_error_t *game_plays_finish(game_req_t *req);

/** GET /campaigns/{campaignId}/plays: for the owner. */
game_error_t *game_plays_list(game_req_t *req);

/** GET /campaigns/{campaignId}/plays/stats: for the owner. */
game_error_t *game_plays_stats(game_req_t *req);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file plays_invite.h
 * Invitations: a campaign's owner vouches for a user, whose browser has no
 * credential. An invitation is a signed text that names campaign, user,
 * region and its end; the play page gets it in its address (?invitation=) and
 * hands it on when a play starts. It may be used as often as the campaign's
 * rules let the user play.
 */
#ifndef GAME_API_PLAYS_INVITE_H
#define GAME_API_PLAYS_INVITE_H

#include "../request.h"

extern const game_schema_t game_plays_invite_body;
extern const game_schema_t game_plays_invite_answer;

/** POST /campaigns/{campaignId}/invitations: for the owner. 201, or 503 where
 *  there is no GameSecretFile. */
game_error_t *game_plays_invite(game_req_t *req);

/**
 * Read an invitation.
 * @param text   as it came
 * @param user   the user it names, in the request's pool
 * @param region or NULL
 * @return NULL, or INVALID_INVITATION: it is not this server's, of another
 *         campaign, or over
 */
game_error_t *game_plays_invited(game_req_t *req, const char *text,
                                 const char **user, const char **region);

#endif

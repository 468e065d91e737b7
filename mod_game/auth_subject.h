/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file auth_subject.h
 * Between auth*.c only.
 */
#ifndef GAME_AUTH_SUBJECT_H
#define GAME_AUTH_SUBJECT_H

#include "auth.h"

/** Note a token's subject in oauth_users, once a minute at most.
 *  @return NULL; 403 when its status there is not active; 503 */
game_error_t *game_auth_subject(game_req_t *req, const char *subject);

/** What a verified bearer says. */
typedef struct game_token_t {
    const char *subject;
    int admin;
} game_token_t;

/** Check the claims of the request's token (issuer, audience, typ, exp,
 *  nbf), which mod_auth_openidc has verified.
 *  @return NULL, 401 or 403 with its specific text */
game_error_t *game_auth_token(game_req_t *req, game_token_t *token);

#endif

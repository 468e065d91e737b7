/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file auth.h
 * Who calls: API keys looked up and compared here, bearer tokens as
 * mod_auth_openidc vouches for them (http-api.md 3, decisions.md 21, 24).
 */
#ifndef GAME_AUTH_H
#define GAME_AUTH_H

#include "request.h"

/** @return whether the request carries a non-empty X-API-Key */
int game_auth_has_key(const game_req_t *req);

/** @return whether the request carries something that mod_auth_openidc is to
 *          verify: a bearer token, or a session where AuthType has those */
int game_auth_has_token(const game_req_t *req);

/** What is known of an API key. */
typedef struct game_key_t {
    const char *prefix;
    const char *realm;          /**< or NULL */
    int admin;
} game_key_t;

/**
 * Look the request's X-API-Key up: in this process's cache, else in the
 * database by prefix, its digest compared in constant time.
 * @return NULL; 403 for an unknown or inactive key; 503
 */
game_error_t *game_auth_key(game_req_t *req, const game_key_t **key);

/**
 * Authenticate the caller as the route's access class wants; sets req->who.
 * @return NULL, 401 (with WWW-Authenticate), 403 or 503
 */
game_error_t *game_auth_caller(game_req_t *req);

/** A key was made or revoked: call after the commit. */
void game_auth_keys_changed(game_req_t *req, const char *prefix);

#endif

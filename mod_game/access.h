/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file access.h
 * What a caller may do with games and users (http-api.md 3.5, decisions.md
 * 13, 38 and Realms).
 */
#ifndef GAME_ACCESS_H
#define GAME_ACCESS_H

#include "catalog.h"
#include "request.h"

/** @return whether the caller may use a game: an administrator, its owner by
 *          key, realm or subject */
int game_access_may(const game_principal_t *who, const char *prefix,
                    const char *realm, const char *subject);

/** A user that the caller asked for. */
typedef struct game_user_t {
    game_user_id_t id;
    const char *external_id;
    int exists;
    int visible;                /**< the caller may see it */
} game_user_t;

/** Look a user up in the caller's namespace. @return NULL or 503 */
game_error_t *game_access_lookup(game_req_t *req, const char *external_id,
                                 game_user_t *user);

/** As game_access_lookup, and 404 "Not found externalUserId : <id>" or 403
 *  "You do not have permission to access this user". */
game_error_t *game_access_user(game_req_t *req, const char *external_id,
                               game_user_t *user);

#endif

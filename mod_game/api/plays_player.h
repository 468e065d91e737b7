/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file plays_player.h
 * Who plays a campaign (campaigns.md 8): a user whom an API key names, the
 * subject of a bearer token, whom an invitation names, or the holder of a
 * signed cookie. What a page says by itself of its user and its region counts
 * with an API key alone.
 */
#ifndef GAME_API_PLAYS_PLAYER_H
#define GAME_API_PLAYS_PLAYER_H

#include "../request.h"

/** The environment variable that a server's configuration puts a request's
 *  country into, of a source that can be trusted. */
#define GAME_COUNTRY_VARIABLE "GAME_COUNTRY"

typedef struct game_player_t {
    const char *key;            /**< externalUserId, subject, "anon:<id>" */
    int anonymous;              /**< known by a cookie, or not at all */
    int named;                  /**< by the API key: only its campaigns'
                                     users can be */
    const char *region;         /**< or NULL: unknown */
    const char *cookie;         /**< of an anonymous one: its id */
} game_player_t;

/**
 * Find the player of a request: externalUserId and region of its body, the
 * credentials, the cookie. An anonymous player without a cookie that is ours
 * gets a new id.
 * @return NULL; INVALID_INVITATION; LOGIN_REQUIRED for an anonymous one where
 *         there is no GameSecretFile; 422 for an externalUserId that is taken
 *         for an anonymous player's
 */
game_error_t *game_player_find(game_req_t *req, game_player_t *player);

/** Let the answer set the player's cookie; nothing for others. */
void game_player_remember(game_req_t *req, const game_player_t *player);

#endif

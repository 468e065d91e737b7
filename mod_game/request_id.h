/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file request_id.h
 * The id of a request: taken from X-Request-Id, else from mod_unique_id,
 * else made. It is there from the moment the request was read.
 */
#ifndef GAME_REQUEST_ID_H
#define GAME_REQUEST_ID_H

#include <httpd.h>

/** @return the id, made at the first call; in the note game-request-id and
 *          the variable GAME_REQUEST_ID */
const char *game_request_id(request_rec *r);

/** Register the hooks that make it early and answer it. */
void game_request_id_register(apr_pool_t *pool);

#endif

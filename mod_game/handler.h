/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file handler.h
 * The way of a request: route, caller, body, handler, answer; and the
 * decisions that httpd's own phases ask for before it.
 */
#ifndef GAME_HANDLER_H
#define GAME_HANDLER_H

#include "request.h"

/** What a file name begins with where no file stands behind a path. */
#define GAME_NO_FILE "game:"

/** Match the request's path once; req->route stays NULL without a match. */
void game_handler_match(game_req_t *req);

/** @return whether mod_auth_openidc is to look at this request */
int game_handler_wants_token(request_rec *r);

/** Register the hooks of requests. */
void game_handler_register(apr_pool_t *pool);

/** Register authz providers and authentication hooks (authz.c). */
void game_authz_register(apr_pool_t *pool);

/** Register the filter that turns foreign errors into JSON
 *  (json_errors.c). */
void game_json_errors_register(apr_pool_t *pool);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file cors.h
 * Cross-origin requests (http-api.md 2.6); nothing without GameCorsOrigin.
 */
#ifndef GAME_CORS_H
#define GAME_CORS_H

#include "request.h"

/** Set the headers of a request with an Origin, once; also of an error that
 *  another module raised. */
void game_cors_headers(game_req_t *req);

/** Set the headers of a request with an Origin, and answer a preflight.
 *  @return whether the answer is complete */
int game_cors_answer(game_req_t *req);

#endif

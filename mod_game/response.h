/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file response.h
 * Answers: JSON through one brigade, with the headers that every answer has.
 */
#ifndef GAME_RESPONSE_H
#define GAME_RESPONSE_H

#include "request.h"

/** Answer what was written. @param status 200 or 201 @return NULL */
game_error_t *game_response_json(game_req_t *req, int status, game_jw_t *jw);

/** Answer JSON that the database made; white space outside strings goes. */
game_error_t *game_response_raw(game_req_t *req, int status,
                                const char *json);

/** Answer 204. @return NULL */
game_error_t *game_response_none(game_req_t *req);

/** Send len bytes as the whole answer (also used for errors).
 *  @return an httpd status for the handler hook */
int game_response_bytes(game_req_t *req, int status, const char *type,
                        const char *body, apr_size_t len);

#endif

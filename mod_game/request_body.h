/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file request_body.h
 * Reading what the client sent: query, path and body of a matched route.
 */
#ifndef GAME_REQUEST_BODY_H
#define GAME_REQUEST_BODY_H

#include "request.h"

/**
 * Read and check path, query and body of req->route; fills req->path (normal
 * UUIDs), req->query and req->body.
 * @return NULL, 400 (cannot be decoded), 408, 413 (GameBodyMax,
 *         LimitRequestBody), or 422 with all faults
 */
game_error_t *game_request_read(game_req_t *req);

#endif

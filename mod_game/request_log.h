/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file request_log.h
 * The request log: a row a request, and exact counts of all by day.
 */
#ifndef GAME_REQUEST_LOG_H
#define GAME_REQUEST_LOG_H

#include "request.h"
#include "telemetry.h"

/** Make a server's queue. */
game_sink_t *game_request_log_sink(apr_pool_t *pchild, server_rec *server);

/** Note a request that has a route and is over. */
void game_request_log_add(game_sink_t *sink, const game_req_t *req);

#endif

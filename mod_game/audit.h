/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file audit.h
 * The audit log: what callers did, in the levels and numbers of rows that the
 * route table has for it (http-api.md 18.2).
 */
#ifndef GAME_AUDIT_H
#define GAME_AUDIT_H

#include "request.h"
#include "telemetry.h"

/** Make a server's queue. */
game_sink_t *game_audit_sink(apr_pool_t *pchild, server_rec *server);

/** Note what a request did that has a route and is over. */
void game_audit_add(game_sink_t *sink, const game_req_t *req);

#endif

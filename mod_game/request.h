/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file request.h
 * One request as a handler sees it: checked path parameters, checked query
 * and body, the caller. Handlers never read r->uri, headers or the body.
 */
#ifndef GAME_REQUEST_H
#define GAME_REQUEST_H

#include <httpd.h>

#include "game.h"
#include "json.h"
#include "error.h"
#include "config.h"
#include "route.h"

struct game_req_t {
    request_rec *r;
    apr_pool_t *pool;           /**< r->pool */
    const game_server_conf_t *server;
    const game_dir_conf_t *dir;
    const game_route_t *route;  /**< NULL until matched */
    const game_route_t *sibling; /**< a row of the path, whatever its method:
                                     what a request without a route meant */
    int matched;                /**< the path was looked up */
    const char *allow;          /**< methods of a known path; or NULL */
    const char *path[GAME_PATH_PARAMS];  /**< by position in the template */
    game_json_t *query;         /**< object, checked and typed */
    game_json_t *body;          /**< checked; NULL when the route has none */
    const char *request_id;     /**< X-Request-Id, given or made */
    const char *correlation_id; /**< X-Correlation-ID, given or made */
    const game_principal_t *who; /**< set after authentication */
    game_error_t *auth_error;   /**< why authentication failed, if it did */
    int key_checked;            /**< the X-API-Key was looked up */
    apr_interval_time_t db_time; /**< spent with the database */
    apr_interval_time_t rule_time; /**< spent with scoring */
    int status;                 /**< what a handler that sent a file itself
                                     returns to httpd; else 0, which is OK */
    int answered;               /**< this module wrote the answer itself */
    int filed;                  /**< r->filename is the answer: httpd's own
                                     handler sends it */
    const char *user_id;        /**< UUID of the user it is about, or NULL */
    int handled;                /**< it got as far as its handler */
    const game_error_t *fault;  /**< that it ended with, or NULL */
    int audit;                  /**< levels instead of the route's, for a
                                     call that succeeded; 0: the route's */
    const char *audit_name, *audit_id;  /**< of what was made, or NULL */
    const char *new_subject;    /**< of the token, when first seen, or NULL */
};

/** @return the request's game_req_t, made at the first call */
game_req_t *game_request_of(request_rec *r);

/** @return a path parameter by its name in the template; a UUID in its
 *          normal form. A wrong name is a bug and ends as NULL. */
const char *game_request_path(const game_req_t *req, const char *name);

/** @return the header value without blanks around it, or NULL when it is
 *          absent or blank */
const char *game_request_header(const game_req_t *req, const char *name);

/**
 * The idempotency key of headers: Idempotency-Key, else X-Idempotency-Key.
 * @param key NULL when there is none
 * @return NULL, or 422 for a key over 255 bytes or with control characters
 */
game_error_t *game_request_idempotency(const game_req_t *req,
                                       const char **key);

/** Compute the id of the user whom the request is about, as game_user_id,
 *  and note it for the logs of requests. */
void game_request_user(game_req_t *req, const char *realm,
                       const char *external, game_user_id_t *user);

/** Note what the request made, for the audit log. @param name as "gameId" */
void game_request_made(game_req_t *req, const char *name, const char *id);

/** Check the form of an idempotency key found in a body.
 *  @param place, name for the 422 item's loc */
game_error_t *game_idempotency_check(apr_pool_t *pool, const char *key,
                                     const char *place, const char *name);

/** @return SHA-256 of the body's canonical JSON as bytea text */
const char *game_request_digest(const game_req_t *req);

/** Note for logs and the environment: game-<name>, GAME_<NAME>. */
void game_request_note(game_req_t *req, const char *name, const char *value);

#endif

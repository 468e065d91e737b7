/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file route.h
 * The route table and its matcher. The table (route_table.c) is the one
 * place that names an endpoint: routing, authorisation, validation, labels
 * and documents come from it.
 */
#ifndef GAME_ROUTE_H
#define GAME_ROUTE_H

#include "game.h"
#include "schema.h"

/** Most parameters in one path template. */
#define GAME_PATH_PARAMS 4

/** Who may call (http-api.md 3.3). */
typedef enum {
    GAME_ACCESS_NONE,           /**< credentials are not looked at */
    GAME_ACCESS_OPEN,           /**< anonymous too; what is sent is checked */
    GAME_ACCESS_EITHER,         /**< API key or bearer */
    GAME_ACCESS_BEARER,         /**< bearer */
    GAME_ACCESS_BEARER_ADMIN,   /**< bearer with the admin role, or an
                                     administrator's API key */
    GAME_ACCESS_KEYED,          /**< any identity, else 403 */
    GAME_ACCESS_CTX_ADMIN,      /**< an administrator, else 403 */
    GAME_ACCESS_ADMIN           /**< as EITHER, of an administrator */
} game_access_e;

typedef game_error_t *(*game_handler_fn)(game_req_t *req);

/* Levels of the audit log's rows (http-api.md 18.2), a bit each. */
#define GAME_INFO    1
#define GAME_SUCCESS 2
#define GAME_ERROR   4

/** Members of a row: its module in the audit log, the levels of the rows of
 *  a call that succeeded, and of one that failed in its handler. */
#define GAME_AUDIT(name, done, fault) \
    .module = name, .audit_done = done, .audit_fault = fault

/** Members of a row: its answer's schema, and the statuses of failures that
 *  do not follow from the rest of the row; a 0 ends them. */
#define GAME_ANSWERS(schema, ...) \
    .answer = &schema, .errors = (const short[]){ __VA_ARGS__ }

typedef struct game_route_t {
    const char *method;         /**< "GET", "POST", ... */
    const char *path;           /**< "/games/{gameId}": {x} is a parameter;
                                     those of game_route_param_is_uuid
                                     are UUIDs, any other is text */
    game_access_e access;
    const char *refusal;        /**< 403 text of the admin classes; or NULL */
    const game_schema_t *query; /**< or NULL */
    const game_schema_t *body;  /**< or NULL: the route has no body */
    game_handler_fn handler;
    const char *operation;      /**< the reference's operation name */
    const char *summary;        /**< one line for documents */
    const char *module;         /**< in the audit log; NULL: no rows there */
    int audit_done;             /**< levels of a call that succeeded */
    int audit_fault;            /**< levels of one that failed */
    int limited;                /**< abuse limits apply (limit.h): 429 */
    /* for the API document */
    const game_schema_t *answer; /**< in JSON; NULL: none but media */
    const char *media;          /**< other types it answers in, by blanks */
    int success;                /**< status of success; 0: 200 */
    const short *errors;        /**< statuses beside those that access,
                                     path, query and body bring; 0 ends */
    int idempotent;             /**< heeds Idempotency-Key */
    const game_schema_t *segments; /**< path parameters that are neither
                                     UUID nor text */
    int body_optional;          /**< without a body as well */
    int campaigns;              /**< there with GameCampaigns On alone */
} game_route_t;

/** The table; a NULL method ends it. */
extern const game_route_t game_routes[];

/** Build the matcher. @return NULL, or a sentence about a bad table */
const char *game_route_setup_post_config(apr_pool_t *pconf);

/** Result of a match. */
typedef struct game_match_t {
    const game_route_t *route;  /**< NULL: no route for this method */
    int known;                  /**< the path exists, for some method */
    const game_route_t *sibling; /**< a row of the path, whatever its method;
                                     or NULL */
    const char *allow;          /**< value of Allow when known */
    const char *path[GAME_PATH_PARAMS];
} game_match_t;

/**
 * Match a decoded path below the base.
 * @param method    HEAD matches GET
 * @param campaigns whether rows of campaigns are there
 */
void game_route_match(apr_pool_t *pool, const char *method,
                      const char *path, int campaigns, game_match_t *match);

/** @return whether a parameter of this name is a UUID */
int game_route_param_is_uuid(const char *name);

/** @return the name of a template's parameter by position, or NULL */
const char *game_route_param(apr_pool_t *pool, const game_route_t *route,
                             int position);

#endif

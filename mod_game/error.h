/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file error.h
 * Errors are values: made where they happen, returned up the call chain,
 * written in one place (game_error_send). NULL is success.
 */
#ifndef GAME_ERROR_H
#define GAME_ERROR_H

#include "game.h"
#include "json.h"

struct game_error_t {
    int status;                 /**< HTTP */
    const char *detail;         /**< text of the answer's detail; or NULL */
    const char *detail_json;    /**< or its JSON, instead of the text */
    const char *sqlstate;       /**< of a database error, for the log */
    const char *log;            /**< said in the error log, never on the wire */
    const char *header[4];      /**< name, value, name, value; or NULL */
    int retry_after;            /**< seconds; 0: no such header */
};

/**
 * Make an error whose detail is a text.
 * @param status HTTP status, 400..599
 * @param fmt    apr_psprintf format of the detail
 */
game_error_t *game_error_make(apr_pool_t *pool, int status, const char *fmt,
                              ...) __attribute__((format(printf, 3, 4)));

/** Make an error whose detail is an object or list, given as JSON text. */
game_error_t *game_error_json(apr_pool_t *pool, int status,
                              const char *json);

/** The 503 of a lost or busy database, with Retry-After. @param why is for
 *  the log */
game_error_t *game_error_unavailable(apr_pool_t *pool, const char *why);

/** A bug or a broken installation: 500, the text goes to the log only. */
game_error_t *game_error_internal(apr_pool_t *pool, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** One 422 item found by a handler itself, after the schema passed:
 *  {"detail":[{type, loc: [place, name], msg, input}]}.
 *  @param input the offending value as JSON text */
game_error_t *game_error_item(apr_pool_t *pool, const char *type,
                              const char *place, const char *name,
                              const char *msg, const char *input);

/**
 * Write an error as the answer and log it where an operator must know.
 * The only writer of error bodies.
 * @return what a handler returns to httpd
 */
int game_error_send(game_req_t *req, const game_error_t *err);

#endif

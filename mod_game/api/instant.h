/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file instant.h
 * Points in time as query parameters name them (http-api.md 2.5.5). A text
 * without an offset is UTC.
 */
#ifndef GAME_API_INSTANT_H
#define GAME_API_INSTANT_H

#include "../request.h"

typedef struct game_instant_t {
    apr_time_t at;
    int offset;                 /**< seconds east of UTC, as it was given */
    int naive;                  /**< it was given without an offset */
} game_instant_t;

/**
 * Read a date, a date and time, or a Unix time in seconds (milliseconds when
 * it is above 2e10).
 * @return NULL, or the reason why it is none
 */
const char *game_instant_read(const char *text, game_instant_t *out);

/** @return an instant as it is echoed: its own offset, "Z" for UTC, none
 *          when it had none */
const char *game_instant_text(apr_pool_t *pool, const game_instant_t *at);

/**
 * Read a query parameter.
 * @param given whether it is there
 * @param check gets the 422 item of one that is no point in time
 */
void game_instant_query(const game_req_t *req, game_check_t *check,
                        const char *name, game_instant_t *out, int *given);

#endif

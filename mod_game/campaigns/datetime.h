/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file datetime.h
 * Points in time inside documents (campaigns.md 1, 6.1): RFC 3339 with a
 * zone when they are read, three digits of a second and Z when written.
 */
#ifndef GAME_CAMPAIGNS_DATETIME_H
#define GAME_CAMPAIGNS_DATETIME_H

#include <apr_pools.h>
#include <apr_time.h>

/**
 * Read a date-time of RFC 3339: "T" and "Z" in either case, nothing before
 * or after it, fractions cut to microseconds, years 0000 to 9999. A leap
 * second is accepted where one can be: in the last minute (UTC) of a month;
 * it is the second that follows.
 * @param text may be NULL, which is none
 * @param at   may be NULL; untouched when it is none
 * @return 1, or 0 when it is none
 */
int game_datetime_read(const char *text, apr_time_t *at);

/** @return the form of documents, cut to milliseconds, in pool:
 *          "2026-02-03T12:00:00.000Z" */
const char *game_datetime_millis(apr_pool_t *pool, apr_time_t at);

#endif

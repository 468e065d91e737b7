/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file isodate.h
 * Dates and times in the forms of ISO 8601, extended and basic: calendar and
 * week dates, any one character before the time, "Z" or an offset. A text
 * without an offset is UTC.
 */
#ifndef GAME_API_ISODATE_H
#define GAME_API_ISODATE_H

#include <apr_time.h>

/**
 * Read a text.
 * @param bare set when it is a date without a time
 * @return 1, or 0 when it is none
 */
int game_isodate_read(const char *text, apr_time_t *at, int *bare);

#endif

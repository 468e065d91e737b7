/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file calendar.h
 * The Gregorian calendar, and the pieces that texts of dates are read with.
 * Does not ask the C library: what is a date does not depend on the host.
 */
#ifndef GAME_CALENDAR_H
#define GAME_CALENDAR_H

#include <apr.h>

/** @return days of a month, 1 to 12 */
int game_calendar_days_in(int year, int month);

/** @return days from 1970-01-01 to a date that there is */
apr_int64_t game_calendar_day(int year, int month, int day);

/** Read exactly count digits. @param at moved behind what was read
 *  @return their number, or -1 when they are not there */
int game_calendar_digits(const char **at, int count);

/** Read all digits that follow as a fraction of a second.
 *  @return microseconds, cut */
apr_int64_t game_calendar_fraction(const char **at);

#endif

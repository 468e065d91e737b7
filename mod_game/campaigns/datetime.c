/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * RFC 3339 and nothing else: what queries of the API may write beside it
 * (api/instant.h) is no date-time of a document.
 */

#include "datetime.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "calendar.h"
#include "game.h"

#define DAY 86400

/* "YYYY-MM-DD". @return 0 when there is no such day */
static int read_date(const char **at, apr_int64_t *day)
{
    int year = game_calendar_digits(at, 4), month, number;

    if (year < 0 || *(*at)++ != '-') {
        return 0;
    }
    month = game_calendar_digits(at, 2);
    if (month < 1 || month > 12 || *(*at)++ != '-') {
        return 0;
    }
    number = game_calendar_digits(at, 2);
    if (number < 1 || number > game_calendar_days_in(year, month)) {
        return 0;
    }
    *day = game_calendar_day(year, month, number);
    return 1;
}

/* "HH:MM". @return minutes, or -1 */
static int read_minutes(const char **at)
{
    int hour = game_calendar_digits(at, 2), minute;

    if (hour < 0 || hour > 23 || *(*at)++ != ':') {
        return -1;
    }
    minute = game_calendar_digits(at, 2);
    return minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}

/* ":SS", and a fraction. @return seconds, 60 for a leap second, or -1 */
static int read_seconds(const char **at, apr_int64_t *micros)
{
    int second;

    if (*(*at)++ != ':') {
        return -1;
    }
    second = game_calendar_digits(at, 2);
    if (second >= 0 && **at == '.') {
        (*at)++;
        if (!apr_isdigit(**at)) {
            return -1;
        }
        *micros = game_calendar_fraction(at);
    }
    return second > 60 ? -1 : second;
}

/* "Z" or an offset, and the end. @param minutes east of UTC */
static int read_zone(const char *at, int *minutes)
{
    int west = *at == '-';

    if (*at == 'Z' || *at == 'z') {
        *minutes = 0;
        return !at[1];
    }
    if (*at != '+' && !west) {
        return 0;
    }
    at++;
    *minutes = read_minutes(&at);
    if (*minutes < 0 || *at) {
        return 0;
    }
    *minutes = west ? -*minutes : *minutes;
    return 1;
}

/* Whether a month begins (UTC): leap seconds are put before that. */
static int begins_month(apr_time_t at)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, at);
    return t.tm_mday == 1 && !t.tm_hour && !t.tm_min && !t.tm_sec;
}

int game_datetime_read(const char *text, apr_time_t *at)
{
    apr_int64_t day, micros = 0;
    apr_time_t second;
    int minutes, seconds, zone;

    if (!text || !read_date(&text, &day) || (*text != 'T' && *text != 't')) {
        return 0;
    }
    text++;
    minutes = read_minutes(&text);
    seconds = minutes < 0 ? -1 : read_seconds(&text, &micros);
    if (seconds < 0 || !read_zone(text, &zone)) {
        return 0;
    }
    second = apr_time_from_sec(day * DAY + (minutes - zone) * 60 + seconds);
    if (seconds == 60 && !begins_month(second)) {
        return 0;
    }
    if (at) {
        *at = second + micros;
    }
    return 1;
}

const char *game_datetime_millis(apr_pool_t *pool, apr_time_t at)
{
    apr_int64_t micros = at % APR_USEC_PER_SEC;

    micros += micros < 0 ? APR_USEC_PER_SEC : 0;
    return apr_psprintf(pool, "%.19s.%03dZ", game_time_z(pool, at - micros),
                        (int)(micros / 1000));
}

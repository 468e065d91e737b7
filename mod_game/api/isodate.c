/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading ISO 8601 as dashboards take it: everything or nothing, no blanks,
 * fractions cut to microseconds.
 */

#include "isodate.h"

#include <string.h>

#include <apr_lib.h>

#include "../calendar.h"

#define DAY 86400

/* Bytes of the date before the character that parts it from a time. */
static apr_size_t date_size(const char *text, apr_size_t len)
{
    apr_size_t end = 7;

    if (len <= 7) {
        return len;
    }
    if (text[4] == '-') {
        if (text[5] != 'W') {
            return 10;
        }
        return len > 8 && text[8] == '-'
               && !(len > 10 && apr_isdigit(text[10])) ? 10 : 8;
    }
    if (text[4] != 'W') {
        return 8;
    }
    while (end < len && apr_isdigit(text[end])) {
        end++;
    }
    return end < 9 ? end : end % 2 ? 8 : 7;
}

/* "Www", and a day of the week after it when there is more. */
static int read_week(const char *at, int year, int dashed, apr_int64_t *day)
{
    apr_int64_t first = game_calendar_day(year, 1, 4), next;
    int week, of_week = 1;

    at++;
    week = game_calendar_digits(&at, 2);
    if (*at) {
        of_week = dashed && *at++ != '-' ? 0 : game_calendar_digits(&at, 1);
    }
    /* the week with 4 January is the first; 1970-01-01 was a Thursday */
    first -= ((first + 3) % 7 + 7) % 7;
    next = game_calendar_day(year + 1, 1, 4);
    next -= ((next + 3) % 7 + 7) % 7;
    *day = first + 7 * (week - 1) + of_week - 1;
    return !*at && week >= 1 && of_week >= 1 && of_week <= 7 && *day < next;
}

static int read_date(const char *at, apr_int64_t *day)
{
    int year = game_calendar_digits(&at, 4), month, number, dashed;

    if (year < 1) {
        return 0;
    }
    dashed = *at == '-';
    at += dashed;
    if (*at == 'W') {
        return read_week(at, year, dashed, day);
    }
    month = game_calendar_digits(&at, 2);
    if (month < 1 || month > 12 || (dashed && *at++ != '-')) {
        return 0;
    }
    number = game_calendar_digits(&at, 2);
    if (*at || number < 1 || number > game_calendar_days_in(year, month)) {
        return 0;
    }
    *day = game_calendar_day(year, month, number);
    return 1;
}

/* "HH", "HH:MM", "HHMM" and so on, up to a fraction. @return its end */
static const char *read_clock(const char *at, apr_int64_t *micros)
{
    int part[3] = { 0, 0, 0 }, i, colons = 0;

    *micros = 0;
    part[0] = game_calendar_digits(&at, 2);
    if (part[0] < 0) {
        return NULL;
    }
    colons = *at == ':';
    for (i = 1; i < 3 && (colons ? *at == ':' : apr_isdigit(*at)); i++) {
        at += colons;
        part[i] = game_calendar_digits(&at, 2);
        if (part[i] < 0) {
            return NULL;
        }
    }
    if (i == 3 && (*at == '.' || *at == ',') && apr_isdigit(at[1])) {
        at++;
        *micros = game_calendar_fraction(&at);
    }
    if (part[0] > 23 || part[1] > 59 || part[2] > 59) {
        return NULL;
    }
    *micros += apr_time_from_sec(part[0] * 3600 + part[1] * 60 + part[2]);
    return at;
}

static int read_time(const char *at, apr_int64_t *micros,
                     apr_int64_t *offset)
{
    int sign;

    at = read_clock(at, micros);
    if (!at || !*at) {
        return at != NULL;
    }
    if (*at == 'Z') {
        return !at[1];
    }
    if (*at != '+' && *at != '-') {
        return 0;
    }
    sign = *at == '-' ? -1 : 1;
    at = read_clock(at + 1, offset);
    *offset *= sign;
    return at && !*at;
}

int game_isodate_read(const char *text, apr_time_t *at, int *bare)
{
    apr_size_t len = strlen(text), size = date_size(text, len);
    apr_int64_t day, micros = 0, offset = 0;
    char date[11];

    if (len < 7 || size > len) {
        return 0;
    }
    memcpy(date, text, size);
    date[size] = '\0';
    *bare = !text[size];
    if (!read_date(date, &day)) {
        return 0;
    }
    text += size;
    if (*text) {                /* one character, of however many bytes */
        for (text++; ((unsigned char)*text & 0xc0) == 0x80; text++)
            ;
    }
    if (*text && !read_time(text, &micros, &offset)) {
        return 0;
    }
    *at = apr_time_from_sec(day * DAY) + micros - offset;
    return 1;
}

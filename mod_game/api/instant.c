/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading points in time, without the C library's calendars: what is
 * accepted and what is refused does not depend on the host.
 */

#include "instant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "../calendar.h"

#define DAY 86400
#define SHORT "input is too short"
#define TRAILING "unexpected extra characters at the end of the input"
#define LAST_SECOND APR_INT64_C(253402300799)   /* of the year 9999 */
#define MILLIS_FROM 2e10

/* ---- reading ---- */

static const char *read_date(const char **at, apr_int64_t *day)
{
    int year, month, number;

    if (strlen(*at) < 10) {
        return SHORT;
    }
    year = game_calendar_digits(at, 4);
    if (year < 0) {
        return "invalid character in year";
    }
    if (*(*at)++ != '-') {
        return "invalid date separator, expected `-`";
    }
    month = game_calendar_digits(at, 2);
    if (month < 0) {
        return "invalid character in month";
    }
    if (*(*at)++ != '-') {
        return "invalid date separator, expected `-`";
    }
    number = game_calendar_digits(at, 2);
    if (number < 0) {
        return "invalid character in day";
    }
    if (year < 1) {
        return "year is out of range";
    }
    if (month < 1 || month > 12) {
        return "month value is outside expected range of 1-12";
    }
    if (number < 1 || number > game_calendar_days_in(year, month)) {
        return "day value is outside expected range";
    }
    *day = game_calendar_day(year, month, number);
    return NULL;
}

static const char *read_time(const char **at, apr_int64_t *micros)
{
    int hour, minute, second = 0;
    apr_int64_t fraction = 0;

    hour = game_calendar_digits(at, 2);
    if (hour < 0 || hour > 23) {
        return hour < 0 ? "invalid character in hour"
                        : "hour value is outside expected range of 0-23";
    }
    if (*(*at) != ':') {
        return "invalid time separator, expected `:`";
    }
    (*at)++;
    minute = game_calendar_digits(at, 2);
    if (minute < 0 || minute > 59) {
        return minute < 0 ? "invalid character in minute"
                          : "minute value is outside expected range of 0-59";
    }
    if (**at == ':') {
        (*at)++;
        second = game_calendar_digits(at, 2);
        if (second < 0 || second > 59) {
            return second < 0 ? "invalid character in second"
                : "second value is outside expected range of 0-59";
        }
        if ((**at == '.' || **at == ',') && apr_isdigit((*at)[1])) {
            (*at)++;
            fraction = game_calendar_fraction(at);
        }
    }
    *micros = apr_time_from_sec(hour * 3600 + minute * 60 + second)
            + fraction;
    return NULL;
}

static const char *read_offset(const char **at, game_instant_t *out)
{
    int sign = **at == '-' ? -1 : 1, hours, minutes;

    if (**at == 'Z' || **at == 'z') {
        (*at)++;
        return NULL;
    }
    if (**at != '+' && **at != '-') {
        out->naive = !**at;
        return **at ? TRAILING : NULL;
    }
    (*at)++;
    hours = game_calendar_digits(at, 2);
    if (**at == ':') {
        (*at)++;
    }
    minutes = game_calendar_digits(at, 2);
    if (hours < 0 || minutes < 0 || hours > 23 || minutes > 59) {
        return "invalid timezone offset";
    }
    out->offset = sign * (hours * 3600 + minutes * 60);
    return NULL;
}

/* A Unix time; @return 0 when the text is no number. */
static int read_unix(const char *text, game_instant_t *out,
                     const char **fault)
{
    const char *at = text + (*text == '+' || *text == '-');
    double number;

    at += strspn(at, "0123456789");
    if (*at == '.') {
        at += 1 + strspn(at + 1, "0123456789");
    }
    if (*at || !strpbrk(text, "0123456789")) {
        return 0;
    }
    number = strtod(text, NULL);
    if (fabs(number) > MILLIS_FROM) {
        number /= 1000;
    }
    if (number > (double)LAST_SECOND || number < -(double)LAST_SECOND) {
        *fault = "dates after 9999 are not supported as unix timestamps";
        return 1;
    }
    out->at = (apr_time_t)llround(number * 1e6);
    return 1;
}

const char *game_instant_read(const char *text, game_instant_t *out)
{
    const char *fault = NULL, *at = text;
    apr_int64_t day, micros = 0;

    memset(out, 0, sizeof(*out));
    if (read_unix(text, out, &fault)) {
        return fault;
    }
    fault = read_date(&at, &day);
    if (fault) {
        return fault;
    }
    if (!*at) {
        out->naive = 1;
    }
    else if (strchr("Tt _", *at)) {
        at++;
        fault = read_time(&at, &micros);
        if (!fault) {
            fault = read_offset(&at, out);
        }
        if (!fault && *at) {
            fault = TRAILING;
        }
    }
    else {
        fault = TRAILING;
    }
    out->at = apr_time_from_sec(day * DAY - out->offset) + micros;
    return fault;
}

/* ---- writing ---- */

const char *game_instant_text(apr_pool_t *pool, const game_instant_t *at)
{
    const char *text = game_time_z(pool,
                                   at->at + apr_time_from_sec(at->offset));
    int minutes = abs(at->offset) / 60;

    if (!at->naive && !at->offset) {
        return text;
    }
    text = apr_pstrmemdup(pool, text, strlen(text) - 1);
    return at->naive ? text
        : apr_psprintf(pool, "%s%c%02d:%02d", text,
                       at->offset < 0 ? '-' : '+', minutes / 60,
                       minutes % 60);
}

void game_instant_query(const game_req_t *req, game_check_t *check,
                        const char *name, game_instant_t *out, int *given)
{
    const char *text = game_json_string(game_json_member(req->query, name));
    const char *fault;
    game_jw_t *loc, *ctx;

    *given = text != NULL;
    fault = text ? game_instant_read(text, out) : NULL;
    if (!fault) {
        return;
    }
    loc = game_jw_make(req->pool);
    game_jw_array(loc, NULL);
    game_jw_string(loc, NULL, "query");
    game_jw_string(loc, NULL, name);
    game_jw_end(loc);
    ctx = game_jw_make(req->pool);
    game_jw_object(ctx, NULL);
    game_jw_string(ctx, "error", fault);
    game_jw_end(ctx);
    game_check_add(check, "datetime_from_date_parsing",
                   game_jw_text(loc, NULL),
                   apr_pstrcat(req->pool, "Input should be a valid datetime "
                               "or date, ", fault, NULL),
                   game_json_text(req->pool,
                                  game_json_member(req->query, name)),
                   game_jw_text(ctx, NULL));
}

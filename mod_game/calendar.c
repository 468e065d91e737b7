/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The Gregorian calendar, for every year that four digits can write.
 */

#include "calendar.h"

#include <apr_lib.h>

int game_calendar_days_in(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                31 };

    return days[month - 1]
         + (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0));
}

apr_int64_t game_calendar_day(int year, int month, int day)
{
    apr_int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
    apr_int64_t of_era = y - era * 400;
    apr_int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5
                        + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100
         + of_year - 719468;
}

int game_calendar_digits(const char **at, int count)
{
    int number = 0;

    while (count--) {
        if (!apr_isdigit(**at)) {
            return -1;
        }
        number = number * 10 + *(*at)++ - '0';
    }
    return number;
}

apr_int64_t game_calendar_fraction(const char **at)
{
    apr_int64_t micros = 0, unit = 100000;

    for (; apr_isdigit(**at); (*at)++) {
        micros += (**at - '0') * unit;
        unit /= 10;
    }
    return micros;
}

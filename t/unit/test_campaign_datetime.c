/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Date-times of campaign documents: RFC 3339 with a zone, nothing else.
 */
#include "fixture.h"

#include "datetime.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const struct {
    const char *text;
    apr_int64_t seconds;
    int micros;
} good[] = {
    {"1970-01-01T00:00:00Z", 0, 0},
    {"2026-02-03T12:00:00.000Z", 1770120000, 0},
    {"2026-02-03t12:00:00z", 1770120000, 0},
    {"2026-02-03T13:30:00+01:30", 1770120000, 0},
    {"2026-02-03T06:30:00-05:30", 1770120000, 0},
    {"2026-02-03T12:00:00-00:00", 1770120000, 0},
    {"2026-02-04T11:59:00+23:59", 1770120000, 0},
    {"2026-02-03T12:00:00.1Z", 1770120000, 100000},
    {"2026-02-03T12:00:00.1234567899999999999999Z", 1770120000, 123456},
    {"2024-02-29T00:00:00Z", 1709164800, 0},
    {"2000-02-29T00:00:00Z", 951782400, 0},
    {"1969-12-31T23:59:59.5Z", -1, 500000},
    {"0000-01-01T00:00:00Z", -62167219200, 0},
    {"0000-01-01T00:00:00+23:59", -62167305540, 0},
    {"9999-12-31T23:59:59.999999Z", 253402300799, 999999},
    /* leap seconds: the last minute of a month, in UTC */
    {"1998-12-31T23:59:60Z", 915148800, 0},
    {"2016-12-31T23:59:60.25Z", 1483228800, 250000},
    {"1998-12-31T15:59:60-08:00", 915148800, 0},
    {"1999-01-01T05:29:60+05:30", 915148800, 0},
    {"2024-02-29T23:59:60Z", 1709251200, 0},
};

START_TEST(a_date_time_is_read)
{
    apr_time_t at = 0;

    ck_assert_msg(game_datetime_read(good[_i].text, &at), "%s",
                  good[_i].text);
    ck_assert_int_eq(at, apr_time_from_sec(good[_i].seconds)
                         + good[_i].micros);
    ck_assert(game_datetime_read(good[_i].text, NULL));
}
END_TEST

static const char *const bad[] = {
    "", "yesterday", "2026-02-03", "2026-02-03T12:00:00", "1770120000",
    "2026-02-03T12:00:00.000", "2026-02-03 12:00:00Z",
    "2026-02-03_12:00:00Z", " 2026-02-03T12:00:00Z",
    "2026-02-03T12:00:00Z ", "2026-02-03T12:00:00Zx", "2026-02-03T12:00Z",
    "2026-02-03T12Z", "2026-02-03T12:00:00.Z", "2026-02-03T12:00:00,5Z",
    "2026-02-03T12:00:00+0100", "2026-02-03T12:00:00+01",
    "2026-02-03T12:00:00+24:00", "2026-02-03T12:00:00+01:60",
    "2026-02-03T12:00:00+01:00:00", "2026-02-03T12:00:00+",
    "2026-02-03T12:00:00-", "2026-02-03T12:00:00+1:00",
    "2026-02-03T12:00:00\xe2\x88\x92" "01:00", "2026-02-03T24:00:00Z",
    "2026-02-03T23:60:00Z", "2026-02-03T23:59:61Z", "2026-2-3T12:00:00Z",
    "26-02-03T12:00:00Z", "12026-02-03T12:00:00Z", "+2026-02-03T12:00:00Z",
    "-001-02-03T12:00:00Z", "2026-00-03T12:00:00Z", "2026-13-03T12:00:00Z",
    "2026-02-00T12:00:00Z", "2026-02-29T12:00:00Z", "2100-02-29T12:00:00Z",
    "2026-04-31T12:00:00Z", "2026/02/03T12:00:00Z", "20260203T120000Z",
    "2026-W06-2T12:00:00Z", "2026-034T12:00:00Z", "2026-02-03T12:00:00UTC",
    "2026-02-03T12:00:00.000Z[UTC]", "2026-", "2026-02", "2026-02-",
    "2026-02-03T", "2026-02-03T12", "2026-02-03T12:", "2026-02-03T12:00",
    "2026-02-03T12:00:", "2026-02-03T12:00:0", "2026-02-03T12:00:00.",
    "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-02-03T12:00:00Z",
    /* no leap second there */
    "1998-12-31T23:58:60Z", "1998-12-31T22:59:60Z", "1998-12-30T23:59:60Z",
    "1998-12-31T23:59:60-08:00", "1998-12-31T23:59:61Z",
};

START_TEST(another_text_is_none)
{
    apr_time_t at = 77;

    ck_assert_msg(!game_datetime_read(bad[_i], &at), "%s", bad[_i]);
    ck_assert_int_eq(at, 77);
}
END_TEST

START_TEST(no_text_is_none)
{
    ck_assert(!game_datetime_read(NULL, NULL));
}
END_TEST

/* Cut anywhere, no text is read behind its end, and none of them fits. */
START_TEST(a_beginning_is_none)
{
    static const char whole[] = "2026-02-03T12:00:00.5+01:00";
    apr_size_t len;

    for (len = 0; len < strlen(whole); len++) {
        char *part = strndup(whole, len);

        ck_assert_msg(!game_datetime_read(part, NULL), "%s", part);
        free(part);
    }
}
END_TEST

static const struct {
    apr_int64_t micros;
    const char *text;
} written[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {APR_INT64_C(1770120000000000), "2026-02-03T12:00:00.000Z"},
    {APR_INT64_C(1770120000000999), "2026-02-03T12:00:00.000Z"},
    {APR_INT64_C(1770120000999999), "2026-02-03T12:00:00.999Z"},
    {APR_INT64_C(1770120000045678), "2026-02-03T12:00:00.045Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {-1000000, "1969-12-31T23:59:59.000Z"},
    {APR_INT64_C(253402300799999999), "9999-12-31T23:59:59.999Z"},
    {APR_INT64_C(-62167219200000000), "0000-01-01T00:00:00.000Z"},
};

START_TEST(a_time_is_written_with_three_digits)
{
    const char *text = game_datetime_millis(test_pool, written[_i].micros);
    apr_time_t back;

    ck_assert_str_eq(text, written[_i].text);
    ck_assert(game_datetime_read(text, &back));
    ck_assert(written[_i].micros - back >= 0
              && written[_i].micros - back < 1000);
}
END_TEST

Suite *campaign_datetime_suite(void)
{
    Suite *suite = suite_create("campaign_datetime");
    TCase *tc = fixture_case("datetime");

    tcase_add_loop_test(tc, a_date_time_is_read, 0, COUNT_OF(good));
    tcase_add_loop_test(tc, another_text_is_none, 0, COUNT_OF(bad));
    tcase_add_test(tc, no_text_is_none);
    tcase_add_test(tc, a_beginning_is_none);
    tcase_add_loop_test(tc, a_time_is_written_with_three_digits, 0,
                        COUNT_OF(written));
    suite_add_tcase(suite, tc);
    return suite;
}

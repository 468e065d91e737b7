/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Errors: what is said to the client, what to the log only.
 */
#include "fixture.h"

#include "request.h"
#include "stub.h"

#include <http_log.h>
#include <string.h>

static request_rec record;
static struct ap_logconf levels;
static game_req_t request;

static game_req_t *a_request(int level)
{
    memset(&record, 0, sizeof(record));
    memset(&request, 0, sizeof(request));
    memset(&stub_answer, 0, sizeof(stub_answer));
    stub_log[0] = '\0';
    levels.level = level;
    record.pool = request.pool = test_pool;
    record.err_headers_out = apr_table_make(test_pool, 4);
    record.log = &levels;
    request.r = &record;
    return &request;
}

static const char *header(const char *name)
{
    return apr_table_get(record.err_headers_out, name);
}

START_TEST(a_text_is_the_detail)
{
    game_error_t *err = game_error_make(test_pool, 404, "Game %s, \"%d\"",
                                        "g", 7);

    ck_assert_int_eq(err->status, 404);
    ck_assert_str_eq(err->detail, "Game g, \"7\"");
    ck_assert_ptr_null(err->detail_json);
    ck_assert_ptr_null(err->log);
    game_error_send(a_request(APLOG_DEBUG), err);
    ck_assert_int_eq(stub_answer.status, 404);
    ck_assert_str_eq(stub_answer.type, "application/json");
    ck_assert_str_eq(stub_answer.body, "{\"detail\":\"Game g, \\\"7\\\"\"}");
    ck_assert_uint_eq(stub_answer.len, strlen(stub_answer.body));
    ck_assert_ptr_nonnull(strstr(stub_log, "answered 404: Game g"));
    ck_assert_ptr_null(header("Retry-After"));
}
END_TEST

START_TEST(json_is_the_detail)
{
    game_error_t *err = game_error_json(test_pool, 409,
                                        "{ \"message\" : \"a b\" }");

    err->detail = "not this";
    game_error_send(a_request(APLOG_WARNING), err);
    ck_assert_str_eq(stub_answer.body, "{\"detail\":{\"message\":\"a b\"}}");
    ck_assert_str_eq(stub_log, "");
}
END_TEST

START_TEST(a_lost_database_asks_to_try_again)
{
    game_error_t *err = game_error_unavailable(test_pool, "host db1 is gone");

    game_error_send(a_request(APLOG_WARNING), err);
    ck_assert_int_eq(stub_answer.status, 503);
    ck_assert_str_eq(header("Retry-After"), "1");
    ck_assert_ptr_null(strstr(stub_answer.body, "db1"));
    ck_assert_str_eq(stub_log, "");
}
END_TEST

START_TEST(an_internal_error_is_told_to_the_log_only)
{
    game_error_t *err = game_error_internal(test_pool, "column %s", "x");

    err->sqlstate = "42703";
    game_error_send(a_request(APLOG_ERR), err);
    ck_assert_int_eq(stub_answer.status, 500);
    ck_assert_str_eq(stub_answer.body,
                     "{\"detail\":\"Internal server error\"}");
    ck_assert_ptr_nonnull(strstr(stub_log, "GAME0001: "));
    ck_assert_ptr_nonnull(strstr(stub_log, "column x, SQLSTATE 42703"));
}
END_TEST

START_TEST(headers_go_with_the_error)
{
    game_error_t *err = game_error_make(test_pool, 405, "no");

    err->header[0] = "Allow";
    err->header[1] = "GET";
    err->header[2] = "X-Other";
    err->header[3] = "y";
    err->retry_after = 30;
    game_error_send(a_request(APLOG_WARNING), err);
    ck_assert_str_eq(header("Allow"), "GET");
    ck_assert_str_eq(header("X-Other"), "y");
    ck_assert_str_eq(header("Retry-After"), "30");
}
END_TEST

START_TEST(an_item_is_a_list_of_one)
{
    game_error_t *err = game_error_item(test_pool, "string_type", "header",
                                        "If-\"x\"", "m\n", "\"a  b\"");

    ck_assert_int_eq(err->status, 422);
    ck_assert_str_eq(err->detail_json,
                     "[{\"type\":\"string_type\",\"loc\":[\"header\","
                     "\"If-\\\"x\\\"\"],\"msg\":\"m\\n\","
                     "\"input\":\"a  b\"}]");
}
END_TEST

Suite *error_suite(void)
{
    Suite *suite = suite_create("error");
    TCase *tests = fixture_case("error");

    tcase_add_test(tests, a_text_is_the_detail);
    tcase_add_test(tests, json_is_the_detail);
    tcase_add_test(tests, a_lost_database_asks_to_try_again);
    tcase_add_test(tests, an_internal_error_is_told_to_the_log_only);
    tcase_add_test(tests, headers_go_with_the_error);
    tcase_add_test(tests, an_item_is_a_list_of_one);
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Writing JSON: commas, escapes, raw parts, and sorted members.
 */
#include "fixture.h"

#include "json.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

START_TEST(nesting_has_its_commas)
{
    game_jw_t *jw = game_jw_make(test_pool);
    apr_size_t len = 0;

    ck_assert_ptr_eq(game_jw_pool(jw), test_pool);
    game_jw_object(jw, NULL);
    game_jw_int(jw, "i", -7);
    game_jw_array(jw, "l");
    game_jw_end(jw);
    game_jw_array(jw, "m");
    game_jw_object(jw, NULL);
    game_jw_end(jw);
    game_jw_object(jw, NULL);
    game_jw_bool(jw, "t", 1);
    game_jw_bool(jw, "f", 0);
    game_jw_end(jw);
    game_jw_null(jw, NULL);
    game_jw_string(jw, NULL, "s");
    game_jw_array(jw, NULL);
    game_jw_int(jw, NULL, 1);
    game_jw_int(jw, NULL, 2);
    game_jw_end(jw);
    game_jw_end(jw);
    game_jw_string(jw, "none", NULL);
    game_jw_real(jw, "r", 100);
    game_jw_raw(jw, "raw", " { } ");
    game_jw_raw(jw, "no raw", NULL);
    game_jw_value(jw, "value", stub_json("[1, 1.50]"));
    game_jw_value(jw, "no value", NULL);
    game_jw_end(jw);
    ck_assert_str_eq(game_jw_text(jw, &len),
        "{\"i\":-7,\"l\":[],\"m\":[{},{\"t\":true,\"f\":false},null,\"s\","
        "[1,2]],\"none\":null,\"r\":100.0,\"raw\":{},\"no raw\":null,"
        "\"value\":[1,1.5],\"no value\":null}");
    ck_assert_uint_eq(len, strlen(game_jw_text(jw, NULL)));
}
END_TEST

START_TEST(whole_numbers_keep_all_digits)
{
    game_jw_t *jw = game_jw_make(test_pool);

    game_jw_array(jw, NULL);
    game_jw_int(jw, NULL, 0);
    game_jw_int(jw, NULL, APR_INT64_MAX);
    game_jw_int(jw, NULL, APR_INT64_MIN);
    game_jw_end(jw);
    ck_assert_str_eq(game_jw_text(jw, NULL),
                     "[0,9223372036854775807,-9223372036854775808]");
}
END_TEST

static const struct {
    const char *text, *json;
} escapes[] = {
    {"", "\"\""}, {"plain", "\"plain\""}, {"a\"b", "\"a\\\"b\""},
    {"a\\b", "\"a\\\\b\""}, {"a/b", "\"a/b\""}, {"</script>", "\"</script>\""},
    {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
    {"\x01\x0b\x1f", "\"\\u0001\\u000b\\u001f\""}, {"\x7f", "\"\x7f\""},
    {"\"", "\"\\\"\""}, {"\\", "\"\\\\\""}, {"\\\"", "\"\\\\\\\"\""},
    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xae",
     "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xae\""},
    {"\xe2\x80\xa8", "\"\xe2\x80\xa8\""}, {"'", "\"'\""},
};

START_TEST(texts_are_escaped_as_needed)
{
    game_jw_t *jw = game_jw_make(test_pool);

    game_jw_string(jw, NULL, escapes[_i].text);
    ck_assert_str_eq(game_jw_text(jw, NULL), escapes[_i].json);
    ck_assert_str_eq(game_json_string(stub_json(escapes[_i].json)),
                     escapes[_i].text);
    jw = game_jw_make(test_pool);
    game_jw_object(jw, NULL);
    game_jw_int(jw, escapes[_i].text, 1);
    game_jw_end(jw);
    ck_assert_str_eq(game_jw_text(jw, NULL),
                     apr_pstrcat(test_pool, "{", escapes[_i].json, ":1}",
                                 NULL));
}
END_TEST

START_TEST(every_control_character_reads_back)
{
    char text[33];
    game_jw_t *jw = game_jw_make(test_pool);
    int i;

    for (i = 0; i < 32; i++) {
        text[i] = (char)(i + 1);
    }
    text[32] = '\0';
    game_jw_string(jw, NULL, text);
    ck_assert_str_eq(game_json_string(stub_json(game_jw_text(jw, NULL))),
                     text);
}
END_TEST

static const struct {
    const char *raw, *json;
} raws[] = {
    {"{}", "{}"}, {"", ""}, {" \t\r\n ", ""}, {"{ \"a\" : [ 1 , 2 ] }",
                                              "{\"a\":[1,2]}"},
    {"\"a b\"", "\"a b\""}, {" \" a \" ", "\" a \""},
    {"[\"a\\\" b\" , \" c\"]", "[\"a\\\" b\",\" c\"]"},
    {"[\"a\\\\\" , \" b\"]", "[\"a\\\\\",\" b\"]"},
    {"[\"\\\\\\\" x\" , 1]", "[\"\\\\\\\" x\",1]"},
    {"{\n  \"k\" : \"v\\n\"\n}\n", "{\"k\":\"v\\n\"}"},
    {"[1.10, 1e2, 12345678901234567890]", "[1.10,1e2,12345678901234567890]"},
    {"[\"\xc3\xa4 \xe2\x82\xac\"]", "[\"\xc3\xa4 \xe2\x82\xac\"]"},
    {"\"\\", "\"\\"},
};

START_TEST(raw_parts_lose_white_space_outside_texts)
{
    game_jw_t *jw = game_jw_make(test_pool);
    apr_size_t len;

    game_jw_raw(jw, NULL, raws[_i].raw);
    ck_assert_str_eq(game_jw_text(jw, &len), raws[_i].json);
    ck_assert_uint_eq(len, strlen(raws[_i].json));
}
END_TEST

START_TEST(long_texts_grow_the_buffer)
{
    game_jw_t *jw = game_jw_make(test_pool);
    game_json_t *value;
    char *text = apr_palloc(test_pool, 5001);
    apr_size_t len, i;

    memset(text, '"', 5000);
    text[5000] = '\0';
    game_jw_array(jw, NULL);
    for (i = 0; i < 700; i++) {
        game_jw_string(jw, NULL, text + 5000 - i);
        game_jw_int(jw, NULL, (apr_int64_t)i);
    }
    game_jw_string(jw, NULL, text);
    game_jw_end(jw);
    value = stub_json(game_jw_text(jw, &len));
    ck_assert_uint_eq(len, strlen(game_jw_text(jw, NULL)));
    ck_assert_uint_eq(game_json_size(value), 1401);
    for (i = 0; i < 700; i++) {
        ck_assert_uint_eq(strlen(game_json_string(
            game_json_at(value, 2 * i))), i);
        ck_assert_int_eq(game_json_int(game_json_at(value, 2 * i + 1)),
                         (apr_int64_t)i);
    }
    ck_assert_str_eq(game_json_string(game_json_at(value, 1400)), text);
}
END_TEST

static const struct {
    const char *text, *sorted;
} sorts[] = {
    {"{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}"},
    {"{}", "{}"}, {"[]", "[]"}, {"\"x\"", "\"x\""}, {"1.0", "1.0"},
    /* by bytes: capitals first, a beginning before what it begins */
    {"{\"b\":0,\"B\":0,\"ab\":0,\"a\":0,\"\":0,\"_\":0,\"0\":0}",
     "{\"\":0,\"0\":0,\"B\":0,\"_\":0,\"a\":0,\"ab\":0,\"b\":0}"},
    {"{\"\xe2\x82\xac\":0,\"\xc3\xa4\":0,\"z\":0,\"\xf0\x9f\x8e\xae\":0}",
     "{\"z\":0,\"\xc3\xa4\":0,\"\xe2\x82\xac\":0,\"\xf0\x9f\x8e\xae\":0}"},
    {"[{\"b\":{\"d\":1,\"c\":2},\"a\":[3,{\"f\":1,\"e\":2}]},1]",
     "[{\"a\":[3,{\"e\":2,\"f\":1}],\"b\":{\"c\":2,\"d\":1}},1]"},
    {"[3,1,2]", "[3,1,2]"}, {"{ \"a\" : 1e2 }", "{\"a\":100.0}"},
    {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
};

START_TEST(canonical_texts_sort_members_by_bytes)
{
    game_json_t *value = stub_json(sorts[_i].text);
    const char *text = game_json_canonical(test_pool, value);

    ck_assert_str_eq(text, sorts[_i].sorted);
    ck_assert_str_eq(game_json_canonical(test_pool, stub_json(text)), text);
}
END_TEST

Suite *json_write_suite(void)
{
    Suite *suite = suite_create("json_write");
    TCase *tests = fixture_case("json_write");

    tcase_add_test(tests, nesting_has_its_commas);
    tcase_add_test(tests, whole_numbers_keep_all_digits);
    tcase_add_loop_test(tests, texts_are_escaped_as_needed, 0,
                        COUNT_OF(escapes));
    tcase_add_test(tests, every_control_character_reads_back);
    tcase_add_loop_test(tests, raw_parts_lose_white_space_outside_texts, 0,
                        COUNT_OF(raws));
    tcase_add_test(tests, long_texts_grow_the_buffer);
    tcase_add_loop_test(tests, canonical_texts_sort_members_by_bytes, 0,
                        COUNT_OF(sorts));
    suite_add_tcase(suite, tests);
    return suite;
}

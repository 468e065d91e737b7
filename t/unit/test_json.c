/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Reading JSON: what is taken, what is refused and where, and the texts that
 * come back.
 */
#include "fixture.h"

#include "json.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const struct {
    const char *text, *back;
} taken[] = {
    /* any value at the top */
    {"{}", "{}"}, {"[]", "[]"}, {"null", "null"}, {"true", "true"},
    {"false", "false"}, {"0", "0"}, {"\"\"", "\"\""}, {"\"x\"", "\"x\""},
    {" \t\r\n[ 1 , 2 ]\n", "[1,2]"}, {"{ \"a\" : 1 }", "{\"a\":1}"},
    {"\xef\xbb\xbf{\"a\":1}", "{\"a\":1}"}, {"\xef\xbb\xbf" "1", "1"},
    /* members keep their order, the last of a name wins in the first place */
    {"{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}"},
    {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
    {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
    {"{\"a\":{\"x\":1},\"a\":null}", "{\"a\":null}"},
    {"{\"\":1,\"A\":2,\"a\":3}", "{\"\":1,\"A\":2,\"a\":3}"},
    /* numbers */
    {"-0", "0"}, {"-0.0", "-0.0"}, {"1.0", "1.0"}, {"1.10", "1.1"},
    {"1e2", "100.0"}, {"1E2", "100.0"}, {"1e-7", "1e-07"},
    {"1e16", "1e+16"}, {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808.0", "9.223372036854776e+18"}, {"1e-400", "0.0"},
    {"100000000000000000000.0", "1e+20"},
    /* texts */
    {"\"\\u0041\\u00e4\\u20ac\"", "\"A\xc3\xa4\xe2\x82\xac\""},
    {"\"\\ud83c\\udfae\"", "\"\xf0\x9f\x8e\xae\""},
    {"\"\\/\"", "\"/\""}, {"\"\\\"\\\\\"", "\"\\\"\\\\\""},
    {"\"\\b\\f\\n\\r\\t\"", "\"\\b\\f\\n\\r\\t\""},
    {"\"\\u001f\\u007f\"", "\"\\u001f\x7f\""},
    {"\"\\ufeff\"", "\"\xef\xbb\xbf\""},
    {"{\"\\u00e4\":1}", "{\"\xc3\xa4\":1}"},
    {"\"[[[[{{{{\"", "\"[[[[{{{{\""},
};

START_TEST(texts_are_read_and_written_back)
{
    ck_assert_str_eq(game_json_text(test_pool, stub_json(taken[_i].text)),
                     taken[_i].back);
}
END_TEST

#define VALUE "Expecting value"
#define NAME "Expecting property name enclosed in double quotes"

static const struct {
    const char *text;
    int len;                    /* 0: of the text */
    const char *reason;
    int undecodable;
} faults[] = {
    {"{", 0, NAME, 0}, {"{1:2}", 0, NAME, 0}, {"{\"a\":1,}", 0, NAME, 0},
    {"{a:1}", 0, NAME, 0}, {"{'a':1}", 0, NAME, 0},
    {"{\"a\" 1}", 0, "Expecting ':' delimiter", 0},
    {"{\"a\"}", 0, "Expecting ':' delimiter", 0},
    {"{\"a\":}", 0, VALUE, 0}, {"[1,]", 0, VALUE, 0}, {"[", 0, VALUE, 0},
    {"", 0, VALUE, 0}, {" ", 0, VALUE, 0}, {"]", 0, VALUE, 0},
    {"nul", 0, VALUE, 0}, {"True", 0, VALUE, 0}, {"undefined", 0, VALUE, 0},
    {"NaN", 0, VALUE, 0}, {"Infinity", 0, VALUE, 0},
    {"-Infinity", 0, VALUE, 0}, {"[NaN]", 0, VALUE, 0},
    {"{\"a\":NaN}", 0, VALUE, 0}, {"+1", 0, VALUE, 0}, {".5", 0, VALUE, 0},
    {"-", 0, VALUE, 0}, {"1e", 0, VALUE, 0}, {"'a'", 0, VALUE, 0},
    {"/**/1", 0, VALUE, 0},
    {"{} {}", 0, "Extra data", 0}, {"1 2", 0, "Extra data", 0},
    {"[] x", 0, "Extra data", 0}, {"01", 0, NULL, 0}, {"1.", 0, NULL, 0},
    {"0x10", 0, NULL, 0}, {"{\"a\":1 \"b\":2}", 0, NULL, 0},
    {"[1 2]", 0, NULL, 0}, {"\"abc", 0, NULL, 0}, {"\"a\nb\"", 0, NULL, 0},
    {"\"a\tb\"", 0, "Invalid control character at", 0},
    {"\"\x01\"", 0, "Invalid control character at", 0},
    {"\"\\x\"", 0, "Invalid \\escape", 0},
    {"\"\\u12g4\"", 0, "Invalid \\escape", 0},
    {"\"\\ud800\"", 0, "Unpaired surrogate", 0},
    {"\"\\udc00\"", 0, "Unpaired surrogate", 0},
    {"\"\\ud800\\u0041\"", 0, "Unpaired surrogate", 0},
    {"\"\\ud800x\"", 0, "Unpaired surrogate", 0},
    {"{\"\\ud800\":1}", 0, "Unpaired surrogate", 0},
    {"\"\\u0000\"", 0, "U+0000 is not accepted", 0},
    {"{\"\\u0000\":1}", 0, "U+0000 is not accepted", 0},
    {"{\"a\\u0000b\":1}", 0, "U+0000 is not accepted", 0},
    {"9223372036854775808", 0, "Number out of range", 0},
    {"-9223372036854775809", 0, "Number out of range", 0},
    {"{\"a\":99999999999999999999999999}", 0, "Number out of range", 0},
    {"1e309", 0, "Number out of range", 0},
    {"-1e999", 0, "Number out of range", 0},
    {"\"a\0b\"", 5, NULL, 0}, {"\0", 1, VALUE, 0}, {"1\0", 2, "Extra data", 0},
    {"{}\0{}", 5, "Extra data", 0}, {"{\0}", 3, NULL, 0},
    {"\xef\xbb\xbf", 0, VALUE, 0},
    {"\"\xff\"", 0, "invalid UTF-8", 1}, {"\"\xc3\"", 0, "invalid UTF-8", 1},
    {"\"\xc0\x80\"", 0, "invalid UTF-8", 1},
    {"\"\xed\xa0\x80\"", 0, "invalid UTF-8", 1},
    {"\"\xf4\x90\x80\x80\"", 0, "invalid UTF-8", 1},
    {"{\"\xe2\x82\":1}", 0, "invalid UTF-8", 1},
    {"\xff\xfe{\0}\0", 6, "invalid UTF-8", 1},
};

START_TEST(what_is_no_json_is_refused_with_a_reason)
{
    const char *text = faults[_i].text;
    apr_size_t len = faults[_i].len ? (apr_size_t)faults[_i].len
                                    : strlen(text);
    game_json_fault_t fault;

    ck_assert_ptr_null(game_json_parse(test_pool, text, len, 32, &fault));
    ck_assert_ptr_nonnull(fault.reason);
    if (faults[_i].reason) {
        ck_assert_str_eq(fault.reason, faults[_i].reason);
    }
    ck_assert_int_eq(fault.undecodable, faults[_i].undecodable);
    ck_assert_uint_le(fault.offset, len);
}
END_TEST

static apr_size_t offset_of(const char *text)
{
    game_json_fault_t fault;

    ck_assert_ptr_null(game_json_parse(test_pool, text, strlen(text), 32,
                                       &fault));
    return fault.offset;
}

START_TEST(offsets_count_characters)
{
    ck_assert_uint_eq(offset_of("{\"aaa\":\"bbb\",x}"),
                      offset_of("{\"a\xc3\xa4" "a\":\"b\xe2\x82\xac" "b\",x}"));
    ck_assert_uint_eq(offset_of("[\"a\",}"),
                      offset_of("[\"\xf0\x9f\x8e\xae\",}"));
    ck_assert_uint_eq(offset_of("[1,}"), offset_of("\xef\xbb\xbf[1,}"));
    ck_assert_uint_gt(offset_of("[1,2,3,}"), offset_of("[1,}"));
    ck_assert_uint_eq(offset_of(""), 0);
}
END_TEST

/* Levels of nesting, lists and objects in turn. */
static char *nested(int depth, int objects)
{
    char *text = apr_pcalloc(test_pool, (apr_size_t)depth * 8 + 8);
    char *at = text;
    int i;

    for (i = 0; i < depth; i++) {
        const char *part = objects && i % 2 ? "{\"a\":" : "[";

        memcpy(at, part, strlen(part));
        at += strlen(part);
    }
    *at++ = '1';
    for (i = depth - 1; i >= 0; i--) {
        *at++ = objects && i % 2 ? '}' : ']';
    }
    return text;
}

START_TEST(nesting_is_bounded_exactly)
{
    static const int depths[] = {1, 2, 4, 31, 32, 33, 64, 500};
    game_json_fault_t fault;
    const char *text;
    int i, objects;

    for (i = 0; i < COUNT_OF(depths); i++) {
        for (objects = 0; objects < 2; objects++) {
            text = nested(depths[i], objects);
            ck_assert_ptr_nonnull(game_json_parse(test_pool, text,
                strlen(text), depths[i], &fault));
            text = nested(depths[i] + 1, objects);
            ck_assert_ptr_null(game_json_parse(test_pool, text, strlen(text),
                                               depths[i], &fault));
            ck_assert_str_eq(fault.reason, "nested too deeply");
            ck_assert_int_eq(fault.undecodable, 1);
        }
    }
    text = nested(5000, 1);
    ck_assert_ptr_null(game_json_parse(test_pool, text, strlen(text), 10000,
                                       &fault));
    ck_assert_int_eq(fault.undecodable, 1);
}
END_TEST

START_TEST(brackets_inside_texts_do_not_nest)
{
    static const char *const texts[] = {
        "[\"[[[[[[\"]", "[\"\\\"[[[[[\"]", "[\"\\\\\",\"[[[\\\\\"]",
        "{\"[[{{\":1}", "[[],[],[],{},{}]",
    };
    game_json_fault_t fault;
    int i;

    for (i = 0; i < COUNT_OF(texts); i++) {
        ck_assert_msg(game_json_parse(test_pool, texts[i], strlen(texts[i]),
                                      2, &fault) != NULL, "%s", texts[i]);
    }
}
END_TEST

/* What is read wide, and how it is written then; NULL: not at all. */
static const struct {
    const char *text, *written;
} wides[] = {
    { "1000000000000000000000000000000", "1e+30" },
    { "9223372036854775807", "9223372036854775807" },
    { "9223372036854775808", "9.223372036854775808e+18" },
    { "-9223372036854775808", "-9223372036854775808" },
    { "-9223372036854775809", "-9.223372036854775808e+18" },
    { "[7,18446744073709551616,1.5,-3]",
      "[7,1.8446744073709551616e+19,1.5,-3]" },
    { "[10000000000000000000,10000000000000000000]", "[1e+19,1e+19]" },
    { "{\"n\":100000000000000000000,\"i\":[1,2]}",
      "{\"n\":1e+20,\"i\":[1,2]}" },
    { "[\"10000000000000000000,\\\"1000000000000000000000\\\\\",1,"
      "-1000000000000000000000]",
      "[\"10000000000000000000,\\\"1000000000000000000000\\\\\",1,"
      "-1e+21]" },
    { "[1e300,10000000000000000000000.0,1000000000000000000000E-2]",
      "[1e+300,1e+22,1e+19]" },
    { "\xef\xbb\xbf[10000000000000000000]", "[1e+19]" },
    { "[10000000000000000000,]", NULL },
    { "[10000000000000000000,1e400]", NULL },
    { "[100000000000000000001x]", NULL },
};

START_TEST(wide_numbers_are_reals_and_others_what_they_are)
{
    const char *text = wides[_i].text;
    apr_size_t len = strlen(text);
    game_json_fault_t fault;
    /* it is no text of C: it ends where it ends */
    const char *bare = apr_pmemdup(test_pool, text, len);
    game_json_t *all = game_json_parse_wide(test_pool, bare, len, 32, &fault);
    game_json_t *same;

    ck_assert_int_eq(all != NULL, wides[_i].written != NULL);
    if (!all) {
        ck_assert_ptr_nonnull(fault.reason);
        ck_assert_uint_le(fault.offset, len);
        return;
    }
    same = stub_json(wides[_i].written);
    ck_assert_msg(game_json_equal(all, same), "%s",
                  game_json_text(test_pool, all));
    ck_assert_str_eq(game_json_text(test_pool, all),
                     game_json_text(test_pool, same));
}
END_TEST

START_TEST(values_tell_their_kinds)
{
    game_json_t *all = stub_json("[null,true,false,7,2.5,\"t\",[1],{\"k\":1}]");
    static const game_json_e kinds[] = {
        GAME_JSON_NULL, GAME_JSON_BOOL, GAME_JSON_BOOL, GAME_JSON_INT,
        GAME_JSON_REAL, GAME_JSON_STRING, GAME_JSON_ARRAY, GAME_JSON_OBJECT
    };
    apr_size_t i;

    ck_assert_uint_eq(game_json_size(all), COUNT_OF(kinds));
    for (i = 0; i < COUNT_OF(kinds); i++) {
        game_json_t *value = game_json_at(all, i);

        ck_assert_int_eq(game_json_kind(value), kinds[i]);
        ck_assert_int_eq(game_json_is_null(value), i == 0);
        ck_assert_int_eq(game_json_true(value), i == 1);
        ck_assert_int_eq(game_json_int(value), i == 3 ? 7 : 0);
        ck_assert(game_json_real(value) == (i == 3 ? 7 : i == 4 ? 2.5 : 0));
        ck_assert_int_eq(game_json_string(value) != NULL, i == 5);
        ck_assert_int_eq(game_json_member(value, "k") != NULL, i == 7);
        ck_assert_uint_eq(game_json_size(value), i == 6);
    }
    ck_assert_ptr_null(game_json_at(all, 8));
    ck_assert_int_eq(game_json_is_null(NULL), 1);
    ck_assert_ptr_null(game_json_string(NULL));
    ck_assert_ptr_null(game_json_member(NULL, "k"));
}
END_TEST

START_TEST(members_are_walked_in_order)
{
    game_json_t *object = stub_json("{\"b\":1,\"a\":2,\"\":3,\"c\":4}");
    static const char *const names[] = {"b", "a", "", "c"};
    const char *name = NULL;
    game_json_t *value;
    int count = 0;

    while ((value = game_json_next(object, &name)) != NULL) {
        ck_assert_str_eq(name, names[count]);
        ck_assert_int_eq(game_json_int(value), ++count);
    }
    ck_assert_int_eq(count, 4);
    name = NULL;
    ck_assert_ptr_null(game_json_next(stub_json("{}"), &name));
    ck_assert_ptr_null(game_json_next(stub_json("[1]"), &name));
}
END_TEST

START_TEST(values_are_made_and_set)
{
    game_json_t *object = game_json_new_object(test_pool);
    game_json_t *list = stub_json("[1,2,3]");

    game_json_set(object, "text", game_json_new_string(test_pool, "a\"b"));
    game_json_set(object, "bad", game_json_new_string(test_pool, "\xff"));
    game_json_set(object, "int", game_json_new_int(test_pool, -5));
    game_json_set(object, "flag", game_json_new_bool(test_pool, 2));
    game_json_set(object, "int", game_json_new_bool(test_pool, 0));
    game_json_set_at(list, 1, object);
    ck_assert_str_eq(game_json_text(test_pool, list),
                     "[1,{\"text\":\"a\\\"b\",\"bad\":\"\",\"int\":false,"
                     "\"flag\":true},3]");
}
END_TEST

Suite *json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *tests = fixture_case("json");

    tcase_add_loop_test(tests, texts_are_read_and_written_back, 0,
                        COUNT_OF(taken));
    tcase_add_loop_test(tests, what_is_no_json_is_refused_with_a_reason, 0,
                        COUNT_OF(faults));
    tcase_add_test(tests, offsets_count_characters);
    tcase_add_test(tests, nesting_is_bounded_exactly);
    tcase_add_test(tests, brackets_inside_texts_do_not_nest);
    tcase_add_loop_test(tests, wide_numbers_are_reals_and_others_what_they_are,
                        0, COUNT_OF(wides));
    tcase_add_test(tests, values_tell_their_kinds);
    tcase_add_test(tests, members_are_walked_in_order);
    tcase_add_test(tests, values_are_made_and_set);
    suite_add_tcase(suite, tests);
    return suite;
}

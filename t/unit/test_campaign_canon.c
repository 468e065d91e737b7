/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Canonical, compact and pretty JSON: numbers, the order of members, strings,
 * depth; and the spellings of hashes.
 */
#include "fixture.h"

#include "canon.h"
#include "stub.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- numbers ---- */

static const struct {
    double number;
    const char *text;
} numbers[] = {
    {0, "0"}, {-0.0, "0"}, {1, "1"}, {-1, "-1"}, {30, "30"}, {0.5, "0.5"},
    {-12.5, "-12.5"}, {100, "100"}, {123456789, "123456789"},
    {0.1, "0.1"}, {0.000001, "0.000001"}, {0.0000012, "0.0000012"},
    {0.00001, "0.00001"}, {1e-7, "1e-7"}, {-1.5e-7, "-1.5e-7"},
    {9.5e-10, "9.5e-10"}, {1e-100, "1e-100"},
    {1e20, "100000000000000000000"}, {-1e20, "-100000000000000000000"},
    {123456789012345680000.0, "123456789012345680000"},
    {999999999999999900000.0, "999999999999999900000"},
    {1e21, "1e+21"}, {1.5e21, "1.5e+21"}, {-1e22, "-1e+22"},
    {1e300, "1e+300"}, {123456.789, "123456.789"},
    {9007199254740991.0, "9007199254740991"},
    {9007199254740993.0, "9007199254740992"},
    {18446744073709551616.0, "18446744073709552000"},
    {0x1p-1022, "2.2250738585072014e-308"}, {0x1p-1074, "5e-324"},
    {0x1.fffffffffffffp+1023, "1.7976931348623157e+308"},
    /* powers of two, where the nearest sixteen digits are another number */
    {7.120236347223045e-307, "7.120236347223045e-307"},
    {0x1p+89, "6.189700196426902e+26"},
    {9.5367431640625e-7, "9.5367431640625e-7"},
    {INFINITY, "null"}, {-INFINITY, "null"}, {NAN, "null"},
};

START_TEST(numbers_are_those_of_ecmascript)
{
    ck_assert_str_eq(game_canon_number(test_pool, numbers[_i].number),
                     numbers[_i].text);
}
END_TEST

START_TEST(numbers_read_back_the_same)
{
    double number = 1e-30;
    int i;

    for (i = 0; i < stub_rounds(20000); i++) {
        const char *text = game_canon_number(test_pool, number);

        ck_assert_msg(strtod(text, NULL) == number, "%a is %s", number,
                      text);
        number *= i % 2 ? -1.0037 : 1.0051;
    }
    ck_assert(fabs(number) > 1e-30);
}
END_TEST

START_TEST(a_whole_number_is_the_double_it_is)
{
    game_json_t *list = stub_json("[9007199254740993,9223372036854775807,"
                                  "-9223372036854775808,-0,7]");

    ck_assert_str_eq(game_canon_text(test_pool, list),
                     "[9007199254740992,9223372036854776000,"
                     "-9223372036854776000,0,7]");
    ck_assert_str_eq(game_json_text(test_pool, list),
                     "[9007199254740993,9223372036854775807,"
                     "-9223372036854775808,0,7]");
}
END_TEST

/* ---- texts ---- */

static const struct {
    const char *json, *canonical, *compact, *pretty;
} texts[] = {
    {"null", "null", "null", "null"},
    {" [ ] ", "[]", "[]", "[]"},
    {"{ }", "{}", "{}", "{}"},
    {"{\"b\":1.0,\"a\":[true,{}],\"\":[]}",
     "{\"\":[],\"a\":[true,{}],\"b\":1}",
     "{\"b\":1,\"a\":[true,{}],\"\":[]}",
     "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    {}\n  ],\n  \"\": []\n}"},
    {"[[[0.10]],false]", "[[[0.1]],false]", "[[[0.1]],false]",
     "[\n  [\n    [\n      0.1\n    ]\n  ],\n  false\n]"},
    {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}", "{\"a\":3,\"b\":2}",
     "{\n  \"a\": 3,\n  \"b\": 2\n}"},
    {"\"\\b\\t\\n\\f\\r\\u0001\\u001F\\u007f\\/\\\\\\\"\"",
     "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/\\\\\\\"\"",
     "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/\\\\\\\"\"",
     "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/\\\\\\\"\""},
};

START_TEST(three_texts_of_a_value)
{
    game_json_t *value = stub_json(texts[_i].json);

    ck_assert_str_eq(game_canon_text(test_pool, value), texts[_i].canonical);
    ck_assert_str_eq(game_canon_compact(test_pool, value),
                     texts[_i].compact);
    ck_assert_str_eq(game_canon_pretty(test_pool, value), texts[_i].pretty);
}
END_TEST

/* Names in the order of UTF-16's code units; in UTF-8's order the last but
 * one of the first plane would be before what lies beyond it. */
static const char *const ordered[] = {
    "", "\x01", "A", "B", "_", "a", "a b", "ab", "abc", "~", "\x7f",
    "\xc2\x80", "\xc3\xa9", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
    "\xf0\x90\x80\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81",
    "\xf4\x8f\xbf\xbf", "\xee\x80\x80", "\xee\x80\x80z", "\xef\xbd\x9e",
    "\xef\xbf\xbd",
};

START_TEST(members_are_sorted_by_code_unit)
{
    game_json_t *object = game_json_new_object(test_pool);
    const char *name = NULL;
    int i;

    for (i = COUNT_OF(ordered) - 1; i >= 0; i--) {
        game_json_set(object, ordered[i],
                      game_json_new_int(test_pool, i));
    }
    object = stub_json(game_canon_text(test_pool, object));
    for (i = 0; i < COUNT_OF(ordered); i++) {
        ck_assert_int_eq(game_json_int(game_json_next(object, &name)), i);
        ck_assert_str_eq(name, ordered[i]);
    }
    ck_assert_ptr_null(game_json_next(object, &name));
}
END_TEST

START_TEST(a_deep_value_is_written)
{
    const apr_size_t depth = 500, inner = depth - 1;
    char *text = apr_pcalloc(test_pool, depth * 2 + 1);
    game_json_fault_t fault;
    game_json_t *value;

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    value = game_json_parse(test_pool, text, strlen(text), (int)depth,
                            &fault);
    ck_assert_ptr_nonnull(value);
    ck_assert_str_eq(game_canon_text(test_pool, value), text);
    /* brackets, ends of lines, and the blanks before each level twice */
    ck_assert_uint_eq(strlen(game_canon_pretty(test_pool, value)),
                      2 * depth + 2 * inner + 2 * inner * inner);
}
END_TEST

START_TEST(nothing_is_null)
{
    ck_assert_str_eq(game_canon_text(test_pool, NULL), "null");
    ck_assert_str_eq(game_canon_pretty(test_pool, NULL), "null");
}
END_TEST

/* ---- hashes ---- */

#define ABC_HASH \
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

START_TEST(hashes_are_known)
{
    char hash[GAME_HASH_SIZE];

    game_canon_digest("abc", 3, hash);
    ck_assert_str_eq(hash, ABC_HASH);
    game_canon_hash(test_pool, stub_json("{}"), hash);
    ck_assert_str_eq(hash, "44136fa355b3678a1146ad16f7e8649e"
                     "94fb4fc21fe77e8310c060f61caaff8a");
}
END_TEST

START_TEST(one_input_has_one_hash)
{
    char one[GAME_HASH_SIZE], other[GAME_HASH_SIZE];

    game_canon_hash(test_pool, stub_json("{\"a\":30,\"b\":[1,2.50]}"), one);
    game_canon_hash(test_pool,
                    stub_json(" {\"b\" : [1.0,25e-1],\"a\":30.0}"), other);
    ck_assert_str_eq(one, other);
    game_canon_hash(test_pool, stub_json("{\"a\":\"30\",\"b\":[1,2.5]}"),
                    other);
    ck_assert_str_ne(one, other);
    game_canon_hash(test_pool, stub_json("{\"a\":30,\"b\":[2.5,1]}"), other);
    ck_assert_str_ne(one, other);
}
END_TEST

static const struct {
    const char *text;
    int length;                 /* of hex; -1: content hash */
    int good;
} spellings[] = {
    {"sha256:" ABC_HASH, -1, 1}, {ABC_HASH, -1, 0}, {NULL, -1, 0},
    {"", -1, 0}, {"sha256:", -1, 0}, {"sha256", -1, 0},
    {"Sha256:" ABC_HASH, -1, 0}, {"sha512:" ABC_HASH, -1, 0},
    {"sha256:" ABC_HASH "0", -1, 0}, {"sha256:" ABC_HASH "\n", -1, 0},
    {" sha256:" ABC_HASH, -1, 0}, {"sha256::" ABC_HASH, -1, 0},
    {ABC_HASH, 64, 1}, {ABC_HASH "0", 64, 0}, {ABC_HASH " ", 64, 0},
    {"0123456789abcdef", 16, 1}, {"0123456789abcdef", 64, 0},
    {"0123456789abcdeF", 16, 0}, {"0123456789abcdeg", 16, 0},
    {"0123456789abcde", 16, 0}, {"", 16, 0}, {NULL, 16, 0},
};

START_TEST(spellings_of_hashes)
{
    int got = spellings[_i].length < 0
        ? game_canon_is_content_hash(spellings[_i].text)
        : game_canon_is_hex(spellings[_i].text,
                            (apr_size_t)spellings[_i].length);

    ck_assert_int_eq(got, spellings[_i].good);
}
END_TEST

Suite *campaign_canon_suite(void)
{
    Suite *suite = suite_create("campaign_canon");
    TCase *tests = fixture_case("campaign_canon");

    tcase_add_loop_test(tests, numbers_are_those_of_ecmascript, 0,
                        COUNT_OF(numbers));
    tcase_add_test(tests, numbers_read_back_the_same);
    tcase_add_test(tests, a_whole_number_is_the_double_it_is);
    tcase_add_loop_test(tests, three_texts_of_a_value, 0, COUNT_OF(texts));
    tcase_add_test(tests, members_are_sorted_by_code_unit);
    tcase_add_test(tests, a_deep_value_is_written);
    tcase_add_test(tests, nothing_is_null);
    tcase_add_test(tests, hashes_are_known);
    tcase_add_test(tests, one_input_has_one_hash);
    tcase_add_loop_test(tests, spellings_of_hashes, 0, COUNT_OF(spellings));
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * One field of each type: what is accepted and in which form it is kept, and
 * the items of what is refused.
 */
#include "fixture.h"

#include "schema.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

typedef enum {
    TEXT, WORDS, CODE, ONE, NUMBER, LEVEL, COUNT, FLAG, ID, MAP, SCALAR, ANY,
    SIZE, MAYBE
} field_e;

static const char *const colours[] = {"red", "green", "blue", NULL};

/* All of the name v; the first of each row is its index. */
static const game_field_t fields[][2] = {
    [TEXT] = {{.name = "v", .type = GAME_STRING, .min = 2, .max = 4}},
    [WORDS] = {{.name = "v", .type = GAME_STRING, .choices = colours}},
    [CODE] = {{.name = "v", .type = GAME_STRING, .max = 9,
               .pattern = "^[a-z\"]+$"}},
    [ONE] = {{.name = "v", .type = GAME_STRING, .min = 1, .max = 1}},
    [NUMBER] = {{.name = "v", .type = GAME_INT}},
    [LEVEL] = {{.name = "v", .type = GAME_INT, .flags = GAME_BOUNDED,
                .min = -5, .max = 1000}},
    [COUNT] = {{.name = "v", .type = GAME_INT, .flags = GAME_BOUNDED,
                .min = 1}},
    [FLAG] = {{.name = "v", .type = GAME_BOOL}},
    [ID] = {{.name = "v", .type = GAME_UUID}},
    [MAP] = {{.name = "v", .type = GAME_DICT}},
    [SCALAR] = {{.name = "v", .type = GAME_SCALAR}},
    [ANY] = {{.name = "v", .type = GAME_SCALAR_OR_DICT}},
    [SIZE] = {{.name = "v", .type = GAME_PAGE_SIZE}},
    [MAYBE] = {{.name = "v", .type = GAME_INT, .flags = GAME_NULLABLE}},
};

static game_json_t *body_of(const char *value)
{
    return stub_json(apr_pstrcat(test_pool, "{\"v\":", value, "}", NULL));
}

static game_error_t *check_one(field_e field, game_json_t *body)
{
    game_schema_t schema = {.name = "S", .fields = fields[field]};
    game_check_t *check = game_check_make(test_pool);

    game_check_body(check, &schema, body);
    return game_check_error(check);
}

static const struct {
    field_e field;
    const char *given;
    const char *kept;           /* NULL: as it was given */
} accepted[] = {
    {TEXT, "\"ab\"", NULL}, {TEXT, "\"abcd\"", NULL},
    {TEXT, "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xae" "d\"", NULL},
    {TEXT, "\"  \"", NULL}, {ONE, "\"\xe2\x82\xac\"", NULL},
    {WORDS, "\"red\"", NULL}, {WORDS, "\"blue\"", NULL},
    {CODE, "\"abc\"", NULL}, {CODE, "\"a\\\"b\"", NULL},
    {NUMBER, "0", NULL}, {NUMBER, "-7", NULL},
    {NUMBER, "9223372036854775807", NULL},
    {NUMBER, "-9223372036854775808", NULL},
    {NUMBER, "1.0", "1"}, {NUMBER, "-2.0", "-2"}, {NUMBER, "1e3", "1000"},
    {NUMBER, "-0.0", "0"}, {NUMBER, "1e18", "1000000000000000000"},
    {NUMBER, "true", "1"}, {NUMBER, "false", "0"},
    {NUMBER, "\"5\"", "5"}, {NUMBER, "\" 5 \"", "5"},
    {NUMBER, "\"\\t5\\n\"", "5"}, {NUMBER, "\"+5\"", "5"},
    {NUMBER, "\"-5\"", "-5"}, {NUMBER, "\"-0\"", "0"},
    {NUMBER, "\"007\"", "7"}, {NUMBER, "\"-007\"", "-7"},
    {NUMBER, "\"1_000\"", "1000"}, {NUMBER, "\"1_0_0\"", "100"},
    {NUMBER, "\"0_5\"", "5"}, {NUMBER, "\"0_0_0_5\"", "5"},
    {NUMBER, "\"00_10\"", "10"}, {NUMBER, "\"0\"", "0"},
    {NUMBER, "\"0_0\"", "0"}, {NUMBER, "\"5.0\"", "5"},
    {NUMBER, "\"5.00\"", "5"}, {NUMBER, "\" -5.000 \"", "-5"},
    {NUMBER, "\"9223372036854775807\"", "9223372036854775807"},
    {NUMBER, "\"-9223372036854775808\"", "-9223372036854775808"},
    {NUMBER, "\"000000000000000000000000000000000000000000000000000000000000"
             "00000000000000000000000000000000000042\"", "42"},
    {NUMBER, "\"0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_"
             "0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_"
             "0_0_0_42\"", "42"},
    {LEVEL, "-5", NULL}, {LEVEL, "1000", NULL}, {LEVEL, "\"1000\"", "1000"},
    {LEVEL, "true", "1"}, {COUNT, "9223372036854775807", NULL},
    {FLAG, "true", NULL}, {FLAG, "false", NULL}, {FLAG, "1", "true"},
    {FLAG, "0", "false"}, {FLAG, "1.0", "true"}, {FLAG, "0.0", "false"},
    {FLAG, "-0.0", "false"}, {FLAG, "\"true\"", "true"},
    {FLAG, "\"t\"", "true"}, {FLAG, "\"yes\"", "true"},
    {FLAG, "\"y\"", "true"}, {FLAG, "\"on\"", "true"},
    {FLAG, "\"1\"", "true"}, {FLAG, "\"false\"", "false"},
    {FLAG, "\"f\"", "false"}, {FLAG, "\"no\"", "false"},
    {FLAG, "\"n\"", "false"}, {FLAG, "\"off\"", "false"},
    {FLAG, "\"0\"", "false"}, {FLAG, "\"TRUE\"", "true"},
    {FLAG, "\"oFf\"", "false"}, {FLAG, "\"Yes\"", "true"},
    {ID, "\"0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9\"",
     "\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\""},
    {ID, "\"0a1b2c3d4e5f60718293a4b5c6d7e8f9\"",
     "\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\""},
    {ID, "\"urn:uuid:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\"",
     "\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\""},
    {ID, "\"{0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9}\"",
     "\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\""},
    {MAP, "{}", NULL}, {MAP, "{\"a\":[1,null,{}]}", NULL},
    {SCALAR, "\"1\"", NULL}, {SCALAR, "1", NULL}, {SCALAR, "1.0", NULL},
    {SCALAR, "true", NULL}, {SCALAR, "\"\"", NULL},
    {ANY, "\"yes\"", NULL}, {ANY, "0.5", NULL}, {ANY, "{\"a\":1}", NULL},
    {ANY, "false", NULL}, {ANY, "-3", NULL},
    {SIZE, "\"all\"", NULL}, {SIZE, "10", NULL}, {SIZE, "\"10\"", "10"},
    {SIZE, "0", NULL}, {SIZE, "\" 7 \"", "7"}, {SIZE, "5.0", "5"},
    {MAYBE, "null", NULL}, {MAYBE, "\"3\"", "3"},
};

START_TEST(an_accepted_value_has_one_form)
{
    game_json_t *body = body_of(accepted[_i].given);
    const char *kept = accepted[_i].kept ? accepted[_i].kept
                                         : accepted[_i].given;
    game_error_t *err = check_one(accepted[_i].field, body);

    ck_assert_msg(!err, "%s: %s", accepted[_i].given, stub_detail(err));
    ck_assert_str_eq(game_json_text(test_pool, body),
                     apr_pstrcat(test_pool, "{\"v\":", kept, "}", NULL));
}
END_TEST

#define NO_INT "Input should be a valid integer"
#define INT_PARSING "int_parsing", NO_INT \
    ", unable to parse string as an integer"
#define INT_SIZE "int_parsing_size", "Unable to parse input string as an " \
    "integer, exceeded maximum size"
#define NO_FRACTION "int_from_float", NO_INT \
    ", got a number with a fractional part"
#define INT_TYPE "int_type", NO_INT
#define BOOL_TYPE "bool_type", "Input should be a valid boolean"
#define BOOL_PARSING "bool_parsing", "Input should be a valid boolean, " \
    "unable to interpret input"
#define STRING_TYPE "string_type", "Input should be a valid string"
#define DICT_TYPE "dict_type", "Input should be a valid dictionary"
#define UUID_TYPE "uuid_type", "UUID input should be a string, bytes or " \
    "UUID object"
#define WORD "enum", "Input should be 'red', 'green' or 'blue'", \
    "{\"expected\":\"'red', 'green' or 'blue'\"}"
#define PATTERN "string_pattern_mismatch", "String should match pattern " \
    "'^[a-z\\\"]+$'", "{\"pattern\":\"^[a-z\\\"]+$\"}"
#define LARGER(n) "greater_than_equal", "Input should be greater than or " \
    "equal to " n, "{\"ge\":" n "}"
#define PAGE "enum", "Input should be a whole number or 'all'", \
    "{\"expected\":\"a whole number or 'all'\"}"
#define BAD_UUID(why) "uuid_parsing", "Input should be a valid UUID, " why, \
    "{\"error\":\"" why "\"}"

static const struct {
    field_e field;
    const char *given, *type, *msg, *ctx;
} rejected[] = {
    {TEXT, "null", STRING_TYPE, NULL}, {TEXT, "12", STRING_TYPE, NULL},
    {TEXT, "1.5", STRING_TYPE, NULL}, {TEXT, "true", STRING_TYPE, NULL},
    {TEXT, "[]", STRING_TYPE, NULL}, {TEXT, "{}", STRING_TYPE, NULL},
    {TEXT, "\"\"", "string_too_short",
     "String should have at least 2 characters", "{\"min_length\":2}"},
    {TEXT, "\"\xf0\x9f\x8e\xae\"", "string_too_short",
     "String should have at least 2 characters", "{\"min_length\":2}"},
    {TEXT, "\"abcde\"", "string_too_long",
     "String should have at most 4 characters", "{\"max_length\":4}"},
    {ONE, "\"\"", "string_too_short",
     "String should have at least 1 character", "{\"min_length\":1}"},
    {ONE, "\"ab\"", "string_too_long",
     "String should have at most 1 character", "{\"max_length\":1}"},
    {WORDS, "\"Red\"", WORD}, {WORDS, "\"\"", WORD},
    {WORDS, "\"yellow\"", WORD}, {WORDS, "1", STRING_TYPE, NULL},
    {CODE, "\"\"", PATTERN}, {CODE, "\"aB\"", PATTERN},
    {CODE, "\"a\\n\"", PATTERN},
    {CODE, "\"AAAAAAAAAA\"", "string_too_long",
     "String should have at most 9 characters", "{\"max_length\":9}"},
    {NUMBER, "null", INT_TYPE, NULL}, {NUMBER, "[]", INT_TYPE, NULL},
    {NUMBER, "{}", INT_TYPE, NULL}, {NUMBER, "1.5", NO_FRACTION, NULL},
    {NUMBER, "-0.1", NO_FRACTION, NULL}, {NUMBER, "1e-7", NO_FRACTION, NULL},
    {NUMBER, "1e19", INT_SIZE, NULL}, {NUMBER, "-1e300", INT_SIZE, NULL},
    {NUMBER, "9223372036854775808.0", INT_SIZE, NULL},
    {NUMBER, "\"\"", INT_PARSING, NULL}, {NUMBER, "\" \"", INT_PARSING, NULL},
    {NUMBER, "\"x\"", INT_PARSING, NULL}, {NUMBER, "\"5x\"", INT_PARSING, NULL},
    {NUMBER, "\"+\"", INT_PARSING, NULL},
    {NUMBER, "\"- 5\"", INT_PARSING, NULL},
    {NUMBER, "\"--5\"", INT_PARSING, NULL},
    {NUMBER, "\"_5\"", INT_PARSING, NULL},
    {NUMBER, "\"5_\"", INT_PARSING, NULL},
    {NUMBER, "\"5__0\"", INT_PARSING, NULL},
    {NUMBER, "\"0_\"", INT_PARSING, NULL},
    {NUMBER, "\"0__5\"", INT_PARSING, NULL},
    {NUMBER, "\"5.\"", INT_PARSING, NULL},
    {NUMBER, "\".0\"", INT_PARSING, NULL},
    {NUMBER, "\"5.01\"", INT_PARSING, NULL},
    {NUMBER, "\"5.5\"", INT_PARSING, NULL},
    {NUMBER, "\"1.0_0\"", INT_PARSING, NULL},
    {NUMBER, "\"1e3\"", INT_PARSING, NULL},
    {NUMBER, "\"0x10\"", INT_PARSING, NULL},
    {NUMBER, "\"1 2\"", INT_PARSING, NULL},
    {NUMBER, "\"true\"", INT_PARSING, NULL},
    {NUMBER, "\"\xd9\xa5\"", INT_PARSING, NULL},
    {NUMBER, "\"9223372036854775808\"", INT_SIZE, NULL},
    {NUMBER, "\"-9223372036854775809\"", INT_SIZE, NULL},
    {NUMBER, "\"1000000000000000000000000000000000000000000000000000000000000"
             "0000000000000000000000000\"", INT_SIZE, NULL},
    {LEVEL, "-6", LARGER("-5")}, {LEVEL, "\"-6\"", LARGER("-5")},
    {LEVEL, "1001", "less_than_equal",
     "Input should be less than or equal to 1000", "{\"le\":1000}"},
    {COUNT, "0", LARGER("1")}, {COUNT, "false", LARGER("1")},
    {COUNT, "-9223372036854775808", LARGER("1")},
    {COUNT, "1.5", NO_FRACTION, NULL}, {COUNT, "null", INT_TYPE, NULL},
    {FLAG, "null", BOOL_TYPE, NULL}, {FLAG, "[]", BOOL_TYPE, NULL},
    {FLAG, "{}", BOOL_TYPE, NULL}, {FLAG, "0.5", BOOL_TYPE, NULL},
    {FLAG, "1e300", BOOL_TYPE, NULL}, {FLAG, "-1e19", BOOL_TYPE, NULL},
    {FLAG, "2", BOOL_PARSING, NULL}, {FLAG, "-1", BOOL_PARSING, NULL},
    {FLAG, "2.0", BOOL_PARSING, NULL}, {FLAG, "\"\"", BOOL_PARSING, NULL},
    {FLAG, "\"maybe\"", BOOL_PARSING, NULL},
    {FLAG, "\" true\"", BOOL_PARSING, NULL},
    {FLAG, "\"2\"", BOOL_PARSING, NULL}, {FLAG, "\"1.0\"", BOOL_PARSING, NULL},
    {FLAG, "9223372036854775807", BOOL_PARSING, NULL},
    {ID, "12", UUID_TYPE, NULL}, {ID, "null", UUID_TYPE, NULL},
    {ID, "[]", UUID_TYPE, NULL}, {ID, "true", UUID_TYPE, NULL},
    {ID, "\"x\"", BAD_UUID("invalid character: found `x` at 1")},
    {ID, "\"\"", BAD_UUID("invalid length: expected length 32 for simple "
                          "format, found 0")},
    {ID, "\"1-2\"", BAD_UUID("invalid group length in group 0: expected 8, "
                             "found 1")},
    {ID, "\"\\\"\"", BAD_UUID("invalid character: found `\\\"` at 1")},
    {ID, "\"\xe2\x82\xac\"",
     BAD_UUID("invalid character: found `\xe2\x82\xac` at 1")},
    {MAP, "null", DICT_TYPE, NULL}, {MAP, "[]", DICT_TYPE, NULL},
    {MAP, "\"{}\"", DICT_TYPE, NULL}, {MAP, "1", DICT_TYPE, NULL},
    {SIZE, "\"ALL\"", PAGE}, {SIZE, "\"\"", PAGE}, {SIZE, "\"x\"", PAGE},
    {SIZE, "\"1.5\"", PAGE}, {SIZE, "-1", LARGER("0")},
    {SIZE, "\"-1\"", LARGER("0")}, {SIZE, "null", INT_TYPE, NULL},
    {SIZE, "1.5", NO_FRACTION, NULL},
    {SIZE, "\"9223372036854775808\"", INT_SIZE, NULL},
    {MAYBE, "\"x\"", INT_PARSING, NULL}, {MAYBE, "[]", INT_TYPE, NULL},
};

START_TEST(a_rejected_value_is_one_item)
{
    game_json_t *body = body_of(rejected[_i].given);
    const char *input = game_json_text(test_pool,
                                       game_json_member(body, "v"));
    game_error_t *err = check_one(rejected[_i].field, body);

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->status, 422);
    ck_assert_str_eq(err->detail_json, apr_psprintf(test_pool,
        "[{\"type\":\"%s\",\"loc\":[\"body\",\"v\"],\"msg\":\"%s\","
        "\"input\":%s%s%s}]", rejected[_i].type, rejected[_i].msg, input,
        rejected[_i].ctx ? ",\"ctx\":" : "",
        rejected[_i].ctx ? rejected[_i].ctx : ""));
    stub_json(err->detail_json);
}
END_TEST

#define BRANCH(type, name, input) "{\"type\":\"" type "\",\"loc\":[\"body\"," \
    "\"v\",\"" name "\"],\"msg\":\"Input should be a valid "
#define BRANCHES(input) \
    BRANCH("string_type", "str", input) "string\",\"input\":" input "}," \
    BRANCH("int_type", "int", input) "integer\",\"input\":" input "}," \
    BRANCH("float_type", "float", input) "number\",\"input\":" input "}," \
    BRANCH("bool_type", "bool", input) "boolean\",\"input\":" input "}"
#define DICT_BRANCH(input) \
    BRANCH("dict_type", "dict[any,any]", input) "dictionary\",\"input\":" \
    input "}"

static const struct {
    field_e field;
    const char *given, *items;
} unions[] = {
    {SCALAR, "null", "[" BRANCHES("null") "]"},
    {SCALAR, "[1]", "[" BRANCHES("[1]") "]"},
    {SCALAR, "{\"a\":{}}", "[" BRANCHES("{\"a\":{}}") "]"},
    {ANY, "null", "[" BRANCHES("null") "," DICT_BRANCH("null") "]"},
    {ANY, "[]", "[" BRANCHES("[]") "," DICT_BRANCH("[]") "]"},
};

START_TEST(a_union_has_an_item_a_branch)
{
    game_error_t *err = check_one(unions[_i].field,
                                  body_of(unions[_i].given));

    ck_assert_ptr_nonnull(err);
    ck_assert_str_eq(err->detail_json, unions[_i].items);
}
END_TEST

Suite *schema_suite(void)
{
    Suite *suite = suite_create("schema");
    TCase *tests = fixture_case("schema");

    tcase_add_loop_test(tests, an_accepted_value_has_one_form, 0,
                        COUNT_OF(accepted));
    tcase_add_loop_test(tests, a_rejected_value_is_one_item, 0,
                        COUNT_OF(rejected));
    tcase_add_loop_test(tests, a_union_has_an_item_a_branch, 0,
                        COUNT_OF(unions));
    suite_add_tcase(suite, tests);
    return suite;
}

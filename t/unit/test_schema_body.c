/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Whole bodies and queries: required and absent members, nested models and
 * lists, and the order of the items.
 */
#include "fixture.h"

#include "schema.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

static const game_field_t leaf_fields[] = {
    {.name = "key", .type = GAME_STRING, .flags = GAME_REQUIRED, .max = 3},
    {.name = "on", .type = GAME_BOOL, .fallback = "true"},
    {.name = "value", .type = GAME_SCALAR, .flags = GAME_REQUIRED},
    {.name = NULL}
};
static const game_schema_t leaf = {"Leaf", leaf_fields, NULL};

static const game_field_t branch_fields[] = {
    {.name = "leaves", .type = GAME_LIST, .item = &leaf, .max = 3},
    {.name = "one", .type = GAME_MODEL, .item = &leaf,
     .flags = GAME_NULLABLE},
    {.name = NULL}
};
static const game_schema_t branch = {"Branch", branch_fields, NULL};

static const game_field_t tree_fields[] = {
    {.name = "flag", .type = GAME_BOOL},
    {.name = "name", .type = GAME_STRING, .flags = GAME_REQUIRED, .min = 1},
    {.name = "branches", .type = GAME_LIST, .item = &branch},
    {.name = "tags", .type = GAME_STRING_LIST, .max = 1},
    {.name = "note", .type = GAME_STRING, .flags = GAME_NULLABLE,
     .fallback = "null"},
    {.name = "level", .type = GAME_INT,
     .flags = GAME_REQUIRED | GAME_BOUNDED, .min = 0, .max = 9},
    {.name = NULL}
};
static const game_schema_t tree = {"Tree", tree_fields, NULL};

static const game_field_t names_field = {
    .name = "names", .type = GAME_STRING_LIST, .max = 2
};
static const game_schema_t names = {"Names", NULL, &names_field};
static const game_field_t query_fields[] = {
    {.name = "page", .type = GAME_INT, .flags = GAME_BOUNDED, .min = 1,
     .fallback = "1"},
    {.name = "page_size", .type = GAME_PAGE_SIZE, .fallback = "\"all\""},
    {.name = "active", .type = GAME_BOOL},
    {.name = "user", .type = GAME_STRING, .flags = GAME_REQUIRED},
    {.name = "game", .type = GAME_UUID, .flags = GAME_REQUIRED},
    {.name = NULL}
};
static const game_schema_t query = {"Query", query_fields, NULL};

static const game_schema_t nothing = {"Nothing", NULL, NULL};

typedef struct case_t {
    const game_schema_t *schema;
    const char *given;
    const char *expected;       /* the body, or the items */
} case_t;

static const case_t accepted[] = {
    {&tree, "{\"name\":\"n\",\"level\":3}",
     "{\"name\":\"n\",\"level\":3,\"note\":null}"},
    {&tree, "{\"level\":\"3\",\"other\":[{}],\"flag\":\"no\",\"name\":\"n\","
            "\"note\":\"x\"}",
     "{\"level\":3,\"other\":[{}],\"flag\":false,\"name\":\"n\","
     "\"note\":\"x\"}"},
    {&tree, "{\"name\":\"n\",\"level\":0,\"note\":null,\"tags\":[],"
            "\"branches\":[]}", NULL},
    {&tree, "{\"name\":\"n\",\"level\":9,\"note\":null,\"tags\":[\"\"],"
            "\"branches\":[{},{\"one\":null},{\"leaves\":[],\"one\":{\"key\":"
            "\"k\",\"value\":\"1\",\"on\":0}},{\"leaves\":[{\"value\":2,"
            "\"key\":\"abc\"}]}]}",
     "{\"name\":\"n\",\"level\":9,\"note\":null,\"tags\":[\"\"],"
     "\"branches\":[{},{\"one\":null},{\"leaves\":[],\"one\":{\"key\":\"k\","
     "\"value\":\"1\",\"on\":false}},{\"leaves\":[{\"value\":2,\"key\":"
     "\"abc\",\"on\":true}]}]}"},
    {&names, "[]", NULL}, {&names, "[\"a\",\"\"]", NULL},
    {&nothing, "{}", NULL}, {&nothing, "{\"a\":1}", NULL},
    {&query, "{\"user\":\"u\",\"game\":"
             "\"0a1b2c3d4e5f60718293a4b5c6d7e8f9\"}",
     "{\"user\":\"u\",\"game\":\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\","
     "\"page\":1,\"page_size\":\"all\"}"},
    {&query, "{\"active\":\"On\",\"page\":\" 2 \",\"page_size\":\"10\","
             "\"user\":\"\",\"game\":"
             "\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\"}",
     "{\"active\":true,\"page\":2,\"page_size\":10,\"user\":\"\",\"game\":"
     "\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\"}"},
};

static game_error_t *check_case(const case_t *test, game_json_t *body)
{
    game_check_t *check = game_check_make(test_pool);

    if (test->schema == &query) {
        game_check_query(check, test->schema, body);
    }
    else {
        game_check_body(check, test->schema, body);
    }
    return game_check_error(check);
}

START_TEST(a_fit_body_is_completed)
{
    const case_t *test = &accepted[_i];
    game_json_t *body = stub_json(test->given);
    game_error_t *err = check_case(test, body);

    ck_assert_msg(!err, "%s", stub_detail(err));
    ck_assert_str_eq(game_json_text(test_pool, body),
                     test->expected ? test->expected : test->given);
}
END_TEST

#define ITEM(type, loc, msg, input) "{\"type\":\"" type "\",\"loc\":[" loc \
    "],\"msg\":\"" msg "\",\"input\":" input "}"
#define ITEM_CTX(type, loc, msg, input, ctx) "{\"type\":\"" type \
    "\",\"loc\":[" loc "],\"msg\":\"" msg "\",\"input\":" input \
    ",\"ctx\":{" ctx "}}"
#define MISSING(loc, input) ITEM("missing", loc, "Field required", input)
#define NO_OBJECT(loc, input) ITEM("model_attributes_type", loc, "Input " \
    "should be a valid dictionary or object to extract fields from", input)
#define NO_LIST(loc, input) \
    ITEM("list_type", loc, "Input should be a valid list", input)
#define NO_STRING(loc, input) \
    ITEM("string_type", loc, "Input should be a valid string", input)

/* a shorthand, as objects come back whole */
#define LEVEL_3 "{\"flag\":\"yes\",\"level\":3}"

static const case_t rejected[] = {
    {&tree, "null", "[" MISSING("\"body\"", "null") "]"},
    {&tree, "[]", "[" NO_OBJECT("\"body\"", "[]") "]"},
    {&tree, "\"text\"", "[" NO_OBJECT("\"body\"", "\"text\"") "]"},
    {&tree, "0", "[" NO_OBJECT("\"body\"", "0") "]"},
    {&tree, "false", "[" NO_OBJECT("\"body\"", "false") "]"},
    {&nothing, "[]", "[" NO_OBJECT("\"body\"", "[]") "]"},
    {&tree, "{}", "[" MISSING("\"body\",\"name\"", "{}") ","
                      MISSING("\"body\",\"level\"", "{}") "]"},
    /* input is the object as it was given, in spite of "yes" and fallbacks */
    {&tree, LEVEL_3, "[" MISSING("\"body\",\"name\"", LEVEL_3) "]"},
    {&tree, "{\"name\":null,\"level\":null}",
     "[" NO_STRING("\"body\",\"name\"", "null") ","
     ITEM("int_type", "\"body\",\"level\"",
          "Input should be a valid integer", "null") "]"},
    {&tree, "{\"name\":\"\",\"level\":10,\"flag\":2,\"note\":5,\"tags\":"
            "[1,2],\"branches\":{}}",
     "[" ITEM("bool_parsing", "\"body\",\"flag\"", "Input should be a valid "
              "boolean, unable to interpret input", "2") ","
     ITEM_CTX("string_too_short", "\"body\",\"name\"",
              "String should have at least 1 character", "\"\"",
              "\"min_length\":1") ","
     NO_LIST("\"body\",\"branches\"", "{}") ","
     ITEM_CTX("too_long", "\"body\",\"tags\"", "List should have at most 1 "
              "item after validation, not 2", "null", "\"field_type\":"
              "\"List\",\"max_length\":1,\"actual_length\":2") ","
     NO_STRING("\"body\",\"note\"", "5") ","
     ITEM_CTX("less_than_equal", "\"body\",\"level\"",
              "Input should be less than or equal to 9", "10", "\"le\":9")
     "]"},
    /* depth first, positions as numbers */
    {&tree, "{\"name\":\"n\",\"level\":1,\"branches\":[7,{},{\"leaves\":[{"
            "\"key\":\"abcd\",\"on\":\"maybe\"},null],\"one\":[]},"
            "{\"leaves\":null}],\"tags\":[null]}",
     "[" NO_OBJECT("\"body\",\"branches\",0", "7") ","
     ITEM_CTX("string_too_long", "\"body\",\"branches\",2,\"leaves\",0,"
              "\"key\"", "String should have at most 3 characters",
              "\"abcd\"", "\"max_length\":3") ","
     ITEM("bool_parsing", "\"body\",\"branches\",2,\"leaves\",0,\"on\"",
          "Input should be a valid boolean, unable to interpret input",
          "\"maybe\"") ","
     MISSING("\"body\",\"branches\",2,\"leaves\",0,\"value\"",
             "{\"key\":\"abcd\",\"on\":\"maybe\"}") ","
     NO_OBJECT("\"body\",\"branches\",2,\"leaves\",1", "null") ","
     NO_OBJECT("\"body\",\"branches\",2,\"one\"", "[]") ","
     NO_LIST("\"body\",\"branches\",3,\"leaves\"", "null") ","
     NO_STRING("\"body\",\"tags\",0", "null") "]"},
    {&tree, "{\"name\":\"n\",\"level\":1,\"branches\":[{\"leaves\":[1,2,3,4]"
            "}]}",
     "[" ITEM_CTX("too_long", "\"body\",\"branches\",0,\"leaves\"", "List "
                  "should have at most 3 items after validation, not 4",
                  "null", "\"field_type\":\"List\",\"max_length\":3,"
                  "\"actual_length\":4") "]"},
    {&tree, "{\"name\":\"n\",\"level\":1,\"branches\":[{\"one\":{\"key\":"
            "\"k\"}}]}",
     "[" MISSING("\"body\",\"branches\",0,\"one\",\"value\"",
                 "{\"key\":\"k\"}") "]"},
    /* a list at the top */
    {&names, "null", "[" MISSING("\"body\"", "null") "]"},
    {&names, "{}", "[" NO_LIST("\"body\"", "{}") "]"},
    {&names, "\"[]\"", "[" NO_LIST("\"body\"", "\"[]\"") "]"},
    {&names, "[1,\"a\"]", "[" NO_STRING("\"body\",0", "1") "]"},
    {&names, "[\"a\",[]]", "[" NO_STRING("\"body\",1", "[]") "]"},
    {&names, "[\"a\",\"b\",\"c\"]",
     "[" ITEM_CTX("too_long", "\"body\"", "List should have at most 2 items "
                  "after validation, not 3", "null", "\"field_type\":\"List\""
                  ",\"max_length\":2,\"actual_length\":3") "]"},
    /* queries */
    {&query, "{}", "[" MISSING("\"query\",\"user\"", "null") ","
                       MISSING("\"query\",\"game\"", "null") "]"},
    {&query, "{\"page\":\"0\",\"page_size\":\"some\",\"active\":\"\","
             "\"user\":\"u\",\"game\":\"-\"}",
     "[" ITEM_CTX("greater_than_equal", "\"query\",\"page\"", "Input should "
                  "be greater than or equal to 1", "\"0\"", "\"ge\":1") ","
     ITEM_CTX("enum", "\"query\",\"page_size\"", "Input should be a whole "
              "number or 'all'", "\"some\"",
              "\"expected\":\"a whole number or 'all'\"") ","
     ITEM("bool_parsing", "\"query\",\"active\"", "Input should be a valid "
          "boolean, unable to interpret input", "\"\"") ","
     ITEM_CTX("uuid_parsing", "\"query\",\"game\"", "Input should be a valid "
              "UUID, invalid group length in group 0: expected 8, found 0",
              "\"-\"", "\"error\":\"invalid group length in group 0: "
              "expected 8, found 0\"") "]"},
};

START_TEST(an_unfit_body_has_all_its_items)
{
    const case_t *test = &rejected[_i];
    game_error_t *err = check_case(test, stub_json(test->given));

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->status, 422);
    ck_assert_str_eq(err->detail_json, test->expected);
    stub_json(err->detail_json);
}
END_TEST

START_TEST(an_absent_body_is_missing)
{
    game_check_t *check = game_check_make(test_pool);

    game_check_body(check, &tree, NULL);
    ck_assert_str_eq(stub_detail(game_check_error(check)),
                     "[" MISSING("\"body\"", "null") "]");
}
END_TEST

START_TEST(items_of_a_request_come_together)
{
    game_check_t *check = game_check_make(test_pool);

    ck_assert_ptr_null(game_check_error(check));
    game_check_add(check, "first", "[ \"path\", \"a\" ]", "a \"b\"",
                   "\"x y\"", NULL);
    game_check_query(check, &query, stub_json("{\"user\":\"u\"}"));
    game_check_body(check, &names, stub_json("0"));
    game_check_add(check, "last", "[\"header\"]", "msg", NULL,
                   "{ \"le\" : 1 }");
    ck_assert_str_eq(stub_detail(game_check_error(check)),
        "[{\"type\":\"first\",\"loc\":[\"path\",\"a\"],\"msg\":\"a \\\"b\\\""
        "\",\"input\":\"x y\"}," MISSING("\"query\",\"game\"", "null") ","
        NO_LIST("\"body\"", "0") ",{\"type\":\"last\",\"loc\":[\"header\"],"
        "\"msg\":\"msg\",\"input\":null,\"ctx\":{\"le\":1}}]");
}
END_TEST

Suite *schema_body_suite(void)
{
    Suite *suite = suite_create("schema_body");
    TCase *tests = fixture_case("schema_body");

    tcase_add_loop_test(tests, a_fit_body_is_completed, 0,
                        COUNT_OF(accepted));
    tcase_add_loop_test(tests, an_unfit_body_has_all_its_items, 0,
                        COUNT_OF(rejected));
    tcase_add_test(tests, an_absent_body_is_missing);
    tcase_add_test(tests, items_of_a_request_come_together);
    suite_add_tcase(suite, tests);
    return suite;
}

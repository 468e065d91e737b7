/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Bodies that nobody would send: valid ones, damaged by a fixed sequence of
 * chances. Whatever comes, the answer is a value or an error, and the error
 * is JSON.
 */
#include "fixture.h"

#include "schema.h"
#include "stub.h"

#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define SIZE_MAX_BODY 2048
#define ROUNDS 200000
#define DEPTH 32

static const char *const kinds[] = {"a", "b\"c", "d\\e", NULL};

static const game_field_t param_fields[] = {
    {.name = "key", .type = GAME_STRING, .flags = GAME_REQUIRED, .min = 1,
     .max = 8, .pattern = "^[A-Za-z_]+$"},
    {.name = "value", .type = GAME_SCALAR_OR_DICT, .flags = GAME_REQUIRED},
    {.name = "id", .type = GAME_UUID, .flags = GAME_NULLABLE},
    {.name = NULL}
};
static const game_schema_t param = {"Param", param_fields, NULL};

static const game_field_t task_fields[] = {
    {.name = "name", .type = GAME_STRING, .flags = GAME_REQUIRED, .max = 6},
    {.name = "params", .type = GAME_LIST, .item = &param, .max = 5},
    {.name = "first", .type = GAME_MODEL, .item = &param,
     .flags = GAME_NULLABLE},
    {.name = NULL}
};
static const game_schema_t task = {"Task", task_fields, NULL};

static const game_field_t fields[] = {
    {.name = "id", .type = GAME_UUID, .flags = GAME_REQUIRED},
    {.name = "kind", .type = GAME_STRING, .choices = kinds,
     .fallback = "\"a\""},
    {.name = "count", .type = GAME_INT, .flags = GAME_BOUNDED, .min = -1,
     .max = 100},
    {.name = "size", .type = GAME_PAGE_SIZE, .fallback = "\"all\""},
    {.name = "on", .type = GAME_BOOL, .flags = GAME_REQUIRED},
    {.name = "scalar", .type = GAME_SCALAR},
    {.name = "data", .type = GAME_DICT, .flags = GAME_NULLABLE},
    {.name = "tags", .type = GAME_STRING_LIST, .max = 4},
    {.name = "tasks", .type = GAME_LIST, .item = &task, .max = 9},
    {.name = NULL}
};
static const game_field_t list_field = {
    .name = "list", .type = GAME_STRING_LIST, .max = 3
};
static const game_schema_t schemas[] = {
    {"Rich", fields, NULL}, {"Task", task_fields, NULL},
    {"List", NULL, &list_field}
};

static const char *const seeds[] = {
    "{\"id\":\"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9\",\"kind\":\"b\\\"c\","
    "\"count\":\"1_0\",\"size\":25,\"on\":\"yes\",\"scalar\":1.5e-7,"
    "\"data\":{\"a\":[1,2.0,null,{\"b\":[]}],\"\xc3\xa4\":\"\\u20ac\"},"
    "\"tags\":[\"x\",\"y\"],\"tasks\":[{\"name\":\"t\",\"params\":[{\"key\":"
    "\"k\",\"value\":true,\"id\":null},{\"key\":\"l\",\"value\":{\"z\":0}}],"
    "\"first\":{\"key\":\"A_\",\"value\":\"\"}},{\"name\":\"u\"}]}",
    "{\"name\":\"task\",\"params\":[{\"key\":\"abc\",\"value\":-12,\"id\":"
    "\"urn:uuid:0a1b2c3d4e5f60718293a4b5c6d7e8f9\"}],\"first\":null}",
    "[\"one\",\"t\xf0\x9f\x8e\xae\",\"\\\\\\\"\"]",
    "{\"id\":\"{0a1b2c3d4e5f60718293a4b5c6d7e8f9}\",\"on\":0,\"count\":99.0,"
    "\"size\":\"all\",\"data\":null,\"tags\":[],\"tasks\":[]}",
    "\xef\xbb\xbf{\"on\":true,\"on\":false,\"id\":12,\"tasks\":[[],{},1]}",
};

/* What is put in: tokens that matter to a reader or to a check. */
static const char *const parts[] = {
    "null", "true", "false", "0", "-1", "1.0", "1e309", "-0.0", "NaN", "[",
    "]", "{", "}", "\"", "\\", ":", ",", "{}", "[]", "\"\"", "\"all\"",
    "\\u0000", "\\ud800", "\\udfff", "\\ud83c\\udfae", "\xff", "\xc3",
    "\xe2\x82\xac", "\xf0\x9f", "\xef\xbb\xbf", "9223372036854775807",
    "99999999999999999999", "\"id\":", "\"on\":", "\"tasks\":[{", "\n", " ",
    "[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":", "1_0", "e", ".",
    "\"value\":[1]", "\"0a1b2c3d-4e5f-6071-8293\"", "`", "'",
};

static apr_uint32_t state;

static unsigned chance(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

typedef struct text_t {
    char bytes[SIZE_MAX_BODY];
    apr_size_t len;
} text_t;

/* Replace cut bytes at a place by others. */
static void splice(text_t *text, apr_size_t at, apr_size_t cut,
                   const char *bytes, apr_size_t len)
{
    if (cut > text->len - at) {
        cut = text->len - at;
    }
    if (text->len - cut + len > sizeof(text->bytes)) {
        return;
    }
    memmove(text->bytes + at + len, text->bytes + at + cut,
            text->len - at - cut);
    memcpy(text->bytes + at, bytes, len);
    text->len += len - cut;
}

static void damage(text_t *text)
{
    apr_size_t at = chance((unsigned)text->len + 1);
    const char *part = parts[chance(COUNT_OF(parts))];
    char copy[64];
    apr_size_t len;

    switch (chance(6)) {
    case 0:                     /* another byte */
        copy[0] = (char)chance(256);
        splice(text, at, 1, copy, 1);
        break;
    case 1:
        splice(text, at, 0, part, strlen(part));
        break;
    case 2:
        splice(text, at, 1 + chance(8), part, strlen(part));
        break;
    case 3:                     /* a hole */
        splice(text, at, 1 + chance(12), "", 0);
        break;
    case 4:                     /* a piece of it again, elsewhere */
        len = chance(sizeof(copy));
        len = len < text->len - at ? len : text->len - at;
        memcpy(copy, text->bytes + at, len);
        splice(text, chance((unsigned)text->len + 1), 0, copy, len);
        break;
    default:                    /* the end is missing */
        if (!chance(8)) {
            text->len = at;
        }
    }
}

/* @return whether the body was taken */
static int feed(apr_pool_t *pool, const text_t *text,
                const game_schema_t *schema)
{
    game_check_t *check = game_check_make(pool);
    game_json_fault_t fault;
    game_json_t *body = game_json_parse(pool, text->bytes, text->len, DEPTH,
                                        &fault);
    const game_error_t *err;
    const char *json;

    if (!body) {
        ck_assert_ptr_nonnull(fault.reason);
        ck_assert_uint_le(fault.offset, text->len);
        return 0;
    }
    game_check_body(check, schema, body);
    err = game_check_error(check);
    json = err ? err->detail_json : game_json_canonical(pool, body);
    ck_assert_msg(game_json_parse(pool, json, strlen(json), 100, &fault)
                  != NULL, "%s: %s", fault.reason, json);
    if (err) {
        ck_assert_int_eq(err->status, 422);
        return 0;
    }
    /* what was accepted is accepted again, and is the same then */
    check = game_check_make(pool);
    game_check_body(check, schema, body);
    ck_assert_ptr_null(game_check_error(check));
    ck_assert_str_eq(game_json_canonical(pool, body), json);
    return 1;
}

START_TEST(damaged_bodies_do_no_harm)
{
    int i, times, taken = 0, rounds = stub_rounds(ROUNDS);
    apr_pool_t *pool;
    text_t text;

    state = 0x2545f491;
    apr_pool_create(&pool, test_pool);
    for (i = 0; i < rounds; i++) {
        const char *seed = seeds[chance(COUNT_OF(seeds))];

        text.len = strlen(seed);
        memcpy(text.bytes, seed, text.len);
        for (times = 1 + (int)chance(4); times; times--) {
            damage(&text);
        }
        taken += feed(pool, &text, &schemas[chance(COUNT_OF(schemas))]);
        apr_pool_clear(pool);
    }
    ck_assert_int_gt(taken, rounds / 100);
    ck_assert_int_lt(taken, rounds / 2);
}
END_TEST

START_TEST(bodies_may_end_anywhere)
{
    apr_pool_t *pool;
    text_t text;
    int i, j;

    apr_pool_create(&pool, test_pool);
    for (i = 0; i < COUNT_OF(seeds); i++) {
        for (j = 0; j < COUNT_OF(schemas); j++) {
            text.len = strlen(seeds[i]);
            memcpy(text.bytes, seeds[i], text.len);
            for (; text.len; text.len--) {
                feed(pool, &text, &schemas[j]);
                apr_pool_clear(pool);
            }
            feed(pool, &text, &schemas[j]);
        }
    }
}
END_TEST

START_TEST(seeds_are_taken_or_not)
{
    static const int schema[] = {0, 1, 2, 0, 0};
    static const int taken[] = {1, 1, 1, 1, 0};
    text_t text;
    int i;

    for (i = 0; i < COUNT_OF(seeds); i++) {
        text.len = strlen(seeds[i]);
        memcpy(text.bytes, seeds[i], text.len);
        ck_assert_int_eq(feed(test_pool, &text, &schemas[schema[i]]),
                         taken[i]);
    }
}
END_TEST

/* The path of a request is read by the same reader of UUIDs. */
START_TEST(damaged_uuids_do_no_harm)
{
    static const char seed[] = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    int i, rounds = stub_rounds(ROUNDS / 4);
    char out[GAME_UUID_SIZE];
    apr_pool_t *pool;
    const char *why;
    text_t text;

    state = 0x1234567;
    apr_pool_create(&pool, test_pool);
    for (i = 0; i < rounds; i++) {
        text.len = sizeof(seed) - 1;
        memcpy(text.bytes, seed, sizeof(seed));
        damage(&text);
        text.bytes[text.len] = '\0';
        why = NULL;
        if (game_uuid_parse(pool, text.bytes, out, &why)) {
            ck_assert_uint_eq(strlen(out), GAME_UUID_SIZE - 1);
            ck_assert_ptr_null(why);
        }
        else {
            ck_assert_ptr_nonnull(why);
        }
        apr_pool_clear(pool);
    }
}
END_TEST

Suite *robust_suite(void)
{
    Suite *suite = suite_create("robust");
    TCase *tests = fixture_case("robust");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, seeds_are_taken_or_not);
    tcase_add_test(tests, bodies_may_end_anywhere);
    tcase_add_test(tests, damaged_bodies_do_no_harm);
    tcase_add_test(tests, damaged_uuids_do_no_harm);
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Identifiers, times and digests. The ids were worked out by another UUID
 * library.
 */
#include "fixture.h"

#include "game.h"

#include <ctype.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

/* ---- users ---- */

static const struct {
    const char *realm, *external, *id, *bucket;
} users[] = {
    {NULL, "alice", "3f907247-7d2e-5d2c-9d14-79403f0f678d", "13"},
    {NULL, "", "518d91b5-9d41-54fd-9344-ed220d040000", "0"},
    {NULL, "user 1", "fa65d24a-a135-5c06-b333-fcdfe8a544da", "26"},
    {NULL, "J\xc3\xbcrgen", "12908e08-b96c-530f-9683-d28a515391a5", "37"},
    {NULL, "\xe6\x97\xa5\xe6\x9c\xac",
     "d57cf60a-fdea-5d32-9910-ecdc67ffc287", "7"},
    {NULL, "a/b?c", "6ba9cb99-9d71-54ac-a293-59a74815214f", "15"},
    {NULL, "realm:game", "24216651-df51-5bc5-bfd9-5d38fc4f8a68", "40"},
    {"game", "alice", "7784610f-52dd-5bbf-ba46-00a5c57ab3e5", "37"},
    {"Game", "alice", "0294ac44-b1fe-5676-8e0a-9625c5f3be59", "25"},
    {"", "alice", "47221e73-6e75-559a-810b-0d99a8b0a82d", "45"},
    {"game", "", "341c3641-b5af-5987-ad11-0b88f76d7473", "51"},
    {"a", "balice", "58c745a8-ad32-5957-9375-d29973380889", "9"},
    {"r-1", "u-1", "bf406c41-2c5c-5022-a5b4-8cd89c477949", "9"},
    {"00000000-0000-0000-0000-000000000000", "u",
     "480cffb4-e713-5e51-99b2-72e26ba51c70", "48"},
};

START_TEST(users_have_known_ids_and_buckets)
{
    game_user_id_t user;

    game_user_id(users[_i].realm, users[_i].external, &user);
    ck_assert_str_eq(user.id, users[_i].id);
    ck_assert_str_eq(user.bucket, users[_i].bucket);
}
END_TEST

START_TEST(users_with_long_names_have_ids)
{
    game_user_id_t user;
    char name[301];

    memset(name, 'x', 300);
    name[300] = '\0';
    game_user_id(NULL, name, &user);
    ck_assert_str_eq(user.id, "b1e64f20-1cd1-5ee0-ab2a-1ddbd2422544");
    ck_assert_str_eq(user.bucket, "4");
}
END_TEST

START_TEST(realms_have_users_of_their_own)
{
    int i;

    for (i = 0; i < COUNT_OF(users); i++) {
        ck_assert_msg(i == _i || strcmp(users[i].id, users[_i].id),
                      "%d is %d", i, _i);
    }
}
END_TEST

/* ---- UUIDs ---- */

#define NORMAL "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
#define DIGITS "0a1b2c3d4e5f60718293a4b5c6d7e8f9"

static const char *const same[] = {
    NORMAL, DIGITS, "urn:uuid:" NORMAL, "{" NORMAL "}", "{" DIGITS "}",
    "urn:uuid:" DIGITS, "0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9",
    "0A1B2C3D4E5F60718293A4B5C6D7E8F9", "0a1B2c3D-4e5F-6071-8293-a4b5C6D7e8f9",
    "URN:UUID:" NORMAL, "urn:UUID:0A1B2C3D4E5F60718293A4B5C6D7E8F9",
    "{0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9}",
};

START_TEST(all_forms_of_a_uuid_are_one)
{
    char out[GAME_UUID_SIZE];
    const char *why = NULL;

    ck_assert_msg(game_uuid_parse(test_pool, same[_i], out, &why) == 1,
                  "%s: %s", same[_i], why);
    ck_assert_str_eq(out, NORMAL);
}
END_TEST

#define NO_LENGTH "invalid length: expected length 32 for simple format, found "
#define NO_GROUP "invalid group length in group "

static const struct {
    const char *text, *why;
} refusals[] = {
    {"", NO_LENGTH "0"},
    {"0", NO_LENGTH "1"},
    {"0a1b2c3d4e5f60718293a4b5c6d7e8f", NO_LENGTH "31"},
    {DIGITS "0", NO_LENGTH "33"},
    {"{}", NO_LENGTH "0"},
    {"{abc}", NO_LENGTH "3"},
    {"urn:uuid:", NO_LENGTH "0"},
    {"urn:uuid:ab", NO_LENGTH "2"},
    {"g", "invalid character: found `g` at 1"},
    {"not-a-uuid", "invalid character: found `n` at 1"},
    {"0a1b2c3x", "invalid character: found `x` at 8"},
    {" " NORMAL, "invalid character: found ` ` at 1"},
    {NORMAL " ", "invalid character: found ` ` at 37"},
    {NORMAL "\n", "invalid character: found `\n` at 37"},
    {"{" NORMAL, "invalid character: found `{` at 1"},
    {NORMAL "}", "invalid character: found `}` at 37"},
    {"{", "invalid character: found `{` at 1"},
    {"{{" NORMAL "}}", "invalid character: found `{` at 2"},
    {"{12x4}", "invalid character: found `x` at 4"},
    {"urn:uuid:12_4", "invalid character: found `_` at 12"},
    {"{urn:uuid:" NORMAL "}", "invalid character: found `u` at 2"},
    {"urn:uuid:{" NORMAL "}", "invalid character: found `{` at 10"},
    {"urn:" NORMAL, "invalid character: found `u` at 1"},
    {"0x" DIGITS, "invalid character: found `x` at 2"},
    {"+0a1b2c3d", "invalid character: found `+` at 1"},
    {"ab\xc3\xa4", "invalid character: found `\xc3\xa4` at 3"},
    {"\xe2\x82\xac" "1", "invalid character: found `\xe2\x82\xac` at 1"},
    {"1\xf0\x9f\x8e\xae", "invalid character: found `\xf0\x9f\x8e\xae` at 2"},
    {"-", NO_GROUP "0: expected 8, found 0"},
    {"12345678-", NO_GROUP "1: expected 4, found 0"},
    {"1234567-1234-1234-1234-123456789012",
     NO_GROUP "0: expected 8, found 7"},
    {"123456789-1234-1234-1234-123456789012",
     NO_GROUP "0: expected 8, found 9"},
    {"12345678-123-1234-1234-123456789012",
     NO_GROUP "1: expected 4, found 3"},
    {"12345678-1234-12345-1234-123456789012",
     NO_GROUP "2: expected 4, found 5"},
    {"12345678-1234-1234--123456789012", NO_GROUP "3: expected 4, found 0"},
    {"12345678-1234-1234-1234-12345678901",
     NO_GROUP "4: expected 12, found 11"},
    {"12345678-1234-1234-1234-1234567890123",
     NO_GROUP "4: expected 12, found 13"},
    {"12345678-1234-1234-1234-", NO_GROUP "4: expected 12, found 0"},
    {"12345678-1234-1234-1234", "invalid group count: expected 5, found 4"},
    {"12345678-1234", "invalid group count: expected 5, found 2"},
    {NORMAL "-", "invalid group count: expected 5, found more"},
    {NORMAL "-" DIGITS, "invalid group count: expected 5, found more"},
};

START_TEST(what_is_no_uuid_is_refused_with_a_reason)
{
    char out[GAME_UUID_SIZE];
    const char *why = NULL;

    ck_assert_msg(!game_uuid_parse(test_pool, refusals[_i].text, out, &why),
                  "%s was taken", refusals[_i].text);
    ck_assert_str_eq(why, refusals[_i].why);
}
END_TEST

START_TEST(random_uuids_are_version_4_and_differ)
{
    char ids[64][GAME_UUID_SIZE], out[GAME_UUID_SIZE];
    const char *why = NULL;
    int i, j;

    for (i = 0; i < 64; i++) {
        game_uuid_random(ids[i]);
        ck_assert_int_eq(game_uuid_parse(test_pool, ids[i], out, &why), 1);
        ck_assert_str_eq(ids[i], out);
        ck_assert_int_eq(ids[i][14], '4');
        ck_assert_ptr_nonnull(strchr("89ab", ids[i][19]));
        for (j = 0; j < i; j++) {
            ck_assert_str_ne(ids[i], ids[j]);
        }
    }
}
END_TEST

/* ---- slugs ---- */

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static const struct {
    const char *text;
    int slug;
} slugs[] = {
    {"", 0}, {"a", 0}, {"ab", 0}, {"abc", 1}, {"A_9", 1}, {"---", 1},
    {"___", 1}, {"000", 1}, {SIXTY, 1}, {SIXTY "k", 0},
    {"abcdefghijklmnopqrstuvwxyz", 1}, {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1},
    {"0123456789_-", 1}, {"a b", 0}, {" abc", 0}, {"abc ", 0}, {"abc\n", 0},
    {"a.b", 0}, {"a/b", 0}, {"abc!", 0}, {"custom:x", 0},
    {"m\xc3\xbcnchen", 0}, {"abc\xc3\xa9", 0}, {"\xc3\xa4\xc3\xb6", 0},
};

START_TEST(slugs_are_3_to_60_plain_characters)
{
    ck_assert_msg(game_is_slug(slugs[_i].text) == slugs[_i].slug, "\"%s\"",
                  slugs[_i].text);
}
END_TEST

START_TEST(every_other_character_ends_a_slug)
{
    char text[] = "ab?cd";
    int c;

    for (c = 1; c < 256; c++) {
        text[2] = (char)c;
        ck_assert_msg(game_is_slug(text) == (c < 128 && (isalnum(c)
                                             || c == '_' || c == '-')),
                      "character %d", c);
    }
}
END_TEST

/* ---- times ---- */

static const struct {
    apr_time_t at;
    const char *z, *sp, *off;
} times[] = {
    {APR_INT64_C(1770091506123456), "2026-02-03T04:05:06.123456Z",
     "2026-02-03 04:05:06.123456+00:00", "2026-02-03T04:05:06.123456+00:00"},
    {APR_INT64_C(1770091506000000), "2026-02-03T04:05:06Z",
     "2026-02-03 04:05:06+00:00", "2026-02-03T04:05:06+00:00"},
    {APR_INT64_C(1770091506100000), "2026-02-03T04:05:06.100000Z",
     "2026-02-03 04:05:06.100000+00:00", "2026-02-03T04:05:06.1+00:00"},
    {APR_INT64_C(1770091506000001), "2026-02-03T04:05:06.000001Z",
     "2026-02-03 04:05:06.000001+00:00", "2026-02-03T04:05:06.000001+00:00"},
    {APR_INT64_C(1770091506120300), "2026-02-03T04:05:06.120300Z",
     "2026-02-03 04:05:06.120300+00:00", "2026-02-03T04:05:06.1203+00:00"},
    {APR_INT64_C(1770091506999999), "2026-02-03T04:05:06.999999Z",
     "2026-02-03 04:05:06.999999+00:00", "2026-02-03T04:05:06.999999+00:00"},
    {APR_INT64_C(1709251199000010), "2024-02-29T23:59:59.000010Z",
     "2024-02-29 23:59:59.000010+00:00", "2024-02-29T23:59:59.00001+00:00"},
    {0, "1970-01-01T00:00:00Z", "1970-01-01 00:00:00+00:00",
     "1970-01-01T00:00:00+00:00"},
    {APR_INT64_C(2147483648500000), "2038-01-19T03:14:08.500000Z",
     "2038-01-19 03:14:08.500000+00:00", "2038-01-19T03:14:08.5+00:00"},
    {APR_INT64_C(253402300799999990), "9999-12-31T23:59:59.999990Z",
     "9999-12-31 23:59:59.999990+00:00", "9999-12-31T23:59:59.99999+00:00"},
};

START_TEST(times_have_three_forms)
{
    ck_assert_str_eq(game_time_z(test_pool, times[_i].at), times[_i].z);
    ck_assert_str_eq(game_time_sp(test_pool, times[_i].at), times[_i].sp);
    ck_assert_str_eq(game_time_off(test_pool, times[_i].at), times[_i].off);
}
END_TEST

/* ---- digests ---- */

static const struct {
    const char *text;
    apr_size_t len;
    const char *bytea;
} digests[] = {
    {"", 0, "\\xe3b0c44298fc1c149afbf4c8996fb924"
            "27ae41e4649b934ca495991b7852b855"},
    {"abc", 3, "\\xba7816bf8f01cfea414140de5dae2223"
               "b00361a396177a9cb410ff61f20015ad"},
    {"a\0b", 3, "\\x59b271ae1bbcb1d31d41929817f4b16f"
                "b439eb4f31520b5ad1d5ce98920a7138"},
    {"gme_live_abc12345.0123456789abcdefghijABCDEFGHIJ_-", 50,
     "\\x388e7883d19c89fe676cb85af40f1b965f44255a6d1a670e6124c1e28d13362d"},
    {"legacy-plain-key", 16,
     "\\x8908fa11d490619a501735c9f26b88270e5b5210ea76511a063edae553017490"},
};

START_TEST(digests_and_their_bytea_text_are_known)
{
    unsigned char digest[32];

    game_sha256(digests[_i].text, digests[_i].len, digest);
    ck_assert_str_eq(game_bytea(test_pool, digest, 32), digests[_i].bytea);
}
END_TEST

START_TEST(bytea_is_two_digits_a_byte)
{
    static const unsigned char bytes[] = {0x00, 0x0f, 0xf0, 0xff, 0x5c};

    ck_assert_str_eq(game_bytea(test_pool, bytes, 0), "\\x");
    ck_assert_str_eq(game_bytea(test_pool, bytes, 1), "\\x00");
    ck_assert_str_eq(game_bytea(test_pool, bytes, 5), "\\x000ff0ff5c");
}
END_TEST

Suite *game_suite(void)
{
    Suite *suite = suite_create("game");
    TCase *tests = fixture_case("game");

    tcase_add_loop_test(tests, users_have_known_ids_and_buckets, 0,
                        COUNT_OF(users));
    tcase_add_test(tests, users_with_long_names_have_ids);
    tcase_add_loop_test(tests, realms_have_users_of_their_own, 0,
                        COUNT_OF(users));
    tcase_add_loop_test(tests, all_forms_of_a_uuid_are_one, 0,
                        COUNT_OF(same));
    tcase_add_loop_test(tests, what_is_no_uuid_is_refused_with_a_reason, 0,
                        COUNT_OF(refusals));
    tcase_add_test(tests, random_uuids_are_version_4_and_differ);
    tcase_add_loop_test(tests, slugs_are_3_to_60_plain_characters, 0,
                        COUNT_OF(slugs));
    tcase_add_test(tests, every_other_character_ends_a_slug);
    tcase_add_loop_test(tests, times_have_three_forms, 0, COUNT_OF(times));
    tcase_add_loop_test(tests, digests_and_their_bytea_text_are_known, 0,
                        COUNT_OF(digests));
    tcase_add_test(tests, bytea_is_two_digits_a_byte);
    suite_add_tcase(suite, tests);
    return suite;
}

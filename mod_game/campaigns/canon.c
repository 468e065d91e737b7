/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What is particular to texts of JSON that are hashed: the order of members,
 * the form of numbers; and the spellings of hashes. The writing itself is
 * json_write.c's.
 */

#include "canon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "game.h"

/* Whole numbers are plain up to so many digits, and decimals down to so many
 * places before their first digit. */
#define PLAIN_DIGITS 21
#define PLAIN_PLACES 6

#define PRETTY_BLANKS 2

/* UTF-16 has what lies beyond U+FFFF (in UTF-8 from 0xf0 on) before U+E000
 * (0xee and 0xef). */
static int unit_rank(unsigned char c)
{
    return c == 0xee || c == 0xef ? c + 0x10 : c;
}

static int by_unit(const void *left, const void *right)
{
    const unsigned char *a = *(const unsigned char *const *)left;
    const unsigned char *b = *(const unsigned char *const *)right;

    while (*a && *a == *b) {
        a++;
        b++;
    }
    return unit_rank(*a) - unit_rank(*b);
}

/* Digits and where their point is: 0.DIGITS times ten to the point. */
typedef struct decimal_t {
    char digits[GAME_JSON_DIGITS_SIZE];
    int count, point;
} decimal_t;

static void take_digits(double number, decimal_t *out)
{
    char text[GAME_JSON_DIGITS_SIZE];
    char *exponent;

    out->count = game_json_digits(number, text);
    exponent = strchr(text, 'e');
    out->digits[0] = text[0];
    memcpy(out->digits + 1, text + 2, (apr_size_t)out->count - 1);
    out->digits[out->count] = '\0';
    out->point = (int)strtol(exponent + 1, NULL, 10) + 1;
}

const char *game_canon_number(apr_pool_t *pool, double number)
{
    const char *sign = number < 0 ? "-" : "";
    decimal_t d;

    if (!isfinite(number)) {
        return "null";
    }
    if (number == 0) {
        return "0";             /* of either sign */
    }
    take_digits(fabs(number), &d);
    if (d.point >= d.count && d.point <= PLAIN_DIGITS) {
        return apr_psprintf(pool, "%s%s%.*s", sign, d.digits,
                            d.point - d.count, "00000000000000000000");
    }
    if (d.point > 0 && d.point <= PLAIN_DIGITS) {
        return apr_psprintf(pool, "%s%.*s.%s", sign, d.point, d.digits,
                            d.digits + d.point);
    }
    if (d.point > -PLAIN_PLACES && d.point <= 0) {
        return apr_psprintf(pool, "%s0.%.*s%s", sign, -d.point, "00000",
                            d.digits);
    }
    return apr_psprintf(pool, "%s%c%s%se%+d", sign, d.digits[0],
                        d.count > 1 ? "." : "", d.digits + 1, d.point - 1);
}

static const game_json_form_t canonical = { by_unit, game_canon_number, 0 };
static const game_json_form_t compact = { NULL, game_canon_number, 0 };
static const game_json_form_t pretty = {
    NULL, game_canon_number, PRETTY_BLANKS
};

const char *game_canon_text(apr_pool_t *pool, const game_json_t *value)
{
    return game_json_form_text(pool, value, &canonical);
}

const char *game_canon_compact(apr_pool_t *pool, const game_json_t *value)
{
    return game_json_form_text(pool, value, &compact);
}

const char *game_canon_pretty(apr_pool_t *pool, const game_json_t *value)
{
    return game_json_form_text(pool, value, &pretty);
}

void game_canon_digest(const void *data, apr_size_t len,
                       char out[GAME_HASH_SIZE])
{
    unsigned char digest[GAME_HASH_SIZE / 2];

    game_sha256(data, len, digest);
    game_hex(digest, sizeof(digest), out);
}

void game_canon_hash(apr_pool_t *pool, const game_json_t *input,
                     char out[GAME_HASH_SIZE])
{
    const char *text = game_canon_text(pool, input);

    game_canon_digest(text, strlen(text), out);
}

int game_canon_is_hex(const char *text, apr_size_t length)
{
    return text && strspn(text, "0123456789abcdef") == length
        && text[length] == '\0';
}

int game_canon_is_content_hash(const char *text)
{
    static const char prefix[] = "sha256:";
    apr_size_t len = sizeof(prefix) - 1;

    return text && !strncmp(text, prefix, len)
        && game_canon_is_hex(text + len, GAME_HASH_SIZE - 1);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Identifiers, times and digests that every part shares. Does no I/O.
 */

#include "game.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <apr_allocator.h>
#include <apr_lib.h>
#include <apr_strings.h>

/* Namespace of users: made once for this project, never to change, as the
 * ids of all users follow from it. */
static const unsigned char users_namespace[16] = {
    0x7d, 0x1c, 0x5a, 0x0e, 0x43, 0x9b, 0x4f, 0x27,
    0x9a, 0x66, 0x2e, 0x81, 0xd0, 0x5f, 0xb8, 0x34
};

static void uuid_text(const unsigned char raw[16], char out[GAME_UUID_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    int i, at = 0;

    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out[at++] = '-';
        }
        out[at++] = hex[raw[i] >> 4];
        out[at++] = hex[raw[i] & 15];
    }
    out[at] = '\0';
}

/* UUID version 5 (RFC 9562): SHA-1 of namespace and name. */
static void uuid_v5(const unsigned char space[16], const char *prefix,
                    const char *name, unsigned char out[16])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    EVP_DigestInit_ex(ctx, EVP_sha1(), NULL);
    EVP_DigestUpdate(ctx, space, 16);
    EVP_DigestUpdate(ctx, prefix, strlen(prefix));
    EVP_DigestUpdate(ctx, name, strlen(name));
    EVP_DigestFinal_ex(ctx, digest, NULL);
    EVP_MD_CTX_free(ctx);
    memcpy(out, digest, 16);
    out[6] = (unsigned char)((out[6] & 0x0f) | 0x50);
    out[8] = (unsigned char)((out[8] & 0x3f) | 0x80);
}

void game_user_id(const char *realm, const char *external,
                  game_user_id_t *out)
{
    unsigned char space[16], raw[16];

    if (realm) {
        uuid_v5(users_namespace, "realm:", realm, space);
        uuid_v5(space, "", external, raw);
    }
    else {
        uuid_v5(users_namespace, "", external, raw);
    }
    uuid_text(raw, out->id);
    apr_snprintf(out->bucket, sizeof(out->bucket), "%d", raw[15] & 63);
}

void game_uuid_random(char out[GAME_UUID_SIZE])
{
    unsigned char raw[16];

    if (RAND_bytes(raw, sizeof(raw)) != 1) {
        apr_generate_random_bytes(raw, sizeof(raw));
    }
    raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x40);
    raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80);
    uuid_text(raw, out);
}

/* The reason why a hyphenated text is no UUID: its groups. */
static const char *group_fault(apr_pool_t *pool, const char *text)
{
    static const int sizes[5] = { 8, 4, 4, 4, 12 };
    const char *group = text;
    int i;

    for (i = 0; i < 5; i++) {
        int len = (int)strcspn(group, "-");

        if (len != sizes[i]) {
            return apr_psprintf(pool, "invalid group length in group %d: "
                                "expected %d, found %d", i, sizes[i], len);
        }
        if (i < 4 && group[len] == '\0') {
            return apr_psprintf(pool, "invalid group count: expected 5, "
                                "found %d", i + 1);
        }
        group += len + (i < 4);
    }
    return NULL;
}

int game_uuid_parse(apr_pool_t *pool, const char *text,
                    char out[GAME_UUID_SIZE], const char **why)
{
    const char *start = text, *fault = NULL;
    apr_size_t len = strlen(text), i;
    int at = 0, skipped, bytes;

    if (!strncasecmp(text, "urn:uuid:", 9)) {
        start += 9;
        len -= 9;
    }
    else if (len >= 2 && text[0] == '{' && text[len - 1] == '}') {
        start++;
        len -= 2;
    }
    skipped = (int)(start - text);
    start = apr_pstrmemdup(pool, start, len);
    for (i = 0; i < len && !fault; i++) {
        if (!apr_isxdigit(start[i]) && start[i] != '-') {
            for (bytes = 1; (start[i + bytes] & 0xc0) == 0x80; bytes++)
                ;
            fault = apr_psprintf(pool, "invalid character: found `%.*s` at "
                                 "%d", bytes, start + i,
                                 skipped + (int)i + 1);
        }
    }
    if (!fault && strchr(start, '-')) {
        fault = group_fault(pool, start);
        if (!fault && len != 36) {
            fault = apr_psprintf(pool, "invalid group count: expected 5, "
                                 "found more");
        }
    }
    else if (!fault && len != 32) {
        fault = apr_psprintf(pool, "invalid length: expected length 32 for "
                             "simple format, found %d", (int)len);
    }
    if (fault) {
        *why = fault;
        return 0;
    }
    for (i = 0; i < len; i++) {
        if (start[i] == '-') {
            continue;
        }
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            out[at++] = '-';
        }
        out[at++] = (char)apr_tolower(start[i]);
    }
    out[at] = '\0';
    return 1;
}

int game_is_slug(const char *text)
{
    apr_size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return text[len] == '\0' && len >= 3 && len <= 60;
}

static const char *time_text(apr_pool_t *pool, apr_time_t at, char between,
                             const char *zone, int trim)
{
    apr_time_exp_t t;
    char fraction[8] = "";

    apr_time_exp_gmt(&t, at);
    if (t.tm_usec) {
        int len = apr_snprintf(fraction, sizeof(fraction), ".%06d",
                               t.tm_usec);

        while (trim && fraction[len - 1] == '0') {
            fraction[--len] = '\0';
        }
    }
    return apr_psprintf(pool, "%04d-%02d-%02d%c%02d:%02d:%02d%s%s",
                        t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, between,
                        t.tm_hour, t.tm_min, t.tm_sec, fraction, zone);
}

const char *game_time_z(apr_pool_t *pool, apr_time_t at)
{
    return time_text(pool, at, 'T', "Z", 0);
}

const char *game_time_sp(apr_pool_t *pool, apr_time_t at)
{
    return time_text(pool, at, ' ', "+00:00", 0);
}

const char *game_time_off(apr_pool_t *pool, apr_time_t at)
{
    return time_text(pool, at, 'T', "+00:00", 1);
}

apr_pool_t *game_pool_alone(apr_size_t keep)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    if (apr_pool_create_unmanaged_ex(&pool, NULL, allocator)
        != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    if (keep) {
        apr_allocator_max_free_set(allocator, keep);
    }
    return pool;
}

void game_sha256(const void *data, apr_size_t len, unsigned char out[32])
{
    EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL);
}

void game_hex(const unsigned char *data, apr_size_t len, char *out)
{
    static const char hex[] = "0123456789abcdef";
    apr_size_t i;

    for (i = 0; i < len; i++) {
        *out++ = hex[data[i] >> 4];
        *out++ = hex[data[i] & 15];
    }
    *out = '\0';
}

const char *game_bytea(apr_pool_t *pool, const unsigned char *data,
                       apr_size_t len)
{
    char *text = apr_palloc(pool, 2 * len + 3);

    text[0] = '\\';
    text[1] = 'x';
    game_hex(data, len, text + 2);
    return text;
}

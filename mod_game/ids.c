/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Checks of what comes in headers and goes into answers, logs and rows:
 * what could be taken for something else there is not taken at all.
 */

#include "ids.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#define ID_MAX 128
#define CORRELATION_MAX 255
#define REPLACEMENT "\xef\xbf\xbd"

/* places in version-traceid-parentid-flags */
#define TRACE_AT 3
#define TRACE_LEN 32
#define PARENT_AT 36
#define PARENT_LEN 16
#define FLAGS_AT 53
#define PARENT_END 55

int game_ids_is_id(const char *text)
{
    apr_size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz"
                            "0123456789-_.:/+=@");

    return len && len <= ID_MAX && !text[len];
}

/* Bytes of the UTF-8 character that text begins with; 0: it is none. */
static int utf8_length(const unsigned char *text)
{
    int len = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2
            : text[0] < 0xf0 ? 3 : text[0] < 0xf5 ? 4 : 0;
    int i;

    for (i = 1; i < len; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((text[0] == 0xe0 && text[1] < 0xa0)        /* too long a form */
        || (text[0] == 0xed && text[1] > 0x9f)     /* half of a pair */
        || (text[0] == 0xf0 && text[1] < 0x90)
        || (text[0] == 0xf4 && text[1] > 0x8f)) {
        return 0;
    }
    return len;
}

int game_ids_is_correlation(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    int len;

    while (*at) {
        len = utf8_length(at);
        /* C1 controls are two bytes */
        if (!len || *at < 0x20 || *at == 0x7f
            || (*at == 0xc2 && at[1] < 0xa0)) {
            return 0;
        }
        at += len;
    }
    len = (int)strlen(text);
    return len > 0 && len <= CORRELATION_MAX;
}

/* So many lower-case hexadecimal digits, as the standard wants them. */
static int hex(const char *text, apr_size_t len)
{
    return strspn(text, "0123456789abcdef") >= len;
}

static int zero(const char *text, apr_size_t len)
{
    return strspn(text, "0") >= len;
}

const char *game_ids_parent(apr_pool_t *pool, const char *text)
{
    apr_size_t len = strlen(text);
    int first = !strncmp(text, "00", 2);

    if (len < PARENT_END || !hex(text, 2) || !strncmp(text, "ff", 2)
        || text[TRACE_AT - 1] != '-' || text[PARENT_AT - 1] != '-'
        || text[FLAGS_AT - 1] != '-') {
        return NULL;
    }
    /* a later version may have more behind another hyphen */
    if (text[PARENT_END] && (first || text[PARENT_END] != '-')) {
        return NULL;
    }
    if (!hex(text + TRACE_AT, TRACE_LEN) || zero(text + TRACE_AT, TRACE_LEN)
        || !hex(text + PARENT_AT, PARENT_LEN)
        || zero(text + PARENT_AT, PARENT_LEN) || !hex(text + FLAGS_AT, 2)) {
        return NULL;
    }
    return apr_pstrmemdup(pool, text + TRACE_AT, TRACE_LEN);
}

const char *game_ids_utf8(apr_pool_t *pool, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    char *clean, *to;
    int len = 1;

    while (*at && (len = utf8_length(at)) != 0) {
        at += len;
    }
    if (!*at) {
        return text;
    }
    clean = to = apr_palloc(pool, 3 * strlen(text) + 1);
    for (at = (const unsigned char *)text; *at; at += len ? len : 1) {
        len = utf8_length(at);
        memcpy(to, len ? (const char *)at : REPLACEMENT,
               len ? (apr_size_t)len : 3);
        to += len ? len : 3;
    }
    *to = '\0';
    return clean;
}

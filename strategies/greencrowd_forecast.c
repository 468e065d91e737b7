/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Forecasts on their way out and back in: canonical JSON, the signature that
 * goes with it, and reading what a client returns. Members that a client
 * adds are dropped; anything else that it changes breaks the signature.
 */
#include "greencrowd.h"

#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

/* What a signature is for: another form of the message is another purpose. */
#define PURPOSE         "mod_game forecast 1"
#define LENGTH_SIZE     8
#define HEX_SIZE        64

#define TIME_DIGITS     "dddd-dd-dd dd:dd:dd"
#define ZONE            "+00:00"

const char *const game_dimension_names[GAME_DIMENSIONS] = {
    "DIM_BP", "DIM_LBE", "DIM_TD", "DIM_PP", "DIM_S"
};

/* ---- time ---- */

const char *game_forecast_time(apr_time_t at, apr_pool_t *pool)
{
    apr_time_exp_t parts;

    if (apr_time_exp_gmt(&parts, at) != APR_SUCCESS) {
        return "";
    }
    return apr_psprintf(pool, "%04d-%02d-%02d %02d:%02d:%02d.%06d" ZONE,
                        parts.tm_year + 1900, parts.tm_mon + 1,
                        parts.tm_mday, parts.tm_hour, parts.tm_min,
                        parts.tm_sec, parts.tm_usec);
}

static int number(const char *text, int digits)
{
    int value = 0;

    while (digits--) {
        value = 10 * value + (*text++ - '0');
    }
    return value;
}

/* @return how long text is like pattern, in which d is a digit; 0 when it
 *         is not */
static apr_size_t like(const char *text, const char *pattern)
{
    apr_size_t i;

    for (i = 0; pattern[i]; i++) {
        if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9'
                              : text[i] != pattern[i]) {
            return 0;
        }
    }
    return i;
}

/* Read what game_forecast_time() writes.
 * @return whether it is that */
static int read_time(const char *text, apr_time_t *at)
{
    apr_time_exp_t parts;

    memset(&parts, 0, sizeof(parts));
    if (like(text, TIME_DIGITS ".dddddd" ZONE) != strlen(text)) {
        return 0;
    }
    parts.tm_year = number(text, 4) - 1900;
    parts.tm_mon = number(text + 5, 2) - 1;
    parts.tm_mday = number(text + 8, 2);
    parts.tm_hour = number(text + 11, 2);
    parts.tm_min = number(text + 14, 2);
    parts.tm_sec = number(text + 17, 2);
    parts.tm_usec = number(text + 20, 6);
    return parts.tm_mon >= 0 && parts.tm_mon < 12
           && apr_time_exp_gmt_get(at, &parts) == APR_SUCCESS;
}

/* ---- reading ---- */

static const char *read_text(const game_event_t *event,
                             const game_node_t *in, const char *name)
{
    game_value_t value;

    return event->look(event, in, name, 0, &value)
           && value.kind == GAME_VALUE_TEXT ? value.as.text : NULL;
}

static int read_int(const game_event_t *event, const game_node_t *in,
                    const char *name, apr_int64_t *whole)
{
    game_value_t value;

    if (!event->look(event, in, name, 0, &value)
        || value.kind != GAME_VALUE_INT) {
        return 0;
    }
    *whole = value.as.whole;
    return 1;
}

/* A text, or NULL for null. */
static int read_group(const game_event_t *event, const game_node_t *in,
                      const char **group)
{
    game_value_t value;

    if (!event->look(event, in, "userGroup", 0, &value)) {
        return 0;
    }
    *group = value.kind == GAME_VALUE_TEXT ? value.as.text : NULL;
    return *group || value.kind == GAME_VALUE_NULL;
}

/* The five dimensions, each in its place. */
static int read_dimensions(const game_event_t *event, const game_node_t *in,
                           apr_int64_t *dimensions)
{
    const game_node_t *list = event->look(event, in, "dimensions", 0, NULL);
    const game_node_t *item;
    apr_size_t i;

    for (i = 0; list && i < GAME_DIMENSIONS; i++) {
        item = event->look(event, list, NULL, i, NULL);
        if (!item || !read_int(event, item, game_dimension_names[i],
                               &dimensions[i])) {
            return 0;
        }
    }
    return list && !event->look(event, list, NULL, GAME_DIMENSIONS, NULL);
}

static int read_forecast(const game_event_t *event, const game_node_t *in,
                         game_forecast_t *out)
{
    out->fits = 1;
    out->external_user_id = read_text(event, in, "externalUserId");
    out->external_task_id = read_text(event, in, "externalTaskId");
    out->expires_text = read_text(event, in, "expirationDate");
    return out->external_user_id && out->external_task_id
           && out->expires_text && read_group(event, in, &out->group)
           && read_dimensions(event, in, out->dimensions)
           && read_int(event, in, "totalSimulatedPoints", &out->total)
           && read_time(out->expires_text, &out->expires);
}

apr_array_header_t *game_forecast_read(const game_event_t *event,
                                       const game_node_t *node,
                                       apr_pool_t *pool)
{
    apr_array_header_t *all = apr_array_make(pool, 8,
                                             sizeof(game_forecast_t));
    const game_node_t *item;

    while ((item = event->look(event, node, NULL, (apr_size_t)all->nelts,
                               NULL))) {
        if (!read_forecast(event, item, apr_array_push(all))) {
            return NULL;
        }
    }
    return all;
}

/* ---- writing ---- */

/* A text as canonical JSON. */
static const char *quote(const char *text, apr_pool_t *pool)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    char *out;
    char *at;
    const char *found;

    if (!text) {
        return "null";
    }
    at = out = apr_palloc(pool, 6 * strlen(text) + 3);
    *at++ = '"';
    for (; *text; text++) {
        found = strchr(plain, *text);
        if (found) {
            *at++ = '\\';
            *at++ = names[found - plain];
        }
        else if ((unsigned char)*text < 0x20) {
            at += apr_snprintf(at, 7, "\\u%04X", (unsigned)*text);
        }
        else {
            *at++ = *text;
        }
    }
    *at++ = '"';
    *at = '\0';
    return out;
}

static const char *forecast_text(const game_forecast_t *forecast,
                                 apr_pool_t *pool)
{
    const char *dimensions = "";
    int i;

    for (i = 0; i < GAME_DIMENSIONS; i++) {
        dimensions = apr_psprintf(pool, "%s%s{\"%s\":%" APR_INT64_T_FMT "}",
                                  dimensions, i ? "," : "",
                                  game_dimension_names[i],
                                  forecast->dimensions[i]);
    }
    return apr_psprintf(pool, "{\"dimensions\":[%s],\"expirationDate\":%s,"
                        "\"externalTaskId\":%s,\"externalUserId\":%s,"
                        "\"totalSimulatedPoints\":%" APR_INT64_T_FMT
                        ",\"userGroup\":%s}", dimensions,
                        quote(forecast->expires_text, pool),
                        quote(forecast->external_task_id, pool),
                        quote(forecast->external_user_id, pool),
                        forecast->total, quote(forecast->group, pool));
}

const char *game_forecast_text(const apr_array_header_t *forecasts,
                               apr_pool_t *pool)
{
    apr_array_header_t *texts = apr_array_make(pool, forecasts->nelts + 1,
                                               sizeof(char *));
    const game_forecast_t *forecast = (game_forecast_t *)forecasts->elts;
    int i;

    for (i = 0; i < forecasts->nelts; i++, forecast++) {
        if (forecast->fits) {
            APR_ARRAY_PUSH(texts, const char *) = forecast_text(forecast,
                                                                pool);
        }
    }
    return apr_pstrcat(pool, "[", apr_array_pstrcat(pool, texts, ','), "]",
                       NULL);
}

/* ---- signing ---- */

const char *game_forecast_sign(const game_event_t *event, const char *key,
                               const char *text, apr_pool_t *pool)
{
    const char *const parts[] = {
        PURPOSE, text, event->external_game_id, event->external_user_id,
        event->game_id ? event->game_id : ""
    };
    const size_t count = sizeof(parts) / sizeof(parts[0]);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char *message;
    unsigned char *at;
    char *hex = apr_pcalloc(pool, HEX_SIZE + 1);
    unsigned int size = 0;
    apr_size_t total = 0;
    apr_size_t len;
    size_t i;
    int k;

    for (i = 0; i < count; i++) {
        total += LENGTH_SIZE + strlen(parts[i]);
    }
    at = message = apr_palloc(pool, total);
    for (i = 0; i < count; i++) {
        len = strlen(parts[i]);
        for (k = LENGTH_SIZE - 1; k >= 0; k--) {
            *at++ = (unsigned char)((apr_uint64_t)len >> (8 * k));
        }
        memcpy(at, parts[i], len);
        at += len;
    }
    if (!key || !HMAC(EVP_sha256(), key, (int)strlen(key), message, total,
                      digest, &size)) {
        return NULL;
    }
    for (i = 0; i < size; i++) {
        apr_snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    return hex;
}

int game_forecast_signed(const char *ours, const char *theirs)
{
    return ours && theirs && strlen(ours) == HEX_SIZE
           && strlen(theirs) == HEX_SIZE
           && !CRYPTO_memcmp(ours, theirs, HEX_SIZE);
}

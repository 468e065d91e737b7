/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Windows, names of addresses and users. Does no I/O and asks no clock.
 */

#include "limit_key.h"

#include <string.h>

#include <arpa/inet.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "game.h"

#define DAY 86400
#define TTL_SPARE 5             /* clocks of hosts differ a little */
#define VALUE_MAX 128

static void make_window(apr_int64_t now, int seconds,
                        game_limit_window_t *window)
{
    window->start = now - now % seconds;
    window->end = window->start + seconds;
}

void game_limit_window_short(apr_int64_t now, int seconds,
                             game_limit_window_t *window)
{
    make_window(now, seconds, window);
    apr_snprintf(window->name, sizeof(window->name),
                 "task_mutation_short_%ds", seconds);
}

void game_limit_window_day(apr_int64_t now, game_limit_window_t *window)
{
    make_window(now, DAY, window);
    apr_cpystrn(window->name, "task_mutation_daily", sizeof(window->name));
}

const char *game_limit_address(apr_pool_t *pool, const char *address)
{
    static const unsigned char mapped[12] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
    };
    char text[INET6_ADDRSTRLEN];
    unsigned char raw[16];

    if (!address || !*address) {
        return NULL;
    }
    /* without the zone of a link-local address */
    address = apr_pstrmemdup(pool, address, strcspn(address, "%"));
    if (inet_pton(AF_INET6, address, raw) != 1) {
        return apr_pstrndup(pool, address, VALUE_MAX);
    }
    if (!memcmp(raw, mapped, sizeof(mapped))) {
        inet_ntop(AF_INET, raw + 12, text, sizeof(text));
        return apr_pstrdup(pool, text);
    }
    memset(raw + 8, 0, 8);
    inet_ntop(AF_INET6, raw, text, sizeof(text));
    return apr_pstrcat(pool, text, "/64", NULL);
}

/* A value that is too long to be kept is kept as its digest. */
static const char *bounded(apr_pool_t *pool, const char *value)
{
    unsigned char digest[32];

    if (strlen(value) <= VALUE_MAX) {
        return value;
    }
    game_sha256(value, strlen(value), digest);
    return apr_pstrcat(pool, "sha256:",
                       game_bytea(pool, digest, sizeof(digest)) + 2, NULL);
}

const char *game_limit_user(apr_pool_t *pool,
                            const game_limit_tenant_t *tenant,
                            const char *external_id)
{
    const char *kind = tenant->realm ? "realm" : tenant->prefix ? "key"
                     : "sub";
    const char *name = tenant->realm ? tenant->realm
                     : tenant->prefix ? tenant->prefix
                     : tenant->subject ? tenant->subject : "";
    apr_size_t len;

    while (external_id && apr_isspace(*external_id)) {
        external_id++;
    }
    for (len = external_id ? strlen(external_id) : 0;
         len && apr_isspace(external_id[len - 1]); len--)
        ;
    if (!len) {
        return NULL;
    }
    /* the length keeps names with a slash apart */
    return bounded(pool, apr_psprintf(pool, "%s:%d:%s/%.*s", kind,
                                      (int)strlen(name), name, (int)len,
                                      external_id));
}

const char *game_limit_redis_key(apr_pool_t *pool,
                                 const game_limit_counter_t *counter)
{
    return apr_psprintf(pool, "game:rl:%s:%s:%s:%" APR_INT64_T_FMT,
                        counter->window->name, counter->scope,
                        counter->value, counter->window->start);
}

int game_limit_redis_ttl(const game_limit_counter_t *counter)
{
    return (int)(counter->window->end - counter->window->start) + TTL_SPARE;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * API keys and the subjects of tokens: looked up in the database, kept in
 * one cache of the process for a few seconds.
 */

#include "auth.h"

#include <string.h>

#include <openssl/crypto.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "auth_subject.h"
#include "cache.h"
#include "catalog_setup.h"
#include "db.h"
#include "generation.h"
#include "metrics.h"

#define KEY_MAX 512
#define REFUSED_TTL apr_time_from_sec(1)
#define SUBJECT_TTL apr_time_from_sec(60)

/* Made in child_init; locked inside. */
static game_cache_t *known;

/* What the cache holds of a key or subject. */
typedef struct entry_t {
    game_key_t key;
    int found, active;
} entry_t;

void game_auth_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    known = game_cache_make(pchild,
                            game_conf_cache_entries(game_config_server(s)));
}

void game_auth_keys_changed(game_req_t *req, const char *prefix)
{
    (void)req;
    game_generation_bump(prefix);
}

static const char *hex(apr_pool_t *pool, const unsigned char digest[32])
{
    return game_bytea(pool, digest, 32) + 2;
}

/* Public part of a key: before the first dot; of an old key without one,
 * made from its digest. */
static const char *prefix_of(apr_pool_t *pool, const char *key,
                             const char *digest)
{
    const char *dot = strchr(key, '.');

    return dot ? apr_pstrmemdup(pool, key, (apr_size_t)(dot - key))
               : apr_psprintf(pool, "gme_legacy_%.12s", digest);
}

/* The row of a prefix whose digest is the presented key's. */
static int matches(const game_rows_t *rows, const char *digest)
{
    const char *stored = rows->count ? game_cell(rows, 0, 1) : NULL;

    return stored && strlen(stored) == 64
        && CRYPTO_memcmp(stored, digest, 64) == 0;
}

static entry_t *fetch_key(game_req_t *req, const char *name,
                          const char *prefix, game_error_t **err)
{
    apr_uint32_t generation = game_generation_of(prefix);
    apr_interval_time_t ttl = game_conf_key_ttl(req->server);
    entry_t *entry = game_cache_get(known, name, generation, req->pool);
    const game_rows_t *rows;
    game_cached_t *thing;
    apr_pool_t *pool;

    game_metrics_cache("keys", entry != NULL);
    if (entry) {
        return entry;
    }
    *err = GAME_DB_RUN(req, GAME_SQL_KEY_GET, &rows, prefix);
    if (*err) {
        return NULL;
    }
    pool = game_cached_make(known, &thing);
    entry = apr_pcalloc(pool, sizeof(*entry));
    entry->found = matches(rows, name);
    if (entry->found) {
        entry->key.prefix = apr_pstrdup(pool, game_cell(rows, 0, 0));
        entry->key.realm = apr_pstrdup(pool, game_cell(rows, 0, 2));
        entry->key.admin = game_cell_true(rows, 0, 3);
        entry->active = game_cell_true(rows, 0, 4);
    }
    if (!entry->active && ttl > REFUSED_TTL) {
        ttl = REFUSED_TTL;
    }
    game_cache_put(known, name, generation, ttl, thing, entry, req->pool);
    return entry;
}

static game_error_t *refuse(game_req_t *req, const char *text)
{
    return game_error_make(req->pool, HTTP_FORBIDDEN, "%s", text);
}

game_error_t *game_auth_key(game_req_t *req, const game_key_t **key)
{
    const char *given = apr_table_get(req->r->headers_in, "X-API-Key");
    const char *name;
    unsigned char digest[32];
    game_error_t *err = NULL;
    const entry_t *entry;
    const char *at;

    for (at = given; *at && *at > ' ' && *at < 0x7f; at++)
        ;
    if (*at || at - given > KEY_MAX) {
        return refuse(req, "API key is invalid or does not exist.");
    }
    game_sha256(given, strlen(given), digest);
    name = hex(req->pool, digest);
    entry = fetch_key(req, name, prefix_of(req->pool, given, name), &err);
    if (err) {
        return err;
    }
    if (!entry->found) {
        return refuse(req, "API key is invalid or does not exist.");
    }
    if (!entry->active) {
        return refuse(req, "API key is inactive. Please contact an admin.");
    }
    *key = &entry->key;
    return NULL;
}

game_error_t *game_auth_subject(game_req_t *req, const char *subject)
{
    const char *name = apr_pstrcat(req->pool, "subject ", subject, NULL);
    apr_uint32_t generation = game_generation_of(name);
    entry_t *entry = game_cache_get(known, name, generation, req->pool);
    const game_rows_t *rows;
    game_cached_t *thing;
    game_error_t *err;

    game_metrics_cache("subjects", entry != NULL);
    if (!entry) {
        err = GAME_DB_RUN(req, GAME_SQL_OAUTH_SEEN, &rows, subject);
        if (err) {
            return err;
        }
        entry = apr_pcalloc(game_cached_make(known, &thing),
                            sizeof(*entry));
        entry->active = game_cell_true(rows, 0, 0);
        req->new_subject = game_cell_true(rows, 0, 1) ? subject : NULL;
        game_cache_put(known, name, generation, SUBJECT_TTL, thing, entry,
                       req->pool);
    }
    return entry->active ? NULL
         : refuse(req, "This account is not active.");
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * API keys. The plaintext leaves in the answer of its creation and is kept
 * nowhere; the table has its public prefix and its digest. Who may call is
 * the route table's matter.
 */

#include "apikeys.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "../auth.h"
#include "../db.h"
#include "../response.h"
#include "page.h"

#define PREFIX_BYTES 6          /* 8 characters */
#define SECRET_BYTES 24         /* 32 characters */
#define ATTEMPTS 4

static const game_field_t create_fields[] = {
    { "client", GAME_STRING, GAME_REQUIRED, 0, 200, NULL, NULL, NULL, NULL,
      "Whom the key is for." },
    { "description", GAME_STRING, 0, 0, 2000, NULL, NULL, NULL, "\"\"",
      "What the key is for." },
    { "realmId", GAME_STRING, GAME_NULLABLE, 0, 0,
      "^[A-Za-z0-9_.-]{1,64}$", NULL, NULL, NULL,
      "Keys of one realm share games, users and strategies." },
    { NULL }
};

const game_schema_t game_apikeys_create_body = {
    "ApiKeyPostBody", create_fields, NULL
};

static const game_field_t list_fields[] = {
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("100"),
    { NULL }
};

const game_schema_t game_apikeys_list_query = {
    "ApiKeyListQuery", list_fields, NULL
};

/** A key that nobody has yet. */
typedef struct fresh_key_t {
    const char *prefix;
    const char *plaintext;
    const char *digest;         /* of the plaintext, as bytea text */
} fresh_key_t;

static game_error_t *make_key(apr_pool_t *pool, fresh_key_t *key)
{
    unsigned char random[PREFIX_BYTES + SECRET_BYTES], digest[32];
    apr_status_t rv = apr_generate_random_bytes(random, sizeof(random));

    if (rv != APR_SUCCESS) {
        return game_error_internal(pool, "no random bytes: status %d", rv);
    }
    key->prefix = apr_pstrcat(pool, "gme_live_",
        apr_pencode_base64_binary(pool, random, PREFIX_BYTES,
                                  APR_ENCODE_BASE64URL, NULL), NULL);
    key->plaintext = apr_pstrcat(pool, key->prefix, ".",
        apr_pencode_base64_binary(pool, random + PREFIX_BYTES, SECRET_BYTES,
                                  APR_ENCODE_BASE64URL, NULL), NULL);
    game_sha256(key->plaintext, strlen(key->plaintext), digest);
    key->digest = game_bytea(pool, digest, sizeof(digest));
    return NULL;
}

/* Prefixes of keys and GameRealm are realms of custom strategies too. */
static int reserved(const game_req_t *req, const char *realm)
{
    return !strncmp(realm, "gme_live_", 9)
        || !strncmp(realm, "gme_legacy_", 11)
        || !strcmp(realm, game_conf_realm(req->dir));
}

game_error_t *game_apikeys_create(game_req_t *req)
{
    const char *client, *description, *realm, *creator;
    const game_rows_t *rows;
    fresh_key_t key = { 0 };
    game_error_t *err;
    game_jw_t *jw;
    int attempt = 0;

    client = game_json_string(game_json_member(req->body, "client"));
    description = game_json_string(game_json_member(req->body,
                                                    "description"));
    realm = game_json_string(game_json_member(req->body, "realmId"));
    creator = req->who->subject ? req->who->subject : req->who->prefix;
    if (realm && reserved(req, realm)) {
        return game_error_item(req->pool, "value_error", "body", "realmId",
                               "This name is taken by the server itself",
                               game_json_text(req->pool,
                                   game_json_member(req->body, "realmId")));
    }
    do {
        if (attempt++ == ATTEMPTS) {
            return game_error_internal(req->pool,
                                       "every new key prefix was taken");
        }
        err = make_key(req->pool, &key);
        if (!err) {
            err = GAME_DB_RUN(req, GAME_SQL_KEY_CREATE, &rows, key.prefix,
                              key.digest, client, description, realm,
                              creator);
        }
        if (err) {
            return err;
        }
    } while (!rows->count);
    game_auth_keys_changed(req, key.prefix);
    game_request_made(req, "prefix", key.prefix);

    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "apiKey", key.prefix);
    game_jw_string(jw, "client", client);
    game_jw_string(jw, "description", description);
    game_jw_string(jw, "createdBy", creator);
    game_jw_string(jw, "plaintext", key.plaintext);
    game_jw_string(jw, "message", "API Key created successfully");
    game_jw_end(jw);
    return game_response_json(req, HTTP_CREATED, jw);
}

game_error_t *game_apikeys_list(game_req_t *req)
{
    const game_rows_t *rows;
    game_page_t page;
    game_error_t *err;
    game_jw_t *jw;
    int i;

    err = game_page_read(req, GAME_PAGE_KEYS, &page);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_KEY_LIST, &rows, page.limit,
                          page.offset);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_array(jw, NULL);
    for (i = 0; i < rows->count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "apiKey", game_cell(rows, i, 0));
        game_jw_string(jw, "client", game_cell(rows, i, 1));
        game_jw_string(jw, "description", game_cell(rows, i, 2));
        game_jw_string(jw, "createdBy", game_cell(rows, i, 3));
        game_jw_string(jw, "created_at",
                       game_time_z(req->pool, game_cell_int(rows, i, 4)));
        game_jw_bool(jw, "active", game_cell_true(rows, i, 5));
        game_jw_end(jw);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_apikeys_revoke(game_req_t *req)
{
    const char *prefix = game_request_path(req, "prefix");
    const game_rows_t *rows;
    game_error_t *err;
    game_jw_t *jw;

    err = GAME_DB_RUN(req, GAME_SQL_KEY_REVOKE, &rows, prefix);
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "API key not found: %s", prefix);
    }
    game_auth_keys_changed(req, prefix);
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "apiKey", prefix);
    game_jw_bool(jw, "active", 0);
    game_jw_string(jw, "message", "API key revoked successfully.");
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

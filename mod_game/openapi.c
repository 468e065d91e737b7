/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The API document of each server: what it says of itself around what the
 * tables say.
 */

#include "openapi.h"

#include <string.h>

#include <apr_strings.h>

#define TITLE "GAME"
#define VERSION "1.3.000"       /* of the API, as clients know it */
#define DEPTH 64
#define ETAG_BYTES 12

/* ---- errors ---- */

/* {"detail": X} in its two forms; with the items of a validation in the
 * second. */
static void write_errors(game_jw_t *jw)
{
    game_jw_raw(jw, "Error", "{\"type\":\"object\",\"required\":[\"detail\"],"
        "\"properties\":{\"detail\":{\"type\":[\"string\",\"object\"],"
        "\"description\":\"What went wrong; an object with message, and with "
        "code and params where a program is at fault.\"}}}");
    game_jw_raw(jw, "HTTPValidationError", "{\"type\":\"object\",\"required\""
        ":[\"detail\"],\"properties\":{\"detail\":{\"anyOf\":[{\"type\":"
        "\"array\",\"items\":{\"$ref\":\"#/components/schemas/"
        "ValidationError\"}},{\"type\":[\"string\",\"object\"]}]}}}");
    game_jw_raw(jw, "ValidationError", "{\"type\":\"object\",\"required\":["
        "\"type\",\"loc\",\"msg\",\"input\"],\"properties\":{\"type\":{"
        "\"type\":\"string\",\"description\":\"Kind of the fault.\"},\"loc\":"
        "{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"integer\"]},"
        "\"description\":\"Where: path, query, header or body, then names "
        "and positions.\"},\"msg\":{\"type\":\"string\"},\"input\":{"
        "\"description\":\"What was given there.\"},\"ctx\":{\"type\":"
        "\"object\"}}}");
}

/* ---- the server ---- */

static void write_server(game_jw_t *jw, const char *url, const char *about)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "url", url);
    if (about) {
        game_jw_string(jw, "description", about);
    }
    game_jw_end(jw);
}

/* A path alone: the host is the one that the reader has reached. */
static void write_servers(game_jw_t *jw, const game_server_conf_t *conf)
{
    const char *base = game_conf_base(conf->api);
    int i;

    game_jw_array(jw, "servers");
    write_server(jw, *base ? base : "/", "This server");
    for (i = 0; conf->openapi_servers && i + 1 < conf->openapi_servers->nelts;
         i += 2) {
        write_server(jw, APR_ARRAY_IDX(conf->openapi_servers, i,
                                       const char *),
                     APR_ARRAY_IDX(conf->openapi_servers, i + 1,
                                   const char *));
    }
    game_jw_end(jw);
}

static void write_flow(game_jw_t *jw, const char *authorize,
                       const char *token)
{
    game_jw_string(jw, "type", "oauth2");
    game_jw_object(jw, "flows");
    game_jw_object(jw, "authorizationCode");
    game_jw_string(jw, "authorizationUrl", authorize);
    game_jw_string(jw, "tokenUrl", token);
    game_jw_string(jw, "refreshUrl", token);
    game_jw_object(jw, "scopes");
    game_jw_string(jw, "openid", "Who you are");
    game_jw_string(jw, "profile", "Your name");
    game_jw_string(jw, "email", "Your address");
    game_jw_end(jw);
    game_jw_end(jw);
    game_jw_end(jw);
}

/* Where tokens come from: as configured, or below the issuer as a common
 * provider has it; without either it is known only what they are. */
static void write_token(game_jw_t *jw, const game_server_conf_t *conf)
{
    const char *issuer = conf->api->token_issuer;
    apr_pool_t *pool = game_jw_pool(jw);

    game_jw_object(jw, GAME_OPENAPI_TOKEN);
    if (conf->oauth_token) {
        write_flow(jw, conf->oauth_authorize, conf->oauth_token);
    }
    else if (issuer) {
        write_flow(jw,
            apr_pstrcat(pool, issuer, "/protocol/openid-connect/auth", NULL),
            apr_pstrcat(pool, issuer, "/protocol/openid-connect/token",
                        NULL));
    }
    else {
        game_jw_string(jw, "type", "http");
        game_jw_string(jw, "scheme", "bearer");
        game_jw_string(jw, "bearerFormat", "JWT");
    }
    if (conf->oauth_client) {
        game_jw_string(jw, "x-client-id", conf->oauth_client);
    }
    game_jw_end(jw);
}

static void write_security(game_jw_t *jw, const game_server_conf_t *conf)
{
    game_jw_object(jw, "securitySchemes");
    game_jw_object(jw, GAME_OPENAPI_KEY);
    game_jw_string(jw, "type", "apiKey");
    game_jw_string(jw, "in", "header");
    game_jw_string(jw, "name", "X-API-Key");
    game_jw_end(jw);
    write_token(jw, conf);
    game_jw_end(jw);
}

/* ---- the document ---- */

static const char *write_document(game_jw_t *jw,
                                  const game_server_conf_t *conf)
{
    game_components_t all = {
        .pool = game_jw_pool(jw), .campaigns = conf->campaigns_loaded != NULL
    };

    all.used = apr_array_make(all.pool, 64, sizeof(game_component_t));
    game_jw_object(jw, NULL);
    game_jw_string(jw, "openapi", "3.1.0");
    game_jw_object(jw, "info");
    game_jw_string(jw, "title", TITLE);
    game_jw_string(jw, "version", VERSION);
    game_jw_string(jw, "description", "Goals And Motivation Engine: games, "
                   "tasks, awards, wallets and the strategies that score.");
    game_jw_object(jw, "license");
    game_jw_string(jw, "name", "Apache-2.0");
    game_jw_string(jw, "identifier", "Apache-2.0");
    game_jw_end(jw);
    game_jw_end(jw);
    write_servers(jw, conf);
    game_openapi_paths(jw, &all);
    game_jw_object(jw, "components");
    game_jw_object(jw, "schemas");
    game_openapi_components(jw, &all);
    write_errors(jw);
    game_jw_end(jw);
    game_openapi_shared(jw);
    write_security(jw, conf);
    game_jw_end(jw);
    game_jw_end(jw);
    return all.fault;
}

static const char *make(apr_pool_t *pool, apr_pool_t *ptemp,
                        game_server_conf_t *conf)
{
    game_document_t *document = apr_pcalloc(pool, sizeof(*document));
    unsigned char digest[32];
    game_jw_t *jw = game_jw_make(ptemp);
    game_json_fault_t fault;
    const char *wrong, *text;

    if (!conf->api) {
        return "GameDocs On: this server has no <Location> with GameEngine "
               "On that it could describe";
    }
    wrong = write_document(jw, conf);
    text = game_jw_text(jw, &document->len);
    if (!wrong && !game_json_parse(ptemp, text, document->len, DEPTH,
                                   &fault)) {
        wrong = fault.reason;
    }
    if (wrong) {
        return apr_pstrcat(pool, "no API document: ", wrong, NULL);
    }
    document->text = apr_pstrmemdup(pool, text, document->len);
    game_sha256(text, document->len, digest);
    document->etag = apr_pstrcat(pool, "\"",
        game_bytea(pool, digest, ETAG_BYTES) + 2, "\"", NULL);
    conf->document = document;
    return NULL;
}

/* Most virtual hosts say nothing of their own. */
static int same(const game_server_conf_t *one, const game_server_conf_t *other)
{
    return other->document && one->api == other->api
        && one->openapi_servers == other->openapi_servers
        && one->oauth_authorize == other->oauth_authorize
        && one->oauth_token == other->oauth_token
        && one->oauth_client == other->oauth_client;
}

const char *game_openapi_setup_post_config(apr_pool_t *pconf,
                                           apr_pool_t *ptemp, server_rec *s)
{
    const game_server_conf_t *first = game_config_server(s);
    const char *fault = NULL;

    for (; s && !fault; s = s->next) {
        game_server_conf_t *conf = game_config_server(s);

        if (game_conf_docs(conf) == GAME_DOCS_OFF) {
            continue;
        }
        if (same(conf, first)) {
            conf->document = first->document;
        }
        else {
            fault = make(pconf, ptemp, conf);
        }
    }
    return fault;
}

const char *game_openapi_origin(apr_pool_t *pool, const char *url)
{
    const char *host = url ? strstr(url, "://") : NULL;

    return host ? apr_pstrmemdup(pool, url, (apr_size_t)(host - url) + 3
                                 + strcspn(host + 3, "/?#;, \"'"))
                : NULL;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file openapi.h
 * The API document (OpenAPI 3.1), made of the route table and its schemas
 * when the server starts.
 */
#ifndef GAME_OPENAPI_H
#define GAME_OPENAPI_H

#include "config.h"
#include "json.h"
#include "schema.h"

/** The document of a server or virtual host. */
struct game_document_t {
    const char *text;
    apr_size_t len;
    const char *etag;
};

/**
 * Make the documents of all servers that have GameDocs.
 * @return NULL, or a sentence about what makes no document
 */
const char *game_openapi_setup_post_config(apr_pool_t *pconf,
                                           apr_pool_t *ptemp, server_rec *s);

/** @return scheme, host and port of a URL, in pool; NULL when it has none */
const char *game_openapi_origin(apr_pool_t *pool, const char *url);

/* ---- schemas (openapi_schema.c) ---- */

/** Named schemas that a document uses, each once, in the order of use. */
typedef struct game_components_t {
    apr_pool_t *pool;
    apr_array_header_t *used;   /**< of game_component_t */
    int campaigns;              /**< the server has campaigns */
    const char *fault;          /**< two schemas of one name */
} game_components_t;

typedef struct game_component_t {
    const game_schema_t *schema;
    int answer;                 /**< members are there unless optional */
} game_component_t;

/** Write the members of a field's schema into the open object. */
void game_openapi_field(game_jw_t *jw, game_components_t *all,
                        const game_field_t *field, int answer);

/** Write a schema: a reference when it has a name. */
void game_openapi_schema(game_jw_t *jw, const char *name,
                         game_components_t *all, const game_schema_t *schema,
                         int answer);

/** Write every schema that was referred to as a member of the open object,
 *  and those that these refer to. */
void game_openapi_components(game_jw_t *jw, game_components_t *all);

/* ---- operations (openapi_paths.c) ---- */

/** Write member paths: every route of the table that the server has. */
void game_openapi_paths(game_jw_t *jw, game_components_t *all);

/** Write members parameters, headers and responses of components: what
 *  operations refer to beside schemas. */
void game_openapi_shared(game_jw_t *jw);

/** Names of the security schemes. */
#define GAME_OPENAPI_KEY "APIKeyHeader"
#define GAME_OPENAPI_TOKEN "CustomOAuth2AuthorizationCodeBearer"

#endif

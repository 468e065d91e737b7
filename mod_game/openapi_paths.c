/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Operations of the API document: a row of the route table each. What
 * follows from a row (who may call, which errors a body brings) is worked
 * out here.
 */

#include "openapi.h"

#include <string.h>

#include <apr_strings.h>

#include "route.h"

/* ---- errors ---- */

typedef struct failure_t {
    short status;
    const char *name;           /* of the shared response */
    const char *about;
    const char *headers;        /* by blanks */
} failure_t;

static const failure_t failures[] = {
    { 204, "Nothing", "There is nothing, and nothing will come.", NULL },
    { 302, "Found", "It is a tree: Location leads to its entry point.",
      "Location" },
    { 304, "NotModified", "It is what If-None-Match names.", NULL },
    { 400, "BadRequest", "The body or the query cannot be read, or what it "
      "says breaks a rule of the endpoint.", "X-Node-Id" },
    { 401, "Unauthorized", "No credential, or a bearer token that is not "
      "accepted.", "WWW-Authenticate" },
    { 403, "Forbidden", "The API key is not accepted, or the caller may not "
      "do this.", NULL },
    { 404, "NotFound", "What the path or the body names is not there.",
      NULL },
    { 406, "NotAcceptable", "There is no such form of it.", NULL },
    { 409, "Conflict", "It is there already, or its state forbids this.",
      NULL },
    { 410, "Gone", "The task is not open, or it is there no more.", NULL },
    { 412, "PreconditionFailed", "The user cannot be made, or a program ran "
      "into a limit.", NULL },
    { 413, "TooLarge", "The body is larger than this server takes.", NULL },
    { 416, "NoSuchRange", "It is shorter than the range that is asked for.",
      NULL },
    { 422, "Unprocessable", "Members that are missing or wrong, all of them "
      "at once; or an event that the strategy refuses.", NULL },
    { 429, "TooManyRequests", "A limit is reached; Retry-After says for how "
      "long.", "Retry-After RateLimit-Limit RateLimit-Remaining "
      "RateLimit-Reset" },
    { 500, "ServerError", "This server lacks a setting that the endpoint "
      "needs.", NULL },
    { 503, "Unavailable", "The database cannot be asked now; nothing was "
      "written.", "Retry-After" }
};
#define FAILURES (sizeof(failures) / sizeof(failures[0]))

static int is_listed(const game_route_t *route, short status)
{
    const short *listed = route->errors;

    while (listed && *listed && *listed != status) {
        listed++;
    }
    return listed && *listed;
}

static int can_fail(const game_route_t *route, short status)
{
    if (is_listed(route, status)) {
        return 1;
    }
    switch (status) {
    case 400:
        return route->body || route->query;
    case 413:
        return route->body != NULL;
    case 401:
    case 403:
    case 503:
        return route->access != GAME_ACCESS_NONE;
    case 429:
        return route->limited;
    case 422:
        return route->body || route->query || strchr(route->path, '{');
    default:
        return 0;
    }
}

/* ---- references ---- */

static void write_ref(game_jw_t *jw, const char *name, const char *kind,
                      const char *what)
{
    game_jw_object(jw, name);
    game_jw_string(jw, "$ref", apr_pstrcat(game_jw_pool(jw),
                                           "#/components/", kind, "/", what,
                                           NULL));
    game_jw_end(jw);
}

static void write_headers(game_jw_t *jw, const char *names)
{
    char *list = apr_pstrdup(game_jw_pool(jw), names), *name, *state;

    game_jw_object(jw, "headers");
    for (name = apr_strtok(list, " ", &state); name;
         name = apr_strtok(NULL, " ", &state)) {
        write_ref(jw, name, "headers", name);
    }
    game_jw_end(jw);
}

/* ---- parameters ---- */

static const game_field_t *field_of(const game_schema_t *schema,
                                    const char *name)
{
    const game_field_t *field = schema ? schema->fields : NULL;

    while (field && field->name && strcmp(field->name, name)) {
        field++;
    }
    return field && field->name ? field : NULL;
}

static void write_segment(game_jw_t *jw, game_components_t *all,
                          const game_route_t *route, const char *name)
{
    static const game_field_t uuid = { .type = GAME_UUID };
    static const game_field_t text = { .type = GAME_STRING, .min = 1 };
    const game_field_t *field = field_of(route->segments, name);

    if (!field) {
        field = game_route_param_is_uuid(name) ? &uuid : &text;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "name", name);
    game_jw_string(jw, "in", "path");
    game_jw_bool(jw, "required", 1);
    game_jw_object(jw, "schema");
    game_openapi_field(jw, all, field, 0);
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_query(game_jw_t *jw, game_components_t *all,
                        const game_field_t *field)
{
    game_field_t bare = *field;

    bare.about = NULL;
    game_jw_object(jw, NULL);
    game_jw_string(jw, "name", field->name);
    game_jw_string(jw, "in", "query");
    game_jw_bool(jw, "required", (field->flags & GAME_REQUIRED) != 0);
    if (field->about) {
        game_jw_string(jw, "description", field->about);
    }
    game_jw_object(jw, "schema");
    game_openapi_field(jw, all, &bare, 0);
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_parameters(game_jw_t *jw, game_components_t *all,
                             const game_route_t *route)
{
    const game_field_t *field = route->query ? route->query->fields : NULL;
    const char *name;
    int i;

    game_jw_array(jw, "parameters");
    for (i = 0; (name = game_route_param(all->pool, route, i)) != NULL;
         i++) {
        write_segment(jw, all, route, name);
    }
    for (; field && field->name; field++) {
        write_query(jw, all, field);
    }
    if (route->idempotent) {
        write_ref(jw, NULL, "parameters", "IdempotencyKey");
        write_ref(jw, NULL, "parameters", "CorrelationId");
    }
    write_ref(jw, NULL, "parameters", "RequestId");
    game_jw_end(jw);
}

/* ---- bodies and answers ---- */

static void write_request(game_jw_t *jw, game_components_t *all,
                          const game_route_t *route)
{
    if (!route->body) {
        return;
    }
    game_jw_object(jw, "requestBody");
    game_jw_bool(jw, "required", !route->body_optional);
    game_jw_object(jw, "content");
    game_jw_object(jw, "application/json");
    game_openapi_schema(jw, "schema", all, route->body, 0);
    game_jw_end(jw);
    game_jw_end(jw);
    game_jw_end(jw);
}

/* A type beside the tables: any JSON, or bytes. */
static void write_media(game_jw_t *jw, const char *type)
{
    game_jw_object(jw, type);
    game_jw_object(jw, "schema");
    if (!strstr(type, "json")) {
        game_jw_string(jw, "type", "string");
        game_jw_string(jw, "format", "binary");
    }
    game_jw_end(jw);
    game_jw_end(jw);
}

static const char *success_headers(const game_route_t *route, int status)
{
    return !route->idempotent ? "X-Request-Id"
         : !route->campaigns ? "X-Request-Id Idempotent-Replayed"
         : status == 200 ? "X-Request-Id Location Idempotency-Replayed"
         : "X-Request-Id Location";
}

static void write_success(game_jw_t *jw, game_components_t *all,
                          const game_route_t *route, int status)
{
    char *list = apr_pstrdup(all->pool, route->media ? route->media : "");
    char *type, *state;

    game_jw_object(jw, apr_itoa(all->pool, status));
    game_jw_string(jw, "description", status == 201 ? "Made."
                   : status == 202 ? "Taken on; it is done behind the "
                   "request." : "Done.");
    write_headers(jw, success_headers(route, status));
    if (status == 204) {
        game_jw_end(jw);
        return;
    }
    game_jw_object(jw, "content");
    if (route->answer) {
        game_jw_object(jw, "application/json");
        if (status == 206) {    /* a piece of it is of no form */
            game_jw_object(jw, "schema");
            game_jw_end(jw);
        }
        else {
            game_openapi_schema(jw, "schema", all, route->answer, 1);
        }
        game_jw_end(jw);
    }
    for (type = apr_strtok(list, " ", &state); type;
         type = apr_strtok(NULL, " ", &state)) {
        write_media(jw, type);
    }
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_responses(game_jw_t *jw, game_components_t *all,
                            const game_route_t *route)
{
    unsigned i;

    game_jw_object(jw, "responses");
    write_success(jw, all, route, route->success ? route->success : 200);
    if (route->idempotent && route->campaigns) {
        write_success(jw, all, route, 200);     /* to the same key again */
    }
    if (is_listed(route, 206)) {
        write_success(jw, all, route, 206);     /* to a Range */
    }
    for (i = 0; i < FAILURES; i++) {
        if (can_fail(route, failures[i].status)) {
            write_ref(jw, apr_itoa(all->pool, failures[i].status),
                      "responses", failures[i].name);
        }
    }
    game_jw_end(jw);
}

/* ---- who may call ---- */

static void write_way(game_jw_t *jw, const char *scheme)
{
    game_jw_object(jw, NULL);
    if (scheme) {
        game_jw_array(jw, scheme);
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

static void write_security(game_jw_t *jw, game_access_e access)
{
    game_jw_array(jw, "security");
    if (access == GAME_ACCESS_OPEN) {
        write_way(jw, NULL);
    }
    if (access != GAME_ACCESS_NONE && access != GAME_ACCESS_BEARER) {
        write_way(jw, GAME_OPENAPI_KEY);
    }
    if (access != GAME_ACCESS_NONE) {
        write_way(jw, GAME_OPENAPI_TOKEN);
    }
    game_jw_end(jw);
}

/* ---- operations ---- */

static const char *tag_of(apr_pool_t *pool, const game_route_t *route)
{
    const char *tag = apr_pstrmemdup(pool, route->path + 1,
                                     strcspn(route->path + 1, "/"));

    return strcmp(tag, "apikey") ? tag : "API Key";
}

static void write_operation(game_jw_t *jw, game_components_t *all,
                            const game_route_t *route)
{
    char *method = apr_pstrdup(all->pool, route->method);

    ap_str_tolower(method);
    game_jw_object(jw, method);
    game_jw_array(jw, "tags");
    game_jw_string(jw, NULL, tag_of(all->pool, route));
    game_jw_end(jw);
    game_jw_string(jw, "summary", route->summary);
    if (route->access == GAME_ACCESS_BEARER_ADMIN
        || route->access == GAME_ACCESS_CTX_ADMIN
        || route->access == GAME_ACCESS_ADMIN) {
        game_jw_string(jw, "description", "For administrators.");
    }
    game_jw_string(jw, "operationId", route->operation);
    write_parameters(jw, all, route);
    write_request(jw, all, route);
    write_responses(jw, all, route);
    write_security(jw, route->access);
    game_jw_end(jw);
}

void game_openapi_paths(game_jw_t *jw, game_components_t *all)
{
    const game_route_t *route, *other;

    game_jw_object(jw, "paths");
    for (route = game_routes; route->method; route++) {
        if (route->campaigns && !all->campaigns) {
            continue;
        }
        for (other = game_routes; strcmp(other->path, route->path); other++)
            ;
        if (other != route) {
            continue;           /* written with the first of its path */
        }
        game_jw_object(jw, route->path);
        for (; other->method; other++) {
            if (!strcmp(other->path, route->path)) {
                write_operation(jw, all, other);
            }
        }
        game_jw_end(jw);
    }
    game_jw_end(jw);
}

/* ---- what operations share ---- */

static void write_parameter(game_jw_t *jw, const char *name,
                            const char *header, int max, const char *about)
{
    game_jw_object(jw, name);
    game_jw_string(jw, "name", header);
    game_jw_string(jw, "in", "header");
    game_jw_bool(jw, "required", 0);
    game_jw_string(jw, "description", about);
    game_jw_object(jw, "schema");
    game_jw_string(jw, "type", "string");
    if (max) {
        game_jw_int(jw, "maxLength", max);
    }
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_header(game_jw_t *jw, const char *name, const char *type,
                         const char *about)
{
    game_jw_object(jw, name);
    game_jw_string(jw, "description", about);
    game_jw_object(jw, "schema");
    game_jw_string(jw, "type", type);
    game_jw_end(jw);
    game_jw_end(jw);
}

static void write_failure(game_jw_t *jw, const failure_t *failure)
{
    game_jw_object(jw, failure->name);
    game_jw_string(jw, "description", failure->about);
    if (failure->headers) {
        write_headers(jw, failure->headers);
    }
    if (failure->status == 204 || failure->status == 304) {
        game_jw_end(jw);
        return;
    }
    game_jw_object(jw, "content");
    game_jw_object(jw, "application/json");
    write_ref(jw, "schema", "schemas", failure->status == 422
              ? "HTTPValidationError" : "Error");
    game_jw_end(jw);
    game_jw_end(jw);
    game_jw_end(jw);
}

void game_openapi_shared(game_jw_t *jw)
{
    unsigned i;

    game_jw_object(jw, "parameters");
    write_parameter(jw, "IdempotencyKey", "Idempotency-Key", 255,
                    "The same key again books nothing and answers what the "
                    "first one did. X-Idempotency-Key is the same.");
    write_parameter(jw, "CorrelationId", "X-Correlation-ID", 0,
                    "Kept with the event; never makes it a repeat.");
    write_parameter(jw, "RequestId", "X-Request-Id", 0,
                    "Names the request in logs; made when there is none, or "
                    "none of up to 128 letters, digits and - _ . : / + = "
                    "@");
    game_jw_end(jw);
    game_jw_object(jw, "headers");
    write_header(jw, "X-Request-Id", "string", "Names the request in logs.");
    write_header(jw, "Idempotent-Replayed", "string",
                 "true: the answer of an earlier request with this key.");
    write_header(jw, "Idempotency-Replayed", "string",
                 "true: what an earlier request with this key has made.");
    write_header(jw, "Location", "string", "Where it is.");
    write_header(jw, "WWW-Authenticate", "string", "Bearer.");
    write_header(jw, "X-Node-Id", "string",
                 "The node of a program that is wrong.");
    write_header(jw, "Retry-After", "integer", "Seconds.");
    write_header(jw, "RateLimit-Limit", "integer", "Requests a window.");
    write_header(jw, "RateLimit-Remaining", "integer", "Left in this one.");
    write_header(jw, "RateLimit-Reset", "integer", "Seconds to its end.");
    game_jw_end(jw);
    game_jw_object(jw, "responses");
    for (i = 0; i < FAILURES; i++) {
        write_failure(jw, &failures[i]);
    }
    game_jw_end(jw);
}

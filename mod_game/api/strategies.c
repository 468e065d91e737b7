/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Built-in and third-party strategies as they describe themselves, and the
 * drawings of these and of custom ones.
 */

#include "strategies.h"

#include <stdlib.h>
#include <string.h>

#include <ap_provider.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include "../graph.h"
#include "../program.h"
#include "../response.h"
#include "builtins.h"
#include "strategies_custom_int.h"

#define NO_DRAWING "none"

static int by_name(const void *left, const void *right)
{
    return strcmp(((const game_variable_t *)left)->name,
                  ((const game_variable_t *)right)->name);
}

static int by_provider(const void *left, const void *right)
{
    return strcmp(((const ap_list_provider_names_t *)left)->provider_name,
                  ((const ap_list_provider_names_t *)right)->provider_name);
}

static game_error_t *missing(game_req_t *req, const char *id)
{
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Strategy not found with id: %s", id);
}

static const game_strategy_t *find(const char *id)
{
    return ap_lookup_provider(GAME_STRATEGY_GROUP, id,
                              GAME_STRATEGY_VERSION);
}

static int is_custom(const char *id)
{
    return !strncmp(id, GAME_PROGRAM_PREFIX, strlen(GAME_PROGRAM_PREFIX));
}

/* ---- descriptions ---- */

game_error_t *game_strategies_list(game_req_t *req)
{
    apr_array_header_t *names = ap_list_provider_names(req->pool,
        GAME_STRATEGY_GROUP, GAME_STRATEGY_VERSION);
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    qsort(names->elts, (size_t)names->nelts,
          sizeof(ap_list_provider_names_t), by_provider);
    game_jw_array(jw, NULL);
    for (i = 0; i < names->nelts; i++) {
        const game_strategy_t *strategy = find(
            APR_ARRAY_IDX(names, i, ap_list_provider_names_t)
            .provider_name);

        game_strategy_write(jw, NULL, strategy, strategy->variables);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_strategies_get(game_req_t *req)
{
    const char *id = game_request_path(req, "id");
    const game_strategy_t *strategy = find(id);
    game_jw_t *jw = game_jw_make(req->pool);

    if (!strategy) {
        return missing(req, id);
    }
    game_strategy_write(jw, NULL, strategy, strategy->variables);
    return game_response_json(req, HTTP_OK, jw);
}

static void write_variable(game_jw_t *jw, const game_variable_t *variable)
{
    static const char *const types[] = {
        "null", "bool", "int", "float", "str", "dict"
    };
    const game_value_t *value = &variable->value;
    const char *type = types[value->kind];

    if (value->kind == GAME_VALUE_JSON && *value->as.text == '[') {
        type = "list";
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "name", variable->name);
    game_jw_string(jw, "type", type);
    switch (value->kind) {
    case GAME_VALUE_BOOL:
        game_jw_bool(jw, "currentValue", value->as.flag);
        break;
    case GAME_VALUE_INT:
        game_jw_int(jw, "currentValue", value->as.whole);
        break;
    case GAME_VALUE_REAL:
        game_jw_real(jw, "currentValue", value->as.real);
        break;
    case GAME_VALUE_TEXT:
        game_jw_string(jw, "currentValue", value->as.text);
        break;
    default:
        game_jw_raw(jw, "currentValue", value->kind == GAME_VALUE_JSON
                    ? value->as.text : NULL);
    }
    game_jw_end(jw);
}

game_error_t *game_strategies_schema(game_req_t *req)
{
    const char *id = game_request_path(req, "id");
    const game_strategy_t *strategy = find(id);
    game_jw_t *jw = game_jw_make(req->pool);
    game_variable_t *sorted;
    size_t count = 0, i;

    if (!strategy && is_custom(id)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND, "Strategy '%s' is "
                               "a DSL strategy. Use the async resolve() "
                               "method.", id);
    }
    if (!strategy) {
        return missing(req, id);
    }
    sorted = game_variables_copy(strategy, req->pool);
    while (sorted[count].name) {
        count++;
    }
    qsort(sorted, count, sizeof(*sorted), by_name);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "id", strategy->id);
    game_jw_string(jw, "name", strategy->name);
    game_jw_string(jw, "description", strategy->description);
    game_jw_string(jw, "version", strategy->version);
    game_jw_array(jw, "variables");
    for (i = 0; i < count; i++) {
        write_variable(jw, &sorted[i]);
    }
    game_jw_end(jw);
    game_jw_string(jw, "hash_version",
                   game_strategy_hash(strategy, req->pool));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* ---- drawings ---- */

static const char *const formats[] = { "png", "svg", "dot", NULL };

static const game_field_t graph_fields[] = {
    { "format", GAME_STRING, 0, 0, 0, NULL, formats, NULL, NULL,
      "Form of the drawing, whatever Accept says." },
    { NULL }
};

const game_schema_t game_strategies_graph_query = {
    "StrategyGraphQuery", graph_fields, NULL
};

#define PNG_TYPE "image/png"
#define SVG_TYPE "image/svg+xml"
#define DOT_TYPE "text/vnd.graphviz; charset=utf-8"

/* The form that was asked for; NULL: any. */
static const char *wanted(const game_req_t *req)
{
    const char *format, *accept;

    format = game_json_string(game_json_member(req->query, "format"));
    accept = game_request_header(req, "Accept");
    if (format) {
        return format;
    }
    if (!accept) {
        return NULL;
    }
    return strstr(accept, SVG_TYPE) && !strstr(accept, PNG_TYPE) ? "svg"
         : strstr(accept, "text/vnd.graphviz") ? "dot" : NULL;
}

static game_error_t *send_file(game_req_t *req, const char *type,
                               const void *bytes, apr_size_t size)
{
    if (!game_json_member(req->query, "format")) {
        apr_table_mergen(req->r->headers_out, "Vary", "Accept");
    }
    game_response_bytes(req, HTTP_OK, type, bytes, size);
    return NULL;
}

static game_error_t *send_builtin(game_req_t *req, const char *id)
{
    const game_graph_t *graph = game_graphs, *none = NULL;
    const char *format = wanted(req);

    for (; graph && graph->id && strcmp(graph->id, id); graph++) {
        if (!strcmp(graph->id, NO_DRAWING)) {
            none = graph;
        }
    }
    if (graph && !graph->id) {
        graph = none;
    }
    if (!graph) {
        return game_error_internal(req->pool, "no drawings were built in");
    }
    if (format && !strcmp(format, "svg")) {
        return send_file(req, SVG_TYPE, graph->svg.bytes, graph->svg.size);
    }
    if (format && !strcmp(format, "dot")) {
        return send_file(req, DOT_TYPE, graph->dot.bytes, graph->dot.size);
    }
    return send_file(req, PNG_TYPE, graph->png.bytes, graph->png.size);
}

/* Drawings of programs are made as text, never by another program. */
static game_error_t *send_custom(game_req_t *req, const char *id)
{
    const char *realm = game_program_realm(req), *format = wanted(req);
    const char *text, *parent = NULL;
    game_json_t *ast = NULL;
    game_json_fault_t fault;
    game_custom_t custom;
    game_error_t *err;

    err = realm ? game_custom_read(req, id + strlen(GAME_PROGRAM_PREFIX),
                                   &custom) : missing(req, id);
    if (err) {
        return err->status == HTTP_NOT_FOUND ? missing(req, id) : err;
    }
    if (format && !strcmp(format, "png")) {
        return game_error_make(req->pool, HTTP_NOT_ACCEPTABLE, "The graph "
                               "of a custom strategy is svg or dot.");
    }
    if (custom.ast) {
        ast = game_json_parse(req->pool, custom.ast, strlen(custom.ast),
                              GAME_CUSTOM_DEPTH, &fault);
    }
    if (!strcmp(custom.type, "DSL_EXTEND")) {
        parent = custom.parent;
    }
    if (format && !strcmp(format, "dot")) {
        text = game_graph_dot(req->pool, custom.name, ast, parent);
        return send_file(req, DOT_TYPE, text, strlen(text));
    }
    text = game_graph_svg(req->pool, custom.name, ast, parent);
    return send_file(req, SVG_TYPE, text, strlen(text));
}

game_error_t *game_strategies_graph(game_req_t *req)
{
    const char *id = game_request_path(req, "id");

    if (find(id)) {
        return send_builtin(req, id);
    }
    return is_custom(id) ? send_custom(req, id) : missing(req, id);
}

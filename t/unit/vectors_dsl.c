/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of programs: dsl-validate*.json and dsl-hash*.json. A program that
 * is accepted is checked a second time with its ids in it, as it is when it
 * comes back from the database.
 */
#include "vectors_dsl.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

#define IDS "ids made for pre, post and else say so"

/* ---- ids ---- */

/* @return text without the first part, or NULL when it is not in there */
static const char *without(const char *text, const char *part,
                           const char *instead, apr_pool_t *pool)
{
    const char *at = strstr(text, part);

    return at ? apr_pstrcat(pool, apr_pstrmemdup(pool, text,
                                                 (apr_size_t)(at - text)),
                            instead, at + strlen(part), NULL) : NULL;
}

const char *vector_dsl_id(const char *id, apr_pool_t *pool)
{
    static const char *const parts[][2] = {
        {".pre.rule.", ".rule."}, {".post.rule.", ".rule."}, {".else.", "."}
    };
    const char *plain;
    size_t i;

    for (i = 0; id && i < 3; i++) {
        plain = without(id, parts[i][0], parts[i][1], pool);
        id = plain ? plain : id;
    }
    return id;
}

static void plain_in_place(json_t *json, int *changed, apr_pool_t *pool)
{
    const char *name;
    const char *id;
    const char *plain;
    json_t *value;
    size_t i;

    json_array_foreach(json, i, value) {
        plain_in_place(value, changed, pool);
    }
    json_object_foreach(json, name, value) {
        id = json_string_value(value);
        if (id && (!strcmp(name, "id") || !strcmp(name, "nodeId"))) {
            plain = vector_dsl_id(id, pool);
            *changed |= strcmp(plain, id) != 0;
            json_string_set(value, plain);
        }
        plain_in_place(value, changed, pool);
    }
}

json_t *vector_dsl_plain(const json_t *json, int *changed, apr_pool_t *pool)
{
    json_t *copy = json_deep_copy(json);

    plain_in_place(copy, changed, pool);
    return copy;
}

/* ---- faults ---- */

void vector_dsl_node(game_vectors_t *v, const json_t *expected,
                     const game_dsl_fault_t *fault)
{
    const char *wanted = TEXT(expected, "nodeId");

    if (!wanted) {
        if (fault->node) {
            game_vectors_differ(v, "nodeId is %s", fault->node);
        }
        return;
    }
    game_vectors_text(v, "nodeId", wanted,
                      vector_dsl_id(fault->node, v->pool));
    if (fault->node && strcmp(wanted, fault->node)) {
        game_vectors_decided(v, IDS);
    }
}

void vector_dsl_params(game_vectors_t *v, const json_t *expected,
                       const game_dsl_fault_t *fault)
{
    json_t *got = json_loads(fault->params, 0, NULL);
    int changed = 0;
    json_t *plain = vector_dsl_plain(got, &changed, v->pool);

    game_vectors_equal(v, "params", MEMBER(expected, "params"), plain);
    json_decref(plain);
    json_decref(got);
}

/* ---- what decisions.md refuses ---- */

typedef int breaks_t(const char *name, const json_t *value);

static int is_long_text(const char *name, const json_t *value)
{
    (void)name;
    return json_is_string(value) && json_string_length(value) > 4096;
}

static int is_large_real(const char *name, const json_t *value)
{
    (void)name;
    return json_is_real(value) && fabs(json_real_value(value)) >= 1e16;
}

static int is_long_key(const char *name, const json_t *value)
{
    return !strcmp(name, "key") && json_string_length(value) > 200;
}

static int is_odd_id(const char *name, const json_t *value)
{
    const char *id = json_string_value(value);
    size_t len = id ? strspn(id, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-") : 0;

    return id && !strcmp(name, "id") && (id[len] || len > 200);
}

static int any(const json_t *json, breaks_t *breaks)
{
    const char *name;
    json_t *value;
    size_t i;

    json_array_foreach(json, i, value) {
        if (any(value, breaks)) {
            return 1;
        }
    }
    json_object_foreach((json_t *)json, name, value) {
        if (breaks(name, value) || any(value, breaks)) {
            return 1;
        }
    }
    return 0;
}

const char *vector_dsl_bound(const json_t *ast,
                             const game_dsl_fault_t *fault)
{
    static const struct {
        const char *name;
        breaks_t *breaks;
        const char *why;
    } bounds[] = {
        {"DSL_TEXT_TOO_LONG", is_long_text, "texts have at most 4 KiB"},
        {"DSL_NUMBER_NOT_EXACT", is_large_real,
         "reals from 1e16 on are refused: jsonb makes them ints"},
        {"DSL_KEY_TOO_LONG", is_long_key, "keys have at most 200 bytes"},
        {"DSL_NODE_ID", is_odd_id, "ids are [A-Za-z0-9_.:-]{1,200}"},
    };
    size_t i;

    for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        if (!strcmp(bounds[i].name, fault->name)) {
            return any(ast, bounds[i].breaks) ? bounds[i].why : NULL;
        }
    }
    if (!strcmp(fault->name, "DSL_AST_TOO_LARGE")
        && json_dumpb(ast, NULL, 0, JSON_COMPACT) > 150 * 1024) {
        return "programs have at most 256 KiB with their ids";
    }
    return NULL;
}

/* ---- dsl-validate ---- */

static void check_again(game_vectors_t *v, const char *normalized,
                        const game_dsl_limits_t *limits, int count)
{
    json_t *ast = json_loads(normalized, 0, NULL);
    const char *again = NULL;
    game_dsl_fault_t fault;
    game_dsl_program_t *program;

    program = game_dsl_compile(v->pool, ast, GAME_DSL_FULL, limits, &again,
                               &fault);
    if (!program) {
        game_vectors_differ(v, "refused the second time: %s", fault.message);
    }
    else if (game_dsl_node_count(program) != count) {
        game_vectors_differ(v, "%d nodes the second time",
                            game_dsl_node_count(program));
    }
    else {
        game_vectors_text(v, "second normalized text", normalized, again);
    }
    json_decref(ast);
}

static void check_accepted(game_vectors_t *v, const json_t *expected,
                           const game_dsl_program_t *program,
                           const char *normalized)
{
    json_t *got = json_loads(normalized, 0, NULL);
    json_t *wanted = MEMBER(expected, "normalizedAst");
    int changed = 0;
    json_t *plain = vector_dsl_plain(got, &changed, v->pool);

    if (!json_is_true(MEMBER(expected, "valid"))) {
        game_vectors_differ(v, "accepted");
    }
    else {
        game_vectors_equal(v, "normalizedAst", wanted, plain);
        if (json_integer_value(MEMBER(expected, "nodeCount"))
            != game_dsl_node_count(program)) {
            game_vectors_differ(v, "%d nodes", game_dsl_node_count(program));
        }
        if (changed) {
            game_vectors_decided(v, IDS);
        }
    }
    json_decref(plain);
    json_decref(got);
}

static void check_refused(game_vectors_t *v, const json_t *test,
                          const game_dsl_fault_t *fault)
{
    const json_t *expected = MEMBER(test, "expected");
    const char *code = TEXT(expected, "code");
    const char *proposed = TEXT(expected, "proposedCode");
    const char *why = vector_dsl_bound(MEMBER(test, "ast"), fault);

    if (fault->kind != GAME_DSL_INVALID) {
        game_vectors_differ(v, "kind is %d", (int)fault->kind);
    }
    if (MEMBER(expected, "recommended")) {
        game_vectors_text(v, "name", TEXT(MEMBER(expected, "recommended"),
                                          "proposedCode"), fault->name);
    }
    else if (!json_is_true(MEMBER(expected, "valid"))) {
        if (code || fault->code) {
            game_vectors_text(v, "code", code, fault->code);
        }
        game_vectors_text(v, "name", proposed ? proposed : code,
                          fault->name);
        vector_dsl_node(v, expected, fault);
        vector_dsl_params(v, expected, fault);
    }
    else if (why) {
        game_vectors_decided(v, why);
    }
    else if (!json_is_false(MEMBER(test, "normative"))) {
        game_vectors_differ(v, "refused: %s (%s)", fault->message,
                            fault->name);
    }
}

static void run_validate(game_vectors_t *v, const json_t *test)
{
    const json_t *given = MEMBER(test, "limits");
    game_dsl_limits_t limits = game_dsl_limits;
    game_dsl_fault_t fault = {GAME_DSL_INVALID, NULL, NULL, NULL, NULL, NULL};
    game_dsl_program_t *program;
    const char *normalized = NULL;

    game_vectors_case(v, TEXT(test, "name"));
    if (MEMBER(given, "maxNodes")) {
        limits.max_nodes = (int)json_integer_value(MEMBER(given, "maxNodes"));
    }
    if (MEMBER(given, "maxDepth")) {
        limits.max_depth = (int)json_integer_value(MEMBER(given, "maxDepth"));
    }
    program = game_dsl_compile(v->pool, MEMBER(test, "ast"), GAME_DSL_FULL,
                               &limits, &normalized, &fault);
    if (program) {
        check_accepted(v, MEMBER(test, "expected"), program, normalized);
        check_again(v, normalized, &limits, game_dsl_node_count(program));
    }
    else {
        check_refused(v, test, &fault);
    }
    game_vectors_end(v);
}

int game_vectors_dsl_validate(game_vectors_t *v)
{
    const json_t *test;
    size_t i;

    json_array_foreach(MEMBER(v->root, "cases"), i, test) {
        run_validate(v, test);
    }
    return 1;
}

/* ---- dsl-hash ---- */

int game_vectors_dsl_hash(game_vectors_t *v)
{
    const json_t *test;
    size_t i;

    json_array_foreach(MEMBER(v->root, "cases"), i, test) {
        game_vectors_case(v, TEXT(test, "name"));
        game_vectors_text(v, "canonical", TEXT(test, "canonical"),
                          game_dsl_canonical(v->pool, MEMBER(test, "ast")));
        game_vectors_text(v, "sha256", TEXT(test, "sha256"),
                          game_dsl_hash(v->pool, MEMBER(test, "ast")));
        game_vectors_end(v);
    }
    return 1;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of what the built-ins say about themselves: builtin-metadata.json.
 * The hash in the file is the reference's own; ours is worked out here a
 * second time, by another JSON writer.
 */
#include "vectors.h"

#include "../../strategies/builtins.h"
#include "vectors_value.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* How a schema names the kinds, in the order of game_value_e. */
static const char *const kinds[] = {
    "null", "bool", "int", "float", "str", "dict"
};

static json_t *variables_json(const game_strategy_t *strategy)
{
    const game_variable_t *variable;
    json_t *all = json_object();

    for (variable = strategy->variables; variable->name; variable++) {
        json_object_set_new(all, variable->name,
                            vector_json(&variable->value));
    }
    return all;
}

/* The order in which variables are shown is the order of the defaults. */
static void check_order(game_vectors_t *v, json_t *expected,
                        const game_strategy_t *strategy)
{
    const game_variable_t *variable = strategy->variables;
    const char *name;
    json_t *value;

    json_object_foreach(expected, name, value) {
        game_vectors_text(v, "next variable", name, variable->name);
        if (variable->name) {
            variable++;
        }
    }
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const game_variable_t *)left)->name,
                  ((const game_variable_t *)right)->name);
}

static json_t *schema_json(const game_strategy_t *strategy, apr_pool_t *pool)
{
    game_variable_t *sorted = game_variables_copy(strategy, pool);
    json_t *schema = json_array();
    size_t count = 0;
    size_t i;

    while (sorted[count].name) {
        count++;
    }
    qsort(sorted, count, sizeof(*sorted), by_name);
    for (i = 0; i < count; i++) {
        json_array_append_new(schema, json_pack(
            "{s:s, s:s, s:o}", "name", sorted[i].name,
            "type", kinds[sorted[i].value.kind],
            "currentValue", vector_json(&sorted[i].value)));
    }
    return schema;
}

static const char *hash(const game_strategy_t *strategy, apr_pool_t *pool)
{
    json_t *contract = json_pack("{s:s, s:s, s:o}", "id", strategy->id,
                                 "version", strategy->version,
                                 "variables", variables_json(strategy));
    char *text = json_dumps(contract, JSON_COMPACT | JSON_SORT_KEYS);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    const char *hex = "";
    unsigned int i;

    EVP_Digest(text, strlen(text), digest, &len, EVP_sha256(), NULL);
    for (i = 0; i < len; i++) {
        hex = apr_psprintf(pool, "%s%02x", hex, digest[i]);
    }
    free(text);
    json_decref(contract);
    return hex;
}

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* What the decisions add to a strategy's variables. */
static json_t *with_decided(game_vectors_t *v, const json_t *expected,
                            const game_strategy_t *strategy)
{
    json_t *copy = json_deep_copy(expected);

    if (strategy == &game_strategy_getis_ord_gi_star) {
        game_vectors_decided(v, "variable_z_threshold is a variable");
        json_object_set_new(json_object_get(copy, "variables"),
                            "variable_z_threshold", json_real(1.96));
        json_array_append_new(json_object_get(copy, "schemaVariables"),
                              json_pack("{s:s, s:s, s:f}", "name",
                                        "variable_z_threshold", "type",
                                        "float", "currentValue", 1.96));
    }
    return copy;
}

static void run_case(game_vectors_t *v, const json_t *vector,
                     const game_strategy_t *strategy)
{
    const char *got = game_strategy_hash(strategy, v->pool);
    json_t *variables = variables_json(strategy);
    json_t *schema = schema_json(strategy, v->pool);
    json_t *expected;

    game_vectors_case(v, strategy->id);
    expected = with_decided(v, vector, strategy);
    game_vectors_text(v, "name", member(expected, "name"), strategy->name);
    game_vectors_text(v, "version", member(expected, "version"),
                      strategy->version);
    game_vectors_text(v, "name_slug", member(expected, "name_slug"),
                      strategy->slug);
    game_vectors_equal(v, "variables", json_object_get(expected, "variables"),
                       variables);
    check_order(v, json_object_get(expected, "variables"), strategy);
    game_vectors_equal(v, "schemaVariables",
                       json_object_get(expected, "schemaVariables"), schema);
    game_vectors_text(v, "hash_version", hash(strategy, v->pool), got);
    if (strlen(got) != 64 || strspn(got, "0123456789abcdef") != 64) {
        game_vectors_differ(v, "hash_version is not 64 hex digits");
    }
    game_vectors_end(v);
    json_decref(expected);
    json_decref(variables);
    json_decref(schema);
}

int game_vectors_metadata(game_vectors_t *v)
{
    const game_strategy_t *strategy;
    const json_t *expected;
    const char *id;
    size_t i;

    json_array_foreach(json_object_get(v->root, "strategies"), i, expected) {
        id = member(expected, "id");
        strategy = vector_strategy(id);
        if (strategy) {
            run_case(v, expected, strategy);
        }
        else {
            game_vectors_to_come(v, id);
        }
    }
    return 1;
}

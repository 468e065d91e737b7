/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * libFuzzer target: any text as a program. A program that is accepted must
 * be accepted again with its ids, and be the same then.
 */
#include "../../dsl/canonical.h"
#include "../../dsl/dsl.h"

#include <apr_general.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_again(apr_pool_t *pool, const char *normalized, int count)
{
    json_t *ast = json_loads(normalized, 0, NULL);
    const char *again = NULL;
    game_dsl_program_t *program;
    game_dsl_fault_t fault;

    must(ast != NULL);
    program = game_dsl_compile(pool, ast, GAME_DSL_EXTEND, NULL, &again,
                               &fault);
    must(program != NULL && game_dsl_node_count(program) == count);
    must(!strcmp(again, normalized));
    json_decref(ast);
}

/* What a parent's variables become, or why they do not. */
static void check_override(apr_pool_t *pool,
                           const game_dsl_program_t *program)
{
    game_variable_t variables[] = {
        {"variable_a", {GAME_VALUE_INT, {.whole = 1}}},
        {"variable_bonus_points", {GAME_VALUE_REAL, {.real = 0.5}}},
        {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
    };
    game_dsl_fault_t fault;

    if (game_dsl_override(program, variables, &fault, pool)) {
        must(variables[0].value.kind == GAME_VALUE_INT
             && variables[1].value.kind == GAME_VALUE_REAL);
    }
    else {
        must(game_dsl_parent_variables(program)->name && fault.message);
    }
}

static void check(apr_pool_t *pool, const json_t *ast)
{
    const char *normalized = NULL;
    game_dsl_program_t *program;
    game_dsl_fault_t fault;
    game_needs_t needs;
    json_t *params;

    program = game_dsl_compile(pool, ast, GAME_DSL_FULL, NULL, &normalized,
                               &fault);
    if (program) {
        game_dsl_needs(program, game_dsl_sections(program), &needs);
        must(game_dsl_data_keys(program, ~0u, pool) != NULL);
        must(game_dsl_run_make(pool, program) != NULL);
        check_override(pool, program);
        check_again(pool, normalized, game_dsl_node_count(program));
        return;
    }
    must(fault.kind == GAME_DSL_INVALID && fault.name && fault.message);
    params = json_loads(fault.params, 0, NULL);
    must(json_is_object(params));
    json_decref(params);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    json_t *ast = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    if (ast) {
        apr_pool_create(&pool, NULL);
        check(pool, ast);
        must(strlen(game_dsl_hash(pool, ast)) == 64);
        apr_pool_destroy(pool);
        json_decref(ast);
    }
    return 0;
}

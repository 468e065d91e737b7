/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Programs from the outside: making one, and what it says about itself.
 */
#include "dsl.h"

#include "program.h"
#include "validate.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <limits.h>
#include <string.h>

const game_dsl_limits_t game_dsl_limits = {1000, 32, 500};

GAME_DSL_CAUSE(too_large, "DSL_AST_TOO_LARGE", 1);
GAME_DSL_CAUSE(bad_variable, "DSL_PARENT_VARIABLES_KEY", 1);
GAME_DSL_CAUSE(bad_override, "DSL_PARENT_VARIABLES_VALUE", 1);

/* Write a tree to see how long it is.
 * @return its text, or NULL and a fault */
static const char *measure(apr_pool_t *pool, apr_pool_t *scratch,
                           const game_dsl_json_t *ast,
                           game_dsl_fault_t *fault)
{
    game_dsl_text_t text;

    game_dsl_text_begin(&text, scratch, 0);
    game_dsl_put_json(&text, ast);
    if (text.len > GAME_DSL_MAX_AST) {
        game_dsl_fault(fault, pool, &too_large, NULL,
                       "AST exceeds the maximum allowed size (%d bytes).",
                       GAME_DSL_MAX_AST);
        return NULL;
    }
    return game_dsl_text_end(&text);
}

/* The size is looked at with all ids, so that what is stored is a program
 * when it is read again; and before, to be spared the work. */
static game_dsl_program_t *compile(apr_pool_t *pool, apr_pool_t *scratch,
                                   const struct json_t *json,
                                   const game_dsl_limits_t *limits,
                                   const char **normalized,
                                   game_dsl_fault_t *fault)
{
    game_dsl_program_t *program;
    game_dsl_json_t ast;
    const char *text;
    int count = 0;

    game_dsl_json_load(scratch, json, &ast);
    if (!measure(pool, scratch, &ast, fault)
        || !game_dsl_validate(pool, scratch, &ast, limits, &count, fault)) {
        return NULL;
    }
    text = measure(pool, scratch, &ast, fault);
    if (!text) {
        return NULL;
    }
    if (normalized) {
        *normalized = apr_pstrdup(pool, text);
    }
    program = game_dsl_generate(pool, scratch, &ast);
    program->count = count;
    return program;
}

game_dsl_program_t *game_dsl_compile(apr_pool_t *pool,
                                     const struct json_t *ast,
                                     game_dsl_mode_e mode,
                                     const game_dsl_limits_t *limits,
                                     const char **normalized,
                                     game_dsl_fault_t *fault)
{
    game_dsl_limits_t bounds = limits ? *limits : game_dsl_limits;
    game_dsl_program_t *program;
    apr_pool_t *scratch;

    if (bounds.max_depth > USHRT_MAX - 1) {
        bounds.max_depth = USHRT_MAX - 1;       /* what operations hold */
    }
    apr_pool_create(&scratch, pool);
    program = compile(pool, scratch, ast, &bounds, normalized, fault);
    apr_pool_destroy(scratch);
    if (program) {
        program->mode = mode;
    }
    return program;
}

int game_dsl_node_count(const game_dsl_program_t *program)
{
    return program->count;
}

unsigned game_dsl_sections(const game_dsl_program_t *program)
{
    unsigned sections = 0;

    if (program->mode == GAME_DSL_FULL) {
        return 1u << GAME_DSL_RULES;
    }
    if (program->rules[GAME_DSL_PRE]) {
        sections |= 1u << GAME_DSL_PRE;
    }
    if (program->rules[GAME_DSL_POST]) {
        sections |= 1u << GAME_DSL_POST;
    }
    return sections;
}

void game_dsl_needs(const game_dsl_program_t *program, unsigned sections,
                    game_needs_t *needs)
{
    int i;

    memset(needs, 0, sizeof(*needs));
    for (i = 0; i < program->slot_count; i++) {
        if (program->slots[i].sections & sections) {
            needs->mask |= program->slots[i].what.input;
        }
    }
    if (needs->mask & GAME_INPUT_RECENT_COUNT) {
        needs->recent_seconds = GAME_DSL_RECENT_SECONDS;
    }
}

const char **game_dsl_data_keys(const game_dsl_program_t *program,
                                unsigned sections, apr_pool_t *pool)
{
    const char **keys = apr_pcalloc(pool, ((apr_size_t)program->slot_count
                                           + 1) * sizeof(*keys));
    const game_dsl_slot_t *slot;
    int count = 0;
    int i;

    for (i = 0; i < program->slot_count; i++) {
        slot = &program->slots[i];
        if (slot->what.kind == GAME_DSL_FIELD_DATA
            && (slot->sections & sections)) {
            keys[count++] = slot->what.key;
        }
    }
    return keys;
}

const game_variable_t *game_dsl_parent_variables(
    const game_dsl_program_t *program)
{
    return program->variables;
}

/* @return whether a value fits a variable; then it is in its kind */
static int fit(const game_value_t *value, game_value_t *variable)
{
    if (value->kind == GAME_VALUE_INT && variable->kind == GAME_VALUE_REAL) {
        variable->as.real = (double)value->as.whole;
        return 1;
    }
    if (value->kind != variable->kind) {
        return 0;
    }
    *variable = *value;
    return 1;
}

int game_dsl_override(const game_dsl_program_t *program,
                      game_variable_t *variables, game_dsl_fault_t *fault,
                      apr_pool_t *pool)
{
    const game_variable_t *wanted;
    game_variable_t *own;

    for (wanted = program->variables; wanted->name; wanted++) {
        for (own = variables; own && own->name; own++) {
            if (!strcmp(own->name, wanted->name)) {
                break;
            }
        }
        if (!own || !own->name) {
            return game_dsl_fault(fault, pool, &bad_variable, program->root,
                                  "program.parent_variables key '%s' is no "
                                  "variable of the parent strategy.",
                                  game_dsl_cut(pool, wanted->name));
        }
        if (!fit(&wanted->value, &own->value)) {
            return game_dsl_fault(fault, pool, &bad_override, program->root,
                                  "program.parent_variables['%s'] must be "
                                  "of the type of the parent's variable.",
                                  game_dsl_cut(pool, wanted->name));
        }
    }
    return 1;
}

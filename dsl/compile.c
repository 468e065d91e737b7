/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From a valid tree to operations. What several nodes share (texts, fields,
 * keys) is kept once.
 */
#include "program.h"

#include "value.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

typedef struct {
    apr_pool_t *pool;           /* of the program */
    game_dsl_program_t *program;
    apr_hash_t *texts;          /* text -> the same, in pool */
    apr_array_header_t *ops;
    apr_array_header_t *nodes;
    apr_array_header_t *constants;
    apr_array_header_t *words;
    apr_array_header_t *slots;
    apr_array_header_t *callbacks;
    apr_array_header_t *changes;
    apr_array_header_t *jumps;  /* operations that go to a rule's end */
    game_dsl_section_e section;
    int depth;                  /* of the node in hand */
    int stack;                  /* values on it */
} compiler_t;

static void condition(compiler_t *c, const game_dsl_json_t *node);
static void expression(compiler_t *c, const game_dsl_json_t *node);

/* ---- what operations point to ---- */

static const char *intern(compiler_t *c, const char *text)
{
    const char *known = apr_hash_get(c->texts, text, APR_HASH_KEY_STRING);

    if (!known) {
        known = apr_pstrdup(c->pool, text);
        apr_hash_set(c->texts, known, APR_HASH_KEY_STRING, known);
    }
    return known;
}

static const char *text_of(const game_dsl_json_t *node, const char *name)
{
    return game_dsl_json_text(game_dsl_json_member(node, name));
}

static int add_node(compiler_t *c, const char *id, const char *type)
{
    game_dsl_node_t node;

    node.id = intern(c, id);
    node.type = type;
    APR_ARRAY_PUSH(c->nodes, game_dsl_node_t) = node;
    return c->nodes->nelts - 1;
}

static int add_typed(compiler_t *c, const game_dsl_json_t *node)
{
    return add_node(c, text_of(node, "id"),
                    game_dsl_type(game_dsl_type_of(node))->name);
}

static game_value_t constant_of(compiler_t *c, const game_dsl_json_t *json)
{
    game_value_t value = {GAME_VALUE_NULL, {0}};

    switch (json->kind) {
    case GAME_DSL_BOOL:
        value.kind = GAME_VALUE_BOOL;
        value.as.flag = json->as.flag;
        break;
    case GAME_DSL_INT:
        value.kind = GAME_VALUE_INT;
        value.as.whole = json->as.whole;
        break;
    case GAME_DSL_REAL:
        value.kind = GAME_VALUE_REAL;
        value.as.real = json->as.real;
        break;
    case GAME_DSL_TEXT:
        value.kind = GAME_VALUE_TEXT;
        value.as.text = intern(c, json->as.text);
        break;
    default:
        break;
    }
    return value;
}

static int add_constant(compiler_t *c, const game_dsl_json_t *json)
{
    APR_ARRAY_PUSH(c->constants, game_value_t) = constant_of(c, json);
    return c->constants->nelts - 1;
}

/* @return number of a text in a list where it stands once */
static int add_once(compiler_t *c, apr_array_header_t *list,
                    const char *text)
{
    int i;

    text = intern(c, text);
    for (i = 0; i < list->nelts; i++) {
        if (APR_ARRAY_IDX(list, i, const char *) == text) {
            return i;
        }
    }
    APR_ARRAY_PUSH(list, const char *) = text;
    return list->nelts - 1;
}

static int add_slot(compiler_t *c, const char *path)
{
    game_dsl_slot_t *slot;
    int i;

    path = intern(c, path);
    for (i = 0; i < c->slots->nelts; i++) {
        if (APR_ARRAY_IDX(c->slots, i, game_dsl_slot_t).path == path) {
            break;
        }
    }
    if (i == c->slots->nelts) {
        slot = apr_array_push(c->slots);
        slot->path = path;
        slot->change = -1;
        slot->sections = 0;
        game_dsl_path(path, &slot->what);
    }
    APR_ARRAY_IDX(c->slots, i, game_dsl_slot_t).sections |= 1u << c->section;
    return i;
}

/* ---- operations ---- */

static game_dsl_op_t *emit(compiler_t *c, game_dsl_op_e code, int node)
{
    game_dsl_op_t *op = apr_array_push(c->ops);

    memset(op, 0, sizeof(*op));
    op->code = (unsigned char)code;
    op->depth = (unsigned short)c->depth;
    op->node = node;
    return op;
}

static void grow(compiler_t *c, int by)
{
    c->stack += by;
    if (c->stack > c->program->stack_size) {
        c->program->stack_size = c->stack;
    }
}

static void leaf(compiler_t *c, const game_dsl_json_t *node, int number)
{
    game_dsl_op_t *op;

    if (game_dsl_type_of(node) == GAME_DSL_T_LITERAL) {
        op = emit(c, GAME_DSL_OP_LITERAL, number);
        op->a = add_constant(c, game_dsl_json_member(node, "value"));
    }
    else {
        op = emit(c, GAME_DSL_OP_FIELD, number);
        op->a = add_slot(c, text_of(node, "path"));
    }
    grow(c, 1);
}

static void sides(compiler_t *c, const game_dsl_json_t *node)
{
    c->depth++;
    expression(c, game_dsl_json_member(node, "left"));
    expression(c, game_dsl_json_member(node, "right"));
    c->depth--;
    grow(c, -1);
}

static void call(compiler_t *c, const game_dsl_json_t *node, int number)
{
    const game_dsl_json_t *args = game_dsl_json_member(node, "args");
    apr_size_t i;

    c->depth++;
    for (i = 0; i < args->count; i++) {
        expression(c, &args->as.items[i]);
    }
    c->depth--;
    grow(c, 1 - (int)args->count);
    emit(c, GAME_DSL_OP_CALL, number)->way =
        (unsigned char)game_dsl_function(game_dsl_json_member(node, "name"));
}

static void expression(compiler_t *c, const game_dsl_json_t *node)
{
    game_dsl_type_e type = game_dsl_type_of(node);
    int number = add_typed(c, node);

    if (type == GAME_DSL_T_LITERAL || type == GAME_DSL_T_FIELD) {
        leaf(c, node, number);
        return;
    }
    emit(c, GAME_DSL_OP_ENTER, number);
    if (type == GAME_DSL_T_FUNC_CALL) {
        call(c, node, number);
        return;
    }
    sides(c, node);
    emit(c, GAME_DSL_OP_ARITH, number)->way =
        (unsigned char)game_dsl_arith_op(game_dsl_json_member(node, "op"));
}

/* ---- conditions ---- */

static int word(compiler_t *c, const char *text)
{
    return add_once(c, c->words, text);
}

static int numbered(compiler_t *c, const char *text, apr_size_t number)
{
    return word(c, apr_psprintf(c->ops->pool, "%s:%" APR_SIZE_T_FMT, text,
                                number));
}

/* and: false decides; or: true does. */
static void any_or_all(compiler_t *c, const game_dsl_json_t *node, int number)
{
    const game_dsl_json_t *args = game_dsl_json_member(node, "args");
    int way = game_dsl_type_of(node) == GAME_DSL_T_OR;
    int first = c->ops->nelts;
    game_dsl_op_t *op;
    apr_size_t i;
    int k;

    c->depth++;
    for (i = 0; i < args->count; i++) {
        condition(c, &args->as.items[i]);
        op = emit(c, GAME_DSL_OP_DECIDE, number);
        op->way = (unsigned char)way;
        op->a = -1;
        op->b = numbered(c, "short_circuit", i);
        grow(c, -1);
    }
    c->depth--;
    emit(c, GAME_DSL_OP_AGREED, number)->way = (unsigned char)way;
    grow(c, 1);
    for (k = first; k < c->ops->nelts; k++) {
        op = &APR_ARRAY_IDX(c->ops, k, game_dsl_op_t);
        if (op->code == GAME_DSL_OP_DECIDE && op->a < 0) {
            op->a = c->ops->nelts;
        }
    }
}

static void condition(compiler_t *c, const game_dsl_json_t *node)
{
    game_dsl_type_e type = game_dsl_type_of(node);
    int number = add_typed(c, node);

    emit(c, GAME_DSL_OP_ENTER, number);
    switch (type) {
    case GAME_DSL_T_COMPARE:
        sides(c, node);
        emit(c, GAME_DSL_OP_COMPARE, number)->way = (unsigned char)
            game_dsl_compare_op(game_dsl_json_member(node, "op"));
        break;
    case GAME_DSL_T_NOT:
        c->depth++;
        condition(c, game_dsl_json_member(node, "arg"));
        c->depth--;
        emit(c, GAME_DSL_OP_NOT, number);
        break;
    case GAME_DSL_T_AND:
    case GAME_DSL_T_OR:
        any_or_all(c, node, number);
        break;
    default:
        leaf(c, node, number);          /* counted a second time */
    }
}

/* ---- statements ---- */

static void value_of(compiler_t *c, const game_dsl_json_t *node)
{
    c->depth++;
    expression(c, game_dsl_json_member(node, "value"));
    c->depth--;
    grow(c, -1);
}

static void statement(compiler_t *c, const game_dsl_json_t *node)
{
    int number = add_typed(c, node);

    emit(c, GAME_DSL_OP_ENTER, number);
    switch (game_dsl_type_of(node)) {
    case GAME_DSL_T_ASSIGN_POINTS:
        value_of(c, node);
        emit(c, GAME_DSL_OP_ASSIGN, number)->a =
            add_constant(c, game_dsl_json_member(node, "case_name"));
        break;
    case GAME_DSL_T_SET_CALLBACK_DATA:
        value_of(c, node);
        emit(c, GAME_DSL_OP_CALLBACK, number)->a =
            add_once(c, c->callbacks, text_of(node, "key"));
        break;
    case GAME_DSL_T_SET_DATA:
        value_of(c, node);
        emit(c, GAME_DSL_OP_DATA, number)->a =
            add_once(c, c->changes, text_of(node, "key"));
        break;
    case GAME_DSL_T_SET_POINTS:
        value_of(c, node);
        emit(c, GAME_DSL_OP_POINTS, number);
        break;
    case GAME_DSL_T_SET_CASE_NAME:
        value_of(c, node);
        emit(c, GAME_DSL_OP_CASE, number);
        break;
    case GAME_DSL_T_VETO:
        emit(c, GAME_DSL_OP_VETO, number)->a =
            add_constant(c, game_dsl_json_member(node, "case_name"));
        break;
    default:
        emit(c, GAME_DSL_OP_RETURN, number);
    }
}

static void body(compiler_t *c, const game_dsl_json_t *list)
{
    apr_size_t i;

    for (i = 0; i < list->count; i++) {
        statement(c, &list->as.items[i]);
    }
}

/* ---- rules ---- */

/* A condition and what it guards; falls through to what comes when it is
 * false.
 * @param when word of the trace when it is true */
static void guarded(compiler_t *c, const game_dsl_json_t *node, int rule,
                    int when)
{
    int test;

    c->depth++;
    condition(c, game_dsl_json_member(node, "when"));
    grow(c, -1);
    test = c->ops->nelts;
    emit(c, GAME_DSL_OP_WHEN, rule)->b = when;
    body(c, game_dsl_json_member(node, "then"));
    c->depth--;
    APR_ARRAY_PUSH(c->jumps, int) = c->ops->nelts;
    emit(c, GAME_DSL_OP_JUMP, rule);
    APR_ARRAY_IDX(c->ops, test, game_dsl_op_t).a = c->ops->nelts;
}

static void branches(compiler_t *c, const game_dsl_json_t *node, int rule)
{
    const game_dsl_json_t *list = game_dsl_json_member(node, "else_if");
    const char *id = APR_ARRAY_IDX(c->nodes, rule, game_dsl_node_t).id;
    int number;
    apr_size_t j;

    for (j = 0; list && j < list->count; j++) {
        number = add_node(c, apr_psprintf(c->ops->pool, "%s.else_if.%"
                                          APR_SIZE_T_FMT, id, j), "rule");
        emit(c, GAME_DSL_OP_ENTER, number);
        guarded(c, &list->as.items[j], rule, numbered(c, "elseif", j));
    }
}

static void rule(compiler_t *c, const game_dsl_json_t *node)
{
    const game_dsl_json_t *otherwise = game_dsl_json_member(node, "else");
    int number = add_typed(c, node);
    int has_else = !game_dsl_json_is_null(otherwise);

    apr_array_clear(c->jumps);
    emit(c, GAME_DSL_OP_ENTER, number);
    guarded(c, node, number, word(c, "match"));
    branches(c, node, number);
    emit(c, GAME_DSL_OP_MISSED, number)->b = word(c, has_else ? "else"
                                                              : "skip");
    if (has_else) {
        c->depth++;
        body(c, otherwise);
        c->depth--;
    }
    while (c->jumps->nelts) {
        APR_ARRAY_IDX(c->ops, *(int *)apr_array_pop(c->jumps),
                      game_dsl_op_t).a = c->ops->nelts;
    }
}

static void section(compiler_t *c, const game_dsl_json_t *ast,
                    game_dsl_section_e which, const char *name)
{
    const game_dsl_json_t *list = game_dsl_json_member(ast, name);
    const game_dsl_json_t *fallback = game_dsl_json_member(ast, "default");
    apr_size_t i;

    c->section = which;
    c->program->start[which] = c->ops->nelts;
    c->depth = 0;
    emit(c, GAME_DSL_OP_ENTER, add_typed(c, ast));
    c->depth = 1;
    for (i = 0; list && i < list->count; i++) {
        rule(c, &list->as.items[i]);
        c->program->rules[which]++;
    }
    if (which == GAME_DSL_RULES && !game_dsl_json_is_null(fallback)) {
        statement(c, fallback);
    }
    emit(c, GAME_DSL_OP_END, 0);
}

/* ---- programs ---- */

static void *kept(compiler_t *c, const apr_array_header_t *list)
{
    return list->nelts ? apr_pmemdup(c->pool, list->elts,
                                     (apr_size_t)list->nelts
                                     * (apr_size_t)list->elt_size) : NULL;
}

static void variables(compiler_t *c, const game_dsl_json_t *ast)
{
    const game_dsl_json_t *all = game_dsl_json_member(ast,
                                                      "parent_variables");
    apr_size_t count = game_dsl_json_is_null(all) ? 0 : all->count;
    game_variable_t *list = apr_pcalloc(c->pool,
                                        (count + 1) * sizeof(*list));
    apr_size_t i;

    for (i = 0; i < count; i++) {
        list[i].name = intern(c, all->as.items[i].name);
        list[i].value = constant_of(c, &all->as.items[i]);
    }
    c->program->variables = list;
}

/* A field of data that set_data writes is read anew by post rules. */
static void tie_changes(compiler_t *c)
{
    game_dsl_slot_t *slot;
    int i;
    int k;

    for (i = 0; i < c->slots->nelts; i++) {
        slot = &APR_ARRAY_IDX(c->slots, i, game_dsl_slot_t);
        for (k = 0; slot->what.kind == GAME_DSL_FIELD_DATA
                    && k < c->changes->nelts; k++) {
            if (!strcmp(slot->what.key,
                        APR_ARRAY_IDX(c->changes, k, const char *))) {
                slot->change = k;
            }
        }
    }
}

game_dsl_program_t *game_dsl_generate(apr_pool_t *pool, apr_pool_t *scratch,
                                      const game_dsl_json_t *ast)
{
    game_dsl_program_t *program = apr_pcalloc(pool, sizeof(*program));
    compiler_t c = {.pool = pool, .program = program};

    c.texts = apr_hash_make(scratch);
    c.ops = apr_array_make(scratch, 64, sizeof(game_dsl_op_t));
    c.nodes = apr_array_make(scratch, 64, sizeof(game_dsl_node_t));
    c.constants = apr_array_make(scratch, 16, sizeof(game_value_t));
    c.words = apr_array_make(scratch, 8, sizeof(char *));
    c.slots = apr_array_make(scratch, 8, sizeof(game_dsl_slot_t));
    c.callbacks = apr_array_make(scratch, 8, sizeof(char *));
    c.changes = apr_array_make(scratch, 8, sizeof(char *));
    c.jumps = apr_array_make(scratch, 8, sizeof(int));
    section(&c, ast, GAME_DSL_RULES, "rules");
    section(&c, ast, GAME_DSL_PRE, "pre_rules");
    section(&c, ast, GAME_DSL_POST, "post_rules");
    variables(&c, ast);
    tie_changes(&c);
    program->root = intern(&c, text_of(ast, "id"));
    program->ops = kept(&c, c.ops);
    program->nodes = kept(&c, c.nodes);
    program->constants = kept(&c, c.constants);
    program->words = kept(&c, c.words);
    program->slots = kept(&c, c.slots);
    program->slot_count = c.slots->nelts;
    program->callbacks = kept(&c, c.callbacks);
    program->callback_count = c.callbacks->nelts;
    program->changes = kept(&c, c.changes);
    program->change_count = c.changes->nelts;
    return program;
}

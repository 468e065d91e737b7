/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The validator's rules for conditions and operands.
 */
#include "validate.h"

#include <apr_strings.h>

GAME_DSL_CAUSE(not_object, "DSL_NODE_NOT_OBJECT", 0);
GAME_DSL_CAUSE(no_condition, "DSL_UNKNOWN_CONDITION", 0);
GAME_DSL_CAUSE(no_expression, "DSL_UNKNOWN_EXPRESSION", 0);
GAME_DSL_CAUSE(empty_args, "DSL_EMPTY_ARGS", 0);
GAME_DSL_CAUSE(bad_compare, "DSL_COMPARE_OP_NOT_ALLOWED", 0);
GAME_DSL_CAUSE(bad_arith, "DSL_ARITH_OP_NOT_ALLOWED", 1);
GAME_DSL_CAUSE(bad_function, "DSL_FUNC_NAME_NOT_ALLOWED", 1);
GAME_DSL_CAUSE(bad_arity, "DSL_FUNC_ARITY_MISMATCH", 1);
GAME_DSL_CAUSE(bad_literal, "DSL_LITERAL_TYPE", 0);
GAME_DSL_CAUSE(no_path, "DSL_FIELD_PATH_TYPE", 0);
GAME_DSL_CAUSE(bad_path, "DSL_FIELD_PATH_NOT_ALLOWED", 1);
GAME_DSL_CAUSE(not_post, "DSL_PARENT_FIELD_OUTSIDE_POST", 1);

/* Add a member of the program to a fault's params, whatever it is.
 * @return 0 */
static int with_member(game_dsl_check_t *check, const char *name,
                       const game_dsl_json_t *value)
{
    game_dsl_text_t params;

    game_dsl_params_begin(&params, check->pool, check->fault->node);
    game_dsl_put_name(&params, name);
    game_dsl_put_json(&params, value);
    return game_dsl_params_end(&params, check->fault);
}

static game_dsl_place_t child_of(const game_dsl_place_t *place,
                                 const char *id, apr_size_t index)
{
    game_dsl_place_t child = *place;

    child.parent = id;
    child.prefix = id;
    child.index = index;
    child.depth = place->depth + 1;
    return child;
}

/* ---- leaves ---- */

static int check_literal(game_dsl_check_t *check, const game_dsl_json_t *node,
                         const char *id)
{
    const game_dsl_json_t *value = game_dsl_json_member(node, "value");

    if (value->kind == GAME_DSL_LIST || value->kind == GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &bad_literal, id, "literal.value must "
                               "be a JSON scalar (string, number, boolean, "
                               "or null).");
    }
    return game_dsl_check_scalar(check, value, id);
}

static int check_field(game_dsl_check_t *check, const game_dsl_json_t *node,
                       const char *id, unsigned context)
{
    const game_dsl_json_t *value = game_dsl_json_member(node, "path");
    const char *path = game_dsl_json_text(value);
    game_dsl_path_t found;
    game_dsl_text_t params;

    if (!path || !*path) {
        return GAME_DSL_REFUSE(check, &no_path, id,
                               "field.path must be a non-empty string.");
    }
    if (!game_dsl_path(path, &found)) {
        GAME_DSL_REFUSE(check, &bad_path, id, "field.path '%s' is not in the "
                        "allowed set. Either reference a whitelisted "
                        "analytic path or use 'data.<key>' where <key> is "
                        "[A-Za-z0-9_]+.", game_dsl_shown(check->pool, value));
        return with_member(check, "path", value);
    }
    if (found.kind < GAME_DSL_FIELD_POINTS || context == GAME_DSL_IN_POST) {
        return 1;
    }
    GAME_DSL_REFUSE(check, &not_post, id, "field.path '%s' is only available "
                    "inside post_rules (DSL_EXTEND mode).", path);
    game_dsl_params_begin(&params, check->pool, id);
    game_dsl_params_add(&params, "path", path);
    game_dsl_params_add(&params, "context", game_dsl_context_name(context));
    return game_dsl_params_end(&params, check->fault);
}

static int check_leaf(game_dsl_check_t *check, game_dsl_json_t *node,
                      game_dsl_type_e type, const char *id,
                      const game_dsl_place_t *place)
{
    if (!game_dsl_check_enter(check, id, place->depth)
        || !game_dsl_check_keys(check, node, id, game_dsl_type(type), NULL)) {
        return 0;
    }
    return type == GAME_DSL_T_LITERAL
           ? check_literal(check, node, id)
           : check_field(check, node, id, place->context);
}

/* ---- operators ---- */

/* left and right of a node. */
static int check_sides(game_dsl_check_t *check, const game_dsl_json_t *node,
                       const char *id, const game_dsl_place_t *place)
{
    game_dsl_place_t left = child_of(place, id, 0);
    game_dsl_place_t right = child_of(place, id, 1);

    return game_dsl_check_expression(
               check, game_dsl_json_member(node, "left"), &left)
           && game_dsl_check_expression(
               check, game_dsl_json_member(node, "right"), &right);
}

static int check_compare(game_dsl_check_t *check, const game_dsl_json_t *node,
                         const char *id, const game_dsl_place_t *place)
{
    const game_dsl_json_t *op = game_dsl_json_member(node, "op");

    if (game_dsl_compare_op(op) < 0) {
        return GAME_DSL_REFUSE(check, &bad_compare, id,
                               "compare.op '%s' is not allowed.",
                               game_dsl_shown(check->pool, op));
    }
    return check_sides(check, node, id, place);
}

static int check_arith(game_dsl_check_t *check, const game_dsl_json_t *node,
                       const char *id, const game_dsl_place_t *place)
{
    const game_dsl_json_t *op = game_dsl_json_member(node, "op");

    if (game_dsl_arith_op(op) < 0) {
        GAME_DSL_REFUSE(check, &bad_arith, id,
                        "arith.op '%s' is not allowed.",
                        game_dsl_shown(check->pool, op));
        return with_member(check, "op", op);
    }
    return check_sides(check, node, id, place);
}

static int wrong_arity(game_dsl_check_t *check, const game_dsl_json_t *args,
                       const char *id, int function)
{
    const char *name = game_dsl_function_name(function);
    const char *actual = "non-list";
    game_dsl_text_t params;

    if (args->kind == GAME_DSL_LIST) {
        actual = apr_psprintf(check->pool, "%" APR_SIZE_T_FMT, args->count);
    }
    GAME_DSL_REFUSE(check, &bad_arity, id,
                    "func_call '%s' expects %d args, got %s.", name,
                    game_dsl_arity(function), actual);
    game_dsl_params_begin(&params, check->pool, id);
    game_dsl_params_add(&params, "name", name);
    game_dsl_put_name(&params, "expected");
    game_dsl_put_int(&params, game_dsl_arity(function));
    game_dsl_put_name(&params, "actual");
    if (args->kind == GAME_DSL_LIST) {
        game_dsl_put_int(&params, (apr_int64_t)args->count);
    }
    else {
        game_dsl_put_string(&params, actual);
    }
    return game_dsl_params_end(&params, check->fault);
}

static int check_function(game_dsl_check_t *check,
                          const game_dsl_json_t *node, const char *id,
                          const game_dsl_place_t *place)
{
    const game_dsl_json_t *name = game_dsl_json_member(node, "name");
    const game_dsl_json_t *args = game_dsl_json_member(node, "args");
    int function = game_dsl_function(name);
    game_dsl_place_t child;
    apr_size_t i;

    if (function < 0) {
        GAME_DSL_REFUSE(check, &bad_function, id,
                        "func_call.name '%s' is not allowed.",
                        game_dsl_shown(check->pool, name));
        return with_member(check, "name", name);
    }
    if (args->kind != GAME_DSL_LIST
        || args->count != (apr_size_t)game_dsl_arity(function)) {
        return wrong_arity(check, args, id, function);
    }
    for (i = 0; i < args->count; i++) {
        child = child_of(place, id, i);
        if (!game_dsl_check_expression(check, &args->as.items[i], &child)) {
            return 0;
        }
    }
    return 1;
}

int game_dsl_check_expression(game_dsl_check_t *check, game_dsl_json_t *node,
                              const game_dsl_place_t *place)
{
    game_dsl_type_e type;
    const char *id;

    if (node->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &not_object, place->parent,
                               "Expression must be an object.");
    }
    type = game_dsl_type_of(node);
    if (!(game_dsl_type(type)->classes & GAME_DSL_IS_EXPR)) {
        return GAME_DSL_REFUSE(check, &no_expression, place->parent,
                               "Unknown expression node type: '%s'.",
                               game_dsl_shown(check->pool,
                                   game_dsl_json_member(node, "type")));
    }
    if (!game_dsl_check_id(check, node, place, game_dsl_type(type)->name,
                           &id)) {
        return 0;
    }
    if (type == GAME_DSL_T_LITERAL || type == GAME_DSL_T_FIELD) {
        return check_leaf(check, node, type, id, place);
    }
    if (!game_dsl_check_enter(check, id, place->depth)
        || !game_dsl_check_keys(check, node, id, game_dsl_type(type), NULL)) {
        return 0;
    }
    return type == GAME_DSL_T_ARITH ? check_arith(check, node, id, place)
                                    : check_function(check, node, id, place);
}

/* ---- conditions ---- */

static int check_args(game_dsl_check_t *check, const game_dsl_json_t *node,
                      game_dsl_type_e type, const char *id,
                      const game_dsl_place_t *place)
{
    const game_dsl_json_t *args = game_dsl_json_member(node, "args");
    game_dsl_place_t child;
    apr_size_t i;

    if (args->kind != GAME_DSL_LIST || !args->count) {
        return GAME_DSL_REFUSE(check, &empty_args, id,
                               "%s.args must be a non-empty array.",
                               game_dsl_type(type)->name);
    }
    for (i = 0; i < args->count; i++) {
        child = child_of(place, id, i);
        if (!game_dsl_check_condition(check, &args->as.items[i], &child)) {
            return 0;
        }
    }
    return 1;
}

static int check_inside(game_dsl_check_t *check, game_dsl_json_t *node,
                        game_dsl_type_e type, const char *id,
                        const game_dsl_place_t *place)
{
    game_dsl_place_t child;

    if (!game_dsl_check_keys(check, node, id, game_dsl_type(type), NULL)) {
        return 0;
    }
    if (type == GAME_DSL_T_COMPARE) {
        return check_compare(check, node, id, place);
    }
    if (type == GAME_DSL_T_NOT) {
        child = child_of(place, id, 0);
        return game_dsl_check_condition(
            check, game_dsl_json_member(node, "arg"), &child);
    }
    return check_args(check, node, type, id, place);
}

int game_dsl_check_condition(game_dsl_check_t *check, game_dsl_json_t *node,
                             const game_dsl_place_t *place)
{
    game_dsl_type_e type;
    const char *id;

    if (node->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &not_object, place->parent,
                               "Condition must be an object.");
    }
    type = game_dsl_type_of(node);
    if (!(game_dsl_type(type)->classes & GAME_DSL_IS_COND)) {
        return GAME_DSL_REFUSE(check, &no_condition, place->parent,
                               "Unknown condition node type: '%s'.",
                               game_dsl_shown(check->pool,
                                   game_dsl_json_member(node, "type")));
    }
    if (!game_dsl_check_id(check, node, place, game_dsl_type(type)->name, &id)
        || !game_dsl_check_enter(check, id, place->depth)) {
        return 0;
    }
    if (type == GAME_DSL_T_LITERAL || type == GAME_DSL_T_FIELD) {
        return check_leaf(check, node, type, id, place);    /* counts anew */
    }
    return check_inside(check, node, type, id, place);
}

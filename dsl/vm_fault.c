/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What went wrong with an operation, in the words of http-api.md 17.4.
 */
#include "program.h"

#include "value.h"

#include <apr_strings.h>

#define CAUSE(cause, name, coded) \
    static const game_dsl_cause_t cause = {GAME_DSL_FAILED, name, coded}

CAUSE(compare_kinds, "DSL_COMPARE_TYPE_MISMATCH", 1);
CAUSE(arith_kinds, "DSL_ARITH_TYPE_MISMATCH", 1);
CAUSE(by_zero, "DSL_ARITH_DIV_BY_ZERO", 1);
CAUSE(overflow, "DSL_NUMERIC_OVERFLOW", 1);
CAUSE(argument, "DSL_FUNC_ARGUMENT", 0);
CAUSE(assign_kind, "DSL_ASSIGN_POINTS_NOT_NUMBER", 1);
CAUSE(points_kind, "DSL_SET_POINTS_NOT_NUMBER", 1);
CAUSE(case_kind, "DSL_SET_CASE_NAME_NOT_STRING", 1);
CAUSE(bad_case, "DSL_CASE_NAME", 1);

static const game_dsl_cause_t limit = {
    GAME_DSL_LIMIT, "DSL_LIMIT_EXCEEDED", 0
};

#define FAIL(run, cause, op, ...) \
    game_dsl_fault((run)->fault, (run)->pool, cause, \
                   (run)->program->nodes[(op)->node].id, __VA_ARGS__)

static int with(game_dsl_run_t *run, const char *name, const char *value)
{
    game_dsl_text_t params;

    game_dsl_params_begin(&params, run->pool, run->fault->node);
    game_dsl_params_add(&params, name, value);
    return game_dsl_params_end(&params, run->fault);
}

static int mismatch(game_dsl_run_t *run, const game_dsl_op_t *op,
                    const game_value_t *operands)
{
    int compares = op->code == GAME_DSL_OP_COMPARE;
    const char *name = compares ? game_dsl_compare_name(op->way)
                                : game_dsl_arith_name(op->way);
    const char *left = game_dsl_kind_name(&operands[0]);
    const char *right = game_dsl_kind_name(&operands[1]);
    game_dsl_text_t params;

    FAIL(run, compares ? &compare_kinds : &arith_kinds, op,
         "%s '%s' between incompatible types %s and %s.",
         compares ? "compare" : "arith", name, left, right);
    game_dsl_params_begin(&params, run->pool, run->fault->node);
    game_dsl_params_add(&params, "op", name);
    game_dsl_params_add(&params, "leftType", left);
    game_dsl_params_add(&params, "rightType", right);
    return game_dsl_params_end(&params, run->fault);
}

static int arith_failed(game_dsl_run_t *run, const game_dsl_op_t *op,
                        int done, const game_value_t *operands)
{
    const char *name = game_dsl_arith_name(op->way);

    switch (done) {
    case GAME_DSL_BY_ZERO:
        FAIL(run, &by_zero, op, "division by zero");
        return with(run, "op", name);
    case GAME_DSL_OVERFLOW:
        FAIL(run, &overflow, op, "arith '%s' leaves the range of numbers.",
             name);
        return with(run, "op", name);
    case GAME_DSL_TOO_LONG:
        return FAIL(run, &limit, op, "DSL execution exceeded maximum text "
                    "length (%d).", GAME_DSL_MAX_JOINED);
    default:
        return mismatch(run, op, operands);
    }
}

static int call_failed(game_dsl_run_t *run, const game_dsl_op_t *op,
                       int done, const game_value_t *operands)
{
    const char *name = game_dsl_function_name(op->way);

    if (done == GAME_DSL_OVERFLOW) {
        FAIL(run, &overflow, op, "func_call '%s' failed: the number is out "
             "of range", name);
        return with(run, "name", name);
    }
    if (op->way == GAME_DSL_FUNC_CLAMP) {
        return FAIL(run, &argument, op, "func_call '%s' failed: arguments of "
                    "different types", name);
    }
    return FAIL(run, &argument, op, "func_call '%s' failed: a %s is no whole "
                "number", name, game_dsl_kind_name(operands));
}

int game_dsl_op_failed(game_dsl_run_t *run, const game_dsl_op_t *op,
                       int done, const game_value_t *operands)
{
    switch (op->code) {
    case GAME_DSL_OP_COMPARE:
        return mismatch(run, op, operands);
    case GAME_DSL_OP_ARITH:
        return arith_failed(run, op, done, operands);
    case GAME_DSL_OP_CALL:
        return call_failed(run, op, done, operands);
    case GAME_DSL_OP_CASE:
        if (operands->kind == GAME_VALUE_TEXT) {
            return FAIL(run, &bad_case, op, "set_case_name.value must be "
                        "1-%d printable ASCII characters.",
                        GAME_DSL_MAX_CASE);
        }
        FAIL(run, &case_kind, op,
             "set_case_name.value must evaluate to a string.");
        break;
    case GAME_DSL_OP_ASSIGN:
        FAIL(run, &assign_kind, op,
             "assign_points.value must evaluate to a number.");
        break;
    default:
        FAIL(run, &points_kind, op,
             "set_points.value must evaluate to a number.");
    }
    return with(run, "actualType", game_dsl_kind_name(operands));
}

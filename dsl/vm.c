/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Runs one section of a program. Nothing is allocated on the way, but what
 * joined texts, lists that are compared and faults need.
 */
#include "program.h"

#include "value.h"

#include <apr_strings.h>

/* Nodes from one look at the deadline to the next. */
#define PATIENCE 64

static const game_dsl_cause_t limit = {
    GAME_DSL_LIMIT, "DSL_LIMIT_EXCEEDED", 0
};
static const game_dsl_cause_t timeout = {
    GAME_DSL_TIMEOUT, "DSL_TIMEOUT", 1
};
static const game_dsl_cause_t not_fetched = {
    GAME_DSL_FAILED, "DSL_FIELD_NOT_PRECOMPUTED", 1
};

/* ---- beginning a node ---- */

int game_dsl_look_at_clock(game_dsl_run_t *run, const char *node)
{
    game_dsl_text_t params;

    run->patience = PATIENCE;
    if (!run->env->expired || !run->env->expired(run->env->expired_data)) {
        return 1;
    }
    game_dsl_fault(run->fault, run->pool, &timeout, node,
                   "DSL simulation exceeded the %dms time limit.",
                   run->limits->timeout_ms);
    game_dsl_text_begin(&params, run->pool, 0);
    game_dsl_put(&params, "{");
    game_dsl_put_name(&params, "timeoutMs");
    game_dsl_put_int(&params, run->limits->timeout_ms);
    return game_dsl_params_end(&params, run->fault);
}

static int over_limit(game_dsl_run_t *run, const char *node)
{
    if (run->steps > run->limits->max_nodes) {
        return game_dsl_fault(run->fault, run->pool, &limit, node, "DSL "
                              "execution exceeded maximum node count (%d).",
                              run->limits->max_nodes);
    }
    return game_dsl_fault(run->fault, run->pool, &limit, node, "DSL "
                          "execution exceeded maximum recursion depth (%d).",
                          run->limits->max_depth);
}

static inline int enter(game_dsl_run_t *run, const game_dsl_op_t *op)
{
    if (++run->steps > run->limits->max_nodes
        || op->depth > run->limits->max_depth) {
        return over_limit(run, run->program->nodes[op->node].id);
    }
    return --run->patience > 0
           || game_dsl_look_at_clock(run, run->program->nodes[op->node].id);
}

/* ---- the trace ---- */

static void tell(game_dsl_run_t *run, const game_dsl_op_t *op,
                 const game_value_t *value, const char *branch)
{
    const game_dsl_node_t *node = &run->program->nodes[op->node];
    game_dsl_step_t step;

    step.node = node->id;
    step.type = node->type;
    step.branch = branch;
    step.value = value;
    run->env->trace(run->env->trace_data, &step);
}

static inline void trace(game_dsl_run_t *run, const game_dsl_op_t *op,
                         const game_value_t *value, const char *branch)
{
    run->nodes++;
    if (run->env->trace) {
        tell(run, op, value, branch);
    }
}

static inline void trace_flag(game_dsl_run_t *run, const game_dsl_op_t *op,
                              int flag, const char *branch)
{
    game_value_t value = {GAME_VALUE_BOOL, {.flag = flag}};

    trace(run, op, &value, branch);
}

/* ---- operands ---- */

static int push_field(game_dsl_run_t *run, const game_dsl_op_t *op,
                      game_value_t *top)
{
    const game_dsl_slot_t *slot = &run->program->slots[op->a];
    game_dsl_text_t params;

    if (!run->fetched[op->a]) {
        if (!game_dsl_fetch(run, slot, &run->fields[op->a])) {
            game_dsl_fault(run->fault, run->pool, &not_fetched,
                           run->program->nodes[op->node].id,
                           "field.path '%s' was not precomputed. This "
                           "usually means the validator was bypassed.",
                           slot->path);
            game_dsl_params_begin(&params, run->pool, run->fault->node);
            game_dsl_params_add(&params, "path", slot->path);
            return game_dsl_params_end(&params, run->fault);
        }
        run->fetched[op->a] = 1;
    }
    *top = run->fields[op->a];
    return 1;
}

static inline int push_leaf(game_dsl_run_t *run, const game_dsl_op_t *op,
                            game_value_t **top)
{
    if (!enter(run, op)) {
        return 0;
    }
    if (op->code == GAME_DSL_OP_LITERAL) {
        **top = run->program->constants[op->a];
    }
    else if (!push_field(run, op, *top)) {
        return 0;
    }
    trace(run, op, *top, NULL);
    (*top)++;
    return 1;
}

static int compare(game_dsl_run_t *run, const game_dsl_op_t *op,
                   game_value_t *left)
{
    int truth = 0;
    game_dsl_done_e done;

    if (left[0].kind == GAME_VALUE_JSON && left[1].kind == GAME_VALUE_JSON) {
        run->patience = 0;              /* may take long */
    }
    done = game_dsl_compare((game_dsl_compare_e)op->way, &left[0], &left[1],
                            &truth, run->pool);
    if (done != GAME_DSL_DONE) {
        return game_dsl_op_failed(run, op, done, left);
    }
    left->kind = GAME_VALUE_BOOL;
    left->as.flag = truth;
    return 1;
}

static int call(game_dsl_run_t *run, const game_dsl_op_t *op,
                game_value_t *args)
{
    game_dsl_done_e done;

    done = op->way == GAME_DSL_FUNC_INT
           ? game_dsl_int(args)
           : game_dsl_clamp(&args[0], &args[1], &args[2], &args[0]);
    return done == GAME_DSL_DONE || game_dsl_op_failed(run, op, done, args);
}

/* Replace operands by their result.
 * @return the new top of the stack, or NULL */
static inline game_value_t *calculate(game_dsl_run_t *run,
                                      const game_dsl_op_t *op,
                                      game_value_t *top)
{
    game_dsl_done_e done;

    switch (op->code) {
    case GAME_DSL_OP_COMPARE:
        top -= 2;
        if (!compare(run, op, top)) {
            return NULL;
        }
        break;
    case GAME_DSL_OP_ARITH:
        top -= 2;
        done = game_dsl_arith((game_dsl_arith_e)op->way, &top[0], &top[1],
                              &top[0], run->pool);
        if (done != GAME_DSL_DONE) {
            game_dsl_op_failed(run, op, done, top);
            return NULL;
        }
        break;
    case GAME_DSL_OP_CALL:
        top -= game_dsl_arity(op->way);
        if (!call(run, op, top)) {
            return NULL;
        }
        break;
    default:                            /* NOT */
        top--;
        top->as.flag = !game_dsl_truth(top);
        top->kind = GAME_VALUE_BOOL;
    }
    trace(run, op, top, NULL);
    return top + 1;
}

/* ---- statements ---- */

static void put(game_dsl_places_t *places, int number,
                const game_value_t *value)
{
    if (!places->filled[number]) {
        places->filled[number] = 1;
        places->order[places->count++] = number;
    }
    places->values[number] = *value;
}

static int is_number(const game_value_t *value)
{
    return value->kind == GAME_VALUE_INT || value->kind == GAME_VALUE_REAL;
}

static int award(game_dsl_run_t *run, const game_dsl_op_t *op,
                 const game_value_t *value)
{
    if (!is_number(value)) {
        return game_dsl_op_failed(run, op, GAME_DSL_MISMATCH, value);
    }
    run->points = *value;
    if (op->code == GAME_DSL_OP_ASSIGN) {
        run->case_name = run->program->constants[op->a].as.text;
    }
    return 1;
}

static int name_case(game_dsl_run_t *run, const game_dsl_op_t *op,
                     const game_value_t *value)
{
    if (value->kind != GAME_VALUE_TEXT || !game_dsl_is_case(value->as.text)) {
        return game_dsl_op_failed(run, op, GAME_DSL_MISMATCH, value);
    }
    run->case_name = value->as.text;
    return 1;
}

/* A statement whose value is below top.
 * @return 1, or 0 and a fault */
static int state(game_dsl_run_t *run, const game_dsl_op_t *op,
                 const game_value_t *value)
{
    switch (op->code) {
    case GAME_DSL_OP_CALLBACK:
        put(&run->callback, op->a, value);
        break;
    case GAME_DSL_OP_DATA:
        put(&run->changes, op->a, value);
        break;
    case GAME_DSL_OP_CASE:
        if (!name_case(run, op, value)) {
            return 0;
        }
        break;
    default:                            /* ASSIGN, POINTS */
        if (!award(run, op, value)) {
            return 0;
        }
    }
    trace(run, op, value, op->code == GAME_DSL_OP_ASSIGN ? "match" : NULL);
    return 1;
}

/* A statement that ends the section and has no value. */
static void leave(game_dsl_run_t *run, const game_dsl_op_t *op)
{
    static const game_value_t none = {GAME_VALUE_NULL, {0}};
    const game_value_t *name;

    if (op->code == GAME_DSL_OP_RETURN) {
        trace(run, op, &none, "halt");
    }
    else if (op->code == GAME_DSL_OP_VETO) {
        name = &run->program->constants[op->a];
        run->vetoed = 1;
        run->case_name = name->as.text;
        trace(run, op, name, "veto");
    }
}

/* ---- the way through ---- */

/* Look at the truth on top of the stack (popped already).
 * @return the next operation */
static inline const game_dsl_op_t *branch(game_dsl_run_t *run,
                                          const game_dsl_op_t *op,
                                          game_value_t **top)
{
    const game_dsl_program_t *program = run->program;
    int truth = game_dsl_truth(*top);

    if (op->code == GAME_DSL_OP_WHEN) {
        if (!truth) {
            return program->ops + op->a;
        }
        trace_flag(run, op, 1, program->words[op->b]);
    }
    else if (truth == op->way) {        /* DECIDE */
        trace_flag(run, op, truth, program->words[op->b]);
        (*top)->kind = GAME_VALUE_BOOL;
        (*top)->as.flag = truth;
        (*top)++;
        return program->ops + op->a;
    }
    return op + 1;
}

int game_dsl_execute(game_dsl_run_t *run, game_dsl_section_e section)
{
    const game_dsl_op_t *op = run->program->ops
                              + run->program->start[section];
    game_value_t *top = run->stack;

    for (;;) {
        switch (op->code) {
        case GAME_DSL_OP_ENTER:
            if (!enter(run, op)) {
                return 0;
            }
            break;
        case GAME_DSL_OP_LITERAL:
        case GAME_DSL_OP_FIELD:
            if (!push_leaf(run, op, &top)) {
                return 0;
            }
            break;
        case GAME_DSL_OP_COMPARE:
        case GAME_DSL_OP_ARITH:
        case GAME_DSL_OP_CALL:
        case GAME_DSL_OP_NOT:
            top = calculate(run, op, top);
            if (!top) {
                return 0;
            }
            break;
        case GAME_DSL_OP_DECIDE:
        case GAME_DSL_OP_WHEN:
            top--;
            op = branch(run, op, &top);
            continue;
        case GAME_DSL_OP_AGREED:
            top->kind = GAME_VALUE_BOOL;
            top->as.flag = !op->way;
            trace(run, op, top++, NULL);
            break;
        case GAME_DSL_OP_MISSED:
            trace_flag(run, op, 0, run->program->words[op->b]);
            break;
        case GAME_DSL_OP_JUMP:
            op = run->program->ops + op->a;
            continue;
        case GAME_DSL_OP_VETO:
        case GAME_DSL_OP_RETURN:
        case GAME_DSL_OP_END:
            leave(run, op);
            return 1;
        default:
            if (!state(run, op, --top)) {
                return 0;
            }
            if (op->code == GAME_DSL_OP_ASSIGN) {
                return 1;
            }
        }
        op++;
    }
}

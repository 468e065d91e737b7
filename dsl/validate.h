/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file validate.h
 * The rules of a program (engine.md 3.5), inside dsl/. Functions return 1,
 * or 0 when they filled in the fault; the first fault ends the walk.
 */
#ifndef GAME_DSL_VALIDATE_H
#define GAME_DSL_VALIDATE_H

#include "fault.h"
#include "types.h"

/** A program under check. */
typedef struct game_dsl_check_t {
    apr_pool_t *pool;           /**< of the fault */
    apr_pool_t *scratch;        /**< of the tree; ids go there */
    const game_dsl_limits_t *limits;
    game_dsl_fault_t *fault;
    int count;                  /**< nodes so far */
} game_dsl_check_t;

/** Where a node stands. */
typedef struct game_dsl_place_t {
    const char *parent;         /**< id reported when the node has none */
    const char *prefix;         /**< of a generated id */
    apr_size_t index;           /**< in its list */
    int depth;
    unsigned context;           /**< GAME_DSL_IN_* */
} game_dsl_place_t;

/**
 * Check a program and fill in its ids.
 * @param pool    takes the fault
 * @param scratch takes the ids; the tree's pool
 * @param count   nodes, as limits count them
 */
int game_dsl_validate(apr_pool_t *pool, apr_pool_t *scratch,
                      game_dsl_json_t *ast, const game_dsl_limits_t *limits,
                      int *count, game_dsl_fault_t *fault);

/* ---- of validate_node.c: what any node goes through ---- */

/** Keep a node's id or make one. */
int game_dsl_check_id(game_dsl_check_t *check, game_dsl_json_t *node,
                      const game_dsl_place_t *place, const char *type,
                      const char **id);
/** Count a node. */
int game_dsl_check_count(game_dsl_check_t *check, const char *id);
/** Look at its depth. */
int game_dsl_check_depth(game_dsl_check_t *check, const char *id, int depth);
/** Both, in this order. */
int game_dsl_check_enter(game_dsl_check_t *check, const char *id, int depth);
/** Required members, then those of no meaning; both lists end with NULL. */
int game_dsl_check_keys(game_dsl_check_t *check, const game_dsl_json_t *node,
                        const char *id, const game_dsl_type_t *type,
                        const char *const *optional);
/** Members beside the allowed ones; what is how the message begins. */
int game_dsl_check_extra(game_dsl_check_t *check, const game_dsl_json_t *node,
                         const char *id, const char *what,
                         const char *const *required,
                         const char *const *optional);
/** A value that the language can hold: a scalar in bounds. */
int game_dsl_check_scalar(game_dsl_check_t *check,
                          const game_dsl_json_t *value, const char *id);

/* ---- of validate_expr.c ---- */

int game_dsl_check_condition(game_dsl_check_t *check, game_dsl_json_t *node,
                             const game_dsl_place_t *place);
int game_dsl_check_expression(game_dsl_check_t *check, game_dsl_json_t *node,
                              const game_dsl_place_t *place);

/** Report a fault from inside a check. */
#define GAME_DSL_REFUSE(check, cause, node, ...) \
    game_dsl_fault((check)->fault, (check)->pool, cause, node, __VA_ARGS__)

/** Name the cause of a fault of validation. */
#define GAME_DSL_CAUSE(cause, name, coded) \
    static const game_dsl_cause_t cause = {GAME_DSL_INVALID, name, coded}

#endif

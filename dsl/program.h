/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file program.h
 * A compiled program and what a run of it needs, inside dsl/.
 *
 * A program is a list of operations of one size, section after section.
 * Conditions and operands leave their value on a stack. Operations that
 * begin a node count it, so that limits hit where they would in the tree.
 */
#ifndef GAME_DSL_PROGRAM_H
#define GAME_DSL_PROGRAM_H

#include "dsl.h"
#include "fault.h"
#include "types.h"

typedef enum {
    /* begin a node */
    GAME_DSL_OP_ENTER,          /**< count node, look at depth */
    GAME_DSL_OP_LITERAL,        /**< ENTER; push constant a */
    GAME_DSL_OP_FIELD,          /**< ENTER; push field a */
    /* replace operands by a result */
    GAME_DSL_OP_COMPARE,        /**< way: operator */
    GAME_DSL_OP_ARITH,          /**< way: operator */
    GAME_DSL_OP_CALL,           /**< way: function */
    GAME_DSL_OP_NOT,
    /* and, or; way: the truth that decides early */
    GAME_DSL_OP_DECIDE,         /**< pop; push way, trace b, jump to a */
    GAME_DSL_OP_AGREED,         /**< push the other truth */
    /* rules */
    GAME_DSL_OP_WHEN,           /**< pop; when true trace b, else jump to a */
    GAME_DSL_OP_MISSED,         /**< trace b: no branch was taken */
    GAME_DSL_OP_JUMP,           /**< to a */
    /* statements */
    GAME_DSL_OP_ASSIGN,         /**< pop; case a; ends */
    GAME_DSL_OP_CALLBACK,       /**< pop; place a */
    GAME_DSL_OP_DATA,           /**< pop; place a */
    GAME_DSL_OP_POINTS,         /**< pop */
    GAME_DSL_OP_CASE,           /**< pop */
    GAME_DSL_OP_VETO,           /**< case a; ends */
    GAME_DSL_OP_RETURN,         /**< ends */
    GAME_DSL_OP_END
} game_dsl_op_e;

typedef struct game_dsl_op_t {
    unsigned char code;         /**< game_dsl_op_e */
    unsigned char way;
    unsigned short depth;
    int node;                   /**< in nodes */
    int a;
    int b;                      /**< of a branch word: in words */
} game_dsl_op_t;

typedef struct game_dsl_node_t {
    const char *id;
    const char *type;
} game_dsl_node_t;

typedef struct game_dsl_slot_t {
    const char *path;
    game_dsl_path_t what;
    int change;                 /**< of DATA: place in changes, or -1 */
    unsigned sections;          /**< that read it */
} game_dsl_slot_t;

struct game_dsl_program_t {
    game_dsl_mode_e mode;
    int count;                  /**< nodes of the tree */
    const game_dsl_op_t *ops;
    int start[GAME_DSL_SECTIONS];
    int rules[GAME_DSL_SECTIONS];       /**< how many */
    const game_dsl_node_t *nodes;
    const game_value_t *constants;      /**< literals; cases as TEXT */
    const char *const *words;           /**< branch words of traces */
    const game_dsl_slot_t *slots;
    int slot_count;
    const char *const *callbacks;       /**< keys of set_callback_data */
    int callback_count;
    const char *const *changes;         /**< keys of set_data */
    int change_count;
    int stack_size;
    const char *root;                   /**< id */
    const game_variable_t *variables;   /**< parent_variables */
};

/** Values by number of their key, and the order in which they came. */
typedef struct game_dsl_places_t {
    game_value_t *values;
    unsigned char *filled;
    int *order;
    int count;
} game_dsl_places_t;

struct game_dsl_run_t {
    const game_dsl_program_t *program;
    game_value_t *stack;
    game_value_t *fields;
    unsigned char *fetched;
    game_dsl_places_t callback;
    game_dsl_places_t changes;
    /* of one event */
    const game_dsl_env_t *env;
    const game_dsl_limits_t *limits;
    game_dsl_fault_t *fault;
    apr_pool_t *pool;
    game_event_t inner;         /**< the event as the parent sees it */
    game_value_t parent_points;
    const char *parent_case;
    int nodes;                  /**< steps of the trace */
    /* of one section */
    game_dsl_section_e section;
    int steps;
    int patience;               /**< steps until the deadline is looked at */
    int vetoed;
    game_value_t points;
    const char *case_name;
};

/** Compile a program that game_dsl_validate() accepted; pool keeps it. */
game_dsl_program_t *game_dsl_generate(apr_pool_t *pool, apr_pool_t *scratch,
                                      const game_dsl_json_t *ast);

/** Run a section from its beginning. @return 1, or 0 and a fault */
int game_dsl_execute(game_dsl_run_t *run, game_dsl_section_e section);

/** Ask whether the deadline has passed. @return 1, or 0 and a fault */
int game_dsl_look_at_clock(game_dsl_run_t *run, const char *node);

/** Get the value of a field. @return 1, or 0 when nobody has it */
int game_dsl_fetch(game_dsl_run_t *run, const game_dsl_slot_t *slot,
                   game_value_t *value);

/** Set run->inner: the event, with what pre rules and mocks change. */
void game_dsl_inner_begin(game_dsl_run_t *run);

/** Fill in the fault of an operation that ended badly. @return 0 */
int game_dsl_op_failed(game_dsl_run_t *run, const game_dsl_op_t *op,
                       int done, const game_value_t *operands);

#endif

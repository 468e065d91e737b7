/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file dsl.h
 * Custom strategies: a program in JSON is checked and compiled once, and
 * then scores any number of events, in any number of threads, each with a
 * run of its own. Nothing in here knows a database, a clock or httpd.
 *
 *   program = game_dsl_compile(pool, ast, GAME_DSL_FULL, &limits, NULL,
 *                              &fault);
 *   run = game_dsl_run_make(pool, program);
 *   ok = game_dsl_score(run, &env, &result, &fault, request_pool);
 */
#ifndef GAME_DSL_H
#define GAME_DSL_H

#include "game_strategy.h"

/** A JSON value of jansson, as game_json_t is; only dsl/ast.c looks in. */
struct json_t;

/** Bounds of a program's text (decisions.md, Scoring); bytes. */
#define GAME_DSL_MAX_AST        (256 * 1024)
#define GAME_DSL_MAX_TEXT       4096    /**< of a literal */
#define GAME_DSL_MAX_KEY        200     /**< of set_..._data */
#define GAME_DSL_MAX_ID         200     /**< of a node, when not ours */
#define GAME_DSL_MAX_CASE       200     /**< of a case name */
#define GAME_DSL_MAX_JOINED     65536   /**< of texts that are added up */
/** Window of user.recent_measurements_count. */
#define GAME_DSL_RECENT_SECONDS 300

typedef struct game_dsl_limits_t {
    int max_nodes;              /**< of a program, and of a section's run */
    int max_depth;
    int timeout_ms;             /**< said in a timeout's message */
} game_dsl_limits_t;

/** 1000 nodes, depth 32, 500 ms. */
extern const game_dsl_limits_t game_dsl_limits;

typedef enum {
    GAME_DSL_INVALID,           /**< the program breaks a rule: 400 */
    GAME_DSL_FAILED,            /**< it stumbled over its values: 400 */
    GAME_DSL_LIMIT,             /**< too many nodes, too deep: 412 */
    GAME_DSL_TIMEOUT            /**< the deadline passed: 412 */
} game_dsl_fault_e;

/** Why there is no program, or no score. Lives in the pool of the call. */
typedef struct game_dsl_fault_t {
    game_dsl_fault_e kind;
    const char *code;           /**< on the wire; NULL: a message alone */
    const char *name;           /**< code for logs and awards; never NULL */
    const char *message;
    const char *node;           /**< id of the node at fault, or NULL */
    const char *params;         /**< JSON object, "{}" when there are none */
} game_dsl_fault_t;

/** What a program runs: rules and default, or rules around a built-in. */
typedef enum { GAME_DSL_FULL, GAME_DSL_EXTEND } game_dsl_mode_e;

typedef enum {
    GAME_DSL_RULES, GAME_DSL_PRE, GAME_DSL_POST, GAME_DSL_SECTIONS
} game_dsl_section_e;

typedef struct game_dsl_program_t game_dsl_program_t;
typedef struct game_dsl_run_t game_dsl_run_t;

/**
 * Check a program and compile it.
 * @param pool       the program lives in it; ast may go away
 * @param ast        any JSON; NULL counts as null
 * @param limits     NULL: the usual ones
 * @param normalized NULL, or where to put its JSON with all ids filled in
 * @return the program, immutable; or NULL and *fault: the first of its
 *         faults in the order of engine.md 3.5
 */
game_dsl_program_t *game_dsl_compile(apr_pool_t *pool,
                                     const struct json_t *ast,
                                     game_dsl_mode_e mode,
                                     const game_dsl_limits_t *limits,
                                     const char **normalized,
                                     game_dsl_fault_t *fault);

/** @return its nodes, as limits count them */
int game_dsl_node_count(const game_dsl_program_t *program);

/** @return the sections that game_dsl_score() runs: bits 1u << section */
unsigned game_dsl_sections(const game_dsl_program_t *program);

/** Say which history inputs sections read, reached or not. */
void game_dsl_needs(const game_dsl_program_t *program, unsigned sections,
                    game_needs_t *needs);

/** @return the keys of data that sections read, ended by NULL, in pool */
const char **game_dsl_data_keys(const game_dsl_program_t *program,
                                unsigned sections, apr_pool_t *pool);

/** @return the path of one GAME_INPUT_* bit, or NULL when no field has it */
const char *game_dsl_input_path(unsigned input);

/** @return parent_variables as the program has them, ended by a NULL name */
const game_variable_t *game_dsl_parent_variables(
    const game_dsl_program_t *program);

/**
 * Put parent_variables in a parent's variables.
 * @param variables the parent's own, to be changed; NULL ends
 * @return 1, or 0 and *fault when a name is not there or its kind does not
 *         fit (a whole number fits a real); strings live in pool
 */
int game_dsl_override(const game_dsl_program_t *program,
                      game_variable_t *variables, game_dsl_fault_t *fault,
                      apr_pool_t *pool);

/** One step of a trace; pointers are good during the call, but for node,
 *  type and branch, which live as long as the program. */
typedef struct game_dsl_step_t {
    const char *node;
    const char *type;
    const char *branch;         /**< or NULL */
    const game_value_t *value;
} game_dsl_step_t;

/** The event, and whom a run may ask. */
typedef struct game_dsl_env_t {
    const game_event_t *event;
    const game_inputs_t *inputs;        /**< what game_dsl_needs() said */
    /** NULL, or: 1 and a value to use in place of a field's own. */
    int (*mock)(void *data, const char *path, game_value_t *value);
    void *mock_data;
    /** Score by the parent. Points NULL count as 0; of the callback any
     *  JSON is accepted. Needed in GAME_DSL_EXTEND only. */
    game_verdict_e (*parent)(void *data, const game_event_t *event,
                             game_score_t *score, apr_pool_t *pool);
    void *parent_data;
    int (*expired)(void *data);         /**< NULL: no deadline */
    void *expired_data;
    void (*trace)(void *data, const game_dsl_step_t *step);     /**< or NULL */
    void *trace_data;
    const game_dsl_limits_t *limits;    /**< NULL: the usual ones */
} game_dsl_env_t;

typedef struct game_dsl_result_t {
    game_verdict_e verdict;     /**< of the parent, when it did not score */
    game_value_t points;        /**< INT or REAL, exact */
    const char *case_name;      /**< NULL: no rule matched */
    const char *callback;       /**< JSON; NULL when there is none */
    const char *detail;         /**< of a parent's refusal */
    int vetoed;
    int nodes;                  /**< nodesExecuted; also after a fault */
    int steps[GAME_DSL_SECTIONS];       /**< -1: the section did not run */
} game_dsl_result_t;

/** @return a run: what an evaluation needs, to be used again and again, by
 *          one thread at a time */
game_dsl_run_t *game_dsl_run_make(apr_pool_t *pool,
                                  const game_dsl_program_t *program);

/**
 * Score one event: rules, or pre rules, the parent and post rules.
 * @param pool takes what results need: joined texts, callback, fault
 * @return 1 and *result, or 0 and *fault (nodes and steps are set even so)
 */
int game_dsl_score(game_dsl_run_t *run, const game_dsl_env_t *env,
                   game_dsl_result_t *result, game_dsl_fault_t *fault,
                   apr_pool_t *pool);

#endif

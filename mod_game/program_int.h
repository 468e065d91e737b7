/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file program_int.h
 * Between program*.c only: a compiled definition, and the functions that
 * make a strategy of it.
 */
#ifndef GAME_PROGRAM_INT_H
#define GAME_PROGRAM_INT_H

#include "dsl.h"
#include "program.h"

/** A definition as it is kept. Immutable. */
typedef struct game_program_t {
    game_strategy_t strategy;   /**< what others see of it */
    const char *id;             /**< UUID */
    const char *realm, *type, *status;
    int version;
    const char *parent_id;      /**< of a DSL_EXTEND, else NULL */
    const game_strategy_t *parent;      /**< NULL too when it is gone */
    const game_dsl_program_t *code;     /**< NULL: no program, or a bad one */
    const char *fault;          /**< why a stored program does not run */
    const char *hash;
} game_program_t;

/** @return the limits that this server's configuration sets */
const game_dsl_limits_t *game_program_limits(void);

/** @return the mode of a type */
game_dsl_mode_e game_program_mode(const char *type);

/** @return the built-in or third-party strategy of an id, or NULL */
const game_strategy_t *game_program_builtin(const char *id);

/**
 * Make a parent's variables with parent_variables over them.
 * @return a copy in pool, or NULL and *fault
 */
game_variable_t *game_program_variables(const game_strategy_t *parent,
                                        const game_dsl_program_t *code,
                                        game_dsl_fault_t *fault,
                                        apr_pool_t *pool);

/** @return 400 or 412 of a fault, as the endpoints of definitions say it */
game_error_t *game_program_fault(apr_pool_t *pool,
                                 const game_dsl_fault_t *fault);

/** needs() and score() of every custom strategy. */
void game_program_needs(const game_variable_t *variables,
                        game_needs_t *needs);
game_verdict_e game_program_score(const game_event_t *event,
                                  const game_variable_t *variables,
                                  const game_inputs_t *inputs,
                                  game_score_t *score, apr_pool_t *pool);

/** Needs of a program and its parent. @return 0 when they ask for counts of
 *  two different windows; those of the parent are in needs then */
int game_program_join_needs(const game_dsl_program_t *code,
                            const game_strategy_t *parent,
                            const game_variable_t *variables,
                            game_needs_t *needs);

/** Whom a run asks for the parent's score: parent_data of its env. */
typedef struct game_program_parent_t {
    const game_strategy_t *strategy;
    const game_variable_t *variables;
    const game_inputs_t *inputs;
} game_program_parent_t;

/** parent() of an env. */
game_verdict_e game_program_ask_parent(void *data, const game_event_t *event,
                                       game_score_t *score,
                                       apr_pool_t *pool);

/** expired() of an env; its data is the apr_time_t of the deadline. */
int game_program_expired(void *data);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file vectors_dsl_event.h
 * The event of a case of dsl-eval: its data, its inputs, its parent.
 */
#ifndef GAME_VECTORS_DSL_EVENT_H
#define GAME_VECTORS_DSL_EVENT_H

#include "vectors_dsl.h"

typedef struct vector_event_t {
    game_event_t event;
    game_inputs_t inputs;
    game_dsl_env_t env;
    const json_t *test;
    const json_t *data;         /**< of the event, or NULL */
    const json_t *parent;       /**< what the parent answers, or NULL */
    const game_strategy_t *builtin;     /**< or the parent itself */
    game_variable_t *variables;         /**< of builtin */
    json_t *seen;               /**< data as the parent saw them */
    int calls;                  /**< of the parent */
    apr_pool_t *pool;
} vector_event_t;

/** Set up for a case. */
void vector_event_begin(vector_event_t *event, const json_t *context,
                        const json_t *test, apr_pool_t *pool);
/** Forget what the parent saw. */
void vector_event_again(vector_event_t *event);

/** @return the bit of an input, by the name that vectors give it, or 0 */
unsigned vector_event_input(const char *name);

#endif

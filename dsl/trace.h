/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file trace.h
 * A trace kept in memory: what a simulation answers and the execution log
 * keeps.
 */
#ifndef GAME_DSL_TRACE_H
#define GAME_DSL_TRACE_H

#include "dsl.h"

typedef struct game_dsl_trace_t game_dsl_trace_t;

/** @param limit entries kept; further ones are counted. 0: all are kept */
game_dsl_trace_t *game_dsl_trace_make(apr_pool_t *pool, int limit);

/** A sink for game_dsl_env_t; data is the game_dsl_trace_t. */
void game_dsl_trace_add(void *data, const game_dsl_step_t *step);

/** @return how many steps there were, kept or not */
int game_dsl_trace_count(const game_dsl_trace_t *trace);

/** @return the kept ones as a JSON list of {nodeId, type, value, branch}, in
 *          the trace's pool */
const char *game_dsl_trace_text(const game_dsl_trace_t *trace);

#endif

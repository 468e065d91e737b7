/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file vectors_dsl.h
 * What the suites of the DSL share.
 */
#ifndef GAME_VECTORS_DSL_H
#define GAME_VECTORS_DSL_H

#include "vectors.h"

#include "../../dsl/canonical.h"
#include "../../dsl/dsl.h"
#include "../../dsl/trace.h"

/** @return an id as the reference makes it: ours name pre, post and else */
const char *vector_dsl_id(const char *id, apr_pool_t *pool);

/** @return a copy of JSON, to be released, with all ids and nodeIds as the
 *          reference makes them; *changed is set when any differed */
json_t *vector_dsl_plain(const json_t *json, int *changed, apr_pool_t *pool);

/** Compare the id of a fault with the expected one. */
void vector_dsl_node(game_vectors_t *v, const json_t *expected,
                     const game_dsl_fault_t *fault);

/** Compare params with the expected ones. */
void vector_dsl_params(game_vectors_t *v, const json_t *expected,
                       const game_dsl_fault_t *fault);

/** @return why a program that the reference accepts is refused by decision,
 *          when that is what a fault says and the program bears it out */
const char *vector_dsl_bound(const json_t *ast,
                             const game_dsl_fault_t *fault);

/** @return the program of a template (engine.md 3.13), to be released */
json_t *vector_dsl_template(const char *id);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file test_dsl.h
 * What the unit tests of the DSL share. Programs are written with single
 * quotes for double ones.
 */
#ifndef GAME_TEST_DSL_H
#define GAME_TEST_DSL_H

#include "fixture.h"

#include "../../dsl/dsl.h"
#include "../../dsl/trace.h"

/** Text of a program: rules, one rule, one that awards an expression. */
#define DSL_PROGRAM(rules) "{'type':'program','rules':[" rules "]}"
#define DSL_RULE(when, then) \
    "{'type':'rule','when':" when ",'then':[" then "]}"
#define DSL_LITERAL(value) "{'type':'literal','value':" value "}"
#define DSL_FIELD(path) "{'type':'field','path':'" path "'}"
#define DSL_TRUE DSL_LITERAL("true")
#define DSL_ASSIGN(value) \
    "{'type':'assign_points','value':" value ",'case_name':'c'}"
#define DSL_SET(key, value) \
    "{'type':'set_callback_data','key':'" key "','value':" value "}"
#define DSL_ARITH(op, left, right) \
    "{'type':'arith','op':'" op "','left':" left ",'right':" right "}"
#define DSL_COMPARE(op, left, right) \
    "{'type':'compare','op':'" op "','left':" left ",'right':" right "}"
#define DSL_AWARD(value) DSL_PROGRAM(DSL_RULE(DSL_TRUE, DSL_ASSIGN(value)))

/** An event whose data is a JSON object. */
typedef struct dsl_event_t {
    game_event_t event;
    game_inputs_t inputs;
    game_dsl_env_t env;
    struct json_t *data;
} dsl_event_t;

/** @return JSON with double quotes, in the test's pool */
const char *dsl_json(const char *text);

/** @return a program, or NULL and *fault */
game_dsl_program_t *dsl_try(const char *text, game_dsl_mode_e mode,
                            const game_dsl_limits_t *limits,
                            const char **normalized,
                            game_dsl_fault_t *fault);

/** @return a program; the test fails when it is refused */
game_dsl_program_t *dsl_program(const char *text, game_dsl_mode_e mode);

/** Set up an event; data are JSON. */
void dsl_event(dsl_event_t *event, const char *data);

/** Score once. @return 1 or 0 */
int dsl_score(const game_dsl_program_t *program, dsl_event_t *event,
              game_dsl_result_t *result, game_dsl_fault_t *fault);

#endif

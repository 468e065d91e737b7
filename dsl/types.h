/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file types.h
 * The vocabulary of the language (engine.md 3.2 to 3.4), as tables that the
 * validator and the compiler share.
 */
#ifndef GAME_DSL_TYPES_H
#define GAME_DSL_TYPES_H

#include "ast.h"

typedef enum {
    GAME_DSL_T_NONE, GAME_DSL_T_AND, GAME_DSL_T_OR, GAME_DSL_T_NOT,
    GAME_DSL_T_COMPARE, GAME_DSL_T_LITERAL, GAME_DSL_T_FIELD,
    GAME_DSL_T_ARITH, GAME_DSL_T_FUNC_CALL, GAME_DSL_T_ASSIGN_POINTS,
    GAME_DSL_T_RETURN, GAME_DSL_T_SET_CALLBACK_DATA,
    GAME_DSL_T_SET_CASE_NAME, GAME_DSL_T_SET_DATA, GAME_DSL_T_SET_POINTS,
    GAME_DSL_T_VETO, GAME_DSL_T_PROGRAM, GAME_DSL_T_RULE,
    GAME_DSL_T_COUNT
} game_dsl_type_e;

/** Where a type may stand. */
#define GAME_DSL_IS_COND        1u
#define GAME_DSL_IS_EXPR        2u
#define GAME_DSL_IS_STMT        4u

/** What surrounds a statement. */
#define GAME_DSL_IN_RULE        1u
#define GAME_DSL_IN_DEFAULT     2u
#define GAME_DSL_IN_PRE         4u
#define GAME_DSL_IN_POST        8u

typedef struct game_dsl_type_t {
    const char *name;
    unsigned classes;           /**< GAME_DSL_IS_* */
    unsigned contexts;          /**< of a statement: GAME_DSL_IN_* */
    const char *keys[4];        /**< required, in order; NULL ends */
} game_dsl_type_t;

/** @return what is known about a type */
const game_dsl_type_t *game_dsl_type(game_dsl_type_e type);

/** @return the type of a node, by its member "type" */
game_dsl_type_e game_dsl_type_of(const game_dsl_json_t *node);

/** @return the name of one context, as errors have it */
const char *game_dsl_context_name(unsigned context);

/** @return number of an operator or function, or -1 when it is none */
int game_dsl_compare_op(const game_dsl_json_t *op);
int game_dsl_arith_op(const game_dsl_json_t *op);
int game_dsl_function(const game_dsl_json_t *name);

/** Names of them, by number. */
const char *game_dsl_compare_name(int op);
const char *game_dsl_arith_name(int op);
const char *game_dsl_function_name(int function);

#define GAME_DSL_FUNC_INT       0
#define GAME_DSL_FUNC_CLAMP     1
/** @return how many arguments a function takes */
int game_dsl_arity(int function);

typedef enum {
    GAME_DSL_FIELD_GAME, GAME_DSL_FIELD_TASK, GAME_DSL_FIELD_USER,
    GAME_DSL_FIELD_INPUT, GAME_DSL_FIELD_DATA, GAME_DSL_FIELD_POINTS,
    GAME_DSL_FIELD_CASE
} game_dsl_field_e;

/** A field path that is allowed. */
typedef struct game_dsl_path_t {
    game_dsl_field_e kind;
    unsigned input;             /**< GAME_INPUT_* of an INPUT */
    const char *key;            /**< of DATA; part of the path */
} game_dsl_path_t;

/** @return 1 and *found, or 0 when there is no such field */
int game_dsl_path(const char *path, game_dsl_path_t *found);

/** @return whether a text is one or more of A-Z a-z 0-9 _ */
int game_dsl_is_key(const char *text);

/** @return whether a text is 1..200 printable ASCII characters */
int game_dsl_is_case(const char *text);

#endif

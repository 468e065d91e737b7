/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The validator's walk through programs, rules, branches and statements.
 * Generated ids name the section and the else branch they stand in, so that
 * no two of them are the same.
 */
#include "validate.h"

#include <apr_strings.h>
#include <string.h>

GAME_DSL_CAUSE(bad_root, "DSL_ROOT_NOT_OBJECT", 0);
GAME_DSL_CAUSE(bad_type, "DSL_NODE_TYPE", 0);
GAME_DSL_CAUSE(not_object, "DSL_NODE_NOT_OBJECT", 0);
GAME_DSL_CAUSE(not_array, "DSL_NOT_ARRAY", 0);
GAME_DSL_CAUSE(empty_body, "DSL_EMPTY_BODY", 0);
GAME_DSL_CAUSE(missing_key, "DSL_MISSING_KEY", 0);
GAME_DSL_CAUSE(no_statement, "DSL_UNKNOWN_STATEMENT", 0);
GAME_DSL_CAUSE(other_node, "DSL_NOT_A_STATEMENT", 0);
GAME_DSL_CAUSE(bad_context, "DSL_STATEMENT_CONTEXT", 0);
GAME_DSL_CAUSE(bad_case, "DSL_CASE_NAME", 0);
GAME_DSL_CAUSE(empty_key, "DSL_KEY_EMPTY", 0);
GAME_DSL_CAUSE(long_key, "DSL_KEY_TOO_LONG", 1);
GAME_DSL_CAUSE(bad_key, "DSL_SET_DATA_KEY", 0);
GAME_DSL_CAUSE(bad_variables, "DSL_PARENT_VARIABLES_TYPE", 0);
GAME_DSL_CAUSE(bad_variable, "DSL_PARENT_VARIABLES_KEY", 0);
GAME_DSL_CAUSE(bad_override, "DSL_PARENT_VARIABLES_VALUE", 0);

#define VARIABLE_PREFIX "variable_"

/* ---- statements ---- */

static int check_value(game_dsl_check_t *check, const game_dsl_json_t *node,
                       const char *id, const game_dsl_place_t *place)
{
    game_dsl_place_t child = *place;

    child.parent = id;
    child.prefix = id;
    child.index = 0;
    child.depth = place->depth + 1;
    return game_dsl_check_expression(
        check, game_dsl_json_member(node, "value"), &child);
}

static int check_case(game_dsl_check_t *check, const game_dsl_json_t *node,
                      const char *id, const char *type)
{
    const char *name =
        game_dsl_json_text(game_dsl_json_member(node, "case_name"));

    if (!name || !game_dsl_is_case(name)) {
        return GAME_DSL_REFUSE(check, &bad_case, id, "%s.case_name must be "
                               "1-%d printable ASCII characters.", type,
                               GAME_DSL_MAX_CASE);
    }
    return 1;
}

static int check_key(game_dsl_check_t *check, const game_dsl_json_t *node,
                     const char *id, game_dsl_type_e type)
{
    const char *name = game_dsl_type(type)->name;
    const char *key = game_dsl_json_text(game_dsl_json_member(node, "key"));

    if (!key || !*key) {
        return GAME_DSL_REFUSE(check, &empty_key, id,
                               "%s.key must be a non-empty string.", name);
    }
    if (strlen(key) > GAME_DSL_MAX_KEY) {
        return GAME_DSL_REFUSE(check, &long_key, id,
                               "%s.key may have at most %d bytes.", name,
                               GAME_DSL_MAX_KEY);
    }
    if (type == GAME_DSL_T_SET_DATA && !game_dsl_is_key(key)) {
        return GAME_DSL_REFUSE(check, &bad_key, id, "set_data.key must match "
                               "[A-Za-z0-9_]+ so it is addressable via "
                               "'data.<key>' from the AST.");
    }
    return 1;
}

static int check_contents(game_dsl_check_t *check,
                          const game_dsl_json_t *node, game_dsl_type_e type,
                          const char *id, const game_dsl_place_t *place)
{
    switch (type) {
    case GAME_DSL_T_ASSIGN_POINTS:
        return check_value(check, node, id, place)
               && check_case(check, node, id, "assign_points");
    case GAME_DSL_T_SET_CALLBACK_DATA:
    case GAME_DSL_T_SET_DATA:
        return check_key(check, node, id, type)
               && check_value(check, node, id, place);
    case GAME_DSL_T_VETO:
        return check_case(check, node, id, "veto");
    case GAME_DSL_T_RETURN:
        return 1;
    default:
        return check_value(check, node, id, place);
    }
}

static int wrong_context(game_dsl_check_t *check, game_dsl_type_e type,
                         const char *id, unsigned context)
{
    static const unsigned sorted[] = {
        GAME_DSL_IN_DEFAULT, GAME_DSL_IN_POST, GAME_DSL_IN_PRE,
        GAME_DSL_IN_RULE
    };
    const char *list = "";
    apr_size_t i;

    for (i = 0; i < sizeof(sorted) / sizeof(sorted[0]); i++) {
        if (game_dsl_type(type)->contexts & sorted[i]) {
            list = apr_pstrcat(check->scratch, list, *list ? ", " : "", "'",
                               game_dsl_context_name(sorted[i]), "'", NULL);
        }
    }
    return GAME_DSL_REFUSE(check, &bad_context, id, "Statement '%s' is not "
                           "allowed inside '%s' section (allowed: [%s]).",
                           game_dsl_type(type)->name,
                           game_dsl_context_name(context), list);
}

static int not_statement(game_dsl_check_t *check, const game_dsl_json_t *node,
                         game_dsl_type_e type, const char *parent)
{
    if (type == GAME_DSL_T_NONE) {
        return GAME_DSL_REFUSE(check, &no_statement, parent,
                               "Unknown statement node type: '%s'.",
                               game_dsl_shown(check->pool,
                                   game_dsl_json_member(node, "type")));
    }
    return GAME_DSL_REFUSE(check, &other_node, parent, "Node type '%s' is not "
                           "a valid statement (expected one of: "
                           "assign_points, return, set_callback_data, "
                           "set_case_name, set_data, set_points, veto).",
                           game_dsl_type(type)->name);
}

static int check_statement(game_dsl_check_t *check, game_dsl_json_t *node,
                           const game_dsl_place_t *place)
{
    game_dsl_type_e type;
    const char *id;

    if (node->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &not_object, place->parent,
                               "Statement must be an object.");
    }
    type = game_dsl_type_of(node);
    if (!(game_dsl_type(type)->classes & GAME_DSL_IS_STMT)) {
        return not_statement(check, node, type, place->parent);
    }
    if (!game_dsl_check_id(check, node, place, game_dsl_type(type)->name,
                           &id)) {
        return 0;
    }
    if (!(game_dsl_type(type)->contexts & place->context)) {
        return wrong_context(check, type, id, place->context);
    }
    return game_dsl_check_enter(check, id, place->depth)
           && game_dsl_check_keys(check, node, id, game_dsl_type(type), NULL)
           && check_contents(check, node, type, id, place);
}

/* @param what how the message names the list */
static int check_body(game_dsl_check_t *check, const game_dsl_json_t *body,
                      const game_dsl_place_t *place, const char *what)
{
    game_dsl_place_t child = *place;

    if (!body || body->kind != GAME_DSL_LIST || !body->count) {
        return GAME_DSL_REFUSE(check, &empty_body, place->parent, "%s must "
                               "be a non-empty array of statements.", what);
    }
    for (child.index = 0; child.index < body->count; child.index++) {
        if (!check_statement(check, &body->as.items[child.index], &child)) {
            return 0;
        }
    }
    return 1;
}

/* ---- rules ---- */

/* @param inside place of what stands in the branch, but for its ids */
static int check_branch(game_dsl_check_t *check, game_dsl_json_t *branch,
                        const char *rule, const game_dsl_place_t *inside)
{
    static const char *const allowed[] = {"when", "then", NULL};
    game_dsl_place_t place = *inside;
    const char *what = apr_psprintf(check->scratch, "rule.else_if[%"
                                    APR_SIZE_T_FMT "]", inside->index);
    game_dsl_json_t *when;

    place.prefix = place.parent =
        apr_psprintf(check->scratch, "%s.else_if.%" APR_SIZE_T_FMT, rule,
                     inside->index);
    place.index = 0;
    if (!game_dsl_check_count(check, place.parent)) {
        return 0;
    }
    if (branch->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &not_object, rule,
                               "rule.else_if[*] must be objects.");
    }
    if (!game_dsl_check_extra(check, branch, place.parent, what, allowed,
                              NULL)) {
        return 0;
    }
    when = game_dsl_json_member(branch, "when");
    if (!when) {
        return GAME_DSL_REFUSE(check, &missing_key, place.parent,
                               "rule.else_if[*] missing required key "
                               "'when'.");
    }
    return game_dsl_check_condition(check, when, &place)
           && check_body(check, game_dsl_json_member(branch, "then"), &place,
                         "rule.else_if[*].then");
}

static int check_branches(game_dsl_check_t *check, game_dsl_json_t *node,
                          const char *id, const game_dsl_place_t *inside)
{
    const game_dsl_json_t *list = game_dsl_json_member(node, "else_if");
    game_dsl_place_t place = *inside;

    if (game_dsl_json_is_null(list)) {
        return 1;
    }
    if (list->kind != GAME_DSL_LIST) {
        return GAME_DSL_REFUSE(check, &not_array, id,
                               "rule.else_if must be an array.");
    }
    for (place.index = 0; place.index < list->count; place.index++) {
        if (!check_branch(check, &list->as.items[place.index], id, &place)) {
            return 0;
        }
    }
    return 1;
}

static int check_parts(game_dsl_check_t *check, game_dsl_json_t *node,
                       const char *id, const game_dsl_place_t *place)
{
    const game_dsl_json_t *otherwise = game_dsl_json_member(node, "else");
    game_dsl_place_t inside = *place;

    inside.parent = inside.prefix = id;
    inside.index = 0;
    inside.depth = place->depth + 1;
    if (!game_dsl_check_condition(check, game_dsl_json_member(node, "when"),
                                  &inside)
        || !check_body(check, game_dsl_json_member(node, "then"), &inside,
                       "rule.then")
        || !check_branches(check, node, id, &inside)) {
        return 0;
    }
    if (game_dsl_json_is_null(otherwise)) {
        return 1;
    }
    inside.prefix = apr_pstrcat(check->scratch, id, ".else", NULL);
    return check_body(check, otherwise, &inside, "rule.else");
}

static int check_node_type(game_dsl_check_t *check,
                           const game_dsl_json_t *node, const char *id,
                           game_dsl_type_e wanted)
{
    if (game_dsl_type_of(node) == wanted) {
        return 1;
    }
    return GAME_DSL_REFUSE(check, &bad_type, id,
                           "Expected node type '%s', got '%s'.",
                           game_dsl_type(wanted)->name,
                           game_dsl_shown(check->pool,
                               game_dsl_json_member(node, "type")));
}

static int check_rule(game_dsl_check_t *check, game_dsl_json_t *node,
                      const game_dsl_place_t *place)
{
    static const char *const optional[] = {"else_if", "else", NULL};
    const game_dsl_type_t *type = game_dsl_type(GAME_DSL_T_RULE);
    const char *id;

    if (node->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &not_object, place->parent,
                               "program.rules[*] must be objects.");
    }
    if (!game_dsl_check_id(check, node, place, type->name, &id)
        || !game_dsl_check_count(check, id)
        || !check_node_type(check, node, id, GAME_DSL_T_RULE)
        || !game_dsl_check_keys(check, node, id, type, optional)) {
        return 0;
    }
    return game_dsl_check_depth(check, id, place->depth)
           && check_parts(check, node, id, place);
}

/* @param name of the section, in the program */
static int check_section(game_dsl_check_t *check, const game_dsl_json_t *ast,
                         const char *id, const char *name, unsigned context)
{
    const game_dsl_json_t *list = game_dsl_json_member(ast, name);
    game_dsl_place_t place = {id, id, 0, 1, context};

    if (game_dsl_json_is_null(list) && context != GAME_DSL_IN_RULE) {
        return 1;
    }
    if (list->kind != GAME_DSL_LIST) {
        return GAME_DSL_REFUSE(check, &not_array, id,
                               "program.%s must be an array.", name);
    }
    if (context != GAME_DSL_IN_RULE) {
        place.prefix = apr_pstrcat(check->scratch, id, ".",
                                   game_dsl_context_name(context), NULL);
    }
    for (; place.index < list->count; place.index++) {
        if (!check_rule(check, &list->as.items[place.index], &place)) {
            return 0;
        }
    }
    return 1;
}

/* ---- the program ---- */

static int check_variables(game_dsl_check_t *check,
                           const game_dsl_json_t *ast, const char *id)
{
    const game_dsl_json_t *all = game_dsl_json_member(ast,
                                                      "parent_variables");
    const game_dsl_json_t *item;
    apr_size_t i;

    if (game_dsl_json_is_null(all)) {
        return 1;
    }
    if (all->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(check, &bad_variables, id,
                               "program.parent_variables must be an object.");
    }
    for (i = 0; i < all->count; i++) {
        item = &all->as.items[i];
        if (strncmp(item->name, VARIABLE_PREFIX, strlen(VARIABLE_PREFIX))) {
            return GAME_DSL_REFUSE(check, &bad_variable, id,
                                   "program.parent_variables key '%s' must "
                                   "be a string starting with 'variable_'.",
                                   game_dsl_cut(check->scratch, item->name));
        }
        if (item->kind == GAME_DSL_LIST || item->kind == GAME_DSL_OBJECT) {
            return GAME_DSL_REFUSE(check, &bad_override, id,
                                   "program.parent_variables['%s'] must be "
                                   "a JSON scalar (string, number, boolean, "
                                   "or null).",
                                   game_dsl_cut(check->scratch, item->name));
        }
        if (!game_dsl_check_scalar(check, item, id)) {
            return 0;
        }
    }
    return 1;
}

static int check_default(game_dsl_check_t *check, const game_dsl_json_t *ast,
                         const char *id)
{
    game_dsl_json_t *statement = game_dsl_json_member(ast, "default");
    game_dsl_place_t place = {id, id, 0, 1, GAME_DSL_IN_DEFAULT};

    return game_dsl_json_is_null(statement)
           || check_statement(check, statement, &place);
}

int game_dsl_validate(apr_pool_t *pool, apr_pool_t *scratch,
                      game_dsl_json_t *ast, const game_dsl_limits_t *limits,
                      int *count, game_dsl_fault_t *fault)
{
    static const char *const optional[] = {
        "default", "pre_rules", "post_rules", "parent_variables", NULL
    };
    const game_dsl_type_t *type = game_dsl_type(GAME_DSL_T_PROGRAM);
    game_dsl_check_t check = {pool, scratch, limits, fault, 0};
    game_dsl_place_t root = {NULL, "p", 0, 0, 0};
    const char *id;
    int valid;

    if (ast->kind != GAME_DSL_OBJECT) {
        return GAME_DSL_REFUSE(&check, &bad_root, NULL,
                               "AST root must be an object.");
    }
    valid = game_dsl_check_id(&check, ast, &root, type->name, &id)
            && game_dsl_check_count(&check, id)
            && check_node_type(&check, ast, id, GAME_DSL_T_PROGRAM)
            && game_dsl_check_keys(&check, ast, id, type, optional)
            && check_section(&check, ast, id, "rules", GAME_DSL_IN_RULE)
            && check_section(&check, ast, id, "pre_rules", GAME_DSL_IN_PRE)
            && check_section(&check, ast, id, "post_rules", GAME_DSL_IN_POST)
            && check_variables(&check, ast, id)
            && check_default(&check, ast, id);
    *count = check.count;
    return valid;
}

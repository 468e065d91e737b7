/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the validator asks of every node: id, count, depth, members.
 */
#include "validate.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Strange members that a message lists. */
#define LISTED          50
/* A jsonb column gives reals from here on back as whole numbers. */
#define EXACT_REAL      1e16

GAME_DSL_CAUSE(bad_id, "DSL_NODE_ID", 1);
GAME_DSL_CAUSE(too_many, "DSL_MAX_NODES", 0);
GAME_DSL_CAUSE(too_deep, "DSL_MAX_DEPTH", 0);
GAME_DSL_CAUSE(missing_key, "DSL_MISSING_KEY", 0);
GAME_DSL_CAUSE(extra_keys, "DSL_UNEXPECTED_KEYS", 0);
GAME_DSL_CAUSE(long_text, "DSL_TEXT_TOO_LONG", 1);
GAME_DSL_CAUSE(inexact, "DSL_NUMBER_NOT_EXACT", 1);

static int is_id(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";
    apr_size_t len = strspn(text, allowed);

    return len && len <= GAME_DSL_MAX_ID && !text[len];
}

/* An id that we made ourselves may be longer than one of the author's, and
 * comes back when a stored program is checked again. */
int game_dsl_check_id(game_dsl_check_t *check, game_dsl_json_t *node,
                      const game_dsl_place_t *place, const char *type,
                      const char **id)
{
    const char *own = game_dsl_json_text(game_dsl_json_member(node, "id"));
    const char *made = apr_psprintf(check->scratch, "%s.%s.%"
                                    APR_SIZE_T_FMT, place->prefix, type,
                                    place->index);

    *id = own && *own ? own : made;
    if (*id == made) {
        game_dsl_json_set_id(node, made);
    }
    else if (strcmp(own, made) && !is_id(own)) {
        return GAME_DSL_REFUSE(check, &bad_id, made, "Node id must be 1-%d "
                               "characters of [A-Za-z0-9_.:-].",
                               GAME_DSL_MAX_ID);
    }
    return 1;
}

int game_dsl_check_count(game_dsl_check_t *check, const char *id)
{
    if (++check->count > check->limits->max_nodes) {
        return GAME_DSL_REFUSE(check, &too_many, id, "AST exceeds the "
                               "maximum allowed node count (%d).",
                               check->limits->max_nodes);
    }
    return 1;
}

int game_dsl_check_depth(game_dsl_check_t *check, const char *id, int depth)
{
    if (depth > check->limits->max_depth) {
        return GAME_DSL_REFUSE(check, &too_deep, id, "AST nesting depth "
                               "exceeds the maximum allowed (%d).",
                               check->limits->max_depth);
    }
    return 1;
}

int game_dsl_check_enter(game_dsl_check_t *check, const char *id, int depth)
{
    return game_dsl_check_count(check, id)
           && game_dsl_check_depth(check, id, depth);
}

/* ---- members ---- */

static int is_listed(const char *const *names, const char *name)
{
    for (; names && *names; names++) {
        if (!strcmp(*names, name)) {
            return 1;
        }
    }
    return 0;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

int game_dsl_check_extra(game_dsl_check_t *check, const game_dsl_json_t *node,
                         const char *id, const char *what,
                         const char *const *required,
                         const char *const *optional)
{
    apr_array_header_t *extra = NULL;
    const char *list = "";
    const char *name;
    apr_size_t i;
    int k;

    for (i = 0; i < node->count; i++) {
        name = node->as.items[i].name;
        if (strcmp(name, "id") && !is_listed(required, name)
            && !is_listed(optional, name)) {
            extra = extra ? extra : apr_array_make(check->scratch, 4,
                                                   sizeof(char *));
            APR_ARRAY_PUSH(extra, const char *) = name;
        }
    }
    if (!extra) {
        return 1;
    }
    qsort(extra->elts, (size_t)extra->nelts, sizeof(char *), by_text);
    for (k = 0; k < extra->nelts && k < LISTED; k++) {
        list = apr_psprintf(check->scratch, "%s%s'%s'", list, k ? ", " : "",
                            game_dsl_cut(check->scratch,
                                APR_ARRAY_IDX(extra, k, const char *)));
    }
    return GAME_DSL_REFUSE(check, &extra_keys, id,
                           "%s has unexpected keys: [%s].", what, list);
}

int game_dsl_check_keys(game_dsl_check_t *check, const game_dsl_json_t *node,
                        const char *id, const game_dsl_type_t *type,
                        const char *const *optional)
{
    const char *allowed[8] = {"type"};
    int i;

    for (i = 0; type->keys[i]; i++) {
        if (!game_dsl_json_member(node, type->keys[i])) {
            return GAME_DSL_REFUSE(check, &missing_key, id,
                                   "Node '%s' missing required key '%s'.",
                                   type->name, type->keys[i]);
        }
        allowed[i + 1] = type->keys[i];
    }
    return game_dsl_check_extra(check, node, id,
                                apr_psprintf(check->scratch, "Node '%s'",
                                             type->name),
                                allowed, optional);
}

int game_dsl_check_scalar(game_dsl_check_t *check,
                          const game_dsl_json_t *value, const char *id)
{
    if (value->kind == GAME_DSL_TEXT
        && strlen(value->as.text) > GAME_DSL_MAX_TEXT) {
        return GAME_DSL_REFUSE(check, &long_text, id, "Texts may have at "
                               "most %d bytes.", GAME_DSL_MAX_TEXT);
    }
    if (value->kind == GAME_DSL_REAL
        && !(fabs(value->as.real) < EXACT_REAL)) {
        return GAME_DSL_REFUSE(check, &inexact, id, "Numbers with a fraction "
                               "or exponent must be below 1e16, so that they "
                               "are stored exactly.");
    }
    return 1;
}

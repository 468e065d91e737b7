/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file schema.h
 * Bodies and queries are described by tables; one validator walks a table
 * and reports every fault at once as the 422 envelope of http-api.md 2.5.3.
 * Accepted values are brought to one form in place (2.5.5): "1" -> 1 for an
 * integer, "yes" -> true, a UUID in lower case with hyphens.
 */
#ifndef GAME_SCHEMA_H
#define GAME_SCHEMA_H

#include "error.h"
#include "json.h"

typedef enum {
    GAME_STRING,                /**< min, max: characters; 0 max: no bound */
    GAME_INT,                   /**< min, max: values, when GAME_BOUNDED */
    GAME_BOOL,
    GAME_UUID,
    GAME_DICT,                  /**< object, members unchecked */
    GAME_SCALAR,                /**< string, integer, float or boolean */
    GAME_SCALAR_OR_DICT,
    GAME_MODEL,                 /**< object described by item */
    GAME_LIST,                  /**< of item models; max: elements */
    GAME_STRING_LIST,           /**< of strings; max: elements */
    GAME_PAGE_SIZE,             /**< integer >= 0 or the word "all" */
    /* of answers alone: no validator knows them */
    GAME_REAL,
    GAME_TIME,                  /**< as RFC 3339 writes it */
    GAME_ANY                    /**< any JSON */
} game_field_e;

#define GAME_REQUIRED 1         /**< absent: "missing" */
#define GAME_NULLABLE 2         /**< JSON null is accepted */
#define GAME_BOUNDED  4         /**< min and max hold for a GAME_INT */
#define GAME_OPTIONAL 8         /**< of an answer: not always there */
#define GAME_INSTANT  16        /**< a GAME_STRING that instant.h reads */

typedef struct game_field_t {
    const char *name;           /**< NULL ends a list */
    game_field_e type;
    int flags;
    apr_int64_t min, max;
    const char *pattern;        /**< of a GAME_STRING: PCRE, or NULL */
    const char *const *choices; /**< of a GAME_STRING: the words; or NULL */
    const struct game_schema_t *item;
    const char *fallback;       /**< default, as JSON; or NULL */
    const char *about;          /**< one sentence for the API document */
} game_field_t;

typedef struct game_schema_t {
    const char *name;           /**< in the API document; NULL: written
                                     where it is used */
    const game_field_t *fields; /**< in the order of 422 items; NULL: an
                                     object of any members */
    const game_field_t *top;    /**< a body or answer that is no object: its
                                     one field (a list); else NULL */
} game_schema_t;

typedef struct game_check_t game_check_t;

/** Start a collection of faults. */
game_check_t *game_check_make(apr_pool_t *pool);

/** Add one fault. @param loc JSON of the loc list, e.g. ["path","gameId"]
 *  @param input JSON of the input; @param ctx JSON object or NULL */
void game_check_add(game_check_t *check, const char *type, const char *loc,
                    const char *msg, const char *input, const char *ctx);

/**
 * Validate a body.
 * @param body NULL when there was none; *body is replaced where needed
 */
void game_check_body(game_check_t *check, const game_schema_t *schema,
                     game_json_t *body);

/** Validate query parameters: an object of strings, brought to the types of
 *  the table; absent ones get their fallback. */
void game_check_query(game_check_t *check, const game_schema_t *schema,
                      game_json_t *query);

/** @return NULL when nothing was wrong, else the 422 */
game_error_t *game_check_error(game_check_t *check);

#endif

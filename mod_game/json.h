/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file json.h
 * JSON bound to pools: reading through jansson (only json*.c see it) and a
 * writer that keeps the wire's number forms (reals always with a fraction,
 * shortest form that reads back the same; no white space).
 */
#ifndef GAME_JSON_H
#define GAME_JSON_H

#include <apr_pools.h>

typedef struct json_t game_json_t;

typedef enum {
    GAME_JSON_NULL, GAME_JSON_BOOL, GAME_JSON_INT, GAME_JSON_REAL,
    GAME_JSON_STRING, GAME_JSON_ARRAY, GAME_JSON_OBJECT
} game_json_e;

/** Why a text is no JSON. */
typedef struct game_json_fault_t {
    const char *reason;         /**< for ctx.error */
    apr_size_t offset;          /**< characters from the start */
    int undecodable;            /**< bad UTF-8 or too deep: 400, not 422 */
    int too_deep;               /**< of these two that one */
    int overflow;               /**< a number is too large */
} game_json_fault_t;

/**
 * Parse a text (any JSON value at the top; the last of two members of one
 * name wins; a byte order mark is skipped).
 * @param depth deepest nesting accepted
 * @param pool  the value lives as long as this pool
 * @return the value, or NULL and *fault
 */
game_json_t *game_json_parse(apr_pool_t *pool, const char *text,
                             apr_size_t len, int depth,
                             game_json_fault_t *fault);

/** As game_json_parse, but whole numbers may have more than 64 bits: those are
 *  reals. What Postgres keeps as jsonb comes back so, whatever it was: it
 *  writes 1e30 with all of its digits. */
game_json_t *game_json_parse_wide(apr_pool_t *pool, const char *text,
                                  apr_size_t len, int depth,
                                  game_json_fault_t *fault);

game_json_e game_json_kind(const game_json_t *value);
/** @return a member, or NULL when absent or when it is no object */
game_json_t *game_json_member(const game_json_t *object, const char *name);
/** @return the text of a string, or NULL when it is none (NULL is allowed) */
const char *game_json_string(const game_json_t *value);
/** @return a whole number, or 0 when it is none */
apr_int64_t game_json_int(const game_json_t *value);
/** @return a number as a double, or 0 when it is none */
double game_json_real(const game_json_t *value);
/** @return whether it is true */
int game_json_true(const game_json_t *value);
/** @return whether a value is absent (NULL) or JSON null */
int game_json_is_null(const game_json_t *value);

apr_size_t game_json_size(const game_json_t *array);
game_json_t *game_json_at(const game_json_t *array, apr_size_t index);

/** Walk an object's members in order: *name is NULL before the first.
 *  @return the next value, or NULL after the last */
game_json_t *game_json_next(const game_json_t *object, const char **name);

/** Make values; they live as long as pool. */
game_json_t *game_json_new_object(apr_pool_t *pool);
game_json_t *game_json_new_string(apr_pool_t *pool, const char *text);
game_json_t *game_json_new_int(apr_pool_t *pool, apr_int64_t number);
game_json_t *game_json_new_bool(apr_pool_t *pool, int flag);
/** Set a member (the value stays the caller's as well). */
void game_json_set(game_json_t *object, const char *name,
                   game_json_t *value);
/** Replace an element of a list. */
void game_json_set_at(game_json_t *array, apr_size_t index,
                      game_json_t *value);

/* json_make.c: more of them, for documents that are built and changed */
game_json_t *game_json_new_real(apr_pool_t *pool, double number);
game_json_t *game_json_new_null(apr_pool_t *pool);
game_json_t *game_json_new_array(apr_pool_t *pool);
/** @return a deep copy, members in their order */
game_json_t *game_json_copy(apr_pool_t *pool, const game_json_t *value);
/** Append to a list. */
void game_json_append(game_json_t *array, game_json_t *value);
/** Remove a member, if it is there. */
void game_json_remove(game_json_t *object, const char *name);
/** Set a member to a text; NULL does nothing. */
void game_json_set_string(apr_pool_t *pool, game_json_t *object,
                          const char *name, const char *text);
/** @return the text of a member that is one and not empty; else NULL */
const char *game_json_member_text(const game_json_t *object,
                                  const char *name);
/** @return number of members of an object; 0 when it is none */
apr_size_t game_json_members(const game_json_t *object);
/** @return whether two values are equal: kind and value, members in any
 *  order; a whole number is no real */
int game_json_equal(const game_json_t *left, const game_json_t *right);
/** Whether it is there and of a kind; NULL is of none. */
int game_json_is(const game_json_t *value, game_json_e kind);
/** @return whether it is a number of either kind */
int game_json_is_number(const game_json_t *value);

/** @return compact text of a value, members in their order */
const char *game_json_text(apr_pool_t *pool, const game_json_t *value);
/** @return compact text with members sorted bytewise: for digests */
const char *game_json_canonical(apr_pool_t *pool, const game_json_t *value);

/** How a value is written where the two above are not what is wanted. */
typedef struct game_json_form_t {
    /** Order of two members' names (const char *const *), for qsort; NULL:
     *  as they are */
    int (*order)(const void *left, const void *right);
    /** Text of any number, whole ones too; NULL: as on the wire */
    const char *(*number)(apr_pool_t *pool, double number);
    int indent;                 /**< blanks a level; 0: all in one line */
} game_json_form_t;

/** @return text of a value in a form; NULL is written as null */
const char *game_json_form_text(apr_pool_t *pool, const game_json_t *value,
                                const game_json_form_t *form);

/** Seed jansson's hashing; once, before threads. */
void game_json_setup_post_config(void);

/* ---- writing ---- */

typedef struct game_jw_t game_jw_t;

/** A writer; name is NULL inside a list and at the top. */
game_jw_t *game_jw_make(apr_pool_t *pool);
/** @return the pool that it writes in */
apr_pool_t *game_jw_pool(const game_jw_t *jw);
void game_jw_object(game_jw_t *jw, const char *name);
void game_jw_array(game_jw_t *jw, const char *name);
/** End the innermost object or list. */
void game_jw_end(game_jw_t *jw);
/** A NULL text is written as null. */
void game_jw_string(game_jw_t *jw, const char *name, const char *text);
void game_jw_int(game_jw_t *jw, const char *name, apr_int64_t number);
void game_jw_real(game_jw_t *jw, const char *name, double number);
void game_jw_bool(game_jw_t *jw, const char *name, int flag);
void game_jw_null(game_jw_t *jw, const char *name);
/** JSON text as it is, but for white space outside strings; NULL: null. */
void game_jw_raw(game_jw_t *jw, const char *name, const char *json);
void game_jw_value(game_jw_t *jw, const char *name,
                   const game_json_t *value);
/** @return the text, ended by NUL; *len may be NULL */
const char *game_jw_text(game_jw_t *jw, apr_size_t *len);

/** @return a real in the wire's form, in pool ("100.0", "1e+17") */
const char *game_json_real_text(apr_pool_t *pool, double number);

#define GAME_JSON_DIGITS_SIZE 40

/** The shortest digits that read back as the same number.
 *  @param out "d.dde-05", as %e prints; "inf" or "nan" when it is none
 *  @return number of digits */
int game_json_digits(double number, char out[GAME_JSON_DIGITS_SIZE]);

#endif

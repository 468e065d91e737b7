/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file strategies_custom_int.h
 * What the files of custom strategies share: a definition's row, and how an
 * answer shows it.
 */
#ifndef GAME_API_STRATEGIES_CUSTOM_INT_H
#define GAME_API_STRATEGIES_CUSTOM_INT_H

#include "../db.h"
#include "../request.h"

/** A row of game.strategy_views. */
typedef struct game_custom_t {
    const char *id, *realm, *name, *description, *type, *parent;
    const char *ast;            /**< JSON text, or NULL */
    const char *xml;
    int version;
    const char *status;
    const char *created_by;
    apr_time_t created_at, updated_at;
    apr_time_t published_at;    /**< 0: never */
    const char *tag;
    const char *seen;           /**< updated_at, ready to be bound */
} game_custom_t;

/** Nesting of a stored program's JSON: what was accepted once is read. */
#define GAME_CUSTOM_DEPTH 1000

/** Columns before the view's in the answer of a change. */
enum { CUSTOM_OUTCOME, CUSTOM_NOTE, CUSTOM_GAMES, CUSTOM_VIEW };

/** @return a definition, from a column on */
game_custom_t game_custom_of(const game_rows_t *rows, int row, int column);

/** Write a definition as an element or as the whole answer. */
void game_custom_write(game_jw_t *jw, const game_custom_t *custom);

/** Answer one definition. */
game_error_t *game_custom_answer(game_req_t *req, int status,
                                 const game_custom_t *custom);

/** @return 404 "Custom strategy not found: <id>" */
game_error_t *game_custom_missing(game_req_t *req, const char *id);

/**
 * Bring an id of the path or query to the normal form of a UUID.
 * @return NULL, or the 404: no such text names a strategy
 */
game_error_t *game_custom_id(game_req_t *req, const char *id,
                             const char **uuid);

/** Read a definition of the caller's realm. @return NULL, 404 or 503 */
game_error_t *game_custom_read(game_req_t *req, const char *id,
                               game_custom_t *custom);

#endif

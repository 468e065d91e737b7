/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file exports_int.h
 * Inside exports: data sets, the way out to the client, and the forms of
 * files. Memory does not grow with the rows: cells live in a pool that is
 * cleared with each page, bytes in one buffer.
 */
#ifndef GAME_EXPORTS_INT_H
#define GAME_EXPORTS_INT_H

#include "../db.h"
#include "../request.h"

/** What a column holds, as the database writes it. */
typedef enum {
    GAME_EXPORT_ID,             /**< text of our own making */
    GAME_EXPORT_TEXT,           /**< text that others chose */
    GAME_EXPORT_INT,
    GAME_EXPORT_REAL,
    GAME_EXPORT_TIME,           /**< microseconds since 1970 */
    GAME_EXPORT_JSON
} game_export_kind_e;

typedef struct game_export_column_t {
    const char *name;           /**< NULL ends a list */
    game_export_kind_e kind;
    int cell;                   /**< its column in the statement's rows */
} game_export_column_t;

/** A data set. */
typedef struct game_export_set_t {
    const char *name;           /**< "user-points" */
    game_sql_e page;            /**< the statement of a page */
    int named;                  /**< it takes a game's and a task's name */
    const game_export_column_t *columns;
} game_export_set_t;

/** The way out: one buffer, passed on and flushed when it is full, so that
 *  a slow client holds the export back. */
typedef struct game_export_sink_t {
    request_rec *r;
    apr_bucket_brigade *bb;
    char *bytes;
    apr_size_t len;
    int passed;                 /**< something, since the last page */
    int gone;                   /**< the client is */
} game_export_sink_t;

typedef struct game_export_t game_export_t;

/** A form of files. The functions return NULL, or why it failed. */
typedef struct game_export_form_t {
    const char *name;           /**< also the file name's ending */
    const char *type;           /**< Content-Type */
    apr_int64_t rows_max;       /**< 0: any number */
    game_error_t *(*begin)(game_export_t *export);
    /** @param cells of a row of the statement; NULL is SQL NULL
     *  @param pool  cleared after the page */
    game_error_t *(*row)(game_export_t *export, const char *const *cells,
                         apr_pool_t *pool);
    game_error_t *(*end)(game_export_t *export);
    int late;                   /**< nothing goes out before the end */
} game_export_form_t;

extern const game_export_form_t game_export_csv;
extern const game_export_form_t game_export_json;
extern const game_export_form_t game_export_xlsx;

/** An export under way. */
struct game_export_t {
    game_req_t *req;
    const game_export_set_t *set;
    const game_export_form_t *form;
    const char *from;           /**< microseconds, or NULL */
    const char *until;          /**< microseconds, excluded; or NULL */
    const char *from_text, *until_text; /**< as the record shows them */
    const char *game, *task;    /**< names, or NULL */
    apr_int64_t limit;
    apr_int64_t rows;           /**< that were written */
    const char *id;             /**< of its record */
    apr_time_t seen;            /**< when that was last told */
    game_export_sink_t sink;
    void *state;                /**< the form's own */
};

/** Put bytes on their way. */
void game_export_put(game_export_t *export, const char *bytes,
                     apr_size_t len);

/** Pass on what waits in the buffer, and wait until it is sent. */
void game_export_flush(game_export_t *export);

/** Answer's headers, before the first byte. */
void game_export_headers(game_export_t *export);

/** Put a text as a JSON string, all of it ASCII. */
void game_export_put_string(game_export_t *export, const char *text);

/** JSON text without white space outside strings, all of it ASCII. */
const char *game_export_compact(const char *json, apr_pool_t *pool);

/** Run it: record, pages, answer. @return NULL, or an error while nothing
 *  of the answer is out */
game_error_t *game_export_run(game_export_t *export);

#endif

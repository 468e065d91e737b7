/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file page.h
 * Pages of lists (http-api.md 4.1): the query members ordering, page and
 * page_size, and the search_options of the answer.
 */
#ifndef GAME_API_PAGE_H
#define GAME_API_PAGE_H

#include "../db.h"
#include "../request.h"

/** Default page sizes, as the schemas' fallbacks have them. */
#define GAME_PAGE_DEFAULT 10
#define GAME_PAGE_KEYS 100

/** Fields of a list's query schema. */
#define GAME_PAGE_FIELD \
    { "page", GAME_INT, GAME_BOUNDED, 1, 0, NULL, NULL, NULL, "1", \
      "Number of the page, from 1." }
#define GAME_PAGE_SIZE_FIELD(fallback) \
    { "page_size", GAME_PAGE_SIZE, 0, 0, 0, NULL, NULL, NULL, fallback, \
      "Items a page, 0 for none, or the word all for no limit." }
#define GAME_NEWEST_FIELD(names, first) \
    { "ordering", GAME_STRING, 0, 0, 0, NULL, names, NULL, \
      "\"" first "\"", "What to order by; a minus in front reverses it." }
#define GAME_ORDERING_FIELD(names) GAME_NEWEST_FIELD(names, "-id")

/** What a caller asked for. */
typedef struct game_page_t {
    const char *ordering;       /**< or NULL when the list has no such */
    apr_int64_t number;
    apr_int64_t size;           /**< -1: all */
    const char *limit;          /**< ready to be bound; NULL: no limit */
    const char *offset;         /**< ready to be bound */
} game_page_t;

/**
 * Read the page from the checked query.
 * @param fallback the schema's default size; a location whose
 *                 GamePageSizeMax is below it serves that instead
 * @return NULL, or 422 for a size above GamePageSizeMax
 */
game_error_t *game_page_read(const game_req_t *req, int fallback,
                             game_page_t *page);

/** Write member search_options. */
void game_page_write(game_jw_t *jw, const game_page_t *page,
                     apr_int64_t total);

/**
 * Answer a page whose items the database made.
 * @param rows the number of all items, and an item as JSON; a row at least,
 *             of an empty page with NULL for the item
 * @return NULL
 */
game_error_t *game_page_send(game_req_t *req, const game_page_t *page,
                               const game_rows_t *rows);

#endif

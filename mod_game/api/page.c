/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Pages of lists. Forms and bounds that a table can say are the schema's;
 * here is what depends on the location, and the arithmetic.
 */

#include "page.h"

#include <apr_strings.h>

#include "../response.h"
#include "../schema.h"

static game_error_t *too_large(const game_req_t *req, apr_int64_t size,
                               int max)
{
    game_check_t *check = game_check_make(req->pool);

    game_check_add(check, "less_than_equal", "[\"query\",\"page_size\"]",
                   apr_psprintf(req->pool, "Input should be less than or "
                                "equal to %d", max),
                   apr_psprintf(req->pool, "\"%" APR_INT64_T_FMT "\"", size),
                   apr_psprintf(req->pool, "{\"le\":%d}", max));
    return game_check_error(check);
}

game_error_t *game_page_read(const game_req_t *req, int fallback,
                             game_page_t *page)
{
    const game_json_t *size = game_json_member(req->query, "page_size");
    int max = game_conf_page_max(req->dir);
    apr_int64_t skip;

    page->ordering = game_json_string(game_json_member(req->query,
                                                       "ordering"));
    page->number = game_json_int(game_json_member(req->query, "page"));
    page->limit = NULL;
    page->offset = "0";
    if (game_json_string(size)) {
        page->size = -1;
        return NULL;
    }
    page->size = game_json_int(size);
    if (page->size > max) {
        if (page->size != fallback) {
            return too_large(req, page->size, max);
        }
        page->size = max;
    }
    page->limit = game_bind_int(req->pool, page->size);
    skip = page->number - 1;
    if (page->size > 0 && skip > APR_INT64_MAX / page->size) {
        skip = APR_INT64_MAX;
    }
    else {
        skip *= page->size;
    }
    page->offset = game_bind_int(req->pool, skip);
    return NULL;
}

void game_page_write(game_jw_t *jw, const game_page_t *page,
                     apr_int64_t total)
{
    game_jw_object(jw, "search_options");
    game_jw_string(jw, "ordering", page->ordering);
    game_jw_int(jw, "page", page->number);
    if (page->size < 0) {
        game_jw_string(jw, "page_size", "all");
    }
    else {
        game_jw_int(jw, "page_size", page->size);
    }
    game_jw_int(jw, "total_count", total);
    game_jw_end(jw);
}

game_error_t *game_page_send(game_req_t *req, const game_page_t *page,
                               const game_rows_t *rows)
{
    game_jw_t *jw = game_jw_make(req->pool);
    int i;

    game_jw_object(jw, NULL);
    game_jw_array(jw, "items");
    for (i = 0; i < rows->count && game_cell(rows, i, 1); i++) {
        game_jw_raw(jw, NULL, game_cell(rows, i, 1));
    }
    game_jw_end(jw);
    game_page_write(jw, page, game_cell_int(rows, 0, 0));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

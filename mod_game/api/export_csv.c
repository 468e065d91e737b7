/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Exports as CSV: a head line, CRLF, quotes where a cell has a comma, a quote
 * or a line end.
 *
 * A spreadsheet takes a cell that begins with = + - @ or a control character
 * for a formula. Text that others chose gets an apostrophe before such a
 * beginning; numbers, times and ids are left alone.
 */

#include "exports_int.h"

#include <stdlib.h>
#include <string.h>

static void put(game_export_t *export, const char *text)
{
    game_export_put(export, text, strlen(text));
}

static void put_cell(game_export_t *export, const char *text, int guarded)
{
    const char *quote, *guard = guarded && *text
                                && strchr("=+-@\t\r\n", *text) ? "'" : "";

    if (!strpbrk(text, ",\"\r\n")) {
        put(export, guard);
        put(export, text);
        return;
    }
    put(export, "\"");
    put(export, guard);
    while ((quote = strchr(text, '"')) != NULL) {
        game_export_put(export, text, (apr_size_t)(quote + 1 - text));
        put(export, "\"");
        text = quote + 1;
    }
    put(export, text);
    put(export, "\"");
}

static game_error_t *begin(game_export_t *export)
{
    const game_export_column_t *column = export->set->columns;

    for (; column->name; column++) {
        put(export, column == export->set->columns ? "" : ",");
        put(export, column->name);
    }
    put(export, "\r\n");
    return NULL;
}

static game_error_t *row(game_export_t *export, const char *const *cells,
                         apr_pool_t *pool)
{
    const game_export_column_t *column = export->set->columns;

    for (; column->name; column++) {
        const char *text = cells[column->cell];

        put(export, column == export->set->columns ? "" : ",");
        if (!text) {
            continue;
        }
        if (column->kind == GAME_EXPORT_REAL) {
            text = game_json_real_text(pool, strtod(text, NULL));
        }
        else if (column->kind == GAME_EXPORT_JSON) {
            text = game_export_compact(text, pool);
        }
        put_cell(export, text, column->kind == GAME_EXPORT_TEXT
                               || column->kind == GAME_EXPORT_JSON);
    }
    put(export, "\r\n");
    return NULL;
}

static game_error_t *end(game_export_t *export)
{
    (void)export;
    return NULL;
}

const game_export_form_t game_export_csv = {
    "csv", "text/csv; charset=utf-8", 0, begin, row, end, 0
};

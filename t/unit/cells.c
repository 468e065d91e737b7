/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * In place of db.c: the cells of a result.
 */
#include "db.h"

#include <apr_strings.h>
#include <stdlib.h>

const char *game_cell(const game_rows_t *rows, int row, int column)
{
    return rows->cells[row * rows->columns + column];
}

apr_int64_t game_cell_int(const game_rows_t *rows, int row, int column)
{
    const char *text = game_cell(rows, row, column);

    return text ? apr_strtoi64(text, NULL, 10) : 0;
}

double game_cell_real(const game_rows_t *rows, int row, int column)
{
    const char *text = game_cell(rows, row, column);

    return text ? strtod(text, NULL) : 0;
}

int game_cell_true(const game_rows_t *rows, int row, int column)
{
    const char *text = game_cell(rows, row, column);

    return text && *text == 't';
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Exports as a workbook of one sheet, by libxlsxwriter, which keeps one row
 * in memory and the others in a file. A workbook has its directory at its
 * end, so the whole of it is made before the client gets the first byte.
 *
 * Its files have no names: they are gone with the process that made them,
 * however that ends. Texts are cells of type text, which no spreadsheet takes
 * for formulas, and stay as they are; what a cell cannot hold is cut.
 */

#include "exports_int.h"

#include <stdlib.h>
#include <string.h>

#include <xlsxwriter.h>

#include <http_protocol.h>

#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_portable.h>
#include <apr_strings.h>

#define SHEET_ROWS 1048576
#define CELL_MAX 32767          /* characters as UTF-16 counts them */
#define EXACT APR_INT64_C(9007199254740992)     /* 2^53 */
#define PIECE (1024 * 1024)

typedef struct sheet_t {
    lxw_workbook *book;         /* NULL once closed */
    lxw_worksheet *sheet;
    apr_file_t *file;           /* of the workbook, without a name */
} sheet_t;

static game_error_t *failed(game_export_t *export, const char *what)
{
    return game_error_internal(export->req->pool, "export: %s", what);
}

/* A workbook that was not closed frees its memory and files in closing; what
 * that writes goes to the file without a name. */
static apr_status_t discard(void *data)
{
    sheet_t *own = data;

    if (own->book) {
        workbook_close(own->book);
        own->book = NULL;
    }
    return APR_SUCCESS;
}

static game_error_t *begin(game_export_t *export)
{
    apr_pool_t *pool = export->req->pool;
    const game_export_column_t *column;
    const char *dir = game_conf_export_dir(export->req->server), *path;
    lxw_workbook_options options = { 0 };
    sheet_t *own = apr_pcalloc(pool, sizeof(*own));
    lxw_col_t at = 0;
    apr_os_file_t fd;
    char *name;

    if (!dir && apr_temp_dir_get(&dir, pool) != APR_SUCCESS) {
        return failed(export, "there is no directory for temporary files");
    }
    name = apr_pstrcat(pool, dir, "/game-export.XXXXXX", NULL);
    if (apr_file_mktemp(&own->file, name, APR_FOPEN_CREATE | APR_FOPEN_READ
                        | APR_FOPEN_WRITE | APR_FOPEN_EXCL, pool)
        != APR_SUCCESS) {
        return failed(export, apr_pstrcat(pool, "no file can be made in ",
                                          dir, NULL));
    }
    apr_file_remove(name, pool);
    apr_os_file_get(&fd, own->file);
    path = apr_psprintf(pool, "/proc/self/fd/%d", fd);
    options.constant_memory = LXW_TRUE;
    options.use_zip64 = LXW_TRUE;
    options.tmpdir = (char *)dir;
    own->book = workbook_new_opt(path, &options);
    export->state = own;
    apr_pool_cleanup_register(pool, own, discard, apr_pool_cleanup_null);
    own->sheet = own->book ? workbook_add_worksheet(own->book, "export")
                           : NULL;
    if (!own->sheet) {
        return failed(export, "no workbook can be made");
    }
    for (column = export->set->columns; column->name; column++) {
        worksheet_write_string(own->sheet, 0, at++, column->name, NULL);
    }
    return NULL;
}

/* "_x0041_" means a character to readers, as libxlsxwriter writes control
 * characters: a text that has such a word needs its underscore so written. */
static int is_escape(const unsigned char *at)
{
    return at[0] == '_' && at[1] == 'x' && apr_isxdigit(at[2])
        && apr_isxdigit(at[3]) && apr_isxdigit(at[4])
        && apr_isxdigit(at[5]) && at[6] == '_';
}

/* What one cell holds. What XML cannot say is left out. */
static const char *fit(const char *text, apr_pool_t *pool)
{
    const unsigned char *at = (const unsigned char *)text;
    apr_size_t size = strlen(text) + 1;
    char *fitted, *out;
    int units = 0;

    for (; *at; at++) {
        size += is_escape(at) ? 6 : 0;
    }
    fitted = out = apr_palloc(pool, size);
    for (at = (const unsigned char *)text; *at;) {
        int bytes = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
        int odd = bytes == 3 && at[0] == 0xef && at[1] == 0xbf
                  && at[2] >= 0xbe;

        units += bytes == 4 ? 2 : is_escape(at) ? 7 : 1;
        if (units > CELL_MAX) {
            break;
        }
        if (is_escape(at)) {
            memcpy(out, "_x005F", 6);
            out += 6;
        }
        if (!odd && (*at >= 0x20 || *at == '\t' || *at == '\n'
                     || *at == '\r')) {
            memcpy(out, at, (apr_size_t)bytes);
            out += bytes;
        }
        at += bytes;
    }
    *out = '\0';
    return fitted;
}

static lxw_error write_cell(game_export_t *export, lxw_row_t row,
                            lxw_col_t at, game_export_kind_e kind,
                            const char *text, apr_pool_t *pool)
{
    lxw_worksheet *sheet = ((sheet_t *)export->state)->sheet;
    apr_int64_t whole;

    if (kind == GAME_EXPORT_INT) {
        whole = apr_atoi64(text);
        if (whole >= -EXACT && whole <= EXACT) {
            return worksheet_write_number(sheet, row, at, (double)whole,
                                          NULL);
        }
    }
    else if (kind == GAME_EXPORT_REAL) {
        return worksheet_write_number(sheet, row, at, strtod(text, NULL),
                                      NULL);
    }
    else if (kind == GAME_EXPORT_JSON) {
        text = game_export_compact(text, pool);
    }
    return worksheet_write_string(sheet, row, at, fit(text, pool), NULL);
}

static game_error_t *row(game_export_t *export, const char *const *cells,
                         apr_pool_t *pool)
{
    const game_export_column_t *column;
    lxw_col_t at = 0;

    for (column = export->set->columns; column->name; column++, at++) {
        const char *text = cells[column->cell];

        if (text && write_cell(export, (lxw_row_t)(export->rows + 1), at,
                               column->kind, text, pool) != LXW_NO_ERROR) {
            return failed(export, "a row could not be written");
        }
    }
    return NULL;
}

static game_error_t *send_file(game_export_t *export, apr_file_t *file)
{
    request_rec *r = export->req->r;
    apr_finfo_t info;
    apr_off_t at = 0;
    char *bytes = apr_palloc(r->pool, PIECE);
    apr_size_t len;
    apr_status_t rv;

    if (apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS
        || apr_file_seek(file, APR_SET, &at) != APR_SUCCESS) {
        return failed(export, "the workbook cannot be read");
    }
    ap_set_content_length(r, info.size);
    game_export_headers(export);
    do {
        len = PIECE;
        rv = apr_file_read(file, bytes, &len);
        if (rv == APR_SUCCESS) {
            game_export_put(export, bytes, len);
        }
    } while (rv == APR_SUCCESS && !export->sink.gone);
    return rv == APR_SUCCESS || APR_STATUS_IS_EOF(rv) ? NULL
         : failed(export, "the workbook cannot be read");
}

static game_error_t *end(game_export_t *export)
{
    sheet_t *own = export->state;
    lxw_error fault = workbook_close(own->book);

    own->book = NULL;
    if (fault != LXW_NO_ERROR) {
        return failed(export, lxw_strerror(fault));
    }
    return send_file(export, own->file);
}

const game_export_form_t game_export_xlsx = {
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SHEET_ROWS - 1, begin, row, end, 1
};

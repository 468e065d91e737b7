/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The endpoints of exports: data sets, what is asked for, and the record.
 * The work is exports_run.c's, the files are export_*.c's.
 */

#include "exports.h"

#include <string.h>

#include <apr_strings.h>

#include "../response.h"
#include "exports_int.h"
#include "instant.h"

/* ---- schemas ---- */

static const char *const formats[] = { "csv", "xlsx", "json", NULL };

#define COMMON_FIELDS \
    { "format", GAME_STRING, 0, 0, 0, NULL, formats, NULL, "\"csv\"", \
      "Form of the file." }, \
    { "dateFrom", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL, \
      "Rows made from this time on; a date is its midnight, UTC." }, \
    { "dateTo", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL, \
      "Rows made up to this time, which is included; a date is its " \
      "midnight, UTC." }, \
    { "limit", GAME_INT, GAME_BOUNDED, 1, 0, NULL, NULL, NULL, "10000", \
      "The oldest so many rows; at most GameExportRowsMax." }

static const game_field_t query_fields[] = {
    COMMON_FIELDS, { NULL }
};

const game_schema_t game_exports_query = {
    "ExportQuery", query_fields, NULL
};

static const game_field_t named_fields[] = {
    COMMON_FIELDS,
    { "externalGameId", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "Rows of games of this name." },
    { "externalTaskId", GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL,
      "Rows of tasks of this name." },
    { NULL }
};

const game_schema_t game_exports_named_query = {
    "ExportNamedQuery", named_fields, NULL
};

static const game_field_t history_fields[] = {
    { "scope", GAME_STRING, 0, 0, 0, "^(mine|all)$", NULL, NULL, "\"mine\"",
      "Exports of the caller, or of everybody." },
    { "limit", GAME_INT, GAME_BOUNDED, 1, 200, NULL, NULL, NULL, "50",
      "The newest so many." },
    { NULL }
};

const game_schema_t game_exports_history_query = {
    "ExportHistoryQuery", history_fields, NULL
};

/* ---- data sets; cells as their statements have them ---- */

static const game_export_column_t user_columns[] = {
    { "id", GAME_EXPORT_ID, 1 },
    { "externalUserId", GAME_EXPORT_TEXT, 4 },
    { "created_at", GAME_EXPORT_TIME, 0 },
    { "updated_at", GAME_EXPORT_TIME, 5 },
    { "apiKey_used", GAME_EXPORT_ID, 6 },
    { "oauth_user_id", GAME_EXPORT_TEXT, 7 },
    { NULL }
};

static const game_export_column_t point_columns[] = {
    { "id", GAME_EXPORT_ID, 1 },
    { "created_at", GAME_EXPORT_TIME, 0 },
    { "externalUserId", GAME_EXPORT_TEXT, 4 },
    { "externalTaskId", GAME_EXPORT_TEXT, 5 },
    { "externalGameId", GAME_EXPORT_TEXT, 6 },
    { "points", GAME_EXPORT_INT, 7 },
    { "caseName", GAME_EXPORT_TEXT, 8 },
    { "description", GAME_EXPORT_TEXT, 9 },
    { "idempotencyKey", GAME_EXPORT_TEXT, 10 },
    { "data", GAME_EXPORT_JSON, 11 },
    { "apiKey_used", GAME_EXPORT_ID, 12 },
    { NULL }
};

static const game_export_column_t action_columns[] = {
    { "id", GAME_EXPORT_ID, 1 },
    { "created_at", GAME_EXPORT_TIME, 0 },
    { "externalUserId", GAME_EXPORT_TEXT, 4 },
    { "typeAction", GAME_EXPORT_TEXT, 5 },
    { "description", GAME_EXPORT_TEXT, 6 },
    { "data", GAME_EXPORT_JSON, 7 },
    { "apiKey_used", GAME_EXPORT_ID, 8 },
    { NULL }
};

static const game_export_column_t movement_columns[] = {
    { "id", GAME_EXPORT_ID, 1 },
    { "created_at", GAME_EXPORT_TIME, 0 },
    { "externalUserId", GAME_EXPORT_TEXT, 4 },
    { "transactionType", GAME_EXPORT_ID, 5 },
    { "points", GAME_EXPORT_INT, 6 },
    { "coins", GAME_EXPORT_REAL, 7 },
    { "appliedConversionRate", GAME_EXPORT_REAL, 8 },
    { "data", GAME_EXPORT_JSON, 9 },
    { "apiKey_used", GAME_EXPORT_ID, 10 },
    { NULL }
};

static const game_export_set_t users = {
    "users", GAME_SQL_EXPORT_USERS, 0, user_columns
};
static const game_export_set_t points = {
    "user-points", GAME_SQL_EXPORT_POINTS, 1, point_columns
};
static const game_export_set_t interactions = {
    "user-interactions", GAME_SQL_EXPORT_INTERACTIONS, 1, action_columns
};
static const game_export_set_t movements = {
    "wallet-transactions", GAME_SQL_EXPORT_MOVEMENTS, 0, movement_columns
};

/* ---- files ---- */

static const char *query_text(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->query, name));
}

static const game_export_form_t *form_of(const char *name)
{
    return !strcmp(name, "json") ? &game_export_json
         : !strcmp(name, "xlsx") ? &game_export_xlsx : &game_export_csv;
}

/* The most rows are a directive's, and a sheet has an end. */
static void check_limit(game_check_t *check, game_export_t *export)
{
    apr_pool_t *pool = export->req->pool;
    apr_int64_t max = game_conf_export_rows(export->req->server);

    if (export->form->rows_max && export->form->rows_max < max) {
        max = export->form->rows_max;
    }
    if (export->limit > max) {
        game_check_add(check, "less_than_equal", "[\"query\",\"limit\"]",
            apr_psprintf(pool, "Input should be less than or equal to %"
                         APR_INT64_T_FMT, max),
            apr_psprintf(pool, "\"%" APR_INT64_T_FMT "\"", export->limit),
            apr_psprintf(pool, "{\"le\":%" APR_INT64_T_FMT "}", max));
    }
}

static const char *bound(game_req_t *req, game_check_t *check,
                         const char *name, int past, const char **text)
{
    game_instant_t at = { 0, 0, 0 };
    int given;

    game_instant_query(req, check, name, &at, &given);
    *text = given ? game_instant_text(req->pool, &at) : NULL;
    return given ? game_bind_int(req->pool, at.at + past) : NULL;
}

static game_error_t *export_set(game_req_t *req,
                                const game_export_set_t *set)
{
    game_export_t *export = apr_pcalloc(req->pool, sizeof(*export));
    game_check_t *check = game_check_make(req->pool);
    game_error_t *err;

    export->req = req;
    export->set = set;
    export->form = form_of(query_text(req, "format"));
    export->from = bound(req, check, "dateFrom", 0, &export->from_text);
    export->until = bound(req, check, "dateTo", 1, &export->until_text);
    export->limit = game_json_int(game_json_member(req->query, "limit"));
    if (set->named) {
        export->game = query_text(req, "externalGameId");
        export->task = query_text(req, "externalTaskId");
    }
    check_limit(check, export);
    err = game_check_error(check);
    return err ? err : game_export_run(export);
}

game_error_t *game_exports_users(game_req_t *req)
{
    return export_set(req, &users);
}

game_error_t *game_exports_points(game_req_t *req)
{
    return export_set(req, &points);
}

game_error_t *game_exports_interactions(game_req_t *req)
{
    return export_set(req, &interactions);
}

game_error_t *game_exports_movements(game_req_t *req)
{
    return export_set(req, &movements);
}

/* ---- the record ---- */

game_error_t *game_exports_history(game_req_t *req)
{
    enum { ID, SET, FORM, FILTERS, LIMIT, ROWS, STATUS, WHO, AT };
    const game_rows_t *rows;
    game_error_t *err;
    game_jw_t *jw;
    int i;

    err = GAME_DB_RUN(req, GAME_SQL_EXPORT_HISTORY, &rows,
                      game_bind_bool(!strcmp(query_text(req, "scope"),
                                             "all")),
                      req->who->subject, req->who->prefix,
                      game_bind_int(req->pool, game_json_int(
                          game_json_member(req->query, "limit"))));
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_array(jw, NULL);
    for (i = 0; i < rows->count; i++) {
        game_jw_object(jw, NULL);
        game_jw_string(jw, "id", game_cell(rows, i, ID));
        game_jw_string(jw, "datasetType", game_cell(rows, i, SET));
        game_jw_string(jw, "format", game_cell(rows, i, FORM));
        game_jw_raw(jw, "filters", game_cell(rows, i, FILTERS));
        game_jw_int(jw, "rowLimit", game_cell_int(rows, i, LIMIT));
        game_jw_int(jw, "rowCount", game_cell_int(rows, i, ROWS));
        game_jw_string(jw, "status", game_cell(rows, i, STATUS));
        game_jw_string(jw, "requestedBy", game_cell(rows, i, WHO));
        game_jw_string(jw, "created_at", game_cell(rows, i, AT));
        game_jw_end(jw);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Runs are changed: made anew in part, cancelled, tried again.
 */

#include "runs.h"

#include <string.h>

#include "../response.h"
#include "campaign_errors.h"
#include "runs_int.h"

static const game_field_t change_fields[] = {
    { "type", GAME_STRING, GAME_REQUIRED, 1, 100, NULL, NULL, NULL, NULL,
      "As audio.update; changeRequestMappings of the workflow has them." },
    { "payload", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "What changes in the trigger payload." },
    { NULL }
};

static const game_schema_t change_request = {
    "ChangeRequest", change_fields, NULL
};

static const game_field_t update_fields[] = {
    { "changeRequest", GAME_MODEL, GAME_REQUIRED, 0, 0, NULL, NULL,
      &change_request, NULL, NULL },
    { NULL }
};

const game_schema_t game_runs_update_body = {
    "RunUpdate", update_fields, NULL
};

game_error_t *game_runs_update(game_req_t *req)
{
    const game_json_t *change = game_json_member(req->body, "changeRequest");
    const game_json_t *payload = game_json_member(change, "payload");
    game_campaign_change_t asked = {
        .place = "\"body\",\"changeRequest\",\"payload\""
    };
    game_campaign_caller_t caller;
    game_campaign_started_t started;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    asked.base = game_request_path(req, "runId");
    asked.type = game_json_string(game_json_member(change, "type"));
    asked.payload = game_json_is_null(payload) ? NULL : payload;
    err = game_campaign_update(req, &caller, &asked, &started);
    return err ? err : game_run_started(req, &started);
}

/* Columns of campaign_run_cancel and campaign_run_retry. */
enum { OUTCOME, RUN };

static game_error_t *change(game_req_t *req, game_sql_e statement,
                            const game_rows_t **rows, int *refused)
{
    game_error_t *err = game_run_read(req, statement, rows, 0, NULL);
    const char *outcome = err ? "" : game_cell(*rows, 0, OUTCOME);

    *refused = !strcmp(outcome, "refused");
    return !strcmp(outcome, "missing") ? game_run_missing(req) : err;
}

game_error_t *game_runs_cancel(game_req_t *req)
{
    const game_rows_t *rows;
    int refused;
    game_error_t *err = change(req, GAME_SQL_CAMPAIGN_RUN_CANCEL, &rows,
                               &refused);

    if (refused) {
        return game_campaign_error(req->pool, "RUN_NOT_CANCELLABLE", NULL,
                                   "the run has ended");
    }
    return err ? err : game_response_raw(req, HTTP_OK,
                                         game_cell(rows, 0, RUN));
}

game_error_t *game_runs_retry(game_req_t *req)
{
    const game_rows_t *rows;
    int refused;
    game_error_t *err = change(req, GAME_SQL_CAMPAIGN_RUN_RETRY, &rows,
                               &refused);

    if (refused) {
        return game_campaign_error(req->pool, "RUN_NOT_RETRYABLE", NULL,
                                   "only a run that failed or was cancelled "
                                   "is tried again");
    }
    return err ? err : game_response_raw(req, HTTP_ACCEPTED,
                                         game_cell(rows, 0, RUN));
}

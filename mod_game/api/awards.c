/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The award on the wire: where its idempotency key is found, what its data
 * is enriched with, and the answer. Scoring and booking: economy.c.
 */

#include "awards.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "../economy.h"
#include "../limit.h"
#include "../response.h"

static const game_field_t body_fields[] = {
    { "externalUserId", GAME_STRING, GAME_REQUIRED, 0, 0, NULL, NULL, NULL,
      NULL, "the user's id in the client's own words" },
    { "data", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "what the strategy sees, and what is stored" },
    { "isSimulated", GAME_BOOL, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL,
      "score only, write nothing" },
    { NULL, GAME_STRING, 0, 0, 0, NULL, NULL, NULL, NULL, NULL }
};

const game_schema_t game_awards_body = {
    "AsignPointsToExternalUserId", body_fields, NULL
};

/* A key in the data: trimmed; *key is NULL when absent, null or blank. */
static game_error_t *data_key(game_req_t *req, const game_json_t *data,
                              const char *name, const char **key)
{
    const game_json_t *value = game_json_member(data, name);
    const char *text = game_json_string(value);
    const char *place = apr_pstrcat(req->pool, "data.", name, NULL);
    apr_size_t len;

    *key = NULL;
    if (game_json_is_null(value)) {
        return NULL;
    }
    if (!text) {
        return game_error_item(req->pool, "string_type", "body", place,
                               "Input should be a valid string",
                               game_json_text(req->pool, value));
    }
    while (apr_isspace(*text)) {
        text++;
    }
    for (len = strlen(text); len && apr_isspace(text[len - 1]); len--)
        ;
    if (!len) {
        return NULL;
    }
    *key = apr_pstrmemdup(req->pool, text, len);
    return game_idempotency_check(req->pool, *key, "body", place);
}

/* decisions.md 4: data.eventId, the header, data.idempotencyKey. */
static game_error_t *find_key(game_req_t *req, const game_json_t *data,
                              const char **key, const char **header)
{
    const char *event, *own;
    game_error_t *err = game_request_idempotency(req, header);

    if (!err) {
        err = data_key(req, data, "eventId", &event);
    }
    if (!err) {
        err = data_key(req, data, "idempotencyKey", &own);
    }
    if (!err) {
        *key = event ? event : *header ? *header : own;
    }
    return err;
}

/* Only what the client left out. */
static void fill(game_req_t *req, game_json_t *data, const char *name,
                 const char *text)
{
    if (text && !game_json_member(data, name)) {
        game_json_set(data, name, game_json_new_string(req->pool, text));
    }
}

static game_error_t *answer(game_req_t *req, const game_award_in_t *in,
                            const game_award_t *award)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_int(jw, "points", award->points);
    game_jw_string(jw, "caseName", award->case_name);
    game_jw_bool(jw, "isACreatedUser", award->user_created);
    game_jw_string(jw, "gameId", in->game_id);
    game_jw_string(jw, "externalTaskId", in->external_task_id);
    game_jw_string(jw, "created_at",
                   game_time_sp(req->pool, award->created_at));
    if (in->simulated) {
        game_jw_bool(jw, "isSimulated", 1);
    }
    else {
        game_jw_string(jw, "id", award->id);
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_awards_post(game_req_t *req)
{
    game_json_t *data = game_json_member(req->body, "data");
    const char *header;
    game_award_in_t in;
    game_award_t award;
    game_error_t *err;

    memset(&in, 0, sizeof(in));
    err = find_key(req, data, &in.key, &header);
    if (err) {
        return err;
    }
    in.digest = in.key ? game_request_digest(req) : NULL;
    if (game_json_is_null(data)) {
        data = game_json_new_object(req->pool);
    }
    fill(req, data, "correlationId", req->correlation_id);
    fill(req, data, "eventId", header);
    in.data = data;
    in.game_id = game_request_path(req, "gameId");
    in.external_task_id = game_request_path(req, "externalTaskId");
    in.external_user_id = game_json_string(game_json_member(req->body,
                                               "externalUserId"));
    in.simulated = game_json_true(game_json_member(req->body,
                                                   "isSimulated"));
    err = game_limit_event(req, in.external_user_id);
    if (!err) {
        err = game_economy_award(req, &in, &award);
    }
    return err ? err : answer(req, &in, &award);
}

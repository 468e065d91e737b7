/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Actions of users. The database checks that the task is open and that an
 * idempotency key was not used, in the statement that records.
 */

#include "actions.h"

#include <string.h>

#include "catalog.h"
#include "db.h"
#include "limit.h"
#include "metrics.h"
#include "response.h"

static const game_field_t add_fields[] = {
    { .name = "typeAction", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .about = "Kind of the action, in the client's words." },
    { .name = "data", .type = GAME_DICT, .flags = GAME_REQUIRED,
      .about = "Anything that belongs to the action." },
    { .name = "description", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .about = "The action for people to read." },
    { .name = "externalUserId", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .about = "Who did it; made when unknown." },
    { .name = NULL }
};

const game_schema_t game_actions_add_body = {
    .name = "AddActionDidByUserInTask", .fields = add_fields
};

game_error_t *game_actions_outcome(game_req_t *req, const char *outcome)
{
    if (!strcmp(outcome, "replay")) {
        game_metrics_replay(req->route);
        apr_table_setn(req->r->headers_out, "Idempotent-Replayed", "true");
        return NULL;
    }
    if (!strcmp(outcome, "closed")) {
        return game_error_make(req->pool, HTTP_GONE, "Task is not active");
    }
    if (!strcmp(outcome, "short")) {
        return game_error_make(req->pool, HTTP_CONFLICT,
                               "Not enough points");
    }
    if (!strcmp(outcome, "mismatch")) {
        return game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY,
                               "This idempotency key was used for another "
                               "request.");
    }
    return NULL;
}

game_error_t *game_actions_bad_user(game_req_t *req, const char *external_id)
{
    return game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY,
        "Invalid externalUserId: %s. externalUserId should be a valid "
        "(Should have only alphanumeric characters and Underscore . "
        "Length should be between 3 and 50)", external_id);
}

game_error_t *game_actions_check_user(game_req_t *req,
                                      const char *external_id,
                                      const game_user_id_t *user)
{
    const game_rows_t *rows;
    game_error_t *err;

    if (game_is_slug(external_id)) {
        return NULL;
    }
    err = GAME_DB_RUN(req, GAME_SQL_USER_EXISTS, &rows, user->bucket,
                      user->id);
    if (!err && !game_cell_true(rows, 0, 0)) {
        err = game_actions_bad_user(req, external_id);
    }
    return err;
}

/* Data of an action on a task names its request, unless the client did. */
static void add_correlation(game_req_t *req, game_json_t *data)
{
    static const char *const names[] = { "eventId", "correlationId" };
    int i;

    for (i = 0; i < 2; i++) {
        if (!game_json_member(data, names[i])) {
            game_json_set(data, names[i],
                          game_json_new_string(req->pool,
                                               req->correlation_id));
        }
    }
}

/* On a task: no row when it is not open, but a repeat of an earlier action
 * is answered all the same. */
static game_error_t *record_on_task(game_req_t *req,
                                    const game_action_t *action,
                                    const char *data, const char *key,
                                    const char *digest,
                                    const game_rows_t **rows)
{
    const game_user_id_t *user = &action->user;
    const game_json_t *body = req->body;
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_ACTION_TASK, rows, user->bucket,
                      user->id, action->external_user_id, action->realm,
                      action->task,
                      game_json_string(game_json_member(body, "typeAction")),
                      game_json_string(game_json_member(body,
                                                        "description")),
                      data, key, digest, req->who->prefix,
                      req->who->subject);
    if (!err && !(*rows)->count && key) {
        err = GAME_DB_RUN(req, GAME_SQL_ACTION_PRIOR, rows, user->bucket,
                          user->id, action->task, key, digest);
    }
    if (!err && !(*rows)->count) {
        err = game_actions_outcome(req, "closed");
    }
    return err;
}

static game_error_t *record_alone(game_req_t *req,
                                  const game_action_t *action,
                                  const char *data, const char *key,
                                  const char *digest,
                                  const game_rows_t **rows)
{
    const game_json_t *body = req->body;

    return GAME_DB_RUN(req, GAME_SQL_ACTION_USER, rows, action->user.bucket,
                       action->user.id, action->external_user_id,
                       action->realm,
                       game_json_string(game_json_member(body,
                                                         "typeAction")),
                       game_json_string(game_json_member(body,
                                                         "description")),
                       data, key, digest, req->who->prefix,
                       req->who->subject);
}

game_error_t *game_actions_record(game_req_t *req, game_action_t *action)
{
    game_json_t *data = game_json_member(req->body, "data");
    const char *key, *digest, *text = NULL;
    const game_rows_t *rows;
    game_error_t *err;

    game_request_user(req, action->realm, action->external_user_id,
                      &action->user);
    err = game_request_idempotency(req, &key);
    if (!err) {
        err = game_actions_check_user(req, action->external_user_id,
                                      &action->user);
    }
    if (err) {
        return err;
    }
    digest = key ? game_request_digest(req) : NULL;  /* of what was sent */
    if (!game_json_is_null(data)) {
        if (action->task) {
            add_correlation(req, data);
        }
        text = game_json_text(req->pool, data);
    }
    err = action->task
        ? record_on_task(req, action, text, key, digest, &rows)
        : record_alone(req, action, text, key, digest, &rows);
    if (!err) {
        err = game_actions_outcome(req, game_cell(rows, 0, 0));
    }
    if (err) {
        return err;
    }
    action->id = game_cell(rows, 0, 1);
    action->created_at = game_cell_int(rows, 0, 2);
    action->user_created = game_cell_true(rows, 0, 3);
    action->data = game_cell(rows, 0, 4);
    return NULL;
}

static game_error_t *answer(game_req_t *req, const game_action_t *action)
{
    const char *at = game_time_z(req->pool, action->created_at);
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_value(jw, "typeAction",
                  game_json_member(req->body, "typeAction"));
    game_jw_raw(jw, "data", action->data);
    game_jw_value(jw, "description",
                  game_json_member(req->body, "description"));
    game_jw_string(jw, "externalUserId", action->external_user_id);
    game_jw_string(jw, "id", action->id);
    game_jw_string(jw, "created_at", at);
    game_jw_string(jw, "updated_at", at);
    game_jw_string(jw, "message", "Action added successfully");
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_actions_add(game_req_t *req)
{
    const char *name = game_request_path(req, "externalTaskId");
    game_action_t action = { 0 };
    const game_game_t *game;
    const game_task_t *task;
    const char *key;
    game_error_t *err = game_request_idempotency(req, &key);

    action.external_user_id = game_json_string(
        game_json_member(req->body, "externalUserId"));
    if (!err) {
        err = game_limit_event(req, action.external_user_id);
    }
    if (!err) {
        err = game_catalog_own_game(req, game_request_path(req, "gameId"),
                                    &game);
    }
    if (!err) {
        err = game_catalog_task(req, game, name, &task);
    }
    if (err) {
        return err;
    }
    if (!task) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Task not found (externalTaskId) : %s", name);
    }
    action.realm = game->realm;
    action.task = task->id;
    err = game_actions_record(req, &action);
    return err ? err : answer(req, &action);
}

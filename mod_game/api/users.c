/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Users over all games. Who may see what is decided in the statements, which
 * get the caller as four values: administrator, key prefix, realm, subject.
 */

#include "users.h"

#include <string.h>

#include "access.h"
#include "actions.h"
#include "db.h"
#include "limit.h"
#include "metrics.h"
#include "response.h"

/* Users in one query. */
#define QUERY_MAX 1000
/* How often an award is computed again when the history moved meanwhile. */
#define AWARD_TRIES 8

static const game_field_t query_field = {
    .name = "users", .type = GAME_STRING_LIST, .flags = GAME_REQUIRED,
    .max = QUERY_MAX, .about = "External user ids."
};

const game_schema_t game_users_query_body = {
    .name = "UserPointsQuery", .top = &query_field
};

static const game_field_t award_fields[] = {
    { .name = "taskId", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .about = "External id of the task." },
    { .name = "points", .type = GAME_INT, .flags = GAME_NULLABLE,
      .about = "Points; null or 0: computed from the user's history." },
    { .name = "description", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .about = "Why, for people to read." },
    { .name = "data", .type = GAME_DICT, .flags = GAME_NULLABLE,
      .about = "Anything that belongs to the award." },
    { .name = "caseName", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .about = "Name of the case." },
    { .name = "externalGameId", .type = GAME_STRING,
      .flags = GAME_NULLABLE,
      .about = "The task's game, when several have a task of this id." },
    { .name = "gameId", .type = GAME_UUID, .flags = GAME_NULLABLE,
      .about = "The task's game by its id." },
    { .name = NULL }
};

const game_schema_t game_users_award_body = {
    .name = "PostAssignPointsToUserWithCaseName", .fields = award_fields
};

static const game_field_t act_fields[] = {
    { .name = "typeAction", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .about = "Kind of the action, in the client's words." },
    { .name = "data", .type = GAME_DICT, .flags = GAME_NULLABLE,
      .about = "Anything that belongs to the action." },
    { .name = "description", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .about = "The action for people to read." },
    { .name = "apiKey_used", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .about = "Ignored: the caller's own key is recorded." },
    { .name = NULL }
};

const game_schema_t game_users_act_body = {
    .name = "CreateUserBodyActions", .fields = act_fields
};

/* A member's text; NULL when it is absent or null. */
static const char *body_text(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->body, name));
}

static game_error_t *no_game_access(game_req_t *req)
{
    return game_error_make(req->pool, HTTP_FORBIDDEN,
                           "You do not have permission to access this game");
}

/* --------------------------------------------------------------- points */

game_error_t *game_users_query(game_req_t *req)
{
    int count = (int)game_json_size(req->body), i;
    const game_principal_t *who = req->who;
    const char **names, **buckets, **ids;
    const game_rows_t *rows;
    game_user_id_t *users;
    game_error_t *err;

    if (!count) {
        return game_response_raw(req, HTTP_OK, "[]");
    }
    names = apr_palloc(req->pool, sizeof(*names) * (apr_size_t)count);
    buckets = apr_palloc(req->pool, sizeof(*buckets) * (apr_size_t)count);
    ids = apr_palloc(req->pool, sizeof(*ids) * (apr_size_t)count);
    users = apr_palloc(req->pool, sizeof(*users) * (apr_size_t)count);
    for (i = 0; i < count; i++) {
        names[i] = game_json_string(game_json_at(req->body, (apr_size_t)i));
        game_user_id(who->realm, names[i], &users[i]);
        buckets[i] = users[i].bucket;
        ids[i] = users[i].id;
    }
    err = GAME_DB_RUN(req, GAME_SQL_USER_QUERY, &rows,
                      game_bind_array(req->pool, names, count),
                      game_bind_array(req->pool, buckets, count),
                      game_bind_array(req->pool, ids, count),
                      game_bind_bool(game_is_admin(who)), who->prefix,
                      who->realm, who->subject);
    return err ? err
               : game_response_raw(req, HTTP_OK, game_cell(rows, 0, 0));
}

game_error_t *game_users_points(game_req_t *req)
{
    const char *external = game_request_path(req, "externalUserId");
    const game_principal_t *who = req->who;
    const game_rows_t *rows;
    const char *list;
    game_user_t user;
    game_error_t *err;

    err = game_access_user(req, external, &user);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_USER_POINTS, &rows, user.id.bucket,
                          user.id.id, game_bind_bool(game_is_admin(who)),
                          who->prefix, who->realm, who->subject, external);
    }
    if (err) {
        return err;
    }
    list = game_cell(rows, 0, 1);
    if (!list && game_cell_true(rows, 0, 0)) {
        return no_game_access(req);
    }
    return game_response_raw(req, HTTP_OK, list ? list : "[]");
}

/* --------------------------------------------------------- direct award */

/* An award by hand on its way. */
typedef struct direct_t {
    const char *external;           /* the user */
    game_user_id_t user;
    const char *task, *game, *realm;
    const char *key, *digest;
    apr_int64_t points;
    const char *history;            /* version read; NULL: points given */
    game_json_t *data;
} direct_t;

static game_error_t *no_task(game_req_t *req)
{
    return game_error_make(req->pool, HTTP_NOT_FOUND,
                           "Task not found with externalTaskId: %s",
                           body_text(req, "taskId"));
}

/* The one task of this external id in a game that the caller may use. */
static game_error_t *direct_find(game_req_t *req, direct_t *direct)
{
    const game_principal_t *who = req->who;
    const game_rows_t *rows;
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_DIRECT_FIND, &rows,
                      body_text(req, "taskId"), body_text(req, "gameId"),
                      body_text(req, "externalGameId"),
                      game_bind_bool(game_is_admin(who)), who->prefix,
                      who->realm, who->subject);
    if (err) {
        return err;
    }
    if (!rows->count) {
        return no_task(req);
    }
    if (!game_cell_true(rows, 0, 3)) {
        return no_game_access(req);
    }
    if (rows->count > 1 && game_cell_true(rows, 1, 3)) {
        return game_error_make(req->pool, HTTP_CONFLICT,
                               "Several games have a task with "
                               "externalTaskId: %s. Please name the game by "
                               "externalGameId or gameId.",
                               body_text(req, "taskId"));
    }
    direct->task = game_cell(rows, 0, 0);
    direct->game = game_cell(rows, 0, 1);
    direct->realm = game_cell(rows, 0, 2);
    return NULL;
}

/* Points of a user with count awards, minutes between the first and the
 * last of them, and a mean of own points, where everybody's mean is all.
 * That minutes are compared with points is the rule as published. */
static apr_int64_t computed_points(apr_int64_t count, double minutes,
                                   double own, double all,
                                   const char **label)
{
    if (count <= 2) {
        *label = "basic_engagement_points";
        return 1;
    }
    if (minutes < own) {
        *label = "individual_adjustment_points";
        return 8;
    }
    if (minutes > own && minutes > all) {
        *label = "need_for_motivation_points";
        return 2;
    }
    *label = "global_advantage_adjustment_points";
    return 7;
}

/* The user is there; points, history and data.label_function_choose. */
static game_error_t *direct_score(game_req_t *req, direct_t *direct)
{
    apr_int64_t given = game_json_int(game_json_member(req->body,
                                                       "points"));
    const char *label = "-";
    const game_rows_t *rows;
    game_error_t *err;

    err = GAME_DB_RUN(req, GAME_SQL_DIRECT_FACTS, &rows,
                      direct->user.bucket, direct->user.id, direct->game);
    if (err) {
        return err;
    }
    if (!game_cell_true(rows, 0, 0)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "User not found with externalUserId: %s",
                               direct->external);
    }
    direct->points = given;
    direct->history = NULL;
    if (!given) {
        direct->points = computed_points(game_cell_int(rows, 0, 2),
                                         game_cell_real(rows, 0, 3),
                                         game_cell_real(rows, 0, 4),
                                         game_cell_real(rows, 0, 5), &label);
        direct->history = game_cell(rows, 0, 1);
    }
    game_json_set(direct->data, "label_function_choose",
                  game_json_new_string(req->pool, label));
    return NULL;
}

/* Score and book; *again when the history moved in between. */
static game_error_t *direct_book(game_req_t *req, direct_t *direct,
                                 const game_rows_t **rows, int *again)
{
    const game_server_conf_t *conf = req->server;
    const char *outcome;
    game_error_t *err;

    err = direct_score(req, direct);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_DIRECT_AWARD, rows,
                          direct->user.bucket, direct->user.id,
                          direct->external, direct->task, direct->history,
                          game_bind_int(req->pool, direct->points),
                          body_text(req, "caseName"),
                          game_json_text(req->pool, direct->data),
                          body_text(req, "description"), direct->key,
                          direct->digest, req->who->prefix,
                          req->who->subject,
                          game_bind_int(req->pool,
                                        game_conf_conversion_rate(conf)),
                          game_bind_bool(game_conf_allow_negative(conf)));
    }
    if (err) {
        return err;
    }
    if (!(*rows)->count) {
        return no_task(req);
    }
    outcome = game_cell(*rows, 0, 0);
    *again = !strcmp(outcome, "history") || !strcmp(outcome, "config");
    return game_actions_outcome(req, outcome);
}

/* The award and the wallet as direct_award answers them. */
static game_error_t *direct_answer(game_req_t *req, const direct_t *direct,
                                   const game_rows_t *rows)
{
    game_jw_t *jw = game_jw_make(req->pool);

    if (strcmp(game_cell(rows, 0, 0), "replay")) {
        game_metrics_award("direct", game_cell_int(rows, 0, 3));
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "taskId", direct->task);
    game_jw_string(jw, "caseName", game_cell(rows, 0, 4));
    game_jw_int(jw, "points", game_cell_int(rows, 0, 3));
    game_jw_string(jw, "description", game_cell(rows, 0, 5));
    game_jw_raw(jw, "data", game_cell(rows, 0, 6));
    game_jw_string(jw, "userId", direct->user.id);
    game_jw_string(jw, "id", game_cell(rows, 0, 1));
    game_jw_string(jw, "created_at", game_cell(rows, 0, 2));
    game_jw_string(jw, "updated_at", game_cell(rows, 0, 2));
    game_jw_object(jw, "wallet");
    game_jw_real(jw, "coinsBalance", game_cell_real(rows, 0, 8));
    game_jw_real(jw, "pointsBalance", game_cell_real(rows, 0, 7));
    game_jw_real(jw, "conversionRate", game_cell_real(rows, 0, 9));
    game_jw_end(jw);
    game_jw_string(jw, "message", "Successfully assigned");
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_users_award(game_req_t *req)
{
    direct_t direct = { 0 };
    const game_rows_t *rows;
    game_error_t *err;
    int again = 1, tries;

    direct.external = game_request_path(req, "externalUserId");
    err = game_request_idempotency(req, &direct.key);
    if (!err) {
        err = direct_find(req, &direct);
    }
    if (err) {
        return err;
    }
    game_request_user(req, direct.realm, direct.external, &direct.user);
    if (direct.key) {
        direct.digest = game_request_digest(req);   /* of what was sent */
    }
    direct.data = game_json_member(req->body, "data");
    if (game_json_is_null(direct.data)) {
        direct.data = game_json_new_object(req->pool);
    }
    for (tries = 0; again && tries < AWARD_TRIES; tries++) {
        err = direct_book(req, &direct, &rows, &again);
        if (err) {
            return err;
        }
    }
    return again ? game_error_unavailable(req->pool,
                                          "history of the user moves on")
                 : direct_answer(req, &direct, rows);
}

/* -------------------------------------------------------------- actions */

game_error_t *game_users_act(game_req_t *req)
{
    game_action_t action = { 0 };
    game_jw_t *jw = game_jw_make(req->pool);
    const char *key;
    game_error_t *err = game_request_idempotency(req, &key);

    action.external_user_id = game_request_path(req, "externalUserId");
    action.realm = req->who->realm;
    if (!err) {
        err = game_limit_event(req, action.external_user_id);
    }
    if (!err) {
        err = game_actions_record(req, &action);
    }
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "typeAction", body_text(req, "typeAction"));
    game_jw_string(jw, "description", body_text(req, "description"));
    game_jw_string(jw, "userId", action.user.id);
    game_jw_bool(jw, "is_user_created", action.user_created);
    game_jw_string(jw, "message", "Action added successfully");
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The award: read what the strategy asks for, score, book. What was read is
 * checked again by game.award; when it moved, the event is scored again.
 */

#include "economy.h"

#include <string.h>

#include <httpd.h>

#include <apr_strings.h>

#include "api/actions.h"
#include "builtins.h"
#include "db.h"
#include "economy_inputs.h"
#include "economy_more.h"
#include "metrics.h"
#include "program.h"

#define OPTIMISTIC_TURNS 2      /* then the history is locked */
#define TURNS 8

#define BAD_PAYLOAD "Invalid scoring payload for strategy execution. " \
                    "Verify required fields and data types."

/* One attempt to score and book. */
typedef struct attempt_t {
    game_req_t *req;
    const game_award_in_t *in;
    const game_game_t *game;
    const game_task_t *task;
    const char *strategy_id;
    const game_strategy_t *strategy;
    const game_variable_t *variables;
    game_needs_t needs;
    game_user_id_t user;
    const char *stale;          /* versions with an archived strategy */
    int wants_facts;
    const game_rows_t *facts;   /* one row; NULL when not wanted */
    game_more_t more;           /* the event, and what is not in facts */
    apr_int64_t points;
    const char *case_name;
    const char *data;           /* JSON text to be stored */
    const char *outcome;        /* of game.award */
} attempt_t;

/* Columns of award_book. */
enum {
    BOOK_OUTCOME, BOOK_ID, BOOK_CREATED, BOOK_NEW, BOOK_POINTS, BOOK_CASE
};

/* Whether to read game and task again: their strategy is not published, and
 * they may be from before the publication that moved them. */
static int is_stale(attempt_t *a)
{
    const char *versions = apr_pstrcat(a->req->pool, a->game->version, " ",
                                       a->task->version, NULL);

    if (game_program_published(a->strategy)
        || (a->stale && !strcmp(a->stale, versions))) {
        return 0;
    }
    a->stale = versions;
    return 1;
}

static game_error_t *prepare(attempt_t *a)
{
    game_req_t *req = a->req;
    game_error_t *err = game_catalog_own_game(req, a->in->game_id, &a->game);

    if (!err) {
        err = game_catalog_task(req, a->game, a->in->external_task_id,
                                &a->task);
    }
    if (!err && !a->task) {
        err = game_error_make(req->pool, HTTP_NOT_FOUND, "Task not found "
                              "with externalTaskId: %s",
                              a->in->external_task_id);
    }
    if (!err) {
        err = game_effective_strategy(req, a->game, a->task,
                                      &a->strategy_id, &a->strategy,
                                      &a->variables);
    }
    if (err) {
        return err;
    }
    if (is_stale(a)) {
        game_catalog_changed(req, a->in->game_id);
        return prepare(a);
    }
    game_request_user(req, a->game->realm, a->in->external_user_id,
                      &a->user);
    memset(&a->needs, 0, sizeof(a->needs));
    if (a->strategy->needs) {
        a->strategy->needs(a->variables, &a->needs);
    }
    a->more = (game_more_t){
        .req = req, .game = a->game, .task = a->task,
        .external_user_id = a->in->external_user_id, .user = &a->user,
        .strategy_id = a->strategy_id, .strategy = a->strategy,
        .mask = a->needs.mask, .data = { a->in->data, req->pool }
    };
    game_more_begin(&a->more);
    a->wants_facts = a->needs.mask != 0 || a->in->simulated
                  || !game_is_slug(a->in->external_user_id);
    a->facts = NULL;
    a->outcome = NULL;
    return NULL;
}

/* ---- reading ---- */

#define FACT_VALUES 9

static void bind_facts(const attempt_t *a, const char **values)
{
    apr_pool_t *pool = a->req->pool;

    values[0] = a->user.bucket;
    values[1] = a->user.id;
    values[2] = a->task->id;
    values[3] = a->game->id;
    values[4] = game_bind_int(pool, a->needs.mask);
    values[5] = game_bind_int(pool, a->needs.recent_seconds);
    values[6] = game_bind_int(pool, a->needs.record_seconds);
    values[7] = a->in->simulated ? NULL : a->in->key;
    values[8] = a->in->digest;
}

static game_error_t *read_facts(attempt_t *a)
{
    const char *values[FACT_VALUES];

    if (!a->wants_facts) {
        return NULL;
    }
    bind_facts(a, values);
    return game_db_run(a->req, GAME_SQL_AWARD_FACTS, &a->facts, FACT_VALUES,
                       values);
}

/* ---- scoring ---- */

static game_error_t *check_user(const attempt_t *a)
{
    if (!a->facts || game_cell_true(a->facts, 0, FACT_USER)
        || game_is_slug(a->in->external_user_id)) {
        return NULL;
    }
    return game_actions_bad_user(a->req, a->in->external_user_id);
}

static game_error_t *not_a_number(game_req_t *req)
{
    return game_error_json(req->pool, HTTP_UNPROCESSABLE_ENTITY,
        "{\"code\":\"SCORE_NOT_A_NUMBER\",\"message\":\"The points of this "
        "event are not a whole number within 64 bits.\",\"path\":null}");
}

/* The event's data and what the strategy adds to it; the next turn scores
 * the event without. */
static const game_json_t *with_callback(apr_pool_t *pool,
                                        const game_json_t *data,
                                        const char *callback)
{
    game_json_t *both = game_json_new_object(pool), *value;
    const char *name = NULL;
    game_json_fault_t fault;

    while ((value = game_json_next(data, &name)) != NULL) {
        game_json_set(both, name, value);
    }
    value = game_json_parse(pool, callback, strlen(callback), 128, &fault);
    if (value) {
        game_json_set(both, "callbackData", value);
    }
    return both;
}

static game_error_t *take_score(attempt_t *a, const game_score_t *score,
                                game_verdict_e verdict)
{
    game_req_t *req = a->req;

    if (verdict == GAME_REFUSED
        && game_program_refusal(a->strategy, req->pool)) {
        return game_program_refusal(a->strategy, req->pool);
    }
    if (verdict == GAME_REFUSED) {
        return game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY, "%s",
                               score->detail ? score->detail : BAD_PAYLOAD);
    }
    if (verdict != GAME_SCORED || !score->case_name) {
        return game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY, "%s",
                               BAD_PAYLOAD);
    }
    if (!game_points_round(&score->points, &a->points)) {
        return not_a_number(req);
    }
    a->case_name = score->case_name;
    a->data = game_json_text(req->pool, score->callback
        ? with_callback(req->pool, a->in->data, score->callback)
        : a->in->data);
    return NULL;
}

static game_error_t *score_event(attempt_t *a)
{
    game_inputs_t inputs;
    game_score_t score;
    game_verdict_e verdict;
    apr_time_t began;
    game_error_t *err = check_user(a);

    if (err) {
        return err;
    }
    memset(&score, 0, sizeof(score));
    memset(&inputs, 0, sizeof(inputs));
    inputs.now = apr_time_now();
    if (a->facts) {
        game_economy_inputs(a->facts, &inputs);
    }
    game_more_inputs(&a->more, &inputs);
    score.detail = a->more.detail;
    began = apr_time_now();
    verdict = a->more.verdict != GAME_SCORED ? a->more.verdict
        : a->strategy->score(&a->more.event, a->variables, &inputs, &score,
                             a->req->pool);
    a->req->rule_time += apr_time_now() - began;
    return take_score(a, &score, verdict);
}

/* ---- booking ---- */

#define BOOK_VALUES (19 + GAME_MORE_BOUND)

static void bind_book(const attempt_t *a, const char **values)
{
    const game_principal_t *who = a->req->who;
    const game_server_conf_t *conf = a->req->server;
    int i = 0;

    values[i++] = a->user.bucket;
    values[i++] = a->user.id;
    values[i++] = a->in->external_user_id;
    values[i++] = a->game->realm;
    values[i++] = a->game->id;
    values[i++] = a->game->version;
    values[i++] = a->task->id;
    values[i++] = a->task->version;
    values[i++] = a->facts && a->needs.mask
                ? game_cell(a->facts, 0, FACT_HISTORY) : NULL;
    values[i++] = game_bind_int(a->req->pool, a->points);
    values[i++] = a->case_name;
    values[i++] = a->data;
    values[i++] = "Points assigned by GAME";
    values[i++] = a->in->key;
    values[i++] = a->in->digest;
    values[i++] = who->prefix;
    values[i++] = who->subject;
    values[i++] = game_bind_int(a->req->pool,
                                game_conf_conversion_rate(conf));
    values[i++] = game_bind_bool(game_conf_allow_negative(conf));
    game_more_bind(&a->more, values + i);
}

static void take_booked(attempt_t *a, const game_rows_t *rows,
                        game_award_t *out)
{
    a->outcome = game_cell(rows, 0, BOOK_OUTCOME);
    out->id = game_cell(rows, 0, BOOK_ID);
    out->created_at = game_cell_int(rows, 0, BOOK_CREATED);
    out->user_created = game_cell_true(rows, 0, BOOK_NEW);
    out->points = game_cell_int(rows, 0, BOOK_POINTS);
    out->case_name = game_cell(rows, 0, BOOK_CASE);
}

static game_error_t *book(attempt_t *a, game_award_t *out)
{
    const char *values[BOOK_VALUES];
    const game_rows_t *rows;
    game_error_t *err;

    bind_book(a, values);
    err = (a->in->key ? game_db_run_keyed : game_db_run)
        (a->req, GAME_SQL_AWARD_BOOK, &rows, BOOK_VALUES, values);
    if (!err) {
        take_booked(a, rows, out);
    }
    return err;
}

/* An award of this key that is there already: nothing to score. */
static int take_prior(attempt_t *a, game_award_t *out)
{
    if (!a->facts || !game_cell(a->facts, 0, FACT_OUTCOME)) {
        return 0;
    }
    a->outcome = game_cell(a->facts, 0, FACT_OUTCOME);
    out->id = game_cell(a->facts, 0, FACT_ID);
    out->created_at = game_cell_int(a->facts, 0, FACT_CREATED);
    out->points = game_cell_int(a->facts, 0, FACT_POINTS);
    out->case_name = game_cell(a->facts, 0, FACT_CASE);
    out->user_created = 0;
    return 1;
}

static int is_open(const attempt_t *a)
{
    return !strcmp(a->task->status, "open");
}

/* A closed task is asked of the database all the same: the key may have its
 * award, and this process may not know yet that the task was opened. */
static game_error_t *ask_closed(attempt_t *a, game_award_t *out)
{
    a->points = 0;
    a->case_name = "";
    a->data = NULL;
    a->facts = NULL;
    return book(a, out);
}

/* Read what the facts do not say, and score. */
static game_error_t *read_and_score(attempt_t *a)
{
    game_error_t *err = game_more_read(&a->more);

    return err ? err : score_event(a);
}

/* Store what the event is scored with; when that is another thing by now,
 * it is scored again. */
static game_error_t *settle(attempt_t *a)
{
    int moved;
    game_error_t *err = game_more_settle(&a->more, &moved);

    return err || !moved ? err : score_event(a);
}

/* A repeat is answered even when its strategy refuses by now; where no
 * history was read, the key has not been looked up yet. */
static int prior_instead(attempt_t *a, game_award_t *out)
{
    if (!a->in->key || a->facts) {
        return 0;
    }
    a->wants_facts = 1;
    return !read_facts(a) && take_prior(a, out);
}

static game_error_t *optimistic(attempt_t *a, game_award_t *out)
{
    game_error_t *err;

    if (!is_open(a)) {
        return ask_closed(a, out);
    }
    err = read_facts(a);
    if (err || take_prior(a, out)) {
        return err;
    }
    err = read_and_score(a);
    if (!err) {
        err = settle(a);
    }
    if (err) {
        return prior_instead(a, out) ? NULL : err;
    }
    return book(a, out);
}

/* The history's row stays locked from reading to booking: two round trips,
 * and nobody can come between. */
static game_error_t *locked(attempt_t *a, game_award_t *out)
{
    const char *lock[] = { a->user.bucket, a->user.id, a->game->id };
    const char *facts[FACT_VALUES], *values[BOOK_VALUES];
    game_db_step_t first[2 + GAME_MORE_STEPS] = {
        { GAME_SQL_AWARD_LOCK, 3, lock, NULL },
        { GAME_SQL_AWARD_FACTS, FACT_VALUES, facts, NULL }
    };
    int more;
    game_db_step_t last = { GAME_SQL_AWARD_BOOK, BOOK_VALUES, values, NULL };
    game_error_t *err, *fault;
    game_db_t *db;

    if (!is_open(a)) {
        return ask_closed(a, out);
    }
    bind_facts(a, facts);
    more = game_more_steps(&a->more, first + 2);
    err = game_db_open_tx(a->req, &db, first, 2 + more);
    if (err) {
        return err;
    }
    a->facts = first[1].rows;
    game_more_take(&a->more, first + 2, more);
    fault = take_prior(a, out) ? NULL : score_event(a);
    if (fault || a->outcome) {
        game_db_close_tx(db, NULL);
        return fault;
    }
    bind_book(a, values);
    err = game_db_close_tx(db, &last);
    if (!err) {
        take_booked(a, last.rows, out);
    }
    return err;
}

/* ---- turns ---- */

static game_error_t *simulate(attempt_t *a, game_award_t *out)
{
    game_error_t *err;

    if (!is_open(a)) {
        return game_actions_outcome(a->req, "closed");
    }
    err = read_facts(a);
    if (!err) {
        err = read_and_score(a);
    }
    if (!err) {
        out->points = a->points;
        out->case_name = a->case_name;
        out->created_at = game_cell_int(a->facts, 0, FACT_NOW);
        out->user_created = !game_cell_true(a->facts, 0, FACT_USER);
    }
    return err;
}

static void note(const attempt_t *a, const game_award_t *out)
{
    game_req_t *req = a->req;

    game_request_note(req, "task", a->in->external_task_id);
    game_request_note(req, "user", a->in->external_user_id);
    game_request_note(req, "strategy", a->strategy_id);
    game_request_note(req, "points", game_bind_int(req->pool, out->points));
    game_request_note(req, "case", out->case_name);
    if (a->in->key) {
        game_request_note(req, "idem", out->replayed ? "replay" : "new");
    }
}

static game_error_t *take_turns(game_req_t *req, const game_award_in_t *in,
                                game_award_t *out)
{
    game_error_t *err = NULL;
    attempt_t a;
    int turn;

    memset(&a, 0, sizeof(a));
    memset(out, 0, sizeof(*out));
    a.req = req;
    a.in = in;
    for (turn = 0; turn < TURNS; turn++) {
        err = prepare(&a);
        if (err) {
            return err;
        }
        err = in->simulated ? simulate(&a, out)
            : turn < OPTIMISTIC_TURNS ? optimistic(&a, out)
            : locked(&a, out);
        if (err) {
            if (!in->simulated) {
                game_program_observe(req, a.strategy);
            }
            return err;
        }
        if (a.outcome && !strcmp(a.outcome, "config")) {
            game_catalog_changed(req, in->game_id);
            continue;
        }
        if (!a.outcome || strcmp(a.outcome, "history")) {
            break;
        }
    }
    if (turn == TURNS) {
        return game_error_unavailable(req->pool, "an award found no quiet "
                                      "moment");
    }
    if (a.outcome) {
        err = game_actions_outcome(req, a.outcome);
        out->replayed = !strcmp(a.outcome, "replay");
    }
    if (!err && !in->simulated && !out->replayed) {
        game_program_observe(req, a.strategy);
    }
    if (!err) {
        note(&a, out);
    }
    return err;
}

game_error_t *game_economy_award(game_req_t *req, const game_award_in_t *in,
                                 game_award_t *out)
{
    game_error_t *err = take_turns(req, in, out);

    if (err) {
        game_metrics_award(err->status < 500 ? "refused" : "failed", 0);
    }
    else if (in->simulated || out->replayed) {
        game_metrics_award(in->simulated ? "simulated" : "replayed", 0);
    }
    else {
        game_metrics_award("awarded", out->points);
    }
    return err;
}

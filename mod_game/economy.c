/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The award: read what the strategy asks for, score (economy_score.c), book.
 * What was read is checked again by game.award; when it moved, the event is
 * scored again.
 */

#include "economy.h"

#include <string.h>

#include <httpd.h>

#include <apr_strings.h>

#include "api/actions.h"
#include "db.h"
#include "economy_score.h"
#include "metrics.h"
#include "program.h"

#define OPTIMISTIC_TURNS 2      /* then the history is locked */
#define TURNS 8

/* Columns of award_book. */
enum {
    BOOK_OUTCOME, BOOK_ID, BOOK_CREATED, BOOK_NEW, BOOK_POINTS, BOOK_CASE
};

/* ---- booking ---- */

#define BOOK_VALUES (19 + GAME_MORE_BOUND)

static void bind_book(const game_scoring_t *a, const char **values)
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

static void take_booked(game_scoring_t *a, const game_rows_t *rows,
                        game_award_t *out)
{
    a->outcome = game_cell(rows, 0, BOOK_OUTCOME);
    out->id = game_cell(rows, 0, BOOK_ID);
    out->created_at = game_cell_int(rows, 0, BOOK_CREATED);
    out->user_created = game_cell_true(rows, 0, BOOK_NEW);
    out->points = game_cell_int(rows, 0, BOOK_POINTS);
    out->case_name = game_cell(rows, 0, BOOK_CASE);
}

static game_error_t *book(game_scoring_t *a, game_award_t *out)
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
static int take_prior(game_scoring_t *a, game_award_t *out)
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

static int is_open(const game_scoring_t *a)
{
    return !strcmp(a->task->status, "open");
}

/* A closed task is asked of the database all the same: the key may have its
 * award, and this process may not know yet that the task was opened. */
static game_error_t *ask_closed(game_scoring_t *a, game_award_t *out)
{
    a->points = 0;
    a->case_name = "";
    a->data = NULL;
    a->facts = NULL;
    return book(a, out);
}

/* A repeat is answered even when its strategy refuses by now; where no
 * history was read, the key has not been looked up yet. */
static int prior_instead(game_scoring_t *a, game_award_t *out)
{
    if (!a->in->key || a->facts) {
        return 0;
    }
    a->wants_facts = 1;
    return !game_scoring_facts(a) && take_prior(a, out);
}

static game_error_t *optimistic(game_scoring_t *a, game_award_t *out)
{
    game_error_t *err;

    if (!is_open(a)) {
        return ask_closed(a, out);
    }
    err = game_scoring_facts(a);
    if (err || take_prior(a, out)) {
        return err;
    }
    err = game_scoring_read(a);
    if (!err) {
        err = game_scoring_settle(a);
    }
    if (err) {
        return prior_instead(a, out) ? NULL : err;
    }
    return book(a, out);
}

/* The history's row stays locked from reading to booking: two round trips,
 * and nobody can come between. */
static game_error_t *locked(game_scoring_t *a, game_award_t *out)
{
    const char *lock[] = { a->user.bucket, a->user.id, a->game->id };
    const char *values[BOOK_VALUES];
    game_db_step_t first[1 + GAME_SCORING_STEPS] = {
        { GAME_SQL_AWARD_LOCK, 3, lock, NULL }
    };
    int count;
    game_db_step_t last = { GAME_SQL_AWARD_BOOK, BOOK_VALUES, values, NULL };
    game_error_t *err, *fault;
    game_db_t *db;

    if (!is_open(a)) {
        return ask_closed(a, out);
    }
    count = game_scoring_steps(a, first + 1);
    err = game_db_open_tx(a->req, &db, first, 1 + count);
    if (err) {
        return err;
    }
    game_scoring_take(a, first + 1, count);
    fault = take_prior(a, out) ? NULL : game_scoring_score(a);
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

static game_error_t *simulate(game_scoring_t *a, game_award_t *out)
{
    game_error_t *err;

    if (!is_open(a)) {
        return game_actions_outcome(a->req, "closed");
    }
    err = game_scoring_facts(a);
    if (!err) {
        err = game_scoring_read(a);
    }
    if (!err) {
        out->points = a->points;
        out->case_name = a->case_name;
        out->created_at = game_cell_int(a->facts, 0, FACT_NOW);
        out->user_created = !game_cell_true(a->facts, 0, FACT_USER);
    }
    return err;
}

static void note(const game_scoring_t *a, const game_award_t *out)
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
    game_scoring_t a;
    int turn;

    memset(&a, 0, sizeof(a));
    memset(out, 0, sizeof(*out));
    a.req = req;
    a.in = in;
    for (turn = 0; turn < TURNS; turn++) {
        err = game_scoring_prepare(&a);
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

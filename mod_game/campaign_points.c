/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Scoring and booking of a play that ends. As an award: optimistic at first,
 * then with the history locked; whatever moved in between, campaigns.play_book
 * refuses and nothing is written.
 */

#include "campaign_points.h"

#include <string.h>

#include <http_log.h>

#include "api/actions.h"
#include "api/campaign_errors.h"
#include "economy_score.h"
#include "log.h"
#include "metrics.h"
#include "program.h"

#define EVENTS 2                /* campaign-play, campaign-win */
#define OPTIMISTIC_TURNS 2      /* then the history is locked */
#define TURNS 8
#define BOOK_VALUES 24

/* Columns of campaign_play_open. */
enum {
    OPEN_OUTCOME, OPEN_PLAYER, OPEN_ANONYMOUS, OPEN_RESULT, OPEN_RUN,
    OPEN_CHECKSUM, OPEN_GAME, OPEN_REALM, OPEN_PREFIX, OPEN_SUBJECT
};

/* Columns of campaign_play_book. */
enum { BOOK_OUTCOME, BOOK_POINTS, BOOK_PLAY };

/* A play on its way to its end. */
typedef struct ending_t {
    game_req_t *req;
    const game_play_end_t *in;
    const game_rows_t *open;    /* one row of campaign_play_open */
    game_user_id_t user;
    game_award_in_t events[EVENTS];
    game_scoring_t tries[EVENTS];
    game_scoring_t *scores[EVENTS];     /* of those that can give points */
    int count;
    const char *outcome;        /* of campaigns.play_book; or NULL */
    apr_int64_t points;
    const char *play;
} ending_t;

static const char *opened(const ending_t *e, int column)
{
    return game_cell(e->open, 0, column);
}

/* ---- refusals ---- */

static const struct {
    const char *outcome, *code, *message;
} refusals[] = {
    { "missing", "PLAY_NOT_FOUND", "the play does not exist" },
    { "token", "INVALID_PLAY_TOKEN", "the token is not the play's" },
    { "used", "ALREADY_FINISHED", "the play is finished" },
    { "expired", "PLAY_EXPIRED", "the play was not finished in time" }
};

static game_error_t *refusal(game_req_t *req, const char *outcome)
{
    apr_size_t i;

    for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        if (!strcmp(outcome, refusals[i].outcome)) {
            return game_campaign_error(req->pool, refusals[i].code, NULL,
                                       "%s", refusals[i].message);
        }
    }
    return game_actions_outcome(req, outcome);
}

/* ---- events ---- */

static void add_event(ending_t *e, const char *task)
{
    game_award_in_t *event = &e->events[e->count];
    apr_pool_t *pool = e->req->pool;
    game_json_t *data = game_json_new_object(pool);

    game_json_set_string(pool, data, "event", "campaign_play");
    game_json_set_string(pool, data, "outcome", opened(e, OPEN_RESULT));
    game_json_set_string(pool, data, "idempotencyKey", e->in->play);
    *event = (game_award_in_t){
        .game_id = opened(e, OPEN_GAME), .external_task_id = task,
        .external_user_id = opened(e, OPEN_PLAYER), .data = data,
        .trusted = 1
    };
    e->tries[e->count] = (game_scoring_t){ .req = e->req, .in = event };
    e->scores[e->count] = &e->tries[e->count];
    e->count++;
}

/* What an event is not scored for is not the player's fault. */
static void say_refused(const ending_t *e, const game_scoring_t *score,
                        const game_error_t *err)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, e->req->r, GAME_LOGNO(0720)
                  "a play of campaign %s gives no points of %s: %s",
                  e->in->campaign, score->in->external_task_id,
                  err->detail ? err->detail : err->detail_json);
}

/* Take an event out. */
static void drop(ending_t *e, int which)
{
    e->count--;
    for (; which < e->count; which++) {
        e->scores[which] = e->scores[which + 1];
    }
}

/* An error of one event: passed on when the server's, else the event is
 * dropped. */
static game_error_t *judge(ending_t *e, int which, game_error_t *err)
{
    if (err->status >= HTTP_INTERNAL_SERVER_ERROR) {
        return err;
    }
    say_refused(e, e->scores[which], err);
    if (e->scores[which]->strategy) {
        game_program_observe(e->req, e->scores[which]->strategy);
    }
    drop(e, which);
    return NULL;
}

/* Anonymous plays, and those of a campaign without a game, have none. */
static game_error_t *prepare(ending_t *e)
{
    game_error_t *err = NULL;
    int i = 0;

    e->count = 0;
    if (!opened(e, OPEN_GAME) || game_cell_true(e->open, 0, OPEN_ANONYMOUS)) {
        return NULL;
    }
    game_request_user(e->req, opened(e, OPEN_REALM), opened(e, OPEN_PLAYER),
                      &e->user);
    add_event(e, "campaign-play");
    if (!strcmp(opened(e, OPEN_RESULT), "win")) {
        add_event(e, "campaign-win");
    }
    while (!err && i < e->count) {
        game_scoring_t *score = e->scores[i];

        err = game_scoring_prepare(score);
        if (err) {
            err = judge(e, i, err);
        }
        else if (strcmp(score->task->status, "open")) {
            drop(e, i);
        }
        else {
            i++;
        }
    }
    return err;
}

/* ---- booking ---- */

/* What the awards are bound as: lists, an element each. */
typedef struct lists_t {
    const char *tasks[EVENTS], *versions[EVENTS], *points[EVENTS];
    const char *cases[EVENTS], *data[EVENTS];
    const char *places[GAME_MORE_BOUND][EVENTS];
} lists_t;

static void collect(const ending_t *e, lists_t *lists)
{
    const char *place[GAME_MORE_BOUND];
    int i, k;

    for (i = 0; i < e->count; i++) {
        const game_scoring_t *score = e->scores[i];

        lists->tasks[i] = score->task->id;
        lists->versions[i] = score->task->version;
        lists->points[i] = game_bind_int(e->req->pool, score->points);
        lists->cases[i] = score->case_name;
        lists->data[i] = score->data;
        game_more_bind(&score->more, place);
        for (k = 0; k < GAME_MORE_BOUND; k++) {
            lists->places[k][i] = place[k];
        }
    }
}

/* The version of the history that was scored with; NULL: none was read. */
static const char *history_of(const ending_t *e)
{
    int i;

    for (i = 0; i < e->count; i++) {
        if (e->scores[i]->facts && e->scores[i]->needs.mask) {
            return game_cell(e->scores[i]->facts, 0, FACT_HISTORY);
        }
    }
    return NULL;
}

static int is_known(const ending_t *e)
{
    return e->user.id[0] != '\0';
}

static void bind_book(const ending_t *e, const char **values)
{
    const game_server_conf_t *conf = e->req->server;
    apr_pool_t *pool = e->req->pool;
    lists_t lists;
    int i = 0, k;

    collect(e, &lists);
    values[i++] = e->in->campaign;
    values[i++] = e->in->play;
    values[i++] = e->in->token;
    values[i++] = e->in->duration_ms;
    values[i++] = e->in->result;
    values[i++] = is_known(e) ? e->user.bucket : NULL;
    values[i++] = is_known(e) ? e->user.id : NULL;
    values[i++] = opened(e, OPEN_PLAYER);
    values[i++] = opened(e, OPEN_REALM);
    values[i++] = opened(e, OPEN_GAME);
    values[i++] = e->count ? e->scores[0]->game->version : NULL;
    values[i++] = history_of(e);
    values[i++] = game_bind_array(pool, lists.tasks, e->count);
    values[i++] = game_bind_array(pool, lists.versions, e->count);
    values[i++] = game_bind_array(pool, lists.points, e->count);
    values[i++] = game_bind_array(pool, lists.cases, e->count);
    values[i++] = game_bind_array(pool, lists.data, e->count);
    for (k = 0; k < GAME_MORE_BOUND; k++) {
        values[i++] = game_bind_array(pool, lists.places[k], e->count);
    }
    values[i++] = opened(e, OPEN_PREFIX);
    values[i++] = opened(e, OPEN_SUBJECT);
    values[i++] = game_bind_int(pool, game_conf_conversion_rate(conf));
    values[i++] = game_bind_bool(game_conf_allow_negative(conf));
}

static void take_booked(ending_t *e, const game_rows_t *rows)
{
    e->outcome = game_cell(rows, 0, BOOK_OUTCOME);
    e->points = game_cell_int(rows, 0, BOOK_POINTS);
    e->play = game_cell(rows, 0, BOOK_PLAY);
}

/* ---- turns ---- */

/* Events that were read with different histories are read again. */
static int is_moved(const ending_t *e)
{
    const char *history = history_of(e);
    int i;

    for (i = 0; i < e->count; i++) {
        if (e->scores[i]->facts && e->scores[i]->needs.mask
            && strcmp(game_cell(e->scores[i]->facts, 0, FACT_HISTORY),
                      history)) {
            return 1;
        }
    }
    return 0;
}

static game_error_t *score_all(ending_t *e)
{
    game_error_t *err = NULL;
    int i = 0;

    while (!err && i < e->count) {
        game_scoring_t *score = e->scores[i];

        err = game_scoring_facts(score);
        if (!err) {
            err = game_scoring_read(score);
        }
        if (!err) {
            err = game_scoring_settle(score);
        }
        if (err) {
            err = judge(e, i, err);
        }
        else {
            i++;
        }
    }
    return err;
}

static game_error_t *optimistic(ending_t *e)
{
    const char *values[BOOK_VALUES];
    const game_rows_t *rows;
    game_error_t *err = score_all(e);

    if (err) {
        return err;
    }
    if (is_moved(e)) {
        e->outcome = "history";
        return NULL;
    }
    bind_book(e, values);
    err = game_db_run(e->req, GAME_SQL_CAMPAIGN_PLAY_BOOK, &rows,
                      BOOK_VALUES, values);
    if (!err) {
        take_booked(e, rows);
    }
    return err;
}

/* Score what was read under the lock; what is refused is dropped. */
static game_error_t *score_taken(ending_t *e)
{
    game_error_t *err = NULL;
    int i = 0;

    while (!err && i < e->count) {
        err = game_scoring_score(e->scores[i]);
        if (err) {
            err = judge(e, i, err);
        }
        else {
            i++;
        }
    }
    return err;
}

static game_error_t *locked(ending_t *e)
{
    const char *lock[] = { e->user.bucket, e->user.id,
                           opened(e, OPEN_GAME) };
    const char *values[BOOK_VALUES];
    game_db_step_t first[1 + EVENTS * GAME_SCORING_STEPS] = {
        { GAME_SQL_AWARD_LOCK, 3, lock, NULL }
    };
    game_db_step_t last = {
        GAME_SQL_CAMPAIGN_PLAY_BOOK, BOOK_VALUES, values, NULL
    };
    int at[EVENTS + 1] = { 1 }, i;
    game_error_t *err;
    game_db_t *db;

    for (i = 0; i < e->count; i++) {
        at[i + 1] = at[i] + game_scoring_steps(e->scores[i], first + at[i]);
    }
    err = game_db_open_tx(e->req, &db, first, at[e->count]);
    if (err) {
        return err;
    }
    for (i = 0; i < e->count; i++) {
        game_scoring_take(e->scores[i], first + at[i], at[i + 1] - at[i]);
    }
    err = score_taken(e);
    if (err) {
        game_db_close_tx(db, NULL);
        return err;
    }
    bind_book(e, values);
    err = game_db_close_tx(db, &last);
    if (!err) {
        take_booked(e, last.rows);
    }
    return err;
}

static game_error_t *open_play(ending_t *e)
{
    game_error_t *err = GAME_DB_RUN(e->req, GAME_SQL_CAMPAIGN_PLAY_OPEN,
                                    &e->open, e->in->campaign, e->in->play,
                                    e->in->token);

    return err ? err : refusal(e->req, opened(e, OPEN_OUTCOME));
}

/* @return whether what was read is another thing by now */
static int is_again(ending_t *e)
{
    if (!strcmp(e->outcome, "config") || !strcmp(e->outcome, "closed")) {
        game_catalog_changed(e->req, opened(e, OPEN_GAME));
        return 1;
    }
    return !strcmp(e->outcome, "history");
}

static void note(const ending_t *e)
{
    int i;

    game_request_note(e->req, "user", opened(e, OPEN_PLAYER));
    game_request_note(e->req, "points",
                      game_bind_int(e->req->pool, e->points));
    for (i = 0; i < e->count; i++) {
        game_program_observe(e->req, e->scores[i]->strategy);
        game_metrics_award("awarded", e->scores[i]->points);
    }
}

game_error_t *game_campaign_finish(game_req_t *req,
                                   const game_play_end_t *in,
                                   const char **play)
{
    ending_t e = { .req = req, .in = in };
    game_error_t *err = open_play(&e);
    int turn;

    for (turn = 0; !err && turn < TURNS; turn++) {
        err = prepare(&e);
        if (!err) {
            err = turn < OPTIMISTIC_TURNS || !e.count ? optimistic(&e)
                : locked(&e);
        }
        if (!err && !is_again(&e)) {
            break;
        }
    }
    if (!err && turn == TURNS) {
        err = game_error_unavailable(req->pool, "the end of a play found no "
                                     "quiet moment");
    }
    if (!err) {
        err = refusal(req, e.outcome);
    }
    if (!err) {
        note(&e);
        *play = e.play;
    }
    return err;
}

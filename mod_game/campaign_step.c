/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * One step that was claimed: its input, the cache, the skill, and how it
 * ends. What is written is written under the lease: a step that was taken
 * away meanwhile is dropped here, and whoever has it now does it.
 *
 * Files are there before the row that names them, and the row of a step that
 * ends is written in one transaction: a process that is killed anywhere
 * leaves files that nobody names, and nothing else.
 */

#include "campaign_step_int.h"

#include <string.h>

#include <http_log.h>

#include <apr_atomic.h>
#include <apr_strings.h>

#include "campaign_events.h"
#include "context.h"
#include "log.h"
#include "metrics.h"
#include "plan.h"

APLOG_USE_MODULE(game);

#define PATIENCE_MIN apr_time_from_msec(100)    /* with a lost database */
#define PATIENCE_MAX apr_time_from_sec(2)

/* ---- telling ---- */

static void say(game_work_t *work, const char *event, const char *status,
                const char *more)
{
    game_event_t line = {
        .event = event, .run = work->claim->run,
        .step = work->claim->step_id, .status = status, .more = more,
        .took = strcmp(event, "step_started") ? apr_time_now() - work->began
                                              : 0,
        .error = work->fault ? work->fault->code : NULL,
        .is_bad = !strcmp(status, "failed")
    };

    game_event_log(work->hand->crew->server, work->pool, &line);
}

/* How the step ended, and its run when it was the last. */
static void say_end(game_work_t *work, const char *status)
{
    apr_interval_time_t took = apr_time_now() - work->began;
    const char *more = apr_psprintf(work->pool, "attempt=%d%s",
                                    work->claim->attempt,
                                    strcmp(status, "skipped") ? ""
                                                   : " cache=hit");

    if (work->fault) {
        more = apr_psprintf(work->pool, "%s message=\"%s\"", more,
                            work->fault->message);
    }
    say(work, apr_pstrcat(work->pool, "step_", status, NULL), status, more);
    game_metrics_campaign_step(work->claim->skill, status, took);
    if (work->run_status) {
        game_event_run(work->hand->crew->server, work->pool,
                       work->claim->run, work->run_status,
                       work->fault ? work->fault->code : NULL,
                       work->claim->ran + took);
    }
}

static void say_lost(game_work_t *work)
{
    say(work, "step_lost", "lost", NULL);
    game_metrics_campaign_step(work->claim->skill, "lost", 0);
}

/* ---- sending, as long as it takes ---- */

typedef game_error_t *send_fn(game_work_t *work);

static game_error_t *send_input(game_work_t *work)
{
    return game_queue_input(work->hand->db, work->pool, work->claim,
                            work->hash, work->lookup, &work->outcome,
                            &work->cached);
}

static game_error_t *send_drop(game_work_t *work)
{
    return game_queue_drop(work->hand->db, work->pool, work->cached.id);
}

static game_error_t *send_finish(game_work_t *work)
{
    game_error_t *err = game_queue_finish(work->hand->db, work->pool,
                                          work->claim, &work->ending,
                                          &work->ended);

    work->outcome = work->ended.outcome;
    work->run_status = work->ended.run_status;
    return err;
}

static game_error_t *send_retry(game_work_t *work)
{
    return game_queue_retry(work->hand->db, work->pool, work->claim,
                            work->ending.error, work->delay_ms,
                            &work->outcome, &work->run_status);
}

static game_error_t *send_fail(game_work_t *work)
{
    return game_queue_fail(work->hand->db, work->pool, work->claim,
                           work->fault, &work->outcome);
}

static int is_lost(const game_work_t *work)
{
    return apr_atomic_read32(&work->hand->lost) != 0;
}

/* Send until it arrives. What was done when the connection was lost is not
 * known: sent again it is answered "lost" then, which is true.
 * @return whether it was answered; else the process ends, the step is lost,
 *         or the database refuses it */
static int persist(game_work_t *work, send_fn *send)
{
    game_crew_t *crew = work->hand->crew;
    apr_interval_time_t patience = PATIENCE_MIN;
    game_error_t *err = send(work);

    while (game_crew_tell(crew, err) && !is_lost(work)
           && game_crew_pause(crew, patience)) {
        patience = patience * 2 > PATIENCE_MAX ? PATIENCE_MAX : patience * 2;
        err = send(work);
    }
    if (err && err->status != HTTP_SERVICE_UNAVAILABLE) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, crew->server,
                     GAME_LOGNO(0703) "step %s of run %s cannot be written: "
                     "%s", work->claim->step_id, work->claim->run,
                     err->log ? err->log : err->detail ? err->detail : "?");
    }
    return !err;
}

static int is_outcome(const game_work_t *work, const char *outcome)
{
    return !strcmp(work->outcome, outcome);
}

/* ---- ends ---- */

static void fail(game_work_t *work)
{
    memset(&work->ending, 0, sizeof(work->ending));
    work->ending.status = "failed";
    work->ending.error = game_make_error(work);
    if (persist(work, send_finish)) {
        if (is_outcome(work, "done")) {
            say_end(work, "failed");
        }
        else {
            say_lost(work);
        }
    }
}

static void retry(game_work_t *work)
{
    work->ending.error = game_make_error(work);
    if (!persist(work, send_retry)) {
        return;
    }
    if (is_outcome(work, "waiting")) {
        say(work, "step_retry", "running", apr_psprintf(work->pool,
            "attempt=%d delay_ms=%d message=\"%s\"", work->claim->attempt,
            work->delay_ms, work->fault->message));
        game_metrics_campaign_step(work->claim->skill, "retried", 0);
        game_hand_call_later(work->hand->crew,
                             apr_time_from_msec(work->delay_ms));
    }
    else if (is_outcome(work, "cancelled")) {
        say_end(work, "failed");
    }
    else {
        say_lost(work);
    }
}

/* Give it back as it was: the process ends, nobody failed. */
static void release(game_work_t *work)
{
    const char *step = work->claim->step, *lease = work->claim->lease;
    const char *state = "lost";

    if (!game_queue_leases(work->hand->db, work->pool, &step, &lease, 1, 0,
                           &state)) {
        say(work, "step_released", state, NULL);
        game_metrics_campaign_step(work->claim->skill, "released", 0);
    }
}

/* The work came to nothing, for one of several reasons. */
static void give_up(game_work_t *work, const game_fault_t *fault)
{
    game_crew_t *crew = work->hand->crew;
    int cancelled = apr_atomic_read32(&work->hand->cancelled) != 0;

    work->fault = fault;
    if (is_lost(work)) {
        say_lost(work);
    }
    else if (cancelled && !strcmp(fault->code, "RUN_CANCELLED")) {
        work->fault = game_fault_make(work->pool, "RUN_CANCELLED",
                                      "the run was cancelled");
        fail(work);
    }
    else if (game_crew_is_stopping(crew)) {
        release(work);
    }
    else if (work->run_over && apr_time_now() >= work->run_over) {
        game_crew_reap(crew);   /* who ends the run ends the step */
    }
    else {
        work->delay_ms = work->def ? game_plan_retry(work->def,
                             work->claim->attempt, fault->code)
                       : GAME_PLAN_GIVE_UP;
        if (work->delay_ms == GAME_PLAN_GIVE_UP) {
            fail(work);
        }
        else {
            retry(work);
        }
    }
}

/* The run cannot go on, whatever its other steps say. */
static void fail_run(game_work_t *work, const game_fault_t *fault)
{
    work->fault = fault;
    if (!persist(work, send_fail)) {
        return;
    }
    if (is_outcome(work, "failed")) {
        work->run_status = "failed";
        say_end(work, "failed");
    }
    else {
        say_lost(work);
    }
}

/* ---- the step ---- */

static int is_stopped(void *baton)
{
    game_hand_t *hand = baton;

    return game_crew_is_stopping(hand->crew)
        || apr_atomic_read32(&hand->cancelled)
        || apr_atomic_read32(&hand->lost);
}

/* Why nothing was written: the work is stopped, or the database refuses. */
static game_fault_t *not_written(game_work_t *work)
{
    return is_stopped(work->hand)
        ? game_fault_make(work->pool, "RUN_CANCELLED",
                          "the work was stopped")
        : game_fault_make(work->pool, "EXECUTION_ERROR",
                          "the step cannot be written");
}

/* What cannot be written has failed. */
static void finish(game_work_t *work)
{
    const char *status = work->ending.status;

    if (!persist(work, send_finish)) {
        give_up(work, not_written(work));
    }
    else if (is_outcome(work, "done")) {
        say_end(work, status);
    }
    else if (is_outcome(work, "capacity")) {
        give_up(work, game_fault_make(work->pool,
            "CONTEXT_CAPACITY_EXCEEDED", "a run has at most %d artifacts",
            GAME_CONTEXT_ARTIFACTS));
    }
    else {
        say_lost(work);
    }
}

/* A hit whose files are gone, or not whole, is none. */
static int has_hit(game_work_t *work)
{
    const char *what = work->cached.id ? "cache_hit" : "cache_miss";

    if (!work->lookup) {
        return 0;
    }
    if (work->cached.id && !game_make_is_usable(work)) {
        what = "cache_broken";
        persist(work, send_drop);
        work->cached.id = NULL;
    }
    say(work, what, "running", apr_pstrcat(work->pool, "key=",
        game_plan_cache_key(work->pool, work->workflow, work->def->ordinal,
                            work->hash), NULL));
    return work->cached.id != NULL;
}

/* From the input to how it ends. */
static game_fault_t *go_on(game_work_t *work)
{
    game_json_t *input;
    game_fault_t *fault = game_make_input(work, &input);

    if (fault) {
        return fault;
    }
    if (!persist(work, send_input)) {
        return not_written(work);
    }
    if (is_outcome(work, "lost")) {
        apr_atomic_set32(&work->hand->lost, 1);
    }
    else if (is_outcome(work, "cancel")) {
        apr_atomic_set32(&work->hand->cancelled, 1);
    }
    if (!is_outcome(work, "ok")) {
        return not_written(work);
    }
    return has_hit(work) ? game_make_hit(work)
                         : game_make_result(work, input, is_stopped);
}

static void say_begin(game_work_t *work)
{
    const game_claim_t *claim = work->claim;
    game_event_t event = { .event = "run_started", .run = claim->run,
                           .status = "running" };

    if (claim->begins) {
        game_event_log(work->hand->crew->server, work->pool, &event);
    }
    say(work, "step_started", "running",
        apr_psprintf(work->pool, "skill=%s attempt=%d recoveries=%d",
                     claim->skill, claim->attempt, claim->recoveries));
}

void game_step_do(game_hand_t *hand, apr_pool_t *pool,
                  const game_claim_t *claim)
{
    int timeout = game_conf_campaign_run_timeout(hand->crew->campaigns->conf);
    game_work_t work = { .hand = hand, .pool = pool, .claim = claim,
                         .began = apr_time_now() };
    game_fault_t *fault;

    if (timeout) {
        work.run_over = work.began + apr_time_from_sec(timeout) - claim->ran;
    }
    say_begin(&work);
    fault = game_make_find(&work);
    if (fault) {
        fail_run(&work, fault);
        return;
    }
    fault = go_on(&work);
    if (fault) {
        give_up(&work, fault);
    }
    else {
        finish(&work);
    }
}

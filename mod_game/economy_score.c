/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * An attempt to score an event: what its strategy asks for is read, then it
 * scores. Nothing is booked here.
 */

#include "economy_score.h"

#include <string.h>

#include <httpd.h>

#include <apr_strings.h>

#include "api/actions.h"
#include "builtins.h"
#include "program.h"

#define BAD_PAYLOAD "Invalid scoring payload for strategy execution. " \
                    "Verify required fields and data types."

/* Whether to read game and task again: their strategy is not published, and
 * they may be from before the publication that moved them. */
static int is_stale(game_scoring_t *a)
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

game_error_t *game_scoring_prepare(game_scoring_t *a)
{
    game_req_t *req = a->req;
    game_error_t *err = (a->in->trusted ? game_catalog_game
                                        : game_catalog_own_game)
        (req, a->in->game_id, &a->game);

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
        return game_scoring_prepare(a);
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

static void bind_facts(game_scoring_t *a)
{
    apr_pool_t *pool = a->req->pool;
    const char **values = a->bound;

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

game_error_t *game_scoring_facts(game_scoring_t *a)
{
    if (!a->wants_facts) {
        return NULL;
    }
    bind_facts(a);
    return game_db_run(a->req, GAME_SQL_AWARD_FACTS, &a->facts,
                       GAME_FACT_VALUES, a->bound);
}

int game_scoring_steps(game_scoring_t *a, game_db_step_t *steps)
{
    bind_facts(a);
    steps[0] = (game_db_step_t){
        GAME_SQL_AWARD_FACTS, GAME_FACT_VALUES, a->bound, NULL
    };
    return 1 + game_more_steps(&a->more, steps + 1);
}

void game_scoring_take(game_scoring_t *a, const game_db_step_t *steps,
                       int count)
{
    a->facts = steps[0].rows;
    game_more_take(&a->more, steps + 1, count - 1);
}

/* ---- scoring ---- */

static game_error_t *check_user(const game_scoring_t *a)
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

static game_error_t *take_score(game_scoring_t *a, const game_score_t *score,
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

game_error_t *game_scoring_score(game_scoring_t *a)
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

/* Read what the facts do not say, and score. */
game_error_t *game_scoring_read(game_scoring_t *a)
{
    game_error_t *err = game_more_read(&a->more);

    return err ? err : game_scoring_score(a);
}

/* Store what the event is scored with; when that is another thing by now,
 * it is scored again. */
game_error_t *game_scoring_settle(game_scoring_t *a)
{
    int moved;
    game_error_t *err = game_more_settle(&a->more, &moved);

    return err || !moved ? err : game_scoring_score(a);
}

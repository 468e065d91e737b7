/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Scoring by programs: what every custom strategy does as a strategy, and
 * what became of the last run of a pool.
 */

#include "program.h"

#include <string.h>

#include <apr_strings.h>

#include "builtins.h"
#include "metrics.h"
#include "program_int.h"
#include "trace.h"

#define NO_MATCH "no_rule_matched"
#define OUTCOME "game-program-outcome"

/* What a score() was: left with its pool. */
typedef struct outcome_t {
    const game_program_t *program;
    game_error_t *err;          /* NULL when it scored, or a parent refused */
    int observed;               /* noted, or nothing to note */
    game_run_t run;
} outcome_t;

/* Where runs at a server are noted: a list made in child_init. */
typedef struct place_t {
    const server_rec *server;
    game_runlog_t *log;
    struct place_t *next;
} place_t;

static place_t *places;

/* Requests may end after the process's pool did, with their connections. */
static apr_status_t forget(void *data)
{
    (void)data;
    places = NULL;
    return APR_SUCCESS;
}

void game_program_setup_log(apr_pool_t *pchild, const server_rec *server,
                            game_runlog_t *log)
{
    place_t *place;

    if (!log) {
        places = NULL;
        apr_pool_cleanup_register(pchild, NULL, forget,
                                  apr_pool_cleanup_null);
        return;
    }
    place = apr_pcalloc(pchild, sizeof(*place));
    place->server = server;
    place->log = log;
    place->next = places;
    places = place;
}

static game_runlog_t *log_of(const server_rec *server)
{
    const place_t *place;

    for (place = places; place; place = place->next) {
        if (place->server == server) {
            return place->log;
        }
    }
    return NULL;
}

static apr_status_t flush(void *log)
{
    if (places) {
        game_runlog_flush(log);
    }
    return APR_SUCCESS;
}

/* The program behind the end of its variables (program.c). */
static const game_program_t *behind(const game_variable_t *variables)
{
    while (variables->name) {
        variables++;
    }
    return (const game_program_t *)(const void *)variables->value.as.text;
}

/* ---- needs ---- */

int game_program_join_needs(const game_dsl_program_t *code,
                            const game_strategy_t *parent,
                            const game_variable_t *variables,
                            game_needs_t *needs)
{
    game_needs_t own;

    memset(&own, 0, sizeof(own));
    memset(needs, 0, sizeof(*needs));
    game_dsl_needs(code, game_dsl_sections(code), &own);
    if (parent && parent->needs) {
        parent->needs(variables, needs);
    }
    if ((own.mask & needs->mask & GAME_INPUT_RECENT_COUNT)
        && own.recent_seconds != needs->recent_seconds) {
        return 0;
    }
    if (own.mask & GAME_INPUT_RECENT_COUNT) {
        needs->recent_seconds = own.recent_seconds;
    }
    needs->mask |= own.mask;
    return 1;
}

static int runs(const game_program_t *program)
{
    return program->code && !program->fault
        && !strcmp(program->status, "PUBLISHED");
}

void game_program_needs(const game_variable_t *variables, game_needs_t *needs)
{
    const game_program_t *program = behind(variables);

    memset(needs, 0, sizeof(*needs));
    if (runs(program)) {
        game_program_join_needs(program->code, program->parent, variables,
                                needs);
    }
}

/* ---- the parent ---- */

game_verdict_e game_program_ask_parent(void *data, const game_event_t *event,
                                       game_score_t *score, apr_pool_t *pool)
{
    const game_program_parent_t *parent = data;

    return parent->strategy->score(event, parent->variables, parent->inputs,
                                   score, pool);
}

int game_program_expired(void *data)
{
    return apr_time_now() >= *(const apr_time_t *)data;
}

/* ---- errors of awards ---- */

static game_error_t *coded(apr_pool_t *pool, int status, const char *code,
                           const char *message, const char *path)
{
    game_jw_t *jw = game_jw_make(pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "code", code);
    game_jw_string(jw, "message", message);
    game_jw_string(jw, "path", path);
    game_jw_end(jw);
    return game_error_json(pool, status, game_jw_text(jw, NULL));
}

/* Why a program does not run at all, or NULL. */
static game_error_t *refuse(const game_program_t *program, apr_pool_t *pool)
{
    if (strcmp(program->status, "PUBLISHED")) {
        return coded(pool, HTTP_CONFLICT, "STRATEGY_NOT_PUBLISHED",
                     apr_psprintf(pool, "The strategy %s is not published.",
                                  program->strategy.id), NULL);
    }
    if (program->fault) {
        return coded(pool, HTTP_CONFLICT, "STRATEGY_INVALID",
                     program->fault, NULL);
    }
    return NULL;
}

/* ---- scoring ---- */

static outcome_t *outcome_make(const game_program_t *program,
                               const game_event_t *event, apr_pool_t *pool)
{
    outcome_t *outcome = apr_pcalloc(pool, sizeof(*outcome));
    game_run_t *run = &outcome->run;

    outcome->program = program;
    outcome->observed = 1;
    run->strategy_id = program->id;
    run->version = program->version;
    run->type = program->type;
    run->realm = program->realm;
    run->parent = program->parent_id;
    run->game = apr_pstrdup(pool, event->external_game_id);
    run->task = apr_pstrdup(pool, event->external_task_id);
    run->user = apr_pstrdup(pool, event->external_user_id);
    run->at = apr_time_now();
    apr_pool_userdata_setn(outcome, OUTCOME, NULL, pool);
    return outcome;
}

static const char *trace_of(const void *baton)
{
    return game_dsl_trace_text(baton);
}

static void take_fault(outcome_t *outcome, const game_dsl_fault_t *fault,
                       game_score_t *score, apr_pool_t *pool)
{
    outcome->run.status = fault->kind == GAME_DSL_TIMEOUT ? "timeout"
                        : fault->kind == GAME_DSL_LIMIT ? "limit" : "error";
    outcome->run.code = fault->name;
    outcome->err = coded(pool, HTTP_UNPROCESSABLE_ENTITY, fault->name,
                         fault->message, fault->node);
    score->detail = fault->message;
}

static game_verdict_e take_result(outcome_t *outcome,
                                  const game_dsl_result_t *result,
                                  game_score_t *score)
{
    game_run_t *run = &outcome->run;
    apr_int64_t whole;

    if (result->verdict != GAME_SCORED) {
        run->status = "error";
        run->code = "PARENT_REFUSED";
        score->detail = result->detail;
        return result->verdict;
    }
    score->points = result->points;
    score->case_name = result->case_name ? result->case_name : NO_MATCH;
    score->callback = result->callback;
    if (!game_points_round(&result->points, &whole)) {
        run->status = "error";          /* the award says so as well */
        run->code = "SCORE_NOT_A_NUMBER";
        return GAME_SCORED;
    }
    run->status = "ok";
    run->scored = 1;
    run->points = result->points.kind == GAME_VALUE_INT
                ? (double)result->points.as.whole : result->points.as.real;
    run->case_name = score->case_name;
    return GAME_SCORED;
}

/* Two windows of recent awards cannot be counted for one event. */
static int windows_fit(const game_program_t *program,
                       const game_variable_t *variables,
                       game_dsl_fault_t *fault)
{
    game_needs_t needs;

    if (game_program_join_needs(program->code, program->parent, variables,
                                &needs)) {
        return 1;
    }
    memset(fault, 0, sizeof(*fault));
    fault->kind = GAME_DSL_FAILED;
    fault->code = fault->name = "DSL_TWO_WINDOWS";
    fault->message = "user.recent_measurements_count counts 300 seconds, "
        "the parent strategy another time.";
    fault->params = "{}";
    return 0;
}

static int run_code(outcome_t *outcome, const game_dsl_env_t *env,
                    game_dsl_result_t *result, game_dsl_fault_t *fault,
                    apr_pool_t *pool)
{
    const game_dsl_program_t *code = outcome->program->code;
    apr_time_t start = apr_time_now();
    int done = game_dsl_score(game_dsl_run_make(pool, code), env, result,
                              fault, pool);

    outcome->run.duration_ms = (double)(apr_time_now() - start) / 1000;
    outcome->run.nodes = result->nodes;
    if (env->trace) {
        outcome->run.entries = game_dsl_trace_count(env->trace_data);
        outcome->run.trace = trace_of;
        outcome->run.baton = env->trace_data;
    }
    return done;
}

game_verdict_e game_program_score(const game_event_t *event,
                                  const game_variable_t *variables,
                                  const game_inputs_t *inputs,
                                  game_score_t *score, apr_pool_t *pool)
{
    const game_program_t *program = behind(variables);
    outcome_t *outcome = outcome_make(program, event, pool);
    apr_time_t deadline = apr_time_now()
                        + apr_time_from_msec(game_program_limits()->timeout_ms);
    game_program_parent_t parent = { program->parent, variables, inputs };
    game_dsl_env_t env = {
        .event = event, .inputs = inputs, .parent = game_program_ask_parent,
        .parent_data = &parent, .expired = game_program_expired,
        .expired_data = &deadline, .limits = game_program_limits()
    };
    game_dsl_result_t result;
    game_dsl_fault_t fault;

    outcome->err = refuse(program, pool);
    if (outcome->err) {
        score->detail = outcome->err->detail_json;
        return GAME_REFUSED;
    }
    if (!program->code) {               /* nothing to run, nothing to note */
        score->points.kind = GAME_VALUE_INT;
        score->points.as.whole = 0;
        score->case_name = NO_MATCH;
        return GAME_SCORED;
    }
    outcome->observed = 0;
    if (places) {               /* all keep traces of one length */
        env.trace = game_dsl_trace_add;
        env.trace_data = game_dsl_trace_make(pool,
                                             game_runlog_entries(places->log));
    }
    if (!windows_fit(program, variables, &fault)
        || !run_code(outcome, &env, &result, &fault, pool)) {
        take_fault(outcome, &fault, score, pool);
        return GAME_REFUSED;
    }
    return take_result(outcome, &result, score);
}

/* ---- afterwards ---- */

static outcome_t *last(const game_strategy_t *strategy, apr_pool_t *pool)
{
    void *outcome = NULL;

    if (strategy->score == game_program_score) {
        apr_pool_userdata_get(&outcome, OUTCOME, pool);
    }
    return outcome;
}

game_error_t *game_program_refusal(const game_strategy_t *strategy,
                                   apr_pool_t *pool)
{
    const outcome_t *outcome = last(strategy, pool);

    return outcome ? outcome->err : NULL;
}

void game_program_observe(game_req_t *req, const game_strategy_t *strategy)
{
    outcome_t *outcome = last(strategy, req->pool);
    game_runlog_t *log = log_of(req->r->server);

    if (outcome && !outcome->observed) {
        outcome->observed = 1;
        game_metrics_run(!strcmp(outcome->run.type, "DSL_EXTEND"),
                         outcome->run.status, outcome->run.code,
                         outcome->run.duration_ms, outcome->run.nodes);
        game_runlog_add(log, &outcome->run);
        /* where there is no thread: after the answer is sent */
        apr_pool_cleanup_register(req->pool, log, flush,
                                  apr_pool_cleanup_null);
    }
}

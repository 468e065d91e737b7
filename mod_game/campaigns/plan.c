/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Planner and scheduler as functions of statuses: nothing here waits, stores
 * or knows the time.
 */

#include "plan.h"

#include <string.h>

#include <apr_strings.h>

#include "skill.h"

/* ---- the graph ---- */

static int depends_on(const game_step_def_t *step, int place)
{
    int i;

    for (i = 0; i < step->depends; i++) {
        if (step->depends_on[i] == place) {
            return 1;
        }
    }
    return 0;
}

int game_plan_dependents(const game_workflow_t *workflow, int place,
                         int *out)
{
    int i, count = 0;

    for (i = place + 1; i < workflow->steps; i++) {
        if (depends_on(&workflow->step[i], place)) {
            out[count++] = i;
        }
    }
    return count;
}

int game_plan_closure(const game_workflow_t *workflow, int place, int *out)
{
    int i, k, count = 0;

    for (i = place + 1; i < workflow->steps; i++) {
        int found = depends_on(&workflow->step[i], place);

        for (k = 0; !found && k < count; k++) {
            found = depends_on(&workflow->step[i], out[k]);
        }
        if (found) {
            out[count++] = i;
        }
    }
    return count;
}

void game_plan_mark(const game_workflow_t *workflow, char *marks)
{
    int i, k;

    for (i = 0; i < workflow->steps; i++) {
        const game_step_def_t *step = &workflow->step[i];

        for (k = 0; !marks[i] && k < step->depends; k++) {
            marks[i] = marks[step->depends_on[k]];
        }
    }
}

/* ---- planning ---- */

static const game_plan_base_t *find_base(const game_plan_from_t *from,
                                         int place, const char *step_id)
{
    int i;

    if (!from->base || !from->impacted || from->impacted[place]) {
        return NULL;
    }
    for (i = 0; i < from->base->nelts; i++) {
        const game_plan_base_t *base =
            &APR_ARRAY_IDX(from->base, i, game_plan_base_t);

        if (base->is_usable && !strcmp(base->output.step_id, step_id)) {
            return base;
        }
    }
    return NULL;
}

/* What selectors may read of a base run. */
static const apr_array_header_t *base_outputs(apr_pool_t *pool,
                                              const game_plan_from_t *from)
{
    apr_array_header_t *outputs;
    int i;

    if (!from->base) {
        return NULL;
    }
    outputs = apr_array_make(pool, from->base->nelts,
                             sizeof(game_select_output_t));
    for (i = 0; i < from->base->nelts; i++) {
        APR_ARRAY_PUSH(outputs, game_select_output_t) =
            APR_ARRAY_IDX(from->base, i, game_plan_base_t).output;
    }
    return outputs;
}

/* The hash of a step that is to run: of {} while a selector fails. */
static void hash_input(apr_pool_t *pool, const game_select_t *read,
                       const game_step_def_t *step,
                       char hash[GAME_HASH_SIZE])
{
    game_json_t *input;

    if (game_select_input(pool, read, step->input_selector, &input)) {
        input = game_json_new_object(pool);
    }
    game_canon_hash(pool, input, hash);
}

/* Rows whose base is set come first: selectors read what is reused. */
static void reuse_rows(const game_workflow_t *workflow,
                       const game_plan_from_t *from, game_plan_row_t *rows,
                       apr_array_header_t *outputs)
{
    int i;

    for (i = 0; i < workflow->steps; i++) {
        const game_step_def_t *step = &workflow->step[i];
        const game_plan_base_t *base = find_base(from, i, step->id);

        rows[i].step = step;
        rows[i].base = base;
        if (base) {
            apr_cpystrn(rows[i].input_hash, base->input_hash,
                        GAME_HASH_SIZE);
            APR_ARRAY_PUSH(outputs, game_select_output_t) = base->output;
        }
    }
}

const game_plan_row_t *game_plan_make(apr_pool_t *pool,
                                      const game_workflow_t *workflow,
                                      const game_plan_from_t *from)
{
    game_plan_row_t *rows =
        apr_pcalloc(pool, (apr_size_t)workflow->steps * sizeof(*rows));
    apr_array_header_t *outputs =
        apr_array_make(pool, 4, sizeof(game_select_output_t));
    game_select_t read;
    int i, k;

    reuse_rows(workflow, from, rows, outputs);
    read.trigger = from->trigger;
    read.outputs = outputs;
    read.base = base_outputs(pool, from);
    for (i = 0; i < workflow->steps; i++) {
        const game_step_def_t *step = rows[i].step;

        if (rows[i].base) {
            continue;
        }
        hash_input(pool, &read, step, rows[i].input_hash);
        for (k = 0; k < step->depends; k++) {
            rows[i].deps_remaining += !rows[step->depends_on[k]].base;
        }
    }
    return rows;
}

const char *game_plan_cache_key(apr_pool_t *pool,
                                const game_workflow_t *workflow, int place,
                                const char *input_hash)
{
    return apr_pstrcat(pool, workflow->name, ":", workflow->step[place].id,
                       ":", input_hash, NULL);
}

/* ---- going on ---- */

static int is_open(const game_plan_step_t *step)
{
    return step->status == GAME_STEP_PENDING
        || step->status == GAME_STEP_RUNNING;
}

static int is_done(const game_plan_step_t *step)
{
    return step->status == GAME_STEP_COMPLETED
        || (step->status == GAME_STEP_SKIPPED && step->cache_hit);
}

/* @return number of dependencies that have not ended well */
static int count_waiting(const game_workflow_t *workflow,
                         const game_plan_step_t *steps, int place)
{
    const game_step_def_t *step = &workflow->step[place];
    int i, count = 0;

    for (i = 0; i < step->depends; i++) {
        count += !is_done(&steps[step->depends_on[i]]);
    }
    return count;
}

int game_plan_is_ready(const game_workflow_t *workflow,
                       const game_plan_step_t *steps, int place)
{
    return steps[place].status == GAME_STEP_PENDING
        && !count_waiting(workflow, steps, place);
}

int game_plan_retry(const game_step_def_t *step, int attempt,
                    const char *code)
{
    if (attempt < 1 || attempt >= step->max_attempts
        || !game_skill_is_retryable(code)) {
        return GAME_PLAN_GIVE_UP;
    }
    return step->backoff_ms << (attempt - 1);   /* at most 10 attempts */
}

/* Skip those of a list that are pending; the others leave the list. */
static int skip(game_plan_step_t *steps, const char *code,
                const char *message, int *places, int count)
{
    int i, skipped = 0;

    for (i = 0; i < count; i++) {
        game_plan_step_t *step = &steps[places[i]];

        if (step->status == GAME_STEP_PENDING) {
            step->status = GAME_STEP_SKIPPED;
            step->error = code;
            step->message = message;
            places[skipped++] = places[i];
        }
    }
    return skipped;
}

int game_plan_end(const game_workflow_t *workflow, game_plan_step_t *steps,
                  int place, const game_plan_step_t *how, int *out)
{
    steps[place] = *how;
    if (how->status != GAME_STEP_FAILED) {
        return 0;
    }
    return skip(steps, "UPSTREAM_FAILED", "a step that it needs has failed",
                out, game_plan_closure(workflow, place, out));
}

int game_plan_stop(const game_workflow_t *workflow, game_plan_step_t *steps,
                   const char *code, int *out)
{
    int i;

    for (i = 0; i < workflow->steps; i++) {
        out[i] = i;
    }
    return skip(steps, code, "the run was stopped", out, workflow->steps);
}

int game_plan_again(const game_workflow_t *workflow, game_plan_step_t *steps,
                    int *remaining, int *out)
{
    int i, count = 0;

    for (i = 0; i < workflow->steps; i++) {
        if (!is_open(&steps[i]) && !is_done(&steps[i])) {
            memset(&steps[i], 0, sizeof(steps[i]));
            out[count++] = i;
        }
    }
    for (i = 0; i < workflow->steps; i++) {
        remaining[i] = count_waiting(workflow, steps, i);
    }
    return count;
}

/* @return the first step that has failed, or -1 */
static int find_failed(const game_workflow_t *workflow,
                       const game_plan_step_t *steps)
{
    int i;

    for (i = 0; i < workflow->steps; i++) {
        if (steps[i].status == GAME_STEP_FAILED) {
            return i;
        }
    }
    return -1;
}

static int has_error(const game_workflow_t *workflow,
                     const game_plan_step_t *steps, const char *code)
{
    int i;

    for (i = 0; i < workflow->steps; i++) {
        if (steps[i].error && !strcmp(steps[i].error, code)) {
            return 1;
        }
    }
    return 0;
}

/* The error of a run that has failed. */
static void blame(const game_plan_step_t *steps, int timed_out,
                  game_plan_verdict_t *verdict)
{
    verdict->status = GAME_RUN_FAILED;
    if (timed_out) {
        verdict->code = "TIMEOUT";
        verdict->message = "the run took too long";
    }
    else if (verdict->failed_step < 0) {
        verdict->code = "ORCHESTRATION_ERROR";
        verdict->message = "steps were skipped though none has failed";
    }
    else {
        const char *message = steps[verdict->failed_step].message;

        verdict->code = "STEP_EXECUTION_FAILED";
        verdict->message = message ? message : "a step has failed";
    }
}

int game_plan_verdict(const game_workflow_t *workflow,
                      const game_plan_step_t *steps, int timed_out,
                      game_plan_verdict_t *verdict)
{
    int i, undone = 0;

    for (i = 0; i < workflow->steps; i++) {
        if (is_open(&steps[i])) {
            return 0;
        }
        undone += !is_done(&steps[i]);
    }
    memset(verdict, 0, sizeof(*verdict));
    verdict->failed_step = find_failed(workflow, steps);
    if (!undone) {
        verdict->status = GAME_RUN_COMPLETED;
    }
    else if (has_error(workflow, steps, "RUN_CANCELLED")) {
        verdict->status = GAME_RUN_CANCELLED;
    }
    else {
        blame(steps, timed_out, verdict);
    }
    return 1;
}

/* ---- figures ---- */

void game_plan_count(const game_plan_step_t *steps, int count,
                     game_plan_figures_t *figures)
{
    int tally[GAME_STEP_FAILED + 1] = { 0 };
    int i, asked;

    memset(figures, 0, sizeof(*figures));
    for (i = 0; i < count; i++) {
        tally[steps[i].status]++;
        figures->cache_hits += steps[i].cache_hit != 0;
        figures->cache_misses += !steps[i].cache_hit
            && steps[i].status != GAME_STEP_PENDING
            && steps[i].status != GAME_STEP_SKIPPED;
    }
    figures->total = count;
    figures->pending = tally[GAME_STEP_PENDING];
    figures->running = tally[GAME_STEP_RUNNING];
    figures->completed = tally[GAME_STEP_COMPLETED];
    figures->skipped = tally[GAME_STEP_SKIPPED];
    figures->failed = tally[GAME_STEP_FAILED];
    asked = figures->cache_hits + figures->cache_misses;
    figures->cache_hit_rate =
        asked ? (double)figures->cache_hits / asked : 0;
}

const char *game_plan_reason(const game_step_def_t *def,
                             const game_plan_step_t *step, int reused,
                             int bypassed)
{
    if (step->cache_hit) {
        return reused ? "reused_from_base_run" : "cache_hit";
    }
    if (step->status == GAME_STEP_PENDING
        || step->status == GAME_STEP_SKIPPED) {
        return "not_executed";
    }
    return def->cache && !bypassed ? "cache_miss" : "cache_disabled";
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Programs on trial: the whole of a program, with a full trace, on made-up
 * values or on the history of a game that the caller may use.
 */

#include "program.h"

#include <string.h>

#include <apr_strings.h>

#include "builtins.h"
#include "db.h"
#include "program_int.h"
#include "trace.h"

/* Columns of strategy_facts. */
enum {
    NOW, TASK_N, TASK_FIRST, TASK_LAST, USER_N, USER_FIRST, USER_LAST,
    USER_PREV, RECENT, RECORD, PERSONAL, GAME_MINUTES_N, GAME_MINUTES,
    USER_MINUTES_N, USER_MINUTES
};

/* ---- history ---- */

static game_value_t mean_gap(apr_int64_t n, apr_int64_t first,
                             apr_int64_t last)
{
    return n < 2 ? game_value_int(-1)
                 : game_value_real((double)(last - first) / 1e6
                                   / (double)(n - 1));
}

static game_value_t mean(apr_int64_t n, double sum)
{
    return n < 1 ? game_value_int(-1) : game_value_real(sum / (double)n);
}

static game_value_t gap(int known, apr_int64_t from, apr_int64_t to)
{
    return known ? game_value_real((double)(to - from) / 1e6)
                 : game_value_int(0);
}

static void no_history(game_inputs_t *inputs)
{
    memset(inputs, 0, sizeof(*inputs));
    inputs->now = apr_time_now();
    inputs->user_avg = inputs->all_avg = game_value_int(-1);
    inputs->last_diff = inputs->new_diff = game_value_int(0);
    inputs->global_avg = inputs->personal_avg = game_value_int(-1);
}

static void take_history(const game_rows_t *rows, game_inputs_t *inputs)
{
    apr_int64_t last = game_cell_int(rows, 0, USER_LAST);

    inputs->now = game_cell_int(rows, 0, NOW);
    inputs->task_count = game_cell_int(rows, 0, TASK_N);
    inputs->user_count = game_cell_int(rows, 0, USER_N);
    inputs->recent_count = game_cell_int(rows, 0, RECENT);
    inputs->recent_record = game_cell_true(rows, 0, RECORD);
    inputs->personal_count = game_cell_int(rows, 0, PERSONAL);
    inputs->user_avg = mean_gap(inputs->user_count,
                                game_cell_int(rows, 0, USER_FIRST), last);
    inputs->all_avg = mean_gap(inputs->task_count,
                               game_cell_int(rows, 0, TASK_FIRST),
                               game_cell_int(rows, 0, TASK_LAST));
    inputs->last_diff = gap(inputs->user_count > 1,
                            game_cell_int(rows, 0, USER_PREV), last);
    inputs->new_diff = gap(inputs->user_count > 0, last, inputs->now);
    inputs->global_avg = mean(game_cell_int(rows, 0, GAME_MINUTES_N),
                              game_cell_real(rows, 0, GAME_MINUTES));
    inputs->personal_avg = mean(game_cell_int(rows, 0, USER_MINUTES_N),
                                game_cell_real(rows, 0, USER_MINUTES));
}

/* What games of others know stays with them: there the history is empty. */
static game_error_t *read_history(game_req_t *req, const game_trial_t *trial,
                                  const game_needs_t *needs,
                                  game_inputs_t *inputs)
{
    const game_principal_t *who = req->who;
    const game_rows_t *place, *rows;
    game_user_id_t user;
    game_error_t *err;

    no_history(inputs);
    if (!needs->mask) {
        return NULL;
    }
    err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_PLACE, &place, trial->game,
                      trial->task, game_bind_bool(game_is_admin(who)),
                      who->prefix, who->realm, who->subject);
    if (err || !place->count) {
        return err;
    }
    game_user_id(game_cell(place, 0, 2), trial->user, &user);
    err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_FACTS, &rows, user.bucket,
                      user.id, game_cell(place, 0, 0),
                      game_cell(place, 0, 1),
                      game_bind_int(req->pool, needs->recent_seconds),
                      game_bind_int(req->pool, needs->record_seconds));
    if (!err) {
        take_history(rows, inputs);
    }
    return err;
}

/* ---- data and made-up values ---- */

/* Whom the callbacks of a run belong to. */
typedef struct run_t {
    const game_trial_t *trial;
    game_program_parent_t parent;
    apr_pool_t *pool;
} run_t;

static void to_value(apr_pool_t *pool, const game_json_t *json,
                     game_value_t *value)
{
    memset(value, 0, sizeof(*value));
    switch (game_json_kind(json)) {
    case GAME_JSON_BOOL:
        value->kind = GAME_VALUE_BOOL;
        value->as.flag = game_json_true(json);
        break;
    case GAME_JSON_INT:
        *value = game_value_int(game_json_int(json));
        break;
    case GAME_JSON_REAL:
        *value = game_value_real(game_json_real(json));
        break;
    case GAME_JSON_STRING:
        value->kind = GAME_VALUE_TEXT;
        value->as.text = game_json_string(json);
        break;
    case GAME_JSON_NULL:
        value->kind = GAME_VALUE_NULL;
        break;
    default:
        value->kind = GAME_VALUE_JSON;
        value->as.text = game_json_text(pool, json);
    }
}

static int lookup(const run_t *run, const game_json_t *object,
                  const char *name, game_value_t *value)
{
    const game_json_t *json = object ? game_json_member(object, name) : NULL;

    if (json) {
        to_value(run->pool, json, value);
    }
    return json != NULL;
}

static int event_member(const game_event_t *event, const char *name,
                        game_value_t *value)
{
    const run_t *run = event->data;

    return lookup(run, run->trial->data, name, value);
}

static const game_node_t *event_look(const game_event_t *event,
                                     const game_node_t *in, const char *name,
                                     apr_size_t index, game_value_t *value)
{
    const run_t *run = event->data;
    const game_json_t *from = in ? (const game_json_t *)(const void *)in
                                 : run->trial->data;
    const game_json_t *json = !from ? NULL
                            : name ? game_json_member(from, name)
                            : index < game_json_size(from)
                            ? game_json_at(from, index) : NULL;

    if (json && value) {
        to_value(run->pool, json, value);
        if (value->kind == GAME_VALUE_JSON) {
            value->as.text = game_json_kind(json) == GAME_JSON_ARRAY
                           ? "[]" : "{}";
        }
    }
    return (const game_node_t *)(const void *)json;
}

static const char *no_setting(const game_settings_t *settings,
                              const char *key)
{
    (void)settings;
    (void)key;
    return NULL;
}

static int mock(void *data, const char *path, game_value_t *value)
{
    const run_t *run = data;

    return lookup(run, run->trial->mock, path, value);
}

/* What is made up of the history holds for the parent as well. */
static void mock_inputs(run_t *run, game_inputs_t *inputs)
{
    const struct {
        unsigned input;
        apr_int64_t *count;
        game_value_t *number;
    } places[] = {
        { GAME_INPUT_TASK_COUNT, &inputs->task_count, NULL },
        { GAME_INPUT_USER_COUNT, &inputs->user_count, NULL },
        { GAME_INPUT_USER_AVG, NULL, &inputs->user_avg },
        { GAME_INPUT_ALL_AVG, NULL, &inputs->all_avg },
        { GAME_INPUT_LAST_DIFF, NULL, &inputs->last_diff },
        { GAME_INPUT_NEW_DIFF, NULL, &inputs->new_diff },
        { GAME_INPUT_RECENT_COUNT, &inputs->recent_count, NULL }
    };
    game_value_t value;
    size_t i;

    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const char *path = game_dsl_input_path(places[i].input);

        if (!path || !mock(run, path, &value)) {
            continue;
        }
        if (places[i].count && value.kind == GAME_VALUE_INT) {
            *places[i].count = value.as.whole;
        }
        else if (places[i].number && (value.kind == GAME_VALUE_INT
                                      || value.kind == GAME_VALUE_REAL)) {
            *places[i].number = value;
        }
    }
}

/* The parent, or what mockState makes up of it: with "parent.points" it does
 * not run. */
static game_verdict_e ask_parent(void *data, const game_event_t *event,
                                 game_score_t *score, apr_pool_t *pool)
{
    run_t *run = data;
    game_value_t name;

    if (!lookup(run, run->trial->mock, "parent.points", &score->points)) {
        return game_program_ask_parent(&run->parent, event, score, pool);
    }
    if (lookup(run, run->trial->mock, "parent.case_name", &name)
        && name.kind == GAME_VALUE_TEXT) {
        score->case_name = name.as.text;
    }
    return GAME_SCORED;
}

/* ---- trials ---- */

/* Compile, and find what belongs to it. */
static game_error_t *prepare(game_req_t *req, const game_trial_t *trial,
                             const game_dsl_program_t **code,
                             game_program_parent_t *parent)
{
    game_dsl_mode_e mode = game_program_mode(trial->type);
    game_dsl_fault_t fault;

    *code = game_dsl_compile(req->pool, trial->ast, mode,
                             game_program_limits(), NULL, &fault);
    if (!*code) {
        return game_program_fault(req->pool, &fault);
    }
    if (mode == GAME_DSL_FULL) {
        return NULL;
    }
    parent->strategy = game_program_builtin(trial->parent ? trial->parent
                                                          : "");
    if (!parent->strategy) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Strategy not found with id: %s",
                               trial->parent ? trial->parent : "");
    }
    parent->variables = game_program_variables(parent->strategy, *code,
                                               &fault, req->pool);
    return parent->variables ? NULL : game_program_fault(req->pool, &fault);
}

static void write_result(game_jw_t *jw, const game_dsl_result_t *result,
                         const game_dsl_trace_t *trace)
{
    game_jw_object(jw, NULL);
    game_jw_real(jw, "points", game_value_number(&result->points));
    game_jw_string(jw, "caseName", result->case_name);
    game_jw_raw(jw, "callbackData", result->callback ? result->callback
                                                     : "{}");
    game_jw_raw(jw, "executionTrace", game_dsl_trace_text(trace));
    game_jw_end(jw);
}

static game_error_t *run_trial(game_req_t *req, run_t *run,
                               const game_dsl_program_t *code,
                               const game_inputs_t *inputs, game_jw_t *jw)
{
    static const game_settings_t settings = { no_setting, NULL };
    apr_time_t deadline = apr_time_now()
                        + apr_time_from_msec(game_program_limits()->timeout_ms);
    game_event_t event = {
        .external_game_id = run->trial->game,
        .external_task_id = run->trial->task,
        .external_user_id = run->trial->user, .member = event_member,
        .data = run, .look = event_look, .settings = &settings
    };
    game_dsl_trace_t *trace = game_dsl_trace_make(req->pool, 0);
    game_dsl_env_t env = {
        .event = &event, .inputs = inputs, .mock = mock, .mock_data = run,
        .parent = ask_parent, .parent_data = run,
        .expired = game_program_expired, .expired_data = &deadline,
        .trace = game_dsl_trace_add, .trace_data = trace,
        .limits = game_program_limits()
    };
    game_dsl_result_t result;
    game_dsl_fault_t fault;

    run->parent.inputs = inputs;
    if (!game_dsl_score(game_dsl_run_make(req->pool, code), &env, &result,
                        &fault, req->pool)) {
        return game_program_fault(req->pool, &fault);
    }
    if (result.verdict != GAME_SCORED) {
        return game_error_make(req->pool, HTTP_UNPROCESSABLE_ENTITY, "%s",
                               result.detail ? result.detail
                               : "The parent strategy cannot score this "
                                 "event.");
    }
    write_result(jw, &result, trace);
    return NULL;
}

game_error_t *game_program_try(game_req_t *req, const game_trial_t *trial,
                               game_jw_t *jw)
{
    const game_dsl_program_t *code;
    game_inputs_t inputs;
    game_needs_t needs;
    game_error_t *err;
    run_t run;

    memset(&run, 0, sizeof(run));
    run.trial = trial;
    run.pool = req->pool;
    err = prepare(req, trial, &code, &run.parent);
    if (err) {
        return err;
    }
    if (!game_program_join_needs(code, run.parent.strategy,
                                 run.parent.variables, &needs)) {
        return game_error_make(req->pool, HTTP_BAD_REQUEST,
                               "user.recent_measurements_count counts 300 "
                               "seconds, the parent strategy another time.");
    }
    err = read_history(req, trial, &needs, &inputs);
    if (!err) {
        mock_inputs(&run, &inputs);
    }
    return err ? err : run_trial(req, &run, code, &inputs, jw);
}

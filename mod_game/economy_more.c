/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From cells and records in the database to the inputs of the strategies
 * that ask for them.
 */

#include "economy_more.h"

#include <string.h>

#include <httpd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "api/actions.h"
#include "builtins.h"
#include "request.h"
#include "settings.h"

#define PARAMS_DEPTH 4

/* Columns of award_cells. */
enum { CELLS_COUNT, CELLS_AROUND, CELLS_TOTAL, CELLS_SQUARES };

/* Columns of forecast_tasks. */
enum {
    TASK_NAME, TASK_SLOTS, TASK_USER_N = TASK_SLOTS + GAME_SLOTS,
    TASK_USER_FIRST, TASK_USER_LAST, TASK_PARAMS
};

/* Columns of forecast_user. */
enum {
    PERSON_GROUP, PERSON_CANDIDATE, PERSON_NEWEST, PERSON_DAYS, PERSON_USED,
    PERSON_THERE, PERSON_NOW
};

/* Columns of forecast_dimensions. */
enum { DIM_INDEX, DIM_COUNT, DIM_SUM, DIM_MIN, DIM_MAX };

/* ---- the event ---- */

void game_more_begin(game_more_t *more)
{
    const game_strategy_t *strategy = more->strategy;
    game_event_t *event = &more->event;

    game_settings_of(more->game, &more->settings);
    event->external_game_id = more->game->external_id;
    event->external_task_id = more->task ? more->task->external_id : NULL;
    event->external_user_id = more->external_user_id;
    event->member = game_economy_member;
    event->look = game_economy_look;
    event->data = &more->data;
    event->game_id = more->game->id;
    event->settings = &more->settings;
    more->verdict = GAME_SCORED;
    if ((more->mask & GAME_INPUT_CELLS) && strategy->place) {
        more->verdict = strategy->place(event, &more->place, &more->detail,
                                        more->req->pool);
        more->placed = more->verdict == GAME_SCORED;
    }
}

/* ---- statements ---- */

static game_db_step_t step_of(game_more_t *more, int index,
                              game_sql_e statement)
{
    game_db_step_t step = { .statement = statement,
                            .values = more->values[index] };

    return step;
}

static game_db_step_t cells_step(game_more_t *more, int index)
{
    game_db_step_t step = step_of(more, index, GAME_SQL_AWARD_CELLS);
    const char **values = more->values[index];
    apr_pool_t *pool = more->req->pool;

    values[0] = more->game->id;
    values[1] = game_bind_int(pool, more->place.grid);
    values[2] = game_bind_int(pool, more->place.row);
    values[3] = game_bind_int(pool, more->place.col);
    step.count = 4;
    return step;
}

/* One of the statements whose first values are game, strategy and user. */
static game_db_step_t records_step(game_more_t *more, int index,
                                   game_sql_e statement, int count)
{
    game_db_step_t step = step_of(more, index, statement);
    const char **values = more->values[index];
    game_value_t hash = { GAME_VALUE_NULL, { 0 } };

    values[0] = more->game->id;
    values[1] = more->strategy_id;
    values[2] = more->user->bucket;
    values[3] = more->user->id;
    values[4] = values[5] = NULL;
    if (more->task) {
        values[4] = more->task->id;
        more->event.member(&more->event, "simulationHash", &hash);
        values[5] = hash.kind == GAME_VALUE_TEXT ? hash.as.text : NULL;
    }
    step.count = count;
    return step;
}

static game_db_step_t group_step(game_more_t *more, int index)
{
    game_db_step_t step = step_of(more, index, GAME_SQL_FORECAST_GROUP);
    const char **values = more->values[index];

    values[0] = more->user->bucket;
    values[1] = more->user->id;
    values[2] = more->game->id;
    step.count = 3;
    return step;
}

static int make_steps(game_more_t *more, game_db_step_t *steps, int store)
{
    int n = 0;

    if (more->verdict != GAME_SCORED) {
        return 0;
    }
    if (more->placed) {
        steps[n] = cells_step(more, n);
        n++;
    }
    if (more->mask & (GAME_INPUT_RECORDS | GAME_INPUT_FORECAST)) {
        if (store) {
            steps[n] = group_step(more, n);
            n++;
        }
        steps[n] = records_step(more, n, GAME_SQL_FORECAST_USER, 6);
        n++;
    }
    if (more->mask & GAME_INPUT_RECORDS) {
        steps[n] = records_step(more, n, GAME_SQL_FORECAST_TASKS, 4);
        n++;
        steps[n] = records_step(more, n, GAME_SQL_FORECAST_DIMENSIONS, 2);
        n++;
    }
    return n;
}

int game_more_steps(game_more_t *more, game_db_step_t *steps)
{
    return make_steps(more, steps, 1);
}

void game_more_take(game_more_t *more, const game_db_step_t *steps,
                    int count)
{
    int i;

    for (i = 0; i < count; i++) {
        switch (steps[i].statement) {
        case GAME_SQL_AWARD_CELLS:
            more->cells = steps[i].rows;
            break;
        case GAME_SQL_FORECAST_TASKS:
            more->tasks = steps[i].rows;
            break;
        case GAME_SQL_FORECAST_DIMENSIONS:
            more->dimensions = steps[i].rows;
            break;
        case GAME_SQL_FORECAST_USER:
            more->person = steps[i].rows;
            more->group = game_cell(more->person, 0, PERSON_GROUP);
            more->candidate = game_cell_true(more->person, 0,
                                             PERSON_CANDIDATE);
            break;
        default:
            break;
        }
    }
}

game_error_t *game_more_read(game_more_t *more)
{
    game_db_step_t steps[GAME_MORE_STEPS];
    int i, count = make_steps(more, steps, 0);

    for (i = 0; i < count; i++) {
        game_error_t *err = game_db_run(more->req, steps[i].statement,
                                        &steps[i].rows, steps[i].count,
                                        steps[i].values);

        if (err) {
            return err;
        }
    }
    game_more_take(more, steps, count);
    return NULL;
}

/* Take the group that is stored. */
static void settled(game_more_t *more, const char *group)
{
    more->group = group;
    more->candidate = 0;
}

game_error_t *game_more_settle(game_more_t *more, int *moved)
{
    const game_rows_t *rows;
    game_error_t *err;

    *moved = 0;
    if (!more->candidate) {
        return NULL;
    }
    err = GAME_DB_RUN(more->req, GAME_SQL_FORECAST_GROUP, &rows,
                      more->user->bucket, more->user->id, more->game->id);
    if (!err) {
        *moved = strcmp(more->group, game_cell(rows, 0, 0)) != 0;
        settled(more, game_cell(rows, 0, 0));
    }
    return err;
}

/* ---- inputs ---- */

/* A task's variables: the strategy's own, the game's params, the task's. */
static const game_variable_t *variables_of(const game_more_t *more,
                                           const char *params)
{
    apr_pool_t *pool = more->req->pool;
    game_variable_t *own = game_variables_copy(more->strategy, pool);
    const game_json_t *list = NULL, *pair;
    game_json_fault_t fault;
    apr_size_t n;
    int i;

    for (i = 0; i < more->game->param_count; i++) {
        game_variable_override(own, more->game->params[i].key,
                               more->game->params[i].value, pool);
    }
    if (params) {
        list = game_json_parse(pool, params, strlen(params), PARAMS_DEPTH,
                               &fault);
    }
    for (n = 0; list && n < game_json_size(list); n++) {
        pair = game_json_at(list, n);
        game_variable_override(own, game_json_string(game_json_at(pair, 0)),
                               game_json_string(game_json_at(pair, 1)),
                               pool);
    }
    return own;
}

static void add_tasks(const game_more_t *more, game_records_t *records)
{
    const game_rows_t *rows = more->tasks;
    apr_size_t count = (apr_size_t)rows->count;
    game_task_record_t *task = apr_pcalloc(more->req->pool,
                                           sizeof(*task) * (count + 1));
    int row, i;

    records->tasks = task;
    records->task_count = count;
    for (row = 0; row < rows->count; row++, task++) {
        task->external_task_id = game_cell(rows, row, TASK_NAME);
        for (i = 0; i < GAME_SLOTS; i++) {
            task->slots[i] = game_cell_int(rows, row, TASK_SLOTS + i);
        }
        task->user_count = game_cell_int(rows, row, TASK_USER_N);
        task->user_first = game_cell_int(rows, row, TASK_USER_FIRST);
        task->user_last = game_cell_int(rows, row, TASK_USER_LAST);
        task->variables = variables_of(more, game_cell(rows, row,
                                                       TASK_PARAMS));
    }
}

static void add_dimensions(const game_rows_t *rows, game_records_t *records)
{
    int row;

    for (row = 0; row < rows->count; row++) {
        apr_int64_t index = game_cell_int(rows, row, DIM_INDEX);

        if (index >= 0 && index < GAME_DIMENSIONS) {
            game_dimension_t *one = &records->dimensions[index];

            one->count = game_cell_int(rows, row, DIM_COUNT);
            one->sum = game_cell_real(rows, row, DIM_SUM);
            one->min = game_cell_int(rows, row, DIM_MIN);
            one->max = game_cell_int(rows, row, DIM_MAX);
        }
    }
}

/* "20400,20401" */
static void add_days(const game_more_t *more, game_records_t *records)
{
    const char *text = game_cell(more->person, 0, PERSON_DAYS);
    apr_int64_t *days;
    apr_size_t count = 1;
    const char *at;
    char *end;

    if (!text) {
        return;
    }
    for (at = text; (at = strchr(at, ',')) != NULL; at++) {
        count++;
    }
    days = apr_palloc(more->req->pool, sizeof(*days) * count);
    records->days = days;
    records->day_count = count;
    while (count--) {
        *days++ = apr_strtoi64(text, &end, 10);
        text = end + (*end != '\0');
    }
}

static const game_records_t *records_of(const game_more_t *more)
{
    game_records_t *records = apr_pcalloc(more->req->pool,
                                          sizeof(*records));

    add_tasks(more, records);
    add_dimensions(more->dimensions, records);
    add_days(more, records);
    records->group = more->group;
    records->user_newest = game_cell_int(more->person, 0, PERSON_NEWEST);
    return records;
}

void game_more_inputs(const game_more_t *more, game_inputs_t *inputs)
{
    if (more->cells) {
        inputs->cells.count = game_cell_int(more->cells, 0, CELLS_COUNT);
        inputs->cells.around = game_cell_int(more->cells, 0, CELLS_AROUND);
        inputs->cells.total = game_cell_int(more->cells, 0, CELLS_TOTAL);
        inputs->cells.squares = game_cell_int(more->cells, 0,
                                              CELLS_SQUARES);
    }
    if (more->tasks) {
        inputs->records = records_of(more);
        apr_generate_random_bytes((unsigned char *)&inputs->seed,
                                  sizeof(inputs->seed));
    }
    if (more->mask & GAME_INPUT_FORECAST) {
        inputs->key = more->req->server->secret;
        inputs->hash_used = more->person
                          && game_cell_true(more->person, 0, PERSON_USED);
    }
}

void game_more_bind(const game_more_t *more, const char **values)
{
    apr_pool_t *pool = more->req->pool;
    const game_place_t *place = &more->place;

    values[0] = more->placed ? game_bind_int(pool, place->grid) : NULL;
    values[1] = more->placed ? game_bind_int(pool, place->row) : NULL;
    values[2] = more->placed ? game_bind_int(pool, place->col) : NULL;
}

/* ---- forecasts ---- */

game_error_t *game_more_join(game_more_t *more)
{
    game_req_t *req = more->req;
    const game_rows_t *rows;
    game_error_t *err = game_more_read(more);
    int there;

    if (err) {
        return err;
    }
    there = game_cell_true(more->person, 0, PERSON_THERE);
    if (there && !more->candidate) {
        return NULL;
    }
    if (!there && !game_is_slug(more->external_user_id)) {
        err = game_actions_bad_user(req, more->external_user_id);
        err->status = HTTP_PRECONDITION_FAILED;
        return err;
    }
    err = GAME_DB_RUN(req, GAME_SQL_FORECAST_JOIN, &rows, more->user->bucket,
                      more->user->id, more->game->id, more->external_user_id,
                      more->game->realm, req->who->subject);
    if (!err) {
        settled(more, game_cell(rows, 0, 0));
    }
    return err;
}

const char *game_more_simulate(const game_more_t *more)
{
    game_inputs_t inputs;

    memset(&inputs, 0, sizeof(inputs));
    inputs.now = game_cell_int(more->person, 0, PERSON_NOW);
    game_more_inputs(more, &inputs);
    return more->strategy->simulate(&more->event, &inputs, more->req->pool);
}

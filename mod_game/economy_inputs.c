/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From kept aggregates to the inputs that strategies read.
 */

#include "economy_inputs.h"

#include <string.h>

static game_value_t whole(apr_int64_t number)
{
    game_value_t value;

    value.kind = GAME_VALUE_INT;
    value.as.whole = number;
    return value;
}

static game_value_t real(double number)
{
    game_value_t value;

    value.kind = GAME_VALUE_REAL;
    value.as.real = number;
    return value;
}

/* Microseconds to seconds, as a difference of times is. */
static double seconds(apr_int64_t us)
{
    return (double)us / 1e6;
}

/* Mean gap of a timeline: (last - first) / (n - 1); -1 with fewer than two
 * points on it. */
static game_value_t mean_gap(apr_int64_t n, apr_int64_t first,
                             apr_int64_t last)
{
    return n < 2 ? whole(-1) : real(seconds(last - first) / (double)(n - 1));
}

static game_value_t mean(apr_int64_t n, double sum)
{
    return n < 1 ? whole(-1) : real(sum / (double)n);
}

void game_economy_inputs(const game_rows_t *facts, game_inputs_t *inputs)
{
    apr_int64_t n = game_cell_int(facts, 0, FACT_USER_N);
    apr_int64_t last = game_cell_int(facts, 0, FACT_USER_LAST);

    memset(inputs, 0, sizeof(*inputs));
    inputs->now = game_cell_int(facts, 0, FACT_NOW);
    inputs->task_count = game_cell_int(facts, 0, FACT_TASK_N);
    inputs->user_count = n;
    inputs->recent_count = game_cell_int(facts, 0, FACT_RECENT);
    inputs->personal_count = game_cell_int(facts, 0, FACT_PERSONAL);
    inputs->recent_record = game_cell_true(facts, 0, FACT_RECORD);
    inputs->user_avg = mean_gap(n, game_cell_int(facts, 0, FACT_USER_FIRST),
                                last);
    inputs->all_avg = mean_gap(inputs->task_count,
                               game_cell_int(facts, 0, FACT_TASK_FIRST),
                               game_cell_int(facts, 0, FACT_TASK_LAST));
    inputs->last_diff = n < 2 ? whole(0)
        : real(seconds(last - game_cell_int(facts, 0, FACT_USER_PREV)));
    inputs->new_diff = n < 1 ? whole(0) : real(seconds(inputs->now - last));
    inputs->global_avg = mean(game_cell_int(facts, 0, FACT_GAME_MINUTES_N),
                              game_cell_real(facts, 0, FACT_GAME_MINUTES));
    inputs->personal_avg = mean(game_cell_int(facts, 0, FACT_USER_MINUTES_N),
                                game_cell_real(facts, 0, FACT_USER_MINUTES));
}

/* A plain value; lists and objects are told apart and not written out. */
static void take_value(const game_json_t *node, game_value_t *value)
{
    switch (game_json_kind(node)) {
    case GAME_JSON_BOOL:
        value->kind = GAME_VALUE_BOOL;
        value->as.flag = game_json_true(node);
        break;
    case GAME_JSON_INT:
        *value = whole(game_json_int(node));
        break;
    case GAME_JSON_REAL:
        *value = real(game_json_real(node));
        break;
    case GAME_JSON_STRING:
        value->kind = GAME_VALUE_TEXT;
        value->as.text = game_json_string(node);
        break;
    case GAME_JSON_NULL:
        value->kind = GAME_VALUE_NULL;
        break;
    default:
        value->kind = GAME_VALUE_JSON;
        value->as.text = game_json_kind(node) == GAME_JSON_ARRAY ? "[]"
                                                                 : "{}";
    }
}

int game_economy_member(const game_event_t *event, const char *name,
                        game_value_t *value)
{
    const game_event_data_t *data = event->data;
    const game_json_t *member = game_json_member(data->data, name);

    if (!member) {
        return 0;
    }
    take_value(member, value);
    if (value->kind == GAME_VALUE_JSON) {
        value->as.text = game_json_text(data->pool, member);
    }
    return 1;
}

const game_node_t *game_economy_look(const game_event_t *event,
                                     const game_node_t *in, const char *name,
                                     apr_size_t index, game_value_t *value)
{
    const game_event_data_t *data = event->data;
    const game_json_t *from = in ? (const game_json_t *)in : data->data;
    const game_json_t *node = NULL;

    if (name) {
        node = game_json_member(from, name);
    }
    else if (from && game_json_kind(from) == GAME_JSON_ARRAY
             && index < game_json_size(from)) {
        node = game_json_at(from, index);
    }
    if (node && value) {
        take_value(node, value);
    }
    return (const game_node_t *)node;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file economy_inputs.h
 * The row of the statement award_facts; between economy*.c only.
 */
#ifndef GAME_ECONOMY_INPUTS_H
#define GAME_ECONOMY_INPUTS_H

#include "db.h"
#include "../strategies/game_strategy.h"

/** Columns of award_facts. */
enum {
    FACT_OUTCOME, FACT_ID, FACT_CREATED, FACT_POINTS, FACT_CASE,
    FACT_HISTORY, FACT_USER, FACT_NOW, FACT_TASK_N, FACT_TASK_FIRST,
    FACT_TASK_LAST, FACT_USER_N, FACT_USER_FIRST, FACT_USER_LAST,
    FACT_USER_PREV, FACT_RECENT, FACT_RECORD, FACT_PERSONAL,
    FACT_GAME_MINUTES_N, FACT_GAME_MINUTES, FACT_USER_MINUTES_N,
    FACT_USER_MINUTES
};

/** Make a strategy's inputs of the facts (engine.md 2.0). */
void game_economy_inputs(const game_rows_t *facts, game_inputs_t *inputs);

/** Look a member of the event's data up for a strategy. */
int game_economy_member(const game_event_t *event, const char *name,
                        game_value_t *value);

/** Look into the lists and objects of the event's data for a strategy. */
const game_node_t *game_economy_look(const game_event_t *event,
                                     const game_node_t *in, const char *name,
                                     apr_size_t index, game_value_t *value);

/** What game_event_t.data points to here. */
typedef struct game_event_data_t {
    const game_json_t *data;
    apr_pool_t *pool;
} game_event_data_t;

#endif

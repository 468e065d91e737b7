/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file vectors_greencrowd.h
 * Events and inputs of greencrowdStrategy, made from the JSON of vectors.
 */
#ifndef GAME_VECTORS_GREENCROWD_H
#define GAME_VECTORS_GREENCROWD_H

#include <jansson.h>

#include "../../strategies/game_strategy.h"

#define VECTOR_DAYS_MAX 64
#define VECTOR_KEY      "a secret of the vectors, and no other"

/** Inputs of a case, and what they point to. */
typedef struct vector_facts_t {
    game_inputs_t inputs;
    game_records_t records;
    game_task_record_t *tasks;
    apr_int64_t days[VECTOR_DAYS_MAX];
} vector_facts_t;

/** What game_event_t.data points to. */
typedef struct vector_data_t {
    const json_t *json;
    apr_pool_t *pool;
} vector_data_t;

/** @return the text of a member, or NULL */
const char *vector_text(const json_t *object, const char *name);

/** @return a time like "2026-03-10T14:30:00+00:00" or with a blank; 0 for
 *          NULL */
apr_time_t vector_time(const char *text);

/** @return an event of a user on a task, with its data */
game_event_t vector_event(const char *external_task_id,
                          const vector_data_t *data);

/** Begin inputs: so many tasks with these variables, and no record. */
void vector_facts(vector_facts_t *facts, apr_size_t count,
                  const game_variable_t *variables, apr_pool_t *pool);

/** Collect the values of the forecasts that a record's data carries. */
void vector_facts_data(vector_facts_t *facts, const json_t *data);

/** Fill inputs from a case: now, allTasks, records, userLastRecord and the
 *  variables. */
void vector_facts_fill(vector_facts_t *facts, const json_t *test,
                       apr_pool_t *pool);

#endif

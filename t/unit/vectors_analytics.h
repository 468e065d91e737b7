/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file vectors_analytics.h
 * The database of the suite analytics; between vectors_analytics*.c only.
 */
#ifndef GAME_VECTORS_ANALYTICS_H
#define GAME_VECTORS_ANALYTICS_H

#include "vectors.h"

#include "../../strategies/game_strategy.h"

typedef struct analytics_db_t analytics_db_t;

/** Whose inputs, by the names of the file. What the file does not name has
 *  an id that nothing has. */
typedef struct analytics_ask_t {
    const char *game;
    const char *task;
    const char *user;
    unsigned mask;              /**< GAME_INPUT_* */
    apr_int64_t seconds;        /**< window of counts */
} analytics_ask_t;

/** Connect as the environment says (PGHOST and so on), until v->pool ends.
 *  @return NULL after it told a difference */
analytics_db_t *analytics_db_open(game_vectors_t *v);

/** @return whether every award has the time at which it was made */
int analytics_db_timed(analytics_db_t *db);

/** Open a transaction and award what the rows say, each so many seconds
 *  before now; rows without an age are left out.
 *  @return now in microseconds, or 0 after it told a difference */
apr_int64_t analytics_db_load(analytics_db_t *db, const json_t *rows);

/** Read a strategy's inputs as the module reads them.
 *  @return 0 after it told a difference */
int analytics_db_inputs(analytics_db_t *db, const analytics_ask_t *ask,
                        game_inputs_t *inputs);

/** Tell a difference for each broken invariant of the ledger, then roll
 *  back what was loaded. */
void analytics_db_end(analytics_db_t *db);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Counters in Postgres: one call of the function game.count_limits, which is
 * one round trip and one transaction.
 */

#include "limit.h"

#include <apr_strings.h>

#include "db.h"

#define COUNTERS 4

/* What is a list for Postgres: a member of all counters. */
typedef struct lists_t {
    const char *scope[COUNTERS], *value[COUNTERS], *window[COUNTERS];
    const char *start[COUNTERS], *end[COUNTERS];
    const char *limit[COUNTERS], *give_back[COUNTERS];
} lists_t;

static void fill(apr_pool_t *pool, const game_limit_counter_t *counter,
                 lists_t *lists, int i)
{
    lists->scope[i] = counter->scope;
    lists->value[i] = counter->value;
    lists->window[i] = counter->window->name;
    lists->start[i] = game_bind_int(pool, counter->window->start);
    lists->end[i] = game_bind_int(pool, counter->window->end);
    lists->limit[i] = game_bind_int(pool, counter->limit);
    lists->give_back[i] = game_bind_bool(counter->give_back);
}

static const char *count_all(game_req_t *req, game_limit_counter_t *counters,
                             int count, int *refused)
{
    apr_pool_t *pool = req->pool;
    const game_rows_t *rows;
    game_error_t *err;
    lists_t lists;
    int i;

    *refused = -1;
    for (i = 0; i < count; i++) {
        fill(pool, &counters[i], &lists, i);
    }
    err = GAME_DB_RUN(req, GAME_SQL_LIMIT_COUNT, &rows,
                      game_bind_array(pool, lists.scope, count),
                      game_bind_array(pool, lists.value, count),
                      game_bind_array(pool, lists.window, count),
                      game_bind_array(pool, lists.start, count),
                      game_bind_array(pool, lists.end, count),
                      game_bind_array(pool, lists.limit, count),
                      game_bind_array(pool, lists.give_back, count));
    if (err) {
        return err->log ? err->log : err->detail ? err->detail : "an error";
    }
    for (i = 0; i < rows->count; i++) {
        int which = (int)game_cell_int(rows, i, 0);

        if (which < 1 || which > count) {
            continue;
        }
        counters[which - 1].count = (int)game_cell_int(rows, i, 1);
        if (!game_cell_true(rows, i, 2)) {
            *refused = which - 1;
        }
    }
    return NULL;
}

const game_limit_store_t game_limit_database = {
    "database", 1, 0, count_all
};

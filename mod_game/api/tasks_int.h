/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file tasks_int.h
 * What the files of the tasks share.
 */
#ifndef GAME_API_TASKS_INT_H
#define GAME_API_TASKS_INT_H

#include "../catalog.h"
#include "../db.h"
#include "../request.h"

/** A task with the strategy that it scores with. */
typedef struct game_tasks_plan_t {
    game_task_t task;           /**< id NULL until it is made */
    const game_strategy_t *strategy;
    const game_variable_t *variables;
    const game_json_t *source;  /**< element of a body, or NULL */
    game_error_t *refused;      /**< why it is not made; or NULL */
} game_tasks_plan_t;

/**
 * Find the strategy of a plan's task.
 * @return NULL, or 404 "Strategy not found with id: <id>"
 */
game_error_t *game_tasks_resolve(game_req_t *req, const game_game_t *game,
                                 game_tasks_plan_t *plan);

/**
 * Make the tasks of plans that are not refused, in one statement. Those
 * whose name is taken are refused with 409 afterwards; the others have
 * their id.
 * @return NULL, 404 when the game is gone, 503
 */
game_error_t *game_tasks_make(game_req_t *req, const game_game_t *game,
                              game_tasks_plan_t *plans, int count);

/** Write one task as endpoints 12, 13, 15 and 18 show it.
 *  @param done "created" or "found" */
void game_tasks_write(apr_pool_t *pool, game_jw_t *jw,
                      const game_game_t *game, const game_tasks_plan_t *plan,
                      const char *done);

/** Answer one task in that form. */
game_error_t *game_tasks_answer(game_req_t *req, const game_game_t *game,
                                const game_tasks_plan_t *plan,
                                const char *done);

/**
 * Read a task and its params, one param a row: columns id, name, strategy,
 * status, version, then id, key and value of the param.
 * @return the row after the task's last
 */
int game_tasks_of_rows(apr_pool_t *pool, const game_rows_t *rows, int row,
                       game_task_t *task);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file economy_more.h
 * Inputs that only some strategies ask for, each read by statements of its
 * own: the cells of a game's grid, and what forecasts are made of. Between
 * economy.c and the forecast's endpoint only.
 *
 * They are read after award_facts, or with the history locked. What is of
 * the user's history in the game is therefore still true when game.award
 * finds the version that the facts had. Counts of other users, and the
 * newest award in other games, are those of a moment: nobody waits for
 * others to score.
 */
#ifndef GAME_ECONOMY_MORE_H
#define GAME_ECONOMY_MORE_H

#include "catalog.h"
#include "db.h"
#include "economy_inputs.h"

#define GAME_MORE_STEPS 5       /* at most, in one reading */
#define GAME_MORE_VALUES 6      /* of one statement */
#define GAME_MORE_BOUND 3       /* values of award_book */

/** An event, and what is read for it beyond the facts. The first members
 *  are the caller's to set, the others are zero before game_more_begin. */
typedef struct game_more_t {
    game_req_t *req;
    const game_game_t *game;
    const game_task_t *task;    /**< NULL: a forecast, no event */
    const char *external_user_id;
    const game_user_id_t *user;
    const char *strategy_id;
    const game_strategy_t *strategy;
    unsigned mask;              /**< GAME_INPUT_* */
    game_event_data_t data;     /**< of the event */

    game_event_t event;         /**< for score() */
    game_verdict_e verdict;     /**< of place() */
    const char *detail;         /**< of place(), when refused */
    int placed;                 /**< place is set */
    game_place_t place;
    game_settings_t settings;
    const char *group;          /**< experiment group of the user */
    int candidate;              /**< ... which is not stored yet */
    const game_rows_t *cells;
    const game_rows_t *tasks;
    const game_rows_t *person;
    const game_rows_t *dimensions;
    const char *values[GAME_MORE_STEPS][GAME_MORE_VALUES];
} game_more_t;

/** Make the event and find its place; nothing is read. */
void game_more_begin(game_more_t *more);

/** Read by single statements what the mask asks for. */
game_error_t *game_more_read(game_more_t *more);

/** The statements of the same for a transaction that writes; the group of
 *  the user is stored with it.
 *  @param steps room for GAME_MORE_STEPS
 *  @return their number */
int game_more_steps(game_more_t *more, game_db_step_t *steps);

/** Take what the statements found. */
void game_more_take(game_more_t *more, const game_db_step_t *steps,
                    int count);

/**
 * Store the group of the user that was a candidate so far; once an event is
 * scored, and not when it is only simulated.
 * @param moved receives whether it is another one by now: score again
 */
game_error_t *game_more_settle(game_more_t *more, int *moved);

/** Add what was read to the inputs. */
void game_more_inputs(const game_more_t *more, game_inputs_t *inputs);

/** Bind what award_book has last: where the event lies. */
void game_more_bind(const game_more_t *more, const char **values);

/**
 * Read, without an event, and see to it that there is the user and that it
 * has a group: what is not there is made.
 * @return NULL; 412 for an id that is no slug and names nobody; 503
 */
game_error_t *game_more_join(game_more_t *more);

/** Forecast what the tasks of the strategy would pay the user, after
 *  game_more_join. @return JSON list in canonical form */
const char *game_more_simulate(const game_more_t *more);

#endif

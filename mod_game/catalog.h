/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file catalog.h
 * Games and tasks as configuration: read from the database once, kept per
 * process for at most GameCacheTTL, dropped at once on this host when they
 * change (a generation in shared memory). Awards do not trust it: the award
 * function checks versions.
 */
#ifndef GAME_CATALOG_H
#define GAME_CATALOG_H

#include "error.h"
#include "../strategies/game_strategy.h"

typedef struct game_param_t {
    const char *id;             /**< UUID */
    const char *key;
    const char *value;          /**< stored text */
} game_param_t;

typedef struct game_game_t {
    const char *id;
    const char *external_id;
    const char *platform;
    const char *strategy_id;    /**< never NULL */
    const char *prefix;         /**< key that owns it, or NULL */
    const char *subject;        /**< subject that owns it, or NULL */
    const char *realm;          /**< or NULL */
    const char *version;        /**< for game.award */
    apr_time_t created_at, updated_at;
    int param_count;
    const game_param_t *params; /**< in order of creation */
} game_game_t;

typedef struct game_task_t {
    const char *id;
    const char *external_id;
    const char *strategy_id;    /**< NULL: the game's */
    const char *status;
    const char *version;
    int param_count;
    const game_param_t *params;
} game_task_t;

/**
 * Get a game that is not deleted.
 * @param id   normal UUID text
 * @param game lives as long as the request
 * @return NULL, 404 "Game not found by gameId: <id>", 503
 */
game_error_t *game_catalog_game(game_req_t *req, const char *id,
                                const game_game_t **game);

/** As game_catalog_game, and 403 when the caller may not use the game
 *  (http-api.md 3.5, decisions.md Realms). */
game_error_t *game_catalog_own_game(game_req_t *req, const char *id,
                                    const game_game_t **game);

/** Get a task of a game by its external id; *task is NULL when there is
 *  none (texts of the 404 differ by endpoint). */
game_error_t *game_catalog_task(game_req_t *req, const game_game_t *game,
                                const char *external_id,
                                const game_task_t **task);

/** A game or one of its tasks or params changed: call after the commit. */
void game_catalog_changed(game_req_t *req, const char *game_id);

/**
 * The strategy with which a task of a game scores, and its variables.
 * @param task NULL for the game's own strategy
 * @param id   receives the effective strategy id
 * @return NULL, or 404 "Strategy not found with id: <id>"
 */
game_error_t *game_effective_strategy(game_req_t *req,
                                      const game_game_t *game,
                                      const game_task_t *task,
                                      const char **id,
                                      const game_strategy_t **strategy,
                                      const game_variable_t **variables);

/** Check that a strategy id can be assigned.
 *  @param game whose owner's custom strategies count; NULL: a new game of
 *              the caller
 *  @return NULL, or 404 "Strategy with id: <id> not found" (a custom: id
 *          that is not there, or not PUBLISHED: "Custom strategy not found:
 *          <uuid part>") */
game_error_t *game_strategy_assignable(game_req_t *req,
                                       const game_game_t *game,
                                       const char *id);

/**
 * Check params against the variables of the strategy that they will meet.
 * @param game        as of game_strategy_assignable
 * @param strategy_id effective id
 * @param params      checked JSON list of {key, value, ...}; NULL: nothing
 * @return NULL, or 422 that names the first param that does not fit
 */
game_error_t *game_params_fit(game_req_t *req, const game_game_t *game,
                              const char *strategy_id,
                              const game_json_t *params);

/** @return a param's JSON value as the text that is stored (decisions.md 18,
 *          39): strings as they are, everything else as JSON text */
const char *game_param_text(apr_pool_t *pool, const game_json_t *value);

/** Write the strategy object of http-api.md 4.5 as member name. */
void game_strategy_write(game_jw_t *jw, const char *name,
                         const game_strategy_t *strategy,
                         const game_variable_t *variables);

/** Write a list of {"key","value"} whose values are shown as the strategy
 *  takes them (4.5): whole numbers and reals for variables, else text. */
void game_params_write(game_jw_t *jw, const char *name,
                       const game_strategy_t *strategy, int count,
                       const game_param_t *params);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file greencrowd.h
 * Forecasts: what a task would pay a user now, in five dimensions, signed so
 * that it can be honoured when it comes back. greencrowd_sim.c makes them,
 * greencrowd_forecast.c reads, writes and signs them, greencrowd.c pays.
 */
#ifndef GAME_GREENCROWD_H
#define GAME_GREENCROWD_H

#include <apr_tables.h>

#include "game_strategy.h"

/** One task's forecast. */
typedef struct game_forecast_t {
    const char *external_user_id;
    const char *external_task_id;
    const char *group;          /**< of the user, or NULL */
    apr_int64_t dimensions[GAME_DIMENSIONS];
    apr_int64_t total;          /**< their sum */
    const char *expires_text;   /**< as it is signed */
    apr_time_t expires;
    int fits;                   /**< 0: a number leaves int64; not shown */
} game_forecast_t;

/** What the dimensions are called, in their order. */
extern const char *const game_dimension_names[GAME_DIMENSIONS];

/**
 * Forecast the tasks of inputs->records.
 * @return list of game_forecast_t, one for each task
 */
apr_array_header_t *game_forecast_make(const game_event_t *event,
                                       const game_inputs_t *inputs,
                                       apr_pool_t *pool);

/**
 * Read the forecasts that an event brings back: a list at node.
 * @return list of game_forecast_t, or NULL when it is malformed
 */
apr_array_header_t *game_forecast_read(const game_event_t *event,
                                       const game_node_t *node,
                                       apr_pool_t *pool);

/** @return the forecasts that fit as canonical JSON: compact, members sorted
 *          by name */
const char *game_forecast_text(const apr_array_header_t *forecasts,
                               apr_pool_t *pool);

/** @return "2026-03-10 14:45:00.000000+00:00", in pool */
const char *game_forecast_time(apr_time_t at, apr_pool_t *pool);

/**
 * Sign forecasts: HMAC-SHA-256 over the text and the ids of game and user,
 * each behind its length.
 * @param event only external_game_id, game_id and external_user_id are read
 * @param key secret; NULL cannot sign
 * @param text of game_forecast_text()
 * @return 64 lower-case hex digits in pool, or NULL
 */
const char *game_forecast_sign(const game_event_t *event, const char *key,
                               const char *text, apr_pool_t *pool);

/** Compare a signature that came from outside, in constant time.
 *  @return whether both are there and equal */
int game_forecast_signed(const char *ours, const char *theirs);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file metrics.h
 * Counters of all children in shared memory, exact, and the handler
 * "game-metrics" that shows them to Prometheus. Names and buckets are those
 * of engine.md 4.2; the label realm is left out, as its values are the
 * prefixes of all keys.
 */
#ifndef GAME_METRICS_H
#define GAME_METRICS_H

#include <httpd.h>

/** Make the shared memory. @return NULL or a sentence */
const char *game_metrics_setup_post_config(apr_pool_t *pconf);

/** Register the handler. */
void game_metrics_register(apr_pool_t *pool);

/**
 * Count one run of a custom strategy.
 * @param extend      of a DSL_EXTEND, else of a DSL_FULL
 * @param status      "ok", "error", "timeout" or "limit"
 * @param code        of a failure, else NULL
 * @param duration_ms as observed
 * @param nodes       executed
 */
void game_metrics_run(int extend, const char *status, const char *code,
                      double duration_ms, int nodes);

/** Count a row of the execution log that was dropped. */
void game_metrics_dropped(int extend);

#endif

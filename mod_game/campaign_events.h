/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_events.h
 * What happens to runs and steps, as a line of the error log each and as
 * numbers of the metrics.
 */
#ifndef GAME_CAMPAIGN_EVENTS_H
#define GAME_CAMPAIGN_EVENTS_H

#include <httpd.h>

/** Something that happened; what is NULL is left out. */
typedef struct game_event_t {
    const char *event;          /**< "step_completed", "run_failed", ... */
    const char *run;
    const char *step;           /**< step id */
    const char *status;         /**< afterwards */
    const char *error;          /**< its code */
    const char *more;           /**< "name=value ..." */
    apr_interval_time_t took;   /**< 0: left out */
    int is_bad;                 /**< a warning; else for information */
} game_event_t;

/** Write a line: event, run_id, step_id, status, duration_ms, error, more. */
void game_event_log(server_rec *s, apr_pool_t *pool,
                    const game_event_t *event);

/** Write a line about a run that has ended, and count it.
 *  @param status of the run; does nothing when it is not a final one
 *  @param error  code, or NULL @param took 0: not known */
void game_event_run(server_rec *s, apr_pool_t *pool, const char *run,
                    const char *status, const char *error,
                    apr_interval_time_t took);

#endif

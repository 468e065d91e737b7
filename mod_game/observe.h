/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file observe.h
 * The arithmetic of what runs of custom strategies were: which are kept,
 * rates, percentiles, histograms (engine.md 4). Knows APR's pools and
 * nothing else.
 */
#ifndef GAME_OBSERVE_H
#define GAME_OBSERVE_H

#include <apr_pools.h>

/** Buckets of the histogram of durations, the open one included. */
#define GAME_OBSERVE_DURATIONS 13
/** Most buckets of the histogram of points. */
#define GAME_OBSERVE_POINTS 10

/** Runs by status. */
typedef struct game_observe_status_t {
    apr_int64_t ok, error, timeout, limit;
    apr_int64_t other;          /**< any other word */
    apr_int64_t total;
} game_observe_status_t;

/** A bucket of a histogram. */
typedef struct game_observe_bucket_t {
    const char *label;
    double upper;               /**< meaningless when open */
    int open;                   /**< has no upper bound */
    apr_int64_t count;
} game_observe_bucket_t;

/** What is known of the runs of a strategy within a time. */
typedef struct game_observe_t {
    game_observe_status_t status;
    double avg_ms, max_ms;
    double points_sum;
    /* what game_observe_finish works out: */
    double success_rate, error_rate;
    double p50_ms, p95_ms, p99_ms;
    int sample;                 /**< runs whose duration is known */
    game_observe_bucket_t durations[GAME_OBSERVE_DURATIONS];
    int points_count;
    game_observe_bucket_t points[GAME_OBSERVE_POINTS];
} game_observe_t;

/** Differences of two strategies, the second less the first. */
typedef struct game_observe_delta_t {
    double success_rate, error_rate, p95_ms, avg_ms, points_avg;
} game_observe_delta_t;

/** Count runs of a status, given as its word. */
void game_observe_add(game_observe_status_t *status, const char *word,
                      apr_int64_t count);

/** @return a percentile (p of 0..1) of sorted values by linear
 *          interpolation between neighbours; 0 of none */
double game_observe_percentile(const double *sorted, int count, double p);

/** Sort durations (milliseconds) into the thirteen buckets. */
void game_observe_durations(const double *values, int count,
                            game_observe_bucket_t *buckets);

/** Sort points into at most ten buckets of one width; labels in pool.
 *  @return how many buckets there are, one at least */
int game_observe_points(const double *values, int count,
                        game_observe_bucket_t *buckets, apr_pool_t *pool);

/**
 * Work the rest out, of what is there already.
 * @param durations milliseconds of runs, in any order
 * @param points    points of runs, in any order
 */
void game_observe_finish(game_observe_t *observed, const double *durations,
                         int count, const double *points, int points_count,
                         apr_pool_t *pool);

/** @return b less a */
game_observe_delta_t game_observe_delta(const game_observe_t *a,
                                        const game_observe_t *b);

/** @return whether a run is kept: every failure, and of the others those
 *          whose draw (0 up to, but not, 1) is below the rate */
int game_observe_keeps(const char *status, double rate, double draw);

/** @return how many entries of a trace are kept; no limit when it is 0 or
 *          less */
int game_observe_cut(int entries, int limit);

#endif

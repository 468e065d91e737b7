/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Rates, percentiles and histograms. Where the numbers come from and how
 * they are answered is not known here.
 */

#include "observe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

/* Labels are UTF-8: "at most" is U+2264, "to" is U+2013. */
#define AT_MOST "\xe2\x89\xa4"
#define TO "\xe2\x80\x93"

static const struct {
    double edge;
    const char *label;
} edges[GAME_OBSERVE_DURATIONS - 1] = {
    { 5, AT_MOST "5ms" }, { 10, AT_MOST "10ms" }, { 25, AT_MOST "25ms" },
    { 50, AT_MOST "50ms" }, { 100, AT_MOST "100ms" },
    { 150, AT_MOST "150ms" }, { 200, AT_MOST "200ms" },
    { 250, AT_MOST "250ms" }, { 500, AT_MOST "500ms" },
    { 1000, AT_MOST "1000ms" }, { 2500, AT_MOST "2500ms" },
    { 5000, AT_MOST "5000ms" }
};

void game_observe_add(game_observe_status_t *status, const char *word,
                      apr_int64_t count)
{
    apr_int64_t *place = !strcmp(word, "ok") ? &status->ok
                       : !strcmp(word, "error") ? &status->error
                       : !strcmp(word, "timeout") ? &status->timeout
                       : !strcmp(word, "limit") ? &status->limit
                       : &status->other;

    *place += count;
    status->total += count;
}

double game_observe_percentile(const double *sorted, int count, double p)
{
    double place;
    int low, high;

    if (count < 1) {
        return 0;
    }
    place = (count - 1) * p;
    low = (int)floor(place);
    high = low + 1 < count ? low + 1 : count - 1;
    return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

void game_observe_durations(const double *values, int count,
                            game_observe_bucket_t *buckets)
{
    int i, at;

    memset(buckets, 0, GAME_OBSERVE_DURATIONS * sizeof(*buckets));
    for (at = 0; at < GAME_OBSERVE_DURATIONS - 1; at++) {
        buckets[at].label = edges[at].label;
        buckets[at].upper = edges[at].edge;
    }
    buckets[at].label = ">5000ms";
    buckets[at].open = 1;
    for (i = 0; i < count; i++) {
        for (at = 0; !buckets[at].open && values[i] > buckets[at].upper;
             at++) {
            ;
        }
        buckets[at].count++;
    }
}

/* A number in the style of %g; six digits are enough for a label. */
static const char *short_number(double number, apr_pool_t *pool)
{
    char text[32];

    snprintf(text, sizeof(text), "%g", number);
    return apr_pstrdup(pool, text);
}

static void bounds(const double *values, int count, double *min, double *max)
{
    int i;

    *min = *max = count ? values[0] : 0;
    for (i = 1; i < count; i++) {
        *min = values[i] < *min ? values[i] : *min;
        *max = values[i] > *max ? values[i] : *max;
    }
}

int game_observe_points(const double *values, int count,
                        game_observe_bucket_t *buckets, apr_pool_t *pool)
{
    double min, max, width;
    int i, at;

    memset(buckets, 0, GAME_OBSERVE_POINTS * sizeof(*buckets));
    bounds(values, count, &min, &max);
    if (min == max) {
        buckets[0].label = short_number(min, pool);
        buckets[0].upper = min;
        buckets[0].count = count;
        return 1;
    }
    width = (max - min) / GAME_OBSERVE_POINTS;
    for (i = 0; i < GAME_OBSERVE_POINTS; i++) {
        buckets[i].upper = min + width * (i + 1);
        buckets[i].label = apr_pstrcat(pool,
            short_number(min + width * i, pool), TO,
            short_number(buckets[i].upper, pool), NULL);
    }
    for (i = 0; i < count; i++) {
        at = (int)((values[i] - min) / width);
        buckets[at < GAME_OBSERVE_POINTS ? at : GAME_OBSERVE_POINTS - 1]
            .count++;
    }
    return GAME_OBSERVE_POINTS;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

void game_observe_finish(game_observe_t *observed, const double *durations,
                         int count, const double *points, int points_count,
                         apr_pool_t *pool)
{
    const game_observe_status_t *status = &observed->status;
    double total = (double)status->total;
    double *sorted = apr_pmemdup(pool, durations,
                                 sizeof(*sorted) * (apr_size_t)count);

    if (status->total) {
        observed->success_rate = (double)status->ok / total;
        observed->error_rate = (double)(status->error + status->timeout
                                        + status->limit) / total;
    }
    if (count) {
        qsort(sorted, (size_t)count, sizeof(*sorted), by_size);
    }
    observed->p50_ms = game_observe_percentile(sorted, count, 0.50);
    observed->p95_ms = game_observe_percentile(sorted, count, 0.95);
    observed->p99_ms = game_observe_percentile(sorted, count, 0.99);
    observed->sample = count;
    game_observe_durations(sorted, count, observed->durations);
    observed->points_count = game_observe_points(points, points_count,
                                                 observed->points, pool);
}

static double points_avg(const game_observe_t *observed)
{
    return observed->status.total
         ? observed->points_sum / (double)observed->status.total : 0;
}

game_observe_delta_t game_observe_delta(const game_observe_t *a,
                                        const game_observe_t *b)
{
    game_observe_delta_t delta;

    delta.success_rate = b->success_rate - a->success_rate;
    delta.error_rate = b->error_rate - a->error_rate;
    delta.p95_ms = b->p95_ms - a->p95_ms;
    delta.avg_ms = b->avg_ms - a->avg_ms;
    delta.points_avg = points_avg(b) - points_avg(a);
    return delta;
}

int game_observe_keeps(const char *status, double rate, double draw)
{
    return strcmp(status, "ok") || draw < rate;
}

int game_observe_cut(int entries, int limit)
{
    return limit > 0 && entries > limit ? limit : entries;
}

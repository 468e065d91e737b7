/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of what is told about runs: observability.json. The file of the
 * module that does the arithmetic is part of this one, so that the runner
 * needs nothing of the module beside it.
 */
#include "vectors.h"

#include "../../mod_game/observe.c"

#include <apr_strings.h>

#define MEMBER(object, name) json_object_get((object), (name))

static double *numbers(const json_t *list, int *count, apr_pool_t *pool)
{
    double *out = apr_pcalloc(pool, sizeof(*out)
                              * (json_array_size(list) + 1));
    size_t i;

    for (i = 0; i < json_array_size(list); i++) {
        out[i] = json_number_value(json_array_get(list, i));
    }
    *count = (int)json_array_size(list);
    return out;
}

static json_t *buckets_json(const game_observe_bucket_t *buckets, int count)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("{s:s, s:o, s:I}", "label",
            buckets[i].label, "upperBound",
            buckets[i].open ? json_null() : json_real(buckets[i].upper),
            "count", (json_int_t)buckets[i].count));
    }
    return list;
}

static void expect(game_vectors_t *v, const char *what,
                   const json_t *expected, json_t *got)
{
    game_vectors_equal(v, what, expected, got);
    json_decref(got);
}

/* ---- single functions ---- */

static void run_percentile(game_vectors_t *v, const json_t *c)
{
    int count;
    double *sorted = numbers(MEMBER(c, "sorted"), &count, v->pool);

    expect(v, "percentile", MEMBER(c, "expected"),
           json_real(game_observe_percentile(sorted, count,
               json_number_value(MEMBER(c, "p")))));
}

static void run_durations(game_vectors_t *v, const json_t *c)
{
    game_observe_bucket_t buckets[GAME_OBSERVE_DURATIONS];
    int count;
    double *values = numbers(MEMBER(c, "samples"), &count, v->pool);

    game_observe_durations(values, count, buckets);
    expect(v, "buckets", MEMBER(c, "expected"),
           buckets_json(buckets, GAME_OBSERVE_DURATIONS));
}

static void run_points(game_vectors_t *v, const json_t *c)
{
    game_observe_bucket_t buckets[GAME_OBSERVE_POINTS];
    int count;
    double *values = numbers(MEMBER(c, "samples"), &count, v->pool);

    count = game_observe_points(values, count, buckets, v->pool);
    expect(v, "buckets", MEMBER(c, "expected"), buckets_json(buckets, count));
}

static void read_status(const json_t *raw, game_observe_status_t *status)
{
    const char *word;
    json_t *count;

    memset(status, 0, sizeof(*status));
    json_object_foreach((json_t *)raw, word, count) {
        game_observe_add(status, word, json_integer_value(count));
    }
}

static json_t *status_json(const game_observe_status_t *status)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
                     "ok", (json_int_t)status->ok,
                     "error", (json_int_t)status->error,
                     "timeout", (json_int_t)status->timeout,
                     "limit", (json_int_t)status->limit,
                     "other", (json_int_t)status->other,
                     "total", (json_int_t)status->total);
}

static void run_status(game_vectors_t *v, const json_t *c)
{
    game_observe_status_t status;

    read_status(MEMBER(c, "raw"), &status);
    expect(v, "breakdown", MEMBER(c, "expected"), status_json(&status));
}

static void run_cut(game_vectors_t *v, const json_t *c)
{
    json_t *trace = json_deep_copy(MEMBER(c, "trace"));
    int entries = (int)json_array_size(trace);
    int kept = game_observe_cut(entries,
        (int)json_integer_value(MEMBER(c, "limit")));

    while (entries > kept) {
        json_array_remove(trace, (size_t)--entries);
    }
    expect(v, "trace", MEMBER(c, "expected"), trace);
}

static void run_sampling(game_vectors_t *v, const json_t *c)
{
    expect(v, "persist", MEMBER(c, "persist"), json_boolean(
        game_observe_keeps(json_string_value(MEMBER(c, "status")),
                           json_number_value(MEMBER(c, "rate")),
                           json_number_value(MEMBER(c, "draw")))));
}

/* ---- a strategy's figures ---- */

static void read_metrics(const json_t *c, game_observe_t *out,
                         apr_pool_t *pool)
{
    const json_t *repository = MEMBER(c, "repository");
    const json_t *summary = MEMBER(repository, "summary");
    double *durations, *points;
    int count, points_count;

    memset(out, 0, sizeof(*out));
    read_status(MEMBER(repository, "status"), &out->status);
    out->avg_ms = json_number_value(MEMBER(summary, "durationAvgMs"));
    out->max_ms = json_number_value(MEMBER(summary, "durationMaxMs"));
    out->points_sum = json_number_value(MEMBER(summary, "pointsSum"));
    durations = numbers(MEMBER(repository, "durations"), &count, pool);
    points = numbers(MEMBER(repository, "points"), &points_count, pool);
    game_observe_finish(out, durations, count, points, points_count, pool);
}

static void run_metrics(game_vectors_t *v, const json_t *c)
{
    const json_t *expected = MEMBER(c, "expected");
    game_observe_t got;

    read_metrics(c, &got, v->pool);
    expect(v, "statusBreakdown", MEMBER(expected, "statusBreakdown"),
           status_json(&got.status));
    expect(v, "successRate", MEMBER(expected, "successRate"),
           json_real(got.success_rate));
    expect(v, "errorRate", MEMBER(expected, "errorRate"),
           json_real(got.error_rate));
    expect(v, "duration", MEMBER(expected, "duration"), json_pack(
           "{s:f, s:f, s:f, s:f, s:f, s:i}", "avgMs", got.avg_ms,
           "p50Ms", got.p50_ms, "p95Ms", got.p95_ms, "p99Ms", got.p99_ms,
           "maxMs", got.max_ms, "sampleSize", got.sample));
    expect(v, "durationHistogram", MEMBER(expected, "durationHistogram"),
           buckets_json(got.durations, GAME_OBSERVE_DURATIONS));
    expect(v, "pointsHistogram", MEMBER(expected, "pointsHistogram"),
           buckets_json(got.points, got.points_count));
    expect(v, "pointsSum", MEMBER(expected, "pointsSum"),
           json_real(got.points_sum));
}

static void find_metrics(game_vectors_t *v, const json_t *c,
                         const char *which, game_observe_t *out)
{
    const char *id = json_string_value(MEMBER(c, which));
    const json_t *candidate;
    size_t i;

    json_array_foreach(MEMBER(v->root, "metrics"), i, candidate) {
        if (!strcmp(json_string_value(MEMBER(candidate, "id")), id)) {
            read_metrics(candidate, out, v->pool);
            return;
        }
    }
    game_vectors_differ(v, "no metrics with id %s", id);
}

static void run_compare(game_vectors_t *v, const json_t *c)
{
    game_observe_delta_t delta;
    game_observe_t a, b;

    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    find_metrics(v, c, "a", &a);
    find_metrics(v, c, "b", &b);
    delta = game_observe_delta(&a, &b);
    expect(v, "delta", MEMBER(c, "expectedDelta"), json_pack(
           "{s:f, s:f, s:f, s:f, s:f}", "successRate", delta.success_rate,
           "errorRate", delta.error_rate, "p95Ms", delta.p95_ms,
           "avgMs", delta.avg_ms, "pointsAvg", delta.points_avg));
}

/* ---- the file ---- */

static const struct {
    const char *name;
    void (*run)(game_vectors_t *v, const json_t *c);
} parts[] = {
    { "percentile", run_percentile },
    { "durationHistogram", run_durations },
    { "pointsHistogram", run_points },
    { "statusBreakdown", run_status },
    { "truncateTrace", run_cut },
    { "metrics", run_metrics },
    { "compare", run_compare },
    { "sampling", run_sampling }
};

int game_vectors_observability(game_vectors_t *v)
{
    const json_t *c;
    size_t part, i;

    for (part = 0; part < sizeof(parts) / sizeof(parts[0]); part++) {
        json_array_foreach(MEMBER(v->root, parts[part].name), i, c) {
            game_vectors_case(v, apr_psprintf(v->pool, "%s %d",
                              parts[part].name, (int)i));
            parts[part].run(v, c);
            game_vectors_end(v);
        }
    }
    return 1;
}

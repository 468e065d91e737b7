/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * How forecasts of the strategy "greencrowdStrategy" come about. The user's
 * experiment group decides: chance, the mean of what was forecast before, or
 * rules over the records of the tasks.
 */
#include "greencrowd.h"

#include "builtins.h"
#include "values.h"

#include <apr_hash.h>
#include <math.h>
#include <string.h>

#define BASIC           "variable_basic_points"
#define MULTIPLIER      "variable_lbe_multiplier"
#define VALID_MINUTES   "variable_simulation_valid_until"

#define MINUTE          (60 * APR_USEC_PER_SEC)
#define DAY             (24 * 60 * MINUTE)
#define SLOT            (DAY / GAME_SLOTS)

/* A user whose newest award is of this task, and older than this, is
 * forecast nothing for it. */
#define STALE           (300 * APR_USEC_PER_SEC)

/* Without anything collected. */
#define CHANCE_MAX      10
#define MEAN_DEFAULT    5

#define TWO_TO_63       9223372036854775808.0

enum { DIM_BP, DIM_LBE, DIM_TD, DIM_PP, DIM_S };

/* A point of interest: tasks, and how many of them have awards. */
typedef struct {
    apr_size_t tasks;
    apr_size_t seen;
} poi_t;

/* What the forecasts of one user have in common, and the one in hand. */
typedef struct {
    const game_inputs_t *inputs;
    const game_records_t *records;
    apr_uint64_t chance;        /* state of the generator */
    apr_hash_t *pois;           /* poi_t by name */
    double awards;              /* on all tasks */
    double pace;                /* factors of the basic points */
    double streak;
    const game_task_record_t *task;
    double points;              /* basic points of the task */
    game_forecast_t *out;
} making_t;

/* ---- numbers ---- */

/* Nearest whole number, halves to the even one. */
static void set_dimension(making_t *m, int dimension, double value)
{
    double whole = nearbyint(value);

    if (!(whole >= -TWO_TO_63 && whole < TWO_TO_63)) {
        m->out->fits = 0;
        return;
    }
    m->out->dimensions[dimension] = (apr_int64_t)whole;
}

/* The next number of a splitmix64 generator. */
static apr_uint64_t draw(apr_uint64_t *state)
{
    apr_uint64_t z = *state += APR_UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * APR_UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * APR_UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A number from min to max, both inside, each as likely. */
static apr_int64_t draw_between(apr_uint64_t *state, apr_int64_t min,
                                apr_int64_t max)
{
    apr_uint64_t span = (apr_uint64_t)max - (apr_uint64_t)min + 1;
    apr_uint64_t uneven;
    apr_uint64_t z = draw(state);

    if (span) {
        uneven = (0 - span) % span;     /* 2^64 mod span */
        while (z < uneven) {
            z = draw(state);
        }
        z %= span;
    }
    return (apr_int64_t)((apr_uint64_t)min + z);
}

/* ---- groups: chance, mean ---- */

static void make_chance(making_t *m)
{
    const game_dimension_t *known = m->records->dimensions;
    int i;

    for (i = 0; i < GAME_DIMENSIONS; i++) {
        m->out->dimensions[i] =
            known[i].count ? draw_between(&m->chance, known[i].min,
                                          known[i].max)
                           : draw_between(&m->chance, 0, CHANCE_MAX);
    }
}

static void make_mean(making_t *m)
{
    const game_dimension_t *known = m->records->dimensions;
    int i;

    for (i = 0; i < GAME_DIMENSIONS; i++) {
        set_dimension(m, i, known[i].count
                            ? known[i].sum / (double)known[i].count
                            : MEAN_DEFAULT);
    }
}

/* ---- group: rules ---- */

/* Find the point of interest of a task: the second piece of its id between
 * underscores.
 * @return its length, or -1 when there is none */
static apr_ssize_t find_poi(const game_task_record_t *task, const char **poi)
{
    const char *bar = strchr(task->external_task_id, '_');

    if (!bar) {
        return -1;
    }
    *poi = bar + 1;
    return (apr_ssize_t)strcspn(bar + 1, "_");
}

static double count_awards(const game_task_record_t *task)
{
    double count = 0;
    int i;

    for (i = 0; i < GAME_SLOTS; i++) {
        count += (double)task->slots[i];
    }
    return count;
}

static void count_tasks(making_t *m, apr_pool_t *pool)
{
    const game_task_record_t *task = m->records->tasks;
    const char *name;
    apr_ssize_t len;
    apr_size_t i;
    poi_t *poi;

    m->pois = apr_hash_make(pool);
    for (i = 0; i < m->records->task_count; i++, task++) {
        m->awards += count_awards(task);
        len = find_poi(task, &name);
        if (len < 0) {
            continue;
        }
        poi = apr_hash_get(m->pois, name, len);
        if (!poi) {
            poi = apr_pcalloc(pool, sizeof(*poi));
            apr_hash_set(m->pois, name, len, poi);
        }
        poi->tasks++;
        poi->seen += count_awards(task) > 0;
    }
}

/* Pace: how long ago the user's last award is, beside the mean gap between
 * awards. */
static void measure_pace(making_t *m)
{
    const game_task_record_t *task = m->records->tasks;
    apr_int64_t count = 0;
    apr_time_t first = APR_INT64_MAX;
    apr_time_t last = 0;
    double average;
    double since;
    double weight;
    apr_size_t i;

    for (i = 0; i < m->records->task_count; i++, task++) {
        if (task->user_count > 0) {
            count += task->user_count;
            first = first < task->user_first ? first : task->user_first;
            last = last > task->user_last ? last : task->user_last;
        }
    }
    if (count < 2 || last <= first) {
        return;
    }
    average = (double)(last - first) / (double)(count - 1) / (double)MINUTE;
    since = (double)(m->inputs->now - last) / (double)MINUTE;
    weight = fmin(0.5, fmax(0.1, 1 - since / average));
    m->pace = fmax(0, (weight * (average - since) + (1 - weight) * average)
                      / average);
}

/* Streak: day number i of the user's, the oldest is 0, counts when it is not
 * longer ago than i days. */
static void measure_streak(making_t *m)
{
    apr_int64_t today = m->inputs->now / DAY;
    double run = 0;
    apr_size_t i;

    for (i = 0; i < m->records->day_count; i++) {
        run += m->records->days[i] >= today - (apr_int64_t)i;
    }
    m->streak = pow(2, run / 5);
}

/* Geographic balance: a part of the points where awards are fewer than at a
 * point of interest on average. */
static double balance(const making_t *m)
{
    const game_value_t *part = game_variable_find(m->task->variables,
                                                  MULTIPLIER);
    unsigned pois = apr_hash_count(m->pois);
    double average = m->awards / (pois ? pois : 1);

    return average > 0 && count_awards(m->task) < average
           ? m->points * game_value_number(part) : 0;
}

/* Spread over the day: awards at this time of day beside those at others. */
static double spread(const making_t *m)
{
    double current =
        (double)m->task->slots[m->inputs->now % DAY / SLOT];
    double other = count_awards(m->task) - current;

    return other > 0 ? (1 - current / other) * m->points : m->points;
}

static void make_rules(making_t *m)
{
    const char *name;
    apr_ssize_t len = find_poi(m->task, &name);
    const poi_t *poi;

    if (len < 0) {
        return;
    }
    poi = apr_hash_get(m->pois, name, len);
    set_dimension(m, DIM_BP,
                  m->points - nearbyint(m->points * ((double)poi->seen
                                                     / (double)poi->tasks)));
    set_dimension(m, DIM_LBE, balance(m));
    set_dimension(m, DIM_TD, spread(m));
    set_dimension(m, DIM_PP, m->pace * m->points);
    set_dimension(m, DIM_S, m->points * m->streak);
}

/* ---- forecasts ---- */

static int is_stale(const making_t *m)
{
    apr_time_t newest = m->records->user_newest;

    return newest && newest == m->task->user_last
           && m->inputs->now - newest > STALE;
}

static void make_dimensions(making_t *m)
{
    const char *group = m->records->group;

    if (is_stale(m) || !group) {
        return;
    }
    if (!strcmp(group, "random_range")) {
        make_chance(m);
    }
    else if (!strcmp(group, "average_score")) {
        make_mean(m);
    }
    else if (!strcmp(group, "dynamic_calculation")) {
        make_rules(m);
    }
}

static void add_up(game_forecast_t *out)
{
    int i;

    for (i = 0; i < GAME_DIMENSIONS; i++) {
        if (__builtin_add_overflow(out->total, out->dimensions[i],
                                   &out->total)) {
            out->fits = 0;
        }
    }
}

apr_array_header_t *game_forecast_make(const game_event_t *event,
                                       const game_inputs_t *inputs,
                                       apr_pool_t *pool)
{
    const game_records_t *records = inputs->records;
    apr_array_header_t *all = apr_array_make(pool, (int)records->task_count,
                                             sizeof(game_forecast_t));
    making_t m = {.inputs = inputs, .records = records,
                  .chance = inputs->seed, .task = records->tasks};
    const game_value_t *valid;
    apr_size_t i;

    count_tasks(&m, pool);
    measure_pace(&m);
    measure_streak(&m);
    for (i = 0; i < records->task_count; i++, m.task++) {
        m.points = game_value_number(game_variable_find(m.task->variables,
                                                        BASIC));
        m.out = apr_array_push(all);
        m.out->external_user_id = event->external_user_id;
        m.out->external_task_id = m.task->external_task_id;
        m.out->group = records->group;
        m.out->fits = 1;
        make_dimensions(&m);
        add_up(m.out);
        valid = game_variable_find(m.task->variables, VALID_MINUTES);
        m.out->expires = inputs->now
                         + game_value_window(valid) * APR_USEC_PER_SEC;
        m.out->expires_text = game_forecast_time(m.out->expires, pool);
    }
    return all;
}

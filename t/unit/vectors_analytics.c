/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of the inputs: analytics*.json, what strategies read of a history.
 * The reference answers some of them for every game that has a task of the
 * name; ours are of one game (decisions.md 7), so these are asked of every
 * game in turn.
 */
#include "vectors_analytics.h"

#include "../../strategies/builtins.h"
#include "vectors_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TURNS           5
#define PUNCTUAL        APR_INT64_C(200000)     /* microseconds */

typedef enum { COUNT, WITHIN, SEEN, GAP, LAST, NEW, MINUTES } measure_e;

/* What the arguments of a query are, in their order. */
#define G 'g'
#define T 't'
#define U 'u'
#define S 's'                   /* seconds */
#define M 'm'                   /* minutes */

/* A query of the file, the input that answers it, and how closely what was
 * decided otherwise is to be met. */
static const struct query_t {
    const char *name;
    char args[4];
    unsigned mask;
    measure_e measure;
    double tolerance;
} queries[] = {
    {"count_measurements_by_external_task_id", {T},
     GAME_INPUT_TASK_COUNT, COUNT, 0},
    {"get_user_task_measurements_count", {T, U},
     GAME_INPUT_USER_COUNT, COUNT, 0},
    {"get_user_task_measurements_count_the_last_seconds", {T, U, S},
     GAME_INPUT_RECENT_COUNT, WITHIN, 0},
    {"get_avg_time_between_tasks_by_user_and_game_task", {G, T, U},
     GAME_INPUT_USER_AVG, GAP, 0.001},
    {"get_avg_time_between_tasks_for_all_users", {G, T},
     GAME_INPUT_ALL_AVG, GAP, 0.001},
    {"get_last_window_time_diff", {T, U},
     GAME_INPUT_LAST_DIFF, LAST, 0.001},
    {"get_new_last_window_time_diff", {T, U, G},
     GAME_INPUT_NEW_DIFF, NEW, 3},
    {"count_personal_records_by_external_game_id", {G, U},
     GAME_INPUT_PERSONAL_COUNT, COUNT, 0},
    {"user_has_record_before_in_externalTaskId_last_min", {T, U, M},
     GAME_INPUT_RECENT_RECORD, SEEN, 0},
    {"get_global_avg_by_external_game_id", {G},
     GAME_INPUT_GLOBAL_AVG, MINUTES, 1e-9},
    {"get_personal_avg_by_external_game_id", {G, U},
     GAME_INPUT_PERSONAL_AVG, MINUTES, 1e-9},
};

typedef struct query_t query_t;

static const query_t *find_query(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        if (name && !strcmp(name, queries[i].name)) {
            return &queries[i];
        }
    }
    return NULL;
}

static analytics_ask_t ask_of(const query_t *query, const json_t *args)
{
    analytics_ask_t ask = {.mask = query->mask};
    size_t i;

    for (i = 0; i < sizeof(query->args) && query->args[i]; i++) {
        const json_t *arg = json_array_get(args, i);
        const char *text = json_string_value(arg);

        switch (query->args[i]) {
        case G:
            ask.game = text;
            break;
        case T:
            ask.task = text;
            break;
        case U:
            ask.user = text;
            break;
        case M:
            ask.seconds = 60 * json_integer_value(arg);
            break;
        default:
            ask.seconds = json_integer_value(arg);
        }
    }
    return ask;
}

static game_value_t input_of(const game_inputs_t *inputs, unsigned mask)
{
    game_value_t flag = {GAME_VALUE_BOOL, {.flag = inputs->recent_record}};

    switch (mask) {
    case GAME_INPUT_TASK_COUNT:
        return game_value_int(inputs->task_count);
    case GAME_INPUT_USER_COUNT:
        return game_value_int(inputs->user_count);
    case GAME_INPUT_RECENT_COUNT:
        return game_value_int(inputs->recent_count);
    case GAME_INPUT_PERSONAL_COUNT:
        return game_value_int(inputs->personal_count);
    case GAME_INPUT_USER_AVG:
        return inputs->user_avg;
    case GAME_INPUT_ALL_AVG:
        return inputs->all_avg;
    case GAME_INPUT_LAST_DIFF:
        return inputs->last_diff;
    case GAME_INPUT_NEW_DIFF:
        return inputs->new_diff;
    case GAME_INPUT_GLOBAL_AVG:
        return inputs->global_avg;
    case GAME_INPUT_PERSONAL_AVG:
        return inputs->personal_avg;
    default:
        return flag;
    }
}

/* ---- what the rows themselves say ---- */

typedef struct {
    int n;
    int within;
    double newest;              /* ages, in seconds */
    double second;
    double oldest;
    int minutes_n;
    double minutes;
} seen_t;

static int is_of(const json_t *row, const char *member, const char *name)
{
    const char *text = json_string_value(json_object_get(row, member));

    return !name || (text && !strcmp(text, name));
}

/* @return positive minutes, or 0 */
static double minutes_of(const json_t *value)
{
    const char *text = json_string_value(value);
    double minutes = json_number_value(value);
    char *end;

    if (text) {
        minutes = strtod(text, &end);
        minutes = *end ? 0 : minutes;
    }
    return minutes > 0 ? minutes : 0;
}

static void see_row(seen_t *seen, const json_t *row, apr_int64_t seconds)
{
    double age = json_number_value(json_object_get(row, "ageSeconds"));
    double minutes = minutes_of(json_object_get(json_object_get(row, "data"),
                                                "minutes"));

    if (!seen->n || age < seen->newest) {
        seen->second = seen->newest;
        seen->newest = age;
    }
    else if (seen->n == 1 || age < seen->second) {
        seen->second = age;
    }
    if (!seen->n || age > seen->oldest) {
        seen->oldest = age;
    }
    seen->n++;
    seen->within += age < (double)seconds;
    seen->minutes_n += minutes > 0;
    seen->minutes += minutes;
}

static seen_t see(const json_t *rows, const analytics_ask_t *ask)
{
    seen_t seen = {0};
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row) {
        if (json_is_number(json_object_get(row, "ageSeconds"))
            && is_of(row, "game", ask->game) && is_of(row, "task", ask->task)
            && is_of(row, "user", ask->user)) {
            see_row(&seen, row, ask->seconds);
        }
    }
    return seen;
}

static game_value_t measure(const seen_t *seen, measure_e which)
{
    game_value_t flag = {GAME_VALUE_BOOL, {.flag = seen->within > 0}};

    switch (which) {
    case COUNT:
        return game_value_int(seen->n);
    case WITHIN:
        return game_value_int(seen->within);
    case GAP:
        return seen->n < 2 ? game_value_int(-1)
            : game_value_real((seen->oldest - seen->newest) / (seen->n - 1));
    case LAST:
        return seen->n < 2 ? game_value_int(0)
                           : game_value_real(seen->second - seen->newest);
    case NEW:
        return seen->n ? game_value_real(seen->newest) : game_value_int(0);
    case MINUTES:
        return seen->minutes_n
            ? game_value_real(seen->minutes / seen->minutes_n)
            : game_value_int(-1);
    default:
        return flag;
    }
}

/* ---- a case ---- */

typedef struct {
    game_vectors_t *v;
    analytics_db_t *db;
    const query_t *query;
    const json_t *test;
    const json_t *rows;
    apr_int64_t now;            /* ages are before it */
    int late;                   /* asked too long after it */
    int decided;
} run_t;

static void check(run_t *run, const analytics_ask_t *ask,
                  const game_value_t *wanted, double tolerance)
{
    game_vectors_t *v = run->v;
    game_inputs_t inputs;
    game_value_t got;
    int same;

    if (!analytics_db_inputs(run->db, ask, &inputs)) {
        return;
    }
    run->late |= inputs.now - run->now > PUNCTUAL;
    got = input_of(&inputs, ask->mask);
    same = got.kind == GAME_VALUE_REAL && wanted->kind == GAME_VALUE_REAL
           ? fabs(got.as.real - wanted->as.real) <= tolerance
           : vector_same(&got, wanted);
    if (!same && !run->late) {
        game_vectors_differ(v, "%s: %s, expected %s", ask->game,
                            vector_show(&got, v->pool),
                            vector_show(wanted, v->pool));
    }
}

/* Compare with what the rows of one game say. */
static void check_rows(run_t *run, const analytics_ask_t *ask)
{
    seen_t seen = see(run->rows, ask);
    game_value_t wanted = measure(&seen, run->query->measure);

    check(run, ask, &wanted, run->query->tolerance);
}

static void check_vector(run_t *run, const analytics_ask_t *ask)
{
    const json_t *expected = json_object_get(run->test, "expected");
    game_value_t wanted = vector_value(json_object_get(expected, "value"),
                                       run->v->pool);

    check(run, ask, &wanted,
          json_number_value(json_object_get(expected, "tolerance")));
}

/* @return how many games have rows of those that are asked for */
static int games_with(const run_t *run, const analytics_ask_t *asked)
{
    const json_t *name;
    analytics_ask_t ask = *asked;
    int count = 0;
    size_t i;

    json_array_foreach(json_object_get(run->v->root, "games"), i, name) {
        ask.game = json_string_value(name);
        ask.seconds = 0;
        count += see(run->rows, &ask).n > 0;
    }
    return count;
}

/* @return why our answer is another one, or NULL when it is not */
static const char *decision(const run_t *run, const analytics_ask_t *ask)
{
    const json_t *expected = json_object_get(run->test, "expected");
    const json_t *row;
    size_t i;

    json_array_foreach(run->rows, i, row) {
        if (json_is_null(json_object_get(row, "ageSeconds"))) {
            return "an award always has its time: that row cannot be";
        }
    }
    if (json_object_get(expected, "error")) {
        return "minutes that are no number are left out of averages";
    }
    return !ask->game && games_with(run, ask) > 1
           ? "a task counts within its game" : NULL;
}

static void check_games(run_t *run, const analytics_ask_t *asked, int strict)
{
    analytics_ask_t ask = *asked;
    const json_t *name;
    size_t i;

    json_array_foreach(json_object_get(run->v->root, "games"), i, name) {
        ask.game = json_string_value(name);
        if (strict && (see(run->rows, &ask).n || !games_with(run, asked))) {
            check_vector(run, &ask);
        }
        else {
            check_rows(run, &ask);
        }
    }
}

static void run_turn(run_t *run)
{
    analytics_ask_t ask = ask_of(run->query,
                                 json_object_get(run->test, "args"));
    const char *why = decision(run, &ask);

    if (why && !run->decided++) {
        game_vectors_decided(run->v, why);
    }
    run->late = 0;
    run->now = analytics_db_load(run->db, run->rows);
    if (run->now && !ask.game) {
        check_games(run, &ask, !why);
    }
    else if (run->now && why) {
        check_rows(run, &ask);
    }
    else if (run->now) {
        check_vector(run, &ask);
    }
    analytics_db_end(run->db);
}

static void run_case(game_vectors_t *v, analytics_db_t *db,
                     const json_t *test)
{
    const char *query = json_string_value(json_object_get(test, "query"));
    run_t run = {.v = v, .db = db, .query = find_query(query), .test = test};
    int turn;

    game_vectors_case(v, json_string_value(json_object_get(test, "name")));
    run.rows = json_object_get(json_object_get(v->root, "rowSets"),
        json_string_value(json_object_get(test, "rows")));
    if (!run.query || !run.rows) {
        game_vectors_differ(v, "query or rows are not known");
    }
    else {
        for (turn = 0; turn < TURNS && (!turn || run.late); turn++) {
            run_turn(&run);
        }
        if (run.late) {
            game_vectors_differ(v, "the database answers too late");
        }
    }
    game_vectors_end(v);
}

int game_vectors_analytics(game_vectors_t *v)
{
    const json_t *cases = json_object_get(v->root, "cases");
    analytics_db_t *db;
    const json_t *test;
    size_t i;

    game_vectors_case(v, "database");
    db = analytics_db_open(v);
    if (db && !analytics_db_timed(db)) {
        game_vectors_differ(v, "an award may be without its time");
    }
    game_vectors_end(v);
    if (db) {
        json_array_foreach(cases, i, test) {
            run_case(v, db, test);
        }
    }
    return 1;
}

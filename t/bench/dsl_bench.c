/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Evaluations of DSL programs in a second, of one thread: programs of about
 * 20 and 200 nodes that are gone through to the end, without a trace, with
 * one that is thrown away and with one that is kept as awards keep it. The
 * limit beside them is the same rules as a function in C, called as built-in
 * strategies are. All take turns; the median turn counts.
 *   dsl-bench [SECONDS of each]
 */
#include "../../dsl/dsl.h"
#include "../../dsl/trace.h"

#include <apr_general.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND 1000
#define TURNS 5
#define KEPT 200                /* entries of a trace, as GameDslLogTrace */
#define LEVEL 20
#define POINTS 41               /* 1 + LEVEL * 2 */

/* A rule of six nodes that does not match. */
static json_t *rule(int number)
{
    return json_pack("{s:s, s:{s:s, s:s, s:{s:s, s:s}, s:{s:s, s:i}},"
                     " s:[{s:s, s:s, s:{s:s, s:i}}]}",
                     "type", "rule", "when", "type", "compare", "op", "<",
                     "left", "type", "field", "path",
                     number % 2 ? "user.measurements_count" : "data.level",
                     "right", "type", "literal", "value", -number,
                     "then", "type", "assign_points", "case_name", "never",
                     "value", "type", "literal", "value", number);
}

/* A program with that many of them, and 1 + x * 2 by default. */
static json_t *program_of(int rules)
{
    json_t *ast = json_pack(
        "{s:s, s:[], s:{s:s, s:s, s:{s:s, s:s, s:{s:s, s:i},"
        " s:{s:s, s:s, s:{s:s, s:s}, s:{s:s, s:i}}}}}",
        "type", "program", "rules", "default",
        "type", "assign_points", "case_name", "bench", "value",
        "type", "arith", "op", "+", "left", "type", "literal", "value", 1,
        "right", "type", "arith", "op", "*",
        "left", "type", "field", "path", "data.level",
        "right", "type", "literal", "value", 2);
    int i;

    for (i = 0; i < rules; i++) {
        json_array_append_new(json_object_get(ast, "rules"), rule(i));
    }
    return ast;
}

/* ---- the event ---- */

static int member(const game_event_t *event, const char *name,
                  game_value_t *value)
{
    (void)event;
    value->kind = GAME_VALUE_INT;
    value->as.whole = LEVEL;
    return !strcmp(name, "level");
}

static void forget(void *data, const game_dsl_step_t *step)
{
    (*(apr_uint64_t *)data) += step->value->kind;
}

static double clock_of(clockid_t id)
{
    struct timespec at;

    clock_gettime(id, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int expired(void *data)
{
    return clock_of(CLOCK_MONOTONIC) > *(double *)data;
}

/* ---- what is measured ---- */

typedef struct work_t {
    game_dsl_run_t *run;
    game_dsl_env_t *env;
    game_event_t *event;
    game_inputs_t *inputs;
    apr_pool_t *scratch;
    int rules;
    apr_uint64_t sum;
} work_t;

typedef apr_int64_t way_t(work_t *work);

/* The rules in C. */
static apr_int64_t by_hand(work_t *work)
{
    game_value_t level;
    apr_int64_t points;
    int i;

    work->event->member(work->event, "level", &level);
    points = 1 + level.as.whole * 2;
    for (i = 0; i < work->rules; i++) {
        if ((i % 2 ? work->inputs->user_count : level.as.whole) < -i) {
            return i;
        }
    }
    return points;
}

static apr_int64_t score(work_t *work)
{
    game_dsl_result_t result;
    game_dsl_fault_t fault;

    return game_dsl_score(work->run, work->env, &result, &fault,
                          work->scratch) ? result.points.as.whole : -1;
}

static apr_int64_t untraced(work_t *work)
{
    work->env->trace = NULL;
    return score(work);
}

static apr_int64_t traced(work_t *work)
{
    work->env->trace = forget;
    work->env->trace_data = &work->sum;
    return score(work);
}

static apr_int64_t kept(work_t *work)
{
    apr_int64_t points;

    work->env->trace = game_dsl_trace_add;
    work->env->trace_data = game_dsl_trace_make(work->scratch, KEPT);
    points = score(work);
    apr_pool_clear(work->scratch);
    return points;
}

static const struct {
    const char *name;
    way_t *way;
} ways[] = {
    {"the rules in C, the limit", by_hand},
    {"program, untraced", untraced},
    {"program, trace thrown away", traced},
    {"program, trace kept", kept}
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

/* ---- measuring ---- */

typedef struct rate_t {
    double processor, wall;     /* evaluations in a second of them */
} rate_t;

static void die(const char *what)
{
    fprintf(stderr, "dsl-bench: %s\n", what);
    exit(EXIT_FAILURE);
}

/* Others on the machine do not count in processor time. */
static rate_t measure(work_t *work, way_t *volatile way, double seconds)
{
    double used = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    double began = clock_of(CLOCK_MONOTONIC);
    rate_t rate;
    long count = 0;
    double passed;
    int i;

    do {
        for (i = 0; i < ROUND; i++) {
            if (way(work) != POINTS) {
                die("a wrong score");
            }
        }
        count += ROUND;
        passed = clock_of(CLOCK_PROCESS_CPUTIME_ID) - used;
    } while (passed < seconds);
    rate.processor = (double)count / passed;
    rate.wall = (double)count / (clock_of(CLOCK_MONOTONIC) - began);
    return rate;
}

static int by_processor(const void *left, const void *right)
{
    double a = ((const rate_t *)left)->processor;
    double b = ((const rate_t *)right)->processor;

    return (a > b) - (a < b);
}

static void compare(work_t *work, double seconds)
{
    rate_t rates[WAYS][TURNS];
    int turn, i;

    for (turn = 0; turn < TURNS; turn++) {
        for (i = 0; i < WAYS; i++) {
            rates[i][turn] = measure(work, ways[i].way, seconds / TURNS);
        }
    }
    for (i = 0; i < WAYS; i++) {
        const rate_t *median = &rates[i][TURNS / 2];

        qsort(rates[i], TURNS, sizeof(rate_t), by_processor);
        printf("    %-28s %11.0f /s of a processor, %11.0f /s of a clock",
               ways[i].name, median->processor, median->wall);
        if (i) {
            printf("; %.3f of the limit, %.2f us", median->processor
                   / rates[0][TURNS / 2].processor, 1e6 / median->processor);
        }
        putchar('\n');
    }
}

static void bench(apr_pool_t *pool, int rules, double seconds)
{
    game_event_t event = {"game", "task", "user", member, NULL};
    game_inputs_t inputs = {.user_count = 5};
    double deadline = clock_of(CLOCK_MONOTONIC) + 1e6;
    game_dsl_env_t env = {
        .event = &event, .inputs = &inputs, .expired = expired,
        .expired_data = &deadline
    };
    work_t work = {.env = &env, .event = &event, .inputs = &inputs,
                   .rules = rules};
    json_t *ast = program_of(rules);
    game_dsl_program_t *program;
    game_dsl_result_t result;
    game_dsl_fault_t fault;

    program = game_dsl_compile(pool, ast, GAME_DSL_FULL, NULL, NULL, &fault);
    json_decref(ast);
    if (!program) {
        die(fault.message);
    }
    work.run = game_dsl_run_make(pool, program);
    apr_pool_create(&work.scratch, pool);
    if (!game_dsl_score(work.run, &env, &result, &fault, work.scratch)) {
        die(fault.message);
    }
    printf("  a program of %d nodes; an evaluation goes to %d\n",
           game_dsl_node_count(program), result.nodes);
    compare(&work, seconds);
    apr_pool_destroy(work.scratch);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    apr_pool_t *pool;

    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        return EXIT_FAILURE;
    }
    bench(pool, 2, seconds);
    bench(pool, 32, seconds);
    apr_pool_destroy(pool);
    apr_terminate();
    return EXIT_SUCCESS;
}

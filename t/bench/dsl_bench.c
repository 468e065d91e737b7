/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Evaluations of DSL programs in a second of processor time: programs of
 * about 20 and 200 nodes that are gone through to the end, without a trace
 * and with one that is thrown away.
 *   dsl-bench [SECONDS]
 */
#include "../../dsl/dsl.h"

#include <apr_general.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND 1000

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

static int member(const game_event_t *event, const char *name,
                  game_value_t *value)
{
    (void)event;
    value->kind = GAME_VALUE_INT;
    value->as.whole = 20;
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

/* Processor time: others on the machine do not count. */
static double used(void)
{
    return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static int expired(void *data)
{
    return clock_of(CLOCK_MONOTONIC) > *(double *)data;
}

static void measure(apr_pool_t *pool, const char *name,
                    game_dsl_program_t *program, game_dsl_env_t *env,
                    double seconds)
{
    game_dsl_run_t *run = game_dsl_run_make(pool, program);
    double began = used();
    double deadline = clock_of(CLOCK_MONOTONIC) + 1e6;
    game_dsl_result_t result;
    game_dsl_fault_t fault;
    double ended;
    long count = 0;
    int i;

    env->expired_data = &deadline;
    do {
        for (i = 0; i < ROUND; i++) {
            if (!game_dsl_score(run, env, &result, &fault, pool)
                || result.points.as.whole != 41) {
                fprintf(stderr, "%s: a wrong score\n", name);
                exit(EXIT_FAILURE);
            }
        }
        count += ROUND;
        ended = used();
    } while (ended - began < seconds);
    printf("%s: %.0f evaluations/s, %d nodes, %d steps\n", name,
           (double)count / (ended - began), game_dsl_node_count(program),
           result.steps[GAME_DSL_RULES]);
}

static void bench(apr_pool_t *pool, int rules, double seconds)
{
    game_event_t event = {"game", "task", "user", member, NULL};
    game_inputs_t inputs = {.user_count = 5};
    apr_uint64_t sum = 0;
    game_dsl_env_t env = {
        .event = &event, .inputs = &inputs, .expired = expired,
        .trace_data = &sum
    };
    json_t *ast = program_of(rules);
    game_dsl_program_t *program;
    game_dsl_fault_t fault;
    char name[64];

    program = game_dsl_compile(pool, ast, GAME_DSL_FULL, NULL, NULL, &fault);
    json_decref(ast);
    if (!program) {
        fprintf(stderr, "%s\n", fault.message);
        exit(EXIT_FAILURE);
    }
    snprintf(name, sizeof(name), "dsl %d rules", rules);
    measure(pool, name, program, &env, seconds);
    env.trace = forget;
    snprintf(name, sizeof(name), "dsl %d rules traced", rules);
    measure(pool, name, program, &env, seconds);
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

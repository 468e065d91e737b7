/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A strategy that another module brings: LoadModule is all that it takes, in
 * any order with mod_game. It pays double for each further award of a user on
 * a task, times the effort that the event tells, up to a maximum.
 */
#include <math.h>

#include <httpd.h>
#include <http_config.h>
#include <ap_provider.h>

#include <apr_strings.h>

#include <mod_game/game_strategy.h>

extern module AP_MODULE_DECLARE_DATA game_example_module
    __attribute__((visibility("default")));

#define DOUBLINGS 1024          /* any number of points is infinite then */

/* The order in which the variables are listed, here and in score(). */
enum { FIRST, MOST };

static const game_variable_t variables[] = {
    { "variable_first_points", { GAME_VALUE_INT, { .whole = 1 } } },
    { "variable_most_points", { GAME_VALUE_REAL, { .real = 100.0 } } },
    { NULL, { GAME_VALUE_NULL, { 0 } } }
};

static void needs(const game_variable_t *own, game_needs_t *wanted)
{
    (void)own;
    wanted->mask = GAME_INPUT_USER_COUNT;
}

static int effort_of(const game_event_t *event, double *effort)
{
    game_value_t value;

    if (!event->member(event, "effort", &value)) {
        return 0;
    }
    if (value.kind == GAME_VALUE_INT) {
        *effort = (double)value.as.whole;
        return 1;
    }
    if (value.kind == GAME_VALUE_REAL) {
        *effort = value.as.real;
        return 1;
    }
    return 0;
}

static game_verdict_e score(const game_event_t *event,
                            const game_variable_t *own,
                            const game_inputs_t *inputs,
                            game_score_t *result, apr_pool_t *pool)
{
    apr_int64_t before = inputs->user_count;
    double most = own[MOST].value.as.real;
    double effort, points;

    if (!effort_of(event, &effort)) {
        return GAME_BAD_PAYLOAD;
    }
    if (effort < 0) {
        result->detail = apr_psprintf(pool, "effort is %g: it must not be "
                                      "negative", effort);
        return GAME_REFUSED;
    }
    points = ldexp((double)own[FIRST].value.as.whole * effort,
                   before < DOUBLINGS ? (int)before : DOUBLINGS);
    result->case_name = points < most ? "Doubled" : "MostReached";
    result->points.kind = GAME_VALUE_REAL;
    result->points.as.real = points < most ? points : most;
    result->callback = apr_psprintf(pool, "{\"before\":%" APR_INT64_T_FMT "}",
                                    before);
    return GAME_SCORED;
}

static const game_strategy_t doubling = {
    .id = "exampleDoubling",
    .name = "ExampleDoubling",
    .slug = "example_doubling",
    .description = "Pays double for each further award of a user on a task.",
    .version = "1.0.0",
    .variables = variables,
    .needs = needs,
    .score = score
};

static void register_hooks(apr_pool_t *pool)
{
    ap_register_provider(pool, GAME_STRATEGY_GROUP, doubling.id,
                         GAME_STRATEGY_VERSION, &doubling);
}

AP_DECLARE_MODULE(game_example) = {
    STANDARD20_MODULE_STUFF,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    register_hooks
};

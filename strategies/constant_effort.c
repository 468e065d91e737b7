/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategy "constantEffortStrategy": the more awards a user had on the
 * task within the last minutes, the more the next one pays, up to a maximum.
 * The event's data is not looked at.
 */
#include "builtins.h"
#include "values.h"

#include <math.h>
#include <string.h>

#define INTERVAL        "variable_constant_effort_interval_minutes"
#define MAXIMUM         "variable_max_points"

static const game_variable_t effort_variables[] = {
    {"variable_basic_points", {GAME_VALUE_INT, {.whole = 1}}},
    {"variable_bonus_points", {GAME_VALUE_INT, {.whole = 10}}},
    {INTERVAL, {GAME_VALUE_INT, {.whole = 5}}},
    {MAXIMUM, {GAME_VALUE_INT, {.whole = 100}}},
    {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
};

static void effort_needs(const game_variable_t *variables,
                         game_needs_t *needs)
{
    memset(needs, 0, sizeof(*needs));
    needs->mask = GAME_INPUT_RECENT_COUNT;
    needs->recent_seconds =
        game_value_window(game_variable_find(variables, INTERVAL));
}

static game_verdict_e effort_score(const game_event_t *event,
                                   const game_variable_t *variables,
                                   const game_inputs_t *inputs,
                                   game_score_t *score, apr_pool_t *pool)
{
    const game_value_t *max = game_variable_find(variables, MAXIMUM);
    double limit = game_value_number(max);
    double share;

    (void)event;
    (void)pool;
    memset(score, 0, sizeof(*score));
    if (inputs->recent_count <= 0) {
        score->points = game_value_int(1);
        score->case_name = "BasicReward";
        return GAME_SCORED;
    }
    if (!game_value_is_number(max)) {
        return GAME_BAD_PAYLOAD;
    }
    if (!(limit < 0 || limit > 0)) {
        score->detail = MAXIMUM " is 0: there is no share of it to pay";
        return GAME_REFUSED;
    }
    /* Divide, then multiply: the order decides how 29 of 100 is cut. */
    share = ((double)inputs->recent_count + 1) / limit;
    share = trunc(share * 100);
    if (share < 1) {
        share = 1;
    }
    /* What is not above the limit is far inside int64. */
    score->points = limit < share ? *max : game_value_int((apr_int64_t)share);
    score->case_name = "ConstantEffortReward";
    return GAME_SCORED;
}

const game_strategy_t game_strategy_constant_effort = {
    .id = "constantEffortStrategy",
    .name = "ConstantEffortStrategy",
    .slug = "constant_effort",
    .description = "Pays more with every contribution made in quick"
                   " succession, within a window of a few minutes.",
    .version = "0.0.1",
    .variables = effort_variables,
    .needs = effort_needs,
    .score = effort_score
};

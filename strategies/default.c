/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategies "default" and "socio_bee": one set of rules under two
 * names. They compare how quickly a user comes back to a task with how
 * quickly everybody does; the event's data is not looked at.
 */
#include "builtins.h"
#include "values.h"

#include <string.h>

/* What the case "default" pays; no variable changes it. */
#define PLAIN_POINTS 1

#define BASIC           "variable_basic_points"
#define BONUS           "variable_bonus_points"
#define OVER_GLOBAL     "variable_individual_over_global_points"
#define PEAK            "variable_peak_performer_bonus_points"
#define ADVANTAGE       "variable_global_advantage_adjustment_points"
#define ADJUSTMENT      "variable_individual_adjustment_points"

static const game_variable_t default_variables[] = {
    {BASIC, {GAME_VALUE_INT, {.whole = 1}}},
    {BONUS, {GAME_VALUE_INT, {.whole = 10}}},
    {OVER_GLOBAL, {GAME_VALUE_INT, {.whole = 3}}},
    {PEAK, {GAME_VALUE_INT, {.whole = 15}}},
    {ADVANTAGE, {GAME_VALUE_INT, {.whole = 7}}},
    {ADJUSTMENT, {GAME_VALUE_INT, {.whole = 8}}},
    {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
};

static void default_needs(const game_variable_t *variables,
                          game_needs_t *needs)
{
    (void)variables;
    memset(needs, 0, sizeof(*needs));
    needs->mask = GAME_INPUT_TASK_COUNT | GAME_INPUT_USER_COUNT
                  | GAME_INPUT_USER_AVG | GAME_INPUT_ALL_AVG
                  | GAME_INPUT_LAST_DIFF | GAME_INPUT_NEW_DIFF;
}

static game_verdict_e pay(const game_variable_t *variables, const char *name,
                          const char *case_name, game_score_t *score)
{
    const game_value_t *value = game_variable_find(variables, name);

    if (!value) {
        return GAME_BAD_PAYLOAD;
    }
    score->points = *value;
    score->case_name = case_name;
    return GAME_SCORED;
}

static game_verdict_e pay_plain(game_score_t *score)
{
    score->points = game_value_int(PLAIN_POINTS);
    score->case_name = "default";
    return GAME_SCORED;
}

/* basic + bonus: whole when both are, unless that leaves int64. */
static game_verdict_e pay_bonus(const game_variable_t *variables,
                                game_score_t *score)
{
    const game_value_t *basic = game_variable_find(variables, BASIC);
    const game_value_t *bonus = game_variable_find(variables, BONUS);
    apr_int64_t sum;

    if (!game_value_is_number(basic) || !game_value_is_number(bonus)) {
        return GAME_BAD_PAYLOAD;
    }
    if (basic->kind == GAME_VALUE_INT && bonus->kind == GAME_VALUE_INT
        && !__builtin_add_overflow(basic->as.whole, bonus->as.whole, &sum)) {
        score->points = game_value_int(sum);
    }
    else {
        score->points = game_value_real(game_value_number(basic)
                                        + game_value_number(bonus));
    }
    score->case_name = "PerformanceBonus";
    return GAME_SCORED;
}

/* The user is no faster than everybody: judge by how the gap that this event
 * ends differs from the user's previous one. */
static game_verdict_e score_gap(const game_variable_t *variables,
                                const game_inputs_t *inputs,
                                game_score_t *score)
{
    double user_avg = game_value_number(&inputs->user_avg);
    double all_avg = game_value_number(&inputs->all_avg);
    double longer;

    if (!game_value_is_number(&inputs->last_diff)
        || !game_value_is_number(&inputs->new_diff)) {
        return GAME_BAD_PAYLOAD;
    }
    longer = game_value_number(&inputs->new_diff)
             - game_value_number(&inputs->last_diff);
    if (longer < 0) {
        return pay(variables, ADJUSTMENT, "IndividualAdjustment", score);
    }
    if (!(longer > 0)) {
        return pay_plain(score);
    }
    if (longer < all_avg) {
        return pay(variables, OVER_GLOBAL, "IndividualOverGlobal", score);
    }
    if (longer < user_avg) {
        return pay(variables, PEAK, "PeakPerformerBonus", score);
    }
    if (longer > user_avg) {
        return pay(variables, ADVANTAGE, "GlobalAdvantageAdjustment", score);
    }
    return pay_plain(score);
}

static game_verdict_e default_score(const game_event_t *event,
                                    const game_variable_t *variables,
                                    const game_inputs_t *inputs,
                                    game_score_t *score, apr_pool_t *pool)
{
    (void)event;
    (void)pool;
    memset(score, 0, sizeof(*score));
    if (inputs->task_count < 2) {
        return pay(variables, BASIC, "BasicEngagement", score);
    }
    if (inputs->user_count <= 2) {
        return pay_plain(score);
    }
    if (!game_value_is_number(&inputs->user_avg)
        || !game_value_is_number(&inputs->all_avg)) {
        return GAME_BAD_PAYLOAD;
    }
    if (game_value_number(&inputs->user_avg)
        < game_value_number(&inputs->all_avg)) {
        return pay_bonus(variables, score);
    }
    return score_gap(variables, inputs, score);
}

const game_strategy_t game_strategy_default = {
    .id = "default",
    .name = "EnhancedGamificationStrategy",
    .slug = "enhanced_gamification",
    .description = "Pays for taking part, and more or less on top depending"
                   " on how a user's pace compares with everybody's.",
    .version = "0.0.2",
    .variables = default_variables,
    .needs = default_needs,
    .score = default_score
};

const game_strategy_t game_strategy_socio_bee = {
    .id = "socio_bee",
    .name = "SOCIO_BEE",
    .slug = "enhanced_gamification",
    .description = "Pays for taking part, and more or less on top depending"
                   " on how a user's pace compares with everybody's.",
    .version = "0.0.2",
    .variables = default_variables,
    .needs = default_needs,
    .score = default_score
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategy "greengageStrategy": pays by the minutes that a user spent on
 * a task (data.minutes), more when that is above the game's or the user's
 * own mean.
 */
#include "builtins.h"
#include "values.h"

#include <math.h>
#include <string.h>

#define POINTS          "variable_default_points"
#define CHECK_MINUTES   "variable_minutes_to_check"

static const game_variable_t greengage_variables[] = {
    {POINTS, {GAME_VALUE_INT, {.whole = 10}}},
    {CHECK_MINUTES, {GAME_VALUE_INT, {.whole = 1}}},
    {"variable_complexity",
     {GAME_VALUE_JSON,
      {.text = "{\"None\":0,\"Very_low\":20,\"Low\":40,\"Normal\":60,"
               "\"High\":80,\"Very_high\":100}"}}},
    {"variable_dimension_complexity",
     {GAME_VALUE_JSON,
      {.text = "{\"development\":0,\"exploitation\":0,\"management\":0}"}}},
    {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
};

/* Time on the task, in the steps in which it pays. */
static const struct {
    apr_int64_t below;          /* minutes */
    apr_int64_t factor;
} steps[] = {
    {1, 0}, {15, 1}, {30, 15}, {60, 30}, {APR_INT64_MAX, 60}
};

static void greengage_needs(const game_variable_t *variables,
                            game_needs_t *needs)
{
    memset(needs, 0, sizeof(*needs));
    needs->mask = GAME_INPUT_RECENT_RECORD | GAME_INPUT_PERSONAL_COUNT
                  | GAME_INPUT_GLOBAL_AVG | GAME_INPUT_PERSONAL_AVG;
    needs->record_seconds =
        game_value_window(game_variable_find(variables, CHECK_MINUTES));
}

/* A whole number stays whole, unless the product leaves int64. */
static game_value_t times(const game_value_t *points, apr_int64_t factor)
{
    apr_int64_t product;

    if (points->kind == GAME_VALUE_INT
        && !__builtin_mul_overflow(points->as.whole, factor, &product)) {
        return game_value_int(product);
    }
    return game_value_real(game_value_number(points) * (double)factor);
}

/* Negative minutes have no step: they are worth infinity, which no award
 * can be. */
static game_value_t worth(const game_value_t *points, apr_int64_t minutes)
{
    int i = 0;

    if (minutes < 0) {
        return game_value_real(game_value_number(points) * INFINITY);
    }
    while (minutes >= steps[i].below && steps[i].below != APR_INT64_MAX) {
        i++;
    }
    return times(points, steps[i].factor);
}

static game_verdict_e settle(game_score_t *score, game_value_t points,
                             const char *case_name)
{
    score->points = points;
    score->case_name = case_name;
    return GAME_SCORED;
}

/* Events with minutes of a user who is known in the game. */
static game_verdict_e score_minutes(const game_value_t *points,
                                    apr_int64_t minutes,
                                    const game_inputs_t *inputs,
                                    game_score_t *score)
{
    game_value_t value = worth(points, minutes);
    double whole = game_value_number(&value);

    if (!game_value_is_number(&inputs->global_avg)) {
        return GAME_BAD_PAYLOAD;
    }
    if ((double)minutes > game_value_number(&inputs->global_avg)) {
        return settle(score, game_value_real(whole + whole / 2),
                      "Case 3 (BP)");
    }
    if (!game_value_is_number(&inputs->personal_avg)) {
        return GAME_BAD_PAYLOAD;
    }
    if ((double)minutes > game_value_number(&inputs->personal_avg)) {
        return settle(score, game_value_real(whole + whole / 4),
                      "Case 4.1 (PBP)");
    }
    return settle(score, value, "Case 4.2 (DPTE)");
}

static game_verdict_e greengage_score(const game_event_t *event,
                                      const game_variable_t *variables,
                                      const game_inputs_t *inputs,
                                      game_score_t *score, apr_pool_t *pool)
{
    const game_value_t *points = game_variable_find(variables, POINTS);
    game_value_t minutes;

    (void)pool;
    memset(score, 0, sizeof(*score));
    if (!event->member(event, "minutes", &minutes)
        || minutes.kind == GAME_VALUE_NULL) {
        score->detail = "The \"minutes\" field is required into the data";
        return GAME_REFUSED;
    }
    if (minutes.kind != GAME_VALUE_INT) {
        score->detail = "The minutes must be a number equal or greater"
                        " than 0";
        return GAME_REFUSED;
    }
    if (!game_value_is_number(points)) {
        return GAME_BAD_PAYLOAD;
    }
    if (minutes.as.whole == 0 && !inputs->recent_record) {
        return settle(score, *points, "Case 1.1 (DP)");
    }
    if (minutes.as.whole == 0) {
        return settle(score, game_value_real(game_value_number(points) / 2),
                      "Case 1.2 (DP/2)");
    }
    if (inputs->personal_count < 2) {
        return settle(score, times(points, 2), "Case 2 (DP x 2)");
    }
    return score_minutes(points, minutes.as.whole, inputs, score);
}

const game_strategy_t game_strategy_greengage = {
    .id = "greengageStrategy",
    .name = "GREENGAGEGamificationStrategy",
    .slug = "greengage_gamification",
    .description = "Pays by the time spent on a task, and more for staying"
                   " longer than the game's or one's own average.",
    .version = "0.0.1",
    .variables = greengage_variables,
    .needs = greengage_needs,
    .score = greengage_score
};

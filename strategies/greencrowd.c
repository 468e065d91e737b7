/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The strategy "greencrowdStrategy": pays what a forecast promised, once and
 * while it is valid; else what a new forecast says. How forecasts are made
 * and signed is in greencrowd_sim.c and greencrowd_forecast.c.
 */
#include "greencrowd.h"

#include "builtins.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

#define VALID           "Valid Simulation"
#define USED            "Valid Simulation - Origin: Used simulation"
#define EXPIRED         "Valid Simulation - Origin: Expired simulation"
#define BAD_HASH        "Invalid hash"
#define NO_CASE         "-"

static const game_variable_t greencrowd_variables[] = {
    {"variable_basic_points", {GAME_VALUE_INT, {.whole = 10}}},
    {"variable_bonus_points", {GAME_VALUE_INT, {.whole = 1}}},
    {"variable_lbe_multiplier", {GAME_VALUE_REAL, {.real = 0.5}}},
    {"variable_simulation_valid_until", {GAME_VALUE_INT, {.whole = 15}}},
    {NULL, {GAME_VALUE_NULL, {.whole = 0}}}
};

/* An event in hand. */
typedef struct {
    const game_event_t *event;
    const game_inputs_t *inputs;
    const apr_array_header_t *list;     /* forecasts that it goes by */
    const apr_array_header_t *fresh;    /* made for it, or NULL */
    const char *hash;                   /* ours, of what it came with */
    const char *case_name;              /* NULL: not decided */
    int renewed;                        /* fresh replaced what was promised */
    apr_pool_t *pool;
} hand_t;

static void greencrowd_needs(const game_variable_t *variables,
                             game_needs_t *needs)
{
    (void)variables;
    memset(needs, 0, sizeof(*needs));
    needs->mask = GAME_INPUT_RECORDS | GAME_INPUT_FORECAST;
}

static const char *greencrowd_simulate(const game_event_t *event,
                                       const game_inputs_t *inputs,
                                       apr_pool_t *pool)
{
    return game_forecast_text(game_forecast_make(event, inputs, pool), pool);
}

static game_verdict_e refuse(game_score_t *score, const char *detail)
{
    score->detail = detail;
    return GAME_REFUSED;
}

static void go_by_fresh(hand_t *hand)
{
    if (!hand->fresh) {
        hand->fresh = game_forecast_make(hand->event, hand->inputs,
                                         hand->pool);
    }
    hand->list = hand->fresh;
}

/* Put a new forecast in the place of the one that was promised. */
static void renew(hand_t *hand, const char *case_name)
{
    go_by_fresh(hand);
    hand->renewed = 1;
    if (!hand->case_name) {
        hand->case_name = case_name;
    }
}

/* @return the first forecast of the event's task, or NULL */
static const game_forecast_t *find(const hand_t *hand)
{
    const game_forecast_t *forecast = (game_forecast_t *)hand->list->elts;
    int i;

    for (i = 0; i < hand->list->nelts; i++, forecast++) {
        if (!strcmp(forecast->external_task_id,
                    hand->event->external_task_id)) {
            return forecast;
        }
    }
    return NULL;
}

/* Take the forecasts that the event brings, and check their signature; none
 * are like an empty list. */
static game_verdict_e take(hand_t *hand, game_score_t *score)
{
    const game_event_t *event = hand->event;
    game_value_t value = {GAME_VALUE_NULL, {0}};
    game_value_t theirs = {GAME_VALUE_NULL, {0}};
    const game_node_t *tasks = event->look(event, NULL, "tasks", 0, &value);
    const apr_array_header_t *given = NULL;

    if (value.kind == GAME_VALUE_JSON && value.as.text[0] == '[') {
        given = game_forecast_read(event, tasks, hand->pool);
    }
    if (value.kind != GAME_VALUE_NULL && !given) {
        return GAME_BAD_PAYLOAD;
    }
    hand->list = given && given->nelts ? given : NULL;
    hand->hash = game_forecast_sign(event, hand->inputs->key, hand->list
                                    ? game_forecast_text(given, hand->pool)
                                    : "[]", hand->pool);
    event->member(event, "simulationHash", &theirs);
    if (!game_forecast_signed(hand->hash, theirs.kind == GAME_VALUE_TEXT
                                          ? theirs.as.text : NULL)) {
        if (hand->list) {
            return refuse(score, BAD_HASH);
        }
        hand->hash = NULL;      /* an award of that hash is none of this */
    }
    return GAME_SCORED;
}

/* The sum of the dimensions: what a total says is not looked at. */
static int add_up(const game_forecast_t *forecast, apr_int64_t *sum)
{
    int i;

    *sum = 0;
    for (i = 0; i < GAME_DIMENSIONS; i++) {
        if (__builtin_add_overflow(*sum, forecast->dimensions[i], sum)) {
            return 0;
        }
    }
    return forecast->fits;
}

static game_verdict_e pay(const hand_t *hand,
                          const game_forecast_t *forecast,
                          game_score_t *score)
{
    apr_int64_t sum;

    score->points = add_up(forecast, &sum) ? game_value_int(sum)
                                           : game_value_real(INFINITY);
    score->case_name = hand->case_name ? hand->case_name : VALID;
    if (hand->renewed) {
        score->callback = game_forecast_text(hand->fresh, hand->pool);
    }
    return GAME_SCORED;
}

static game_verdict_e greencrowd_score(const game_event_t *event,
                                       const game_variable_t *variables,
                                       const game_inputs_t *inputs,
                                       game_score_t *score, apr_pool_t *pool)
{
    hand_t hand = {.event = event, .inputs = inputs, .pool = pool};
    const game_forecast_t *forecast;
    game_verdict_e verdict;

    (void)variables;            /* each task's own are in the records */
    memset(score, 0, sizeof(*score));
    if (!event->look || !inputs->records) {
        return GAME_BAD_PAYLOAD;
    }
    verdict = take(&hand, score);
    if (verdict != GAME_SCORED) {
        return verdict;
    }
    if (!hand.list) {
        go_by_fresh(&hand);
    }
    if (hand.hash && inputs->hash_used) {
        renew(&hand, USED);
        score->notice = apr_psprintf(pool, "Forecast %s was used before on"
                                     " task %s: a new one is paid",
                                     hand.hash, event->external_task_id);
    }
    forecast = find(&hand);
    if (forecast && forecast->expires < inputs->now) {
        renew(&hand, EXPIRED);
        forecast = find(&hand);
    }
    if (!forecast) {
        return refuse(score, hand.case_name ? hand.case_name : NO_CASE);
    }
    return pay(&hand, forecast, score);
}

const game_strategy_t game_strategy_greencrowd = {
    .id = "greencrowdStrategy",
    .name = "greencrowdStrategy",
    .slug = "greencrowdStrategy",
    .description = "Pays for completing tasks, and more where and when few"
                   " do, for a good pace and for streaks of days; users can"
                   " see the points beforehand and be held to them.",
    .version = "1.0.0",
    .variables = greencrowd_variables,
    .needs = greencrowd_needs,
    .score = greencrowd_score,
    .simulate = greencrowd_simulate
};

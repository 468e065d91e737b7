/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Who may play, whether it is a win, and of what. Counts and draws are given;
 * that two plays at once cannot both be the last one is the database's work.
 */

#include "play.h"

#include <math.h>
#include <string.h>

#include <apr_cstr.h>

#include "datetime.h"

#define MINUTE 60
#define HOUR 3600
#define MAX_WEIGHT 1e12          /* a sum of many stays exact enough */
#define DRAW_MASK ((APR_UINT64_C(1) << GAME_PLAY_BITS) - 1)

static const game_json_t *rule_of(const game_json_t *rules, const char *name)
{
    const game_json_t *rule = game_json_member(rules, name);

    return game_json_is_null(rule) ? NULL : rule;
}

/* A draw as a number from 0 to below 1; exact. */
static double fraction_of(apr_uint64_t u53)
{
    return ldexp((double)(u53 & DRAW_MASK), -GAME_PLAY_BITS);
}

/* ---- the checks: each ALLOWED, or why it refuses ---- */

typedef enum {
    ALLOWED, NOT_LIVE, INACTIVE, NOT_STARTED, ENDED, NO_LOGIN, ELSEWHERE,
    USED_UP, TOO_FAST
} verdict_e;

static const struct {
    const char *code;
    int http;
    const char *message;
} verdicts[] = {
    [ALLOWED] = { NULL, 201, NULL },
    [NOT_LIVE] = { "CAMPAIGN_NOT_LIVE", 404, "the campaign is not live" },
    [INACTIVE] = { "CAMPAIGN_INACTIVE", 403, "the campaign is not active" },
    [NOT_STARTED] = { "CAMPAIGN_NOT_STARTED", 403,
                      "the campaign has not started yet" },
    [ENDED] = { "CAMPAIGN_ENDED", 410, "the campaign has ended" },
    [NO_LOGIN] = { "LOGIN_REQUIRED", 401,
                   "the campaign is for users who are logged in" },
    [ELSEWHERE] = { "REGION_NOT_ALLOWED", 403,
                    "the campaign is not for this region" },
    [USED_UP] = { "MAX_PLAYS_REACHED", 409, "no play is left" },
    [TOO_FAST] = { "RATE_LIMITED", 429, "too many plays; try again later" },
};

static verdict_e check_time(const game_json_t *rules, apr_time_t now)
{
    const game_json_t *start = rule_of(rules, "start_date");
    const game_json_t *end = rule_of(rules, "end_date");
    apr_time_t at;

    if (start && (!game_datetime_read(game_json_string(start), &at)
                  || now < at)) {
        return NOT_STARTED;
    }
    if (end && (!game_datetime_read(game_json_string(end), &at)
                || now >= at)) {
        return ENDED;
    }
    return ALLOWED;
}

static int is_listed(const game_json_t *regions, const char *region)
{
    apr_size_t i;

    for (i = 0; i < game_json_size(regions); i++) {
        const char *text = game_json_string(game_json_at(regions, i));

        if (text && !apr_cstr_casecmp(text, region)) {
            return 1;
        }
    }
    return 0;
}

static verdict_e check_region(const game_json_t *rules, const char *region)
{
    const game_json_t *allowed = rule_of(rules, "allowed_regions");
    const game_json_t *excluded = rule_of(rules, "excluded_regions");
    int known = region && *region;

    if (excluded && (!game_json_is(excluded, GAME_JSON_ARRAY)
                     || (known && is_listed(excluded, region)))) {
        return ELSEWHERE;
    }
    if (!allowed || (game_json_is(allowed, GAME_JSON_ARRAY)
                     && !game_json_size(allowed))) {
        return ALLOWED;
    }
    return known && is_listed(allowed, region) ? ALLOWED : ELSEWHERE;
}

/* Whether a limit, if there is one, is used up; what is no number is 0. */
static int is_reached(const game_json_t *limit, apr_int64_t count)
{
    return limit && (double)count >= game_json_real(limit);
}

/* Seconds until the oldest play of a window leaves it. */
static int wait_for(apr_time_t first, apr_time_t now, int window)
{
    apr_time_t left = first + apr_time_from_sec(window) - now;

    if (first == 0 || left > apr_time_from_sec(window)) {
        return window;
    }
    return left <= 0 ? 1 : (int)apr_time_sec(left + APR_USEC_PER_SEC - 1);
}

static verdict_e check_rate(const game_json_t *rules,
                            const game_play_context_t *context,
                            int *retry_after)
{
    const game_json_t *limits = rule_of(rules, "rate_limiting");
    int wait = 0;

    if (is_reached(rule_of(limits, "max_requests_per_minute"),
                   context->last_minute)) {
        *retry_after = wait_for(context->minute_first, context->now, MINUTE);
    }
    if (is_reached(rule_of(limits, "max_requests_per_hour"),
                   context->last_hour)) {
        wait = wait_for(context->hour_first, context->now, HOUR);
    }
    else if (limits && !game_json_is(limits, GAME_JSON_OBJECT)) {
        wait = HOUR;
    }
    *retry_after = wait > *retry_after ? wait : *retry_after;
    return *retry_after ? TOO_FAST : ALLOWED;
}

/* Whether only users may play: unless it is false. */
static int wants_login(const game_json_t *rules)
{
    const game_json_t *login = rule_of(rules, "require_login");

    return login && (game_json_true(login)
                     || !game_json_is(login, GAME_JSON_BOOL));
}

/* All of them, in their order. */
static verdict_e check(const game_json_t *rules,
                       const game_play_context_t *context, int *retry_after)
{
    verdict_e verdict;

    if (!context->status || strcmp(context->status, "live")) {
        return NOT_LIVE;
    }
    if (!game_json_true(game_json_member(rules, "active"))) {
        return INACTIVE;
    }
    verdict = check_time(rules, context->now);
    if (!verdict && wants_login(rules) && !context->logged_in) {
        verdict = NO_LOGIN;
    }
    if (!verdict) {
        verdict = check_region(rules, context->region);
    }
    if (!verdict && is_reached(rule_of(rules, "max_plays_per_user"),
                               context->plays)) {
        verdict = USED_UP;
    }
    return verdict ? verdict : check_rate(rules, context, retry_after);
}

/* ---- the decision ---- */

/* A limit as a count; 0 where there is none, or none that can be reached. */
static apr_int64_t limit_of(const game_json_t *rules, const char *name)
{
    double limit = ceil(game_json_real(rule_of(rules, name)));

    return limit < ldexp(1, GAME_PLAY_BITS) ? (apr_int64_t)limit : 0;
}

void game_play_decide(const game_json_t *rules,
                      const game_play_context_t *context, game_play_t *out)
{
    const game_json_t *rate = rule_of(rules, "global_win_rate");
    const game_json_t *limits = rule_of(rules, "rate_limiting");
    verdict_e verdict;

    memset(out, 0, sizeof(*out));
    verdict = check(rules, context, &out->retry_after);
    out->code = verdicts[verdict].code;
    out->http = verdicts[verdict].http;
    out->message = verdicts[verdict].message;
    out->remaining = -1;
    if (verdict != ALLOWED) {
        return;
    }
    out->win_probability = rate ? game_json_real(rate)
                                : context->win_probability;
    out->win = fraction_of(context->u53) < out->win_probability;
    out->limit = limit_of(rules, "max_plays_per_user");
    out->minute_limit = limit_of(limits, "max_requests_per_minute");
    out->hour_limit = limit_of(limits, "max_requests_per_hour");
    if (out->limit) {
        out->remaining = out->limit - context->plays - 1;
    }
}

double game_play_probability(const game_json_t *config)
{
    const game_json_t *settings = game_json_member(config, "settings");
    const game_json_t *difficulty = game_json_member(settings, "difficulty");

    return game_json_real(game_json_member(difficulty, "win_probability"));
}

/* ---- prizes ---- */

/* A list of things that can be won. */
typedef struct prizes_t {
    const game_json_t *list;
    const char *name;           /* of the member with the prize's text */
    int marked;                 /* only those with is_winner */
    int even;                   /* weights do not count */
} prizes_t;

/* How much one weighs; 0 when there is nothing to win by it. */
static double weight_of(const prizes_t *prizes, apr_size_t index)
{
    const game_json_t *item = game_json_at(prizes->list, index);
    const game_json_t *weight = game_json_member(item, "weight");

    if (!game_json_member_text(item, prizes->name)
        || (prizes->marked
            && !game_json_true(game_json_member(item, "is_winner")))) {
        return 0;
    }
    if (prizes->even || !game_json_is_number(weight)) {
        return 1;
    }
    return fmin(fmax(game_json_real(weight), 0), MAX_WEIGHT);
}

static double total_of(const prizes_t *prizes)
{
    apr_size_t i, count = game_json_size(prizes->list);
    double total = 0;

    for (i = 0; i < count; i++) {
        total += weight_of(prizes, i);
    }
    return total;
}

static const char *choose(prizes_t *prizes, apr_uint64_t u53)
{
    apr_size_t i, count = game_json_size(prizes->list);
    double left = total_of(prizes);
    const char *chosen = NULL;

    if (left <= 0) {
        prizes->even = 1;
        left = total_of(prizes);
    }
    left *= fraction_of(u53);
    for (i = 0; i < count && left >= 0; i++) {
        double weight = weight_of(prizes, i);

        if (weight > 0) {
            chosen = game_json_member_text(game_json_at(prizes->list, i),
                                           prizes->name);
            left -= weight;
        }
    }
    return chosen;
}

const char *game_play_prize(const game_json_t *config, apr_uint64_t u53)
{
    const game_json_t *mechanics = game_json_member(config, "mechanics");
    prizes_t segments = {
        game_json_member(mechanics, "segments"), "prize", 0, 0
    };
    prizes_t cells = {
        game_json_member(mechanics, "prizes"), "value", 1, 0
    };
    const char *prize = choose(&segments, u53);

    if (!prize) {
        prize = choose(&cells, u53);
    }
    return prize ? prize : game_json_member_text(mechanics, "prize");
}

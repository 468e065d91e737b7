/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Plays: the order of the checks, rules that make no sense, what a limit
 * leaves, and prizes.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "datetime.h"
#include "play.h"

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define DRAWS (APR_UINT64_C(1) << GAME_PLAY_BITS)

/* A player who may play, at noon. */
static game_play_context_t context_of(void)
{
    game_play_context_t context = {
        .status = "live", .region = "DE", .win_probability = 0.5
    };

    ck_assert(game_datetime_read("2026-06-15T12:00:00Z", &context.now));
    return context;
}

/* Rules in which everything refuses; each line mends what comes first. */
static const struct {
    const char *status, *rules;
    int logged_in;
    const char *region;
    int plays, http;
    const char *code;
} order[] = {
#define LIMITS "'rate_limiting':{'max_requests_per_minute':1}}"
    {"archived", "{'active':false}", 0, "US", 9, 404,
     "CAMPAIGN_NOT_LIVE"},
    {"Live", "{'active':true}", 0, "DE", 0, 404, "CAMPAIGN_NOT_LIVE"},
    {NULL, "{'active':true}", 0, "DE", 0, 404, "CAMPAIGN_NOT_LIVE"},
    {"live", "{'active':false,'start_date':'2027-01-01T00:00:00Z'}", 0,
     "US", 9, 403, "CAMPAIGN_INACTIVE"},
    {"live", "{'active':true,'start_date':'2027-01-01T00:00:00Z',"
     "'end_date':'2026-01-01T00:00:00Z'}", 0, "US", 9, 403,
     "CAMPAIGN_NOT_STARTED"},
    {"live", "{'active':true,'end_date':'2026-01-01T00:00:00Z',"
     "'require_login':true}", 0, "US", 9, 410, "CAMPAIGN_ENDED"},
    {"live", "{'active':true,'require_login':true,"
     "'excluded_regions':['US']}", 0, "US", 9, 401, "LOGIN_REQUIRED"},
    {"live", "{'active':true,'require_login':true,"
     "'excluded_regions':['us'],'max_plays_per_user':9}", 1, "US", 9,
     403, "REGION_NOT_ALLOWED"},
    {"live", "{'active':true,'allowed_regions':['FR'],"
     "'max_plays_per_user':9}", 1, "US", 9, 403, "REGION_NOT_ALLOWED"},
    {"live", "{'active':true,'allowed_regions':['us'],"
     "'max_plays_per_user':9," LIMITS, 1, "US", 9, 409,
     "MAX_PLAYS_REACHED"},
    {"live", "{'active':true,'max_plays_per_user':10," LIMITS, 1, "US",
     9, 429, "RATE_LIMITED"},
#undef LIMITS
};

START_TEST(the_first_check_that_fails_answers)
{
    game_play_context_t context = context_of();
    game_play_t play;

    context.status = order[_i].status;
    context.logged_in = order[_i].logged_in;
    context.region = order[_i].region;
    context.plays = order[_i].plays;
    context.last_minute = 1;
    game_play_decide(campaign_json(order[_i].rules), &context, &play);
    ck_assert_str_eq(play.code, order[_i].code);
    ck_assert_int_eq(play.http, order[_i].http);
    ck_assert_ptr_nonnull(play.message);
    ck_assert_int_eq(play.win, 0);
    ck_assert_int_eq(play.retry_after != 0, play.http == 429);
}
END_TEST

/* The edges of dates; and rules that no manifest has, which are refused
 * where they are not as absent. */
static const struct {
    const char *rules, *code;
} odd[] = {
    {"null", "CAMPAIGN_INACTIVE"}, {"[]", "CAMPAIGN_INACTIVE"},
    {"'x'", "CAMPAIGN_INACTIVE"}, {"{}", "CAMPAIGN_INACTIVE"},
    {"{'active':'true'}", "CAMPAIGN_INACTIVE"},
    {"{'active':1}", "CAMPAIGN_INACTIVE"},
    {"{'active':true,'start_date':null,'end_date':null,"
     "'require_login':null,'allowed_regions':null,"
     "'excluded_regions':null,'max_plays_per_user':null,"
     "'rate_limiting':null,'global_win_rate':null}", NULL},
    {"{'active':true,'start_date':'2026-06-15T14:00:00+02:00'}", NULL},
    {"{'active':true,'start_date':'2026-06-15T12:00:00.000001Z'}",
     "CAMPAIGN_NOT_STARTED"},
    {"{'active':true,'end_date':'2026-06-15T08:00:00-04:00'}",
     "CAMPAIGN_ENDED"},
    {"{'active':true,'end_date':'2026-06-15T12:00:00.000001Z'}", NULL},
    {"{'active':true,'start_date':'soon'}", "CAMPAIGN_NOT_STARTED"},
    {"{'active':true,'start_date':0}", "CAMPAIGN_NOT_STARTED"},
    {"{'active':true,'end_date':'2099-01-01'}", "CAMPAIGN_ENDED"},
    {"{'active':true,'end_date':{}}", "CAMPAIGN_ENDED"},
    {"{'active':true,'require_login':'no'}", "LOGIN_REQUIRED"},
    {"{'active':true,'require_login':0}", "LOGIN_REQUIRED"},
    {"{'active':true,'allowed_regions':'DE'}", "REGION_NOT_ALLOWED"},
    {"{'active':true,'allowed_regions':[1,null,[]]}",
     "REGION_NOT_ALLOWED"},
    {"{'active':true,'allowed_regions':[]}", NULL},
    {"{'active':true,'allowed_regions':['D','DEU']}",
     "REGION_NOT_ALLOWED"},
    {"{'active':true,'excluded_regions':{}}", "REGION_NOT_ALLOWED"},
    {"{'active':true,'excluded_regions':[1,'']}", NULL},
    {"{'active':true,'max_plays_per_user':0}", "MAX_PLAYS_REACHED"},
    {"{'active':true,'max_plays_per_user':-1}", "MAX_PLAYS_REACHED"},
    {"{'active':true,'max_plays_per_user':'3'}", "MAX_PLAYS_REACHED"},
    {"{'active':true,'rate_limiting':5}", "RATE_LIMITED"},
    {"{'active':true,'rate_limiting':{}}", NULL},
    {"{'active':true,'rate_limiting':{'max_requests_per_minute':0}}",
     "RATE_LIMITED"},
    {"{'active':true,'rate_limiting':{'max_requests_per_hour':"
     "'many'}}", "RATE_LIMITED"},
};

START_TEST(an_odd_rule_refuses)
{
    game_play_context_t context = context_of();
    game_play_t play;

    game_play_decide(campaign_json(odd[_i].rules), &context, &play);
    if (odd[_i].code) {
        ck_assert_ptr_nonnull(play.code);
        ck_assert_str_eq(play.code, odd[_i].code);
    }
    else {
        ck_assert_msg(!play.code, "%s", odd[_i].rules);
        ck_assert_int_eq(play.http, 201);
        ck_assert_int_eq(play.remaining, -1);
    }
}
END_TEST

START_TEST(no_rules_refuse)
{
    game_play_context_t context = context_of();
    game_play_t play;

    game_play_decide(NULL, &context, &play);
    ck_assert_str_eq(play.code, "CAMPAIGN_INACTIVE");
}
END_TEST

static const struct {
    const char *limit;
    int plays, allowed;
    apr_int64_t total, left;
} limits[] = {
    {"1", 0, 1, 1, 0}, {"1", 1, 0, 0, -1}, {"3", 0, 1, 3, 2},
    {"3.0", 2, 1, 3, 0}, {"1.5", 1, 1, 2, 0}, {"1.5", 2, 0, 0, -1},
    {"4503599627370496", 7, 1, APR_INT64_C(4503599627370496),
     APR_INT64_C(4503599627370488)},
    {"1e300", 7, 1, 0, -1}, {"9223372036854775807", 7, 1, 0, -1},
};

START_TEST(a_limit_says_what_is_left)
{
    game_play_context_t context = context_of();
    game_json_t *rules = campaign_json("{'active':true}");
    game_json_t *limit = campaign_json(limits[_i].limit);
    game_json_t *rate = campaign_json("{}");
    game_play_t play;

    game_json_set(rules, "max_plays_per_user", limit);
    game_json_set(rules, "rate_limiting", rate);
    game_json_set(rate, "max_requests_per_minute", limit);
    game_json_set(rate, "max_requests_per_hour", limit);
    context.plays = limits[_i].plays;
    game_play_decide(rules, &context, &play);
    ck_assert_int_eq(play.code == NULL, limits[_i].allowed);
    ck_assert_int_eq(play.limit, limits[_i].total);
    ck_assert_int_eq(play.minute_limit, limits[_i].total);
    ck_assert_int_eq(play.hour_limit, limits[_i].total);
    ck_assert_int_eq(play.remaining, limits[_i].left);
}
END_TEST

/* Times are seconds before now; 0: it is not known. */
static const struct {
    int last_minute, minute_first, last_hour, hour_first, wait;
} rates[] = {
    {2, 0, 2, 0, 60}, {2, 1, 2, 1, 59}, {2, 59, 2, 59, 1}, {2, 60, 2, 60, 1},
    {3, 90, 3, 90, 1}, {2, -5, 2, -5, 60}, {1, 1, 4, 0, 3600},
    {1, 1, 4, 3000, 600}, {1, 1, 4, 3600, 1}, {1, 1, 4, -1, 3600},
    {2, 30, 4, 3599, 30}, {2, 30, 4, 600, 3000}, {1, 1, 3, 1, 0},
    {0, 0, 0, 0, 0},
};

START_TEST(a_rate_says_when_to_come_again)
{
    game_play_context_t context = context_of();
    game_play_t play;

    context.last_minute = rates[_i].last_minute;
    context.last_hour = rates[_i].last_hour;
    if (rates[_i].minute_first) {
        context.minute_first = context.now
            - apr_time_from_sec(rates[_i].minute_first);
    }
    if (rates[_i].hour_first) {
        context.hour_first = context.now
            - apr_time_from_sec(rates[_i].hour_first);
    }
    game_play_decide(campaign_json("{'active':true,'rate_limiting':{"
                           "'max_requests_per_minute':2,"
                           "'max_requests_per_hour':4}}"), &context, &play);
    ck_assert_int_eq(play.retry_after, rates[_i].wait);
    ck_assert_int_eq(play.http, rates[_i].wait ? 429 : 201);
}
END_TEST

START_TEST(a_wait_is_rounded_up)
{
    game_play_context_t context = context_of();
    game_play_t play;

    context.last_minute = 1;
    context.minute_first = context.now - apr_time_from_sec(10) + 1;
    game_play_decide(campaign_json("{'active':true,'rate_limiting':{"
                           "'max_requests_per_minute':1}}"), &context,
                     &play);
    ck_assert_int_eq(play.retry_after, 51);
}
END_TEST

static const struct {
    const char *rate;           /* NULL: the config's, 0.5 */
    apr_uint64_t u53;
    int win;
} draws[] = {
    {NULL, DRAWS / 2 - 1, 1}, {NULL, DRAWS / 2, 0}, {NULL, 0, 1},
    {NULL, DRAWS - 1, 0}, {"0", 0, 0}, {"1", DRAWS - 1, 1},
    {"0.25", DRAWS / 4 - 1, 1}, {"0.25", DRAWS / 4, 0},
    {"1e-300", 0, 1}, {"1e-300", 1, 0}, {"'1'", 0, 0}, {"[]", 0, 0},
    {"null", DRAWS / 2 - 1, 1},
    /* what is above 53 bits does not count */
    {"0.5", DRAWS, 1}, {"0.5", DRAWS + DRAWS / 2, 0},
    {"0.5", APR_UINT64_MAX, 0},
};

START_TEST(a_draw_decides)
{
    game_play_context_t context = context_of();
    game_json_t *rules = campaign_json("{'active':true}");
    game_play_t play;

    if (draws[_i].rate) {
        game_json_set(rules, "global_win_rate", campaign_json(draws[_i].rate));
    }
    context.u53 = draws[_i].u53;
    game_play_decide(rules, &context, &play);
    ck_assert_ptr_null(play.code);
    ck_assert_int_eq(play.win, draws[_i].win);
}
END_TEST

static const struct {
    const char *config;
    double probability;
} configs[] = {
    {"{'settings':{'difficulty':{'win_probability':0.3}}}", 0.3},
    {"{'settings':{'difficulty':{'win_probability':1}}}", 1},
    {"{'settings':{'difficulty':{'win_probability':'1'}}}", 0},
    {"{'settings':{'difficulty':[]}}", 0}, {"{'settings':1}", 0},
    {"{}", 0}, {"[]", 0}, {"null", 0},
};

START_TEST(a_config_says_how_often_one_wins)
{
    const game_json_t *config = campaign_json(configs[_i].config);

    ck_assert_double_eq(game_play_probability(config),
                        configs[_i].probability);
    ck_assert_double_eq(game_play_probability(NULL), 0);
}
END_TEST

/* draw is in parts of 8 */
static const struct {
    const char *mechanics;
    int draw;
    const char *prize;
} prizes[] = {
#define WHEEL "{'segments':[" \
    "{'label':'A','prize':'a','weight':1}," \
    "{'label':'Miss','prize':null,'weight':90}," \
    "{'label':'B','prize':'b','weight':3}," \
    "{'label':'Miss','prize':'','weight':90}," \
    "{'label':'C','prize':'c','weight':0}]}"
    {WHEEL, 0, "a"}, {WHEEL, 1, "a"}, {WHEEL, 2, "b"}, {WHEEL, 7, "b"},
#undef WHEEL
    /* no weight is 1, as is one that is no number */
    {"{'segments':[{'prize':'a'},{'prize':'b','weight':'9'}]}",
     3, "a"},
    {"{'segments':[{'prize':'a'},{'prize':'b','weight':'9'}]}",
     4, "b"},
    /* a rate of the rules may win where the wheel's own would not */
    {"{'segments':[{'prize':'a','weight':0},"
     "{'prize':'b','weight':-5}]}", 3, "a"},
    {"{'segments':[{'prize':'a','weight':0},"
     "{'prize':'b','weight':-5}]}", 4, "b"},
    {"{'segments':[{'prize':'a','weight':1e308},"
     "{'prize':'b','weight':1e308},"
     "{'prize':'c','weight':1e308}]}", 7, "c"},
    {"{'segments':[{'prize':'a','weight':1e308},"
     "{'prize':'b','weight':1e308}]}", 0, "a"},
    {"{'segments':[{'prize':'a','weight':1e308},"
     "{'prize':'b','weight':1e308}]}", 3, "a"},
    {"{'segments':[{'prize':7},{'prize':{}},3,null,[]]}", 0, NULL},
    {"{'segments':{}}", 0, NULL}, {"{'segments':[]}", 0, NULL},
    /* a card */
    {"{'prizes':[{'value':'prize_1','is_winner':true},"
     "{'value':'none','is_winner':false},"
     "{'value':'prize_2','is_winner':true},{'value':'none'}]}", 3,
     "prize_1"},
    {"{'prizes':[{'value':'prize_1','is_winner':true},"
     "{'value':'none','is_winner':false},"
     "{'value':'prize_2','is_winner':true},{'value':'none'}]}", 4,
     "prize_2"},
    {"{'prizes':[{'value':'none','is_winner':'true'}]}", 0, NULL},
    {"{'prize':'a cup'}", 5, "a cup"}, {"{'prize':''}", 0, NULL},
    {"{'prize':3}", 0, NULL}, {"{}", 0, NULL}, {"[]", 0, NULL},
    {"null", 0, NULL},
};

START_TEST(a_win_may_have_a_prize)
{
    game_json_t *config = campaign_json("{}");
    const char *prize;

    game_json_set(config, "mechanics", campaign_json(prizes[_i].mechanics));
    prize = game_play_prize(config, DRAWS / 8 * (apr_uint64_t)prizes[_i].draw);
    ck_assert_pstr_eq(prize, prizes[_i].prize);
}
END_TEST

START_TEST(every_draw_has_a_prize)
{
    static const char *const shares[] = { "0.1", "0.2", "0.3", "0.7", "1e-9" };
    game_json_t *list = campaign_json("[]");
    game_json_t *config = campaign_json("{'mechanics':{}}");
    apr_uint64_t draw = 1;
    size_t i;

    for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        game_json_t *segment = campaign_json("{'prize':'x'}");

        game_json_set(segment, "weight", campaign_json(shares[i]));
        game_json_append(list, segment);
    }
    game_json_set(game_json_member(config, "mechanics"), "segments", list);
    ck_assert_ptr_nonnull(game_play_prize(config, 0));
    ck_assert_ptr_nonnull(game_play_prize(config, APR_UINT64_MAX));
    for (i = 0; i < 10000; i++) {
        draw = draw * APR_UINT64_C(6364136223846793005) + 1442695040888963407;
        ck_assert_ptr_nonnull(game_play_prize(config, draw >> 11));
    }
}
END_TEST

START_TEST(no_config_has_no_prize)
{
    ck_assert_ptr_null(game_play_prize(NULL, 0));
    ck_assert_ptr_null(game_play_prize(campaign_json("[]"), 0));
}
END_TEST

Suite *campaign_play_suite(void)
{
    Suite *suite = suite_create("campaign_play");
    TCase *tc = fixture_case("play");

    tcase_add_loop_test(tc, the_first_check_that_fails_answers, 0,
                        COUNT_OF(order));
    tcase_add_loop_test(tc, an_odd_rule_refuses, 0,
                        COUNT_OF(odd));
    tcase_add_test(tc, no_rules_refuse);
    tcase_add_loop_test(tc, a_limit_says_what_is_left, 0, COUNT_OF(limits));
    tcase_add_loop_test(tc, a_rate_says_when_to_come_again, 0,
                        COUNT_OF(rates));
    tcase_add_test(tc, a_wait_is_rounded_up);
    tcase_add_loop_test(tc, a_draw_decides, 0, COUNT_OF(draws));
    tcase_add_loop_test(tc, a_config_says_how_often_one_wins, 0,
                        COUNT_OF(configs));
    tcase_add_loop_test(tc, a_win_may_have_a_prize, 0, COUNT_OF(prizes));
    tcase_add_test(tc, every_draw_has_a_prize);
    tcase_add_test(tc, no_config_has_no_prize);
    suite_add_tcase(suite, tc);
    return suite;
}

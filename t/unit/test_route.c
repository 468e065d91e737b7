/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The matcher over tables of these tests: it is compiled in here, with the
 * name of the table standing for the one that test_routes points to.
 */
#include "fixture.h"

#define game_routes (*test_routes)
#include "../../mod_game/route.c"

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

const game_route_t (*test_routes)[];

#define ROW(verb, template, name) \
    {.method = verb, .path = template, .operation = name}

static const game_route_t plain[] = {
    ROW("GET", "/strategies", "list"),
    ROW("GET", "/strategies/{id}", "one"),
    ROW("GET", "/strategies/custom", "customs"),
    ROW("POST", "/strategies/custom", "make"),
    ROW("POST", "/strategies/custom/import", "import"),
    ROW("GET", "/strategies/custom/compare", "compare"),
    ROW("GET", "/strategies/custom/{id}", "custom"),
    ROW("PUT", "/strategies/custom/{id}", "change"),
    ROW("PATCH", "/strategies/custom/{id}", "patch"),
    ROW("DELETE", "/strategies/custom/{id}", "drop"),
    ROW("GET", "/strategies/{id}/graph", "graph"),
    ROW("GET", "/games/{gameId}/tasks/{externalTaskId}/points", "points"),
    ROW("PATCH", "/games/{gameId}/tasks/{taskId}", "task"),
    ROW("POST", "/users/points/query", "query"),
    ROW("GET", "/users/{externalUserId}/points", "user"),
    ROW("POST", "/a/{one}/{two}/{three}/{four}", "four"),
    ROW("GET", "/1/2/3/4/5/6/7/8/9/10/11/12", "twelve"),
    ROW(NULL, NULL, NULL),
};

static void use_table(void)
{
    test_routes = &plain;
    ck_assert_ptr_null(game_route_setup_post_config(test_pool));
}

static const struct {
    const char *method, *path, *operation, *first, *second;
} matches[] = {
    {"GET", "/strategies", "list", NULL, NULL},
    {"GET", "/strategies/x", "one", "x", NULL},
    {"GET", "/strategies/custom", "customs", NULL, NULL},
    {"POST", "/strategies/custom", "make", NULL, NULL},
    {"GET", "/strategies/customs", "one", "customs", NULL},
    {"GET", "/strategies/Custom", "one", "Custom", NULL},
    {"POST", "/strategies/custom/import", "import", NULL, NULL},
    /* where a literal lacks the method it is a parameter's value */
    {"GET", "/strategies/custom/import", "custom", "import", NULL},
    {"GET", "/strategies/custom/compare", "compare", NULL, NULL},
    {"PUT", "/strategies/custom/compare", "change", "compare", NULL},
    {"DELETE", "/strategies/custom/compare", "drop", "compare", NULL},
    {"GET", "/strategies/custom/graph", "custom", "graph", NULL},
    {"GET", "/strategies/x/graph", "graph", "x", NULL},
    {"GET", "/games/g/tasks/t/points", "points", "g", "t"},
    {"PATCH", "/games/g/tasks/t", "task", "g", "t"},
    {"GET", "/users/points/points", "user", "points", NULL},
    {"POST", "/users/points/query", "query", NULL, NULL},
    {"GET", "/users/a b?{x}/points", "user", "a b?{x}", NULL},
    {"GET", "/users/{externalUserId}/points", "user", "{externalUserId}",
     NULL},
    {"POST", "/a/1/2/3/4", "four", "1", "2"},
    {"GET", "/1/2/3/4/5/6/7/8/9/10/11/12", "twelve", NULL, NULL},
    /* HEAD is GET */
    {"HEAD", "/strategies/x", "one", "x", NULL},
    {"HEAD", "/strategies/custom/import", "custom", "import", NULL},
};

static void assert_same(const char *got, const char *expected)
{
    ck_assert_msg((!got && !expected) || (got && expected
                                          && !strcmp(got, expected)),
                  "%s, expected %s", got ? got : "nothing",
                  expected ? expected : "nothing");
}

START_TEST(literals_go_before_parameters)
{
    game_match_t match;

    use_table();
    game_route_match(test_pool, matches[_i].method, matches[_i].path,
                     0, &match);
    ck_assert_ptr_nonnull(match.route);
    ck_assert_str_eq(match.route->operation, matches[_i].operation);
    ck_assert_int_eq(match.known, 1);
    ck_assert_ptr_nonnull(match.allow);
    assert_same(match.path[0], matches[_i].first);
    assert_same(match.path[1], matches[_i].second);
}
END_TEST

START_TEST(parameters_are_kept_by_position)
{
    game_match_t match;

    use_table();
    game_route_match(test_pool, "POST", "/a/p/q/r/s", 0, &match);
    ck_assert_str_eq(match.path[0], "p");
    ck_assert_str_eq(match.path[1], "q");
    ck_assert_str_eq(match.path[2], "r");
    ck_assert_str_eq(match.path[3], "s");
    ck_assert_str_eq(game_route_param(test_pool, match.route, 0), "one");
    ck_assert_str_eq(game_route_param(test_pool, match.route, 3), "four");
    ck_assert_ptr_null(game_route_param(test_pool, match.route, 4));
    game_route_match(test_pool, "GET", "/strategies", 0, &match);
    ck_assert_ptr_null(game_route_param(test_pool, match.route, 0));
}
END_TEST

static const struct {
    const char *method, *path, *allow;
} refused[] = {
    {"POST", "/strategies", "GET, HEAD, OPTIONS"},
    {"OPTIONS", "/strategies", "GET, HEAD, OPTIONS"},
    {"TRACE", "/strategies", "GET, HEAD, OPTIONS"},
    {"get", "/strategies", "GET, HEAD, OPTIONS"},
    {"", "/strategies", "GET, HEAD, OPTIONS"},
    /* the literal's methods and those of the parameter beside it */
    {"DELETE", "/strategies/custom", "GET, HEAD, POST, OPTIONS"},
    {"OPTIONS", "/strategies/custom/import",
     "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
    {"POST", "/strategies/custom/x",
     "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
    {"GET", "/users/points/query", "POST, OPTIONS"},
    {"HEAD", "/games/g/tasks/t", "PATCH, OPTIONS"},
    {"GET", "/a/1/2/3/4", "POST, OPTIONS"},
};

START_TEST(a_known_path_says_its_methods)
{
    game_match_t match;

    use_table();
    game_route_match(test_pool, refused[_i].method, refused[_i].path,
                     0, &match);
    ck_assert_ptr_null(match.route);
    ck_assert_int_eq(match.known, 1);
    ck_assert_str_eq(match.allow, refused[_i].allow);
}
END_TEST

static const char *const unknown[] = {
    "", "/", "//", "strategies", "/Strategies", "/strategies/",
    "/strategies//", "//strategies", "/strategies//graph",
    "/strategies/x/graph/", "/strategies/x/Graph", "/nothing",
    "/strategies/x/y", "/games/g/tasks//points", "/games//tasks/t/points",
    "/games", "/games/g", "/games/g/tasks", "/a/1/2/3", "/a/1/2/3/4/5",
    "/1/2/3/4/5/6/7/8/9/10/11", "/1/2/3/4/5/6/7/8/9/10/11/12/13",
    "/1/2/3/4/5/6/7/8/9/10/11/12/", "/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x",
};

static const game_route_t both[] = {
    ROW("GET", "/games/{gameId}", "game"),
    {.method = "POST", .path = "/games/{gameId}", .operation = "more",
     .campaigns = 1},
    {.method = "GET", .path = "/runs/{runId}", .operation = "run",
     .campaigns = 1},
    ROW(NULL, NULL, NULL),
};

START_TEST(rows_of_campaigns_are_there_with_them_alone)
{
    game_match_t match;

    test_routes = &both;
    ck_assert_ptr_null(game_route_setup_post_config(test_pool));
    game_route_match(test_pool, "GET", "/runs/r", 1, &match);
    ck_assert_str_eq(match.route->operation, "run");
    game_route_match(test_pool, "GET", "/runs/r", 0, &match);
    ck_assert(!match.route && !match.known && !match.sibling);
    game_route_match(test_pool, "POST", "/games/g", 1, &match);
    ck_assert_str_eq(match.route->operation, "more");
    game_route_match(test_pool, "POST", "/games/g", 0, &match);
    ck_assert_ptr_null(match.route);
    ck_assert_str_eq(match.allow, "GET, HEAD, OPTIONS");
}
END_TEST

START_TEST(an_unknown_path_is_not_known)
{
    static const char *const verbs[] = {"GET", "POST", "OPTIONS", "HEAD"};
    game_match_t match;
    int i;

    use_table();
    for (i = 0; i < COUNT_OF(verbs); i++) {
        memset(&match, 0xff, sizeof(match));
        game_route_match(test_pool, verbs[i], unknown[_i], 0, &match);
        ck_assert_msg(!match.route && !match.known, "%s", unknown[_i]);
        ck_assert_ptr_null(match.allow);
        ck_assert_ptr_null(match.path[0]);
    }
}
END_TEST

static const struct {
    game_route_t rows[3];
    const char *fault;
} tables[] = {
    {{ROW("GET", "/a", ""), ROW("POST", "/a", "")}, NULL},
    {{ROW("GET", "/a/{x}", ""), ROW("GET", "/a/x", "")}, NULL},
    {{ROW(NULL, NULL, NULL)}, NULL},
    {{ROW("GET", "/a", ""), ROW("GET", "/a", "")},
     "route table: GET /a is there twice"},
    {{ROW("GET", "/a/{x}", ""), ROW("GET", "/a/{y}", "")},
     "route table: GET /a/{y} is there twice"},
    {{ROW("HEAD", "/a", "")}, "route table: HEAD /a cannot be matched"},
    {{ROW("get", "/a", "")}, "route table: get /a cannot be matched"},
    {{ROW("GET", "a", "")}, "route table: GET a cannot be matched"},
    {{ROW("GET", "/{a}/{b}/{c}/{d}/{e}", "")},
     "route table: GET /{a}/{b}/{c}/{d}/{e} cannot be matched"},
};

START_TEST(a_bad_table_is_refused)
{
    test_routes = &tables[_i].rows;
    assert_same(game_route_setup_post_config(test_pool), tables[_i].fault);
}
END_TEST

START_TEST(names_say_which_parameters_are_uuids)
{
    ck_assert_int_eq(game_route_param_is_uuid("gameId"), 1);
    ck_assert_int_eq(game_route_param_is_uuid("taskId"), 1);
    ck_assert_int_eq(game_route_param_is_uuid("awardId"), 1);
    ck_assert_int_eq(game_route_param_is_uuid("gameid"), 0);
    ck_assert_int_eq(game_route_param_is_uuid("externalTaskId"), 0);
    ck_assert_int_eq(game_route_param_is_uuid("id"), 0);
    ck_assert_int_eq(game_route_param_is_uuid(""), 0);
}
END_TEST

Suite *route_suite(void)
{
    Suite *suite = suite_create("route");
    TCase *tests = fixture_case("route");

    tcase_add_loop_test(tests, literals_go_before_parameters, 0,
                        COUNT_OF(matches));
    tcase_add_test(tests, parameters_are_kept_by_position);
    tcase_add_loop_test(tests, a_known_path_says_its_methods, 0,
                        COUNT_OF(refused));
    tcase_add_test(tests, rows_of_campaigns_are_there_with_them_alone);
    tcase_add_loop_test(tests, an_unknown_path_is_not_known, 0,
                        COUNT_OF(unknown));
    tcase_add_loop_test(tests, a_bad_table_is_refused, 0, COUNT_OF(tables));
    tcase_add_test(tests, names_say_which_parameters_are_uuids);
    suite_add_tcase(suite, tests);
    return suite;
}

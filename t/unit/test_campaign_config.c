/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Game configs: the builtin generator over many inputs, what overrides do to
 * them, and what the validator says of hostile documents.
 */
#include "fixture.h"

#include "canon.h"
#include "config_generate.h"
#include "config_templates.h"
#include "skill_input.h"
#include "stub.h"
#include "validate_config.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *const template_ids[] = {
    "spin_wheel", "scratch_card", "slot_machine", "memory_match",
    "catch_game", "quiz", "treasure_hunt", "spin_wheel_v12",
    "collect_coins_v1"
};

/* Numbers that look random and are the same in every run. */
static unsigned int next(unsigned int *state, unsigned int bound)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % bound;
}

static const char *pick(unsigned int *state, const char *const *words,
                        int count)
{
    return words[next(state, (unsigned int)count)];
}

/* A valid input, of any members. */
static game_json_t *random_input(unsigned int *state)
{
    static const char *const themes[] = {
        "neon_arcade", "Summer  Beach!", "x", "__", "\xd0\x97\xd0\xb8",
        "a \\\"quoted\\\" theme", "classic"
    };
    static const char *const rest[] = {
        "", ",\"color_scheme\":{\"accent\":\"hsl(10, 20%, 30%)\"}",
        ",\"copy\":{\"title\":\"T\"},\"locale\":\"de-DE\"",
        ",\"asset_refs\":[{\"uri\":\"a\",\"type\":\"icon\"},"
        "{\"uri\":\"b\",\"type\":\"icon\",\"slot\":\"\"},"
        "{\"uri\":\"c\",\"type\":\"model\",\"slot\":\"background_music\"}]",
        ",\"parameters\":{\"time_limit_sec\":12.5,\"pairs\":3}",
        ",\"overrides\":{\"mechanics\":{\"type\":null,\"x\":[1]}}"
    };

    return stub_json(apr_psprintf(test_pool,
        "{\"template_id\":\"%s\",\"theme\":\"%s\",\"difficulty\":{"
        "\"level\":\"%s\",\"win_probability\":%s}%s}",
        pick(state, template_ids, COUNT_OF(template_ids)),
        pick(state, themes, COUNT_OF(themes)),
        pick(state, game_input_levels, 3),
        game_canon_number(test_pool, next(state, 1001) / 1000.0),
        pick(state, rest, COUNT_OF(rest))));
}

/* @return the first issue's path, or "" */
static const char *first_issue(const game_json_t *config)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));

    game_validate_config(test_pool, config, issues);
    return issues->nelts ? APR_ARRAY_IDX(issues, 0, game_issue_t).path : "";
}

START_TEST(two_hundred_random_inputs_give_valid_configs)
{
    unsigned int state = 20260203;
    int i;

    for (i = 0; i < 200; i++) {
        apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                    sizeof(game_issue_t));
        game_json_t *input = random_input(&state), *full, *config;
        const char *text;

        game_skill_input_config_check(test_pool, NULL, input, issues, &full);
        ck_assert_int_eq(issues->nelts, 0);
        config = game_config_generate(test_pool, full);
        ck_assert_str_eq(first_issue(config), "");
        text = game_canon_pretty(test_pool, config);
        ck_assert_str_eq(text, game_canon_pretty(test_pool,
                         game_config_generate(test_pool, full)));
        ck_assert_str_eq(text, game_canon_pretty(test_pool,
                                                 stub_json(text)));
    }
}
END_TEST

static game_json_t *config_of(const char *more)
{
    return game_config_generate(test_pool, stub_json(apr_pstrcat(test_pool,
        "{\"template_id\":\"memory_match\",\"theme\":\"classic\","
        "\"difficulty\":{\"level\":\"hard\",\"win_probability\":0.25}", more,
        "}", NULL)));
}

static const char *text_at(const game_json_t *value, const char *path)
{
    char *copy = apr_pstrdup(test_pool, path), *last, *name;

    for (name = apr_strtok(copy, ".", &last); name;
         name = apr_strtok(NULL, ".", &last)) {
        value = game_json_member(value, name);
    }
    return value ? game_canon_compact(test_pool, value) : "absent";
}

START_TEST(members_of_the_input_are_used)
{
    static const struct {
        const char *more, *path, *value;
    } cases[] = {
        { "", "settings.duration_sec", "60" },
        { "", "settings.difficulty.win_probability", "0.25" },
        { ",\"parameters\":{\"time_limit_sec\":45}", "settings.duration_sec",
          "45" },
        { ",\"parameters\":{\"time_limit_sec\":45,\"a\":1}",
          "settings.difficulty.parameters",
          "{\"pairs\":10,\"time_limit_sec\":45,"
          "\"match_display_duration_ms\":400,\"a\":1}" },
        { ",\"locale\":\"fr\"", "settings.locale", "\"fr\"" },
        { ",\"color_scheme\":{\"primary\":\"red\"}", "visuals.colors",
          "{\"primary\":\"red\",\"secondary\":\"#f97316\","
          "\"accent\":\"#22c55e\",\"background\":\"#ffffff\"}" },
        { ",\"copy\":{\"win_message\":\"!\"}", "copy.win_message",
          "\"!\"" },
        { ",\"overrides\":{\"audio\":{\"sfx\":{\"flip\":null}}}",
          "audio.sfx.flip", "absent" },
        { ",\"overrides\":{\"version\":\"2.0.0\"}", "version",
          "\"2.0.0\"" },
        { ",\"overrides\":{\"mechanics\":{\"grid\":{\"rows\":9}}}",
          "mechanics.grid", "{\"rows\":9,\"cols\":5}" }
    };
    int i;

    for (i = 0; i < COUNT_OF(cases); i++) {
        ck_assert_str_eq(text_at(config_of(cases[i].more), cases[i].path),
                         cases[i].value);
    }
}
END_TEST

START_TEST(what_an_input_may_spoil_is_found)
{
    static const char *const cases[][2] = {
        { ",\"parameters\":{\"time_limit_sec\":0}", "settings.duration_sec" },
        { ",\"color_scheme\":{\"accent\":\"no colour\"}",
          "visuals.colors.accent" },
        { ",\"copy\":{\"title\":\"\"}", "copy.title" },
        { ",\"asset_refs\":[{\"uri\":\"\",\"type\":\"icon\"}]",
          "visuals.assets.icon_1" },
        { ",\"overrides\":{\"mechanics\":null}", "mechanics" },
        { ",\"overrides\":{\"settings\":7}", "settings" },
        { ",\"overrides\":{\"audio\":{\"sfx\":{\"a\":{\"volume\":2}}}}",
          "audio.sfx.a.volume" },
        { ",\"overrides\":{\"visuals\":{\"assets\":{\"a\":{}}}}",
          "visuals.assets.a" }
    };
    int i;

    for (i = 0; i < COUNT_OF(cases); i++) {
        ck_assert_str_eq(first_issue(config_of(cases[i][0])), cases[i][1]);
    }
}
END_TEST

START_TEST(bases_of_template_ids)
{
    static const char *const cases[][2] = {
        { "quiz", "quiz" }, { "quiz_v1", "quiz" }, { "quiz_v", "quiz_v" },
        { "quiz_v1_v20", "quiz_v1" }, { "quiz1", "quiz1" },
        { "quizv1", "quizv1" }, { "collect_coins", "catch_game" },
        { "collect_coins_v3", "catch_game" }, { "v1", "v1" }, { "", "" },
        { "_v1", "" }, { "7", "7" }
    };
    int i;

    for (i = 0; i < COUNT_OF(cases); i++) {
        ck_assert_str_eq(game_template_base(test_pool, cases[i][0]),
                         cases[i][1]);
    }
    ck_assert_ptr_null(game_template_find("")->base);
    ck_assert_str_eq(game_template_find("quiz")->base, "quiz");
}
END_TEST

START_TEST(weights_of_a_wheel_are_a_hundred)
{
    int permille;

    for (permille = 0; permille <= 1000; permille += 5) {
        game_json_t *config = game_config_generate(test_pool,
            stub_json(apr_psprintf(test_pool,
                "{\"template_id\":\"spin_wheel\",\"theme\":\"t\","
                "\"difficulty\":{\"level\":\"hard\","
                "\"win_probability\":%s}}",
                game_canon_number(test_pool, permille / 1000.0))));
        const game_json_t *segments = game_json_member(
            game_json_member(config, "mechanics"), "segments");
        apr_int64_t sum = 0;
        apr_size_t i;

        for (i = 0; i < game_json_size(segments); i++) {
            sum += game_json_int(game_json_member(
                game_json_at(segments, i), "weight"));
        }
        ck_assert_int_eq(game_json_size(segments), 10);
        ck_assert_int_eq(sum, 100);
    }
}
END_TEST

/* Every member, however deep, is once every value. */
static void try_all(game_json_t *config, game_json_t *object)
{
    static const char *const values[] = {
        "null", "true", "1e308", "-7", "\"\"", "[]", "[{}]", "{\"a\":null}"
    };
    const char *name = NULL;
    game_json_t *value;
    int i;

    while ((value = game_json_next(object, &name))) {
        try_all(config, value);
        value = game_json_copy(test_pool, value);
        for (i = 0; i < COUNT_OF(values); i++) {
            game_json_set(object, name, stub_json(values[i]));
            first_issue(config);
        }
        game_json_set(object, name, value);
    }
}

START_TEST(any_document_is_answered)
{
    game_json_t *config = config_of("");

    try_all(config, config);
    ck_assert_str_eq(first_issue(config), "");
    ck_assert_str_eq(first_issue(stub_json("{}")), "template_id");
}
END_TEST

Suite *campaign_config_suite(void)
{
    Suite *suite = suite_create("campaign_config");
    TCase *tests = fixture_case("campaign_config");

    tcase_add_test(tests, two_hundred_random_inputs_give_valid_configs);
    tcase_add_test(tests, members_of_the_input_are_used);
    tcase_add_test(tests, what_an_input_may_spoil_is_found);
    tcase_add_test(tests, bases_of_template_ids);
    tcase_add_test(tests, weights_of_a_wheel_are_a_hundred);
    tcase_add_test(tests, any_document_is_answered);
    suite_add_tcase(suite, tests);
    return suite;
}

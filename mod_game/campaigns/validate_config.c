/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * GameConfig as a table. What a template makes of mechanics and animations
 * is its own affair and not asked here.
 */

#include "validate_config.h"

#include "skill_input.h"

#define REQUIRED GAME_INPUT_REQUIRED
#define OBJECT(member, table) \
    { .name = member, .type = GAME_INPUT_OBJECT, .flags = REQUIRED, \
      .members = table }
#define MAP(member, rule) \
    { .name = member, .type = GAME_INPUT_OBJECT, .flags = REQUIRED, \
      .each = rule }
#define WORDS(member) \
    { .name = member, .type = GAME_INPUT_STRING, \
      .flags = REQUIRED | GAME_INPUT_MIN, .min = 1 }
#define SHARE(member) \
    { .name = member, .type = GAME_INPUT_NUMBER, \
      .flags = REQUIRED | GAME_INPUT_MIN | GAME_INPUT_MAX, .min = 0, \
      .max = 1 }
#define FLAG(member) \
    { .name = member, .type = GAME_INPUT_BOOL, .flags = REQUIRED }
#define COLOR(member) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = REQUIRED, \
      .form = &game_input_css_color }
#define END { .name = NULL }

static const game_input_rule_t any_number = { .type = GAME_INPUT_NUMBER };
static const game_input_rule_t any_words = WORDS(NULL);

static const game_input_rule_t difficulty[] = {
    { .name = "level", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = game_input_levels },
    SHARE("win_probability"), MAP("parameters", &any_number), END
};

static const game_input_rule_t settings[] = {
    { .name = "duration_sec", .type = GAME_INPUT_NUMBER,
      .flags = REQUIRED | GAME_INPUT_ABOVE, .min = 0 },
    OBJECT("difficulty", difficulty), WORDS("locale"), END
};

static const game_input_rule_t colors[] = {
    COLOR("primary"), COLOR("secondary"), COLOR("accent"),
    COLOR("background"), END
};

static const game_input_rule_t visuals[] = {
    WORDS("theme"), OBJECT("colors", colors), MAP("assets", &any_words),
    OBJECT("animations", NULL), END
};

static const game_input_rule_t bgm[] = {
    FLAG("enabled"), SHARE("volume"), FLAG("loop"), END
};
static const game_input_rule_t sound[] = { SHARE("volume"), END };
static const game_input_rule_t any_sound = OBJECT(NULL, sound);
static const game_input_rule_t audio[] = {
    OBJECT("bgm", bgm), MAP("sfx", &any_sound), END
};

static const game_input_rule_t copy[] = {
    WORDS("title"), WORDS("instructions"), WORDS("win_message"),
    WORDS("lose_message"), END
};

static const game_input_rule_t config_rules[] = {
    WORDS("template_id"),
    { .name = "version", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .form = &game_input_version },
    OBJECT("settings", settings), OBJECT("visuals", visuals),
    OBJECT("audio", audio), OBJECT("mechanics", NULL), OBJECT("copy", copy),
    END
};

void game_validate_config(apr_pool_t *pool, const game_json_t *config,
                          apr_array_header_t *issues)
{
    game_skill_input_check(pool, config_rules, "VALIDATION_ERROR", config,
                           issues, NULL);
}

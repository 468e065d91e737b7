/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What a payload must have, and what the documents that are made of it
 * require of its members beyond what the skills take: a run that would make
 * no valid document is not begun.
 */

#include "trigger.h"

#include "skill_input.h"

#define REQUIRED GAME_INPUT_REQUIRED
#define MIN GAME_INPUT_MIN
#define MAX GAME_INPUT_MAX
#define ANY(member) \
    { .name = member, .type = GAME_INPUT_ANY, .flags = REQUIRED }
#define OBJECT(member, flag, table) \
    { .name = member, .type = GAME_INPUT_OBJECT, .flags = flag, \
      .members = table }
#define WORDS(member, flag) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = flag | MIN, \
      .min = 1 }
#define FORM(member, flag, what) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = flag, \
      .form = &game_input_##what }
#define COLOR(member) FORM(member, 0, css_color)
#define END { .name = NULL }

/* ---- of the game's config ---- */

static const game_input_rule_t difficulty[] = {
    { .name = "level", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = game_input_levels },
    { .name = "win_probability", .type = GAME_INPUT_NUMBER,
      .flags = REQUIRED | MIN | MAX, .min = 0, .max = 1 },
    END
};

static const game_input_rule_t color_scheme[] = {
    COLOR("primary"), COLOR("secondary"), COLOR("accent"),
    COLOR("background"), END
};

static const game_input_rule_t copy[] = {
    WORDS("title", 0), WORDS("instructions", 0), WORDS("win_message", 0),
    WORDS("lose_message", 0), END
};

static const game_input_rule_t asset_ref[] = { WORDS("uri", 0), END };
static const game_input_rule_t asset_ref_item = OBJECT(NULL, 0, asset_ref);

/* it becomes the config's duration */
static const game_input_rule_t parameters[] = {
    { .name = "time_limit_sec", .type = GAME_INPUT_NUMBER,
      .flags = GAME_INPUT_ABOVE, .min = 0 },
    END
};

/* ---- of the manifest ---- */

static const game_input_rule_t outcome_videos[] = {
    FORM("win_redirect_url", 0, url), FORM("lose_redirect_url", 0, url), END
};

static const game_input_rule_t points[] = {
    { .name = "points", .type = GAME_INPUT_LIST, .flags = MIN, .min = 3 },
    END
};
static const game_input_rule_t shape = OBJECT(NULL, 0, points);
static const game_input_rule_t button_config[] = {
    { .name = "mask_polygon", .type = GAME_INPUT_LIST, .flags = MIN,
      .min = 3, .other = &shape },
    END
};

/* ---- the payload ---- */

static const game_input_rule_t trigger_members[] = {
    { .name = "campaign_id", .type = GAME_INPUT_STRING,
      .flags = REQUIRED | MIN | MAX, .min = 1, .max = GAME_TRIGGER_ID_MAX },
    FORM("template_id", REQUIRED, template_id),
    WORDS("theme", REQUIRED),
    OBJECT("difficulty", REQUIRED, difficulty),
    ANY("audio"),
    ANY("intro_video_uri"),
    OBJECT("outcome_videos", REQUIRED, outcome_videos),
    OBJECT("color_scheme", 0, color_scheme),
    OBJECT("copy", 0, copy),
    { .name = "asset_refs", .type = GAME_INPUT_LIST,
      .each = &asset_ref_item },
    OBJECT("parameters", 0, parameters),
    WORDS("locale", 0),
    OBJECT("button_config", 0, button_config),
    FORM("version", 0, semver),
    END
};

/* without a name it is the id, of which enough is said */
static const game_input_rule_t name_members[] = {
    WORDS("campaign_name", 0), END
};

void game_trigger_check(apr_pool_t *pool, const game_json_t *payload,
                        apr_array_header_t *issues)
{
    game_skill_input_check(pool, trigger_members, "VALIDATION_ERROR",
                           payload, issues, NULL);
    if (game_json_is(payload, GAME_JSON_OBJECT)
        && !game_json_equal(game_json_member(payload, "campaign_name"),
                            game_json_member(payload, "campaign_id"))) {
        game_skill_input_check(pool, name_members, "VALIDATION_ERROR",
                               payload, issues, NULL);
    }
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the four skills take (campaigns.md 4.1 to 4.4), as tables. Whether a
 * URI can be read and what a provider accepts is not asked here.
 */

#include "skill.h"
#include "skill_input.h"

#define REQUIRED GAME_INPUT_REQUIRED
#define MIN GAME_INPUT_MIN
#define MAX GAME_INPUT_MAX
#define BOUNDS (MIN | MAX)
#define FLAG(member, default_value) \
    { .name = member, .type = GAME_INPUT_BOOL, .fallback = default_value }
#define TEXT(member, flag) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = flag }
#define TEXTS(member) \
    { .name = member, .type = GAME_INPUT_LIST, .each = &text }
#define NUMBER(member, flag) \
    { .name = member, .type = GAME_INPUT_NUMBER, .flags = flag }
#define OBJECT(member, flag, table) \
    { .name = member, .type = GAME_INPUT_OBJECT, .flags = flag, \
      .members = table }
#define END { .name = NULL }

static const game_input_rule_t text = { .type = GAME_INPUT_STRING };
static const game_input_rule_t number = { .type = GAME_INPUT_NUMBER };

static void check(apr_pool_t *pool, const game_input_rule_t *members,
                  const game_json_t *input, apr_array_header_t *issues,
                  game_json_t **full)
{
    game_skill_input_check(pool, members, "INPUT_VALIDATION_FAILED", input,
                           issues, full);
}

/* ---- game_config_from_template ---- */

const char *const game_input_levels[] = { "easy", "medium", "hard", NULL };

static const char *const templates[] = {
    "spin_wheel", "scratch_card", "slot_machine", "memory_match",
    "catch_game", "quiz", NULL
};
static const char *const ref_types[] = {
    "background", "sprite", "icon", "audio", "model", NULL
};

static const game_input_rule_t difficulty[] = {
    { .name = "level", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = game_input_levels },
    { .name = "win_probability", .type = GAME_INPUT_NUMBER,
      .flags = REQUIRED | BOUNDS, .min = 0, .max = 1 },
    END
};

static const game_input_rule_t asset_ref[] = {
    TEXT("uri", REQUIRED),
    { .name = "type", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = ref_types },
    TEXT("slot", 0),
    END
};
static const game_input_rule_t asset_ref_item = OBJECT(NULL, 0, asset_ref);

static const game_input_rule_t color_scheme[] = {
    TEXT("primary", 0), TEXT("secondary", 0), TEXT("accent", 0),
    TEXT("background", 0), END
};

static const game_input_rule_t copy[] = {
    TEXT("title", 0), TEXT("instructions", 0), TEXT("win_message", 0),
    TEXT("lose_message", 0), END
};

#define CONFIG_REST \
    { .name = "theme", .type = GAME_INPUT_STRING, .flags = REQUIRED | MIN, \
      .min = 1 }, \
    OBJECT("difficulty", REQUIRED, difficulty), \
    { .name = "asset_refs", .type = GAME_INPUT_LIST, \
      .each = &asset_ref_item }, \
    OBJECT("color_scheme", 0, color_scheme), \
    OBJECT("copy", 0, copy), \
    TEXT("provider", 0), \
    { .name = "parameters", .type = GAME_INPUT_OBJECT, .each = &number }, \
    { .name = "locale", .type = GAME_INPUT_STRING, .flags = MIN, .min = 1 }, \
    OBJECT("overrides", 0, NULL), \
    END

static const game_input_rule_t config[] = {
    { .name = "template_id", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .form = &game_input_template_id },
    CONFIG_REST
};

/* with GameCampaignStrictTemplates */
static const game_input_rule_t config_strict[] = {
    { .name = "template_id", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = templates },
    CONFIG_REST
};

GAME_SKILL_INPUT_DECLARE(config)
{
    check(pool, env && env->strict_templates ? config_strict : config, input,
          issues, full);
}

/* ---- generate_bgm_track ---- */

static const char *const genres[] = {
    "electronic", "ambient", "orchestral", "rock", "pop", "jazz",
    "classical", "cinematic", "retro", "chiptune", "lofi", "upbeat", "calm",
    "energetic", "mysterious", NULL
};
static const char *const moods[] = {
    "happy", "sad", "tense", "relaxed", "epic", "playful", "dramatic",
    "neutral", NULL
};
static const char *const audio_formats[] = {
    "mp3", "wav", "ogg", "aac", NULL
};

static const game_input_rule_t style[] = {
    { .name = "genre", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = genres },
    { .name = "mood", .type = GAME_INPUT_STRING, .words = moods },
    /* one text or a list of them: sources have both */
    { .name = "instruments", .type = GAME_INPUT_LIST, .each = &text,
      .other = &text },
    { .name = "energy_level", .type = GAME_INPUT_NUMBER, .flags = BOUNDS,
      .min = 0, .max = 1 },
    END
};

static const game_input_rule_t specs[] = {
    { .name = "format", .type = GAME_INPUT_STRING, .words = audio_formats,
      .fallback = "\"mp3\"" },
    { .name = "bitrate_kbps", .type = GAME_INPUT_NUMBER, .flags = BOUNDS,
      .min = 64, .max = 320, .fallback = "192" },
    { .name = "sample_rate", .type = GAME_INPUT_INT, .flags = BOUNDS,
      .min = 22050, .max = 48000, .fallback = "44100" },
    { .name = "channels", .type = GAME_INPUT_INT, .flags = BOUNDS,
      .min = 1, .max = 2, .fallback = "2" },
    END
};

static const game_input_rule_t bgm[] = {
    OBJECT("style", REQUIRED, style),
    { .name = "duration_sec", .type = GAME_INPUT_NUMBER,
      .flags = REQUIRED | BOUNDS, .min = 5, .max = 300 },
    { .name = "bpm", .type = GAME_INPUT_NUMBER, .flags = BOUNDS, .min = 60,
      .max = 200, .fallback = "120" },
    FLAG("loopable", "true"),
    OBJECT("specs", 0, specs),
    TEXT("custom_prompt", 0),
    NUMBER("seed", 0),
    TEXT("provider", 0),
    END
};

GAME_SKILL_INPUT_DECLARE(bgm)
{
    (void)env;
    check(pool, bgm, input, issues, full);
}

/* ---- bundle_game_template ---- */

static const char *const asset_types[] = {
    "image", "audio", "video", "model", "json", "other", NULL
};
static const char *const output_formats[] = {
    "directory", "zip", "tar", NULL
};

static const game_input_rule_t asset[] = {
    TEXT("uri", REQUIRED),
    { .name = "type", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .words = asset_types },
    { .name = "slot", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .form = &game_input_slot },
    TEXT("content_type", 0),
    END
};
static const game_input_rule_t asset_item = OBJECT(NULL, 0, asset);

static const game_input_rule_t optimization[] = {
    FLAG("minify_js", "true"), FLAG("minify_css", "true"),
    FLAG("compress_images", "false"), FLAG("generate_sourcemaps", "false"),
    FLAG("tree_shake", "false"), END
};

static const game_input_rule_t output[] = {
    { .name = "format", .type = GAME_INPUT_STRING, .words = output_formats,
      .fallback = "\"directory\"" },
    TEXT("base_path", 0),
    FLAG("include_manifest", "true"), FLAG("include_checksums", "true"),
    END
};

static const game_input_rule_t bundle[] = {
    { .name = "template_id", .type = GAME_INPUT_STRING, .flags = REQUIRED,
      .form = &game_input_template_id },
    OBJECT("game_config", REQUIRED, NULL),
    TEXT("audio_uri", 0),
    { .name = "assets", .type = GAME_INPUT_LIST, .each = &asset_item },
    OBJECT("optimization", 0, optimization),
    OBJECT("output", 0, output),
    { .name = "version", .type = GAME_INPUT_STRING,
      .fallback = "\"1.0.0\"" },
    END
};

GAME_SKILL_INPUT_DECLARE(bundle)
{
    (void)env;
    check(pool, bundle, input, issues, full);
}

/* ---- assemble_campaign_manifest ---- */

static const char *const hover_effects[] = {
    "glow", "scale", "pulse", "none", NULL
};

static const game_input_rule_t outcome_videos[] = {
    TEXT("win_video_uri", REQUIRED), TEXT("lose_video_uri", REQUIRED),
    TEXT("win_redirect_url", 0), TEXT("lose_redirect_url", 0),
    { .name = "auto_redirect_delay_ms", .type = GAME_INPUT_NUMBER,
      .flags = MIN, .min = 0, .fallback = "3000" },
    END
};

static const game_input_rule_t bounds[] = {
    NUMBER("x", REQUIRED), NUMBER("y", REQUIRED), NUMBER("width", REQUIRED),
    NUMBER("height", REQUIRED), END
};

/* A polygon: [[x, y], ...] or {points: [{x, y}, ...], is_closed}. */
static const game_input_rule_t pair = {
    .type = GAME_INPUT_LIST, .flags = BOUNDS, .min = 2, .max = 2,
    .each = &number
};
static const game_input_rule_t point[] = {
    NUMBER("x", REQUIRED), NUMBER("y", REQUIRED), END
};
static const game_input_rule_t point_item = OBJECT(NULL, 0, point);
static const game_input_rule_t points[] = {
    { .name = "points", .type = GAME_INPUT_LIST, .flags = REQUIRED,
      .each = &point_item },
    FLAG("is_closed", NULL),
    END
};
static const game_input_rule_t shape = OBJECT(NULL, 0, points);

static const game_input_rule_t button[] = {
    OBJECT("bounds", REQUIRED, bounds),
    { .name = "mask_polygon", .type = GAME_INPUT_LIST, .each = &pair,
      .other = &shape },
    { .name = "hover_effect", .type = GAME_INPUT_STRING,
      .words = hover_effects, .fallback = "\"glow\"" },
    TEXT("click_sound_uri", 0),
    END
};

static const game_input_rule_t rate_limiting[] = {
    { .name = "max_requests_per_minute", .type = GAME_INPUT_NUMBER,
      .flags = MIN, .min = 0 },
    { .name = "max_requests_per_hour", .type = GAME_INPUT_NUMBER,
      .flags = MIN, .min = 0 },
    END
};

static const game_input_rule_t rules[] = {
    { .name = "start_date", .type = GAME_INPUT_STRING,
      .form = &game_input_date_time },
    { .name = "end_date", .type = GAME_INPUT_STRING,
      .form = &game_input_date_time },
    { .name = "max_plays_per_user", .type = GAME_INPUT_INT, .flags = MIN,
      .min = 1 },
    { .name = "global_win_rate", .type = GAME_INPUT_NUMBER, .flags = BOUNDS,
      .min = 0, .max = 1 },
    FLAG("require_login", "false"),
    TEXTS("allowed_regions"), TEXTS("excluded_regions"),
    OBJECT("rate_limiting", 0, rate_limiting),
    END
};

static const game_input_rule_t analytics[] = {
    FLAG("track_impressions", "true"), FLAG("track_interactions", "true"),
    FLAG("track_completions", "true"), TEXT("tracking_id", 0),
    TEXTS("custom_events"), END
};

static const game_input_rule_t branding[] = {
    TEXT("brand_name", 0), TEXT("logo_uri", 0), TEXT("primary_color", 0),
    TEXT("secondary_color", 0), TEXT("font_family", 0), END
};

static const game_input_rule_t manifest[] = {
    TEXT("campaign_id", REQUIRED), TEXT("campaign_name", REQUIRED),
    TEXT("intro_video_uri", REQUIRED),
    OBJECT("outcome_videos", REQUIRED, outcome_videos),
    TEXT("game_bundle_uri", REQUIRED),
    OBJECT("button_config", REQUIRED, button),
    OBJECT("rules", 0, rules),
    OBJECT("analytics", 0, analytics),
    OBJECT("branding", 0, branding),
    { .name = "version", .type = GAME_INPUT_STRING,
      .fallback = "\"1.0.0\"" },
    OBJECT("metadata", 0, NULL),
    END
};

GAME_SKILL_INPUT_DECLARE(manifest)
{
    (void)env;
    check(pool, manifest, input, issues, full);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Puts a GameConfig together from the input, a palette and the template's
 * tables. What belongs to one template is in config_templates.c.
 */

#include "config_generate.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "config_templates.h"
#include "game.h"
#include "merge.h"
#include "skill_input.h"

#define PRESETS 8

typedef struct preset_t {
    const char *slug;
    const char *color[4];
} preset_t;

static const preset_t presets[PRESETS] = {
    { "neon_arcade", { "#00f0ff", "#ff00c8", "#f5ff00", "#0b0221" } },
    { "retro_arcade", { "#ff4d4d", "#ffd166", "#06d6a0", "#1d1135" } },
    { "summer_beach", { "#00a8e8", "#ffd23f", "#ff6b6b", "#fff6e0" } },
    { "winter_holiday", { "#c1121f", "#1b7f4b", "#f4d35e", "#f8fbff" } },
    { "luxury_gold", { "#c9a227", "#111111", "#f3e5ab", "#1a1a1a" } },
    { "nature_fresh", { "#2d9d5f", "#8ecf6a", "#f2c14e", "#f4fbf1" } },
    { "space_odyssey", { "#6c63ff", "#00c2d1", "#ffb703", "#050b2c" } },
    { "classic", { "#1f6feb", "#f97316", "#22c55e", "#ffffff" } }
};

static const char *const color_names[] = {
    "primary", "secondary", "accent", "background"
};
static const char *const copy_names[] = {
    "title", "instructions", "win_message", "lose_message"
};

static const char animations[] =
    "{\"intro\":{\"type\":\"fade_in\",\"duration_ms\":400,"
    "\"easing\":\"ease-out\"},"
    "\"win\":{\"type\":\"confetti\",\"duration_ms\":1500,"
    "\"easing\":\"linear\"},"
    "\"lose\":{\"type\":\"fade_out\",\"duration_ms\":600,"
    "\"easing\":\"ease-in\"}}";
static const char music[] = "{\"enabled\":true,\"volume\":0.6,\"loop\":true}";

static game_json_t *constant(apr_pool_t *pool, const char *text)
{
    game_json_fault_t fault;

    return game_json_parse(pool, text, strlen(text), 4, &fault);
}

static const char *text_of(const game_json_t *object, const char *name)
{
    return game_json_string(game_json_member(object, name));
}

/* ---- palette ---- */

static const char *slug_of(apr_pool_t *pool, const char *theme)
{
    char *slug = apr_palloc(pool, strlen(theme) + 1), *to = slug;

    for (; *theme; theme++) {
        if (apr_isalnum(*theme)) {
            *to++ = (char)apr_tolower(*theme);
        }
        else if (to > slug && to[-1] != '_') {
            *to++ = '_';
        }
    }
    if (to > slug && to[-1] == '_') {
        to--;
    }
    *to = '\0';
    return slug;
}

static const preset_t *preset_of(apr_pool_t *pool, const char *theme)
{
    const char *slug = slug_of(pool, theme);
    unsigned char digest[32];
    int i;

    for (i = 0; i < PRESETS; i++) {
        if (!strcmp(presets[i].slug, slug)) {
            return &presets[i];
        }
    }
    game_sha256(theme, strlen(theme), digest);
    return &presets[digest[0] % PRESETS];
}

/* ---- parts ---- */

static game_json_t *settings_of(const game_template_ask_t *ask,
                                const game_json_t *input)
{
    apr_pool_t *pool = ask->pool;
    game_json_t *settings = game_json_new_object(pool);
    game_json_t *difficulty = game_json_new_object(pool);
    game_json_t *values = game_json_new_object(pool);
    game_json_t *given = game_json_member(input, "parameters"), *value;
    game_json_t *wanted = game_json_member(input, "difficulty");
    const game_template_param_t *param;
    const char *name = NULL, *locale = text_of(input, "locale");

    for (param = ask->template->param; param->name; param++) {
        game_json_set(values, param->name,
                      game_template_number(pool, param->value[ask->level]));
    }
    while ((value = game_json_next(given, &name))) {
        game_json_set(values, name, value);
    }
    game_json_set(difficulty, "level", game_json_member(wanted, "level"));
    game_json_set(difficulty, "win_probability",
                  game_json_member(wanted, "win_probability"));
    game_json_set(difficulty, "parameters", values);

    value = game_json_member(given, "time_limit_sec");
    game_json_set(settings, "duration_sec", game_json_is_number(value)
        ? value : game_template_number(pool,
            ask->template->duration_sec[ask->level]));
    game_json_set(settings, "difficulty", difficulty);
    game_json_set_string(pool, settings, "locale", locale ? locale : "en-US");
    return settings;
}

/* The slot of an asset, or its type and how many of that type came. */
static const char *asset_key(apr_hash_t *counts, const game_json_t *ref)
{
    apr_pool_t *pool = apr_hash_pool_get(counts);
    const char *slot = text_of(ref, "slot"), *type = text_of(ref, "type");
    int *count;

    if (slot && *slot) {
        return slot;
    }
    count = apr_hash_get(counts, type, APR_HASH_KEY_STRING);
    if (!count) {
        count = apr_pcalloc(pool, sizeof(*count));
        apr_hash_set(counts, type, APR_HASH_KEY_STRING, count);
    }
    return apr_psprintf(pool, "%s_%d", type, ++*count);
}

static game_json_t *visuals_of(const game_template_ask_t *ask,
                               const game_json_t *input)
{
    apr_pool_t *pool = ask->pool;
    const game_json_t *refs = game_json_member(input, "asset_refs");
    game_json_t *visuals = game_json_new_object(pool);
    game_json_t *colors = game_json_new_object(pool);
    game_json_t *assets = game_json_new_object(pool);
    apr_hash_t *counts = apr_hash_make(pool);
    apr_size_t i;

    for (i = 0; i < 4; i++) {
        game_json_set_string(pool, colors, color_names[i], ask->color[i]);
    }
    game_json_set_string(pool, assets, "background_music",
                         "assets/audio/bgm.wav");
    for (i = 0; i < game_json_size(refs); i++) {
        const game_json_t *ref = game_json_at(refs, i);

        game_json_set(assets, asset_key(counts, ref),
                      game_json_member(ref, "uri"));
    }
    game_json_set(visuals, "theme", game_json_member(input, "theme"));
    game_json_set(visuals, "colors", colors);
    game_json_set(visuals, "assets", assets);
    game_json_set(visuals, "animations", constant(pool, animations));
    return visuals;
}

static game_json_t *audio_of(const game_template_ask_t *ask)
{
    apr_pool_t *pool = ask->pool;
    game_json_t *audio = game_json_new_object(pool);
    game_json_t *sfx = game_json_new_object(pool);
    const game_template_sound_t *sound;

    for (sound = ask->template->sfx; sound->name; sound++) {
        game_json_t *item = game_json_new_object(pool);

        game_json_set(item, "volume",
                      game_json_new_real(pool, sound->volume));
        game_json_set(sfx, sound->name, item);
    }
    game_json_set(audio, "bgm", constant(pool, music));
    game_json_set(audio, "sfx", sfx);
    return audio;
}

static game_json_t *mechanics_of(const game_template_ask_t *ask)
{
    game_json_t *mechanics = game_json_new_object(ask->pool), *value;
    game_json_t *rest = ask->template->mechanics(ask);
    const char *name = NULL;

    game_json_set_string(ask->pool, mechanics, "type", ask->base);
    while ((value = game_json_next(rest, &name))) {
        game_json_set(mechanics, name, value);
    }
    return mechanics;
}

static game_json_t *copy_of(const game_template_ask_t *ask,
                            const game_json_t *input)
{
    const game_json_t *given = game_json_member(input, "copy");
    game_json_t *copy = game_json_new_object(ask->pool);
    int i;

    for (i = 0; i < 4; i++) {
        const char *text = text_of(given, copy_names[i]);

        game_json_set_string(ask->pool, copy, copy_names[i],
                             text ? text : ask->template->copy[i]);
    }
    return copy;
}

/* ---- the whole ---- */

static void fill_ask(const game_json_t *input, game_template_ask_t *ask)
{
    const game_json_t *difficulty = game_json_member(input, "difficulty");
    const game_json_t *scheme = game_json_member(input, "color_scheme");
    const char *level = text_of(difficulty, "level");
    const preset_t *preset = preset_of(ask->pool, text_of(input, "theme"));
    int i;

    ask->base = game_template_base(ask->pool, text_of(input, "template_id"));
    ask->template = game_template_find(ask->base);
    while (ask->level < 2 && strcmp(game_input_levels[ask->level], level)) {
        ask->level++;
    }
    ask->win_probability =
        game_json_real(game_json_member(difficulty, "win_probability"));
    for (i = 0; i < 4; i++) {
        const char *given = text_of(scheme, color_names[i]);

        ask->color[i] = given ? given : preset->color[i];
    }
}

game_json_t *game_config_generate(apr_pool_t *pool, const game_json_t *input)
{
    game_template_ask_t ask = { .pool = pool };
    game_json_t *config = game_json_new_object(pool);

    fill_ask(input, &ask);
    game_json_set(config, "template_id",
                  game_json_member(input, "template_id"));
    game_json_set_string(pool, config, "version", "1.0.0");
    game_json_set(config, "settings", settings_of(&ask, input));
    game_json_set(config, "visuals", visuals_of(&ask, input));
    game_json_set(config, "audio", audio_of(&ask));
    game_json_set(config, "mechanics", mechanics_of(&ask));
    game_json_set(config, "copy", copy_of(&ask, input));
    return game_config_override(pool, config, input);
}

game_json_t *game_config_override(apr_pool_t *pool, game_json_t *config,
                                  const game_json_t *input)
{
    const game_json_t *overrides = game_json_member(input, "overrides");

    return overrides ? game_merge(pool, config, overrides) : config;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Short forms of trigger payloads. Checks are trigger_check.c's, change
 * requests trigger_change.c's.
 */

#include "trigger_int.h"

#include <string.h>

static game_json_t *new_object(apr_pool_t *pool, game_json_t *in,
                               const char *name)
{
    game_json_t *object = game_json_new_object(pool);

    game_json_set(in, name, object);
    return object;
}

/* @return an object member, made when it is absent; NULL when it is
 *         something else */
static game_json_t *object_member(apr_pool_t *pool, game_json_t *in,
                                  const char *name)
{
    game_json_t *value = game_json_member(in, name);

    if (!value) {
        return new_object(pool, in, name);
    }
    return game_json_is(value, GAME_JSON_OBJECT) ? value : NULL;
}

/* Move a member to another object and another name, unless that is there. */
static void move(apr_pool_t *pool, game_json_t *from, const char *name,
                 game_json_t *payload, const char *into, const char *as)
{
    game_json_t *value = game_json_member(from, name);
    game_json_t *object;

    if (!value) {
        return;
    }
    object = object_member(pool, payload, into);
    if (object && !game_json_member(object, as)) {
        game_json_set(object, as, value);
    }
    game_json_remove(from, name);
}

/* ---- difficulty ---- */

/* @return the probability that goes with a level, or NULL */
static game_json_t *probability_of(apr_pool_t *pool, const char *level)
{
    static const struct {
        const char *level;
        double probability;
    } levels[] = { { "easy", 0.5 }, { "medium", 0.3 }, { "hard", 0.1 } };
    apr_size_t i;

    for (i = 0; level && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (!strcmp(level, levels[i].level)) {
            return game_json_new_real(pool, levels[i].probability);
        }
    }
    return NULL;
}

void game_trigger_expand_level(apr_pool_t *pool, game_json_t *payload)
{
    const char *level =
        game_json_string(game_json_member(payload, "difficulty"));
    game_json_t *probability = probability_of(pool, level);
    game_json_t *object;

    if (probability) {
        object = game_json_new_object(pool);
        game_json_set_string(pool, object, "level", level);
        game_json_set(object, "win_probability", probability);
        game_json_set(payload, "difficulty", object);
    }
}

static void add_probability(apr_pool_t *pool, game_json_t *payload)
{
    game_json_t *difficulty = game_json_member(payload, "difficulty");
    game_json_t *probability = probability_of(
        pool, game_json_string(game_json_member(difficulty, "level")));

    if (probability && !game_json_member(difficulty, "win_probability")) {
        game_json_set(difficulty, "win_probability", probability);
    }
}

/* ---- moved members ---- */

static void move_mood(apr_pool_t *pool, game_json_t *payload)
{
    game_json_t *audio = game_json_member(payload, "audio");

    if (game_json_is(audio, GAME_JSON_OBJECT)) {
        move(pool, audio, "mood", audio, "style", "mood");
    }
}

/* An asset of the short form, appended to asset_refs. */
static void add_asset(apr_pool_t *pool, game_json_t *payload,
                      game_json_t *uri, const char *type, const char *slot)
{
    game_json_t *refs = game_json_member(payload, "asset_refs");
    game_json_t *ref = game_json_new_object(pool);

    if (game_json_is_null(uri)) {
        return;
    }
    if (!refs) {
        refs = game_json_new_array(pool);
        game_json_set(payload, "asset_refs", refs);
    }
    game_json_set(ref, "uri", uri);
    game_json_set_string(pool, ref, "type", type);
    game_json_set_string(pool, ref, "slot", slot);
    game_json_append(refs, ref);        /* nothing is done to other values */
}

static void move_assets(apr_pool_t *pool, game_json_t *payload)
{
    game_json_t *assets = game_json_member(payload, "assets");

    if (!game_json_is(assets, GAME_JSON_OBJECT)) {
        return;
    }
    add_asset(pool, payload, game_json_member(assets, "background_uri"),
              "background", "background");
    add_asset(pool, payload, game_json_member(assets, "logo_uri"), "icon",
              "logo");
    if (!game_json_is_null(game_json_member(assets, "logo_uri"))) {
        move(pool, assets, "logo_uri", payload, "branding", "logo_uri");
    }
    game_json_remove(payload, "assets");
}

static void move_rules(apr_pool_t *pool, game_json_t *payload)
{
    game_json_t *rules = game_json_member(payload, "rules");

    move(pool, rules, "win_score", payload, "parameters", "win_score");
    move(pool, rules, "time_limit_sec", payload, "parameters",
         "time_limit_sec");
}

void game_trigger_expand(apr_pool_t *pool, game_json_t *payload)
{
    game_trigger_expand_level(pool, payload);
    move(pool, payload, "outcome_win_uri", payload, "outcome_videos",
         "win_video_uri");
    move(pool, payload, "outcome_lose_uri", payload, "outcome_videos",
         "lose_video_uri");
    move_mood(pool, payload);
    move_assets(pool, payload);
    move_rules(pool, payload);
}

/* ---- what is filled in ---- */

static void add_genre(apr_pool_t *pool, game_json_t *payload)
{
    game_json_t *audio = game_json_member(payload, "audio");

    if (game_json_is(audio, GAME_JSON_OBJECT)
        && !game_json_member(audio, "style")) {
        game_json_set_string(pool, new_object(pool, audio, "style"), "genre",
                             "electronic");
    }
}

static void add_button(apr_pool_t *pool, game_json_t *payload)
{
    static const struct {
        const char *name;
        int pixels;
    } sides[] = { { "x", 0 }, { "y", 0 }, { "width", 200 }, { "height", 60 } };
    game_json_t *button, *bounds;
    apr_size_t i;

    if (game_json_member(payload, "button_config")) {
        return;
    }
    button = new_object(pool, payload, "button_config");
    bounds = new_object(pool, button, "bounds");
    for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        game_json_set(bounds, sides[i].name,
                      game_json_new_int(pool, sides[i].pixels));
    }
    game_json_set_string(pool, button, "hover_effect", "glow");
}

game_json_t *game_trigger_normalize(apr_pool_t *pool,
                                    const game_json_t *payload)
{
    game_json_t *copy = payload ? game_json_copy(pool, payload)
                                : game_json_new_object(pool);

    if (!game_json_is(copy, GAME_JSON_OBJECT)) {
        return copy;
    }
    add_probability(pool, copy);
    add_genre(pool, copy);
    game_trigger_expand(pool, copy);
    if (!game_json_member(copy, "campaign_name")) {
        game_json_set_string(pool, copy, "campaign_name", game_json_string(
            game_json_member(copy, "campaign_id")));
    }
    add_button(pool, copy);
    return copy;
}

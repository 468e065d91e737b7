/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Patches of change requests: what of a request's payload goes where in the
 * payload of the base run.
 */

#include "trigger_int.h"

#include <string.h>

#include "merge.h"

static const char *const config_names[] = {
    "theme", "difficulty", "color_scheme", "copy", "parameters",
    "asset_refs", "locale", "overrides", NULL
};
static const char *const audio_names[] = {
    "prompt", "duration_sec", "bpm", "seed", "specs", NULL
};
static const char *const style_names[] = { "mood", "energy_level", NULL };
static const char *const intro_names[] = {
    "intro_video_uri", "button_config", NULL
};
static const char *const outcome_names[] = {
    "win_video_uri", "lose_video_uri", "win_redirect_url",
    "lose_redirect_url", "auto_redirect_delay_ms", NULL
};

/* Copy members, unless they are there already; null is a value. */
static void take(apr_pool_t *pool, const game_json_t *from,
                 const char *const *names, game_json_t *to)
{
    for (; *names; names++) {
        const game_json_t *value = game_json_member(from, *names);

        if (value && !game_json_member(to, *names)) {
            game_json_set(to, *names, game_json_copy(pool, value));
        }
    }
}

/* Set a member to an object, unless that is empty. */
static void put(game_json_t *in, const char *name, game_json_t *object)
{
    if (game_json_members(object)) {
        game_json_set(in, name, object);
    }
}

/* @return the first of two members that is there and not null, or the
 *         payload itself */
static const game_json_t *source_of(const game_json_t *payload,
                                    const char *name, const char *other,
                                    apr_array_header_t *issues)
{
    const game_json_t *value = game_json_member(payload, name);

    if (game_json_is_null(value) && other) {
        name = other;
        value = game_json_member(payload, name);
    }
    if (game_json_is_null(value)) {
        return payload;
    }
    if (!game_json_is(value, GAME_JSON_OBJECT)) {
        game_issue_add(issues, name, "VALIDATION_ERROR",
                       "Input should be a valid dictionary", "dict_type");
    }
    return value;
}

/* An object member with the members beside it put in; what is no object is
 * taken as it is, for validation or, null, to delete. */
static void nest(apr_pool_t *pool, const game_json_t *from, const char *name,
                 const char *const *names, game_json_t *to)
{
    const game_json_t *value = game_json_member(from, name);
    game_json_t *object;

    if (value && !game_json_is(value, GAME_JSON_OBJECT)) {
        game_json_set(to, name, game_json_copy(pool, value));
        return;
    }
    object = value ? game_json_copy(pool, value) : game_json_new_object(pool);
    take(pool, from, names, object);
    put(to, name, object);
}

static void patch_audio(apr_pool_t *pool, const game_json_t *payload,
                        game_json_t *patch, apr_array_header_t *issues)
{
    const game_json_t *from = source_of(payload, "audio_overrides", "audio",
                                        issues);
    game_json_t *audio = game_json_new_object(pool);

    take(pool, from, audio_names, audio);
    nest(pool, from, "style", style_names, audio);
    put(patch, "audio", audio);
}

static void patch_config(apr_pool_t *pool, const game_json_t *payload,
                         game_json_t *patch, apr_array_header_t *issues)
{
    take(pool, source_of(payload, "game_overrides", NULL, issues),
         config_names, patch);
    game_trigger_expand_level(pool, patch);
}

static void patch_intro(apr_pool_t *pool, const game_json_t *payload,
                        game_json_t *patch, apr_array_header_t *issues)
{
    take(pool, source_of(payload, "intro_overrides", NULL, issues),
         intro_names, patch);
}

static void patch_outcome(apr_pool_t *pool, const game_json_t *payload,
                          game_json_t *patch, apr_array_header_t *issues)
{
    (void)issues;
    nest(pool, payload, "outcome_videos", outcome_names, patch);
}

static const struct {
    const char *type;
    void (*patch)(apr_pool_t *pool, const game_json_t *payload,
                  game_json_t *patch, apr_array_header_t *issues);
} patches[] = {
    { "audio.update", patch_audio },
    { "game_config.update", patch_config },
    { "intro.update", patch_intro },
    { "outcome.update", patch_outcome },
};

/* Other types patch the root. @return in pool */
static game_json_t *patch_of(apr_pool_t *pool, const char *type,
                             const game_json_t *payload,
                             apr_array_header_t *issues)
{
    game_json_t *patch;
    apr_size_t i;

    for (i = 0; i < sizeof(patches) / sizeof(patches[0]); i++) {
        if (!strcmp(patches[i].type, type)) {
            patch = game_json_new_object(pool);
            patches[i].patch(pool, payload, patch, issues);
            return patch;
        }
    }
    patch = game_json_copy(pool, payload);
    game_trigger_expand(pool, patch);
    return patch;
}

game_json_t *game_trigger_change(apr_pool_t *pool, const game_json_t *base,
                                 const char *type,
                                 const game_json_t *payload,
                                 apr_array_header_t *issues)
{
    const game_json_t *id = game_json_member(payload, "campaign_id");

    if (game_json_is_null(payload)) {
        payload = game_json_new_object(pool);
    }
    if (!game_json_is(payload, GAME_JSON_OBJECT)) {
        game_issue_add(issues, "", "VALIDATION_ERROR",
                       "Input should be a valid dictionary", "dict_type");
        return game_json_copy(pool, base);
    }
    if (id && !game_json_equal(id, game_json_member(base, "campaign_id"))) {
        game_issue_add(issues, "campaign_id", "VALIDATION_ERROR",
                       "Value error, campaign_id cannot change",
                       "value_error");
        return game_json_copy(pool, base);
    }
    return game_trigger_normalize(
        pool, game_merge(pool, base, patch_of(pool, type, payload, issues)));
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Assembles manifests, member by member in the order of the document, and
 * computes their checksums. Assets are manifest_assets.c's.
 */

#include "manifest_int.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "bundle.h"
#include "datetime.h"
#include "validate_manifest.h"

#define REDIRECT_DELAY_MS 3000  /* where none is given, or 0 */

/* ---- checksums ---- */

void game_manifest_checksum(apr_pool_t *pool, const game_json_t *document,
                            char out[GAME_HASH_SIZE])
{
    game_json_t *copy = game_json_copy(pool, document);
    const char *text;

    game_json_set_string(pool, copy, "checksum", "");
    text = game_canon_compact(pool, copy);
    game_canon_digest(text, strlen(text), out);
}

int game_manifest_verify(apr_pool_t *pool, const game_json_t *document)
{
    const char *told = game_json_string(game_json_member(document,
                                                         "checksum"));
    char hash[GAME_HASH_SIZE];

    if (!told) {
        return 0;
    }
    game_manifest_checksum(pool, document, hash);
    return !strcmp(told, hash);
}

/* ---- members ---- */

void game_manifest_take(game_json_t *to, const char *name,
                        const game_json_t *from, const char *from_name)
{
    game_json_t *value = game_json_member(from, from_name);

    if (!game_json_is_null(value)) {
        game_json_set(to, name, value);
    }
}

static void keep(game_json_t *to, const game_json_t *from, const char *name)
{
    game_manifest_take(to, name, from, name);
}

game_json_t *game_manifest_object(const game_build_t *build,
                                  game_json_t *to, const char *name)
{
    game_json_t *object = game_json_new_object(build->pool);

    game_json_set(to, name, object);
    return object;
}

void game_manifest_add(apr_pool_t *pool, game_json_t *list, const char *text)
{
    game_json_append(list, game_json_new_string(pool, text));
}

static game_json_t *texts(apr_pool_t *pool, const char *const *words)
{
    game_json_t *list = game_json_new_array(pool);

    while (*words) {
        game_manifest_add(pool, list, *words++);
    }
    return list;
}

/* ---- the parts of a document ---- */

/* A polygon as pairs: given so, or as {points: [{x, y}, ...]}. */
static game_json_t *polygon_of(const game_build_t *build, game_json_t *given)
{
    const game_json_t *points = game_json_member(given, "points");
    game_json_t *list = game_json_new_array(build->pool);
    apr_size_t i;

    if (!game_json_is(given, GAME_JSON_OBJECT)) {
        return given;
    }
    for (i = 0; i < game_json_size(points); i++) {
        const game_json_t *point = game_json_at(points, i);
        game_json_t *pair = game_json_new_array(build->pool);

        game_json_append(pair, game_json_member(point, "x"));
        game_json_append(pair, game_json_member(point, "y"));
        game_json_append(list, pair);
    }
    return list;
}

static void add_interaction(const game_build_t *build, game_json_t *to)
{
    const game_json_t *config = game_json_member(build->input,
                                                 "button_config");
    game_json_t *polygon = game_json_member(config, "mask_polygon");
    const char *effect = game_json_member_text(config, "hover_effect");
    game_json_t *button, *container;

    to = game_manifest_object(build, to, "interaction");
    button = game_manifest_object(build, to, "button");
    keep(button, config, "bounds");
    if (!game_json_is_null(polygon)) {
        game_json_set(button, "mask_polygon", polygon_of(build, polygon));
    }
    game_json_set_string(build->pool, button, "hover_effect",
                         effect ? effect : "glow");
    game_json_set_string(build->pool, button, "click_sound_uri",
                         game_json_member_text(config, "click_sound_uri"));
    container = game_manifest_object(build, to, "game_container");
    game_json_set_string(build->pool, container, "entry_point",
                         GAME_BUNDLE_ENTRY);
    game_json_set_string(build->pool, container, "config_path",
                         GAME_BUNDLE_CONFIG);
}

static void add_flow(const game_build_t *build, game_json_t *to)
{
    static const char *const sequence[] = {
        "intro", "game", "outcome", NULL
    };
    const game_json_t *videos = game_json_member(build->input,
                                                 "outcome_videos");
    const game_json_t *delay = game_json_member(videos,
                                                "auto_redirect_delay_ms");
    const char *win = game_json_member_text(videos, "win_redirect_url");
    const char *lose = game_json_member_text(videos, "lose_redirect_url");
    apr_pool_t *pool = build->pool;
    game_json_t *redirect;

    to = game_manifest_object(build, to, "flow");
    game_json_set(to, "sequence", texts(pool, sequence));
    game_json_set_string(pool, to, "intro_to_game_trigger", "button_click");
    game_json_set_string(pool, to, "game_to_outcome_trigger",
                         "game_complete");
    if (win || lose) {
        redirect = game_manifest_object(build, to, "outcome_redirect");
        game_json_set_string(pool, redirect, "win_url", win);
        game_json_set_string(pool, redirect, "lose_url", lose);
        game_json_set(redirect, "delay_ms",
                      game_json_new_int(pool, REDIRECT_DELAY_MS));
        if (game_json_real(delay) != 0) {
            game_manifest_take(redirect, "delay_ms", videos,
                               "auto_redirect_delay_ms");
        }
    }
}

static void add_rules(const game_build_t *build, game_json_t *to)
{
    const game_json_t *rules = game_json_member(build->input, "rules");
    int login = game_json_true(game_json_member(rules, "require_login"));

    to = game_manifest_object(build, to, "rules");
    /* always: a campaign is switched off by its status */
    game_json_set(to, "active", game_json_new_bool(build->pool, 1));
    keep(to, rules, "start_date");
    keep(to, rules, "end_date");
    keep(to, rules, "max_plays_per_user");
    keep(to, rules, "global_win_rate");
    game_json_set(to, "require_login",
                  game_json_new_bool(build->pool, login));
    keep(to, rules, "allowed_regions");
    keep(to, rules, "excluded_regions");
    keep(to, rules, "rate_limiting");
}

/* Events of a list, or of words; those that are there stay where they are. */
static void add_events(const game_build_t *build, apr_hash_t *seen,
                       game_json_t *events, const game_json_t *more)
{
    apr_size_t i;

    for (i = 0; i < game_json_size(more); i++) {
        const char *event = game_json_string(game_json_at(more, i));

        if (event && !apr_hash_get(seen, event, APR_HASH_KEY_STRING)) {
            apr_hash_set(seen, event, APR_HASH_KEY_STRING, event);
            game_manifest_add(build->pool, events, event);
        }
    }
}

static void add_analytics(const game_build_t *build, game_json_t *to)
{
    static const struct {
        const char *flag;       /* NULL: always */
        const char *events[7];
    } groups[] = {
        { NULL, { "campaign_view", "intro_started", "button_clicked",
                  "game_started", "game_completed", "outcome_shown" } },
        { "track_impressions", { "impression" } },
        { "track_interactions", { "interaction", "hover", "scroll" } },
        { "track_completions", { "win", "lose", "redirect" } },
    };
    const game_json_t *analytics = game_json_member(build->input,
                                                    "analytics");
    game_json_t *events = game_json_new_array(build->pool);
    apr_hash_t *seen = apr_hash_make(build->pool);
    apr_size_t i;

    for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (!groups[i].flag
            || game_json_true(game_json_member(analytics, groups[i].flag))) {
            add_events(build, seen, events,
                       texts(build->pool, groups[i].events));
        }
    }
    add_events(build, seen, events,
               game_json_member(analytics, "custom_events"));
    to = game_manifest_object(build, to, "analytics");
    game_json_set(to, "enabled",
                  game_json_new_bool(build->pool,
                                     game_json_is(analytics,
                                                  GAME_JSON_OBJECT)));
    keep(to, analytics, "tracking_id");
    game_json_set(to, "events", events);
}

static void add_branding(const game_build_t *build, game_json_t *to)
{
    const game_json_t *branding = game_json_member(build->input, "branding");
    game_json_t *colors;

    if (!game_json_is(branding, GAME_JSON_OBJECT)) {
        return;
    }
    to = game_manifest_object(build, to, "branding");
    keep(to, branding, "brand_name");
    game_json_set_string(build->pool, to, "logo_uri",
                         game_json_member_text(branding, "logo_uri"));
    colors = game_manifest_object(build, to, "colors");
    game_manifest_take(colors, "primary", branding, "primary_color");
    game_manifest_take(colors, "secondary", branding, "secondary_color");
    keep(to, branding, "font_family");
}

/* Where the parts of the campaign came from. */
static void add_origin(const game_build_t *build, game_json_t *to)
{
    static const struct {
        const char *name, *type;
    } parts[] = {
        { "game_config", "json/game-config" },
        { "audio", "audio/bgm" },
        { "bundle", "bundle/game" },
    };
    apr_size_t i;

    if (build->call->artifacts) {
        game_json_t *artifacts = game_manifest_object(build, to, "artifacts");

        for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            const game_json_t *from = game_manifest_artifact(build,
                                                             parts[i].type);

            if (from) {
                game_json_t *part = game_manifest_object(build, artifacts,
                                               parts[i].name);

                keep(part, from, "id");
                keep(part, from, "uri");
                game_manifest_take(part, "content_hash", from, "contentHash");
            }
        }
    }
    game_json_set_string(build->pool, to, "run_id", build->call->run_id);
}

static void add_metadata(const game_build_t *build, game_json_t *to)
{
    const game_json_t *given = game_json_member(build->input, "metadata");
    game_json_t *metadata = game_json_is(given, GAME_JSON_OBJECT)
        ? game_json_copy(build->pool, given)
        : game_json_new_object(build->pool);

    add_origin(build, metadata);
    game_json_set(to, "metadata", metadata);
}

static void add_warnings(const game_build_t *build)
{
    apr_array_header_t *issues = apr_array_make(build->pool, 2,
                                                sizeof(game_issue_t));
    int i;

    game_validate_manifest_warn(build->out->document, issues);
    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        game_manifest_add(build->pool, build->out->warnings,
                 apr_pstrcat(build->pool, issue->path, ": ", issue->message,
                             NULL));
    }
}

game_fault_t *game_manifest_assemble(const game_skill_call_t *call,
                                     const game_json_t *input,
                                     game_manifest_t *out)
{
    apr_pool_t *pool = call->pool;
    const game_build_t build = { pool, call, input, out };
    const char *now = game_datetime_millis(pool, call->now);
    const char *version = game_json_member_text(input, "version");
    game_json_t *to = game_json_new_object(pool);
    char hash[GAME_HASH_SIZE];
    game_fault_t *fault;

    out->document = to;
    out->missing = game_json_new_array(pool);
    out->warnings = game_json_new_array(pool);
    game_json_set_string(pool, to, "manifest_version", "1.0.0");
    keep(to, input, "campaign_id");
    keep(to, input, "campaign_name");
    game_json_set_string(pool, to, "created_at", now);
    game_json_set_string(pool, to, "updated_at", now);
    game_json_set_string(pool, to, "version", version ? version : "1.0.0");
    fault = game_manifest_assets(&build, to);
    if (fault) {
        return fault;
    }
    add_interaction(&build, to);
    add_flow(&build, to);
    add_rules(&build, to);
    add_analytics(&build, to);
    add_branding(&build, to);
    add_metadata(&build, to);
    game_manifest_checksum(pool, to, hash);
    game_json_set_string(pool, to, "checksum", hash);
    add_warnings(&build);
    return NULL;
}

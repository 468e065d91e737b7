/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What a manifest refers to: whether it is there, its size and checksum.
 * Fetches nothing.
 */

#include "manifest_int.h"

#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "bundle.h"
#include "store.h"

/* What refers to an asset. */
typedef struct asset_t {
    const char *label;          /* in messages */
    const char *type;
    int required;               /* missing where it does not resolve; else
                                   a warning */
} asset_t;

/* Size, and the checksum of a required file. @return 0: it is unreadable */
static int measure(const game_build_t *build, const asset_t *asset,
                   const char *path, game_json_t *ref)
{
    char hash[GAME_HASH_SIZE] = "";
    apr_int64_t size;
    int bundle = !strcmp(asset->type, "bundle");

    if (!bundle && game_store_kind(build->pool, path) != APR_REG) {
        return 1;
    }
    if (!bundle && asset->required) {
        if (game_store_digest(build->pool, path, hash, &size)) {
            return 0;
        }
        hash[GAME_BUNDLE_DIGITS] = '\0';
    }
    else {
        size = game_store_size(build->pool, path);
    }
    if (size < 0) {
        return 0;
    }
    game_json_set(ref, "size_bytes", game_json_new_int(build->pool, size));
    if (*hash) {
        game_json_set_string(build->pool, ref, "checksum", hash);
    }
    return 1;
}

static void report(const game_build_t *build, const asset_t *asset,
                   const char *uri)
{
    if (asset->required) {
        game_manifest_add(build->pool, build->out->missing,
                          apr_pstrcat(build->pool, asset->label, ": ", uri,
                                      NULL));
    }
    else {
        game_manifest_add(build->pool, build->out->warnings,
                          apr_pstrcat(build->pool, asset->label,
                                      " is not there: ", uri, NULL));
    }
}

/* Refer to an asset. @param path set to where it is, when it is local */
static game_json_t *refer(const game_build_t *build, const asset_t *asset,
                          const char *uri, const char **path)
{
    apr_pool_t *pool = build->pool;
    game_json_t *ref = game_json_new_object(pool);
    game_uri_e found = game_store_resolve(pool, build->call->env->store, uri,
                                          path);

    uri = uri ? uri : "";
    game_json_set_string(pool, ref, "uri", uri);
    game_json_set_string(pool, ref, "type", asset->type);
    if (found == GAME_URI_LOCAL && !measure(build, asset, *path, ref)) {
        found = GAME_URI_MISSING;
    }
    if (found == GAME_URI_MISSING) {
        report(build, asset, uri);
    }
    game_json_set(ref, "required",
                  game_json_new_bool(pool, asset->required));
    return ref;
}

/* What a page asks a bundle for. */
static void check_bundle(const game_build_t *build, const char *path)
{
    static const char *const names[] = {
        GAME_BUNDLE_ENTRY, GAME_BUNDLE_CONFIG
    };
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (game_store_kind(build->pool, apr_pstrcat(build->pool, path, "/",
                                                     names[i], NULL))
            != APR_REG) {
            game_manifest_add(build->pool, build->out->warnings,
                              apr_pstrcat(build->pool,
                                          "game_bundle has no ", names[i],
                                          NULL));
        }
    }
}

/* What the page can do without. */
static void add_additional(const game_build_t *build, game_json_t *list)
{
    static const struct {
        asset_t asset;
        const char *object, *member;
    } parts[] = {
        { { "click sound", "audio", 0 }, "button_config",
          "click_sound_uri" },
        { { "logo", "image", 0 }, "branding", "logo_uri" },
    };
    apr_size_t i;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const game_json_t *object = game_json_member(build->input,
                                                     parts[i].object);
        const char *uri = game_json_member_text(object, parts[i].member);
        const char *path;

        if (uri) {
            game_json_append(list, refer(build, &parts[i].asset, uri,
                                         &path));
        }
    }
}

const game_json_t *game_manifest_artifact(const game_build_t *build,
                                          const char *type)
{
    const game_json_t *list = build->call->artifacts;
    apr_size_t i = game_json_size(list);

    while (i--) {
        const game_json_t *artifact = game_json_at(list, i);
        const char *text = game_json_member_text(artifact, "type");

        if (text && !strcmp(text, type)) {
            return artifact;
        }
    }
    return NULL;
}

/* The track that is inside the bundle. */
static void add_track(const game_build_t *build, game_json_t *list)
{
    const game_json_t *track = game_manifest_artifact(build, "audio/bgm");
    const char *hash = game_json_member_text(track, "contentHash");
    game_json_t *ref = game_json_new_object(build->pool);

    if (!track) {
        return;
    }
    game_manifest_take(ref, "uri", track, "uri");
    game_json_set_string(build->pool, ref, "type", "audio");
    game_manifest_take(ref, "size_bytes", track, "size");
    if (game_canon_is_content_hash(hash)) {
        game_json_set_string(build->pool, ref, "checksum",
                             apr_pstrndup(build->pool, strchr(hash, ':') + 1,
                                          GAME_BUNDLE_DIGITS));
    }
    game_json_set(ref, "required", game_json_new_bool(build->pool, 1));
    game_json_append(list, ref);
}

game_fault_t *game_manifest_assets(const game_build_t *build, game_json_t *to)
{
    static const asset_t refs[] = {
        { "intro_video", "video", 1 }, { "win_video", "video", 1 },
        { "lose_video", "video", 1 }, { "game_bundle", "bundle", 1 }
    };
    const game_json_t *input = build->input;
    const game_json_t *videos = game_json_member(input, "outcome_videos");
    const char *uris[] = {
        game_json_member_text(input, "intro_video_uri"),
        game_json_member_text(videos, "win_video_uri"),
        game_json_member_text(videos, "lose_video_uri"),
        game_json_member_text(input, "game_bundle_uri")
    };
    game_json_t *list = game_json_new_array(build->pool);
    const char *path = NULL;
    game_fault_t *fault;
    apr_size_t i;

    to = game_manifest_object(build, to, "assets");
    for (i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
        fault = game_skill_checkpoint(build->call);     /* files are long */
        if (fault) {
            return fault;
        }
        game_json_set(to, refs[i].label,
                      refer(build, &refs[i], uris[i], &path));
    }
    if (path) {
        check_bundle(build, path);
    }
    add_additional(build, list);
    add_track(build, list);
    game_json_set(to, "additional", list);
    return NULL;
}

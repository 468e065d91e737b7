/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What goes into a bundle, in this order: the template, the config, the
 * track and the assets; a later file of the same path wins. What cannot be
 * had of the last two is left out and noted.
 */

#include "bundle_fill.h"

#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "bundle.h"
#include "config_templates.h"
#include "provider.h"
#include "skill_input.h"

#define GENERIC         "generic"
#define COMMON          "common"

/* Longest file that is fetched. */
#define FETCH_MAX       (64 * 1024 * 1024)

/* Types of assets, and the group of a manifest that each is listed in. */
static const struct {
    const char *type;
    const char *group;
} groups[] = {
    {"image", "images"}, {"audio", "audio"}, {"video", "video"},
    {"model", "models"}, {"json", "configs"}
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static const char *text_of(const game_json_t *object, const char *name)
{
    return game_json_string(game_json_member(object, name));
}

static game_json_t *list_in(apr_pool_t *pool, game_json_t *object,
                            const char *name)
{
    game_json_t *list = game_json_member(object, name);

    if (!list) {
        list = game_json_new_array(pool);
        game_json_set(object, name, list);
    }
    return list;
}

/* ---- the template ---- */

/* What all templates share, below a folder of its own in the tree. */
static game_fault_t *put_common(const game_bundle_fill_t *fill,
                                const char *templates)
{
    const char *from = apr_pstrcat(fill->pool, templates, "/" COMMON, NULL);
    const char *to = apr_pstrcat(fill->pool, fill->dir, "/" COMMON, NULL);
    apr_status_t rv;

    if (game_store_kind(fill->pool, from) != APR_DIR) {
        return NULL;
    }
    rv = apr_dir_make(to, APR_FPROT_OS_DEFAULT, fill->pool);
    return rv == APR_SUCCESS
        ? game_bundle_copy_template(fill->pool, to, from)
        : game_store_fault(fill->pool, "a folder of a tree cannot be made",
                           rv);
}

/* The folder of the template's own name, else the generic one, else what is
 * built in. */
static game_fault_t *put_template(const game_bundle_fill_t *fill)
{
    const char *templates = fill->call->env->templates;
    const char *base = game_template_base(fill->pool,
                                          text_of(fill->input,
                                                  "template_id"));
    apr_filetype_e type = APR_NOFILE;
    const char *path = NULL;
    game_fault_t *fault;

    if (templates && strcmp(base, COMMON)) {
        path = apr_pstrcat(fill->pool, templates, "/", base, NULL);
        type = game_store_kind(fill->pool, path);
    }
    if (templates && type == APR_NOFILE) {
        path = apr_pstrcat(fill->pool, templates, "/" GENERIC, NULL);
        type = game_store_kind(fill->pool, path);
    }
    if (type == APR_NOFILE) {
        return game_bundle_put_placeholder(fill->pool, fill->dir);
    }
    if (type != APR_DIR) {
        return game_fault_make(fill->pool, "EXECUTION_ERROR",
                               "the template %s is no folder", base);
    }
    fault = put_common(fill, templates);
    return fault ? fault
                 : game_bundle_copy_template(fill->pool, fill->dir, path);
}

/* ---- where files go ---- */

/* The name that a URI ends with; what follows a remote one's path is cut. */
static const char *base_name(apr_pool_t *pool, const char *uri)
{
    apr_size_t len = strlen(uri);
    const char *slash;

    if (!strncmp(uri, "http:", 5) || !strncmp(uri, "https:", 6)) {
        len = strcspn(uri, "?#");
    }
    uri = apr_pstrmemdup(pool, uri, len);
    slash = strrchr(uri, '/');
    return slash ? slash + 1 : uri;
}

/* "assets/audio/bgm.wav" */
static const char *track_path(apr_pool_t *pool, const char *uri)
{
    const char *ext = game_store_ext(pool, base_name(pool, uri));

    if (strspn(ext, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(ext)) {
        ext = "";
    }
    return apr_pstrcat(pool, GAME_BUNDLE_ASSETS "/audio/bgm",
                       *ext ? "." : "", ext, NULL);
}

/* @return where an asset goes, or NULL when its slot is none */
static const char *asset_path(apr_pool_t *pool, const game_json_t *asset)
{
    const char *type = text_of(asset, "type");
    const char *uri = text_of(asset, "uri");
    const char *slot = text_of(asset, "slot");
    const char *path;

    if (!type || !uri) {
        return NULL;
    }
    if (!slot || !*slot) {
        slot = base_name(pool, uri);
    }
    path = apr_pstrcat(pool, GAME_BUNDLE_ASSETS "/", type, "/", slot, NULL);
    return *slot && game_input_slot.fits(slot)
           && game_bundle_is_own_path(pool, path) ? path : NULL;
}

game_fault_t *game_bundle_fill_check(const game_bundle_fill_t *fill)
{
    const game_json_t *assets = game_json_member(fill->input, "assets");
    apr_array_header_t *issues = apr_array_make(fill->pool, 1,
                                                sizeof(game_issue_t));
    apr_size_t i;

    for (i = 0; i < game_json_size(assets); i++) {
        if (!asset_path(fill->pool, game_json_at(assets, i))) {
            game_issue_add(issues,
                           apr_psprintf(fill->pool, "assets.%"
                                        APR_SIZE_T_FMT ".slot", i),
                           "INPUT_VALIDATION_FAILED",
                           game_input_slot.message, game_input_slot.type);
        }
    }
    return game_fault_issues(fill->pool, "INPUT_VALIDATION_FAILED", issues);
}

/* ---- the track and the assets ---- */

static void leave_out(const game_bundle_fill_t *fill, const char *uri,
                      const char *reason)
{
    game_json_t *item = game_json_new_object(fill->pool);

    game_json_set_string(fill->pool, item, "uri", uri);
    game_json_set_string(fill->pool, item, "reason", reason);
    if (!*fill->debug) {
        *fill->debug = game_json_new_object(fill->pool);
    }
    game_json_append(list_in(fill->pool, *fill->debug, "left_out"), item);
}

/* Fetch a remote file, where that is allowed; else it is left out. */
static game_fault_t *put_remote(const game_bundle_fill_t *fill,
                                const char *uri, const char *path,
                                int *placed)
{
    const char *data;
    game_fault_t *fault;
    apr_size_t len;

    if (!fill->call->env->allow_fetch) {
        leave_out(fill, uri, "remote files are not fetched");
        return NULL;
    }
    if (game_provider_fetch(fill->call, uri, FETCH_MAX, &data, &len)) {
        leave_out(fill, uri, "it cannot be fetched");
        return game_skill_checkpoint(fill->call);
    }
    fault = game_bundle_put(fill->pool, fill->dir, path, data, len);
    *placed = !fault;
    return fault;
}

/* Put the file behind a URI into the tree.
 * @param placed set when it is there now; else it is left out or failed */
static game_fault_t *put_file(const game_bundle_fill_t *fill,
                              const char *uri, const char *path, int *placed)
{
    const char *from;
    game_uri_e where = game_store_resolve(fill->pool, fill->call->env->store,
                                          uri, &from);
    game_fault_t *fault;

    *placed = 0;
    if (where == GAME_URI_REMOTE) {
        return put_remote(fill, uri, path, placed);
    }
    if (where != GAME_URI_LOCAL
        || game_store_kind(fill->pool, from) != APR_REG) {
        leave_out(fill, uri, "there is no such file");
        return NULL;
    }
    fault = game_bundle_copy(fill->pool, fill->dir, path, from);
    *placed = !fault;
    return fault;
}

/* Put a file into the tree and into the group of its type. */
static game_fault_t *put_listed(const game_bundle_fill_t *fill,
                                const char *uri, const char *type,
                                const char *path)
{
    game_fault_t *fault = game_skill_checkpoint(fill->call);
    int placed = 0;
    size_t i;

    if (!fault) {
        fault = put_file(fill, uri, path, &placed);
    }
    for (i = 0; placed && i < GROUPS; i++) {
        if (!strcmp(type, groups[i].type)) {
            game_json_append(list_in(fill->pool, fill->assets,
                                     groups[i].group),
                             game_json_new_string(fill->pool, path));
        }
    }
    return fault;
}

static game_fault_t *put_assets(const game_bundle_fill_t *fill)
{
    const game_json_t *assets = game_json_member(fill->input, "assets");
    const char *uri = text_of(fill->input, "audio_uri");
    game_fault_t *fault = NULL;
    apr_size_t i;

    for (i = 0; i < GROUPS; i++) {
        list_in(fill->pool, fill->assets, groups[i].group);
    }
    if (uri) {
        fault = put_listed(fill, uri, "audio", track_path(fill->pool, uri));
    }
    for (i = 0; !fault && i < game_json_size(assets); i++) {
        const game_json_t *asset = game_json_at(assets, i);

        fault = put_listed(fill, text_of(asset, "uri"),
                           text_of(asset, "type"),
                           asset_path(fill->pool, asset));
    }
    return fault;
}

game_fault_t *game_bundle_fill(const game_bundle_fill_t *fill)
{
    const char *config = game_canon_pretty(
        fill->pool, game_json_member(fill->input, "game_config"));
    game_fault_t *fault = put_template(fill);

    if (!fault) {
        fault = game_bundle_put(fill->pool, fill->dir, GAME_BUNDLE_CONFIG,
                                config, strlen(config));
    }
    return fault ? fault : put_assets(fill);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The skill bundle_game_template (campaigns.md 4.3): a template, a config, a
 * track and assets become one tree in the store, with a manifest. Nothing is
 * minified. A bundle is always a tree with all that: `output` is accepted and
 * changes nothing.
 */

#include "skill.h"

#include <string.h>

#include <apr_strings.h>

#include "bundle.h"
#include "bundle_fill.h"
#include "datetime.h"
#include "skill_input.h"
#include "validate_bundle.h"

#define VERSION         "1.0.0"

/* Longest and deepest manifest that is read back. */
#define MANIFEST_MAX    (16 * 1024 * 1024)
#define DEPTH_MAX       32

/* A tree under work. */
typedef struct {
    game_bundle_fill_t fill;
    apr_array_header_t *files;  /* game_bundle_file_t */
    char hash[GAME_HASH_SIZE];
    game_json_t *manifest;
    game_stored_t stored;
} build_t;

static const char *text_of(const game_json_t *object, const char *name)
{
    return game_json_string(game_json_member(object, name));
}

/* ---- the manifest ---- */

/* What was asked for, in this order; it is recorded, not done. */
static game_json_t *optimizations(const game_bundle_fill_t *fill)
{
    static const char *const recorded[] = {
        "minify_js", "minify_css", "compress_images", "tree_shake"
    };
    const game_json_t *flags = game_json_member(fill->input, "optimization");
    game_json_t *list = game_json_new_array(fill->pool);
    size_t i;

    for (i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
        if (game_json_true(game_json_member(flags, recorded[i]))) {
            game_json_append(list, game_json_new_string(fill->pool,
                                                        recorded[i]));
        }
    }
    return list;
}

static game_json_t *make_sums(const build_t *build, apr_int64_t total)
{
    apr_pool_t *pool = build->fill.pool;
    game_json_t *metadata = game_json_new_object(pool);

    game_json_set(metadata, "total_size_bytes",
                  game_json_new_int(pool, total));
    game_json_set(metadata, "file_count",
                  game_json_new_int(pool, build->files->nelts));
    game_json_set(metadata, "optimizations_applied",
                  optimizations(&build->fill));
    return metadata;
}

static game_json_t *make_manifest(const build_t *build)
{
    const game_json_t *input = build->fill.input;
    apr_pool_t *pool = build->fill.pool;
    const char *version = text_of(input, "version");
    game_json_t *manifest = game_json_new_object(pool);
    char checksum[GAME_HASH_SIZE];
    apr_int64_t total;

    game_json_set_string(pool, manifest, "bundle_id",
                         apr_psprintf(pool, "bundle_%.16s", build->hash));
    game_json_set_string(pool, manifest, "template_id",
                         text_of(input, "template_id"));
    game_json_set_string(pool, manifest, "version",
                         version ? version : VERSION);
    game_json_set_string(pool, manifest, "created_at",
                         game_datetime_millis(pool, build->fill.call->now));
    game_json_set(manifest, "files",
                  game_bundle_files(pool, build->files, &total));
    game_json_set_string(pool, manifest, "entry_point", GAME_BUNDLE_ENTRY);
    game_json_set(manifest, "assets", build->fill.assets);
    game_bundle_checksum(pool, build->files, checksum);
    game_json_set_string(pool, manifest, "checksum", checksum);
    game_json_set(manifest, "metadata", make_sums(build, total));
    return manifest;
}

/* @return what is wrong with a manifest, with the code of the first */
static game_fault_t *check_manifest(apr_pool_t *pool,
                                    const game_json_t *manifest)
{
    apr_array_header_t *issues = apr_array_make(pool, 1,
                                                sizeof(game_issue_t));

    game_validate_bundle(pool, manifest, issues);
    return !issues->nelts ? NULL
        : game_fault_issues(pool, APR_ARRAY_IDX(issues, 0, game_issue_t).code,
                            issues);
}

/* @return the manifest of a stored tree, when it is this one; or NULL */
static game_json_t *read_manifest(const build_t *build, const char *path)
{
    static const char *const same[] = { "bundle_id", "files" };
    apr_pool_t *pool = build->fill.pool;
    game_json_fault_t why;
    game_json_t *manifest;
    const char *text;
    apr_size_t len, i;

    if (game_store_read(pool, apr_pstrcat(pool, path,
                                          "/" GAME_BUNDLE_MANIFEST, NULL),
                        MANIFEST_MAX, &text, &len)) {
        return NULL;
    }
    manifest = game_json_parse_wide(pool, text, len, DEPTH_MAX, &why);
    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        if (!game_json_equal(game_json_member(manifest, same[i]),
                             game_json_member(build->manifest, same[i]))) {
            return NULL;
        }
    }
    return check_manifest(pool, manifest) ? NULL : manifest;
}

/* ---- the tree ---- */

/* List, sum up and describe what has been filled. */
static game_fault_t *describe(build_t *build)
{
    const game_bundle_fill_t *fill = &build->fill;
    game_fault_t *fault = game_bundle_list(fill->pool, fill->dir,
                                           &build->files);
    const char *text;

    if (fault) {
        return fault;
    }
    game_bundle_hash(fill->pool, build->files, build->hash);
    build->manifest = make_manifest(build);
    fault = check_manifest(fill->pool, build->manifest);
    if (fault) {
        return fault;
    }
    text = game_canon_pretty(fill->pool, build->manifest);
    return game_bundle_put(fill->pool, fill->dir, GAME_BUNDLE_MANIFEST, text,
                           strlen(text));
}

/* Whether a stored tree has all files of this one, as they are. Its manifest
 * is the bundle's then. */
static int is_whole(void *baton, apr_pool_t *pool, const char *path)
{
    build_t *build = baton;
    apr_array_header_t *files;
    char hash[GAME_HASH_SIZE];
    game_json_t *manifest;

    if (game_bundle_list(pool, path, &files)) {
        return 0;
    }
    game_bundle_hash(pool, files, hash);
    manifest = strcmp(hash, build->hash) ? NULL : read_manifest(build, path);
    if (manifest) {
        build->manifest = manifest;
    }
    return manifest != NULL;
}

static game_fault_t *commit(build_t *build)
{
    const game_bundle_fill_t *fill = &build->fill;
    const game_store_tree_t tree = {fill->dir, build->hash, is_whole, build};

    return game_store_tree_commit(fill->pool, fill->call->env->store, &tree,
                                  &build->stored);
}

/* A tree that is not finished goes with its scratch pool. */
static game_fault_t *make_tree(build_t *build)
{
    const game_skill_call_t *call = build->fill.call;
    game_fault_t *fault;
    apr_pool_t *scratch;

    apr_pool_create(&scratch, call->pool);
    fault = game_store_tree_begin(scratch, call->env->store,
                                  &build->fill.dir);
    if (fault) {
        return fault;           /* it is in that pool */
    }
    fault = game_bundle_fill(&build->fill);
    if (!fault) {
        fault = game_skill_checkpoint(call);
    }
    if (!fault) {
        fault = describe(build);
    }
    if (!fault) {
        fault = game_skill_checkpoint(call);
    }
    if (!fault) {
        fault = commit(build);
    }
    apr_pool_destroy(scratch);
    return fault;
}

/* ---- the result ---- */

static void copy_member(game_json_t *to, const game_json_t *from,
                        const char *name)
{
    game_json_set(to, name, game_json_member(from, name));
}

static void make_result(const build_t *build, game_skill_result_t *result)
{
    const game_json_t *manifest = build->manifest;
    const game_json_t *sums = game_json_member(manifest, "metadata");
    apr_pool_t *pool = build->fill.pool;
    const char *uri = apr_pstrcat(pool, build->stored.uri,
                                  GAME_BUNDLE_MANIFEST, NULL);
    game_json_t *data = game_json_new_object(pool);
    game_json_t *metadata;

    game_json_set_string(pool, data, "bundle_uri", build->stored.uri);
    game_json_set_string(pool, data, "manifest_uri", uri);
    game_json_set(data, "manifest", build->manifest);
    copy_member(data, sums, "total_size_bytes");
    copy_member(data, sums, "file_count");
    copy_member(data, manifest, "entry_point");
    copy_member(data, sums, "optimizations_applied");
    result->data = data;
    metadata = game_skill_artifact(pool, result, "bundle/game",
                                   &build->stored)->metadata;
    copy_member(metadata, manifest, "bundle_id");
    copy_member(metadata, manifest, "template_id");
    copy_member(metadata, sums, "file_count");
    copy_member(metadata, sums, "total_size_bytes");
    game_json_set_string(pool, metadata, "manifest_uri", uri);
    copy_member(metadata, manifest, "checksum");
}

static game_fault_t *run(const game_skill_call_t *call,
                         const game_json_t *input,
                         game_skill_result_t *result)
{
    const char *template_id = text_of(input, "template_id");
    apr_time_t started = apr_time_now();
    build_t build = {
        .fill = {.call = call, .pool = call->pool, .input = input,
                 .assets = game_json_new_object(call->pool),
                 .debug = &result->debug}
    };
    game_fault_t *fault;

    if (!template_id || !game_input_template_id.fits(template_id)) {
        return game_fault_make(call->pool, "INPUT_VALIDATION_FAILED",
                               "template_id: %s",
                               game_input_template_id.message);
    }
    fault = game_bundle_fill_check(&build.fill);
    if (!fault) {
        fault = make_tree(&build);
    }
    if (!fault) {
        make_result(&build, result);
    }
    game_skill_time(call->pool, &result->debug, "bundle", started);
    return fault;
}

const game_skill_t game_skill_bundle = {
    .id = "bundle_game_template",
    .version = "1.0.0",
    .timeout_sec = 300,
    .cache_ttl_sec = 24 * 3600,
    .check = game_skill_input_bundle_check,
    .run = run
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suites campaign-bundle-build and campaign-bundle-validate: from template
 * files to a tree and its manifest, and what is wrong with a manifest. A
 * bundle is built by the skill, in a folder of its own.
 */
#include "bundle.h"
#include "skill.h"
#include "validate_bundle.h"
#include "vectors.h"

#include <string.h>

#include <apr_strings.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))
#define FIXTURES "/tmp/campaign-fixtures/bundles"

/* ---- building ---- */

/* @return a new folder, which goes with the pool of the file; or NULL */
static const char *make_folder(game_vectors_t *v)
{
    const game_store_t outer = {.root = FIXTURES, .base = ""};
    const char *path;

    if (game_store_open(v->pool, &outer)
        || game_store_tree_begin(v->pool, &outer, &path)) {
        game_vectors_differ(v, "no folder can be made");
        return NULL;
    }
    return path;
}

static void put(game_vectors_t *v, const char *dir, const char *path,
                const char *text)
{
    if (game_bundle_put(v->pool, dir, path, text, strlen(text))) {
        game_vectors_differ(v, "%s cannot be made", path);
    }
}

static void put_template(game_vectors_t *v, const json_t *test,
                         const char *dir)
{
    const char *path;
    json_t *text;

    json_object_foreach(MEMBER(test, "template_files"), path, text) {
        put(v, dir, apr_pstrcat(v->pool, "templates/",
                                TEXT(test, "template_id"), "/", path, NULL),
            json_string_value(text));
    }
}

/* Put what a vector gives as text into a file, and name that as its uri. One
 * with neither names a file that is not there. */
static void put_content(game_vectors_t *v, const char *dir,
                        const char *name, json_t *asset)
{
    const char *path = apr_pstrcat(v->pool, "given/", name, NULL);

    if (TEXT(asset, "content")) {
        put(v, dir, path, TEXT(asset, "content"));
    }
    if (TEXT(asset, "content") || !TEXT(asset, "uri")) {
        json_object_set_new(asset, "uri",
                            json_string(apr_pstrcat(v->pool, dir, "/", path,
                                                    NULL)));
    }
}

/* The track of a vector, whatever it calls it ("audio", "audio_file"): a
 * text is what is in it. */
static void put_track(game_vectors_t *v, const char *dir, json_t *input)
{
    json_t *track = NULL, *value;
    const char *name;

    json_object_foreach(input, name, value) {
        if (!strncmp(name, "audio", 5) && strcmp(name, "audio_uri")) {
            track = json_is_string(value)
                ? json_pack("{s:O}", "content", value) : json_incref(value);
            break;
        }
    }
    if (track) {
        put_content(v, dir, "bgm.wav", track);
        json_object_set(input, "audio_uri", MEMBER(track, "uri"));
        json_decref(track);
    }
}

/* @return the skill's input: the vector with its contents in files */
static json_t *make_input(game_vectors_t *v, const json_t *test,
                          const char *dir)
{
    json_t *input = json_deep_copy(test);
    json_t *asset;
    size_t i;

    json_array_foreach(MEMBER(input, "assets"), i, asset) {
        put_content(v, dir, apr_psprintf(v->pool, "%d-%s", (int)i,
                                         TEXT(asset, "slot")), asset);
    }
    put_track(v, dir, input);
    return input;
}

static void compare_bundle(game_vectors_t *v, const json_t *test,
                           const game_skill_result_t *result)
{
    json_t *manifest = json_deep_copy(MEMBER(result->data, "manifest"));
    const game_artifact_t *artifact =
        &APR_ARRAY_IDX(result->artifacts, 0, game_artifact_t);

    game_vectors_text(v, "template_id", TEXT(test, "template_id"),
                      TEXT(manifest, "template_id"));
    json_object_del(manifest, "bundle_id");
    json_object_del(manifest, "template_id");
    json_object_del(manifest, "created_at");
    game_vectors_equal(v, "expected", MEMBER(test, "expected"), manifest);
    game_vectors_text(v, "expected_content_hash",
                      TEXT(test, "expected_content_hash"),
                      artifact->content_hash);
    json_decref(manifest);
}

static void run_build(game_vectors_t *v, const json_t *test)
{
    const char *dir = make_folder(v);
    game_store_t store = {.base = "/campaign-assets"};
    game_skill_env_t env = {.store = &store};
    game_skill_call_t call = {.pool = v->pool, .env = &env};
    game_skill_result_t result = {.data = NULL};
    game_fault_t *fault;
    json_t *input;

    if (!dir) {
        return;
    }
    store.root = apr_pstrcat(v->pool, dir, "/store", NULL);
    store.assets = apr_array_make(v->pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH((apr_array_header_t *)store.assets, const char *) = dir;
    env.templates = apr_pstrcat(v->pool, dir, "/templates", NULL);
    put_template(v, test, dir);
    input = make_input(v, test, dir);
    fault = game_store_open(v->pool, &store);
    if (!fault) {
        fault = game_skill_bundle.run(&call, input, &result);
    }
    if (fault) {
        game_vectors_differ(v, "%s: %s", fault->code, fault->message);
    }
    else {
        compare_bundle(v, test, &result);
    }
    json_decref(input);
}

int game_vectors_bundle_build(game_vectors_t *v)
{
    game_vectors_each(v, run_build);
    return 1;
}

/* ---- validating ---- */

static int is_found(const apr_array_header_t *issues, const json_t *error)
{
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        if (!strcmp(issue->path, TEXT(error, "path"))
            && !strcmp(issue->code, TEXT(error, "code"))) {
            return 1;
        }
    }
    return 0;
}

/* Both are sets: as many of them, and each expected one is there. */
static void run_validate(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = MEMBER(test, "expected_errors");
    apr_array_header_t *issues = apr_array_make(v->pool, 4,
                                                sizeof(game_issue_t));
    const json_t *error;
    size_t i;

    game_validate_bundle(v->pool, MEMBER(test, "bundle"), issues);
    json_array_foreach(expected, i, error) {
        if (!is_found(issues, error)) {
            game_vectors_differ(v, "%s at %s is not found",
                                TEXT(error, "code"), TEXT(error, "path"));
        }
    }
    if ((size_t)issues->nelts != json_array_size(expected)) {
        game_vectors_differ(v, "%d issues", issues->nelts);
    }
}

int game_vectors_bundle_validate(game_vectors_t *v)
{
    game_vectors_each(v, run_validate);
    return 1;
}

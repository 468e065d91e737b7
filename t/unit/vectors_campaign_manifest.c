/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suites campaign-manifest-assemble and campaign-manifest-validate: exact
 * texts of manifests, and what is wrong with a document.
 */
#include "datetime.h"
#include "manifest.h"
#include "store.h"
#include "validate_manifest.h"
#include "vectors.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))
#define FIXTURES "/tmp/campaign-fixtures"

/* A store whose assets are the files that vectors need. */
static void open_store(game_vectors_t *v, game_store_t *store)
{
    apr_array_header_t *assets = apr_array_make(v->pool, 1,
                                                sizeof(const char *));

    APR_ARRAY_PUSH(assets, const char *) = FIXTURES;
    store->root = FIXTURES "/no-store";
    store->base = "/campaign-assets";
    store->assets = assets;
}

/* ---- assembling ---- */

static void make_file(game_vectors_t *v, const char *path, const char *text)
{
    char *folder = apr_pstrmemdup(v->pool, path,
                                  (apr_size_t)(strrchr(path, '/') - path));
    apr_file_t *file;

    if (strncmp(path, FIXTURES "/", strlen(FIXTURES) + 1)
        || apr_dir_make_recursive(folder, APR_FPROT_OS_DEFAULT, v->pool)
        || apr_file_open(&file, path, APR_FOPEN_WRITE | APR_FOPEN_CREATE
                         | APR_FOPEN_TRUNCATE, APR_FPROT_OS_DEFAULT,
                         v->pool)) {
        game_vectors_differ(v, "%s cannot be made", path);
        return;
    }
    if (apr_file_write_full(file, text, strlen(text), NULL)
        || apr_file_close(file)) {
        game_vectors_differ(v, "%s cannot be written", path);
    }
}

static void make_files(game_vectors_t *v, const json_t *files)
{
    const char *path;
    json_t *text;

    json_object_foreach((json_t *)files, path, text) {
        make_file(v, path, json_string_value(text));
    }
}

/* Labels: what is before the colon of "<label>: <uri>". */
static json_t *labels_of(const json_t *missing)
{
    json_t *labels = json_array();
    const json_t *text;
    size_t i;

    json_array_foreach(missing, i, text) {
        const char *label = json_string_value(text);

        json_array_append_new(labels,
                              json_stringn(label, strcspn(label, ":")));
    }
    return labels;
}

static void compare_flag(game_vectors_t *v, const char *what,
                         const json_t *expected, int got)
{
    if (!json_is_boolean(expected) || json_is_true(expected) != got) {
        game_vectors_differ(v, "%s is %d", what, got);
    }
}

static void compare_verdict(game_vectors_t *v, const json_t *expected,
                            const game_manifest_t *manifest)
{
    const json_t *verdict = MEMBER(expected, "validation");
    json_t *labels = labels_of(manifest->missing);
    json_t *warnings = json_integer((json_int_t)json_array_size(
                                        manifest->warnings));
    int valid = json_array_size(manifest->missing) == 0;

    compare_flag(v, "all_assets_valid", MEMBER(verdict, "all_assets_valid"),
                 valid);
    game_vectors_equal(v, "missing_assets", MEMBER(verdict, "missing_assets"),
                       labels);
    game_vectors_equal(v, "warnings_count", MEMBER(verdict, "warnings_count"),
                       warnings);
    compare_flag(v, "deployment_ready", MEMBER(expected, "deployment_ready"),
                 valid && json_array_size(manifest->warnings) == 0);
    json_decref(warnings);
    json_decref(labels);
}

static void run_assemble(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = MEMBER(test, "expected");
    game_store_t store;
    game_skill_env_t env = { .store = &store };
    game_skill_call_t call = { .pool = v->pool, .env = &env };
    game_manifest_t manifest;
    char hash[GAME_HASH_SIZE];
    const char *pretty;

    open_store(v, &store);
    make_files(v, MEMBER(test, "needs_files"));
    if (!game_datetime_read(TEXT(test, "now"), &call.now)
        || game_manifest_assemble(&call, MEMBER(test, "input"), &manifest)) {
        game_vectors_differ(v, "it is not assembled");
        return;
    }
    game_vectors_text(v, "manifest_compact_json",
                      TEXT(expected, "manifest_compact_json"),
                      game_canon_compact(v->pool, manifest.document));
    game_vectors_text(v, "checksum", TEXT(expected, "checksum"),
                      TEXT(manifest.document, "checksum"));
    pretty = game_canon_pretty(v->pool, manifest.document);
    game_canon_digest(pretty, strlen(pretty), hash);
    game_vectors_text(v, "file_sha256", TEXT(expected, "file_sha256"), hash);
    compare_verdict(v, expected, &manifest);
    if (!game_manifest_verify(v->pool, manifest.document)) {
        game_vectors_differ(v, "its own checksum is refused");
    }
}

int game_vectors_manifest_assemble(game_vectors_t *v)
{
    game_vectors_each(v, run_assemble);
    return 1;
}

/* ---- validating ---- */

/* What exists is what the vector says, beside what is remote. */
static int resolves(apr_pool_t *pool, const void *baton, const char *uri)
{
    const json_t *paths = baton, *path;
    const char *local = strncmp(uri, "file://", 7) ? uri : uri + 7;
    static const game_store_t nowhere = {
        "/nowhere", "/campaign-assets", NULL
    };
    size_t i;

    json_array_foreach(paths, i, path) {
        if (*local == '/' && !strcmp(json_string_value(path), local)) {
            return 1;
        }
    }
    return game_validate_uri_store(pool, &nowhere, uri);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* @return the lines of a list, in order of their bytes, as one text */
static const char *sorted(apr_pool_t *pool, apr_array_header_t *lines)
{
    qsort(lines->elts, (size_t)lines->nelts, sizeof(char *), by_text);
    return apr_array_pstrcat(pool, lines, '\n');
}

static void push_issue(apr_pool_t *pool, apr_array_header_t *lines,
                       const char *path, const char *code)
{
    APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(pool, path, " ", code,
                                                      NULL);
}

static const char *issue_lines(apr_pool_t *pool,
                               const apr_array_header_t *issues)
{
    apr_array_header_t *lines = apr_array_make(pool, 4, sizeof(char *));
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        push_issue(pool, lines, issue->path, issue->code);
    }
    return sorted(pool, lines);
}

/* Errors are {path, code}, warnings are paths. */
static const char *expected_lines(apr_pool_t *pool, const json_t *expected)
{
    apr_array_header_t *lines = apr_array_make(pool, 4, sizeof(char *));
    const json_t *item;
    size_t i;

    json_array_foreach(expected, i, item) {
        if (json_is_string(item)) {
            push_issue(pool, lines, json_string_value(item), "WARNING");
        }
        else {
            push_issue(pool, lines, TEXT(item, "path"), TEXT(item, "code"));
        }
    }
    return sorted(pool, lines);
}

static void run_validate(game_vectors_t *v, const json_t *test)
{
    apr_array_header_t *issues = apr_array_make(v->pool, 4,
                                                sizeof(game_issue_t));
    apr_array_header_t *warnings = apr_array_make(v->pool, 4,
                                                  sizeof(game_issue_t));
    const char *text = TEXT(test, "manifest_compact_json");
    game_json_fault_t fault;
    game_json_t *document = game_json_parse(v->pool, text, strlen(text), 32,
                                            &fault);

    if (!document) {
        game_vectors_differ(v, "manifest_compact_json: %s", fault.reason);
        return;
    }
    game_validate_manifest(v->pool, document, resolves,
                           MEMBER(test, "existing_paths"), issues);
    game_validate_manifest_warn(document, warnings);
    game_vectors_text(v, "errors",
                      expected_lines(v->pool,
                                     MEMBER(test, "expected_errors")),
                      issue_lines(v->pool, issues));
    game_vectors_text(v, "warnings",
                      expected_lines(v->pool,
                                     MEMBER(test, "expected_warnings")),
                      issue_lines(v->pool, warnings));
}

int game_vectors_manifest_validate(game_vectors_t *v)
{
    game_vectors_each(v, run_validate);
    return 1;
}

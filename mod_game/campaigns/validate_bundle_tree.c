/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The check of a bundle's tree (validate_game_bundle): what its files are
 * against what its manifest says, and what a browser will make of its page.
 * Texts are searched, not parsed.
 */

#include "validate_bundle.h"

#include <math.h>
#include <string.h>

#include <apr_file_info.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "bundle.h"
#include "skill_input.h"
#include "store.h"

#define MIB             (1024 * 1024)
#define FILE_LARGE      (10 * MIB)
#define BUNDLE_LARGE    (50 * MIB)
#define MOBILE_LARGE    (10 * MIB)

/* Longest text that is looked into; deepest JSON. */
#define TEXT_MAX        (10 * MIB)
#define DEPTH_MAX       64

/* A tree that is looked through. */
typedef struct {
    apr_pool_t *pool;
    const char *dir;
    apr_array_header_t *files;  /* game_bundle_file_t */
    apr_hash_t *by_path;        /* the same */
    game_bundle_report_t *report;
} look_t;

static void tell(apr_array_header_t *issues, const char *path,
                 const char *code, const char *message)
{
    if (issues->nelts < GAME_INPUT_ISSUES) {
        game_issue_add(issues, path, code, message, NULL);
    }
}

static void error(const look_t *look, const char *path, const char *code,
                  const char *message)
{
    tell(look->report->errors, path, code, message);
}

static void warning(const look_t *look, const char *path, const char *code,
                    const char *message)
{
    tell(look->report->warnings, path, code, message);
}

/* ---- reading ---- */

static const char *in_tree(const look_t *look, const char *path)
{
    return apr_pstrcat(look->pool, look->dir, "/", path, NULL);
}

/* @return the text of a file of the tree, or NULL */
static const char *read_text(const look_t *look, const char *path)
{
    const char *from = in_tree(look, path);
    const char *data;
    apr_size_t len;

    if (game_store_kind(look->pool, from) != APR_REG
        || game_store_read(look->pool, from, TEXT_MAX, &data, &len)) {
        return NULL;
    }
    return data;
}

/* Read a document of the tree; it is told when it is none.
 * @return an object, or NULL */
static const game_json_t *read_object(const look_t *look, const char *path,
                                      const char *missing,
                                      const char *invalid)
{
    const char *text = read_text(look, path);
    game_json_fault_t fault;
    game_json_t *object;

    if (!text) {
        error(look, path, "MISSING_REQUIRED_FILE", "It cannot be read");
        error(look, path, missing, "It cannot be read");
        return NULL;
    }
    object = game_json_parse_wide(look->pool, text, strlen(text),
                                  DEPTH_MAX, &fault);
    if (!game_json_is(object, GAME_JSON_OBJECT)) {
        error(look, path, invalid, "It is no JSON object");
        return NULL;
    }
    return object;
}

static int is_text(const game_json_t *object, const char *name)
{
    const char *text = game_json_string(game_json_member(object, name));

    return text && *text;
}

/* ---- the manifest ---- */

static void index_files(look_t *look)
{
    int i;

    look->by_path = apr_hash_make(look->pool);
    for (i = 0; i < look->files->nelts; i++) {
        const game_bundle_file_t *file =
            &APR_ARRAY_IDX(look->files, i, game_bundle_file_t);

        apr_hash_set(look->by_path, file->path, APR_HASH_KEY_STRING, file);
    }
}

static const game_bundle_file_t *find_file(const look_t *look,
                                           const char *path)
{
    return path ? apr_hash_get(look->by_path, path, APR_HASH_KEY_STRING)
                : NULL;
}

static void check_listed(const look_t *look, const game_json_t *item)
{
    const char *path = game_json_string(game_json_member(item, "path"));
    const char *sum = game_json_string(game_json_member(item, "checksum"));
    const game_bundle_file_t *file = find_file(look, path);

    if (!file) {
        error(look, path ? path : "files", "MISSING_ASSET",
              "It is listed and not there");
    }
    else if (!sum || strlen(sum) != GAME_BUNDLE_DIGITS
             || strncmp(sum, file->hash, GAME_BUNDLE_DIGITS)) {
        error(look, file->path, "CHECKSUM_MISMATCH",
              "Its checksum is not the listed one");
    }
}

static void check_assets(const look_t *look, const game_json_t *assets)
{
    const game_json_t *list;
    const char *group = NULL;
    const char *path;
    apr_size_t i;

    while ((list = game_json_next(assets, &group))) {
        for (i = 0; i < game_json_size(list); i++) {
            path = game_json_string(game_json_at(list, i));
            if (!find_file(look, path)) {
                error(look, path ? path : group, "MISSING_ASSET",
                      "It is an asset and not there");
            }
        }
    }
}

/* The checksum over the list is the one over the files, in its order. */
static void check_checksum(const look_t *look, const game_json_t *manifest)
{
    const char *sum = game_json_string(game_json_member(manifest,
                                                        "checksum"));
    char hash[GAME_HASH_SIZE];

    game_bundle_checksum(look->pool, look->files, hash);
    if (sum && strcmp(sum, hash)) {
        error(look, GAME_BUNDLE_MANIFEST, "CHECKSUM_MISMATCH",
              "Its checksum is not that of the files");
    }
}

static void check_manifest(const look_t *look)
{
    const game_json_t *manifest = read_object(look, GAME_BUNDLE_MANIFEST,
                                              "MISSING_MANIFEST",
                                              "INVALID_MANIFEST_JSON");
    const game_json_t *files = game_json_member(manifest, "files");
    const char *path = GAME_BUNDLE_MANIFEST;
    apr_size_t i;

    if (!manifest) {
        return;
    }
    if (!is_text(manifest, "bundle_id")) {
        error(look, path, "MISSING_BUNDLE_ID", "It has no bundle_id");
    }
    if (!is_text(manifest, "template_id")) {
        error(look, path, "MISSING_TEMPLATE_ID", "It has no template_id");
    }
    if (!is_text(manifest, "entry_point")) {
        error(look, path, "MISSING_ENTRY_POINT", "It has no entry_point");
    }
    if (!is_text(manifest, "version")) {
        warning(look, path, "MISSING_VERSION", "It has no version");
    }
    if (!game_json_size(files)) {
        warning(look, path, "EMPTY_FILES_LIST", "It lists no files");
    }
    for (i = 0; i < game_json_size(files); i++) {
        check_listed(look, game_json_at(files, i));
    }
    if (game_json_is(game_json_member(manifest, "assets"),
                     GAME_JSON_OBJECT)) {
        check_assets(look, game_json_member(manifest, "assets"));
    }
    check_checksum(look, manifest);
}

/* ---- the config ---- */

static void check_config(const look_t *look)
{
    const game_json_t *config = read_object(look, GAME_BUNDLE_CONFIG,
                                            "MISSING_CONFIG",
                                            "INVALID_CONFIG_JSON");
    const char *path = GAME_BUNDLE_CONFIG;

    if (!config) {
        return;
    }
    if (!is_text(config, "template_id")) {
        error(look, path, "MISSING_CONFIG_TEMPLATE_ID",
              "It has no template_id");
    }
    if (!game_json_is(game_json_member(config, "settings"),
                      GAME_JSON_OBJECT)) {
        error(look, path, "MISSING_CONFIG_SETTINGS", "It has no settings");
    }
    if (!game_json_is(game_json_member(config, "visuals"),
                      GAME_JSON_OBJECT)) {
        warning(look, path, "MISSING_CONFIG_VISUALS", "It has no visuals");
    }
}

/* ---- pages and scripts ---- */

/* @return whether there is a script between its tags that has no src */
static int has_inline_script(const char *text)
{
    const char *end;
    const char *src;

    while ((text = strcasestr(text, "<script"))) {
        end = strchr(text, '>');
        src = strcasestr(text, "src");
        if (!end) {
            return 0;
        }
        text = end + 1 + strspn(end + 1, " \t\r\n");
        if ((!src || src > end) && *text != '<') {
            return 1;
        }
    }
    return 0;
}

/* @return whether eval is called, by this name */
static int calls_eval(const char *text)
{
    const char *at = text;

    while ((at = strstr(at, "eval"))) {
        int own = at == text || !(apr_isalnum(at[-1]) || at[-1] == '_'
                                  || at[-1] == '$' || at[-1] == '.');

        at += strlen("eval");
        if (own && at[strspn(at, " \t")] == '(') {
            return 1;
        }
    }
    return 0;
}

static void check_page(const look_t *look)
{
    const char *text = read_text(look, GAME_BUNDLE_ENTRY);

    if (!text) {
        error(look, GAME_BUNDLE_ENTRY, "MISSING_REQUIRED_FILE",
              "It cannot be read");
        return;
    }
    if (!strstr(text, GAME_BUNDLE_CONFIG)) {
        warning(look, GAME_BUNDLE_ENTRY, "NO_CONFIG_REFERENCE",
                "It does not mention " GAME_BUNDLE_CONFIG);
    }
    if (!strcasestr(text, "name=\"viewport\"")
        && !strcasestr(text, "name='viewport'")
        && !strcasestr(text, "name=viewport")) {
        warning(look, GAME_BUNDLE_ENTRY, "NO_VIEWPORT_META",
                "It has no viewport meta");
    }
}

/* What the text of a file tells, whatever the manifest says of it. */
static void check_text(const look_t *look, const game_bundle_file_t *file)
{
    const char *ext = game_store_ext(look->pool, file->path);
    int page = !strcmp(ext, "html") || !strcmp(ext, "htm");
    const char *text;

    if (!page && strcmp(ext, "js") && strcmp(ext, "mjs")) {
        return;
    }
    text = read_text(look, file->path);
    if (!text) {
        return;
    }
    if (calls_eval(text)) {
        warning(look, file->path, "EVAL_USAGE", "It calls eval");
    }
    if (page && has_inline_script(text)) {
        tell(look->report->info, file->path, "INLINE_SCRIPT",
             "It has a script between its tags");
    }
}

/* ---- the tree ---- */

static void check_files(const look_t *look)
{
    game_bundle_report_t *report = look->report;
    const game_bundle_file_t *file;
    look_t scratch = *look;
    int i;

    apr_pool_create(&scratch.pool, look->pool);
    for (i = 0; i < look->files->nelts; i++) {
        apr_pool_clear(scratch.pool);
        file = &APR_ARRAY_IDX(look->files, i, game_bundle_file_t);
        report->total_size += file->size;
        if (file->size > FILE_LARGE) {
            warning(look, file->path, "OVERSIZED_FILE",
                    "It has more than 10 MiB");
        }
        check_text(&scratch, file);
    }
    apr_pool_destroy(scratch.pool);
    report->file_count = look->files->nelts;
    report->load_ms = (apr_int64_t)floor((double)report->total_size * 8000
                                         / (1.5 * MIB) + 0.5);
    if (report->total_size > BUNDLE_LARGE) {
        warning(look, "", "OVERSIZED_BUNDLE", "It has more than 50 MiB");
    }
    if (report->total_size > MOBILE_LARGE) {
        warning(look, "", "LARGE_MOBILE_BUNDLE", "It has more than 10 MiB");
    }
}

void game_validate_bundle_tree(apr_pool_t *pool, const char *dir,
                               game_bundle_report_t *report)
{
    look_t look = {.pool = pool, .dir = dir, .report = report};
    game_fault_t *fault;

    memset(report, 0, sizeof(*report));
    report->errors = apr_array_make(pool, 4, sizeof(game_issue_t));
    report->warnings = apr_array_make(pool, 4, sizeof(game_issue_t));
    report->info = apr_array_make(pool, 4, sizeof(game_issue_t));
    if (game_store_kind(pool, dir) != APR_DIR) {
        error(&look, "", "BUNDLE_NOT_FOUND", "There is no such folder");
        return;
    }
    fault = game_bundle_list(pool, dir, &look.files);
    if (fault) {
        error(&look, "", "BUNDLE_NOT_FOUND", fault->message);
        return;
    }
    index_files(&look);
    check_page(&look);
    check_manifest(&look);
    check_config(&look);
    check_files(&look);
}

int game_validate_bundle_passes(const game_bundle_report_t *report,
                                int strict)
{
    return !report->errors->nelts && !(strict && report->warnings->nelts);
}

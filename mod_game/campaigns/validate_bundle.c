/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * BundleManifest as a table, and what its members must be to each other.
 * Looks at the document alone; the tree is validate_bundle_tree.c's.
 */

#include "validate_bundle.h"

#include <math.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "bundle.h"
#include "canon.h"
#include "skill_input.h"

#define REQUIRED GAME_INPUT_REQUIRED
#define TEXT(member) \
    { .name = member, .type = GAME_INPUT_STRING, \
      .flags = REQUIRED | GAME_INPUT_MIN, .min = 1 }
#define HEX(member) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = REQUIRED }
#define FORM(member, rule) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = REQUIRED, \
      .form = &rule }
#define COUNT(member) \
    { .name = member, .type = GAME_INPUT_INT, \
      .flags = REQUIRED | GAME_INPUT_MIN, .min = 0 }
#define LIST(member) \
    { .name = member, .type = GAME_INPUT_LIST, .flags = REQUIRED }
#define OBJECT(member, table) \
    { .name = member, .type = GAME_INPUT_OBJECT, .flags = REQUIRED, \
      .members = table }
#define END { .name = NULL }

static const game_input_form_t tree_path = {
    game_bundle_is_path, "value_error",
    "Input should be a relative path of a bundle"
};

static const game_input_rule_t file_rules[] = {
    FORM("path", tree_path), COUNT("size_bytes"), TEXT("content_type"),
    HEX("checksum"), END
};
static const game_input_rule_t any_file = OBJECT(NULL, file_rules);

static const game_input_rule_t asset_rules[] = {
    LIST("images"), LIST("audio"), LIST("video"), LIST("models"),
    LIST("configs"), END
};

static const game_input_rule_t sum_rules[] = {
    COUNT("total_size_bytes"), COUNT("file_count"),
    LIST("optimizations_applied"), END
};

static const game_input_rule_t bundle_rules[] = {
    TEXT("bundle_id"), TEXT("template_id"),
    FORM("version", game_input_version),
    FORM("created_at", game_input_date_time),
    { .name = "files", .type = GAME_INPUT_LIST,
      .flags = REQUIRED | GAME_INPUT_MIN, .min = 1, .each = &any_file },
    TEXT("entry_point"), OBJECT("assets", asset_rules), HEX("checksum"),
    OBJECT("metadata", sum_rules), END
};

/* A manifest that is looked through. */
typedef struct {
    apr_pool_t *pool;
    const game_json_t *manifest;
    const game_json_t *files;
    apr_hash_t *paths;          /* of the files: those that are paths */
    apr_array_header_t *issues;
} look_t;

static void issue(const look_t *look, const char *path, const char *code,
                  const char *message)
{
    if (look->issues->nelts < GAME_INPUT_ISSUES) {
        game_issue_add(look->issues, path, code, message, NULL);
    }
}

/* ---- each by itself ---- */

/* A wrong element is an issue of its list. */
static int is_text_list(const game_json_t *list)
{
    apr_size_t i = 0;

    while (i < game_json_size(list) && game_json_string(game_json_at(list,
                                                                     i))) {
        i++;
    }
    return i == game_json_size(list);
}

static void check_texts(const look_t *look, const char *object,
                        const char *name)
{
    const game_json_t *members = game_json_member(look->manifest, object);

    if (!is_text_list(game_json_member(members, name))) {
        issue(look, apr_pstrcat(look->pool, object, ".", name, NULL),
              "VALIDATION_ERROR", "Input should be a list of texts");
    }
}

static void check_hex(const look_t *look, const char *path,
                      const game_json_t *value, apr_size_t digits)
{
    const char *text = game_json_string(value);

    if (text && !game_canon_is_hex(text, digits)) {
        issue(look, path, "INVALID_HASH",
              apr_psprintf(look->pool, "Input should be %" APR_SIZE_T_FMT
                           " lower-case hex digits", digits));
    }
}

/* ---- files ---- */

static const char *file_path(const look_t *look, apr_size_t i,
                             const char *member)
{
    return apr_psprintf(look->pool, "files.%" APR_SIZE_T_FMT ".%s", i,
                        member);
}

/* Note a file's path; a second one of the same is an issue. */
static void note_path(const look_t *look, apr_size_t i, const char *path)
{
    if (!game_bundle_is_path(path)) {
        return;                 /* the table has told it */
    }
    if (apr_hash_get(look->paths, path, APR_HASH_KEY_STRING)) {
        issue(look, file_path(look, i, "path"), "VALIDATION_ERROR",
              "The path is listed twice");
        return;
    }
    apr_hash_set(look->paths, path, APR_HASH_KEY_STRING, path);
}

static void check_files(const look_t *look)
{
    const game_json_t *file;
    apr_size_t i;

    for (i = 0; i < game_json_size(look->files); i++) {
        file = game_json_at(look->files, i);
        note_path(look, i, game_json_string(game_json_member(file, "path")));
        check_hex(look, file_path(look, i, "checksum"),
                  game_json_member(file, "checksum"), GAME_BUNDLE_DIGITS);
    }
}

static int is_listed(const look_t *look, const char *path)
{
    return apr_hash_get(look->paths, path, APR_HASH_KEY_STRING) != NULL;
}

static void check_required(const look_t *look)
{
    static const char *const required[] = {
        GAME_BUNDLE_ENTRY, GAME_BUNDLE_CONFIG
    };
    const char *entry = game_json_string(game_json_member(look->manifest,
                                                          "entry_point"));
    size_t i;

    if (entry && *entry && !is_listed(look, entry)) {
        issue(look, "entry_point", "MISSING_REQUIRED_FILE",
              "The entry point is not listed");
    }
    for (i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        if (!is_listed(look, required[i])) {
            issue(look, "files", "MISSING_REQUIRED_FILE",
                  apr_pstrcat(look->pool, required[i], " is not listed",
                              NULL));
        }
    }
}

/* ---- assets and sums ---- */

static void check_asset_files(const look_t *look, const char *group)
{
    const game_json_t *assets = game_json_member(look->manifest, "assets");
    const game_json_t *list = game_json_member(assets, group);
    apr_size_t count = is_text_list(list) ? game_json_size(list) : 0;
    apr_size_t i;

    for (i = 0; i < count; i++) {
        if (!is_listed(look, game_json_string(game_json_at(list, i)))) {
            issue(look, apr_psprintf(look->pool, "assets.%s.%"
                                     APR_SIZE_T_FMT, group, i),
                  "MISSING_ASSET", "The asset is not listed");
        }
    }
}

static void check_sum(const look_t *look, const char *name, double wanted)
{
    const game_json_t *metadata = game_json_member(look->manifest,
                                                   "metadata");
    const game_json_t *value = game_json_member(metadata, name);
    double sum = game_json_real(value);

    if (game_json_is_number(value) && sum >= 0 && sum == floor(sum)
        && sum != wanted) {             /* else the table has told it */
        issue(look, apr_pstrcat(look->pool, "metadata.", name, NULL),
              "VALIDATION_ERROR",
              apr_pstrcat(look->pool, "The files make it ",
                          game_canon_number(look->pool, wanted), NULL));
    }
}

/* The sums as they follow from what is listed, right or wrong. */
static void check_sums(const look_t *look)
{
    apr_size_t count = game_json_size(look->files);
    apr_array_header_t *sums = apr_array_make(look->pool, (int)count,
                                              sizeof(const char *));
    const char *checksum = game_json_string(game_json_member(look->manifest,
                                                             "checksum"));
    char hash[GAME_HASH_SIZE];
    const char *text;
    double total = 0;
    apr_size_t i;

    for (i = 0; i < count; i++) {
        const game_json_t *file = game_json_at(look->files, i);

        total += game_json_real(game_json_member(file, "size_bytes"));
        text = game_json_string(game_json_member(file, "checksum"));
        APR_ARRAY_PUSH(sums, const char *) = text ? text : "";
    }
    check_sum(look, "total_size_bytes", total);
    check_sum(look, "file_count", (double)count);
    text = apr_array_pstrcat(look->pool, sums, '\0');
    game_canon_digest(text, strlen(text), hash);
    if (game_canon_is_hex(checksum, GAME_HASH_SIZE - 1)
        && strcmp(checksum, hash)) {
        issue(look, "checksum", "CHECKSUM_MISMATCH",
              "It is not the checksum of the files listed");
    }
}

void game_validate_bundle(apr_pool_t *pool, const game_json_t *manifest,
                          apr_array_header_t *issues)
{
    const game_input_rule_t *group;
    look_t look = {.pool = pool, .manifest = manifest, .issues = issues};

    game_skill_input_check(pool, bundle_rules, "VALIDATION_ERROR", manifest,
                           issues, NULL);
    for (group = asset_rules; group->name; group++) {
        check_texts(&look, "assets", group->name);
    }
    check_texts(&look, "metadata", "optimizations_applied");
    check_hex(&look, "checksum", game_json_member(manifest, "checksum"),
              GAME_HASH_SIZE - 1);
    look.files = game_json_member(manifest, "files");
    if (!game_json_size(look.files)) {
        return;                 /* nothing that the rest could be held to */
    }
    look.paths = apr_hash_make(pool);
    check_files(&look);
    check_required(&look);
    for (group = asset_rules; group->name; group++) {
        check_asset_files(&look, group->name);
    }
    check_sums(&look);
}

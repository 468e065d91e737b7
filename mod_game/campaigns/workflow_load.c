/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Workflows of a folder, and which of their versions is meant. Nothing is
 * read again: who wants other definitions starts anew.
 */

#include "workflow_int.h"

#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "store.h"

#define SCHEMA_INVALID "WORKFLOW_SCHEMA_INVALID"
#define INDEX_NAME "index.json"
/* Longest file (bytes), and its deepest nesting. */
#define FILE_MAX (1024 * 1024)
#define DEPTH_MAX 32

/* ---- versions ---- */

/* Compare numbers of any length. */
static int compare_numbers(const char *left, apr_size_t left_size,
                           const char *right, apr_size_t right_size)
{
    while (left_size && *left == '0') {
        left++;
        left_size--;
    }
    while (right_size && *right == '0') {
        right++;
        right_size--;
    }
    return left_size != right_size ? (left_size < right_size ? -1 : 1)
                                   : memcmp(left, right, left_size);
}

/* Compare identifiers of a pre-release: numbers are before names. */
static int compare_identifiers(const char *left, apr_size_t left_size,
                               const char *right, apr_size_t right_size)
{
    int left_name = strspn(left, "0123456789") < left_size;
    int right_name = strspn(right, "0123456789") < right_size;
    apr_size_t least = left_size < right_size ? left_size : right_size;
    int order;

    if (left_name != right_name) {
        return left_name - right_name;
    }
    if (!left_name) {
        return compare_numbers(left, left_size, right, right_size);
    }
    order = memcmp(left, right, least);
    return order ? order : (left_size > least) - (right_size > least);
}

/* Compare what is behind the '-': of two that begin alike, the longer is
 * the higher. */
static int compare_prereleases(const char *left, const char *right)
{
    for (;;) {
        apr_size_t left_size = strcspn(left, ".+");
        apr_size_t right_size = strcspn(right, ".+");
        int order = compare_identifiers(left, left_size, right, right_size);

        left += left_size;
        right += right_size;
        if (order || *left != '.' || *right != '.') {
            return order ? order : (*left == '.') - (*right == '.');
        }
        left++;
        right++;
    }
}

int game_semver_compare(const char *left, const char *right)
{
    int i;

    for (i = 0; i < 3; i++) {
        apr_size_t left_size = strspn(left, "0123456789");
        apr_size_t right_size = strspn(right, "0123456789");
        int order = compare_numbers(left, left_size, right, right_size);

        if (order) {
            return order;
        }
        left += left_size + (i < 2);
        right += right_size + (i < 2);
    }
    if (*left != '-' || *right != '-') {
        return (*right == '-') - (*left == '-');
    }
    return compare_prereleases(left + 1, right + 1);
}

const game_workflow_t *game_workflow_find(const game_workflows_t *workflows,
                                          const char *name,
                                          const char *version)
{
    const game_workflow_t *found = NULL;
    int i;

    for (i = 0; i < workflows->list->nelts; i++) {
        const game_workflow_t *one =
            APR_ARRAY_IDX(workflows->list, i, const game_workflow_t *);

        if (strcmp(one->name, name)
            || (version && strcmp(one->version, version))) {
            continue;
        }
        if (!found || game_semver_compare(one->version, found->version) > 0) {
            found = one;
        }
    }
    return found;
}

/* ---- files ---- */

static game_fault_t *read_json(apr_pool_t *pool, const char *dir,
                               const char *file, game_json_t **out)
{
    game_json_fault_t why;
    game_fault_t *fault;
    const char *text;
    apr_size_t len;
    char *path;

    if (apr_filepath_merge(&path, dir, file, APR_FILEPATH_SECUREROOT, pool)
        != APR_SUCCESS) {
        return game_fault_make(pool, SCHEMA_INVALID,
                               "%s: is not inside the folder", file);
    }
    fault = game_store_read(pool, path, FILE_MAX, &text, &len);
    if (fault) {
        return game_fault_make(pool, SCHEMA_INVALID, "%s: %s", file,
                               fault->message);
    }
    *out = game_json_parse(pool, text, len, DEPTH_MAX, &why);
    return *out ? NULL
        : game_fault_make(pool, SCHEMA_INVALID, "%s: %s at character %"
                          APR_SIZE_T_FMT, file, why.reason, why.offset);
}

/* "<name>.v<major>.json", unless the entry names a file. */
static const char *file_of(apr_pool_t *pool, const game_json_t *entry,
                           const char *name, const char *version)
{
    const char *file = game_json_string(game_json_member(entry, "file"));

    return file ? file
        : apr_psprintf(pool, "%s.v%.*s.json", name,
                       (int)strcspn(version, "."), version);
}

typedef struct loader_t {
    apr_pool_t *pool;
    const char *dir;
    game_workflow_skill_fn *known;
    void *baton;
    game_workflows_t *found;
} loader_t;

static game_fault_t *load_entry(const loader_t *loader,
                                const game_json_t *entry)
{
    apr_pool_t *pool = loader->pool;
    const char *name =
        game_json_string(game_json_member(entry, "workflow_name"));
    const char *version =
        game_json_string(game_json_member(entry, "version"));
    game_workflow_t *workflow;
    game_json_t *definition;
    game_fault_t *fault;
    const char *file = file_of(pool, entry, name, version);
    fault = read_json(pool, loader->dir, file, &definition);
    if (fault) {
        return fault;
    }
    fault = game_workflow_make(pool, definition, loader->known,
                               loader->baton, &workflow);
    if (fault) {
        return game_fault_make(pool, fault->code, "%s: %s", file,
                               fault->message);
    }
    if (strcmp(workflow->name, name) || strcmp(workflow->version, version)) {
        return game_fault_make(pool, SCHEMA_INVALID,
                               "%s: is not %s %s, as the index says", file,
                               name, version);
    }
    if (game_workflow_find(loader->found, name, version)) {
        return game_fault_make(pool, SCHEMA_INVALID,
                               "%s: %s %s is there already", file, name,
                               version);
    }
    APR_ARRAY_PUSH(loader->found->list, const game_workflow_t *) = workflow;
    return NULL;
}

game_fault_t *game_workflow_load(apr_pool_t *pool, const char *dir,
                                 game_workflow_skill_fn *known, void *baton,
                                 game_workflows_t **out)
{
    loader_t loader = { pool, dir, known, baton, NULL };
    const game_json_t *entries;
    game_json_t *index;
    game_fault_t *fault = read_json(pool, dir, INDEX_NAME, &index);
    apr_size_t i;

    if (!fault) {
        fault = game_workflow_check_index(pool, index);
    }
    if (fault) {
        return fault;
    }
    loader.found = apr_palloc(pool, sizeof(*loader.found));
    loader.found->list = apr_array_make(pool, 4, sizeof(game_workflow_t *));
    loader.found->faults = apr_array_make(pool, 1, sizeof(game_fault_t *));
    entries = game_json_member(index, "workflows");
    for (i = 0; i < game_json_size(entries); i++) {
        const game_json_t *entry = game_json_at(entries, i);
        const char *status =
            game_json_string(game_json_member(entry, "status"));

        fault = strcmp(status, "active") ? NULL : load_entry(&loader, entry);
        if (fault) {
            APR_ARRAY_PUSH(loader.found->faults, game_fault_t *) = fault;
        }
    }
    *out = loader.found;
    return NULL;
}

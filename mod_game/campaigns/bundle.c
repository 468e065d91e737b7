/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Trees of files: walked, filled and summed up. Knows nothing of skills, of
 * addresses and of what the files mean. Links are never followed.
 */

#include "bundle.h"

#include <stdlib.h>
#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "placeholder.h"
#include "store.h"

/* While a tree is made; the store sets what they stay with. */
#define DIR_PERMS       0x0755
#define FILE_PERMS      0x0644

/* What a walk does with a file. */
typedef game_fault_t *visit_fn(void *baton, apr_pool_t *pool,
                               const char *from, const char *path);

typedef struct {
    const char *root;
    int (*skips)(const char *path, const char *name);
    visit_fn *visit;
    void *baton;
} walk_t;

int game_bundle_is_path(const char *path)
{
    apr_size_t len;

    if (!path || strchr(path, '\\')) {
        return 0;
    }
    while ((len = strcspn(path, "/")) && strncmp(path, ".", len)
           && strncmp(path, "..", len)) {
        if (!path[len]) {
            return 1;
        }
        path += len + 1;
    }
    return 0;
}

int game_bundle_is_own_path(apr_pool_t *pool, const char *path)
{
    const char *at = path;
    const char *text;

    while (at && (unsigned char)*at >= ' ' && *at != 0x7f) {
        at++;
    }
    if (!game_bundle_is_path(path) || *at) {
        return 0;
    }
    text = game_json_string(game_json_new_string(pool, path));
    return text && !strcmp(text, path);         /* else it is no UTF-8 */
}

/* ---- walking ---- */

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static game_fault_t *walk_folder(const walk_t *walk, apr_pool_t *parent,
                                 const char *path, int depth);

static game_fault_t *walk_entry(const walk_t *walk, apr_pool_t *pool,
                                const char *path, int depth)
{
    const char *from = apr_pstrcat(pool, walk->root, "/", path, NULL);
    apr_finfo_t info;
    apr_status_t rv = apr_stat(&info, from, APR_FINFO_TYPE | APR_FINFO_LINK,
                               pool);

    if (rv != APR_SUCCESS) {
        return game_store_fault(pool, "a file of a tree cannot be read", rv);
    }
    if (!game_bundle_is_own_path(pool, path)) {
        return game_fault_make(pool, "EXECUTION_ERROR", "a tree has a name "
                               "with characters that are not allowed");
    }
    if (info.filetype == APR_DIR && depth < GAME_BUNDLE_DEPTH) {
        return walk_folder(walk, pool, path, depth + 1);
    }
    if (info.filetype != APR_REG) {
        return game_fault_make(pool, "EXECUTION_ERROR",
                               "%s is a link, too deep or no regular file",
                               path);
    }
    return walk->visit(walk->baton, pool, from, path);
}

/* Faults are in the pool of the walk: parent is cleared behind each file. */
static game_fault_t *walk_folder(const walk_t *walk, apr_pool_t *parent,
                                 const char *path, int depth)
{
    apr_array_header_t *names;
    apr_pool_t *pool;
    const char *name;
    game_fault_t *fault = NULL;
    apr_status_t rv;
    int i;

    rv = game_store_names(parent, apr_pstrcat(parent, walk->root, "/", path,
                                              NULL), &names);
    if (rv != APR_SUCCESS) {
        return game_store_fault(parent, "a folder of a tree cannot be read",
                                rv);
    }
    qsort(names->elts, (size_t)names->nelts, sizeof(const char *), by_name);
    apr_pool_create(&pool, parent);
    for (i = 0; i < names->nelts && !fault; i++) {
        apr_pool_clear(pool);
        name = APR_ARRAY_IDX(names, i, const char *);
        if (!walk->skips(path, name)) {
            fault = walk_entry(walk, pool, *path
                               ? apr_pstrcat(pool, path, "/", name, NULL)
                               : name, depth);
        }
    }
    return fault;
}

/* ---- filling ---- */

static apr_status_t make_folder(apr_pool_t *pool, const char *dir,
                                const char *path)
{
    return apr_dir_make_recursive(apr_pstrcat(pool, dir, "/", path, NULL),
                                  DIR_PERMS, pool);
}

/* Make the folders that a file is in. */
static apr_status_t make_folders(apr_pool_t *pool, const char *dir,
                                 const char *path)
{
    const char *slash = strrchr(path, '/');

    return !slash ? APR_SUCCESS
        : make_folder(pool, dir, apr_pstrmemdup(pool, path,
                                                (apr_size_t)(slash - path)));
}

game_fault_t *game_bundle_put(apr_pool_t *pool, const char *dir,
                              const char *path, const void *data,
                              apr_size_t len)
{
    apr_status_t rv = make_folders(pool, dir, path);
    apr_status_t closed;
    apr_file_t *file;

    if (rv == APR_SUCCESS) {
        rv = apr_file_open(&file, apr_pstrcat(pool, dir, "/", path, NULL),
                           APR_FOPEN_WRITE | APR_FOPEN_CREATE
                           | APR_FOPEN_TRUNCATE, FILE_PERMS, pool);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_file_write_full(file, data, len, NULL);
        closed = apr_file_close(file);
        rv = rv == APR_SUCCESS ? closed : rv;
    }
    return rv == APR_SUCCESS ? NULL
        : game_store_fault(pool, "a file of a tree cannot be written", rv);
}

game_fault_t *game_bundle_copy(apr_pool_t *pool, const char *dir,
                               const char *path, const char *from)
{
    apr_status_t rv = make_folders(pool, dir, path);

    if (rv == APR_SUCCESS) {
        rv = apr_file_copy(from, apr_pstrcat(pool, dir, "/", path, NULL),
                           FILE_PERMS, pool);
    }
    return rv == APR_SUCCESS ? NULL
        : game_store_fault(pool, "a file cannot be copied", rv);
}

static int skips_template(const char *path, const char *name)
{
    (void)path;
    return name[0] == '.' || !strcmp(name, "manifest.json")
           || !strcmp(name, "manifest.yaml");
}

static game_fault_t *copy_visited(void *baton, apr_pool_t *pool,
                                  const char *from, const char *path)
{
    return game_bundle_copy(pool, baton, path, from);
}

game_fault_t *game_bundle_copy_template(apr_pool_t *pool, const char *dir,
                                        const char *from)
{
    const walk_t walk = {from, skips_template, copy_visited, (void *)dir};

    return walk_folder(&walk, pool, "", 0);
}

game_fault_t *game_bundle_put_placeholder(apr_pool_t *pool, const char *dir)
{
    const game_placeholder_t *file = game_placeholder;
    game_fault_t *fault = NULL;
    apr_status_t rv;

    for (; file->path && !fault; file++) {
        fault = game_bundle_put(pool, dir, file->path, file->data, file->len);
    }
    if (!fault) {
        rv = make_folder(pool, dir, GAME_BUNDLE_ASSETS);
        fault = rv == APR_SUCCESS ? NULL
            : game_store_fault(pool, "a folder of a tree cannot be made", rv);
    }
    return fault;
}

/* ---- listing and sums ---- */

static int skips_manifest(const char *path, const char *name)
{
    return !*path && !strcmp(name, GAME_BUNDLE_MANIFEST);
}

static game_fault_t *list_visited(void *baton, apr_pool_t *pool,
                                  const char *from, const char *path)
{
    apr_array_header_t *files = baton;
    game_bundle_file_t *file;

    if (files->nelts >= GAME_BUNDLE_FILES) {
        return game_fault_make(pool, "EXECUTION_ERROR",
                               "a tree has more than %d files",
                               GAME_BUNDLE_FILES);
    }
    file = apr_array_push(files);
    file->path = apr_pstrdup(files->pool, path);
    return game_store_digest(pool, from, file->hash, &file->size);
}

game_fault_t *game_bundle_list(apr_pool_t *pool, const char *dir,
                               apr_array_header_t **files)
{
    walk_t walk = {dir, skips_manifest, list_visited, NULL};

    *files = apr_array_make(pool, 32, sizeof(game_bundle_file_t));
    walk.baton = *files;
    return walk_folder(&walk, pool, "", 0);
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const game_bundle_file_t *)left)->path,
                  ((const game_bundle_file_t *)right)->path);
}

/* The hash of texts, one after the other. */
static void hash_texts(apr_pool_t *pool, const apr_array_header_t *texts,
                       char out[GAME_HASH_SIZE])
{
    const char *all = apr_array_pstrcat(pool, texts, '\0');

    game_canon_digest(all, strlen(all), out);
}

void game_bundle_hash(apr_pool_t *pool, const apr_array_header_t *files,
                      char out[GAME_HASH_SIZE])
{
    apr_array_header_t *sorted = apr_array_copy(pool, files);
    apr_array_header_t *lines = apr_array_make(pool, files->nelts,
                                               sizeof(const char *));
    int i;

    qsort(sorted->elts, (size_t)sorted->nelts, sizeof(game_bundle_file_t),
          by_path);
    for (i = 0; i < sorted->nelts; i++) {
        const game_bundle_file_t *file = &APR_ARRAY_IDX(sorted, i,
                                                        game_bundle_file_t);

        APR_ARRAY_PUSH(lines, const char *) =
            apr_psprintf(pool, "%s  %" APR_INT64_T_FMT "  %s\n", file->hash,
                         file->size, file->path);
    }
    hash_texts(pool, lines, out);
}

static const char *digits_of(apr_pool_t *pool, const game_bundle_file_t *file)
{
    return apr_pstrmemdup(pool, file->hash, GAME_BUNDLE_DIGITS);
}

void game_bundle_checksum(apr_pool_t *pool, const apr_array_header_t *files,
                          char out[GAME_HASH_SIZE])
{
    apr_array_header_t *sums = apr_array_make(pool, files->nelts,
                                              sizeof(const char *));
    int i;

    for (i = 0; i < files->nelts; i++) {
        APR_ARRAY_PUSH(sums, const char *) =
            digits_of(pool, &APR_ARRAY_IDX(files, i, game_bundle_file_t));
    }
    hash_texts(pool, sums, out);
}

game_json_t *game_bundle_files(apr_pool_t *pool,
                               const apr_array_header_t *files,
                               apr_int64_t *total)
{
    game_json_t *list = game_json_new_array(pool);
    int i;

    *total = 0;
    for (i = 0; i < files->nelts; i++) {
        const game_bundle_file_t *file = &APR_ARRAY_IDX(files, i,
                                                        game_bundle_file_t);
        game_json_t *item = game_json_new_object(pool);

        game_json_set_string(pool, item, "path", file->path);
        game_json_set(item, "size_bytes",
                      game_json_new_int(pool, file->size));
        game_json_set_string(pool, item, "content_type",
                             game_store_type(game_store_ext(pool,
                                                            file->path)));
        game_json_set_string(pool, item, "checksum", digits_of(pool, file));
        game_json_append(list, item);
        *total += file->size;
    }
    return list;
}

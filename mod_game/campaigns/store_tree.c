/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Folders of the store: trees that come to their address whole or not at all,
 * their size, and the end of what was never finished.
 */

#include "store_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#define OWN_PERMS 0x0700

#define TRIES 3                 /* to replace what is damaged */

apr_status_t game_store_names(apr_pool_t *pool, const char *path,
                              apr_array_header_t **names)
{
    apr_finfo_t info;
    apr_dir_t *dir;
    apr_status_t rv = apr_dir_open(&dir, path, pool);

    *names = apr_array_make(pool, 16, sizeof(const char *));
    if (rv != APR_SUCCESS) {
        return rv;
    }
    while ((rv = apr_dir_read(&info, APR_FINFO_NAME, dir)) == APR_SUCCESS) {
        if (strcmp(info.name, ".") && strcmp(info.name, "..")) {
            APR_ARRAY_PUSH(*names, const char *) =
                apr_pstrdup(pool, info.name);
        }
    }
    apr_dir_close(dir);
    return APR_STATUS_IS_ENOENT(rv) ? APR_SUCCESS : rv;
}

typedef apr_status_t visit_fn(apr_pool_t *pool, const char *path,
                              const apr_finfo_t *info, void *baton);

/* Visit what is below a folder and then itself; links are not followed. */
static apr_status_t walk(apr_pool_t *parent, const char *path,
                         visit_fn *visit, void *baton)
{
    apr_array_header_t *names;
    apr_finfo_t info;
    apr_status_t rv;
    apr_pool_t *pool;
    int i;

    apr_pool_create(&pool, parent);
    rv = apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_SIZE
                  | APR_FINFO_LINK, pool);
    if (rv == APR_SUCCESS && info.filetype == APR_DIR) {
        rv = game_store_names(pool, path, &names);
        for (i = 0; rv == APR_SUCCESS && i < names->nelts; i++) {
            rv = walk(pool, apr_pstrcat(pool, path, "/",
                                        APR_ARRAY_IDX(names, i, const char *),
                                        NULL), visit, baton);
        }
    }
    if (rv == APR_SUCCESS) {
        rv = visit(pool, path, &info, baton);
    }
    apr_pool_destroy(pool);
    return rv;
}

static apr_status_t visit_remove(apr_pool_t *pool, const char *path,
                                 const apr_finfo_t *info, void *baton)
{
    (void)baton;
    return info->filetype == APR_DIR ? apr_dir_remove(path, pool)
                                     : apr_file_remove(path, pool);
}

apr_status_t game_store_remove(apr_pool_t *pool, const char *path)
{
    apr_status_t rv = walk(pool, path, visit_remove, NULL);

    return APR_STATUS_IS_ENOENT(rv) ? APR_SUCCESS : rv;
}

static apr_status_t visit_size(apr_pool_t *pool, const char *path,
                               const apr_finfo_t *info, void *baton)
{
    apr_int64_t *total = baton;

    (void)pool;
    (void)path;
    if (info->filetype == APR_REG) {
        *total += info->size;
    }
    return APR_SUCCESS;
}

apr_int64_t game_store_size(apr_pool_t *pool, const char *path)
{
    apr_int64_t total = 0;

    return walk(pool, path, visit_size, &total) == APR_SUCCESS ? total : -1;
}

typedef struct tree_t {
    apr_pool_t *pool;
    const char *dir;
} tree_t;

static apr_status_t tree_cleanup(void *data)
{
    tree_t *tree = data;

    return game_store_remove(tree->pool, tree->dir);
}

game_fault_t *game_store_tree_begin(apr_pool_t *pool,
                                    const game_store_t *store,
                                    const char **dir)
{
    tree_t *tree = apr_palloc(pool, sizeof(*tree));
    apr_status_t rv;

    tree->pool = pool;
    tree->dir = game_store_tmp(pool, store);
    rv = apr_dir_make(tree->dir, OWN_PERMS, pool);
    if (rv != APR_SUCCESS) {
        return game_store_fault(pool, "a folder cannot be made", rv);
    }
    /* before the pool's children go: it makes one */
    apr_pool_pre_cleanup_register(pool, tree, tree_cleanup);
    *dir = tree->dir;
    return NULL;
}

/* What a tree is made of is on the disk, and nobody is to write it. */
static apr_status_t visit_settle(apr_pool_t *pool, const char *path,
                                 const apr_finfo_t *info, void *baton)
{
    apr_file_t *file;
    apr_status_t rv;

    (void)baton;
    if (info->filetype == APR_DIR) {
        return apr_file_perms_set(path, GAME_STORE_DIR);
    }
    if (info->filetype != APR_REG) {
        return APR_EINVAL;
    }
    rv = apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT,
                       pool);
    if (rv == APR_SUCCESS) {
        rv = apr_file_sync(file);
    }
    return rv == APR_SUCCESS ? apr_file_perms_set(path, GAME_STORE_FILE) : rv;
}

/* Put a tree where something else is, which takes dir's place: at once, so
 * that readers find the one or the other. Where the file system cannot do
 * that they find nothing for an instant. */
static apr_status_t trade(apr_pool_t *pool, const game_store_t *store,
                          const char *dir, const char *path)
{
    const char *away;

    if (!renameat2(AT_FDCWD, dir, AT_FDCWD, path, RENAME_EXCHANGE)) {
        return APR_SUCCESS;
    }
    away = game_store_tmp(pool, store);
    if (apr_file_rename(path, away, pool) == APR_SUCCESS) {
        game_store_remove(pool, away);
    }
    return game_store_move(pool, store, dir, path);
}

static int is_taken(apr_status_t rv)
{
    return APR_STATUS_IS_ENOTEMPTY(rv) || APR_STATUS_IS_EEXIST(rv)
        || APR_STATUS_IS_ENOTDIR(rv);
}

/* Others may store, replace and sweep the same tree meanwhile. The address is
 * touched before it is looked at: what is whole then stays there. */
static apr_status_t place_tree(apr_pool_t *pool, const game_store_t *store,
                               const game_store_tree_t *tree,
                               const char *path)
{
    apr_status_t rv = game_store_move(pool, store, tree->dir, path);
    int tries = TRIES;

    while (is_taken(rv) && tries--) {
        if (game_store_touch(pool, path)
            && tree->is_whole(tree->baton, pool, path)) {
            return APR_SUCCESS;
        }
        rv = trade(pool, store, tree->dir, path);
    }
    return rv;
}

game_fault_t *game_store_tree_commit(apr_pool_t *pool,
                                     const game_store_t *store,
                                     const game_store_tree_t *tree,
                                     game_stored_t *out)
{
    apr_status_t rv = walk(pool, tree->dir, visit_settle, NULL);

    apr_cpystrn(out->hash, tree->hash, sizeof(out->hash));
    game_store_address(pool, store, "bundles", "", out);
    if (rv == APR_SUCCESS) {
        rv = place_tree(pool, store, tree, out->path);
    }
    game_store_remove(pool, tree->dir);
    if (rv != APR_SUCCESS) {
        return game_store_fault(pool, "a folder cannot be stored", rv);
    }
    out->size = game_store_size(pool, out->path);
    out->uri = apr_pstrcat(pool, out->uri, "/", NULL);
    return NULL;
}

int game_store_sweep_tmp(apr_pool_t *pool, const game_store_t *store,
                         apr_time_t now, apr_interval_time_t age)
{
    const char *tmp = apr_pstrcat(pool, store->root, "/tmp", NULL);
    apr_array_header_t *names;
    apr_finfo_t info;
    int removed = 0, i;

    game_store_names(pool, tmp, &names);
    for (i = 0; i < names->nelts; i++) {
        const char *path = apr_pstrcat(pool, tmp, "/",
                                       APR_ARRAY_IDX(names, i, const char *),
                                       NULL);

        if (apr_stat(&info, path, APR_FINFO_MTIME | APR_FINFO_LINK, pool)
                == APR_SUCCESS && info.mtime < now - age
            && game_store_remove(pool, path) == APR_SUCCESS) {
            removed++;
        }
    }
    return removed;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The end of blobs and trees that nobody wants any more.
 *
 * Who stores what is there already only sets its time (game_store_touch),
 * and names it in a row later. So it is not removed where it is: it is moved
 * away first, its time is looked at again, and it is moved back when it was
 * stored once more in between. Who comes after it was moved away finds
 * nothing and stores it anew.
 */

#include "store_int.h"

#include <apr_file_info.h>
#include <apr_strings.h>

#define BATCH 256

typedef struct sweep_t {
    const game_store_t *store;
    apr_time_t before;
    game_store_keep_fn *keep;
    void *baton;
    apr_pool_t *pool;           /* of a batch */
    apr_array_header_t *paths, *hashes;
    int removed;
} sweep_t;

int game_store_touch(apr_pool_t *pool, const char *path)
{
    return apr_file_mtime_set(path, apr_time_now(), pool) == APR_SUCCESS;
}

static int is_old(apr_pool_t *pool, const char *path, apr_time_t before)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_MTIME, pool) == APR_SUCCESS
        && info.mtime < before;
}

static void remove_one(sweep_t *sweep, const char *path)
{
    const char *away = game_store_tmp(sweep->pool, sweep->store);

    if (apr_file_rename(path, away, sweep->pool) != APR_SUCCESS) {
        return;
    }
    if (!is_old(sweep->pool, away, sweep->before)) {
        apr_file_rename(away, path, sweep->pool);
    }
    else {
        sweep->removed++;
    }
    game_store_remove(sweep->pool, away);       /* when it is still there */
}

static void begin_batch(sweep_t *sweep)
{
    apr_pool_clear(sweep->pool);
    sweep->paths = apr_array_make(sweep->pool, BATCH, sizeof(const char *));
    sweep->hashes = apr_array_make(sweep->pool, BATCH, sizeof(const char *));
}

static void end_batch(sweep_t *sweep)
{
    int count = sweep->hashes->nelts, i;
    char *kept = apr_pcalloc(sweep->pool, (apr_size_t)count + 1);

    if (count && sweep->keep(sweep->baton, sweep->pool, sweep->hashes,
                             kept)) {
        for (i = 0; i < count; i++) {
            if (!kept[i]) {
                remove_one(sweep, APR_ARRAY_IDX(sweep->paths, i,
                                                const char *));
            }
        }
    }
    begin_batch(sweep);
}

/* What is at an address begins with its hash. */
static void look_at(sweep_t *sweep, const char *dir, const char *name)
{
    const char *hash = apr_pstrndup(sweep->pool, name, GAME_HASH_SIZE - 1);
    const char *path = apr_pstrcat(sweep->pool, dir, "/", name, NULL);

    if (game_canon_is_hex(hash, GAME_HASH_SIZE - 1)
        && is_old(sweep->pool, path, sweep->before)) {
        APR_ARRAY_PUSH(sweep->paths, const char *) = path;
        APR_ARRAY_PUSH(sweep->hashes, const char *) =
            apr_pstrcat(sweep->pool, "sha256:", hash, NULL);
        if (sweep->hashes->nelts == BATCH) {
            end_batch(sweep);
        }
    }
}

/* Folders of two levels, and addresses below them. */
static void descend(sweep_t *sweep, apr_pool_t *parent, const char *dir,
                    int level)
{
    apr_array_header_t *names;
    apr_pool_t *pool;
    int i;

    apr_pool_create(&pool, parent);
    game_store_names(pool, dir, &names);
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (level) {
            descend(sweep, pool, apr_pstrcat(pool, dir, "/", name, NULL),
                    level - 1);
        }
        else {
            look_at(sweep, dir, name);
        }
    }
    apr_pool_destroy(pool);
}

int game_store_sweep(apr_pool_t *pool, const game_store_t *store,
                     apr_time_t before, game_store_keep_fn *keep,
                     void *baton)
{
    static const char *const kinds[] = { "/sha256", "/bundles" };
    sweep_t sweep = { .store = store, .before = before, .keep = keep,
                      .baton = baton };
    int i;

    apr_pool_create(&sweep.pool, pool);
    begin_batch(&sweep);
    for (i = 0; i < 2; i++) {
        descend(&sweep, pool, apr_pstrcat(pool, store->root, kinds[i],
                                          NULL), 2);
    }
    end_batch(&sweep);
    apr_pool_destroy(sweep.pool);
    return sweep.removed;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What is written to the store: the folders, addresses, and blobs that come
 * to theirs whole or not at all. Trees are store_tree.c's, what is read is
 * store_read.c's.
 */

#include "store_int.h"

#include <string.h>

#include <apr_file_info.h>
#include <apr_strings.h>
#include <openssl/evp.h>

#include "game.h"

#define OWN_PERMS 0x0600         /* octal digits in hex, as APR has them */

#define MAX_EXT 16

struct game_blob_t {
    apr_pool_t *pool;
    const game_store_t *store;
    const char *path;           /* below tmp; NULL: there is none any more */
    apr_file_t *file;           /* NULL: closed */
    EVP_MD_CTX *hash;
    apr_int64_t size;
    apr_status_t broken;        /* why a write failed */
};

game_fault_t *game_store_fault(apr_pool_t *pool, const char *what,
                               apr_status_t why)
{
    char text[128];

    return game_fault_make(pool, "EXECUTION_ERROR", "%s: %s", what,
                           apr_strerror(why, text, sizeof(text)));
}

/* ---- folders ---- */

static apr_status_t make_dir(apr_pool_t *pool, const char *path)
{
    apr_status_t rv = apr_dir_make(path, GAME_STORE_DIR, pool);

    if (rv == APR_SUCCESS) {
        return apr_file_perms_set(path, GAME_STORE_DIR);    /* umask or not */
    }
    return APR_STATUS_IS_EEXIST(rv) ? APR_SUCCESS : rv;
}

/* Make the folders that a path goes through, those after its first bytes. */
static apr_status_t make_dirs(apr_pool_t *pool, const char *path,
                              apr_size_t from)
{
    char *part = apr_pstrdup(pool, path);
    char *slash = strchr(part + from, '/');
    apr_status_t rv = APR_SUCCESS;

    while (slash && rv == APR_SUCCESS) {
        *slash = '\0';
        rv = make_dir(pool, part);
        *slash = '/';
        slash = strchr(slash + 1, '/');
    }
    return rv;
}

/* ---- addresses ---- */

game_fault_t *game_store_open(apr_pool_t *pool, const game_store_t *store)
{
    static const char *const folders[] = { "/tmp/", "/sha256/", "/bundles/" };
    apr_status_t rv = APR_SUCCESS;
    apr_size_t i;

    for (i = 0; i < sizeof(folders) / sizeof(folders[0])
         && rv == APR_SUCCESS; i++) {
        rv = make_dirs(pool, apr_pstrcat(pool, store->root, folders[i],
                                         NULL), 1);
    }
    return rv == APR_SUCCESS ? NULL
        : game_store_fault(pool, "the store cannot be made", rv);
}

const char *game_store_tmp(apr_pool_t *pool, const game_store_t *store)
{
    char name[GAME_UUID_SIZE];

    game_uuid_random(name);
    return apr_pstrcat(pool, store->root, "/tmp/", name, NULL);
}

void game_store_address(apr_pool_t *pool, const game_store_t *store,
                        const char *kind, const char *end,
                        game_stored_t *out)
{
    const char *at = apr_psprintf(pool, "/%s/%.2s/%.2s/%s%s", kind,
                                  out->hash, out->hash + 2, out->hash, end);

    out->content_hash = apr_pstrcat(pool, "sha256:", out->hash, NULL);
    out->path = apr_pstrcat(pool, store->root, at, NULL);
    out->uri = apr_pstrcat(pool, store->base, at, NULL);
}

apr_status_t game_store_move(apr_pool_t *pool, const game_store_t *store,
                             const char *from, const char *to)
{
    apr_status_t rv = apr_file_rename(from, to, pool);

    if (APR_STATUS_IS_ENOENT(rv)) {
        rv = make_dirs(pool, to, strlen(store->root) + 1);
        if (rv == APR_SUCCESS) {
            rv = apr_file_rename(from, to, pool);
        }
    }
    return rv;
}

/* ---- blobs ---- */

static apr_status_t blob_cleanup(void *data)
{
    game_blob_t *blob = data;

    if (blob->file) {
        apr_file_close(blob->file);
        blob->file = NULL;
    }
    if (blob->path) {
        apr_file_remove(blob->path, blob->pool);
        blob->path = NULL;
    }
    EVP_MD_CTX_free(blob->hash);
    blob->hash = NULL;
    return APR_SUCCESS;
}

game_fault_t *game_store_begin(apr_pool_t *pool, const game_store_t *store,
                               game_blob_t **out)
{
    game_blob_t *blob = apr_pcalloc(pool, sizeof(*blob));
    const char *path = game_store_tmp(pool, store);
    apr_status_t rv = apr_file_open(&blob->file, path, APR_FOPEN_WRITE
                                    | APR_FOPEN_CREATE | APR_FOPEN_EXCL
                                    | APR_FOPEN_BUFFERED, OWN_PERMS,
                                    pool);

    if (rv != APR_SUCCESS) {
        return game_store_fault(pool, "a file cannot be made", rv);
    }
    blob->pool = pool;
    blob->store = store;
    blob->path = path;
    blob->hash = EVP_MD_CTX_new();
    apr_pool_cleanup_register(pool, blob, blob_cleanup,
                              apr_pool_cleanup_null);
    if (!blob->hash
        || !EVP_DigestInit_ex(blob->hash, EVP_sha256(), NULL)) {
        game_store_drop(blob);
        return game_store_fault(pool, "SHA-256 cannot be used", APR_ENOTIMPL);
    }
    *out = blob;
    return NULL;
}

game_fault_t *game_store_write(game_blob_t *blob, const void *data,
                               apr_size_t len)
{
    if (blob->broken == APR_SUCCESS) {
        blob->broken = apr_file_write_full(blob->file, data, len, NULL);
        EVP_DigestUpdate(blob->hash, data, len);
        blob->size += (apr_int64_t)len;
    }
    return blob->broken == APR_SUCCESS ? NULL
        : game_store_fault(blob->pool, "a file cannot be written",
                           blob->broken);
}

void game_store_drop(game_blob_t *blob)
{
    apr_pool_cleanup_run(blob->pool, blob, blob_cleanup);
}

/* Everything is on the disk, and nobody is to write it any more. */
static apr_status_t finish_file(game_blob_t *blob)
{
    apr_status_t rv = blob->broken, closed;

    if (rv == APR_SUCCESS) {
        rv = apr_file_perms_set(blob->path, GAME_STORE_FILE);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_file_sync(blob->file);
    }
    closed = apr_file_close(blob->file);
    blob->file = NULL;
    return rv == APR_SUCCESS ? closed : rv;
}

/* @return whether an address has this file: what has other bytes is damaged,
 * and replaced */
static int is_there(apr_pool_t *pool, const game_stored_t *stored)
{
    char hash[GAME_HASH_SIZE];
    apr_int64_t size;

    return game_store_size(pool, stored->path) == stored->size
        && !game_store_digest(pool, stored->path, hash, &size)
        && !strcmp(hash, stored->hash);
}

static apr_status_t place_blob(game_blob_t *blob, const char *ext,
                               game_stored_t *out)
{
    unsigned char digest[GAME_HASH_SIZE / 2];
    apr_status_t rv;

    if (strspn(ext, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(ext)
        || strlen(ext) > MAX_EXT) {
        return APR_EINVAL;
    }
    EVP_DigestFinal_ex(blob->hash, digest, NULL);
    game_hex(digest, sizeof(digest), out->hash);
    out->size = blob->size;
    game_store_address(blob->pool, blob->store, "sha256", *ext
                       ? apr_pstrcat(blob->pool, ".", ext, NULL) : "", out);
    if (game_store_touch(blob->pool, out->path)
        && is_there(blob->pool, out)) {
        return APR_SUCCESS;
    }
    rv = game_store_move(blob->pool, blob->store, blob->path, out->path);
    if (rv == APR_SUCCESS) {
        blob->path = NULL;
    }
    return rv;
}

game_fault_t *game_store_commit(game_blob_t *blob, const char *ext,
                                game_stored_t *out)
{
    apr_status_t rv = finish_file(blob);

    if (rv == APR_SUCCESS) {
        rv = place_blob(blob, ext, out);
    }
    game_store_drop(blob);
    return rv == APR_SUCCESS ? NULL
        : game_store_fault(blob->pool, "a file cannot be stored", rv);
}

game_fault_t *game_store_put(apr_pool_t *pool, const game_store_t *store,
                             const void *data, apr_size_t len,
                             const char *ext, game_stored_t *out)
{
    game_blob_t *blob;
    game_fault_t *fault = game_store_begin(pool, store, &blob);

    if (!fault) {
        game_store_write(blob, data, len);      /* commit tells */
        fault = game_store_commit(blob, ext, out);
    }
    return fault;
}

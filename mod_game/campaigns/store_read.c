/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What is read of the store and of the folders of assets: which file a URI
 * means, its type and its bytes. Fetches nothing.
 */

#include "store.h"

#include <stdlib.h>
#include <string.h>

#include <apr_cstr.h>
#include <apr_escape.h>
#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <openssl/evp.h>

#include "game.h"

#define PIECE 32768

static const struct {
    const char *ext;
    const char *type;
} types[] = {
    {"html", "text/html"},
    {"css", "text/css"},
    {"js", "application/javascript"},
    {"json", "application/json"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"svg", "image/svg+xml"},
    {"webp", "image/webp"},
    {"mp3", "audio/mpeg"},
    {"wav", "audio/wav"},
    {"ogg", "audio/ogg"},
    {"mp4", "video/mp4"},
    {"webm", "video/webm"},
    {"glb", "model/gltf-binary"},
    {"gltf", "model/gltf+json"},
    {"obj", "model/obj"},
    {"fbx", "model/fbx"},
};

const char *game_store_ext(apr_pool_t *pool, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    char *ext, *at;

    if (!dot || dot == name) {
        return "";
    }
    ext = apr_pstrdup(pool, dot + 1);
    for (at = ext; *at; at++) {
        *at = (char)apr_tolower(*at);
    }
    return ext;
}

const char *game_store_type(const char *ext)
{
    apr_size_t i;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (!apr_cstr_casecmp(ext, types[i].ext)) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

/* ---- URIs ---- */

/* @return the real path of what is there, without links; or NULL */
static const char *real_path(apr_pool_t *pool, const char *path)
{
    char *found = realpath(path, NULL);
    const char *copy = found ? apr_pstrdup(pool, found) : NULL;

    free(found);
    return copy;
}

/* @return whether a real path is a file or a folder below a folder */
static int is_below(apr_pool_t *pool, const char *path, const char *folder)
{
    const char *root = real_path(pool, folder);
    apr_size_t len = root ? strlen(root) : 0;
    apr_finfo_t info;

    if (len == 1) {
        len = 0;                /* "/" */
    }
    return root && !strncmp(path, root, len) && path[len] == '/'
        && apr_stat(&info, path, APR_FINFO_TYPE, pool) == APR_SUCCESS
        && (info.filetype == APR_REG || info.filetype == APR_DIR);
}

/* A path of the store; what is below tmp is not there yet. */
static int in_store(apr_pool_t *pool, const game_store_t *store,
                    const char *path)
{
    return is_below(pool, path, apr_pstrcat(pool, store->root, "/sha256",
                                            NULL))
        || is_below(pool, path, apr_pstrcat(pool, store->root, "/bundles",
                                            NULL));
}

static int in_assets(apr_pool_t *pool, const game_store_t *store,
                     const char *path)
{
    int i;

    for (i = 0; store->assets && i < store->assets->nelts; i++) {
        if (is_below(pool, path,
                     APR_ARRAY_IDX(store->assets, i, const char *))) {
            return 1;
        }
    }
    return 0;
}

static int begins(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

game_uri_e game_store_resolve(apr_pool_t *pool, const game_store_t *store,
                              const char *uri, const char **path)
{
    apr_size_t base = strlen(store->base);
    const char *file = uri, *found;
    int stored;

    *path = NULL;
    if (!uri) {
        return GAME_URI_MISSING;
    }
    stored = base && begins(uri, store->base) && uri[base] == '/';
    if (stored) {
        file = apr_pstrcat(pool, store->root, uri + base, NULL);
    }
    else if (begins(uri, "http://") || begins(uri, "https://")) {
        return GAME_URI_REMOTE;
    }
    else if (begins(uri, "file://")) {
        file = apr_punescape_url(pool, uri + 7, "/", NULL, 0);
    }
    if (!file || *file != '/') {
        return GAME_URI_MISSING;
    }
    found = real_path(pool, file);
    if (!found || !(stored ? in_store : in_assets)(pool, store, found)) {
        return GAME_URI_MISSING;
    }
    *path = found;
    return GAME_URI_LOCAL;
}

int game_store_holds(apr_pool_t *pool, const game_store_t *store,
                     const char *uri, apr_int64_t size)
{
    const char *path;

    return game_store_resolve(pool, store, uri, &path) == GAME_URI_LOCAL
        && game_store_size(pool, path) == size;
}

/* ---- bytes ---- */

apr_filetype_e game_store_kind(apr_pool_t *pool, const char *path)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_LINK, pool)
           == APR_SUCCESS ? info.filetype : APR_NOFILE;
}

/* Open a regular file: what else there is might never end. */
static apr_status_t open_file(apr_pool_t *pool, const char *path,
                              apr_file_t **file, apr_off_t *size)
{
    apr_finfo_t info;
    apr_status_t rv = apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_SIZE,
                               pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    *size = info.size;
    return info.filetype != APR_REG ? APR_EINVAL
        : apr_file_open(file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT,
                        pool);
}

game_fault_t *game_store_read(apr_pool_t *pool, const char *path,
                              apr_size_t max, const char **data,
                              apr_size_t *len)
{
    apr_file_t *file;
    apr_off_t size;
    apr_status_t rv = open_file(pool, path, &file, &size);
    char *bytes;

    if (rv == APR_SUCCESS && (apr_uint64_t)size > max) {
        apr_file_close(file);
        return game_fault_make(pool, "EXECUTION_ERROR", "a file has more than "
                               "%" APR_SIZE_T_FMT " bytes", max);
    }
    if (rv == APR_SUCCESS) {
        bytes = apr_palloc(pool, (apr_size_t)size + 1);
        rv = apr_file_read_full(file, bytes, (apr_size_t)size, len);
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS) {
        return game_store_fault(pool, "a file cannot be read", rv);
    }
    bytes[*len] = '\0';
    *data = bytes;
    return NULL;
}

/* Put the rest of a file through a hash. */
static apr_status_t hash_rest(apr_file_t *file, EVP_MD_CTX *ctx,
                              apr_int64_t *size)
{
    unsigned char piece[PIECE];
    apr_size_t len = sizeof(piece);
    apr_status_t rv;

    *size = 0;
    while ((rv = apr_file_read(file, piece, &len)) == APR_SUCCESS) {
        EVP_DigestUpdate(ctx, piece, len);
        *size += (apr_int64_t)len;
        len = sizeof(piece);
    }
    return APR_STATUS_IS_EOF(rv) ? APR_SUCCESS : rv;
}

game_fault_t *game_store_digest(apr_pool_t *pool, const char *path,
                                char hash[GAME_HASH_SIZE],
                                apr_int64_t *size)
{
    unsigned char digest[GAME_HASH_SIZE / 2];
    EVP_MD_CTX *ctx;
    apr_file_t *file;
    apr_off_t told;
    apr_status_t rv = open_file(pool, path, &file, &told);

    if (rv == APR_SUCCESS) {
        ctx = EVP_MD_CTX_new();
        EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
        rv = hash_rest(file, ctx, size);
        EVP_DigestFinal_ex(ctx, digest, NULL);
        EVP_MD_CTX_free(ctx);
        apr_file_close(file);
        game_hex(digest, sizeof(digest), hash);
    }
    return rv == APR_SUCCESS ? NULL
        : game_store_fault(pool, "a file cannot be read", rv);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file store.h
 * The content-addressed store (campaigns.md 4.0): what is written once and
 * never again. A blob is <root>/sha256/<hh>/<hh>/<hash>.<ext>, a tree
 * <root>/bundles/<hh>/<hh>/<hash>/. Writers work below <root>/tmp and rename;
 * who comes second drops its own copy, unless what is there is damaged.
 */
#ifndef GAME_CAMPAIGNS_STORE_H
#define GAME_CAMPAIGNS_STORE_H

#include <apr_file_io.h>

#include "campaigns.h"
#include "canon.h"

typedef struct game_store_t {
    const char *root;           /**< GameCampaignStoreRoot, absolute */
    const char *base;           /**< GameCampaignAssetBase, no '/' at its end */
    const apr_array_header_t *assets;   /**< of const char *: folders that
                                     file:// and absolute paths may be in
                                     (GameCampaignAssetRoot); or NULL */
} game_store_t;

/** What was stored. */
typedef struct game_stored_t {
    char hash[GAME_HASH_SIZE];
    const char *content_hash;   /**< "sha256:" and the hash */
    const char *uri;            /**< of a tree, with '/' at its end */
    const char *path;           /**< in the file system */
    apr_int64_t size;           /**< bytes; of a tree, of all its files */
} game_stored_t;

/** A blob that is being written; its hash is made as it goes. */
typedef struct game_blob_t game_blob_t;

/** @return EXECUTION_ERROR of a failed call of APR; names no file
 *  @param what a sentence without its end ("a file cannot be read") */
game_fault_t *game_store_fault(apr_pool_t *pool, const char *what,
                               apr_status_t why);

/** Make the folders of a store, where they are not there.
 *  @return NULL, or EXECUTION_ERROR */
game_fault_t *game_store_open(apr_pool_t *pool, const game_store_t *store);

/** Begin a blob. @return NULL, or EXECUTION_ERROR */
game_fault_t *game_store_begin(apr_pool_t *pool, const game_store_t *store,
                               game_blob_t **blob);
/** Append to a blob. @return NULL, or EXECUTION_ERROR: of this write or of an
 *  earlier one; commit answers the same, so it may be left unread */
game_fault_t *game_store_write(game_blob_t *blob, const void *data,
                               apr_size_t len);
/**
 * Sync and rename; the blob is not to be used any more. A file of the same
 * content that is there already is left alone, a damaged one is replaced.
 * @param ext without a dot, lower-case letters and digits; "": none
 * @return NULL, or EXECUTION_ERROR: there is no blob and no file left
 */
game_fault_t *game_store_commit(game_blob_t *blob, const char *ext,
                                game_stored_t *out);
/** Drop a blob that is not wanted; its pool's cleanup does as well. */
void game_store_drop(game_blob_t *blob);

/** A whole blob at once: begin, write and commit. */
game_fault_t *game_store_put(apr_pool_t *pool, const game_store_t *store,
                             const void *data, apr_size_t len,
                             const char *ext, game_stored_t *out);

/** Make a folder below <root>/tmp for a tree. *dir is removed with pool
 *  unless it was committed. @return NULL, or EXECUTION_ERROR */
game_fault_t *game_store_tree_begin(apr_pool_t *pool,
                                    const game_store_t *store,
                                    const char **dir);
/** A tree on its way to its address. */
typedef struct game_store_tree_t {
    const char *dir;            /**< of game_store_tree_begin */
    const char *hash;           /**< of the tree (campaigns.md 4.3) */
    /** Whether what is at the address already is this tree, whole. */
    int (*is_whole)(void *baton, apr_pool_t *pool, const char *path);
    void *baton;
} game_store_tree_t;

/**
 * Sync a tree's files, set the modes of all it has, and rename it to its
 * address. What is there already stays when it is whole; else the two change
 * places. dir is gone afterwards, in every case.
 * @return NULL, or EXECUTION_ERROR (it has what is no file and no folder)
 */
game_fault_t *game_store_tree_commit(apr_pool_t *pool,
                                     const game_store_t *store,
                                     const game_store_tree_t *tree,
                                     game_stored_t *out);

/** How a URI resolves. */
typedef enum {
    GAME_URI_MISSING,
    GAME_URI_REMOTE,            /**< http or https: taken as present */
    GAME_URI_LOCAL              /**< *path is there: a file or a folder */
} game_uri_e;

/**
 * Resolve a URI (4.0). What begins with the asset base is of the store, and
 * nothing else is; of file:// the rest is percent-decoded.
 * @param uri  NULL is missing
 * @param path set when local; real path, links resolved; else NULL
 */
game_uri_e game_store_resolve(apr_pool_t *pool, const game_store_t *store,
                              const char *uri, const char **path);

/** @return whether what was stored under a URI is still there and as large;
 *  its content is not read. @param uri may be NULL, which is not there */
int game_store_holds(apr_pool_t *pool, const game_store_t *store,
                     const char *uri, apr_int64_t size);

/** @return what is at a path, without following a link; APR_NOFILE:
 *  nothing that can be seen */
apr_filetype_e game_store_kind(apr_pool_t *pool, const char *path);

/** @return extension of a path in lower case without its dot; "" if none */
const char *game_store_ext(apr_pool_t *pool, const char *path);
/** @return content type by extension (4.0), of any case */
const char *game_store_type(const char *ext);
/** The names in a folder, in no order.
 *  @param names gets a list of const char *, in pool */
apr_status_t game_store_names(apr_pool_t *pool, const char *path,
                              apr_array_header_t **names);
/** Size of a file, or of all files of a folder (links are not followed);
 *  -1: cannot be read */
apr_int64_t game_store_size(apr_pool_t *pool, const char *path);
/** Read a whole file of at most max bytes; a NUL is put behind it.
 *  @return NULL, or EXECUTION_ERROR */
game_fault_t *game_store_read(apr_pool_t *pool, const char *path,
                              apr_size_t max, const char **data,
                              apr_size_t *len);
/** SHA-256 and size of a file, read in pieces.
 *  @return NULL, or EXECUTION_ERROR */
game_fault_t *game_store_digest(apr_pool_t *pool, const char *path,
                                char hash[GAME_HASH_SIZE],
                                apr_int64_t *size);
/** Remove what is older than age below <root>/tmp: work of dead workers. age
 *  is to be longer than a step may take.
 *  @return number of entries removed */
int game_store_sweep_tmp(apr_pool_t *pool, const game_store_t *store,
                         apr_time_t now, apr_interval_time_t age);

/** Mark which of some content hashes are to stay.
 *  @param hashes of const char *: "sha256:<hex>"
 *  @param kept   one a hash, 0 before
 *  @return 0 when it cannot be said: none of them is removed */
typedef int game_store_keep_fn(void *baton, apr_pool_t *pool,
                               const apr_array_header_t *hashes, char *kept);

/** Remove blobs and trees that were stored before a time and that nobody
 *  wants. What is stored once more while this goes on stays.
 *  @return number of them removed */
int game_store_sweep(apr_pool_t *pool, const game_store_t *store,
                     apr_time_t before, game_store_keep_fn *keep,
                     void *baton);

#endif

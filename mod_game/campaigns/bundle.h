/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file bundle.h
 * Trees of files that are games (campaigns.md 4.3): what is put into them,
 * the list of their files, and the sums over it. A tree under work belongs to
 * its maker alone; store.h takes it to its address.
 */
#ifndef GAME_CAMPAIGNS_BUNDLE_H
#define GAME_CAMPAIGNS_BUNDLE_H

#include "campaigns.h"
#include "canon.h"

/** What every bundle has. The manifest is no part of its own list. */
#define GAME_BUNDLE_ENTRY "index.html"
#define GAME_BUNDLE_CONFIG "game_config.json"
#define GAME_BUNDLE_MANIFEST "bundle_manifest.json"
/** Folder of tracks and assets. */
#define GAME_BUNDLE_ASSETS "assets"

/** Digits of a file's SHA-256 that manifests show. */
#define GAME_BUNDLE_DIGITS 16

/** Deepest folder of a tree, and its longest list. */
#define GAME_BUNDLE_DEPTH 16
#define GAME_BUNDLE_FILES 10000

/** A file of a tree. */
typedef struct game_bundle_file_t {
    const char *path;           /**< '/' between segments */
    apr_int64_t size;           /**< bytes */
    char hash[GAME_HASH_SIZE];
} game_bundle_file_t;

/** @return whether it is a relative path of a bundle (6.1): no empty, "." or
 *  ".." segment and no '\'; NULL is none */
int game_bundle_is_path(const char *path);
/** @return whether it is such a path, of UTF-8 and without control
 *  characters: what our own trees have */
int game_bundle_is_own_path(apr_pool_t *pool, const char *path);

/** Write a file of a tree; folders are made, one of its path is replaced.
 *  @return NULL, or EXECUTION_ERROR */
game_fault_t *game_bundle_put(apr_pool_t *pool, const char *dir,
                              const char *path, const void *data,
                              apr_size_t len);

/** Copy a regular file into a tree, as game_bundle_put.
 *  @param from in the file system */
game_fault_t *game_bundle_copy(apr_pool_t *pool, const char *dir,
                               const char *path, const char *from);

/**
 * Copy a template's folder into a tree: all but manifest.json,
 * manifest.yaml and names that begin with a dot.
 * @return NULL, or EXECUTION_ERROR: it cannot be read, or has a symbolic
 *         link or a file that is not regular
 */
game_fault_t *game_bundle_copy_template(apr_pool_t *pool, const char *dir,
                                        const char *from);

/** Write the placeholder template into a tree, as game_bundle_put. */
game_fault_t *game_bundle_put_placeholder(apr_pool_t *pool, const char *dir);

/**
 * List the files of a tree: depth first, the names of each folder in byte
 * order, without the manifest.
 * @param files gets a list of game_bundle_file_t, in pool
 * @return NULL, or EXECUTION_ERROR: as game_bundle_copy_template, or too
 *         many files
 */
game_fault_t *game_bundle_list(apr_pool_t *pool, const char *dir,
                               apr_array_header_t **files);

/** Hash of a tree, which is its address: of the lines "<hash>  <size>
 *  <path>", paths in byte order. @param files game_bundle_file_t */
void game_bundle_hash(apr_pool_t *pool, const apr_array_header_t *files,
                      char out[GAME_HASH_SIZE]);

/** Checksum of a manifest: of the first digits of each file's hash, in list
 *  order. @param files game_bundle_file_t */
void game_bundle_checksum(apr_pool_t *pool, const apr_array_header_t *files,
                          char out[GAME_HASH_SIZE]);

/** @return the files as a manifest lists them: [{path, size_bytes,
 *  content_type, checksum}]
 *  @param total gets the sum of their sizes */
game_json_t *game_bundle_files(apr_pool_t *pool,
                               const apr_array_header_t *files,
                               apr_int64_t *total);

#endif

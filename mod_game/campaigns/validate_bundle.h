/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file validate_bundle.h
 * What a bundle must be: its manifest as a document (campaigns.md 1.5, 6.1),
 * and its tree as it is on the disk (4.3, validate_game_bundle).
 */
#ifndef GAME_CAMPAIGNS_VALIDATE_BUNDLE_H
#define GAME_CAMPAIGNS_VALIDATE_BUNDLE_H

#include "campaigns.h"

/** What was found in a tree; lists of game_issue_t. */
typedef struct game_bundle_report_t {
    apr_array_header_t *errors;
    apr_array_header_t *warnings;
    apr_array_header_t *info;
    int file_count;             /**< without the manifest */
    apr_int64_t total_size;     /**< bytes of these */
    apr_int64_t load_ms;        /**< estimated, at 1.5 MiBit a second */
} game_bundle_report_t;

/**
 * Check a BundleManifest; unknown members are tolerated.
 * @param manifest any value; NULL is as JSON null
 * @param issues   of VALIDATION_ERROR, INVALID_HASH, MISSING_REQUIRED_FILE,
 *                 MISSING_ASSET and CHECKSUM_MISMATCH are added, up to
 *                 GAME_INPUT_ISSUES (skill_input.h) in all; a path names
 *                 elements by number ("files.0.path"), of a list of texts it
 *                 names the list
 */
void game_validate_bundle(apr_pool_t *pool, const game_json_t *manifest,
                          apr_array_header_t *issues);

/**
 * Check a tree: its files, its manifest, its config and its page. Nothing is
 * read outside it: links are refused.
 * @param dir    in the file system; need not be there
 * @param report all of it is set, in pool; each list has at most
 *               GAME_INPUT_ISSUES (skill_input.h)
 */
void game_validate_bundle_tree(apr_pool_t *pool, const char *dir,
                               game_bundle_report_t *report);

/** @return whether a report lets a bundle pass: no error, and when strict no
 *  warning either */
int game_validate_bundle_passes(const game_bundle_report_t *report,
                                int strict);

#endif

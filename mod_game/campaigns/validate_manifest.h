/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file validate_manifest.h
 * Whether a document is a CampaignManifest (campaigns.md 1.5, 6.1).
 */
#ifndef GAME_CAMPAIGNS_VALIDATE_MANIFEST_H
#define GAME_CAMPAIGNS_VALIDATE_MANIFEST_H

#include "campaigns.h"

/** Whether a URI leads to something (4.0). @param pool for scratch */
typedef int game_validate_uri_fn(apr_pool_t *pool, const void *baton,
                                 const char *uri);

/** One that asks a store: baton is a const game_store_t *. */
game_validate_uri_fn game_validate_uri_store;

/**
 * Check a document.
 * @param document any value; NULL is as JSON null
 * @param resolves asked for every URI of its assets
 * @param issues   of game_issue_t; VALIDATION_ERROR, MISSING_ASSET,
 *                 INVALID_HASH and CHECKSUM_MISMATCH are added. A path names
 *                 elements by number ("assets.additional.0.uri"); of a list
 *                 of texts or numbers it names the list; "" is the document.
 *                 Of very many not all are listed (GAME_INPUT_ISSUES)
 */
void game_validate_manifest(apr_pool_t *pool, const game_json_t *document,
                            game_validate_uri_fn *resolves,
                            const void *baton, apr_array_header_t *issues);

/**
 * Look for what is allowed but hardly meant: a button without an area, an
 * end that is not after the start.
 * @param warnings of game_issue_t; their code is WARNING
 */
void game_validate_manifest_warn(const game_json_t *document,
                                 apr_array_header_t *warnings);

#endif

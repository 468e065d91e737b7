/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file manifest.h
 * The CampaignManifest (campaigns.md 4.4): the one document that a player
 * needs. Its members have an order, as its checksum is of its text.
 */
#ifndef GAME_CAMPAIGNS_MANIFEST_H
#define GAME_CAMPAIGNS_MANIFEST_H

#include "campaigns.h"
#include "canon.h"
#include "skill.h"

/** A manifest, and what keeps it from being published. */
typedef struct game_manifest_t {
    game_json_t *document;
    game_json_t *missing;       /**< texts "<label>: <uri>" */
    game_json_t *warnings;      /**< sentences */
} game_manifest_t;

/**
 * Assemble a manifest. Of the call it needs pool, store and clock; with
 * run_id and artifacts the document names the run's artifacts as well.
 * @param input as skill_input.h has checked it, with defaults or without;
 *              parts of it are part of the document afterwards
 * @return NULL, or the fault of a checkpoint. An asset that is not there is
 *         none: it is in out->missing
 */
game_fault_t *game_manifest_assemble(const game_skill_call_t *call,
                                     const game_json_t *input,
                                     game_manifest_t *out);

/** Compute what the member `checksum` of a document has to be: a digest of
 *  its compact text in which that member is empty. */
void game_manifest_checksum(apr_pool_t *pool, const game_json_t *document,
                            char out[GAME_HASH_SIZE]);

/** @return whether a document's checksum is that of the document */
int game_manifest_verify(apr_pool_t *pool, const game_json_t *document);

#endif

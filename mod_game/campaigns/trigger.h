/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file trigger.h
 * Trigger payloads (campaigns.md 2.4, 2.7): their short forms made canonical,
 * and what a change request makes of the payload of its base run.
 */
#ifndef GAME_CAMPAIGNS_TRIGGER_H
#define GAME_CAMPAIGNS_TRIGGER_H

#include "campaigns.h"

/** Longest campaign_id (characters). */
#define GAME_TRIGGER_ID_MAX 255

/**
 * Make a payload canonical: the form that is stored and that selectors read.
 * What is of a wrong type is left as it is, for validation. Made once more,
 * it stays the same.
 * @param payload any value, or NULL; not changed
 * @return a new value in pool; an object unless payload is there and none
 */
game_json_t *game_trigger_normalize(apr_pool_t *pool,
                                    const game_json_t *payload);

/**
 * Check what no skill checks: that a normalised payload is an object, its
 * campaign_id, that the members are there that every campaign needs, and
 * what a GameConfig and a manifest made of it require of them (6.1).
 * @param issues VALIDATION_ERROR is added, with the type of a 422 item
 */
void game_trigger_check(apr_pool_t *pool, const game_json_t *payload,
                        apr_array_header_t *issues);

/**
 * Apply a change request to the payload of its base run: the patch of its
 * type, merged (RFC 7396). campaign_id cannot change.
 * @param base    normalised payload
 * @param type    of a game_change_t
 * @param payload of the request, or NULL
 * @param issues  VALIDATION_ERROR is added for what is wrong with the
 *                payload; paths are of the payload
 * @return the new payload in pool, normalised; it is to be checked as that
 *         of a trigger
 */
game_json_t *game_trigger_change(apr_pool_t *pool, const game_json_t *base,
                                 const char *type,
                                 const game_json_t *payload,
                                 apr_array_header_t *issues);

#endif

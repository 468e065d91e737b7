/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_json.h
 * JSON in tests of the campaign core: short to write, and damaged in every
 * place.
 */
#ifndef GAME_CAMPAIGN_JSON_H
#define GAME_CAMPAIGN_JSON_H

#include "campaigns.h"

/** @return the value of a text that has ' for ", in test_pool */
game_json_t *campaign_json(const char *text);

/** @return "path type; ..." of issues, in test_pool; "" without any */
const char *campaign_issues(const apr_array_header_t *issues);

/** @return the code of a fault, "" for none; a fault must have a message
 *  that is not too long */
const char *campaign_code(const game_fault_t *fault);

/**
 * Put every kind of value into every place of a value, and nothing, and call
 * a function with the whole each time; then all is as it was.
 * @return how often it was called
 */
int campaign_damage(game_json_t *value,
                    void (*call)(void *baton, const game_json_t *whole),
                    void *baton);

#endif

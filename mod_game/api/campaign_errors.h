/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_errors.h
 * Errors of the campaign endpoints: {"detail": {"code", "message",
 * "params"}} with a status by code (campaigns.md 6.2), and 422 lists made of
 * issues.
 */
#ifndef GAME_API_CAMPAIGN_ERRORS_H
#define GAME_API_CAMPAIGN_ERRORS_H

#include "../campaigns/campaigns.h"
#include "../request.h"

/**
 * Make an error with a code.
 * @param code   a constant of campaigns.md 6.2 or 8; says the status
 * @param params an object as JSON text; NULL: {}
 * @param fmt    of the message
 */
game_error_t *game_campaign_error(apr_pool_t *pool, const char *code,
                                  const char *params, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** An error out of the core: its code and message; its issues, if any, as
 *  params.issues. */
game_error_t *game_campaign_fault(apr_pool_t *pool,
                                  const game_fault_t *fault);

/**
 * The 422 of an input: an item for each issue.
 * @param place what loc begins with: JSON strings with commas, as in
 *              "\"body\",\"triggerPayload\""
 * @param value what the paths of the issues lead into, for the items' input
 * @return NULL for an empty list
 */
game_error_t *game_campaign_issues(apr_pool_t *pool, const char *place,
                                   const game_json_t *value,
                                   const apr_array_header_t *issues);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaigns_int.h
 * Between campaigns*.c and plays*.c only.
 */
#ifndef GAME_API_CAMPAIGNS_INT_H
#define GAME_API_CAMPAIGNS_INT_H

#include "../db.h"
#include "campaign_caller.h"

/** @return the 404 of a campaign that is not there, or not the caller's */
game_error_t *game_campaigns_missing(const game_req_t *req);

/** @return a text of the checked query; NULL when it is absent */
const char *game_campaigns_query(const game_req_t *req, const char *name);

/** Columns of campaign_get. */
enum {
    GAME_CAMPAIGN_JSON, GAME_CAMPAIGN_TENANT, GAME_CAMPAIGN_STATUS,
    GAME_CAMPAIGN_VERSION, GAME_CAMPAIGN_NAME, GAME_CAMPAIGN_TEMPLATE,
    GAME_CAMPAIGN_CONFIG
};

/** Read the campaign of the path. @param rows one row @return NULL, 404,
 *  503 */
game_error_t *game_campaigns_read(game_req_t *req,
                                  game_campaign_caller_t *caller,
                                  const game_rows_t **rows);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaign_caller.h
 * Whose campaigns, runs and artifacts a caller sees (campaigns.md 5.2).
 */
#ifndef GAME_API_CAMPAIGN_CALLER_H
#define GAME_API_CAMPAIGN_CALLER_H

#include "../campaigns_setup.h"
#include "../db.h"
#include "../request.h"
#include "../schema.h"

typedef struct game_campaign_caller_t {
    const char *tenant;         /**< the key's prefix, or "oauth:<subject>";
                                     of what it makes; NULL: anonymous */
    int all;                    /**< an administrator that named no tenant:
                                     sees everybody's */
    const game_campaigns_t *campaigns;  /**< of the server; never NULL where
                                             the route is there */
} game_campaign_caller_t;

/** The query member that administrators may name a tenant with. */
#define GAME_TENANT_FIELD \
    { "tenantId", GAME_STRING, 0, 1, 255, NULL, NULL, NULL, NULL, \
      "Whose to see; of administrators alone." }

/** A query of that member alone. */
extern const game_schema_t game_campaign_query;

/** Who calls; reads tenantId of the query, which counts for administrators
 *  alone. */
void game_campaign_caller(const game_req_t *req,
                          game_campaign_caller_t *caller);

/**
 * Answer a page of a list.
 * @param statement whose values are the tenant, whether all is seen, the
 *                  filters, ordering, limit and offset; rows as
 *                  game_page_send wants them
 * @param filters   NULL for each that is not asked for
 * @param count     1 to GAME_FILTERS
 * @return NULL, CAMPAIGN_NOT_FOUND without a row, 422 for a bad page, 503
 */
game_error_t *game_campaign_list(game_req_t *req, game_sql_e statement,
                                 const char *const *filters, int count);
#define GAME_FILTERS 4

#endif

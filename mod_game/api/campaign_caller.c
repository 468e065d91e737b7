/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Tenants: who a caller of the campaign endpoints is, and lists of what is
 * theirs.
 */

#include "campaign_caller.h"

#include <string.h>

#include <apr_strings.h>

#include "campaign_errors.h"
#include "page.h"

static const game_field_t query_fields[] = { GAME_TENANT_FIELD, { NULL } };

const game_schema_t game_campaign_query = {
    "CampaignQuery", query_fields, NULL
};

void game_campaign_caller(const game_req_t *req,
                          game_campaign_caller_t *caller)
{
    const char *named = game_json_string(
        game_json_member(req->query, "tenantId"));

    caller->campaigns = game_campaigns_of(req->r->server);
    caller->tenant = req->who->prefix ? req->who->prefix
        : !req->who->subject ? NULL
        : apr_pstrcat(req->pool, "oauth:", req->who->subject, NULL);
    caller->all = game_is_admin(req->who);
    if (caller->all && named) {
        caller->tenant = named;
        caller->all = 0;
    }
}

game_error_t *game_campaign_list(game_req_t *req, game_sql_e statement,
                                 const char *const *filters, int count)
{
    const char *values[2 + GAME_FILTERS + 3];
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_page_t page;
    game_error_t *err = game_page_read(req, GAME_PAGE_DEFAULT, &page);

    if (err) {
        return err;
    }
    game_campaign_caller(req, &caller);
    values[0] = caller.tenant;
    values[1] = game_bind_bool(caller.all);
    memcpy(values + 2, filters, (apr_size_t)count * sizeof(*filters));
    values[2 + count] = page.ordering;
    values[3 + count] = page.limit;
    values[4 + count] = page.offset;
    err = game_db_run(req, statement, &rows, 5 + count, values);
    if (err) {
        return err;
    }
    return rows->count ? game_page_send(req, &page, rows)
         : game_campaign_error(req->pool, "CAMPAIGN_NOT_FOUND", NULL,
                               "the campaign does not exist");
}

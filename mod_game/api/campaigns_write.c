/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making, changing and removing campaigns. Which state allows what is held
 * by the statements, under the row's lock.
 */

#include "campaigns.h"

#include <string.h>

#include <apr_strings.h>

#include "../catalog.h"
#include "../response.h"
#include "campaign_errors.h"
#include "campaigns_int.h"

#define NAME_MAX_CHARS 255

/* ---- schemas ---- */

#define TEMPLATE_PATTERN "^[a-z][a-z0-9_]{0,63}$"

#define TEXT_FIELD(name_, flags_, about_) \
    { .name = name_, .type = GAME_STRING, .flags = flags_, .min = 1, \
      .max = NAME_MAX_CHARS, .about = about_ }
#define CONFIG_FIELD(about_) \
    { .name = "config", .type = GAME_DICT, .flags = GAME_NULLABLE, \
      .about = about_ }

static const game_field_t create_fields[] = {
    TEXT_FIELD("name", GAME_REQUIRED, "Name of the campaign."),
    { .name = "templateId", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .pattern = TEMPLATE_PATTERN, .about = "Template of its game." },
    CONFIG_FIELD("Trigger payload of its runs, without campaign_id and "
                 "template_id; it may be completed later."),
    TEXT_FIELD("strategyId", GAME_NULLABLE,
               "Strategy that scores its plays; \"default\"."),
    { .name = NULL }
};

const game_schema_t game_campaigns_create_body = {
    .name = "CampaignCreate", .fields = create_fields
};

static const game_field_t patch_fields[] = {
    TEXT_FIELD("name", GAME_NULLABLE, "New name."),
    CONFIG_FIELD("New config, the whole of it."),
    TEXT_FIELD("strategyId", GAME_NULLABLE, "New strategy."),
    { .name = "expectedVersion", .type = GAME_INT,
      .flags = GAME_NULLABLE | GAME_BOUNDED, .min = 1, .max = 2147483647,
      .about = "Version that the change is made for." },
    { .name = NULL }
};

const game_schema_t game_campaigns_patch_body = {
    .name = "CampaignPatch", .fields = patch_fields
};

static const game_field_t duplicate_fields[] = {
    TEXT_FIELD("name", GAME_NULLABLE,
               "Name of the copy; \"<name> (copy)\"."),
    { .name = NULL }
};

const game_schema_t game_campaigns_duplicate_body = {
    .name = "CampaignDuplicate", .fields = duplicate_fields
};

/* ---- what the statements say ---- */

static const struct {
    const char *outcome, *code, *message;
} refusals[] = {
    { "conflict", "VERSION_CONFLICT",
      "the campaign is of another version by now" },
    { "not_editable", "CAMPAIGN_NOT_EDITABLE",
      "only a draft or a failed campaign can be changed" },
    { "not_deletable", "CAMPAIGN_NOT_DELETABLE",
      "only a draft, a failed or an archived campaign can be deleted" },
    { "state", "INVALID_STATE_TRANSITION",
      "the campaign's state does not allow this" }
};

/* @return NULL for an outcome of success */
static game_error_t *refusal(const game_req_t *req, const char *outcome)
{
    apr_size_t i;

    for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        if (!strcmp(outcome, refusals[i].outcome)) {
            return game_campaign_error(req->pool, refusals[i].code, NULL,
                                       "%s", refusals[i].message);
        }
    }
    return strcmp(outcome, "missing") ? NULL : game_campaigns_missing(req);
}

/* Answer a row of outcome and campaign. */
static game_error_t *answer_outcome(game_req_t *req, const game_rows_t *rows)
{
    game_error_t *err = refusal(req, game_cell(rows, 0, 0));

    return err ? err : game_response_raw(req, HTTP_OK,
                                         game_cell(rows, 0, 1));
}

/* Answer a campaign that was made. */
static game_error_t *answer_made(game_req_t *req, const char *campaign)
{
    game_json_fault_t fault;
    const game_json_t *made = game_json_parse_wide(
        req->pool, campaign, strlen(campaign), 64, &fault);
    const char *id = game_json_member_text(made, "id");

    if (id) {
        game_request_made(req, "campaignId", id);
        apr_table_setn(req->r->headers_out, "Location",
                       apr_pstrcat(req->pool, game_conf_base(req->dir),
                                   "/campaigns/", id, NULL));
    }
    return game_response_raw(req, HTTP_CREATED, campaign);
}

/* ---- handlers ---- */

static const char *user_of(const game_req_t *req)
{
    return req->who->subject ? req->who->subject : req->who->prefix;
}

/* A member of the body; NULL when it is null or absent. */
static const game_json_t *given(const game_req_t *req, const char *name)
{
    const game_json_t *value = game_json_member(req->body, name);

    return game_json_is_null(value) ? NULL : value;
}

static const char *given_json(const game_req_t *req, const char *name)
{
    const game_json_t *value = given(req, name);

    return value ? game_json_text(req->pool, value) : NULL;
}

static game_error_t *check_strategy(game_req_t *req, const char **id)
{
    *id = game_json_string(given(req, "strategyId"));
    return *id ? game_strategy_assignable(req, NULL, *id) : NULL;
}

game_error_t *game_campaigns_create(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    const char *strategy;
    game_error_t *err = check_strategy(req, &strategy);

    game_campaign_caller(req, &caller);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_CREATE, &rows,
                          caller.tenant, user_of(req),
                          game_json_string(given(req, "name")),
                          game_json_string(given(req, "templateId")),
                          given_json(req, "config"), strategy,
                          req->who->prefix, req->who->subject,
                          req->who->realm);
    }
    return err ? err : answer_made(req, game_cell(rows, 0, 0));
}

game_error_t *game_campaigns_patch(game_req_t *req)
{
    const game_json_t *version = given(req, "expectedVersion");
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    const char *strategy;
    game_error_t *err = check_strategy(req, &strategy);

    game_campaign_caller(req, &caller);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_CHANGE, &rows,
                          caller.tenant, game_bind_bool(caller.all),
                          game_request_path(req, "campaignId"),
                          game_json_string(given(req, "name")),
                          given_json(req, "config"), strategy,
                          version ? game_bind_int(req->pool,
                                                  game_json_int(version))
                                  : NULL);
    }
    return err ? err : answer_outcome(req, rows);
}

game_error_t *game_campaigns_delete(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_DELETE, &rows, caller.tenant,
                      game_bind_bool(caller.all),
                      game_request_path(req, "campaignId"));
    if (!err) {
        err = refusal(req, game_cell(rows, 0, 0));
    }
    return err ? err : game_response_none(req);
}

static game_error_t *move(game_req_t *req, const char *to)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_MOVE, &rows, caller.tenant,
                      game_bind_bool(caller.all),
                      game_request_path(req, "campaignId"), to);
    return err ? err : answer_outcome(req, rows);
}

game_error_t *game_campaigns_archive(game_req_t *req)
{
    return move(req, "archived");
}

game_error_t *game_campaigns_restore(game_req_t *req)
{
    return move(req, "live");
}

game_error_t *game_campaigns_duplicate(game_req_t *req)
{
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err;

    game_campaign_caller(req, &caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_DUPLICATE, &rows,
                      caller.tenant, game_bind_bool(caller.all),
                      game_request_path(req, "campaignId"), user_of(req),
                      game_json_string(given(req, "name")),
                      req->who->prefix, req->who->subject, req->who->realm);
    if (err) {
        return err;
    }
    return rows->count ? answer_made(req, game_cell(rows, 0, 0))
                       : game_campaigns_missing(req);
}

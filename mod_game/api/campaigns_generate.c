/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Generating a campaign: a run of a workflow with the campaign's config as
 * payload. When it ends, campaigns.step_finish makes the campaign live.
 */

#include "campaigns.h"

#include <string.h>

#include "../campaign_start_int.h"
#include "../response.h"
#include "campaign_errors.h"
#include "campaigns_int.h"
#include "trigger.h"
#include "validate_manifest.h"

#define CONFIG_DEPTH 64

static const game_field_t generate_fields[] = {
    { .name = "workflowName", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .min = 1, .max = 255,
      .about = "Workflow to run; \"campaign.build.minimal\"." },
    { .name = NULL }
};

const game_schema_t game_campaigns_generate_body = {
    .name = "CampaignGenerate", .fields = generate_fields
};

static game_error_t *find_workflow(const game_req_t *req,
                                   const game_campaign_caller_t *caller,
                                   const game_workflow_t **workflow)
{
    const char *name = game_json_member_text(req->body, "workflowName");

    if (!name) {
        name = "campaign.build.minimal";
    }
    *workflow = game_workflow_find(caller->campaigns->workflows, name, NULL);
    return *workflow ? NULL
         : game_campaign_error(req->pool, "WORKFLOW_NOT_FOUND", NULL,
                               "there is no workflow of this name");
}

/* The payload of a run: the config, and what is the campaign's own. */
static game_json_t *payload_of(const game_req_t *req,
                               const game_rows_t *rows)
{
    const char *config = game_cell(rows, 0, GAME_CAMPAIGN_CONFIG);
    apr_pool_t *pool = req->pool;
    game_json_fault_t fault;
    game_json_t *payload = game_json_parse_wide(pool, config, strlen(config),
                                                CONFIG_DEPTH, &fault);

    if (!payload) {
        payload = game_json_new_object(pool);
    }
    game_json_set_string(pool, payload, "campaign_id",
                         game_request_path(req, "campaignId"));
    game_json_set_string(pool, payload, "template_id",
                         game_cell(rows, 0, GAME_CAMPAIGN_TEMPLATE));
    if (!game_json_member_text(payload, "campaign_name")) {
        game_json_set_string(pool, payload, "campaign_name",
                             game_cell(rows, 0, GAME_CAMPAIGN_NAME));
    }
    return payload;
}

/* What a manifest is not published without. */
static const struct {
    const char *path, *member, *name;   /* member NULL: the payload's own */
} assets[] = {
    { "intro_video_uri", NULL, "intro_video_uri" },
    { "outcome_videos.win_video_uri", "outcome_videos", "win_video_uri" },
    { "outcome_videos.lose_video_uri", "outcome_videos", "lose_video_uri" }
};

static void check_assets(apr_pool_t *pool, const game_store_t *store,
                         const game_json_t *payload,
                         apr_array_header_t *issues)
{
    apr_size_t i;

    for (i = 0; i < sizeof(assets) / sizeof(assets[0]); i++) {
        const char *uri = game_json_string(game_json_member(
            assets[i].member ? game_json_member(payload, assets[i].member)
                             : payload, assets[i].name));

        if (uri && !game_validate_uri_store(pool, store, uri)) {
            game_issue_add(issues, assets[i].path, "MISSING_ASSET",
                           "The asset is not there", NULL);
        }
    }
}

/* What the steps will require and the config does not have, or what it names
 * and is not there: a run would be in vain. */
static game_error_t *check_config(game_req_t *req,
                                  const game_campaign_caller_t *caller,
                                  const game_campaign_start_t *what)
{
    apr_array_header_t *issues = apr_array_make(req->pool, 4,
                                                sizeof(game_issue_t));
    game_json_t *payload = game_trigger_normalize(req->pool, what->payload);
    const char *code = "CAMPAIGN_CONFIG_INCOMPLETE";
    game_fault_t *fault;

    game_campaign_check(req, caller->campaigns, what->workflow, payload,
                        issues);
    if (!issues->nelts) {
        code = "MISSING_ASSET";
        check_assets(req->pool, caller->campaigns->store, payload, issues);
    }
    fault = game_fault_issues(req->pool, code, issues);
    return fault ? game_campaign_fault(req->pool, fault) : NULL;
}

static game_error_t *answer(game_req_t *req,
                            const game_campaign_started_t *started)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "campaignId", game_request_path(req, "campaignId"));
    game_jw_string(jw, "runId", started->run_id);
    game_jw_string(jw, "status", "generating");
    game_jw_end(jw);
    return game_response_json(req, HTTP_ACCEPTED, jw);
}

game_error_t *game_campaigns_generate(game_req_t *req)
{
    game_campaign_started_t started;
    game_campaign_start_t what = { .place = "\"config\"" };
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err = game_campaigns_read(req, &caller, &rows);

    if (!err) {
        err = find_workflow(req, &caller, &what.workflow);
    }
    if (err) {
        return err;
    }
    what.payload = payload_of(req, rows);
    what.campaign = game_request_path(req, "campaignId");
    what.campaign_version = game_cell(rows, 0, GAME_CAMPAIGN_VERSION);
    err = check_config(req, &caller, &what);
    if (!err) {
        err = game_campaign_start(req, &caller, &what, &started);
    }
    return err ? err : answer(req, &started);
}

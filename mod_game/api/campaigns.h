/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaigns.h
 * Campaigns as their owners see them (campaigns.md 1.7, 5.3), and the
 * manifest that everybody sees while a campaign is live.
 */
#ifndef GAME_API_CAMPAIGNS_H
#define GAME_API_CAMPAIGNS_H

#include "../request.h"

extern const game_schema_t game_campaigns_create_body;
extern const game_schema_t game_campaigns_patch_body;
extern const game_schema_t game_campaigns_generate_body;
extern const game_schema_t game_campaigns_duplicate_body;
extern const game_schema_t game_campaigns_list_query;
extern const game_schema_t game_campaigns_runs_query;

extern const game_schema_t game_campaigns_one_answer;
extern const game_schema_t game_campaigns_list_answer;
extern const game_schema_t game_campaigns_generate_answer;
extern const game_schema_t game_campaigns_runs_answer;
extern const game_schema_t game_campaigns_manifest_answer;

/* campaigns.c: GET */
game_error_t *game_campaigns_list(game_req_t *req);
game_error_t *game_campaigns_get(game_req_t *req);
game_error_t *game_campaigns_runs(game_req_t *req);
/** 200 with the manifest's checksum as ETag, or 304. */
game_error_t *game_campaigns_manifest(game_req_t *req);

/* campaigns_write.c */
game_error_t *game_campaigns_create(game_req_t *req);
game_error_t *game_campaigns_patch(game_req_t *req);
game_error_t *game_campaigns_delete(game_req_t *req);
game_error_t *game_campaigns_archive(game_req_t *req);
game_error_t *game_campaigns_restore(game_req_t *req);
game_error_t *game_campaigns_duplicate(game_req_t *req);

/** campaigns_generate.c: POST /campaigns/{campaignId}/generate. 202: a run
 *  that makes the campaign is queued. */
game_error_t *game_campaigns_generate(game_req_t *req);

#endif

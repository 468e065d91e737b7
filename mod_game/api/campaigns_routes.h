/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaigns_routes.h
 * Rows of the route table of campaigns and plays.
 */
#ifndef GAME_CAMPAIGNS_ROUTES_H
#define GAME_CAMPAIGNS_ROUTES_H

#include "campaigns.h"
#include "plays.h"
#include "plays_invite.h"

/** Changes of campaigns are in the audit log as those of games are; plays,
 *  of which there are many, are not. */
#define GAME_CAMPAIGNS_AUDIT \
    GAME_AUDIT("campaign", GAME_INFO | GAME_SUCCESS, GAME_INFO | GAME_ERROR)
#define GAME_CAMPAIGNS_AUDIT_READ \
    GAME_AUDIT("campaign", GAME_INFO, GAME_INFO)

#define GAME_ROUTES_CAMPAIGNS \
    { "POST", "/campaigns", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, &game_campaigns_create_body, game_campaigns_create, \
      "create_campaign", \
      "Make a campaign, as a draft", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_campaigns_one_answer, 404, 0), \
      .success = 201, .campaigns = 1 }, \
    { "GET", "/campaigns", \
      GAME_ACCESS_EITHER, NULL, \
      &game_campaigns_list_query, NULL, game_campaigns_list, \
      "list_campaigns", \
      "List the caller's campaigns", \
      GAME_CAMPAIGNS_AUDIT_READ, \
      GAME_ANSWERS(game_campaigns_list_answer, 0), \
      .campaigns = 1 }, \
    { "GET", "/campaigns/{campaignId}", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, NULL, game_campaigns_get, \
      "get_campaign", \
      "Show a campaign", \
      GAME_CAMPAIGNS_AUDIT_READ, \
      GAME_ANSWERS(game_campaigns_one_answer, 404, 0), \
      .campaigns = 1 }, \
    { "PATCH", "/campaigns/{campaignId}", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, &game_campaigns_patch_body, game_campaigns_patch, \
      "patch_campaign", \
      "Change a campaign that is a draft or failed", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_campaigns_one_answer, 404, 409, 0), \
      .campaigns = 1 }, \
    { "DELETE", "/campaigns/{campaignId}", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, NULL, game_campaigns_delete, \
      "delete_campaign", \
      "Delete a campaign that is not live", \
      GAME_CAMPAIGNS_AUDIT, \
      .errors = (const short[]){ 404, 0 }, .success = 204, \
      .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/generate", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, &game_campaigns_generate_body, game_campaigns_generate, \
      "generate_campaign", \
      "Start the run that makes the campaign and brings it live", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_campaigns_generate_answer, 404, 409, 0), \
      .success = 202, .body_optional = 1, .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/archive", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, NULL, game_campaigns_archive, \
      "archive_campaign", \
      "Take a live campaign off", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_campaigns_one_answer, 404, 409, 0), \
      .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/restore", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, NULL, game_campaigns_restore, \
      "restore_campaign", \
      "Bring an archived campaign live again", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_campaigns_one_answer, 404, 409, 0), \
      .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/duplicate", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, &game_campaigns_duplicate_body, game_campaigns_duplicate, \
      "duplicate_campaign", \
      "Make a draft like a campaign", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_campaigns_one_answer, 404, 0), \
      .success = 201, .body_optional = 1, .campaigns = 1 }, \
    { "GET", "/campaigns/{campaignId}/runs", \
      GAME_ACCESS_EITHER, NULL, \
      &game_campaigns_runs_query, NULL, game_campaigns_runs, \
      "list_campaign_runs", \
      "List the runs of a campaign", \
      GAME_CAMPAIGNS_AUDIT_READ, \
      GAME_ANSWERS(game_campaigns_runs_answer, 404, 0), \
      .campaigns = 1 }, \
    { "GET", "/campaigns/{campaignId}/manifest", \
      GAME_ACCESS_OPEN, NULL, \
      NULL, NULL, game_campaigns_manifest, \
      "get_campaign_manifest", \
      "Show the manifest of a live campaign: what a player needs", \
      GAME_ANSWERS(game_campaigns_manifest_answer, 304, 404, 410, 0), \
      .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/invitations", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, &game_plays_invite_body, game_plays_invite, \
      "invite_player", \
      "Vouch for a user whose browser has no credential", \
      GAME_CAMPAIGNS_AUDIT, \
      GAME_ANSWERS(game_plays_invite_answer, 404, 0), \
      .success = 201, .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/plays", \
      GAME_ACCESS_OPEN, NULL, \
      NULL, &game_plays_start_body, game_plays_start, \
      "start_play", \
      "Start a play: whether it wins is decided here", \
      GAME_ANSWERS(game_plays_start_answer, 404, 409, 410, 500, 0), \
      .success = 201, .limited = 1, .body_optional = 1, .campaigns = 1 }, \
    { "POST", "/campaigns/{campaignId}/plays/{playId}/finish", \
      GAME_ACCESS_OPEN, NULL, \
      NULL, &game_plays_finish_body, game_plays_finish, \
      "finish_play", \
      "Finish a play with its token, and book its points", \
      GAME_ANSWERS(game_plays_finish_answer, 404, 409, 410, 0), \
      .campaigns = 1 }, \
    { "GET", "/campaigns/{campaignId}/plays", \
      GAME_ACCESS_EITHER, NULL, \
      &game_plays_list_query, NULL, game_plays_list, \
      "list_plays", \
      "List the plays of a campaign", \
      GAME_CAMPAIGNS_AUDIT_READ, \
      GAME_ANSWERS(game_plays_list_answer, 404, 0), \
      .campaigns = 1 }, \
    { "GET", "/campaigns/{campaignId}/plays/stats", \
      GAME_ACCESS_EITHER, NULL, \
      NULL, NULL, game_plays_stats, \
      "get_play_stats", \
      "Sums of the plays of a campaign", \
      GAME_CAMPAIGNS_AUDIT_READ, \
      GAME_ANSWERS(game_plays_stats_answer, 404, 0), \
      .campaigns = 1 },

#endif

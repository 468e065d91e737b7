/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of campaigns and plays answer.
 */

#include "answers.h"
#include "campaigns.h"
#include "plays.h"

static const char *const campaign_states[] = {
    "draft", "generating", "live", "failed", "archived", NULL
};

static const game_field_t campaign[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MAYBE("userId", GAME_STRING, "Who made it."),
    GAME_MEMBER("name", GAME_STRING, NULL),
    GAME_MEMBER("templateId", GAME_STRING, "Template of its game."),
    { .name = "status", .type = GAME_STRING, .choices = campaign_states },
    GAME_MEMBER("config", GAME_DICT, "Trigger payload of its runs."),
    GAME_MEMBER("strategyId", GAME_STRING,
                "Strategy that scores its plays."),
    GAME_MAYBE("bundleUrl", GAME_STRING, "Where its game is, once live."),
    GAME_MAYBE("thumbnailUrl", GAME_STRING, NULL),
    GAME_MAYBE("latestRunId", GAME_UUID, "Run that was started last."),
    GAME_MAYBE("manifestArtifactId", GAME_UUID, "Manifest that is served."),
    GAME_MAYBE("gameId", GAME_UUID, "Game that its points are of."),
    GAME_MAYBE("error", GAME_DICT,
               "Why the latest run was not published: code, message, "
               "timestamp, details?; until the next one."),
    GAME_MEMBER("version", GAME_INT, "One more with each change."),
    GAME_MEMBER("createdAt", GAME_TIME, NULL),
    GAME_MEMBER("updatedAt", GAME_TIME, NULL),
    GAME_LAST
};

GAME_ANSWER(game_campaigns_one_answer, "Campaign", campaign);

static const game_field_t campaigns[] = {
    GAME_ITEMS("items", game_campaigns_one_answer, NULL),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_campaigns_list_answer, "CampaignList", campaigns);

static const game_field_t generated[] = {
    GAME_MEMBER("campaignId", GAME_UUID, NULL),
    GAME_MEMBER("runId", GAME_UUID, "The run that makes it."),
    GAME_MEMBER("status", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_campaigns_generate_answer, "CampaignGenerating", generated);

static const game_field_t runs[] = {
    GAME_ITEMS("items", game_free_answer, "Runs, as /runs/{runId} has them."),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_campaigns_runs_answer, "CampaignRunList", runs);

const game_schema_t game_campaigns_manifest_answer = {
    .name = "CampaignManifest"
};

/* ---- plays ---- */

static const game_field_t started[] = {
    GAME_MEMBER("playId", GAME_UUID, NULL),
    GAME_MEMBER("outcome", GAME_STRING, "\"win\" or \"lose\"."),
    GAME_MAYBE("prize", GAME_STRING, "Of a win, where the game has prizes."),
    GAME_MEMBER("playToken", GAME_STRING, "Finishes the play, once."),
    GAME_MAYBE("playsRemaining", GAME_INT,
               "Of this player; null: no limit."),
    GAME_LAST
};

GAME_ANSWER(game_plays_start_answer, "PlayStarted", started);

#define PLAY_MEMBERS \
    GAME_MEMBER("playId", GAME_UUID, NULL), \
    GAME_MEMBER("campaignId", GAME_UUID, NULL), \
    GAME_MEMBER("playNo", GAME_INT, "Which of the player's."), \
    GAME_MEMBER("outcome", GAME_STRING, "\"win\" or \"lose\"."), \
    GAME_MAYBE("prize", GAME_STRING, NULL), \
    GAME_MEMBER("status", GAME_STRING, \
                "\"started\", \"finished\" or \"expired\"."), \
    GAME_MEMBER("startedAt", GAME_TIME, NULL), \
    GAME_MAYBE("finishedAt", GAME_TIME, NULL), \
    GAME_MAYBE("durationMs", GAME_INT, "As the page said it."), \
    GAME_MAYBE("pointsAwarded", GAME_INT, \
               "0 of players without a name.")

static const game_field_t finished[] = { PLAY_MEMBERS, GAME_LAST };

GAME_ANSWER(game_plays_finish_answer, "PlayFinished", finished);

static const game_field_t play[] = {
    PLAY_MEMBERS,
    GAME_MEMBER("playerKey", GAME_STRING,
                "externalUserId, or \"anon:<id>\"."),
    GAME_MAYBE("region", GAME_STRING, NULL),
    GAME_MEMBER("runId", GAME_UUID, "Run whose manifest was played."),
    GAME_MAYBE("manifestChecksum", GAME_STRING, NULL),
    { .name = "playerResult", .type = GAME_ANY, .flags = GAME_NULLABLE,
      .about = "What the game said." },
    GAME_LAST
};

static const game_schema_t play_schema = { .name = "Play", .fields = play };

static const game_field_t plays[] = {
    GAME_ITEMS("items", play_schema, NULL),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_plays_list_answer, "PlayList", plays);

static const game_field_t stats[] = {
    GAME_MEMBER("campaignId", GAME_UUID, NULL),
    GAME_MEMBER("plays", GAME_INT, NULL),
    GAME_MEMBER("wins", GAME_INT, NULL),
    GAME_MEMBER("observedRate", GAME_REAL, "Wins of all plays."),
    GAME_MEMBER("finished", GAME_INT, NULL),
    GAME_MEMBER("players", GAME_INT, NULL),
    GAME_MEMBER("points", GAME_INT, "That were booked."),
    GAME_LAST
};

GAME_ANSWER(game_plays_stats_answer, "PlayStats", stats);

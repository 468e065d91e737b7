/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The end of plays, and what the owner of a campaign sees of them.
 */

#include "plays.h"

#include <string.h>

#include "../campaign_points.h"
#include "../response.h"
#include "campaigns_int.h"
#include "page.h"

#define RESULT_MAX 4096
#define DURATION_MAX 2147483647
#define PLAY_DEPTH 64

/* ---- schemas ---- */

static const game_field_t finish_fields[] = {
    { .name = "playToken", .type = GAME_STRING, .flags = GAME_REQUIRED,
      .min = 1, .max = 128, .about = "As the start answered it." },
    { .name = "durationMs", .type = GAME_INT,
      .flags = GAME_REQUIRED | GAME_BOUNDED, .min = 0, .max = DURATION_MAX,
      .about = "How long the game was played, in milliseconds." },
    { .name = "playerResult", .type = GAME_SCALAR_OR_DICT,
      .flags = GAME_NULLABLE,
      .about = "What the game says of it, at most 4096 bytes; kept, and "
               "without effect." },
    { .name = NULL }
};

const game_schema_t game_plays_finish_body = {
    .name = "PlayFinish", .fields = finish_fields
};

static const char *const statuses[] = {
    "started", "finished", "expired", NULL
};

static const char *const orderings[] = {
    "startedAt", "-startedAt", "finishedAt", "-finishedAt", "outcome",
    "-outcome", "playerKey", "-playerKey", NULL
};

static const game_field_t list_fields[] = {
    { .name = "player", .type = GAME_STRING, .min = 1, .max = 255,
      .about = "Plays of one player: externalUserId, or \"anon:<id>\"." },
    { .name = "status", .type = GAME_STRING, .choices = statuses,
      .about = "Plays in this state." },
    GAME_NEWEST_FIELD(orderings, "-startedAt"),
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("10"),
    { .name = NULL }
};

const game_schema_t game_plays_list_query = {
    .name = "PlayListQuery", .fields = list_fields
};

/* ---- finishing ---- */

static game_error_t *read_result(const game_req_t *req, const char **text)
{
    const game_json_t *result = game_json_member(req->body, "playerResult");

    *text = NULL;
    if (game_json_is_null(result)) {
        return NULL;
    }
    *text = game_json_text(req->pool, result);
    return strlen(*text) <= RESULT_MAX ? NULL
         : game_error_item(req->pool, "value_error", "body", "playerResult",
                           "Input should have at most 4096 bytes", "null");
}

/* The members of the play that are its player's. */
static game_error_t *answer_play(game_req_t *req, const char *text)
{
    static const char *const shown[] = {
        "playId", "campaignId", "playNo", "outcome", "prize", "status",
        "startedAt", "finishedAt", "durationMs", "pointsAwarded"
    };
    game_jw_t *jw = game_jw_make(req->pool);
    game_json_fault_t fault;
    const game_json_t *play = game_json_parse_wide(req->pool, text,
                                                   strlen(text), PLAY_DEPTH,
                                                   &fault);
    apr_size_t i;

    game_jw_object(jw, NULL);
    for (i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
        game_jw_value(jw, shown[i], game_json_member(play, shown[i]));
    }
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_plays_finish(game_req_t *req)
{
    const char *token = game_json_string(game_json_member(req->body,
                                                          "playToken"));
    unsigned char hash[32];
    game_play_end_t end = { 0 };
    const char *play;
    game_error_t *err = read_result(req, &end.result);

    game_sha256(token, strlen(token), hash);
    end.campaign = game_request_path(req, "campaignId");
    end.play = game_request_path(req, "playId");
    end.token = game_bytea(req->pool, hash, sizeof(hash));
    end.duration_ms = game_bind_int(req->pool,
        game_json_int(game_json_member(req->body, "durationMs")));
    if (!err) {
        err = game_campaign_finish(req, &end, &play);
    }
    return err ? err : answer_play(req, play);
}

/* ---- for owners ---- */

game_error_t *game_plays_list(game_req_t *req)
{
    const char *filters[] = {
        game_request_path(req, "campaignId"),
        game_campaigns_query(req, "player"),
        game_campaigns_query(req, "status")
    };

    return game_campaign_list(req, GAME_SQL_CAMPAIGN_PLAY_LIST, filters, 3);
}

game_error_t *game_plays_stats(game_req_t *req)
{
    enum { PLAYS, WINS, RATE, FINISHED, PLAYERS, POINTS };
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err;
    game_jw_t *jw;

    game_campaign_caller(req, &caller);
    err = GAME_DB_RUN(req, GAME_SQL_CAMPAIGN_PLAY_STATS, &rows,
                      caller.tenant, game_bind_bool(caller.all),
                      game_request_path(req, "campaignId"));
    if (err) {
        return err;
    }
    if (!rows->count) {
        return game_campaigns_missing(req);
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "campaignId", game_request_path(req, "campaignId"));
    game_jw_int(jw, "plays", game_cell_int(rows, 0, PLAYS));
    game_jw_int(jw, "wins", game_cell_int(rows, 0, WINS));
    game_jw_real(jw, "observedRate", game_cell_real(rows, 0, RATE));
    game_jw_int(jw, "finished", game_cell_int(rows, 0, FINISHED));
    game_jw_int(jw, "players", game_cell_int(rows, 0, PLAYERS));
    game_jw_int(jw, "points", game_cell_int(rows, 0, POINTS));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

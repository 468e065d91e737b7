/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Starting plays: what is known of campaign and player is read, play.h
 * decides, and the statement that writes counts once more. What was decided
 * by another manifest than is live by then is decided again.
 */

#include "plays.h"

#include <limits.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "../access.h"
#include "../catalog.h"
#include "../limit.h"
#include "../response.h"
#include "actions.h"
#include "campaign_errors.h"
#include "campaigns_int.h"
#include "play.h"
#include "plays_player.h"

#define TURNS 8
#define TOKEN_BYTES 32
#define HASH_BYTES 32
#define RULES_DEPTH 32
#define CONFIG_MAX 1048576

static const game_field_t start_fields[] = {
    { .name = "externalUserId", .type = GAME_STRING,
      .flags = GAME_NULLABLE, .min = 1, .max = 200,
      .about = "Who plays, in the client's words; with an API key of the "
               "campaign's owner alone." },
    { .name = "region", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .min = 1, .max = 8,
      .about = "Where they are (\"ES\"); with an API key alone." },
    { .name = "invitation", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .min = 1, .max = 2048,
      .about = "Of somebody without credentials, whom the campaign's owner "
               "has invited." },
    { .name = NULL }
};

const game_schema_t game_plays_start_body = {
    .name = "PlayStart", .fields = start_fields
};

/* Columns of campaign_play_facts. */
enum {
    FACT_STATUS, FACT_TENANT, FACT_RULES, FACT_CHANCE, FACT_CHECKSUM,
    FACT_RUN, FACT_GAME, FACT_NOW, FACT_PLAYS, FACT_MINUTE_N, FACT_HOUR_N,
    FACT_MINUTE, FACT_HOUR, FACT_BUNDLE
};

/* Columns of campaign_play_start. */
enum { START_OUTCOME, START_PLAY, START_NO, START_AT, START_RETRY };

/* A play on its way to its start. */
typedef struct start_t {
    game_req_t *req;
    const char *campaign;
    game_player_t player;
    const game_rows_t *facts;   /* one row */
    game_play_t play;           /* what was decided */
    const char *prize;          /* or NULL */
    const char *token;          /* for the player */
    const char *token_hash;     /* bytea text */
    const game_rows_t *rows;    /* of campaign_play_start */
} start_t;

static const char *fact(const start_t *s, int column)
{
    return game_cell(s->facts, 0, column);
}

/* ---- random ---- */

static game_error_t *draw(game_req_t *req, void *bytes, apr_size_t len)
{
    return apr_generate_random_bytes(bytes, len) == APR_SUCCESS ? NULL
         : game_error_internal(req->pool, "no random bytes");
}

static game_error_t *make_token(start_t *s)
{
    unsigned char raw[TOKEN_BYTES], hash[HASH_BYTES];
    char *token = apr_palloc(s->req->pool, 2 * TOKEN_BYTES + 1);
    game_error_t *err = draw(s->req, raw, sizeof(raw));

    if (!err) {
        game_hex(raw, sizeof(raw), token);
        game_sha256(token, 2 * TOKEN_BYTES, hash);
        s->token = token;
        s->token_hash = game_bytea(s->req->pool, hash, sizeof(hash));
    }
    return err;
}

/* ---- who ---- */

/* Users are named by those who may: the campaign's tenant, administrators,
 * and whoever may use its game. */
static game_error_t *check_naming(const start_t *s)
{
    const game_principal_t *who = s->req->who;
    const game_game_t *game;

    if (!s->player.named || game_is_admin(who)
        || !strcmp(who->prefix, fact(s, FACT_TENANT))) {
        return NULL;
    }
    if (fact(s, FACT_GAME)) {
        return game_catalog_own_game(s->req, fact(s, FACT_GAME), &game);
    }
    return game_error_make(s->req->pool, HTTP_FORBIDDEN, "You do not have "
                           "permission to name users of this campaign");
}

/* A name that no user can have would never get its points. */
static game_error_t *check_user(const start_t *s)
{
    const game_game_t *game;
    game_user_id_t user;
    game_error_t *err;

    if (s->player.anonymous || !fact(s, FACT_GAME)) {
        return NULL;
    }
    err = game_catalog_game(s->req, fact(s, FACT_GAME), &game);
    if (err) {
        return err->status == HTTP_NOT_FOUND ? NULL : err;
    }
    game_request_user(s->req, game->realm, s->player.key, &user);
    return game_actions_check_user(s->req, s->player.key, &user);
}

/* ---- deciding ---- */

static game_error_t *read_facts(start_t *s)
{
    game_error_t *err = GAME_DB_RUN(s->req, GAME_SQL_CAMPAIGN_PLAY_FACTS,
                                    &s->facts, s->campaign, s->player.key);

    if (!err && !s->facts->count) {
        err = game_campaigns_missing(s->req);
    }
    return err;
}

static const game_json_t *rules_of(const start_t *s)
{
    const char *text = fact(s, FACT_RULES);
    game_json_fault_t fault;

    return !text ? NULL : game_json_parse_wide(s->req->pool, text,
                                               strlen(text), RULES_DEPTH,
                                               &fault);
}

static game_error_t *refusal(const start_t *s, const char *code,
                             const char *message, int retry_after)
{
    game_error_t *err = game_campaign_error(s->req->pool, code, NULL, "%s",
                                            message);

    err->retry_after = retry_after;
    if (err->status == HTTP_UNAUTHORIZED) {
        err->header[0] = "WWW-Authenticate";
        err->header[1] = "Bearer";
    }
    return err;
}

static game_error_t *decide(start_t *s)
{
    game_play_context_t context = {
        .status = fact(s, FACT_STATUS),
        .now = game_cell_int(s->facts, 0, FACT_NOW),
        .logged_in = !s->player.anonymous, .region = s->player.region,
        .plays = game_cell_int(s->facts, 0, FACT_PLAYS),
        .last_minute = game_cell_int(s->facts, 0, FACT_MINUTE_N),
        .last_hour = game_cell_int(s->facts, 0, FACT_HOUR_N),
        .minute_first = game_cell_int(s->facts, 0, FACT_MINUTE),
        .hour_first = game_cell_int(s->facts, 0, FACT_HOUR),
        .win_probability = game_cell_real(s->facts, 0, FACT_CHANCE)
    };
    game_error_t *err = draw(s->req, &context.u53, sizeof(context.u53));

    if (err) {
        return err;
    }
    game_play_decide(rules_of(s), &context, &s->play);
    return !s->play.code ? NULL : refusal(s, s->play.code, s->play.message,
                                          s->play.retry_after);
}

/* The config that the bundle has; NULL when it cannot be read, which costs
 * a prize and not the play. */
static const game_json_t *config_of(const start_t *s)
{
    const game_campaigns_t *campaigns = game_campaigns_of(s->req->r->server);
    apr_pool_t *pool = s->req->pool;
    game_json_fault_t fault;
    const char *path, *text;
    apr_size_t len;

    if (!fact(s, FACT_BUNDLE)
        || game_store_resolve(pool, campaigns->store,
                              apr_pstrcat(pool, fact(s, FACT_BUNDLE),
                                          "game_config.json", NULL), &path)
           != GAME_URI_LOCAL
        || game_store_read(pool, path, CONFIG_MAX, &text, &len)) {
        return NULL;
    }
    return game_json_parse_wide(pool, text, len, RULES_DEPTH, &fault);
}

static game_error_t *find_prize(start_t *s)
{
    apr_uint64_t u53;
    game_error_t *err = draw(s->req, &u53, sizeof(u53));

    s->prize = err || !s->play.win ? NULL
             : game_play_prize(config_of(s), u53);
    return err;
}

/* ---- writing ---- */

/* A limit as the statement wants it: NULL for none. */
static const char *limit_text(const start_t *s, apr_int64_t limit)
{
    return limit > 0 && limit <= INT_MAX ? game_bind_int(s->req->pool, limit)
                                         : NULL;
}

static game_error_t *write_play(start_t *s)
{
    double chance = s->play.win_probability;

    chance = chance > 1 ? 1 : chance > 0 ? chance : 0;
    return GAME_DB_RUN(s->req, GAME_SQL_CAMPAIGN_PLAY_START, &s->rows,
                       s->campaign, s->player.key,
                       game_bind_bool(s->player.anonymous),
                       fact(s, FACT_CHECKSUM),
                       limit_text(s, s->play.limit),
                       limit_text(s, s->play.minute_limit),
                       limit_text(s, s->play.hour_limit),
                       s->play.win ? "win" : "lose", s->prize,
                       game_json_real_text(s->req->pool, chance),
                       s->player.region, s->token_hash);
}

static int retry_after(const start_t *s)
{
    apr_int64_t left = game_cell_int(s->rows, 0, START_RETRY)
                     - game_cell_int(s->facts, 0, FACT_NOW);

    return left <= 0 ? 1 : (int)apr_time_sec(left + APR_USEC_PER_SEC - 1);
}

/* What the statement that counts again said, but for 'started'. */
static game_error_t *judge(const start_t *s, const char *outcome)
{
    if (!strcmp(outcome, "max")) {
        return refusal(s, "MAX_PLAYS_REACHED", "no play is left", 0);
    }
    if (!strcmp(outcome, "minute") || !strcmp(outcome, "hour")) {
        return refusal(s, "RATE_LIMITED", "too many plays; try again later",
                       retry_after(s));
    }
    return NULL;
}

/* One turn: read, decide, write. */
static game_error_t *attempt(start_t *s)
{
    game_error_t *err = read_facts(s);

    if (!err) {
        err = check_naming(s);
    }
    if (!err) {
        err = decide(s);
    }
    if (!err) {
        err = check_user(s);
    }
    if (!err) {
        err = find_prize(s);
    }
    if (!err) {
        err = write_play(s);
    }
    return err ? err : judge(s, game_cell(s->rows, 0, START_OUTCOME));
}

static game_error_t *answer(start_t *s)
{
    game_jw_t *jw = game_jw_make(s->req->pool);

    game_player_remember(s->req, &s->player);
    game_request_note(s->req, "user", s->player.key);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "playId", game_cell(s->rows, 0, START_PLAY));
    game_jw_string(jw, "outcome", s->play.win ? "win" : "lose");
    game_jw_string(jw, "prize", s->prize);
    game_jw_string(jw, "playToken", s->token);
    if (s->play.limit) {
        game_jw_int(jw, "playsRemaining", s->play.limit
                    - game_cell_int(s->rows, 0, START_NO));
    }
    else {
        game_jw_null(jw, "playsRemaining");
    }
    game_jw_end(jw);
    return game_response_json(s->req, HTTP_CREATED, jw);
}

game_error_t *game_plays_start(game_req_t *req)
{
    start_t s = { .req = req };
    game_error_t *err = game_player_find(req, &s.player);
    int turn;

    s.campaign = game_request_path(req, "campaignId");
    if (!err) {
        err = game_limit_event(req, s.player.key);
    }
    if (!err) {
        err = make_token(&s);
    }
    for (turn = 0; !err && turn < TURNS; turn++) {
        err = attempt(&s);
        if (!err && strcmp(game_cell(s.rows, 0, START_OUTCOME), "moved")) {
            return answer(&s);
        }
    }
    return err ? err : game_error_unavailable(req->pool, "a play found no "
                                              "quiet moment");
}

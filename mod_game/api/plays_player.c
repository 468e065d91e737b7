/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Players. The cookie of an anonymous one is "<id>.<HMAC of the id>", its
 * key made of the server's secret: ids cannot be thought up, and every server
 * with the same secret knows them. Nothing is stored.
 */

#include "plays_player.h"

#include <string.h>

#include <http_protocol.h>
#include <util_cookies.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "../signature.h"
#include "campaign_errors.h"
#include "plays_invite.h"

#define COOKIE "game_player"
#define PREFIX "anon:"
#define PURPOSE "mod_game: cookies of players"
#define ID_BYTES 16
#define ID_LEN (2 * ID_BYTES)
#define VALUE_LEN (ID_LEN + 1 + GAME_SIGNATURE_LEN)
#define YEAR 31536000
#define REGION_MAX 8

/* ---- cookies ---- */

static const char *sign(const game_req_t *req, const char *id)
{
    return game_signature_make(req->pool, req->server->secret, PURPOSE, id);
}

/* The id of the request's cookie; NULL when there is none that is ours. */
static const char *known_id(const game_req_t *req)
{
    const char *value = NULL, *id;

    if (ap_cookie_read(req->r, COOKIE, &value, 0) != APR_SUCCESS || !value
        || strlen(value) != VALUE_LEN || value[ID_LEN] != '.') {
        return NULL;
    }
    id = apr_pstrmemdup(req->pool, value, ID_LEN);
    return game_signature_is(req->pool, req->server->secret, PURPOSE, id,
                             value + ID_LEN + 1) ? id : NULL;
}

static game_error_t *new_id(const game_req_t *req, const char **id)
{
    unsigned char raw[ID_BYTES];
    char *text = apr_palloc(req->pool, ID_LEN + 1);

    if (apr_generate_random_bytes(raw, sizeof(raw)) != APR_SUCCESS) {
        return game_error_internal(req->pool, "no random bytes");
    }
    game_hex(raw, sizeof(raw), text);
    *id = text;
    return NULL;
}

/* In a frame of another site a cookie is sent when it says so, and is taken
 * over https alone. */
static const char *attributes(const game_req_t *req)
{
    int secure = !strcmp(ap_http_scheme(req->r), "https");

    return !secure ? "; SameSite=Lax"
         : req->server->campaigns.embed_domains ? "; SameSite=None; Secure"
         : "; SameSite=Lax; Secure";
}

void game_player_remember(game_req_t *req, const game_player_t *player)
{
    if (player->cookie) {
        apr_table_addn(req->r->err_headers_out, "Set-Cookie",
            apr_psprintf(req->pool, COOKIE "=%s.%s; Max-Age=%d; Path=%s"
                         "/campaigns; HttpOnly%s", player->cookie,
                         sign(req, player->cookie), YEAR,
                         game_conf_base(req->dir), attributes(req)));
    }
}

/* ---- players ---- */

static game_error_t *find_anonymous(game_req_t *req, game_player_t *player)
{
    game_error_t *err = NULL;

    if (!req->server->secret) {
        err = game_campaign_error(req->pool, "LOGIN_REQUIRED", NULL,
                                  "only users can play here");
        err->log = "an anonymous play needs GameSecretFile";
        return err;
    }
    player->anonymous = 1;
    player->cookie = known_id(req);
    if (!player->cookie) {
        err = new_id(req, &player->cookie);
    }
    if (!err) {
        player->key = apr_pstrcat(req->pool, PREFIX, player->cookie, NULL);
    }
    return err;
}

static game_error_t *not_a_user(const game_req_t *req, const char *name)
{
    return game_error_item(req->pool, "value_error", "body",
                           "externalUserId",
                           "The name is one of anonymous players",
                           game_json_text(req->pool,
                               game_json_new_string(req->pool, name)));
}

static const char *text_of(const game_req_t *req, const char *name)
{
    return game_json_member_text(req->body, name);
}

static const char *region_of(const game_req_t *req)
{
    const char *region = req->who->prefix ? text_of(req, "region") : NULL;

    if (!region) {
        region = apr_table_get(req->r->subprocess_env,
                               GAME_COUNTRY_VARIABLE);
    }
    return region && *region && strlen(region) <= REGION_MAX ? region : NULL;
}

/* Whom the campaign's owner vouches for. */
static game_error_t *find_invited(game_req_t *req, game_player_t *player)
{
    const char *region = NULL;
    game_error_t *err = game_plays_invited(req, text_of(req, "invitation"),
                                           &player->key, &region);

    if (!err && region) {
        player->region = region;
    }
    return err ? err : strncmp(player->key, PREFIX, strlen(PREFIX))
         ? NULL : not_a_user(req, player->key);
}

game_error_t *game_player_find(game_req_t *req, game_player_t *player)
{
    const char *named = req->who->prefix ? text_of(req, "externalUserId")
                                         : NULL;

    memset(player, 0, sizeof(*player));
    player->region = region_of(req);
    player->named = named != NULL;
    player->key = named ? named : req->who->subject;
    if (!player->key && text_of(req, "invitation")) {
        return find_invited(req, player);
    }
    if (!player->key) {
        return find_anonymous(req, player);
    }
    return strncmp(player->key, PREFIX, strlen(PREFIX))
         ? NULL : not_a_user(req, player->key);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making and reading invitations: base64url of a small JSON object, a dot,
 * and its signature.
 */

#include "plays_invite.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_strings.h>

#include "../response.h"
#include "../signature.h"
#include "answers.h"
#include "campaign_errors.h"
#include "campaigns_int.h"

#define PURPOSE "mod_game: invitations"
#define TEXT_MAX 2048
#define DEPTH 2

static const game_field_t invite_fields[] = {
    { .name = "externalUserId", .type = GAME_STRING,
      .flags = GAME_REQUIRED, .min = 1, .max = 200,
      .about = "Whom it is for, in the client's words." },
    { .name = "region", .type = GAME_STRING, .flags = GAME_NULLABLE,
      .min = 1, .max = 8, .about = "Where they are (\"ES\")." },
    { .name = "expiresIn", .type = GAME_INT, .flags = GAME_BOUNDED,
      .min = 60, .max = 31536000, .fallback = "86400",
      .about = "Seconds for which it counts." },
    { .name = NULL }
};

const game_schema_t game_plays_invite_body = {
    .name = "PlayInvite", .fields = invite_fields
};

static const game_field_t invited[] = {
    GAME_MEMBER("invitation", GAME_STRING,
                "For the page, or for member invitation of a play."),
    GAME_MEMBER("playPath", GAME_STRING,
                "Path and query of the play page for this user."),
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("expiresAt", GAME_TIME, NULL),
    GAME_LAST
};

GAME_ANSWER(game_plays_invite_answer, "PlayInvitation", invited);

/* ---- making ---- */

static const char *content_of(game_req_t *req, apr_time_t end)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "c", game_request_path(req, "campaignId"));
    game_jw_string(jw, "u", game_json_string(
        game_json_member(req->body, "externalUserId")));
    game_jw_string(jw, "r", game_json_string(
        game_json_member(req->body, "region")));
    game_jw_int(jw, "e", apr_time_sec(end));
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

static game_error_t *without_secret(const game_req_t *req)
{
    game_error_t *err = game_error_unavailable(
        req->pool, "invitations need GameSecretFile");

    err->detail = "Invitations are not set up on this server";
    return err;
}

game_error_t *game_plays_invite(game_req_t *req)
{
    apr_time_t end = apr_time_now() + apr_time_from_sec(
        game_json_int(game_json_member(req->body, "expiresIn")));
    const char *content, *signature, *text;
    game_campaign_caller_t caller;
    const game_rows_t *rows;
    game_error_t *err = game_campaigns_read(req, &caller, &rows);
    game_jw_t *jw;

    if (err) {
        return err;
    }
    content = apr_pencode_base64(req->pool, content_of(req, end),
                                 APR_ENCODE_STRING,
                                 APR_ENCODE_BASE64URL
                                 | APR_ENCODE_NOPADDING, NULL);
    signature = game_signature_make(req->pool, req->server->secret, PURPOSE,
                                    content);
    if (!signature) {
        return without_secret(req);
    }
    text = apr_pstrcat(req->pool, content, ".", signature, NULL);
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_string(jw, "invitation", text);
    game_jw_string(jw, "playPath",
                   apr_pstrcat(req->pool, "/play/",
                               game_request_path(req, "campaignId"),
                               "/?invitation=", text, NULL));
    game_jw_string(jw, "externalUserId", game_json_string(
        game_json_member(req->body, "externalUserId")));
    game_jw_string(jw, "expiresAt", game_time_z(req->pool, end));
    game_jw_end(jw);
    return game_response_json(req, HTTP_CREATED, jw);
}

/* ---- reading ---- */

static game_error_t *refused(const game_req_t *req, const char *why)
{
    return game_campaign_error(req->pool, "INVALID_INVITATION", NULL, "%s",
                               why);
}

/* What an invitation of this server says; NULL: it is none. */
static const game_json_t *read_invitation(const game_req_t *req,
                                          const char *text)
{
    const char *dot = strchr(text, '.'), *content, *json;
    game_json_fault_t fault;
    apr_size_t len;

    if (!dot || strlen(text) > TEXT_MAX) {
        return NULL;
    }
    content = apr_pstrmemdup(req->pool, text, (apr_size_t)(dot - text));
    if (!game_signature_is(req->pool, req->server->secret, PURPOSE, content,
                           dot + 1)) {
        return NULL;
    }
    json = apr_pdecode_base64(req->pool, content, APR_ENCODE_STRING,
                              APR_ENCODE_BASE64URL, &len);
    return json ? game_json_parse(req->pool, json, len, DEPTH, &fault)
                : NULL;
}

game_error_t *game_plays_invited(game_req_t *req, const char *text,
                                 const char **user, const char **region)
{
    const game_json_t *content = read_invitation(req, text);
    const char *campaign = game_json_string(game_json_member(content, "c"));

    if (!campaign || strcmp(campaign, game_request_path(req, "campaignId"))) {
        return refused(req, "the invitation is not one to this campaign");
    }
    if (apr_time_sec(apr_time_now())
        >= game_json_int(game_json_member(content, "e"))) {
        return refused(req, "the invitation is over");
    }
    *user = game_json_string(game_json_member(content, "u"));
    *region = game_json_string(game_json_member(content, "r"));
    return NULL;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Puts the two credentials together as the access classes of the route
 * table want (http-api.md 3.3, 3.4): which is looked at first, and which
 * fault is told.
 */

#include "auth.h"

#include <apr_strings.h>

#include "auth_subject.h"

#define GUARD "Invalid authentication credentials"
#define KEYED_REFUSAL "Custom strategy endpoints require an authenticated " \
                      "caller (API key or Keycloak admin)."

/* The guard's answer, whatever was wrong with the token. */
static game_error_t *guard(game_req_t *req, const game_error_t *cause)
{
    game_error_t *err = game_error_make(req->pool, HTTP_UNAUTHORIZED, "%s",
                                        GUARD);

    err->header[0] = "WWW-Authenticate";
    err->header[1] = "Bearer";
    err->log = cause ? (cause->log ? cause->log : cause->detail) : NULL;
    return err;
}

static game_error_t *take_key(game_req_t *req, game_principal_t *who)
{
    const game_key_t *key;
    game_error_t *err;

    if (!game_auth_has_key(req)) {
        return NULL;
    }
    err = game_auth_key(req, &key);
    if (!err) {
        who->prefix = key->prefix;
        who->realm = key->realm;
        who->key_admin = key->admin;
    }
    return err;
}

static game_error_t *take_token(game_req_t *req, game_principal_t *who)
{
    game_token_t token;
    game_error_t *err;

    if (!game_auth_has_token(req)) {
        return NULL;
    }
    err = game_auth_token(req, &token);
    if (!err) {
        err = game_auth_subject(req, token.subject);
    }
    if (!err) {
        who->subject = token.subject;
        who->token_admin = token.admin;
    }
    return err;
}

/* Key first; with a good key a bad token is told by its own fault. */
static game_error_t *either(game_req_t *req, game_principal_t *who)
{
    game_error_t *err = take_key(req, who);

    if (err) {
        return err;
    }
    err = take_token(req, who);
    if (err && err->status < 500 && !who->prefix) {
        return guard(req, err);
    }
    if (!err && !who->prefix && !who->subject) {
        return guard(req, NULL);
    }
    return err;
}

/* Token first; an administrator's key opens what wants an administrator. */
static game_error_t *bearer(game_req_t *req, game_principal_t *who,
                            int admin_key)
{
    game_error_t *err = take_token(req, who);

    if (err) {
        return err->status >= 500 ? err : guard(req, err);
    }
    err = take_key(req, who);
    if (!who->subject && !(admin_key && who->key_admin)) {
        return err && err->status >= 500 ? err : guard(req, err);
    }
    return err;
}

static game_error_t *optional(game_req_t *req, game_principal_t *who)
{
    game_error_t *err = take_key(req, who);

    return err ? err : take_token(req, who);
}

static game_error_t *forbid(game_req_t *req, const char *text)
{
    return game_error_make(req->pool, HTTP_FORBIDDEN, "%s", text);
}

static game_error_t *by_class(game_req_t *req, game_principal_t *who)
{
    game_error_t *err = NULL;

    switch (req->route->access) {
    case GAME_ACCESS_NONE:
        break;
    case GAME_ACCESS_OPEN:
        err = optional(req, who);
        break;
    case GAME_ACCESS_EITHER:
        err = either(req, who);
        break;
    case GAME_ACCESS_BEARER:
        err = bearer(req, who, 0);
        break;
    case GAME_ACCESS_BEARER_ADMIN:
        err = bearer(req, who, 1);
        if (!err && !game_is_admin(who)) {
            req->handled = 1;   /* the audit log has those who tried */
            err = forbid(req, req->route->refusal);
        }
        break;
    case GAME_ACCESS_KEYED:
        err = optional(req, who);
        if (!err && !who->prefix && !who->subject) {
            err = forbid(req, KEYED_REFUSAL);
        }
        break;
    case GAME_ACCESS_CTX_ADMIN:
        err = optional(req, who);
        if (!err && !game_is_admin(who)) {
            err = forbid(req, req->route->refusal);
        }
        break;
    case GAME_ACCESS_ADMIN:
        err = either(req, who);
        if (!err && !game_is_admin(who)) {
            err = forbid(req, req->route->refusal);
        }
        break;
    }
    return err;
}

game_error_t *game_auth_caller(game_req_t *req)
{
    game_principal_t *who = apr_pcalloc(req->pool, sizeof(*who));
    game_error_t *err = by_class(req, who);

    req->who = who;
    if (err) {
        return err;
    }
    if (who->prefix || who->subject) {
        req->r->user = apr_pstrdup(req->pool, who->prefix ? who->prefix
                                                          : who->subject);
        game_request_note(req, "client", req->r->user);
    }
    if (who->prefix && !who->subject) {
        req->r->ap_auth_type = (char *)"game-key";
    }
    if (who->realm) {
        game_request_note(req, "realm", who->realm);
    }
    return NULL;
}

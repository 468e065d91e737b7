/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * httpd's own authentication and authorisation phases: when a token is
 * looked at, and the providers game-access, game-key and game-admin of
 * Require. What a route wants is decided later, by auth.c.
 */

#include "handler.h"

#include <http_core.h>
#include <http_request.h>
#include <mod_auth.h>

#include "auth.h"
#include "auth_subject.h"

/* A token beside a request that needs none is verified all the same: a bad
 * one must not pass for a missing one. */
static int force_authn(request_rec *r)
{
    return game_handler_wants_token(r) ? OK : DECLINED;
}

/* Runs before mod_auth_openidc. A bad key ends a request unless the route
 * looks at the token first; a good key alone is an authenticated user. */
static int check_authn(request_rec *r)
{
    const game_key_t *key;
    game_error_t *err;
    game_req_t *req;

    if (game_config_dir(r)->engine != 1) {
        return DECLINED;
    }
    req = game_request_of(r);
    game_handler_match(req);
    if (!req->route || !game_auth_has_key(req)
        || (game_auth_has_token(req)
            && (req->route->access == GAME_ACCESS_BEARER
                || req->route->access == GAME_ACCESS_BEARER_ADMIN))) {
        return DECLINED;
    }
    err = game_auth_key(req, &key);
    if (err) {
        req->auth_error = err;
        return err->status;
    }
    if (game_auth_has_token(req)) {
        return DECLINED;
    }
    r->user = (char *)key->prefix;
    r->ap_auth_type = (char *)"game-key";
    return OK;
}

/* ---- Require ---- */

static authz_status check_access(request_rec *r, const char *line,
                                 const void *parsed)
{
    (void)r;
    (void)line;
    (void)parsed;
    return AUTHZ_GRANTED;
}

/* "game-key": a good API key. Without a user yet, authentication has to run
 * first where the API is: a plain refusal would end the request. Elsewhere
 * the key is looked at here and makes no user. */
static authz_status check_key(request_rec *r, const char *line,
                              const void *parsed)
{
    game_req_t *req = game_request_of(r);
    const game_key_t *key;

    (void)line;
    (void)parsed;
    if (!r->user && game_config_dir(r)->engine == 1) {
        return AUTHZ_DENIED_NO_USER;
    }
    return game_auth_has_key(req) && !game_auth_key(req, &key)
         ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static authz_status check_admin(request_rec *r, const char *line,
                                const void *parsed)
{
    game_req_t *req = game_request_of(r);
    const game_key_t *key;
    game_token_t token;

    (void)line;
    (void)parsed;
    if (!r->user && game_config_dir(r)->engine == 1) {
        return AUTHZ_DENIED_NO_USER;
    }
    if (game_auth_has_key(req) && !game_auth_key(req, &key) && key->admin) {
        return AUTHZ_GRANTED;
    }
    return game_auth_has_token(req) && !game_auth_token(req, &token)
        && token.admin ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static const char *no_argument(cmd_parms *cmd, const char *line,
                               const void **parsed)
{
    (void)cmd;
    (void)parsed;
    return line && *line ? "Require game-access, game-key and game-admin "
                           "take no argument" : NULL;
}

static const authz_provider access_provider = { check_access, no_argument };
static const authz_provider key_provider = { check_key, no_argument };
static const authz_provider admin_provider = { check_admin, no_argument };

void game_authz_register(apr_pool_t *pool)
{
    static const char *const before[] = { "mod_auth_openidc.c", NULL };

    ap_hook_check_authn(check_authn, NULL, before, APR_HOOK_FIRST,
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_force_authn(force_authn, NULL, NULL, APR_HOOK_MIDDLE);
    ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, "game-access",
                              AUTHZ_PROVIDER_VERSION, &access_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, "game-key",
                              AUTHZ_PROVIDER_VERSION, &key_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, "game-admin",
                              AUTHZ_PROVIDER_VERSION, &admin_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}

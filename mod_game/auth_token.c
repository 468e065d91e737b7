/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Claims of a bearer token. The signature is mod_auth_openidc's business:
 * claims are read from the environment that it fills, and only when it says
 * that it authenticated this request.
 */

#include "auth_subject.h"

#include <string.h>

#include <http_core.h>
#include <http_log.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "log.h"

APLOG_USE_MODULE(game);

#define LEEWAY 30               /* seconds, of nbf */

static const char *claim(const game_req_t *req, const char *name)
{
    const char *value = apr_table_get(req->r->subprocess_env,
                            apr_pstrcat(req->pool, "OIDC_CLAIM_", name,
                                        NULL));

    return value && *value ? value : NULL;
}

int game_auth_has_key(const game_req_t *req)
{
    const char *key = apr_table_get(req->r->headers_in, "X-API-Key");

    return key && *key;
}

static int has_bearer(const game_req_t *req)
{
    const char *value = apr_table_get(req->r->headers_in, "Authorization");

    if (!value || strncasecmp(value, "Bearer", 6) || value[6] != ' ') {
        return 0;
    }
    value += 6;
    while (*value == ' ') {
        value++;
    }
    return *value != '\0';
}

/* A browser session counts where AuthType has sessions. */
static int has_session(const game_req_t *req)
{
    const char *type = ap_auth_type(req->r);

    return type && (!strcasecmp(type, "openid-connect")
                    || !strcasecmp(type, "auth-openidc"))
        && apr_table_get(req->r->headers_in, "Cookie");
}

int game_auth_has_token(const game_req_t *req)
{
    return has_bearer(req) || has_session(req);
}

/* mod_auth_openidc's word: it set the user, under one of its types. */
static int vouched(const game_req_t *req)
{
    const char *type = req->r->ap_auth_type;

    return req->r->user && type
        && (!strcasecmp(type, "oauth20")
            || !strcasecmp(type, "openid-connect")
            || !strcasecmp(type, "auth-openidc"));
}

/* A list arrives joined by commas. */
static int names(const char *list, const char *word)
{
    apr_size_t len = strlen(word);

    while (list && *list) {
        while (*list == ' ' || *list == ',') {
            list++;
        }
        if (!strncmp(list, word, len)
            && (list[len] == ',' || list[len] == '\0')) {
            return 1;
        }
        list = strchr(list, ',');
    }
    return 0;
}

static int in_roles(const game_json_t *holder, const char *role)
{
    const game_json_t *roles = game_json_member(holder, "roles");
    apr_size_t i;

    for (i = 0; i < game_json_size(roles); i++) {
        const char *name = game_json_string(game_json_at(roles, i));

        if (name && !strcmp(name, role)) {
            return 1;
        }
    }
    return 0;
}

static const game_json_t *claim_object(const game_req_t *req,
                                       const char *name)
{
    const char *text = claim(req, name);
    game_json_fault_t fault;

    return text ? game_json_parse(req->pool, text, strlen(text), 16, &fault)
                : NULL;
}

static int is_admin(const game_req_t *req)
{
    const char *role = game_conf_admin_role(req->dir);
    const game_json_t *clients = claim_object(req, "resource_access");

    return in_roles(claim_object(req, "realm_access"), role)
        || names(claim(req, "roles"), role)
        || (req->dir->admin_client
            && in_roles(game_json_member(clients, req->dir->admin_client),
                        role))
        || in_roles(game_json_member(clients, "account"), role);
}

static const char *subject_of(const game_req_t *req)
{
    static const char *const claims[] = {
        "sub", "preferred_username", "email", "client_id", "azp", NULL
    };
    int i;

    for (i = 0; claims[i]; i++) {
        const char *value = claim(req, claims[i]);

        apr_size_t len;

        while (value && apr_isspace(*value)) {
            value++;
        }
        for (len = value ? strlen(value) : 0;
             len && apr_isspace(value[len - 1]); len--)
            ;
        if (len) {
            return apr_pstrmemdup(req->pool, value, len);
        }
    }
    return NULL;
}

static game_error_t *refuse(game_req_t *req, int status, const char *text,
                            const char *why)
{
    game_error_t *err = game_error_make(req->pool, status, "%s", text);

    err->log = why;
    return err;
}

static game_error_t *check_times(game_req_t *req)
{
    const char *exp = claim(req, "exp"), *nbf = claim(req, "nbf");
    apr_int64_t now = apr_time_sec(apr_time_now());
    char *end;

    if (!exp) {
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "token without exp");
    }
    if (apr_strtoi64(exp, &end, 10) <= now || (*end && *end != '.')) {
        return refuse(req, HTTP_UNAUTHORIZED, "Token has expired", NULL);
    }
    if (nbf && apr_strtoi64(nbf, NULL, 10) > now + LEEWAY) {
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "token not yet valid");
    }
    return NULL;
}

static game_error_t *check_claims(game_req_t *req)
{
    const char *type = game_conf_token_type(req->dir);
    const char *iss = claim(req, "iss"), *typ = claim(req, "typ");

    if (!req->dir->token_issuer || !req->dir->token_audience) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, req->r, GAME_LOGNO(0201)
                      "bearer tokens are refused until GameTokenIssuer and "
                      "GameTokenAudience are set");
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "no issuer or audience configured");
    }
    if (!iss || strcmp(iss, req->dir->token_issuer)) {
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "token of another issuer");
    }
    if (strcasecmp(type, "any") && (!typ || strcmp(typ, type))) {
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "token of another type (see GameTokenType)");
    }
    if (!claim(req, "aud")) {
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "token without aud");
    }
    if (!names(claim(req, "aud"), req->dir->token_audience)) {
        return refuse(req, HTTP_FORBIDDEN, "Invalid audience", NULL);
    }
    return check_times(req);
}

game_error_t *game_auth_token(game_req_t *req, game_token_t *token)
{
    game_error_t *err;

    if (!vouched(req)) {
        return refuse(req, HTTP_UNAUTHORIZED, "Invalid token",
                      "no module has verified the token (AuthType?)");
    }
    err = check_claims(req);
    if (err) {
        return err;
    }
    token->subject = subject_of(req);
    if (!token->subject) {
        return refuse(req, HTTP_UNAUTHORIZED, "Token subject not found",
                      NULL);
    }
    token->admin = is_admin(req);
    return NULL;
}

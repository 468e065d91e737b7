/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Serves the play page, which is the same for every campaign: files of
 * GameCampaignPlayDir, index.html at /play/{campaignId}/ and what it loads at
 * /play/_shell/. Nothing is looked up: the page asks the API whether there is
 * such a campaign.
 */

#include "play_page.h"

#include <string.h>

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "campaigns_setup.h"
#include "game.h"
#include "handler.h"
#include "log.h"
#include "openapi.h"
#include "response_file.h"
#include "store.h"

#define ROOT "/play/"
#define SHELL "_shell/"
#define UUID_LEN (GAME_UUID_SIZE - 1)
#define PAGE "index.html"
#define PAGE_MAX 65536
#define PAGE_API "\"../../api/v1\"" /* in the page: where the API is */
#define USUAL_BASE "/api/v1"
#define CACHE "public, max-age=300"

static int is_uuid(const char *text)
{
    int i;

    for (i = 0; i < UUID_LEN; i++) {
        int hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (hyphen ? text[i] != '-' : !apr_isxdigit(text[i])) {
            return 0;
        }
    }
    return 1;
}

/* A name in one folder, with one dot in it. */
static int is_plain(const char *name)
{
    apr_size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return len && name[len] == '.' && apr_islower(name[len + 1])
        && !name[len + 1 + strspn(name + len + 1,
                                  "abcdefghijklmnopqrstuvwxyz0123456789")];
}

/* The file of a path: its name; "": the path lacks its last slash; NULL: it
 * is none of ours. */
static const char *file_of(const request_rec *r)
{
    const char *at = r->uri;

    if (strncmp(at, ROOT, strlen(ROOT)) || !game_campaigns_of(r->server)) {
        return NULL;
    }
    at += strlen(ROOT);
    if (!strncmp(at, SHELL, strlen(SHELL))) {
        at += strlen(SHELL);
        return is_plain(at) && strcmp(at, PAGE) ? at : NULL;
    }
    if (!is_uuid(at)) {
        return NULL;
    }
    at += UUID_LEN;
    return !*at ? "" : strcmp(at, "/") ? NULL : PAGE;
}

/* ---- headers ---- */

/* Everything is this server's, but for films and pictures, which a manifest
 * may have anywhere, and for bundles where assets have a server of their
 * own. */
static void guard_page(request_rec *r)
{
    const game_campaigns_conf_t *conf = game_campaigns_of(r->server)->conf;
    const char *origin = game_openapi_origin(r->pool,
                             game_conf_campaign_asset_base(conf));
    const char *assets = origin ? apr_pstrcat(r->pool, " ", origin, NULL)
                                : "";

    apr_table_setn(r->headers_out, "Content-Security-Policy",
        apr_pstrcat(r->pool, "default-src 'none'; script-src 'self'; "
                    "style-src 'self'; font-src 'self'; img-src 'self' data: "
                    "http: https:; media-src 'self' http: https:; "
                    "connect-src 'self'", assets, "; frame-src 'self'",
                    assets, "; base-uri 'none'; form-action 'none'; "
                    "frame-ancestors ",
                    game_conf_campaign_ancestors(conf, r->pool), NULL));
}

static const char *type_of(apr_pool_t *pool, const char *path)
{
    const char *type = game_store_type(game_store_ext(pool, path));

    return !strncmp(type, "text/", 5) || strstr(type, "javascript")
         ? apr_pstrcat(pool, type, "; charset=utf-8", NULL) : type;
}

/* ---- answers ---- */

static int lead(request_rec *r)
{
    apr_table_setn(r->headers_out, "Location",
        apr_pstrcat(r->pool, ap_escape_uri(r->pool, r->uri), "/",
                    r->args ? "?" : NULL, r->args, NULL));
    r->status = HTTP_PERMANENT_REDIRECT;
    ap_set_content_length(r, 0);
    return OK;
}

/* The page of a server whose API is elsewhere: it is told where. */
static int send_told(request_rec *r, const game_file_t *file,
                     const char *base)
{
    const char *text, *at;
    apr_bucket_brigade *bb;
    apr_size_t len;

    if (game_store_read(r->pool, file->path, PAGE_MAX, &text, &len)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, GAME_LOGNO(0721)
                      "%s cannot be read", file->path);
        return HTTP_NOT_FOUND;
    }
    at = strstr(text, PAGE_API);
    if (at) {
        text = apr_pstrcat(r->pool, apr_pstrmemdup(r->pool, text,
                               (apr_size_t)(at - text)), "\"../..",
                           ap_escape_html(r->pool, base), "\"",
                           at + strlen(PAGE_API), NULL);
    }
    len = strlen(text);
    ap_set_content_type(r, file->type);
    ap_set_content_length(r, (apr_off_t)len);
    apr_table_setn(r->headers_out, "Cache-Control", file->cache);
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    APR_BRIGADE_INSERT_TAIL(bb,
        apr_bucket_pool_create(text, len, r->pool,
                               r->connection->bucket_alloc));
    return game_file_pass(r, bb);
}

static int send_page(request_rec *r, const char *name)
{
    const game_server_conf_t *conf = game_config_server(r->server);
    const char *base = conf->api ? game_conf_base(conf->api) : USUAL_BASE;
    game_file_t file = { .cache = CACHE };

    file.path = apr_pstrcat(r->pool,
                            game_conf_campaign_play_dir(&conf->campaigns),
                            "/", name, NULL);
    file.type = type_of(r->pool, name);
    if (strcmp(name, PAGE)) {
        return game_file_send(r, &file);
    }
    guard_page(r);
    return strcmp(base, USUAL_BASE) ? send_told(r, &file, base)
                                    : game_file_send(r, &file);
}

static int handler(request_rec *r)
{
    const char *name = file_of(r);
    int status;

    if (!name) {
        return DECLINED;
    }
    status = game_file_method(r);
    if (status != DECLINED) {
        return status;
    }
    return *name ? send_page(r, name) : lead(r);
}

/* As for the API: neither a name nor a directory walk. */
static int translate(request_rec *r)
{
    if (!file_of(r)) {
        return DECLINED;
    }
    r->filename = apr_pstrcat(r->pool, GAME_NO_FILE, r->uri, NULL);
    return OK;
}

void game_play_page_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_translate_name(translate, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The setters of the directives of campaigns. All of them are of the whole
 * server: one process works for all of it. Whether a directory is there is
 * looked at when campaigns are on, in campaigns_setup.c.
 */

#include "directives_campaigns.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "config.h"
#include "provider.h"
#include "skill.h"

#define TTL_MAX (10 * 366 * 86400)
#define TIMEOUT_MAX 3600
#define TIMEOUT "timeout="

#define AT(member) APR_OFFSETOF(game_server_conf_t, campaigns.member)

const game_number_t game_number_campaign_workers = {
    1, GAME_CAMPAIGN_WORKERS, AT(workers), 0, 1
};
const game_number_t game_number_campaign_lease = {
    1, 3600, AT(lease), 0, 1
};
const game_number_t game_number_campaign_run_timeout = {
    0, 86400, AT(run_timeout), 0, 1
};

static game_campaigns_conf_t *conf_of(const cmd_parms *cmd)
{
    return &game_config_server(cmd->server)->campaigns;
}

/* The member that a command's info is the place of. */
static void *member_of(const cmd_parms *cmd)
{
    return (char *)game_config_server(cmd->server) + (apr_size_t)cmd->info;
}

static void add_text(cmd_parms *cmd, apr_array_header_t **list,
                     const char *text)
{
    if (!*list) {
        *list = apr_array_make(cmd->pool, 4, sizeof(const char *));
    }
    APR_ARRAY_PUSH(*list, const char *) = text;
}

const char *game_directives_campaign_flag(cmd_parms *cmd, void *dir,
                                          int flag)
{
    (void)dir;
    *(int *)member_of(cmd) = flag;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

/* An absolute path without a slash at its end. */
static const char *take_path(cmd_parms *cmd, const char *arg,
                             const char **path)
{
    char *full = ap_server_root_relative(cmd->pool, arg);
    apr_size_t len = full ? strlen(full) : 0;

    if (!*arg || !full || *full != '/') {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is no path",
                            cmd->cmd->name, arg);
    }
    while (len > 1 && full[len - 1] == '/') {
        full[--len] = '\0';
    }
    *path = full;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *game_directives_campaign_path(cmd_parms *cmd, void *dir,
                                          const char *arg)
{
    (void)dir;
    return take_path(cmd, arg, member_of(cmd));
}

const char *game_directives_campaign_root(cmd_parms *cmd, void *dir,
                                          const char *arg)
{
    const char *path = NULL, *fault = take_path(cmd, arg, &path);

    (void)dir;
    if (!fault) {
        add_text(cmd, &conf_of(cmd)->asset_roots, path);
    }
    return fault;
}

/* Segments of letters, digits and "-._~", none of them of dots alone. */
static int is_url_path(const char *path, apr_size_t len)
{
    apr_size_t i, begin = 1;

    for (i = 1; i <= len; i++) {
        if (i == len || path[i] == '/') {
            if (strspn(path + begin, ".") >= i - begin) {
                return 0;
            }
            begin = i + 1;
        }
        else if (!apr_isalnum(path[i]) && !strchr("-._~", path[i])) {
            return 0;
        }
    }
    return len > 1;
}

const char *game_directives_campaign_base(cmd_parms *cmd, void *dir,
                                          const char *arg)
{
    apr_size_t len = strlen(arg);

    (void)dir;
    while (len > 1 && arg[len - 1] == '/') {
        len--;
    }
    if (*arg != '/' || !is_url_path(arg, len)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is no path of a URL like "
                            "/campaign-assets", cmd->cmd->name, arg);
    }
    conf_of(cmd)->asset_base = apr_pstrmemdup(cmd->pool, arg, len);
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *skill_names(apr_pool_t *pool)
{
    const char *names = "";
    int i;

    for (i = 0; game_skills[i]; i++) {
        names = apr_pstrcat(pool, names, *names ? ", " : "",
                            game_skills[i]->id, NULL);
    }
    return names;
}

const char *game_directives_campaign_ttl(cmd_parms *cmd, void *dir,
                                         const char *skill,
                                         const char *arg)
{
    game_campaigns_conf_t *conf = conf_of(cmd);
    apr_int64_t seconds;
    const char *fault = game_directives_whole(cmd, arg, 0, TTL_MAX,
                                              &seconds);

    (void)dir;
    if (!game_skill_find(skill)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not one of %s",
                            cmd->cmd->name, skill, skill_names(cmd->pool));
    }
    if (fault) {
        return fault;
    }
    if (!conf->cache_ttls) {
        conf->cache_ttls = apr_table_make(cmd->pool, 4);
    }
    apr_table_set(conf->cache_ttls, skill, arg);
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

/* name [timeout=seconds] command argument ..., or a URL [token-file] */
const char *game_directives_campaign_provider(cmd_parms *cmd, void *dir,
                                              int argc, char *const argv[])
{
    const game_provider_t **member = member_of(cmd);
    apr_size_t word = sizeof(TIMEOUT) - 1;
    apr_array_header_t *words;
    game_provider_t *provider;
    apr_int64_t seconds = 0;
    const char *fault;
    int i = 1;

    (void)dir;
    words = apr_array_make(cmd->pool, argc + 1, sizeof(const char *));
    if (argc > 1 && !strncmp(argv[1], TIMEOUT, word)) {
        fault = game_directives_whole(cmd, argv[1] + word, 1, TIMEOUT_MAX,
                                      &seconds);
        if (fault) {
            return fault;
        }
        i++;
    }
    for (; i < argc; i++) {
        APR_ARRAY_PUSH(words, const char *) = argv[i];
    }
    fault = game_provider_make(cmd->pool, argc ? argv[0] : "", words,
                               &provider);
    if (fault) {
        return apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, fault);
    }
    if (seconds) {
        provider->timeout = apr_time_from_sec(seconds);
    }
    *member = provider;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

/* A host of a Content-Security-Policy: [scheme://][*.]name[:port|:*] */
static int is_host_source(const char *text)
{
    const char *host = strstr(text, "://");
    apr_size_t len;

    if (host && strncmp(text, "https://", 8)
        && strncmp(text, "http://", 7)) {
        return 0;
    }
    host = host ? host + 3 : text;
    host += !strncmp(host, "*.", 2) ? 2 : 0;
    len = strspn(host, "abcdefghijklmnopqrstuvwxyz"
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
    if (!len || *host == '.' || *host == '-') {
        return 0;
    }
    host += len;
    if (*host == ':') {
        len = host[1] == '*' ? 1 : strspn(host + 1, "0123456789");
        host += len ? len + 1 : 0;
    }
    return !*host;
}

const char *game_directives_campaign_domain(cmd_parms *cmd, void *dir,
                                            const char *arg)
{
    (void)dir;
    if (!is_host_source(arg)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is no domain; write it "
                            "like shop.example, *.shop.example or "
                            "https://shop.example:8443", cmd->cmd->name,
                            arg);
    }
    add_text(cmd, &conf_of(cmd)->embed_domains, arg);
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

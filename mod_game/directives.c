/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The command table and its setters. A wrong argument stops the server with
 * a sentence that names the directive and what it accepts.
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <http_config.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "directives_campaigns.h"
#include "directives_int.h"
#include "limit.h"
#include "retention.h"

#define SECRET_MIN 32
#define SECRET_MAX 4096

#define AT(member) APR_OFFSETOF(game_server_conf_t, member)

static const game_number_t db_connections = { 0, 1000, AT(db_connections), 0 };
static const game_number_t db_wait = { 1, 600000, AT(db_wait), 1000 };
static const game_number_t db_timeout = { 10, 3600000, AT(db_timeout), 1000 };
static const game_number_t cache_ttl = {
    0, 3600, AT(cache_ttl), APR_USEC_PER_SEC
};
static const game_number_t key_ttl = {
    0, 3600, AT(key_ttl), APR_USEC_PER_SEC
};
static const game_number_t cache_entries = {
    16, 1000000, AT(cache_entries), 0, 1
};
static const game_number_t conversion_rate = {
    1, 1000000000, AT(conversion_rate), 0
};

static const game_number_t dsl_nodes = { 1, 100000, AT(dsl_nodes), 0, 1 };
static const game_number_t dsl_depth = { 1, 100, AT(dsl_depth), 0, 1 };
static const game_number_t dsl_timeout = { 1, 60000, AT(dsl_timeout), 0, 1 };
static const game_number_t dsl_log_trace = {
    0, 100000, AT(dsl_log_trace), 0, 1
};
static const game_number_t dsl_log_queue = {
    1, 100000, AT(dsl_log_queue), 0, 1
};

static const game_number_t jobs_interval = {
    100, 60000, AT(jobs_interval), 1000, 1
};
static const game_number_t log_queue = { 1, 100000, AT(log_queue), 0 };
static const game_number_t export_rows = { 1, 1000000000, AT(export_rows), 0 };
static const game_number_t export_most = { 1, 1000, AT(export_concurrent), 0 };

static const game_number_t limit_window = { 1, 86400, AT(limit_window), 0 };
static const game_number_t limit_key = { 0, 1000000000, AT(limit_key), 0 };
static const game_number_t limit_address = {
    0, 1000000000, AT(limit_address), 0
};
static const game_number_t limit_user = { 0, 1000000000, AT(limit_user), 0 };
static const game_number_t limit_day = { 0, 1000000000, AT(limit_day), 0 };
static const game_number_t limit_entries = {
    1024, 16777216, AT(limit_entries), 0, 1
};

static const char *set_negative(cmd_parms *cmd, void *dir, int flag)
{
    (void)dir;
    game_config_server(cmd->server)->allow_negative = flag;
    return NULL;
}

static const char *set_dsl_log(cmd_parms *cmd, void *dir, int flag)
{
    (void)dir;
    game_config_server(cmd->server)->dsl_log = flag;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *set_jobs(cmd_parms *cmd, void *dir, int flag)
{
    (void)dir;
    game_config_server(cmd->server)->jobs = flag;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *set_retention(cmd_parms *cmd, void *dir,
                                 const char *table, const char *arg)
{
    int which = game_retention_find(table);
    const char *fault;
    apr_int64_t days;

    (void)dir;
    if (which < 0) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not one of %s",
                            cmd->cmd->name, table,
                            game_retention_names(cmd->pool));
    }
    fault = game_directives_whole(cmd, arg, 0, 36500, &days);
    if (!fault) {
        game_config_server(cmd->server)->retention[which] = (int)days;
        fault = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    }
    return fault;
}

static const char *set_request_log(cmd_parms *cmd, void *dir, int flag)
{
    (void)dir;
    game_config_server(cmd->server)->request_log = flag;
    return NULL;
}

static const char *set_audit(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const words[] = { "Off", "Mutations", "All" };
    int i;

    (void)dir;
    for (i = 0; i < 3; i++) {
        if (!strcasecmp(arg, words[i])) {
            game_config_server(cmd->server)->audit = i;
            return NULL;
        }
    }
    return apr_psprintf(cmd->pool, "%s: \"%s\" is none of Off, Mutations, "
                        "All", cmd->cmd->name, arg);
}

static const char *set_dsl_sample(cmd_parms *cmd, void *dir,
                                  const char *arg)
{
    char *end = NULL;
    double share = strtod(arg, &end);

    (void)dir;
    if (end == arg || *end || !(share >= 0 && share <= 1)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a number from 0 "
                            "to 1", cmd->cmd->name, arg);
    }
    game_config_server(cmd->server)->dsl_log_sample
        = (int)(share * 1e6 + 0.5);
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *set_limits(cmd_parms *cmd, void *dir, int flag)
{
    (void)dir;
    game_config_server(cmd->server)->limits = flag;
    return NULL;
}

static const char *set_limit_failure(cmd_parms *cmd, void *dir,
                                     const char *arg)
{
    int closed = !strcasecmp(arg, "closed");

    (void)dir;
    if (!closed && strcasecmp(arg, "open")) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is neither open nor "
                            "closed", cmd->cmd->name, arg);
    }
    game_config_server(cmd->server)->limit_failure
        = closed ? GAME_LIMIT_CLOSED : GAME_LIMIT_OPEN;
    return NULL;
}

/* Reads a whole file that not everybody can read, without its last line
 * end; least is how many bytes it must hold. */
static const char *read_secret(cmd_parms *cmd, const char *arg, int least,
                               const char **secret)
{
    const char *path = ap_server_root_relative(cmd->pool, arg);
    char buffer[SECRET_MAX + 1];
    apr_size_t len = SECRET_MAX;
    apr_finfo_t info;
    apr_file_t *file;
    apr_status_t rv;

    path = path ? path : arg;
    if (apr_stat(&info, path, APR_FINFO_PROT, cmd->temp_pool) == APR_SUCCESS
        && (info.protection & APR_FPROT_WREAD)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" can be read by everybody; "
                            "chmod it to 600 or 640", cmd->cmd->name, path);
    }
    rv = apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT,
                       cmd->temp_pool);
    if (rv != APR_SUCCESS) {
        return apr_psprintf(cmd->pool, "%s: cannot read \"%s\": %pm",
                            cmd->cmd->name, path, &rv);
    }
    rv = apr_file_read_full(file, buffer, len, &len);
    apr_file_close(file);
    while (len && (buffer[len - 1] == '\n' || buffer[len - 1] == '\r')) {
        len--;
    }
    if ((rv != APR_SUCCESS && rv != APR_EOF) || len < (apr_size_t)least) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" must hold a secret of at "
                            "least %d bytes; make one with: openssl rand "
                            "-hex 32", cmd->cmd->name, path, least);
    }
    *secret = apr_pstrmemdup(cmd->pool, buffer, len);
    return NULL;
}

static const char *set_secret(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    return read_secret(cmd, arg, SECRET_MIN,
                       &game_config_server(cmd->server)->secret);
}

static const char *set_limit_store(cmd_parms *cmd, void *dir,
                                   const char *arg, const char *file)
{
    game_server_conf_t *conf = game_config_server(cmd->server);
    int shm = !strcasecmp(arg, "shm");
    const char *password = NULL, *fault;

    (void)dir;
    if (shm || !strcasecmp(arg, "database")) {
        conf->limit_store = shm ? &game_limit_shm : &game_limit_database;
        return file ? apr_psprintf(cmd->pool, "%s: %s takes no file",
                                   cmd->cmd->name, arg) : NULL;
    }
    fault = file ? read_secret(cmd, file, 1, &password) : NULL;
    if (fault) {
        return fault;
    }
    if (strncasecmp(arg, "redis:", 6)) {
        fault = "it is none of shm, database and "
                "redis://host[:port][/database]";
    }
    else {
        fault = game_limit_redis_make(cmd->pool, arg, password,
                                      &conf->limit_redis);
    }
    conf->limit_store = &game_limit_redis;
    /* what was written may have a password in it */
    return fault ? apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, fault)
                 : NULL;
}

/* ---- API documents ---- */

static const char *set_docs(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const words[] = { "Off", "On", "Beside" };
    int i;

    (void)dir;
    for (i = 0; i < 3; i++) {
        if (!strcasecmp(arg, words[i])) {
            game_config_server(cmd->server)->docs = i;
            return NULL;
        }
    }
    return apr_psprintf(cmd->pool, "%s: \"%s\" is none of On, Beside and "
                        "Off", cmd->cmd->name, arg);
}

static const char *set_docs_dir(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *path = ap_server_root_relative(cmd->pool, arg);

    (void)dir;
    game_config_server(cmd->server)->docs_dir = path;
    return path ? NULL : apr_psprintf(cmd->pool, "%s: \"%s\" is no path",
                                      cmd->cmd->name, arg);
}

static int is_url(const char *text)
{
    return (!strncmp(text, "https://", 8) && text[8])
        || (!strncmp(text, "http://", 7) && text[7]);
}

static const char *set_openapi_server(cmd_parms *cmd, void *dir,
                                      const char *url, const char *about)
{
    game_server_conf_t *conf = game_config_server(cmd->server);

    (void)dir;
    if (*url != '/' && !is_url(url)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is neither a path nor an "
                            "http:// or https:// URL", cmd->cmd->name, url);
    }
    if (!conf->openapi_servers) {
        conf->openapi_servers = apr_array_make(cmd->pool, 4,
                                               sizeof(const char *));
    }
    APR_ARRAY_PUSH(conf->openapi_servers, const char *) = url;
    APR_ARRAY_PUSH(conf->openapi_servers, const char *) = about;
    return NULL;
}

static const char *set_openapi_oauth(cmd_parms *cmd, void *dir,
                                     const char *authorize,
                                     const char *token, const char *client)
{
    game_server_conf_t *conf = game_config_server(cmd->server);

    (void)dir;
    if (!is_url(authorize) || !is_url(token)) {
        return apr_psprintf(cmd->pool, "%s: the first two arguments are "
                            "http:// or https:// URLs: where a user signs "
                            "in, and where a token is fetched",
                            cmd->cmd->name);
    }
    conf->oauth_authorize = authorize;
    conf->oauth_token = token;
    conf->oauth_client = client;
    return NULL;
}

static const char *set_export_dir(cmd_parms *cmd, void *dir, const char *arg)
{
    const char **path = &game_config_server(cmd->server)->export_dir;
    apr_finfo_t info;

    (void)dir;
    *path = ap_server_root_relative(cmd->pool, arg);
    return *path && apr_stat(&info, *path, APR_FINFO_TYPE, cmd->temp_pool)
                    == APR_SUCCESS && info.filetype == APR_DIR ? NULL
        : apr_psprintf(cmd->pool, "%s: \"%s\" is not a directory",
                       cmd->cmd->name, arg);
}

/* ---- locations ---- */

static const char *outside_htaccess(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, NOT_IN_HTACCESS);
}

static const char *set_engine(cmd_parms *cmd, void *dirv, int flag)
{
    game_dir_conf_t *dir = dirv;
    apr_size_t len;

    if (flag && (!cmd->path || cmd->path[0] != '/'
                 || !cmd->directive->parent
                 || strcasecmp(cmd->directive->parent->directive,
                               "<Location"))) {
        return "GameEngine On belongs inside a <Location> whose path is the "
               "base of the API, as in <Location \"/api/v1\">";
    }
    dir->engine = flag;
    if (flag) {
        game_config_server(cmd->server)->engine = 1;
        if (!game_config_server(cmd->server)->api) {
            game_config_server(cmd->server)->api = dir;
        }
        len = strlen(cmd->path);
        while (len && cmd->path[len - 1] == '/') {
            len--;
        }
        dir->base = apr_pstrmemdup(cmd->pool, cmd->path, len);
    }
    return outside_htaccess(cmd);
}

static const char *set_metrics(cmd_parms *cmd, void *dir, int flag)
{
    ((game_dir_conf_t *)dir)->metrics = flag;
    return outside_htaccess(cmd);
}

static const char *set_json_errors(cmd_parms *cmd, void *dir, int flag)
{
    ((game_dir_conf_t *)dir)->json_errors = flag;
    return outside_htaccess(cmd);
}

static const char *set_body_max(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_int64_t value;
    const char *fault = game_directives_whole(cmd, arg, 1024, 1073741824,
                                              &value);

    ((game_dir_conf_t *)dir)->body_max = value;
    return fault ? fault : outside_htaccess(cmd);
}

static const char *set_json_depth(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_int64_t value;
    const char *fault = game_directives_whole(cmd, arg, 4, 1000, &value);

    ((game_dir_conf_t *)dir)->json_depth = (int)value;
    return fault ? fault : outside_htaccess(cmd);
}

static const char *set_page_max(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_int64_t value;
    const char *fault = game_directives_whole(cmd, arg, 1, 100000, &value);

    ((game_dir_conf_t *)dir)->page_max = (int)value;
    return fault ? fault : outside_htaccess(cmd);
}

static const char *set_text(cmd_parms *cmd, void *dir, const char *arg)
{
    const char **text = (const char **)(void *)
        ((char *)dir + (apr_size_t)cmd->info);

    *text = arg;
    return outside_htaccess(cmd);
}

static const char *set_admin_role(cmd_parms *cmd, void *dirv,
                                  const char *role, const char *client)
{
    game_dir_conf_t *dir = dirv;

    dir->admin_role = role;
    dir->admin_client = client;
    return outside_htaccess(cmd);
}

static const char *set_cors(cmd_parms *cmd, void *dirv, const char *arg)
{
    game_dir_conf_t *dir = dirv;
    const char *host = strstr(arg, "://");

    if (!host || host == arg || !host[3] || strpbrk(host + 3, "/*? ")) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is no origin; write it "
                            "as a browser sends it, like "
                            "https://shop.example", cmd->cmd->name, arg);
    }
    if (!dir->cors) {
        dir->cors = apr_array_make(cmd->pool, 4, sizeof(const char *));
    }
    APR_ARRAY_PUSH(dir->cors, const char *) = arg;
    return outside_htaccess(cmd);
}

#define NUMBER(name, which, help) \
    AP_INIT_TAKE1(name, game_directives_number, (void *)&which, RSRC_CONF, \
                  help)
#define TEXT(name, member, help) \
    AP_INIT_TAKE1(name, set_text, \
                  (void *)APR_OFFSETOF(game_dir_conf_t, member), \
                  ACCESS_CONF, help)

const command_rec game_directives[] = {
    NUMBER("GameDBConnections", db_connections,
           "most connections a child borrows at once; 0: DBDMax"),
    NUMBER("GameDBWait", db_wait,
           "milliseconds to wait for a free connection before a 503"),
    NUMBER("GameDBTimeout", db_timeout,
           "milliseconds after which Postgres ends a statement"),
    NUMBER("GameCacheTTL", cache_ttl,
           "seconds for which another host's change to a game may go unseen"),
    NUMBER("GameKeyCacheTTL", key_ttl,
           "seconds for which another host's revocation may go unseen"),
    NUMBER("GameCacheEntries", cache_entries,
           "games, tasks and keys that a child keeps, each"),
    NUMBER("GameConversionRate", conversion_rate,
           "points for one coin, of new wallets"),
    AP_INIT_FLAG("GameAllowNegativeBalance", set_negative, NULL, RSRC_CONF,
                 "whether an award may take a balance below zero"),
    AP_INIT_TAKE1("GameSecretFile", set_secret, NULL, RSRC_CONF,
                  "file with the secret of simulation hashes"),
    AP_INIT_TAKE1("GameDocs", set_docs, NULL, RSRC_CONF,
                  "serve /openapi.json, /docs and /redocs; Beside: not /"),
    AP_INIT_TAKE1("GameDocsDir", set_docs_dir, NULL, RSRC_CONF,
                  "directory with the files of /docs and /redocs"),
    AP_INIT_TAKE12("GameOpenApiServer", set_openapi_server, NULL, RSRC_CONF,
                   "another URL of the API for the API document, and a text"),
    AP_INIT_TAKE23("GameOpenApiOAuth", set_openapi_oauth, NULL, RSRC_CONF,
                   "URLs of authorization and tokens for the API document, "
                   "and a public client"),
    NUMBER("GameDslMaxNodes", dsl_nodes,
           "nodes of a custom strategy's program, and of its run"),
    NUMBER("GameDslMaxDepth", dsl_depth,
           "nesting of a custom strategy's program"),
    NUMBER("GameDslTimeout", dsl_timeout,
           "milliseconds that a custom strategy's program may run"),
    AP_INIT_FLAG("GameDslLog", set_dsl_log, NULL, RSRC_CONF,
                 "note the runs of custom strategies"),
    AP_INIT_TAKE1("GameDslLogSample", set_dsl_sample, NULL, RSRC_CONF,
                  "share of the runs that went well of which a row is kept"),
    NUMBER("GameDslLogTrace", dsl_log_trace,
           "entries of a kept trace; 0: all"),
    NUMBER("GameDslLogQueue", dsl_log_queue,
           "rows of runs that wait to be written; more are dropped"),
    AP_INIT_FLAG("GameJobs", set_jobs, NULL, RSRC_CONF,
                 "do the work outside of requests: retention, rollups"),
    NUMBER("GameJobsInterval", jobs_interval,
           "milliseconds between two looks for work outside of requests"),
    AP_INIT_TAKE2("GameRetention", set_retention, NULL, RSRC_CONF,
                  "a table, and the days for which its rows are kept; 0: "
                  "for ever"),
    AP_INIT_FLAG("GameRequestLog", set_request_log, NULL, RSRC_CONF,
                 "write a row of every request"),
    AP_INIT_TAKE1("GameAudit", set_audit, NULL, RSRC_CONF,
                  "requests that the audit log has: Off, Mutations, All"),
    NUMBER("GameExportRowsMax", export_rows, "most rows of an export"),
    NUMBER("GameExportConcurrent", export_most, "exports of a child at once"),
    AP_INIT_TAKE1("GameExportTempDir", set_export_dir, NULL, RSRC_CONF,
                  "directory of the files behind an xlsx export"),
    NUMBER("GameLogQueue", log_queue,
           "rows of requests, and of the audit log, that wait to be "
           "written; more are dropped"),
    AP_INIT_FLAG("GameLimits", set_limits, NULL, RSRC_CONF,
                 "whether awards and actions are limited"),
    NUMBER("GameLimitWindow", limit_window,
           "seconds of a window of the limits below but the day's"),
    NUMBER("GameLimitPerKey", limit_key,
           "requests of an API key within a window; 0: any number"),
    NUMBER("GameLimitPerAddress", limit_address,
           "requests from an address within a window; 0: any number"),
    NUMBER("GameLimitPerUser", limit_user,
           "requests about a user within a window; 0: any number"),
    NUMBER("GameLimitPerKeyDay", limit_day,
           "requests of an API key within a UTC day; 0: any number"),
    AP_INIT_TAKE12("GameLimitStore", set_limit_store, NULL, RSRC_CONF,
                   "where requests are counted: shm, database or "
                   "redis://host[:port][/database] and the file with its "
                   "password"),
    NUMBER("GameLimitEntries", limit_entries,
           "counters that the shared memory has room for"),
    AP_INIT_TAKE1("GameLimitFailure", set_limit_failure, NULL, RSRC_CONF,
                  "what a store does that cannot be asked: open lets "
                  "requests pass, closed answers 503"),
    AP_INIT_FLAG("GameEngine", set_engine, NULL, ACCESS_CONF,
                 "serve the API below this location"),
    AP_INIT_FLAG("GameMetrics", set_metrics, NULL, ACCESS_CONF,
                 "count the requests of this location"),
    AP_INIT_FLAG("GameJsonErrors", set_json_errors, NULL,
                 RSRC_CONF | ACCESS_CONF,
                 "answer errors of any module as JSON"),
    AP_INIT_TAKE1("GameBodyMax", set_body_max, NULL, ACCESS_CONF,
                  "largest request body in bytes; more is 413"),
    AP_INIT_TAKE1("GameJsonDepth", set_json_depth, NULL, ACCESS_CONF,
                  "deepest nesting of a JSON body"),
    AP_INIT_TAKE1("GamePageSizeMax", set_page_max, NULL, ACCESS_CONF,
                  "largest page_size of a list"),
    TEXT("GameTokenIssuer", token_issuer,
         "iss that a bearer token must carry"),
    TEXT("GameTokenAudience", token_audience,
         "aud that a bearer token must name"),
    TEXT("GameTokenType", token_type,
         "typ that a bearer token must carry; any: not looked at"),
    AP_INIT_TAKE12("GameAdminRole", set_admin_role, NULL, ACCESS_CONF,
                   "role of administrators, and the client whose roles "
                   "count beside the realm's"),
    TEXT("GameRealm", realm,
         "realm of the custom strategies of those who come with a bearer "
         "token alone"),
    AP_INIT_ITERATE("GameCorsOrigin", set_cors, NULL, ACCESS_CONF,
                    "origins whose pages may call the API"),
    GAME_DIRECTIVES_CAMPAIGNS,
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A provider that is a URL, by libcurl: no other file includes it. It may be
 * called by many threads at once. Neither the URL nor the token gets into
 * messages.
 */

#include "provider_int.h"

#include <string.h>

#include <curl/curl.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#define TRIES 3
#define CONNECT_MS 5000L
#define TOKEN_SIZE 8192
/* A server that wants us to wait longer is not asked again here. */
#define LONGEST_WAIT 5
#define REDIRECTS 3L

/* How a try ended. */
typedef struct try_t {
    game_fault_t *fault;        /* NULL: the answer is there */
    int again;                  /* worth another try */
    int wait;                   /* seconds that the server asked for; or 0 */
} try_t;

static apr_status_t end_curl(void *unused)
{
    (void)unused;
    curl_global_cleanup();
    return APR_SUCCESS;
}

void game_provider_setup_post_config(apr_pool_t *pool)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        apr_pool_cleanup_register(pool, NULL, end_curl,
                                  apr_pool_cleanup_null);
    }
}

/* ---- the token ---- */

/* @return the file's first line, or NULL when it is no token */
static const char *token_of(apr_pool_t *pool, const char *path)
{
    char *token = apr_palloc(pool, TOKEN_SIZE);
    apr_size_t len = 0, i;
    apr_file_t *file;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT,
                      pool) != APR_SUCCESS) {
        return NULL;
    }
    apr_file_read_full(file, token, TOKEN_SIZE - 1, &len);
    apr_file_close(file);
    token[len] = '\0';
    len = strcspn(token, "\r\n");
    token[len] = '\0';
    for (i = 0; i < len; i++) {
        if (token[i] <= ' ' || token[i] > '~') {
            return NULL;
        }
    }
    return len ? token : NULL;
}

/* ---- one try ---- */

static size_t on_data(char *data, size_t size, size_t count, void *baton)
{
    game_ask_t *ask = baton;

    return game_answer_add(ask->answer, data, size * count) ? size * count
                                                            : 0;
}

static int on_progress(void *baton, curl_off_t down_total, curl_off_t down,
                       curl_off_t up_total, curl_off_t up)
{
    (void)down_total;
    (void)down;
    (void)up_total;
    (void)up;
    return game_ask_check(baton) != NULL;
}

static void set_bounds(CURL *curl, game_ask_t *ask)
{
    apr_time_t left = ask->until - apr_time_now();

    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     left > 1000 ? (long)apr_time_as_msec(left) : 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ask);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, ask);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

static void set_request(CURL *curl, const game_ask_t *ask,
                        struct curl_slist *headers)
{
    int secure = !strncasecmp(ask->url, "https:", 6);

    curl_easy_setopt(curl, CURLOPT_URL, ask->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "mod_game");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (ask->request) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->request);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)strlen(ask->request));
    }
    else {
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
        curl_easy_setopt(curl, CURLOPT_MAXREDIRS, REDIRECTS);
        curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR,
                         secure ? "https" : "http,https");
    }
}

/* @return what a try's status means; NULL for 2xx */
static game_fault_t *of_status(const game_ask_t *ask, long status)
{
    apr_pool_t *pool = ask->call->pool;
    const char *code = status == 401 || status == 403
        ? "AUTHENTICATION_ERROR" : status == 429 ? "RATE_LIMITED"
        : status >= 500 ? "PROVIDER_UNAVAILABLE" : "GENERATION_FAILED";

    return status >= 200 && status < 300 ? NULL
        : game_fault_make(pool, code, "provider %s answered with status %ld",
                          ask->provider->name, status);
}

/* @return why there is no answer. What was stopped by us says so itself. */
static game_fault_t *of_failure(const game_ask_t *ask, CURLcode rc,
                                int connected)
{
    apr_pool_t *pool = ask->call->pool;
    const char *name = ask->provider->name;
    game_fault_t *fault;

    if (ask->answer->full) {
        return game_fault_make(pool, "GENERATION_FAILED",
                               "the answer of provider %s is too long", name);
    }
    fault = game_ask_check(ask);
    if (fault) {
        return fault;
    }
    if (rc == CURLE_OPERATION_TIMEDOUT && connected) {
        return game_fault_make(pool, "TIMEOUT",
                               "provider %s did not answer in time", name);
    }
    return game_fault_make(pool, "PROVIDER_UNAVAILABLE",
                           "provider %s cannot be reached: %s", name,
                           curl_easy_strerror(rc));
}

/* Nothing has been answered, so asking again does no harm. */
static int is_unreached(CURLcode rc, int connected)
{
    return rc == CURLE_COULDNT_RESOLVE_HOST
        || rc == CURLE_COULDNT_RESOLVE_PROXY || rc == CURLE_COULDNT_CONNECT
        || rc == CURLE_GOT_NOTHING || rc == CURLE_SEND_ERROR
        || (rc == CURLE_OPERATION_TIMEDOUT && !connected);
}

static void conclude(CURL *curl, CURLcode rc, game_ask_t *ask, try_t *tried)
{
    curl_off_t wait = 0;
    double connect = 0;
    long status = 0;
    char *type = NULL;

    curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME, &connect);
    if (rc != CURLE_OK) {
        tried->fault = of_failure(ask, rc, connect > 0);
        tried->again = is_unreached(rc, connect > 0)
            && !strcmp(tried->fault->code, "PROVIDER_UNAVAILABLE");
        return;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
    ask->type = type ? apr_pstrdup(ask->call->pool, type) : NULL;
    tried->fault = of_status(ask, status);
    tried->wait = wait > LONGEST_WAIT ? LONGEST_WAIT + 1 : (int)wait;
    tried->again = (status == 429 || status >= 500)
        && tried->wait <= LONGEST_WAIT;
}

static struct curl_slist *headers_of(const game_ask_t *ask,
                                     const char *token)
{
    struct curl_slist *headers;

    headers = curl_slist_append(NULL, ask->request
        ? "Accept: application/json, audio/*;q=0.9" : "Accept: */*");
    if (ask->request) {
        headers = curl_slist_append(headers,
                                    "Content-Type: application/json");
        headers = curl_slist_append(headers, "Expect:");
    }
    if (token) {
        headers = curl_slist_append(headers, apr_pstrcat(ask->call->pool,
            "Authorization: Bearer ", token, NULL));
    }
    return headers;
}

static void try_once(game_ask_t *ask, const char *token, try_t *tried)
{
    struct curl_slist *headers;
    CURL *curl;

    memset(tried, 0, sizeof(*tried));
    tried->fault = game_ask_begin(ask);
    if (tried->fault) {
        return;
    }
    curl = curl_easy_init();
    if (!curl) {
        tried->fault = game_fault_make(ask->call->pool, "EXECUTION_ERROR",
                                       "no memory to ask a provider");
        return;
    }
    headers = headers_of(ask, token);
    set_bounds(curl, ask);
    set_request(curl, ask, headers);
    conclude(curl, curl_easy_perform(curl), ask, tried);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

game_fault_t *game_provider_http(game_ask_t *ask)
{
    const game_provider_t *provider = ask->provider;
    apr_interval_time_t wait = provider->backoff;
    const char *token = NULL;
    game_fault_t *fault;
    try_t tried;
    int count = 1;

    if (provider->token_file && ask->request) {
        token = token_of(ask->call->pool, provider->token_file);
        if (!token) {
            return game_fault_make(ask->call->pool, "AUTHENTICATION_ERROR",
                                   "the token of provider %s cannot be read",
                                   provider->name);
        }
    }
    try_once(ask, token, &tried);
    while (tried.again && count++ < TRIES) {
        if (wait < apr_time_from_sec(tried.wait)) {
            wait = apr_time_from_sec(tried.wait);
        }
        fault = game_ask_wait(ask, wait);
        if (fault) {
            return fault;
        }
        wait *= 2;
        try_once(ask, token, &tried);
    }
    return tried.fault;
}

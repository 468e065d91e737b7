/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Providers: how they are configured, chosen, asked and recorded. Commands
 * are run by provider_run.c, URLs are asked by provider_http.c.
 */

#include "provider_int.h"

#include <stdlib.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

/* The skill's own timeout is shorter, but for tracks. */
#define TRY_TIMEOUT apr_time_from_sec(300)
#define BACKOFF apr_time_from_msec(500)
#define NAME_SIZE 64
#define URL_SIZE 2048

/* ---- answers ---- */

static apr_status_t drop_answer(void *baton)
{
    game_answer_t *answer = baton;

    free(answer->data);
    answer->data = NULL;
    return APR_SUCCESS;
}

game_answer_t *game_answer_make(apr_pool_t *pool, apr_size_t max)
{
    game_answer_t *answer = apr_pcalloc(pool, sizeof(*answer));

    answer->max = max;
    apr_pool_cleanup_register(pool, answer, drop_answer,
                              apr_pool_cleanup_null);
    return answer;
}

int game_answer_add(game_answer_t *answer, const void *data, apr_size_t len)
{
    apr_size_t size = answer->size ? answer->size : 4096;
    char *bigger;

    if (answer->full || len > answer->max - answer->len) {
        answer->full = 1;
        return 0;
    }
    while (size < answer->len + len + 1) {
        size *= 2;
    }
    if (size > answer->size) {
        bigger = realloc(answer->data, size);
        if (!bigger) {
            answer->full = 1;
            return 0;
        }
        answer->data = bigger;
        answer->size = size;
    }
    memcpy(answer->data + answer->len, data, len);
    answer->len += len;
    answer->data[answer->len] = '\0';
    return 1;
}

/* ---- tries ---- */

game_fault_t *game_ask_begin(game_ask_t *ask)
{
    ask->until = apr_time_now() + ask->provider->timeout;
    if (ask->call->deadline && ask->until > ask->call->deadline) {
        ask->until = ask->call->deadline;
    }
    ask->type = NULL;
    ask->answer->len = 0;
    ask->answer->full = 0;
    return game_skill_checkpoint(ask->call);
}

game_fault_t *game_ask_check(const game_ask_t *ask)
{
    if (apr_time_now() >= ask->until) {
        return game_fault_make(ask->call->pool, "TIMEOUT",
                               "provider %s did not answer in time",
                               ask->provider->name);
    }
    return game_skill_checkpoint(ask->call);
}

game_fault_t *game_ask_wait(const game_ask_t *ask, apr_interval_time_t time)
{
    apr_time_t end = apr_time_now() + time;
    game_fault_t *fault = NULL;

    while (!fault && apr_time_now() < end) {
        apr_sleep(apr_time_from_msec(GAME_PROVIDER_LOOK));
        fault = game_skill_checkpoint(ask->call);
    }
    return fault;
}

/* ---- configuration ---- */

static int is_url(const char *word)
{
    return !strncasecmp(word, "http://", 7)
        || !strncasecmp(word, "https://", 8);
}

static const char *take_url(game_provider_t *provider,
                            const apr_array_header_t *words)
{
    const char *url = APR_ARRAY_IDX(words, 0, const char *);
    const char *host = strstr(url, "://") + 3, *at;

    for (at = url; *at; at++) {
        if (!apr_isgraph(*at)) {
            return "the URL has a blank or a character that is not ASCII";
        }
    }
    if (!apr_isalnum(*host) && *host != '[') {
        return "the URL names no host";
    }
    if (at - url > URL_SIZE) {
        return "the URL is too long";
    }
    if (words->nelts > 2) {
        return "a URL takes a token file and nothing else";
    }
    if (words->nelts == 2) {
        provider->token_file = APR_ARRAY_IDX(words, 1, const char *);
        if (provider->token_file[0] != '/') {
            return "the token file is not an absolute path";
        }
    }
    provider->url = url;
    return NULL;
}

static const char *take_command(apr_pool_t *pool, game_provider_t *provider,
                                const apr_array_header_t *words)
{
    const char **argv = apr_pcalloc(pool, sizeof(*argv)
                                    * ((apr_size_t)words->nelts + 1));

    memcpy(argv, words->elts, sizeof(*argv) * (apr_size_t)words->nelts);
    provider->argv = argv;
    return argv[0][0] == '/' ? NULL
         : "the command is neither an absolute path nor a URL";
}

static int is_name(const char *name)
{
    apr_size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz0123456789_.-");

    return len && len <= NAME_SIZE && !name[len] && strcmp(name, "builtin")
        && strcmp(name, "stub");
}

const char *game_provider_make(apr_pool_t *pool, const char *name,
                               const apr_array_header_t *words,
                               game_provider_t **out)
{
    game_provider_t *provider = apr_pcalloc(pool, sizeof(*provider));

    provider->name = name;
    provider->timeout = TRY_TIMEOUT;
    provider->backoff = BACKOFF;
    *out = provider;
    if (!is_name(name)) {
        return "a provider's name is of at most 64 letters, digits, '_', "
               "'.', '-', and neither builtin nor stub";
    }
    if (!words->nelts) {
        return "a provider takes a command or a URL";
    }
    return is_url(APR_ARRAY_IDX(words, 0, const char *))
        ? take_url(provider, words) : take_command(pool, provider, words);
}

game_fault_t *game_provider_choose(apr_pool_t *pool,
                                   const game_json_t *input,
                                   const char *builtin,
                                   const game_provider_t *configured,
                                   const game_provider_t **out)
{
    const char *wanted = game_json_string(game_json_member(input,
                                                           "provider"));

    *out = NULL;
    if (!wanted || (configured && !strcmp(wanted, configured->name))) {
        *out = configured;
        return NULL;
    }
    return strcmp(wanted, builtin)
        ? game_fault_make(pool, "PROVIDER_NOT_FOUND",
                          "there is no provider %s", wanted)
        : NULL;
}

/* ---- calls ---- */

/* "Application/JSON; charset=utf-8" is application/json. */
static const char *media_type(apr_pool_t *pool, const char *type)
{
    char *media = apr_pstrdup(pool, type ? type : "");
    char *at;

    for (at = media; *at && *at != ';' && !apr_isspace(*at); at++) {
        *at = (char)apr_tolower(*at);
    }
    *at = '\0';
    return media;
}

game_fault_t *game_provider_call(const game_skill_call_t *call,
                                 const game_provider_t *provider,
                                 const game_json_t *request, apr_size_t max,
                                 game_provider_reply_t *reply)
{
    game_ask_t ask = {
        .call = call, .provider = provider, .url = provider->url,
        .request = game_canon_text(call->pool, request),
        .answer = game_answer_make(call->pool, max)
    };
    apr_time_t started = apr_time_now();
    game_fault_t *fault = provider->argv ? game_provider_run(&ask)
                                         : game_provider_http(&ask);

    if (fault) {
        return fault;
    }
    if (!ask.answer->len) {
        return game_fault_make(call->pool, "EMPTY_RESPONSE",
                               "provider %s said nothing", provider->name);
    }
    reply->data = ask.answer->data;
    reply->len = ask.answer->len;
    reply->type = media_type(call->pool, ask.type);
    reply->duration_ms = (int)apr_time_as_msec(apr_time_now() - started);
    return NULL;
}

game_fault_t *game_provider_fetch(const game_skill_call_t *call,
                                  const char *url, apr_size_t max,
                                  const char **data, apr_size_t *len)
{
    static const game_provider_t web = {
        .name = "web", .timeout = TRY_TIMEOUT, .backoff = BACKOFF
    };
    game_ask_t ask = {
        .call = call, .provider = &web, .url = url,
        .answer = game_answer_make(call->pool, max)
    };
    game_fault_t *fault = game_provider_http(&ask);

    *data = ask.answer->data ? ask.answer->data : "";
    *len = ask.answer->len;
    return fault;
}

void game_provider_record(apr_pool_t *pool, game_json_t **debug,
                          const char *provider, const char *model,
                          int duration_ms)
{
    game_json_t *call = game_json_new_object(pool), *calls;

    if (!*debug) {
        *debug = game_json_new_object(pool);
    }
    calls = game_json_member(*debug, "provider_calls");
    if (!calls) {
        calls = game_json_new_array(pool);
        game_json_set(*debug, "provider_calls", calls);
    }
    game_json_set_string(pool, call, "provider", provider);
    game_json_set_string(pool, call, "model", model);
    game_json_set(call, "duration_ms", game_json_new_int(pool, duration_ms));
    game_json_append(calls, call);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Tracks of providers: bytes as they are, or JSON that has or names them.
 * What a track is is told by its first bytes, not by what it is called.
 */

#include "provider_int.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_strings.h>

#define DEPTH 32

/* @return wav, mp3, ogg, aac; or NULL */
static const char *format_of(const char *data, apr_size_t len)
{
    const unsigned char *head = (const unsigned char *)data;

    if (len < 12) {
        return NULL;
    }
    if (!memcmp(data, "RIFF", 4) && !memcmp(data + 8, "WAVE", 4)) {
        return "wav";
    }
    if (!memcmp(data, "OggS", 4)) {
        return "ogg";
    }
    if (!memcmp(data, "ID3", 3)) {
        return "mp3";
    }
    if (head[0] != 0xff || (head[1] & 0xe0) != 0xe0) {
        return NULL;
    }
    switch (head[1] & 0x06) {   /* layer: III, or none of them in ADTS */
    case 0x02:
        return "mp3";
    case 0x00:
        return (head[1] & 0xf0) == 0xf0 ? "aac" : NULL;
    default:
        return NULL;
    }
}

static game_fault_t *take_bytes(const game_skill_call_t *call,
                                const game_provider_t *provider,
                                const char *data, apr_size_t len,
                                game_provider_audio_t *audio)
{
    audio->data = data;
    audio->len = len;
    audio->format = format_of(data, len);
    return audio->format ? NULL
        : game_fault_make(call->pool, "GENERATION_FAILED",
                          "the answer of provider %s is no audio",
                          provider->name);
}

static game_fault_t *unavailable(const game_skill_call_t *call,
                                 const game_provider_t *provider)
{
    return game_fault_make(call->pool, "CONTENT_UNAVAILABLE",
                           "the track of provider %s cannot be read",
                           provider->name);
}

static game_fault_t *take_remote(const game_skill_call_t *call,
                                 const game_provider_t *provider,
                                 const char *uri,
                                 game_provider_audio_t *audio)
{
    game_ask_t ask = {
        .call = call, .provider = provider, .url = uri,
        .answer = game_answer_make(call->pool, GAME_PROVIDER_AUDIO)
    };
    game_fault_t *fault = game_provider_http(&ask);

    if (fault && (!strcmp(fault->code, "RUN_CANCELLED")
                  || !strcmp(fault->code, "TIMEOUT"))) {
        return fault;
    }
    if (fault || !ask.answer->len) {
        return unavailable(call, provider);
    }
    return take_bytes(call, provider, ask.answer->data, ask.answer->len,
                      audio);
}

static game_fault_t *take_uri(const game_skill_call_t *call,
                              const game_provider_t *provider,
                              const char *uri, game_provider_audio_t *audio)
{
    const char *path, *data;
    apr_size_t len;

    switch (game_store_resolve(call->pool, call->env->store, uri, &path)) {
    case GAME_URI_REMOTE:
        return take_remote(call, provider, uri, audio);
    case GAME_URI_LOCAL:
        if (game_store_read(call->pool, path, GAME_PROVIDER_AUDIO, &data,
                            &len)) {
            return unavailable(call, provider);
        }
        return take_bytes(call, provider, data, len, audio);
    default:
        return unavailable(call, provider);
    }
}

static game_fault_t *take_base64(const game_skill_call_t *call,
                                 const game_provider_t *provider,
                                 const char *text,
                                 game_provider_audio_t *audio)
{
    const unsigned char *data;
    apr_size_t len;

    data = apr_pdecode_base64_binary(call->pool, text, APR_ENCODE_STRING,
                                     APR_ENCODE_NONE, &len);
    return take_bytes(call, provider, data ? (const char *)data : "",
                      data ? len : 0, audio);
}

static const char *first_text(const game_json_t *object,
                              const char *const *names)
{
    const char *text = NULL;

    for (; *names && (!text || !*text); names++) {
        text = game_json_string(game_json_member(object, *names));
    }
    return text && *text ? text : NULL;
}

static game_fault_t *take_json(const game_skill_call_t *call,
                               const game_provider_t *provider,
                               const game_json_t *said,
                               game_provider_audio_t *audio)
{
    static const char *const uri_names[] = {
        "uri", "audio_url", "url", NULL
    };
    static const char *const data_names[] = { "audio_base64", NULL };
    game_json_t *metadata = game_json_member(said, "metadata");
    const char *model = game_json_string(game_json_member(said, "model"));
    const char *text = first_text(said, data_names);

    if (game_json_is(metadata, GAME_JSON_OBJECT)) {
        audio->metadata = metadata;
        audio->model = game_json_string(game_json_member(metadata, "model"));
    }
    audio->model = model ? model : audio->model;
    if (text) {
        return take_base64(call, provider, text, audio);
    }
    text = first_text(said, uri_names);
    return text ? take_uri(call, provider, text, audio)
        : game_fault_make(call->pool, "NO_AUDIO_URL",
                          "provider %s named no track", provider->name);
}

static int is_json(const game_provider_reply_t *reply)
{
    apr_size_t at = 0;

    while (at < reply->len && strchr(" \t\r\n", reply->data[at])
           && reply->data[at]) {
        at++;
    }
    return !strcmp(reply->type, "application/json")
        || (at < reply->len && (reply->data[at] == '{'
                                || reply->data[at] == '['));
}

game_fault_t *game_provider_audio(const game_skill_call_t *call,
                                  const game_provider_t *provider,
                                  const game_json_t *request,
                                  game_provider_audio_t *audio)
{
    apr_time_t started = apr_time_now();
    game_provider_reply_t reply;
    game_json_fault_t why;
    game_json_t *said;
    game_fault_t *fault = game_provider_call(call, provider, request,
                                             GAME_PROVIDER_AUDIO, &reply);

    memset(audio, 0, sizeof(*audio));
    if (!fault && !is_json(&reply)) {
        fault = take_bytes(call, provider, reply.data, reply.len, audio);
    }
    else if (!fault) {
        said = game_json_parse_wide(call->pool, reply.data, reply.len,
                                    DEPTH, &why);
        fault = said ? take_json(call, provider, said, audio)
            : game_fault_make(call->pool, "JSON_PARSE_ERROR",
                              "the answer of provider %s is no JSON: %s",
                              provider->name, why.reason);
    }
    audio->duration_ms = (int)apr_time_as_msec(apr_time_now() - started);
    return fault;
}

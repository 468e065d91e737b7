/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file provider.h
 * Providers (campaigns.md 4.1, 4.2): what a skill may ask instead of its own
 * generator. A provider is a command that reads JSON on its standard input
 * and answers on its standard output, or a URL that JSON is posted to. Both
 * are bounded in time and size.
 */
#ifndef GAME_CAMPAIGNS_PROVIDER_H
#define GAME_CAMPAIGNS_PROVIDER_H

#include "skill.h"

/** Longest answer that is a document (bytes). */
#define GAME_PROVIDER_TEXT (1024 * 1024)
/** Longest answer that is a track. */
#define GAME_PROVIDER_AUDIO (64 * 1024 * 1024)

/** A provider as configured; read only. */
typedef struct game_provider_t {
    const char *name;
    const char *const *argv;    /**< command and arguments, ended by NULL;
                                     NULL: it is a URL */
    const char *url;            /**< http or https; or NULL */
    const char *token_file;     /**< its first line is the bearer token, read
                                     anew at every call; or NULL */
    apr_interval_time_t timeout;    /**< of one try */
    apr_interval_time_t backoff;    /**< before the second try of a URL;
                                         doubled for the next */
} game_provider_t;

/** What a provider said. */
typedef struct game_provider_reply_t {
    const char *data;           /**< ended by a NUL that is not counted */
    apr_size_t len;
    const char *type;           /**< media type in lower case without its
                                     parameters; "" when none was named */
    int duration_ms;            /**< waits between tries included */
} game_provider_reply_t;

/** A track that a provider made, with its bytes. */
typedef struct game_provider_audio_t {
    const char *data;
    apr_size_t len;
    const char *format;         /**< by its bytes: wav, mp3, ogg or aac */
    const char *model;          /**< or NULL */
    const game_json_t *metadata;    /**< object of an answer in JSON; or
                                         NULL */
    int duration_ms;            /**< of the call */
} game_provider_audio_t;

/** Prepare what calls need, once before threads; ended with pool. */
void game_provider_setup_post_config(apr_pool_t *pool);

/**
 * Make a provider of a directive's words.
 * @param words command and arguments, or a URL and perhaps the absolute path
 *              of a token file (const char *)
 * @return NULL, or a sentence that says what is wrong
 */
const char *game_provider_make(apr_pool_t *pool, const char *name,
                               const apr_array_header_t *words,
                               game_provider_t **out);

/**
 * Choose between a skill's own generator and the configured provider.
 * @param input   of the skill; its `provider` names one of them
 * @param builtin name of the generator ("builtin", "stub")
 * @param out     NULL: the generator
 * @return NULL, or PROVIDER_NOT_FOUND
 */
game_fault_t *game_provider_choose(apr_pool_t *pool,
                                   const game_json_t *input,
                                   const char *builtin,
                                   const game_provider_t *configured,
                                   const game_provider_t **out);

/**
 * Ask a provider. A URL is tried up to three times when it cannot be reached
 * or answers 429 or 5xx.
 * @param request canonical text of it is sent
 * @param max     longest answer (bytes)
 * @param reply   set on success; its texts live in call->pool
 * @return NULL, or PROVIDER_UNAVAILABLE, AUTHENTICATION_ERROR (401, 403),
 *         RATE_LIMITED (429), GENERATION_FAILED (other refusals, a command
 *         that fails, an answer that is too long), EMPTY_RESPONSE, TIMEOUT,
 *         RUN_CANCELLED
 */
game_fault_t *game_provider_call(const game_skill_call_t *call,
                                 const game_provider_t *provider,
                                 const game_json_t *request, apr_size_t max,
                                 game_provider_reply_t *reply);

/**
 * Ask a provider for a track. The answer is its bytes, or JSON:
 * {audio_base64} or {uri} (also audio_url or url: http and https are
 * fetched, others are resolved in the store), with model? and metadata?.
 * @return NULL, or as game_provider_call, or JSON_PARSE_ERROR, NO_AUDIO_URL
 *         (JSON without a track), CONTENT_UNAVAILABLE (its URI gives none),
 *         GENERATION_FAILED (bytes that are no audio)
 */
game_fault_t *game_provider_audio(const game_skill_call_t *call,
                                  const game_provider_t *provider,
                                  const game_json_t *request,
                                  game_provider_audio_t *audio);

/**
 * Fetch a URL (http or https) by GET, as a provider's answer is: in bounds of
 * time and size, tried up to three times. Whether it may be fetched at all is
 * not asked.
 * @param max  longest answer (bytes)
 * @param data set on success; ended by a NUL that is not counted
 * @return NULL, or as game_provider_call
 */
game_fault_t *game_provider_fetch(const game_skill_call_t *call,
                                  const char *url, apr_size_t max,
                                  const char **data, apr_size_t *len);

/** Add {provider, model?, duration_ms} to provider_calls of a result's
 *  debug, which is made when it is NULL. @param model or NULL */
void game_provider_record(apr_pool_t *pool, game_json_t **debug,
                          const char *provider, const char *model,
                          int duration_ms);

#endif

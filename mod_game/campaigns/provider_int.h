/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file provider_int.h
 * What provider*.c share.
 */
#ifndef GAME_CAMPAIGNS_PROVIDER_INT_H
#define GAME_CAMPAIGNS_PROVIDER_INT_H

#include "provider.h"

/** How often waiting looks whether it should go on (ms). */
#define GAME_PROVIDER_LOOK 50

/** Bytes that grow up to a bound; freed with the pool. */
typedef struct game_answer_t {
    char *data;                 /**< NULL: none yet; else ended by NUL */
    apr_size_t len, size, max;
    int full;                   /**< there were more than max, or no memory */
} game_answer_t;

/** @return an answer without bytes */
game_answer_t *game_answer_make(apr_pool_t *pool, apr_size_t max);
/** Append bytes. @return 0 when it is full */
int game_answer_add(game_answer_t *answer, const void *data, apr_size_t len);

/** One question to a provider. */
typedef struct game_ask_t {
    const game_skill_call_t *call;
    const game_provider_t *provider;
    const char *request;        /**< JSON; NULL: a URL is fetched by GET */
    const char *url;            /**< of a provider, or what is fetched */
    game_answer_t *answer;
    const char *type;           /**< set: content type, or NULL */
    apr_time_t until;           /**< end of this try */
} game_ask_t;

/** Start a try: ask->until, an answer without bytes.
 *  @return NULL, or RUN_CANCELLED or TIMEOUT of the call */
game_fault_t *game_ask_begin(game_ask_t *ask);
/** @return NULL while a try may go on, else TIMEOUT or RUN_CANCELLED */
game_fault_t *game_ask_check(const game_ask_t *ask);
/** Sleep. @return NULL, or why waiting ended earlier */
game_fault_t *game_ask_wait(const game_ask_t *ask,
                            apr_interval_time_t time);

/** Run a command (provider_run.c). @return as game_provider_call */
game_fault_t *game_provider_run(game_ask_t *ask);

/** Post to a URL, or fetch one (provider_http.c).
 *  @return as game_provider_call */
game_fault_t *game_provider_http(game_ask_t *ask);

#endif

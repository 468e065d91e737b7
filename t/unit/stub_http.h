/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file stub_http.h
 * An HTTP server on 127.0.0.1 that says what it was told to, one answer a
 * connection, and keeps what it was asked.
 */
#ifndef GAME_STUB_HTTP_H
#define GAME_STUB_HTTP_H

#include <apr_pools.h>

#define STUB_HTTP_REQUESTS 8

/** One answer, as bytes on the wire. */
typedef struct stub_http_answer_t {
    const char *data;           /**< NULL: the connection is closed */
    apr_size_t len;             /**< 0: up to the final NUL */
    int delay_ms;               /**< before it is sent */
} stub_http_answer_t;

typedef struct stub_http_t {
    const char *url;            /**< "http://127.0.0.1:<port>/make" */
    volatile int count;         /**< connections so far */
    const char *request[STUB_HTTP_REQUESTS];    /**< heads and bodies */
} stub_http_t;

/** Start one; it ends with test_pool. The last answer is said again. */
stub_http_t *stub_http_start(const stub_http_answer_t *answers, int count);

/** Change an answer that has not been asked for yet. */
void stub_http_say(stub_http_t *server, int index, const char *data);

/** @return a whole answer: "200 OK", a content type and a body */
const char *stub_http_answer(const char *status, const char *type,
                             const char *body);

#endif

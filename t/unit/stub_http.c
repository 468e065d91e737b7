/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A server of one thread: it reads a request to its end, sends an answer and
 * closes. What it keeps is read by tests when the answer has come.
 */
#include "stub_http.h"

#include "fixture.h"
#include "game.h"

#include <apr_network_io.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 100000

typedef struct server_t {
    stub_http_t seen;           /* first: what tests have is this */
    stub_http_answer_t *answers;
    int answer_count;
    apr_pool_t *pool;           /* the thread's */
    apr_socket_t *listener;
    apr_thread_t *thread;
    volatile int ended;
} server_t;

/* @return whether text is a head and all of its body */
static int is_whole(const char *text, apr_size_t len)
{
    const char *body = strstr(text, "\r\n\r\n");
    const char *length = strstr(text, "Content-Length: ");
    long wanted = length && length < body ? strtol(length + 16, NULL, 10)
                                          : 0;

    return body && (long)len - (body + 4 - text) >= wanted;
}

static const char *read_request(server_t *server, apr_socket_t *socket)
{
    char *text = apr_pcalloc(server->pool, LARGEST + 1);
    apr_size_t len = 0, piece;

    do {
        piece = LARGEST - len;
        if (apr_socket_recv(socket, text + len, &piece) != APR_SUCCESS) {
            break;
        }
        len += piece;
    } while (!is_whole(text, len) && len < LARGEST);
    return text;
}

static void serve(server_t *server, apr_socket_t *socket)
{
    int index = server->seen.count < server->answer_count
        ? server->seen.count : server->answer_count - 1;
    const stub_http_answer_t *answer = &server->answers[index];
    const char *request = read_request(server, socket);
    apr_size_t sent = 0, len, all = answer->len ? answer->len
        : answer->data ? strlen(answer->data) : 0;

    if (server->seen.count < STUB_HTTP_REQUESTS) {
        server->seen.request[server->seen.count] = request;
    }
    server->seen.count++;
    if (answer->delay_ms) {
        apr_sleep(apr_time_from_msec(answer->delay_ms));
    }
    while (sent < all) {
        len = all - sent;
        if (apr_socket_send(socket, answer->data + sent, &len)
            != APR_SUCCESS) {
            break;
        }
        sent += len;
    }
    apr_socket_close(socket);
}

static void *APR_THREAD_FUNC run(apr_thread_t *thread, void *baton)
{
    server_t *server = baton;
    apr_socket_t *socket;

    (void)thread;
    while (!server->ended
           && apr_socket_accept(&socket, server->listener, server->pool)
              == APR_SUCCESS) {
        if (server->ended) {
            apr_socket_close(socket);
            break;
        }
        serve(server, socket);
    }
    return NULL;
}

/* Ask it once more, so that it sees that it has ended. */
static apr_status_t stop(void *baton)
{
    server_t *server = baton;
    apr_sockaddr_t *address;
    apr_socket_t *socket;
    apr_status_t rv;

    server->ended = 1;
    apr_socket_addr_get(&address, APR_LOCAL, server->listener);
    if (apr_socket_create(&socket, APR_INET, SOCK_STREAM, APR_PROTO_TCP,
                          test_pool) == APR_SUCCESS) {
        apr_socket_connect(socket, address);
        apr_socket_close(socket);
    }
    apr_thread_join(&rv, server->thread);
    apr_pool_destroy(server->pool);
    return APR_SUCCESS;
}

stub_http_t *stub_http_start(const stub_http_answer_t *answers, int count)
{
    server_t *server = apr_pcalloc(test_pool, sizeof(*server));
    apr_sockaddr_t *address;

    server->answers = apr_pmemdup(test_pool, answers,
                                  sizeof(*answers) * (apr_size_t)count);
    server->answer_count = count;
    server->pool = game_pool_alone(0);
    ck_assert(!apr_sockaddr_info_get(&address, "127.0.0.1", APR_INET, 0, 0,
                                     server->pool)
              && !apr_socket_create(&server->listener, APR_INET, SOCK_STREAM,
                                    APR_PROTO_TCP, server->pool)
              && !apr_socket_bind(server->listener, address)
              && !apr_socket_listen(server->listener, 8)
              && !apr_socket_addr_get(&address, APR_LOCAL, server->listener)
              && !apr_thread_create(&server->thread, NULL, run, server,
                                    server->pool));
    server->seen.url = apr_psprintf(test_pool, "http://127.0.0.1:%d/make",
                                    address->port);
    apr_pool_pre_cleanup_register(test_pool, server, stop);
    return &server->seen;
}

void stub_http_say(stub_http_t *server, int index, const char *data)
{
    ((server_t *)server)->answers[index].data = data;
}

const char *stub_http_answer(const char *status, const char *type,
                             const char *body)
{
    return apr_psprintf(test_pool, "HTTP/1.1 %s\r\nContent-Type: %s\r\n"
                        "Content-Length: %d\r\nConnection: close\r\n\r\n%s",
                        status, type, (int)strlen(body), body);
}

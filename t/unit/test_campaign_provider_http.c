/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Providers that are a URL: what is sent, what each status means, what is
 * tried again, and the bounds; and tracks, by URL and by command.
 */
#include "fixture.h"

#include "provider.h"
#include "stub.h"
#include "stub_http.h"

#include <apr_file_io.h>
#include <apr_network_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define OK_JSON \
    "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\n" \
    "Content-Length: 8\r\n\r\n{\"a\": 1}"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"
#define WAV "RIFF....WAVEfmt "

static game_store_t store;
static game_skill_env_t env = { .store = &store };
static game_skill_call_t call;
static game_provider_t provider;
static game_provider_reply_t reply;

static stub_http_t *begin(const stub_http_answer_t *answers, int count)
{
    stub_http_t *server = stub_http_start(answers, count);

    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    unsetenv("all_proxy");
    memset(&call, 0, sizeof(call));
    memset(&provider, 0, sizeof(provider));
    call.pool = test_pool;
    call.env = &env;
    store.root = fixture_folder();
    store.base = "/campaign-assets";
    provider.name = "remote";
    provider.url = server->url;
    provider.timeout = apr_time_from_sec(5);
    provider.backoff = apr_time_from_msec(10);
    return server;
}

static game_fault_t *ask(void)
{
    return game_provider_call(&call, &provider,
                              stub_json("{\"z\":1,\"a\":[]}"), 100, &reply);
}

static void make_token(const char *text)
{
    apr_file_t *file;

    provider.token_file = apr_pstrcat(test_pool, store.root, "/token", NULL);
    ck_assert(!apr_file_open(&file, provider.token_file, APR_FOPEN_WRITE
                             | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                             APR_FPROT_OS_DEFAULT, test_pool));
    ck_assert(!apr_file_write_full(file, text, strlen(text), NULL));
    apr_file_close(file);
}

START_TEST(json_is_posted)
{
    static const stub_http_answer_t answers[] = { { OK_JSON } };
    stub_http_t *server = begin(answers, 1);

    ck_assert_ptr_null(ask());
    ck_assert_str_eq(reply.data, "{\"a\": 1}");
    ck_assert_str_eq(reply.type, "application/json");
    ck_assert_int_eq(server->count, 1);
    ck_assert_int_eq(strncmp(server->request[0], "POST /make HTTP/1.1\r\n",
                             21), 0);
    ck_assert_ptr_nonnull(strstr(server->request[0],
                                 "\r\nContent-Type: application/json\r\n"));
    ck_assert_ptr_nonnull(strstr(server->request[0],
                                 "\r\n\r\n{\"a\":[],\"z\":1}"));
    ck_assert_ptr_null(strstr(server->request[0], "Authorization"));
}
END_TEST

START_TEST(a_token_is_read_from_its_file)
{
    static const stub_http_answer_t answers[] = { { OK_JSON } };
    static const char *const bad[] = { "", "\n", "a b\n", "a\tb", "\xc3\xa9" };
    stub_http_t *server = begin(answers, 1);
    int i;

    make_token("secret-1\r\nmore\n");
    ck_assert_ptr_null(ask());
    ck_assert_ptr_nonnull(strstr(server->request[0],
                                 "\r\nAuthorization: Bearer secret-1\r\n"));
    make_token("secret-2");
    ck_assert_ptr_null(ask());
    ck_assert_ptr_nonnull(strstr(server->request[1], "Bearer secret-2\r\n"));
    for (i = 0; i < COUNT_OF(bad); i++) {
        make_token(bad[i]);
        ck_assert_str_eq(ask()->code, "AUTHENTICATION_ERROR");
    }
    provider.token_file = "/no/such/file";
    ck_assert_str_eq(ask()->code, "AUTHENTICATION_ERROR");
    ck_assert_int_eq(server->count, 2);
}
END_TEST

static const struct {
    const char *status;
    const char *code;           /* NULL: it is an answer */
    int count;                  /* tries */
} statuses[] = {
    { "200 OK", NULL, 1 }, { "201 Created", NULL, 1 },
    { "204 No Content", "EMPTY_RESPONSE", 1 },
    { "302 Found", "GENERATION_FAILED", 1 },
    { "400 Bad Request", "GENERATION_FAILED", 1 },
    { "401 Unauthorized", "AUTHENTICATION_ERROR", 1 },
    { "403 Forbidden", "AUTHENTICATION_ERROR", 1 },
    { "404 Not Found", "GENERATION_FAILED", 1 },
    { "429 Too Many Requests", "RATE_LIMITED", 3 },
    { "500 Oops", "PROVIDER_UNAVAILABLE", 3 },
    { "503 Busy", "PROVIDER_UNAVAILABLE", 3 }
};

START_TEST(statuses_are_told_apart)
{
    stub_http_answer_t answer = {
        apr_psprintf(test_pool, "HTTP/1.1 %s\r\nLocation: /other\r\n"
                     "Content-Length: %d\r\n\r\n%s", statuses[_i].status,
                     strncmp(statuses[_i].status, "204", 3) ? 2 : 0,
                     strncmp(statuses[_i].status, "204", 3) ? "{}" : "")
    };
    stub_http_t *server = begin(&answer, 1);
    game_fault_t *fault = ask();

    if (statuses[_i].code) {
        ck_assert_ptr_nonnull(fault);
        ck_assert_str_eq(fault->code, statuses[_i].code);
        ck_assert_ptr_null(strstr(fault->message, "127.0.0.1"));
    }
    else {
        ck_assert_ptr_null(fault);
    }
    ck_assert_int_eq(server->count, statuses[_i].count);
}
END_TEST

START_TEST(another_try_may_succeed)
{
    static const stub_http_answer_t answers[] = {
        { BUSY }, { NULL }, { OK_JSON }
    };
    stub_http_t *server = begin(answers, 3);

    ck_assert_ptr_null(ask());
    ck_assert_str_eq(reply.data, "{\"a\": 1}");     /* none of the first */
    ck_assert_int_eq(server->count, 3);
}
END_TEST

START_TEST(a_server_says_when_to_come_again)
{
    static const stub_http_answer_t answers[] = {
        { "HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n" },
        { OK_JSON },
        { "HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\n"
          "Content-Length: 0\r\n\r\n" }
    };
    stub_http_t *server = begin(answers, 3);
    apr_time_t started = apr_time_now();

    ck_assert_ptr_null(ask());
    ck_assert_int_ge(apr_time_now() - started, apr_time_from_msec(1000));
    ck_assert_str_eq(ask()->code, "RATE_LIMITED");
    ck_assert_int_eq(server->count, 3);
}
END_TEST

START_TEST(answers_are_bounded)
{
    const stub_http_answer_t answers[] = {
        { stub_http_answer("200 OK", "text/plain",
                           apr_psprintf(test_pool, "%0100d", 0)) },
        { stub_http_answer("200 OK", "text/plain",
                           apr_psprintf(test_pool, "%0101d", 0)) },
        { "HTTP/1.1 200 OK\r\n\r\n0123456789", 0, 1500 }
    };
    stub_http_t *server = begin(answers, 3);
    game_fault_t *fault;

    ck_assert_ptr_null(ask());
    ck_assert_int_eq(reply.len, 100);
    fault = ask();
    ck_assert_str_eq(fault->code, "GENERATION_FAILED");
    ck_assert_ptr_nonnull(strstr(fault->message, "too long"));
    provider.timeout = apr_time_from_msec(300);
    ck_assert_str_eq(ask()->code, "TIMEOUT");
    ck_assert_int_eq(server->count, 3);
}
END_TEST

static int after_some(void *baton)
{
    return ++*(int *)baton > 2;
}

START_TEST(a_stopped_run_does_not_wait)
{
    static const stub_http_answer_t answers[] = { { OK_JSON, 0, 2500 } };
    apr_time_t started = apr_time_now();
    int asked = 0;

    begin(answers, 1);
    call.stopped = after_some;
    call.baton = &asked;
    ck_assert_str_eq(ask()->code, "RUN_CANCELLED");
    ck_assert_int_lt(apr_time_now() - started, apr_time_from_msec(2400));
}
END_TEST

START_TEST(nobody_at_the_other_end)
{
    static const stub_http_answer_t answers[] = { { OK_JSON } };
    apr_sockaddr_t *address;
    apr_socket_t *socket;
    game_fault_t *fault;

    begin(answers, 1);
    ck_assert(!apr_sockaddr_info_get(&address, "127.0.0.1", APR_INET, 0, 0,
                                     test_pool)
              && !apr_socket_create(&socket, APR_INET, SOCK_STREAM,
                                    APR_PROTO_TCP, test_pool)
              && !apr_socket_bind(socket, address)
              && !apr_socket_addr_get(&address, APR_LOCAL, socket));
    provider.url = apr_psprintf(test_pool, "http://127.0.0.1:%d/",
                                address->port);
    fault = ask();
    ck_assert_str_eq(fault->code, "PROVIDER_UNAVAILABLE");
    provider.url = "file:///etc/passwd";
    ck_assert_str_eq(ask()->code, "PROVIDER_UNAVAILABLE");
}
END_TEST

/* ---- tracks ---- */

static game_fault_t *track(game_provider_audio_t *audio)
{
    return game_provider_audio(&call, &provider, stub_json("{}"), audio);
}

/* Heads of files, twelve bytes and more. */
static const struct {
    const char *data;
    apr_size_t len;
    const char *format;         /* NULL: no audio */
} heads[] = {
    { "RIFF\0\0\0\0WAVEfmt ", 16, "wav" },
    { "OggS\0\2\0\0\0\0\0\0", 12, "ogg" },
    { "ID3\4\0\0\0\0\0\0\0\0", 12, "mp3" },
    { "\xff\xfb\x90\0........", 12, "mp3" },
    { "\xff\xf1\x50\x80........", 12, "aac" },
    { "RIFF\0\0\0\0AVI LIST", 16, NULL },
    { "RIFF\0\0\0", 7, NULL }, { "\xff\xff\xff\xff........", 12, NULL },
    { "\xff\xe0........\0\0", 12, NULL }, { "<!DOCTYPE html>", 15, NULL }
};

START_TEST(bytes_are_told_by_their_head)
{
    stub_http_answer_t answer;
    char *data = apr_palloc(test_pool, 100);
    int head = apr_snprintf(data, 100, "HTTP/1.0 200 OK\r\nContent-Type: "
                            "audio/mpeg\r\n\r\n");
    game_provider_audio_t audio;
    game_fault_t *fault;

    memcpy(data + head, heads[_i].data, heads[_i].len);
    answer.data = data;
    answer.len = (apr_size_t)head + heads[_i].len;
    answer.delay_ms = 0;
    begin(&answer, 1);
    fault = track(&audio);
    if (!heads[_i].format) {
        ck_assert_str_eq(fault->code, "GENERATION_FAILED");
        return;
    }
    ck_assert_ptr_null(fault);
    ck_assert_str_eq(audio.format, heads[_i].format);
    ck_assert_int_eq(audio.len, heads[_i].len);
    ck_assert_int_eq(memcmp(audio.data, heads[_i].data, audio.len), 0);
    ck_assert_ptr_null(audio.metadata);
}
END_TEST

/* An answer in JSON; %s is the server's own address. */
static const struct {
    const char *body;
    const char *code;           /* NULL: a track of "wav" */
    const char *model;
} said[] = {
    { "{\"audio_base64\":\"UklGRi4uLi5XQVZFZm10IA==\",\"model\":\"m\","
      "\"metadata\":{\"model\":\"n\"}}", NULL, "m" },
    { "{\"uri\":\"%s\",\"metadata\":{\"model\":\"n\"}}", NULL, "n" },
    { " {\"audio_url\":\"%s\"}", NULL, NULL },
    { "{\"uri\":\"\",\"url\":\"%s\"}", NULL, NULL },
    { "{\"audio_base64\":\"***\"}", "GENERATION_FAILED", NULL },
    { "{\"audio_base64\":\"AAAA\"}", "GENERATION_FAILED", NULL },
    { "{}", "NO_AUDIO_URL", NULL }, { "[]", "NO_AUDIO_URL", NULL },
    { "{\"uri\":7,\"audio_base64\":null}", "NO_AUDIO_URL", NULL },
    { "{\"uri\":\"/etc/passwd\"}", "CONTENT_UNAVAILABLE", NULL },
    { "{\"uri\":\"file:///etc/passwd\"}", "CONTENT_UNAVAILABLE", NULL },
    { "{\"uri\":\"ftp://h/x.wav\"}", "CONTENT_UNAVAILABLE", NULL },
    { "{\"uri\":\"http://127.0.0.1:1/\"}", "CONTENT_UNAVAILABLE", NULL },
    { "{\"uri\":", "JSON_PARSE_ERROR", NULL },
    { "{\"uri\":\"\\u0000\"}", "JSON_PARSE_ERROR", NULL }
};

START_TEST(json_has_or_names_a_track)
{
    static const stub_http_answer_t answers[] = {
        { NULL }, { "HTTP/1.0 200 OK\r\n\r\n" WAV }
    };
    stub_http_t *server = begin(answers, 2);
    game_provider_audio_t audio;
    game_fault_t *fault;
    const char *at = strstr(said[_i].body, "%s"), *body = said[_i].body;

    if (at) {
        body = apr_pstrcat(test_pool, apr_pstrndup(test_pool, body,
                           (apr_size_t)(at - body)), server->url, at + 2,
                           NULL);
    }
    stub_http_say(server, 0, stub_http_answer("200 OK", "application/json",
                                              body));
    make_token("secret");
    fault = track(&audio);
    if (said[_i].code) {
        ck_assert_ptr_nonnull(fault);
        ck_assert_str_eq(fault->code, said[_i].code);
        return;
    }
    ck_assert_ptr_null(fault);
    ck_assert_str_eq(audio.format, "wav");
    ck_assert_int_eq(audio.len, strlen(WAV));
    if (said[_i].model) {
        ck_assert_str_eq(audio.model, said[_i].model);
    }
    else {
        ck_assert_ptr_null(audio.model);
    }
    if (at) {                   /* the token is not for whom it names */
        ck_assert_int_eq(server->count, 2);
        ck_assert_int_eq(strncmp(server->request[1], "GET /make ", 10), 0);
        ck_assert_ptr_null(strstr(server->request[1], "secret"));
    }
}
END_TEST

START_TEST(a_command_names_a_file_of_the_store)
{
    static const stub_http_answer_t answers[] = { { OK_JSON } };
    const char *argv[] = { "/bin/echo", NULL, NULL };
    game_provider_audio_t audio;
    game_stored_t stored;

    begin(answers, 1);
    ck_assert_ptr_null(game_store_open(test_pool, &store));
    ck_assert_ptr_null(game_store_put(test_pool, &store, WAV, strlen(WAV),
                                      "wav", &stored));
    argv[1] = apr_psprintf(test_pool, "{\"uri\":\"%s\"}", stored.uri);
    provider.url = NULL;
    provider.argv = argv;
    ck_assert_ptr_null(track(&audio));
    ck_assert_int_eq(memcmp(audio.data, WAV, audio.len), 0);
    argv[1] = WAV;
    ck_assert_ptr_null(track(&audio));
    ck_assert_str_eq(audio.format, "wav");
}
END_TEST

Suite *campaign_provider_http_suite(void)
{
    Suite *suite = suite_create("campaign_provider_http");
    TCase *tests = fixture_case("campaign_provider_http");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, json_is_posted);
    tcase_add_test(tests, a_token_is_read_from_its_file);
    tcase_add_loop_test(tests, statuses_are_told_apart, 0,
                        COUNT_OF(statuses));
    tcase_add_test(tests, another_try_may_succeed);
    tcase_add_test(tests, a_server_says_when_to_come_again);
    tcase_add_test(tests, answers_are_bounded);
    tcase_add_test(tests, a_stopped_run_does_not_wait);
    tcase_add_test(tests, nobody_at_the_other_end);
    tcase_add_loop_test(tests, bytes_are_told_by_their_head, 0,
                        COUNT_OF(heads));
    tcase_add_loop_test(tests, json_has_or_names_a_track, 0,
                        COUNT_OF(said));
    tcase_add_test(tests, a_command_names_a_file_of_the_store);
    suite_add_tcase(suite, tests);
    return suite;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Providers: directives that make them, how one is chosen, and commands:
 * good ones, and those that fail, say too much, hang or leave others behind.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "provider.h"
#include "stub.h"

#include <apr_strings.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- making and choosing ---- */

/* Words divided by blanks; NULL when a provider was made of them. */
static const char *made(const char *name, const char *words,
                        game_provider_t **out)
{
    apr_array_header_t *list = apr_array_make(test_pool, 4, sizeof(char *));
    char *copy = apr_pstrdup(test_pool, words), *last, *word;

    for (word = apr_strtok(copy, " ", &last); word;
         word = apr_strtok(NULL, " ", &last)) {
        APR_ARRAY_PUSH(list, const char *) = word;
    }
    return game_provider_make(test_pool, name, list, out);
}

START_TEST(good_directives_make_providers)
{
    game_provider_t *provider;

    ck_assert_ptr_null(made("gen-1.a_B", "/bin/echo a b", &provider));
    ck_assert_str_eq(provider->name, "gen-1.a_B");
    ck_assert_str_eq(provider->argv[0], "/bin/echo");
    ck_assert_str_eq(provider->argv[2], "b");
    ck_assert_ptr_null(provider->argv[3]);
    ck_assert_ptr_null(provider->url);
    ck_assert_ptr_null(made("a", "https://h.example/x?y /etc/token",
                            &provider));
    ck_assert_ptr_null(provider->argv);
    ck_assert_str_eq(provider->url, "https://h.example/x?y");
    ck_assert_str_eq(provider->token_file, "/etc/token");
    ck_assert_ptr_null(made("a", "HTTP://[::1]:80/", &provider));
    ck_assert_ptr_null(provider->token_file);
    ck_assert_int_gt(provider->timeout, 0);
}
END_TEST

START_TEST(bad_directives_are_refused)
{
    static const char *const bad[][2] = {
        { "", "/bin/true" }, { "a b", "/bin/true" }, { "a/b", "/bin/true" },
        { "builtin", "/bin/true" }, { "stub", "/bin/true" },
        { "a\n", "/bin/true" }, { "a", "" }, { "a", "bin/true" },
        { "a", "sh -c true" }, { "a", "ftp://h/" }, { "a", "http://" },
        { "a", "http:///x" }, { "a", "https://h/\xc3\xa9" },
        { "a", "https://h/ token" }, { "a", "https://h/ /token more" },
        { "a", "file:///etc/passwd" }
    };
    game_provider_t *provider;
    int i;

    for (i = 0; i < COUNT_OF(bad); i++) {
        const char *said = made(bad[i][0], bad[i][1], &provider);

        ck_assert_msg(said && *said, "%s %s", bad[i][0], bad[i][1]);
    }
    ck_assert_ptr_nonnull(made("a", apr_pstrcat(test_pool, "http://h/",
        apr_psprintf(test_pool, "%03000d", 0), NULL), &provider));
    ck_assert_ptr_nonnull(made(apr_psprintf(test_pool, "%065d", 0),
                               "/bin/true", &provider));
}
END_TEST

/* What an input names, what is configured, and what comes of it. */
static const struct {
    const char *input;
    int configured, chosen;     /* else none, or the stub */
    const char *code;
} choices[] = {
    {"{}", 0, 0, ""}, {"{}", 1, 1, ""},
    {"{'provider':'stub'}", 1, 0, ""}, {"{'provider':'stub'}", 0, 0, ""},
    {"{'provider':'mine'}", 1, 1, ""},
    {"{'provider':'mine'}", 0, 0, "PROVIDER_NOT_FOUND"},
    {"{'provider':'other'}", 1, 0, "PROVIDER_NOT_FOUND"},
};

START_TEST(a_provider_is_chosen_by_name)
{
    static const game_provider_t mine = { "mine" };
    const game_provider_t *out = &mine;
    game_fault_t *fault = game_provider_choose(
        test_pool, campaign_json(choices[_i].input), "stub",
        choices[_i].configured ? &mine : NULL, &out);

    ck_assert_str_eq(campaign_code(fault), choices[_i].code);
    ck_assert_ptr_eq(out, choices[_i].chosen ? &mine : NULL);
}
END_TEST

START_TEST(calls_are_recorded)
{
    game_json_t *debug = NULL;

    game_provider_record(test_pool, &debug, "a", NULL, 7);
    game_provider_record(test_pool, &debug, "b", "m", 8);
    ck_assert_str_eq(game_json_text(test_pool, debug),
        "{\"provider_calls\":[{\"provider\":\"a\",\"duration_ms\":7},"
        "{\"provider\":\"b\",\"model\":\"m\",\"duration_ms\":8}]}");
}
END_TEST

/* ---- commands ---- */

static game_skill_env_t env;
static game_skill_call_t call;
static game_provider_reply_t reply;

static void begin(void)
{
    memset(&call, 0, sizeof(call));
    memset(&reply, 0, sizeof(reply));
    call.pool = test_pool;
    call.env = &env;
}

/* A shell is only what these tests run; the module starts none. */
static game_fault_t *run(const char *script, int timeout_ms, apr_size_t max)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    game_provider_t provider = {
        .name = "scripted", .argv = argv,
        .timeout = apr_time_from_msec(timeout_ms)
    };

    return game_provider_call(&call, &provider,
                              stub_json("{\"b\":1.0,\"a\":\"\xc3\xa9\"}"),
                              max, &reply);
}

START_TEST(a_command_reads_and_answers)
{
    begin();
    ck_assert_ptr_null(run("cat", 5000, 100));
    ck_assert_str_eq(reply.data, "{\"a\":\"\xc3\xa9\",\"b\":1}");
    ck_assert_int_eq(reply.len, strlen(reply.data));
    ck_assert_str_eq(reply.type, "");
    ck_assert_ptr_null(run("printf 'a\\000b'", 5000, 100));
    ck_assert_int_eq(reply.len, 3);
    ck_assert_ptr_null(run("cat /dev/stdin", 5000, 100));
    ck_assert_ptr_null(run("exec cat < /proc/self/fd/0", 5000, 16));
}
END_TEST

/* Nothing of ours is open in it, and signals are as a program expects. */
START_TEST(a_command_inherits_little)
{
    int extra = dup(STDOUT_FILENO);

    begin();
    ck_assert_int_gt(extra, 2);
    signal(SIGPIPE, SIG_IGN);
    ck_assert_ptr_null(run("ls /proc/self/fd | wc -l; "
                           "grep -c 'SigIgn:.*0000$' /proc/self/status",
                           5000, 100));
    ck_assert_str_eq(reply.data, "4\n1\n");     /* ls has its folder open */
    close(extra);
}
END_TEST

static const struct {
    const char *script;
    const char *code;
    const char *message;        /* a part of it */
} bad[] = {
    { "exit 3", "GENERATION_FAILED", "status 3" },
    { "echo '{}'; exit 1", "GENERATION_FAILED", "status 1" },
    { "kill -9 $$", "GENERATION_FAILED", "signal 9" },
    { "exec 2>&-; /no/such/program", "PROVIDER_UNAVAILABLE", "started" },
    { "true", "EMPTY_RESPONSE", "nothing" },
    { "exec >&-; sleep 0.2", "EMPTY_RESPONSE", "nothing" },
    { "sleep 60", "TIMEOUT", "in time" },
    { "exec >&-; sleep 60", "TIMEOUT", "in time" },
    { "printf x; sleep 60", "TIMEOUT", "in time" },
    { "trap '' TERM INT HUP; while :; do :; done", "TIMEOUT", "in time" },
    { "printf 12345678901; sleep 60", "GENERATION_FAILED", "too long" },
    { "yes", "GENERATION_FAILED", "too long" }
};

START_TEST(bad_commands_are_told_apart)
{
    apr_time_t started = apr_time_now();
    game_fault_t *fault;

    begin();
    fault = run(bad[_i].script, strcmp(bad[_i].code, "TIMEOUT") ? 20000 : 400,
                10);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, bad[_i].code);
    ck_assert_msg(strstr(fault->message, bad[_i].message) != NULL, "%s",
                  fault->message);
    ck_assert_ptr_null(strstr(fault->message, "/bin/sh"));
    ck_assert_int_lt(apr_time_now() - started, apr_time_from_sec(15));
}
END_TEST

START_TEST(what_cannot_be_started_is_unavailable)
{
    static const char *const programs[] = {
        "/no/such/program", "/etc/passwd", "/"
    };
    int i;

    begin();
    for (i = 0; i < COUNT_OF(programs); i++) {
        const char *const argv[] = { programs[i], NULL };
        game_provider_t provider = {
            .name = "p", .argv = argv, .timeout = apr_time_from_sec(5)
        };
        game_fault_t *fault = game_provider_call(&call, &provider,
                                                 stub_json("{}"), 10,
                                                 &reply);

        ck_assert_str_eq(fault->code, "PROVIDER_UNAVAILABLE");
        ck_assert_ptr_null(strstr(fault->message, "/"));
    }
}
END_TEST

START_TEST(a_large_request_that_is_not_read_does_no_harm)
{
    char *large = apr_palloc(test_pool, 1000001);
    const char *const argv[] = { "/bin/echo", "[]", NULL };
    game_provider_t provider = {
        .name = "p", .argv = argv, .timeout = apr_time_from_sec(5)
    };

    begin();
    memset(large, 'x', 1000000);
    large[1000000] = '\0';
    ck_assert_ptr_null(game_provider_call(&call, &provider,
        game_json_new_string(test_pool, large), 10, &reply));
    ck_assert_str_eq(reply.data, "[]\n");
}
END_TEST

/* @return whether a process is there and is no zombie */
static int is_alive(pid_t pid)
{
    char state[64] = "";
    FILE *file = fopen(apr_psprintf(test_pool, "/proc/%d/stat", (int)pid),
                       "r");
    int alive;

    if (!file) {
        return 0;
    }
    alive = fgets(state, sizeof(state), file) != NULL
        && !strstr(state, ") Z ") && !strstr(state, ") X ");
    fclose(file);
    return alive;
}

/* A child of the command holds its output open and would live on. */
START_TEST(what_a_command_leaves_behind_is_ended)
{
    apr_time_t started = apr_time_now();
    pid_t pid;
    int i;

    begin();
    ck_assert_ptr_null(run("sleep 60 & echo $!", 20000, 100));
    ck_assert_int_lt(apr_time_now() - started, apr_time_from_sec(10));
    pid = (pid_t)strtol(reply.data, NULL, 10);
    ck_assert_int_gt(pid, 1);
    for (i = 0; is_alive(pid) && i < 100; i++) {
        apr_sleep(apr_time_from_msec(20));
    }
    ck_assert(!is_alive(pid));
}
END_TEST

static int after_some(void *baton)
{
    return ++*(int *)baton > 3;
}

START_TEST(a_stopped_run_stops_its_command)
{
    apr_time_t started = apr_time_now();
    game_fault_t *fault;
    int asked = 0;

    begin();
    call.stopped = after_some;
    call.baton = &asked;
    fault = run("sleep 60", 60000, 100);
    ck_assert_str_eq(fault->code, "RUN_CANCELLED");
    ck_assert_int_lt(apr_time_now() - started, apr_time_from_sec(5));
    fault = run("echo '{}'", 60000, 100);
    ck_assert_str_eq(fault->code, "RUN_CANCELLED");
}
END_TEST

START_TEST(the_deadline_of_a_call_counts)
{
    game_fault_t *fault;

    begin();
    call.deadline = apr_time_now() + apr_time_from_msec(200);
    fault = run("sleep 60", 60000, 100);
    ck_assert_str_eq(fault->code, "TIMEOUT");
    fault = run("echo '{}'", 60000, 100);
    ck_assert_str_eq(fault->code, "TIMEOUT");
}
END_TEST

Suite *campaign_provider_suite(void)
{
    Suite *suite = suite_create("campaign_provider");
    TCase *tests = fixture_case("campaign_provider");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, good_directives_make_providers);
    tcase_add_test(tests, bad_directives_are_refused);
    tcase_add_loop_test(tests, a_provider_is_chosen_by_name, 0,
                        COUNT_OF(choices));
    tcase_add_test(tests, calls_are_recorded);
    tcase_add_test(tests, a_command_reads_and_answers);
    tcase_add_test(tests, a_command_inherits_little);
    tcase_add_loop_test(tests, bad_commands_are_told_apart, 0,
                        COUNT_OF(bad));
    tcase_add_test(tests, what_cannot_be_started_is_unavailable);
    tcase_add_test(tests, a_large_request_that_is_not_read_does_no_harm);
    tcase_add_test(tests, what_a_command_leaves_behind_is_ended);
    tcase_add_test(tests, a_stopped_run_stops_its_command);
    tcase_add_test(tests, the_deadline_of_a_call_counts);
    suite_add_tcase(suite, tests);
    return suite;
}

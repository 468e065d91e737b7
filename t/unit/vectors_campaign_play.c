/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suite campaign-play-rules: whether one may play, and whether it is a win.
 */
#include "datetime.h"
#include "play.h"
#include "vectors.h"

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))
#define INT(object, name) json_integer_value(MEMBER(object, name))

static void read_context(game_vectors_t *v, const json_t *test,
                         game_play_context_t *out)
{
    const json_t *context = MEMBER(test, "context");
    game_play_context_t read = {
        .status = TEXT(context, "status"),
        .logged_in = json_is_true(MEMBER(context, "logged_in")),
        .region = TEXT(context, "region"),
        .plays = INT(context, "plays"),
        .last_minute = INT(context, "last_minute"),
        .last_hour = INT(context, "last_hour"),
        .u53 = (apr_uint64_t)INT(context, "u53"),
        .win_probability =
            json_number_value(MEMBER(test, "config_win_probability")),
    };

    if (!game_datetime_read(TEXT(context, "now"), &read.now)) {
        game_vectors_differ(v, "now is no point in time");
    }
    *out = read;
}

static void compare_int(game_vectors_t *v, const char *what, json_int_t got,
                        const json_t *expected)
{
    if (json_integer_value(expected) != got) {
        game_vectors_differ(v, "%s is %lld", what, (long long)got);
    }
}

static void compare_allowed(game_vectors_t *v, const game_play_t *play,
                            const json_t *expected)
{
    const json_t *left = MEMBER(expected, "plays_remaining");

    if (play->win_probability
        != json_number_value(MEMBER(expected, "win_probability"))) {
        game_vectors_differ(v, "win_probability is %g",
                            play->win_probability);
    }
    game_vectors_text(v, "outcome", TEXT(expected, "outcome"),
                      play->win ? "win" : "lose");
    if (json_is_null(left) != (play->remaining < 0)) {
        game_vectors_differ(v, "plays_remaining is %lld",
                            (long long)play->remaining);
    }
    else if (!json_is_null(left)) {
        compare_int(v, "plays_remaining", play->remaining, left);
    }
}

static void run(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = MEMBER(test, "expected");
    game_play_context_t context;
    game_play_t play;

    read_context(v, test, &context);
    game_play_decide(MEMBER(test, "rules"), &context, &play);
    if (json_is_true(MEMBER(expected, "allow")) != (play.code == NULL)) {
        game_vectors_differ(v, "answer is %s",
                            play.code ? play.code : "allow");
    }
    else if (play.code) {
        game_vectors_text(v, "code", TEXT(expected, "code"), play.code);
        compare_int(v, "http", play.http, MEMBER(expected, "http"));
    }
    else {
        compare_allowed(v, &play, expected);
    }
}

int game_vectors_play_rules(game_vectors_t *v)
{
    game_vectors_each(v, run);
    return 1;
}

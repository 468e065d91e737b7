/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The synthesiser beside its vectors: sizes, that it sounds, that it loops,
 * what it refuses, and that a writer can end it.
 */
#include "fixture.h"

#include "stub.h"
#include "synth.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* What is kept of a file as it goes by. */
typedef struct {
    apr_int64_t bytes;
    int frames;
    int calls;
    int last_call;              /* then it fails; 0: never */
    double squares;
    int peak;
    int first[2];               /* frame */
    int last[2];
    int channels;
} listener_t;

static void hear(listener_t *on, const unsigned char *frame)
{
    int side;

    for (side = 0; side < on->channels; side++) {
        on->last[side] = (apr_int16_t)(frame[2 * side]
                                       | frame[2 * side + 1] << 8);
        on->squares += (double)on->last[side] * on->last[side];
        if (abs(on->last[side]) > on->peak) {
            on->peak = abs(on->last[side]);
        }
    }
    if (!on->frames++) {
        memcpy(on->first, on->last, sizeof(on->first));
    }
}

static game_fault_t *listen_to(void *baton, const void *data, apr_size_t len)
{
    listener_t *on = baton;
    apr_size_t i = on->calls ? 0 : GAME_SYNTH_HEADER;

    if (++on->calls == on->last_call) {
        return game_fault_make(test_pool, "RUN_CANCELLED", "enough");
    }
    for (; i < len; i += 2 * (apr_size_t)on->channels) {
        hear(on, (const unsigned char *)data + i);
    }
    on->bytes += (apr_int64_t)len;
    return NULL;
}

static void make(const char *params, game_synth_t *synth)
{
    game_synth_in_t in;
    game_fault_t *fault;

    game_synth_read(test_pool, stub_json(params), &in);
    fault = game_synth_make(test_pool, &in, synth);
    ck_assert_msg(!fault, "%s", fault ? fault->message : "");
}

static game_fault_t *play(const char *params, listener_t *on)
{
    game_synth_t synth;

    make(params, &synth);
    on->channels = synth.in.channels;
    return game_synth_play(test_pool, &synth, listen_to, on);
}

static double rms(const listener_t *on)
{
    return sqrt(on->squares * 2 / (double)(on->bytes - GAME_SYNTH_HEADER));
}

/* Durations, and the bytes that they must have. */
static const struct {
    const char *params;
    apr_int64_t bytes;
} sizes[] = {
    {"{\"duration_sec\": 5, \"genre\": \"pop\"}", 44 + 220500 * 4},
    {"{\"duration_sec\": 12.34, \"genre\": \"jazz\", \"sample_rate\": 22050,"
     " \"channels\": 1}", 44 + 272097 * 2},
    {"{\"duration_sec\": 30, \"genre\": \"rock\", \"mood\": \"epic\","
     " \"sample_rate\": 48000}", 44 + 1440000 * 4},
    {"{\"duration_sec\": 300, \"genre\": \"ambient\", \"energy_level\": 0,"
     " \"bpm\": 60}", 44 + 13230000 * 4},
    {"{\"duration_sec\": 1, \"genre\": \"lofi\", \"energy_level\": 1,"
     " \"bpm\": 200}", 44 + 44100 * 4},
    {"{\"duration_sec\": 1.00001, \"genre\": \"?\", \"mood\": \"?\"}",
     44 + 44100 * 4}
};

START_TEST(a_track_has_its_size_and_sounds)
{
    listener_t on = {0};
    game_synth_t synth;

    ck_assert_ptr_null(play(sizes[_i].params, &on));
    make(sizes[_i].params, &synth);
    ck_assert_int_eq(on.bytes, sizes[_i].bytes);
    ck_assert_int_eq(synth.size, sizes[_i].bytes);
    ck_assert_int_eq(on.calls, synth.bars + 1);
    ck_assert_double_gt(rms(&on), 500);
    ck_assert_int_le(on.peak, 32767);
}
END_TEST

START_TEST(a_track_loops_without_a_seam)
{
    listener_t on = {0};
    int side;

    ck_assert_ptr_null(play(sizes[_i].params, &on));
    for (side = 0; side < on.channels; side++) {
        ck_assert_int_lt(abs(on.first[side] - on.last[side]), 64);
    }
}
END_TEST

START_TEST(a_track_that_does_not_loop_fades_out)
{
    listener_t whole = {0};
    listener_t faded = {0};

    ck_assert_ptr_null(play("{\"duration_sec\": 4, \"genre\": \"pop\"}",
                            &whole));
    ck_assert_ptr_null(play("{\"duration_sec\": 4, \"genre\": \"pop\","
                            " \"loopable\": false}", &faded));
    ck_assert_int_eq(whole.bytes, faded.bytes);
    ck_assert_double_lt(faded.squares, whole.squares * 0.9);
    ck_assert_int_lt(abs(faded.last[0]), 64);
}
END_TEST

START_TEST(what_seeds_a_track_changes_it)
{
    static const char *const others[] = {
        "{\"duration_sec\": 5, \"genre\": \"pop\", \"seed\": 1}",
        "{\"duration_sec\": 5, \"genre\": \"pop\", \"prompt\": \"\"}",
        "{\"duration_sec\": 5, \"genre\": \"pop\", \"bpm\": 121}",
        "{\"duration_sec\": 5, \"genre\": \"pop\", \"instruments\": []}"
    };
    game_synth_t one;
    game_synth_t other;

    make("{\"duration_sec\": 5, \"genre\": \"pop\"}", &one);
    make(others[_i], &other);
    ck_assert_uint_ne(one.seed, other.seed);
    make("{\"genre\": \"pop\", \"energy_level\": 0.5, \"bpm\": 120.0,"
         " \"loopable\": false, \"duration_sec\": 5.0}", &other);
    ck_assert_uint_eq(one.seed, other.seed);
    ck_assert_str_eq(one.in.key, other.in.key);
}
END_TEST

static const char *const refused[] = {
    "{}",
    "[]",
    "\"pop\"",
    "{\"duration_sec\": \"5\"}",
    "{\"duration_sec\": 0.999}",
    "{\"duration_sec\": 300.001}",
    "{\"duration_sec\": -5}",
    "{\"duration_sec\": 1e300}",
    "{\"duration_sec\": 5, \"bpm\": 59.9}",
    "{\"duration_sec\": 5, \"bpm\": 1e300}",
    "{\"duration_sec\": 5, \"energy_level\": -0.01}",
    "{\"duration_sec\": 5, \"energy_level\": 1.01}",
    "{\"duration_sec\": 5, \"sample_rate\": 32000}",
    "{\"duration_sec\": 5, \"sample_rate\": 96000}",
    "{\"duration_sec\": 5, \"sample_rate\": 44100.5}",
    "{\"duration_sec\": 5, \"sample_rate\": 1e300}",
    "{\"duration_sec\": 5, \"channels\": 0}",
    "{\"duration_sec\": 5, \"channels\": 3}"
};

START_TEST(what_is_out_of_range_is_refused)
{
    game_synth_in_t in;
    game_synth_t synth;
    game_fault_t *fault;

    game_synth_read(test_pool, stub_json(refused[_i]), &in);
    fault = game_synth_make(test_pool, &in, &synth);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "INVALID_PARAMS");
}
END_TEST

START_TEST(a_writer_ends_a_track)
{
    listener_t on = {.last_call = _i};
    game_fault_t *fault = play("{\"duration_sec\": 10, \"genre\": \"pop\"}",
                               &on);

    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "RUN_CANCELLED");
    ck_assert_int_eq(on.calls, _i);
}
END_TEST

Suite *campaign_synth_suite(void)
{
    Suite *suite = suite_create("campaign_synth");
    TCase *tests = fixture_case("campaign_synth");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_track_has_its_size_and_sounds, 0,
                        COUNT_OF(sizes));
    tcase_add_loop_test(tests, a_track_loops_without_a_seam, 0,
                        COUNT_OF(sizes));
    tcase_add_test(tests, a_track_that_does_not_loop_fades_out);
    tcase_add_loop_test(tests, what_seeds_a_track_changes_it, 0, 4);
    tcase_add_loop_test(tests, what_is_out_of_range_is_refused, 0,
                        COUNT_OF(refused));
    tcase_add_loop_test(tests, a_writer_ends_a_track, 1, 4);
    suite_add_tcase(suite, tests);
    return suite;
}

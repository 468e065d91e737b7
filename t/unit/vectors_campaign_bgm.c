/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suite campaign-bgm-wav: from parameters to the bytes of a file.
 */
#include "vectors.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "canon.h"
#include "game.h"
#include "synth.h"

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

/* Frames that a vector shows. */
#define SHOWN_FROM      1000
#define SHOWN_FRAMES    4

/* What is kept of a file as it goes by. */
typedef struct {
    EVP_MD_CTX *digest;
    char header[2 * GAME_SYNTH_HEADER + 1];
    size_t samples;             /* so far */
    size_t shown_from;          /* samples */
    size_t shown_to;
    int peak;
    json_t *shown;
} listener_t;

static void hear(listener_t *on, int sample)
{
    if (on->samples >= on->shown_from && on->samples < on->shown_to) {
        json_array_append_new(on->shown, json_integer(sample));
    }
    if (abs(sample) > on->peak) {
        on->peak = abs(sample);
    }
    on->samples++;
}

static game_fault_t *listen_to(void *baton, const void *data, apr_size_t len)
{
    const unsigned char *bytes = data;
    listener_t *on = baton;
    apr_size_t i;

    EVP_DigestUpdate(on->digest, data, len);
    if (!on->header[0]) {
        game_hex(bytes, GAME_SYNTH_HEADER, on->header);
        bytes += GAME_SYNTH_HEADER;
        len -= GAME_SYNTH_HEADER;
    }
    for (i = 0; i + 1 < len; i += 2) {
        hear(on, (apr_int16_t)(bytes[i] | bytes[i + 1] << 8));
    }
    return NULL;
}

static void compare_int(game_vectors_t *v, const json_t *expected,
                        const char *name, apr_int64_t got)
{
    json_t *number = json_integer(got);

    game_vectors_equal(v, name, MEMBER(expected, name), number);
    json_decref(number);
}

/* What is known before the first frame. */
static void compare_plan(game_vectors_t *v, const json_t *expected,
                         const game_synth_t *synth)
{
    const int *chord = synth->progression;
    json_t *progression = json_pack("[iiii]", chord[0], chord[1], chord[2],
                                    chord[3]);

    game_vectors_text(v, "key_json", TEXT(expected, "key_json"),
                      synth->in.key);
    compare_int(v, expected, "prng_seed", synth->seed);
    compare_int(v, expected, "frames", synth->frames);
    compare_int(v, expected, "bars", synth->bars);
    compare_int(v, expected, "root_midi", synth->root);
    compare_int(v, expected, "size_bytes", synth->size);
    game_vectors_equal(v, "progression", MEMBER(expected, "progression"),
                       progression);
    json_decref(progression);
}

static void compare_sound(game_vectors_t *v, const json_t *expected,
                          const game_synth_t *synth)
{
    size_t channels = (size_t)synth->in.channels;
    listener_t on = {.shown = json_array()};
    unsigned char digest[32];
    char hash[GAME_HASH_SIZE];

    on.shown_from = SHOWN_FROM * channels;
    on.shown_to = on.shown_from + SHOWN_FRAMES * channels;
    on.digest = EVP_MD_CTX_new();
    EVP_DigestInit_ex(on.digest, EVP_sha256(), NULL);
    game_synth_play(v->pool, synth, listen_to, &on);
    EVP_DigestFinal_ex(on.digest, digest, NULL);
    EVP_MD_CTX_free(on.digest);
    game_hex(digest, sizeof(digest), hash);
    game_vectors_text(v, "sha256", TEXT(expected, "sha256"), hash);
    game_vectors_text(v, "header_hex", TEXT(expected, "header_hex"),
                      on.header);
    game_vectors_equal(v, "frames_1000_1003",
                       MEMBER(expected, "frames_1000_1003"), on.shown);
    compare_int(v, expected, "peak", on.peak);
    json_decref(on.shown);
}

static void run_case(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = MEMBER(test, "expected");
    game_synth_in_t in;
    game_synth_t synth;
    game_fault_t *fault;

    game_synth_read(v->pool, MEMBER(test, "params"), &in);
    fault = game_synth_make(v->pool, &in, &synth);
    if (fault) {
        game_vectors_differ(v, "%s: %s", fault->code, fault->message);
        return;
    }
    compare_plan(v, expected, &synth);
    compare_sound(v, expected, &synth);
}

int game_vectors_bgm_wav(game_vectors_t *v)
{
    game_vectors_each(v, run_case);
    return 1;
}

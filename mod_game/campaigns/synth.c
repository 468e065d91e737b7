/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The synthesiser of background music: parameters, what is drawn from them,
 * and the file, bar by bar. What is heard in a bar is synth_sound.c's. Knows
 * no skill and no store.
 */

#include "synth_int.h"

#include <math.h>
#include <string.h>

#include <apr_strings.h>

#include "canon.h"
#include "game.h"

#define DURATION_MAX    300
#define STEPS           GAME_SYNTH_STEPS
#define DEGREES         GAME_SYNTH_DEGREES

/* What a mood sounds like. */
typedef struct {
    const char *mood;
    int major;                  /* which table of chords */
    int scale[DEGREES];
} mood_t;

static const mood_t moods[] = {
    {"happy", 1, {0, 2, 4, 5, 7, 9, 11}},
    {"playful", 1, {0, 2, 4, 5, 7, 9, 11}},
    {"relaxed", 1, {0, 2, 4, 5, 7, 9, 10}},
    {"sad", 0, {0, 2, 3, 5, 7, 8, 10}},
    {"epic", 0, {0, 2, 3, 5, 7, 8, 10}},
    {"tense", 0, {0, 1, 3, 5, 7, 8, 10}},
    {"dramatic", 0, {0, 2, 3, 5, 7, 8, 11}},
    {"neutral", 0, {0, 2, 3, 5, 7, 9, 10}}      /* and any other */
};

#define MOODS (sizeof(moods) / sizeof(moods[0]))

/* Degrees of four chords: minor, then major. */
static const int chords[2][4][4] = {
    {{0, 5, 2, 6}, {0, 3, 5, 4}, {0, 6, 5, 6}, {0, 5, 3, 6}},
    {{0, 4, 5, 3}, {0, 5, 3, 4}, {0, 3, 4, 3}, {0, 2, 5, 4}}
};

/* ---- parameters ---- */

static double real_or(const game_json_t *value, double absent)
{
    return game_json_is_number(value) ? game_json_real(value) : absent;
}

/* -1 for what is no small whole number: it is refused later. */
static int count_or(const game_json_t *value, int absent)
{
    double number = real_or(value, absent);

    return number >= 0 && number <= 1e6 && number == floor(number)
           ? (int)number : -1;
}

static const char *text_or(const game_json_t *value, const char *absent)
{
    const char *text = game_json_string(value);

    return text ? text : absent;
}

/* The key: absent members stay out, those with a default are always in. */
static const char *make_key(apr_pool_t *pool, const game_json_t *params,
                            const game_synth_in_t *in)
{
    static const char *const optional[] = {"instruments", "prompt", "seed"};
    game_json_t *key = game_json_new_object(pool);
    game_json_t *value;
    size_t i;

    game_json_set(key, "bpm", game_json_new_real(pool, in->bpm));
    game_json_set(key, "duration_sec",
                  game_json_new_real(pool, in->duration_sec));
    game_json_set(key, "energy_level", game_json_new_real(pool, in->energy));
    game_json_set_string(pool, key, "genre", in->genre);
    game_json_set_string(pool, key, "mood", in->mood);
    for (i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
        value = game_json_member(params, optional[i]);
        if (value) {
            game_json_set(key, optional[i], value);
        }
    }
    return game_canon_text(pool, key);
}

void game_synth_read(apr_pool_t *pool, const game_json_t *params,
                     game_synth_in_t *in)
{
    const game_json_t *loop = game_json_member(params, "loopable");

    in->duration_sec = real_or(game_json_member(params, "duration_sec"), 0);
    in->bpm = real_or(game_json_member(params, "bpm"), 120);
    in->energy = real_or(game_json_member(params, "energy_level"), 0.5);
    in->genre = text_or(game_json_member(params, "genre"), "");
    in->mood = text_or(game_json_member(params, "mood"), "neutral");
    in->rate = count_or(game_json_member(params, "sample_rate"), 44100);
    in->channels = count_or(game_json_member(params, "channels"), 2);
    in->loopable = !loop || game_json_true(loop);
    in->key = make_key(pool, params, in);
}

static game_fault_t *check(apr_pool_t *pool, const game_synth_in_t *in)
{
    const char *what = NULL;

    if (!(in->duration_sec >= 1 && in->duration_sec <= DURATION_MAX)) {
        what = "duration_sec is not in 1..300";
    }
    else if (!(in->bpm >= 60 && in->bpm <= 200)) {
        what = "bpm is not in 60..200";
    }
    else if (!(in->energy >= 0 && in->energy <= 1)) {
        what = "energy_level is not in 0..1";
    }
    else if (in->rate != 22050 && in->rate != 44100 && in->rate != 48000) {
        what = "sample_rate is none of 22050, 44100, 48000";
    }
    else if (in->channels != 1 && in->channels != 2) {
        what = "channels is not 1 or 2";
    }
    return what ? game_fault_make(pool, "INVALID_PARAMS", "%s", what) : NULL;
}

/* ---- draws ---- */

/* A number below limit; the state goes on. */
static int draw(apr_uint32_t *state, apr_uint32_t limit)
{
    apr_uint32_t z;

    *state += 0x9e3779b9u;
    z = *state;
    z = (z ^ z >> 16) * 0x85ebca6bu;
    z = (z ^ z >> 13) * 0xc2b2ae35u;
    z ^= z >> 16;
    return (int)(z % limit);
}

static apr_uint32_t seed_of(apr_pool_t *pool, const char *key)
{
    const char *text = apr_pstrcat(pool, "campaign-synth/1\n", key, NULL);
    unsigned char hash[32];

    game_sha256(text, strlen(text), hash);
    return (apr_uint32_t)hash[0] << 24 | (apr_uint32_t)hash[1] << 16
           | (apr_uint32_t)hash[2] << 8 | hash[3];
}

static const mood_t *find_mood(const char *name)
{
    size_t i = 0;

    while (i < MOODS - 1 && strcmp(moods[i].mood, name)) {
        i++;
    }
    return &moods[i];
}

/* How likely the lead plays at a step, of 100. */
static int chance(int step, int energy)
{
    if (step % 4 == 0) {
        return 90;
    }
    return (step % 2 == 0 ? 30 : 0) + energy / 2;
}

/* Number of bars: the nearest whole one, at least one. */
static int count_bars(const game_synth_in_t *in)
{
    apr_int64_t ms = (apr_int64_t)(in->duration_sec * 1000 + 0.5);
    apr_int64_t millibeats = (apr_int64_t)(in->bpm * 1000 + 0.5);
    apr_int64_t bars = (ms * millibeats + 120000000) / 240000000;

    return bars > 1 ? (int)bars : 1;
}

game_fault_t *game_synth_make(apr_pool_t *pool, const game_synth_in_t *in,
                              game_synth_t *synth)
{
    game_fault_t *fault = check(pool, in);
    const mood_t *mood;
    int step;

    if (fault) {
        return fault;
    }
    mood = find_mood(in->mood);
    memset(synth, 0, sizeof(*synth));
    synth->in = *in;
    synth->energy = (int)(in->energy * 100 + 0.5);
    synth->bars = count_bars(in);
    synth->frames = (int)(in->duration_sec * in->rate);
    synth->size = GAME_SYNTH_HEADER + synth->frames * in->channels * 2;
    synth->scale = mood->scale;
    synth->seed = seed_of(pool, in->key);
    synth->state = synth->seed;
    synth->root = 45 + draw(&synth->state, 12);
    memcpy(synth->progression, chords[mood->major][draw(&synth->state, 4)],
           sizeof(synth->progression));
    for (step = 0; step < STEPS; step++) {
        synth->on[step] =
            draw(&synth->state, 100) < chance(step, synth->energy);
        synth->degree[step] = (unsigned char)draw(&synth->state, 5);
    }
    return NULL;
}

/* ---- bytes ---- */

static unsigned char *put(unsigned char *to, apr_uint32_t number, int bytes)
{
    while (bytes--) {
        *to++ = (unsigned char)(number & 255);
        number >>= 8;
    }
    return to;
}

static void make_header(const game_synth_t *synth,
                        unsigned char out[GAME_SYNTH_HEADER])
{
    apr_uint32_t data = (apr_uint32_t)synth->size - GAME_SYNTH_HEADER;
    apr_uint32_t rate = (apr_uint32_t)synth->in.rate;
    apr_uint32_t frame = (apr_uint32_t)synth->in.channels * 2;

    memcpy(out, "RIFF", 4);
    out = put(out + 4, 36 + data, 4);
    memcpy(out, "WAVEfmt ", 8);
    out = put(out + 8, 16, 4);
    out = put(out, 1, 2);
    out = put(out, (apr_uint32_t)synth->in.channels, 2);
    out = put(out, rate, 4);
    out = put(out, rate * frame, 4);
    out = put(out, frame, 2);
    out = put(out, 16, 2);
    memcpy(out, "data", 4);
    put(out + 4, data, 4);
}

static apr_int32_t clamp(apr_int64_t value)
{
    return (apr_int32_t)(value > 32767 ? 32767
                         : value < -32767 ? -32767 : value);
}

/* A mixed bar as samples. @return bytes written */
static apr_size_t pack(const game_synth_bar_t *bar, unsigned char *out)
{
    const game_synth_t *synth = bar->synth;
    int limit = 2 * synth->in.rate;
    int fade = synth->frames < limit ? synth->frames : limit;
    unsigned char *to = out;
    apr_int64_t scale;
    apr_int32_t left;
    apr_int32_t right;
    int rest;
    int i;

    for (i = 0; i < bar->frames; i++) {
        rest = synth->frames - bar->first - i;
        scale = synth->in.loopable || rest > fade
                ? 32768 : (apr_int64_t)rest * 32768 / fade;
        left = clamp(bar->left[i] * scale >> 15);
        right = clamp(bar->right[i] * scale >> 15);
        if (synth->in.channels == 1) {
            to = put(to, (apr_uint32_t)((left + right) >> 1), 2);
        }
        else {
            to = put(to, (apr_uint32_t)left, 2);
            to = put(to, (apr_uint32_t)right, 2);
        }
    }
    return (apr_size_t)(to - out);
}

/* ---- bars ---- */

/* First frame of a bar of the piece. */
static int bar_start(const game_synth_t *synth, int index)
{
    return (int)((apr_int64_t)index * synth->frames / synth->bars);
}

static void mix(game_synth_bar_t *bar, apr_uint32_t *state)
{
    const game_synth_t *synth = bar->synth;
    size_t bytes;
    int step;

    bar->first = bar_start(synth, bar->index);
    bar->frames = bar_start(synth, bar->index + 1) - bar->first;
    bar->chord = synth->progression[bar->index % 4];
    memcpy(bar->degree, synth->degree, sizeof(bar->degree));
    if (draw(state, 4) == 3) {
        for (step = 12; step < STEPS; step++) {
            bar->degree[step] = (unsigned char)draw(state, 5);
        }
    }
    bytes = (size_t)bar->frames * sizeof(*bar->left);
    memset(bar->left, 0, bytes);
    memset(bar->right, 0, bytes);
    game_synth_sound(bar);
}

game_fault_t *game_synth_play(apr_pool_t *pool, const game_synth_t *synth,
                              game_synth_write_fn *write, void *baton)
{
    apr_size_t room = (apr_size_t)(synth->frames / synth->bars) + 1;
    apr_uint32_t state = synth->state;
    unsigned char header[GAME_SYNTH_HEADER];
    game_synth_bar_t bar = {.synth = synth};
    unsigned char *out = apr_palloc(pool, room * 4);
    game_fault_t *fault;
    apr_size_t len;

    bar.left = apr_palloc(pool, room * sizeof(*bar.left));
    bar.right = apr_palloc(pool, room * sizeof(*bar.right));
    make_header(synth, header);
    fault = write(baton, header, sizeof(header));
    while (!fault && bar.index < synth->bars) {
        mix(&bar, &state);
        len = pack(&bar, out);
        fault = write(baton, out, len);
        bar.index++;
    }
    return fault;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What is heard in a bar: pad, bass, lead, kick and hat. Whole numbers only;
 * a shift to the right of a negative number keeps its sign.
 */

#include "synth_int.h"

#include <string.h>

/* Envelopes and phases: 2^30 is one, or a quarter of a turn. */
#define ONE             (1 << 30)

#define STEPS           GAME_SYNTH_STEPS
#define DEGREES         GAME_SYNTH_DEGREES

typedef enum { SAW, SQUARE, PULSE, TRIANGLE } wave_e;

/* Milliherz of the 12 half tones from C8. */
static const apr_uint32_t octave8[12] = {
    4186009, 4434922, 4698636, 4978032, 5274041, 5587652,
    5919911, 6271927, 6644875, 7040000, 7458620, 7902133
};

static const struct {
    const char *genre;
    wave_e lead;
} leads[] = {
    {"chiptune", PULSE}, {"retro", PULSE}, {"electronic", SAW},
    {"upbeat", SAW}, {"energetic", SAW}, {"rock", SAW}, {"pop", SQUARE}
};

/* A sound between two steps of a bar. */
typedef struct {
    wave_e wave;
    int note;                   /* MIDI number */
    int from;
    int to;
    int amp;
    int left;                   /* of 256 */
    int right;
    int rise;                   /* frames of attack, at most */
} tone_t;

/* Frame of a bar at which a step begins. */
static int at(const game_synth_bar_t *bar, int step)
{
    return step * bar->frames / STEPS;
}

/* MIDI number of a degree of the scale above a base. */
static int note_of(const game_synth_bar_t *bar, int base, int degree)
{
    return base + 12 * (degree / DEGREES)
           + bar->synth->scale[degree % DEGREES];
}

/* What a phase gains in a frame. */
static apr_uint32_t pace(const game_synth_bar_t *bar, int note)
{
    apr_uint64_t millihertz = octave8[note % 12] >> (9 - note / 12);

    return (apr_uint32_t)((millihertz << 32)
                          / ((apr_uint64_t)bar->synth->in.rate * 1000));
}

static inline apr_int32_t wave_at(wave_e wave, apr_uint32_t phase)
{
    apr_int32_t q;

    switch (wave) {
    case SAW:
        return (apr_int32_t)(phase >> 16) - 32768;
    case SQUARE:
        return phase < 1u << 31 ? 24576 : -24576;
    case PULSE:
        return phase < 1u << 30 ? 36864 : -12288;
    default:
        q = (apr_int32_t)(phase >> 15);
        return q < 65536 ? q - 32768 : 98303 - q;
    }
}

/* Add a sample to both sides. */
static inline void add(const game_synth_bar_t *bar, int frame,
                       apr_int32_t value, const tone_t *tone)
{
    bar->left[frame] += value * tone->left >> 8;
    bar->right[frame] += value * tone->right >> 8;
}

static inline apr_int32_t shaped(apr_int32_t sample, apr_int32_t amp,
                                 apr_int32_t envelope)
{
    return (sample * amp >> 15) * (envelope >> 15) >> 15;
}

static void play_tone(const game_synth_bar_t *bar, const tone_t *tone)
{
    apr_uint32_t gain = pace(bar, tone->note);
    apr_uint32_t phase = 0;
    int start = at(bar, tone->from);
    int length = at(bar, tone->to) - start;
    int rise;
    int up;
    int down;
    int envelope;
    int t;

    if (length < 2) {
        return;
    }
    rise = length >> 2 < tone->rise ? length >> 2 : tone->rise;
    rise = rise > 1 ? rise : 1;
    up = ONE / rise;
    down = ONE / (length - rise);
    for (t = 0; t < length; t++) {
        envelope = t < rise ? t * up : ONE - (t - rise) * down;
        add(bar, start + t,
            shaped(wave_at(tone->wave, phase), tone->amp, envelope), tone);
        phase += gain;
    }
}

static void play_pad(const game_synth_bar_t *bar)
{
    static const int left[3] = {200, 160, 120};
    static const int right[3] = {120, 160, 200};
    tone_t tone = {.wave = TRIANGLE, .to = STEPS, .amp = 2600};
    int i;

    tone.rise = bar->frames >> 3;
    for (i = 0; i < 3; i++) {
        tone.note = note_of(bar, bar->synth->root + 12, bar->chord + 2 * i);
        tone.left = left[i];
        tone.right = right[i];
        play_tone(bar, &tone);
    }
}

static void play_bass(const game_synth_bar_t *bar)
{
    tone_t tone = {.wave = TRIANGLE, .amp = 7000, .left = 181, .right = 181};
    int energy = bar->synth->energy;
    int every = energy < 30 ? 8 : energy < 70 ? 4 : 2;

    tone.note = note_of(bar, bar->synth->root - 12, bar->chord);
    tone.rise = bar->synth->in.rate / 200;
    for (tone.from = 0; tone.from < STEPS; tone.from += every) {
        tone.to = tone.from + every;
        play_tone(bar, &tone);
    }
}

static wave_e find_lead(const char *genre)
{
    size_t i;

    for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        if (!strcmp(genre, leads[i].genre)) {
            return leads[i].lead;
        }
    }
    return TRIANGLE;
}

static void play_lead(const game_synth_bar_t *bar)
{
    int odd = bar->index % 2;
    tone_t tone = {.amp = 5200};

    tone.wave = find_lead(bar->synth->in.genre);
    tone.left = odd ? 140 : 200;
    tone.right = odd ? 200 : 140;
    tone.rise = bar->synth->in.rate / 200;
    for (tone.from = 0; tone.from < STEPS; tone.from++) {
        if (!bar->synth->on[tone.from]) {
            continue;
        }
        tone.to = tone.from + 2 < STEPS ? tone.from + 2 : STEPS;
        tone.note = note_of(bar, bar->synth->root + 24,
                            bar->chord + bar->degree[tone.from]);
        play_tone(bar, &tone);
    }
}

static void play_kick(const game_synth_bar_t *bar)
{
    const tone_t tone = {.amp = 9000, .left = 181, .right = 181};
    int every = bar->synth->energy >= 70 ? 4 : 8;
    apr_uint32_t phase;
    apr_uint32_t gain;
    int length;
    int down;
    int step;
    int t;

    for (step = 0; step < STEPS; step += every) {
        length = at(bar, step + 2) - at(bar, step);
        down = ONE / length;
        phase = ONE;
        gain = pace(bar, 57);
        for (t = 0; t < length; t++) {
            add(bar, at(bar, step) + t,
                shaped(wave_at(TRIANGLE, phase), tone.amp, ONE - t * down),
                &tone);
            phase += gain;
            gain -= gain >> 12;
        }
    }
}

static void play_hat(const game_synth_bar_t *bar)
{
    const tone_t tone = {.amp = 1800, .left = 150, .right = 190};
    apr_uint32_t noise = 0x1234567u ^ (apr_uint32_t)bar->index;
    apr_int64_t envelope;
    int dense = bar->synth->energy >= 70;
    int length;
    int down;
    int step;
    int t;

    for (step = 0; step < STEPS; step++) {
        if (step % 4 != 2 && !(dense && step % 2)) {
            continue;
        }
        length = at(bar, step + 1) - at(bar, step);
        down = ONE / ((length >> 1) + 1);
        for (t = 0; t < length; t++) {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            envelope = ONE - (apr_int64_t)t * down;
            if (envelope < 0) {
                break;
            }
            add(bar, at(bar, step) + t,
                shaped((apr_int32_t)(noise >> 16) - 32768, tone.amp,
                       (apr_int32_t)envelope), &tone);
        }
    }
}

void game_synth_sound(const game_synth_bar_t *bar)
{
    play_pad(bar);
    play_bass(bar);
    play_lead(bar);
    if (bar->synth->energy >= 30) {
        play_kick(bar);
        play_hat(bar);
    }
}

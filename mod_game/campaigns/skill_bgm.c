/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The skill generate_bgm_track (campaigns.md 4.2): a track of our own
 * synthesiser, the stub, or of a provider, stored as one file. A track is
 * written bar by bar and is not in the store before it is whole.
 */

#include "skill.h"

#include <string.h>

#include <apr_strings.h>

#include "canon.h"
#include "provider.h"
#include "skill_input.h"
#include "synth.h"

#define STUB            "stub"
#define STUB_MODEL      "stub-generator"
#define STUB_FORMAT     "wav"

/* What is known of a track when it is stored. */
typedef struct {
    game_stored_t stored;
    const char *provider;
    const char *model;
    const char *format;
    game_json_t *duration_sec;
    game_json_t *sample_rate;
    game_json_t *channels;
} track_t;

static void copy_present(game_json_t *to, const char *name,
                         const game_json_t *from, const char *source)
{
    game_json_t *value = game_json_member(from, source);

    if (value) {
        game_json_set(to, name, value);
    }
}

/* @return what specs ask for, or its default: they may be absent */
static game_json_t *spec_of(apr_pool_t *pool, const game_json_t *input,
                            const char *name, int absent)
{
    game_json_t *value = game_json_member(game_json_member(input, "specs"),
                                          name);

    return value ? value : game_json_new_int(pool, absent);
}

/* What was asked for; a provider may answer with something else. */
static void expect(apr_pool_t *pool, const game_json_t *input,
                   track_t *track)
{
    track->duration_sec = game_json_member(input, "duration_sec");
    track->sample_rate = spec_of(pool, input, "sample_rate", 44100);
    track->channels = spec_of(pool, input, "channels", 2);
}

/* ---- the stub ---- */

/* Where a file's bytes go. */
typedef struct {
    const game_skill_call_t *call;
    game_blob_t *blob;
} sink_t;

static game_fault_t *write_bar(void *baton, const void *data, apr_size_t len)
{
    sink_t *sink = baton;
    game_fault_t *fault = game_skill_checkpoint(sink->call);

    return fault ? fault : game_store_write(sink->blob, data, len);
}

/* The synthesiser's parameters out of the input. */
static game_json_t *params_of(apr_pool_t *pool, const game_json_t *input,
                              const track_t *track)
{
    static const char *const of_style[] = {
        "genre", "mood", "instruments", "energy_level"
    };
    const game_json_t *style = game_json_member(input, "style");
    game_json_t *params = game_json_new_object(pool);
    size_t i;

    for (i = 0; i < sizeof(of_style) / sizeof(of_style[0]); i++) {
        copy_present(params, of_style[i], style, of_style[i]);
    }
    copy_present(params, "duration_sec", input, "duration_sec");
    copy_present(params, "bpm", input, "bpm");
    copy_present(params, "seed", input, "seed");
    copy_present(params, "prompt", input, "custom_prompt");
    copy_present(params, "loopable", input, "loopable");
    game_json_set(params, "sample_rate", track->sample_rate);
    game_json_set(params, "channels", track->channels);
    return params;
}

/* What the synthesiser refuses of an input that has passed its table. */
static void foresee(apr_pool_t *pool, const game_skill_env_t *env,
                    const game_json_t *input, apr_array_header_t *issues)
{
    const game_provider_t *provider;
    track_t track = {.provider = NULL};
    game_synth_in_t in;
    game_synth_t synth;
    game_fault_t *fault;

    if (game_provider_choose(pool, input, STUB, env->audio_provider,
                             &provider) || provider) {
        return;
    }
    expect(pool, input, &track);
    game_synth_read(pool, params_of(pool, input, &track), &in);
    fault = game_synth_make(pool, &in, &synth);
    if (fault) {
        game_issue_add(issues, "specs", fault->code, fault->message,
                       "value_error");
    }
}

static game_fault_t *run_stub(const game_skill_call_t *call,
                              const game_json_t *input,
                              game_skill_result_t *result, track_t *track)
{
    apr_time_t started = apr_time_now();
    sink_t sink = {.call = call};
    game_synth_in_t in;
    game_synth_t synth;
    game_fault_t *fault;
    apr_pool_t *scratch;

    game_synth_read(call->pool, params_of(call->pool, input, track), &in);
    fault = game_synth_make(call->pool, &in, &synth);
    if (!fault) {
        fault = game_store_begin(call->pool, call->env->store, &sink.blob);
    }
    if (fault) {
        return fault;
    }
    apr_pool_create(&scratch, call->pool);
    fault = game_synth_play(scratch, &synth, write_bar, &sink);
    apr_pool_destroy(scratch);
    if (fault) {
        game_store_drop(sink.blob);
        return fault;
    }
    track->provider = STUB;
    track->model = STUB_MODEL;
    track->format = STUB_FORMAT;
    game_provider_record(call->pool, &result->debug, STUB, STUB_MODEL,
                         (int)apr_time_as_msec(apr_time_now() - started));
    return game_store_commit(sink.blob, STUB_FORMAT, &track->stored);
}

/* ---- providers ---- */

/* Append to a list in words; empty ones are nothing. */
static void add(apr_pool_t *pool, const char **text, const char *before,
                const char *word, const char *behind)
{
    if (word && *word) {
        *text = apr_pstrcat(pool, *text, **text ? ", " : "", before, word,
                            behind, NULL);
    }
}

/* Instruments are one text or a list of them. */
static const char *instruments_of(apr_pool_t *pool, const game_json_t *value)
{
    const char *all = game_json_string(value);
    apr_size_t i;

    if (all) {
        return all;
    }
    all = "";
    for (i = 0; i < game_json_size(value); i++) {
        add(pool, &all, "", game_json_string(game_json_at(value, i)), "");
    }
    return all;
}

static const char *energy_of(const game_json_t *value)
{
    double energy = game_json_real(value);

    if (!game_json_is_number(value)) {
        return NULL;
    }
    return energy < 0.3 ? "low" : energy < 0.7 ? "medium" : "high";
}

/* What a provider is told: "pop background music, happy mood, ..." */
static const char *prompt_of(apr_pool_t *pool, const game_json_t *input)
{
    const game_json_t *style = game_json_member(input, "style");
    const game_json_t *bpm = game_json_member(input, "bpm");
    const char *text = "";

    add(pool, &text, "",
        game_json_string(game_json_member(input, "custom_prompt")), "");
    if (!*text) {
        add(pool, &text, "",
            game_json_string(game_json_member(style, "genre")),
            " background music");
    }
    add(pool, &text, "", game_json_string(game_json_member(style, "mood")),
        " mood");
    add(pool, &text, "", energy_of(game_json_member(style, "energy_level")),
        " energy");
    add(pool, &text, "with ",
        instruments_of(pool, game_json_member(style, "instruments")), "");
    if (game_json_is_number(bpm)) {
        add(pool, &text, "", game_canon_number(pool, game_json_real(bpm)),
            " beats per minute");
    }
    if (game_json_true(game_json_member(input, "loopable"))) {
        add(pool, &text, "", "loops without a seam", "");
    }
    return text;
}

static game_json_t *request_of(apr_pool_t *pool, const game_json_t *input,
                               const track_t *track)
{
    game_json_t *request = game_json_new_object(pool);

    game_json_set_string(pool, request, "type", "music");
    game_json_set_string(pool, request, "prompt", prompt_of(pool, input));
    game_json_set(request, "duration_sec", track->duration_sec);
    game_json_set(request, "sample_rate", track->sample_rate);
    game_json_set(request, "channels", track->channels);
    copy_present(request, "format", game_json_member(input, "specs"),
                 "format");
    copy_present(request, "seed", input, "seed");
    return request;
}

/* What the provider says of its track, where it says so. */
static void believe(const game_json_t *metadata, const char *name,
                    double min, game_json_t **value)
{
    game_json_t *said = game_json_member(metadata, name);

    if (game_json_is_number(said) && game_json_real(said) >= min) {
        *value = said;
    }
}

static game_fault_t *run_provider(const game_skill_call_t *call,
                                  const game_provider_t *provider,
                                  const game_json_t *input,
                                  game_skill_result_t *result,
                                  track_t *track)
{
    game_provider_audio_t audio;
    game_fault_t *fault = game_provider_audio(
        call, provider, request_of(call->pool, input, track), &audio);

    game_provider_record(call->pool, &result->debug, provider->name,
                         audio.model, audio.duration_ms);
    if (fault) {
        return fault;
    }
    track->provider = provider->name;
    track->model = audio.model ? audio.model : provider->name;
    track->format = audio.format;
    believe(audio.metadata, "durationSec", 0, &track->duration_sec);
    believe(audio.metadata, "sampleRate", 1, &track->sample_rate);
    believe(audio.metadata, "channels", 1, &track->channels);
    return game_store_put(call->pool, call->env->store, audio.data,
                          audio.len, audio.format, &track->stored);
}

/* ---- the result ---- */

static game_json_t *generation_of(apr_pool_t *pool, const game_json_t *input,
                                  const track_t *track)
{
    const game_json_t *style = game_json_member(input, "style");
    game_json_t *generation = game_json_new_object(pool);

    copy_present(generation, "style", style, "genre");
    copy_present(generation, "mood", style, "mood");
    copy_present(generation, "bpm", input, "bpm");
    copy_present(generation, "custom_prompt", input, "custom_prompt");
    copy_present(generation, "seed", input, "seed");
    game_json_set_string(pool, generation, "model", track->model);
    return generation;
}

static void make_result(apr_pool_t *pool, const game_json_t *input,
                        const track_t *track, game_skill_result_t *result)
{
    game_json_t *data = game_json_new_object(pool);
    game_artifact_t *artifact;

    game_json_set_string(pool, data, "audio_uri", track->stored.uri);
    game_json_set(data, "duration_sec", track->duration_sec);
    copy_present(data, "bpm", input, "bpm");
    game_json_set_string(pool, data, "format", track->format);
    game_json_set(data, "sample_rate", track->sample_rate);
    game_json_set(data, "bitrate_kbps",
                  spec_of(pool, input, "bitrate_kbps", 192));
    game_json_set(data, "channels", track->channels);
    game_json_set(data, "file_size_bytes",
                  game_json_new_int(pool, track->stored.size));
    copy_present(data, "is_loopable", input, "loopable");
    game_json_set(data, "generation_params",
                  generation_of(pool, input, track));
    result->data = data;
    artifact = game_skill_artifact(pool, result, "audio/bgm",
                                   &track->stored);
    artifact->filename = apr_pstrcat(pool, "bgm.", track->format, NULL);
    copy_present(artifact->metadata, "duration_sec", data, "duration_sec");
    copy_present(artifact->metadata, "bpm", data, "bpm");
    copy_present(artifact->metadata, "format", data, "format");
    copy_present(artifact->metadata, "sample_rate", data, "sample_rate");
    copy_present(artifact->metadata, "is_loopable", data, "is_loopable");
    game_json_set_string(pool, artifact->metadata, "provider",
                         track->provider);
}

static game_fault_t *run(const game_skill_call_t *call,
                         const game_json_t *input,
                         game_skill_result_t *result)
{
    apr_time_t started = apr_time_now();
    const game_provider_t *provider;
    track_t track = {.provider = NULL};
    game_fault_t *fault = game_provider_choose(call->pool, input, STUB,
                                               call->env->audio_provider,
                                               &provider);

    if (fault) {
        return fault;
    }
    expect(call->pool, input, &track);
    fault = provider ? run_provider(call, provider, input, result, &track)
                     : run_stub(call, input, result, &track);
    game_skill_time(call->pool, &result->debug, "generate", started);
    if (!fault) {
        make_result(call->pool, input, &track, result);
    }
    return fault;
}

const game_skill_t game_skill_bgm = {
    .id = "generate_bgm_track",
    .version = "1.0.0",
    .timeout_sec = 600,
    .cache_ttl_sec = 48 * 3600,
    .check = game_skill_input_bgm_check,
    .foresee = foresee,
    .run = run
};

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the four skills of campaign.build.minimal cost by themselves: one
 * thread, the store on disk, no database and no queue. It is the limit that
 * runs of the worker are seen beside.
 *
 *   campaign-bench SECONDS TEMPLATES WORKFLOWS FOLDER AUDIO_SECONDS
 *
 * Lines "step milliseconds", then "runs_per_second N".
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "select.h"
#include "skill.h"
#include "trigger.h"
#include "workflow.h"

#define STEPS_MAX 16
#define DEPTH 32

typedef struct bench_t {
    const game_workflow_t *workflow;
    game_skill_env_t env;
    const char *audio;          /* its seconds, as text */
    apr_interval_time_t spent[STEPS_MAX];
} bench_t;

static void fail(const char *what, const game_fault_t *fault)
{
    fprintf(stderr, "campaign-bench: %s: %s\n", what,
            fault ? fault->message : "failed");
    exit(EXIT_FAILURE);
}

static game_json_t *payload(apr_pool_t *pool, const bench_t *bench, int round)
{
    game_json_fault_t fault;
    const char *text = apr_psprintf(pool,
        "{\"campaign_id\": \"bench-%d\", \"template_id\": \"spin_wheel\","
        " \"theme\": \"theme %d\", \"difficulty\": \"medium\","
        " \"audio\": {\"duration_sec\": %s, \"seed\": %d},"
        " \"intro_video_uri\": \"https://cdn.example/i.mp4\","
        " \"outcome_win_uri\": \"https://cdn.example/w.mp4\","
        " \"outcome_lose_uri\": \"https://cdn.example/l.mp4\"}",
        round, round, bench->audio, round);

    return game_trigger_normalize(pool, game_json_parse(
        pool, text, strlen(text), DEPTH, &fault));
}

static void run_step(bench_t *bench, int place, const game_select_t *from,
                     apr_array_header_t *outputs, apr_pool_t *pool)
{
    const game_step_def_t *step = &bench->workflow->step[place];
    game_skill_call_t call = {
        .pool = pool, .env = &bench->env, .now = apr_time_now()
    };
    game_select_output_t *output;
    game_skill_result_t result;
    game_json_t *input;
    game_fault_t *fault = game_select_input(pool, from, step->input_selector,
                                            &input);

    if (!fault) {
        fault = game_skill_execute(&call, step->skill, input, &result);
    }
    if (fault) {
        fail(step->id, fault);
    }
    bench->spent[place] += apr_time_now() - call.now;
    output = apr_array_push(outputs);
    output->step_id = step->id;
    output->status = "completed";
    output->artifact_ids = game_json_new_array(pool);
    output->data = result.data;
}

static void run(bench_t *bench, int round, apr_pool_t *pool)
{
    apr_array_header_t *outputs = apr_array_make(
        pool, STEPS_MAX, sizeof(game_select_output_t));
    game_select_t from = {
        .trigger = payload(pool, bench, round), .outputs = outputs
    };
    int i;

    for (i = 0; i < bench->workflow->steps; i++) {
        run_step(bench, i, &from, outputs, pool);
    }
}

static void show(const bench_t *bench, int rounds, apr_interval_time_t all)
{
    int i;

    for (i = 0; i < bench->workflow->steps; i++) {
        printf("%s %.2f\n", bench->workflow->step[i].id,
               (double)bench->spent[i] / 1000 / rounds);
    }
    printf("runs_per_second %.1f\n", rounds * 1e6 / (double)all);
}

int main(int argc, char **argv)
{
    bench_t bench = { 0 };
    game_store_t store = { 0 };
    game_workflows_t *all;
    apr_pool_t *pool, *scratch;
    apr_time_t began;
    int round = 0;
    game_fault_t *fault;

    if (argc != 6) {
        fputs("usage: campaign-bench SECONDS TEMPLATES WORKFLOWS FOLDER "
              "AUDIO_SECONDS\n", stderr);
        return EXIT_FAILURE;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    apr_pool_create(&scratch, pool);
    store.root = argv[4];
    store.base = "/campaign-assets";
    bench.env.store = &store;
    bench.env.templates = argv[2];
    bench.audio = argv[5];
    fault = game_store_open(pool, &store);
    if (!fault) {
        fault = game_workflow_load(pool, argv[3], game_skill_is_known, NULL,
                                   &all);
    }
    bench.workflow = fault ? NULL
        : game_workflow_find(all, "campaign.build.minimal", NULL);
    if (!bench.workflow || bench.workflow->steps > STEPS_MAX) {
        fail("set-up", fault);
    }
    began = apr_time_now();
    do {
        run(&bench, round++, scratch);
        apr_pool_clear(scratch);
    } while (apr_time_now() - began
             < apr_time_from_sec(apr_strtoi64(argv[1], NULL, 10)));
    show(&bench, round, apr_time_now() - began);
    apr_pool_destroy(pool);
    apr_terminate();
    return EXIT_SUCCESS;
}

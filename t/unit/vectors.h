/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file vectors.h
 * What a suite of vectors sees: one file, and where to report. A new suite
 * is a function of game_vectors_run_t, and a line in the table of vectors.c.
 */
#ifndef GAME_VECTORS_H
#define GAME_VECTORS_H

#include <apr_pools.h>
#include <jansson.h>

/** One file under test. */
typedef struct game_vectors_t {
    const char *file;           /**< its name, without the folder */
    const char *name;           /**< case in hand, for messages */
    json_t *root;               /**< its content */
    int passed;                 /**< cases */
    int failed;
    int differences;            /**< of the case in hand */
    apr_pool_t *pool;           /**< lives as long as the file */
} game_vectors_t;

/** Run all cases of a file.
 *  @return 0 when it is about something that does not exist yet */
typedef int game_vectors_run_t(game_vectors_t *v);

/** Begin a case. */
void game_vectors_case(game_vectors_t *v, const char *name);
/** End it: passed when nothing differed. */
void game_vectors_end(game_vectors_t *v);
/** Run all `vectors` of a file that are named by their `id`, as cases. */
void game_vectors_each(game_vectors_t *v,
                       void (*run)(game_vectors_t *v, const json_t *test));
/** Print a difference of the case in hand. */
void game_vectors_differ(game_vectors_t *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/** Print that this module answers the case in another way, by decision. */
void game_vectors_decided(game_vectors_t *v, const char *why);
/** Print that part of a file is about something that does not exist yet. */
void game_vectors_to_come(game_vectors_t *v, const char *name);

/** Compare a member of an answer; differs unless equal in kind and value. */
void game_vectors_equal(game_vectors_t *v, const char *what,
                        const json_t *expected, const json_t *got);
/** Compare texts; NULL differs from any text. */
void game_vectors_text(game_vectors_t *v, const char *what,
                       const char *expected, const char *got);

/* The suites, in the files vectors_<topic>.c. */
game_vectors_run_t game_vectors_analytics;
game_vectors_run_t game_vectors_builtin;
game_vectors_run_t game_vectors_getis;
game_vectors_run_t game_vectors_greencrowd;
game_vectors_run_t game_vectors_metadata;
game_vectors_run_t game_vectors_bgm_wav;
game_vectors_run_t game_vectors_bundle_build;
game_vectors_run_t game_vectors_bundle_validate;
game_vectors_run_t game_vectors_gameconfig_generate;
game_vectors_run_t game_vectors_gameconfig_validate;
game_vectors_run_t game_vectors_skill_input;
game_vectors_run_t game_vectors_hash_strings;
game_vectors_run_t game_vectors_input_hash;
game_vectors_run_t game_vectors_workflow_def;
game_vectors_run_t game_vectors_trigger;
game_vectors_run_t game_vectors_step_input;
game_vectors_run_t game_vectors_state_transitions;
game_vectors_run_t game_vectors_selector;
game_vectors_run_t game_vectors_scheduler;
game_vectors_run_t game_vectors_change_request;
game_vectors_run_t game_vectors_backoff;
game_vectors_run_t game_vectors_dsl_eval;
game_vectors_run_t game_vectors_dsl_hash;
game_vectors_run_t game_vectors_dsl_validate;
game_vectors_run_t game_vectors_manifest_assemble;
game_vectors_run_t game_vectors_manifest_validate;
game_vectors_run_t game_vectors_observability;
game_vectors_run_t game_vectors_play_rules;

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file skill_fixture.h
 * A skill's surroundings in tests: a store in a folder of its own, and a run
 * that is cancelled at a checkpoint of choice.
 */
#ifndef GAME_SKILL_FIXTURE_H
#define GAME_SKILL_FIXTURE_H

#include "skill.h"

/** 2026-02-03T12:00:00Z */
#define SKILL_FIXTURE_NOW APR_TIME_C(1770120000000000)

typedef struct skill_fixture_t {
    const char *dir;            /**< files of it are assets */
    game_store_t store;         /**< in dir/store */
    game_skill_env_t env;
    game_skill_call_t call;
    game_skill_result_t result;
    int passes;                 /**< checkpoints that are passed; -1: all */
    int passed;                 /**< so far */
} skill_fixture_t;

/** Make one; all of it goes with test_pool. */
void skill_fixture_make(skill_fixture_t *with);

/** Run a skill with an input, checked first.
 *  @return NULL, or the fault's code */
const char *skill_fixture_run(skill_fixture_t *with,
                              const game_skill_t *skill, const char *input);

/** Write a file below dir. */
void skill_fixture_file(skill_fixture_t *with, const char *path,
                        const char *text);

/** @return what is left below the store's tmp */
int skill_fixture_left(const skill_fixture_t *with);

/** @return a text of the result's data; a test fails without it */
const char *skill_fixture_text(const skill_fixture_t *with,
                               const char *member);

/** @return the one artifact */
const game_artifact_t *skill_fixture_artifact(const skill_fixture_t *with);

/** @return where a URI of the store leads to; a test fails when nowhere */
const char *skill_fixture_path(const skill_fixture_t *with, const char *uri);

#endif

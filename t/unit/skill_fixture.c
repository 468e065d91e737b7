/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A skill's surroundings in tests.
 */
#include "skill_fixture.h"

#include <string.h>

#include <apr_strings.h>

#include "bundle.h"
#include "fixture.h"
#include "stub.h"

static int stops(void *baton)
{
    skill_fixture_t *with = baton;

    return with->passes >= 0 && with->passed++ >= with->passes;
}

void skill_fixture_make(skill_fixture_t *with)
{
    apr_array_header_t *assets = apr_array_make(test_pool, 1,
                                                sizeof(const char *));

    memset(with, 0, sizeof(*with));
    with->dir = fixture_folder();
    APR_ARRAY_PUSH(assets, const char *) = with->dir;
    with->store.root = apr_pstrcat(test_pool, with->dir, "/store", NULL);
    with->store.base = "/campaign-assets";
    with->store.assets = assets;
    with->env.store = &with->store;
    with->call.pool = test_pool;
    with->call.env = &with->env;
    with->call.now = SKILL_FIXTURE_NOW;
    with->call.stopped = stops;
    with->call.baton = with;
    with->passes = -1;
    ck_assert_ptr_null(game_store_open(test_pool, &with->store));
}

const char *skill_fixture_run(skill_fixture_t *with,
                              const game_skill_t *skill, const char *input)
{
    game_fault_t *fault;

    with->passed = 0;
    fault = game_skill_execute(&with->call, skill->id, stub_json(input),
                               &with->result);
    return fault ? fault->code : NULL;
}

void skill_fixture_file(skill_fixture_t *with, const char *path,
                        const char *text)
{
    ck_assert_ptr_null(game_bundle_put(test_pool, with->dir, path, text,
                                       strlen(text)));
}

int skill_fixture_left(const skill_fixture_t *with)
{
    apr_array_header_t *names;

    ck_assert_int_eq(game_store_names(test_pool,
                                      apr_pstrcat(test_pool,
                                                  with->store.root, "/tmp",
                                                  NULL), &names),
                     APR_SUCCESS);
    return names->nelts;
}

const char *skill_fixture_text(const skill_fixture_t *with,
                               const char *member)
{
    const char *text = game_json_string(game_json_member(with->result.data,
                                                         member));

    ck_assert_ptr_nonnull(text);
    return text;
}

const game_artifact_t *skill_fixture_artifact(const skill_fixture_t *with)
{
    ck_assert_int_eq(with->result.artifacts->nelts, 1);
    return &APR_ARRAY_IDX(with->result.artifacts, 0, game_artifact_t);
}

const char *skill_fixture_path(const skill_fixture_t *with, const char *uri)
{
    const char *path;

    ck_assert_int_eq(game_store_resolve(test_pool, &with->store, uri, &path),
                     GAME_URI_LOCAL);
    return path;
}

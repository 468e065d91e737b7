/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suites campaign-skill-input, campaign-gameconfig-generate and
 * campaign-gameconfig-validate: what skills take, what the builtin generator
 * makes of it, and what is wrong with a GameConfig.
 */
#include "canon.h"
#include "config_generate.h"
#include "skill.h"
#include "validate_config.h"
#include "vectors.h"

#include <apr_strings.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

static apr_array_header_t *no_issues(game_vectors_t *v)
{
    return apr_array_make(v->pool, 4, sizeof(game_issue_t));
}

/* A set of texts: an object with them as names. */
static void add(json_t *set, const char *text)
{
    json_object_set_new(set, text, json_true());
}

/* ---- inputs ---- */

static void compare_refused(game_vectors_t *v, const json_t *expected,
                            const apr_array_header_t *issues)
{
    json_t *wanted = json_object(), *got = json_object();
    const json_t *field;
    size_t i;
    int k;

    json_array_foreach(MEMBER(expected, "fields"), i, field) {
        add(wanted, json_string_value(field));
    }
    for (k = 0; k < issues->nelts; k++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, k, game_issue_t);

        add(got, issue->path);
        game_vectors_text(v, "code", TEXT(expected, "code"), issue->code);
    }
    game_vectors_equal(v, "fields", wanted, got);
    json_decref(wanted);
    json_decref(got);
}

static void run_input(game_vectors_t *v, const json_t *test)
{
    static const game_skill_env_t env = { NULL };
    const game_skill_t *skill = game_skill_find(TEXT(test, "skill_id"));
    const json_t *expected = MEMBER(test, "expected");
    apr_array_header_t *issues = no_issues(v);
    game_json_t *full;

    if (!skill) {
        game_vectors_differ(v, "there is no such skill");
        return;
    }
    skill->check(v->pool, &env, MEMBER(test, "input"), issues, &full);
    if (json_is_true(MEMBER(expected, "valid")) == (issues->nelts > 0)) {
        game_vectors_differ(v, "%d issues", issues->nelts);
    }
    else if (issues->nelts) {
        compare_refused(v, expected, issues);
    }
    else {
        game_vectors_equal(v, "after_defaults",
                           MEMBER(expected, "after_defaults"), full);
    }
}

int game_vectors_skill_input(game_vectors_t *v)
{
    game_vectors_each(v, run_input);
    return 1;
}

/* ---- the generator ---- */

static void run_generate(game_vectors_t *v, const json_t *test)
{
    apr_array_header_t *issues = no_issues(v);
    game_json_t *config = game_config_generate(v->pool,
                                               MEMBER(test, "input"));
    char hash[GAME_HASH_SIZE];
    const char *pretty = game_canon_pretty(v->pool, config);

    game_vectors_text(v, "expected",
                      game_canon_pretty(v->pool, MEMBER(test, "expected")),
                      pretty);
    game_canon_hash(v->pool, config, hash);
    game_vectors_text(v, "config_hash", TEXT(test, "config_hash"), hash);
    game_canon_digest(pretty, strlen(pretty), hash);
    game_vectors_text(v, "config_json_sha256",
                      TEXT(test, "config_json_sha256"), hash);
    game_validate_config(v->pool, config, issues);
    if (issues->nelts) {
        game_vectors_differ(v, "the config has %d issues", issues->nelts);
    }
}

int game_vectors_gameconfig_generate(game_vectors_t *v)
{
    game_vectors_each(v, run_generate);
    return 1;
}

/* ---- the validator ---- */

static void run_validate(game_vectors_t *v, const json_t *test)
{
    json_t *wanted = json_object(), *got = json_object();
    apr_array_header_t *issues = no_issues(v);
    const json_t *error;
    size_t i;
    int k;

    game_validate_config(v->pool, MEMBER(test, "config"), issues);
    json_array_foreach(MEMBER(test, "expected_errors"), i, error) {
        add(wanted, apr_pstrcat(v->pool, TEXT(error, "path"), " ",
                                TEXT(error, "code"), NULL));
    }
    for (k = 0; k < issues->nelts; k++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, k, game_issue_t);

        add(got, apr_pstrcat(v->pool, issue->path, " ", issue->code, NULL));
    }
    game_vectors_equal(v, "errors", wanted, got);
    json_decref(wanted);
    json_decref(got);
}

int game_vectors_gameconfig_validate(game_vectors_t *v)
{
    game_vectors_each(v, run_validate);
    return 1;
}

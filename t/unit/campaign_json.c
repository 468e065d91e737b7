/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * JSON for tests of the campaign core.
 */
#include "campaign_json.h"

#include "fixture.h"
#include "stub.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

game_json_t *campaign_json(const char *text)
{
    char *copy = apr_pstrdup(test_pool, text);
    char *at;

    for (at = copy; *at; at++) {
        if (*at == '\'') {
            *at = '"';
        }
    }
    return stub_json(copy);
}

const char *campaign_issues(const apr_array_header_t *issues)
{
    const char *all = "";
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        ck_assert_ptr_nonnull(issue->message);
        all = apr_pstrcat(test_pool, all, i ? "; " : "", issue->path, " ",
                          issue->type ? issue->type : issue->message, NULL);
    }
    return all;
}

const char *campaign_code(const game_fault_t *fault)
{
    if (!fault) {
        return "";
    }
    ck_assert_ptr_nonnull(fault->message);
    ck_assert_uint_le(strlen(fault->message), GAME_FAULT_MESSAGE);
    return fault->code;
}

static const char *const values[] = {
    "null", "true", "false", "0", "-1", "1.5", "1e300", "''", "'x'",
    "'a.b[c'", "[]", "[null]", "[[]]", "[{}]", "[1,2,3]", "{}",
    "{'x':{}}", "{'source':'trigger','path':''}",
    "{'operation':'merge','inputs':[{},{}]}"
};

typedef struct damage_t {
    const game_json_t *whole;
    void (*call)(void *baton, const game_json_t *whole);
    void *baton;
    int calls;
} damage_t;

static void damage_all(damage_t *damage, game_json_t *value);

static void call(damage_t *damage)
{
    damage->call(damage->baton, damage->whole);
    damage->calls++;
}

static void damage_members(damage_t *damage, game_json_t *object)
{
    game_json_t *whole = game_json_copy(test_pool, object);
    const char *name = NULL;
    const game_json_t *kept;
    int i;

    while ((kept = game_json_next(whole, &name))) {
        game_json_t *value = game_json_copy(test_pool, kept);

        for (i = 0; i < COUNT_OF(values); i++) {
            game_json_set(object, name, campaign_json(values[i]));
            call(damage);
        }
        game_json_remove(object, name);
        call(damage);
        game_json_set(object, name, value);
        damage_all(damage, value);
    }
}

static void damage_elements(damage_t *damage, game_json_t *array)
{
    apr_size_t at;
    int i;

    for (at = 0; at < game_json_size(array); at++) {
        game_json_t *value =
            game_json_copy(test_pool, game_json_at(array, at));

        for (i = 0; i < COUNT_OF(values); i++) {
            game_json_set_at(array, at, campaign_json(values[i]));
            call(damage);
        }
        game_json_set_at(array, at, value);
        damage_all(damage, value);
    }
}

static void damage_all(damage_t *damage, game_json_t *value)
{
    if (game_json_is(value, GAME_JSON_OBJECT)) {
        damage_members(damage, value);
    }
    else if (game_json_is(value, GAME_JSON_ARRAY)) {
        damage_elements(damage, value);
    }
}

int campaign_damage(game_json_t *value,
                    void (*function)(void *baton, const game_json_t *whole),
                    void *baton)
{
    damage_t damage = { value, function, baton, 0 };
    int i;

    damage_all(&damage, value);
    for (i = 0; i < COUNT_OF(values); i++) {
        function(baton, campaign_json(values[i]));
    }
    function(baton, NULL);
    return damage.calls + COUNT_OF(values) + 1;
}

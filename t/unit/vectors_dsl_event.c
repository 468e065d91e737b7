/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Plays event, inputs and parent for a program under test.
 */
#include "vectors_dsl_event.h"

#include "../../strategies/builtins.h"
#include "vectors_value.h"

#include <apr_strings.h>
#include <stddef.h>
#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

typedef enum { COUNT, FLAG, VALUE } input_e;

static const struct {
    const char *name;
    unsigned bit;
    input_e type;
    size_t offset;
} inputs[] = {
    {"task.measurements_count", GAME_INPUT_TASK_COUNT, COUNT,
     offsetof(game_inputs_t, task_count)},
    {"user.measurements_count", GAME_INPUT_USER_COUNT, COUNT,
     offsetof(game_inputs_t, user_count)},
    {"user.recent_measurements_count", GAME_INPUT_RECENT_COUNT, COUNT,
     offsetof(game_inputs_t, recent_count)},
    {"user.avg_time", GAME_INPUT_USER_AVG, VALUE,
     offsetof(game_inputs_t, user_avg)},
    {"all.avg_time", GAME_INPUT_ALL_AVG, VALUE,
     offsetof(game_inputs_t, all_avg)},
    {"user.last_window_diff", GAME_INPUT_LAST_DIFF, VALUE,
     offsetof(game_inputs_t, last_diff)},
    {"user.new_last_window_diff", GAME_INPUT_NEW_DIFF, VALUE,
     offsetof(game_inputs_t, new_diff)},
    {"count_personal_records_by_external_game_id", GAME_INPUT_PERSONAL_COUNT,
     COUNT, offsetof(game_inputs_t, personal_count)},
    {"user_has_record_before_in_externalTaskId_last_min",
     GAME_INPUT_RECENT_RECORD, FLAG, offsetof(game_inputs_t, recent_record)},
    {"get_global_avg_by_external_game_id", GAME_INPUT_GLOBAL_AVG, VALUE,
     offsetof(game_inputs_t, global_avg)},
    {"get_personal_avg_by_external_game_id", GAME_INPUT_PERSONAL_AVG, VALUE,
     offsetof(game_inputs_t, personal_avg)},
};

#define INPUTS (sizeof(inputs) / sizeof(inputs[0]))

unsigned vector_event_input(const char *name)
{
    size_t i;

    for (i = 0; i < INPUTS; i++) {
        if (!strcmp(inputs[i].name, name)) {
            return inputs[i].bit;
        }
    }
    return 0;
}

static void fill_inputs(vector_event_t *event, const json_t *given)
{
    const json_t *value;
    char *place;
    size_t i;

    for (i = 0; i < INPUTS; i++) {
        value = MEMBER(given, inputs[i].name);
        place = (char *)&event->inputs + inputs[i].offset;
        if (inputs[i].type == COUNT) {
            *(apr_int64_t *)place = json_integer_value(value);
        }
        else if (inputs[i].type == FLAG) {
            *(int *)place = json_is_true(value);
        }
        else {
            *(game_value_t *)place = vector_value(value, event->pool);
        }
    }
}

static int member(const game_event_t *self, const char *name,
                  game_value_t *value)
{
    const vector_event_t *event = self->data;
    const json_t *found = MEMBER(event->data, name);

    if (!found) {
        return 0;
    }
    *value = vector_value(found, event->pool);
    return 1;
}

/* mockState; and counts that are null, which inputs cannot be. */
static int mock(void *data, const char *path, game_value_t *value)
{
    const vector_event_t *event = data;
    const json_t *found = MEMBER(MEMBER(event->test, "mockState"), path);

    if (!found && json_is_null(MEMBER(MEMBER(event->test, "analytics"),
                                      path))) {
        found = json_null();
    }
    if (!found) {
        return 0;
    }
    *value = vector_value(found, event->pool);
    return 1;
}

/* ---- the parent ---- */

static void see(vector_event_t *event, const game_event_t *shown,
                const char *name)
{
    game_value_t value;

    if (shown->member(shown, name, &value)) {
        json_object_set_new(event->seen, name, vector_json(&value));
    }
}

/* Note all members of the event's data, and whatever set_data may have put
 * in them. */
static void see_all(vector_event_t *event, const game_event_t *shown,
                    const json_t *ast)
{
    const char *name;
    json_t *value;
    size_t i;

    json_array_foreach(ast, i, value) {
        see_all(event, shown, value);
    }
    json_object_foreach((json_t *)ast, name, value) {
        see_all(event, shown, value);
    }
    name = TEXT(ast, "key");
    if (name) {
        see(event, shown, name);
    }
}

static game_verdict_e answer(vector_event_t *event, game_score_t *score)
{
    const json_t *tuple = MEMBER(event->parent, "tuple");
    const json_t *callback = json_array_get(tuple, 2);
    game_value_t text;

    if (MEMBER(event->parent, "raise") || json_array_size(tuple) == 1) {
        return GAME_BAD_PAYLOAD;
    }
    score->points = vector_value(json_array_get(tuple, 0), event->pool);
    score->case_name = json_string_value(json_array_get(tuple, 1));
    if (callback) {
        text = vector_value(callback, event->pool);
        score->callback = text.kind == GAME_VALUE_JSON ? text.as.text : NULL;
    }
    return GAME_SCORED;
}

static game_verdict_e parent(void *data, const game_event_t *shown,
                             game_score_t *score, apr_pool_t *pool)
{
    vector_event_t *event = data;
    const char *name;
    json_t *value;

    event->calls++;
    event->seen = json_object();
    json_object_foreach((json_t *)event->data, name, value) {
        see(event, shown, name);
    }
    see_all(event, shown, MEMBER(MEMBER(event->test, "ast"), "pre_rules"));
    if (event->builtin) {
        return event->builtin->score(shown, event->variables, &event->inputs,
                                     score, pool);
    }
    return answer(event, score);
}

void vector_event_again(vector_event_t *event)
{
    json_decref(event->seen);
    event->seen = NULL;
    event->calls = 0;
}

static void set_parent(vector_event_t *event, const json_t *test)
{
    const char *id;

    event->parent = MEMBER(test, "parent");
    id = TEXT(event->parent, "builtin");
    event->builtin = id ? vector_strategy(id) : NULL;
    if (event->builtin) {
        event->variables = game_variables_copy(event->builtin, event->pool);
    }
    event->env.parent = parent;
    event->env.parent_data = event;
}

void vector_event_begin(vector_event_t *event, const json_t *context,
                        const json_t *test, apr_pool_t *pool)
{
    memset(event, 0, sizeof(*event));
    event->pool = pool;
    event->test = test;
    event->data = MEMBER(test, "data");
    event->event.external_game_id = TEXT(context, "externalGameId");
    event->event.external_task_id = TEXT(context, "externalTaskId");
    event->event.external_user_id = TEXT(context, "externalUserId");
    event->event.member = member;
    event->event.data = event;
    fill_inputs(event, MEMBER(test, "analytics"));
    event->env.event = &event->event;
    event->env.inputs = &event->inputs;
    event->env.mock = mock;
    event->env.mock_data = event;
    set_parent(event, test);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From the JSON of vectors to what greencrowdStrategy sees: an event to look
 * into, and the aggregates of a list of records.
 */
#include "vectors_greencrowd.h"

#include "../../strategies/builtins.h"
#include "../../strategies/greencrowd.h"
#include "vectors_value.h"

#include <string.h>
#include <time.h>

#define DAY             (24 * 60 * 60 * APR_USEC_PER_SEC)

const char *vector_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

apr_time_t vector_time(const char *text)
{
    struct tm parts;
    const char *end;

    memset(&parts, 0, sizeof(parts));
    end = text ? strptime(text, "%Y-%m-%d", &parts) : NULL;
    if (!end || !*end || !strptime(end + 1, "%H:%M:%S", &parts)) {
        return 0;
    }
    return (apr_time_t)timegm(&parts) * APR_USEC_PER_SEC;
}

/* ---- the event ---- */

static int event_member(const game_event_t *event, const char *name,
                        game_value_t *value)
{
    const vector_data_t *data = event->data;
    const json_t *member = json_object_get(data->json, name);

    if (member) {
        *value = vector_value(member, data->pool);
    }
    return member != NULL;
}

static const game_node_t *event_look(const game_event_t *event,
                                     const game_node_t *in, const char *name,
                                     apr_size_t index, game_value_t *value)
{
    const vector_data_t *data = event->data;
    const json_t *from = in ? (const json_t *)in : data->json;
    const json_t *node = name ? json_object_get(from, name)
                              : json_array_get(from, index);

    if (node && value) {
        *value = vector_value(node, data->pool);
        if (value->kind == GAME_VALUE_JSON) {
            value->as.text = json_is_array(node) ? "[]" : "{}";
        }
    }
    return (const game_node_t *)node;
}

game_event_t vector_event(const char *external_task_id,
                          const vector_data_t *data)
{
    game_event_t event = {
        .external_game_id = "game-1", .external_user_id = "user-1",
        .external_task_id = external_task_id, .member = event_member,
        .data = data, .look = event_look
    };

    return event;
}

/* ---- records ---- */

static game_task_record_t *find_task(vector_facts_t *facts,
                                     const json_t *test, const json_t *id)
{
    const json_t *task;
    size_t i;

    json_array_foreach(json_object_get(test, "allTasks"), i, task) {
        if (json_equal(json_object_get(task, "id"), id)) {
            return &facts->tasks[i];
        }
    }
    return NULL;
}

static void count_user(game_task_record_t *task, apr_time_t at)
{
    if (!task->user_count || at < task->user_first) {
        task->user_first = at;
    }
    if (at > task->user_last) {
        task->user_last = at;
    }
    task->user_count++;
}

static void count_day(vector_facts_t *facts, apr_int64_t day)
{
    apr_size_t i = facts->records.day_count;

    while (i > 0 && facts->days[i - 1] > day) {
        i--;
    }
    if ((i > 0 && facts->days[i - 1] == day)
        || facts->records.day_count == VECTOR_DAYS_MAX) {
        return;
    }
    memmove(facts->days + i + 1, facts->days + i,
            (facts->records.day_count - i) * sizeof(*facts->days));
    facts->days[i] = day;
    facts->records.day_count++;
}

void vector_facts_data(vector_facts_t *facts, const json_t *data)
{
    const json_t *list = json_object_get(data, "callbackData");
    game_dimension_t *known;
    const json_t *forecast;
    const json_t *one;
    const json_t *value;
    apr_int64_t number;
    size_t i, k, d;

    if (!json_array_size(list)) {
        list = json_object_get(data, "tasks");
    }
    json_array_foreach(list, i, forecast) {
        json_array_foreach(json_object_get(forecast, "dimensions"), k, one) {
            for (d = 0; d < GAME_DIMENSIONS; d++) {
                value = json_object_get(one, game_dimension_names[d]);
                number = json_integer_value(value);
                known = &facts->records.dimensions[d];
                if (value) {
                    known->min = known->count && known->min < number
                                 ? known->min : number;
                    known->max = known->count && known->max > number
                                 ? known->max : number;
                    known->sum += (double)number;
                    known->count++;
                }
            }
        }
    }
}

static void add_record(vector_facts_t *facts, const json_t *test,
                       const json_t *record)
{
    const char *user = vector_text(test, "userId");
    const char *whose = vector_text(record, "userId");
    apr_time_t at = vector_time(vector_text(record, "created_at"));
    game_task_record_t *task = find_task(facts, test,
                                         json_object_get(record, "taskId"));

    task->slots[at % DAY / (DAY / GAME_SLOTS)]++;
    if (!strcmp(whose, user ? user : "u1")) {
        count_user(task, at);
        count_day(facts, at / DAY);
    }
    vector_facts_data(facts, json_object_get(record, "data"));
}

/* A case's variables; in some it names two of them in another way. */
static game_variable_t *fill_variables(const json_t *test, apr_pool_t *pool)
{
    game_variable_t *variables = game_variables_copy(
        &game_strategy_greencrowd, pool);
    const json_t *given = json_object_get(test, "variables");
    const json_t *value;
    size_t i;

    for (i = 0; variables[i].name; i++) {
        value = json_object_get(given, variables[i].name);
        if (!value && !strcmp(variables[i].name, "variable_basic_points")) {
            value = json_object_get(test, "basicPoints");
        }
        if (!value && !strcmp(variables[i].name,
                              "variable_lbe_multiplier")) {
            value = json_object_get(test, "lbeMultiplier");
        }
        if (value) {
            variables[i].value = vector_value(value, pool);
        }
    }
    return variables;
}

void vector_facts(vector_facts_t *facts, apr_size_t count,
                  const game_variable_t *variables, apr_pool_t *pool)
{
    apr_size_t i;

    memset(facts, 0, sizeof(*facts));
    facts->tasks = apr_pcalloc(pool, (count + 1) * sizeof(*facts->tasks));
    for (i = 0; i < count; i++) {
        facts->tasks[i].variables = variables;
    }
    facts->records.tasks = facts->tasks;
    facts->records.task_count = count;
    facts->records.days = facts->days;
    facts->inputs.records = &facts->records;
    facts->inputs.key = VECTOR_KEY;
}

void vector_facts_fill(vector_facts_t *facts, const json_t *test,
                       apr_pool_t *pool)
{
    const json_t *all = json_object_get(test, "allTasks");
    const json_t *last = json_object_get(test, "userLastRecord");
    game_task_record_t *task;
    const json_t *item;
    size_t i;

    vector_facts(facts, json_array_size(all), fill_variables(test, pool),
                 pool);
    json_array_foreach(all, i, item) {
        facts->tasks[i].external_task_id = vector_text(item,
                                                       "externalTaskId");
    }
    facts->inputs.now = vector_time(vector_text(test, "now"));
    json_array_foreach(json_object_get(test, "records"), i, item) {
        add_record(facts, test, item);
    }
    task = find_task(facts, test, json_object_get(last, "taskId"));
    if (json_is_object(last) && task) {
        facts->records.user_newest =
            vector_time(vector_text(last, "created_at"));
        task->user_last = facts->records.user_newest;
    }
}

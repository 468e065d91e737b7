/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Vectors of greencrowdStrategy: how forecasts come about from records, what
 * is paid when they come back, and their signature.
 */
#include "vectors.h"

#include "../../strategies/builtins.h"
#include "../../strategies/greencrowd.h"
#include "vectors_greencrowd.h"
#include "vectors_value.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define STRATEGY        (&game_strategy_greencrowd)
#define DRAWS           2000
#define BAD_HASH        "Invalid hash"
#define ORDINARY        "-1 is an ordinary award"

/* ---- forecasts ---- */

static json_t *simulate(game_vectors_t *v, const vector_facts_t *facts)
{
    game_event_t event = vector_event(NULL, NULL);

    return json_loads(STRATEGY->simulate(&event, &facts->inputs, v->pool), 0,
                      NULL);
}

/* @return the first element of a list that is about a task; borrowed */
static json_t *find_forecast(const json_t *list, const char *task)
{
    json_t *forecast;
    size_t i;

    json_array_foreach(list, i, forecast) {
        if (!strcmp(vector_text(forecast, "externalTaskId"), task)) {
            return forecast;
        }
    }
    return NULL;
}

static void check_dimensions(game_vectors_t *v, const json_t *expected,
                             const json_t *forecast)
{
    const json_t *got = json_object_get(forecast, "dimensions");
    const json_t *total = json_object_get(expected, "total");
    size_t i;

    if (json_array_size(got) != GAME_DIMENSIONS) {
        game_vectors_differ(v, "there are %d dimensions",
                            (int)json_array_size(got));
    }
    for (i = 0; i < GAME_DIMENSIONS; i++) {
        game_vectors_equal(v, game_dimension_names[i],
                           json_object_get(expected,
                                           game_dimension_names[i]),
                           json_object_get(json_array_get(got, i),
                                           game_dimension_names[i]));
    }
    if (total) {
        game_vectors_equal(v, "total", total,
                           json_object_get(forecast,
                                           "totalSimulatedPoints"));
    }
}

static void run_dynamic(game_vectors_t *v, const json_t *test)
{
    vector_facts_t facts;
    json_t *list;

    vector_facts_fill(&facts, test, v->pool);
    facts.records.group = "dynamic_calculation";
    list = simulate(v, &facts);
    check_dimensions(v, json_object_get(test, "expected"), find_forecast(
        list, vector_text(json_object_get(test, "task"), "externalTaskId")));
    json_decref(list);
}

/* One task, and the data of earlier awards. */
static void fill_collected(game_vectors_t *v, vector_facts_t *facts,
                           const json_t *test, const char *group)
{
    const json_t *data;
    size_t i;

    vector_facts(facts, 1, STRATEGY->variables, v->pool);
    facts->tasks[0].external_task_id = "t1_p1";
    facts->records.group = group;
    json_array_foreach(json_object_get(test, "recordsData"), i, data) {
        vector_facts_data(facts, data);
    }
}

static void run_average(game_vectors_t *v, const json_t *test)
{
    vector_facts_t facts;
    json_t *list;

    fill_collected(v, &facts, test, "average_score");
    list = simulate(v, &facts);
    check_dimensions(v, json_object_get(test, "expected"),
                     json_array_get(list, 0));
    json_decref(list);
}

/* Every draw is in the range, and both of its ends are drawn. */
static void run_random(game_vectors_t *v, const json_t *test)
{
    const json_t *ranges = json_object_get(test, "expectedInclusiveRange");
    int ends[GAME_DIMENSIONS] = {0};
    const game_forecast_t *drawn;
    game_event_t event = vector_event(NULL, NULL);
    apr_int64_t min, max;
    const json_t *range;
    vector_facts_t facts;
    size_t d;
    int i;

    fill_collected(v, &facts, test, "random_range");
    for (i = 0; i < DRAWS; i++) {
        facts.inputs.seed = (apr_uint64_t)i;
        drawn = (game_forecast_t *)game_forecast_make(&event, &facts.inputs,
                                                      v->pool)->elts;
        for (d = 0; d < GAME_DIMENSIONS; d++) {
            range = json_object_get(ranges, game_dimension_names[d]);
            min = json_integer_value(json_array_get(range, 0));
            max = json_integer_value(json_array_get(range, 1));
            if (drawn->dimensions[d] < min || drawn->dimensions[d] > max) {
                game_vectors_differ(v, "%s is %" APR_INT64_T_FMT,
                                    game_dimension_names[d],
                                    drawn->dimensions[d]);
            }
            ends[d] |= (drawn->dimensions[d] == min)
                       | (drawn->dimensions[d] == max) << 1;
        }
    }
    for (d = 0; d < GAME_DIMENSIONS; d++) {
        if (ends[d] != 3) {
            game_vectors_differ(v, "%s never reaches an end",
                                game_dimension_names[d]);
        }
    }
}

/* The reference leaves a fraction of zero out of the time. */
static json_t *with_digits(game_vectors_t *v, const json_t *expected)
{
    json_t *copy = json_deep_copy(expected);
    const char *date = vector_text(copy, "expirationDate");

    if (date && strlen(date) == strlen("2026-03-10 14:45:00+00:00")) {
        game_vectors_decided(v, "expirationDate has six digits always");
        json_object_set_new(copy, "expirationDate", json_string(
            apr_psprintf(v->pool, "%.19s.000000%s", date, date + 19)));
    }
    return copy;
}

static void run_simulate(game_vectors_t *v, const json_t *test)
{
    json_t *expected = with_digits(v, json_object_get(test, "expected"));
    vector_facts_t facts;
    json_t *list;

    vector_facts_fill(&facts, test, v->pool);
    facts.records.group = vector_text(test, "userGroup");
    list = simulate(v, &facts);
    game_vectors_equal(v, "forecast", expected, find_forecast(
        list, vector_text(json_object_get(test, "task"), "externalTaskId")));
    json_decref(list);
    json_decref(expected);
}

/* ---- scoring ---- */

/* Inputs that make a new simulation come out as a case says: every task gets
 * the mean of one collected value. */
static void fill_fresh(game_vectors_t *v, vector_facts_t *facts,
                       const json_t *test)
{
    const json_t *fresh = json_object_get(test, "freshSimulation");
    game_variable_t *variables = game_variables_copy(STRATEGY, v->pool);
    const json_t *forecast;
    apr_time_t expires;
    json_t *data;
    size_t i;

    vector_facts(facts, json_array_size(fresh), variables, v->pool);
    facts->inputs.now = vector_time(vector_text(test, "now"));
    facts->inputs.hash_used =
        json_is_true(json_object_get(test, "hashAlreadyUsedForThisTask"));
    json_array_foreach(fresh, i, forecast) {
        facts->tasks[i].external_task_id = vector_text(forecast,
                                                   "externalTaskId");
        facts->records.group = vector_text(forecast, "userGroup");
        expires = vector_time(vector_text(forecast, "expirationDate"));
        game_variable_override(variables, "simulation_valid_until",
            apr_psprintf(v->pool, "%" APR_TIME_T_FMT,
                         (expires - facts->inputs.now)
                         / (60 * APR_USEC_PER_SEC)), v->pool);
    }
    data = json_pack("{s:O}", "tasks", fresh);
    vector_facts_data(facts, data);
    json_decref(data);
}

static const char *sign(const json_t *tasks, const char *key,
                        const game_event_t *event, apr_pool_t *pool)
{
    char *text = json_dumps(tasks, JSON_COMPACT | JSON_SORT_KEYS);
    const char *hash = game_forecast_sign(event, key, text, pool);

    free(text);
    return hash;
}

static json_t *fill_data(game_vectors_t *v, const json_t *test)
{
    json_t *data = json_deep_copy(json_object_get(test, "data"));
    const char *hash = vector_text(test, "hash");
    game_event_t event = vector_event(NULL, NULL);

    if (!strcmp(hash, "valid")) {
        json_object_set_new(data, "simulationHash", json_string(
            sign(json_object_get(data, "tasks"), VECTOR_KEY, &event, v->pool)));
    }
    else if (!strcmp(hash, "invalid")) {
        json_object_set_new(data, "simulationHash", json_string(
            "00000000000000000000000000000000"
            "00000000000000000000000000000000"));
    }
    return data;
}

/* The list that a case is paid from. */
static const json_t *paying_list(const json_t *test)
{
    const json_t *list = json_object_get(json_object_get(test, "expected"),
                                         "callbackData");

    if (!json_array_size(list)) {
        list = json_object_get(json_object_get(test, "data"), "tasks");
    }
    return json_array_size(list) ? list
           : json_object_get(test, "freshSimulation");
}

/* Whether a case ends in points; what it says of failures and of -1 is read
 * in the light of decisions.md. */
static int want_points(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = json_object_get(test, "expected");
    const char *case_name = vector_text(expected, "caseName");

    if (json_object_get(expected, "exception")) {
        if (json_integer_value(json_object_get(expected, "http")) != 422) {
            game_vectors_decided(v, "a forecast without the task is 422");
        }
        return 0;
    }
    if (json_is_true(json_object_get(json_object_get(expected, "boundary"),
                                     "ok"))) {
        return 1;
    }
    if (strcmp(case_name, BAD_HASH)
        && find_forecast(paying_list(test), vector_text(test,
                                                    "externalTaskId"))) {
        game_vectors_decided(v, ORDINARY);
        return 1;
    }
    return 0;
}

static void check_paid(game_vectors_t *v, const json_t *expected,
                       const game_score_t *got)
{
    json_t *points = vector_json(&got->points);
    json_t *callback = got->callback
        ? json_loads(got->callback, 0, NULL) : json_null();

    game_vectors_equal(v, "points", json_object_get(expected, "points"),
                       points);
    game_vectors_text(v, "caseName", vector_text(expected, "caseName"),
                      got->case_name);
    game_vectors_equal(v, "callbackData",
                       json_object_get(expected, "callbackData"), callback);
    json_decref(points);
    json_decref(callback);
}

static void run_calculate(game_vectors_t *v, const json_t *test)
{
    const json_t *expected = json_object_get(test, "expected");
    json_t *json = fill_data(v, test);
    vector_data_t data = {json, v->pool};
    game_event_t event = vector_event(vector_text(test, "externalTaskId"),
                                      &data);
    int paid = want_points(v, test);
    game_verdict_e verdict;
    game_score_t result;
    vector_facts_t facts;

    fill_fresh(v, &facts, test);
    memset(&result, 0, sizeof(result));
    verdict = STRATEGY->score(&event, STRATEGY->variables, &facts.inputs,
                              &result, v->pool);
    if ((verdict == GAME_SCORED) != paid) {
        game_vectors_differ(v, "verdict is %d", (int)verdict);
    }
    else if (paid) {
        check_paid(v, expected, &result);
    }
    else if (vector_text(expected, "caseName")) {
        game_vectors_text(v, "detail", vector_text(expected, "caseName"),
                          result.detail);
    }
    json_decref(json);
}

/* ---- signatures ---- */

/* HMAC over parts that are written another way than the strategy does. */
static const char *second_hash(const char *key, const char *const *parts,
                               apr_pool_t *pool)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char message[8192];
    unsigned int size = 0;
    const char *hex = "";
    size_t at = 0;
    size_t len;
    unsigned int i;

    for (; *parts; parts++) {
        len = strlen(*parts);
        memset(message + at, 0, 8);
        message[at + 6] = (unsigned char)(len / 256);
        message[at + 7] = (unsigned char)(len % 256);
        memcpy(message + at + 8, *parts, len);
        at += 8 + len;
    }
    HMAC(EVP_sha256(), key, (int)strlen(key), message, at, digest, &size);
    for (i = 0; i < size; i++) {
        hex = apr_psprintf(pool, "%s%02x", hex, digest[i]);
    }
    return hex;
}

static void run_hash(game_vectors_t *v, const json_t *test)
{
    const json_t *tasks = json_object_get(test, "tasks");
    json_t *json = json_pack("{s:O}", "tasks", tasks);
    char *text = json_dumps(tasks, JSON_COMPACT | JSON_SORT_KEYS);
    vector_data_t data = {json, v->pool};
    game_event_t event = vector_event(NULL, &data);
    const char *const parts[] = {
        "mod_game forecast 1", text, vector_text(test, "externalGameId"),
        vector_text(test, "externalUserId"), "", NULL
    };
    const char *got;
    const char *made;

    event.external_game_id = parts[2];
    event.external_user_id = parts[3];
    made = game_forecast_text(
        game_forecast_read(&event, event.look(&event, NULL, "tasks", 0,
                                              NULL), v->pool), v->pool);
    game_vectors_text(v, "canonical JSON", text, made);
    got = game_forecast_sign(&event, vector_text(test, "secret"), made,
                             v->pool);
    game_vectors_text(v, "hash",
                      second_hash(vector_text(test, "secret"), parts, v->pool),
                      got);
    if (got && !strcmp(got, vector_text(test, "sha256"))) {
        game_vectors_differ(v, "hash is the reference's");
    }
    game_vectors_decided(v, "HMAC-SHA-256 over parts with their lengths");
    free(text);
    json_decref(json);
}

int game_vectors_greencrowd(game_vectors_t *v)
{
    static const struct {
        const char *name;
        void (*run)(game_vectors_t *v, const json_t *test);
    } parts[] = {
        {"dynamic", run_dynamic}, {"average", run_average},
        {"random", run_random}, {"simulate", run_simulate},
        {"calculate", run_calculate}, {"simulationHash", run_hash},
    };
    const json_t *test;
    size_t i;
    size_t k;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        json_array_foreach(json_object_get(v->root, parts[i].name), k,
                           test) {
            game_vectors_case(v, apr_pstrcat(v->pool, parts[i].name, "/",
                                             vector_text(test, "name"), NULL));
            parts[i].run(v, test);
            game_vectors_end(v);
        }
    }
    return 1;
}

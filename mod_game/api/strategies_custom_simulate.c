/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Programs on trial, stored ones and ones that are sent along. Nothing is
 * written.
 */

#include "strategies_custom.h"

#include <string.h>

#include "../program.h"
#include "../response.h"
#include "strategies_custom_int.h"

#define ID_FIELD(name, about) \
    { name, GAME_STRING, GAME_REQUIRED, 1, 200, NULL, NULL, NULL, NULL, \
      about }
#define EVENT_FIELDS \
    ID_FIELD("externalGameId", "Game of the event; need not exist."), \
    ID_FIELD("externalTaskId", "Task of the event; need not exist."), \
    ID_FIELD("externalUserId", "User of the event; need not exist."), \
    { "data", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL, \
      "Data of the event." }, \
    { "mockState", GAME_DICT, GAME_NULLABLE, 0, 0, NULL, NULL, NULL, NULL, \
      "Values of fields by their path, instead of the real ones." }

static const game_field_t simulate_fields[] = {
    EVENT_FIELDS, { NULL }
};

const game_schema_t game_custom_simulate_body = {
    "SimulationRequest", simulate_fields, NULL
};

static const game_field_t try_fields[] = {
    EVENT_FIELDS,
    { "astJson", GAME_DICT, GAME_REQUIRED, 0, 0, NULL, NULL, NULL, NULL,
      "The program." },
    { "type", GAME_STRING, GAME_NULLABLE, 0, 0,
      "^(DSL_EXTEND|DSL_FULL)$", NULL, NULL, NULL,
      "DSL_EXTEND runs the whole of an extension; DSL_FULL if absent." },
    { "parentStrategyId", GAME_STRING, GAME_NULLABLE, 0, 0, NULL, NULL, NULL,
      NULL, "Built-in that a DSL_EXTEND extends." },
    { NULL }
};

const game_schema_t game_custom_try_body = {
    "InlineSimulationRequest", try_fields, NULL
};

static const char *text_of(const game_req_t *req, const char *name)
{
    return game_json_string(game_json_member(req->body, name));
}

static game_json_t *object_of(const game_req_t *req, const char *name)
{
    game_json_t *value = game_json_member(req->body, name);

    return game_json_is_null(value) ? NULL : value;
}

static game_error_t *run(game_req_t *req, game_trial_t *trial)
{
    game_jw_t *jw = game_jw_make(req->pool);
    game_error_t *err;

    trial->game = text_of(req, "externalGameId");
    trial->task = text_of(req, "externalTaskId");
    trial->user = text_of(req, "externalUserId");
    trial->data = object_of(req, "data");
    trial->mock = object_of(req, "mockState");
    err = game_program_try(req, trial, jw);
    return err ? err : game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_custom_try(game_req_t *req)
{
    game_trial_t trial;

    memset(&trial, 0, sizeof(trial));
    trial.type = text_of(req, "type");
    if (!trial.type) {
        trial.type = "DSL_FULL";
    }
    trial.parent = text_of(req, "parentStrategyId");
    trial.ast = object_of(req, "astJson");
    if (!strcmp(trial.type, "DSL_EXTEND")
        && !(trial.parent && *trial.parent)) {
        return game_error_make(req->pool, HTTP_BAD_REQUEST, "DSL_EXTEND "
                               "strategies require parentStrategyId.");
    }
    if (!strcmp(trial.type, "DSL_EXTEND")
        && !game_program_parent(trial.parent)) {
        return game_error_make(req->pool, HTTP_NOT_FOUND,
                               "Strategy not found with id: %s",
                               trial.parent);
    }
    return run(req, &trial);
}

static game_error_t *no_program(game_req_t *req, const char *id)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "code", "DSL_NO_AST_TO_SIMULATE");
    game_jw_object(jw, "params");
    game_jw_string(jw, "strategyId", id);
    game_jw_end(jw);
    game_jw_string(jw, "message", "Strategy has no AST to simulate. Provide "
                   "an astJson via PUT /v1/strategies/custom/{id} first.");
    game_jw_end(jw);
    return game_error_json(req->pool, HTTP_BAD_REQUEST,
                           game_jw_text(jw, NULL));
}

game_error_t *game_custom_simulate(game_req_t *req)
{
    game_json_fault_t fault;
    game_custom_t custom;
    game_trial_t trial;
    game_error_t *err = game_custom_read(req, game_request_path(req, "id"),
                                         &custom);

    if (err) {
        return err;
    }
    if (!custom.ast) {
        return no_program(req, custom.id);
    }
    memset(&trial, 0, sizeof(trial));
    trial.type = custom.type;
    trial.parent = custom.parent;
    trial.ast = game_json_parse(req->pool, custom.ast, strlen(custom.ast),
                                GAME_CUSTOM_DEPTH, &fault);
    return run(req, &trial);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file runs_routes.h
 * Rows of the route table of workflows, their runs and artifacts.
 */
#ifndef GAME_API_RUNS_ROUTES_H
#define GAME_API_RUNS_ROUTES_H

#include "answers.h"
#include "artifacts.h"
#include "campaign_caller.h"
#include "runs.h"
#include "skills.h"
#include "workflows.h"

#define GAME_ROUTES_RUNS                                                     \
    { "GET", "/workflows",                                                   \
      GAME_ACCESS_EITHER, NULL,                                              \
      NULL, NULL, game_workflows_list,                                       \
      "list_workflows",                                                      \
      "List what can be run",                                                \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_workflows_list_answer, 0),                           \
      .campaigns = 1 },                                                      \
    { "GET", "/workflows/{name}",                                            \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_workflows_get_query, NULL, game_workflows_get,                   \
      "get_workflow",                                                        \
      "Show a workflow and its steps",                                       \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_workflows_one_answer, 404, 0),                       \
      .campaigns = 1 },                                                      \
    { "POST", "/workflows/{name}/trigger",                                   \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, &game_workflows_trigger_body,                    \
      game_workflows_trigger,                                                \
      "trigger_workflow",                                                    \
      "Run a workflow with the body as its payload",                         \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_runs_started_answer, 404, 409, 0),                   \
      .success = 202, .idempotent = 1, .campaigns = 1 },                     \
    { "POST", "/runs",                                                       \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, &game_runs_create_body, game_runs_create,        \
      "create_run",                                                          \
      "Run a workflow",                                                      \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_runs_started_answer, 404, 409, 0),                   \
      .success = 202, .idempotent = 1, .campaigns = 1 },                     \
    { "GET", "/runs",                                                        \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_runs_list_query, NULL, game_runs_list,                           \
      "list_runs",                                                           \
      "List runs, newest first",                                             \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_runs_list_answer, 0),                                \
      .campaigns = 1 },                                                      \
    { "GET", "/runs/{runId}",                                                \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_runs_get,                             \
      "get_run",                                                             \
      "Show a run",                                                          \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_runs_one_answer, 404, 0),                            \
      .campaigns = 1 },                                                      \
    { "GET", "/runs/{runId}/steps",                                          \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_runs_steps_query, NULL, game_runs_steps,                         \
      "get_run_steps",                                                       \
      "List the steps of a run",                                             \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_runs_steps_answer, 404, 0),                          \
      .campaigns = 1 },                                                      \
    { "GET", "/runs/{runId}/artifacts",                                      \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_runs_artifacts_query, NULL, game_runs_artifacts,                 \
      "get_run_artifacts",                                                   \
      "List what the steps of a run made",                                   \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_runs_artifacts_answer, 404, 0),                      \
      .campaigns = 1 },                                                      \
    { "GET", "/runs/{runId}/cache-analysis",                                 \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_runs_analysis,                        \
      "get_run_cache_analysis",                                              \
      "Show what the step cache did for a run",                              \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_runs_analysis_answer, 404, 0),                       \
      .campaigns = 1 },                                                      \
    { "GET", "/runs/{runId}/context",                                        \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_runs_context,                         \
      "get_run_context",                                                     \
      "Show the context of a run",                                           \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_runs_context_answer, 404, 0),                        \
      .campaigns = 1 },                                                      \
    { "POST", "/runs/{runId}/update",                                        \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, &game_runs_update_body, game_runs_update,        \
      "update_run",                                                          \
      "Make a part of a completed run anew, as a run of its own",            \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_runs_started_answer, 404, 409, 0),                   \
      .success = 202, .idempotent = 1, .campaigns = 1 },                     \
    { "POST", "/runs/{runId}/cancel",                                        \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_runs_cancel,                          \
      "cancel_run",                                                          \
      "Cancel a run",                                                        \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_runs_one_answer, 404, 409, 0),                       \
      .campaigns = 1 },                                                      \
    { "POST", "/runs/{runId}/retry",                                         \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_runs_retry,                           \
      "retry_run",                                                           \
      "Try a run again that failed or was cancelled",                        \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_runs_one_answer, 404, 409, 0),                       \
      .success = 202, .campaigns = 1 },                                      \
    { "GET", "/runs/{runId}/events",                                         \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_runs_events,                          \
      "stream_run_events",                                                   \
      "Watch a run: events as they happen",                                  \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      .media = "text/event-stream",                                          \
      .errors = (const short[]){ 204, 404, 0 },                              \
      .campaigns = 1 },                                                      \
    { "GET", "/artifacts/{artifactId}",                                      \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_artifacts_get,                        \
      "get_artifact",                                                        \
      "Show an artifact",                                                    \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_artifacts_one_answer, 404, 0),                       \
      .campaigns = 1 },                                                      \
    { "GET", "/artifacts/{artifactId}/content",                              \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_campaign_query, NULL, game_artifacts_content,                    \
      "get_artifact_content",                                                \
      "Fetch the bytes of an artifact",                                      \
      GAME_AUDIT("campaigns", GAME_INFO, GAME_INFO),                         \
      GAME_ANSWERS(game_free_answer, 206, 302, 304, 404, 410,                \
                   416, 0),                                                  \
      .media = "audio/wav audio/mpeg audio/ogg application/octet-stream",    \
      .campaigns = 1 },                                                      \
    { "POST", "/skills/{skillId}/execute",                                   \
      GAME_ACCESS_ADMIN, GAME_SKILLS_REFUSAL,                                \
      NULL, &game_skills_execute_body, game_skills_execute,                  \
      "execute_skill",                                                       \
      "Execute a skill within the request",                                  \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_skills_result_answer, 404, 500, 0),                  \
      .campaigns = 1 },                                                      \
    { "DELETE", "/step-cache",                                               \
      GAME_ACCESS_EITHER, NULL,                                              \
      &game_skills_cache_query, NULL, game_skills_cache_delete,              \
      "delete_step_cache",                                                   \
      "Forget what steps of a workflow have made",                           \
      GAME_AUDIT("campaigns", GAME_INFO | GAME_SUCCESS,                      \
                 GAME_INFO | GAME_ERROR),                                    \
      GAME_ANSWERS(game_skills_deleted_answer, 0),                           \
      .campaigns = 1 },

#endif

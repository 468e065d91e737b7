/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of workflows, runs, artifacts and skills answer.
 */

#include "answers.h"

/* ---- workflows ---- */

static const game_field_t refused[] = {
    GAME_MEMBER("code", GAME_STRING, "As CYCLIC_DEPENDENCY."),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(refused_workflow, "WorkflowRefused", refused);

static const game_field_t entry[] = {
    GAME_MEMBER("name", GAME_STRING, NULL),
    GAME_MEMBER("version", GAME_STRING, NULL),
    GAME_MEMBER("stepCount", GAME_INT, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(workflow_entry, "WorkflowEntry", entry);

static const game_field_t workflows[] = {
    GAME_ITEMS("workflows", workflow_entry, NULL),
    { .name = "refused", .type = GAME_LIST, .flags = GAME_OPTIONAL,
      .item = &refused_workflow,
      .about = "To administrators: what is not loaded, and why." },
    GAME_LAST
};

GAME_ANSWER(game_workflows_list_answer, "WorkflowList", workflows);

static const char *const scopes[] = { "global", "run_only", NULL };

static const game_field_t caching[] = {
    GAME_MEMBER("enabled", GAME_BOOL, NULL),
    { .name = "scope", .type = GAME_STRING, .choices = scopes },
    GAME_LAST
};

static GAME_ANSWER(cache_policy, "CachePolicy", caching);

static const game_field_t retrying[] = {
    GAME_MEMBER("maxAttempts", GAME_INT, NULL),
    GAME_MEMBER("backoffMs", GAME_INT, "Doubled from attempt to attempt."),
    GAME_LAST
};

static GAME_ANSWER(retry_policy, "RetryPolicy", retrying);

static const game_field_t step_def[] = {
    GAME_MEMBER("stepId", GAME_STRING, NULL),
    GAME_MEMBER("skillId", GAME_STRING, NULL),
    GAME_MEMBER("dependsOn", GAME_STRING_LIST, "Ids of steps."),
    GAME_PART("cachePolicy", cache_policy, NULL),
    GAME_PART("retryPolicy", retry_policy, NULL),
    GAME_LAST
};

static GAME_ANSWER(workflow_step, "WorkflowStep", step_def);

static const game_field_t workflow[] = {
    GAME_MEMBER("name", GAME_STRING, NULL),
    GAME_MEMBER("version", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_ITEMS("steps", workflow_step, "In the order of the definition."),
    GAME_MEMBER("changeRequestMappings", GAME_DICT,
                "Steps that a change begins with, by its type."),
    GAME_LAST
};

GAME_ANSWER(game_workflows_one_answer, "Workflow", workflow);

/* ---- runs ---- */

static const char *const run_states[] = {
    "queued", "running", "completed", "failed", "cancelled", NULL
};
static const char *const trigger_types[] = { "initial", "update", NULL };

static const game_field_t started[] = {
    GAME_MEMBER("runId", GAME_UUID, NULL),
    { .name = "status", .type = GAME_STRING, .choices = run_states },
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_MEMBER("workflowName", GAME_STRING, NULL),
    GAME_MEMBER("workflowVersion", GAME_STRING, NULL),
    GAME_MEMBER("createdAt", GAME_TIME, NULL),
    GAME_SOMETIMES("baseRunId", GAME_UUID, "Of a change: what it changes."),
    GAME_SOMETIMES("expectedReusedSteps", GAME_STRING_LIST,
                   "Of a change: steps that are taken over."),
    GAME_SOMETIMES("expectedRerunSteps", GAME_STRING_LIST,
                   "Of a change: steps that are done anew."),
    GAME_LAST
};

GAME_ANSWER(game_runs_started_answer, "TriggerResponse", started);

static const game_field_t summary[] = {
    GAME_MEMBER("total", GAME_INT, NULL),
    GAME_MEMBER("pending", GAME_INT, NULL),
    GAME_MEMBER("running", GAME_INT, NULL),
    GAME_MEMBER("completed", GAME_INT, NULL),
    GAME_MEMBER("skipped", GAME_INT, NULL),
    GAME_MEMBER("failed", GAME_INT, NULL),
    GAME_LAST
};

static GAME_ANSWER(steps_summary, "StepsSummary", summary);

static const game_field_t run[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("workflowName", GAME_STRING, NULL),
    GAME_MEMBER("workflowVersion", GAME_STRING, NULL),
    { .name = "triggerType", .type = GAME_STRING, .choices = trigger_types },
    GAME_MEMBER("triggerPayload", GAME_DICT, "In its canonical form."),
    { .name = "status", .type = GAME_STRING, .choices = run_states },
    GAME_MAYBE("baseRunId", GAME_UUID, NULL),
    GAME_MAYBE("changeRequest", GAME_DICT,
               "type, payload, seeds, impacted and reused."),
    GAME_MAYBE("error", GAME_DICT,
               "code, message, timestamp, perhaps failedStepId."),
    GAME_PART("stepsSummary", steps_summary, NULL),
    GAME_MAYBE("startedAt", GAME_TIME, NULL),
    GAME_MAYBE("completedAt", GAME_TIME, NULL),
    GAME_MAYBE("durationMs", GAME_INT, NULL),
    GAME_MAYBE("cancelRequestedAt", GAME_TIME, NULL),
    GAME_MEMBER("createdAt", GAME_TIME, NULL),
    GAME_MEMBER("updatedAt", GAME_TIME, NULL),
    GAME_LAST
};

GAME_ANSWER(game_runs_one_answer, "Run", run);

static const game_field_t runs[] = {
    GAME_ITEMS("items", game_runs_one_answer, NULL),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_runs_list_answer, "RunList", runs);

static const char *const step_states[] = {
    "pending", "running", "skipped", "completed", "failed", NULL
};

static const game_field_t step[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("runId", GAME_UUID, NULL),
    GAME_MEMBER("stepId", GAME_STRING, NULL),
    GAME_MEMBER("skillId", GAME_STRING, NULL),
    { .name = "status", .type = GAME_STRING, .choices = step_states },
    GAME_MEMBER("inputHash", GAME_STRING, "SHA-256 of its input, in hex."),
    GAME_MEMBER("outputArtifactIds", GAME_STRING_LIST, NULL),
    GAME_MEMBER("cacheHit", GAME_BOOL, NULL),
    GAME_MAYBE("durationMs", GAME_INT, NULL),
    GAME_MAYBE("error", GAME_DICT,
               "code, message, attempt, timestamp, perhaps details."),
    GAME_MEMBER("attempt", GAME_INT, "From 1."),
    GAME_MAYBE("startedAt", GAME_TIME, NULL),
    GAME_MAYBE("endedAt", GAME_TIME, NULL),
    GAME_MEMBER("createdAt", GAME_TIME, NULL),
    GAME_MEMBER("updatedAt", GAME_TIME, NULL),
    GAME_LAST
};

static GAME_ANSWER(run_step, "RunStep", step);

static const game_field_t steps[] = {
    GAME_MEMBER("runId", GAME_UUID, NULL),
    GAME_ITEMS("steps", run_step, "In the order of the plan."),
    GAME_LAST
};

GAME_ANSWER(game_runs_steps_answer, "RunSteps", steps);

/* ---- artifacts ---- */

static const game_field_t artifact[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("runId", GAME_UUID, "The run that made it."),
    GAME_MEMBER("skillId", GAME_STRING, NULL),
    GAME_MEMBER("type", GAME_STRING, "As audio/bgm."),
    GAME_MEMBER("uri", GAME_STRING, "A tree's ends with a slash."),
    GAME_MEMBER("contentHash", GAME_STRING, "sha256: and 64 digits."),
    GAME_MEMBER("sizeBytes", GAME_INT, NULL),
    GAME_MAYBE("filename", GAME_STRING, NULL),
    GAME_MEMBER("metadata", GAME_DICT, NULL),
    GAME_MEMBER("createdAt", GAME_TIME, NULL),
    GAME_MEMBER("updatedAt", GAME_TIME, NULL),
    GAME_MAYBE("stepId", GAME_STRING, "The step of the run that lists it."),
    GAME_LAST
};

GAME_ANSWER(game_artifacts_one_answer, "Artifact", artifact);

static const game_field_t artifacts[] = {
    GAME_MEMBER("runId", GAME_UUID, NULL),
    GAME_ITEMS("artifacts", game_artifacts_one_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_runs_artifacts_answer, "RunArtifacts", artifacts);

/* ---- figures and context ---- */

static const char *const sources[] = { "cache", "fresh", NULL };
static const char *const reasons[] = {
    "cache_hit", "reused_from_base_run", "cache_miss", "cache_disabled",
    "not_executed", NULL
};

static const game_field_t analysed[] = {
    GAME_MEMBER("stepId", GAME_STRING, NULL),
    GAME_MEMBER("skillId", GAME_STRING, NULL),
    { .name = "status", .type = GAME_STRING, .choices = step_states },
    GAME_MEMBER("cacheHit", GAME_BOOL, NULL),
    GAME_MEMBER("inputHash", GAME_STRING, NULL),
    { .name = "executedFrom", .type = GAME_STRING, .choices = sources },
    { .name = "reason", .type = GAME_STRING, .choices = reasons },
    GAME_LAST
};

static GAME_ANSWER(analysed_step, "CacheAnalysisStep", analysed);

static const game_field_t analysis[] = {
    GAME_MEMBER("runId", GAME_UUID, NULL),
    GAME_MEMBER("totalSteps", GAME_INT, NULL),
    GAME_MEMBER("cacheHits", GAME_INT, NULL),
    GAME_MEMBER("cacheMisses", GAME_INT, NULL),
    GAME_MEMBER("cacheHitRate", GAME_REAL, "From 0 to 1."),
    GAME_MEMBER("timeSavedMs", GAME_INT, NULL),
    GAME_ITEMS("steps", analysed_step, NULL),
    GAME_LAST
};

GAME_ANSWER(game_runs_analysis_answer, "CacheAnalysis", analysis);

static const game_field_t trigger[] = {
    GAME_MEMBER("type", GAME_STRING, "api or continuation."),
    GAME_SOMETIMES("payload", GAME_DICT, NULL),
    GAME_MEMBER("timestamp", GAME_TIME, NULL),
    GAME_SOMETIMES("initiatedBy", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(context_trigger, "CampaignContextTrigger", trigger);

static const game_field_t context[] = {
    GAME_MEMBER("campaignId", GAME_STRING, NULL),
    GAME_MEMBER("runId", GAME_UUID, NULL),
    GAME_MEMBER("workflowName", GAME_STRING, NULL),
    GAME_PART("trigger", context_trigger, NULL),
    GAME_MEMBER("refs", GAME_DICT, "Ids of artifacts by what they are."),
    GAME_MEMBER("artifacts", GAME_DICT, "By their ids."),
    GAME_SOMETIMES("computed", GAME_DICT, NULL),
    GAME_LAST
};

GAME_ANSWER(game_runs_context_answer, "CampaignContext", context);

/* ---- skills ---- */

static const game_field_t made[] = {
    GAME_MEMBER("artifact_type", GAME_STRING, NULL),
    GAME_MEMBER("uri", GAME_STRING, NULL),
    GAME_MEMBER("content_hash", GAME_STRING, NULL),
    GAME_MEMBER("metadata", GAME_DICT, NULL),
    GAME_LAST
};

static GAME_ANSWER(skill_artifact, "SkillArtifact", made);

static const game_field_t result[] = {
    GAME_MEMBER("ok", GAME_BOOL, NULL),
    GAME_MAYBE("data", GAME_DICT, NULL),
    GAME_MAYBE("error", GAME_STRING, NULL),
    GAME_MAYBE("error_code", GAME_STRING, NULL),
    GAME_ITEMS("artifacts", skill_artifact, "Stored files."),
    GAME_MEMBER("debug", GAME_DICT, "Times, calls of providers, attempts."),
    GAME_LAST
};

GAME_ANSWER(game_skills_result_answer, "SkillResult", result);

static const game_field_t deleted[] = {
    GAME_MEMBER("deleted", GAME_INT, "Entries of the cache."),
    GAME_LAST
};

GAME_ANSWER(game_skills_deleted_answer, "StepCacheDeleted", deleted);

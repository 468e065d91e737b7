/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of strategies answer.
 */

#include "answers.h"

static const game_field_t strategy[] = {
    GAME_MEMBER("id", GAME_STRING, "custom: and a UUID for a custom one."),
    GAME_MAYBE("name", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MEMBER("version", GAME_STRING, NULL),
    GAME_MEMBER("variables", GAME_DICT, "Values by their name."),
    GAME_MAYBE("hash_version", GAME_STRING,
               "Changes when the strategy's behaviour does."),
    GAME_LAST
};

GAME_ANSWER(game_strategies_one_answer, "Strategy", strategy);
GAME_ANSWER_LIST(game_strategies_list_answer, game_strategies_one_answer);

static const char *const kinds[] = {
    "bool", "int", "float", "str", "dict", "list", "null", NULL
};

static const game_field_t variable[] = {
    GAME_MEMBER("name", GAME_STRING, NULL),
    { .name = "type", .type = GAME_STRING, .choices = kinds },
    GAME_MEMBER("currentValue", GAME_ANY, NULL),
    GAME_LAST
};

static GAME_ANSWER(variable_info, "StrategyVariableInfo", variable);

static const game_field_t schema[] = {
    GAME_MEMBER("id", GAME_STRING, NULL),
    GAME_MAYBE("name", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MEMBER("version", GAME_STRING, NULL),
    GAME_ITEMS("variables", variable_info, "By name."),
    GAME_MAYBE("hash_version", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_strategies_schema_answer, "StrategySchema", schema);

/* ---- custom ones ---- */

static const char *const types[] = {
    "BUILT_IN", "DSL_EXTEND", "DSL_FULL", NULL
};
static const char *const statuses[] = {
    "DRAFT", "PUBLISHED", "ARCHIVED", NULL
};

static const game_field_t custom[] = {
    GAME_MEMBER("id", GAME_UUID, "Without the custom: of strategyId."),
    GAME_MAYBE("realmId", GAME_STRING, "Whose it is."),
    GAME_MEMBER("name", GAME_STRING, "Names the family of versions."),
    GAME_MAYBE("description", GAME_STRING, NULL),
    { .name = "type", .type = GAME_STRING, .choices = types },
    GAME_MAYBE("parentStrategyId", GAME_STRING, "What it extends."),
    GAME_MAYBE("astJson", GAME_DICT, "The program, every node with its id."),
    GAME_MAYBE("blocklyXml", GAME_STRING, "The editor's own."),
    GAME_MEMBER("version", GAME_INT, NULL),
    { .name = "status", .type = GAME_STRING, .choices = statuses },
    GAME_MAYBE("createdBy", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("updated_at", GAME_TIME, NULL),
    GAME_MAYBE("publishedAt", GAME_TIME, NULL),
    GAME_MAYBE("experimentTag", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_custom_one_answer, "StrategyDefinitionRead", custom);
GAME_ANSWER_LIST(game_custom_list_answer, game_custom_one_answer);

static const game_field_t template[] = {
    GAME_MEMBER("id", GAME_STRING, NULL),
    GAME_MEMBER("name", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    { .name = "type", .type = GAME_STRING, .choices = types },
    GAME_MAYBE("parentStrategyId", GAME_STRING, NULL),
    GAME_MEMBER("astJson", GAME_DICT, NULL),
    GAME_MEMBER("blocklyXml", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(program_template, "StrategyTemplateRead", template);
GAME_ANSWER_LIST(game_custom_templates_answer, program_template);

static const game_field_t use_game[] = {
    GAME_MEMBER("gameId", GAME_UUID, NULL),
    GAME_MAYBE("externalGameId", GAME_STRING, NULL),
    GAME_MAYBE("platform", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(usage_game, "StrategyUsageGame", use_game);

static const game_field_t use_task[] = {
    GAME_MEMBER("taskId", GAME_UUID, NULL),
    GAME_MAYBE("externalTaskId", GAME_STRING, NULL),
    GAME_MAYBE("gameId", GAME_UUID, NULL),
    GAME_MAYBE("externalGameId", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(usage_task, "StrategyUsageTask", use_task);

static const game_field_t usage[] = {
    GAME_MEMBER("strategyId", GAME_STRING, "With its custom: in front."),
    GAME_MEMBER("name", GAME_STRING, NULL),
    GAME_MEMBER("version", GAME_INT, NULL),
    { .name = "status", .type = GAME_STRING, .choices = statuses },
    GAME_MEMBER("gameCount", GAME_INT, NULL),
    GAME_MEMBER("taskCount", GAME_INT, NULL),
    GAME_ITEMS("games", usage_game, NULL),
    GAME_ITEMS("tasks", usage_task, NULL),
    GAME_LAST
};

GAME_ANSWER(game_custom_usage_answer, "StrategyUsageRead", usage);

static const game_field_t step[] = {
    GAME_MAYBE("nodeId", GAME_STRING, NULL),
    GAME_MEMBER("type", GAME_STRING, NULL),
    GAME_MEMBER("value", GAME_ANY, NULL),
    GAME_MAYBE("branch", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(trace_step, "ExecutionTraceEntry", step);

static const game_field_t trial[] = {
    GAME_MEMBER("points", GAME_REAL, NULL),
    GAME_MAYBE("caseName", GAME_STRING, "Null when no rule matched."),
    GAME_MEMBER("callbackData", GAME_DICT, NULL),
    GAME_ITEMS("executionTrace", trace_step, "In the order of the run."),
    GAME_LAST
};

GAME_ANSWER(game_custom_simulated_answer, "SimulationResponse", trial);

/* ---- figures ---- */

static const game_field_t status[] = {
    GAME_MEMBER("ok", GAME_INT, NULL),
    GAME_MEMBER("error", GAME_INT, NULL),
    GAME_MEMBER("timeout", GAME_INT, NULL),
    GAME_MEMBER("limit", GAME_INT, NULL),
    GAME_MEMBER("other", GAME_INT, NULL),
    GAME_MEMBER("total", GAME_INT, NULL),
    GAME_LAST
};

static GAME_ANSWER(status_breakdown, "StatusBreakdown", status);

static const game_field_t duration[] = {
    GAME_MEMBER("avgMs", GAME_REAL, NULL),
    GAME_MEMBER("p50Ms", GAME_REAL, NULL),
    GAME_MEMBER("p95Ms", GAME_REAL, NULL),
    GAME_MEMBER("p99Ms", GAME_REAL, NULL),
    GAME_MEMBER("maxMs", GAME_REAL, NULL),
    GAME_MEMBER("sampleSize", GAME_INT, "Runs that these are of."),
    GAME_LAST
};

static GAME_ANSWER(durations, "DurationPercentiles", duration);

static const game_field_t bucket[] = {
    GAME_MEMBER("label", GAME_STRING, NULL),
    GAME_MAYBE("upperBound", GAME_REAL, "Null for the last one."),
    GAME_MEMBER("count", GAME_INT, NULL),
    GAME_LAST
};

static GAME_ANSWER(histogram_bucket, "HistogramBucket", bucket);

static const game_field_t error[] = {
    GAME_MEMBER("code", GAME_STRING, NULL),
    GAME_MEMBER("count", GAME_INT, NULL),
    GAME_LAST
};

static GAME_ANSWER(error_count, "ErrorCount", error);

static const game_field_t name[] = {
    GAME_MAYBE("caseName", GAME_STRING, NULL),
    GAME_MEMBER("count", GAME_INT, NULL),
    GAME_LAST
};

static GAME_ANSWER(case_count, "CaseCount", name);

static const game_field_t metrics[] = {
    GAME_MEMBER("strategyId", GAME_UUID, NULL),
    GAME_MAYBE("name", GAME_STRING, NULL),
    GAME_MAYBE("version", GAME_INT, NULL),
    GAME_MAYBE("status", GAME_STRING, NULL),
    GAME_MAYBE("windowFrom", GAME_STRING, "since, as it was understood."),
    GAME_MAYBE("windowUntil", GAME_STRING, "until, as it was understood."),
    GAME_PART("statusBreakdown", status_breakdown, "Of all runs."),
    GAME_MEMBER("successRate", GAME_REAL, NULL),
    GAME_MEMBER("errorRate", GAME_REAL, NULL),
    GAME_PART("duration", durations, NULL),
    GAME_ITEMS("durationHistogram", histogram_bucket, NULL),
    GAME_ITEMS("topErrors", error_count, NULL),
    GAME_ITEMS("topCases", case_count, NULL),
    GAME_ITEMS("pointsHistogram", histogram_bucket, NULL),
    GAME_MEMBER("pointsSum", GAME_REAL, NULL),
    GAME_MEMBER("nodesAvg", GAME_REAL, NULL),
    GAME_MEMBER("nodesMax", GAME_INT, NULL),
    GAME_LAST
};

GAME_ANSWER(game_custom_metrics_answer, "StrategyMetricsResponse", metrics);

static const game_field_t delta[] = {
    GAME_MEMBER("successRate", GAME_REAL, NULL),
    GAME_MEMBER("errorRate", GAME_REAL, NULL),
    GAME_MEMBER("p95Ms", GAME_REAL, NULL),
    GAME_MEMBER("avgMs", GAME_REAL, NULL),
    GAME_MEMBER("pointsAvg", GAME_REAL, NULL),
    GAME_LAST
};

static GAME_ANSWER(metrics_delta, "MetricsDelta", delta);

static const game_field_t compare[] = {
    GAME_PART("a", game_custom_metrics_answer, NULL),
    GAME_PART("b", game_custom_metrics_answer, NULL),
    GAME_PART("delta", metrics_delta, "b minus a."),
    GAME_LAST
};

GAME_ANSWER(game_custom_compare_answer, "StrategyComparisonResponse",
            compare);

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What dashboards and exports answer.
 */

#include "answers.h"

/* ---- dashboards ---- */

static const game_field_t bucket[] = {
    GAME_MEMBER("label", GAME_STRING, "A day as 2026-11-21 00:00:00+00:00, "
                "a week of a month as week_3_11_2026, a month as 2026-11."),
    GAME_MEMBER("count", GAME_INT, NULL),
    GAME_LAST
};

static GAME_ANSWER(dashboard_bucket, "DashboardBucket", bucket);

static const game_field_t summary[] = {
    GAME_ITEMS("new_users", dashboard_bucket, NULL),
    GAME_ITEMS("games_opened", dashboard_bucket, NULL),
    GAME_ITEMS("points_earned", dashboard_bucket, NULL),
    GAME_ITEMS("actions_performed", dashboard_bucket, NULL),
    GAME_LAST
};

GAME_ANSWER(game_dashboard_summary_answer, "DashboardSummary", summary);

static const game_field_t logs[] = {
    GAME_ITEMS("info", dashboard_bucket, NULL),
    GAME_ITEMS("success", dashboard_bucket, NULL),
    GAME_ITEMS("error", dashboard_bucket, NULL),
    GAME_LAST
};

GAME_ANSWER(game_dashboard_logs_answer, "DashboardLogs", logs);

/* ---- exports ---- */

static const game_field_t record[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("datasetType", GAME_STRING, NULL),
    GAME_MEMBER("format", GAME_STRING, NULL),
    GAME_MAYBE("filters", GAME_DICT, "What was asked for."),
    GAME_MEMBER("rowLimit", GAME_INT, NULL),
    GAME_MEMBER("rowCount", GAME_INT, "-1 until it ended."),
    GAME_MEMBER("status", GAME_STRING, "started, completed or failed."),
    GAME_MAYBE("requestedBy", GAME_STRING, "Subject or key."),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_LAST
};

static GAME_ANSWER(export_record, "ExportRecord", record);
GAME_ANSWER_LIST(game_exports_history_answer, export_record);

static const game_field_t user[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("updated_at", GAME_TIME, NULL),
    GAME_MAYBE("apiKey_used", GAME_STRING, NULL),
    GAME_MAYBE("oauth_user_id", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(export_user, "ExportedUser", user);
GAME_ANSWER_LIST(game_exports_users_answer, export_user);

static const game_field_t award[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_MEMBER("externalGameId", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("caseName", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MAYBE("idempotencyKey", GAME_STRING, NULL),
    GAME_MAYBE("data", GAME_DICT, NULL),
    GAME_MAYBE("apiKey_used", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(export_award, "ExportedAward", award);
GAME_ANSWER_LIST(game_exports_points_answer, export_award);

static const game_field_t action[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MAYBE("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("typeAction", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MAYBE("data", GAME_DICT, NULL),
    GAME_MAYBE("apiKey_used", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(export_action, "ExportedAction", action);
GAME_ANSWER_LIST(game_exports_interactions_answer, export_action);

static const game_field_t movement[] = {
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("transactionType", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("coins", GAME_REAL, NULL),
    GAME_MEMBER("appliedConversionRate", GAME_REAL, NULL),
    GAME_MAYBE("data", GAME_DICT, NULL),
    GAME_MAYBE("apiKey_used", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(export_movement, "ExportedMovement", movement);
GAME_ANSWER_LIST(game_exports_movements_answer, export_movement);

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file answers.h
 * What endpoints answer, as tables for the API document; the suites hold
 * every answer against them. A member is always there unless it is
 * GAME_OPTIONAL, and null only where it is GAME_NULLABLE.
 */
#ifndef GAME_API_ANSWERS_H
#define GAME_API_ANSWERS_H

#include "../schema.h"

/** Members: always a value; null at times; absent at times; a list of
 *  models; a model. */
#define GAME_MEMBER(name_, kind, text) \
    { .name = name_, .type = kind, .about = text }
#define GAME_MAYBE(name_, kind, text) \
    { .name = name_, .type = kind, .flags = GAME_NULLABLE, .about = text }
#define GAME_SOMETIMES(name_, kind, text) \
    { .name = name_, .type = kind, .flags = GAME_OPTIONAL, .about = text }
#define GAME_ITEMS(name_, model, text) \
    { .name = name_, .type = GAME_LIST, .item = &model, .about = text }
#define GAME_PART(name_, model, text) \
    { .name = name_, .type = GAME_MODEL, .item = &model, .about = text }
#define GAME_LAST { .name = NULL }

/** The schema of a table of members, and that of a bare list of models. */
#define GAME_ANSWER(symbol, label, members) \
    const game_schema_t symbol = { .name = label, .fields = members }
#define GAME_ANSWER_LIST(symbol, model) \
    static const game_field_t symbol##_top = { \
        .type = GAME_LIST, .item = &model \
    }; \
    const game_schema_t symbol = { .top = &symbol##_top }

/** An object whose members are the client's or a strategy's. */
extern const game_schema_t game_free_answer;

extern const game_schema_t game_apikeys_created_answer;
extern const game_schema_t game_apikeys_list_answer;
extern const game_schema_t game_apikeys_revoked_answer;
extern const game_schema_t game_kpi_health_answer;
extern const game_schema_t game_kpi_ready_answer;
extern const game_schema_t game_kpi_metrics_answer;
extern const game_schema_t game_kpi_uptime_answer;

extern const game_schema_t game_dashboard_summary_answer;
extern const game_schema_t game_dashboard_logs_answer;
extern const game_schema_t game_exports_history_answer;
extern const game_schema_t game_exports_users_answer;
extern const game_schema_t game_exports_points_answer;
extern const game_schema_t game_exports_interactions_answer;
extern const game_schema_t game_exports_movements_answer;

extern const game_schema_t game_page_answer;
extern const game_schema_t game_games_one_answer;
extern const game_schema_t game_games_made_answer;
extern const game_schema_t game_games_list_answer;
extern const game_schema_t game_games_changed_answer;

extern const game_schema_t game_tasks_one_answer;
extern const game_schema_t game_tasks_list_answer;
extern const game_schema_t game_tasks_bulk_answer;
extern const game_schema_t game_tasks_changed_answer;
extern const game_schema_t game_tasks_deleted_answer;

extern const game_schema_t game_awards_answer;
extern const game_schema_t game_actions_answer;
extern const game_schema_t game_hotspots_answer;
extern const game_schema_t game_points_users_answer;
extern const game_schema_t game_points_game_answer;
extern const game_schema_t game_points_games_answer;
extern const game_schema_t game_points_details_answer;
extern const game_schema_t game_points_list_answer;
extern const game_schema_t game_points_one_answer;
extern const game_schema_t game_points_awards_answer;
extern const game_schema_t game_points_simulated_answer;

extern const game_schema_t game_users_query_answer;
extern const game_schema_t game_users_award_answer;
extern const game_schema_t game_users_act_answer;
extern const game_schema_t game_wallet_answer;
extern const game_schema_t game_interactions_answer;
extern const game_schema_t game_wallet_preview_answer;
extern const game_schema_t game_wallet_convert_answer;

extern const game_schema_t game_strategies_one_answer;
extern const game_schema_t game_strategies_list_answer;
extern const game_schema_t game_strategies_schema_answer;
extern const game_schema_t game_custom_one_answer;
extern const game_schema_t game_custom_list_answer;
extern const game_schema_t game_custom_templates_answer;
extern const game_schema_t game_custom_usage_answer;
extern const game_schema_t game_custom_simulated_answer;
extern const game_schema_t game_custom_metrics_answer;
extern const game_schema_t game_custom_compare_answer;

extern const game_schema_t game_workflows_list_answer;
extern const game_schema_t game_workflows_one_answer;
extern const game_schema_t game_runs_started_answer;
extern const game_schema_t game_runs_one_answer;
extern const game_schema_t game_runs_list_answer;
extern const game_schema_t game_runs_steps_answer;
extern const game_schema_t game_runs_artifacts_answer;
extern const game_schema_t game_runs_analysis_answer;
extern const game_schema_t game_runs_context_answer;
extern const game_schema_t game_artifacts_one_answer;
extern const game_schema_t game_skills_result_answer;
extern const game_schema_t game_skills_deleted_answer;

#endif

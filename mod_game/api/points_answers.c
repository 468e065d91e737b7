/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of awards, points, users and wallets answer.
 */

#include "answers.h"

/* ---- events ---- */

static const game_field_t award[] = {
    GAME_MEMBER("points", GAME_INT, "May be 0 or negative."),
    GAME_MEMBER("caseName", GAME_STRING, "Which case of the strategy."),
    GAME_MEMBER("isACreatedUser", GAME_BOOL, "The user is new."),
    GAME_MEMBER("gameId", GAME_UUID, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_STRING, "When it was booked."),
    GAME_SOMETIMES("isSimulated", GAME_BOOL,
                   "Only of a rehearsal: nothing was written."),
    GAME_SOMETIMES("id", GAME_UUID, "The award's id; a rehearsal has none."),
    GAME_LAST
};

GAME_ANSWER(game_awards_answer, "AssignedPointsToExternalUserId", award);

static const game_field_t action[] = {
    GAME_MEMBER("typeAction", GAME_STRING, NULL),
    GAME_MEMBER("data", GAME_DICT, NULL),
    GAME_MEMBER("description", GAME_STRING, NULL),
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("updated_at", GAME_TIME, NULL),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_actions_answer, "ResponseAddActionDidByUserInTask", action);

static const game_field_t bounds[] = {
    GAME_MEMBER("latMin", GAME_REAL, NULL),
    GAME_MEMBER("latMax", GAME_REAL, NULL),
    GAME_MEMBER("lonMin", GAME_REAL, NULL),
    GAME_MEMBER("lonMax", GAME_REAL, NULL),
    GAME_LAST
};

static GAME_ANSWER(grid_bounds, "GridBounds", bounds);

static const game_field_t cell[] = {
    GAME_MEMBER("row", GAME_INT, NULL),
    GAME_MEMBER("col", GAME_INT, NULL),
    GAME_MEMBER("count", GAME_INT, "Awards in the cell."),
    GAME_MEMBER("giStar", GAME_REAL, "Its Getis-Ord statistic."),
    GAME_LAST
};

static GAME_ANSWER(grid_cell, "GridCell", cell);

static const game_field_t hotspots[] = {
    GAME_MEMBER("gameId", GAME_UUID, NULL),
    GAME_MEMBER("rows", GAME_INT, NULL),
    GAME_MEMBER("cols", GAME_INT, NULL),
    { .name = "bounds", .type = GAME_MODEL, .flags = GAME_NULLABLE,
      .item = &grid_bounds, .about = "Null for a grid without degrees." },
    GAME_ITEMS("cells", grid_cell, "By rows."),
    GAME_LAST
};

GAME_ANSWER(game_hotspots_answer, "Hotspots", hotspots);

/* ---- points of games and tasks ---- */

static const game_field_t first[] = {
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MAYBE("created_at", GAME_STRING, "When the user was made."),
    GAME_MAYBE("firstAction", GAME_STRING, "The first award on the task."),
    GAME_LAST
};

static GAME_ANSWER(first_action, "BaseUserFirstAction", first);

static const game_field_t task_users[] = {
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_ITEMS("users", first_action, NULL),
    GAME_LAST
};

static GAME_ANSWER(users_of_task, "TasksWithUsers", task_users);

static const game_field_t game_users[] = {
    GAME_MEMBER("gameId", GAME_UUID, NULL),
    GAME_ITEMS("tasks", users_of_task, NULL),
    GAME_LAST
};

GAME_ANSWER(game_points_users_answer, "ListTasksWithUsers", game_users);

#define POINTS_VIEW \
    GAME_MEMBER("points", GAME_INT, "Sum of the awards."), \
    GAME_MEMBER("timesAwarded", GAME_INT, "Their number."), \
    GAME_MEMBER("externalUserId", GAME_STRING, NULL)

static const game_field_t points[] = { POINTS_VIEW, GAME_LAST };

GAME_ANSWER(game_points_one_answer, "PointsAssignedToUser", points);
GAME_ANSWER_LIST(game_points_list_answer, game_points_one_answer);

static const game_field_t detail[] = {
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("caseName", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_LAST
};

static GAME_ANSWER(points_detail, "PointsDetail", detail);

static const game_field_t detailed[] = {
    POINTS_VIEW,
    { .name = "pointsData", .type = GAME_LIST, .flags = GAME_NULLABLE,
      .item = &points_detail, .about = "Award by award." },
    GAME_LAST
};

static GAME_ANSWER(points_detailed, "PointsAssignedToUserDetails", detailed);

static const game_field_t task_points[] = {
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_ITEMS("points", game_points_one_answer, NULL),
    GAME_LAST
};

static GAME_ANSWER(points_of_task, "TaskPointsByGame", task_points);

static const game_field_t game_points[] = {
    GAME_MEMBER("externalGameId", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_STRING, "When the game was made."),
    GAME_ITEMS("task", points_of_task, NULL),
    GAME_LAST
};

GAME_ANSWER(game_points_game_answer, "AllPointsByGame", game_points);
GAME_ANSWER_LIST(game_points_games_answer, game_points_game_answer);

static const game_field_t task_details[] = {
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_ITEMS("points", points_detailed, NULL),
    GAME_LAST
};

static GAME_ANSWER(details_of_task, "TaskPointsByGameWithDetails",
                   task_details);

static const game_field_t game_details[] = {
    GAME_MEMBER("externalGameId", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_STRING, "When the game was made."),
    GAME_ITEMS("task", details_of_task, NULL),
    GAME_LAST
};

GAME_ANSWER(game_points_details_answer, "AllPointsByGameWithDetails",
            game_details);

static const game_field_t told[] = {
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("caseName", GAME_STRING, NULL),
    GAME_MAYBE("data", GAME_DICT, "What was sent, and what was added."),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_LAST
};

static GAME_ANSWER(told_award, "AwardDetail", told);

static const game_field_t awards[] = {
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, "Sum of the awards."),
    GAME_MEMBER("timesAwarded", GAME_INT, "Their number."),
    { .name = "pointsData", .type = GAME_LIST, .flags = GAME_NULLABLE,
      .item = &told_award, .about = "Award by award." },
    GAME_LAST
};

static GAME_ANSWER(awards_of_user, "UserAwards", awards);
GAME_ANSWER_LIST(game_points_awards_answer, awards_of_user);

static const game_field_t forecast[] = {
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_MAYBE("userGroup", GAME_STRING, "Group of the experiment."),
    GAME_ITEMS("dimensions", game_free_answer,
               "An object of one member each, in their order."),
    GAME_MEMBER("totalSimulatedPoints", GAME_INT, "Sum of dimensions."),
    GAME_MEMBER("expirationDate", GAME_STRING, "Good until then."),
    GAME_LAST
};

static GAME_ANSWER(task_forecast, "SimulatedTaskPoints", forecast);

static const game_field_t simulated[] = {
    GAME_MEMBER("simulationHash", GAME_STRING, "Proves the tasks."),
    GAME_ITEMS("tasks", task_forecast, NULL),
    GAME_LAST
};

GAME_ANSWER(game_points_simulated_answer, "SimulatedPointsAssignedToUser",
            simulated);

/* ---- users ---- */

static const game_field_t user_task[] = {
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_ITEMS("pointsData", points_detail, NULL),
    GAME_LAST
};

static GAME_ANSWER(task_detail, "TaskDetail", user_task);

static const game_field_t user_game[] = {
    GAME_MEMBER("externalGameId", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("timesAwarded", GAME_INT, NULL),
    GAME_ITEMS("tasks", task_detail, NULL),
    GAME_LAST
};

static GAME_ANSWER(game_detail, "GameDetail", user_game);

static const game_field_t user_points[] = {
    GAME_MEMBER("externalUserId", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("timesAwarded", GAME_INT, NULL),
    GAME_ITEMS("games", game_detail, NULL),
    GAME_MEMBER("userExists", GAME_BOOL, "False: unknown to the caller."),
    GAME_LAST
};

static GAME_ANSWER(points_of_user, "UserGamePoints", user_points);
GAME_ANSWER_LIST(game_users_query_answer, points_of_user);

static const game_field_t balances[] = {
    GAME_MEMBER("coinsBalance", GAME_REAL, NULL),
    GAME_MEMBER("pointsBalance", GAME_REAL, NULL),
    GAME_MEMBER("conversionRate", GAME_REAL, "Points for a coin."),
    GAME_LAST
};

static GAME_ANSWER(wallet_balances, "WalletWithoutUserId", balances);

static const game_field_t direct[] = {
    GAME_MEMBER("taskId", GAME_UUID, NULL),
    GAME_MEMBER("caseName", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MAYBE("data", GAME_DICT, NULL),
    GAME_MEMBER("userId", GAME_UUID, NULL),
    GAME_MEMBER("id", GAME_UUID, "The award's id."),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("updated_at", GAME_TIME, NULL),
    GAME_PART("wallet", wallet_balances, "After the award."),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_users_award_answer, "UserPointsAssigned", direct);

static const game_field_t acted[] = {
    GAME_MEMBER("typeAction", GAME_STRING, NULL),
    GAME_MAYBE("description", GAME_STRING, NULL),
    GAME_MEMBER("userId", GAME_UUID, NULL),
    GAME_MEMBER("is_user_created", GAME_BOOL, "The user is new."),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_users_act_answer, "CreatedUserActions", acted);

/* ---- wallets ---- */

static const game_field_t movement[] = {
    GAME_MEMBER("transactionType", GAME_STRING, NULL),
    GAME_MEMBER("points", GAME_INT, NULL),
    GAME_MEMBER("coins", GAME_REAL, NULL),
    GAME_MAYBE("data", GAME_DICT, NULL),
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_MEMBER("created_at", GAME_STRING, NULL),
    GAME_LAST
};

static GAME_ANSWER(wallet_movement, "BaseWalletTransactionInfo", movement);

static const game_field_t wallet[] = {
    GAME_MEMBER("userId", GAME_UUID, NULL),
    GAME_PART("wallet", wallet_balances, NULL),
    GAME_ITEMS("walletTransactions", wallet_movement, "The newest 1000."),
    GAME_LAST
};

GAME_ANSWER(game_wallet_answer, "UserWallet", wallet);

/* ---- interactions ---- */

static const game_field_t interaction[] = {
    GAME_MEMBER("id", GAME_UUID, "Of the award or the action."),
    GAME_MEMBER("kind", GAME_STRING, "award or action."),
    GAME_MEMBER("interactionType", GAME_STRING,
                "award, or the action's typeAction."),
    GAME_MAYBE("interactionDetail", GAME_STRING,
               "The award's caseName, or the action's description."),
    GAME_MAYBE("gameId", GAME_UUID, "null: an action of no task."),
    GAME_MAYBE("externalGameId", GAME_STRING, NULL),
    GAME_MAYBE("taskId", GAME_UUID, NULL),
    GAME_MAYBE("externalTaskId", GAME_STRING, NULL),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_LAST
};

static GAME_ANSWER(interaction_one, "Interaction", interaction);

static const game_field_t interactions[] = {
    GAME_ITEMS("items", interaction_one, "The newest first."),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_interactions_answer, "Interactions", interactions);

#define EXCHANGE \
    GAME_MEMBER("points", GAME_INT, NULL), \
    GAME_MEMBER("conversionRate", GAME_REAL, "Points for a coin."), \
    GAME_MEMBER("conversionRateDate", GAME_STRING, \
                "When the wallet last changed."), \
    GAME_MEMBER("convertedAmount", GAME_REAL, NULL), \
    GAME_MEMBER("convertedCurrency", GAME_STRING, "The word coins."), \
    GAME_MEMBER("haveEnoughPoints", GAME_BOOL, NULL)

static const game_field_t preview[] = { EXCHANGE, GAME_LAST };

GAME_ANSWER(game_wallet_preview_answer, "ResponseConversionPreview",
            preview);

static const game_field_t conversion[] = {
    GAME_MEMBER("transactionId", GAME_UUID, NULL), EXCHANGE, GAME_LAST
};

GAME_ANSWER(game_wallet_convert_answer, "ResponsePointsConversion",
            conversion);

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of games and tasks answer.
 */

#include "answers.h"

static const game_field_t page[] = {
    GAME_MAYBE("ordering", GAME_STRING, "Null where the list has one order."),
    GAME_MEMBER("page", GAME_INT, NULL),
    GAME_MEMBER("page_size", GAME_PAGE_SIZE, NULL),
    GAME_MEMBER("total_count", GAME_INT, "Items on all pages."),
    GAME_LAST
};

GAME_ANSWER(game_page_answer, "SearchOptions", page);

/* ---- games ---- */

static const game_field_t param[] = {
    GAME_MEMBER("key", GAME_STRING, NULL),
    GAME_MEMBER("value", GAME_STRING, "Its text."),
    GAME_MEMBER("id", GAME_UUID, "Names the param in a PATCH."),
    GAME_LAST
};

static GAME_ANSWER(game_param, "BaseFindGameParams", param);

#define GAME_VIEW \
    GAME_MEMBER("gameId", GAME_UUID, NULL), \
    GAME_MEMBER("created_at", GAME_TIME, NULL), \
    GAME_MEMBER("updated_at", GAME_TIME, NULL), \
    GAME_MEMBER("externalGameId", GAME_STRING, "The client's own name."), \
    GAME_MEMBER("strategyId", GAME_STRING, "Scores its tasks."), \
    GAME_MAYBE("platform", GAME_STRING, NULL), \
    GAME_ITEMS("params", game_param, "Settings of the game.")

static const game_field_t game[] = { GAME_VIEW, GAME_LAST };

GAME_ANSWER(game_games_one_answer, "BaseGameResult", game);

static const game_field_t made[] = {
    GAME_VIEW, GAME_MEMBER("message", GAME_STRING, NULL), GAME_LAST
};

GAME_ANSWER(game_games_made_answer, "GameCreated", made);

static const game_field_t games[] = {
    GAME_ITEMS("items", game_games_one_answer, NULL),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_games_list_answer, "FindGameResult", games);

static const game_field_t sent[] = {
    GAME_MEMBER("key", GAME_STRING, NULL),
    GAME_MEMBER("value", GAME_STRING, "Its text."),
    GAME_MEMBER("id", GAME_UUID, NULL),
    GAME_LAST
};

static GAME_ANSWER(sent_param, "UpdatedGameParams", sent);

static const game_field_t changed[] = {
    GAME_MEMBER("externalGameId", GAME_STRING, NULL),
    GAME_MEMBER("strategyId", GAME_STRING, NULL),
    GAME_MAYBE("platform", GAME_STRING, NULL),
    GAME_ITEMS("params", sent_param, "Those that were sent."),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_games_changed_answer, "ResponsePatchGame", changed);

/* ---- tasks ---- */

static const game_field_t shown[] = {
    GAME_MEMBER("key", GAME_STRING, NULL),
    GAME_MEMBER("value", GAME_ANY,
                "As the strategy takes it; its text where no variable of "
                "the strategy has this name."),
    GAME_LAST
};

static GAME_ANSWER(shown_param, "ShownParam", shown);

#define TASK_SETUP \
    GAME_ITEMS("gameParams", shown_param, "Settings of its game."), \
    GAME_ITEMS("taskParams", shown_param, "Settings of the task."), \
    GAME_PART("strategy", game_strategies_one_answer, \
              "What scores it, with the params over its variables.")

static const game_field_t task[] = {
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, "The client's own name."),
    GAME_MEMBER("externalGameId", GAME_STRING, NULL),
    TASK_SETUP,
    GAME_LAST
};

GAME_ANSWER(game_tasks_one_answer, "CreateTaskPostSuccesfullyCreated", task);

static const game_field_t item[] = {
    GAME_MEMBER("id", GAME_UUID, "The task's id in PATCH and DELETE."),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("updated_at", GAME_TIME, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, "The client's own name."),
    GAME_MAYBE("status", GAME_STRING, "Only an open task takes events."),
    TASK_SETUP,
    GAME_LAST
};

static GAME_ANSWER(task_item, "FoundTask", item);

static const game_field_t tasks[] = {
    GAME_ITEMS("items", task_item, NULL),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_tasks_list_answer, "FoundTasks", tasks);

static const game_field_t echoed[] = {
    GAME_MEMBER("key", GAME_STRING, NULL),
    GAME_MEMBER("value", GAME_SCALAR_OR_DICT, NULL),
    GAME_LAST
};

static GAME_ANSWER(echoed_param, "EchoedTaskParam", echoed);

static const game_field_t echo[] = {
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_MAYBE("strategyId", GAME_STRING, NULL),
    { .name = "params", .type = GAME_LIST, .flags = GAME_NULLABLE,
      .item = &echoed_param },
    GAME_LAST
};

static GAME_ANSWER(echoed_task, "EchoedTask", echo);

static const game_field_t failed[] = {
    GAME_PART("task", echoed_task, "The element as it was understood."),
    GAME_MEMBER("error", GAME_STRING, "Status and reason."),
    GAME_LAST
};

static GAME_ANSWER(failed_task, "CreateTaskPostError", failed);

static const game_field_t bulk[] = {
    GAME_ITEMS("succesfully_created", game_tasks_one_answer, NULL),
    GAME_ITEMS("failed_to_create", failed_task, NULL),
    GAME_LAST
};

GAME_ANSWER(game_tasks_bulk_answer, "CreateTasksPostBulkCreated", bulk);

static const game_field_t kept[] = {
    GAME_MEMBER("key", GAME_STRING, NULL),
    GAME_MEMBER("value", GAME_STRING, "Its text."),
    GAME_LAST
};

static GAME_ANSWER(kept_param, "PatchedTaskParam", kept);

static const game_field_t task_changed[] = {
    GAME_MEMBER("taskId", GAME_UUID, NULL),
    GAME_MEMBER("gameId", GAME_UUID, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_MEMBER("strategyId", GAME_STRING, "Its own, else its game's."),
    GAME_MAYBE("status", GAME_STRING, NULL),
    { .name = "taskParams", .type = GAME_LIST, .flags = GAME_NULLABLE,
      .item = &kept_param, .about = "Null when none were sent." },
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_tasks_changed_answer, "ResponsePatchTask", task_changed);

static const game_field_t deleted[] = {
    GAME_MEMBER("taskId", GAME_UUID, NULL),
    GAME_MEMBER("gameId", GAME_UUID, NULL),
    GAME_MEMBER("externalTaskId", GAME_STRING, NULL),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_tasks_deleted_answer, "ResponseDeleteTask", deleted);

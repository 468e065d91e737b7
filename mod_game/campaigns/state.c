/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Three tables of transitions. Who causes them, and what goes with them, is
 * said elsewhere.
 */

#include "state.h"

#include <string.h>

#define STATES 5

struct game_machine_t {
    const char *thing;          /* for messages */
    const char *names[STATES];
    const char *events[STATES][STATES];         /* [from][to] */
};

const game_machine_t game_machine_run = {
    "run",
    { "queued", "running", "completed", "failed", "cancelled" },
    {
        [GAME_RUN_QUEUED] = {
            [GAME_RUN_RUNNING] = "claim",
            [GAME_RUN_FAILED] = "orchestration_error",
            [GAME_RUN_CANCELLED] = "cancel",
        },
        [GAME_RUN_RUNNING] = {
            [GAME_RUN_COMPLETED] = "finish",
            [GAME_RUN_FAILED] = "finish|timeout",
            [GAME_RUN_CANCELLED] = "cancel",
        },
        [GAME_RUN_FAILED] = { [GAME_RUN_QUEUED] = "retry" },
        [GAME_RUN_CANCELLED] = { [GAME_RUN_QUEUED] = "retry" },
    }
};

/* A skipped step goes back to pending only when it has an error; what was
 * taken from the cache stays. */
const game_machine_t game_machine_step = {
    "step",
    { "pending", "running", "skipped", "completed", "failed" },
    {
        [GAME_STEP_PENDING] = {
            [GAME_STEP_RUNNING] = "start",
            [GAME_STEP_SKIPPED] = "cache_hit|upstream_failed|run_cancelled",
        },
        [GAME_STEP_RUNNING] = {
            [GAME_STEP_PENDING] = "lease_expired",
            [GAME_STEP_SKIPPED] = "cache_hit",
            [GAME_STEP_COMPLETED] = "succeed",
            [GAME_STEP_FAILED] = "fail|run_cancelled",
        },
        [GAME_STEP_SKIPPED] = { [GAME_STEP_PENDING] = "run_retry" },
        [GAME_STEP_FAILED] = { [GAME_STEP_PENDING] = "run_retry" },
    }
};

const game_machine_t game_machine_campaign = {
    "campaign",
    { "draft", "generating", "live", "failed", "archived" },
    {
        [GAME_CAMPAIGN_DRAFT] = { [GAME_CAMPAIGN_GENERATING] = "generate" },
        [GAME_CAMPAIGN_GENERATING] = {
            [GAME_CAMPAIGN_LIVE] = "run_completed",
            [GAME_CAMPAIGN_FAILED] = "run_failed",
        },
        [GAME_CAMPAIGN_LIVE] = {
            [GAME_CAMPAIGN_GENERATING] = "update",
            [GAME_CAMPAIGN_ARCHIVED] = "archive",
        },
        [GAME_CAMPAIGN_FAILED] = { [GAME_CAMPAIGN_GENERATING] = "generate" },
        [GAME_CAMPAIGN_ARCHIVED] = { [GAME_CAMPAIGN_LIVE] = "restore" },
    }
};

int game_state_parse(const game_machine_t *machine, const char *name)
{
    int state;

    for (state = 0; name && state < STATES; state++) {
        if (!strcmp(machine->names[state], name)) {
            return state;
        }
    }
    return -1;
}

const char *game_state_name(const game_machine_t *machine, int state)
{
    return machine->names[state];
}

const char *game_state_events(const game_machine_t *machine, int from,
                              int to)
{
    return machine->events[from][to];
}

/* Whether one of "a|b|c" is an event. */
static int is_among(const char *events, const char *event)
{
    apr_size_t length = strlen(event);

    while (strncmp(events, event, length)
           || (events[length] && events[length] != '|')) {
        events = strchr(events, '|');
        if (!events) {
            return 0;
        }
        events++;
    }
    return 1;
}

game_fault_t *game_state_check(apr_pool_t *pool,
                               const game_machine_t *machine, int from,
                               int to, const char *event)
{
    const char *events = machine->events[from][to];

    if (events && (!event || is_among(events, event))) {
        return NULL;
    }
    return game_fault_make(pool, "INVALID_STATE_TRANSITION",
                           "a %s that is %s does not become %s%s%s",
                           machine->thing, machine->names[from],
                           machine->names[to], event ? " by " : "",
                           event ? event : "");
}

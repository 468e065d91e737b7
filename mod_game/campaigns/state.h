/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file state.h
 * The states of runs, of their steps and of campaigns, and how they follow
 * each other (campaigns.md 1.1, 1.2, 1.7).
 */
#ifndef GAME_CAMPAIGNS_STATE_H
#define GAME_CAMPAIGNS_STATE_H

#include "campaigns.h"

typedef enum {
    GAME_RUN_QUEUED, GAME_RUN_RUNNING, GAME_RUN_COMPLETED, GAME_RUN_FAILED,
    GAME_RUN_CANCELLED
} game_run_e;

typedef enum {
    GAME_STEP_PENDING, GAME_STEP_RUNNING, GAME_STEP_SKIPPED,
    GAME_STEP_COMPLETED, GAME_STEP_FAILED
} game_step_e;

typedef enum {
    GAME_CAMPAIGN_DRAFT, GAME_CAMPAIGN_GENERATING, GAME_CAMPAIGN_LIVE,
    GAME_CAMPAIGN_FAILED, GAME_CAMPAIGN_ARCHIVED
} game_campaign_e;

/** States and transitions of one kind of thing; a state is one of its enum
 *  above. */
typedef struct game_machine_t game_machine_t;

extern const game_machine_t game_machine_run;
extern const game_machine_t game_machine_step;
extern const game_machine_t game_machine_campaign;

/** @return a state by its name in the database and the API, or -1; NULL is
 *  no name */
int game_state_parse(const game_machine_t *machine, const char *name);

/** @return the name of a state, a constant */
const char *game_state_name(const game_machine_t *machine, int state);

/** @return the events that lead from one state to the other, with '|'
 *  between them ("cache_hit|upstream_failed"), a constant; NULL when the
 *  transition is refused, as that to itself is */
const char *game_state_events(const game_machine_t *machine, int from,
                              int to);

/**
 * Check a transition.
 * @param event one event, or NULL for any
 * @return NULL, or INVALID_STATE_TRANSITION
 */
game_fault_t *game_state_check(apr_pool_t *pool,
                               const game_machine_t *machine, int from,
                               int to, const char *event);

#endif

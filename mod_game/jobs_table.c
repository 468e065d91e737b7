/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The jobs, a row each, and what their functions are told.
 */

#include "jobs.h"

#include "config.h"
#include "retention.h"

#define MINUTES(n) apr_time_from_sec(60 * (n))

static const char *retention(const game_job_turn_t *turn)
{
    return game_retention_args(game_config_server(turn->server), turn->pool);
}

const game_job_t game_jobs[] = {
    { .name = "retention", .every = MINUTES(60), .args = retention },
    { .name = NULL }
};

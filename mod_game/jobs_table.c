/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The jobs, a row each, and what their functions are told.
 */

#include "jobs.h"

#include "config.h"
#include "json.h"
#include "retention.h"

#define MINUTES(n) apr_time_from_sec(60 * (n))
#define HEALTHY_WITHIN APR_USEC_PER_SEC /* an answer of the database */

static const char *retention(const game_job_turn_t *turn)
{
    return game_retention_args(game_config_server(turn->server), turn->pool);
}

/* A day is final a quarter of an hour after its end: no transaction and no
 * batch of the request log takes so long. */
static const char *kpi(const game_job_turn_t *turn)
{
    (void)turn;
    return "{\"grace\":900,\"lag\":5,\"rows\":20000,\"budget\":200}";
}

static const char *uptime(const game_job_turn_t *turn)
{
    game_jw_t *jw = game_jw_make(turn->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "instance", turn->instance);
    game_jw_string(jw, "status", turn->took <= HEALTHY_WITHIN ? "healthy"
                                                              : "unhealthy");
    game_jw_int(jw, "latency_us", turn->took);
    if (turn->down_from) {
        game_jw_int(jw, "down_from", turn->down_from);
        game_jw_int(jw, "down_until", turn->down_until);
    }
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

const game_job_t game_jobs[] = {
    { .name = "retention", .every = MINUTES(60), .args = retention },
    { .name = "kpi", .every = MINUTES(5), .args = kpi },
    { .name = "uptime", .every = MINUTES(1), .local = 1, .args = uptime },
    { .name = "limits", .every = MINUTES(10) },
    { .name = "figures", .every = MINUTES(2) },
    { .name = "exports", .every = MINUTES(5) },
    { .name = "campaigns", .every = MINUTES(10) },
    { .name = NULL }
};

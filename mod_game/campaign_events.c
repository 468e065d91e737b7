/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Lines about campaigns: one form for all of them, so that they can be
 * searched for by run_id.
 */

#include "campaign_events.h"

#include <string.h>

#include <http_log.h>

#include <apr_strings.h>

#include "log.h"
#include "metrics.h"
#include "state.h"

APLOG_USE_MODULE(game);

static const char *pair(apr_pool_t *pool, const char *name,
                        const char *value)
{
    return value ? apr_pstrcat(pool, " ", name, "=", value, NULL) : "";
}

void game_event_log(server_rec *s, apr_pool_t *pool,
                    const game_event_t *event)
{
    const char *took = event->took
        ? apr_psprintf(pool, "%" APR_INT64_T_FMT,
                       apr_time_as_msec(event->took)) : NULL;
    const char *line = apr_pstrcat(pool, "event=", event->event,
        pair(pool, "run_id", event->run), pair(pool, "step_id", event->step),
        pair(pool, "status", event->status), pair(pool, "duration_ms", took),
        pair(pool, "error", event->error), event->more ? " " : "",
        event->more, NULL);

    if (event->is_bad) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, GAME_LOGNO(0702) "%s",
                     line);
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, GAME_LOGNO(0701) "%s",
                     line);
    }
}

void game_event_run(server_rec *s, apr_pool_t *pool, const char *run,
                    const char *status, const char *error,
                    apr_interval_time_t took)
{
    int state = game_state_parse(&game_machine_run, status);
    game_event_t event = { .run = run, .status = status, .error = error,
                           .took = took };

    if (state == GAME_RUN_COMPLETED || state == GAME_RUN_FAILED
        || state == GAME_RUN_CANCELLED) {
        event.event = apr_pstrcat(pool, "run_", status, NULL);
        event.is_bad = state == GAME_RUN_FAILED;
        game_event_log(s, pool, &event);
        game_metrics_campaign_run(status);
    }
}

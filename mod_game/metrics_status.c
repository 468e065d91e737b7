/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The section of mod_status: a table for people, "Game...: value" lines for
 * programs (?auto). Without mod_status nobody calls it.
 */

#include "metrics_int.h"

#include <http_config.h>
#include <http_protocol.h>
#include <mod_status.h>

#include <apr_optional_hooks.h>
#include <apr_strings.h>

#include "version.h"

/* What is shown: the total of a cell over all series of a family, or over
 * those of one value of a label; or what the children have now. */
typedef struct line_t {
    const char *key;            /* for programs */
    const char *text;           /* for people */
    game_metric_e metric;       /* or GAME_M_COUNT: the gauge */
    int label;
    const char *value;          /* of the label; NULL: all */
    game_metrics_gauge_e gauge;
} line_t;

static const line_t lines[] = {
    { "GameRequests", "Requests", GAME_M_REQUESTS, 0, NULL, 0 },
    { "GameRequests4xx", "... refused", GAME_M_REQUESTS, 2, "4xx", 0 },
    { "GameRequests5xx", "... failed", GAME_M_REQUESTS, 2, "5xx", 0 },
    { "GameRateLimited", "... over a limit", GAME_M_LIMITED, 0, NULL, 0 },
    { "GameAwards", "Awards", GAME_M_AWARDS, 0, "awarded", 0 },
    { "GameAwardsReplayed", "... answered again", GAME_M_AWARDS, 0,
      "replayed", 0 },
    { "GameAwardsRefused", "... refused", GAME_M_AWARDS, 0, "refused", 0 },
    { "GameAwardsFailed", "... failed", GAME_M_AWARDS, 0, "failed", 0 },
    { "GamePoints", "Points awarded", GAME_M_POINTS, 0, NULL, 0 },
    { "GameDslErrors", "Custom strategies that failed", GAME_M_DSL_ERRORS, 0,
      NULL, 0 },
    { "GameDBPoolSize", "Database connections", GAME_M_COUNT, 0, NULL,
      GAME_METRICS_POOL_SIZE },
    { "GameDBPoolOpen", "... open", GAME_M_COUNT, 0, NULL,
      GAME_METRICS_POOL_OPEN },
    { "GameDBPoolInUse", "... in use", GAME_M_COUNT, 0, NULL,
      GAME_METRICS_POOL_IN_USE },
    { "GameDBWaits", "... waited for", GAME_M_DB_WAIT, 0, NULL, 0 },
    { "GameDBRefused", "... not to be had", GAME_M_DB_REFUSED, 0, NULL, 0 },
    { "GameDBReconnects", "... made again", GAME_M_DB_RECONNECTS, 0, NULL,
      0 },
    { "GameJobFailures", "Jobs that failed", GAME_M_JOB_FAILURES, 0, NULL,
      0 },
    { "GameQueueDropped", "Rows of queues that were dropped",
      GAME_M_QUEUE_DROPPED, 0, NULL, 0 }
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

/* The sum over the series that have the value. */
static apr_uint64_t sum_of(game_metric_e id, int label, int number)
{
    const game_metric_t *metric = &game_metrics_table[id];
    apr_uint64_t sum = 0;
    int at[GAME_METRIC_LABELS];

    for (at[0] = 0; at[0] < game_metric_width(metric, 0); at[0]++) {
        for (at[1] = 0; at[1] < game_metric_width(metric, 1); at[1]++) {
            for (at[2] = 0; at[2] < game_metric_width(metric, 2); at[2]++) {
                sum += at[label] == number
                     ? game_metrics_sum(id, at[0], at[1], at[2], 0) : 0;
            }
        }
    }
    return sum;
}

/* Counters have no sign: sums of points may have all 64 bits. */
static const char *value_of(apr_pool_t *pool, const line_t *line)
{
    const game_metric_t *metric;

    if (line->metric == GAME_M_COUNT) {
        return apr_psprintf(pool, "%" APR_INT64_T_FMT,
                            game_metrics_gauge_sum(line->gauge));
    }
    metric = &game_metrics_table[line->metric];
    return apr_psprintf(pool, "%" APR_UINT64_T_FMT, line->value
        ? sum_of(line->metric, line->label,
                 game_label_find(metric->labels[line->label], line->value))
        : game_metrics_total(line->metric, 0));
}

static int status(request_rec *r, int flags)
{
    int brief = (flags & AP_STATUS_SHORT) != 0;
    int rows = !brief && !(flags & AP_STATUS_NOTABLE);
    const char *before = rows ? "<tr><td>" : "";
    const char *between = rows ? "</td><td>" : ": ";
    const char *after = brief ? "\n" : rows ? "</td></tr>\n" : "<br />\n";
    unsigned i;

    if (!game_metrics_there()) {
        return DECLINED;
    }
    if (!brief) {
        ap_rputs("<hr />\n<h2>mod_game " GAME_VERSION "</h2>\n", r);
        ap_rputs(rows ? "<table border=\"0\">\n" : "<p>\n", r);
    }
    for (i = 0; i < LINES; i++) {
        ap_rvputs(r, before, brief ? lines[i].key : lines[i].text, between,
                  value_of(r->pool, &lines[i]), after, NULL);
    }
    if (!brief) {
        ap_rputs(rows ? "</table>\n" : "</p>\n", r);
    }
    return OK;
}

void game_metrics_status_register(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, status, NULL, NULL, APR_HOOK_MIDDLE);
}

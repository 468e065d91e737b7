/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of health and of the service's figures answer.
 */

#include "answers.h"

static const game_field_t health[] = {
    GAME_MEMBER("status", GAME_STRING, NULL),
    GAME_MEMBER("timestamp", GAME_TIME, "Now, by this server."),
    GAME_LAST
};

GAME_ANSWER(game_kpi_health_answer, "Health", health);

static const game_field_t ready[] = {
    GAME_MEMBER("status", GAME_STRING, "The word ready."),
    GAME_LAST
};

GAME_ANSWER(game_kpi_ready_answer, "Ready", ready);

/* ---- figures ---- */

static const game_field_t day[] = {
    GAME_MEMBER("day", GAME_STRING, "Year, month and day, UTC."),
    GAME_MEMBER("totalRequests", GAME_INT, NULL),
    GAME_MEMBER("successRate", GAME_REAL, NULL),
    GAME_MEMBER("avgLatencyMS", GAME_REAL, NULL),
    GAME_MEMBER("errorRate", GAME_REAL, NULL),
    GAME_MEMBER("activeUsers", GAME_INT, NULL),
    GAME_MEMBER("retentionRate", GAME_REAL, NULL),
    GAME_MEMBER("avgInteractionsPerUser", GAME_REAL, NULL),
    GAME_LAST
};

static GAME_ANSWER(kpi_day, "KpiDay", day);

static const game_field_t days[] = {
    GAME_ITEMS("items", kpi_day, "The newest first."),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_kpi_metrics_answer, "KpiMetrics", days);

static const game_field_t period[] = {
    GAME_MEMBER("from", GAME_TIME, "When the hour or day began."),
    GAME_MEMBER("samples", GAME_INT, NULL),
    GAME_MEMBER("healthy", GAME_INT, "Samples that found all well."),
    GAME_MEMBER("availability", GAME_REAL, "In percent."),
    GAME_MAYBE("avgLatencyMS", GAME_REAL, NULL),
    GAME_LAST
};

static GAME_ANSWER(uptime_period, "UptimePeriod", period);

static const game_field_t uptime[] = {
    GAME_MEMBER("samples", GAME_INT, "Of all that was asked for."),
    GAME_MEMBER("healthy", GAME_INT, NULL),
    GAME_MEMBER("availability", GAME_REAL, "In percent."),
    GAME_ITEMS("items", uptime_period, "The newest first."),
    GAME_PART("search_options", game_page_answer, NULL),
    GAME_LAST
};

GAME_ANSWER(game_kpi_uptime_answer, "KpiUptime", uptime);

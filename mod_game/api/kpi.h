/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file kpi.h
 * Is the service there, and can it work? And how did it do: what the jobs
 * of these figures have left.
 */
#ifndef GAME_API_KPI_H
#define GAME_API_KPI_H

#include "request.h"
#include "schema.h"

/** Refusal of the figures. */
#define GAME_KPI_REFUSAL \
    "Service figures require an administrator."

extern const game_schema_t game_kpi_metrics_query;
extern const game_schema_t game_kpi_uptime_query;

/** GET /kpi/health_check: the module answers; looks at nothing else.
 *  @return NULL */
game_error_t *game_kpi_health(game_req_t *req);

/** GET /kpi/ready: the database answers, too.
 *  @return NULL, or 503 that names what kind of thing is wrong */
game_error_t *game_kpi_ready(game_req_t *req);

/** GET /kpi/metrics: figures by UTC day, the newest first (kpi_figures.c).
 *  @return NULL, or 422 */
game_error_t *game_kpi_metrics(game_req_t *req);

/** GET /kpi/uptime: samples of the uptime by hour or day; without from, of
 *  thirty days.
 *  @return NULL, or 422 */
game_error_t *game_kpi_uptime(game_req_t *req);

#endif

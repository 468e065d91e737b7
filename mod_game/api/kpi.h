/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file kpi.h
 * Is the service there, and can it work?
 */
#ifndef GAME_API_KPI_H
#define GAME_API_KPI_H

#include "request.h"

/** GET /kpi/health_check: the module answers; looks at nothing else.
 *  @return NULL */
game_error_t *game_kpi_health(game_req_t *req);

/** GET /kpi/ready: the database answers, too.
 *  @return NULL, or 503 that names what kind of thing is wrong */
game_error_t *game_kpi_ready(game_req_t *req);

#endif

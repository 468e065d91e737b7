/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file dashboard.h
 * Dashboards (http-api.md 14): figures by day, week or month, of the caller,
 * or of everybody for an administrator.
 */
#ifndef GAME_API_DASHBOARD_H
#define GAME_API_DASHBOARD_H

#include "../request.h"

extern const game_schema_t game_dashboard_query;

game_error_t *game_dashboard_summary(game_req_t *req);
game_error_t *game_dashboard_logs(game_req_t *req);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file strategies_custom.h
 * Endpoints 39 to 53: custom strategies. All of them see the caller's realm
 * and no other.
 */
#ifndef GAME_API_STRATEGIES_CUSTOM_H
#define GAME_API_STRATEGIES_CUSTOM_H

#include "../request.h"
#include "../schema.h"

/** Text of the 403 of the administrator's endpoints (47, 48, 51). */
#define GAME_CUSTOM_REFUSAL "Publishing or archiving a strategy requires " \
    "an authenticated administrator (role: AdministratorGAME)."

extern const game_schema_t game_custom_create_body;
extern const game_schema_t game_custom_import_body;
extern const game_schema_t game_custom_update_body;
extern const game_schema_t game_custom_try_body;
extern const game_schema_t game_custom_simulate_body;
extern const game_schema_t game_custom_list_query;
extern const game_schema_t game_custom_window_query;
extern const game_schema_t game_custom_compare_query;
/** Path parameters of a rollback. */
extern const game_schema_t game_custom_path;

/* strategies_custom.c: reading */

/** #40 GET /strategies/custom */
game_error_t *game_custom_list(game_req_t *req);
/** #45 GET /strategies/custom/{id} */
game_error_t *game_custom_get(game_req_t *req);
/** #49 GET /strategies/custom/{id}/versions */
game_error_t *game_custom_versions(game_req_t *req);
/** #50 GET /strategies/custom/{id}/usage */
game_error_t *game_custom_usage(game_req_t *req);

/* strategies_templates.c */

/** #41 GET /strategies/custom/templates */
game_error_t *game_custom_templates(game_req_t *req);

/* strategies_custom_write.c */

/** #39 POST /strategies/custom */
game_error_t *game_custom_create(game_req_t *req);
/** #42 POST /strategies/custom/import */
game_error_t *game_custom_import(game_req_t *req);
/** #46 PUT /strategies/custom/{id} */
game_error_t *game_custom_update(game_req_t *req);

/* strategies_custom_life.c */

/** #47 POST /strategies/custom/{id}/publish */
game_error_t *game_custom_publish(game_req_t *req);
/** #48 POST /strategies/custom/{id}/archive */
game_error_t *game_custom_archive(game_req_t *req);
/** #51 POST /strategies/custom/{id}/rollback/{version} */
game_error_t *game_custom_rollback(game_req_t *req);

/* strategies_custom_simulate.c */

/** #43 POST /strategies/custom/simulate */
game_error_t *game_custom_try(game_req_t *req);
/** #52 POST /strategies/custom/{id}/simulate */
game_error_t *game_custom_simulate(game_req_t *req);

/* strategies_custom_metrics.c */

/** #53 GET /strategies/custom/{id}/metrics */
game_error_t *game_custom_metrics(game_req_t *req);
/** #44 GET /strategies/custom/compare */
game_error_t *game_custom_compare(game_req_t *req);

#endif

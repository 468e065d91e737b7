/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file exports.h
 * Exports (http-api.md 15): files of all users, awards, actions and
 * movements for administrators, and the record that is kept of them.
 */
#ifndef GAME_API_EXPORTS_H
#define GAME_API_EXPORTS_H

#include "../request.h"

#define GAME_EXPORTS_REFUSAL \
    "Data exports require an authenticated administrator. Sign in with a " \
    "Keycloak account holding the AdministratorGAME role."

extern const game_schema_t game_exports_query;
extern const game_schema_t game_exports_named_query;
extern const game_schema_t game_exports_history_query;

game_error_t *game_exports_history(game_req_t *req);
game_error_t *game_exports_users(game_req_t *req);
game_error_t *game_exports_points(game_req_t *req);
game_error_t *game_exports_interactions(game_req_t *req);
game_error_t *game_exports_movements(game_req_t *req);

#endif

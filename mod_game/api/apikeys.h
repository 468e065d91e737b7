/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file apikeys.h
 * Making, listing and revoking API keys (http-api.md 5).
 */
#ifndef GAME_API_APIKEYS_H
#define GAME_API_APIKEYS_H

#include "../request.h"

/** Body of POST /apikey/create. */
extern const game_schema_t game_apikeys_create_body;
/** Query of GET /apikey. */
extern const game_schema_t game_apikeys_list_query;

/** POST /apikey/create: the one answer that shows a key's secret. */
game_error_t *game_apikeys_create(game_req_t *req);
/** GET /apikey: a bare list, the newest first. */
game_error_t *game_apikeys_list(game_req_t *req);
/** DELETE /apikey/{prefix}: again and again with the same answer, or 404. */
game_error_t *game_apikeys_revoke(game_req_t *req);

#endif

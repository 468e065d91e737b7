/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file wallet.h
 * Wallets: what a user has, what points are worth, points into coins.
 */
#ifndef GAME_API_WALLET_H
#define GAME_API_WALLET_H

#include "request.h"

/** Query of the preview. */
extern const game_schema_t game_wallet_preview_query;
/** Body of the conversion. */
extern const game_schema_t game_wallet_convert_body;

/** GET /users/{externalUserId}/wallet: balances and movements, oldest first;
 *  of more than 1000 movements the newest 1000. A user without a wallet has
 *  zeros and the configured rate.
 *  @return NULL; 404, 403 of the user */
game_error_t *game_wallet_get(game_req_t *req);

/** GET /users/{externalUserId}/convert/preview: what points are worth; a
 *  shortage is no error.
 *  @return NULL; 404, 403 of the user */
game_error_t *game_wallet_preview(game_req_t *req);

/** POST /users/{externalUserId}/convert: points into coins, once for each
 *  Idempotency-Key.
 *  @return NULL; 404, 403 of the user; 409 for too few points; 422 for a bad
 *          key or one of another request */
game_error_t *game_wallet_convert(game_req_t *req);

#endif

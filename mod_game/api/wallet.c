/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Wallets of users. Balances and coins are computed in the database, in
 * numeric; here they only become JSON numbers.
 */

#include "wallet.h"

#include <string.h>

#include "access.h"
#include "actions.h"
#include "db.h"
#include "response.h"

/* Movements in one answer; the wire has no pages for them. */
#define MOVEMENTS_MAX 1000
/* Most points in a preview. */
#define PREVIEW_MAX 2147483647

static const game_field_t preview_fields[] = {
    { .name = "points", .type = GAME_INT,
      .flags = GAME_REQUIRED | GAME_BOUNDED, .min = 1, .max = PREVIEW_MAX,
      .about = "Points to be converted." },
    { .name = NULL }
};

const game_schema_t game_wallet_preview_query = {
    .name = "PointsConversionPreview", .fields = preview_fields
};

static const game_field_t convert_fields[] = {
    { .name = "points", .type = GAME_INT,
      .flags = GAME_REQUIRED | GAME_BOUNDED, .min = 1, .max = APR_INT64_MAX,
      .about = "Points to convert into coins." },
    { .name = NULL }
};

const game_schema_t game_wallet_convert_body = {
    .name = "PostPointsConversionRequest", .fields = convert_fields
};

static void write_balances(game_jw_t *jw, double coins, double points,
                           double rate)
{
    game_jw_object(jw, "wallet");
    game_jw_real(jw, "coinsBalance", coins);
    game_jw_real(jw, "pointsBalance", points);
    game_jw_real(jw, "conversionRate", rate);
    game_jw_end(jw);
}

/* One row of wallet_get as a movement. */
static void write_movement(game_jw_t *jw, const game_rows_t *rows, int row)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "transactionType", game_cell(rows, row, 3));
    game_jw_int(jw, "points", game_cell_int(rows, row, 4));
    game_jw_real(jw, "coins", game_cell_real(rows, row, 5));
    game_jw_raw(jw, "data", game_cell(rows, row, 6));
    game_jw_string(jw, "id", game_cell(rows, row, 7));
    game_jw_string(jw, "created_at", game_cell(rows, row, 8));
    game_jw_end(jw);
}

game_error_t *game_wallet_get(game_req_t *req)
{
    game_jw_t *jw = game_jw_make(req->pool);
    const game_rows_t *rows;
    game_user_t user;
    game_error_t *err;
    int i;

    err = game_access_user(req, game_request_path(req, "externalUserId"),
                           &user);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_WALLET_GET, &rows, user.id.bucket,
                          user.id.id,
                          game_bind_int(req->pool, MOVEMENTS_MAX));
    }
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "userId", user.id.id);
    if (rows->count) {
        write_balances(jw, game_cell_real(rows, 0, 1),
                       game_cell_real(rows, 0, 0),
                       game_cell_real(rows, 0, 2));
    }
    else {
        write_balances(jw, 0, 0, game_conf_conversion_rate(req->server));
    }
    game_jw_array(jw, "walletTransactions");
    for (i = 0; i < rows->count; i++) {
        if (game_cell(rows, i, 3)) {
            write_movement(jw, rows, i);
        }
    }
    game_jw_end(jw);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* The members that a preview and a conversion share. */
static void write_exchange(game_jw_t *jw, apr_int64_t points, double rate,
                           const char *at, double coins, int enough)
{
    game_jw_int(jw, "points", points);
    game_jw_real(jw, "conversionRate", rate);
    game_jw_string(jw, "conversionRateDate", at);
    game_jw_real(jw, "convertedAmount", coins);
    game_jw_string(jw, "convertedCurrency", "coins");
    game_jw_bool(jw, "haveEnoughPoints", enough);
}

game_error_t *game_wallet_preview(game_req_t *req)
{
    apr_int64_t points = game_json_int(game_json_member(req->query,
                                                        "points"));
    game_jw_t *jw = game_jw_make(req->pool);
    const game_rows_t *rows;
    game_user_t user;
    game_error_t *err;

    err = game_access_user(req, game_request_path(req, "externalUserId"),
                           &user);
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_WALLET_PREVIEW, &rows,
                          user.id.bucket, user.id.id,
                          game_bind_int(req->pool, points),
                          game_bind_int(req->pool,
                              game_conf_conversion_rate(req->server)));
    }
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    write_exchange(jw, points, game_cell_real(rows, 0, 0),
                   game_cell(rows, 0, 1), game_cell_real(rows, 0, 2),
                   game_cell_true(rows, 0, 3));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

game_error_t *game_wallet_convert(game_req_t *req)
{
    apr_int64_t points = game_json_int(game_json_member(req->body,
                                                        "points"));
    game_jw_t *jw = game_jw_make(req->pool);
    const game_rows_t *rows;
    const char *key;
    game_user_t user;
    game_error_t *err;

    err = game_access_user(req, game_request_path(req, "externalUserId"),
                           &user);
    if (!err) {
        err = game_request_idempotency(req, &key);
    }
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_WALLET_CONVERT, &rows,
                          user.id.bucket, user.id.id,
                          game_bind_int(req->pool, points), key,
                          key ? game_request_digest(req) : NULL,
                          req->who->prefix, req->who->subject);
    }
    if (!err) {
        err = game_actions_outcome(req, game_cell(rows, 0, 0));
    }
    if (err) {
        return err;
    }
    game_jw_object(jw, NULL);
    game_jw_string(jw, "transactionId", game_cell(rows, 0, 1));
    write_exchange(jw, points, game_cell_real(rows, 0, 2),
                   game_cell(rows, 0, 4), game_cell_real(rows, 0, 3), 1);
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Making errors, and the one place that writes them.
 */

#include "error.h"

#include <stdarg.h>
#include <string.h>

#include <httpd.h>
#include <http_log.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include "log.h"
#include "request.h"
#include "response.h"

#define RETRY_SECONDS 1

APLOG_USE_MODULE(game);

static game_error_t *make(apr_pool_t *pool, int status)
{
    game_error_t *err = apr_pcalloc(pool, sizeof(*err));

    err->status = status;
    return err;
}

game_error_t *game_error_make(apr_pool_t *pool, int status, const char *fmt,
                              ...)
{
    game_error_t *err = make(pool, status);
    va_list args;

    va_start(args, fmt);
    err->detail = apr_pvsprintf(pool, fmt, args);
    va_end(args);
    return err;
}

game_error_t *game_error_json(apr_pool_t *pool, int status,
                              const char *json)
{
    game_error_t *err = make(pool, status);

    err->detail_json = json;
    return err;
}

game_error_t *game_error_unavailable(apr_pool_t *pool, const char *why)
{
    game_error_t *err = make(pool, HTTP_SERVICE_UNAVAILABLE);

    err->detail = "The database is not available. Please try again.";
    err->log = why;
    err->retry_after = RETRY_SECONDS;
    return err;
}

game_error_t *game_error_internal(apr_pool_t *pool, const char *fmt, ...)
{
    game_error_t *err = make(pool, HTTP_INTERNAL_SERVER_ERROR);
    va_list args;

    va_start(args, fmt);
    err->log = apr_pvsprintf(pool, fmt, args);
    va_end(args);
    err->detail = "Internal server error";
    return err;
}

game_error_t *game_error_item(apr_pool_t *pool, const char *type,
                              const char *place, const char *name,
                              const char *msg, const char *input)
{
    game_jw_t *loc = game_jw_make(pool);
    game_check_t *check = game_check_make(pool);

    game_jw_array(loc, NULL);
    game_jw_string(loc, NULL, place);
    game_jw_string(loc, NULL, name);
    game_jw_end(loc);
    game_check_add(check, type, game_jw_text(loc, NULL), msg, input, NULL);
    return game_check_error(check);
}

/* Operators hear of what they can mend; a client's mistake is debug. A lost
 * database is said by db*.c, once a minute at most. */
static void log_error(game_req_t *req, const game_error_t *err)
{
    int schema = err->sqlstate && (!strncmp(err->sqlstate, "42", 2)
                                   || !strncmp(err->sqlstate, "3F", 2));

    if (err->status == HTTP_INTERNAL_SERVER_ERROR || schema) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, req->r,
                      GAME_LOGNO(0001) "request failed: %s%s%s",
                      err->log ? err->log : "unknown",
                      err->sqlstate ? ", SQLSTATE " : "",
                      err->sqlstate ? err->sqlstate : "");
    }
    else if (APLOGrdebug(req->r)) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, req->r,
                      GAME_LOGNO(0002) "answered %d: %s", err->status,
                      err->log ? err->log
                      : err->detail ? err->detail : "see detail");
    }
}

int game_error_send(game_req_t *req, const game_error_t *err)
{
    apr_table_t *headers = req->r->err_headers_out;
    game_jw_t *jw = game_jw_make(req->pool);
    const char *body;
    apr_size_t len;

    log_error(req, err);
    game_jw_object(jw, NULL);
    if (err->detail_json) {
        game_jw_raw(jw, "detail", err->detail_json);
    }
    else {
        game_jw_string(jw, "detail", err->detail);
    }
    game_jw_end(jw);
    body = game_jw_text(jw, &len);
    if (err->header[0]) {
        apr_table_setn(headers, err->header[0], err->header[1]);
    }
    if (err->header[2]) {
        apr_table_setn(headers, err->header[2], err->header[3]);
    }
    if (err->retry_after) {
        apr_table_setn(headers, "Retry-After",
                       apr_itoa(req->pool, err->retry_after));
    }
    return game_response_bytes(req, err->status, "application/json", body,
                               len);
}

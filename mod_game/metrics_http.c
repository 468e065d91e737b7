/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Counts requests when they are logged: status, bytes and time are final
 * then. What names no route of the table is not counted.
 */

#include "metrics_int.h"

#include <http_config.h>
#include <http_protocol.h>

#include "handler.h"

static int method_of(const request_rec *r)
{
    return game_label_find(game_metrics_table[GAME_M_REQUESTS].labels[1],
                           r->method);
}

static void count_refusal(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { HTTP_BAD_REQUEST, "bad_request" }, { HTTP_UNAUTHORIZED, "auth" },
        { HTTP_FORBIDDEN, "forbidden" }, { HTTP_NOT_FOUND, "not_found" },
        { HTTP_METHOD_NOT_ALLOWED, "method" }, { HTTP_CONFLICT, "conflict" },
        { HTTP_GONE, "gone" }, { HTTP_PRECONDITION_FAILED, "precondition" },
        { HTTP_REQUEST_ENTITY_TOO_LARGE, "too_large" },
        { HTTP_UNPROCESSABLE_ENTITY, "validation" },
        { HTTP_TOO_MANY_REQUESTS, "limited" },
        { HTTP_INTERNAL_SERVER_ERROR, "internal" },
        { HTTP_SERVICE_UNAVAILABLE, "unavailable" }, { 0, "other" }
    };
    int i;

    for (i = 0; reasons[i].status && reasons[i].status != status; i++)
        ;
    game_metrics_add(GAME_M_REFUSALS,
        game_label_find(game_metrics_table[GAME_M_REFUSALS].labels[0],
                        reasons[i].reason), 0, 0, 0, 1);
}

static int log_transaction(request_rec *r)
{
    const request_rec *last = r;
    const game_route_t *route;
    game_req_t *req;
    apr_time_t took;
    int handler, method, status;

    if (game_config_dir(r)->engine != 1 || !game_metrics_there()) {
        return DECLINED;
    }
    req = game_request_of(r);
    game_handler_match(req);
    route = req->route ? req->route : req->sibling;
    if (!route) {
        return DECLINED;
    }
    while (last->next) {
        last = last->next;
    }
    took = apr_time_now() - r->request_time;
    took = took > 0 ? took : 0;
    handler = game_metrics_handler_of(route);
    method = method_of(r);
    status = last->status / 100;
    status = status >= 1 && status <= 5 ? status - 1 : 4;
    game_metrics_add(GAME_M_REQUESTS, handler, method, status, 0, 1);
    game_metrics_observe(GAME_M_REQUEST_SIZE, handler, 0, 0,
                         (apr_uint64_t)r->read_length);
    game_metrics_observe(GAME_M_RESPONSE_SIZE, handler, 0, 0,
                         (apr_uint64_t)(last->bytes_sent > 0
                                        ? last->bytes_sent : 0));
    game_metrics_observe(GAME_M_HIGHR, 0, 0, 0, (apr_uint64_t)took);
    game_metrics_observe(GAME_M_DURATION, handler, method, 0,
                         (apr_uint64_t)took);
    if (last->status >= 400) {
        count_refusal(last->status);
    }
    return OK;
}

void game_metrics_http_register(void)
{
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE);
}

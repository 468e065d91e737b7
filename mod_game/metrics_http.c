/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Counts requests when they are logged: status, bytes and time are final
 * then. What names no route of the table is not counted.
 */

#include "metrics_int.h"

#include <http_config.h>
#include <http_protocol.h>

#include "handler.h"

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

void game_metrics_request(const game_metrics_request_t *done)
{
    int handler = game_metrics_handler_of(done->route);
    int method = game_label_find(
        game_metrics_table[GAME_M_REQUESTS].labels[1], done->method);
    int status = done->status / 100;
    apr_uint64_t took = done->took > 0 ? (apr_uint64_t)done->took : 0;

    status = status >= 1 && status <= 5 ? status - 1 : 4;
    game_metrics_add(GAME_M_REQUESTS, handler, method, status, 0, 1);
    game_metrics_observe(GAME_M_REQUEST_SIZE, handler, 0, 0,
                         done->in > 0 ? (apr_uint64_t)done->in : 0);
    game_metrics_observe(GAME_M_RESPONSE_SIZE, handler, 0, 0,
                         done->out > 0 ? (apr_uint64_t)done->out : 0);
    game_metrics_observe(GAME_M_HIGHR, 0, 0, 0, took);
    game_metrics_observe(GAME_M_DURATION, handler, method, 0, took);
    if (done->status >= 400) {
        count_refusal(done->status);
    }
}

/* The request that was for the API: the first one, or where httpd sent it
 * on to, as mod_rewrite does in a directory. */
static request_rec *ours(request_rec *first, request_rec *last)
{
    return game_config_dir(first)->engine == 1 ? first
         : game_config_dir(last)->engine == 1 ? last : NULL;
}

static int log_transaction(request_rec *first)
{
    request_rec *last = first, *r;
    game_metrics_request_t done;
    game_req_t *req;

    while (last->next) {
        last = last->next;
    }
    r = ours(first, last);
    if (!r || !game_metrics_there()
        || !game_conf_metrics(game_config_dir(r))) {
        return DECLINED;
    }
    req = game_request_of(r);
    game_handler_match(req);
    done.route = req->route ? req->route : req->sibling;
    if (!done.route) {
        return DECLINED;
    }
    done.method = r->method;
    done.status = last->status;
    done.in = r->read_length;
    done.out = last->bytes_sent;
    done.took = apr_time_now() - first->request_time;
    game_metrics_request(&done);
    return OK;
}

void game_metrics_http_register(void)
{
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE);
}

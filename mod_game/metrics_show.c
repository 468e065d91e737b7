/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The handler "game-metrics", and the rule that a section which sets it
 * says who may read the numbers.
 */

#include "metrics_int.h"

#include <string.h>

#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include <apr_strings.h>

#include "log.h"
#include "version.h"

#define HANDLER "game-metrics"

APLOG_USE_MODULE(game);

/* ---- families ---- */

static int counted(const apr_uint64_t *cells, int count)
{
    int i;

    for (i = 0; i < count && !cells[i]; i++)
        ;
    return i < count;
}

static void show_series(game_text_t *text, const game_metric_t *metric,
                        const char *labels, const apr_uint64_t *cells)
{
    const char *name = metric->name;

    switch (metric->kind) {
    case GAME_TEXT_HISTOGRAM:
        game_text_histogram(text, name, labels, metric->edges,
                            metric->edge_count, cells,
                            cells[metric->edge_count + 1]);
        break;
    case GAME_TEXT_SUMMARY:
        game_text_sample(text, name, "_count", labels, cells[0]);
        (metric->micro ? game_text_micro : game_text_sample)
            (text, name, "_sum", labels, cells[1]);
        break;
    default:
        game_text_sample(text, name, "", labels, cells[0]);
    }
}

/* Requests of a handler. */
static apr_uint64_t requests_of(int handler)
{
    const game_metric_t *metric = &game_metrics_table[GAME_M_REQUESTS];
    apr_uint64_t sum = 0;
    int method, status;

    for (method = 0; method < game_metric_width(metric, 1); method++) {
        for (status = 0; status < game_metric_width(metric, 2); status++) {
            sum += game_metrics_sum(GAME_M_REQUESTS, handler, method, status,
                                    0);
        }
    }
    return sum;
}

/* One series, unless a name of its labels is not learnt yet or it counted
 * nothing and says so nowhere. @param labels a buffer that all of them use */
static void show_one(game_text_t *text, game_text_t *labels,
                     game_metric_e id, const int *at)
{
    const game_metric_t *metric = &game_metrics_table[id];
    int count = game_metric_cells(metric), i;
    apr_uint64_t cells[64];

    for (i = 0; i < count; i++) {
        cells[i] = game_metrics_sum(id, at[0], at[1], at[2], i);
    }
    if (metric->per_request) {
        cells[0] = requests_of(at[0]);
    }
    if (metric->sparse && !counted(cells, count)) {
        return;
    }
    labels->len = 0;
    for (i = 0; i < GAME_METRIC_LABELS && metric->labels[i]; i++) {
        const char *value = game_label_value(metric->labels[i], at[i]);

        if (!value) {
            return;
        }
        game_text_label(labels, metric->labels[i]->name, value);
    }
    show_series(text, metric, labels->len ? labels->bytes : "", cells);
}

static void show_family(game_text_t *text, game_text_t *labels,
                        game_metric_e id)
{
    const game_metric_t *metric = &game_metrics_table[id];
    int at[GAME_METRIC_LABELS];

    game_text_family(text, metric->name, metric->kind, metric->help);
    for (at[0] = 0; at[0] < game_metric_width(metric, 0); at[0]++) {
        for (at[1] = 0; at[1] < game_metric_width(metric, 1); at[1]++) {
            for (at[2] = 0; at[2] < game_metric_width(metric, 2); at[2]++) {
                show_one(text, labels, id, at);
            }
        }
    }
}

static void show_gauges(game_text_t *text)
{
    static const struct {
        const char *name, *help;
        game_metrics_gauge_e gauge;
    } gauges[] = {
        { "game_db_pool_size", "Connections that the pools of all "
          "children may have.", GAME_METRICS_POOL_SIZE },
        { "game_db_pool_open", "Connections that are open.",
          GAME_METRICS_POOL_OPEN },
        { "game_db_pool_in_use", "Connections that are in use.",
          GAME_METRICS_POOL_IN_USE },
        { "game_db_pool_waiting", "Threads that wait for a connection.",
          GAME_METRICS_POOL_WAITING }
    };
    int i;

    for (i = 0; i < GAME_METRICS_GAUGES; i++) {
        apr_int64_t sum = game_metrics_gauge_sum(gauges[i].gauge);

        game_text_family(text, gauges[i].name, GAME_TEXT_GAUGE,
                         gauges[i].help);
        game_text_sample(text, gauges[i].name, "", "",
                         sum > 0 ? (apr_uint64_t)sum : 0);
    }
}

static void show_all(game_text_t *text)
{
    game_text_t labels;
    int i;

    game_text_begin(&labels, text->pool);
    for (i = 0; i < GAME_M_COUNT; i++) {
        show_family(text, &labels, i);
    }
    show_gauges(text);
    labels.len = 0;
    game_text_label(&labels, "version", GAME_VERSION);
    game_text_family(text, "game_build_info", GAME_TEXT_GAUGE,
                     "Versions, with the value 1.");
    game_text_sample(text, "game_build_info", "", labels.bytes, 1);
}

/* ---- the handler ---- */

static int handler(request_rec *r)
{
    game_text_t text;

    if (!r->handler || strcmp(r->handler, HANDLER)) {
        return DECLINED;
    }
    ap_allow_standard_methods(r, REPLACE_ALLOW, M_GET, -1);
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    if (!game_metrics_there()) {
        return HTTP_SERVICE_UNAVAILABLE;
    }
    game_text_begin(&text, r->pool);
    show_all(&text);
    ap_set_content_type(r, "text/plain; version=1.0.0; charset=utf-8");
    ap_set_content_length(r, (apr_off_t)text.len);
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    if (!r->header_only) {
        ap_rwrite(text.bytes, (int)text.len, r);
    }
    return OK;
}

/* ---- who may read it ---- */

/* A section that says itself who may enter. */
static int has_require(const ap_directive_t *section)
{
    const ap_directive_t *node;

    for (node = section->first_child; node; node = node->next) {
        if (!strncasecmp(node->directive, "Require", strlen("Require"))
            || !strncasecmp(node->directive, "<Require",
                            strlen("<Require"))) {
            return 1;
        }
    }
    return 0;
}

/* Of its own section, or of one around it; what a server or virtual host
 * has for all its pages does not count. */
static int is_guarded(const ap_directive_t *node)
{
    for (node = node->parent; node; node = node->parent) {
        if (strcasecmp(node->directive, "<VirtualHost")
            && has_require(node)) {
            return 1;
        }
    }
    return 0;
}

static const ap_directive_t *find_open(const ap_directive_t *node,
                                       apr_pool_t *ptemp)
{
    const ap_directive_t *found = NULL;

    for (; node && !found; node = node->next) {
        const char *args = node->args;

        if (!strcasecmp(node->directive, "SetHandler")
            && !strcmp(ap_getword_conf(ptemp, &args), HANDLER)
            && !is_guarded(node)) {
            found = node;
        }
        else if (node->first_child) {
            found = find_open(node->first_child, ptemp);
        }
    }
    return found;
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog,
                        apr_pool_t *ptemp, server_rec *s)
{
    const ap_directive_t *open = find_open(ap_conftree, ptemp);

    (void)pconf;
    (void)plog;
    if (!open) {
        return OK;
    }
    ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s, GAME_LOGNO(0530)
                 "SetHandler " HANDLER " on line %d of %s: the section must "
                 "say who may read the numbers, as by Require local or "
                 "Require ip 10.0.0.0/8", open->line_num, open->filename);
    return HTTP_INTERNAL_SERVER_ERROR;
}

void game_metrics_show_register(void)
{
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
}

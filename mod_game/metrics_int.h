/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file metrics_int.h
 * What the metrics*.c share: the table of families, the cells behind them.
 *
 * A family has one series for each combination of its labels' values, and a
 * series has so many cells: a counter one, a summary two (count, sum), a
 * histogram one a bucket and its sum. Cells are whole numbers.
 */
#ifndef GAME_METRICS_INT_H
#define GAME_METRICS_INT_H

#include "metrics.h"
#include "metrics_text.h"

/** Families with cells; the order is that of game_metrics_table. */
typedef enum {
    GAME_M_REQUESTS,
    GAME_M_REQUEST_SIZE,
    GAME_M_RESPONSE_SIZE,
    GAME_M_HIGHR,
    GAME_M_DURATION,
    GAME_M_REFUSALS,
    GAME_M_AWARDS,
    GAME_M_POINTS,
    GAME_M_POINTS_NEGATIVE,
    GAME_M_REPLAYS,
    GAME_M_DSL_DURATION,
    GAME_M_DSL_NODES,
    GAME_M_DSL_ERRORS,
    GAME_M_DSL_DROPPED,
    GAME_M_DB_QUERY,
    GAME_M_DB_ERRORS,
    GAME_M_DB_WAIT,
    GAME_M_DB_REFUSED,
    GAME_M_DB_CONNECTS,
    GAME_M_DB_RECONNECTS,
    GAME_M_CACHE_HITS,
    GAME_M_CACHE_MISSES,
    GAME_M_LIMITED,
    GAME_M_LIMIT_FAULTS,
    GAME_M_JOB_SECONDS,
    GAME_M_JOB_FAILURES,
    GAME_M_JOB_SUCCESS,
    GAME_M_QUEUE_WRITTEN,
    GAME_M_QUEUE_DROPPED,
    GAME_M_EXPORTS,
    GAME_M_EXPORT_ROWS,
    GAME_M_CAMPAIGN_STEPS,
    GAME_M_CAMPAIGN_SECONDS,
    GAME_M_CAMPAIGN_RUNS,
    GAME_M_CAMPAIGN_RECOVERED,
    GAME_M_CAMPAIGN_RESTARTS,
    GAME_M_COUNT
} game_metric_e;

/** Names that are learnt at run time, a list each; the last place of a list
 *  is for all that come too late. */
typedef enum {
    GAME_NAMES_JOBS, GAME_NAMES_DATASETS, GAME_NAMES
} game_metric_names_e;

#define GAME_NAMES_MAX 32
#define GAME_NAME_SIZE 48       /* with its end */

/** A label: its values are listed, asked for by number, or learnt. */
typedef struct game_label_t {
    const char *name;
    int count;
    const char *const *values;  /**< listed */
    const char *(*value)(int);  /**< or asked for */
    game_metric_names_e names;  /**< or learnt, when both are NULL */
} game_label_t;

#define GAME_METRIC_LABELS 3

/** A family. */
typedef struct game_metric_t {
    const char *name;
    game_text_kind_e kind;
    const char *help;
    const game_label_t *labels[GAME_METRIC_LABELS];
    const double *edges;        /**< of a histogram */
    int edge_count;             /**< without +Inf */
    int micro;                  /**< sums are in millionths */
    int sparse;                 /**< series that counted nothing are not
                                     shown */
    int per_request;            /**< a summary by handler whose count is that
                                     of requests: only its sum is kept */
} game_metric_t;

extern const game_metric_t game_metrics_table[GAME_M_COUNT];

/** The routes' labels; made before the table is used. */
const char *game_metrics_table_post_config(apr_pool_t *pconf);

/** @return the label's number of a route's template */
int game_metrics_handler_of(const struct game_route_t *route);

/** @return a listed value's number; the last one's when it is not listed */
int game_label_find(const game_label_t *label, const char *value);

/** @return the value's text; NULL for a name that is not there yet */
const char *game_label_value(const game_label_t *label, int number);

/** @return a learnt name's number, in a label of learnt names */
int game_label_learn(const game_label_t *label, const char *name);

/** @return the number of values of a family's label; 1 without the label */
int game_metric_width(const game_metric_t *metric, int label);

/** @return the cells of one series */
int game_metric_cells(const game_metric_t *metric);

/** Whether there is memory to count in. */
int game_metrics_there(void);

/** Add to a cell of the series that the labels' numbers name. */
void game_metrics_add(game_metric_e metric, int a, int b, int c, int cell,
                      apr_uint64_t by);

/** Add an observation to a summary or histogram.
 *  @param value in the unit of its sum */
void game_metrics_observe(game_metric_e metric, int a, int b, int c,
                          apr_uint64_t value);

/** Set a gauge's cell, which is never added to. */
void game_metrics_set(game_metric_e metric, int a, apr_uint64_t value);

/** A request that is over. */
typedef struct game_metrics_request_t {
    const struct game_route_t *route;
    const char *method;
    int status;
    apr_off_t in, out;          /**< bytes of the bodies */
    apr_interval_time_t took;
} game_metrics_request_t;

/** Count a request (metrics_http.c). */
void game_metrics_request(const game_metrics_request_t *done);

/** @return what all children have counted in a cell */
apr_uint64_t game_metrics_sum(game_metric_e metric, int a, int b, int c,
                              int cell);

/** @return the sum of one cell over all series of a family */
apr_uint64_t game_metrics_total(game_metric_e metric, int cell);

/** @return the sum of what the living children have at the moment */
apr_int64_t game_metrics_gauge_sum(game_metrics_gauge_e gauge);

/** Hooks of counting requests (metrics_http.c), the handler
 *  (metrics_show.c), and the lines of mod_status (metrics_status.c). */
void game_metrics_http_register(void);
void game_metrics_show_register(void);
void game_metrics_status_register(void);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file metrics_text.h
 * Writes the text format of Prometheus. Knows APR's pools and nothing of
 * what is counted.
 */
#ifndef GAME_METRICS_TEXT_H
#define GAME_METRICS_TEXT_H

#include <apr_pools.h>

/** A text that grows. */
typedef struct game_text_t {
    apr_pool_t *pool;
    char *bytes;
    apr_size_t len, size;
} game_text_t;

typedef enum {
    GAME_TEXT_COUNTER, GAME_TEXT_GAUGE, GAME_TEXT_SUMMARY,
    GAME_TEXT_HISTOGRAM
} game_text_kind_e;

/** Begin a text in a pool. */
void game_text_begin(game_text_t *text, apr_pool_t *pool);

/** Append a text as it is. */
void game_text_add(game_text_t *text, const char *bytes);

/** Append the head of a family. */
void game_text_family(game_text_t *text, const char *name,
                      game_text_kind_e kind, const char *help);

/**
 * Append one name="value" to a list of labels, with a comma before it when
 * the list has begun; the value is escaped.
 */
void game_text_label(game_text_t *labels, const char *name,
                     const char *value);

/** Append a sample: a whole number. @param suffix as "_count", or ""
 *  @param labels without braces; "": none */
void game_text_sample(game_text_t *text, const char *name,
                      const char *suffix, const char *labels,
                      apr_uint64_t value);

/** Append a sample that is counted in millionths. */
void game_text_micro(game_text_t *text, const char *name,
                     const char *suffix, const char *labels,
                     apr_uint64_t micro);

/**
 * Append a histogram's series.
 * @param counts count + 1 counts, not added up yet; the last one is +Inf
 * @param micro  of its sum
 */
void game_text_histogram(game_text_t *text, const char *name,
                         const char *labels, const double *edges, int count,
                         const apr_uint64_t *counts, apr_uint64_t micro);

/** @return the bucket of a number of millionths */
int game_text_bucket(const double *edges, int count, apr_uint64_t micro);

#endif

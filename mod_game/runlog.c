/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What of a run is kept: its counts, and whether a row. When it is written
 * is the queue's business.
 */

#include "runlog.h"

#include <string.h>

#include <apr_atomic.h>
#include <apr_general.h>
#include <apr_hash.h>
#include <apr_strings.h>

#include "json.h"
#include "metrics.h"
#include "observe.h"

#define KEYS_MAX 4096           /* counts by second and case */

typedef struct count_t {
    const char *strategy_id, *status, *code, *case_name;
    apr_int64_t second;
    apr_int64_t n;
    double points;
} count_t;

struct game_runlog_t {
    game_runlog_conf_t conf;
    game_runlog_write_fn write;
    void *baton;
    game_queue_t *queue;        /* locked inside */
    apr_uint64_t random;        /* by atomics only */
};

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* Codes and statuses are ours and few; cases come from programs and can be
 * many: what is too many is counted under the batch's first second, without
 * its case. */
static void count(game_batch_t *batch, const game_run_t *run,
                  apr_pool_t *pool)
{
    apr_hash_t *counts = batch->counts ? batch->counts
                                       : apr_hash_make(batch->pool);
    int crowded = apr_hash_count(counts) >= KEYS_MAX;
    apr_int64_t second = apr_time_sec(crowded ? batch->at : run->at);
    const char *name = crowded ? "" : or_empty(run->case_name), *key;
    count_t *found;

    batch->counts = counts;
    key = apr_psprintf(pool, "%s %" APR_INT64_T_FMT " %s %s %s",
                       run->strategy_id, second, run->status,
                       or_empty(run->code), name);
    found = apr_hash_get(counts, key, APR_HASH_KEY_STRING);
    if (!found) {
        found = apr_pcalloc(batch->pool, sizeof(*found));
        found->strategy_id = apr_pstrdup(batch->pool, run->strategy_id);
        found->status = apr_pstrdup(batch->pool, run->status);
        found->code = apr_pstrdup(batch->pool, or_empty(run->code));
        found->case_name = apr_pstrdup(batch->pool, name);
        found->second = second;
        apr_hash_set(counts, apr_pstrdup(batch->pool, key),
                     APR_HASH_KEY_STRING, found);
    }
    found->n++;
    found->points += run->scored ? run->points : 0;
}

/* ---- rows ---- */

static void write_trace(game_jw_t *jw, const game_run_t *run, int limit)
{
    int kept = game_observe_cut(run->entries, limit);

    game_jw_raw(jw, "trace", run->trace ? run->trace(run->baton) : NULL);
    game_jw_string(jw, "notes", kept == run->entries ? NULL
        : apr_psprintf(game_jw_pool(jw), "trace truncated: %d -> %d entries",
                       run->entries, kept));
}

static const char *row_text(const game_run_t *run,
                            const game_runlog_conf_t *conf, apr_pool_t *pool)
{
    game_jw_t *jw = game_jw_make(pool);

    game_jw_object(jw, NULL);
    game_jw_int(jw, "at", run->at);
    game_jw_string(jw, "strategy", run->strategy_id);
    game_jw_int(jw, "version", run->version);
    game_jw_string(jw, "type", run->type);
    game_jw_string(jw, "realm", run->realm);
    game_jw_string(jw, "game", run->game);
    game_jw_string(jw, "task", run->task);
    game_jw_string(jw, "user", run->user);
    game_jw_string(jw, "status", run->status);
    game_jw_string(jw, "code", run->code);
    if (run->scored) {
        game_jw_real(jw, "points", run->points);
    }
    game_jw_string(jw, "case_name", run->case_name);
    game_jw_real(jw, "ms", run->duration_ms);
    game_jw_int(jw, "nodes", run->nodes);
    write_trace(jw, run, conf->trace_entries);
    game_jw_bool(jw, "sampled", !strcmp(run->status, "ok"));
    game_jw_real(jw, "rate", strcmp(run->status, "ok") ? 1 : conf->rate);
    game_jw_string(jw, "parent", run->parent);
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

static const char *counts_text(apr_hash_t *counts, apr_pool_t *pool)
{
    game_jw_t *jw = game_jw_make(pool);
    apr_hash_index_t *at;

    game_jw_array(jw, NULL);
    for (at = apr_hash_first(pool, counts); at;
         at = apr_hash_next(at)) {
        const count_t *found = apr_hash_this_val(at);

        game_jw_object(jw, NULL);
        game_jw_string(jw, "strategy", found->strategy_id);
        game_jw_int(jw, "at", found->second);
        game_jw_string(jw, "status", found->status);
        game_jw_string(jw, "code", found->code);
        game_jw_string(jw, "case_name", found->case_name);
        game_jw_int(jw, "n", found->n);
        game_jw_real(jw, "points", found->points);
        game_jw_end(jw);
    }
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

/* ---- writing ---- */

static game_batch_end_e write_batch(void *data, const game_batch_t *batch,
                                    apr_pool_t *pool)
{
    const game_runlog_t *log = data;
    apr_array_header_t *texts = apr_array_make(pool, batch->rows->nelts + 1,
                                               sizeof(const char *));
    const char *values[2];
    int i;

    for (i = 0; i < batch->rows->nelts; i++) {
        APR_ARRAY_PUSH(texts, const char *)
            = APR_ARRAY_IDX(batch->rows, i, const char **)[0];
    }
    values[0] = apr_pstrcat(pool, "[", apr_array_pstrcat(pool, texts, ','),
                            "]", NULL);
    values[1] = counts_text(batch->counts, pool);
    return log->write(log->baton, pool, GAME_SQL_STRATEGY_LOG, 2, values);
}

/* ---- adding ---- */

/* A number of 0 up to 1: splitmix64 over a counter that all threads move. */
static double draw(game_runlog_t *log)
{
    apr_uint64_t x = apr_atomic_add64(&log->random, 0x9e3779b97f4a7c15u);

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    return (double)(x >> 11) / 9007199254740992.0;
}

int game_runlog_entries(const game_runlog_t *log)
{
    return log->conf.trace_entries;
}

void game_runlog_add(game_runlog_t *log, const game_run_t *run)
{
    const char *row = NULL;
    apr_pool_t *scratch;
    game_batch_t *batch;

    if (!log || apr_pool_create(&scratch, NULL) != APR_SUCCESS) {
        return;
    }
    if (game_observe_keeps(run->status, log->conf.rate, draw(log))) {
        row = row_text(run, &log->conf, scratch);
    }
    game_batch_open(log->queue, &batch);
    if (batch) {
        count(batch, run, scratch);
        if (row && !game_batch_row(log->queue, batch, &row)) {
            game_metrics_dropped(!strcmp(run->type, "DSL_EXTEND"));
        }
    }
    game_batch_close(log->queue);
    apr_pool_destroy(scratch);
}

void game_runlog_flush(game_runlog_t *log)
{
    if (log) {
        game_batch_flush(log->queue, 1);
    }
}

game_runlog_t *game_runlog_make(apr_pool_t *pool, game_writer_t *writer,
                                const game_runlog_conf_t *conf,
                                game_runlog_write_fn write, void *baton)
{
    game_runlog_t *log = apr_pcalloc(pool, sizeof(*log));
    game_batch_conf_t queue = {
        .columns = 1, .rows = conf->rows, .baton = log, .write = write_batch
    };

    log->conf = *conf;
    log->write = write;
    log->baton = baton;
    apr_generate_random_bytes((unsigned char *)&log->random,
                              sizeof(log->random));
    log->queue = game_batch_queue(writer, &queue);
    return log->queue ? log : NULL;
}

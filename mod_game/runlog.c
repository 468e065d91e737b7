/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A batch collects rows and counts in a pool of its own; the thread takes it
 * away as a whole, writes it and throws it away. One batch that could not be
 * written waits beside the one that collects: that is all the memory there
 * is.
 */

#include "runlog.h"

#include <signal.h>
#include <string.h>

#include <apr_allocator.h>
#include <apr_general.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>

#include "json.h"
#include "metrics.h"
#include "observe.h"

#define COLLECT (APR_USEC_PER_SEC / 2)  /* from a first run to its writing */
#define PATIENCE APR_USEC_PER_SEC       /* after a write that failed */
#define LAST_TURNS 3                    /* when the process ends */
#define LAST_PAUSE (APR_USEC_PER_SEC / 5)
#define BYTES_MAX (4 * 1024 * 1024)     /* of the rows of a batch */
#define KEYS_MAX 4096                   /* counts by second and case */

typedef struct count_t {
    const char *strategy_id, *status, *code, *case_name;
    apr_int64_t second;
    apr_int64_t n;
    double points;
} count_t;

typedef struct batch_t {
    apr_pool_t *pool;           /* own allocator */
    apr_array_header_t *rows;   /* JSON objects */
    apr_size_t bytes;
    apr_hash_t *counts;         /* key text -> count_t */
    apr_int64_t second;         /* of the first run */
} batch_t;

struct game_runlog_t {
    game_runlog_conf_t conf;
    game_runlog_write_fn write;
    void *baton;
    apr_pool_t *pool;           /* of the thread alone */
    apr_thread_t *thread;       /* NULL before the first run */
    apr_thread_mutex_t *mutex;  /* guards all below */
    apr_thread_cond_t *cond;    /* a first run, or the end */
    batch_t *batch;             /* collects; NULL when empty */
    int stopping;
    apr_uint64_t random;
    apr_uint64_t dropped;
    batch_t *unwritten;         /* the thread's own */
};

/* ---- batches ---- */

static batch_t *batch_make(apr_time_t at)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;
    batch_t *batch;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    if (apr_pool_create_unmanaged_ex(&pool, NULL, allocator)
        != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    batch = apr_pcalloc(pool, sizeof(*batch));
    batch->pool = pool;
    batch->rows = apr_array_make(pool, 16, sizeof(const char *));
    batch->counts = apr_hash_make(pool);
    batch->second = apr_time_sec(at);
    return batch;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* Codes and statuses are ours and few; cases come from programs and can be
 * many: what is too many is counted under the batch's first second, without
 * its case. */
static void count(batch_t *batch, const game_run_t *run, apr_pool_t *pool)
{
    int crowded = apr_hash_count(batch->counts) >= KEYS_MAX;
    apr_int64_t second = crowded ? batch->second : apr_time_sec(run->at);
    const char *name = crowded ? "" : or_empty(run->case_name), *key;
    count_t *found;

    key = apr_psprintf(pool, "%s %" APR_INT64_T_FMT " %s %s %s",
                       run->strategy_id, second, run->status,
                       or_empty(run->code), name);
    found = apr_hash_get(batch->counts, key, APR_HASH_KEY_STRING);
    if (!found) {
        found = apr_pcalloc(batch->pool, sizeof(*found));
        found->strategy_id = apr_pstrdup(batch->pool, run->strategy_id);
        found->status = apr_pstrdup(batch->pool, run->status);
        found->code = apr_pstrdup(batch->pool, or_empty(run->code));
        found->case_name = apr_pstrdup(batch->pool, name);
        found->second = second;
        apr_hash_set(batch->counts, apr_pstrdup(batch->pool, key),
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

static const char *counts_text(const batch_t *batch, apr_pool_t *pool)
{
    game_jw_t *jw = game_jw_make(pool);
    apr_hash_index_t *at;

    game_jw_array(jw, NULL);
    for (at = apr_hash_first(pool, batch->counts); at;
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

/* ---- adding ---- */

/* A number of 0 up to 1, of xorshift; under the mutex. */
static double draw(game_runlog_t *log)
{
    log->random ^= log->random << 13;
    log->random ^= log->random >> 7;
    log->random ^= log->random << 17;
    return (double)(log->random >> 11) / 9007199254740992.0;
}

static int wanted(game_runlog_t *log, const game_run_t *run)
{
    int keep;

    apr_thread_mutex_lock(log->mutex);
    keep = game_observe_keeps(run->status, log->conf.rate, draw(log));
    apr_thread_mutex_unlock(log->mutex);
    return keep;
}

static void add_row(game_runlog_t *log, batch_t *batch, const game_run_t *run,
                    const char *row)
{
    apr_size_t len = strlen(row);

    if (batch->rows->nelts >= log->conf.rows
        || batch->bytes + len > BYTES_MAX) {
        log->dropped++;
        game_metrics_dropped(!strcmp(run->type, "DSL_EXTEND"));
        return;
    }
    batch->bytes += len;
    APR_ARRAY_PUSH(batch->rows, const char *)
        = apr_pstrmemdup(batch->pool, row, len);
}

int game_runlog_entries(const game_runlog_t *log)
{
    return log->conf.trace_entries;
}

static void *APR_THREAD_FUNC run_thread(apr_thread_t *thread, void *data);

/* The thread takes no signals: a handler of the process that ends it would
 * wait for itself. Under the mutex. */
static void start(game_runlog_t *log)
{
    sigset_t all, before;

    if (log->pool || !log->conf.threaded
        || apr_pool_create_unmanaged_ex(&log->pool, NULL, NULL)
           != APR_SUCCESS) {
        return;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    if (apr_thread_create(&log->thread, NULL, run_thread, log, log->pool)
        != APR_SUCCESS) {
        log->thread = NULL;     /* runs are counted and dropped */
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void game_runlog_add(game_runlog_t *log, const game_run_t *run)
{
    const char *row = NULL;
    apr_pool_t *scratch;

    if (!log || apr_pool_create(&scratch, NULL) != APR_SUCCESS) {
        return;
    }
    if (wanted(log, run)) {
        row = row_text(run, &log->conf, scratch);
    }
    apr_thread_mutex_lock(log->mutex);
    start(log);
    if (!log->batch && !log->stopping) {
        log->batch = batch_make(run->at);
        apr_thread_cond_signal(log->cond);
    }
    if (log->batch && !log->stopping) {
        count(log->batch, run, scratch);
        if (row) {
            add_row(log, log->batch, run, row);
        }
    }
    apr_thread_mutex_unlock(log->mutex);
    apr_pool_destroy(scratch);
}

apr_uint64_t game_runlog_dropped(game_runlog_t *log)
{
    apr_uint64_t dropped;

    if (!log) {
        return 0;
    }
    apr_thread_mutex_lock(log->mutex);
    dropped = log->dropped;
    apr_thread_mutex_unlock(log->mutex);
    return dropped;
}

/* ---- writing ---- */

/* @return whether the batch was written; it is gone then */
static int write_batch(game_runlog_t *log, batch_t *batch)
{
    const char *values[2];
    apr_pool_t *scratch;
    int written = 0;

    if (apr_pool_create(&scratch, batch->pool) == APR_SUCCESS) {
        values[0] = apr_pstrcat(scratch, "[",
            apr_array_pstrcat(scratch, batch->rows, ','), "]", NULL);
        values[1] = counts_text(batch, scratch);
        written = log->write(log->baton, scratch, GAME_SQL_STRATEGY_LOG, 2,
                             values);
        apr_pool_destroy(scratch);
    }
    if (written) {
        apr_pool_destroy(batch->pool);
    }
    return written;
}

/* Take what was collected, once there is something and a while has passed;
 * at the end at once. @return whether the end has come */
static int collect(game_runlog_t *log, batch_t **batch)
{
    apr_interval_time_t pause = log->unwritten ? PATIENCE : COLLECT;
    apr_time_t until;
    int stopping;

    apr_thread_mutex_lock(log->mutex);
    while (!log->batch && !log->unwritten && !log->stopping) {
        apr_thread_cond_wait(log->cond, log->mutex);
    }
    until = apr_time_now() + pause;
    while (!log->stopping && apr_time_now() < until) {
        apr_thread_cond_timedwait(log->cond, log->mutex,
                                  until - apr_time_now());
    }
    *batch = NULL;
    if (!log->unwritten || log->stopping) {
        *batch = log->batch;
        log->batch = NULL;
    }
    stopping = log->stopping;
    apr_thread_mutex_unlock(log->mutex);
    return stopping;
}

/* The last word: a few tries, then what could not be written is lost. */
static void write_last(game_runlog_t *log, batch_t *batch)
{
    int turn;

    for (turn = 0; batch && turn < LAST_TURNS; turn++) {
        if (turn) {
            apr_sleep(LAST_PAUSE);
        }
        if (write_batch(log, batch)) {
            return;
        }
    }
    if (batch) {
        apr_pool_destroy(batch->pool);
    }
}

static void *APR_THREAD_FUNC run_thread(apr_thread_t *thread, void *data)
{
    game_runlog_t *log = data;
    batch_t *batch;

    while (!collect(log, &batch)) {
        if (log->unwritten) {
            if (write_batch(log, log->unwritten)) {
                log->unwritten = NULL;
            }
        }
        else if (batch && !write_batch(log, batch)) {
            log->unwritten = batch;
        }
    }
    write_last(log, log->unwritten);
    write_last(log, batch);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

static apr_status_t stop(void *data)
{
    game_runlog_t *log = data;
    apr_status_t rv;

    apr_thread_mutex_lock(log->mutex);
    log->stopping = 1;
    apr_thread_cond_signal(log->cond);
    apr_thread_mutex_unlock(log->mutex);
    if (log->thread) {
        apr_thread_join(&rv, log->thread);
    }
    if (log->pool) {
        apr_pool_destroy(log->pool);
    }
    return APR_SUCCESS;
}

void game_runlog_flush(game_runlog_t *log)
{
    batch_t *batch;

    if (!log || log->conf.threaded) {
        return;
    }
    batch = log->unwritten ? log->unwritten : log->batch;
    if (batch == log->batch) {
        log->batch = NULL;
    }
    log->unwritten = batch && !write_batch(log, batch) ? batch : NULL;
}

game_runlog_t *game_runlog_make(apr_pool_t *pool,
                                const game_runlog_conf_t *conf,
                                game_runlog_write_fn write, void *baton)
{
    game_runlog_t *log = apr_pcalloc(pool, sizeof(*log));

    log->conf = *conf;
    log->write = write;
    log->baton = baton;
    apr_generate_random_bytes((unsigned char *)&log->random,
                              sizeof(log->random));
    log->random |= 1;
    if (apr_thread_mutex_create(&log->mutex, APR_THREAD_MUTEX_DEFAULT, pool)
            != APR_SUCCESS
        || apr_thread_cond_create(&log->cond, pool) != APR_SUCCESS) {
        return NULL;
    }
    apr_pool_pre_cleanup_register(pool, log, stop);
    return log;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A batch collects in a pool of its own; the thread takes it away as a
 * whole, writes it and throws it away. One batch of a queue that could not
 * be written waits beside the one that collects: that is all the memory
 * there is.
 *
 * A queue has its mutex, the writer another one, on which its thread sleeps;
 * whoever adds takes the writer's for the first row of a batch only, and
 * for the one that makes it hurry.
 */

#include "batch.h"

#include <signal.h>
#include <string.h>

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>

#include "game.h"

#define COLLECT (APR_USEC_PER_SEC / 2)  /* from a first row to its writing */
#define LAST_TURNS 3                    /* when the process ends */
#define LAST_PAUSE (APR_USEC_PER_SEC / 5)
#define BYTES_MAX (4 * 1024 * 1024)     /* of the rows of a batch */
#define ROWS_FIRST 64

struct game_queue_t {
    game_batch_conf_t conf;
    game_writer_t *writer;
    game_queue_t *next;
    apr_thread_mutex_t *mutex;  /* guards the four below */
    game_batch_t *batch;        /* collects; NULL when empty */
    int closed;                 /* the process ends */
    int wake;                   /* what close() is to tell the writer */
    apr_uint64_t dropped;
    game_batch_t *unwritten;    /* the thread's own, or the flush's */
    apr_time_t failed_at;       /* the same: when it was tried last */
};

struct game_writer_t {
    int threaded;
    apr_interval_time_t patience;
    apr_pool_t *parent;
    game_queue_t *queues;       /* all made in child_init */
    apr_thread_mutex_t *mutex;  /* guards all below but retry */
    apr_thread_cond_t *cond;
    apr_pool_t *pool;           /* of the thread alone */
    apr_thread_t *thread;       /* NULL before the first row */
    int pending, hurry, stopping;
    int retry;                  /* the thread's own: something is unwritten */
};

/* What a queue wants of its writer. */
enum { WAKE_NOT, WAKE, WAKE_NOW };

/* ---- batches ---- */

static game_batch_t *batch_make(void)
{
    apr_pool_t *pool = game_pool_alone(0);
    game_batch_t *batch;

    if (!pool) {
        return NULL;
    }
    batch = apr_pcalloc(pool, sizeof(*batch));
    batch->pool = pool;
    batch->at = apr_time_now();
    batch->rows = apr_array_make(pool, ROWS_FIRST, sizeof(const char **));
    return batch;
}

static void tell(game_queue_t *queue, int written, int dropped)
{
    if (queue->conf.tell && (written || dropped)) {
        queue->conf.tell(queue->conf.baton, written, dropped);
    }
}

/* ---- adding ---- */

void game_batch_open(game_queue_t *queue, game_batch_t **batch)
{
    apr_thread_mutex_lock(queue->mutex);
    if (!queue->batch && !queue->closed) {
        queue->batch = batch_make();
        queue->wake = WAKE;
    }
    *batch = queue->batch;
}

int game_batch_row(game_queue_t *queue, game_batch_t *batch,
                   const char *const *cells)
{
    int columns = queue->conf.columns, i;
    apr_size_t bytes = sizeof(*cells) * (apr_size_t)columns;
    apr_size_t lengths[GAME_BATCH_COLUMNS];
    const char **row;
    char *at;

    for (i = 0; i < columns; i++) {
        lengths[i] = cells[i] ? strlen(cells[i]) + 1 : 0;
        bytes += lengths[i];
    }
    if (batch->rows->nelts >= queue->conf.rows
        || batch->bytes + bytes > BYTES_MAX) {
        queue->dropped++;
        tell(queue, 0, 1);
        return 0;
    }
    row = apr_palloc(batch->pool, bytes);
    at = (char *)(row + columns);
    for (i = 0; i < columns; i++) {
        row[i] = cells[i] ? memcpy(at, cells[i], lengths[i]) : NULL;
        at += lengths[i];
    }
    batch->bytes += bytes;
    APR_ARRAY_PUSH(batch->rows, const char **) = row;
    if (batch->rows->nelts == queue->conf.hurry) {
        queue->wake = WAKE_NOW;
    }
    return 1;
}

static void *APR_THREAD_FUNC run_thread(apr_thread_t *thread, void *data);

/* The thread takes no signals: a handler of the process that ends it would
 * wait for itself. Under the mutex. */
static void start(game_writer_t *writer)
{
    sigset_t all, before;

    if (writer->pool || !writer->threaded
        || apr_pool_create_unmanaged_ex(&writer->pool, NULL, NULL)
           != APR_SUCCESS) {
        return;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    if (apr_thread_create(&writer->thread, NULL, run_thread, writer,
                          writer->pool) != APR_SUCCESS) {
        writer->thread = NULL;  /* rows are counted and dropped */
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void game_batch_close(game_queue_t *queue)
{
    game_writer_t *writer = queue->writer;
    int wake = queue->wake;

    queue->wake = WAKE_NOT;
    apr_thread_mutex_unlock(queue->mutex);
    if (wake == WAKE_NOT || !writer->threaded) {
        return;
    }
    apr_thread_mutex_lock(writer->mutex);
    start(writer);
    writer->pending = 1;
    writer->hurry |= wake == WAKE_NOW;
    apr_thread_cond_signal(writer->cond);
    apr_thread_mutex_unlock(writer->mutex);
}

apr_uint64_t game_batch_dropped(game_queue_t *queue)
{
    apr_uint64_t dropped;

    apr_thread_mutex_lock(queue->mutex);
    dropped = queue->dropped;
    apr_thread_mutex_unlock(queue->mutex);
    return dropped;
}

/* ---- writing ---- */

static void give_up_rows(game_queue_t *queue, game_batch_t *batch)
{
    int dropped = batch->rows->nelts;

    apr_thread_mutex_lock(queue->mutex);
    queue->dropped += (apr_uint64_t)dropped;
    apr_thread_mutex_unlock(queue->mutex);
    apr_array_clear(batch->rows);
    tell(queue, 0, dropped);
}

/* One try. */
static game_batch_end_e try_batch(game_queue_t *queue, game_batch_t *batch)
{
    game_batch_end_e end = GAME_BATCH_LATER;
    apr_pool_t *scratch;

    if (!batch->rows->nelts && !batch->counts) {
        return GAME_BATCH_WRITTEN;
    }
    if (apr_pool_create(&scratch, batch->pool) == APR_SUCCESS) {
        end = queue->conf.write(queue->conf.baton, batch, scratch);
        apr_pool_destroy(scratch);
    }
    if (end == GAME_BATCH_WRITTEN) {
        tell(queue, batch->rows->nelts, 0);
    }
    else if (end == GAME_BATCH_REFUSED
             || ++batch->tried == queue->conf.tries) {
        end = batch->counts && (end == GAME_BATCH_LATER
                                || batch->rows->nelts)
            ? GAME_BATCH_LATER : GAME_BATCH_REFUSED;
        give_up_rows(queue, batch);
    }
    return end;
}

/* @return whether the batch is done with; it is gone then */
static int write_batch(game_queue_t *queue, game_batch_t *batch)
{
    if (try_batch(queue, batch) == GAME_BATCH_LATER) {
        return 0;
    }
    apr_pool_destroy(batch->pool);
    return 1;
}

static game_batch_t *take(game_queue_t *queue, int last)
{
    game_batch_t *batch;

    apr_thread_mutex_lock(queue->mutex);
    batch = queue->batch;
    queue->batch = NULL;
    queue->closed |= last;
    apr_thread_mutex_unlock(queue->mutex);
    return batch;
}

/* What could not be written before, then what came together.
 * @return whether something is left for another time */
static int write_queue(game_queue_t *queue)
{
    if (queue->unwritten && !write_batch(queue, queue->unwritten)) {
        return 1;
    }
    queue->unwritten = take(queue, 0);
    if (queue->unwritten && write_batch(queue, queue->unwritten)) {
        queue->unwritten = NULL;
    }
    return queue->unwritten != NULL;
}

/* ---- the thread ---- */

/* Wait until there is something and a while has passed; at the end not.
 * @return whether the end has come */
static int wait_for_work(game_writer_t *writer)
{
    apr_time_t until;
    int stopping;

    apr_thread_mutex_lock(writer->mutex);
    while (!writer->pending && !writer->retry && !writer->stopping) {
        apr_thread_cond_wait(writer->cond, writer->mutex);
    }
    until = apr_time_now() + (writer->retry ? writer->patience : COLLECT);
    while (!writer->stopping && (writer->retry || !writer->hurry)
           && apr_time_now() < until) {
        apr_thread_cond_timedwait(writer->cond, writer->mutex,
                                  until - apr_time_now());
    }
    writer->pending = writer->hurry = 0;
    stopping = writer->stopping;
    apr_thread_mutex_unlock(writer->mutex);
    return stopping;
}

static void end_batch(game_queue_t *queue, game_batch_t **batch)
{
    if (*batch) {
        give_up_rows(queue, *batch);
        apr_pool_destroy((*batch)->pool);
        *batch = NULL;
    }
}

/* The last word: a few tries, then what could not be written is lost. */
static void write_last(game_writer_t *writer)
{
    game_queue_t *queue;
    int turn, left = 1;

    for (turn = 0; left && turn < LAST_TURNS; turn++) {
        if (turn) {
            apr_sleep(LAST_PAUSE);
        }
        for (left = 0, queue = writer->queues; queue; queue = queue->next) {
            left |= write_queue(queue);
        }
    }
    for (queue = writer->queues; queue; queue = queue->next) {
        game_batch_t *batch = take(queue, 1);

        end_batch(queue, &queue->unwritten);
        end_batch(queue, &batch);
    }
}

static void *APR_THREAD_FUNC run_thread(apr_thread_t *thread, void *data)
{
    game_writer_t *writer = data;
    game_queue_t *queue;

    while (!wait_for_work(writer)) {
        writer->retry = 0;
        for (queue = writer->queues; queue; queue = queue->next) {
            writer->retry |= write_queue(queue);
        }
    }
    write_last(writer);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

static apr_status_t stop(void *data)
{
    game_writer_t *writer = data;
    apr_status_t rv;

    if (!writer->threaded) {
        writer->stopping = 1;   /* a signal may have been its end: whatever
                                     it was in the middle of stays so */
        return APR_SUCCESS;
    }
    apr_thread_mutex_lock(writer->mutex);
    writer->stopping = 1;
    apr_thread_cond_signal(writer->cond);
    apr_thread_mutex_unlock(writer->mutex);
    if (writer->thread) {
        apr_thread_join(&rv, writer->thread);
    }
    if (writer->pool) {
        apr_pool_destroy(writer->pool);
    }
    return APR_SUCCESS;
}

/* ---- without a thread ---- */

static int is_due(const game_queue_t *queue, apr_time_t now)
{
    const game_batch_t *batch = queue->batch;

    return queue->unwritten
        || (batch && (now >= batch->at + COLLECT
                      || (queue->conf.hurry
                          && batch->rows->nelts >= queue->conf.hurry)));
}

void game_batch_flush(game_queue_t *queue, int all)
{
    apr_time_t now = apr_time_now();

    if (queue->writer->threaded || queue->writer->stopping
        || (queue->unwritten && now >= queue->failed_at
            && now < queue->failed_at + queue->writer->patience)) {
        return;
    }
    if ((all || is_due(queue, now)) && write_queue(queue)) {
        queue->failed_at = apr_time_now();
    }
}

/* ---- making ---- */

game_writer_t *game_batch_writer(apr_pool_t *pool, int threaded,
                                 apr_interval_time_t patience)
{
    game_writer_t *writer = apr_pcalloc(pool, sizeof(*writer));

    writer->threaded = threaded;
    writer->patience = patience;
    writer->parent = pool;
    if (apr_thread_mutex_create(&writer->mutex, APR_THREAD_MUTEX_DEFAULT,
                                pool) != APR_SUCCESS
        || apr_thread_cond_create(&writer->cond, pool) != APR_SUCCESS) {
        return NULL;
    }
    apr_pool_pre_cleanup_register(pool, writer, stop);
    return writer;
}

game_queue_t *game_batch_queue(game_writer_t *writer,
                               const game_batch_conf_t *conf)
{
    game_queue_t *queue = apr_pcalloc(writer->parent, sizeof(*queue));

    queue->conf = *conf;
    queue->writer = writer;
    if (conf->columns > GAME_BATCH_COLUMNS
        || apr_thread_mutex_create(&queue->mutex, APR_THREAD_MUTEX_DEFAULT,
                                   writer->parent) != APR_SUCCESS) {
        return NULL;
    }
    queue->next = writer->queues;
    writer->queues = queue;
    return queue;
}

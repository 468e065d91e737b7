/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file batch.h
 * Rows that are written beside the work. Whoever has a row puts it into a
 * queue, which is memory and bounded; one thread of the process writes what
 * came together about half a second later, a batch in one statement. Nobody
 * waits for it, and nothing that goes wrong here reaches a client. What
 * finds no room is dropped and counted; counts that its owner keeps beside
 * the rows are of all.
 *
 * The thread writes through functions that are given to it; nothing here
 * knows how a connection is had. A process that ends by itself writes all
 * that it has; one that is killed loses what was not written yet.
 */
#ifndef GAME_BATCH_H
#define GAME_BATCH_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

/** Most cells of a row. */
#define GAME_BATCH_COLUMNS 16

/** What came together. */
typedef struct game_batch_t {
    apr_pool_t *pool;           /**< ends with the batch */
    apr_time_t at;              /**< it was begun */
    apr_array_header_t *rows;   /**< of const char **: a row's cells */
    apr_size_t bytes;           /**< of the rows */
    void *counts;               /**< the owner's, in pool; NULL at first */
    int tried;                  /**< times that it could not be written */
} game_batch_t;

/** How a write ended. */
typedef enum {
    GAME_BATCH_WRITTEN,
    GAME_BATCH_LATER,           /**< lost or busy: try again */
    GAME_BATCH_REFUSED          /**< it will never be taken */
} game_batch_end_e;

typedef struct game_batch_conf_t {
    int columns;                /**< cells of a row */
    int rows;                   /**< most that wait to be written */
    int hurry;                  /**< so many are written at once; 0: never */
    int tries;                  /**< then rows are given up; 0: never. Counts
                                     are tried on without them */
    void *baton;                /**< of both functions */
    /** Write a batch: in the thread, which holds no lock, or in a flush.
     *  @param pool ends after the call */
    game_batch_end_e (*write)(void *baton, const game_batch_t *batch,
                              apr_pool_t *pool);
    /** Told of rows as they are written or dropped; or NULL. */
    void (*tell)(void *baton, int written, int dropped);
} game_batch_conf_t;

typedef struct game_writer_t game_writer_t;
typedef struct game_queue_t game_queue_t;

/**
 * Make the writer of this process; in child_init, after what its queues
 * need. Its thread starts with the first row, and ends, with a last write,
 * before pool's cleanups.
 * @param threaded 0: there is no thread, game_batch_flush() writes
 * @param patience between a write that failed and the next
 * @return NULL when there are no mutexes
 */
game_writer_t *game_batch_writer(apr_pool_t *pool, int threaded,
                                 apr_interval_time_t patience);

/** Make a queue; in child_init. @return NULL when there is no mutex */
game_queue_t *game_batch_queue(game_writer_t *writer,
                               const game_batch_conf_t *conf);

/**
 * Lock the queue and begin a batch, if there is none.
 * @param batch NULL when the process ends or has no memory
 */
void game_batch_open(game_queue_t *queue, game_batch_t **batch);

/** Add a row between open and close; its texts are copied.
 *  @param cells texts or NULL @return whether there was room */
int game_batch_row(game_queue_t *queue, game_batch_t *batch,
                   const char *const *cells);

/** Unlock the queue and see that what is in it will be written. */
void game_batch_close(game_queue_t *queue);

/**
 * Write what waits, in a process whose pools are for one thread alone; for a
 * while after a write that failed nothing. Does nothing to a queue whose
 * writer has a thread.
 * @param all 0: only when the thread would have written
 */
void game_batch_flush(game_queue_t *queue, int all);

/** @return rows dropped so far */
apr_uint64_t game_batch_dropped(game_queue_t *queue);

#endif

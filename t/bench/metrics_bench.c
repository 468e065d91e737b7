/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What counting a request costs: alone and by several threads at once, and
 * beside it what the same atomic additions cost when all threads share one
 * array. Linked with the module's objects; what they ask of httpd before
 * they count is answered here.
 *
 *   metrics-bench SECONDS: lines "name threads nanoseconds"
 */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <httpd.h>
#include <ap_mpm.h>
#include <http_config.h>

#include <apr_general.h>
#include <apr_thread_proc.h>

#include "metrics_int.h"
#include "route.h"

#define THREADS_MAX 64
#define BATCH 1000
#define ADDITIONS 6             /* of game_metrics_request, without a body */

void *ap_retained_data_get(const char *key)
{
    (void)key;
    return NULL;
}

void *ap_retained_data_create(const char *key, apr_size_t size)
{
    (void)key;
    return calloc(1, size);
}

apr_status_t ap_mpm_query(int code, int *result)
{
    (void)code;
    *result = 4;
    return APR_SUCCESS;
}

/* One cache line each, as neighbours of a hot counter would be. */
static struct { _Alignas(64) _Atomic(apr_uint64_t) cell; } shared[ADDITIONS];

static void count_shared(void)
{
    int i;

    for (i = 0; i < ADDITIONS; i++) {
        atomic_fetch_add_explicit(&shared[i].cell, 1, memory_order_relaxed);
    }
}

static void count_lanes(void)
{
    static const game_metrics_request_t done = {
        game_routes, "GET", 200, 0, 81, 350
    };

    game_metrics_request(&done);
}

typedef struct job_t {
    void (*count)(void);
    apr_time_t until;
    apr_uint64_t rounds;
    struct timespec used;       /* of the processor */
} job_t;

static void *APR_THREAD_FUNC work(apr_thread_t *thread, void *data)
{
    job_t *job = data;
    int i;

    (void)thread;
    while (apr_time_now() < job->until) {
        for (i = 0; i < BATCH; i++) {
            job->count();
        }
        job->rounds += BATCH;
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &job->used);
    return NULL;
}

/* Nanoseconds of the processor for one round. */
static void measure(const char *name, void (*count)(void), int threads,
                    double seconds, apr_pool_t *pool)
{
    apr_thread_t *all[THREADS_MAX];
    static job_t jobs[THREADS_MAX];
    double used = 0;
    apr_uint64_t rounds = 0;
    apr_status_t rv;
    int i;

    for (i = 0; i < threads; i++) {
        jobs[i] = (job_t){ count, apr_time_now()
                                  + (apr_time_t)(seconds * 1e6), 0,
                           { 0, 0 } };
        if (apr_thread_create(&all[i], NULL, work, &jobs[i], pool)
            != APR_SUCCESS) {
            exit(EXIT_FAILURE);
        }
    }
    for (i = 0; i < threads; i++) {
        apr_thread_join(&rv, all[i]);
        rounds += jobs[i].rounds;
        used += (double)jobs[i].used.tv_sec * 1e9
              + (double)jobs[i].used.tv_nsec;
    }
    printf("%s %d %.0f\n", name, threads, used / (double)rounds);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int threads = processors < THREADS_MAX ? (int)processors : THREADS_MAX;
    process_rec process = { 0 };
    server_rec server = { 0 };
    const char *fault;
    apr_pool_t *pool;

    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        return EXIT_FAILURE;
    }
    process.pool = pool;
    server.process = &process;
    fault = game_metrics_setup_post_config(pool, &server);
    if (fault) {
        fprintf(stderr, "%s\n", fault);
        return EXIT_FAILURE;
    }
    measure("lanes", count_lanes, 1, seconds, pool);
    measure("lanes", count_lanes, threads, seconds, pool);
    measure("shared", count_shared, 1, seconds, pool);
    measure("shared", count_shared, threads, seconds, pool);
    return EXIT_SUCCESS;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The memory behind the metrics: one shared segment, made before the
 * children are forked and kept over restarts as long as the table of
 * families says the same. Old children of a graceful restart go on counting
 * into it.
 *
 * It has a lane of cells for every processor, and a thread adds to the lane
 * of the processor that it runs on: no two processors write to one cache
 * line, whatever the number of children and threads. Adding is atomic all
 * the same, as a thread may be moved between looking and adding. Lanes are
 * summed when the numbers are read.
 *
 * What a child has at the moment is not counted there: it would stay when
 * the child is killed. Each child has a place with its process id, which
 * the parent clears when the child has ended.
 */

#include "metrics_int.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <ap_mpm.h>
#include <http_config.h>
#include <mpm_common.h>

#include <apr_shm.h>
#include <apr_strings.h>

#define KEEP "mod_game metrics"
#define LANES_MAX 64
#define LINE 8                  /* cells of a cache line */

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "64-bit atomics without a lock");

typedef _Atomic(apr_uint64_t) cell_t;

/* A learnt name: its hash is taken first, its text is there when ready. */
typedef struct name_t {
    cell_t hash;
    _Atomic(int) ready;
    char text[GAME_NAME_SIZE];
} name_t;

/* What a child has at the moment; a cache line. */
typedef struct child_t {
    _Atomic(apr_int64_t) pid;   /* 0: free */
    _Atomic(apr_int64_t) gauge[GAME_METRICS_GAUGES];
    char pad[64 - sizeof(apr_int64_t) * (1 + GAME_METRICS_GAUGES)];
} child_t;

/* The layout of the segment; the lanes of cells follow. */
typedef struct segment_t {
    name_t names[GAME_NAMES][GAME_NAMES_MAX];
    child_t children[];
} segment_t;

/* What is kept over restarts, in the process's pool. */
typedef struct kept_t {
    apr_shm_t *shm;
    apr_uint64_t layout;        /* hash of what the cells mean */
} kept_t;

/* All written once, in post_config; own in child_init. */
static segment_t *segment;
static cell_t *lanes;
static unsigned lane_count;     /* a power of two */
static apr_size_t lane_cells;
static apr_size_t offsets[GAME_M_COUNT];
static int child_count;
static child_t *own;

/* ---- the layout ---- */

int game_metric_width(const game_metric_t *metric, int label)
{
    return metric->labels[label] ? metric->labels[label]->count : 1;
}

int game_metric_cells(const game_metric_t *metric)
{
    return metric->kind == GAME_TEXT_HISTOGRAM ? metric->edge_count + 2
         : metric->kind == GAME_TEXT_SUMMARY ? 2 : 1;
}

static apr_size_t series_of(const game_metric_t *metric)
{
    apr_size_t series = 1;
    int i;

    for (i = 0; i < GAME_METRIC_LABELS; i++) {
        series *= (apr_size_t)game_metric_width(metric, i);
    }
    return series;
}

static apr_uint64_t mix(apr_uint64_t hash, const char *text)
{
    do {
        hash = (hash ^ (unsigned char)*text) * 1099511628211U;
    } while (*text++);
    return hash;
}

/* Names, labels and buckets: what must be the same for the numbers to go
 * on. */
static apr_uint64_t lay_out(apr_pool_t *ptemp)
{
    apr_uint64_t hash = 14695981039346656037U;
    apr_size_t at = 0;
    int i, k, v;

    for (i = 0; i < GAME_M_COUNT; i++) {
        const game_metric_t *metric = &game_metrics_table[i];

        offsets[i] = at;
        at += series_of(metric) * (apr_size_t)game_metric_cells(metric);
        hash = mix(hash, metric->name);
        for (k = 0; k < metric->edge_count; k++) {
            hash = mix(hash, apr_psprintf(ptemp, "%g", metric->edges[k]));
        }
        for (k = 0; k < GAME_METRIC_LABELS && metric->labels[k]; k++) {
            const game_label_t *label = metric->labels[k];

            hash = mix(hash, label->name);
            for (v = 0; (label->values || label->value) && v < label->count;
                 v++) {
                hash = mix(hash, game_label_value(label, v));
            }
        }
    }
    lane_cells = (at + LINE - 1) / LINE * LINE;
    return mix(hash, apr_psprintf(ptemp, "%u %d %d %d", lane_count,
                                  child_count, (int)sizeof(segment_t),
                                  (int)sizeof(child_t)));
}

static apr_size_t head_size(void)
{
    apr_size_t size = sizeof(segment_t)
                    + (apr_size_t)child_count * sizeof(child_t);

    return (size + 63) / 64 * 64;
}

static void measure(void)
{
    long processors = sysconf(_SC_NPROCESSORS_CONF);
    int daemons = 0;

    for (lane_count = 1; lane_count < LANES_MAX
                         && (long)lane_count < processors; lane_count *= 2)
        ;
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &daemons);
    /* old children of restarts beside those of now */
    child_count = (daemons > 0 ? daemons : 1) * 2 + 16;
}

static kept_t *kept(void)
{
    kept_t *keep = ap_retained_data_get(KEEP);

    return keep ? keep : ap_retained_data_create(KEEP, sizeof(*keep));
}

const char *game_metrics_setup_post_config(apr_pool_t *pconf, server_rec *s)
{
    kept_t *keep = kept();
    apr_uint64_t layout;
    const char *fault = game_metrics_table_post_config(pconf);
    apr_status_t rv;

    if (fault) {
        return fault;
    }
    measure();
    layout = lay_out(pconf);
    if (keep->shm && keep->layout != layout) {
        apr_shm_destroy(keep->shm);     /* old children have it still */
        keep->shm = NULL;
    }
    if (!keep->shm) {
        rv = apr_shm_create(&keep->shm, head_size() + lane_count * lane_cells
                                        * sizeof(cell_t), NULL,
                            s->process->pool);
        if (rv != APR_SUCCESS) {
            keep->shm = NULL;
            return apr_psprintf(pconf, "no shared memory for metrics: %pm",
                                &rv);
        }
        keep->layout = layout;
        memset(apr_shm_baseaddr_get(keep->shm), 0,
               apr_shm_size_get(keep->shm));
    }
    segment = apr_shm_baseaddr_get(keep->shm);
    lanes = (cell_t *)(void *)((char *)segment + head_size());
    return NULL;
}

int game_metrics_there(void)
{
    return segment != NULL;
}

/* ---- counting ---- */

static apr_size_t cell_of(game_metric_e id, int a, int b, int c, int cell)
{
    const game_metric_t *metric = &game_metrics_table[id];
    apr_size_t series = (apr_size_t)a;

    series = series * (apr_size_t)game_metric_width(metric, 1)
           + (apr_size_t)b;
    series = series * (apr_size_t)game_metric_width(metric, 2)
           + (apr_size_t)c;
    return offsets[id] + series * (apr_size_t)game_metric_cells(metric)
         + (apr_size_t)cell;
}

void game_metrics_add(game_metric_e metric, int a, int b, int c, int cell,
                      apr_uint64_t by)
{
    int processor = sched_getcpu();
    unsigned lane = processor < 0 ? 0
                  : (unsigned)processor & (lane_count - 1);

    atomic_fetch_add_explicit(&lanes[lane * lane_cells
                                     + cell_of(metric, a, b, c, cell)],
                              by, memory_order_relaxed);
}

void game_metrics_observe(game_metric_e id, int a, int b, int c,
                          apr_uint64_t value)
{
    const game_metric_t *metric = &game_metrics_table[id];
    int bucket = metric->kind == GAME_TEXT_HISTOGRAM
               ? game_text_bucket(metric->edges, metric->edge_count, value)
               : 0;

    if (!metric->per_request) {
        game_metrics_add(id, a, b, c, bucket, 1);
    }
    if (value) {
        game_metrics_add(id, a, b, c, game_metric_cells(metric) - 1, value);
    }
}

void game_metrics_set(game_metric_e metric, int a, apr_uint64_t value)
{
    atomic_store_explicit(&lanes[cell_of(metric, a, 0, 0, 0)], value,
                          memory_order_relaxed);
}

apr_uint64_t game_metrics_sum(game_metric_e metric, int a, int b, int c,
                              int cell)
{
    apr_size_t at = cell_of(metric, a, b, c, cell);
    apr_uint64_t sum = 0;
    unsigned lane;

    for (lane = 0; lane < lane_count; lane++) {
        sum += atomic_load_explicit(&lanes[lane * lane_cells + at],
                                    memory_order_relaxed);
    }
    return sum;
}

apr_uint64_t game_metrics_total(game_metric_e id, int cell)
{
    const game_metric_t *metric = &game_metrics_table[id];
    apr_uint64_t sum = 0;
    int a, b, c;

    for (a = 0; a < game_metric_width(metric, 0); a++) {
        for (b = 0; b < game_metric_width(metric, 1); b++) {
            for (c = 0; c < game_metric_width(metric, 2); c++) {
                sum += game_metrics_sum(id, a, b, c, cell);
            }
        }
    }
    return sum;
}

/* ---- learnt names ---- */

const char *game_label_value(const game_label_t *label, int number)
{
    name_t *name;

    if (label->values) {
        return label->values[number];
    }
    if (label->value) {
        return label->value(number);
    }
    if (number == GAME_NAMES_MAX - 1) {
        return "other";
    }
    name = &segment->names[label->names][number];
    return atomic_load(&name->ready) ? name->text : NULL;
}

int game_label_learn(const game_label_t *label, const char *text)
{
    apr_uint64_t hash = mix(14695981039346656037U, text) | 1;
    int i;

    for (i = 0; i < GAME_NAMES_MAX - 1; i++) {
        name_t *name = &segment->names[label->names][i];
        apr_uint64_t there = atomic_load(&name->hash);

        if (there == hash) {
            return i;
        }
        if (!there && atomic_compare_exchange_strong(&name->hash, &there,
                                                     hash)) {
            apr_cpystrn(name->text, text, sizeof(name->text));
            atomic_store(&name->ready, 1);
            return i;
        }
        if (there == hash) {            /* another one was faster */
            return i;
        }
    }
    return GAME_NAMES_MAX - 1;
}

/* ---- children ---- */

void game_metrics_setup_child_init(void)
{
    apr_int64_t pid = getpid();
    int i, k;

    own = NULL;
    for (i = 0; segment && i < child_count && !own; i++) {
        apr_int64_t nobody = 0;

        if (atomic_compare_exchange_strong(&segment->children[i].pid,
                                           &nobody, pid)) {
            own = &segment->children[i];
        }
    }
    for (k = 0; own && k < GAME_METRICS_GAUGES; k++) {
        atomic_store(&own->gauge[k], 0);
    }
}

void game_metrics_gauge(game_metrics_gauge_e gauge, int by)
{
    if (own) {
        atomic_fetch_add_explicit(&own->gauge[gauge], by,
                                  memory_order_relaxed);
    }
}

apr_int64_t game_metrics_gauge_sum(game_metrics_gauge_e gauge)
{
    apr_int64_t sum = 0;
    int i;

    for (i = 0; i < child_count; i++) {
        if (atomic_load(&segment->children[i].pid)) {
            sum += atomic_load(&segment->children[i].gauge[gauge]);
        }
    }
    return sum;
}

/* In the parent, when it learns that a child is gone. */
static void child_status(server_rec *s, pid_t pid, ap_generation_t gen,
                         int slot, mpm_child_status status)
{
    int i;

    (void)s;
    (void)gen;
    (void)slot;
    for (i = 0; segment && status == MPM_CHILD_EXITED && i < child_count;
         i++) {
        if (atomic_load(&segment->children[i].pid) == pid) {
            atomic_store(&segment->children[i].pid, 0);
        }
    }
}

void game_metrics_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_child_status(child_status, NULL, NULL, APR_HOOK_MIDDLE);
    game_metrics_http_register();
    game_metrics_show_register();
    game_metrics_status_register();
}

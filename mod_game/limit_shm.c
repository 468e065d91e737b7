/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Counters in shared memory. It belongs to the process that starts httpd and
 * not to a configuration: after a graceful restart the new children count on
 * where the old ones are, and both have the same mapping until the last old
 * one ends. It is made anew when its size or its layout is another one, and
 * with httpd's own start.
 */

#include "limit.h"

#include <http_config.h>

#include <apr_general.h>
#include <apr_shm.h>
#include <apr_strings.h>

#include "limit_table.h"

#define KEPT_AS "mod_game.limits." APR_STRINGIFY(GAME_LIMIT_TABLE_LAYOUT)

/* What httpd keeps for us over restarts; zeroed when it is made. */
typedef struct kept_t {
    apr_pool_t *pool;           /* of the segment; NULL: there is none */
    game_limit_table_t *table;
    int entries;
} kept_t;

/* Written in post_config; its content by atomics only. */
static game_limit_table_t *table;

static const char *make_table(kept_t *kept, apr_pool_t *parent, int entries)
{
    apr_size_t size = game_limit_table_size(entries);
    unsigned char seed[32];
    apr_status_t rv;
    apr_shm_t *shm;
    void *memory;

    apr_pool_create(&kept->pool, parent);
    rv = apr_shm_create(&shm, size, NULL, kept->pool);
    if (rv == APR_SUCCESS) {
        rv = apr_generate_random_bytes(seed, sizeof(seed));
    }
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(kept->pool);
        kept->pool = NULL;
        return apr_psprintf(parent, "no shared memory for %d entries of "
                            "GameLimitEntries: %pm", entries, &rv);
    }
    memory = apr_shm_baseaddr_get(shm);
    memset(memory, 0, size);
    kept->table = game_limit_table_make(memory, entries, seed);
    kept->entries = entries;
    return NULL;
}

const char *game_limit_shm_post_config(server_rec *s, int entries)
{
    kept_t *kept = ap_retained_data_get(KEPT_AS);
    const char *fault = NULL;

    if (!kept) {
        kept = ap_retained_data_create(KEPT_AS, sizeof(*kept));
    }
    if (kept->pool && kept->entries != entries) {
        apr_pool_destroy(kept->pool);   /* the old children keep theirs */
        kept->pool = NULL;
    }
    if (!kept->pool) {
        fault = make_table(kept, s->process->pool, entries);
    }
    table = kept->table;
    return fault;
}

/* A later counter that is full refuses already: the one before it is not
 * touched, not even for a moment. */
static int full_later(const game_limit_counter_t *counters, int from,
                      int count)
{
    int i;

    for (i = from; i < count; i++) {
        if (game_limit_table_look(table, &counters[i])
            >= counters[i].limit) {
            return i;
        }
    }
    return -1;
}

static const char *count_all(game_req_t *req, game_limit_counter_t *counters,
                             int count, int *refused)
{
    int i, j;

    (void)req;
    *refused = -1;
    if (!table) {
        return "there is no shared memory";
    }
    for (i = 0; i < count && *refused < 0; i++) {
        if (counters[i].give_back) {
            *refused = full_later(counters, i, count);
        }
        if (*refused < 0 && !game_limit_table_count(table, &counters[i])) {
            *refused = i;
        }
    }
    if (*refused < 0) {
        return NULL;
    }
    counters[*refused].count = counters[*refused].limit;
    for (j = 0; j < i - 1; j++) {
        if (counters[j].give_back) {
            game_limit_table_undo(table, &counters[j]);
        }
    }
    return NULL;
}

const game_limit_store_t game_limit_shm = { "shm", 0, 1, count_all };

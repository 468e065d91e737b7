/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A segment of atomics, made before the children are forked and inherited
 * by them. Content does not matter after a restart: caches start empty.
 */

#include "generation.h"

#include <apr_atomic.h>
#include <apr_hash.h>
#include <apr_shm.h>
#include <apr_strings.h>

#define SLOTS 4096

/* Written once, in post_config; the slots by atomics only. */
static apr_uint32_t *slots;

const char *game_generation_setup_post_config(apr_pool_t *pconf)
{
    apr_shm_t *shm;
    apr_status_t rv = apr_shm_create(&shm, SLOTS * sizeof(*slots), NULL,
                                     pconf);

    if (rv != APR_SUCCESS) {
        return apr_psprintf(pconf, "no shared memory for generations: %pm",
                            &rv);
    }
    slots = apr_shm_baseaddr_get(shm);
    memset(slots, 0, SLOTS * sizeof(*slots));
    return NULL;
}

static volatile apr_uint32_t *slot(const char *name)
{
    apr_ssize_t len = APR_HASH_KEY_STRING;

    return &slots[apr_hashfunc_default(name, &len) % SLOTS];
}

apr_uint32_t game_generation_of(const char *name)
{
    return apr_atomic_read32(slot(name));
}

void game_generation_bump(const char *name)
{
    apr_atomic_inc32(slot(name));
}

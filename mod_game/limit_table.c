/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A table of sets of places. A place is two words, changed by atomics only:
 *
 *   tag    half of the counter's hash; 0: nobody's
 *   state  the window's end in the upper half, the count in the lower
 *
 * Counting is a compare-and-swap of the state. Taking a place is done by one
 * at a time in a set, so that no counter gets two of them: tag 0, then the
 * state, then the new tag. Who finds its tag after it read the state has read
 * its own state. Who takes places has put the time into the set's lock: when
 * a process dies right there, the next one goes on after HELD_FOR.
 *
 * State as a number orders the places by window's end, then by count; the
 * smallest one is what a new counter replaces.
 */

#include "limit_table.h"

#include <sched.h>
#include <string.h>

#include <apr_atomic.h>
#include <apr_siphash.h>
#include <apr_strings.h>

#define WAYS 16                 /* places of a set: four lines of cache */
#define HELD_FOR 50000          /* microseconds */
#define KEY_MAX 256

typedef struct place_t {
    apr_uint64_t tag;
    apr_uint64_t state;
} place_t;

struct game_limit_table_t {
    apr_uint64_t sets;
    unsigned char seed[2 * APR_SIPHASH_KSIZE];
    /* then a lock for each set, then their places */
};

/* What a counter is known by. */
typedef struct spot_t {
    apr_uint64_t set;
    apr_uint64_t tag;
    apr_uint64_t end;           /* as the upper half of a state */
} spot_t;

#define COUNT_OF(state) ((int)((state) & 0xffffffffu))

static apr_uint64_t sets_of(int entries)
{
    return ((apr_uint64_t)entries + WAYS - 1) / WAYS;
}

static apr_uint64_t *lock_of(game_limit_table_t *table, apr_uint64_t set)
{
    return (apr_uint64_t *)(void *)(table + 1) + set;
}

static place_t *places_of(game_limit_table_t *table, apr_uint64_t set)
{
    return (place_t *)(void *)lock_of(table, table->sets) + set * WAYS;
}

apr_size_t game_limit_table_size(int entries)
{
    return sizeof(game_limit_table_t) + (apr_size_t)sets_of(entries)
           * (sizeof(apr_uint64_t) + WAYS * sizeof(place_t));
}

game_limit_table_t *game_limit_table_make(void *memory, int entries,
                                          const unsigned char seed[32])
{
    game_limit_table_t *table = memory;

    table->sets = sets_of(entries);
    memcpy(table->seed, seed, sizeof(table->seed));
    return table;
}

static spot_t key_of(const game_limit_table_t *table,
                    const game_limit_counter_t *counter)
{
    char text[KEY_MAX];
    apr_size_t len;
    spot_t key;

    len = (apr_size_t)apr_snprintf(text, sizeof(text),
                                   "%s\n%s\n%" APR_INT64_T_FMT "\n%s",
                                   counter->scope, counter->window->name,
                                   counter->window->start, counter->value);
    key.set = apr_siphash24(text, len, table->seed) % table->sets;
    key.tag = apr_siphash24(text, len, table->seed + APR_SIPHASH_KSIZE);
    key.tag += key.tag == 0;
    key.end = (apr_uint64_t)counter->window->end << 32;
    return key;
}

static place_t *find(game_limit_table_t *table, const spot_t *key)
{
    place_t *place = places_of(table, key->set);
    int i;

    for (i = 0; i < WAYS; i++, place++) {
        if (apr_atomic_read64(&place->tag) == key->tag) {
            return place;
        }
    }
    return NULL;
}

/* ---- taking a place ---- */

static apr_uint64_t hold(apr_uint64_t *lock)
{
    apr_uint64_t held, now;

    for (;;) {
        now = (apr_uint64_t)apr_time_now();
        held = apr_atomic_read64(lock);
        /* a clock that was put back makes marks of the future */
        if ((!held || held + HELD_FOR < now || now + HELD_FOR < held)
            && apr_atomic_cas64(lock, now, held) == held) {
            return now;
        }
        sched_yield();
    }
}

static place_t *take(game_limit_table_t *table, const spot_t *key)
{
    apr_uint64_t *lock = lock_of(table, key->set);
    apr_uint64_t mark = hold(lock), least = ~(apr_uint64_t)0, state;
    place_t *place = find(table, key), *each;
    int i;

    if (!place) {
        each = places_of(table, key->set);
        place = each;
        for (i = 0; i < WAYS; i++, each++) {
            state = apr_atomic_read64(&each->state);
            if (state < least) {
                least = state;
                place = each;
            }
        }
        apr_atomic_set64(&place->tag, 0);
        apr_atomic_set64(&place->state, key->end);
        apr_atomic_set64(&place->tag, key->tag);
    }
    apr_atomic_cas64(lock, 0, mark);
    return place;
}

/* ---- counting ---- */

int game_limit_table_count(game_limit_table_t *table,
                           game_limit_counter_t *counter)
{
    spot_t key = key_of(table, counter);
    place_t *place = NULL;
    apr_uint64_t state;

    for (;;) {
        if (!place) {
            place = find(table, &key);
        }
        if (!place) {
            place = take(table, &key);
        }
        state = apr_atomic_read64(&place->state);
        if (apr_atomic_read64(&place->tag) != key.tag) {
            place = NULL;       /* somebody else's by now */
            continue;
        }
        counter->count = COUNT_OF(state);
        if (counter->count >= counter->limit) {
            return 0;
        }
        if (apr_atomic_cas64(&place->state, state + 1, state) == state) {
            counter->count++;
            return 1;
        }
    }
}

int game_limit_table_look(game_limit_table_t *table,
                          const game_limit_counter_t *counter)
{
    spot_t key = key_of(table, counter);
    place_t *place = find(table, &key);
    apr_uint64_t state = place ? apr_atomic_read64(&place->state) : 0;

    return place && apr_atomic_read64(&place->tag) == key.tag
         ? COUNT_OF(state) : 0;
}

void game_limit_table_undo(game_limit_table_t *table,
                           const game_limit_counter_t *counter)
{
    spot_t key = key_of(table, counter);
    place_t *place = find(table, &key);
    apr_uint64_t state;

    while (place) {
        state = apr_atomic_read64(&place->state);
        if (apr_atomic_read64(&place->tag) != key.tag || !COUNT_OF(state)
            || apr_atomic_cas64(&place->state, state - 1, state) == state) {
            return;
        }
    }
}

int game_limit_table_used(game_limit_table_t *table)
{
    place_t *place = places_of(table, 0);
    apr_uint64_t i;
    int used = 0;

    for (i = 0; i < table->sets * WAYS; i++) {
        used += apr_atomic_read64(&place[i].tag) != 0;
    }
    return used;
}

void game_limit_table_jam(game_limit_table_t *table, apr_time_t at)
{
    apr_uint64_t i;

    for (i = 0; i < table->sets; i++) {
        apr_atomic_set64(lock_of(table, i), (apr_uint64_t)at);
    }
}

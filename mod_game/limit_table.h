/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file limit_table.h
 * Counters in a piece of memory that all processes of a host share. Its size
 * is fixed. Threads and processes count at once, without a lock; a counter
 * is exact as long as it stays in the table.
 *
 * A counter belongs to one set of 16 places. When a set is full, the new one
 * takes the place of the counter whose window ends first, and among those of
 * one window of the one that counted least: what has passed is gone before
 * anything else, and who comes often is forgotten last. So a table that is
 * too small forgets, and lets more pass than it should; it never refuses who
 * did not come.
 */
#ifndef GAME_LIMIT_TABLE_H
#define GAME_LIMIT_TABLE_H

#include <apr_time.h>

#include "limit_key.h"

typedef struct game_limit_table_t game_limit_table_t;

/** The layout: a table of another one is not to be used. */
#define GAME_LIMIT_TABLE_LAYOUT 1

/** @return bytes of a table with room for so many counters */
apr_size_t game_limit_table_size(int entries);

/** Make an empty table of zeroed memory, aligned for 64-bit numbers.
 *  @param seed 32 random bytes, so that nobody can aim at a set */
game_limit_table_t *game_limit_table_make(void *memory, int entries,
                                          const unsigned char seed[32]);

/** Count one when the limit is not reached; counter->count becomes what is
 *  counted now. @return whether it passed */
int game_limit_table_count(game_limit_table_t *table,
                           game_limit_counter_t *counter);

/** @return what is counted */
int game_limit_table_look(game_limit_table_t *table,
                          const game_limit_counter_t *counter);

/** Undo one count. */
void game_limit_table_undo(game_limit_table_t *table,
                           const game_limit_counter_t *counter);

/** @return counters in the table, of windows past as well */
int game_limit_table_used(game_limit_table_t *table);

/** Hold all sets as processes do that died in the middle, at a time; for
 *  tests. */
void game_limit_table_jam(game_limit_table_t *table, apr_time_t at);

#endif

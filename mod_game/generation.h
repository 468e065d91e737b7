/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file generation.h
 * Generations in shared memory: what one child changes, every child of this
 * host sees at its next look. A cached thing remembers the generation that
 * its name had before it was read from the database; when that has moved,
 * the thing is stale. Names share slots, so a change may make others look
 * stale as well, never the reverse.
 */
#ifndef GAME_GENERATION_H
#define GAME_GENERATION_H

#include <httpd.h>

/** Make the shared memory. @return NULL or a sentence */
const char *game_generation_setup_post_config(apr_pool_t *pconf);

/** @return the generation of a name (a game's id, a key's prefix) */
apr_uint32_t game_generation_of(const char *name);

/** Something with this name changed. */
void game_generation_bump(const char *name);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file placeholder.h
 * The template of games that have none (campaigns.md 4.3): a page that works
 * with any game_config.json. Its files are in the folder placeholder/ and
 * become a part of the module when it is built.
 */
#ifndef GAME_CAMPAIGNS_PLACEHOLDER_H
#define GAME_CAMPAIGNS_PLACEHOLDER_H

#include <apr_pools.h>

/** One of its files. */
typedef struct game_placeholder_t {
    const char *path;           /**< in the tree, '/' between segments */
    const unsigned char *data;
    apr_size_t len;
} game_placeholder_t;

/** All of them; one without a path ends the list. */
extern const game_placeholder_t game_placeholder[];

#endif

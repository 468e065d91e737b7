/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file docs.h
 * /openapi.json, and the pages that show it: GameDocs.
 */
#ifndef GAME_DOCS_H
#define GAME_DOCS_H

#include <apr_pools.h>

/** Register the hooks that serve them. */
void game_docs_register(apr_pool_t *pool);

#endif

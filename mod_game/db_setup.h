/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file db_setup.h
 * What the module's hooks call to bring the database layer up.
 */
#ifndef GAME_DB_SETUP_H
#define GAME_DB_SETUP_H

#include <httpd.h>

/** Register the hook of mod_dbd that prepares new connections. */
void game_db_register(apr_pool_t *pool);

/** Find mod_dbd. @return NULL, or a sentence when it is not loaded */
const char *game_db_setup_post_config(server_rec *s);

/** Make the limiter of this child. */
void game_db_setup_child_init(apr_pool_t *pchild, server_rec *s);

#endif

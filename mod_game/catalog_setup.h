/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file catalog_setup.h
 * What the module's hooks call to bring caches up.
 */
#ifndef GAME_CATALOG_SETUP_H
#define GAME_CATALOG_SETUP_H

#include <httpd.h>

/** Make this child's caches of games and tasks. */
void game_catalog_setup_child_init(apr_pool_t *pchild, server_rec *s);

/** Make this child's cache of keys and subjects. */
void game_auth_setup_child_init(apr_pool_t *pchild, server_rec *s);

#endif

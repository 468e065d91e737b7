/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file access_log.h
 * The format "%^gj" of mod_log_config: a request as one JSON object.
 */
#ifndef GAME_ACCESS_LOG_H
#define GAME_ACCESS_LOG_H

#include <apr_pools.h>

/** Make "%^gj" known to LogFormat and CustomLog. */
void game_access_log_register(apr_pool_t *pool);

#endif

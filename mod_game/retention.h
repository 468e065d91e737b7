/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file retention.h
 * How long rows are kept: the tables that GameRetention knows. Those of the
 * ledger are not among them.
 */
#ifndef GAME_RETENTION_H
#define GAME_RETENTION_H

#include "config.h"

typedef struct game_retention_t {
    const char *table;
    int days;                   /**< default; 0: for ever */
} game_retention_t;

/** The tables, GAME_RETENTIONS of them. */
extern const game_retention_t game_retentions[GAME_RETENTIONS];

/** @return a table's place, or -1 */
int game_retention_find(const char *table);

/** @return the names of all, joined by commas */
const char *game_retention_names(apr_pool_t *pool);

/** @return the arguments of the job */
const char *game_retention_args(const game_server_conf_t *conf,
                                apr_pool_t *pool);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The tables that get old. game.retain (sql/migrations) knows them as well.
 */

#include "retention.h"

#include <string.h>

#include <apr_strings.h>

#include "json.h"

#define BATCH 10000             /* rows of a transaction */

const game_retention_t game_retentions[GAME_RETENTIONS] = {
    { "request_log", 180 },
    { "audit_log", 180 },
    { "strategy_runs", 90 },
    { "strategy_counts", 90 },
    { "uptime_samples", 365 },
    { "export_log", 730 },
    { "request_days", 0 },
    { "kpi_days", 0 }
};

int game_retention_find(const char *table)
{
    int i;

    for (i = 0; i < GAME_RETENTIONS; i++) {
        if (!strcmp(table, game_retentions[i].table)) {
            return i;
        }
    }
    return -1;
}

const char *game_retention_names(apr_pool_t *pool)
{
    const char *names = game_retentions[0].table;
    int i;

    for (i = 1; i < GAME_RETENTIONS; i++) {
        names = apr_pstrcat(pool, names, ", ", game_retentions[i].table,
                            NULL);
    }
    return names;
}

const char *game_retention_args(const game_server_conf_t *conf,
                                apr_pool_t *pool)
{
    game_jw_t *jw = game_jw_make(pool);
    int i;

    game_jw_object(jw, NULL);
    game_jw_int(jw, "batch", BATCH);
    game_jw_array(jw, "tables");
    for (i = 0; i < GAME_RETENTIONS; i++) {
        game_jw_array(jw, NULL);
        game_jw_string(jw, NULL, game_retentions[i].table);
        game_jw_int(jw, NULL, game_conf_retention(conf, i));
        game_jw_end(jw);
    }
    game_jw_end(jw);
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

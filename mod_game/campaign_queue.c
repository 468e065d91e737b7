/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * From the worker's values to those of statements, and back. What the
 * statements do is decided in sql/migrations/0033_campaign_queue.sql.
 */

#include "campaign_queue.h"

#include <string.h>

#include <apr_strings.h>

#define DEPTH 1024              /* of what the database has */

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

/* Columns of campaign_claim. */
enum {
    STEP, LEASE, RUN, TENANT, STEP_ID, SKILL, ATTEMPT, RECOVERIES, CACHED,
    WORKFLOW, VERSION, TRIGGER_TYPE, PAYLOAD, CHANGE, CAMPAIGN, CONTEXT,
    RUNNING_US, NOW_US, OUTPUTS, ARTIFACTS, BASE_RUN, BASE_OUTPUTS, BEGINS
};

/* A value of the database, or NULL. */
static const game_json_t *value_of(apr_pool_t *pool, const char *text)
{
    game_json_fault_t fault;

    return text ? game_json_parse_wide(pool, text, strlen(text), DEPTH,
                                       &fault) : NULL;
}

static const char *text_of(apr_pool_t *pool, const game_json_t *value)
{
    return value ? game_json_text(pool, value) : NULL;
}

game_error_t *game_queue_claim(game_db_worker_t *db, apr_pool_t *pool,
                               const char *worker, int seconds,
                               game_claim_t **out)
{
    const char *values[] = { worker, game_bind_int(pool, seconds), "1" };
    const game_rows_t *rows;
    game_claim_t *claim;
    game_error_t *err = game_db_worker_run(db, pool,
                                           GAME_SQL_CAMPAIGN_CLAIM, &rows,
                                           COUNT(values), values);

    *out = NULL;
    if (err || !rows->count) {
        return err;
    }
    *out = claim = apr_pcalloc(pool, sizeof(*claim));
    claim->step = game_cell(rows, 0, STEP);
    claim->lease = game_cell(rows, 0, LEASE);
    claim->run = game_cell(rows, 0, RUN);
    claim->step_id = game_cell(rows, 0, STEP_ID);
    claim->skill = game_cell(rows, 0, SKILL);
    claim->attempt = (int)game_cell_int(rows, 0, ATTEMPT);
    claim->recoveries = (int)game_cell_int(rows, 0, RECOVERIES);
    claim->cached = game_cell_true(rows, 0, CACHED);
    claim->begins = game_cell_true(rows, 0, BEGINS);
    claim->workflow = game_cell(rows, 0, WORKFLOW);
    claim->version = game_cell(rows, 0, VERSION);
    claim->payload = value_of(pool, game_cell(rows, 0, PAYLOAD));
    claim->change = value_of(pool, game_cell(rows, 0, CHANGE));
    claim->ran = game_cell_int(rows, 0, NOW_US)
               - game_cell_int(rows, 0, RUNNING_US);
    claim->outputs = value_of(pool, game_cell(rows, 0, OUTPUTS));
    claim->artifacts = value_of(pool, game_cell(rows, 0, ARTIFACTS));
    claim->base = value_of(pool, game_cell(rows, 0, BASE_OUTPUTS));
    return NULL;
}

/* A cell of the only row. */
static const char *cell(const game_rows_t *rows, int column)
{
    return rows->count ? game_cell(rows, 0, column) : NULL;
}

static const char *outcome_of(const game_rows_t *rows)
{
    const char *outcome = cell(rows, 0);

    return outcome ? outcome : "lost";
}

game_error_t *game_queue_input(game_db_worker_t *db, apr_pool_t *pool,
                               const game_claim_t *claim, const char *hash,
                               int lookup, const char **outcome,
                               game_cached_t *cached)
{
    const char *values[] = { claim->step, claim->lease, hash,
                             game_bind_bool(lookup) };
    const game_rows_t *rows;
    game_error_t *err = game_db_worker_run(db, pool,
                                           GAME_SQL_CAMPAIGN_STEP_INPUT,
                                           &rows, COUNT(values), values);

    if (!err) {
        *outcome = outcome_of(rows);
        cached->id = cell(rows, 1);
        cached->data = value_of(pool, cell(rows, 3));
        cached->artifacts = value_of(pool, cell(rows, 4));
    }
    return err;
}

game_error_t *game_queue_drop(game_db_worker_t *db, apr_pool_t *pool,
                              const char *cache_id)
{
    const game_rows_t *rows;

    return game_db_worker_run(db, pool, GAME_SQL_CAMPAIGN_CACHE_DROP, &rows,
                              1, &cache_id);
}

game_error_t *game_queue_finish(game_db_worker_t *db, apr_pool_t *pool,
                                const game_claim_t *claim,
                                const game_ending_t *ending,
                                game_ended_t *ended)
{
    const char *values[] = {
        claim->step, claim->lease, ending->status,
        ending->artifacts ? text_of(pool, ending->artifacts) : "[]",
        ending->cache_id, text_of(pool, ending->data),
        text_of(pool, ending->error), ending->scope,
        game_bind_int(pool, ending->ttl), text_of(pool, ending->context)
    };
    const game_rows_t *rows;
    game_error_t *err = game_db_worker_run(db, pool,
                                           GAME_SQL_CAMPAIGN_STEP_FINISH,
                                           &rows, COUNT(values), values);

    if (!err) {
        ended->outcome = outcome_of(rows);
        ended->run_status = cell(rows, 2);
        ended->released = rows->count ? (int)game_cell_int(rows, 0, 3) : 0;
    }
    return err;
}

game_error_t *game_queue_retry(game_db_worker_t *db, apr_pool_t *pool,
                               const game_claim_t *claim,
                               const game_json_t *error, int delay_ms,
                               const char **outcome, const char **run_status)
{
    const char *values[] = { claim->step, claim->lease,
                             text_of(pool, error),
                             game_bind_int(pool, delay_ms) };
    const game_rows_t *rows;
    game_error_t *err = game_db_worker_run(db, pool,
                                           GAME_SQL_CAMPAIGN_STEP_RETRY,
                                           &rows, COUNT(values), values);

    if (!err) {
        *outcome = outcome_of(rows);
        *run_status = cell(rows, 1);
    }
    return err;
}

game_error_t *game_queue_fail(game_db_worker_t *db, apr_pool_t *pool,
                              const game_claim_t *claim,
                              const game_fault_t *fault,
                              const char **outcome)
{
    const char *values[] = { claim->step, claim->lease, fault->code,
                             fault->message };
    const game_rows_t *rows;
    game_error_t *err = game_db_worker_run(db, pool,
                                           GAME_SQL_CAMPAIGN_RUN_FAIL, &rows,
                                           COUNT(values), values);

    if (!err) {
        *outcome = outcome_of(rows);
    }
    return err;
}

/* What a row says of a step; rows are in no order that matters. */
static const char *state_of(const game_rows_t *rows, const char *step)
{
    int i;

    for (i = 0; i < rows->count; i++) {
        if (!strcmp(game_cell(rows, i, 0), step)) {
            return game_cell(rows, i, 1);
        }
    }
    return "lost";
}

game_error_t *game_queue_leases(game_db_worker_t *db, apr_pool_t *pool,
                                const char *const *steps,
                                const char *const *leases, int count,
                                int seconds, const char **states)
{
    const char *values[] = { game_bind_array(pool, steps, count),
                             game_bind_array(pool, leases, count),
                             game_bind_int(pool, seconds) };
    const game_rows_t *rows;
    game_error_t *err;
    int i;

    err = seconds ? game_db_worker_run(db, pool, GAME_SQL_CAMPAIGN_RENEW,
                                       &rows, 3, values)
                  : game_db_worker_run(db, pool, GAME_SQL_CAMPAIGN_RELEASE,
                                       &rows, 2, values);
    for (i = 0; !err && i < count; i++) {
        states[i] = state_of(rows, steps[i]);
    }
    return err;
}

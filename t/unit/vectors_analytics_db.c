/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Awards of the past: booked by game.award like any other, by a clock that is
 * slow. Everything is rolled back.
 */
#include "vectors_analytics.h"

#include "economy_inputs.h"

#include <apr_strings.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

struct analytics_db_t {
    game_vectors_t *v;
    PGconn *conn;
};

/* Ids are made of their position in the lists of the file; the last byte of
 * a user's id is the bucket as well. */
enum { GAMES = 0x40, TASKS = 0x80, USERS = 0, NOBODY = 0x3f };

/* For one transaction: game.award, run below load(), finds the schema's clock
 * before the one of Postgres and so books in the past.
 * p_ids: {"games": {name: uuid}, "tasks": {game: {name: uuid}}, "users":
 * {name: uuid}}. Answers the time that ages are counted from. */
static const char prologue[] =
    "begin;\n"
    "create schema game_vectors;\n"
    "create function game_vectors.clock_timestamp() returns timestamptz\n"
    "language sql volatile as $$\n"
    "    select current_setting('game_vectors.clock')::timestamptz\n"
    "$$;\n"
    "create function game_vectors.load(p_ids jsonb, p_rows jsonb)\n"
    "returns bigint language plpgsql\n"
    "set search_path = game_vectors, pg_catalog as $$\n"
    "declare\n"
    "    v_now timestamptz := pg_catalog.clock_timestamp();\n"
    "    v_row record;\n"
    "    v_outcome text;\n"
    "begin\n"
    "    insert into game.games (id, external_game_id, platform, realm_id)\n"
    "    select value::uuid, key, 'vectors', 'game-vectors'\n"
    "      from jsonb_each_text(p_ids -> 'games');\n"
    "    insert into game.tasks (id, game_id, external_task_id)\n"
    "    select t.value::uuid, (p_ids -> 'games' ->> g.key)::uuid, t.key\n"
    "      from jsonb_each(p_ids -> 'tasks') g,\n"
    "           jsonb_each_text(g.value) t;\n"
    "    for v_row in\n"
    "        select (p_ids -> 'users' ->> x.user)::uuid as user_id, x.user,\n"
    "               (p_ids -> 'games' ->> x.game)::uuid as game_id,\n"
    "               (p_ids -> 'tasks' -> x.game ->> x.task)::uuid task_id,\n"
    "               nullif(x.data, 'null') as data,\n"
    "               v_now - make_interval(secs => x.\"ageSeconds\") as at\n"
    "          from jsonb_to_recordset(p_rows)\n"
    "               as x(game text, task text, \"user\" text,\n"
    "                    \"ageSeconds\" float8, data jsonb)\n"
    "         where x.\"ageSeconds\" is not null\n"
    "         order by x.\"ageSeconds\" desc\n"
    "    loop\n"
    "        perform set_config('game_vectors.clock', v_row.at::text, true);\n"
    "        select a.outcome into v_outcome from game.award(\n"
    "            p_bucket => (get_byte(uuid_send(v_row.user_id), 15)\n"
    "                         & 63)::smallint,\n"
    "            p_user => v_row.user_id, p_external_user => v_row.user,\n"
    "            p_realm => 'game-vectors', p_game => v_row.game_id,\n"
    "            p_game_version => 1, p_task => v_row.task_id,\n"
    "            p_task_version => 1, p_history => null, p_points => 1,\n"
    "            p_case => 'vector', p_data => v_row.data,\n"
    "            p_description => null, p_key => null, p_digest => null,\n"
    "            p_prefix => null, p_subject => null, p_rate => 100,\n"
    "            p_allow_negative => false) a;\n"
    "        if v_outcome <> 'booked' then\n"
    "            raise 'an award was answered with %', v_outcome;\n"
    "        elsif not exists (\n"
    "            select from game.awards a\n"
    "             where a.user_id = v_row.user_id\n"
    "               and a.task_id = v_row.task_id\n"
    "               and a.created_at = v_row.at) then\n"
    "            raise 'an award was booked at another time';\n"
    "        end if;\n"
    "    end loop;\n"
    "    return game.unix_us(v_now);\n"
    "end\n"
    "$$";

/* @return a result that has rows or needs none; NULL after it told why */
static PGresult *run(analytics_db_t *db, const char *text, int count,
                     const char *const *values)
{
    PGresult *result = PQexecParams(db->conn, text, count, NULL, values,
                                    NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        return result;
    }
    game_vectors_differ(db->v, "%s", PQerrorMessage(db->conn));
    PQclear(result);
    return NULL;
}

/* Run statements that have no rows to read. */
static int command(analytics_db_t *db, const char *text)
{
    PGresult *result = PQexec(db->conn, text);
    int done = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!done) {
        game_vectors_differ(db->v, "%s", PQerrorMessage(db->conn));
    }
    PQclear(result);
    return done;
}

static apr_status_t close_db(void *data)
{
    PQfinish(((analytics_db_t *)data)->conn);
    return APR_SUCCESS;
}

analytics_db_t *analytics_db_open(game_vectors_t *v)
{
    const char *host = getenv("PGHOST");
    analytics_db_t *db = apr_pcalloc(v->pool, sizeof(*db));

    if (!host || !*host) {
        game_vectors_differ(v, "PGHOST does not say where a migrated database"
                            " is: `make vectors` makes one");
        return NULL;
    }
    db->v = v;
    db->conn = PQconnectdb("application_name=game-vectors"
                           " client_encoding=UTF8");
    apr_pool_cleanup_register(v->pool, db, close_db, apr_pool_cleanup_null);
    if (PQstatus(db->conn) != CONNECTION_OK) {
        game_vectors_differ(v, "%s", PQerrorMessage(db->conn));
        return NULL;
    }
    return db;
}

int analytics_db_timed(analytics_db_t *db)
{
    PGresult *result = run(db, "select attnotnull from pg_attribute"
                           " where attrelid = 'game.awards'::regclass"
                           " and attname = 'created_at'", 0, NULL);
    int timed = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';

    PQclear(result);
    return timed;
}

/* ---- ids ---- */

static const char *uuid_of(apr_pool_t *pool, unsigned number)
{
    return apr_psprintf(pool, "ca5e0000-0000-4000-8000-%012x", number);
}

/* @return where a list has a text, or NOBODY */
static unsigned place_of(const json_t *list, const char *text)
{
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one) {
        if (!strcmp(json_string_value(one), text)) {
            return (unsigned)i;
        }
    }
    return NOBODY;
}

static const char *id_of(game_vectors_t *v, unsigned kind, const char *list,
                         const char *name)
{
    return uuid_of(v->pool, kind
                   + place_of(json_object_get(v->root, list), name));
}

static const char *task_id_of(game_vectors_t *v, const char *game,
                              const char *task)
{
    const json_t *pair;
    size_t i;

    json_array_foreach(json_object_get(v->root, "tasks"), i, pair) {
        if (!strcmp(json_string_value(json_array_get(pair, 0)), game)
            && !strcmp(json_string_value(json_array_get(pair, 1)), task)) {
            return uuid_of(v->pool, TASKS + (unsigned)i);
        }
    }
    return uuid_of(v->pool, TASKS + NOBODY);
}

static json_t *ids_of_list(game_vectors_t *v, unsigned kind, const char *list)
{
    json_t *ids = json_object();
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(v->root, list), i, one) {
        json_object_set_new(ids, json_string_value(one), json_string(
            uuid_of(v->pool, kind + (unsigned)i)));
    }
    return ids;
}

static json_t *ids_of_tasks(game_vectors_t *v)
{
    json_t *ids = json_object();
    const json_t *pair;
    size_t i;

    json_array_foreach(json_object_get(v->root, "tasks"), i, pair) {
        const char *game = json_string_value(json_array_get(pair, 0));

        if (!json_object_get(ids, game)) {
            json_object_set_new(ids, game, json_object());
        }
        json_object_set_new(json_object_get(ids, game),
            json_string_value(json_array_get(pair, 1)),
            json_string(uuid_of(v->pool, TASKS + (unsigned)i)));
    }
    return ids;
}

/* ---- a case's database ---- */

apr_int64_t analytics_db_load(analytics_db_t *db, const json_t *rows)
{
    json_t *ids = json_pack("{s:o, s:o, s:o}",
        "games", ids_of_list(db->v, GAMES, "games"),
        "tasks", ids_of_tasks(db->v),
        "users", ids_of_list(db->v, USERS, "users"));
    char *ids_text = json_dumps(ids, JSON_COMPACT);
    char *rows_text = json_dumps(rows, JSON_COMPACT);
    const char *values[] = { ids_text, rows_text };
    PGresult *result = NULL;
    apr_int64_t now = 0;

    if (command(db, prologue)) {
        result = run(db, "select game_vectors.load($1::jsonb, $2::jsonb)", 2,
                     values);
    }
    if (result) {
        now = apr_strtoi64(PQgetvalue(result, 0, 0), NULL, 10);
    }
    PQclear(result);
    free(rows_text);
    free(ids_text);
    json_decref(ids);
    return now;
}

static const game_rows_t *rows_of(const PGresult *result, apr_pool_t *pool)
{
    game_rows_t *rows = apr_pcalloc(pool, sizeof(*rows));
    const char **cells;
    int i;

    rows->count = PQntuples(result);
    rows->columns = PQnfields(result);
    cells = apr_pcalloc(pool, sizeof(*cells)
                        * (apr_size_t)(rows->count * rows->columns));
    for (i = 0; i < rows->count * rows->columns; i++) {
        int row = i / rows->columns;
        int column = i % rows->columns;

        if (!PQgetisnull(result, row, column)) {
            cells[i] = apr_pstrdup(pool, PQgetvalue(result, row, column));
        }
    }
    rows->cells = cells;
    return rows;
}

int analytics_db_inputs(analytics_db_t *db, const analytics_ask_t *ask,
                        game_inputs_t *inputs)
{
    const game_statement_t *facts = &game_statements[GAME_SQL_AWARD_FACTS];
    game_vectors_t *v = db->v;
    const char *seconds = apr_psprintf(v->pool, "%" APR_INT64_T_FMT,
                                       ask->seconds);
    const char *user = ask->user ? ask->user : "";
    const char *values[] = {
        apr_psprintf(v->pool, "%u",
                     place_of(json_object_get(v->root, "users"), user)),
        id_of(v, USERS, "users", user),
        task_id_of(v, ask->game, ask->task ? ask->task : ""),
        id_of(v, GAMES, "games", ask->game),
        apr_psprintf(v->pool, "%u", ask->mask),
        seconds, seconds, NULL, NULL
    };
    PGresult *result = run(db, facts->text,
                           (int)(sizeof(values) / sizeof(values[0])), values);
    const game_rows_t *rows;

    if (!result) {
        return 0;
    }
    rows = rows_of(result, v->pool);
    PQclear(result);
    if (rows->count != 1 || rows->columns != FACT_USER_MINUTES + 1) {
        game_vectors_differ(v, "award_facts has %d rows of %d columns",
                            rows->count, rows->columns);
        return 0;
    }
    game_economy_inputs(rows, inputs);
    return 1;
}

void analytics_db_end(analytics_db_t *db)
{
    PGresult *result = run(db, "select fault, detail"
                           " from game.ledger_faults()", 0, NULL);
    int i;

    for (i = 0; i < PQntuples(result); i++) {
        game_vectors_differ(db->v, "the ledger: %s: %s",
                            PQgetvalue(result, i, 0),
                            PQgetvalue(result, i, 1));
    }
    PQclear(result);
    command(db, "rollback");
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Health for load balancers and people.
 */

#include "kpi.h"

#include <string.h>

#include "db.h"
#include "response.h"

game_error_t *game_kpi_health(game_req_t *req)
{
    game_jw_t *jw = game_jw_make(req->pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "status", "KPI service is running");
    game_jw_string(jw, "timestamp",
                   game_time_off(req->pool, apr_time_now()));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

/* The kind of a database error, without a word of what it said: 57014 is a
 * statement that took too long, 42 the class of objects that are missing or
 * not ours. */
static const char *error_class(const game_error_t *err)
{
    const char *state = err->sqlstate;

    if (!state) {
        return "database unavailable";
    }
    if (!strcmp(state, "57014")) {
        return "database too slow";
    }
    return strncmp(state, "42", 2) ? "database error"
                                   : "database not set up";
}

game_error_t *game_kpi_ready(game_req_t *req)
{
    const game_rows_t *rows;
    game_error_t *err;

    err = game_db_run(req, GAME_SQL_READY, &rows, 0, NULL);
    if (err) {
        err->status = HTTP_SERVICE_UNAVAILABLE;
        err->detail = error_class(err);
        err->detail_json = NULL;
        return err;
    }
    return game_response_raw(req, HTTP_OK, "{\"status\":\"ready\"}");
}

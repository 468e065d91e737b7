/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Interactions, read from the view of that name.
 */

#include "interactions.h"

#include <string.h>

#include "access.h"
#include "db.h"
#include "page.h"
#include "response.h"

static const game_field_t query_fields[] = {
    GAME_PAGE_FIELD,
    GAME_PAGE_SIZE_FIELD("100"),
    { NULL }
};

const game_schema_t game_interactions_query = {
    "InteractionsQuery", query_fields, NULL
};

/* Columns of interactions_user. */
enum { TOTAL, ID, CREATED, KIND, TYPE, DETAIL, GAME, GAME_NAME, TASK,
       TASK_NAME };

/* An administrator, the realm that the user belongs to, the user itself. */
static int sees_all(const game_principal_t *who, const char *external)
{
    return game_is_admin(who) || who->realm
        || (!who->prefix && who->subject && !strcmp(who->subject, external));
}

static void write_item(game_jw_t *jw, const game_rows_t *rows, int i)
{
    game_jw_object(jw, NULL);
    game_jw_string(jw, "id", game_cell(rows, i, ID));
    game_jw_string(jw, "kind", game_cell(rows, i, KIND));
    game_jw_string(jw, "interactionType", game_cell(rows, i, TYPE));
    game_jw_string(jw, "interactionDetail", game_cell(rows, i, DETAIL));
    game_jw_string(jw, "gameId", game_cell(rows, i, GAME));
    game_jw_string(jw, "externalGameId", game_cell(rows, i, GAME_NAME));
    game_jw_string(jw, "taskId", game_cell(rows, i, TASK));
    game_jw_string(jw, "externalTaskId", game_cell(rows, i, TASK_NAME));
    game_jw_string(jw, "created_at",
                   game_time_z(game_jw_pool(jw),
                               game_cell_int(rows, i, CREATED)));
    game_jw_end(jw);
}

game_error_t *game_interactions_list(game_req_t *req)
{
    const char *external = game_request_path(req, "externalUserId");
    const game_principal_t *who = req->who;
    const game_rows_t *rows;
    game_error_t *err;
    game_page_t page;
    game_user_t user;
    game_jw_t *jw;
    int i;

    err = game_page_read(req, GAME_PAGE_KEYS, &page);
    if (!err) {
        err = game_access_user(req, external, &user);
    }
    if (!err) {
        err = GAME_DB_RUN(req, GAME_SQL_INTERACTIONS_USER, &rows,
                          user.id.bucket, user.id.id,
                          game_bind_bool(sees_all(who, external)),
                          who->prefix, who->subject, page.limit,
                          page.offset);
    }
    if (err) {
        return err;
    }
    jw = game_jw_make(req->pool);
    game_jw_object(jw, NULL);
    game_jw_array(jw, "items");
    for (i = 0; i < rows->count && game_cell(rows, i, ID); i++) {
        write_item(jw, rows, i);
    }
    game_jw_end(jw);
    game_page_write(jw, &page, game_cell_int(rows, 0, TOTAL));
    game_jw_end(jw);
    return game_response_json(req, HTTP_OK, jw);
}

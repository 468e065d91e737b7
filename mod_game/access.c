/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Permissions: games by their owner, users by whom they have to do with.
 */

#include "access.h"

#include <string.h>

#include "db.h"

static int same(const char *a, const char *b)
{
    return a && b && !strcmp(a, b);
}

int game_access_may(const game_principal_t *who, const char *prefix,
                    const char *realm, const char *subject)
{
    return game_is_admin(who) || same(who->prefix, prefix)
        || same(who->realm, realm) || same(who->subject, subject);
}

game_error_t *game_access_lookup(game_req_t *req, const char *external_id,
                                 game_user_t *user)
{
    const game_principal_t *who = req->who;
    const game_rows_t *rows;
    game_error_t *err;
    int all = game_is_admin(who) || who->realm
        || (!who->prefix && same(who->subject, external_id));

    memset(user, 0, sizeof(*user));
    user->external_id = external_id;
    game_request_user(req, who->realm, external_id, &user->id);
    err = GAME_DB_RUN(req, GAME_SQL_USER_ACCESS, &rows, user->id.bucket,
                      user->id.id, who->prefix, who->subject,
                      game_bind_bool(all));
    if (err) {
        return err;
    }
    user->exists = rows->count > 0;
    user->visible = user->exists && game_cell_true(rows, 0, 0);
    return NULL;
}

game_error_t *game_access_user(game_req_t *req, const char *external_id,
                               game_user_t *user)
{
    game_error_t *err = game_access_lookup(req, external_id, user);

    if (!err && !user->exists) {
        err = game_error_make(req->pool, HTTP_NOT_FOUND,
                              "Not found externalUserId : %s", external_id);
    }
    else if (!err && !user->visible) {
        err = game_error_make(req->pool, HTTP_FORBIDDEN, "You do not have "
                              "permission to access this user");
    }
    return err;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Ids of requests. The note is there before other modules look at the
 * request, so that their lines of the error log can carry it too.
 */

#include "request_id.h"

#include <http_config.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include "config.h"
#include "game.h"
#include "request.h"
#include "ids.h"

#define NOTE "game-request-id"

static const char *make_id(request_rec *r)
{
    const char *id = apr_table_get(r->headers_in, "X-Request-Id");
    char made[GAME_UUID_SIZE];

    if (id && game_ids_is_id(id)) {
        return id;
    }
    id = apr_table_get(r->subprocess_env, "UNIQUE_ID");
    if (id && game_ids_is_id(id)) {
        return id;
    }
    game_uuid_random(made);
    return apr_pstrdup(r->pool, made);
}

const char *game_request_id(request_rec *r)
{
    const char *id = apr_table_get(r->notes, NOTE);

    if (!id) {
        /* what httpd makes of a request is still that request */
        id = r->main ? game_request_id(r->main)
           : r->prev ? game_request_id(r->prev) : make_id(r);
        apr_table_setn(r->notes, NOTE, id);
    }
    /* internal redirects rename the variables */
    apr_table_setn(r->subprocess_env, "GAME_REQUEST_ID", id);
    return id;
}

static int read_request(request_rec *r)
{
    if (game_config_server(r->server)->engine == 1) {
        game_request_id(r);
    }
    return DECLINED;
}

/* The location is known: whoever answers from here on, it has the id. */
static int located(request_rec *r)
{
    if (game_config_dir(r)->engine == 1) {
        game_request_of(r);
    }
    return DECLINED;
}

void game_request_id_register(apr_pool_t *pool)
{
    static const char *const before[] = { "mod_unique_id.c", NULL };

    (void)pool;
    ap_hook_post_read_request(read_request, before, NULL, APR_HOOK_MIDDLE);
    ap_hook_header_parser(located, NULL, NULL, APR_HOOK_FIRST);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Access log lines in JSON. mod_log_config escapes what its own formats
 * write in a way that JSON does not know (\xhh), so the object is written
 * here. Neither the query nor credentials are in it.
 */

#include "access_log.h"

#include <string.h>

#include <httpd.h>
#include <http_config.h>
#include <mod_log_config.h>

#include <apr_optional.h>
#include <apr_strings.h>

#include "game.h"
#include "json.h"
#include "ids.h"

#define PREFIX "game-"

static void put(game_jw_t *jw, const char *name, const char *text)
{
    if (text) {
        game_jw_string(jw, name, game_ids_utf8(game_jw_pool(jw), text));
    }
}

/* Whole numbers are written as numbers: points and microseconds. */
static int is_number(const char *name, const char *value)
{
    apr_size_t len = strlen(name);
    const char *digits = *value == '-' ? value + 1 : value;

    return (!strcmp(name, "points")
            || (len > 3 && !strcmp(name + len - 3, "_us")))
        && *digits && strlen(digits) < 19
        && !digits[strspn(digits, "0123456789")];
}

/* A note game-x-y as the member x_y, once. */
static void put_note(game_jw_t *jw, apr_table_t *seen, const char *note,
                     const char *value)
{
    char *name = apr_pstrdup(game_jw_pool(jw), note + strlen(PREFIX)), *at;

    for (at = name; *at; at++) {
        *at = *at == '-' ? '_' : *at;
    }
    if (apr_table_get(seen, name)) {
        return;
    }
    apr_table_setn(seen, name, "");
    if (is_number(name, value)) {
        game_jw_raw(jw, name, value);
    }
    else {
        put(jw, name, value);
    }
}

static void put_notes(game_jw_t *jw, request_rec *r)
{
    apr_table_t *seen = apr_table_make(r->pool, 16);
    const apr_array_header_t *list;
    const apr_table_entry_t *entry;
    int i;

    /* an internal redirect has notes of its own */
    for (; r; r = r->prev) {
        list = apr_table_elts(r->notes);
        entry = (const apr_table_entry_t *)(const void *)list->elts;
        for (i = 0; i < list->nelts; i++) {
            if (!strncmp(entry[i].key, PREFIX, strlen(PREFIX))) {
                put_note(jw, seen, entry[i].key, entry[i].val);
            }
        }
    }
}

static const char *line(request_rec *r, char *arg)
{
    game_jw_t *jw = game_jw_make(r->pool);
    const request_rec *first = r;
    const char *path;

    (void)arg;
    while (first->prev) {
        first = first->prev;
    }
    path = first->unparsed_uri ? first->unparsed_uri : "";
    game_jw_object(jw, NULL);
    game_jw_string(jw, "time", game_time_z(r->pool, first->request_time));
    put(jw, "address", r->useragent_ip);
    put(jw, "method", first->method);
    put(jw, "path", apr_pstrmemdup(r->pool, path, strcspn(path, "?")));
    put(jw, "protocol", first->protocol);
    game_jw_int(jw, "status", r->status);
    game_jw_int(jw, "bytes", (apr_int64_t)r->bytes_sent);
    game_jw_int(jw, "duration_us", apr_time_now() - first->request_time);
    put(jw, "agent", apr_table_get(r->headers_in, "User-Agent"));
    put(jw, "log_id", r->log_id);
    put_notes(jw, r);
    game_jw_end(jw);
    return game_jw_text(jw, NULL);
}

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    APR_OPTIONAL_FN_TYPE(ap_register_log_handler) *announce
        = APR_RETRIEVE_OPTIONAL_FN(ap_register_log_handler);

    (void)plog;
    (void)ptemp;
    if (announce) {
        announce(pconf, (char *)"^gj", line, 0);
    }
    return OK;
}

void game_access_log_register(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
}

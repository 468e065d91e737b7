/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Counters in Redis (or what speaks its protocol and runs scripts): one
 * script, which is one round trip and atomic.
 *
 * By hiredis and not by apr_redis: that one can neither log in nor choose a
 * database, knows no transaction or script, and sets a key's time to live
 * only together with its value, so that a counter would either lose counts
 * or live for ever.
 *
 * A child has at most POOL_MAX connections, made when they are wanted. Each
 * step of them has a time to end in. A server that failed is left alone for
 * DOWN_FOR; then one request tries it.
 */

#include "limit.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_uri.h>

#define COUNTERS 4
#define POOL_MAX 8
#define STEP_MS 300             /* to connect, and to answer a command */
#define WAIT_FOR apr_time_from_msec(300)
#define DOWN_FOR apr_time_from_sec(1)

/* Where it is, and the connections of this child. */
struct game_limit_redis_t {
    const char *host;
    int port;
    int database;
    const char *user, *password;
    apr_thread_mutex_t *mutex;  /* NULL before the child is there; guards: */
    apr_thread_cond_t *freed;
    redisContext *idle[POOL_MAX];
    int idle_count;
    int open;                   /* idle or in use */
    apr_time_t down_until;      /* 0: it is up */
    int probing;                /* one tries whether it is back */
};

/* KEYS: the counters. ARGV: their limits, times to live, and whether they
 * are given back. Answers the refusing one's position or 0, then what is
 * counted. */
static const char script[] =
    "local n, refused, now = #KEYS, 0, redis.call('MGET', unpack(KEYS))\n"
    "local out = {}\n"
    "for i = 1, n do\n"
    "  out[i] = tonumber(now[i] or 0)\n"
    "  if out[i] >= tonumber(ARGV[i]) then refused = i break end\n"
    "end\n"
    "for i = 1, refused > 0 and refused - 1 or n do\n"
    "  if refused == 0 or ARGV[2 * n + i] == '0' then\n"
    "    out[i] = redis.call('INCR', KEYS[i])\n"
    "    if out[i] == 1 then\n"
    "      redis.call('EXPIRE', KEYS[i], ARGV[n + i])\n"
    "    end\n"
    "  end\n"
    "end\n"
    "table.insert(out, 1, refused)\n"
    "return out\n";

/* ---- where it is ---- */

static const char *read_database(const char *path, int *database)
{
    char *end;
    long number;

    *database = 0;
    if (!path || !path[0] || !path[1]) {
        return NULL;
    }
    number = strtol(path + 1, &end, 10);
    if (*end || number < 0 || number > 65535) {
        return "the database is a number from 0 to 65535";
    }
    *database = (int)number;
    return NULL;
}

const char *game_limit_redis_make(apr_pool_t *pconf, const char *url,
                                  const char *password,
                                  game_limit_redis_t **redis)
{
    game_limit_redis_t *own = apr_pcalloc(pconf, sizeof(*own));
    const char *fault;
    apr_uri_t uri;

    if (apr_uri_parse(pconf, url, &uri) != APR_SUCCESS || !uri.scheme
        || strcmp(uri.scheme, "redis") || !uri.hostname || !*uri.hostname
        || uri.query || uri.fragment) {
        return "write redis://host[:port][/database]";
    }
    if (uri.password) {
        return "a password belongs into a file, whose name is the second "
               "argument";
    }
    fault = read_database(uri.path, &own->database);
    own->host = uri.hostname;
    own->port = uri.port_str && *uri.port_str ? uri.port : 6379;
    own->user = uri.user && *uri.user ? uri.user : NULL;
    own->password = password;
    if (!fault && own->user && !password) {
        fault = "a user needs a password, in a file whose name is the "
                "second argument";
    }
    *redis = own;
    return fault;
}

/* ---- connections ---- */

static apr_status_t close_idle(void *ownv)
{
    game_limit_redis_t *own = ownv;

    while (own->idle_count) {
        redisFree(own->idle[--own->idle_count]);
    }
    return APR_SUCCESS;
}

void game_limit_redis_child_init(apr_pool_t *pchild,
                                 game_limit_redis_t *own)
{
    if (own->mutex) {
        return;                 /* virtual hosts that share a directive */
    }
    if (apr_thread_mutex_create(&own->mutex, APR_THREAD_MUTEX_DEFAULT,
                                pchild) != APR_SUCCESS
        || apr_thread_cond_create(&own->freed, pchild) != APR_SUCCESS) {
        own->mutex = NULL;
        return;
    }
    apr_pool_cleanup_register(pchild, own, close_idle,
                              apr_pool_cleanup_null);
}

/* An idle connection has nothing to say: what can be read is a farewell. */
static int is_gone(redisContext *conn)
{
    struct pollfd fd = { conn->fd, POLLIN, 0 };

    return poll(&fd, 1, 0) != 0;
}

/* @return NULL with *conn an idle connection, or NULL when one may be made;
 *         else why there is none */
static const char *admit(game_limit_redis_t *own, redisContext **conn)
{
    apr_time_t until = apr_time_now() + WAIT_FOR;
    const char *fault = NULL;

    *conn = NULL;
    apr_thread_mutex_lock(own->mutex);
    while (!own->idle_count && own->open == POOL_MAX && !own->down_until
           && apr_time_now() < until) {
        apr_thread_cond_timedwait(own->freed, own->mutex,
                                  WAIT_FOR);
    }
    if (own->down_until && (own->probing
                            || apr_time_now() < own->down_until)) {
        fault = "it is down";
    }
    else if (own->idle_count) {
        *conn = own->idle[--own->idle_count];
    }
    else if (own->open < POOL_MAX) {
        own->open++;
    }
    else {
        fault = "all connections of this child are in use";
    }
    if (!fault && own->down_until) {
        own->probing = 1;
    }
    apr_thread_mutex_unlock(own->mutex);
    return fault;
}

/* Give a connection back, or its place when it is none (any more). */
static void leave(game_limit_redis_t *own, redisContext *conn, int failed)
{
    if (conn && failed) {
        redisFree(conn);
        conn = NULL;
    }
    apr_thread_mutex_lock(own->mutex);
    if (conn) {
        own->idle[own->idle_count++] = conn;
    }
    else {
        own->open--;
    }
    own->probing = 0;
    own->down_until = failed ? apr_time_now() + DOWN_FOR : 0;
    if (failed) {
        apr_thread_cond_broadcast(own->freed);
    }
    else {
        apr_thread_cond_signal(own->freed);
    }
    apr_thread_mutex_unlock(own->mutex);
}

/* One command, whose answer is not an error. */
static const char *say(apr_pool_t *pool, redisContext *conn, int argc,
                       const char **argv, redisReply **replyp)
{
    redisReply *reply = redisCommandArgv(conn, argc, argv, NULL);
    const char *fault = NULL;

    if (!reply) {
        fault = apr_pstrdup(pool, conn->errstr);
    }
    else if (reply->type == REDIS_REPLY_ERROR) {
        fault = apr_pstrcat(pool, argv[0], ": ", reply->str, NULL);
    }
    if (replyp && !fault) {
        *replyp = reply;
    }
    else if (reply) {
        freeReplyObject(reply);
    }
    return fault;
}

static const char *log_in(apr_pool_t *pool, const game_limit_redis_t *own,
                          redisContext *conn)
{
    const char *auth[] = { "AUTH", own->user ? own->user : own->password,
                           own->password };
    const char *choose[] = { "SELECT", apr_itoa(pool, own->database) };
    const char *fault = NULL;

    if (own->password) {
        fault = say(pool, conn, own->user ? 3 : 2, auth, NULL);
    }
    if (!fault && own->database) {
        fault = say(pool, conn, 2, choose, NULL);
    }
    return fault;
}

static const char *connect_to(apr_pool_t *pool,
                              const game_limit_redis_t *own,
                              redisContext **connp)
{
    struct timeval step = { 0, STEP_MS * 1000 };
    redisContext *conn = redisConnectWithTimeout(own->host, own->port, step);
    const char *fault = NULL;

    if (!conn) {
        return "out of memory";
    }
    if (conn->err) {
        fault = apr_pstrdup(pool, conn->errstr);
    }
    else if (redisSetTimeout(conn, step) != REDIS_OK) {
        fault = "no time-out can be set";
    }
    else {
        fault = log_in(pool, own, conn);
    }
    if (fault) {
        redisFree(conn);
        return fault;
    }
    *connp = conn;
    return NULL;
}

/* ---- counting ---- */

static const char *read_reply(const redisReply *reply,
                              game_limit_counter_t *counters, int count,
                              int *refused)
{
    int i, looked;

    if (reply->type != REDIS_REPLY_ARRAY || !reply->elements
        || reply->element[0]->type != REDIS_REPLY_INTEGER) {
        return "its answer is not understood";
    }
    *refused = (int)reply->element[0]->integer - 1;
    looked = *refused < 0 ? count : *refused + 1;
    if (looked > count || (int)reply->elements < looked + 1) {
        return "its answer is not understood";
    }
    for (i = 0; i < looked; i++) {
        counters[i].count = (int)reply->element[i + 1]->integer;
    }
    return NULL;
}

static const char *run_script(apr_pool_t *pool, redisContext *conn,
                              game_limit_counter_t *counters, int count,
                              int *refused)
{
    const char *argv[3 + 4 * COUNTERS];
    redisReply *reply;
    const char *fault;
    int i, n = 0;

    argv[n++] = "EVAL";
    argv[n++] = script;
    argv[n++] = apr_itoa(pool, count);
    for (i = 0; i < count; i++) {
        argv[n++] = game_limit_redis_key(pool, &counters[i]);
    }
    for (i = 0; i < count; i++) {
        argv[n++] = apr_itoa(pool, counters[i].limit);
    }
    for (i = 0; i < count; i++) {
        argv[n++] = apr_itoa(pool, game_limit_redis_ttl(&counters[i]));
    }
    for (i = 0; i < count; i++) {
        argv[n++] = counters[i].give_back ? "1" : "0";
    }
    fault = say(pool, conn, n, argv, &reply);
    if (!fault) {
        fault = read_reply(reply, counters, count, refused);
        freeReplyObject(reply);
    }
    return fault;
}

static const char *count_all(game_req_t *req, game_limit_counter_t *counters,
                             int count, int *refused)
{
    game_limit_redis_t *own = req->server->limit_redis;
    redisContext *conn;
    const char *fault;

    *refused = -1;
    if (!own || !own->mutex) {
        return "there are no connections";
    }
    fault = admit(own, &conn);
    if (fault) {
        return fault;
    }
    if (conn && is_gone(conn)) {
        redisFree(conn);
        conn = NULL;
    }
    if (!conn) {
        fault = connect_to(req->pool, own, &conn);
    }
    if (!fault) {
        fault = run_script(req->pool, conn, counters, count, refused);
    }
    leave(own, conn, fault != NULL);
    return fault;
}

const game_limit_store_t game_limit_redis = { "redis", 2, 0, count_all };

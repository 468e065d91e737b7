/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The policy of abuse limits: four counters in their order, and what the
 * client is told of them.
 *
 * By key, by address, by user, by key and day. A request that the game
 * refuses (403, 404) counts for all but the user: whoever may not use a game
 * cannot use up the window of its users. A user is counted within its tenant:
 * the realm of the game, else the key or the person that it belongs to; an
 * action of no task is of the caller's tenant.
 */

#include "limit.h"

#include <http_log.h>

#include <apr_atomic.h>
#include <apr_strings.h>

#include "catalog.h"
#include "db.h"
#include "log.h"
#include "metrics.h"

#define KEY 0
#define ADDRESS 1
#define USER 2
#define DAY 3

/* By position; the texts are the reference's. */
static const struct {
    const char *scope;
    const char *metric;
    const char *detail;
} scopes[] = {
    { "api_key", "api_key",
      "API key rate limit exceeded for sensitive task operations." },
    { "ip", "ip",
      "IP rate limit exceeded for sensitive task operations." },
    { "external_user", "external_user",
      "externalUserId rate limit exceeded for sensitive task operations." },
    { "api_key", "daily",
      "Daily API key quota exceeded for sensitive task operations." }
};

/* When a store's fault was logged last, in seconds; by atomics only. */
static apr_uint32_t logged_at[GAME_LIMIT_STORES];

/* The limits of one request. */
typedef struct limits_t {
    game_req_t *req;
    const game_limit_store_t *store;
    apr_int64_t now;
    game_limit_window_t brief, day;
    game_limit_counter_t counters[4];
    int which[4];               /* position in scopes */
    int count;
    int asked;                  /* counters that were asked for */
    int blind;                  /* the store could not be asked */
} limits_t;

/* A scope without a value is skipped, and so is one without a limit. */
static void add(limits_t *limits, int which, const char *value, int limit)
{
    game_limit_counter_t *counter = &limits->counters[limits->count];

    if (!value || !*value || limit <= 0) {
        return;
    }
    limits->which[limits->count++] = which;
    *counter = (game_limit_counter_t){
        .scope = scopes[which].scope, .value = value, .limit = limit,
        .window = which == DAY ? &limits->day : &limits->brief,
        .give_back = which == USER
    };
}

static void add_caller(limits_t *limits)
{
    game_req_t *req = limits->req;

    add(limits, KEY, req->who->prefix, game_conf_limit_key(req->server));
    add(limits, ADDRESS, game_limit_address(req->pool, req->r->useragent_ip),
        game_conf_limit_address(req->server));
}

static void add_user(limits_t *limits, const game_limit_tenant_t *tenant,
                     const char *external_id)
{
    add(limits, USER, game_limit_user(limits->req->pool, tenant,
                                      external_id),
        game_conf_limit_user(limits->req->server));
}

/* Whose user it is: the game's owner's, or where there is no game in the
 * path the caller's. NULL, or why the caller may not use the game. */
static game_error_t *find_tenant(game_req_t *req,
                                 game_limit_tenant_t *tenant)
{
    const char *id = game_request_path(req, "gameId");
    const game_principal_t *who = req->who;
    const game_game_t *game;
    game_error_t *err = NULL;

    *tenant = (game_limit_tenant_t){ who->realm, who->prefix, who->subject };
    if (id) {
        err = game_catalog_own_game(req, id, &game);
    }
    if (id && !err) {
        *tenant = (game_limit_tenant_t){
            game->realm, game->prefix, game->subject
        };
    }
    return err;
}

/* ---- answers ---- */

static void say(limits_t *limits, const game_limit_counter_t *counter)
{
    apr_table_t *out = limits->req->r->err_headers_out;
    apr_pool_t *pool = limits->req->pool;
    int left = counter->limit - counter->count;

    apr_table_setn(out, "RateLimit-Limit", apr_itoa(pool, counter->limit));
    apr_table_setn(out, "RateLimit-Remaining",
                   apr_itoa(pool, left > 0 ? left : 0));
    apr_table_setn(out, "RateLimit-Reset",
                   game_bind_int(pool, counter->window->end - limits->now));
}

/* Of the counter that has least left; of several the one that lasts. */
static void say_tightest(limits_t *limits)
{
    const game_limit_counter_t *tightest = NULL;
    int i, left, least = 0;

    for (i = 0; i < limits->asked && !limits->blind; i++) {
        const game_limit_counter_t *counter = &limits->counters[i];

        left = counter->limit - counter->count;
        if (!tightest || left < least
            || (left == least
                && counter->window->end > tightest->window->end)) {
            tightest = counter;
            least = left;
        }
    }
    if (tightest) {
        say(limits, tightest);
    }
}

static game_error_t *refuse(limits_t *limits, int refused)
{
    const game_limit_counter_t *counter = &limits->counters[refused];
    int which = limits->which[refused];
    game_error_t *err;

    game_metrics_limited(scopes[which].metric);
    err = game_error_make(limits->req->pool, HTTP_TOO_MANY_REQUESTS, "%s",
                          scopes[which].detail);
    err->retry_after = (int)(counter->window->end - limits->now);
    say(limits, counter);
    return err;
}

/* Once a minute and process at most. */
static void log_fault(limits_t *limits, const char *why, int closed)
{
    apr_uint32_t now = (apr_uint32_t)limits->now;
    apr_uint32_t *at = &logged_at[limits->store->number];
    apr_uint32_t last = apr_atomic_read32(at);

    if (now - last < 60
        || apr_atomic_cas32(at, now, last) != last) {
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, limits->req->r->server,
                 GAME_LOGNO(0500) "limits cannot be counted in the store "
                 "%s: %s; GameLimitFailure %s: requests are %s",
                 limits->store->name, why, closed ? "closed" : "open",
                 closed ? "answered 503" : "let pass uncounted");
}

static game_error_t *blind(limits_t *limits, const char *why)
{
    int closed = game_conf_limit_failure(limits->req->server)
               == GAME_LIMIT_CLOSED;

    limits->blind = 1;
    game_metrics_limit_fault(limits->store->name);
    log_fault(limits, why, closed);
    return closed ? game_error_unavailable(limits->req->pool,
                                           "limits cannot be counted")
                  : NULL;
}

/* ---- asking ---- */

/* Count what was added and not asked for yet. */
static game_error_t *ask(limits_t *limits)
{
    int from = limits->asked, refused = -1;
    const char *why;

    if (from == limits->count || limits->blind) {
        return NULL;
    }
    why = limits->store->count(limits->req, limits->counters + from,
                               limits->count - from, &refused);
    if (why) {
        return blind(limits, why);
    }
    limits->asked = limits->count;
    return refused < 0 ? NULL : refuse(limits, from + refused);
}

game_error_t *game_limit_event(game_req_t *req,
                               const char *external_user_id)
{
    limits_t limits = { .req = req };
    game_error_t *err = NULL, *access;
    game_limit_tenant_t tenant;

    if (!req->route->limited || !game_conf_limits(req->server)) {
        return NULL;
    }
    limits.store = game_conf_limit_store(req->server);
    limits.now = apr_time_sec(apr_time_now());
    game_limit_window_short(limits.now, game_conf_limit_window(req->server),
                            &limits.brief);
    game_limit_window_day(limits.now, &limits.day);
    add_caller(&limits);
    if (limits.store->near) {
        err = ask(&limits);
    }
    if (err) {
        return err;
    }
    access = find_tenant(req, &tenant);
    if (access && access->status >= HTTP_INTERNAL_SERVER_ERROR) {
        return access;
    }
    if (!access) {
        add_user(&limits, &tenant, external_user_id);
    }
    add(&limits, DAY, req->who->prefix, game_conf_limit_day(req->server));
    err = ask(&limits);
    if (!err) {
        say_tightest(&limits);
    }
    return err ? err : access;
}

/* ---- setting up ---- */

static int uses(const game_server_conf_t *conf,
                const game_limit_store_t *store)
{
    return conf->engine == 1 && game_conf_limits(conf)
        && game_conf_limit_store(conf) == store;
}

const char *game_limit_setup_post_config(server_rec *s)
{
    const game_server_conf_t *first = game_config_server(s);
    server_rec *each;

    for (each = s; each; each = each->next) {
        if (uses(game_config_server(each), &game_limit_shm)) {
            return game_limit_shm_post_config(s,
                       game_conf_limit_entries(first));
        }
    }
    return NULL;
}

void game_limit_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    for (; s; s = s->next) {
        const game_server_conf_t *conf = game_config_server(s);

        if (uses(conf, &game_limit_redis)) {
            game_limit_redis_child_init(pchild, conf->limit_redis);
        }
    }
}

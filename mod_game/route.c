/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The matcher: a trie of path segments, built once from the route table. A
 * literal segment goes before a parameter, but only where it has the
 * method: what it lacks may be a parameter's value.
 */

#include "route.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#define MAX_SEGMENTS 12

static const char *const methods[] = {
    "GET", "POST", "PUT", "PATCH", "DELETE", NULL
};
#define METHODS 5

typedef struct node_t {
    apr_hash_t *literals;       /* segment -> node_t */
    struct node_t *param;
    const game_route_t *routes[METHODS];
} node_t;

/* Built before threads, read only afterwards. */
static node_t *root;

static int method_index(const char *method)
{
    int i;

    for (i = 0; methods[i]; i++) {
        if (!strcmp(methods[i], method)) {
            return i;
        }
    }
    return -1;
}

static node_t *node_make(apr_pool_t *pool)
{
    node_t *node = apr_pcalloc(pool, sizeof(*node));

    node->literals = apr_hash_make(pool);
    return node;
}

static node_t *child(apr_pool_t *pool, node_t *node, const char *segment,
                     apr_size_t len)
{
    node_t *next;

    if (segment[0] == '{') {
        if (!node->param) {
            node->param = node_make(pool);
        }
        return node->param;
    }
    next = apr_hash_get(node->literals, segment, (apr_ssize_t)len);
    if (!next) {
        next = node_make(pool);
        apr_hash_set(node->literals, apr_pstrmemdup(pool, segment, len),
                     (apr_ssize_t)len, next);
    }
    return next;
}

static const char *add(apr_pool_t *pool, const game_route_t *route)
{
    const char *at = route->path;
    node_t *node = root;
    int index = method_index(route->method), params = 0;

    while (*at == '/') {
        apr_size_t len = strcspn(++at, "/");

        params += *at == '{';
        node = child(pool, node, at, len);
        at += len;
    }
    if (index < 0 || *at || params > GAME_PATH_PARAMS) {
        return apr_psprintf(pool, "route table: %s %s cannot be matched",
                            route->method, route->path);
    }
    if (node->routes[index]) {
        return apr_psprintf(pool, "route table: %s %s is there twice",
                            route->method, route->path);
    }
    node->routes[index] = route;
    return NULL;
}

const char *game_route_setup_post_config(apr_pool_t *pconf)
{
    const game_route_t *route;
    const char *fault = NULL;

    root = node_make(pconf);
    for (route = game_routes; route->method && !fault; route++) {
        fault = add(pconf, route);
    }
    return fault;
}

/* What a walk through the trie has found so far. */
typedef struct walk_t {
    const char *segment[MAX_SEGMENTS];
    int segments;
    int method;
    int campaigns;              /* rows of campaigns count */
    unsigned allowed;           /* bit a method */
    const game_route_t *route;
    const game_route_t *sibling;
    const char *param[GAME_PATH_PARAMS];
} walk_t;

/* Take what a node has. */
static void arrive(walk_t *walk, const node_t *node, const char **params)
{
    int i;

    for (i = 0; i < METHODS; i++) {
        const game_route_t *route = node->routes[i];

        if (!route || (route->campaigns && !walk->campaigns)) {
            continue;
        }
        walk->allowed |= 1u << i;
        if (!walk->sibling) {
            walk->sibling = route;
        }
        if (!walk->route && i == walk->method) {
            walk->route = route;
            memcpy(walk->param, params, GAME_PATH_PARAMS * sizeof(*params));
        }
    }
}

static void descend(walk_t *walk, const node_t *node, int at,
                    const char **params, int count)
{
    const node_t *next;

    if (at == walk->segments) {
        arrive(walk, node, params);
        return;
    }
    next = apr_hash_get(node->literals, walk->segment[at],
                        APR_HASH_KEY_STRING);
    if (next) {
        descend(walk, next, at + 1, params, count);
    }
    if (node->param && count < GAME_PATH_PARAMS) {
        params[count] = walk->segment[at];
        descend(walk, node->param, at + 1, params, count + 1);
        params[count] = NULL;
    }
}

static int split(apr_pool_t *pool, const char *path, walk_t *walk)
{
    while (*path == '/') {
        apr_size_t len = strcspn(++path, "/");

        if (!len || walk->segments == MAX_SEGMENTS) {
            return 0;
        }
        walk->segment[walk->segments++] = apr_pstrmemdup(pool, path, len);
        path += len;
    }
    return walk->segments > 0;
}

static const char *allow_text(apr_pool_t *pool, unsigned allowed)
{
    const char *text = "";
    int i;

    for (i = 0; i < METHODS; i++) {
        if (allowed & (1u << i)) {
            text = apr_pstrcat(pool, text, methods[i], ", ",
                               i == 0 ? "HEAD, " : "", NULL);
        }
    }
    return apr_pstrcat(pool, text, "OPTIONS", NULL);
}

void game_route_match(apr_pool_t *pool, const char *method,
                      const char *path, int campaigns, game_match_t *match)
{
    walk_t walk;
    const char *params[GAME_PATH_PARAMS] = { NULL };

    memset(&walk, 0, sizeof(walk));
    memset(match, 0, sizeof(*match));
    walk.method = method_index(strcmp(method, "HEAD") ? method : "GET");
    walk.campaigns = campaigns;
    if (!split(pool, path, &walk)) {
        return;
    }
    descend(&walk, root, 0, params, 0);
    match->route = walk.route;
    match->sibling = walk.sibling;
    match->known = walk.allowed != 0;
    match->allow = match->known ? allow_text(pool, walk.allowed) : NULL;
    memcpy(match->path, walk.param, sizeof(match->path));
}

int game_route_param_is_uuid(const char *name)
{
    static const char *const uuids[] = { "gameId", "taskId", "awardId",
                                         "runId", "artifactId", "campaignId",
                                         "playId", NULL };
    int i;

    for (i = 0; uuids[i]; i++) {
        if (!strcmp(uuids[i], name)) {
            return 1;
        }
    }
    return 0;
}

const char *game_route_param(apr_pool_t *pool, const game_route_t *route,
                             int position)
{
    const char *at = route->path;

    while ((at = strchr(at, '{')) != NULL) {
        at++;
        if (position-- == 0) {
            return apr_pstrmemdup(pool, at, strcspn(at, "}"));
        }
    }
    return NULL;
}

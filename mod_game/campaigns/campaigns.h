/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file campaigns.h
 * What the parts of the campaign core share. The core is pure: it knows APR,
 * json.h and files, never httpd or a database; the clock, the ids of runs and
 * random bits are given to it. Values live in the pool that is passed in.
 */
#ifndef GAME_CAMPAIGNS_CAMPAIGNS_H
#define GAME_CAMPAIGNS_CAMPAIGNS_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "json.h"

/** Longest message of a fault (bytes); longer ones are cut. */
#define GAME_FAULT_MESSAGE 500

/** Why something failed; NULL of this type is success. */
typedef struct game_fault_t {
    const char *code;           /**< of spec 6.2, a constant */
    const char *message;        /**< no path, no secret */
    game_json_t *details;       /**< or NULL; a list of issues, mostly */
} game_fault_t;

/** Make a fault; fmt as of apr_psprintf. @param code a constant */
game_fault_t *game_fault_make(apr_pool_t *pool, const char *code,
                              const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/** One thing wrong with a document or an input. */
typedef struct game_issue_t {
    const char *path;           /**< "settings.locale", "files.2.path" */
    const char *code;           /**< VALIDATION_ERROR, MISSING_ASSET, ... */
    const char *message;        /**< a sentence without the path */
    const char *type;           /**< of a 422 item ("missing", "enum", ...);
                                     or NULL */
} game_issue_t;

/** Add an issue to a list of game_issue_t; texts are kept as they are.
 *  @param type or NULL */
void game_issue_add(apr_array_header_t *issues, const char *path,
                    const char *code, const char *message, const char *type);

/** @return a fault with the issues as details ([{path, code, message}]) and
 *  the first of them in its message; NULL for an empty list */
game_fault_t *game_fault_issues(apr_pool_t *pool, const char *code,
                                const apr_array_header_t *issues);

/** A file or a tree that a skill made, before it has an id. */
typedef struct game_artifact_t {
    const char *type;           /**< "json/game-config", ... */
    const char *uri;            /**< below the asset base (store.h) */
    const char *content_hash;   /**< "sha256:<64 hex>" */
    apr_int64_t size;           /**< bytes; of a tree, of all its files */
    const char *filename;       /**< or NULL */
    game_json_t *metadata;      /**< an object */
} game_artifact_t;

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file program.h
 * Custom strategies as strategies: definitions read from the database once,
 * compiled, and kept per process until they change. program*.c alone use
 * dsl/.
 *
 * A compiled definition is a game_strategy_t like any other. Its score()
 * leaves what happened with the pool that it was given: game_program_refusal
 * and game_program_observe take it from there.
 */
#ifndef GAME_PROGRAM_H
#define GAME_PROGRAM_H

#include <httpd.h>

#include "catalog.h"
#include "request.h"
#include "runlog.h"

/** What ids of custom strategies begin with; the UUID of a row follows. */
#define GAME_PROGRAM_PREFIX "custom:"

/* ---- realms ---- */

/** @return the realm of the caller's strategies: its key's realmId, else the
 *          key's prefix, else GameRealm for a bearer; NULL for nobody */
const char *game_program_realm(const game_req_t *req);

/** @return the realm of a game's owner, by the same rule */
const char *game_program_owner(const game_req_t *req,
                               const game_game_t *game);

/* ---- definitions ---- */

/**
 * Check a program.
 * @param type   "DSL_FULL", "DSL_EXTEND"
 * @param parent built-in that it extends, for a DSL_EXTEND; an id that is
 *               none is not this function's business
 * @param ast    NULL: a definition without a program
 * @param text   NULL, or receives its JSON with all ids filled in, or NULL
 * @return NULL, or 400 as http-api.md 17 has it
 */
game_error_t *game_program_check(game_req_t *req, const char *type,
                                 const char *parent, const game_json_t *ast,
                                 const char **text);

/** @return whether there is a strategy to extend of this id */
int game_program_parent(const char *id);

/**
 * Find the custom strategy of an id, whatever its status: to be shown, or to
 * score (what is not PUBLISHED refuses then).
 * @param realm    whose strategies are looked at
 * @param id       "custom:<uuid>"
 * @param strategy lives as long as the request
 * @return NULL; 404 "Strategy not found with id: <id>" also for what is not
 *         the realm's and for a text that is no UUID; 503
 */
game_error_t *game_program_find(game_req_t *req, const char *realm,
                                const char *id,
                                const game_strategy_t **strategy);

/** Check that games and tasks of a realm may be given a custom strategy.
 *  @return NULL; 404 "Custom strategy not found: <uuid>" unless it is the
 *          realm's and PUBLISHED; 503 */
game_error_t *game_program_assignable(game_req_t *req, const char *realm,
                                      const char *id);

/** A definition changed: call after the commit. @param id UUID */
void game_program_changed(const char *id);

/* ---- a strategy in hand ---- */

/** @return the hash of a custom strategy's program, 64 hex digits; NULL when
 *          the strategy is none */
const char *game_program_hash(const game_strategy_t *strategy);

/** Let the program's parent_variables win over what params made of them; does
 *  nothing to a strategy that is no custom one. */
void game_program_pin(const game_strategy_t *strategy,
                      game_variable_t *variables);

/** @return whether a strategy runs: any but a custom one that is not
 *          PUBLISHED. A game that still names such a one may have been read
 *          before a publication moved it: read it again before refusing. */
int game_program_published(const game_strategy_t *strategy);

/* ---- after score() ---- */

/**
 * The error of a strategy's score() that has just refused, in the pool that
 * it was given: 409 STRATEGY_NOT_PUBLISHED or STRATEGY_INVALID, 422 with
 * code, message and path.
 * @return NULL when the strategy is no custom one, or its parent refused
 */
game_error_t *game_program_refusal(const game_strategy_t *strategy,
                                   apr_pool_t *pool);

/** Note the last score() of a custom strategy in the request's pool in the
 *  execution log of its server, once: for awards, after they are booked or
 *  refused; not for those that are simulated or replayed. Does nothing for
 *  other strategies. */
void game_program_observe(game_req_t *req, const game_strategy_t *strategy);

/* ---- trials ---- */

/** A program on trial; nothing of it is written. */
typedef struct game_trial_t {
    const char *type, *parent;  /**< as game_program_check */
    game_json_t *ast;
    const char *game, *task, *user;     /**< external ids */
    game_json_t *data;          /**< object, or NULL */
    game_json_t *mock;          /**< mockState: object, or NULL */
} game_trial_t;

/**
 * Run a program and write the answer of http-api.md #43. History is read of
 * games that the caller may use, and of no other.
 * @return NULL; 400 (program, run), 412 (limits), 503
 */
game_error_t *game_program_try(game_req_t *req, const game_trial_t *trial,
                               game_jw_t *jw);

/* ---- bringing it up ---- */

/** Make this child's cache of programs, take the limits of the server's
 *  configuration, and start the execution log. */
void game_program_setup_child_init(apr_pool_t *pchild, server_rec *s);

/** Where runs at a server are noted. @param log NULL: nowhere */
void game_program_setup_log(apr_pool_t *pchild, const server_rec *server,
                            game_runlog_t *log);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Definitions: read, checked again, compiled, kept. Running them is in
 * program_score.c, trials in program_try.c.
 */

#include "program.h"

#include <string.h>

#include <ap_provider.h>

#include <apr_strings.h>

#include "builtins.h"
#include "cache.h"
#include "canonical.h"
#include "db.h"
#include "generation.h"
#include "metrics.h"
#include "program_int.h"
#include "telemetry.h"

#define PREFIX_LEN (sizeof(GAME_PROGRAM_PREFIX) - 1)

/* Made in child_init; locked inside. */
static game_cache_t *programs;

/* Of this server: set in child_init, read only afterwards. */
static game_dsl_limits_t limits;

const game_dsl_limits_t *game_program_limits(void)
{
    return &limits;
}

static game_batch_end_e write_log(void *server, apr_pool_t *pool,
                                  game_sql_e statement, int count,
                                  const char *const *values)
{
    return game_telemetry_send(server, pool, statement, count, values,
                               "runs of custom strategies");
}

static void setup_logs(apr_pool_t *pchild, server_rec *s)
{
    const game_server_conf_t *conf = game_config_server(s);
    game_runlog_conf_t log;

    game_program_setup_log(pchild, s, NULL);
    if (!game_conf_dsl_log(conf) || !game_telemetry_writer()) {
        return;
    }
    log.rows = game_conf_dsl_log_queue(conf);
    log.rate = game_conf_dsl_log_sample(conf) / 1e6;
    log.trace_entries = game_conf_dsl_log_trace(conf);
    for (; s; s = s->next) {
        if (game_config_server(s)->engine == 1) {
            game_program_setup_log(pchild, s,
                game_runlog_make(pchild, game_telemetry_writer(), &log,
                                 write_log, s));
        }
    }
}

void game_program_setup_child_init(apr_pool_t *pchild, server_rec *s)
{
    const game_server_conf_t *conf = game_config_server(s);

    programs = game_cache_make(pchild, game_conf_cache_entries(conf));
    limits.max_nodes = game_conf_dsl_nodes(conf);
    limits.max_depth = game_conf_dsl_depth(conf);
    limits.timeout_ms = game_conf_dsl_timeout(conf);
    setup_logs(pchild, s);
}

/* ---- realms ---- */

static const char *realm_of(const game_req_t *req, const char *realm,
                            const char *prefix, const char *subject)
{
    return realm ? realm : prefix ? prefix
         : subject ? game_conf_realm(req->dir) : NULL;
}

const char *game_program_realm(const game_req_t *req)
{
    return realm_of(req, req->who->realm, req->who->prefix,
                    req->who->subject);
}

const char *game_program_owner(const game_req_t *req, const game_game_t *game)
{
    return realm_of(req, game->realm, game->prefix,
                    game->subject ? game->subject : "");
}

/* ---- checking ---- */

const game_strategy_t *game_program_builtin(const char *id)
{
    return ap_lookup_provider(GAME_STRATEGY_GROUP, id,
                              GAME_STRATEGY_VERSION);
}

int game_program_parent(const char *id)
{
    return game_program_builtin(id) != NULL;
}

game_dsl_mode_e game_program_mode(const char *type)
{
    return strcmp(type, "DSL_EXTEND") ? GAME_DSL_FULL : GAME_DSL_EXTEND;
}

game_variable_t *game_program_variables(const game_strategy_t *parent,
                                        const game_dsl_program_t *code,
                                        game_dsl_fault_t *fault,
                                        apr_pool_t *pool)
{
    game_variable_t *own = game_variables_copy(parent, pool);

    return game_dsl_override(code, own, fault, pool) ? own : NULL;
}

/* A header takes printable ASCII only; ids are that, but for those of
 * programs of old. */
static int printable(const char *text)
{
    for (; *text; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return 0;
        }
    }
    return 1;
}

game_error_t *game_program_fault(apr_pool_t *pool,
                                 const game_dsl_fault_t *fault)
{
    int status = fault->kind == GAME_DSL_LIMIT
              || fault->kind == GAME_DSL_TIMEOUT
               ? HTTP_PRECONDITION_FAILED : HTTP_BAD_REQUEST;
    game_error_t *err;
    game_jw_t *jw;

    if (!fault->code) {
        err = game_error_make(pool, status, "%s", fault->message);
    }
    else {
        jw = game_jw_make(pool);
        game_jw_object(jw, NULL);
        game_jw_string(jw, "code", fault->code);
        game_jw_raw(jw, "params", fault->params);
        game_jw_string(jw, "message", fault->message);
        game_jw_end(jw);
        err = game_error_json(pool, status, game_jw_text(jw, NULL));
    }
    if (fault->node && *fault->node && printable(fault->node)) {
        err->header[0] = "X-Node-Id";
        err->header[1] = fault->node;
    }
    return err;
}

game_error_t *game_program_check(game_req_t *req, const char *type,
                                 const char *parent, const game_json_t *ast,
                                 const char **text)
{
    game_dsl_mode_e mode = game_program_mode(type);
    const game_strategy_t *extended = NULL;
    const game_dsl_program_t *code;
    game_dsl_fault_t fault;

    if (text) {
        *text = NULL;
    }
    if (!ast) {
        return NULL;
    }
    code = game_dsl_compile(req->pool, ast, mode, &limits, text, &fault);
    if (code && mode == GAME_DSL_EXTEND && parent) {
        extended = game_program_builtin(parent);
    }
    if (!code || (extended && !game_program_variables(extended, code, &fault,
                                                      req->pool))) {
        return game_program_fault(req->pool, &fault);
    }
    return NULL;
}

/* ---- definitions ---- */

/* Columns of strategy_get. */
enum {
    DEF_ID, DEF_REALM, DEF_NAME, DEF_DESCRIPTION, DEF_TYPE, DEF_PARENT,
    DEF_AST, DEF_XML, DEF_VERSION, DEF_STATUS
};

static const char *keep(apr_pool_t *pool, const game_rows_t *rows, int column)
{
    return apr_pstrdup(pool, game_cell(rows, 0, column));
}

/* The variables that others see; behind their end stands the program, which
 * needs() and score() find there: they get nothing else of it. */
static void set_variables(game_program_t *program, game_variable_t *variables)
{
    game_variable_t *end = variables;

    while (end->name) {
        end++;
    }
    end->value.kind = GAME_VALUE_TEXT;
    end->value.as.text = (const char *)program;
    program->strategy.variables = variables;
}

/* Compile the stored program; what is wrong with it is kept instead. */
static void compile(game_program_t *program, apr_pool_t *pool,
                    const char *text, apr_pool_t *scratch)
{
    game_variable_t *variables = apr_pcalloc(pool, sizeof(*variables));
    game_json_fault_t unreadable;
    game_dsl_fault_t fault;
    const game_json_t *ast = NULL;

    if (text) {
        ast = game_json_parse(scratch, text, strlen(text), 1000,
                              &unreadable);
        program->hash = game_dsl_hash(pool, ast);
        program->code = game_dsl_compile(pool, ast,
            game_program_mode(program->type), &limits, NULL, &fault);
        program->fault = program->code ? NULL : fault.message;
    }
    if (game_program_mode(program->type) == GAME_DSL_EXTEND
        && !program->parent) {
        program->fault = apr_psprintf(pool, "The parent strategy is not "
                                      "there: %s", program->parent_id
                                      ? program->parent_id : "none is named");
    }
    else if (program->parent && program->code) {
        variables = game_program_variables(program->parent, program->code,
                                           &fault, pool);
        if (!variables) {
            variables = game_variables_copy(program->parent, pool);
            program->fault = fault.message;
        }
    }
    else if (program->parent) {
        variables = game_variables_copy(program->parent, pool);
    }
    set_variables(program, variables);
    if (!program->hash) {
        program->hash = game_dsl_hash(pool, NULL);
    }
}

static game_program_t *make(apr_pool_t *pool, const game_rows_t *rows,
                            apr_pool_t *scratch)
{
    game_program_t *program = apr_pcalloc(pool, sizeof(*program));
    game_strategy_t *strategy = &program->strategy;

    program->id = keep(pool, rows, DEF_ID);
    program->realm = keep(pool, rows, DEF_REALM);
    program->type = keep(pool, rows, DEF_TYPE);
    program->status = keep(pool, rows, DEF_STATUS);
    program->version = (int)game_cell_int(rows, 0, DEF_VERSION);
    if (game_program_mode(program->type) == GAME_DSL_EXTEND) {
        program->parent_id = keep(pool, rows, DEF_PARENT);
        program->parent = game_program_builtin(program->parent_id
                                               ? program->parent_id : "");
    }
    strategy->id = apr_pstrcat(pool, GAME_PROGRAM_PREFIX, program->id, NULL);
    strategy->name = keep(pool, rows, DEF_NAME);
    strategy->slug = strategy->id;
    strategy->description = keep(pool, rows, DEF_DESCRIPTION);
    strategy->version = keep(pool, rows, DEF_VERSION);
    strategy->needs = game_program_needs;
    strategy->score = game_program_score;
    if (program->parent) {
        strategy->check = program->parent->check;
        strategy->place = program->parent->place;
        strategy->simulate = program->parent->simulate;
    }
    compile(program, pool, game_cell(rows, 0, DEF_AST), scratch);
    return program;
}

static int is_published(const game_program_t *program)
{
    return !strcmp(program->status, "PUBLISHED");
}

/* Only what is published is kept: what is not may be from before a
 * publication that is over, and would refuse awards.
 * @return NULL and *program, which is NULL when there is none */
static game_error_t *load(game_req_t *req, const char *uuid,
                          const game_program_t **program)
{
    apr_uint32_t generation = game_generation_of(uuid);
    const game_rows_t *rows;
    game_cached_t *thing;
    game_program_t *made;
    apr_pool_t *pool;
    game_error_t *err;

    *program = game_cache_get(programs, uuid, generation, req->pool);
    game_metrics_cache("programs", *program != NULL);
    if (*program) {
        return NULL;
    }
    err = GAME_DB_RUN(req, GAME_SQL_STRATEGY_GET, &rows, uuid, NULL);
    if (err || !rows->count) {
        return err;
    }
    pool = game_cached_make(programs, &thing);
    made = make(pool, rows, req->pool);
    game_cache_put(programs, uuid, generation, is_published(made)
                   ? game_conf_cache_ttl(req->server) : 0, thing, made,
                   req->pool);
    *program = made;
    return NULL;
}

/* A definition of a realm by its full id; *program is NULL when it has no
 * such. */
static game_error_t *find(game_req_t *req, const char *realm, const char *id,
                          const game_program_t **program)
{
    char uuid[GAME_UUID_SIZE];
    game_error_t *err;
    const char *why;

    *program = NULL;
    if (!realm || strncmp(id, GAME_PROGRAM_PREFIX, PREFIX_LEN)
        || !game_uuid_parse(req->pool, id + PREFIX_LEN, uuid, &why)
        || strcmp(uuid, id + PREFIX_LEN)) {
        return NULL;
    }
    err = load(req, uuid, program);
    if (*program && strcmp((*program)->realm, realm)) {
        *program = NULL;
    }
    return err;
}

game_error_t *game_program_find(game_req_t *req, const char *realm,
                                const char *id,
                                const game_strategy_t **strategy)
{
    const game_program_t *program;
    game_error_t *err = find(req, realm, id, &program);

    if (!err && !program) {
        err = game_error_make(req->pool, HTTP_NOT_FOUND,
                              "Strategy not found with id: %s", id);
    }
    *strategy = err ? NULL : &program->strategy;
    return err;
}

game_error_t *game_program_assignable(game_req_t *req, const char *realm,
                                      const char *id)
{
    const game_program_t *program;
    game_error_t *err = find(req, realm, id, &program);

    if (!err && (!program || !is_published(program))) {
        err = game_error_make(req->pool, HTTP_NOT_FOUND,
                              "Custom strategy not found: %s",
                              id + PREFIX_LEN);
    }
    return err;
}

void game_program_changed(const char *id)
{
    game_generation_bump(id);
}

/* ---- a strategy in hand ---- */

static const game_program_t *program_in(const game_strategy_t *strategy)
{
    return strategy->score == game_program_score
         ? (const game_program_t *)strategy : NULL;
}

const char *game_program_hash(const game_strategy_t *strategy)
{
    const game_program_t *program = program_in(strategy);

    return program ? program->hash : NULL;
}

int game_program_published(const game_strategy_t *strategy)
{
    const game_program_t *program = program_in(strategy);

    return !program || is_published(program);
}

void game_program_pin(const game_strategy_t *strategy,
                      game_variable_t *variables)
{
    const game_program_t *program = program_in(strategy);
    const game_variable_t *wanted, *own;

    if (!program || !program->code || !program->parent) {
        return;
    }
    wanted = game_dsl_parent_variables(program->code);
    for (; wanted->name; wanted++) {
        for (own = strategy->variables; own->name; own++) {
            if (!strcmp(own->name, wanted->name)) {
                variables[own - strategy->variables].value = own->value;
            }
        }
    }
}

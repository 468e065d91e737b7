/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Codes of campaigns on the wire. A code that is not listed is 422: it says
 * what is wrong with what was sent.
 */

#include "campaign_errors.h"

#include <stdarg.h>
#include <string.h>

#include <httpd.h>

#include <apr_strings.h>

#include "../schema.h"

static const struct {
    const char *code;
    int status;
} statuses[] = {
    { "WORKFLOW_NOT_FOUND", HTTP_NOT_FOUND },
    { "RUN_NOT_FOUND", HTTP_NOT_FOUND },
    { "ARTIFACT_NOT_FOUND", HTTP_NOT_FOUND },
    { "ARTIFACT_GONE", HTTP_GONE },
    { "CAMPAIGN_NOT_FOUND", HTTP_NOT_FOUND },
    { "PLAY_NOT_FOUND", HTTP_NOT_FOUND },
    { "SKILL_NOT_FOUND", HTTP_NOT_FOUND },
    { "BASE_RUN_NOT_FOUND", HTTP_NOT_FOUND },
    { "UNAUTHORIZED", HTTP_NOT_FOUND },
    { "STALE_BASE_RUN", HTTP_CONFLICT },
    { "IDEMPOTENCY_CONFLICT", HTTP_CONFLICT },
    { "RUN_NOT_CANCELLABLE", HTTP_CONFLICT },
    { "RUN_NOT_RETRYABLE", HTTP_CONFLICT },
    { "VERSION_CONFLICT", HTTP_CONFLICT },
    { "ALREADY_GENERATING", HTTP_CONFLICT },
    { "INVALID_STATE_TRANSITION", HTTP_CONFLICT },
    { "ALREADY_FINISHED", HTTP_CONFLICT },
    { "MAX_PLAYS_REACHED", HTTP_CONFLICT },
    { "CAMPAIGN_NOT_LIVE", HTTP_NOT_FOUND },
    { "CAMPAIGN_INACTIVE", HTTP_FORBIDDEN },
    { "CAMPAIGN_NOT_STARTED", HTTP_FORBIDDEN },
    { "REGION_NOT_ALLOWED", HTTP_FORBIDDEN },
    { "INVALID_PLAY_TOKEN", HTTP_FORBIDDEN },
    { "INVALID_INVITATION", HTTP_FORBIDDEN },
    { "CAMPAIGN_ENDED", HTTP_GONE },
    { "PLAY_EXPIRED", HTTP_GONE },
    { "LOGIN_REQUIRED", HTTP_UNAUTHORIZED },
    { "RATE_LIMITED", HTTP_TOO_MANY_REQUESTS },
    { "TOO_MANY_STREAMS", HTTP_SERVICE_UNAVAILABLE }
};

static int status_of(const char *code)
{
    apr_size_t i;

    for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        if (!strcmp(statuses[i].code, code)) {
            return statuses[i].status;
        }
    }
    return HTTP_UNPROCESSABLE_ENTITY;
}

static game_error_t *make(apr_pool_t *pool, const char *code,
                          const char *params, const char *message)
{
    game_jw_t *jw = game_jw_make(pool);

    game_jw_object(jw, NULL);
    game_jw_string(jw, "code", code);
    game_jw_string(jw, "message", message);
    game_jw_raw(jw, "params", params ? params : "{}");
    game_jw_end(jw);
    return game_error_json(pool, status_of(code), game_jw_text(jw, NULL));
}

game_error_t *game_campaign_error(apr_pool_t *pool, const char *code,
                                  const char *params, const char *fmt, ...)
{
    const char *message;
    va_list args;

    va_start(args, fmt);
    message = apr_pvsprintf(pool, fmt, args);
    va_end(args);
    return make(pool, code, params, message);
}

game_error_t *game_campaign_fault(apr_pool_t *pool,
                                  const game_fault_t *fault)
{
    const char *params = NULL;

    if (fault->details) {
        game_jw_t *jw = game_jw_make(pool);

        game_jw_object(jw, NULL);
        game_jw_value(jw, "issues", fault->details);
        game_jw_end(jw);
        params = game_jw_text(jw, NULL);
    }
    return make(pool, fault->code, params, fault->message);
}

/* ---- issues ---- */

/* A segment of a path, which ends at a dot. */
static const char *segment(apr_pool_t *pool, const char **at)
{
    apr_size_t len = strcspn(*at, ".");
    const char *name = apr_pstrmemdup(pool, *at, len);

    *at += len + ((*at)[len] == '.');
    return name;
}

static int is_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* What a path leads to, or the last value on the way to what is missing. */
static void locate(apr_pool_t *pool, const char *place,
                   const game_json_t *value, const char *path,
                   const char **loc, const game_json_t **input)
{
    const game_json_t *at = value, *next;
    const char *name;
    int is_index;

    *loc = apr_pstrcat(pool, "[", place, NULL);
    while (*path) {
        name = segment(pool, &path);
        is_index = is_digits(name) && !game_json_is(at, GAME_JSON_OBJECT);
        *loc = apr_pstrcat(pool, *loc, ",", is_index ? name
            : game_json_text(pool, game_json_new_string(pool, name)), NULL);
        next = !at ? NULL : is_index
            ? game_json_at(at, (apr_size_t)apr_strtoi64(name, NULL, 10))
            : game_json_member(at, name);
        at = next ? next : *path ? NULL : at;
    }
    *loc = apr_pstrcat(pool, *loc, "]", NULL);
    *input = at;
}

game_error_t *game_campaign_issues(apr_pool_t *pool, const char *place,
                                   const game_json_t *value,
                                   const apr_array_header_t *issues)
{
    game_check_t *check = game_check_make(pool);
    const game_json_t *input;
    const char *loc;
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        locate(pool, place, value, issue->path, &loc, &input);
        game_check_add(check, issue->type ? issue->type : "value_error", loc,
                       issue->message,
                       input ? game_json_text(pool, input) : "null",
                       apr_psprintf(pool, "{\"code\":\"%s\"}", issue->code));
    }
    return game_check_error(check);
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Faults and issues of the campaign core.
 */

#include "campaigns.h"

#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

/* Cut at the limit, never inside a character. */
static void cut(char *text)
{
    apr_size_t end = GAME_FAULT_MESSAGE;

    if (strlen(text) <= end) {
        return;
    }
    while (end && ((unsigned char)text[end] & 0xc0) == 0x80) {
        end--;
    }
    text[end] = '\0';
}

game_fault_t *game_fault_make(apr_pool_t *pool, const char *code,
                              const char *fmt, ...)
{
    game_fault_t *fault = apr_pcalloc(pool, sizeof(*fault));
    va_list args;
    char *text;

    va_start(args, fmt);
    text = apr_pvsprintf(pool, fmt, args);
    va_end(args);
    cut(text);
    fault->code = code;
    fault->message = text;
    return fault;
}

void game_issue_add(apr_array_header_t *issues, const char *path,
                    const char *code, const char *message, const char *type)
{
    game_issue_t *issue = apr_array_push(issues);

    issue->path = path;
    issue->code = code;
    issue->message = message;
    issue->type = type;
}

game_fault_t *game_fault_issues(apr_pool_t *pool, const char *code,
                                const apr_array_header_t *issues)
{
    const game_issue_t *first;
    game_fault_t *fault;
    int i;

    if (!issues->nelts) {
        return NULL;
    }
    first = &APR_ARRAY_IDX(issues, 0, game_issue_t);
    fault = game_fault_make(pool, code, "%s%s%s", first->path,
                            *first->path ? ": " : "", first->message);
    fault->details = game_json_new_array(pool);
    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);
        game_json_t *item = game_json_new_object(pool);

        game_json_set_string(pool, item, "path", issue->path);
        game_json_set_string(pool, item, "code", issue->code);
        game_json_set_string(pool, item, "message", issue->message);
        game_json_append(fault->details, item);
    }
    return fault;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Documents of tests, changed at a path.
 */
#include "documents.h"
#include "campaign_json.h"
#include "fixture.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static game_json_t *child_of(game_json_t *parent, const char *name)
{
    return game_json_is(parent, GAME_JSON_ARRAY)
        ? game_json_at(parent, strtoul(name, NULL, 10))
        : game_json_member(parent, name);
}

void document_set(game_json_t *document, const char *path, const char *text)
{
    game_json_t *at = document;
    const char *dot;

    while ((dot = strchr(path, '.'))) {
        at = child_of(at, apr_pstrndup(test_pool, path,
                                       (apr_size_t)(dot - path)));
        ck_assert_msg(at != NULL, "%s", path);
        path = dot + 1;
    }
    if (!text) {
        game_json_remove(at, path);
    }
    else if (game_json_is(at, GAME_JSON_ARRAY)) {
        game_json_set_at(at, strtoul(path, NULL, 10), campaign_json(text));
    }
    else {
        ck_assert(game_json_is(at, GAME_JSON_OBJECT));
        game_json_set(at, path, campaign_json(text));
    }
}

const char *document_issues(const apr_array_header_t *issues)
{
    const char *text = "";
    int i;

    for (i = 0; i < issues->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(issues, i, game_issue_t);

        ck_assert(issue->message && *issue->message);
        text = apr_pstrcat(test_pool, text, issue->path, " ", issue->code,
                           ";", NULL);
    }
    return text;
}

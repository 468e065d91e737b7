/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The schemas of definitions of workflows and of their index. What their
 * graphs must be is workflow.c's.
 */

#include "workflow_int.h"

#include <string.h>

#include <apr_strings.h>

#include "canon.h"
#include "select.h"
#include "skill_input.h"

#define SCHEMA_INVALID "WORKFLOW_SCHEMA_INVALID"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

static int is_lower_then(const char *text, const char *rest)
{
    return *text >= 'a' && *text <= 'z'
        && text[1 + strspn(text + 1, rest)] == '\0';
}

static int fits_name(const char *text)
{
    return is_lower_then(text, LOWER DIGITS "._");
}

static int fits_id(const char *text)
{
    return is_lower_then(text, LOWER DIGITS "_");
}

/* A version whose identifiers have no dash. */
static int fits_version(const char *text)
{
    const char *tail = text + strcspn(text, "-+");

    return game_input_semver.fits(text)
        && !strchr(tail + (*tail == '-'), '-');
}

static const game_input_form_t name_form = {
    fits_name, "string_pattern_mismatch", "is no name of a workflow"
};
static const game_input_form_t id_form = {
    fits_id, "string_pattern_mismatch",
    "must be lower-case letters, digits and _"
};
static const game_input_form_t version_form = {
    fits_version, "string_pattern_mismatch", "is no version"
};

static const char *const scopes[] = { "global", "run_only", NULL };

static const game_input_rule_t cache_members[] = {
    { .name = "enabled", .type = GAME_INPUT_BOOL,
      .flags = GAME_INPUT_REQUIRED },
    { .name = "scope", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED, .words = scopes },
    { .name = NULL }
};

static const game_input_rule_t retry_members[] = {
    { .name = "max_attempts", .type = GAME_INPUT_INT,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MIN | GAME_INPUT_MAX,
      .min = 1, .max = 10 },
    { .name = "backoff_ms", .type = GAME_INPUT_INT,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MIN | GAME_INPUT_MAX,
      .min = 100, .max = 60000 },
    { .name = NULL }
};

static const game_input_rule_t string_rule = { .type = GAME_INPUT_STRING };

/* Lengths are those of the columns (campaigns.md 1). */
static const game_input_rule_t step_members[] = {
    { .name = "step_id", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MAX, .max = 255,
      .form = &id_form },
    { .name = "skill_id", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MAX, .max = 64,
      .form = &id_form },
    { .name = "description", .type = GAME_INPUT_STRING },
    { .name = "depends_on", .type = GAME_INPUT_LIST,
      .flags = GAME_INPUT_REQUIRED, .each = &string_rule },
    { .name = "input_selector", .type = GAME_INPUT_OBJECT,
      .flags = GAME_INPUT_REQUIRED },
    { .name = "cache_policy", .type = GAME_INPUT_OBJECT,
      .members = cache_members },
    { .name = "retry_policy", .type = GAME_INPUT_OBJECT,
      .members = retry_members },
    { .name = NULL }
};

static const game_input_rule_t step_rule = {
    .type = GAME_INPUT_OBJECT, .members = step_members
};

static const game_input_rule_t workflow_members[] = {
    { .name = "workflow_name", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MAX, .max = 255,
      .form = &name_form },
    { .name = "version", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MAX, .max = 50,
      .form = &version_form },
    { .name = "description", .type = GAME_INPUT_STRING },
    { .name = "steps", .type = GAME_INPUT_LIST,
      .flags = GAME_INPUT_REQUIRED | GAME_INPUT_MIN, .min = 1,
      .each = &step_rule },
    { .name = NULL }
};

static void check_elements(apr_pool_t *pool, const game_json_t *list,
                           const game_input_rule_t *rule, const char *path,
                           apr_array_header_t *issues);

/* Members that no table has. @param path of the object, with its dot */
static void check_known(apr_pool_t *pool, const game_json_t *object,
                        const game_input_rule_t *members, const char *path,
                        apr_array_header_t *issues)
{
    const char *name = NULL;
    const game_json_t *value;

    while ((value = game_json_next(object, &name)) != NULL) {
        const char *where = apr_pstrcat(pool, path, name, NULL);
        const game_input_rule_t *rule = members;

        while (rule->name && strcmp(rule->name, name)) {
            rule++;
        }
        if (!rule->name) {
            game_issue_add(issues, where, SCHEMA_INVALID, "is not known",
                           "extra_forbidden");
        }
        else if (rule->members) {
            check_known(pool, value, rule->members,
                        apr_pstrcat(pool, where, ".", NULL), issues);
        }
        else if (rule->each) {
            check_elements(pool, value, rule->each, where, issues);
        }
    }
}

static void check_elements(apr_pool_t *pool, const game_json_t *list,
                           const game_input_rule_t *rule, const char *path,
                           apr_array_header_t *issues)
{
    apr_size_t i;

    for (i = 0; rule->members && i < game_json_size(list); i++) {
        check_known(pool, game_json_at(list, i), rule->members,
                    apr_psprintf(pool, "%s.%d.", path, (int)i), issues);
    }
}

/* What the tables do not say of a step: selectors, length of its key. */
static void check_step(apr_pool_t *pool, const game_json_t *step,
                       const char *workflow_name, const char *path,
                       apr_array_header_t *issues)
{
    const char *id = game_json_string(game_json_member(step, "step_id"));
    const game_json_t *selectors = game_json_member(step, "input_selector");
    const game_json_t *selector;
    const char *name = NULL;

    while ((selector = game_json_next(selectors, &name)) != NULL) {
        game_select_check(pool, selector,
                          apr_pstrcat(pool, path, "input_selector.", name,
                                      NULL), issues);
    }
    if (id && workflow_name && strlen(id) + strlen(workflow_name)
        + GAME_HASH_SIZE + 1 > GAME_WORKFLOW_KEY_MAX) {
        game_issue_add(issues, apr_pstrcat(pool, path, "step_id", NULL),
                       SCHEMA_INVALID, "is too long beside the workflow's "
                       "name", "string_too_long");
    }
}

game_fault_t *game_workflow_check(apr_pool_t *pool,
                                  const game_json_t *definition)
{
    apr_array_header_t *issues =
        apr_array_make(pool, 4, sizeof(game_issue_t));
    const game_json_t *steps = game_json_member(definition, "steps");
    const char *name =
        game_json_string(game_json_member(definition, "workflow_name"));
    apr_size_t i;

    game_skill_input_check(pool, workflow_members, SCHEMA_INVALID,
                           definition, issues, NULL);
    check_known(pool, definition, workflow_members, "", issues);
    for (i = 0; i < game_json_size(steps); i++) {
        check_step(pool, game_json_at(steps, i), name,
                   apr_psprintf(pool, "steps.%d.", (int)i), issues);
    }
    return game_fault_issues(pool, SCHEMA_INVALID, issues);
}

/* ---- the index ---- */

static const char *const statuses[] = {
    "active", "deprecated", "experimental", NULL
};

static const game_input_rule_t entry_members[] = {
    { .name = "workflow_name", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED, .form = &name_form },
    { .name = "version", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED, .form = &version_form },
    { .name = "file", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_MIN, .min = 1 },
    { .name = "status", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED, .words = statuses },
    { .name = NULL }
};

static const game_input_rule_t entry_rule = {
    .type = GAME_INPUT_OBJECT, .members = entry_members
};

static const game_input_rule_t index_members[] = {
    { .name = "version", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED, .form = &game_input_version },
    { .name = "updated_at", .type = GAME_INPUT_STRING,
      .flags = GAME_INPUT_REQUIRED, .form = &game_input_date_time },
    { .name = "workflows", .type = GAME_INPUT_LIST,
      .flags = GAME_INPUT_REQUIRED, .each = &entry_rule },
    { .name = NULL }
};

game_fault_t *game_workflow_check_index(apr_pool_t *pool,
                                        const game_json_t *index)
{
    apr_array_header_t *issues =
        apr_array_make(pool, 4, sizeof(game_issue_t));

    game_skill_input_check(pool, index_members, SCHEMA_INVALID, index,
                           issues, NULL);
    check_known(pool, index, index_members, "", issues);
    return game_fault_issues(pool, SCHEMA_INVALID, issues);
}

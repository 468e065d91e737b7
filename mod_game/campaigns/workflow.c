/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Workflows out of definitions: verdicts on their graphs, and the order of
 * their steps. Reading them from files is workflow_load.c's.
 */

#include "workflow_int.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "select.h"

/* Steps as they are declared, on their way into topological order. */
typedef struct draft_t {
    apr_pool_t *pool;
    int count;
    game_step_def_t *step;      /* depends_on: as declared, at first */
    int *place;                 /* in topological order, or -1 */
    int *order;                 /* declared steps in topological order */
} draft_t;

static const char *text_of(const game_json_t *object, const char *name)
{
    return game_json_string(game_json_member(object, name));
}

static int whole_of(const game_json_t *object, const char *name, int other)
{
    const game_json_t *value = game_json_member(object, name);

    return value ? (int)game_json_real(value) : other;
}

static void read_step(const game_json_t *from, game_step_def_t *step)
{
    const game_json_t *cache = game_json_member(from, "cache_policy");
    const game_json_t *retry = game_json_member(from, "retry_policy");
    const char *scope = text_of(cache, "scope");

    step->id = text_of(from, "step_id");
    step->skill = text_of(from, "skill_id");
    step->description = text_of(from, "description");
    step->input_selector = game_json_member(from, "input_selector");
    step->cache = game_json_true(game_json_member(cache, "enabled"));
    step->cache_run_only = !scope || !strcmp(scope, "run_only");
    step->max_attempts = whole_of(retry, "max_attempts", 1);
    step->backoff_ms = whole_of(retry, "backoff_ms", 1000);
}

static game_fault_t *read_steps(draft_t *draft, const game_json_t *list,
                                game_workflow_skill_fn *known, void *baton,
                                apr_hash_t *ids)
{
    int i;

    for (i = 0; i < draft->count; i++) {
        game_step_def_t *step = &draft->step[i];

        read_step(game_json_at(list, (apr_size_t)i), step);
        if (!known(baton, step->skill)) {
            return game_fault_make(draft->pool, "UNKNOWN_SKILL",
                                   "step %s: there is no skill %s", step->id,
                                   step->skill);
        }
    }
    for (i = 0; i < draft->count; i++) {
        game_step_def_t *step = &draft->step[i];

        if (apr_hash_get(ids, step->id, APR_HASH_KEY_STRING)) {
            return game_fault_make(draft->pool, "DUPLICATE_STEP",
                                   "step %s is there twice", step->id);
        }
        apr_hash_set(ids, step->id, APR_HASH_KEY_STRING, step);
    }
    return NULL;
}

static game_fault_t *read_depends(draft_t *draft, const game_json_t *list,
                                  apr_hash_t *ids)
{
    apr_size_t count = game_json_size(list);
    char *seen = apr_palloc(draft->pool, count);
    int i;

    for (i = 0; i < draft->count; i++) {
        game_step_def_t *step = &draft->step[i];
        const game_json_t *names = game_json_member(
            game_json_at(list, (apr_size_t)i), "depends_on");
        apr_size_t size = game_json_size(names), k;
        int *places = apr_palloc(draft->pool, (size + 1) * sizeof(int));

        memset(seen, 0, count);
        for (k = 0; k < size; k++) {
            const char *name = game_json_string(game_json_at(names, k));
            const game_step_def_t *other =
                apr_hash_get(ids, name, APR_HASH_KEY_STRING);

            if (!other) {
                return game_fault_make(draft->pool, "UNKNOWN_DEPENDENCY",
                                       "step %s depends on %s, which is not "
                                       "there", step->id, name);
            }
            if (!seen[other - draft->step]) {
                seen[other - draft->step] = 1;
                places[step->depends++] = (int)(other - draft->step);
            }
        }
        step->depends_on = places;
    }
    return NULL;
}

static int is_free(const draft_t *draft, int i)
{
    const game_step_def_t *step = &draft->step[i];
    int k;

    if (draft->place[i] >= 0) {
        return 0;
    }
    for (k = 0; k < step->depends; k++) {
        if (draft->place[step->depends_on[k]] < 0) {
            return 0;
        }
    }
    return 1;
}

static game_fault_t *find_order(draft_t *draft)
{
    int placed, i;

    for (i = 0; i < draft->count; i++) {
        draft->place[i] = -1;
    }
    for (placed = 0; placed < draft->count; placed++) {
        for (i = 0; i < draft->count && !is_free(draft, i); i++) {
            continue;
        }
        if (i == draft->count) {
            break;
        }
        draft->place[i] = placed;
        draft->order[placed] = i;
    }
    if (placed == draft->count) {
        return NULL;
    }
    for (i = 0; draft->place[i] >= 0; i++) {
        continue;
    }
    return game_fault_make(draft->pool, "CYCLIC_DEPENDENCY",
                           "step %s is in a circle or depends on one",
                           draft->step[i].id);
}

/* The steps in topological order, with places in that order. */
static const game_step_def_t *ordered(const draft_t *draft)
{
    game_step_def_t *steps = apr_palloc(
        draft->pool, (apr_size_t)draft->count * sizeof(*steps));
    int i, k;

    for (i = 0; i < draft->count; i++) {
        game_step_def_t *step = &steps[i];
        int *places;

        *step = draft->step[draft->order[i]];
        step->ordinal = i;
        places = apr_palloc(draft->pool,
                            (apr_size_t)(step->depends + 1) * sizeof(int));
        for (k = 0; k < step->depends; k++) {
            places[k] = draft->place[step->depends_on[k]];
        }
        step->depends_on = places;
    }
    return steps;
}

/* Mark the transitive dependencies of a step. */
static void mark_upstream(const game_workflow_t *workflow, int place,
                          char *marks)
{
    int i, k;

    memset(marks, 0, (apr_size_t)workflow->steps);
    marks[place] = 1;
    for (i = place; i >= 0; i--) {
        for (k = 0; marks[i] && k < workflow->step[i].depends; k++) {
            marks[workflow->step[i].depends_on[k]] = 1;
        }
    }
    marks[place] = 0;
}

static game_fault_t *check_selectors(apr_pool_t *pool,
                                     const game_workflow_t *workflow)
{
    char *marks = apr_palloc(pool, (apr_size_t)workflow->steps);
    int i, k;

    for (i = 0; i < workflow->steps; i++) {
        const game_step_def_t *step = &workflow->step[i];
        apr_array_header_t *read = apr_array_make(pool, 4, sizeof(char *));
        const game_json_t *selector;
        const char *name = NULL;

        while ((selector = game_json_next(step->input_selector, &name))) {
            game_select_steps(selector, read);
        }
        mark_upstream(workflow, i, marks);
        for (k = 0; k < read->nelts; k++) {
            const char *id = APR_ARRAY_IDX(read, k, const char *);
            int place = game_workflow_step(workflow, id);

            if (place < 0 || !marks[place]) {
                return game_fault_make(pool, "SELECTOR_NOT_UPSTREAM",
                                       "step %s reads step %s, which it does "
                                       "not depend on", step->id, id);
            }
        }
    }
    return NULL;
}

static game_fault_t *make_draft(draft_t *draft, const game_json_t *list,
                                game_workflow_skill_fn *known, void *baton)
{
    apr_hash_t *ids = apr_hash_make(draft->pool);
    apr_size_t size = game_json_size(list);
    game_fault_t *fault;

    draft->count = (int)size;
    draft->step = apr_pcalloc(draft->pool, size * sizeof(*draft->step));
    draft->place = apr_palloc(draft->pool, size * sizeof(*draft->place));
    draft->order = apr_palloc(draft->pool, size * sizeof(*draft->order));
    fault = read_steps(draft, list, known, baton, ids);
    if (!fault) {
        fault = read_depends(draft, list, ids);
    }
    return fault ? fault : find_order(draft);
}

game_fault_t *game_workflow_make(apr_pool_t *pool,
                                 const game_json_t *definition,
                                 game_workflow_skill_fn *known, void *baton,
                                 game_workflow_t **out)
{
    game_fault_t *fault = game_workflow_check(pool, definition);
    draft_t draft = { .pool = pool };
    game_workflow_t *workflow;

    if (fault) {
        return fault;
    }
    definition = game_json_copy(pool, definition);
    fault = make_draft(&draft, game_json_member(definition, "steps"), known,
                       baton);
    if (fault) {
        return fault;
    }
    workflow = apr_pcalloc(pool, sizeof(*workflow));
    workflow->name = text_of(definition, "workflow_name");
    workflow->version = text_of(definition, "version");
    workflow->description = text_of(definition, "description");
    workflow->steps = draft.count;
    workflow->step = ordered(&draft);
    workflow->declared = draft.place;
    fault = check_selectors(pool, workflow);
    if (!fault) {
        *out = workflow;
    }
    return fault;
}

int game_workflow_step(const game_workflow_t *workflow, const char *step_id)
{
    int i;

    for (i = 0; i < workflow->steps; i++) {
        if (!strcmp(workflow->step[i].id, step_id)) {
            return i;
        }
    }
    return -1;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Change requests: from a type to seeds by skill, from seeds to everything
 * downstream.
 */

#include "change.h"

#include <string.h>

#include <apr_strings.h>

#include "plan.h"

static const struct change_type_t {
    const char *type;
    const char *alias;          /* of a workflow; or NULL */
    int is_all;                 /* every step is a seed */
    int has_instead;            /* the manifest is, when no skill is there */
    const char *skills[4];
} types[] = {
    { "audio.update", "campaign.update_audio", 0, 0,
      { "generate_bgm_track", "generate_sfx_pack", "mix_audio_for_game" } },
    { "intro.update", "campaign.update_intro", 0, 1,
      { "generate_intro_image", "segment_start_button",
        "generate_intro_video_loop" } },
    { "outcome.update", "campaign.update_outcome", 0, 1,
      { "generate_outcome_video_win", "generate_outcome_video_lose" } },
    { "game_config.update", "campaign.update_game_config", 0, 0,
      { "game_config_from_template" } },
    { "asset3d.replace", NULL, 0, 0,
      { "generate_3d_asset", "optimize_3d_asset" } },
    { "full_rebuild", NULL, 1, 0, { NULL } },
};

#define TYPES (sizeof(types) / sizeof(types[0]))

const char *game_change_alias(const char *workflow_name)
{
    apr_size_t i;

    for (i = 0; i < TYPES; i++) {
        if (types[i].alias && !strcmp(types[i].alias, workflow_name)) {
            return types[i].type;
        }
    }
    return NULL;
}

/* Mark the steps that have one of the skills. @return their number */
static int mark(const game_workflow_t *workflow, const char *const *skills,
                char *marks)
{
    int i, k, count = 0;

    for (i = 0; i < workflow->steps; i++) {
        for (k = 0; skills[k]; k++) {
            marks[i] |= !strcmp(skills[k], workflow->step[i].skill);
        }
        count += marks[i];
    }
    return count;
}

/* Mark the seeds. @return their number */
static int mark_seeds(const game_workflow_t *workflow,
                      const struct change_type_t *type, char *marks)
{
    static const char *const instead[] = {
        "assemble_campaign_manifest", NULL
    };
    int count;

    if (type->is_all) {
        memset(marks, 1, (apr_size_t)workflow->steps);
        return workflow->steps;
    }
    count = mark(workflow, type->skills, marks);
    return count || !type->has_instead ? count
                                       : mark(workflow, instead, marks);
}

/* @return whether a type applies to a workflow */
static int make(apr_pool_t *pool, const game_workflow_t *workflow,
                const struct change_type_t *type, game_change_t **out)
{
    apr_size_t size = (apr_size_t)workflow->steps;
    game_change_t *change = apr_pcalloc(pool, sizeof(*change));
    char *seeds = apr_pcalloc(pool, size);
    char *impacted;

    if (!mark_seeds(workflow, type, seeds)) {
        return 0;
    }
    impacted = apr_pmemdup(pool, seeds, size);
    game_plan_mark(workflow, impacted);
    change->type = type->type;
    change->workflow = workflow;
    change->seeds = seeds;
    change->impacted = impacted;
    change->bypasses_cache = type->is_all;
    *out = change;
    return 1;
}

game_fault_t *game_change_make(apr_pool_t *pool,
                               const game_workflow_t *workflow,
                               const char *type, game_change_t **out)
{
    apr_size_t i;

    for (i = 0; type && i < TYPES; i++) {
        if (!strcmp(types[i].type, type)) {
            return make(pool, workflow, &types[i], out) ? NULL
                : game_fault_make(pool, "CHANGE_NOT_APPLICABLE",
                                  "%s has no step that %s is about",
                                  workflow->name, type);
        }
    }
    return game_fault_make(pool, "UNKNOWN_CHANGE_REQUEST",
                           "there is no change request %s",
                           type ? type : "without a type");
}

/* Ids of the steps whose mark is set, or is not. */
static game_json_t *list(apr_pool_t *pool, const game_workflow_t *workflow,
                         const char *marks, int set)
{
    game_json_t *ids = game_json_new_array(pool);
    int i;

    for (i = 0; i < workflow->steps; i++) {
        int place = workflow->declared[i];

        if (!marks[place] == !set) {
            game_json_append(ids, game_json_new_string(
                pool, workflow->step[place].id));
        }
    }
    return ids;
}

game_json_t *game_change_seeds(apr_pool_t *pool, const game_change_t *change)
{
    return list(pool, change->workflow, change->seeds, 1);
}

game_json_t *game_change_impacted(apr_pool_t *pool,
                                  const game_change_t *change)
{
    return list(pool, change->workflow, change->impacted, 1);
}

game_json_t *game_change_reused(apr_pool_t *pool,
                                const game_change_t *change)
{
    return list(pool, change->workflow, change->impacted, 0);
}

game_json_t *game_change_mappings(apr_pool_t *pool,
                                  const game_workflow_t *workflow)
{
    game_json_t *mappings = game_json_new_object(pool);
    game_change_t *change;
    apr_size_t i;

    for (i = 0; i < TYPES; i++) {
        if (make(pool, workflow, &types[i], &change)) {
            game_json_set(mappings, types[i].type,
                          game_change_seeds(pool, change));
        }
    }
    return mappings;
}

game_json_t *game_change_json(apr_pool_t *pool, const game_change_t *change,
                              const game_json_t *payload)
{
    game_json_t *object = game_json_new_object(pool);

    game_json_set_string(pool, object, "type", change->type);
    game_json_set(object, "payload", payload ? game_json_copy(pool, payload)
                                             : game_json_new_null(pool));
    game_json_set(object, "seeds", game_change_seeds(pool, change));
    game_json_set(object, "impacted", game_change_impacted(pool, change));
    game_json_set(object, "reused", game_change_reused(pool, change));
    return object;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The context of a run: made, taken over from a base run, added to. It is
 * stored elsewhere.
 */

#include "context.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "canon.h"

#define TYPE_MAX 100            /* bytes: artifacts.type */
#define URI_MAX 2048            /* bytes: artifacts.uri */
#define CUSTOM_NAME_MIN 2
#define CUSTOM_NAME_MAX 50
#define CUSTOM_TEXT_MAX 500

/* The standard reference types, and the type of the artifact that they refer
 * to when it is called something else. */
static const struct {
    const char *ref;
    const char *artifact;
} standard[] = {
    { "plan", "json/campaign-plan" },
    { "intro_image", NULL },
    { "intro_video", NULL },
    { "button_segmentation", NULL },
    { "bgm", "audio/bgm" },
    { "sfx", "audio/sfx-pack" },
    { "audio_manifest", NULL },
    { "game_config", "json/game-config" },
    { "game_bundle", "bundle/game" },
    { "outcome_win_video", NULL },
    { "outcome_lose_video", NULL },
    { "campaign_manifest", "json/campaign-manifest" },
};

/* ---- making ---- */

game_json_t *game_context_make(apr_pool_t *pool,
                               const game_context_start_t *start)
{
    game_json_t *context = game_json_new_object(pool);
    game_json_t *trigger = game_json_new_object(pool);

    game_json_set_string(pool, context, "campaignId", start->campaign_id);
    game_json_set_string(pool, context, "runId", start->run_id);
    game_json_set_string(pool, context, "workflowName",
                         start->workflow_name);
    game_json_set_string(pool, trigger, "type",
                         start->is_update ? "continuation" : "api");
    if (start->payload) {
        game_json_set(trigger, "payload",
                      game_json_copy(pool, start->payload));
    }
    game_json_set_string(pool, trigger, "timestamp", start->timestamp);
    game_json_set_string(pool, trigger, "initiatedBy", start->initiated_by);
    game_json_set(context, "trigger", trigger);
    game_json_set(context, "refs", game_json_new_object(pool));
    game_json_set(context, "artifacts", game_json_new_object(pool));
    return context;
}

static int is_listed(const game_json_t *list, const char *text)
{
    apr_size_t i;

    for (i = 0; text && i < game_json_size(list); i++) {
        const char *one = game_json_string(game_json_at(list, i));

        if (one && !strcmp(one, text)) {
            return 1;
        }
    }
    return 0;
}

/* Artifacts of the steps that are reused, and the references to them. */
static void take_over(apr_pool_t *pool, const game_context_base_t *base,
                      game_json_t *context)
{
    const game_json_t *from = game_json_member(base->context, "artifacts");
    const game_json_t *refs = game_json_member(base->context, "refs");
    game_json_t *artifacts = game_json_member(context, "artifacts");
    const game_json_t *value;
    const char *name = NULL, *id;

    while ((value = game_json_next(from, &name)) != NULL) {
        if (is_listed(base->reused, game_json_string(
                          game_json_member(value, "stepId")))) {
            game_json_set(artifacts, name, game_json_copy(pool, value));
        }
    }
    name = NULL;
    while ((value = game_json_next(refs, &name)) != NULL) {
        id = game_json_string(value);
        if (id && game_json_member(artifacts, id)) {
            game_json_set_string(pool, game_json_member(context, "refs"),
                                 name, id);
        }
    }
}

game_fault_t *game_context_load(apr_pool_t *pool, const char *tenant,
                                const game_context_base_t *base,
                                const game_context_start_t *start,
                                game_json_t **out)
{
    if (!base) {
        return game_fault_make(pool, "BASE_RUN_NOT_FOUND",
                               "there is no such base run");
    }
    if (strcmp(base->tenant, tenant)) {
        return game_fault_make(pool, "UNAUTHORIZED",
                               "the base run is another tenant's");
    }
    if (base->status != GAME_RUN_COMPLETED) {
        return game_fault_make(pool, "INCOMPLETE_BASE_RUN",
                               "the base run is %s", game_state_name(
                                   &game_machine_run, (int)base->status));
    }
    *out = game_context_make(pool, start);
    take_over(pool, base, *out);
    return NULL;
}

/* ---- references ---- */

const char *game_context_ref_name(apr_pool_t *pool, const char *ref_type)
{
    char *name = apr_palloc(pool, strlen(ref_type) + 1);
    char *end = name;

    for (; *ref_type; ref_type++) {
        if (*ref_type == '_' && ref_type[1]) {
            ref_type++;
            *end++ = (char)apr_toupper(*ref_type);
        }
        else {
            *end++ = *ref_type;
        }
    }
    *end = '\0';
    return apr_pstrcat(pool, name, "ArtifactId", NULL);
}

/* @return the reference type of an artifact's type, or NULL */
static const char *ref_of(const char *type, const apr_array_header_t *types)
{
    apr_size_t i;
    int k;

    for (i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
        if (!strcmp(standard[i].ref, type)
            || (standard[i].artifact && !strcmp(standard[i].artifact, type))) {
            return standard[i].ref;
        }
    }
    for (k = 0; types && k < types->nelts; k++) {
        const game_context_type_t *custom =
            &APR_ARRAY_IDX(types, k, game_context_type_t);

        if (!strcmp(custom->name, type)) {
            return custom->name;
        }
    }
    return NULL;
}

static int is_custom_name(const char *name)
{
    apr_size_t length = strlen(name);

    return length >= CUSTOM_NAME_MIN && length <= CUSTOM_NAME_MAX
        && apr_islower(*name)
        && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

game_fault_t *game_context_add_type(apr_pool_t *pool,
                                    apr_array_header_t *types,
                                    const game_context_type_t *type)
{
    if (types->nelts >= GAME_CONTEXT_CUSTOM) {
        return game_fault_make(pool, "CONTEXT_CAPACITY_EXCEEDED",
                               "there are %d reference types already",
                               types->nelts);
    }
    if (!is_custom_name(type->name) || ref_of(type->name, types)) {
        return game_fault_make(pool, "INVALID_ARTIFACT_TYPE",
                               "%s cannot be a reference type", type->name);
    }
    if (type->description && strlen(type->description) > CUSTOM_TEXT_MAX) {
        return game_fault_make(pool, "INVALID_ARTIFACT_TYPE",
                               "the description of %s is too long",
                               type->name);
    }
    APR_ARRAY_PUSH(types, game_context_type_t) = *type;
    return NULL;
}

/* ---- attaching ---- */

/* @return whether a text has 1 to max bytes, none of them a blank or a
 *         control character */
static int is_plain(const char *text, apr_size_t max)
{
    apr_size_t length = text ? strlen(text) : 0;
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f) {
            return 0;
        }
    }
    return length && length <= max;
}

static game_fault_t *check_artifact(apr_pool_t *pool,
                                    const game_artifact_t *artifact)
{
    if (!is_plain(artifact->type, TYPE_MAX)) {
        return game_fault_make(pool, "INVALID_ARTIFACT_TYPE",
                               "an artifact's type is none");
    }
    if (!is_plain(artifact->uri, URI_MAX)) {
        return game_fault_make(pool, "INVALID_ARTIFACT_URI",
                               "the URI of %s is none", artifact->type);
    }
    if (!game_canon_is_content_hash(artifact->content_hash)) {
        return game_fault_make(pool, "INVALID_ARTIFACT_HASH",
                               "the hash of %s is none", artifact->type);
    }
    return NULL;
}

static const game_context_artifact_t *made_at(const apr_array_header_t *made,
                                              int i)
{
    return &APR_ARRAY_IDX(made, i, game_context_artifact_t);
}

static game_fault_t *check_all(apr_pool_t *pool,
                               const game_json_t *artifacts,
                               const apr_array_header_t *made)
{
    game_fault_t *fault = NULL;
    int i, k;

    if (game_json_members(artifacts) + (apr_size_t)made->nelts
        > GAME_CONTEXT_ARTIFACTS) {
        return game_fault_make(pool, "CONTEXT_CAPACITY_EXCEEDED",
                               "a run has at most %d artifacts",
                               GAME_CONTEXT_ARTIFACTS);
    }
    for (i = 0; !fault && i < made->nelts; i++) {
        fault = check_artifact(pool, made_at(made, i)->artifact);
    }
    for (i = 0; !fault && i < made->nelts; i++) {
        const char *id = made_at(made, i)->id;
        int found = game_json_member(artifacts, id) != NULL;

        for (k = 0; !found && k < i; k++) {
            found = !strcmp(made_at(made, k)->id, id);
        }
        if (found) {
            fault = game_fault_make(pool, "DUPLICATE_ARTIFACT_ID",
                                    "artifact %s is there already", id);
        }
    }
    return fault;
}

static void attach(apr_pool_t *pool, game_json_t *context,
                   const char *step_id, const game_context_artifact_t *one,
                   const apr_array_header_t *types)
{
    const game_artifact_t *artifact = one->artifact;
    const char *ref = ref_of(artifact->type, types);
    game_json_t *entry = game_json_new_object(pool);

    game_json_set_string(pool, entry, "type", artifact->type);
    game_json_set_string(pool, entry, "uri", artifact->uri);
    game_json_set_string(pool, entry, "hash", artifact->content_hash);
    if (artifact->metadata) {
        game_json_set(entry, "metadata",
                      game_json_copy(pool, artifact->metadata));
    }
    game_json_set_string(pool, entry, "createdAt", one->created_at);
    game_json_set_string(pool, entry, "stepId", step_id);
    game_json_set(game_json_member(context, "artifacts"), one->id, entry);
    if (ref) {
        game_json_set_string(pool, game_json_member(context, "refs"),
                             game_context_ref_name(pool, ref), one->id);
    }
}

/* @return an object member, made or made anew when it is no object */
static game_json_t *member_of(apr_pool_t *pool, game_json_t *object,
                              const char *name)
{
    game_json_t *member = game_json_member(object, name);

    if (!game_json_is(member, GAME_JSON_OBJECT)) {
        member = game_json_new_object(pool);
        game_json_set(object, name, member);
    }
    return member;
}

game_fault_t *game_context_attach(apr_pool_t *pool, game_json_t *context,
                                  const char *step_id,
                                  const apr_array_header_t *made,
                                  const apr_array_header_t *types)
{
    game_json_t *artifacts = member_of(pool, context, "artifacts");
    game_fault_t *fault = check_all(pool, artifacts, made);
    int i;

    member_of(pool, context, "refs");
    for (i = 0; !fault && i < made->nelts; i++) {
        attach(pool, context, step_id, made_at(made, i), types);
    }
    return fault;
}

void game_context_set_hash(apr_pool_t *pool, game_json_t *context,
                           const char *step_id, const char *hash)
{
    game_json_t *computed = member_of(pool, context, "computed");

    game_json_set_string(pool, member_of(pool, computed,
                                         "inputHashesByStep"),
                         step_id, hash);
    if (!game_json_member(computed, "qualityChecks")) {
        game_json_set(computed, "qualityChecks", game_json_new_array(pool));
    }
}

void game_context_add_check(apr_pool_t *pool, game_json_t *context,
                            const char *step_id, const game_json_t *data)
{
    static const char *const members[] = { "missing_assets", "warnings" };
    const game_json_t *verdict = game_json_member(data, "validation");
    game_json_t *check = game_json_new_object(pool);
    apr_size_t i;

    if (!verdict) {
        return;
    }
    game_json_set_string(pool, check, "stepId", step_id);
    game_json_set(check, "passed", game_json_member(data,
                                                    "deployment_ready"));
    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        game_json_set(check, members[i], game_json_member(verdict,
                                                          members[i]));
    }
    game_json_append(game_json_member(member_of(pool, context, "computed"),
                                      "qualityChecks"), check);
}

game_fault_t *game_context_find(apr_pool_t *pool, const game_json_t *context,
                                const char *ref_type, const char **id,
                                const game_json_t **out)
{
    const char *name = game_context_ref_name(pool, ref_type);
    const char *found = game_json_string(
        game_json_member(game_json_member(context, "refs"), name));
    const game_json_t *entry;

    if (!found) {
        return game_fault_make(pool, "REF_NOT_FOUND", "there is no %s",
                               name);
    }
    entry = game_json_member(game_json_member(context, "artifacts"), found);
    if (!entry) {
        return game_fault_make(pool, "ARTIFACT_NOT_FOUND",
                               "there is no artifact %s", found);
    }
    if (id) {
        *id = found;
    }
    *out = entry;
    return NULL;
}

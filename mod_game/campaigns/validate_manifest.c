/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * CampaignManifest as a table, and what its members must be to one another.
 * Opens no file: whether an asset is there is asked.
 */

#include "validate_manifest.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bundle.h"
#include "canon.h"
#include "datetime.h"
#include "manifest.h"
#include "skill_input.h"
#include "store.h"

#define VALIDATION_ERROR "VALIDATION_ERROR"

#define REQUIRED GAME_INPUT_REQUIRED
#define MIN GAME_INPUT_MIN
#define VALUE(member, kind, flag) \
    { .name = member, .type = GAME_INPUT_##kind, .flags = flag }
#define WORDS(member, flag) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = flag | MIN, \
      .min = 1 }
#define FORM(member, flag, what) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = flag, \
      .form = &what }
#define ONE_OF(member, flag, list) \
    { .name = member, .type = GAME_INPUT_STRING, .flags = flag, \
      .words = list }
#define AT_LEAST(member, kind, flag, least) \
    { .name = member, .type = GAME_INPUT_##kind, .flags = flag | MIN, \
      .min = least }
#define OBJECT(member, flag, table) \
    { .name = member, .type = GAME_INPUT_OBJECT, .flags = flag, \
      .members = table }
#define LIST(member, flag, least, rule) \
    { .name = member, .type = GAME_INPUT_LIST, .flags = flag | MIN, \
      .min = least, .each = &rule }
#define END { .name = NULL }

/* ---- the table ---- */

static const game_input_form_t tree_path = {
    game_bundle_is_path, "value_error",
    "Input should be a relative path of a bundle"
};

static const char *const manifest_versions[] = { "1.0.0", NULL };
static const char *const videos[] = { "video", NULL };
static const char *const bundles[] = { "bundle", NULL };
static const char *const asset_types[] = {
    "video", "audio", "image", "bundle", "config", NULL
};
static const char *const hover_effects[] = {
    "glow", "scale", "pulse", "none", NULL
};
static const char *const stages[] = { "intro", "game", "outcome", NULL };
static const char *const game_triggers[] = {
    "button_click", "auto", "timer", NULL
};
static const char *const outcome_triggers[] = {
    "game_complete", "timeout", NULL
};

static const game_input_rule_t any_text = VALUE(NULL, STRING, 0);
static const game_input_rule_t any_number = VALUE(NULL, NUMBER, 0);

#define ASSET(types) { \
    WORDS("uri", REQUIRED), ONE_OF("type", REQUIRED, types), \
    AT_LEAST("size_bytes", INT, 0, 0), VALUE("checksum", STRING, 0), \
    VALUE("required", BOOL, REQUIRED), END \
}

static const game_input_rule_t video[] = ASSET(videos);
static const game_input_rule_t bundle[] = ASSET(bundles);
static const game_input_rule_t additional[] = ASSET(asset_types);
static const game_input_rule_t any_asset = OBJECT(NULL, 0, additional);

static const game_input_rule_t assets[] = {
    OBJECT("intro_video", REQUIRED, video),
    OBJECT("win_video", REQUIRED, video),
    OBJECT("lose_video", REQUIRED, video),
    OBJECT("game_bundle", REQUIRED, bundle),
    LIST("additional", REQUIRED, 0, any_asset), END
};

static const game_input_rule_t bounds[] = {
    VALUE("x", NUMBER, REQUIRED), VALUE("y", NUMBER, REQUIRED),
    VALUE("width", NUMBER, REQUIRED), VALUE("height", NUMBER, REQUIRED), END
};
static const game_input_rule_t point = {
    .type = GAME_INPUT_LIST, .flags = MIN | GAME_INPUT_MAX, .min = 2,
    .max = 2, .each = &any_number
};
static const game_input_rule_t button[] = {
    OBJECT("bounds", REQUIRED, bounds), LIST("mask_polygon", 0, 3, point),
    ONE_OF("hover_effect", 0, hover_effects),
    VALUE("click_sound_uri", STRING, 0), END
};
static const game_input_rule_t container[] = {
    FORM("entry_point", REQUIRED, tree_path),
    FORM("config_path", REQUIRED, tree_path), END
};
static const game_input_rule_t interaction[] = {
    OBJECT("button", REQUIRED, button),
    OBJECT("game_container", REQUIRED, container), END
};

static const game_input_rule_t stage = ONE_OF(NULL, 0, stages);
static const game_input_rule_t redirect[] = {
    FORM("win_url", 0, game_input_url), FORM("lose_url", 0, game_input_url),
    AT_LEAST("delay_ms", NUMBER, REQUIRED, 0), END
};
static const game_input_rule_t flow[] = {
    LIST("sequence", REQUIRED, 1, stage),
    ONE_OF("intro_to_game_trigger", REQUIRED, game_triggers),
    ONE_OF("game_to_outcome_trigger", REQUIRED, outcome_triggers),
    OBJECT("outcome_redirect", 0, redirect), END
};

static const game_input_rule_t limits[] = {
    AT_LEAST("max_requests_per_minute", NUMBER, 0, 0),
    AT_LEAST("max_requests_per_hour", NUMBER, 0, 0), END
};
static const game_input_rule_t rules[] = {
    VALUE("active", BOOL, REQUIRED), VALUE("require_login", BOOL, REQUIRED),
    FORM("start_date", 0, game_input_date_time),
    FORM("end_date", 0, game_input_date_time),
    AT_LEAST("max_plays_per_user", INT, 0, 1),
    { .name = "global_win_rate", .type = GAME_INPUT_NUMBER,
      .flags = MIN | GAME_INPUT_MAX, .min = 0, .max = 1 },
    LIST("allowed_regions", 0, 0, any_text),
    LIST("excluded_regions", 0, 0, any_text),
    OBJECT("rate_limiting", 0, limits), END
};

static const game_input_rule_t analytics[] = {
    VALUE("enabled", BOOL, REQUIRED), VALUE("tracking_id", STRING, 0),
    LIST("events", REQUIRED, 0, any_text), END
};

static const game_input_rule_t brand_colors[] = {
    VALUE("primary", STRING, 0), VALUE("secondary", STRING, 0), END
};
static const game_input_rule_t branding[] = {
    VALUE("brand_name", STRING, 0), VALUE("logo_uri", STRING, 0),
    OBJECT("colors", REQUIRED, brand_colors),
    VALUE("font_family", STRING, 0), END
};

static const game_input_rule_t manifest_rules[] = {
    ONE_OF("manifest_version", REQUIRED, manifest_versions),
    WORDS("campaign_id", REQUIRED), WORDS("campaign_name", REQUIRED),
    FORM("created_at", REQUIRED, game_input_date_time),
    FORM("updated_at", REQUIRED, game_input_date_time),
    FORM("version", REQUIRED, game_input_semver),
    OBJECT("assets", REQUIRED, assets),
    OBJECT("interaction", REQUIRED, interaction),
    OBJECT("flow", REQUIRED, flow), OBJECT("rules", REQUIRED, rules),
    OBJECT("analytics", REQUIRED, analytics),
    OBJECT("branding", 0, branding), OBJECT("metadata", REQUIRED, NULL),
    VALUE("checksum", STRING, REQUIRED), END
};

/* Of these an element that does not fit is an issue of the list. */
static const char *const whole_lists[] = {
    "interaction.button.mask_polygon", "flow.sequence",
    "rules.allowed_regions", "rules.excluded_regions", "analytics.events"
};

static const char *list_of(const char *path)
{
    apr_size_t i, len;

    for (i = 0; i < sizeof(whole_lists) / sizeof(whole_lists[0]); i++) {
        len = strlen(whole_lists[i]);
        if (!strncmp(path, whole_lists[i], len) && path[len] == '.') {
            return whole_lists[i];
        }
    }
    return NULL;
}

static void check_table(apr_pool_t *pool, const game_json_t *document,
                        apr_array_header_t *issues)
{
    apr_array_header_t *found = apr_array_make(pool, 4,
                                               sizeof(game_issue_t));
    const char *last = NULL;
    int i;

    game_skill_input_check(pool, manifest_rules, VALIDATION_ERROR, document,
                           found, NULL);
    for (i = 0; i < found->nelts; i++) {
        const game_issue_t *issue = &APR_ARRAY_IDX(found, i, game_issue_t);
        const char *list = list_of(issue->path);
        const char *path = list ? list : issue->path;

        if (!list || !last || strcmp(path, last)) {
            game_issue_add(issues, path, issue->code, issue->message,
                           issue->type);
        }
        last = path;
    }
}

/* ---- assets ---- */

typedef struct look_t {
    apr_pool_t *pool;
    game_validate_uri_fn *resolves;
    const void *baton;
    apr_array_header_t *issues;
} look_t;

static void check_asset(const look_t *look, const char *path,
                        const game_json_t *asset)
{
    const char *uri = game_json_member_text(asset, "uri");
    const char *checksum = game_json_string(game_json_member(asset,
                                                             "checksum"));

    if (uri && !look->resolves(look->pool, look->baton, uri)) {
        game_issue_add(look->issues,
                       apr_pstrcat(look->pool, path, ".uri", NULL),
                       "MISSING_ASSET", "The asset is not there", NULL);
    }
    if (checksum && !game_canon_is_hex(checksum, 16)
        && !game_canon_is_hex(checksum, 64)) {
        game_issue_add(look->issues,
                       apr_pstrcat(look->pool, path, ".checksum", NULL),
                       "INVALID_HASH",
                       "Input should be 16 or 64 lower-case hex digits",
                       NULL);
    }
}

static void check_assets(const look_t *look, const game_json_t *document)
{
    const game_json_t *group = game_json_member(document, "assets");
    const game_json_t *list = game_json_member(group, "additional");
    const game_input_rule_t *asset;
    apr_size_t i;

    for (asset = assets; asset->type == GAME_INPUT_OBJECT; asset++) {
        check_asset(look, apr_pstrcat(look->pool, "assets.", asset->name,
                                      NULL),
                    game_json_member(group, asset->name));
    }
    for (i = 0; i < game_json_size(list)
                && look->issues->nelts < GAME_INPUT_ISSUES; i++) {
        check_asset(look, apr_psprintf(look->pool, "assets.additional.%"
                                       APR_SIZE_T_FMT, i),
                    game_json_at(list, i));
    }
}

/* ---- what members are to one another ---- */

/* Whether two members are points in time and the second is earlier, or not
 * later. */
static int is_before(const game_json_t *object, const char *first,
                     const char *second, int strictly)
{
    apr_time_t from, to;

    return game_datetime_read(game_json_member_text(object, first), &from)
        && game_datetime_read(game_json_member_text(object, second), &to)
        && (strictly ? to < from : to <= from);
}

static void check_checksum(const look_t *look, const game_json_t *document)
{
    const char *told = game_json_string(game_json_member(document,
                                                         "checksum"));

    if (told && !game_canon_is_hex(told, GAME_HASH_SIZE - 1)) {
        game_issue_add(look->issues, "checksum", "INVALID_HASH",
                       "Input should be 64 lower-case hex digits", NULL);
    }
    else if (told && !game_manifest_verify(look->pool, document)) {
        game_issue_add(look->issues, "checksum", "CHECKSUM_MISMATCH",
                       "It is not the checksum of this document", NULL);
    }
}

void game_validate_manifest(apr_pool_t *pool, const game_json_t *document,
                            game_validate_uri_fn *resolves,
                            const void *baton, apr_array_header_t *issues)
{
    const look_t look = { pool, resolves, baton, issues };

    check_table(pool, document, issues);
    check_assets(&look, document);
    if (is_before(document, "created_at", "updated_at", 1)) {
        game_issue_add(issues, "updated_at", VALIDATION_ERROR,
                       "It is before created_at", NULL);
    }
    check_checksum(&look, document);
}

void game_validate_manifest_warn(const game_json_t *document,
                                 apr_array_header_t *warnings)
{
    const game_json_t *area =
        game_json_member(game_json_member(game_json_member(document,
                                                           "interaction"),
                                          "button"), "bounds");
    const game_json_t *width = game_json_member(area, "width");
    const game_json_t *height = game_json_member(area, "height");

    if ((game_json_is_number(width) && game_json_real(width) <= 0)
        || (game_json_is_number(height) && game_json_real(height) <= 0)) {
        game_issue_add(warnings, "interaction.button.bounds", "WARNING",
                       "The button has no area", NULL);
    }
    if (is_before(game_json_member(document, "rules"), "start_date",
                  "end_date", 0)) {
        game_issue_add(warnings, "rules.end_date", "WARNING",
                       "It is not after start_date", NULL);
    }
}

int game_validate_uri_store(apr_pool_t *pool, const void *baton,
                            const char *uri)
{
    const char *path;

    return game_store_resolve(pool, baton, uri, &path) != GAME_URI_MISSING;
}

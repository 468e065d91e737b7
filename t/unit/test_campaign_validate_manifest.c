/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What is no CampaignManifest: each rule once, what was changed after it was
 * assembled, and any value in any place.
 */
#include "campaign_json.h"
#include "documents.h"
#include "fixture.h"

#include "manifest.h"
#include "validate_manifest.h"

#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))
#define HEX16 "0123456789abcdef"

static const char whole[] =
    "{'manifest_version':'1.0.0','campaign_id':'c','campaign_name':'n',"
    "'created_at':'2026-02-03T12:00:00.000Z',"
    "'updated_at':'2026-02-03T12:00:00.000Z','version':'1.0.0',"
    "'assets':{"
    "'intro_video':{'uri':'https://e/i','type':'video','size_bytes':7,"
    "'checksum':'" HEX16 "','required':true},"
    "'win_video':{'uri':'https://e/w','type':'video','required':true},"
    "'lose_video':{'uri':'https://e/l','type':'video','required':true},"
    "'game_bundle':{'uri':'https://e/b','type':'bundle','required':true},"
    "'additional':["
    "{'uri':'https://e/c','type':'audio','required':false},"
    "{'uri':'https://e/k','type':'config','required':true}]},"
    "'interaction':{'button':{"
    "'bounds':{'x':0,'y':0.5,'width':1,'height':1},"
    "'mask_polygon':[[0,0],[1,0],[1,1.5]],'hover_effect':'none',"
    "'click_sound_uri':'https://e/c'},'game_container':{"
    "'entry_point':'index.html','config_path':'game_config.json'}},"
    "'flow':{'sequence':['intro','game','outcome'],"
    "'intro_to_game_trigger':'timer','game_to_outcome_trigger':'timeout',"
    "'outcome_redirect':{'win_url':'https://e/won','lose_url':'http://e',"
    "'delay_ms':0}},"
    "'rules':{'active':true,'start_date':'2026-01-01T00:00:00Z',"
    "'end_date':'2026-12-31T23:59:59Z','max_plays_per_user':3,"
    "'global_win_rate':0.25,'require_login':true,'allowed_regions':['DE'],"
    "'excluded_regions':[],'rate_limiting':{'max_requests_per_minute':10,"
    "'max_requests_per_hour':0,'other':'x'}},"
    "'analytics':{'enabled':true,'tracking_id':'T','events':['a','b']},"
    "'branding':{'brand_name':'B','logo_uri':'https://e/k',"
    "'colors':{'primary':'#336','secondary':'#9cf'},'font_family':'Arial'},"
    "'metadata':{'any':[{'thing':null}]},'checksum':''}";

/* URIs of the host "e" are there. */
static int resolves(apr_pool_t *pool, const void *baton, const char *uri)
{
    (void)pool;
    return !strncmp(uri, baton, strlen(baton));
}

static const char *verdict(const game_json_t *document)
{
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));

    game_validate_manifest(test_pool, document, resolves, "https://e/",
                           issues);
    return document_issues(issues);
}

static void seal(game_json_t *document)
{
    char hash[GAME_HASH_SIZE];

    game_manifest_checksum(test_pool, document, hash);
    game_json_set_string(test_pool, document, "checksum", hash);
}

/* `whole` with one change, and the checksum that it has to have then. */
static game_json_t *changed(const char *path, const char *text)
{
    game_json_t *document = campaign_json(whole);

    document_set(document, path, text);
    seal(document);
    return document;
}

static const struct {
    const char *path, *text, *issues;
} rules[] = {
    {"metadata", "{}", ""},
    {"unknown", "{}", ""},
    {"manifest_version", "'1.0.1'", "manifest_version VALIDATION_ERROR;"},
    {"campaign_id", "''", "campaign_id VALIDATION_ERROR;"},
    {"campaign_id", NULL, "campaign_id VALIDATION_ERROR;"},
    {"campaign_name", "7", "campaign_name VALIDATION_ERROR;"},
    {"created_at", "'2026-02-03'", "created_at VALIDATION_ERROR;"},
    {"created_at", "'2026-02-03T12:00:00'", "created_at VALIDATION_ERROR;"},
    {"updated_at", "'2026-02-03T11:59:59.999Z'",
     "updated_at VALIDATION_ERROR;"},
    {"updated_at", "'2026-02-03T12:59:59.999+01:00'",
     "updated_at VALIDATION_ERROR;"},
    {"updated_at", "'2026-02-03T07:00:00-05:00'", ""},
    {"updated_at", "1770120000", "updated_at VALIDATION_ERROR;"},
    {"version", "'1.0'", "version VALIDATION_ERROR;"},
    {"version", "'v1.0.0'", "version VALIDATION_ERROR;"},
    {"version", "'1.0.0-'", "version VALIDATION_ERROR;"},
    {"version", "'1.0.0+'", "version VALIDATION_ERROR;"},
    {"version", "'1.0.0+a+b'", "version VALIDATION_ERROR;"},
    {"version", "'1.0.0-a b'", "version VALIDATION_ERROR;"},
    {"version", "'1.0.0-rc-1.2+build.5'", ""},
    {"version", "'1.0.0+build'", ""},
    {"version", "'10.20.30-rc.1'", ""},
    {"version", "'11111111111111111111111111111111111111111111111111111111111"
     "1111111111.0.0'", "version VALIDATION_ERROR;"},
    {"assets", NULL, "assets VALIDATION_ERROR;"},
    {"assets", "[]", "assets VALIDATION_ERROR;"},
    {"assets.win_video", NULL, "assets.win_video VALIDATION_ERROR;"},
    {"assets.win_video", "'https://e/w'",
     "assets.win_video VALIDATION_ERROR;"},
    {"assets.win_video.type", "'bundle'",
     "assets.win_video.type VALIDATION_ERROR;"},
    {"assets.game_bundle.type", "'video'",
     "assets.game_bundle.type VALIDATION_ERROR;"},
    {"assets.win_video.uri", "''", "assets.win_video.uri VALIDATION_ERROR;"},
    {"assets.win_video.uri", NULL, "assets.win_video.uri VALIDATION_ERROR;"},
    {"assets.win_video.uri", "'data:video/mp4,x'",
     "assets.win_video.uri MISSING_ASSET;"},
    {"assets.additional.1.uri", "'logo.png'",
     "assets.additional.1.uri MISSING_ASSET;"},
    {"assets.additional.0.type", "'font'",
     "assets.additional.0.type VALIDATION_ERROR;"},
    {"assets.additional.1", "null", "assets.additional.1 VALIDATION_ERROR;"},
    {"assets.additional", "{}", "assets.additional VALIDATION_ERROR;"},
    {"assets.additional", "[]", ""},
    {"assets.intro_video.size_bytes", "-1",
     "assets.intro_video.size_bytes VALIDATION_ERROR;"},
    {"assets.intro_video.size_bytes", "1.5",
     "assets.intro_video.size_bytes VALIDATION_ERROR;"},
    {"assets.intro_video.size_bytes", "7.0", ""},
    {"assets.intro_video.checksum", "'" HEX16 HEX16 "'",
     "assets.intro_video.checksum INVALID_HASH;"},
    {"assets.intro_video.checksum", "'" HEX16 HEX16 HEX16 HEX16 "'", ""},
    {"assets.intro_video.checksum", "'0123456789ABCDEF'",
     "assets.intro_video.checksum INVALID_HASH;"},
    {"assets.intro_video.checksum", "''",
     "assets.intro_video.checksum INVALID_HASH;"},
    {"assets.intro_video.checksum", "16",
     "assets.intro_video.checksum VALIDATION_ERROR;"},
    {"assets.additional.0.checksum", "'x'",
     "assets.additional.0.checksum INVALID_HASH;"},
    {"assets.intro_video.required", NULL,
     "assets.intro_video.required VALIDATION_ERROR;"},
    {"interaction.button", NULL, "interaction.button VALIDATION_ERROR;"},
    {"interaction.button.bounds", "[0,0,1,1]",
     "interaction.button.bounds VALIDATION_ERROR;"},
    {"interaction.button.bounds.x", "'0'",
     "interaction.button.bounds.x VALIDATION_ERROR;"},
    {"interaction.button.mask_polygon", NULL, ""},
    {"interaction.button.mask_polygon", "[[0,0],[1,1]]",
     "interaction.button.mask_polygon VALIDATION_ERROR;"},
    {"interaction.button.mask_polygon", "[[0,0],[1,1],[1]]",
     "interaction.button.mask_polygon VALIDATION_ERROR;"},
    {"interaction.button.mask_polygon", "[[0,0],[1,'1'],[1,2,3],[]]",
     "interaction.button.mask_polygon VALIDATION_ERROR;"},
    {"interaction.button.mask_polygon", "['a']",
     "interaction.button.mask_polygon VALIDATION_ERROR;"},
    {"interaction.button.mask_polygon",
     "{'points':[{'x':0,'y':0},{'x':1,'y':0},{'x':1,'y':1}]}",
     "interaction.button.mask_polygon VALIDATION_ERROR;"},
    {"interaction.button.hover_effect", "'Glow'",
     "interaction.button.hover_effect VALIDATION_ERROR;"},
    {"interaction.button.hover_effect", NULL, ""},
    {"interaction.button.click_sound_uri", "null",
     "interaction.button.click_sound_uri VALIDATION_ERROR;"},
    {"interaction.game_container.entry_point", "'../index.html'",
     "interaction.game_container.entry_point VALIDATION_ERROR;"},
    {"interaction.game_container.entry_point", "'a\\\\b'",
     "interaction.game_container.entry_point VALIDATION_ERROR;"},
    {"interaction.game_container.entry_point", "''",
     "interaction.game_container.entry_point VALIDATION_ERROR;"},
    {"interaction.game_container.config_path", "'a/b.json'", ""},
    {"flow.sequence", "[]", "flow.sequence VALIDATION_ERROR;"},
    {"flow.sequence", "['game',1,'shop']", "flow.sequence VALIDATION_ERROR;"},
    {"flow.sequence", "['game']", ""},
    {"flow.sequence", "'game'", "flow.sequence VALIDATION_ERROR;"},
    {"flow.game_to_outcome_trigger", "'button_click'",
     "flow.game_to_outcome_trigger VALIDATION_ERROR;"},
    {"flow.outcome_redirect", NULL, ""},
    {"flow.outcome_redirect.delay_ms", NULL,
     "flow.outcome_redirect.delay_ms VALIDATION_ERROR;"},
    {"flow.outcome_redirect.delay_ms", "-1",
     "flow.outcome_redirect.delay_ms VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", NULL, ""},
    {"flow.outcome_redirect.win_url", "'HTTPS://e:8/p?q#f'", ""},
    {"flow.outcome_redirect.win_url", "'/won'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'https://'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'https:///p'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'https://e/\\n'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "' https://e/'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'https:\\\\\\\\e'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'https://e\\\\@evil'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'https://e/\x7f'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"flow.outcome_redirect.win_url", "'javascript://e/%0aalert(1)'",
     "flow.outcome_redirect.win_url VALIDATION_ERROR;"},
    {"rules.require_login", NULL, "rules.require_login VALIDATION_ERROR;"},
    {"rules.start_date", "'2026-13-01T00:00:00Z'",
     "rules.start_date VALIDATION_ERROR;"},
    {"rules.end_date", "null", "rules.end_date VALIDATION_ERROR;"},
    {"rules.max_plays_per_user", "0",
     "rules.max_plays_per_user VALIDATION_ERROR;"},
    {"rules.max_plays_per_user", "2.0", ""},
    {"rules.global_win_rate", "1.01",
     "rules.global_win_rate VALIDATION_ERROR;"},
    {"rules.global_win_rate", "1", ""},
    {"rules.allowed_regions", "['DE',49]",
     "rules.allowed_regions VALIDATION_ERROR;"},
    {"rules.excluded_regions", "'US'",
     "rules.excluded_regions VALIDATION_ERROR;"},
    {"rules.rate_limiting", "[]", "rules.rate_limiting VALIDATION_ERROR;"},
    {"rules.rate_limiting.max_requests_per_hour", "'many'",
     "rules.rate_limiting.max_requests_per_hour VALIDATION_ERROR;"},
    {"analytics.enabled", NULL, "analytics.enabled VALIDATION_ERROR;"},
    {"analytics.events", "[[],{}]", "analytics.events VALIDATION_ERROR;"},
    {"analytics.tracking_id", "1",
     "analytics.tracking_id VALIDATION_ERROR;"},
    {"branding", "null", "branding VALIDATION_ERROR;"},
    {"branding.colors", NULL, "branding.colors VALIDATION_ERROR;"},
    {"branding.colors.primary", "1",
     "branding.colors.primary VALIDATION_ERROR;"},
    {"metadata", NULL, "metadata VALIDATION_ERROR;"},
};

START_TEST(each_rule_has_its_issue)
{
    ck_assert_str_eq(verdict(changed(rules[_i].path, rules[_i].text)),
                     rules[_i].issues);
}
END_TEST

START_TEST(all_issues_are_told)
{
    game_json_t *document = campaign_json(whole);

    document_set(document, "campaign_id", NULL);
    document_set(document, "assets.intro_video.checksum", "'x'");
    document_set(document, "assets.lose_video.uri", "'ftp://e/l'");
    document_set(document, "rules.active", "1");
    document_set(document, "checksum", "'sha256:" HEX16 "'");
    ck_assert_str_eq(verdict(document),
                     "campaign_id VALIDATION_ERROR;"
                     "rules.active VALIDATION_ERROR;"
                     "assets.intro_video.checksum INVALID_HASH;"
                     "assets.lose_video.uri MISSING_ASSET;"
                     "checksum INVALID_HASH;");
}
END_TEST

/* What was changed, after the document was sealed, to what. */
static const struct {
    const char *path, *text;
} forged[] = {
    {"campaign_name", "'N'"}, {"campaign_name", "'n '"},
    {"rules.global_win_rate", "0.26"}, {"rules.global_win_rate", "1"},
    {"rules.max_plays_per_user", "4"}, {"rules.allowed_regions", "[]"},
    {"assets.win_video.uri", "'https://e/x'"},
    {"assets.game_bundle.size_bytes", "1"}, {"branding", NULL},
    {"flow.outcome_redirect.win_url", "'https://evil'"},
    {"interaction.button.bounds.y", "0.50000000000000011"},
    {"metadata.any.0.thing", "false"}, {"metadata.more", "1"},
    {"unknown", "null"},
};

START_TEST(a_change_is_found)
{
    game_json_t *document = changed("version", "'1.0.0'");

    ck_assert(game_manifest_verify(test_pool, document));
    document_set(document, forged[_i].path, forged[_i].text);
    ck_assert(!game_manifest_verify(test_pool, document));
    ck_assert_str_eq(verdict(document), "checksum CHECKSUM_MISMATCH;");
}
END_TEST

START_TEST(the_order_of_members_counts)
{
    game_json_t *document = changed("version", "'1.0.0'");

    document_set(document, "version", NULL);
    document_set(document, "version", "'1.0.0'");
    ck_assert_str_eq(verdict(document), "checksum CHECKSUM_MISMATCH;");
}
END_TEST

/* The checksum may stand anywhere; a number's spelling is none of it. */
START_TEST(what_is_the_same_text_is_the_same)
{
    game_json_t *document = changed("version", "'1.0.0'");

    document_set(document, "interaction.button.bounds.width", "1.0");
    document_set(document, "rules.max_plays_per_user", "3e0");
    ck_assert_str_eq(verdict(document), "");
    document_set(document, "more", "1");
    seal(document);
    ck_assert_str_eq(verdict(document), "");
}
END_TEST

START_TEST(no_checksum_is_told_once)
{
    game_json_t *document = campaign_json(whole);

    document_set(document, "checksum", NULL);
    ck_assert_str_eq(verdict(document), "checksum VALIDATION_ERROR;");
    ck_assert(!game_manifest_verify(test_pool, document));
    document_set(document, "checksum", "64");
    ck_assert_str_eq(verdict(document), "checksum VALIDATION_ERROR;");
    document_set(document, "checksum", "''");
    ck_assert_str_eq(verdict(document), "checksum INVALID_HASH;");
}
END_TEST

START_TEST(what_is_no_object_is_none)
{
    static const char *const values[] = {
        "null", "[]", "'x'", "1", "true", "1.5"
    };
    int i;

    for (i = 0; i < COUNT_OF(values); i++) {
        game_json_t *value = campaign_json(values[i]);

        ck_assert_str_eq(verdict(value), " VALIDATION_ERROR;");
        ck_assert(!game_manifest_verify(test_pool, value));
    }
    ck_assert_str_eq(verdict(NULL), " VALIDATION_ERROR;");
    ck_assert(!game_manifest_verify(test_pool, NULL));
}
END_TEST

static const struct {
    const char *path, *text, *warnings;
} odd[] = {
    {"metadata", "{}", ""},
    {"interaction.button.bounds.width", "0",
     "interaction.button.bounds WARNING;"},
    {"interaction.button.bounds.width", "-1",
     "interaction.button.bounds WARNING;"},
    {"interaction.button.bounds.width", "1e-9", ""},
    {"interaction.button.bounds.height", "0.0",
     "interaction.button.bounds WARNING;"},
    {"interaction.button.bounds.height", "-0.5",
     "interaction.button.bounds WARNING;"},
    {"interaction.button.bounds.height", "'0'", ""},
    {"interaction.button.bounds", NULL, ""},
    {"interaction", "0", ""},
    {"rules.end_date", "'2026-01-01T00:00:00Z'", "rules.end_date WARNING;"},
    {"rules.end_date", "'2026-01-01T00:59:59+01:00'",
     "rules.end_date WARNING;"},
    {"rules.end_date", "'2026-01-01T00:00:00.001Z'", ""},
    {"rules.end_date", "'never'", ""},
    {"rules.start_date", NULL, ""},
    {"rules", "[]", ""},
};

START_TEST(what_is_odd_is_a_warning)
{
    apr_array_header_t *warnings = apr_array_make(test_pool, 4,
                                                  sizeof(game_issue_t));

    game_validate_manifest_warn(changed(odd[_i].path, odd[_i].text),
                                warnings);
    ck_assert_str_eq(document_issues(warnings), odd[_i].warnings);
}
END_TEST

START_TEST(many_issues_are_not_all_told)
{
    game_json_t *document = changed("assets.additional", "[]");
    game_json_t *asset = campaign_json("{'uri':'no','type':'image',"
                                       "'checksum':'','required':true}");
    game_json_t *list = game_json_member(game_json_member(document,
                                                          "assets"),
                                         "additional");
    apr_array_header_t *issues = apr_array_make(test_pool, 4,
                                                sizeof(game_issue_t));
    int i;

    for (i = 0; i < 5000; i++) {
        game_json_append(list, asset);
    }
    game_validate_manifest(test_pool, document, resolves, "https://e/",
                           issues);
    ck_assert_int_ge(issues->nelts, 100);
    ck_assert_int_le(issues->nelts, 103);
    ck_assert_ptr_nonnull(strstr(document_issues(issues),
                                 "checksum CHECKSUM_MISMATCH;"));
}
END_TEST

/* Any verdict but that of a checksum, which fits; and it is the same twice. */
static void judge(void *baton, const game_json_t *damaged)
{
    game_json_t *document = damaged ? game_json_copy(test_pool, damaged)
                                    : NULL;
    apr_array_header_t *warnings = apr_array_make(test_pool, 4,
                                                  sizeof(game_issue_t));
    int *count = baton;
    const char *said;

    if (game_json_member(document, "checksum")) {
        seal(document);
    }
    said = verdict(document);
    ck_assert_ptr_null(strstr(said, "CHECKSUM_MISMATCH"));
    ck_assert_str_eq(verdict(document), said);
    game_validate_manifest_warn(document, warnings);
    *count += *said != '\0';
}

START_TEST(any_value_is_answered)
{
    game_json_t *document = campaign_json(whole);
    int count = 0;

    campaign_damage(document, judge, &count);
    ck_assert_int_gt(count, 500);
    seal(document);
    ck_assert_str_eq(verdict(document), "");
}
END_TEST

Suite *campaign_validate_manifest_suite(void)
{
    Suite *suite = suite_create("campaign_validate_manifest");
    TCase *tc = fixture_case("validate_manifest");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, each_rule_has_its_issue, 0, COUNT_OF(rules));
    tcase_add_test(tc, all_issues_are_told);
    tcase_add_loop_test(tc, a_change_is_found, 0, COUNT_OF(forged));
    tcase_add_test(tc, the_order_of_members_counts);
    tcase_add_test(tc, what_is_the_same_text_is_the_same);
    tcase_add_test(tc, no_checksum_is_told_once);
    tcase_add_test(tc, what_is_no_object_is_none);
    tcase_add_loop_test(tc, what_is_odd_is_a_warning, 0, COUNT_OF(odd));
    tcase_add_test(tc, many_issues_are_not_all_told);
    tcase_add_test(tc, any_value_is_answered);
    suite_add_tcase(suite, tc);
    return suite;
}

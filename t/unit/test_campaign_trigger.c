/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Merge patches, trigger payloads and their short forms, and what change
 * requests make of them.
 */
#include "fixture.h"

#include "campaign_json.h"
#include "merge.h"
#include "trigger.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof((list)[0])))

static void same(const game_json_t *got, const char *expected)
{
    ck_assert_msg(game_json_equal(got, campaign_json(expected)), "%s, not %s",
                  game_json_text(test_pool, got), expected);
}

/* ---- merging: the examples of RFC 7396, and some ---- */

static const struct {
    const char *target, *patch, *result;
} merges[] = {
    {"{'a':'b'}", "{'a':'c'}", "{'a':'c'}"},
    {"{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}"},
    {"{'a':'b'}", "{'a':null}", "{}"},
    {"{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}"},
    {"{'a':['b']}", "{'a':'c'}", "{'a':'c'}"},
    {"{'a':'c'}", "{'a':['b']}", "{'a':['b']}"},
    {"{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}"},
    {"{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}"},
    {"['a','b']", "['c','d']", "['c','d']"},
    {"{'a':'b'}", "['c']", "['c']"},
    {"{'a':'foo'}", "null", "null"},
    {"{'a':'foo'}", "'bar'", "'bar'"},
    {"{'e':null}", "{'a':1}", "{'e':null,'a':1}"},
    {"[1,2]", "{'a':'b','c':null}", "{'a':'b'}"},
    {"{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}"},
    {"{'a':1}", "{'a':{'b':null,'c':[null]}}", "{'a':{'c':[null]}}"},
};

START_TEST(a_patch_is_merged)
{
    game_json_t *target = campaign_json(merges[_i].target);
    game_json_t *patch = campaign_json(merges[_i].patch);

    same(game_merge(test_pool, target, patch), merges[_i].result);
    same(target, merges[_i].target);
    same(patch, merges[_i].patch);
}
END_TEST

START_TEST(a_merge_keeps_places_and_shares_nothing)
{
    game_json_t *target = campaign_json("{'a':1,'b':{'c':1},'d':4}");
    game_json_t *patch = campaign_json("{'x':{'y':1},'b':5}");
    game_json_t *got = game_merge(test_pool, target, patch);

    ck_assert_str_eq(game_json_text(test_pool, got),
                     "{\"a\":1,\"b\":5,\"d\":4,\"x\":{\"y\":1}}");
    game_json_remove(game_json_member(got, "x"), "y");
    same(patch, "{'x':{'y':1},'b':5}");
    same(game_merge(test_pool, NULL, patch), "{'x':{'y':1},'b':5}");
}
END_TEST

/* ---- normal form ---- */

/* Of each but the first what normalisation adds is left out. */
#define ADDED \
    "'button_config':{'bounds':{'x':0,'y':0,'width':200,'height':60}," \
    "'hover_effect':'glow'}"

static const struct {
    const char *payload, *normal;
} payloads[] = {
    {"{}", "{" ADDED "}"},
    {"{'campaign_id':'c'}", "{'campaign_id':'c','campaign_name':'c'," ADDED
     "}"},
    {"{'campaign_id':5}", "{'campaign_id':5," ADDED "}"},
    {"{'button_config':null}", "{'button_config':null}"},
    {"{'difficulty':'Easy'}", "{'difficulty':'Easy'," ADDED "}"},
    {"{'difficulty':{'level':'easy','win_probability':null}}",
     "{'difficulty':{'level':'easy','win_probability':null}," ADDED "}"},
    {"{'difficulty':{'level':'insane'}}",
     "{'difficulty':{'level':'insane'}," ADDED "}"},
    {"{'difficulty':{}}", "{'difficulty':{}," ADDED "}"},
    {"{'outcome_win_uri':'w','outcome_lose_uri':'l'}",
     "{'outcome_videos':{'win_video_uri':'w','lose_video_uri':'l'}," ADDED
     "}"},
    {"{'outcome_win_uri':'w','outcome_videos':{'win_video_uri':'v'}}",
     "{'outcome_videos':{'win_video_uri':'v'}," ADDED "}"},
    {"{'outcome_win_uri':'w','outcome_videos':3}",
     "{'outcome_videos':3," ADDED "}"},
    {"{'audio':{}}", "{'audio':{'style':{'genre':'electronic'}}," ADDED "}"},
    {"{'audio':{'mood':'sad','style':{'mood':'epic'}}}",
     "{'audio':{'style':{'mood':'epic'}}," ADDED "}"},
    {"{'audio':{'style':null}}", "{'audio':{'style':null}," ADDED "}"},
    {"{'audio':'loud'}", "{'audio':'loud'," ADDED "}"},
    {"{'assets':{'background_uri':'b','logo_uri':'l'}}",
     "{'asset_refs':[{'uri':'b','type':'background','slot':'background'},"
     "{'uri':'l','type':'icon','slot':'logo'}],'branding':{'logo_uri':'l'},"
     ADDED "}"},
    {"{'assets':{'background_uri':'b','logo_uri':null,'x':1},"
     "'asset_refs':[1],'branding':{}}",
     "{'asset_refs':[1,{'uri':'b','type':'background',"
     "'slot':'background'}],'branding':{}," ADDED "}"},
    {"{'assets':{'logo_uri':'l'},'asset_refs':{},"
     "'branding':{'logo_uri':'m'}}",
     "{'asset_refs':{},'branding':{'logo_uri':'m'}," ADDED "}"},
    {"{'assets':[],'rules':7}", "{'assets':[],'rules':7," ADDED "}"},
    {"{'rules':{'win_score':5,'time_limit_sec':9,'x':1}}",
     "{'rules':{'x':1},'parameters':{'win_score':5,'time_limit_sec':9},"
     ADDED "}"},
    {"[]", "[]"}, {"null", "null"}, {"'text'", "'text'"},
};

START_TEST(a_payload_has_a_normal_form)
{
    game_json_t *payload = campaign_json(payloads[_i].payload);
    game_json_t *got = game_trigger_normalize(test_pool, payload);

    same(got, payloads[_i].normal);
    same(payload, payloads[_i].payload);
    same(game_trigger_normalize(test_pool, got), payloads[_i].normal);
}
END_TEST

START_TEST(no_payload_is_an_empty_one)
{
    same(game_trigger_normalize(test_pool, NULL), "{" ADDED "}");
}
END_TEST

/* ---- checks ---- */

#define WITH(members) \
    ",'template_id':'quiz','theme':'t','difficulty':{'level':'easy'," \
    "'win_probability':0},'audio':1,'intro_video_uri':1," \
    "'outcome_videos':{}" members "}"
#define REST WITH("")

static const struct {
    const char *payload, *issues;
} checks[] = {
    {"{'campaign_id':'c'" REST, ""},
    {"{'campaign_id':''" REST, "campaign_id string_too_short"},
    {"{'campaign_id':null" REST, "campaign_id string_type"},
    {"{'campaign_id':['c']" REST, "campaign_id string_type"},
    {"[]", " dict_type"}, {"null", " dict_type"},
    {"{}", "campaign_id missing; template_id missing; theme missing; "
     "difficulty missing; audio missing; intro_video_uri missing; "
     "outcome_videos missing"},
    {"{'campaign_id':'c','template_id':'Quiz','theme':'','difficulty':"
     "'brutal','audio':null,'intro_video_uri':null,'outcome_videos':[]}",
     "template_id string_pattern_mismatch; theme string_too_short; "
     "difficulty dict_type; outcome_videos dict_type"},
    /* what a GameConfig requires */
    {"{'campaign_id':'c'" WITH(",'color_scheme':{'primary':'red',"
     "'accent':'ff0000','background':7},'copy':{'title':''},"
     "'locale':'','parameters':{'time_limit_sec':0,'x':1},"
     "'asset_refs':[{'uri':'u'},{'uri':''},7]"),
     "color_scheme.accent value_error; color_scheme.background string_type; "
     "copy.title string_too_short; asset_refs.1.uri string_too_short; "
     "asset_refs.2 dict_type; parameters.time_limit_sec greater_than; "
     "locale string_too_short"},
    /* what a manifest requires */
    {"{'campaign_id':'c'" WITH(",'campaign_name':'','version':'1.0',"
     "'button_config':{'mask_polygon':[[0,0],[1,1]]}"),
     "button_config.mask_polygon too_short; version string_pattern_mismatch; "
     "campaign_name string_too_short"},
    {"{'campaign_id':'c'" WITH(",'version':'1.0.0-rc.1','button_config':"
     "{'mask_polygon':{'points':[1,2]}}"),
     "button_config.mask_polygon.points too_short"},
    {"{'campaign_id':'c','template_id':'quiz','theme':'t','difficulty':"
     "{'level':'hard','win_probability':2},'audio':{},'intro_video_uri':'',"
     "'outcome_videos':{'win_redirect_url':'javascript:1',"
     "'lose_redirect_url':'https://e'}}",
     "difficulty.win_probability less_than_equal; "
     "outcome_videos.win_redirect_url url_parsing"},
};

START_TEST(a_payload_is_checked)
{
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));

    game_trigger_check(test_pool, campaign_json(checks[_i].payload), issues);
    ck_assert_str_eq(campaign_issues(issues), checks[_i].issues);
}
END_TEST

START_TEST(a_campaign_id_has_at_most_255_characters)
{
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));
    game_json_t *payload = campaign_json("{'campaign_id':''" REST);
    const char *id = "";
    int i;

    for (i = 0; i < 255; i++) {
        id = apr_pstrcat(test_pool, id, "\xc3\xa4", NULL);
    }
    game_json_set_string(test_pool, payload, "campaign_id", id);
    game_trigger_check(test_pool, payload, issues);
    ck_assert_str_eq(campaign_issues(issues), "");
    game_json_set_string(test_pool, payload, "campaign_id",
                         apr_pstrcat(test_pool, id, "x", NULL));
    game_trigger_check(test_pool, payload, issues);
    ck_assert_str_eq(campaign_issues(issues), "campaign_id string_too_long");
}
END_TEST

/* ---- change requests ---- */

static const char base[] =
    "{'campaign_id':'c','campaign_name':'n','theme':'old',"
    "'difficulty':{'level':'medium','win_probability':0.4},"
    "'audio':{'style':{'genre':'pop','mood':'sad'},'duration_sec':30},"
    "'intro_video_uri':'i','button_config':{'bounds':{'x':1}},"
    "'outcome_videos':{'win_video_uri':'w','lose_video_uri':'l'}}";

/* patch: what the base is merged with, by RFC 7396. */
static const struct {
    const char *type, *payload, *patch;
} changes[] = {
    {"audio.update", "{}", "{}"},
    {"audio.update", "null", "{}"},
    {"audio.update", "{'audio_overrides':{'bpm':90,'mood':'epic','x':1},"
     "'bpm':1}", "{'audio':{'bpm':90,'style':{'mood':'epic'}}}"},
    {"audio.update", "{'audio_overrides':null,'audio':{'prompt':'p'}}",
     "{'audio':{'prompt':'p'}}"},
    {"audio.update", "{'audio':{'duration_sec':null,'style':{'mood':null}},"
     "'prompt':'no'}", "{'audio':{'duration_sec':null,'style':{'mood':null}"
     "}}"},
    {"audio.update", "{'style':{'mood':'tense'},'mood':'epic',"
     "'energy_level':0.5,'specs':{'channels':1}}",
     "{'audio':{'style':{'mood':'tense','energy_level':0.5},"
     "'specs':{'channels':1}}}"},
    {"audio.update", "{'style':'chiptune','mood':'epic'}",
     "{'audio':{'style':'chiptune'}}"},
    {"game_config.update", "{'difficulty':'hard','copy':{'title':'t'},"
     "'prompt':'p','locale':'de-DE'}",
     "{'difficulty':{'level':'hard','win_probability':0.1},"
     "'copy':{'title':'t'},'locale':'de-DE'}"},
    {"game_config.update", "{'difficulty':{'level':'hard'}}",
     "{'difficulty':{'level':'hard'}}"},
    {"game_config.update", "{'game_overrides':{'overrides':{'a':1},"
     "'parameters':{'b':2},'asset_refs':[]},'theme':'no'}",
     "{'overrides':{'a':1},'parameters':{'b':2},'asset_refs':[]}"},
    {"intro.update", "{'intro_overrides':{'button_config':{'bounds':"
     "{'x':null,'y':2}}},'intro_video_uri':'no'}",
     "{'button_config':{'bounds':{'x':null,'y':2}}}"},
    {"outcome.update", "{'outcome_videos':{'win_video_uri':'W'},"
     "'win_video_uri':'no','lose_redirect_url':'r',"
     "'auto_redirect_delay_ms':5}",
     "{'outcome_videos':{'win_video_uri':'W','lose_redirect_url':'r',"
     "'auto_redirect_delay_ms':5}}"},
    {"outcome.update", "{'theme':'x'}", "{}"},
    {"full_rebuild", "{'campaign_id':'c','theme':'x','own':[1]}",
     "{'theme':'x','own':[1]}"},
    {"full_rebuild", "{'outcome_win_uri':'W','difficulty':'easy',"
     "'audio':{'mood':'epic'},'rules':{'win_score':3}}",
     "{'outcome_videos':{'win_video_uri':'W'},'difficulty':"
     "{'level':'easy','win_probability':0.5},'audio':{'style':"
     "{'mood':'epic'}},'rules':{},'parameters':{'win_score':3}}"},
    {"full_rebuild", "{'audio':{'style':null}}",
     "{'audio':{'style':{'genre':'electronic','mood':null}}}"},
};

START_TEST(a_change_patches_the_base)
{
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));
    game_json_t *from = campaign_json(base);
    game_json_t *wanted = game_merge(test_pool, from,
                                     campaign_json(changes[_i].patch));
    game_json_t *got = game_trigger_change(
        test_pool, from, changes[_i].type,
        campaign_json(changes[_i].payload), issues);

    ck_assert_str_eq(campaign_issues(issues), "");
    same(from, base);
    ck_assert_msg(game_json_equal(got, wanted), "%s, not %s",
                  game_json_text(test_pool, got),
                  game_json_text(test_pool, wanted));
}
END_TEST

static const struct {
    const char *type, *payload, *issues;
} refused[] = {
    {"audio.update", "[]", " dict_type"},
    {"full_rebuild", "'x'", " dict_type"},
    {"audio.update", "{'audio_overrides':1}", "audio_overrides dict_type"},
    {"audio.update", "{'audio':[]}", "audio dict_type"},
    {"game_config.update", "{'game_overrides':''}",
     "game_overrides dict_type"},
    {"intro.update", "{'intro_overrides':true}", "intro_overrides dict_type"},
    {"audio.update", "{'campaign_id':'d'}", "campaign_id value_error"},
    {"full_rebuild", "{'campaign_id':null}", "campaign_id value_error"},
};

START_TEST(a_bad_change_is_refused)
{
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));

    game_trigger_change(test_pool, campaign_json(base), refused[_i].type,
                        campaign_json(refused[_i].payload), issues);
    ck_assert_str_eq(campaign_issues(issues), refused[_i].issues);
}
END_TEST

static void use(void *baton, const game_json_t *payload)
{
    static const char *const kinds[] = {
        "audio.update", "game_config.update", "intro.update",
        "outcome.update", "asset3d.replace", "full_rebuild"
    };
    apr_array_header_t *issues =
        apr_array_make(test_pool, 1, sizeof(game_issue_t));
    game_json_t *normal = game_trigger_normalize(test_pool, payload);
    int i;

    ck_assert(game_json_equal(normal, game_trigger_normalize(test_pool,
                                                             normal)));
    game_trigger_check(test_pool, normal, issues);
    for (i = 0; i < COUNT_OF(kinds); i++) {
        ck_assert_ptr_nonnull(game_trigger_change(test_pool, baton, kinds[i],
                                                  payload, issues));
        ck_assert_ptr_nonnull(game_trigger_change(test_pool, normal, kinds[i],
                                                  baton, issues));
    }
}

START_TEST(damaged_payloads_are_answered)
{
    game_json_t *payload = campaign_json(
        "{'audio_overrides':{'style':{'mood':'sad'},'mood':'x'},'audio':"
        "{'mood':'sad'},'outcome_win_uri':'w','outcome_videos':{},'rules':"
        "{'win_score':1},'parameters':{},'assets':{'logo_uri':'l'},"
        "'asset_refs':[{}],'branding':{},'difficulty':{'level':'easy'}}");

    ck_assert_int_gt(campaign_damage(payload, use, campaign_json(base)),
                     200);
}
END_TEST

Suite *campaign_trigger_suite(void)
{
    Suite *suite = suite_create("campaign_trigger");
    TCase *tests = fixture_case("campaign_trigger");

    tcase_add_loop_test(tests, a_patch_is_merged, 0, COUNT_OF(merges));
    tcase_add_test(tests, a_merge_keeps_places_and_shares_nothing);
    tcase_add_loop_test(tests, a_payload_has_a_normal_form, 0,
                        COUNT_OF(payloads));
    tcase_add_test(tests, no_payload_is_an_empty_one);
    tcase_add_loop_test(tests, a_payload_is_checked, 0, COUNT_OF(checks));
    tcase_add_test(tests, a_campaign_id_has_at_most_255_characters);
    tcase_add_loop_test(tests, a_change_patches_the_base, 0,
                        COUNT_OF(changes));
    tcase_add_loop_test(tests, a_bad_change_is_refused, 0,
                        COUNT_OF(refused));
    tcase_add_test(tests, damaged_payloads_are_answered);
    suite_add_tcase(suite, tests);
    return suite;
}

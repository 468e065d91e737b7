/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file fixture.h
 * What every unit test uses: a pool of its own, and the list of suites.
 */
#ifndef GAME_FIXTURE_H
#define GAME_FIXTURE_H

#include <apr_pools.h>
#include <check.h>

/** All suites, one line each: NAME is test_NAME.c, which exports
 *  NAME_suite(). */
#define GAME_SUITES(SUITE) \
    SUITE(values) \
    SUITE(builtins) \
    SUITE(getis) \
    SUITE(greencrowd) \
    SUITE(game) \
    SUITE(json) \
    SUITE(json_write) \
    SUITE(reals) \
    SUITE(route) \
    SUITE(metrics_text) \
    SUITE(cache) \
    SUITE(batch) \
    SUITE(schema) \
    SUITE(schema_body) \
    SUITE(error) \
    SUITE(limit) \
    SUITE(inputs) \
    SUITE(ids) \
    SUITE(robust) \
    SUITE(dsl) \
    SUITE(dsl_run) \
    SUITE(dsl_extend) \
    SUITE(campaign_bgm) \
    SUITE(campaign_bundle) \
    SUITE(campaign_canon) \
    SUITE(campaign_config) \
    SUITE(campaign_context) \
    SUITE(campaign_css_color) \
    SUITE(campaign_datetime) \
    SUITE(campaign_manifest) \
    SUITE(campaign_plan) \
    SUITE(campaign_play) \
    SUITE(campaign_provider) \
    SUITE(campaign_provider_http) \
    SUITE(campaign_select) \
    SUITE(campaign_skill) \
    SUITE(campaign_skill_input) \
    SUITE(campaign_store) \
    SUITE(campaign_store_read) \
    SUITE(campaign_store_sweep) \
    SUITE(campaign_store_tree) \
    SUITE(campaign_synth) \
    SUITE(campaign_trigger) \
    SUITE(campaign_validate_bundle) \
    SUITE(campaign_validate_manifest) \
    SUITE(campaign_workflow)

#define GAME_SUITE_DECLARE(name) Suite *name##_suite(void);
GAME_SUITES(GAME_SUITE_DECLARE)

/** Pool of the running test: new for each. */
extern apr_pool_t *test_pool;

/** @return an empty folder; what is in it goes with test_pool */
const char *fixture_folder(void);

/** @return a case in which each test gets a new test_pool */
TCase *fixture_case(const char *name);

#endif

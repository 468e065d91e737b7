/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A pool for each test, made before it and destroyed after it.
 */
#include "fixture.h"

#include <stddef.h>

apr_pool_t *test_pool;

static void setup(void)
{
    ck_assert_int_eq(apr_pool_create(&test_pool, NULL), APR_SUCCESS);
}

static void teardown(void)
{
    apr_pool_destroy(test_pool);
    test_pool = NULL;
}

TCase *fixture_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, setup, teardown);
    return tests;
}

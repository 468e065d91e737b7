/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A pool for each test, made before it and destroyed after it; and a folder
 * for those that want one.
 */
#include "fixture.h"

#include <apr_strings.h>
#include <ftw.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

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

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static apr_status_t remove_folder(void *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return APR_SUCCESS;
}

const char *fixture_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    char *real = realpath(tmp ? tmp : "/tmp", NULL), *path;

    ck_assert_ptr_nonnull(real);
    path = apr_pstrcat(test_pool, real, "/game-test-XXXXXX", NULL);
    free(real);
    ck_assert_ptr_nonnull(mkdtemp(path));
    apr_pool_cleanup_register(test_pool, path, remove_folder,
                              apr_pool_cleanup_null);
    return path;
}

TCase *fixture_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, setup, teardown);
    return tests;
}

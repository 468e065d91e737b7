/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Runs every suite of unit tests. Check's own variables choose and shape a
 * run: CK_RUN_SUITE, CK_RUN_CASE, CK_FORK, CK_VERBOSITY.
 */
#include "fixture.h"

#include <apr_general.h>
#include <stdio.h>
#include <stdlib.h>

#define SUITE_ENTRY(name) name##_suite,

static Suite *(*const suites[])(void) = {
    GAME_SUITES(SUITE_ENTRY)
    NULL
};

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    int failed;
    int i;

    if (apr_initialize() != APR_SUCCESS) {
        fputs("APR does not start\n", stderr);
        return EXIT_FAILURE;
    }
    for (i = 0; suites[i]; i++) {
        srunner_add_suite(runner, suites[i]());
    }
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    apr_terminate();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

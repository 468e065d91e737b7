/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Which faults would only happen again (campaigns.md 2.5). How often and when
 * a step is tried anew is plan.c's.
 */

#include "skill.h"

#include <string.h>

int game_skill_is_retryable(const char *code)
{
    static const char *const never[] = {
        "INPUT_SELECTOR_ERROR", "INPUT_VALIDATION_FAILED",
        "VALIDATION_ERROR", "SKILL_NOT_FOUND", "VERSION_NOT_FOUND",
        "HANDLER_NOT_FOUND", "MISSING_ASSET", "INVALID_HASH",
        "POLICY_VIOLATION",
        /* not of a skill: the run or its worker has ended */
        "RUN_CANCELLED", "WORKER_LOST"
    };
    apr_size_t i;

    for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        if (!strcmp(code, never[i])) {
            return 0;
        }
    }
    return 1;
}

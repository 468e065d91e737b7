/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Directives whose argument is a whole number. What is not one within the
 * bounds stops the server with a sentence that names both.
 */

#include "directives_int.h"

#include <errno.h>

#include <apr_strings.h>

#include "config.h"

const char *game_directives_whole(cmd_parms *cmd, const char *arg,
                                  apr_int64_t min, apr_int64_t max,
                                  apr_int64_t *out)
{
    char *end = NULL;

    errno = 0;
    *out = apr_strtoi64(arg, &end, 10);
    if (errno || end == arg || *end || *out < min || *out > max) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a whole number "
                            "from %" APR_INT64_T_FMT " to %"
                            APR_INT64_T_FMT, cmd->cmd->name, arg, min, max);
    }
    return NULL;
}

const char *game_directives_number(cmd_parms *cmd, void *dir,
                                   const char *arg)
{
    const game_number_t *number = cmd->info;
    char *conf = (char *)game_config_server(cmd->server);
    apr_int64_t value;
    const char *fault = game_directives_whole(cmd, arg, number->min,
                                              number->max, &value);

    (void)dir;
    if (!fault && number->global) {
        fault = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    }
    if (fault) {
        return fault;
    }
    if (number->unit) {
        *(apr_interval_time_t *)(void *)(conf + number->offset)
            = value * number->unit;
    }
    else {
        *(int *)(void *)(conf + number->offset) = (int)value;
    }
    return NULL;
}

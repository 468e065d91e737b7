/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file directives_int.h
 * What the setters of directives*.c share: numbers with bounds.
 */
#ifndef GAME_DIRECTIVES_INT_H
#define GAME_DIRECTIVES_INT_H

#include <httpd.h>
#include <http_config.h>

/** A directive of server scope that is a whole number: where it goes in a
 *  game_server_conf_t, its bounds and its unit; the info of its command. */
typedef struct game_number_t {
    apr_int64_t min, max;
    apr_size_t offset;
    apr_int64_t unit;           /**< 0: an int; else an interval */
    int global;                 /**< of the whole server alone */
} game_number_t;

/** Read a whole number within bounds.
 *  @return NULL, or the sentence about it */
const char *game_directives_whole(cmd_parms *cmd, const char *arg,
                                  apr_int64_t min, apr_int64_t max,
                                  apr_int64_t *out);

/** The setter of a game_number_t. */
const char *game_directives_number(cmd_parms *cmd, void *dir,
                                   const char *arg);

#endif

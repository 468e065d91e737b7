/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Prints what the manual takes from the module itself: the command table,
 * the route table and the strategies. Linked with the module's objects;
 * nothing of httpd is called, and nothing of it is there.
 */

#include <stdio.h>

#include <httpd.h>
#include <http_config.h>

#include "builtins.h"
#include "config.h"
#include "metrics_int.h"
#include "route.h"

static const char *arguments(enum cmd_how how)
{
    switch (how) {
    case FLAG:
        return "On|Off";
    case TAKE1:
        return "1";
    case TAKE12:
        return "1-2";
    case TAKE2:
        return "2";
    case TAKE23:
        return "2-3";
    case ITERATE:
    case TAKE_ARGV:
        return "1+";
    default:
        return "?";
    }
}

static const char *context(int where)
{
    int server = where & RSRC_CONF, place = where & (ACCESS_CONF | OR_ALL);

    return server && place ? "server config, virtual host, directory"
         : server ? "server config, virtual host"
         : place ? "directory" : "?";
}

static const char *access_word(game_access_e access)
{
    static const char *const words[] = {
        "everybody; credentials are not looked at",
        "everybody; a credential that is sent is checked",
        "API key or bearer token",
        "bearer token",
        "bearer token with the administrators' role, or an administrator's "
        "API key",
        "API key or bearer token",
        "an administrator, by either credential",
        "API key or bearer token of an administrator"
    };

    return words[access];
}

static void print_metric(const game_metric_t *metric)
{
    int i;

    printf("metric\t%s\t%s\t", metric->name,
           metric->kind == GAME_TEXT_HISTOGRAM ? "histogram"
           : metric->kind == GAME_TEXT_SUMMARY ? "summary"
           : metric->kind == GAME_TEXT_COUNTER ? "counter" : "gauge");
    for (i = 0; i < GAME_METRIC_LABELS && metric->labels[i]; i++) {
        printf("%s%s", i ? ", " : "", metric->labels[i]->name);
    }
    printf("\t%s\n", metric->help);
}

int main(void)
{
    const command_rec *command;
    const game_route_t *route;
    int i;

    for (command = game_directives; command->name; command++) {
        printf("directive\t%s\t%s\t%s\t%s\n", command->name,
               arguments(command->args_how), context(command->req_override),
               command->errmsg);
    }
    for (route = game_routes; route->method; route++) {
        printf("route\t%s\t%s\t%s\t%s\t%s\n", route->method, route->path,
               access_word(route->access), route->operation,
               route->summary);
    }
    for (i = 0; game_builtins[i]; i++) {
        printf("strategy\t%s\t%s\t%s\n", game_builtins[i]->id,
               game_builtins[i]->name ? game_builtins[i]->name : "",
               game_builtins[i]->description ? game_builtins[i]->description
                                             : "");
    }
    for (i = 0; i < GAME_M_COUNT; i++) {
        print_metric(&game_metrics_table[i]);
    }
    return 0;
}

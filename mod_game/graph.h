/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file graph.h
 * Drawings of strategies: those of built-ins are made when the module is
 * built (strategies/graphs.pl), those of programs here.
 */
#ifndef GAME_GRAPH_H
#define GAME_GRAPH_H

#include <apr_pools.h>

#include "json.h"

/** A file, as it is sent. */
typedef struct game_graph_file_t {
    const unsigned char *bytes;
    apr_size_t size;
} game_graph_file_t;

/** The drawing of a built-in; "none" is that of strategies without one. */
typedef struct game_graph_t {
    const char *id;
    game_graph_file_t png, svg, dot;
} game_graph_t;

/** All of them; a NULL id ends. */
extern const game_graph_t game_graphs[];

/** @return the drawing of a program as Graphviz source, in pool
 *  @param name the strategy's; ast NULL: there is no program */
const char *game_graph_dot(apr_pool_t *pool, const char *name,
                           const game_json_t *ast, const char *parent);

/** @return the same drawing as SVG, in pool */
const char *game_graph_svg(apr_pool_t *pool, const char *name,
                           const game_json_t *ast, const char *parent);

#endif

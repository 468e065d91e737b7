/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file config_templates.h
 * What the builtin generator knows of each game template (campaigns.md 4.1,
 * step 4): values by level, texts, and its mechanics.
 */
#ifndef GAME_CAMPAIGNS_CONFIG_TEMPLATES_H
#define GAME_CAMPAIGNS_CONFIG_TEMPLATES_H

#include <apr_pools.h>

#include "json.h"

struct game_template_t;

/** What mechanics depend on. */
typedef struct game_template_ask_t {
    apr_pool_t *pool;
    const struct game_template_t *template;
    const char *base;           /**< base id */
    int level;                  /**< 0 easy, 1 medium, 2 hard */
    double win_probability;     /**< 0..1 */
    const char *color[4];       /**< primary, secondary, accent, background */
} game_template_ask_t;

typedef struct game_template_param_t {
    const char *name;           /**< NULL ends the list */
    double value[3];            /**< by level */
} game_template_param_t;

typedef struct game_template_sound_t {
    const char *name;           /**< NULL ends the list */
    double volume;
} game_template_sound_t;

typedef struct game_template_t {
    const char *base;           /**< NULL: for every other base */
    double duration_sec[3];     /**< by level */
    game_template_param_t param[5];
    game_template_sound_t sfx[6];
    const char *copy[4];        /**< title, instructions, win, lose */
    /** @return members behind `type`, an object in ask->pool */
    game_json_t *(*mechanics)(const game_template_ask_t *ask);
} game_template_t;

/** @return a template id without a trailing _v<digits>, and catch_game for
 *  collect_coins; in pool */
const char *game_template_base(apr_pool_t *pool, const char *template_id);

/** @return the template of a base id; never NULL */
const game_template_t *game_template_find(const char *base);

/** @return a number: whole ones as an integer */
game_json_t *game_template_number(apr_pool_t *pool, double number);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file skill_input.h
 * Documents described by tables (campaigns.md 4 head, 6.1): no coercion, all
 * issues at once, unknown members tolerated, defaults only for what is
 * absent. The inputs of the four skills are such tables.
 */
#ifndef GAME_CAMPAIGNS_SKILL_INPUT_H
#define GAME_CAMPAIGNS_SKILL_INPUT_H

#include "campaigns.h"

struct game_skill_env_t;

typedef enum {
    GAME_INPUT_ANY,             /**< any value */
    GAME_INPUT_STRING,
    GAME_INPUT_NUMBER,
    GAME_INPUT_INT,             /**< a number without a fraction: 30, 30.0 */
    GAME_INPUT_BOOL,
    GAME_INPUT_OBJECT,
    GAME_INPUT_LIST
} game_input_e;

#define GAME_INPUT_REQUIRED 1   /**< absent: "missing" */
#define GAME_INPUT_MIN      2   /**< min holds: of a number its value, of a
                                     text its characters, of a list its
                                     elements */
#define GAME_INPUT_MAX      4   /**< max holds */
#define GAME_INPUT_ABOVE    8   /**< a number equal to min is too small */

/** What a text must look like. */
typedef struct game_input_form_t {
    int (*fits)(const char *text);
    const char *type;           /**< of the issue (game_issue_t) */
    const char *message;        /**< of the issue */
} game_input_form_t;

/** What a value must be; a table of them is an object's members. */
typedef struct game_input_rule_t {
    const char *name;           /**< of the member; NULL ends a table */
    game_input_e type;
    int flags;
    double min, max;
    const char *const *words;   /**< of a string: all that are accepted */
    const game_input_form_t *form;      /**< of a string; or NULL */
    /** Of an object: its members; NULL: any. */
    const struct game_input_rule_t *members;
    /** Rule of a list's elements, or of an object's members that are not in
     *  its table; its name is not read. NULL: any. */
    const struct game_input_rule_t *each;
    /** Rule for a value that is not of this type; NULL: it is an issue. */
    const struct game_input_rule_t *other;
    const char *fallback;       /**< default of an absent member, as JSON; or
                                     NULL */
} game_input_rule_t;

/** More issues than these are not listed: a value of many megabytes has one
 *  for every few bytes. */
#define GAME_INPUT_ISSUES 100

/**
 * Check a value that should be an object.
 * @param members its table
 * @param code    of every issue; a constant (INPUT_VALIDATION_FAILED, ...)
 * @param value   any value; NULL is as JSON null
 * @param issues  issues are added, up to GAME_INPUT_ISSUES in all; a wrong
 *                type is reported for the value itself and not for what it
 *                lacks then
 * @param full    NULL, or gets a deep copy in pool with defaults filled in
 *                (behind the members that are there); of a value that is no
 *                object, an empty object
 */
void game_skill_input_check(apr_pool_t *pool,
                            const game_input_rule_t *members,
                            const char *code, const game_json_t *value,
                            apr_array_header_t *issues, game_json_t **full);

/** Forms: an id of a template, a version of three numbers, one with what may
 *  follow them, a URL of http or https, a CSS colour, a point in time with
 *  its zone (RFC 3339), one segment of a path ("" is none). */
extern const game_input_form_t game_input_template_id;
extern const game_input_form_t game_input_version;
extern const game_input_form_t game_input_semver;
extern const game_input_form_t game_input_url;
extern const game_input_form_t game_input_css_color;
extern const game_input_form_t game_input_date_time;
extern const game_input_form_t game_input_slot;

/** easy, medium, hard; a NULL ends them. */
extern const char *const game_input_levels[];

/** A skill's `check` (skill.h): issues are INPUT_VALIDATION_FAILED. */
#define GAME_SKILL_INPUT_DECLARE(skill) \
    void game_skill_input_##skill##_check( \
        apr_pool_t *pool, const struct game_skill_env_t *env, \
        const game_json_t *input, apr_array_header_t *issues, \
        game_json_t **full)

GAME_SKILL_INPUT_DECLARE(config);       /**< 4.1 */
GAME_SKILL_INPUT_DECLARE(bgm);          /**< 4.2 */
GAME_SKILL_INPUT_DECLARE(bundle);       /**< 4.3 */
GAME_SKILL_INPUT_DECLARE(manifest);     /**< 4.4 */

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Walks a value beside its table, reports what does not fit and fills
 * defaults in. Knows no skill: their tables are in skill_inputs.c.
 */

#include "skill_input.h"

#include <math.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "canon.h"
#include "css_color.h"
#include "datetime.h"

typedef struct walk_t {
    apr_pool_t *pool;
    const char *code;
    apr_array_header_t *issues;
    int fill;                   /* the value is ours: put defaults in */
} walk_t;

/* A step of a path; up is the step before it. */
typedef struct place_t {
    const struct place_t *up;
    const char *name;           /* NULL: index counts */
    apr_size_t index;
} place_t;

static void check_value(const walk_t *walk, const place_t *place,
                        const game_input_rule_t *rule, game_json_t *value);

/* ---- issues ---- */

static const char *path_of(apr_pool_t *pool, const place_t *place)
{
    const char *path = "";

    for (; place; place = place->up) {
        const char *step = place->name ? place->name
            : apr_psprintf(pool, "%" APR_SIZE_T_FMT, place->index);

        path = *path ? apr_pstrcat(pool, step, ".", path, NULL) : step;
    }
    return path;
}

static void issue(const walk_t *walk, const place_t *place, const char *type,
                  const char *message)
{
    if (walk->issues->nelts < GAME_INPUT_ISSUES) {
        game_issue_add(walk->issues, path_of(walk->pool, place), walk->code,
                       message, type);
    }
}

static void wrong_type(const walk_t *walk, const place_t *place,
                       game_input_e type)
{
    static const char *const said[][2] = {
        [GAME_INPUT_STRING] = { "string_type", "string" },
        [GAME_INPUT_NUMBER] = { "float_type", "number" },
        [GAME_INPUT_INT] = { "int_type", "integer" },
        [GAME_INPUT_BOOL] = { "bool_type", "boolean" },
        [GAME_INPUT_OBJECT] = { "dict_type", "dictionary" },
        [GAME_INPUT_LIST] = { "list_type", "list" }
    };

    issue(walk, place, said[type][0],
          apr_pstrcat(walk->pool, "Input should be a valid ", said[type][1],
                      NULL));
}

/* ---- values ---- */

static int is_of_type(const game_json_t *value, game_input_e type)
{
    switch (type) {
    case GAME_INPUT_STRING:
        return game_json_is(value, GAME_JSON_STRING);
    case GAME_INPUT_NUMBER:
        return game_json_is_number(value);
    case GAME_INPUT_INT:
        return game_json_is_number(value)
            && game_json_real(value) == floor(game_json_real(value));
    case GAME_INPUT_BOOL:
        return game_json_is(value, GAME_JSON_BOOL);
    case GAME_INPUT_OBJECT:
        return game_json_is(value, GAME_JSON_OBJECT);
    case GAME_INPUT_LIST:
        return game_json_is(value, GAME_JSON_ARRAY);
    default:
        return 1;
    }
}

static void check_number(const walk_t *walk, const place_t *place,
                         const game_input_rule_t *rule, double number)
{
    apr_pool_t *pool = walk->pool;

    if (rule->flags & GAME_INPUT_ABOVE && number <= rule->min) {
        issue(walk, place, "greater_than",
              apr_pstrcat(pool, "Input should be greater than ",
                          game_canon_number(pool, rule->min), NULL));
    }
    else if (rule->flags & GAME_INPUT_MIN && number < rule->min) {
        issue(walk, place, "greater_than_equal",
              apr_pstrcat(pool, "Input should be greater than or equal to ",
                          game_canon_number(pool, rule->min), NULL));
    }
    else if (rule->flags & GAME_INPUT_MAX && number > rule->max) {
        issue(walk, place, "less_than_equal",
              apr_pstrcat(pool, "Input should be less than or equal to ",
                          game_canon_number(pool, rule->max), NULL));
    }
}

/* "'easy', 'medium' or 'hard'" */
static const char *listed(apr_pool_t *pool, const char *const *words)
{
    const char *list = apr_pstrcat(pool, "'", words[0], "'", NULL);
    int i;

    for (i = 1; words[i]; i++) {
        list = apr_pstrcat(pool, list, words[i + 1] ? ", '" : " or '",
                           words[i], "'", NULL);
    }
    return list;
}

static int is_among(const char *text, const char *const *words)
{
    while (*words && strcmp(*words, text)) {
        words++;
    }
    return *words != NULL;
}

/* Code points, as JSON's strings are valid UTF-8. */
static double length_of(const char *text)
{
    double count = 0;

    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static void check_length(const walk_t *walk, const place_t *place,
                         const game_input_rule_t *rule, double length,
                         const char *what, const char *noun)
{
    apr_pool_t *pool = walk->pool;
    int few = rule->flags & GAME_INPUT_MIN && length < rule->min;
    double bound = few ? rule->min : rule->max;

    if (!few && !(rule->flags & GAME_INPUT_MAX && length > rule->max)) {
        return;
    }
    issue(walk, place,
          apr_pstrcat(pool, *what == 'S' ? "string_" : "",
                      few ? "too_short" : "too_long", NULL),
          apr_psprintf(pool, "%s should have at %s %d %s%s", what,
                       few ? "least" : "most", (int)bound, noun,
                       bound == 1 ? "" : "s"));
}

static void check_text(const walk_t *walk, const place_t *place,
                       const game_input_rule_t *rule, const char *text)
{
    if (rule->words && !is_among(text, rule->words)) {
        issue(walk, place, "enum",
              apr_pstrcat(walk->pool, "Input should be ",
                          listed(walk->pool, rule->words), NULL));
    }
    else if (rule->form && !rule->form->fits(text)) {
        issue(walk, place, rule->form->type, rule->form->message);
    }
    else {
        check_length(walk, place, rule, length_of(text), "String",
                     "character");
    }
}

static void check_list(const walk_t *walk, const place_t *place,
                       const game_input_rule_t *rule,
                       const game_json_t *list)
{
    place_t at = { place, NULL, 0 };

    check_length(walk, place, rule, (double)game_json_size(list), "List",
                 "item");
    for (; rule->each && at.index < game_json_size(list); at.index++) {
        check_value(walk, &at, rule->each, game_json_at(list, at.index));
    }
}

static game_json_t *default_of(apr_pool_t *pool, const char *fallback)
{
    game_json_fault_t fault;

    return game_json_parse(pool, fallback, strlen(fallback), 4, &fault);
}

static void check_member(const walk_t *walk, const place_t *place,
                         const game_input_rule_t *rule, game_json_t *object)
{
    game_json_t *value = game_json_member(object, rule->name);
    place_t at = { place, rule->name, 0 };

    if (value) {
        check_value(walk, &at, rule, value);
    }
    else if (rule->flags & GAME_INPUT_REQUIRED) {
        issue(walk, &at, "missing", "Field required");
    }
    else if (walk->fill && rule->fallback) {
        game_json_set(object, rule->name,
                      default_of(walk->pool, rule->fallback));
    }
}

static int is_in_table(const game_input_rule_t *members, const char *name)
{
    while (members && members->name) {
        if (!strcmp(members->name, name)) {
            return 1;
        }
        members++;
    }
    return 0;
}

static void check_object(const walk_t *walk, const place_t *place,
                         const game_input_rule_t *rule, game_json_t *object)
{
    const game_input_rule_t *member = rule->members;
    const char *name = NULL;
    game_json_t *value;

    for (; member && member->name; member++) {
        check_member(walk, place, member, object);
    }
    if (!rule->each) {
        return;
    }
    while ((value = game_json_next(object, &name))) {
        place_t at = { place, name, 0 };

        if (!is_in_table(rule->members, name)) {
            check_value(walk, &at, rule->each, value);
        }
    }
}

static void check_value(const walk_t *walk, const place_t *place,
                        const game_input_rule_t *rule, game_json_t *value)
{
    if (!is_of_type(value, rule->type)) {
        if (rule->other && is_of_type(value, rule->other->type)) {
            check_value(walk, place, rule->other, value);
        }
        else {
            wrong_type(walk, place, rule->type);
        }
        return;
    }
    switch (rule->type) {
    case GAME_INPUT_STRING:
        check_text(walk, place, rule, game_json_string(value));
        break;
    case GAME_INPUT_NUMBER:
    case GAME_INPUT_INT:
        check_number(walk, place, rule, game_json_real(value));
        break;
    case GAME_INPUT_LIST:
        check_list(walk, place, rule, value);
        break;
    case GAME_INPUT_OBJECT:
        check_object(walk, place, rule, value);
        break;
    default:
        break;
    }
}

void game_skill_input_check(apr_pool_t *pool,
                            const game_input_rule_t *members,
                            const char *code, const game_json_t *value,
                            apr_array_header_t *issues, game_json_t **full)
{
    const game_input_rule_t top = {
        .type = GAME_INPUT_OBJECT, .members = members
    };
    walk_t walk = { pool, code, issues, full != NULL };
    game_json_t *walked = (game_json_t *)value;    /* changed if filled */

    if (full) {
        walked = game_json_is(value, GAME_JSON_OBJECT)
            ? game_json_copy(pool, value) : game_json_new_object(pool);
        *full = walked;
    }
    if (!game_json_is(value, GAME_JSON_OBJECT)) {
        wrong_type(&walk, NULL, GAME_INPUT_OBJECT);
        return;
    }
    check_value(&walk, NULL, &top, walked);
}

/* ---- forms ---- */

static int fits_template_id(const char *text)
{
    apr_size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return apr_islower(text[0]) && !text[len] && len <= 64;
}

static int fits_version(const char *text)
{
    int part;

    for (part = 0; part < 3; part++) {
        apr_size_t len = strspn(text, "0123456789");

        if (!len || text[len] != (part < 2 ? '.' : '\0')) {
            return 0;
        }
        text += len + 1;
    }
    return 1;
}

/* A tail of a version: a mark and what letters, digits, dots and dashes
 * follow. @return what comes next; NULL when none follows */
static const char *skip_tail(const char *text, char mark)
{
    const char *from = text;

    if (*text != mark) {
        return text;
    }
    for (text++; apr_isalnum(*text) || *text == '.' || *text == '-'; text++)
        ;
    return text > from + 1 ? text : NULL;
}

static int fits_semver(const char *text)
{
    char core[64];
    apr_size_t len = strcspn(text, "-+");

    if (len >= sizeof(core)) {
        return 0;
    }
    apr_cpystrn(core, text, len + 1);
    text = skip_tail(text + len, '-');
    text = text ? skip_tail(text, '+') : NULL;
    return text && !*text && fits_version(core);
}

/* What a browser may be sent to: http or https, and a host. */
static int fits_url(const char *text)
{
    apr_size_t scheme = !strncasecmp(text, "http://", 7) ? 7
        : !strncasecmp(text, "https://", 8) ? 8 : 0;
    const char *at = text;

    while ((unsigned char)*at > ' ' && *at != 0x7f && *at != '\\') {
        at++;
    }
    return scheme && !*at && !strchr("/?#", text[scheme]);
}

static int fits_date_time(const char *text)
{
    return game_datetime_read(text, NULL);
}

static int fits_slot(const char *text)
{
    return !strpbrk(text, "/\\") && text[0] != '.' && !strstr(text, "..");
}

const game_input_form_t game_input_template_id = {
    fits_template_id, "string_pattern_mismatch",
    "String should match pattern '^[a-z][a-z0-9_]{0,63}$'"
};

const game_input_form_t game_input_version = {
    fits_version, "string_pattern_mismatch",
    "String should match pattern '^\\d+\\.\\d+\\.\\d+$'"
};

const game_input_form_t game_input_semver = {
    fits_semver, "string_pattern_mismatch", "Input should be a version"
};

const game_input_form_t game_input_url = {
    fits_url, "url_parsing", "Input should be a URL of http or https"
};

const game_input_form_t game_input_css_color = {
    game_css_color_is, "value_error", "Input should be a CSS colour"
};

const game_input_form_t game_input_date_time = {
    fits_date_time, "datetime_parsing",
    "Input should be a valid datetime with a time zone"
};

const game_input_form_t game_input_slot = {
    fits_slot, "value_error",
    "Input should be a file name without a path and a leading dot"
};

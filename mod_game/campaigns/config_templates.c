/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Tables and mechanics of the builtin game templates. The order of members
 * is part of the result: hashes of generated files depend on it.
 */

#include "config_templates.h"

#include <math.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "canon.h"

#define TAP "\"controls\":{\"primary\":\"tap\"}"
#define WIN_OR_LOSE \
    "\"spawn_rates\":{},\"scoring\":{\"win_points\":100,\"lose_points\":0},"

game_json_t *game_template_number(apr_pool_t *pool, double number)
{
    return number == floor(number) && fabs(number) < 9007199254740992.0
        ? game_json_new_int(pool, (apr_int64_t)number)
        : game_json_new_real(pool, number);
}

/* ---- pieces ---- */

/* A value of the template's table at the level asked for. */
static double value_of(const game_template_ask_t *ask, const char *name)
{
    const game_template_param_t *param = ask->template->param;

    while (strcmp(param->name, name)) {
        param++;
    }
    return param->value[ask->level];
}

static const char *value_text(const game_template_ask_t *ask,
                              const char *name)
{
    return game_canon_number(ask->pool, value_of(ask, name));
}

/* JSON that was written here. */
static game_json_t *parsed(const game_template_ask_t *ask, const char *text)
{
    game_json_fault_t fault;

    return game_json_parse(ask->pool, text, strlen(text), 8, &fault);
}

/* Behind an object's members those of another. */
static game_json_t *extend(game_json_t *object, const game_json_t *more)
{
    const char *name = NULL;
    game_json_t *value;

    while ((value = game_json_next(more, &name))) {
        game_json_set(object, name, value);
    }
    return object;
}

static void set_number(const game_template_ask_t *ask, game_json_t *object,
                       const char *name, double number)
{
    game_json_set(object, name, game_template_number(ask->pool, number));
}

/* ---- mechanics ---- */

/* Share number j when total is split into count. */
static int split(int total, int count, int j)
{
    return total / count + (j < total % count);
}

static game_json_t *segment(const game_template_ask_t *ask, int i, int count)
{
    int k = i / 2, chance = (int)floor(100 * ask->win_probability + 0.5);
    game_json_t *segment = game_json_new_object(ask->pool);

    if (i % 2) {
        game_json_set_string(ask->pool, segment, "label", "Miss");
    }
    else {
        game_json_set_string(ask->pool, segment, "label",
                             apr_psprintf(ask->pool, "Prize %d", k + 1));
    }
    game_json_set_string(ask->pool, segment, "color", ask->color[i % 3]);
    game_json_set(segment, "prize", i % 2 ? game_json_new_null(ask->pool)
        : game_json_new_string(ask->pool,
                               apr_psprintf(ask->pool, "prize_%d", k + 1)));
    set_number(ask, segment, "weight",
               split(i % 2 ? 100 - chance : chance, count / 2, k));
    return segment;
}

static game_json_t *spin_wheel(const game_template_ask_t *ask)
{
    game_json_t *out = game_json_new_object(ask->pool);
    game_json_t *segments = game_json_new_array(ask->pool);
    int i, count = (int)value_of(ask, "segment_count");

    for (i = 0; i < count; i++) {
        game_json_append(segments, segment(ask, i, count));
    }
    game_json_set(out, "segments", segments);
    return extend(out, parsed(ask, apr_psprintf(ask->pool,
        "{\"spin_duration_ms\":%s,\"min_rotations\":%s,\"friction\":0.98,"
        WIN_OR_LOSE TAP "}", value_text(ask, "spin_duration_ms"),
        value_text(ask, "min_rotations"))));
}

static game_json_t *cell(const game_template_ask_t *ask, int row, int col)
{
    int wins = row == col && col < (int)value_of(ask, "winning_cells");

    return parsed(ask, apr_psprintf(ask->pool,
        "{\"position\":{\"row\":%d,\"col\":%d},\"value\":\"%s\","
        "\"is_winner\":%s}", row, col,
        wins ? apr_psprintf(ask->pool, "prize_%d", row + 1) : "none",
        wins ? "true" : "false"));
}

static game_json_t *scratch_card(const game_template_ask_t *ask)
{
    game_json_t *prizes = game_json_new_array(ask->pool), *out;
    int i;

    out = parsed(ask, apr_psprintf(ask->pool,
        "{\"grid_size\":{\"rows\":3,\"cols\":3},\"reveal_threshold\":%s,"
        "\"brush_size\":%s}", value_text(ask, "reveal_threshold"),
        value_text(ask, "brush_size")));
    for (i = 0; i < 9; i++) {
        game_json_append(prizes, cell(ask, i / 3, i % 3));
    }
    game_json_set(out, "prizes", prizes);
    return extend(out, parsed(ask, "{" WIN_OR_LOSE
                              "\"controls\":{\"primary\":\"drag\"}}"));
}

static game_json_t *slot_machine(const game_template_ask_t *ask)
{
    static const char *const lines[] = {
        "[0,0,0]", "[1,1,1],[0,0,0],[2,2,2]", "[1,1,1]"
    };

    return parsed(ask, apr_psprintf(ask->pool,
        "{\"reels\":%s,\"rows_visible\":%s,\"symbols\":["
        "{\"id\":\"cherry\",\"weight\":30,\"value\":1},"
        "{\"id\":\"lemon\",\"weight\":25,\"value\":2},"
        "{\"id\":\"bell\",\"weight\":20,\"value\":5},"
        "{\"id\":\"star\",\"weight\":15,\"value\":10},"
        "{\"id\":\"seven\",\"weight\":10,\"value\":25}],"
        "\"paylines\":[%s],\"spin_duration_ms\":%s,\"reel_delay_ms\":300,"
        WIN_OR_LOSE TAP "}", value_text(ask, "reels"),
        value_text(ask, "rows_visible"), lines[ask->level],
        value_text(ask, "spin_duration_ms")));
}

static game_json_t *memory_match(const game_template_ask_t *ask)
{
    static const char *const grids[] = {
        "\"rows\":3,\"cols\":4", "\"rows\":4,\"cols\":4",
        "\"rows\":4,\"cols\":5"
    };

    return parsed(ask, apr_psprintf(ask->pool,
        "{\"grid\":{%s},\"time_limit_sec\":%s,"
        "\"card_flip_duration_ms\":400,\"match_display_duration_ms\":%s,"
        "\"spawn_rates\":{},"
        "\"scoring\":{\"pair_points\":10,\"time_bonus_per_sec\":1}," TAP "}",
        grids[ask->level], value_text(ask, "time_limit_sec"),
        value_text(ask, "match_display_duration_ms")));
}

static game_json_t *catch_game(const game_template_ask_t *ask)
{
    static const int bombs[] = { 2, 3, 5 };
    apr_pool_t *pool = ask->pool;
    int bomb = bombs[ask->level];

    return parsed(ask, apr_psprintf(pool,
        "{\"duration_sec\":%s,\"spawn_rate_per_sec\":%s,"
        "\"base_fall_speed\":%s,\"good_objects\":["
        "{\"id\":\"coin\",\"points\":10,\"spawn_weight\":6,"
        "\"fall_speed_multiplier\":1},"
        "{\"id\":\"gem\",\"points\":25,\"spawn_weight\":2,"
        "\"fall_speed_multiplier\":1.4}],\"bad_objects\":["
        "{\"id\":\"bomb\",\"points\":-15,\"spawn_weight\":%d,"
        "\"fall_speed_multiplier\":1.2}],"
        "\"win_score\":%s,\"basket_width_percent\":%s,"
        "\"spawn_rates\":{\"good\":8,\"bad\":%d},"
        "\"scoring\":{\"coin\":10,\"gem\":25,\"bomb\":-15},"
        "\"controls\":{\"primary\":\"drag\","
        "\"keys\":[\"ArrowLeft\",\"ArrowRight\"]}}",
        game_canon_number(pool, ask->template->duration_sec[ask->level]),
        value_text(ask, "spawn_rate_per_sec"),
        value_text(ask, "base_fall_speed"), bomb,
        value_text(ask, "win_score"),
        value_text(ask, "basket_width_percent"), bomb));
}

static game_json_t *quiz(const game_template_ask_t *ask)
{
    const char *seconds = value_text(ask, "time_per_question_sec");
    game_json_t *out = game_json_new_object(ask->pool);
    game_json_t *questions = game_json_new_array(ask->pool);
    int i;

    for (i = 1; i <= (int)value_of(ask, "question_count"); i++) {
        game_json_append(questions, parsed(ask, apr_psprintf(ask->pool,
            "{\"text\":\"Question %d\",\"options\":[\"A\",\"B\",\"C\",\"D\"],"
            "\"correct_index\":%d,\"time_limit_sec\":%s,\"points\":10}",
            i, 7 * i % 4, seconds)));
    }
    game_json_set(out, "questions", questions);
    return extend(out, parsed(ask, apr_psprintf(ask->pool,
        "{\"pass_threshold\":%s,\"show_correct_answer\":%s,"
        "\"shuffle_questions\":false,\"shuffle_options\":false,"
        "\"spawn_rates\":{},\"scoring\":{\"points_per_question\":10},"
        TAP "}", value_text(ask, "pass_threshold"),
        ask->level < 2 ? "true" : "false")));
}

static game_json_t *generic(const game_template_ask_t *ask)
{
    return parsed(ask, apr_psprintf(ask->pool,
        "{\"spawn_rates\":{\"item\":%s},\"scoring\":{\"win_score\":%s},"
        TAP "}", value_text(ask, "speed"), value_text(ask, "target_score")));
}

/* ---- tables ---- */

static const game_template_t templates[] = {
    { "spin_wheel", { 30, 30, 30 },
      { { "segment_count", { 6, 8, 10 } },
        { "spin_duration_ms", { 4000, 5000, 6000 } },
        { "min_rotations", { 3, 5, 7 } } },
      { { "spin", .7 }, { "tick", .5 }, { "win", .9 }, { "lose", .7 } },
      { "Wheel of Luck", "Press the button and watch the wheel turn",
        "You won a prize", "No prize this time" },
      spin_wheel },
    { "scratch_card", { 30, 30, 30 },
      { { "winning_cells", { 3, 2, 1 } },
        { "reveal_threshold", { .5, .6, .7 } },
        { "brush_size", { 40, 30, 20 } } },
      { { "scratch", .6 }, { "reveal", .8 }, { "win", .9 },
        { "lose", .7 } },
      { "Hidden Treasure", "Rub the card until the picture shows",
        "You found a prize", "Nothing under this card" },
      scratch_card },
    { "slot_machine", { 30, 30, 30 },
      { { "reels", { 3, 3, 3 } }, { "rows_visible", { 1, 3, 3 } },
        { "spin_duration_ms", { 2500, 2500, 2500 } } },
      { { "spin", .7 }, { "stop", .6 }, { "win", .9 }, { "lose", .7 } },
      { "Reel Rush", "Press to set the reels in motion", "Winning line",
        "No winning line" },
      slot_machine },
    { "memory_match", { 90, 60, 60 },
      { { "pairs", { 6, 8, 10 } }, { "time_limit_sec", { 90, 60, 60 } },
        { "match_display_duration_ms", { 800, 600, 400 } } },
      { { "flip", .5 }, { "match", .7 }, { "mismatch", .5 }, { "win", .9 },
        { "lose", .7 } },
      { "Pair Hunt", "Turn cards over and pair them up",
        "Every pair is found", "The clock ran out" },
      memory_match },
    { "catch_game", { 60, 45, 30 },
      { { "spawn_rate_per_sec", { 1, 1.5, 2.5 } },
        { "base_fall_speed", { 120, 180, 260 } },
        { "win_score", { 100, 150, 200 } },
        { "basket_width_percent", { 25, 20, 15 } } },
      { { "catch", .6 }, { "miss", .5 }, { "win", .9 }, { "lose", .7 } },
      { "Catch Party", "Slide the basket under the good items",
        "Target reached", "Target missed" },
      catch_game },
    { "quiz", { 90, 60, 36 },
      { { "question_count", { 3, 3, 3 } },
        { "time_per_question_sec", { 30, 20, 12 } },
        { "pass_threshold", { .5, .6, .8 } } },
      { { "correct", .7 }, { "incorrect", .6 }, { "win", .9 },
        { "lose", .7 } },
      { "Quiz Round", "Pick one answer per question", "You passed",
        "You did not pass" },
      quiz },
    { NULL, { 60, 45, 30 },
      { { "speed", { 1, 1.5, 2 } }, { "target_score", { 50, 100, 150 } } },
      { { "win", .9 }, { "lose", .7 } },
      { "Challenge", "Reach the target score", "You won", "You lost" },
      generic }
};

const game_template_t *game_template_find(const char *base)
{
    const game_template_t *found = templates;

    while (found->base && strcmp(found->base, base)) {
        found++;
    }
    return found;
}

const char *game_template_base(apr_pool_t *pool, const char *template_id)
{
    apr_size_t len = strlen(template_id), end = len;
    const char *base = template_id;

    while (end && apr_isdigit(template_id[end - 1])) {
        end--;
    }
    if (end < len && end >= 2 && !strncmp(template_id + end - 2, "_v", 2)) {
        base = apr_pstrmemdup(pool, template_id, end - 2);
    }
    return strcmp(base, "collect_coins") ? base : "catch_game";
}

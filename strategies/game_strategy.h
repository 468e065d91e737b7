/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file game_strategy.h
 * The contract of a scoring strategy. This header is installed: a third
 * party includes it, fills a game_strategy_t and registers it from an
 * ordinary httpd module with
 *
 *   ap_register_provider(p, GAME_STRATEGY_GROUP, my_strategy.id,
 *                        GAME_STRATEGY_VERSION, &my_strategy);
 *
 * A strategy is pure: it sees the event, its variables and the inputs it
 * asked for, and nothing else: no database, no clock but inputs->now, no
 * state between two events. It may be called by many threads at once.
 */
#ifndef GAME_STRATEGY_H
#define GAME_STRATEGY_H

#include <apr_pools.h>
#include <apr_time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Provider group of strategies. */
#define GAME_STRATEGY_GROUP "game-strategy"
/** Provider version of this contract. */
#define GAME_STRATEGY_VERSION "1"

/** What a value is. Whole numbers and reals are kept apart, as in JSON. */
typedef enum {
    GAME_VALUE_NULL,
    GAME_VALUE_BOOL,            /**< as.flag */
    GAME_VALUE_INT,             /**< as.whole */
    GAME_VALUE_REAL,            /**< as.real */
    GAME_VALUE_TEXT,            /**< as.text, UTF-8 */
    GAME_VALUE_JSON             /**< as.text, the JSON of an object or list */
} game_value_e;

typedef struct game_value_t {
    game_value_e kind;
    union {
        int flag;
        apr_int64_t whole;
        double real;
        const char *text;
    } as;
} game_value_t;

/** A named setting of a strategy, "variable_basic_points". Game and task
 *  params of that name (with or without "variable_") override it. */
typedef struct game_variable_t {
    const char *name;           /**< NULL ends a list */
    game_value_t value;         /**< default, or effective value */
} game_variable_t;

/** Inputs: facts of the history, counted within the task or the game of the
 *  event, without the event itself. A bit each, for game_needs_t. */
#define GAME_INPUT_TASK_COUNT     (1u << 0)  /**< awards of the task */
#define GAME_INPUT_USER_COUNT     (1u << 1)  /**< of the user on the task */
#define GAME_INPUT_RECENT_COUNT   (1u << 2)  /**< ... in recent_seconds */
#define GAME_INPUT_USER_AVG       (1u << 3)  /**< mean gap, user on task */
#define GAME_INPUT_ALL_AVG        (1u << 4)  /**< mean gap, task timeline */
#define GAME_INPUT_LAST_DIFF      (1u << 5)  /**< newest - second newest */
#define GAME_INPUT_NEW_DIFF       (1u << 6)  /**< now - newest */
#define GAME_INPUT_PERSONAL_COUNT (1u << 7)  /**< of the user in the game */
#define GAME_INPUT_RECENT_RECORD  (1u << 8)  /**< any in record_seconds */
#define GAME_INPUT_GLOBAL_AVG     (1u << 9)  /**< mean data.minutes, game */
#define GAME_INPUT_PERSONAL_AVG   (1u << 10) /**< ... of the user */
#define GAME_INPUT_CELLS          (1u << 11) /**< cells; place() says where */
#define GAME_INPUT_RECORDS        (1u << 12) /**< records, seed */
#define GAME_INPUT_FORECAST       (1u << 13) /**< key, hash_used */
#define GAME_INPUT_ALL            0x3fffu

/** What a strategy wants fetched before it scores. */
typedef struct game_needs_t {
    unsigned mask;              /**< GAME_INPUT_* */
    apr_int64_t recent_seconds; /**< window of recent_count */
    apr_int64_t record_seconds; /**< window of recent_record */
} game_needs_t;

/** A cell of a game's grid. Counts belong to a grid: one of other bounds or
 *  another size has its own. */
typedef struct game_place_t {
    apr_int64_t grid;           /**< names the grid within the game */
    int rows;
    int cols;
    int row;                    /**< 0 .. rows - 1 */
    int col;                    /**< 0 .. cols - 1 */
} game_place_t;

/** Awards of the game by cell of its grid. */
typedef struct game_cells_t {
    apr_int64_t count;          /**< in the event's cell */
    apr_int64_t around;         /**< in it and above, below, beside it */
    apr_int64_t total;          /**< in all cells */
    apr_int64_t squares;        /**< sum of the squares of all cells */
} game_cells_t;

#define GAME_SLOTS      4       /* of a UTC day, six hours each */
#define GAME_DIMENSIONS 5       /* of a forecast */

/** A task of the game that scores with the event's strategy. */
typedef struct game_task_record_t {
    const char *external_task_id;
    const game_variable_t *variables;   /**< as the task has them */
    apr_int64_t slots[GAME_SLOTS];      /**< awards of all users, by time
                                             of day; their sum is all */
    apr_int64_t user_count;             /**< awards of the user */
    apr_time_t user_first;              /**< 0 without one */
    apr_time_t user_last;               /**< 0 without one */
} game_task_record_t;

/** Values of one dimension in the forecasts that awards of those tasks
 *  carry: data.callbackData, or data.tasks when that is empty. */
typedef struct game_dimension_t {
    apr_int64_t count;          /**< 0: none, and nothing else is set */
    double sum;
    apr_int64_t min;
    apr_int64_t max;
} game_dimension_t;

/** What a forecast is made of. */
typedef struct game_records_t {
    const game_task_record_t *tasks;    /**< in order of creation */
    apr_size_t task_count;
    game_dimension_t dimensions[GAME_DIMENSIONS]; /**< BP, LBE, TD, PP, S */
    const char *group;          /**< of the user in the game, or NULL */
    apr_time_t user_newest;     /**< last award of the user anywhere, or 0 */
    /** UTC days (since 1970) with an award of the user on those tasks, each
     *  once, ascending. */
    const apr_int64_t *days;
    apr_size_t day_count;
} game_records_t;

/** The inputs; only the members asked for are set. */
typedef struct game_inputs_t {
    apr_time_t now;             /**< microseconds, UTC */
    apr_int64_t task_count;
    apr_int64_t user_count;
    apr_int64_t recent_count;
    apr_int64_t personal_count;
    int recent_record;
    game_value_t user_avg;      /**< REAL seconds; INT -1 with < 2 awards */
    game_value_t all_avg;       /**< REAL seconds; INT -1 with < 2 awards */
    game_value_t last_diff;     /**< REAL seconds; INT 0 with < 2 awards */
    game_value_t new_diff;      /**< REAL seconds; INT 0 without an award */
    game_value_t global_avg;    /**< REAL minutes; INT -1 when none count */
    game_value_t personal_avg;  /**< REAL minutes; INT -1 when none count */
    game_cells_t cells;
    const game_records_t *records;
    apr_uint64_t seed;          /**< of chance; another one for each event */
    const char *key;            /**< secret that signs forecasts, or NULL */
    int hash_used;              /**< whether an award of the user on the task
                                     has the event's data.simulationHash */
} game_inputs_t;

/** A list, object or plain value inside the event's data; opaque. */
typedef struct game_node_t game_node_t;

/** Params of a game, as the text that is stored. */
typedef struct game_settings_t {
    /** @return the value of a param, or NULL when there is none */
    const char *(*text)(const struct game_settings_t *settings,
                        const char *key);
    const void *data;           /**< of text(); opaque */
} game_settings_t;

/** The event to score. */
typedef struct game_event_t {
    const char *external_game_id;
    const char *external_task_id;
    const char *external_user_id;
    /** Look up a member of the event's data object.
     *  @return 1 and the value (text lives as long as the event), or 0 when
     *          there is no such member; a JSON null is 1 and GAME_VALUE_NULL
     */
    int (*member)(const struct game_event_t *event, const char *name,
                  game_value_t *value);
    const void *data;           /**< of member(); opaque */
    /** Look into the lists and objects of the data.
     *  @param in NULL for the data object, or a node that this has returned
     *  @param name of a member; NULL for element index of a list
     *  @param value NULL, or receives a plain value; a list or an object is
     *         GAME_VALUE_JSON, its text no more than "[]" or "{}"
     *  @return the node, which lives as long as the event, or NULL */
    const game_node_t *(*look)(const struct game_event_t *event,
                               const game_node_t *in, const char *name,
                               apr_size_t index, game_value_t *value);
    const char *game_id;        /**< UUID: external ids repeat in realms */
    const game_settings_t *settings;    /**< of the game; never NULL when
                                             place() or score() is called */
} game_event_t;

/** Outcome of score(). */
typedef enum {
    GAME_SCORED,                /**< points and case_name are set */
    GAME_REFUSED,               /**< detail says why; 422, nothing written */
    GAME_BAD_PAYLOAD            /**< the event lacks what scoring needs; 422 */
} game_verdict_e;

typedef struct game_score_t {
    game_value_t points;        /**< INT or REAL; rounded by the engine */
    const char *case_name;
    const char *callback;       /**< JSON kept as data.callbackData; or NULL */
    const char *detail;         /**< of GAME_REFUSED */
    const char *notice;         /**< for the game's log, or NULL */
} game_score_t;

/** A strategy. The structure must outlive the module's configuration. */
typedef struct game_strategy_t {
    const char *id;             /**< as in strategyId; stable */
    const char *name;
    const char *slug;
    const char *description;    /**< one English sentence */
    const char *version;
    const game_variable_t *variables;  /**< defaults, in order of display;
                                            never NULL */
    /** Say which inputs score() will look at, given these variables.
     *  NULL: none, ever. */
    void (*needs)(const game_variable_t *variables, game_needs_t *needs);
    /** Score one event. variables has the same names and order as the
     *  defaults. What the score points to lives in pool. */
    game_verdict_e (*score)(const game_event_t *event,
                            const game_variable_t *variables,
                            const game_inputs_t *inputs,
                            game_score_t *score, apr_pool_t *pool);
    /** Check the params of a game that uses this strategy. NULL: all fit.
     *  @return NULL, or a sentence that names the param that does not */
    const char *(*check)(const game_settings_t *settings, apr_pool_t *pool);
    /** Say where an event lies; with GAME_INPUT_CELLS only, and then an
     *  award is counted there.
     *  @param detail receives the reason of GAME_REFUSED, in pool */
    game_verdict_e (*place)(const game_event_t *event, game_place_t *place,
                            const char **detail, apr_pool_t *pool);
    /** Forecast what the tasks of inputs->records would pay the user now;
     *  NULL: the strategy has no forecasts. Of the event only the ids of
     *  game and user are set.
     *  @return JSON list in the canonical form that game_forecast_sign()
     *          takes, in pool */
    const char *(*simulate)(const game_event_t *event,
                            const game_inputs_t *inputs, apr_pool_t *pool);
} game_strategy_t;

#ifdef __cplusplus
}
#endif
#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Suites of canonical JSON: campaign-input-hash and campaign-hash-strings.
 */
#include "canon.h"
#include "vectors.h"

#include <string.h>

#define MEMBER(object, name) json_object_get((object), (name))
#define TEXT(object, name) json_string_value(MEMBER(object, name))

/* The API takes no U+0000: what has it is refused where it is read. */
static int is_refused(game_vectors_t *v, const char *text)
{
    game_json_fault_t fault;

    if (strstr(text, "\\u0000")
        && !game_json_parse(v->pool, text, strlen(text), 8, &fault)) {
        game_vectors_decided(v, "U+0000 is refused");
        return 1;
    }
    return 0;
}

static void run_input(game_vectors_t *v, const json_t *test)
{
    const char *text = TEXT(test, "input_json");
    char hash[GAME_HASH_SIZE];
    json_error_t error;
    json_t *input;

    if (is_refused(v, text)) {
        return;
    }
    input = json_loads(text, JSON_DECODE_INT_AS_REAL | JSON_DECODE_ANY,
                       &error);
    if (!input) {
        game_vectors_differ(v, "input_json: %s", error.text);
        return;
    }
    game_vectors_text(v, "canonical", TEXT(test, "canonical"),
                      game_canon_text(v->pool, input));
    game_canon_hash(v->pool, input, hash);
    game_vectors_text(v, "input_hash", TEXT(test, "input_hash"), hash);
    json_decref(input);
}

int game_vectors_input_hash(game_vectors_t *v)
{
    const json_t *test;
    size_t i;

    json_array_foreach(MEMBER(v->root, "vectors"), i, test) {
        game_vectors_case(v, TEXT(test, "id"));
        run_input(v, test);
        game_vectors_end(v);
    }
    return 1;
}

/* Digits of each kind of spelling that has no prefix. */
static const struct {
    const char *kind;
    size_t digits;
} spellings[] = {
    {"input_hash", 64},
    {"file_checksum", 16},
    {"document_checksum", 64},
};

/* @return whether it is accepted; -1: no such kind */
static int accepts(const char *kind, const char *value)
{
    size_t i;

    if (!strcmp(kind, "content_hash")) {
        return game_canon_is_content_hash(value);
    }
    for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        if (!strcmp(kind, spellings[i].kind)) {
            return game_canon_is_hex(value, spellings[i].digits);
        }
    }
    return -1;
}

int game_vectors_hash_strings(game_vectors_t *v)
{
    const json_t *test;
    size_t i;

    json_array_foreach(MEMBER(v->root, "vectors"), i, test) {
        int got = accepts(TEXT(test, "kind"), TEXT(test, "value"));

        game_vectors_case(v, TEXT(test, "id"));
        if (got != json_is_true(MEMBER(test, "valid"))) {
            game_vectors_differ(v, "accepted is %d", got);
        }
        game_vectors_end(v);
    }
    return 1;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file stub.h
 * The few functions of httpd and db.c that the linked parts of mod_game/
 * call, and what they were called with.
 */
#ifndef GAME_STUB_H
#define GAME_STUB_H

#include "error.h"

/** The last answer that was sent: its body is in the request's pool. */
typedef struct stub_answer_t {
    int status;
    const char *type;
    const char *body;
    apr_size_t len;
} stub_answer_t;

extern stub_answer_t stub_answer;

/** The last line of the error log; empty when there was none. */
extern char stub_log[512];

/** @return full, or fewer rounds where every instruction is watched */
int stub_rounds(int full);

/** @return JSON of a value; a test fails when the text is none */
game_json_t *stub_json(const char *text);

/** @return what a client sees of an error's detail, "" for NULL */
const char *stub_detail(const game_error_t *err);

#endif

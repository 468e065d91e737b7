/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * What the endpoints of API keys answer.
 */

#include "answers.h"

const game_schema_t game_free_answer = { .name = NULL };

static const game_field_t created[] = {
    GAME_MEMBER("apiKey", GAME_STRING, "Public prefix; names the key."),
    GAME_MEMBER("client", GAME_STRING, "Whom the key is for."),
    GAME_MAYBE("description", GAME_STRING, "What the key is for."),
    GAME_MEMBER("createdBy", GAME_STRING, "Who made it."),
    GAME_MEMBER("plaintext", GAME_STRING, "The key, shown this once."),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_apikeys_created_answer, "ApiKeyCreated", created);

static const game_field_t listed[] = {
    GAME_MEMBER("apiKey", GAME_STRING, "Public prefix; names the key."),
    GAME_MEMBER("client", GAME_STRING, "Whom the key is for."),
    GAME_MAYBE("description", GAME_STRING, "What the key is for."),
    GAME_MEMBER("createdBy", GAME_STRING, "Who made it."),
    GAME_MEMBER("created_at", GAME_TIME, NULL),
    GAME_MEMBER("active", GAME_BOOL, "False once it is revoked."),
    GAME_LAST
};

static GAME_ANSWER(listed_key, "ApiKeyCreatedUnitList", listed);
GAME_ANSWER_LIST(game_apikeys_list_answer, listed_key);

static const game_field_t revoked[] = {
    GAME_MEMBER("apiKey", GAME_STRING, "Public prefix of the key."),
    GAME_MEMBER("active", GAME_BOOL, "False."),
    GAME_MEMBER("message", GAME_STRING, NULL),
    GAME_LAST
};

GAME_ANSWER(game_apikeys_revoked_answer, "ApiKeyRevoked", revoked);

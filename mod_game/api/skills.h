/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file skills.h
 * Skills by hand, and the cache of what steps made (campaigns.md 5.3).
 */
#ifndef GAME_API_SKILLS_H
#define GAME_API_SKILLS_H

#include "../request.h"
#include "../schema.h"

/** Text of the 403. */
#define GAME_SKILLS_REFUSAL "Executing a skill requires an authenticated " \
    "administrator (role: AdministratorGAME)."

extern const game_schema_t game_skills_execute_body;
extern const game_schema_t game_skills_cache_query;

/** POST /skills/{skillId}/execute: within the request; what it makes is
 *  stored, and is nobody's artifact */
game_error_t *game_skills_execute(game_req_t *req);
/** DELETE /step-cache */
game_error_t *game_skills_cache_delete(game_req_t *req);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file artifacts.h
 * Artifacts (campaigns.md 5.3): what steps have made, and the bytes of it.
 */
#ifndef GAME_API_ARTIFACTS_H
#define GAME_API_ARTIFACTS_H

#include "../request.h"

/** GET /artifacts/{artifactId} */
game_error_t *game_artifacts_get(game_req_t *req);
/** GET /artifacts/{artifactId}/content: a file is sent by httpd's own
 *  handler, so that ranges and conditions hold; a tree is elsewhere */
game_error_t *game_artifacts_content(game_req_t *req);

#endif

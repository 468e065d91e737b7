/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file signature.h
 * Texts that come back to the server and must be its own: signed with a key
 * made of the server's secret (GameSecretFile) and of what they are for. Every
 * server with the same secret knows them; nothing is stored.
 */
#ifndef GAME_SIGNATURE_H
#define GAME_SIGNATURE_H

#include <apr_pools.h>

/** Characters of a signature. */
#define GAME_SIGNATURE_LEN 64

/**
 * Sign a text.
 * @param secret  of the server; NULL: there is none
 * @param purpose a constant; what is signed for one is none for another
 * @return hex, in pool; NULL without a secret
 */
const char *game_signature_make(apr_pool_t *pool, const char *secret,
                                const char *purpose, const char *text);

/** @return whether a signature is the text's; looked at in constant time */
int game_signature_is(apr_pool_t *pool, const char *secret,
                      const char *purpose, const char *text,
                      const char *signature);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * HMAC-SHA-256, twice: of the purpose by the secret, which gives a key, and
 * of the text by that key.
 */

#include "signature.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "game.h"

#define MAC_BYTES (GAME_SIGNATURE_LEN / 2)

static int sign(const void *key, apr_size_t len, const char *text,
                unsigned char mac[MAC_BYTES])
{
    return HMAC(EVP_sha256(), key, (int)len, (const unsigned char *)text,
                strlen(text), mac, NULL) != NULL;
}

const char *game_signature_make(apr_pool_t *pool, const char *secret,
                                const char *purpose, const char *text)
{
    unsigned char key[MAC_BYTES], mac[MAC_BYTES];
    char *out;

    if (!secret || !sign(secret, strlen(secret), purpose, key)
        || !sign(key, sizeof(key), text, mac)) {
        return NULL;
    }
    out = apr_palloc(pool, GAME_SIGNATURE_LEN + 1);
    game_hex(mac, sizeof(mac), out);
    return out;
}

int game_signature_is(apr_pool_t *pool, const char *secret,
                      const char *purpose, const char *text,
                      const char *signature)
{
    const char *own = game_signature_make(pool, secret, purpose, text);

    return own && strlen(signature) == GAME_SIGNATURE_LEN
        && !CRYPTO_memcmp(own, signature, GAME_SIGNATURE_LEN);
}

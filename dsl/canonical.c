/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The canonical text of a program, and its hash (engine.md 3.14).
 */
#include "canonical.h"
#include "text.h"

#include <openssl/evp.h>
#include <string.h>

const char *game_dsl_canonical(apr_pool_t *pool, const struct json_t *ast)
{
    game_dsl_json_t tree;
    game_dsl_text_t text;

    game_dsl_json_load(pool, ast, &tree);
    if (tree.kind == GAME_DSL_NULL) {
        return "{}";
    }
    game_dsl_text_begin(&text, pool, 1);
    game_dsl_put_json(&text, &tree);
    return game_dsl_text_end(&text);
}

const char *game_dsl_hash(apr_pool_t *pool, const struct json_t *ast)
{
    static const char digits[] = "0123456789abcdef";
    const char *text = game_dsl_canonical(pool, ast);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    unsigned int i;
    char *hex;

    EVP_Digest(text, strlen(text), digest, &len, EVP_sha256(), NULL);
    hex = apr_palloc(pool, 2 * (apr_size_t)len + 1);
    for (i = 0; i < len; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * len] = '\0';
    return hex;
}

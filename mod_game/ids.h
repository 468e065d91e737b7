/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file ids.h
 * What a client may call its request: ids, correlation ids, traceparent.
 * Knows APR and nothing else.
 */
#ifndef GAME_IDS_H
#define GAME_IDS_H

#include <apr_pools.h>

/** @return whether text is fit for an X-Request-Id: 1..128 of letters,
 *          digits and - _ . : / + = @ */
int game_ids_is_id(const char *text);

/** @return whether text is fit for an X-Correlation-ID: 1..255 bytes of
 *          UTF-8 without control characters */
int game_ids_is_correlation(const char *text);

/** Read a traceparent (W3C Trace Context).
 *  @return the trace id, 32 hexadecimal digits in pool, or NULL when the
 *          header is none */
const char *game_ids_parent(apr_pool_t *pool, const char *text);

/** @return text with what is no UTF-8 replaced by U+FFFD; text itself when
 *          there is nothing to replace */
const char *game_ids_utf8(apr_pool_t *pool, const char *text);

#endif

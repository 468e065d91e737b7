/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file response_file.h
 * Files whose names are ours, sent as they are: with sendfile where httpd
 * has it, and never read into memory. No directory walk, no ranges.
 */
#ifndef GAME_RESPONSE_FILE_H
#define GAME_RESPONSE_FILE_H

#include <httpd.h>

#include <apr_buckets.h>

typedef struct game_file_t {
    const char *path;
    const char *type;           /**< content type */
    const char *etag;           /**< with its quotes; NULL: of the file, as
                                     FileETag says */
    const char *cache;          /**< Cache-Control */
} game_file_t;

/**
 * Send a file, or 304 to whom it is known.
 * @return what a handler returns: OK, 304, 404 (logged) or a filter's fault
 */
int game_file_send(request_rec *r, const game_file_t *file);

/**
 * Answer whatever is no GET (or HEAD) of a file: OPTIONS, and 405.
 * @return DECLINED for GET: the file is to be sent; else what a handler
 *         returns
 */
int game_file_method(request_rec *r);

/** End a brigade and send it as the whole answer. @return OK, also when the
 *  client is gone, or AP_FILTER_ERROR */
int game_file_pass(request_rec *r, apr_bucket_brigade *bb);

#endif

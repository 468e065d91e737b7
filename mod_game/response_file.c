/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Sending files: conditions, length and one bucket of the open file.
 */

#include "response_file.h"

#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include <apr_buckets.h>

#include "log.h"

static apr_status_t open_file(request_rec *r, const char *path,
                              apr_file_t **file)
{
    apr_status_t rv = apr_file_open(file, path, APR_FOPEN_READ
                                    | APR_FOPEN_BINARY
                                    | APR_FOPEN_SENDFILE_ENABLED,
                                    APR_OS_DEFAULT, r->pool);

    return rv == APR_SUCCESS
         ? apr_file_info_get(&r->finfo, APR_FINFO_NORM, *file) : rv;
}

static void set_headers(request_rec *r, const game_file_t *file)
{
    ap_set_content_type(r, file->type);
    apr_table_setn(r->headers_out, "Cache-Control", file->cache);
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    ap_update_mtime(r, r->finfo.mtime);
    ap_set_last_modified(r);
    if (file->etag) {
        apr_table_setn(r->headers_out, "ETag", file->etag);
    }
    else {
        ap_set_etag(r);
    }
}

int game_file_method(request_rec *r)
{
    ap_allow_standard_methods(r, REPLACE_ALLOW, M_GET, M_OPTIONS, -1);
    if (r->method_number == M_OPTIONS) {
        apr_table_setn(r->headers_out, "Allow", "GET, HEAD, OPTIONS");
        r->status = HTTP_NO_CONTENT;
        return OK;
    }
    return r->method_number == M_GET ? DECLINED : HTTP_METHOD_NOT_ALLOWED;
}

int game_file_pass(request_rec *r, apr_bucket_brigade *bb)
{
    APR_BRIGADE_INSERT_TAIL(bb,
        apr_bucket_eos_create(r->connection->bucket_alloc));
    return ap_pass_brigade(r->output_filters, bb) == APR_SUCCESS
        || r->connection->aborted ? OK : AP_FILTER_ERROR;
}

int game_file_send(request_rec *r, const game_file_t *file)
{
    apr_bucket_brigade *bb;
    apr_file_t *opened;
    apr_status_t rv = open_file(r, file->path, &opened);
    int status;

    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, r, GAME_LOGNO(0641)
                      "%s cannot be sent", file->path);
        return HTTP_NOT_FOUND;
    }
    set_headers(r, file);
    status = ap_meets_conditions(r);
    if (status != OK) {
        return status;
    }
    ap_set_content_length(r, r->finfo.size);
    bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_brigade_insert_file(bb, opened, 0, r->finfo.size, r->pool);
    return game_file_pass(r, bb);
}

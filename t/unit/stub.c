/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * In place of httpd: regular expressions, the error log, and an answer that
 * is kept instead of sent.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "stub.h"

#include "fixture.h"
#include "response.h"

#include <apr_strings.h>
#include <http_log.h>
#include <pcre2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

extern module game_module;

/* error.c asks for the number of the module, and for nothing else of it. */
module game_module = {STANDARD20_MODULE_STUFF};

stub_answer_t stub_answer;
char stub_log[512];

int stub_rounds(int full)
{
    const char *preload = getenv("LD_PRELOAD");

    return preload && strstr(preload, "vgpreload") ? full / 10 : full;
}

game_json_t *stub_json(const char *text)
{
    game_json_fault_t fault;
    game_json_t *value = game_json_parse(test_pool, text, strlen(text), 100,
                                         &fault);

    ck_assert_msg(value != NULL, "%s: %s", fault.reason, text);
    return value;
}

const char *stub_detail(const game_error_t *err)
{
    return !err ? "" : err->detail_json ? err->detail_json : err->detail;
}

/* ---- regular expressions ---- */

static apr_status_t free_code(void *code)
{
    pcre2_code_free(code);
    return APR_SUCCESS;
}

ap_regex_t *ap_pregcomp(apr_pool_t *p, const char *pattern, int cflags)
{
    ap_regex_t *regex = apr_pcalloc(p, sizeof(*regex));
    uint32_t options = cflags & AP_REG_DOLLAR_ENDONLY ? PCRE2_DOLLAR_ENDONLY
                                                      : 0;
    PCRE2_SIZE offset;
    int error;

    regex->re_pcre = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                   options, &error, &offset, NULL);
    if (!regex->re_pcre) {
        return NULL;
    }
    apr_pool_cleanup_register(p, regex->re_pcre, free_code,
                              apr_pool_cleanup_null);
    return regex;
}

int ap_regexec(const ap_regex_t *preg, const char *string, apr_size_t nmatch,
               ap_regmatch_t *pmatch, int eflags)
{
    pcre2_match_data *data = pcre2_match_data_create(4, NULL);
    int found = pcre2_match(preg->re_pcre, (PCRE2_SPTR)string, strlen(string),
                            0, 0, data, NULL);

    (void)nmatch;
    (void)pmatch;
    (void)eflags;
    pcre2_match_data_free(data);
    return found < 0 ? AP_REG_NOMATCH : 0;
}

/* ---- log and answers ---- */

void ap_log_rerror_(const char *file, int line, int module_index, int level,
                    apr_status_t status, const request_rec *r,
                    const char *fmt, ...)
{
    va_list args;

    (void)file;
    (void)line;
    (void)module_index;
    (void)level;
    (void)status;
    (void)r;
    va_start(args, fmt);
    apr_vsnprintf(stub_log, sizeof(stub_log), fmt, args);
    va_end(args);
}

int game_response_bytes(game_req_t *req, int status, const char *type,
                        const char *body, apr_size_t len)
{
    stub_answer.status = status;
    stub_answer.type = type;
    stub_answer.body = apr_pstrmemdup(req->pool, body, len);
    stub_answer.len = len;
    return OK;
}

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file documents.h
 * Documents of tests (campaign_json.h), changed, and what is said of them.
 */
#ifndef GAME_DOCUMENTS_H
#define GAME_DOCUMENTS_H

#include "campaigns.h"

/** Replace, or remove, what a path names; a test fails when what is around it
 *  is not there. @param path with dots; elements of lists by their number
 *  @param text as of campaign_json(); NULL removes it */
void document_set(game_json_t *document, const char *path, const char *text);

/** @return issues as "path CODE;", in their order */
const char *document_issues(const apr_array_header_t *issues);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file workflow_int.h
 * What workflow*.c share.
 */
#ifndef GAME_CAMPAIGNS_WORKFLOW_INT_H
#define GAME_CAMPAIGNS_WORKFLOW_INT_H

#include "workflow.h"

/** Check a definition by its schema: any value.
 *  @return NULL, or WORKFLOW_SCHEMA_INVALID with all issues */
game_fault_t *game_workflow_check(apr_pool_t *pool,
                                  const game_json_t *definition);

/** The same of an index. */
game_fault_t *game_workflow_check_index(apr_pool_t *pool,
                                        const game_json_t *index);

#endif

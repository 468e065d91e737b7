/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file store_fixture.h
 * A store in a folder of its own, and what tests ask about its files.
 */
#ifndef GAME_STORE_FIXTURE_H
#define GAME_STORE_FIXTURE_H

#include <sys/types.h>

#include "store.h"

/** The store of the running test. */
extern game_store_t store_here;

/** Open one; its files go with test_pool. For checked fixtures. */
void store_setup(void);

/** @return the path of a name in a folder */
const char *store_below(const char *folder, const char *name);

/** The same in the store's root. */
const char *store_in(const char *name);

/** @return permission bits, or -1 when there is nothing */
int store_mode(const char *path);

/** @return the inode; a test fails without one */
ino_t store_inode(const char *path);

/** @return number of names in a folder that do not begin with a dot */
int store_entries(const char *folder);

/** @return what is left below the store's tmp */
int store_left(void);

/** Write a file. */
void store_write(const char *path, const char *text);

/** @return the text of a file; a test fails without it */
const char *store_text(const char *path);

/** See that a fault is one of a store, and names no file. */
void store_fails(const game_fault_t *fault);

#endif

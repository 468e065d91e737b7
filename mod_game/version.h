/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file version.h
 * The version of the module.
 */
#ifndef GAME_VERSION_H
#define GAME_VERSION_H

#define GAME_VERSION "0.1"

#endif

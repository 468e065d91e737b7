/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file log.h
 * Tags of log messages: GAMEnnnn, one number one meaning, never reused.
 * Nothing logged names a token, a key, a body or a value bound to SQL.
 */
#ifndef GAME_LOG_H
#define GAME_LOG_H

#define GAME_LOGNO(n) "GAME" #n ": "

#endif

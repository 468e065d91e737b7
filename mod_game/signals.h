/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file signals.h
 * The signals that end a child at once. In prefork their handler runs in the
 * middle of whatever the child does, and takes away its pools: so they wait
 * while it is at something that cannot be left half done. A thread that is
 * made meanwhile never gets them.
 */
#ifndef GAME_SIGNALS_H
#define GAME_SIGNALS_H

#include <signal.h>

/** From now on they wait, of this thread. @param before filled */
void game_signals_hold(sigset_t *before);

/** As it was; what came meanwhile is dealt with at once. */
void game_signals_release(const sigset_t *before);

#endif

/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

#include "signals.h"

void game_signals_hold(sigset_t *before)
{
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);  /* stop */
    sigaddset(&ends, SIGHUP);   /* restart */
    pthread_sigmask(SIG_BLOCK, &ends, before);
}

void game_signals_release(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

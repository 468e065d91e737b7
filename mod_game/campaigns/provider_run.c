/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A provider that is a command: started without a shell, in a process group
 * of its own, which is killed when it ends, when its time is over or when it
 * says too much. The request is a file in memory, so that nobody waits for a
 * command that does not read. It may be called by many threads at once.
 */

#include "provider_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static game_fault_t *not_started(const game_ask_t *ask)
{
    return game_fault_make(ask->call->pool, "PROVIDER_UNAVAILABLE",
                           "provider %s could not be started",
                           ask->provider->name);
}

/* @return a descriptor that reads the request, or -1 */
static int request_file(const char *request)
{
    apr_size_t len = strlen(request), done = 0;
    int fd = memfd_create("request", MFD_CLOEXEC);

    while (fd >= 0 && done < len) {
        ssize_t wrote = write(fd, request + done, len - done);

        if (wrote > 0) {
            done += (apr_size_t)wrote;
        }
        else if (errno != EINTR) {
            close(fd);
            return -1;
        }
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Signals as a program expects them, and a group of its own. */
static void shape(posix_spawnattr_t *attr)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setsigdefault(attr, &all);
    posix_spawnattr_setpgroup(attr, 0);
    posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP
                             | POSIX_SPAWN_SETSIGDEF
                             | POSIX_SPAWN_SETSIGMASK);
}

/* @return whether it runs; its standard error stays the server's */
static int start(const game_ask_t *ask, int in, int out, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    int rc;

    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    shape(&attr);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    rc = posix_spawn(pid, ask->provider->argv[0], &files, &attr,
                     (char *const *)ask->provider->argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return rc == 0;
}

/* Whether it has ended; it stays there until it is waited for. */
static int has_ended(pid_t pid)
{
    siginfo_t info;

    info.si_pid = 0;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0
        ? errno != EINTR : info.si_pid == pid;
}

/* Take what is there. @return 0 at the end of it, or when it is too much */
static int take(const game_ask_t *ask, int fd)
{
    char piece[65536];
    ssize_t got;

    do {
        got = read(fd, piece, sizeof(piece));
        if (got > 0
            && !game_answer_add(ask->answer, piece, (apr_size_t)got)) {
            return 0;
        }
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got < 0 && errno == EAGAIN;
}

/* Read until it is silent for ever. What has ended is silent, whoever else
 * has its output open. */
static game_fault_t *listen_to(const game_ask_t *ask, pid_t pid, int fd)
{
    struct pollfd at = { fd, POLLIN, 0 };
    game_fault_t *fault = NULL;
    int ended = 0, more = 1;

    while (!fault && more && !ended) {
        ended = has_ended(pid);
        if (!ended) {
            poll(&at, 1, GAME_PROVIDER_LOOK);
        }
        more = take(ask, fd);
        fault = game_ask_check(ask);
    }
    while (!fault && !ask->answer->full && !has_ended(pid)) {
        fault = game_ask_wait(ask, apr_time_from_msec(GAME_PROVIDER_LOOK));
        if (!fault) {
            fault = game_ask_check(ask);
        }
    }
    return fault;
}

/* End the whole group while its number cannot be another's, and wait.
 * @return its status; 0 when somebody else has waited for it */
static int end(pid_t pid)
{
    int status = 0;
    pid_t got;

    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);         /* it may have left its group */
    do {
        got = waitpid(pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    return got == pid ? status : 0;
}

static game_fault_t *verdict(const game_ask_t *ask, int status)
{
    apr_pool_t *pool = ask->call->pool;
    const char *name = ask->provider->name;

    if (ask->answer->full) {
        return game_fault_make(pool, "GENERATION_FAILED",
                               "the answer of provider %s is too long", name);
    }
    if (WIFSIGNALED(status)) {
        return game_fault_make(pool, "GENERATION_FAILED",
                               "provider %s was ended by signal %d", name,
                               WTERMSIG(status));
    }
    if (WEXITSTATUS(status) == 127) {
        return not_started(ask);
    }
    if (WEXITSTATUS(status)) {
        return game_fault_make(pool, "GENERATION_FAILED",
                               "provider %s ended with status %d", name,
                               WEXITSTATUS(status));
    }
    return NULL;
}

game_fault_t *game_provider_run(game_ask_t *ask)
{
    game_fault_t *fault = game_ask_begin(ask);
    int in, out[2], started, status;
    pid_t pid;

    if (fault) {
        return fault;
    }
    in = request_file(ask->request);
    if (in < 0) {
        return not_started(ask);
    }
    if (pipe2(out, O_CLOEXEC) < 0) {
        close(in);
        return not_started(ask);
    }
    started = start(ask, in, out[1], &pid);
    close(in);
    close(out[1]);
    if (started) {
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        fault = listen_to(ask, pid, out[0]);
        status = end(pid);
        fault = fault ? fault : verdict(ask, status);
    }
    close(out[0]);
    return started ? fault : not_started(ask);
}

/* SPDX-License-Identifier: MIT
 * hook_process.c - the command in a session of its own, so that all that it starts can be ended with it
 */
#include "harvest/hook_process.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* the user's, for the user's command */

struct process {
    pid_t pid;
    int exit; /* a file descriptor that can be read when it has ended */
    int in;   /* its standard input, until all is written; -1 then */
    span left;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* --- starting --- */

static int set_attributes(posix_spawnattr_t *attributes)
{
    static const int reset[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    sigset_t defaults, none;

    sigemptyset(&none);
    sigemptyset(&defaults);
    for (size_t i = 0; i < ARRAY_SIZE(reset); i++)
        sigaddset(&defaults, reset[i]);
    posix_spawnattr_setsigdefault(attributes, &defaults);
    posix_spawnattr_setsigmask(attributes, &none);
    return posix_spawnattr_setflags(attributes,
                                    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
}

static int spawn(const struct hook_run *run, int in, pid_t *out_pid)
{
    char *arguments[] = {(char *)"sh", (char *)"-c", (char *)run->command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int number;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addchdir_np(&actions, run->folder);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    number = set_attributes(&attributes);
    if (!number)
        number = posix_spawn(out_pid, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

/* A socket for its input: writing to one can be told not to raise SIGPIPE, and not to wait. */
static struct error *start(const struct hook_run *run, struct process *process)
{
    int ends[2], number;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return error_errno(errno, "could not make a pipe");
    number = spawn(run, ends[1], &process->pid);
    close(ends[1]);
    process->in = ends[0];
    if (number) {
        close_end(&process->in);
        return error_errno(number, "could not start /bin/sh");
    }
    process->exit = pidfd_open(process->pid, 0);
    if (process->exit >= 0)
        return OK;
    number = errno;
    kill(-process->pid, SIGKILL);
    waitpid(process->pid, NULL, 0);
    close_end(&process->in);
    return error_errno(number, "could not watch the command");
}

/* --- feeding and waiting --- */

static void write_some(struct process *process)
{
    ssize_t len = send(process->in, process->left.at, process->left.len, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (len > 0)
        process->left = span_from(process->left, (size_t)len);
    else if (errno != EAGAIN && errno != EINTR)
        process->left.len = 0; /* it reads no further */
    if (process->left.len == 0)
        close_end(&process->in);
}

static struct error *told(int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return OK;
    if (WIFEXITED(status))
        return error_new(ERROR_IO, "it ended with status %d", WEXITSTATUS(status));
    return error_new(ERROR_IO, "it was ended by signal %d", WTERMSIG(status));
}

/* Until it ends, or must: ERROR_CANCELLED or the limit. */
static struct error *attend(const struct hook_run *run, struct process *process)
{
    int64_t end = clock_monotonic(run->clock) + run->limit;

    for (;;) {
        struct pollfd watched[] = {
            {process->exit, POLLIN, 0}, {run->bell, POLLIN, 0}, {process->in, POLLOUT, 0}};
        int64_t left = end - clock_monotonic(run->clock);
        uint64_t rings;

        if (run->is_stopped(run->context))
            return error_new(ERROR_CANCELLED, "stopped");
        if (left <= 0)
            return error_new(ERROR_IO, "it took longer than %" PRId64 " s and was ended",
                             run->limit / SECOND);
        if (poll(watched, ARRAY_SIZE(watched), (int)MIN(left, (int64_t)INT32_MAX)) < 0 && errno != EINTR)
            return error_errno(errno, "could not wait for the command");
        if (watched[1].revents && read(run->bell, &rings, sizeof rings) < 0 && errno != EAGAIN)
            return error_errno(errno, "could not wait for the command");
        if (watched[0].revents)
            return OK;
        if (watched[2].revents)
            write_some(process);
    }
}

struct error *hook_run(const struct hook_run *run)
{
    struct process process = {.in = -1, .exit = -1, .left = run->input};
    struct error *error;
    int status = 0;

    TRY(start(run, &process));
    error = attend(run, &process);
    close_end(&process.in);
    if (error)
        kill(-process.pid, SIGKILL); /* with all that it started */
    while (waitpid(process.pid, &status, 0) < 0 && errno == EINTR)
        ;
    close_end(&process.exit);
    return error ? error : told(status);
}

/* SPDX-License-Identifier: MIT
 * git.c - the git program, run with fixed arguments and nothing from outside
 *
 * No shell, no hooks, no configuration of the user or the machine: what git does here depends on this file
 * alone. A child dies with the thread that started it (PR_SET_PDEATHSIG), so that a killed harvest leaves no
 * git at work behind, and the locks that it leaves are stale when the next one starts. It has a session of
 * its own: a ^C at the terminal is for us, not for it, and nothing can ask there for a password.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_LIMIT      (256 * MiB) /* of a git's output: a list of all files of a large archive */
#define COMPLAINT_LIMIT (64 * KiB)
#define SEND_SIZE       (64 * KiB)
#define RUN_TIMEOUT     (1 * HOUR)

/* What every git is told, whatever the repository's own configuration says. `core.fsync=all`: git leaves
 * loose objects and the index to the system otherwise. */
static const char *const fixed_settings[] = {
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.fsync=all",
    "core.splitIndex=true",
    "core.untrackedCache=false",
    "core.protectNTFS=false",
    "core.quotePath=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.fileMode=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "fastimport.unpackLimit=1",
    "commit.gpgSign=false",
    "splitIndex.sharedIndexExpire=1.hour.ago",
    "advice.detachedHead=false",
};

/* Of our own environment only these are handed on. */
static const char *const kept_variables[] = {"PATH",    "SSH_AUTH_SOCK",   "SSH_AGENT_PID",
                                             "GIT_SSH", "GIT_SSH_COMMAND", "TMPDIR"};

static void add_setting(struct arena *arena, char **variables, size_t *count, size_t n, const char *setting)
{
    span pair = span_of(setting);
    size_t equals = span_find_char(pair, '=');

    variables[(*count)++] =
        (char *)arena_printf(arena, "GIT_CONFIG_KEY_%zu=%.*s", n, (int)equals, setting).at;
    variables[(*count)++] =
        (char *)arena_printf(arena, "GIT_CONFIG_VALUE_%zu=%s", n, setting + equals + 1).at;
}

static char **make_environment(struct arena *arena, const struct git *git, const char *const *settings)
{
    size_t own = 0, n = 0, count = 0;
    char **variables;

    while (settings && settings[own])
        own++;
    variables =
        ARENA_ARRAY(arena, char *, 2 * (ARRAY_SIZE(fixed_settings) + own) + ARRAY_SIZE(kept_variables) + 16);
    for (size_t i = 0; i < ARRAY_SIZE(kept_variables); i++) {
        const char *value = getenv(kept_variables[i]);
        if (value)
            variables[count++] = (char *)arena_printf(arena, "%s=%s", kept_variables[i], value).at;
    }
    if (!getenv("GIT_SSH") && !getenv("GIT_SSH_COMMAND"))
        variables[count++] = (char *)"GIT_SSH_COMMAND=ssh -o BatchMode=yes";
    variables[count++] = (char *)"LC_ALL=C";
    variables[count++] = (char *)"GIT_CONFIG_NOSYSTEM=1";
    variables[count++] = (char *)"GIT_CONFIG_GLOBAL=/dev/null";
    variables[count++] = (char *)"GIT_TERMINAL_PROMPT=0";
    variables[count++] = (char *)"GIT_OPTIONAL_LOCKS=0";
    variables[count++] = (char *)"GIT_ALLOW_PROTOCOL=file:git:http:https:ssh";
    variables[count++] = (char *)arena_printf(arena, "GIT_DIR=%s", git->dir).at;
    variables[count++] = (char *)"GIT_WORK_TREE=.";
    for (size_t i = 0; i < ARRAY_SIZE(fixed_settings); i++)
        add_setting(arena, variables, &count, n++, fixed_settings[i]);
    for (size_t i = 0; i < own; i++)
        add_setting(arena, variables, &count, n++, settings[i]);
    variables[count++] = (char *)arena_printf(arena, "GIT_CONFIG_COUNT=%zu", n).at;
    return variables;
}

struct launch { /* what the child needs, made ready before: between vfork and exec nothing may allocate */
    char **arguments, **environment;
    const char *folder;
    int in, out, err;
    pid_t parent;
    volatile int failure; /* errno of what went wrong before the exec, or 0 */
};

static _Noreturn void become_git(struct launch *launch)
{
    static const int reset[] = {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < ARRAY_SIZE(reset); i++)
        signal(reset[i], SIG_DFL);
    sigemptyset(&none);
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) || chdir(launch->folder) ||
        dup2(launch->in, 0) < 0 || dup2(launch->out, 1) < 0 || dup2(launch->err, 2) < 0) {
        launch->failure = errno;
    } else if (getppid() == launch->parent) { /* else: it died before prctl() */
        sigprocmask(SIG_SETMASK, &none, NULL);
        execvpe("git", launch->arguments, launch->environment);
        launch->failure = errno;
    }
    _exit(127);
}

/* vfork: the child shares our memory until it is git, so that it costs the same however large we are. Signals
 * are held back meanwhile, lest a handler run there. */
static __attribute__((noinline)) pid_t spawn(struct launch *launch)
{
    sigset_t all, before;
    pid_t pid;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    launch->parent = getpid();
    pid = vfork();
    if (pid == 0)
        become_git(launch);
    if (pid < 0)
        launch->failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

static void close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static struct error *launch_failure(int number)
{
    if (number == ENOENT)
        return error_new(ERROR_USAGE,
                         "could not find git: install the package \"git\", or set \"git = false\" "
                         "in [archive]");
    return error_errno(number, "could not start git");
}

struct error *git_start(const struct git *git, const char *const *arguments, const char *const *settings,
                        int64_t timeout_ms, struct git_process *process)
{
    OWN(arena) arena = arena_new(1 * MiB);
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    size_t count = 0;
    struct launch launch = {0};
    char **all;

    *process = GIT_PROCESS_NONE;
    process->name = arguments[0];
    TRY(fault_error("git.start"));
    while (arguments[count])
        count++;
    all = ARENA_ARRAY(arena, char *, count + 2);
    all[0] = (char *)"git";
    memcpy(all + 1, arguments, count * sizeof *all);
    /* a socket, since writing to one can be told not to raise SIGPIPE */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) || pipe2(out, O_CLOEXEC) ||
        pipe2(err, O_CLOEXEC))
        launch.failure = errno;
    else {
        launch = (struct launch){.arguments = all,
                                 .environment = make_environment(arena, git, settings),
                                 .folder = git->folder,
                                 .in = in[1],
                                 .out = out[1],
                                 .err = err[1]};
        process->pid = spawn(&launch);
    }
    close_at(&in[1]);
    close_at(&out[1]);
    close_at(&err[1]);
    process->in = in[0];
    process->out = out[0];
    process->err = err[0];
    process->said.max = SAID_LIMIT;
    process->complaint.max = COMPLAINT_LIMIT;
    process->queued.max = SIZE_MAX / 2;
    process->clock = git->clock;
    process->deadline = clock_monotonic(git->clock) + timeout_ms;
    if (!launch.failure)
        return OK;
    git_process_release(process);
    return launch_failure(launch.failure);
}

/* Takes in what is there; the descriptor is closed at its end. */
static void take(int *fd, struct buf *into)
{
    char piece[16 * KiB];
    ssize_t got = read(*fd, piece, sizeof piece);

    if (got > 0)
        buf_add(into, (span){piece, (size_t)got});
    else if (got == 0 || errno != EINTR)
        close_at(fd);
}

static void give(int *fd, span *bytes)
{
    ssize_t sent = send(*fd, bytes->at, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent >= 0)
        *bytes = span_from(*bytes, (size_t)sent);
    else if (errno != EINTR && errno != EAGAIN)
        close_at(fd); /* it has ended: why, its exit status tells */
}

/* Waits until one of the three moves, and moves it. */
static struct error *pump(struct git_process *process, span *bytes)
{
    struct pollfd fds[] = {
        {.fd = bytes->len ? process->in : -1, .events = POLLOUT},
        {.fd = process->out, .events = POLLIN},
        {.fd = process->err, .events = POLLIN},
    };
    int64_t left = process->deadline - clock_monotonic(process->clock);

    if (left <= 0) {
        kill(-process->pid, SIGKILL);
        process->is_late = true;
        return error_new(ERROR_IO, "git %s took too long and was stopped", process->name);
    }
    if (poll(fds, ARRAY_SIZE(fds), (int)MIN(left, 1 * SECOND)) < 0 && errno != EINTR)
        return error_errno(errno, "could not wait for git %s", process->name);
    if (fds[0].revents)
        give(&process->in, bytes);
    if (fds[1].revents)
        take(&process->out, &process->said);
    if (fds[2].revents)
        take(&process->err, &process->complaint);
    return OK;
}

static struct error *flush(struct git_process *process)
{
    span bytes = buf_span(&process->queued);

    while (bytes.len && process->in >= 0)
        TRY(pump(process, &bytes));
    buf_clear(&process->queued);
    if (bytes.len)
        return error_new(ERROR_IO, "git %s ended early", process->name);
    return OK;
}

struct error *git_send(struct git_process *process, span bytes)
{
    buf_add(&process->queued, bytes);
    return process->queued.len < SEND_SIZE ? OK : flush(process);
}

struct error *git_answer(struct git_process *process, span *out_line)
{
    span nothing = {0};

    TRY(flush(process));
    for (;;) {
        span rest = span_from(buf_span(&process->said), process->said_read);
        size_t end = span_find_char(rest, '\n');
        if (end != SPAN_NONE) {
            process->said_read += end + 1;
            *out_line = span_sub(rest, 0, end);
            return OK;
        }
        if (process->out < 0)
            return error_new(ERROR_IO, "git %s gave no answer", process->name);
        TRY(pump(process, &nothing));
    }
}

struct error *git_finish(struct git_process *process, int *out_status)
{
    span nothing = {0};
    int status = 0;
    struct error *error = flush(process);

    if (process->is_late)
        return error;
    error_free(error); /* it ended early: its status says more */
    close_at(&process->in);
    while (process->out >= 0 || process->err >= 0)
        TRY(pump(process, &nothing));
    while (waitpid(process->pid, &status, 0) < 0)
        if (errno != EINTR)
            return error_errno(errno, "could not wait for git %s", process->name);
    process->pid = -1;
    if (process->said.overflowed)
        return error_new(ERROR_LIMIT, "git %s said more than %zu bytes", process->name, process->said.max);
    *out_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return OK;
}

void git_process_release(struct git_process *process)
{
    close_at(&process->in);
    close_at(&process->out);
    close_at(&process->err);
    if (process->pid > 0) {
        kill(-process->pid, SIGTERM); /* and not SIGKILL: so it takes its locks away */
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {}
        process->pid = -1;
    }
    buf_release(&process->said);
    buf_release(&process->complaint);
    buf_release(&process->queued);
}

/* The line that tells most: the first with `fatal:` or `error:`, else the last that is no hint. */
static span telling_line(span text)
{
    static const char *const heads[] = {"fatal: ", "error: "};
    span line, best = {0};

    while (span_cut(&text, '\n', &line)) {
        line = span_trim(line);
        for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
            if (span_starts(line, span_of(heads[i])))
                return span_from(line, strlen(heads[i]));
        if (line.len && !span_starts(line, S("hint:")))
            best = line;
    }
    return best;
}

struct error *git_failure(enum error_kind kind, const struct git_process *process, int status)
{
    span why = telling_line(buf_span(&process->complaint));

    if (why.len)
        return error_new(kind, "git %s: %.*s", process->name, SPAN_ARG(why));
    return error_new(kind, "git %s ended with status %d", process->name, status);
}

struct error *git_settle(struct git_process *process, struct error *error)
{
    int status = 0;

    if (error && (process->is_late || (process->in >= 0 && process->out >= 0)))
        return error;
    error_free(error);
    TRY(git_finish(process, &status));
    return status == 0 ? OK : git_failure(ERROR_IO, process, status);
}

struct error *git_run(const struct git *git, struct arena *arena, const char *const *arguments, span input,
                      span *out_said)
{
    __attribute__((cleanup(git_process_release))) struct git_process process;

    TRY(git_start(git, arguments, NULL, RUN_TIMEOUT, &process));
    TRY(git_settle(&process, git_send(&process, input)));
    if (out_said)
        *out_said = arena_keep(arena, buf_span(&process.said));
    return OK;
}

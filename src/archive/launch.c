/* SPDX-License-Identifier: MIT
 * launch.c - the git program begun, with fixed arguments and nothing from outside
 *
 * No shell, no hooks, no configuration of the user or the machine: what git does here depends on this file
 * alone. A child dies with the thread that started it (PR_SET_PDEATHSIG), so that a killed harvest leaves no
 * git at work behind, and the locks that it leaves are stale when the next one starts. It has a session of
 * its own: a ^C at the terminal is for us, not for it, and nothing can ask there for a password.
 */
#include "archive/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

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
    variables[count++] =
        (char *)(git->is_foreign ? "GIT_ALLOW_PROTOCOL=none" : "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh");
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
    int trouble; /* a pipe that closes by itself when git begins; errno comes by it if git cannot */
    pid_t parent;
};

static void make_ready(const struct launch *launch)
{
    static const int reset[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < ARRAY_SIZE(reset); i++)
        signal(reset[i], SIG_DFL);
    sigemptyset(&none);
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) || chdir(launch->folder) ||
        dup2(launch->in, 0) < 0 || dup2(launch->out, 1) < 0 || dup2(launch->err, 2) < 0)
        return;
    if (getppid() != launch->parent)
        _exit(127); /* it died before prctl() */
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe("git", launch->arguments, launch->environment);
}

static _Noreturn void become_git(const struct launch *launch)
{
    int number;

    make_ready(launch);
    number = errno;
    if (write(launch->trouble, &number, sizeof number) < 0)
        _exit(126);
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
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

void git_close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static char **make_arguments(struct arena *arena, const char *const *arguments)
{
    size_t count = 0;
    char **all;

    while (arguments[count])
        count++;
    all = ARENA_ARRAY(arena, char *, count + 2);
    all[0] = (char *)"git";
    memcpy(all + 1, arguments, count * sizeof *all);
    return all;
}

/* The ends of its pipes: ours and the child's. */
struct pipes {
    int in[2], out[2], err[2], trouble[2];
};

/* For its input a socket, since writing to one can be told not to raise SIGPIPE. */
static bool open_pipes(struct pipes *pipes)
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes->in) == 0 &&
           pipe2(pipes->out, O_CLOEXEC) == 0 && pipe2(pipes->err, O_CLOEXEC) == 0 &&
           pipe2(pipes->trouble, O_CLOEXEC) == 0;
}

/* Forks; 0, or errno of what went wrong. */
static int begin(struct pipes *pipes, struct launch *launch, struct git_process *process)
{
    int number = 0;

    if (!open_pipes(pipes))
        return errno;
    launch->in = pipes->in[1];
    launch->out = pipes->out[1];
    launch->err = pipes->err[1];
    launch->trouble = pipes->trouble[1];
    process->pid = spawn(launch);
    if (process->pid < 0)
        return errno;
    git_close_end(&pipes->trouble[1]);
    return read(pipes->trouble[0], &number, sizeof number) == sizeof number ? number : 0;
}

int git_launch(const struct git *git, const char *const *arguments, const char *const *settings,
               struct git_process *process)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    struct launch launch = {
        .arguments = make_arguments(arena, arguments),
        .environment = make_environment(arena, git, settings),
        .folder = git->folder,
    };
    int number = begin(&pipes, &launch, process);

    git_close_end(&pipes.in[1]);
    git_close_end(&pipes.out[1]);
    git_close_end(&pipes.err[1]);
    git_close_end(&pipes.trouble[0]);
    git_close_end(&pipes.trouble[1]);
    process->in = pipes.in[0];
    process->out = pipes.out[0];
    process->err = pipes.err[0];
    return number;
}

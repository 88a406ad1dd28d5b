/* SPDX-License-Identifier: MIT
 * git.c - talking with a git: what it is sent, what it says, how it ends
 */
#include "archive/internal.h"
#include "core/fault.h"
#include "limits/limits.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEND_SIZE   (64 * KiB) /* what is queued before any is sent */
#define QUEUE_SIZE  (2 * MiB)  /* what may wait while git is busy; past it, we wait too */
#define RUN_TIMEOUT (1 * HOUR)

static struct error *start_failure(int number)
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
    int number;

    *process = GIT_PROCESS_NONE;
    process->name = arguments[0];
    process->said.max = LIMIT_GIT_ANSWER;
    process->complaint.max = LIMIT_GIT_COMPLAINT;
    process->queued.max = SIZE_MAX / 2;
    process->clock = git->clock;
    process->deadline = clock_monotonic(git->clock) + timeout_ms;
    TRY(fault_error("git.start"));
    number = git_launch(git, arguments, settings, process);
    if (number == 0)
        return OK;
    git_process_release(process);
    return start_failure(number);
}

/* Takes in what is there; the descriptor is closed at its end. */
static void take(int *fd, struct buf *into)
{
    char piece[16 * KiB];
    ssize_t got = read(*fd, piece, sizeof piece);

    if (got > 0)
        buf_add(into, (span){piece, (size_t)got});
    else if (got == 0 || errno != EINTR)
        git_close_end(fd);
}

static void give(int *fd, span *bytes)
{
    ssize_t sent = send(*fd, bytes->at, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent >= 0)
        *bytes = span_from(*bytes, (size_t)sent);
    else if (errno != EINTR && errno != EAGAIN)
        git_close_end(fd); /* it has ended: why, its exit status tells */
}

/* Waits, no longer than `wait_ms`, until one of the three moves, and moves it. */
static struct error *pump(struct git_process *process, span *bytes, int64_t wait_ms)
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
    if (poll(fds, ARRAY_SIZE(fds), (int)MIN(left, wait_ms)) < 0 && errno != EINTR)
        return error_errno(errno, "could not wait for git %s", process->name);
    if (fds[0].revents)
        give(&process->in, bytes);
    if (fds[1].revents)
        take(&process->out, &process->said);
    if (fds[2].revents)
        take(&process->err, &process->complaint);
    return OK;
}

struct error *git_wait(struct git_process *process)
{
    span nothing = {0};

    return pump(process, &nothing, 1 * SECOND);
}

static span waiting(const struct git_process *process)
{
    return span_from(buf_span(&process->queued), process->queued_sent);
}

/* Takes what has been sent off the queue; the rest is moved only where that much was sent before. */
static void shorten_queue(struct git_process *process, size_t left)
{
    struct buf *queued = &process->queued;

    process->queued_sent = queued->len - left;
    if (left && process->queued_sent < QUEUE_SIZE)
        return;
    if (left)
        memmove(queued->at, queued->at + process->queued_sent, left);
    buf_truncate(queued, left);
    process->queued_sent = 0;
}

/* Sends what is queued: waits until no more than `rest` bytes of it are left, and sends of those what git
 * takes at once. */
static struct error *flush(struct git_process *process, size_t rest)
{
    span bytes = waiting(process);
    struct error *error = OK;
    bool is_busy = false;

    while (bytes.len && process->in >= 0 && !error && !is_busy) {
        size_t before = bytes.len;
        error = pump(process, &bytes, before > rest ? 1 * SECOND : 0);
        is_busy = before <= rest && bytes.len == before;
    }
    shorten_queue(process, bytes.len);
    if (bytes.len && process->in < 0 && !error)
        error = error_new(ERROR_IO, "git %s ended early", process->name);
    return error;
}

struct error *git_send(struct git_process *process, span bytes)
{
    buf_add(&process->queued, bytes);
    return waiting(process).len < SEND_SIZE ? OK : flush(process, QUEUE_SIZE);
}

struct error *git_nudge(struct git_process *process)
{
    return waiting(process).len ? flush(process, QUEUE_SIZE) : OK;
}

struct error *git_answer(struct git_process *process, span *out_line)
{
    TRY(flush(process, 0));
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
        TRY(git_wait(process));
    }
}

struct error *git_finish(struct git_process *process, int *out_status)
{
    int status = 0;
    struct error *error = flush(process, 0);

    if (process->is_late)
        return error;
    error_free(error); /* it ended early: its status says more */
    git_close_end(&process->in);
    while (process->out >= 0 || process->err >= 0)
        TRY(git_wait(process));
    while (waitpid(process->pid, &status, 0) < 0)
        if (errno != EINTR)
            return error_errno(errno, "could not wait for git %s", process->name);
    process->pid = -1;
    if (process->said.overflowed)
        return error_new(ERROR_LIMIT, "git %s said more than %zu bytes", process->name, process->said.max);
    *out_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return OK;
}

/* SIGTERM first, so that it takes its locks away. One that is asked just while it sets up its own handling of
 * that signal (git's sigchain_push()) is asked again and again by itself, and never ends. */
static void stop(pid_t pid)
{
    static const int patience = 5 * SECOND;
    pid_t ended = 0;

    kill(-pid, SIGTERM);
    for (int waited = 0, pause = 1; waited < patience; waited += pause, pause = MIN(2 * pause, 64)) {
        ended = waitpid(pid, NULL, WNOHANG);
        if (ended == pid || (ended < 0 && errno != EINTR))
            return;
        poll(NULL, 0, pause);
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}

void git_process_release(struct git_process *process)
{
    git_close_end(&process->in);
    git_close_end(&process->out);
    git_close_end(&process->err);
    if (process->pid > 0) {
        stop(process->pid);
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

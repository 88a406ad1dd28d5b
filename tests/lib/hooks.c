/* SPDX-License-Identifier: MIT
 * hooks.c - the program as tested: clock and faults from the environment (see cmd/hooks.h)
 *
 *     COURANT_TEST_NOW=+3600        the wall clock is that many seconds ahead (or behind)
 *     COURANT_TEST_STEP=3600        SIGUSR1 sets it forward by that, and SIGUSR2 back
 *     COURANT_TEST_FAULT=store.commit:3       the third call of that point fails
 *     COURANT_TEST_FAULT=*:17                 the 17th call of any point fails
 *     COURANT_TEST_FAULT=file.write:5:full    it fails as on a full disk; without a word, as by an I/O error
 *     COURANT_TEST_FAULT=file.rename:2:kill   the process is killed there
 *     COURANT_TEST_FAULT=store.write:9:stop   it is told to stop there (SIGTERM), and nothing fails
 *     COURANT_TEST_FAULT_LOG=FILE   every point reached, a line each; so a test knows when none is left
 */
#include "cmd/hooks.h"
#include "core/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    struct clock *clock;
    int64_t by;
} step;

static void take_step(int signal)
{
    clock_advance(step.clock, signal == SIGUSR1 ? step.by : -step.by);
}

struct clock *hooks_clock(void)
{
    const char *shift = getenv("COURANT_TEST_NOW"), *by = getenv("COURANT_TEST_STEP");
    struct clock *clock = shift ? clock_shifted(strtoll(shift, NULL, 10) * SECOND) : clock_system();
    struct sigaction action = {.sa_handler = take_step, .sa_flags = SA_RESTART};

    if (by) {
        step.clock = clock;
        step.by = strtoll(by, NULL, 10) * SECOND;
        sigaction(SIGUSR1, &action, NULL);
        sigaction(SIGUSR2, &action, NULL);
    }
    return clock;
}

static void log_point(const char *point)
{
    const char *path = getenv("COURANT_TEST_FAULT_LOG");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

    if (fd < 0)
        return;
    dprintf(fd, "%s\n", point);
    close(fd);
}

bool fault_at(const char *point)
{
    static _Atomic int64_t calls;
    const char *wanted = getenv("COURANT_TEST_FAULT");
    span rest = span_of(wanted), name = {0}, count = {0}, action = {0};
    int64_t n = 0;

    log_point(point);
    if (!span_cut(&rest, ':', &name) || !span_cut(&rest, ':', &count) || !span_to_int64(count, &n))
        return false;
    span_cut(&rest, ':', &action);
    if (!span_is(name, "*") && !span_is(name, point))
        return false;
    if (atomic_fetch_add(&calls, 1) + 1 != n)
        return false;
    if (span_is(action, "kill"))
        kill(getpid(), SIGKILL);
    if (span_is(action, "stop"))
        return kill(getpid(), SIGTERM) != 0;
    errno = span_is(action, "full") ? ENOSPC : EIO;
    return true;
}

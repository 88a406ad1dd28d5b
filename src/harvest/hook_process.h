/* SPDX-License-Identifier: MIT
 * hook_process.h - a command of the user's, given its input, within a time limit
 */
#pragma once
#include "core/clock.h"
#include "core/core.h"

struct hook_run {
    const char *command; /* as /bin/sh -c takes it */
    const char *folder;  /* where it runs */
    span input;
    int64_t limit; /* ms */
    const struct clock *clock;
    int bell;                          /* an eventfd: wakes the wait, */
    bool (*is_stopped)(void *context); /* which then asks whether it is to end at once */
    void *context;
};

/* Runs it to its end; its output goes to our standard error. ERROR_IO: it could not be started, failed or was
 * killed at the limit, the message says which; ERROR_CANCELLED: it was stopped. That it does not read its
 * input is no failure. */
struct error *hook_run(const struct hook_run *run) MUST_USE;

/* SPDX-License-Identifier: MIT
 * timers.h - many deadlines, the nearest first
 *
 * A binary heap of timers that live inside what they time. One thread's.
 */
#pragma once
#include "core/core.h"

struct timer {
    int64_t at;  /* on the monotonic clock, ms */
    size_t slot; /* its place in the heap, from 1; 0: not running */
};

struct timers { /* {0} has none */
    struct timer **heap;
    size_t len, capacity;
};
void timers_release(struct timers *timers);

void timer_start(struct timers *timers, struct timer *timer, int64_t at); /* anew, if it runs already */
void timer_stop(struct timers *timers, struct timer *timer);              /* fine if it does not run */

/* Takes one that is due off the heap; NULL: none is. */
struct timer *timers_take_due(struct timers *timers, int64_t now);
int64_t timers_next(const struct timers *timers); /* INT64_MAX: none runs */

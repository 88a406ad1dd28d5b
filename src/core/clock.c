/* SPDX-License-Identifier: MIT */
#include "core/clock.h"
#include "core/arena.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct clock {
    bool is_fixed;
    _Atomic int64_t shift; /* a fixed clock: the time itself */
};

static struct clock *clock_make(bool is_fixed, int64_t shift)
{
    struct clock *clock = memory_new(sizeof *clock);

    clock->is_fixed = is_fixed;
    clock->shift = shift;
    return clock;
}

struct clock *clock_system(void)
{
    return clock_make(false, 0);
}

struct clock *clock_fixed(int64_t now)
{
    return clock_make(true, now);
}

struct clock *clock_shifted(int64_t shift)
{
    return clock_make(false, shift);
}

void clock_free(struct clock *clock)
{
    free(clock);
}

static int64_t read_system(clockid_t id)
{
    struct timespec at;

    clock_gettime(id, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

int64_t clock_now(const struct clock *clock)
{
    int64_t shift = atomic_load(&clock->shift);

    return clock->is_fixed ? shift : read_system(CLOCK_REALTIME) + shift;
}

int64_t clock_monotonic(const struct clock *clock)
{
    return clock->is_fixed ? atomic_load(&clock->shift) : read_system(CLOCK_MONOTONIC);
}

void clock_advance(struct clock *clock, int64_t by)
{
    atomic_fetch_add(&clock->shift, by);
}

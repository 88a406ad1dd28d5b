/* SPDX-License-Identifier: MIT
 * clock.h - what time it is, asked of one object that a test can set
 *
 * Points in time are milliseconds since 1970 UTC. Intervals are measured on the monotonic clock, so that a
 * step of the wall clock neither hurries nor delays anything. No other code asks the system for the time.
 */
#pragma once
#include "core/macros.h"

struct clock;

struct clock *clock_system(void) MUST_USE;           /* the machine's */
struct clock *clock_fixed(int64_t now) MUST_USE;     /* stands still until clock_advance() */
struct clock *clock_shifted(int64_t shift) MUST_USE; /* the machine's wall clock, off by `shift` */
void clock_free(struct clock *clock);
DEFINE_FREE(clock)

int64_t clock_now(const struct clock *clock);       /* wall clock */
int64_t clock_monotonic(const struct clock *clock); /* milliseconds since some start, never backwards */
void clock_advance(struct clock *clock,
                   int64_t by); /* a fixed clock: both of its times; others: the wall alone */

/* SPDX-License-Identifier: MIT
 * hooks.h - what differs between `courant` and `courant-test`
 *
 * The two programs are the same objects; only the definitions of these (and fault_at()) are others:
 * src/cmd/hooks.c has the machine's clock and no faults, tests/lib/hooks.c takes both from the environment.
 */
#pragma once
#include "core/clock.h"

struct clock *hooks_clock(void) MUST_USE; /* the clock that the program runs by */

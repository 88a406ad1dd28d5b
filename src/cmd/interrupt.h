/* SPDX-License-Identifier: MIT
 * interrupt.h - signals as calls on a thread of their own
 *
 * SIGINT, SIGTERM and SIGHUP are kept from all other threads, so that whoever is called may lock and
 * allocate. The second SIGINT or SIGTERM ends the program at once: somebody is in a hurry.
 */
#pragma once
#include "core/error.h"

struct interrupt;

/* Must be called before any other thread is made. `on_signal` gets SIGINT, SIGTERM or SIGHUP. */
struct error *interrupt_open(void (*on_signal)(void *context, int signal), void *context,
                             struct interrupt **out_interrupt) MUST_USE;
void interrupt_close(struct interrupt *interrupt); /* signals do what they did before */
DEFINE_CLOSE(interrupt)

/* SPDX-License-Identifier: MIT
 * hook.h - [hook] new: the user's own command, told of each new article
 *
 * A thread of its own follows the store and runs the command, one at a time, with a JSON line for each new
 * article on its standard input: many articles are many lines of one process. An article whose page is wanted
 * is told when that was taken, failed, or was waited for in vain. What the command does, how long it takes
 * and whether it fails is nothing to the harvest; a failure is told, and those articles are not told again.
 * What it was not told is kept in the store, so that what a killed harvest did not tell is told by the next
 * one; what came into the store otherwise (`import`) is not. A kill between the command's end and that note
 * lets the next harvest tell those articles once more: at least once, and almost always once.
 */
#pragma once
#include "harvest/harvest.h"

struct hook;

/* On the harvesting thread, before the first poll. */
struct error *hook_open(struct harvest *harvest, struct hook **out_hook) MUST_USE;
void hook_wake(struct hook *hook); /* something was stored; never waits; NULL is fine */
/* Tells what is left to tell, and waits for it; not longer than hook_stop(). */
void hook_finish(struct hook *hook);
void hook_stop(struct hook *hook);  /* any thread: kills the command, if it is running, and runs no other */
void hook_close(struct hook *hook); /* stops it; the writer must be there still */

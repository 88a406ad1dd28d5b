/* SPDX-License-Identifier: MIT
 * fault.h - places where a test may make things fail
 *
 * Every write, fsync, rename, commit and transfer asks `fault_at("store.commit")` first. In the program as
 * shipped the answer is always no. `courant-test`, the same objects linked with tests/lib/hooks.c, counts the
 * calls and fails the one that the test named, or ends the process there. Names are `folder.step`;
 * their names stand at the calls.
 */
#pragma once
#include "core/error.h"

bool fault_at(const char *point); /* true: behave as if the step had failed, with the errno that is set */

/* The same as an error: `TRY(fault_error("file.fsync"))`. */
struct error *fault_error(const char *point) MUST_USE;

/* SPDX-License-Identifier: MIT
 * memory.h - small things that the schedule remembers of a source, in the row's `memory` (JSON)
 *
 * For what no column is worth: the store does not look into it, and a version that does not know a name keeps
 * it.
 */
#pragma once
#include "model/source.h"

int64_t memory_time(const struct source *source, const char *name); /* NO_TIME: not there */
void memory_set_time(struct arena *arena, struct source *source, const char *name,
                     int64_t at); /* NO_TIME: takes it out */

/* SPDX-License-Identifier: MIT
 * words.h - times as people say them, and as they type them
 */
#pragma once
#include "core/core.h"
#include "text/timezone.h"

/* "3 min ago", "in 2 h", "now"; "-" for NO_TIME. */
span time_ago(struct arena *arena, int64_t at, int64_t now);

/* What --since takes: a date or time (2024-11-08, 2024-11-08T10:00Z; without a zone it is in `zone`), or how
 * long ago (3d, 12h). NO_TIME: neither. */
int64_t time_read(span text, const struct timezone_rules *zone, int64_t now);

/* "2024-11-08 10:00", in `zone` */
span time_write(struct arena *arena, const struct timezone_rules *zone, int64_t at);

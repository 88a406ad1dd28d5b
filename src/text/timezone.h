/* SPDX-License-Identifier: MIT
 * timezone.h - zones of the IANA database, read by us (RFC 8536), since tzset() is global
 */
#pragma once
#include "core/core.h"

struct timezone_rules;

/* `name`: "Asia/Shanghai", "UTC", "+08:00". Read from /usr/share/zoneinfo; common fixed zones (Asia/Shanghai,
 * UTC) work without it. ERROR_USAGE if there is no such zone. Lives in `arena`. */
struct error *timezone_load(struct arena *arena, span name, const struct timezone_rules **out_rules) MUST_USE;

/* The same from the bytes of a zone file (RFC 8536, version 2 or later), which must live as long as the
 * arena. ERROR_FORMAT. */
struct error *timezone_read(struct arena *arena, span bytes,
                            const struct timezone_rules **out_rules) MUST_USE;

int timezone_offset(const struct timezone_rules *rules, int64_t at); /* seconds east of UTC at that instant */

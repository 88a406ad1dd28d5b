/* SPDX-License-Identifier: MIT
 * limits.h - how much of what comes from outside is taken
 *
 * Servers, feeds, pages, archives, backups, lists of sources and site rules are written by others, so each of
 * them could be made to use up memory or time. What they may use stands in one table, limits.def, and nowhere
 * else: LIMIT_XML_DEPTH is what its line XML_DEPTH says. Bytes are bytes, times milliseconds. What the user
 * can set (`max_size`, `timeout` and so on) is in conf/keys.c.
 */
#pragma once
#include "core/macros.h"

enum limit {
#define LIMIT(name, value, ...) LIMIT_##name = (value),
#include "limits/limits.def"
#undef LIMIT
};

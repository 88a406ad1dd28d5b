/* SPDX-License-Identifier: MIT
 * slug.h - a title as a file name that any common file system and URL takes
 */
#pragma once
#include "core/core.h"

/* Letters and digits of any script (case folded, CJK kept), everything else one '-'; at most `max_bytes`, cut
 * between characters; never empty ("untitled"), never a name that Windows reserves.
 * `max_bytes`: 8 or more. */
span slug_of_title(struct arena *arena, span title, size_t max_bytes);

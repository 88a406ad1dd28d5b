/* SPDX-License-Identifier: MIT
 * normal.h - the pieces of normal.c: text, counters, addresses (pure)
 */
#pragma once
#include "store/identity.h"

/* Appends text without white space, invisible characters and references. */
void normal_text(struct arena *arena, span raw, struct buf *out);
/* What normal_text() gave, without numbers that count readers: "1,204 views", "阅读 3万". */
span normal_without_counters(struct arena *arena, span words);

/* Append where a picture or a link leads, without what varies, and a line feed. */
void normal_picture(struct arena *arena, span raw_url, struct buf *out);
void normal_link(struct arena *arena, span raw_url, struct buf *out);

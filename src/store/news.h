/* SPDX-License-Identifier: MIT
 * news.h - articles in the order in which they came, for those who follow the store
 *
 * A place is a number that only grows; who remembers the last one he saw misses nothing, and sees nothing
 * twice.
 */
#pragma once
#include "store/store.h"

/* The place of the newest article; 0: there is none. */
struct error *store_last_place(struct store_reader *reader, int64_t *out_place) MUST_USE;

/* Whole articles, as they are now, that came after `place`, in order; at most `limit` of them or about
 * `max_bytes` of text. `*out_place` is that of the last one; `place` where there is none. */
struct error *store_since(struct store_reader *reader, struct arena *arena, int64_t place, size_t limit,
                          size_t max_bytes, struct article **out_articles, size_t *out_count,
                          int64_t *out_place) MUST_USE;

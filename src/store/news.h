/* SPDX-License-Identifier: MIT
 * news.h - articles in the order in which they came, for those who follow the store
 *
 * A place is a number that only grows; who remembers the last one he saw misses nothing, and sees nothing
 * twice.
 */
#pragma once
#include "store/store.h"

struct news {
    int64_t place;
    uint64_t article_id;
    int64_t settles_at; /* its page is waited for, but not longer than until then; 0: it is not */
};

/* The place of the newest article; 0: there is none. */
struct error *store_last_place(struct store_reader *reader, int64_t *out_place) MUST_USE;

/* What came after `place`, in order, at most `limit` of it. */
struct error *store_since(struct store_reader *reader, struct arena *arena, int64_t place, size_t limit,
                          struct news **out_news, size_t *out_count) MUST_USE;

/* As it is now; an `article_id` of 0: it is there no more. */
struct error *store_news(struct store_reader *reader, int64_t place, struct news *out_news) MUST_USE;

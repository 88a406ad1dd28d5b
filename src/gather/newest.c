/* SPDX-License-Identifier: MIT
 * newest.c - the newest of a large sitemap
 *
 * A sitemap names all pages that a site ever had, up to 50,000, and says of each, at most, when it changed
 * last. News is among the latest. Of those that say nothing, or all the same, it is among the first or the
 * last of the document: that is where sites add. So a sitemap is read twice; the first time only to see which
 * are to be read.
 */
#include "gather/internal.h"
#include "limits/limits.h"
#include <stdlib.h>

struct entry {
    int64_t at;  /* NO_TIME is before all others */
    size_t edge; /* how far it is from the nearer end of the document */
    size_t place;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->at != other->at)
        return one->at > other->at ? -1 : 1;
    if (one->edge != other->edge)
        return one->edge < other->edge ? -1 : 1;
    return (one->place > other->place) - (one->place < other->place);
}

struct entries {
    struct entry *at;
    size_t len, capacity;
};

static void add_entry(struct arena *arena, struct entries *entries, const struct feed_item *item)
{
    int64_t at = !item ? NO_TIME : item->published_at != NO_TIME ? item->published_at : item->modified_at;
    struct entry *entry = vec_add(arena, entries);

    *entry = (struct entry){.at = at, .place = entries->len - 1};
}

/* All that the sitemap names, in its order; one that cannot be read counts as well. */
static struct error *read_entries(struct arena *arena, const struct response *response,
                                  struct entries *entries)
{
    OWN(arena) items = arena_new(16 * MiB);
    OPEN(feed) feed = NULL;
    struct feed_item *item = NULL;
    bool has_more = true;

    TRY(open_answer(response, RUNG_SITEMAP, NULL, &feed));
    while (has_more && !arena_is_full(arena)) {
        OWN(error) error = feed_next(feed, items, &item);
        has_more = error || item;
        if (has_more)
            add_entry(arena, entries, error ? NULL : item);
        arena_reset(items);
    }
    return OK;
}

struct error *choose_newest(const struct response *response, struct feed *feed, size_t *out_left_out)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct entries entries = {0};

    TRY(read_entries(arena, response, &entries));
    *out_left_out = 0;
    if (entries.len <= LIMIT_SITEMAP_NEWEST)
        return OK;
    *out_left_out = entries.len - LIMIT_SITEMAP_NEWEST;
    for (size_t i = 0; i < entries.len; i++)
        entries.at[i].edge = MIN(i, entries.len - 1 - i);
    qsort(entries.at, entries.len, sizeof *entries.at, compare_entries);
    bool *chosen = ARENA_ARRAY(arena, bool, entries.len);
    for (size_t i = 0; i < LIMIT_SITEMAP_NEWEST; i++)
        chosen[entries.at[i].place] = true;
    feed_choose(feed, chosen, entries.len);
    return OK;
}

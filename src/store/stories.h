/* SPDX-License-Identifier: MIT
 * stories.h - which articles of several sources tell the same story
 *
 * Every article is kept; a story only says which belong together. Stories follow the articles, like the
 * archive: who has time asks which are behind, makes a signature of each text (text/likeness.h), and hands it
 * in. Articles alike are found through an index of parts of their signatures, by week, so that the cost is
 * the same however large the store is. What is older than two weeks is let go.
 */
#pragma once
#include "store/store.h"
#include "text/likeness.h"

struct telling { /* an article whose story is to be found */
    int64_t key; /* the store's own, growing */
    uint64_t article_id;
    int64_t at;  /* published, but never later than first seen */
    bool is_old; /* it was no news any more when it came: it needs no likeness */
    struct likeness likeness;
};

/* The next that were not handed in yet, in order; those that are days old are passed over, and one that still
 * waits for its page ends the list. `likeness` is the caller's to fill in. */
struct error *store_untold(struct store_reader *reader, struct arena *arena, int64_t now, size_t limit,
                           struct telling **out_tellings, size_t *out_count) MUST_USE;
/* One transaction. */
struct error *store_tell(struct store *store, const struct telling *tellings, size_t count,
                         int64_t now) MUST_USE;

enum kinship {
    KINSHIP_OWN,
    KINSHIP_ALIKE,
    KINSHIP_COPY
}; /* the story's first; of its own words; word for word */

struct teller {
    uint64_t article_id;
    span source_id, source_name, title, link;
    int64_t published_at;
    enum kinship kinship; /* to an earlier article of the story */
};
struct told_story {
    struct teller *tellers; /* the earliest first; of a source that has several, each */
    size_t count;
    size_t outlets; /* sources */
};
/* Stories with an article of `since` or later, told by the most outlets first; at most `limit`, each with at
 * most a hundred tellers. */
struct error *store_stories(struct store_reader *reader, struct arena *arena, int64_t since,
                            size_t fewest_outlets, size_t limit, struct told_story **out_stories,
                            size_t *out_count) MUST_USE;

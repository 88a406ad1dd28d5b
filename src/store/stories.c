/* SPDX-License-Identifier: MIT
 * stories.c - articles of several sources that tell the same story
 *
 * An article is compared with those that share a band of its signature, the ones that share most first, and
 * joins the story of the one that it is most like. So stories never have to be merged or read again, and the
 * cost of an article has a bound: some candidates a band and week.
 */
#include "store/stories.h"
#include "core/vec.h"
#include "store/internal.h"
#include <stdlib.h>

enum {
    ALIKE = 24, /* per cent: of another outlet's own words, but of the same matter and with its sentences */
    OWN_ALIKE = 60, /* the same within a source, whose articles share turns of phrase */
    COPY = 55,      /* word for word, but for what was cut or put before */
    A_BAND = 16,    /* candidates of one band and week, the newest */
    COMPARED = 48,  /* candidates that are looked at, those with most bands first */
    MOST_TELLERS = 100,
};

static const int64_t week = 7 * DAY;
static const int64_t compared_for = 7 * DAY; /* an article that is older when it comes is no news */
static const int64_t kept_for = 60 * DAY;

/* --- what is behind --- */

struct error *store_untold(struct store_reader *reader, struct arena *arena, int64_t now, size_t limit,
                           struct telling **out_tellings, size_t *out_count)
{
    VEC(struct telling) tellings = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_UNTOLD, VALUES(number((int64_t)limit))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row || query_number(&query, 3) > now)
            break;
        int64_t at = query_number(&query, 2);
        *vec_add(arena, &tellings) = (struct telling){.key = query_number(&query, 0),
                                                      .article_id = (uint64_t)query_number(&query, 1),
                                                      .at = at,
                                                      .is_old = at < now - compared_for};
    }
    *out_tellings = tellings.at;
    *out_count = tellings.len;
    return OK;
}

/* --- candidates --- */

struct candidate {
    int64_t article;
    int shared; /* bands */
};

static int by_article(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    return (a->article > b->article) - (a->article < b->article);
}

static int most_shared_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    return b->shared != a->shared ? b->shared - a->shared : by_article(left, right);
}

struct candidates {
    struct candidate at[LIKENESS_BANDS * 3 * A_BAND];
    size_t count;
};

static struct error *add_band(struct store *store, int64_t in_week, uint64_t band,
                              struct candidates *candidates)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &store->db, SQL_ALIKE_IN,
                   VALUES(number(in_week), number((int64_t)band), number(A_BAND))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        candidates->at[candidates->count++] = (struct candidate){query_number(&query, 0), 1};
    }
}

/* Those that share bands, each once. */
static struct error *find_candidates(struct store *store, const struct telling *telling,
                                     struct candidates *candidates)
{
    size_t kept = 0;

    candidates->count = 0;
    for (size_t band = 0; band < LIKENESS_BANDS; band++)
        for (int64_t w = telling->at / week - 1; w <= telling->at / week + 1; w++)
            TRY(add_band(store, w, likeness_band(&telling->likeness, band), candidates));
    qsort(candidates->at, candidates->count, sizeof *candidates->at, by_article);
    for (size_t i = 0; i < candidates->count; i++)
        if (kept && candidates->at[kept - 1].article == candidates->at[i].article)
            candidates->at[kept - 1].shared++;
        else
            candidates->at[kept++] = candidates->at[i];
    candidates->count = kept;
    qsort(candidates->at, kept, sizeof *candidates->at, most_shared_first);
    return OK;
}

/* --- joining --- */

struct place_in_story {
    int64_t story;
    int percent;
    enum kinship kinship;
};

static struct error *compare(struct store *store, const struct telling *telling, int64_t source,
                             int64_t candidate, struct place_in_story *best)
{
    LOCAL(query) query = {0};
    struct likeness likeness;
    bool has_row, is_own;
    int percent;
    span bytes;

    TRY(query_open(&query, &store->db, SQL_TELLING, VALUES(number(candidate))));
    TRY(query_next(&query, &has_row));
    bytes = has_row ? query_bytes(&query, 2) : (span){0};
    if (bytes.len != sizeof likeness)
        return OK;
    memcpy(&likeness, bytes.at, sizeof likeness);
    percent = likeness_percent(&telling->likeness, &likeness);
    is_own = query_number(&query, 1) == source;
    if (percent < (is_own ? OWN_ALIKE : ALIKE))
        return OK;
    if (percent >= COPY && !is_own)
        best->kinship = KINSHIP_COPY;
    if (percent > best->percent) {
        best->percent = percent;
        best->story = query_number(&query, 0);
    }
    return OK;
}

static struct error *tell(struct store *store, const struct telling *telling, int64_t source)
{
    struct place_in_story place = {.story = telling->key};
    struct candidates candidates;

    TRY(find_candidates(store, telling, &candidates));
    for (size_t i = 0; i < MIN(candidates.count, (size_t)COMPARED); i++)
        TRY(compare(store, telling, source, candidates.at[i].article, &place));
    if (place.story != telling->key && place.kinship == KINSHIP_OWN)
        place.kinship = KINSHIP_ALIKE;
    TRY(db_run(&store->db, SQL_ADD_TELLING,
               VALUES(number(telling->key), number(place.story), number(telling->at), number(place.kinship),
                      number(source),
                      blob((span){(const char *)&telling->likeness, sizeof telling->likeness}))));
    for (size_t band = 0; band < LIKENESS_BANDS; band++)
        TRY(db_run(&store->db, SQL_ADD_LIKENESS,
                   VALUES(number(telling->at / week),
                          number((int64_t)likeness_band(&telling->likeness, band)), number(telling->key))));
    return OK;
}

static struct error *tell_all(struct store *store, const struct telling *tellings, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++) {
        int64_t source;
        if (tellings[i].is_old || !tellings[i].likeness.pairs)
            continue;
        TRY(db_number(&store->db, SQL_SOURCE_OF_ARTICLE, VALUES(number(tellings[i].key)), 0, &source));
        if (source)
            TRY(tell(store, &tellings[i], source));
    }
    TRY(db_run(&store->db, SQL_DROP_LIKENESSES, VALUES(number(now / week - 2))));
    TRY(db_run(&store->db, SQL_DROP_TELLINGS, VALUES(number(now - kept_for))));
    return db_run(&store->db, SQL_SET_TOLD, VALUES(number(tellings[count - 1].key)));
}

struct error *store_tell(struct store *store, const struct telling *tellings, size_t count, int64_t now)
{
    if (count == 0)
        return OK;
    TRY(db_begin(&store->db));
    return db_end(&store->db, tell_all(store, tellings, count, now));
}

/* --- what is told --- */

static struct error *read_tellers(struct db *db, struct arena *arena, int64_t key, struct told_story *story)
{
    VEC(struct teller) tellers = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, db, SQL_TELLERS, VALUES(number(key), number(MOST_TELLERS))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        *vec_add(arena, &tellers) = (struct teller){
            .article_id = (uint64_t)query_number(&query, 0),
            .source_id = query_keep(&query, 1, arena),
            .source_name = query_keep(&query, 2, arena),
            .title = query_keep(&query, 3, arena),
            .link = query_keep(&query, 4, arena),
            .published_at = query_number(&query, 5),
            .kinship = (enum kinship)query_number(&query, 6),
        };
    }
    story->tellers = tellers.at;
    story->count = tellers.len;
    return OK;
}

struct error *store_stories(struct store_reader *reader, struct arena *arena, int64_t since,
                            size_t fewest_outlets, size_t limit, struct told_story **out_stories,
                            size_t *out_count)
{
    VEC(struct told_story) stories = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_STORIES,
                   VALUES(number(since), number((int64_t)fewest_outlets), number((int64_t)limit))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        struct told_story *story = vec_add(arena, &stories);
        story->outlets = (size_t)query_number(&query, 1);
        TRY(read_tellers(&reader->db, arena, query_number(&query, 0), story));
    }
    *out_stories = stories.at;
    *out_count = stories.len;
    return OK;
}

/* SPDX-License-Identifier: MIT
 * identity.c - which article is it? See README.md for the model and what was tried.
 *
 * The whole document is judged at once. Items known by their raw hash are settled first; each of the others
 * gathers the articles that its keys lead to, weighs what speaks for them, and the best pairs are made first,
 * an article going to one item only.
 */
#include "store/internal.h"
#include <stdlib.h>

enum {
    ENOUGH = 3,      /* weight that makes it the same article */
    DISTRUST = 2,    /* what a kind of key that led astray loses */
    LARGE_BODY = 64, /* bytes of a body that was surely not written twice */
};

/* What a key of each kind weighs that leads to an article, by itself and where it is hardly another's by
 * chance. Title, date and body weigh 1 each where they are equal. */
static const struct {
    int plain, telling;
} weights[KEY_KINDS] = {
    [KEY_WHOLE] = {9, 9},    [KEY_ID] = {3, 3},         [KEY_LINK] = {2, 3},    [KEY_STORY] = {1, 3},
    [KEY_LOOSE_ID] = {1, 2}, [KEY_LOOSE_LINK] = {1, 2}, [KEY_CONTENT] = {0, 1},
};

struct candidate { /* an article that an item may be */
    struct sighting *sighting;
    int64_t article;
    int weight, words_weight; /* the second is part of the first */
};

struct matching { /* the document in hand */
    struct db *db;
    struct document *document;
    struct arena *arena, *passing;
    VEC(struct candidate) candidates;
    struct map taken; /* articles that have their item */
};

static bool is_taken(const struct matching *matching, int64_t article)
{
    return map_get(&matching->taken, (span){(const char *)&article, sizeof article});
}

static void take(struct matching *matching, struct sighting *sighting, int64_t article)
{
    span name = arena_keep(matching->arena, (span){(const char *)&article, sizeof article});

    sighting->article = article;
    *map_at(&matching->taken, name) = sighting;
}

/* --- known by their raw hash --- */

enum settled { UNSETTLED, SETTLED, SETTLED_AS_FLIP }; /* what SQL_HOW_SETTLED answers */

/* A caller who left an item as it came, since it was known, must learn that it is not known any more. */
static struct error *forget_raw(struct matching *matching, const struct sighting *sighting)
{
    return db_run(
        matching->db, SQL_DROP_KNOWN,
        VALUES(number(matching->document->source->key), number((int64_t)sighting->keys.at[KEY_RAW])));
}

static struct error *settle(struct matching *matching, struct sighting *sighting, bool is_first_round)
{
    struct known known;
    int64_t settled;

    TRY(known_look_up(matching->db, matching->document->source->key, sighting->keys.at[KEY_RAW], &known));
    if (!known.article)
        return OK;
    TRY(db_number(matching->db, SQL_HOW_SETTLED, VALUES(number(known.article), number(known.revision)),
                  UNSETTLED, &settled));
    if (is_first_round && settled != SETTLED)
        return OK;
    if (is_taken(matching, known.article))
        return sighting->item->is_known ? forget_raw(matching, sighting) : OK;
    matching->document->source->traits |= settled == SETTLED_AS_FLIP ? SOURCE_FLIPS : 0;
    sighting->is_settled = settled != UNSETTLED;
    take(matching, sighting, known.article);
    return OK;
}

/* An item that is word for word what it was needs no thought. Where two items of the document say two forms
 * of one article, which were taken for an edit before, the current one keeps it. */
static struct error *settle_known(struct matching *matching)
{
    struct document *document = matching->document;

    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < document->count; i++) {
            struct sighting *sighting = &document->sightings[i];
            if (!sighting->first && !sighting->article && sighting->keys.at[KEY_RAW])
                TRY(settle(matching, sighting, round == 0));
        }
    return OK;
}

/* --- weighing --- */

struct article_words { /* of an article's current revision */
    span title;
    int64_t published_at; /* NO_TIME: the feed gave none */
    uint64_t body;
    bool has_id;
};

static struct error *read_words(struct matching *matching, int64_t article, struct article_words *out_words)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_words = (struct article_words){.published_at = NO_TIME};
    TRY(query_open(&query, matching->db, SQL_WORDS, VALUES(number(article))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    struct item item = {.raw_title = query_keep(&query, 0, matching->passing),
                        .feed_id = query_keep(&query, 3, matching->passing)};
    *out_words = (struct article_words){
        .title = title_key(matching->passing, &item),
        .published_at = query_number(&query, 1) ? query_number(&query, 2) : NO_TIME,
        .body = (uint64_t)query_number(&query, 4),
        .has_id = feed_id_key(&item).len,
    };
    return OK;
}

static int weigh_words(struct arena *passing, const struct sighting *sighting,
                       const struct article_words *words)
{
    span title = title_key(passing, sighting->item);

    return (title.len && span_equal(title, words->title)) +
           (words->published_at != NO_TIME && sighting->item->published_at == words->published_at) +
           (sighting->form.body_size > 0 && sighting->form.body == words->body);
}

static bool has_name(const struct document *document, const struct sighting *sighting, enum key_kind kind)
{
    return sighting->keys.at[kind] && !((sighting->shared | document->distrusted) & KEY_BIT(kind));
}

/* What an item says as a whole speaks for itself where nothing else names it, or where there is much of it.
 */
static bool is_content_telling(const struct document *document, const struct sighting *sighting)
{
    bool is_undated = sighting->item->published_at == NO_TIME;

    if (!has_name(document, sighting, KEY_ID) && !has_name(document, sighting, KEY_LINK))
        return true;
    return is_undated && sighting->form.body_size >= LARGE_BODY;
}

/* `kinds`: KEY_BIT of those that lead to the article. An exact key says what its loose form says; a short
 * address is outvoted by a feed's id that is another. */
static int weigh_keys(const struct document *document, const struct sighting *sighting, unsigned kinds,
                      const struct article_words *words)
{
    unsigned telling = sighting->keys.telling;
    int weight = 0;

    if (!sighting->keys.at[KEY_ID] || !words->has_id)
        telling |= KEY_BIT(KEY_LINK);
    if (is_content_telling(document, sighting))
        telling |= KEY_BIT(KEY_CONTENT);
    if (kinds & KEY_BIT(KEY_ID))
        kinds &= ~KEY_BIT(KEY_LOOSE_ID);
    if (kinds & KEY_BIT(KEY_LINK))
        kinds &= ~(KEY_BIT(KEY_LOOSE_LINK) | KEY_BIT(KEY_STORY));
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        int by_itself = telling & KEY_BIT(kind) ? weights[kind].telling : weights[kind].plain;
        if (kinds & KEY_BIT(kind))
            weight += MAX(by_itself - (document->distrusted & KEY_BIT(kind) ? DISTRUST : 0), 0);
    }
    return weight;
}

/* An id that is used again: it alone leads to the article, and the item has another link, title, date and
 * text. One of them stays where an article is edited. */
static bool is_id_reused(const struct sighting *sighting, unsigned kinds, const struct article_words *words,
                         int by_words)
{
    const unsigned of_ids = KEY_BIT(KEY_ID) | KEY_BIT(KEY_LOOSE_ID);

    return !(kinds & ~of_ids) && by_words == 0 && sighting->keys.at[KEY_LINK] && words->title.len &&
           words->published_at != NO_TIME && sighting->item->published_at != NO_TIME;
}

/* KEY_BIT of the kinds that lead to the article; 0 if one of them was looked at before `kind` */
static unsigned kinds_leading_to(int64_t article, const struct known known[KEY_KINDS], int kind)
{
    unsigned kinds = 0;

    for (int other = 0; other < KEY_KINDS; other++) {
        if (known[other].article != article)
            continue;
        if (other < kind)
            return 0;
        kinds |= KEY_BIT(other);
    }
    return kinds;
}

static struct error *weigh(struct matching *matching, struct sighting *sighting,
                           const struct known known[KEY_KINDS])
{
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        int64_t article = known[kind].article;
        unsigned kinds = article ? kinds_leading_to(article, known, kind) : 0;
        struct article_words words;

        if (!kinds || is_taken(matching, article))
            continue;
        TRY(read_words(matching, article, &words));
        int by_words = weigh_words(matching->passing, sighting, &words);
        int weight = by_words + weigh_keys(matching->document, sighting, kinds, &words);
        if (weight >= ENOUGH && !is_id_reused(sighting, kinds, &words, by_words))
            *vec_add(matching->arena, &matching->candidates) =
                (struct candidate){sighting, article, weight, by_words};
    }
    return OK;
}

static struct error *gather(struct matching *matching, struct sighting *sighting)
{
    struct known known[KEY_KINDS] = {0};

    for (int kind = 0; kind < KEY_KINDS; kind++) {
        if (kind == KEY_RAW || !sighting->keys.at[kind])
            continue;
        TRY(known_look_up(matching->db, matching->document->source->key, sighting->keys.at[kind],
                          &known[kind]));
        sighting->known[kind] =
            known[kind].is_shared || is_taken(matching, known[kind].article) ? 0 : known[kind].article;
        if (known[kind].is_shared || (sighting->shared & KEY_BIT(kind)))
            known[kind] = (struct known){0};
    }
    return weigh(matching, sighting, known);
}

/* --- pairing --- */

static int heavier_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    if (a->words_weight != b->words_weight)
        return a->words_weight > b->words_weight ? -1 : 1;
    if (a->sighting != b->sighting)
        return a->sighting < b->sighting ? -1 : 1;
    return (a->article > b->article) - (a->article < b->article);
}

static void pair(struct matching *matching)
{
    struct candidate *candidates = matching->candidates.at;

    if (matching->candidates.len)
        qsort(candidates, matching->candidates.len, sizeof *candidates, heavier_first);
    for (size_t i = 0; i < matching->candidates.len; i++)
        if (!candidates[i].sighting->article && !is_taken(matching, candidates[i].article))
            take(matching, candidates[i].sighting, candidates[i].article);
}

/* --- all together --- */

/* Forms are read of what is not settled, for its change is judged by them; known items are as they came. */
static struct error *gather_all(struct matching *matching, bool *out_is_news)
{
    for (size_t i = 0; i < matching->document->count; i++) {
        struct sighting *sighting = &matching->document->sightings[i];
        if (sighting->first || sighting->is_settled)
            continue;
        *out_is_news = true;
        if (sighting->item->is_known)
            continue;
        arena_reset(matching->passing);
        sighting_read_form(matching->passing, sighting);
        if (!sighting->article)
            TRY(gather(matching, sighting));
    }
    return OK;
}

struct error *identify(struct store *store, struct document *document)
{
    struct matching matching = {
        .db = &store->db,
        .document = document,
        .arena = store->scratch,
        .passing = store->passing,
        .taken = {.arena = store->scratch},
    };
    bool is_news = false;

    TRY(trust_read(&store->db, document));
    TRY(settle_known(&matching));
    TRY(gather_all(&matching, &is_news));
    pair(&matching);
    return is_news ? trust_judge(&store->db, document) : OK;
}

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
    MOST_BREAKS = 3, /* polls that must have spoken against a kind before it is distrusted */
    MOST_KEYS = 64,  /* that one article is known by */
    TRUST_CEILING = 1000,
};

/* What a key of each kind weighs that leads to an article, by itself and where it is hardly another's by
 * chance. Title, date and body weigh 1 each where they are equal. */
static const struct {
    int plain, telling;
} weights[KEY_KINDS] = {
    [KEY_WHOLE] = {9, 9},    [KEY_ID] = {3, 3},         [KEY_LINK] = {2, 3},    [KEY_STORY] = {1, 3},
    [KEY_LOOSE_ID] = {1, 2}, [KEY_LOOSE_LINK] = {1, 2}, [KEY_CONTENT] = {0, 0},
};

/* --- what the document says of itself --- */

struct key_slot { /* of an open hash table over one kind's keys */
    uint64_t key;
    struct sighting *first;
};

static struct key_slot *slot_of(struct key_slot *slots, size_t slot_count, uint64_t key)
{
    size_t i = key & (slot_count - 1);

    while (slots[i].key && slots[i].key != key)
        i = (i + 1) & (slot_count - 1);
    return &slots[i];
}

static struct key_slot *slots_for(struct arena *arena, size_t count, size_t *out_slot_count)
{
    size_t slot_count = 16;

    while (slot_count < 2 * count)
        slot_count *= 2;
    *out_slot_count = slot_count;
    return ARENA_ARRAY(arena, struct key_slot, slot_count);
}

static void read_form(struct arena *arena, struct sighting *sighting)
{
    if (sighting->has_form)
        return;
    item_form(arena, sighting->item, &sighting->form);
    sighting->keys.at[KEY_CONTENT] = content_key(arena, sighting->item, &sighting->form);
    sighting->has_form = true;
}

/* The same item twice is one. Where id, link, title and date are equal and yet the bodies differ, the body
 * belongs to what it is known by. */
static void find_repeats(struct arena *arena, struct document *document)
{
    size_t slot_count;
    struct key_slot *slots = slots_for(arena, document->count, &slot_count);

    for (size_t i = 0; i < document->count; i++) {
        struct sighting *sighting = &document->sightings[i];
        struct key_slot *slot = slot_of(slots, slot_count, sighting->keys.at[KEY_WHOLE]);
        struct sighting *first = slot->first;

        if (!first) {
            *slot = (struct key_slot){sighting->keys.at[KEY_WHOLE], sighting};
            continue;
        }
        if (sighting->item->raw_hash && sighting->item->raw_hash == first->item->raw_hash) {
            sighting->first = first;
            continue;
        }
        if (sighting->item->is_known || first->item->is_known) /* their bodies are not at hand, but differ */
            sighting = sighting->item->is_known ? first : sighting;
        read_form(arena, sighting);
        sighting->keys.at[KEY_WHOLE] = narrow_key(arena, sighting->keys.at[KEY_WHOLE], &sighting->form);
        slot = slot_of(slots, slot_count, sighting->keys.at[KEY_WHOLE]);
        if (slot->first && slot->first != sighting)
            sighting->first = slot->first;
        else
            *slot = (struct key_slot){sighting->keys.at[KEY_WHOLE], sighting};
    }
}

static void find_shared(struct arena *arena, struct document *document, enum key_kind kind)
{
    size_t slot_count;
    struct key_slot *slots = slots_for(arena, document->count, &slot_count);

    for (size_t i = 0; i < document->count; i++) {
        struct sighting *sighting = &document->sightings[i];
        struct key_slot *slot;

        if (sighting->first || !sighting->keys.at[kind])
            continue;
        slot = slot_of(slots, slot_count, sighting->keys.at[kind]);
        if (slot->first) {
            slot->first->shared |= KEY_BIT(kind);
            sighting->shared |= KEY_BIT(kind);
        } else {
            *slot = (struct key_slot){sighting->keys.at[kind], sighting};
        }
    }
}

/* --- what the store knows --- */

struct known {
    int64_t article; /* 0: nothing is known by that key */
    int64_t revision;
    bool is_shared;
};

static struct error *look_up(struct db *db, int64_t source, uint64_t key, struct known *out_known)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_known = (struct known){0};
    TRY(query_open(&query, db, SQL_KNOWN, VALUES(number(source), number((int64_t)key))));
    TRY(query_next(&query, &has_row));
    if (has_row)
        *out_known =
            (struct known){query_number(&query, 0), query_number(&query, 1), query_number(&query, 2)};
    return OK;
}

enum settled { UNSETTLED, SETTLED, SETTLED_AS_FLIP }; /* what SQL_HOW_SETTLED answers */

struct error *store_knows(struct store_reader *reader, span source_id, uint64_t raw_hash, bool *out_is_known)
{
    struct item item = {.raw_hash = raw_hash};
    int64_t answer;

    *out_is_known = false;
    if (!raw_hash)
        return OK;
    TRY(db_number(&reader->db, SQL_KNOWS, VALUES(text(source_id), number((int64_t)raw_key(&item))), 0,
                  &answer));
    *out_is_known = answer;
    return OK;
}

struct candidate { /* an article that an item may be */
    struct sighting *sighting;
    int64_t article;
    int weight, words_weight; /* the second is part of the first */
};

struct matching { /* the document in hand */
    struct store *store;
    struct document *document;
    struct arena *arena;
    VEC(struct candidate) candidates;
    struct map taken; /* articles that have their item */
};

static span article_name(struct arena *arena, int64_t article)
{
    return arena_keep(arena, (span){(const char *)&article, sizeof article});
}

static bool is_taken(struct matching *matching, int64_t article)
{
    return map_get(&matching->taken, (span){(const char *)&article, sizeof article});
}

static void take(struct matching *matching, struct sighting *sighting, int64_t article)
{
    sighting->article = article;
    *map_at(&matching->taken, article_name(matching->arena, article)) = sighting;
}

/* An item that is word for word what it was needs no thought. Where two items of the document say two forms
 * of one article, which were taken for an edit before, the first keeps it. */
static struct error *settle_known(struct matching *matching)
{
    struct document *document = matching->document;
    struct db *db = &matching->store->db;

    for (size_t i = 0; i < document->count; i++) {
        struct sighting *sighting = &document->sightings[i];
        struct known known;
        int64_t settled;

        if (sighting->first || !sighting->keys.at[KEY_RAW])
            continue;
        TRY(look_up(db, document->source->key, sighting->keys.at[KEY_RAW], &known));
        if (!known.article || is_taken(matching, known.article))
            continue;
        TRY(db_number(db, SQL_HOW_SETTLED, VALUES(number(known.article), number(known.revision)), UNSETTLED,
                      &settled));
        sighting->is_settled = settled != UNSETTLED;
        document->source->traits |= settled == SETTLED_AS_FLIP ? SOURCE_FLIPS : 0;
        take(matching, sighting, known.article);
        if (!sighting->is_settled && !sighting->item->is_known)
            read_form(matching->arena, sighting);
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

static struct error *read_words(struct db *db, struct arena *arena, int64_t article,
                                struct article_words *out_words)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_words = (struct article_words){.published_at = NO_TIME};
    TRY(query_open(&query, db, SQL_WORDS, VALUES(number(article))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    struct item item = {.raw_title = query_keep(&query, 0, arena), .feed_id = query_keep(&query, 3, arena)};
    *out_words = (struct article_words){
        .title = title_key(arena, &item),
        .published_at = query_number(&query, 1) == 0 ? NO_TIME : query_number(&query, 2),
        .body = (uint64_t)query_number(&query, 4),
        .has_id = feed_id_key(&item).len,
    };
    return OK;
}

static int weigh_words(struct arena *arena, const struct sighting *sighting,
                       const struct article_words *words)
{
    span title = title_key(arena, sighting->item);
    int weight = 0;

    weight += title.len && span_equal(title, words->title);
    weight += words->published_at != NO_TIME && sighting->item->published_at == words->published_at;
    weight += sighting->form.body_size > 0 && sighting->form.body == words->body;
    return weight;
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
    if (kinds & KEY_BIT(KEY_ID))
        kinds &= ~KEY_BIT(KEY_LOOSE_ID);
    if (kinds & KEY_BIT(KEY_LINK))
        kinds &= ~(KEY_BIT(KEY_LOOSE_LINK) | KEY_BIT(KEY_STORY));
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        int by_itself = telling & KEY_BIT(kind) ? weights[kind].telling : weights[kind].plain;
        if (!(kinds & KEY_BIT(kind)))
            continue;
        weight += MAX(by_itself - (document->distrusted & KEY_BIT(kind) ? DISTRUST : 0), 0);
    }
    return weight;
}

static struct error *weigh(struct matching *matching, struct sighting *sighting,
                           const struct known known[KEY_KINDS])
{
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        int64_t article = known[kind].article;
        struct article_words words;
        unsigned kinds = 0;
        bool is_weighed = false;

        for (int other = 0; other < KEY_KINDS; other++) {
            if (known[other].article != article)
                continue;
            kinds |= KEY_BIT(other);
            is_weighed = is_weighed || other < kind;
        }
        if (!article || is_weighed || is_taken(matching, article))
            continue;
        TRY(read_words(&matching->store->db, matching->arena, article, &words));
        int by_words = weigh_words(matching->arena, sighting, &words);
        int weight = by_words + weigh_keys(matching->document, sighting, kinds, &words);
        if (weight >= ENOUGH)
            *vec_add(matching->arena, &matching->candidates) =
                (struct candidate){sighting, article, weight, by_words};
    }
    return OK;
}

/* Looks up every key that identifies. Counts by the way which kinds lead where. */
static struct error *gather(struct matching *matching, struct sighting *sighting)
{
    struct known known[KEY_KINDS] = {0};

    read_form(matching->arena, sighting);
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        if (kind == KEY_RAW || !sighting->keys.at[kind])
            continue;
        TRY(look_up(&matching->store->db, matching->document->source->key, sighting->keys.at[kind],
                    &known[kind]));
        sighting->known[kind] = known[kind].is_shared ? 0 : known[kind].article;
        if (known[kind].is_shared || (sighting->shared & KEY_BIT(kind)))
            known[kind] = (struct known){0};
    }
    return weigh(matching, sighting, known);
}

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

/* --- trust in kinds of keys --- */

static const enum key_kind trusted_kinds[] = {KEY_ID, KEY_LINK, KEY_STORY};

static struct error *read_trust(struct db *db, struct document *document)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, db, SQL_TRUST, VALUES(number(document->source->key))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        int64_t held = query_number(&query, 1), broke = query_number(&query, 2);
        if (broke >= MOST_BREAKS && 2 * broke > held)
            document->distrusted |= KEY_BIT(query_number(&query, 0));
    }
}

/* A poll counts once, whatever is in it, so that one odd poll changes nothing. It speaks against a kind if a
 * quarter of its items (and more than one) were led astray or share their key. */
static struct error *judge_kind(struct store *store, const struct document *document, enum key_kind kind)
{
    int64_t seen = 0, held = 0, broken = 0;

    for (size_t i = 0; i < document->count; i++) {
        const struct sighting *sighting = &document->sightings[i];
        if (sighting->first || !sighting->keys.at[kind])
            continue;
        seen++;
        held += sighting->article && (sighting->is_settled || sighting->known[kind] == sighting->article);
        broken += (sighting->shared & KEY_BIT(kind)) ||
                  (sighting->known[kind] && sighting->known[kind] != sighting->article);
    }
    if (broken >= 2 && 4 * broken > seen)
        return db_run(
            &store->db, SQL_JUDGE_KIND,
            VALUES(number(document->source->key), number(kind), number(0), number(1), number(TRUST_CEILING)));
    if (held)
        return db_run(
            &store->db, SQL_JUDGE_KIND,
            VALUES(number(document->source->key), number(kind), number(1), number(0), number(TRUST_CEILING)));
    return OK;
}

static bool is_all_settled(const struct document *document)
{
    for (size_t i = 0; i < document->count; i++)
        if (!document->sightings[i].first && !document->sightings[i].is_settled)
            return false;
    return true;
}

/* --- all together --- */

struct error *identify(struct store *store, struct document *document)
{
    struct matching matching = {store, document, store->scratch, .taken = {.arena = store->scratch}};

    find_repeats(store->scratch, document);
    for (int kind = KEY_ID; kind < KEY_CONTENT; kind++)
        find_shared(store->scratch, document, (enum key_kind)kind);
    TRY(read_trust(&store->db, document));
    TRY(settle_known(&matching));
    if (is_all_settled(document))
        return OK;
    for (size_t i = 0; i < document->count; i++)
        if (!document->sightings[i].first && !document->sightings[i].article)
            TRY(gather(&matching, &document->sightings[i]));
    pair(&matching);
    for (size_t i = 0; i < document->count; i++)
        if (document->sightings[i].first)
            document->sightings[i].article = document->sightings[i].first->article;
    for (size_t i = 0; i < ARRAY_SIZE(trusted_kinds); i++)
        TRY(judge_kind(store, document, trusted_kinds[i]));
    return OK;
}

/* --- written down --- */

static struct error *remember(struct db *db, const struct document *document, const struct sighting *sighting,
                              enum key_kind kind, int64_t revision, int64_t *key_count)
{
    struct known known;
    int64_t source = document->source->key, key = (int64_t)sighting->keys.at[kind];
    bool is_shared = sighting->shared & KEY_BIT(kind);

    TRY(look_up(db, source, sighting->keys.at[kind], &known));
    if (!known.article) {
        if (*key_count >= MOST_KEYS)
            return OK;
        ++*key_count;
        return db_run(db, SQL_ADD_KNOWN,
                      VALUES(number(source), number(key), number(sighting->article),
                             number(kind == KEY_RAW ? revision : 0), number(is_shared)));
    }
    if (kind == KEY_RAW || kind == KEY_WHOLE)
        return known.article == sighting->article && (kind == KEY_WHOLE || known.revision == revision)
                   ? OK
                   : db_run(db, SQL_MOVE_KNOWN,
                            VALUES(number(source), number(key), number(sighting->article),
                                   number(kind == KEY_RAW ? revision : 0)));
    if (!known.is_shared && (is_shared || known.article != sighting->article))
        return db_run(db, SQL_SHARE_KNOWN, VALUES(number(source), number(key)));
    return OK;
}

struct error *remember_keys(struct store *store, const struct document *document,
                            const struct sighting *sighting, int64_t revision, int64_t *key_count)
{
    for (int kind = 0; kind < KEY_KINDS; kind++)
        if (sighting->keys.at[kind])
            TRY(remember(&store->db, document, sighting, (enum key_kind)kind, revision, key_count));
    return OK;
}

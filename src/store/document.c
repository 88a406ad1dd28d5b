/* SPDX-License-Identifier: MIT
 * document.c - what a document says of itself: items said twice, keys that two items have
 *
 * Equal keys are found by sorting, not by hashing: a publisher chooses the keys, and could choose them so
 * that all fall into one place of a table.
 */
#include "store/identity.h"
#include <stdlib.h>

void sighting_read_form(struct arena *passing, struct sighting *sighting)
{
    if (sighting->has_form)
        return;
    item_form(passing, sighting->item, &sighting->form);
    sighting->keys.at[KEY_CONTENT] = content_key(passing, sighting->item, &sighting->form);
    sighting->has_form = true;
}

/* --- equal keys --- */

struct place { /* of a key in the document */
    uint64_t key;
    struct sighting *sighting;
};

static int by_key(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->sighting > b->sighting) - (a->sighting < b->sighting);
}

/* The document's keys of a kind, equal ones together and in document order. */
static size_t sort_keys(const struct document *document, enum key_kind kind, struct place *places)
{
    size_t count = 0;

    for (size_t i = 0; i < document->count; i++) {
        struct sighting *sighting = &document->sightings[i];
        if (!sighting->first && sighting->keys.at[kind])
            places[count++] = (struct place){sighting->keys.at[kind], sighting};
    }
    qsort(places, count, sizeof *places, by_key);
    return count;
}

/* --- repeats --- */

/* Id, link, title and date are equal. The same bytes are the same item; where they differ, the body belongs
 * to what the later one is known by. Of known items the body is not at hand: they are known by their raw
 * hash. */
static void tell_apart(struct arena *passing, struct sighting *first, struct sighting *later)
{
    if (later->item->raw_hash && later->item->raw_hash == first->item->raw_hash) {
        later->first = first;
        return;
    }
    if (later->item->is_known && !first->item->is_known)
        later = first;
    arena_reset(passing);
    sighting_read_form(passing, later);
    later->keys.at[KEY_WHOLE] = narrow_key(passing, later->keys.at[KEY_WHOLE], &later->form);
}

static void find_repeats(struct arena *passing, struct document *document, struct place *places)
{
    size_t count = sort_keys(document, KEY_WHOLE, places);

    for (size_t i = 0, first = 0; i < count; i++) {
        if (places[i].key != places[first].key)
            first = i;
        if (i != first)
            tell_apart(passing, places[first].sighting, places[i].sighting);
    }
    count = sort_keys(document, KEY_WHOLE, places);
    for (size_t i = 1; i < count; i++)
        if (places[i].key == places[i - 1].key) {
            struct sighting *before = places[i - 1].sighting;
            places[i].sighting->first = before->first ? before->first : before;
        }
}

/* --- shared keys --- */

static void find_shared(struct document *document, enum key_kind kind, struct place *places)
{
    size_t count = sort_keys(document, kind, places);

    for (size_t i = 1; i < count; i++)
        if (places[i].key == places[i - 1].key) {
            places[i - 1].sighting->shared |= KEY_BIT(kind);
            places[i].sighting->shared |= KEY_BIT(kind);
        }
}

void document_read(struct arena *arena, struct arena *passing, const struct item *items, size_t count,
                   const struct home *home, struct document *out_document)
{
    struct place *places = ARENA_ARRAY(arena, struct place, count);

    out_document->sightings = ARENA_ARRAY(arena, struct sighting, count);
    out_document->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct sighting *sighting = &out_document->sightings[out_document->count];
        if (items[i].is_deleted)
            continue;
        arena_reset(passing);
        sighting->item = &items[i];
        item_keys(passing, &items[i], home, &sighting->keys);
        out_document->count++;
    }
    find_repeats(passing, out_document, places);
    for (int kind = KEY_ID; kind <= KEY_LOOSE_LINK; kind++)
        find_shared(out_document, (enum key_kind)kind, places);
}

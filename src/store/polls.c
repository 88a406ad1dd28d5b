/* SPDX-License-Identifier: MIT
 * polls.c - a poll's transaction: all that it brought, or nothing of it
 *
 * Items, their numbers and paths, revisions, validators, the next poll, marks and tasks are written together;
 * several polls share a transaction and so an fsync. A single item that cannot be stored is undone by itself
 * and named, and the rest is kept.
 */
#include "core/fault.h"
#include "core/vec.h"
#include "store/internal.h"
#include "text/url.h"
#include <stdlib.h>

struct taking { /* a poll being stored */
    struct store *store;
    const struct poll *poll;
    struct source_row source;
    struct document document;
    int64_t now;
    bool dates_wander;
    bool is_behind; /* an item must be asked for again */
    struct poll_counts *counts;
    struct buf *failures;
};

/* --- one item --- */

static span item_name(const struct item *item)
{
    return item->link.len ? item->link : item->feed_id.len ? item->feed_id : item->raw_title;
}

static void note_failure(struct taking *taking, const struct item *item, const char *reason)
{
    taking->counts->failed_count++;
    buf_printf(taking->failures, "%s\"%.*s\": %s", taking->failures->len ? "; " : "",
               SPAN_ARG(item_name(item)), reason);
}

static struct error *store_item(struct taking *taking, struct sighting *sighting)
{
    bool is_revised = false;

    if (!sighting->article) {
        TRY(article_add(taking->store, &taking->document, sighting, taking->now, taking->poll->wants_pages));
        taking->counts->new_count++;
        return OK;
    }
    TRY(article_see_again(taking->store, &taking->document, sighting, taking->now, taking->poll->wants_pages,
                          taking->dates_wander, &is_revised));
    taking->counts->revised_count += is_revised;
    taking->counts->unchanged_count += !is_revised;
    return OK;
}

/* What went wrong with the disk or the store goes wrong with every item; the rest is this one's fault. */
static bool is_items_fault(const struct error *error)
{
    return error->kind != ERROR_IO && error->kind != ERROR_DAMAGED && error->kind != ERROR_LOCKED;
}

static struct error *take_item(struct taking *taking, struct sighting *sighting)
{
    struct source_row source = taking->source;
    struct db *db = &taking->store->db;
    struct error *error;

    arena_reset(taking->store->passing);
    TRY(db_run(db, SQL_SAVEPOINT, NULL, 0));
    error = store_item(taking, sighting);
    if (error && is_items_fault(error)) {
        char *reason = error_text(error);
        note_failure(taking, sighting->item, reason);
        free(reason);
        error_free(error);
        taking->source = source;
        sighting->article = 0;
        TRY(db_run(db, SQL_BACK_TO_SAVEPOINT, NULL, 0));
        error = OK;
    }
    if (error)
        return error;
    return db_run(db, SQL_RELEASE, NULL, 0);
}

/* --- the document --- */

/* Where most of the known items changed nothing but their date, and in the same poll, it is the feed that
 * moves dates and not the publisher. */
static struct error *see_dates(struct taking *taking)
{
    int64_t moved = 0, known = 0;

    for (size_t i = 0; i < taking->document.count; i++) {
        struct sighting *sighting = &taking->document.sightings[i];
        bool is_moved = false;
        if (sighting->first || !sighting->article)
            continue;
        known++;
        arena_reset(taking->store->passing);
        if (!sighting->is_settled && !sighting->item->is_known)
            TRY(change_is_date_alone(taking->store, sighting, &is_moved));
        moved += is_moved;
    }
    taking->dates_wander = moved >= 2 && 2 * moved > known;
    return OK;
}

struct turn { /* oldest first, ties in document order: so numbers are given */
    int64_t at;
    struct sighting *sighting;
};

static int earlier_first(const void *left, const void *right)
{
    const struct turn *a = left, *b = right;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->sighting > b->sighting) - (a->sighting < b->sighting);
}

static struct error *take_items(struct taking *taking)
{
    struct document *document = &taking->document;
    struct turn *turns = ARENA_ARRAY(taking->store->scratch, struct turn, document->count);

    for (size_t i = 0; i < document->count; i++) {
        int64_t at = document->sightings[i].item->published_at;
        turns[i] = (struct turn){at == NO_TIME ? taking->now : at, &document->sightings[i]};
    }
    qsort(turns, document->count, sizeof *turns, earlier_first);
    for (size_t i = 0; i < document->count; i++) {
        struct sighting *sighting = turns[i].sighting;
        if (sighting->first || sighting->is_settled) {
            taking->counts->unchanged_count++;
        } else if (sighting->item->is_known) {
            taking->is_behind = true;
            note_failure(taking, sighting->item, "it changed while it was read; it is asked for again");
        } else {
            TRY(take_item(taking, sighting));
        }
    }
    return OK;
}

static void see_repeats(struct taking *taking)
{
    for (size_t i = 0; i < taking->document.count; i++)
        if (taking->document.sightings[i].shared & KEY_BIT(KEY_ID))
            taking->source.traits |= SOURCE_REPEATS_IDS;
}

/* What the publisher took away is noted, and kept. */
static struct error *take_deletions(struct taking *taking, const struct home *home)
{
    static const enum key_kind naming[] = {KEY_ID, KEY_LINK};
    struct store *store = taking->store;

    for (size_t i = 0; i < taking->poll->item_count; i++) {
        struct known known = {0};
        struct item_keys keys;
        if (!taking->poll->items[i].is_deleted)
            continue;
        arena_reset(store->passing);
        item_keys(store->passing, &taking->poll->items[i], home, &keys);
        for (size_t k = 0; k < ARRAY_SIZE(naming) && !known.article; k++)
            if (keys.at[naming[k]])
                TRY(known_look_up(&store->db, taking->source.key, keys.at[naming[k]], &known));
        if (known.article && !known.is_shared)
            TRY(db_run(&store->db, SQL_WITHDRAW, VALUES(number(known.article), number(taking->now))));
    }
    return OK;
}

/* --- what a complete document leaves out was withdrawn (RFC 5005 2); it is kept all the same --- */

static int lower_first(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static struct error *list_standing(struct taking *taking, const int64_t *present, size_t present_count,
                                   int64_t **out_absent, size_t *out_count)
{
    VEC(int64_t) absent = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &taking->store->db, SQL_STANDING, VALUES(number(taking->source.key))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        int64_t key = query_number(&query, 0);
        if (!bsearch(&key, present, present_count, sizeof key, lower_first))
            *vec_add(taking->store->scratch, &absent) = key;
    }
    *out_absent = absent.at;
    *out_count = absent.len;
    return OK;
}

static struct error *take_absences(struct taking *taking)
{
    const struct document *document = &taking->document;
    int64_t *present = ARENA_ARRAY(taking->store->scratch, int64_t, document->count), *absent = NULL;
    size_t count = 0;

    for (size_t i = 0; i < document->count; i++)
        present[i] = document->sightings[i].first ? document->sightings[i].first->article
                                                  : document->sightings[i].article;
    qsort(present, document->count, sizeof *present, lower_first);
    TRY(list_standing(taking, present, document->count, &absent, &count));
    for (size_t i = 0; i < count; i++)
        TRY(db_run(&taking->store->db, SQL_WITHDRAW, VALUES(number(absent[i]), number(taking->now))));
    return OK;
}

static struct error *take_document(struct taking *taking)
{
    struct store *store = taking->store;
    struct home home = {.feed = url_canonical_key(store->scratch, taking->source.feed),
                        .address = url_canonical_key(store->scratch, taking->source.address)};

    taking->document.source = &taking->source;
    document_read(store->scratch, store->passing, taking->poll->items, taking->poll->item_count, &home,
                  &taking->document);
    TRY(identify(store, &taking->document));
    see_repeats(taking);
    TRY(see_dates(taking));
    TRY(take_items(taking));
    if (taking->poll->is_complete && taking->counts->failed_count == 0)
        TRY(take_absences(taking));
    return take_deletions(taking, &home);
}

/* A poll of which an item must be asked for again leaves nothing by which the server could say "unchanged".
 */
static struct error *take_source(struct taking *taking)
{
    bool is_changed = taking->counts->new_count || taking->counts->revised_count;
    struct source learnt = taking->poll->source;

    if (taking->is_behind) {
        learnt.validators = (struct validators){0};
        learnt.body_hash = 0;
    }
    return source_row_write(&taking->store->db, &taking->source, &learnt, is_changed ? taking->now : NO_TIME);
}

static struct error *take_poll(struct taking *taking)
{
    struct store *store = taking->store;
    span id = taking->poll->source.id;
    bool is_there;

    TRY(source_row_read(&store->db, store->scratch, id, &taking->source, &is_there));
    if (!is_there)
        return error_new(ERROR_USAGE, "there is no source \"%.*s\" in the store", SPAN_ARG(id));
    taking->now = taking->poll->source.last_poll_at == NO_TIME ? clock_now(store->clock)
                                                               : taking->poll->source.last_poll_at;
    if (taking->poll->item_count)
        TRY(take_document(taking));
    return take_source(taking);
}

enum { LONGEST_FAILURES = 64 * 1024 };

static struct error *take_polls(struct store *store, struct arena *arena, const struct poll *const *polls,
                                size_t count, struct poll_counts *counts)
{
    for (size_t i = 0; i < count; i++) {
        LOCAL(buf) failures = {.max = LONGEST_FAILURES};
        struct taking taking = {store, polls[i], .counts = &counts[i], .failures = &failures};

        counts[i] = (struct poll_counts){0};
        arena_reset(store->scratch);
        TRY_OR(take_poll(&taking), "could not store \"%.*s\"", SPAN_ARG(polls[i]->source.id));
        counts[i].failures = arena_keep(arena, buf_span(&failures));
    }
    return OK;
}

struct error *store_polls(struct store *store, struct arena *arena, const struct poll *const *polls,
                          size_t count, struct poll_counts *out_counts)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, take_polls(store, arena, polls, count, out_counts));
}

struct error *store_poll(struct store *store, struct arena *arena, const struct poll *poll,
                         struct poll_counts *out_counts)
{
    return store_polls(store, arena, &poll, 1, out_counts);
}

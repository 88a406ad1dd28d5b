/* SPDX-License-Identifier: MIT
 * articles.c - a new article, inside a poll's transaction
 */
#include "bytes/digest.h"
#include "store/internal.h"

enum { MOST_PROBES = 8 };

struct error *next_mark(struct db *db, int64_t *out_mark)
{
    return db_number(db, SQL_NEXT_MARK, NULL, 0, 0, out_mark);
}

/* --- ids --- */

static int64_t id_of(span source, span key, span rest)
{
    span parts[] = {source, key, rest};
    struct sha256 digest = digest_parts(parts, rest.len ? 3 : 2);
    uint64_t id = 0;

    for (size_t i = 0; i < sizeof id; i++)
        id = id << 8 | digest.at[i];
    return (int64_t)id;
}

/* Two harvests of one feed give the same ids: the first article of a key has the key's own, one that comes
 * later under the same key has it together with all that the item is known by, at last with what it says and
 * how many came before. */
struct error *article_free_id(struct store *store, const struct document *document,
                              const struct sighting *sighting, int64_t *out_id)
{
    span key = first_key(store->passing, sighting->item), rest = {0};
    int64_t is_taken = 1, before = 0;

    for (int probe = 0; probe < MOST_PROBES && is_taken; probe++) {
        if (probe)
            rest = arena_printf(store->passing, "%" PRIx64 " %d", sighting->keys.at[KEY_WHOLE], probe);
        if (probe == MOST_PROBES - 1) {
            TRY(db_number(&store->db, SQL_LAST_ARTICLE, NULL, 0, 0, &before));
            rest = arena_printf(store->passing, "%.*s %" PRIx64 " %" PRId64, SPAN_ARG(rest),
                                sighting->keys.at[KEY_CONTENT], before);
        }
        *out_id = id_of(document->source->id, key, rest);
        if (*out_id)
            TRY(db_number(&store->db, SQL_HAS_ID, VALUES(number(*out_id)), 0, &is_taken));
    }
    return is_taken ? error_new(ERROR_LIMIT, "too many articles have its id") : OK;
}

/* --- rows --- */

static struct error *article_row_add(struct store *store, const struct document *document,
                                     struct sighting *sighting, const struct place *place, int64_t now,
                                     int64_t archive_after)
{
    int64_t said_at = sighting->item->published_at;
    int64_t key, mark, id;
    span file_name = {0};

    TRY(article_free_id(store, document, sighting, &id));
    TRY(db_number(&store->db, SQL_LAST_ARTICLE, NULL, 0, 0, &key));
    TRY(next_mark(&store->db, &mark));
    sighting->article = key + 1;
    if (!place->number) /* there is none left: it has a name that is nobody else's */
        file_name = arena_printf(store->passing, "0_%016" PRIx64 ".md", (uint64_t)id);
    struct value values[] = {
        number(id),
        number(document->source->key),
        text(file_name),
        text(place->path),
        number(now),
        number(place->number),
        number(key + 1),
        moment(said_at),
        number(said_at == NO_TIME ? now : MIN(said_at, now)),
        number(mark),
        number(archive_after),
        {0},
    };
    values[ARRAY_SIZE(values) - 1] = number(seal(values, SEALED_OF_ARTICLE));
    return db_run(&store->db, SQL_ADD_ARTICLE, values, ARRAY_SIZE(values));
}

struct error *article_add(struct store *store, const struct document *document, struct sighting *sighting,
                          int64_t now, bool wants_page)
{
    const struct item *item = sighting->item;
    bool waits = wants_page && !item->is_full && item->link.len;
    struct revision revision = {
        .number = 1,
        .fetched_at = now,
        .published_at = item->published_at == NO_TIME ? now : item->published_at,
        .is_dated = item->published_at != NO_TIME,
    };
    struct place place;
    int64_t key_count = 0;

    TRY(place_allot(store, document->source, item, revision.published_at, &place));
    TRY(article_row_add(store, document, sighting, &place, now, waits ? now + store->options.wait : 0));
    revision.article = sighting->article;
    TRY(revision_add(store, &revision, item, &sighting->form));
    TRY(db_run(&store->db, SQL_COUNT_MONTH, VALUES(number(document->source->key), number(place.month))));
    if (waits)
        TRY(task_want(store, TASK_PAGE, sighting->article, item->link, now));
    TRY(known_add(&store->db, document, sighting, 1, &key_count));
    TRY(db_run(&store->db, SQL_SET_KEY_COUNT, VALUES(number(sighting->article), number(key_count))));
    document->source->article_count++;
    return OK;
}

/* SPDX-License-Identifier: MIT
 * known.c - hashes of keys, and the articles that they lead to
 */
#include "store/internal.h"
#include "text/url.h"

enum {
    MOST_KEYS = 64
}; /* that one article is known by: ids that are made anew at every poll are not kept for ever */

struct error *known_look_up(struct db *db, int64_t source, uint64_t key, struct known *out_known)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_known = (struct known){0};
    TRY(query_open(&query, db, SQL_KNOWN, VALUES(number(source), number((int64_t)key))));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    if (!is_known_sealed(&query))
        return error_new(ERROR_DAMAGED, "one of the keys by which articles are known is damaged "
                                        "(`courant verify --repair` mends it)");
    *out_known = (struct known){query_number(&query, 2), query_number(&query, 3), query_number(&query, 4)};
    return OK;
}

struct error *store_knows(struct store_reader *reader, span source_id, uint64_t raw_hash, bool *out_is_known)
{
    struct item item = {.raw_hash = raw_hash};
    int64_t answer = 0;

    if (raw_hash)
        TRY(db_number(&reader->db, SQL_KNOWS, VALUES(text(source_id), number((int64_t)raw_key(&item))), 0,
                      &answer));
    *out_is_known = answer;
    return OK;
}

/* Asked where no item is known by its raw bytes: the publisher may have changed something about all of them,
 * or moved the feed to another host, or published so much that nothing of the last poll is left. */
struct error *store_recognises(struct store_reader *reader, const struct source *source,
                               const struct item *items, size_t count, bool *out_is_known)
{
    OWN(arena) lasting = arena_new(64 * KiB);
    OWN(arena) arena = arena_new(1 * GiB);
    struct home home = {.feed = url_canonical_key(lasting, source->feed),
                        .address = url_canonical_key(lasting, source->address)};
    struct source_row row;

    *out_is_known = false;
    TRY(source_row_read(&reader->db, lasting, source->id, &row, out_is_known));
    if (!*out_is_known)
        return OK;
    *out_is_known = false;
    for (size_t i = 0; i < count && !*out_is_known; i++) {
        struct item_keys keys;
        arena_reset(arena);
        item_keys(arena, &items[i], &home, &keys);
        for (size_t kind = 0; kind < KEY_KINDS && !*out_is_known; kind++) {
            struct known known = {0};
            if (keys.at[kind])
                TRY(known_look_up(&reader->db, row.key, keys.at[kind], &known));
            *out_is_known = known.article != 0;
        }
    }
    return OK;
}

/* What an item says as a whole leads to the article that said it last; any other key that turns out to lead
 * to two articles leads to none from now on. */
static struct error *know_again(struct db *db, int64_t source, int64_t key, const struct known *before,
                                const struct known *now, bool is_exact)
{
    bool is_same = before->article == now->article && before->revision == now->revision;

    if (is_exact)
        return is_same
                   ? OK
                   : db_run(db, SQL_MOVE_KNOWN,
                            VALUES(number(source), number(key), number(now->article), number(now->revision)));
    if (before->is_shared || (!now->is_shared && before->article == now->article))
        return OK;
    return db_run(db, SQL_SHARE_KNOWN, VALUES(number(source), number(key)));
}

static struct error *know(struct db *db, int64_t source, int64_t key, const struct known *now, bool is_exact,
                          int64_t *key_count)
{
    struct known before;

    TRY(known_look_up(db, source, (uint64_t)key, &before));
    if (before.article)
        return know_again(db, source, key, &before, now, is_exact);
    if (*key_count >= MOST_KEYS)
        return OK;
    ++*key_count;
    return db_run(db, SQL_ADD_KNOWN,
                  VALUES(number(source), number(key), number(now->article), number(now->revision),
                         number(now->is_shared)));
}

struct error *known_add(struct db *db, const struct document *document, const struct sighting *sighting,
                        int64_t revision, int64_t *key_count)
{
    for (int kind = 0; kind < KEY_KINDS; kind++) {
        struct known now = {
            .article = sighting->article,
            .revision = kind == KEY_RAW ? revision : 0,
            .is_shared = sighting->shared & KEY_BIT(kind),
        };
        bool is_exact = kind == KEY_RAW || kind == KEY_WHOLE || kind == KEY_CONTENT;
        if (sighting->keys.at[kind])
            TRY(know(db, document->source->key, (int64_t)sighting->keys.at[kind], &now, is_exact, key_count));
    }
    return OK;
}

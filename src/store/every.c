/* SPDX-License-Identifier: MIT
 * every.c - all articles, one by one, and those that the archive shall write again
 */
#include "core/fault.h"
#include "store/check.h"
#include "store/internal.h"

struct each {
    struct error *(*take)(void *context, const struct article *article, const struct error *flaw);
    void *context;
};

static struct error *each(struct store_reader *reader, enum sql sql, const struct each *each)
{
    OWN(arena) arena = arena_new(1 * GiB);
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, sql, NULL, 0));
    while (true) {
        struct article article;
        TRY(query_next(&query, &has_row));
        if (!has_row)
            return OK;
        arena_reset(arena);
        OWN(error) flaw = article_read(&query, arena, &article);
        if (flaw && flaw->kind == ERROR_IO)
            return MOVE(flaw);
        TRY(each->take(each->context, &article, flaw));
    }
}

struct error *store_each_article(struct store_reader *reader,
                                 struct error *(*take)(void *context, const struct article *article,
                                                       const struct error *flaw),
                                 void *context)
{
    return each(reader, SQL_EVERY_ARTICLE, &(struct each){take, context});
}

struct whole_only {
    struct error *(*take)(void *context, const struct article *article);
    void *context;
};

static struct error *take_whole(void *context, const struct article *article, const struct error *flaw)
{
    const struct whole_only *whole = context;

    return flaw ? OK : whole->take(whole->context, article);
}

struct error *store_each_revision(struct store_reader *reader,
                                  struct error *(*take)(void *context, const struct article *article),
                                  void *context)
{
    struct whole_only whole = {take, context};

    return each(reader, SQL_EVERY_REVISION, &(struct each){take_whole, &whole});
}

static struct error *owe(struct store *store, const uint64_t *ids, size_t count)
{
    TRY(fault_error("store.owe"));
    for (size_t i = 0; i < count; i++) {
        int64_t mark;
        TRY(next_mark(&store->db, &mark));
        TRY(db_run(&store->db, SQL_ARCHIVE_OWE, VALUES(number((int64_t)ids[i]), number(mark))));
    }
    return OK;
}

struct error *store_archive_owe(struct store *store, const uint64_t *ids, size_t count)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, owe(store, ids, count));
}

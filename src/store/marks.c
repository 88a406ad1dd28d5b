/* SPDX-License-Identifier: MIT
 * marks.c - what the archive is behind with, small values, totals
 *
 * A mark comes from one counter that only grows, so it says which change of an article is meant: what was
 * archived clears it only if nothing came in meanwhile.
 */
#include "core/fault.h"
#include "store/internal.h"
#include "store/news.h"

static size_t size_of(const struct article *article)
{
    const struct item *item = &article->item;

    return item->raw_body.len + item->html.len + item->summary.len + article->file_text.len;
}

struct error *store_archive_owed(struct store_reader *reader, struct arena *arena, int64_t now,
                                 int64_t after_mark, size_t limit, size_t max_bytes,
                                 struct article **out_articles, size_t *out_count)
{
    VEC(struct article) articles = {0};
    LOCAL(query) query = {0};
    size_t size = 0;
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_ARCHIVE_OWED,
                   VALUES(number(after_mark), number(now), number(limit ? (int64_t)limit : -1))));
    while (size < max_bytes || !articles.len) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        struct article *article = vec_add(arena, &articles);
        TRY(article_read(&query, arena, article));
        size += size_of(article);
    }
    *out_articles = articles.at;
    *out_count = articles.len;
    return OK;
}

static struct error *clear_marks(struct store *store, const struct article *articles, size_t count)
{
    TRY(fault_error("store.marks"));
    for (size_t i = 0; i < count; i++)
        TRY(db_run(&store->db, SQL_ARCHIVE_DONE,
                   VALUES(number((int64_t)articles[i].id), number(articles[i].archive_mark))));
    return OK;
}

struct error *store_archive_done(struct store *store, const struct article *articles, size_t count)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, clear_marks(store, articles, count));
}

static struct error *owe_all(struct store *store)
{
    TRY(db_run(&store->db, SQL_ARCHIVE_OWE_ALL, NULL, 0));
    return db_run(&store->db, SQL_RAISE_MARK, NULL, 0);
}

struct error *store_archive_owe_all(struct store *store)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, owe_all(store));
}

struct error *store_get(struct store_reader *reader, struct arena *arena, span key, span *out_value)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_value = (span){0};
    TRY(query_open(&query, &reader->db, SQL_GET_NOTE, VALUES(text(key))));
    TRY(query_next(&query, &has_row));
    if (has_row)
        *out_value = (span){arena_string(arena, query_bytes(&query, 0)), query_bytes(&query, 0).len};
    return OK;
}

static struct error *put(struct store *store, span key, span value)
{
    return value.at ? db_run(&store->db, SQL_PUT_NOTE, VALUES(text(key), text(value)))
                    : db_run(&store->db, SQL_DROP_NOTE, VALUES(text(key)));
}

struct error *store_put(struct store *store, span key, span value)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, put(store, key, value));
}

struct error *store_count(struct store_reader *reader, struct store_totals *out_totals)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_TOTALS, NULL, 0));
    TRY(query_next(&query, &has_row));
    *out_totals = (struct store_totals){
        .sources = query_number(&query, 0),
        .articles = query_number(&query, 1),
        .revisions = query_number(&query, 2),
        .archive_owed = query_number(&query, 3),
        .tasks = query_number(&query, 4),
    };
    return OK;
}

/* --- those who follow by the order of rows --- */

struct error *store_last_place(struct store_reader *reader, int64_t *out_place)
{
    return db_number(&reader->db, SQL_LAST_ARTICLE, NULL, 0, 0, out_place);
}

static struct news read_news(const struct query *query)
{
    return (struct news){.place = query_number(query, 0),
                         .article_id = (uint64_t)query_number(query, 1),
                         .settles_at = query_number(query, 2)};
}

struct error *store_since(struct store_reader *reader, struct arena *arena, int64_t place, size_t limit,
                          struct news **out_news, size_t *out_count)
{
    VEC(struct news) news = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_NEWS_SINCE, VALUES(number(place), number((int64_t)limit))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        *vec_add(arena, &news) = read_news(&query);
    }
    *out_news = news.at;
    *out_count = news.len;
    return OK;
}

struct error *store_news(struct store_reader *reader, int64_t place, struct news *out_news)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_news = (struct news){.place = place};
    TRY(query_open(&query, &reader->db, SQL_NEWS, VALUES(number(place))));
    TRY(query_next(&query, &has_row));
    if (has_row)
        *out_news = read_news(&query);
    return OK;
}

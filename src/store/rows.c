/* SPDX-License-Identifier: MIT
 * rows.c - articles read: one, a list, those that the archive is behind with
 */
#include "store/internal.h"
#include "text/url.h"

/* --- an article --- */

static void read_item(const struct query *query, struct arena *arena, struct item *item)
{
    bool is_dated = query_number(query, R_IS_DATED);

    *item = (struct item){
        .feed_id = query_keep(query, R_FEED_ID, arena),
        .raw_hash = (uint64_t)query_number(query, R_RAW_HASH),
        .published_at = is_dated ? query_number(query, R_PUBLISHED_AT) : NO_TIME,
        .modified_at = query_moment(query, R_MODIFIED_AT),
        .link = query_keep(query, R_LINK, arena),
        .title = query_keep(query, R_TITLE, arena),
        .language = query_keep(query, R_LANGUAGE, arena),
        .image = query_keep(query, R_IMAGE, arena),
        .is_full = query_number(query, R_IS_FULL),
    };
    item->raw_title = query_is_null(query, R_RAW_TITLE) ? item->title : query_keep(query, R_RAW_TITLE, arena);
    item->raw_link = query_is_null(query, R_RAW_LINK) ? item->link : query_keep(query, R_RAW_LINK, arena);
}

static struct error *read_texts(const struct query *query, struct arena *arena, struct item *item)
{
    struct body body;

    TRY(authors_read(arena, query_keep(query, R_AUTHORS, arena), item));
    TRY(tags_read(arena, query_keep(query, R_TAGS, arena), item));
    TRY(body_read(query->db, arena, query_number(query, R_BODY), &body));
    item->raw_body = body.raw;
    item->html = body.html;
    item->summary = body.summary;
    return OK;
}

/* The bytes of the file that it was read from, where they cannot be made. */
static struct error *read_file(const struct query *query, struct arena *arena, struct article *article)
{
    struct body body;

    if (query_is_null(query, R_FILE))
        return OK;
    TRY(body_read(query->db, arena, query_number(query, R_FILE), &body));
    article->file_text = body.raw;
    article->is_dated_file = query_number(query, R_IS_DATED_FILE);
    return OK;
}

struct error *article_read(const struct query *query, struct arena *arena, struct article *out_article)
{
    *out_article = (struct article){
        .id = (uint64_t)query_number(query, A_ID),
        .source_id = query_keep(query, S_ID, arena),
        .source_name = query_keep(query, S_NAME, arena),
        .revision = (int)query_number(query, R_REVISION),
        .fetched_at = query_number(query, R_FETCHED_AT),
        .published_at = query_number(query, R_PUBLISHED_AT),
        .modified_at = query_moment(query, R_MODIFIED_AT),
        .is_dated = query_number(query, R_IS_DATED),
        .number = query_number(query, A_NUMBER),
        .file_name = query_keep(query, A_FILE_NAME, arena),
        .path = query_keep(query, A_PATH, arena),
        .archive_mark = query_number(query, A_MARK),
        .withdrawn_at = query_moment(query, A_WITHDRAWN_AT),
        .is_of_page = query_number(query, R_PAGE_FORM) != 0,
    };
    if (!is_sealed(query, A_ID, SEALED_OF_ARTICLE) || !is_sealed(query, R_ARTICLE, SEALED_OF_REVISION))
        return error_new(ERROR_DAMAGED,
                         "article %016" PRIx64
                         " of \"%.*s\" is damaged (`courant verify --repair` mends what "
                         "another copy holds)",
                         out_article->id, SPAN_ARG(out_article->source_id));
    read_item(query, arena, &out_article->item);
    TRY_OR(read_texts(query, arena, &out_article->item), "article %016" PRIx64, out_article->id);
    TRY_OR(read_file(query, arena, out_article), "article %016" PRIx64, out_article->id);
    return OK;
}

static struct error *read_one(struct store_reader *reader, struct arena *arena, enum sql sql,
                              const struct value *values, size_t count, struct article **out_article)
{
    LOCAL(query) query = {0};
    bool has_row;

    *out_article = NULL;
    TRY(query_open(&query, &reader->db, sql, values, count));
    TRY(query_next(&query, &has_row));
    if (!has_row)
        return OK;
    *out_article = ARENA_NEW(arena, struct article);
    return article_read(&query, arena, *out_article);
}

struct error *store_article(struct store_reader *reader, struct arena *arena, uint64_t id,
                            struct article **out_article)
{
    return read_one(reader, arena, SQL_ARTICLE, VALUES(number((int64_t)id)), out_article);
}

struct error *store_revision(struct store_reader *reader, struct arena *arena, uint64_t id, int revision,
                             struct article **out_article)
{
    return read_one(reader, arena, SQL_REVISION, VALUES(number((int64_t)id), number(revision)), out_article);
}

/* --- lists --- */

static struct error *read_listings(struct query *query, struct arena *arena, struct listing **out_listings,
                                   size_t *out_count)
{
    VEC(struct listing) listings = {0};
    bool has_row;

    while (true) {
        TRY(query_next(query, &has_row));
        if (!has_row)
            break;
        span title = query_keep(query, 6, arena);
        *vec_add(arena, &listings) = (struct listing){
            .id = (uint64_t)query_number(query, 0),
            .number = query_number(query, 1),
            .published_at = query_number(query, 2),
            .file_name = query_keep(query, 3, arena),
            .path = query_keep(query, 4, arena),
            .raw_title = query_is_null(query, 5) ? title : query_keep(query, 5, arena),
            .title = title,
            .tags = query_keep(query, 7, arena),
        };
    }
    *out_listings = listings.at;
    *out_count = listings.len;
    return OK;
}

struct error *store_list(struct store_reader *reader, struct arena *arena,
                         const struct article_filter *filter, struct listing **out_listings,
                         size_t *out_count)
{
    LOCAL(query) query = {0};
    enum sql sql = filter->by_number       ? SQL_LIST_BY_NUMBER
                   : filter->source_id.len ? SQL_LIST_OF_SOURCE
                                           : SQL_LIST_ALL;
    int64_t until = filter->until == NO_TIME ? INT64_MAX : filter->until;

    TRY(query_open(&query, &reader->db, sql,
                   VALUES(text(filter->source_id), number(filter->since), number(until),
                          number(filter->limit ? (int64_t)filter->limit : -1), text(filter->tag))));
    return read_listings(&query, arena, out_listings, out_count);
}

struct error *store_months(struct store_reader *reader, struct arena *arena, span source_id,
                           struct month_count **out_months, size_t *out_count)
{
    VEC(struct month_count) months = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &reader->db, SQL_MONTHS, VALUES(text(source_id))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        int64_t month = query_number(&query, 0);
        *vec_add(arena, &months) =
            (struct month_count){(int)(month / 12), (int)(month % 12) + 1, query_number(&query, 1)};
    }
    *out_months = months.at;
    *out_count = months.len;
    return OK;
}

/* By its folder: all paths between "voa/2024/11/" and what sorts just behind them */
struct error *store_month(struct store_reader *reader, struct arena *arena, span source_id, int year,
                          int month, struct listing **out_listings, size_t *out_count)
{
    span first = arena_printf(arena, "%.*s/%04d/%02d/", SPAN_ARG(source_id), year, month);
    span last = arena_printf(arena, "%.*s/%04d/%02d0", SPAN_ARG(source_id), year, month); /* '0' is '/' + 1 */
    LOCAL(query) query = {0};

    TRY(query_open(&query, &reader->db, SQL_LIST_OF_MONTH, VALUES(text(first), text(last))));
    return read_listings(&query, arena, out_listings, out_count);
}

/* --- finding --- */

static struct error *read_ids(struct db *db, enum sql sql, const struct value *values, size_t count,
                              uint64_t *out_ids, size_t max, size_t *out_count)
{
    LOCAL(query) query = {0};
    bool has_row = true;

    TRY(query_open(&query, db, sql, values, count));
    while (*out_count < max) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        out_ids[(*out_count)++] = (uint64_t)query_number(&query, 0);
    }
    return OK;
}

/* "3fa0" stands for the ids from 3fa0000000000000 to 3fa0ffffffffffff; kept as signed they are in one run. */
static bool id_range(span text, int64_t *out_first, int64_t *out_last)
{
    uint64_t first = 0, rest = UINT64_MAX;

    if (!text.len || text.len > 16)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        int digit = c >= '0' && c <= '9'                 ? c - '0'
                    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                         : -1;
        if (digit < 0)
            return false;
        rest = i == 15 ? 0 : rest >> 4;
        first = first << 4 | (uint64_t)digit;
    }
    first = text.len == 16 ? first : first << (64 - 4 * text.len);
    *out_first = (int64_t)first;
    *out_last = (int64_t)(first | rest);
    return true;
}

struct error *store_find(struct store_reader *reader, struct arena *arena, span words, uint64_t *out_ids,
                         size_t max, size_t *out_count)
{
    struct db *db = &reader->db;
    struct value limit = number((int64_t)max);
    size_t slash = span_find_last_char(words, '/');
    int64_t first, last;

    *out_count = 0;
    if (id_range(words, &first, &last))
        return read_ids(db, SQL_FIND_BY_ID, VALUES(number(first), number(last), limit), out_ids, max,
                        out_count);
    if (slash != SPAN_NONE && span_to_int64(span_from(words, slash + 1), &first))
        TRY(read_ids(db, SQL_FIND_BY_NUMBER, VALUES(text(span_sub(words, 0, slash)), number(first), limit),
                     out_ids, max, out_count));
    if (!*out_count)
        TRY(read_ids(db, SQL_FIND_BY_PATH, VALUES(text(words), limit), out_ids, max, out_count));
    if (!*out_count)
        TRY(read_ids(db, SQL_FIND_BY_LINK, VALUES(number((int64_t)link_hash(arena, words)), limit), out_ids,
                     max, out_count));
    return OK;
}
